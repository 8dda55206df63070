"""The phrase plan: what is fixed before any role plays, and all that roles know of each other (D5).

Law of this file: a plan depends on the song and the section's idea alone, never on which parts exist, on the visit, on
tonight or on a live macro; so the song is the same song every night, and adding a part changes no other part's notes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from performer.engine.decide import decide
from performer.music.chance import Chance
from performer.music.chords import Chord, parse
from performer.music.curve import at_bar
from performer.music.harmony import progression
from performer.music.motif import Motif, Tone, ending, fragment, invent, invert, sequence
from performer.music.pitch import MODES, Key
from performer.music.rhythm import lay, pulses, slots
from performer.show.definition import Section, Song
from performer.styles import Style, read
from performer.ticks import SIXTEENTH, Meter

THEMES = ("drop", "chorus")
"""Section roles that state the main motif in full."""

_HOME = ("intro", "verse", "build", "outro", "end", "vamp", "")
"""Section roles that share the song's home progression."""


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
class Placed:
    """A chord in a bar: from ``slot`` for ``slots`` sixteenths. ``index`` counts the chords of the phrase."""

    slot: int
    slots: int
    chord: Chord
    index: int


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


@dataclass(frozen=True, slots=True)
class Phrase:
    """Four to eight bars, planned. ``start``: bar of the section; ``energy``: as drawn there; ``kick``: slots by bar parity."""

    start: int
    bars: int
    key: Key
    style: Style
    energy: int
    chords: tuple[tuple[Placed, ...], ...]
    flat: tuple[Chord, ...]
    statements: tuple[Statement, ...]
    kick: tuple[tuple[int, ...], ...]


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


@lru_cache(maxsize=256)
def chosen(style: tuple[tuple[str, int], ...], fallback: tuple[tuple[str, int], ...], place: int) -> Style:
    """The style at ``place`` (per mille) of the weights: as a weight grows, an aspect changes hands once."""
    weights = [(name, weight) for name, weight in (style or fallback) if weight > 0] or [("house", 1000)]
    total, left = sum(weight for _, weight in weights), 0
    for name, weight in weights:
        left += weight
        if place * total < left * 1000:
            return read(name)
    return read(weights[-1][0])


def leading(song: Song) -> Style:
    """The style with the downbeat authority: the heaviest of the song's."""
    return read(max(song.style, key=lambda pair: pair[1])[0]) if song.style else read("house")


def phrase_at(song: Song, section: Section, bar: int, bars: int, meter: Meter) -> Phrase:
    """The phrase that holds ``bar`` (from 0) of a visit of ``bars`` bars."""
    length = leading(song).phrase
    start = bar // length * length
    count = min(length, bars - start) if bars > start else length
    return _phrase(Same(song), section.name, start, count, start + count >= bars, bars, meter)


@lru_cache(maxsize=256)
def _phrase(same: Same, name: str, start: int, count: int, last: bool, bars: int, meter: Meter) -> Phrase:
    song = same.value
    section, style = song.section(name), leading(song)
    key = song.key.shifted(section.key_shift)
    energy = at_bar(section.energy, start, bars)
    texts = _texts(song, section, style, start, count, last, energy)
    chords = _placed(texts, song.key, key, section.key_shift, meter)
    return Phrase(
        start, count, key, style, energy, chords, tuple(p.chord for bar in chords for p in bar),
        _statements(song, section, style, start, count, meter), _kick(song, style, meter),
    )  # fmt: skip


# --- harmony


def _texts(song: Song, section: Section, style: Style, start: int, count: int, last: bool, energy: int) -> tuple[tuple[str, ...], ...]:
    if section.chords:
        given = section.chords
        out = [given[(start + bar) % len(given)] for bar in range(count)]
    else:
        written = decide(song, f"{idea_of(section)}/chords/{start // 16}", lambda: "")
        bars = _read(written, song.key) or _drawn(song, section, style, start, count, last, energy)
        out = [bars[bar % len(bars)] for bar in range(count)]
    if last and section.last_chord:
        out[-1] = (section.last_chord,)
    return tuple(out)


def _read(text: str, key: Key) -> list[tuple[str, ...]]:
    """Chords from a decision such as ``i7 | iv7 v7``; nothing when one of them is no chord."""
    bars = [tuple(bar.split()) for bar in text.split("|") if bar.strip()]
    try:
        for bar in bars:
            for word in bar:
                parse(word, key)
    except ValueError:
        return []
    return bars


def _drawn(song: Song, section: Section, style: Style, start: int, count: int, last: bool, energy: int) -> list[tuple[str, ...]]:
    role = role_of(section)
    loops = style.harmony.closing == "loop"
    at_home = role in _HOME or (loops and role in THEMES)
    where = "home" if at_home else idea_of(section)
    words = style.harmony.minor if MODES[song.key.mode][2] == 3 else style.harmony.major
    closing = style.harmony.closing if last else "loop"
    if role in ("pre", "build") and last and not loops:
        closing = "half"
    chance = identity(song, "chords", where, start // 16)
    tension = 400 if at_home else min(1000, 200 + energy * 7 // 10)
    grammar = style.harmony.grammar
    loop = progression(chance, words, min(4, count), rate=style.harmony.rate, tension=tension, closing="loop", grammar=grammar)
    bars = [loop[bar % len(loop)] for bar in range(count)]
    if closing != "loop" and count >= 2:
        end = progression(chance, words, min(4, count), rate=style.harmony.rate, tension=tension, closing=closing, grammar=grammar)
        bars[-2:] = end[-2:]
    return bars


def _placed(texts: tuple[tuple[str, ...], ...], written: Key, key: Key, shift: int, meter: Meter) -> tuple[tuple[Placed, ...], ...]:
    beats, total, index = pulses(meter), slots(meter), 0
    out = []
    for bar in texts:
        starts = sorted({beats[i * len(beats) // len(bar)] for i in range(len(bar))})
        ends = (*starts[1:], total)
        row = []
        for text, at, end in zip(bar, starts, ends, strict=False):
            row.append(Placed(at, end - at, parse(text, written).moved(shift, key), index))
            index += 1
        out.append(tuple(row))
    return tuple(out)


# --- rhythm section


def variant(song: Song, section: Section, style: Style, piece: str, *, whole_song: bool) -> int:
    """Which of a piece's grids a section plays: the frame is the song's, the colours are the section's."""
    where = "song" if whole_song else idea_of(section)
    grids = next(p.grids for p in style.pieces if p.name == piece)
    drawn = decide(song, f"{idea_of(section)}/drums/{piece}", lambda: str(identity(song, "drums", where, style.name).below(len(grids), piece)))
    return int(drawn) % len(grids) if drawn.isdecimal() else 0


FRAME = ("kick", "snare", "clap")
"""Pieces whose pattern is the song's own."""


def _kick(song: Song, style: Style, meter: Meter) -> tuple[tuple[int, ...], ...]:
    piece = next((p for p in style.pieces if p.name == "kick"), None)
    if piece is None or not song.sections:
        return ((),)
    grid = lay(piece.grids[variant(song, song.sections[0], style, "kick", whole_song=True)], meter)
    size = slots(meter)
    return tuple(tuple(s for s in range(size) if grid[i + s] in "Xx") for i in range(0, len(grid), size))


# --- motifs


@lru_cache(maxsize=64)
def bank(same: Same, style: str, meter: Meter) -> tuple[tuple[str, Motif, bool], ...]:
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
    for name in ("a", "b")[len(out) :]:
        out.append((name, _invented(song, read(style), meter, name), False))
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


def _statements(song: Song, section: Section, style: Style, start: int, count: int, meter: Meter) -> tuple[Statement, ...]:
    motifs = bank(Same(song), style.name, meter)
    role = role_of(section)
    kind = "theme" if section.theme or role in THEMES else "verse" if role in ("verse", "vamp") else "build" if role in ("build", "pre") else ""
    names = [name for name, _, _ in motifs]
    first = names.index(section.theme) if section.theme in names else (1 if kind == "verse" else 0) % len(names)
    main, other = motifs[first], motifs[(first + 1) % len(motifs)]
    chance = identity(song, "lead", idea_of(section), start // 16)
    layouts = _LAYOUTS[kind]
    layout = decide(song, f"{idea_of(section)}/lead/{start // 16}", lambda: layouts[chance.below(len(layouts), "layout")])
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
