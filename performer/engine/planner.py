"""The phrase plan: what is fixed before any role plays, and all that roles know of each other (D5).

Law of this file: a plan depends on the song and the section's idea alone, never on which parts exist, on the visit, on
tonight or on a live macro; so the song is the same song every night, and adding a part changes no other part's notes.
"""

from dataclasses import dataclass
from functools import lru_cache

from performer.engine.decide import decide
from performer.engine.statements import THEMES, Same, Statement, idea_of, identity, role_of, statements
from performer.music.chords import Chord, parse
from performer.music.curve import at_bar
from performer.music.harmony import progression
from performer.music.pitch import MODES, Key
from performer.music.rhythm import lay, pulses, slots
from performer.show.definition import Section, Song
from performer.styles import Style, read
from performer.ticks import Meter

_HOME = ("intro", "verse", "build", "outro", "end", "vamp", "")
"""Section roles that share the song's home progression."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A chord in a bar: from ``slot`` for ``slots`` sixteenths. ``index`` counts the chords of the phrase."""

    slot: int
    slots: int
    chord: Chord
    index: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """Four to eight bars, planned. ``start``: bar of the section; ``energy``: as drawn there; ``kick``: slots by bar parity.

    ``varied``: the statements of a line that the section gives a variation.
    """

    start: int
    bars: int
    key: Key
    style: Style
    energy: int
    chords: tuple[tuple[Placed, ...], ...]
    flat: tuple[Chord, ...]
    statements: tuple[Statement, ...]
    varied: tuple[Statement, ...]
    kick: tuple[tuple[int, ...], ...]


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
    flat = tuple(p.chord for bar in chords for p in bar)
    return Phrase(
        start, count, key, style, energy, chords, flat,
        statements(song, section, style, start, count, meter),
        statements(song, section, style, start, count, meter, varied=True) if section.vary else (), _kick(song, section, style, meter),
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


def variant(song: Song, idea: str, style: Style, piece: str) -> int:
    """Which of a piece's grids a section plays: the frame is the song's, the colours are the section's."""
    where = "song" if piece in FRAME else idea
    grids = next(p.grids for p in style.pieces if p.name == piece)
    drawn = decide(song, f"{idea}/drums/{piece}", lambda: str(identity(song, "drums", where, style.name).below(len(grids), piece)))
    return int(drawn) % len(grids) if drawn.isdecimal() else 0


FRAME = ("kick", "snare", "clap")
"""Pieces whose pattern is the song's own."""


def _kick(song: Song, section: Section, style: Style, meter: Meter) -> tuple[tuple[int, ...], ...]:
    piece = next((p for p in style.pieces if p.name == "kick"), None)
    if piece is None:
        return ((),)
    grid = lay(piece.grids[variant(song, idea_of(section), style, "kick")], meter)
    size = slots(meter)
    return tuple(tuple(s for s in range(size) if grid[i + s] in "Xx") for i in range(0, len(grid), size))
