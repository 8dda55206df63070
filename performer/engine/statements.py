"""Identity and motifs: what makes a song itself, and where the plan states it.

Law of this file: a bank and its statements depend on the song and the section's idea alone; the first statement of a
layout is the motif itself, and every other letter is one named operator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from performer.engine.decide import decide
from performer.engine.fusion import style_of
from performer.music.chance import Chance
from performer.music.motif import Motif, Tone, ending, fragment, invent, invert, sequence
from performer.music.rhythm import lay, slots
from performer.show.definition import Section, Song
from performer.styles import Style
from performer.ticks import SIXTEENTH, Meter

THEMES = ("drop", "chorus")
"""Section roles that state the main motif in full."""


class Same:
    """A value known by identity, so that a memo need not hash a whole show; it keeps its value alive."""

    __slots__ = ("value",)

    def __init__(self, value: Song) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value


@dataclass(frozen=True, slots=True)
class Statement:
    """A motif stated from ``bar`` of the phrase on. ``how``: A, B, S, E, F; ``voice``: lead or counter; ``given`` by the show."""

    bar: int
    bars: int
    motif: Motif
    name: str
    how: str
    voice: str
    given: bool


def role_of(section: Section) -> str:
    """What a section is for: as written, else from its name (``drop2`` is a drop)."""
    if section.role:
        return section.role
    return (section.idea or section.name).rstrip("0123456789 -_").lower()


def idea_of(section: Section) -> str:
    """The name under which a section's identity is drawn."""
    return section.idea or section.name


def identity(song: Song, *path: str | int) -> Chance:
    """The chance that is the same every night."""
    return Chance.of(song.seed).at(song.name, *path)


@lru_cache(maxsize=64)
def bank(same: Same, meter: Meter) -> tuple[tuple[str, Motif, bool], ...]:
    """The song's motifs (name, motif, given by the show): those it writes, and invented ones up to two."""
    song = same.value
    out: list[tuple[str, Motif, bool]] = []
    for name, notes in song.motifs:
        at, tones = 0, []
        for note in notes:
            if note.degree is not None:
                tones.append(Tone(at, note.length, note.degree, note.alter))
            at += note.length
        if tones:
            out.append((name, Motif(tuple(tones), at), True))
    out.extend((name, _invented(song, style_of(song), meter, name), False) for name in ("a", "b")[len(out) :])
    return tuple(out)


def _invented(song: Song, style: Style, meter: Meter, name: str) -> Motif:
    chance = identity(song, "motif", name)
    grids = [lay(grid.text, meter) for grid in style.voice("lead").grids] or [lay("x...x...x.......", meter)]
    size = slots(meter)
    call = [s for s, c in enumerate(grids[chance.below(len(grids), "call")][:size]) if c in "xX"]
    reply = [s for s, c in enumerate(grids[chance.below(len(grids), "reply")][:size]) if c in "xX" and s * 3 < size * 2]
    onsets = tuple(s * SIXTEENTH for s in call) + tuple((size + s) * SIXTEENTH for s in reply[: max(1, 7 - len(call) // 2)])
    return invent(chance, onsets, 2 * meter.bar, meter.pulse * 3 // 2)


_LAYOUTS = {"theme": ("AAAE", "AASE", "ABAE"), "build": ("F.F.", "FFFF"), "verse": ("A.A.", "A.AE", "A.B."), "": ("F.A.", "F..F", "A.F.")}
_KINDS = {"verse": "verse", "vamp": "verse", "solo": "theme", "build": "build", "pre": "build"}


def statements(song: Song, section: Section, start: int, count: int, meter: Meter, *, varied: bool = False) -> tuple[Statement, ...]:
    """What the lines state in the ``count`` bars from ``start`` on; the answers between are the counter-line's.

    ``varied``: another layout, on the other motif.
    """
    motifs = bank(Same(song), meter)
    role = role_of(section)
    kind = (
        "theme"
        if section.theme or role in THEMES
        else "verse"
        if role in ("verse", "vamp")
        else "build"
        if role in ("build", "pre")
        else ""
    )
    names = [name for name, _, _ in motifs]
    first = names.index(section.theme) if section.theme in names else (1 if kind == "verse" else 0) % len(names)
    first = (first + varied) % len(motifs)
    main, other = motifs[first], motifs[(first + 1) % len(motifs)]
    idea = section.name if varied else idea_of(section)
    chance = identity(song, "lead", idea, start // 16)
    layouts = _LAYOUTS[kind]
    layout = decide(song, f"{idea}/lead/{start // 16}", lambda: layouts[chance.below(len(layouts), "layout")])
    unit = max(1, -(-main[1].span // meter.bar))
    out = []
    for index in range(max(1, count // unit)):
        how = layout[index % len(layout)] if layout else "."
        name, motif, given = other if how == "B" else main
        if how not in _MAKE:
            name, motif, given = other[0], fragment(invert(other[1])), False
        else:
            motif = _MAKE[how](motif)
        out.append(Statement(index * unit, unit, motif, name, how, "lead" if how in _MAKE else "counter", given))
    return tuple(out)


_MAKE: dict[str, Callable[[Motif], Motif]] = {
    "A": lambda m: m,
    "B": lambda m: m,
    "S": lambda m: sequence(m, 1),
    "E": lambda m: ending(m, 0),
    "F": fragment,
}
"""What the letters of a layout do to a motif; any other letter leaves the place to the counter-line."""
