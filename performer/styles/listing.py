"""The styles there are, for ``performer styles``: as rows for programs and as lines for people."""

from dataclasses import dataclass

from performer.styles.definition import Style
from performer.styles.library import Library

_MINUTE = 60_000_000


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


def lines(library: Library) -> str:
    """A line a style, and what it is like under it."""
    out = []
    for row in rows(library):
        swung = [f"{name} at {place / 10:g} %" for name, place in zip(("eighths", "sixteenths"), row.swing, strict=True) if place != 500]
        tempo = f"{row.tempo[0]}-{row.tempo[1]} bpm"
        out += [f"{row.name:<12} version {row.version:<3} {tempo:<12} {', '.join(swung) or 'straight'}", f"{'':12} {row.about}"]
    return "\n".join(out)
