"""Tables that were measured and come with the package: the feel of played drums (``feel/``), the moves of chords (``moves/``).

Law of this file: what a name says is the same for ever, so that a style whose version a song pins stays as it is. A newer
measurement is another file, ``NAME@2.toml``, and a style goes over to it by naming ``NAME@2``, in a new version of its own;
``NAME`` and ``NAME@1`` are the first. Tests hold the digest of every table that has been there.
"""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from performer.source.problems import suggestion
from performer.styles.tables import StyleError, words

KINDS = {"feel": "feel table", "moves": "table of moves"}
"""Folders of tables, and what one in it is called."""


@lru_cache(maxsize=8)
def names(kind: str) -> tuple[str, ...]:
    """The names of the tables of a kind, sorted: ``funk``, and ``funk@2`` for a newer one."""
    return tuple(sorted(file.name[:-5] for file in (files(__package__) / kind).iterdir() if file.name.endswith(".toml")))


def contents(kind: str, name: str) -> bytes:
    """The bytes of a table. Raises KeyError when there is none."""
    if name not in names(kind):
        raise KeyError(name)
    return (files(__package__) / kind / f"{name}.toml").read_bytes()


def named(kind: str, value: Any, path: str) -> str:
    """The table that a style names. Raises StyleError."""
    name = words(value, path).removesuffix("@1")
    if name not in names(kind):
        raise StyleError(path, f"no {KINDS[kind]} called {name[:40]!r}", suggestion(name, names(kind)))
    return name


@lru_cache(maxsize=32)
def table(kind: str, name: str) -> dict[str, Any]:
    """What a table says. Raises KeyError when there is none."""
    return tomllib.loads(contents(kind, name).decode("utf-8"))
