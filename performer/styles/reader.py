"""A style file to a Style, or every problem with its path.

Law of this file: nothing in a style file is ignored: an unknown key, a wrong type, a value out of range is a
``StyleError`` that names the file and the path. ``like`` takes another style and lays this one's tables over it.
TOML, because a style is tables of numbers and short texts in which every value has one type, and Python reads it alone.
"""

import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from performer.source.problems import suggestion
from performer.styles.definition import PITCHED, ROLES, Style, Voice
from performer.styles.read_drums import fills, kit, pieces
from performer.styles.read_feel import feel, swing
from performer.styles.read_form import form, lanes, scenes, ways
from performer.styles.read_harmony import harmony
from performer.styles.read_voices import voice
from performer.styles.scenes import WAYS
from performer.styles.tables import MISSING, StyleError, Table, pair, whole, words, yes

_PACKAGE = "performer.styles"

_EFFECTS = Voice(lane=(48, 84), velocity=(54, 104), program=122)
"""Effects where a style says nothing: noise (General MIDI's sea shore) over three octaves."""


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The names of all shipped styles, sorted."""
    return tuple(stem for stem in stems() if "@" not in stem)


@lru_cache(maxsize=1)
def stems() -> tuple[str, ...]:
    """Every shipped file without its ending: the newest of each style, and older versions (``house@1``)."""
    return tuple(sorted(f.name[:-5] for f in files(_PACKAGE).iterdir() if f.name.endswith(".toml")))


def shipped(stem: str) -> bytes | None:
    """The bytes of a shipped style: ``house`` is its newest version, ``house@1`` that one, kept or newest; None when there is none."""
    if stem in stems():
        return (files(_PACKAGE) / f"{stem}.toml").read_bytes()
    name, at, version = stem.partition("@")
    newest = shipped(name) if at else None
    return newest if newest is not None and version_of(newest) == version else None


def version_of(data: bytes) -> str:
    """The version that a style's bytes say, "" where they cannot be read."""
    try:
        return str(loaded(data).get("version", 1))
    except StyleError:
        return ""


@lru_cache(maxsize=64)
def read(name: str) -> Style:
    """The shipped style called ``name`` (``house``, or ``house@1``). Raises KeyError when there is none, StyleError when it is wrong."""
    data = shipped(name)
    if data is None:
        raise KeyError(name)
    return build(name.partition("@")[0], merged(name, data, shipped))


def merged(name: str, data: bytes, find: Callable[[str], bytes | None]) -> dict[str, Any]:
    """The tables of a file over those of the style that it is ``like``. Raises StyleError, also for what is no TOML."""
    seen, layers = [name], [loaded(data)]
    while (like := layers[-1].pop("like", None)) is not None:
        below = find(like) if isinstance(like, str) else None
        if like in seen:
            raise StyleError("like", f"{like!r} leans on itself", "name another style")
        if below is None:
            raise StyleError("like", f"there is no style called {like!r} to be like", suggestion(str(like), names()))
        seen.append(like)
        layers.append(loaded(below))
    out: dict[str, Any] = layers.pop()
    while layers:
        out = _over({key: value for key, value in out.items() if key != "version"}, layers.pop())
    return out


def loaded(data: bytes) -> dict[str, Any]:
    """The tables of a file's bytes. Raises StyleError."""
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise StyleError("", "this is not a text in UTF-8", "save the file as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        hint = "a style is TOML: key = value, one a line, each key once, texts in quotes"
        raise StyleError("", str(error) or "this is nested too deeply", hint) from error


def _over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(below)
    for key, value in above.items():
        out[key] = _over(out[key], value) if isinstance(value, dict) and isinstance(out.get(key), dict) else value
    return out


def build(name: str, tables: Mapping[str, Any]) -> Style:
    """The Style that ``tables`` say. Raises StyleError."""
    table = Table(tables, "")
    voices = table.take("voices", lambda v, p: tuple((r, voice(r, t, f"{p}.{r}")) for r, t in _roles(v, p, (*PITCHED, "effects"))))
    if missing := [role for role in PITCHED if role not in dict(voices)]:
        raise StyleError(f"voices.{missing[0]}", f"'{missing[0]}' is missing", MISSING)
    drums = table.take("drums", pieces)
    voices += () if "effects" in dict(voices) else (("effects", _EFFECTS),)
    said = table.fields(
        Style, title=words, version=whole(1, 999), about=words, form=form, harmony=harmony, fills=fills,
        feel=lambda v, p: feel(v, p, drums), kit=lambda v, p: kit(v, p, tuple(piece.name for piece in drums)),
        starts=lambda v, p: tuple((r, whole(0, 1000)(n, f"{p}.{r}")) for r, n in _roles(v, p, ROLES)),
        tempo=pair(20, 400), swing=swing, phrase=whole(2, 16), pulse=yes, scenes=scenes, lanes=lanes,
    )  # fmt: skip
    out = Style(name=name, voices=voices, pieces=drums, ways=table.take("transitions", ways, WAYS), **said)
    table.done()
    return out


def _roles(value: Any, path: str, known: tuple[str, ...]) -> list[tuple[str, Any]]:
    table = Table(value, path)
    if wrong := set(table.values) - set(known):
        raise StyleError(f"{path}.{min(wrong)}", f"there is no role '{min(wrong)}'", suggestion(min(wrong), known))
    return list(table.values.items())
