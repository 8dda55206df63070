"""The styles there are, for ``performer styles``: as rows for programs and as lines for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import fill

from performer.styles.definition import Style
from performer.styles.library import Library

_MINUTE = 60_000_000
WIDTH = 80
"""Columns of what people read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A style as it is listed. ``tempo``: bpm, lowest and highest; ``swing``: per mille of eighths and of sixteenths, in the
    middle of that tempo, 500 = straight; ``phrase``: bars; ``versions``: those that can be pinned."""

    name: str
    title: str
    version: int
    versions: tuple[int, ...]
    about: str
    tempo: tuple[int, int]
    swing: tuple[int, int]
    phrase: int
    form: str
    roles: tuple[str, ...]
    kit: tuple[str, ...]


def rows(library: Library) -> tuple[Row, ...]:
    """Every style of ``library`` whose file is right, by name."""
    found = ((name, library.style(name)) for name in library.names())
    return tuple(_row(style, library.versions(name)) for name, style in found if style is not None)


def _row(style: Style, versions: tuple[int, ...]) -> Row:
    return Row(
        name=style.name, title=style.title, version=style.version, versions=versions, about=style.about, tempo=style.tempo,
        swing=style.swing.at(2 * _MINUTE // sum(style.tempo)), phrase=style.phrase, form=style.form,
        roles=(*(["drums"] if style.pieces else []), *(role for role, _ in style.voices)), kit=tuple(piece.name for piece in style.pieces),
    )  # fmt: skip


def worn(versions: Mapping[str, int], lead: str = "styles: ") -> str:
    """The styles that a show wears, with their versions; further lines begin under the first style."""
    said = ", ".join(f"{name}\u00a0{version}" for name, version in versions.items())
    return fill(said, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False).replace("\u00a0", " ")


def lines(library: Library) -> str:
    """A line a style, and what it is like under it, ``WIDTH`` columns at most."""
    out, listed = [], rows(library)
    name_width = max([len(row.name) for row in listed], default=0)
    for row in listed:
        swung = [f"{name} at {place / 10:g} %" for name, place in zip(("eighths", "sixteenths"), row.swing, strict=True) if place != 500]
        tempo = f"{row.tempo[0]}-{row.tempo[1]} bpm"
        out.append(f"{row.name:<{name_width}} version {row.version:<3} {tempo:<12} {', '.join(swung) or 'straight'}")
        out.append(fill(row.about, WIDTH, initial_indent=" " * (name_width + 1), subsequent_indent=" " * (name_width + 1)))
    return "\n".join(out)
