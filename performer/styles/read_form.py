"""The form of a style: what its sections mean, how one gives way to the next, and what its controllers do.

Law of this file: a style says only what differs from ``SCENES`` and ``WAYS``.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from performer.source.problems import suggestion
from performer.styles.definition import SOUNDING
from performer.styles.scenes import SCENES, WAY_WORDS, Lanes, Scene, Ways
from performer.styles.tables import StyleError, Table, chosen, many, whole, words

_COLOURS = ("arp", "texture")


def form(value: Any, path: str) -> str:
    """Sections in order, each a role or a role with a number: ``intro verse drop verse2``."""
    text = words(value, path)
    for name in text.split():
        if name.rstrip("0123456789") not in dict(SCENES):
            raise StyleError(path, f"{name!r} is no section", suggestion(name, dict(SCENES)))
    return text


def scenes(value: Any, path: str) -> tuple[tuple[str, Scene], ...]:
    """``[scenes.drop]`` tables laid over those that every style knows."""
    table = Table(value, path)
    out = tuple((role, table.take(role, partial(_scene, below), below)) for role, below in SCENES)
    table.done()
    return out


def _scene(below: Scene, value: Any, path: str) -> Scene:
    table = Table(value, path)
    out = Scene(
        bars=table.take("bars", whole(1, 256), below.bars),
        energy=table.take("energy", many(whole(0, 1000)), below.energy),
        rests=table.take("rests", many(chosen(SOUNDING, "a role")), below.rests),
        later=table.take("later", many(chosen(_COLOURS, "a colour")), below.later),
    )
    table.done()
    if not out.energy:
        raise StyleError(f"{path}.energy", "one number at least")
    return out


def ways(value: Any, path: str) -> Ways:
    """``[transitions]``: by the role of the section that comes, or ``other``: ``roll riser stop 1 beat``."""
    table = Table(value, path)
    known = (*dict(SCENES), "other")
    if wrong := set(table.values) - set(known):
        raise StyleError(path, f"unknown: {', '.join(sorted(wrong))}", suggestion(min(wrong), known))
    return tuple((role, _way(text, f"{path}.{role}")) for role, text in table.values.items())


def _way(value: Any, path: str) -> str:
    text = words(value, path)
    rest = [word for word in text.split() if word not in WAY_WORDS]
    if any(not word.isdecimal() or not 1 <= int(word) <= 16 for word in rest) or len(rest) > ("stop" in text.split()):
        raise StyleError(path, f"{text!r} is no way to change", f"words of {', '.join(WAY_WORDS)}, such as roll stop 1 beat")
    return text


def lanes(value: Any, path: str) -> Lanes:
    """``[lanes.chords]``: controllers that follow the energy, each ``[at rest, at full energy]`` per mille."""
    table = Table(value, path)
    rows = [(role, table.take(role, _pairs, {})) for role in SOUNDING]
    table.done()
    return tuple((role, _ends(row, f"{path}.{role}")) for role, row in rows if row)


def _pairs(value: Any, path: str) -> Mapping[str, Any]:
    return Table(value, path).values


def _ends(rows: Mapping[str, Any], path: str) -> tuple[tuple[str, int, int], ...]:
    out = []
    for name, value in rows.items():
        both = many(whole(0, 1000))(value, f"{path}.{name}")
        if len(both) != 2:
            raise StyleError(f"{path}.{name}", "two numbers are needed: at rest and at full energy")
        out.append((name, both[0], both[1]))
    if len(out) > 4:
        raise StyleError(path, "a part has at most 4 lanes")
    return tuple(out)
