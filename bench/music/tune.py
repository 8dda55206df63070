"""A rehearsed MIDI file read back: bars, chords, and every note with the bar and the sixteenth it belongs to.

Law of this file: nothing but the bytes of ``show.mid`` is read, by mido. A note belongs to the nearest sixteenth of the grid as the
style of its section swings it; where that must not be known, to a sixteenth of its pair with room for swing (up to 70 %) and for a
hand that is 30 ms early or late. ``late`` keeps what is left over.
"""

import io
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import mido  # type: ignore[import-untyped]

from performer.music.chords import Chord, parse
from performer.music.pitch import Key

SIXTEENTH = 240
"""File ticks; the writer has 960 a quarter."""
EARLY, LATE = 52, 164
"""Hundredths of a sixteenth: before EARLY a note belongs to the even slot of its pair, from LATE on to the next pair."""
EVEN, BACK = 500, 760
"""Per mille of the way from one sixteenth to the next up to which a note belongs to the first: half of it; after a swung off-beat eighth
more, since there hands lie back (up to 50 ms, and the two places are 67 ms apart at a fast swing): else a chord that is late would
be read as a sixteenth that nobody played."""

Swing = Callable[[int, int], tuple[int, int]]
"""A bar and its microseconds a quarter to the places of the second eighth and the second sixteenth in their pairs, per mille."""


class Note(NamedTuple):
    """A note as it sounds: file ticks, MIDI pitch and velocity, its bar (from 0), its sixteenth, and ticks behind that."""

    on: int
    off: int
    pitch: int
    velocity: int
    bar: int
    slot: int
    late: int


class Bar(NamedTuple):
    """A bar: its first file tick, the next bar's, its felt pulses as slots, microseconds a quarter at its start."""

    start: int
    end: int
    pulses: tuple[int, ...]
    per_quarter: int

    @property
    def slots(self) -> int:
        """Sixteenths."""
        return (self.end - self.start) // SIXTEENTH


@dataclass(frozen=True, slots=True)
class Tune:
    """A file. ``tracks``: notes by part, ascending; ``controls``: (tick, controller, value) by part; ``markers``: (tick, text)."""

    bars: tuple[Bar, ...]
    tracks: dict[str, tuple[Note, ...]]
    controls: dict[str, tuple[tuple[int, int, int], ...]] = field(default_factory=dict)
    chords: tuple[tuple[int, Chord], ...] = ()
    markers: tuple[tuple[int, str], ...] = ()
    programs: dict[str, int] = field(default_factory=dict)

    def chord_at(self, tick: int) -> Chord | None:
        """The chord in force at a file tick."""
        index = bisect_right(self.chords, tick, key=lambda pair: pair[0])
        return self.chords[index - 1][1] if index else None

    def chord_of(self, note: Note) -> Chord | None:
        """The chord of the slot that a note belongs to, however early it is felt."""
        return self.chord_at(self.bars[note.bar].start + note.slot * SIXTEENTH)

    def by_bar(self, part: str) -> list[list[Note]]:
        """A part's notes, a list for each bar."""
        out: list[list[Note]] = [[] for _ in self.bars]
        for note in self.tracks.get(part, ()):
            out[note.bar].append(note)
        return out


def read_tune(data: bytes, swing: Swing | None = None) -> Tune:
    """The file's music. ``swing``: how each bar swings; without it that is not used. Raises ValueError when it does not divide by 960."""
    file = mido.MidiFile(file=io.BytesIO(data), charset="utf-8")
    if file.ticks_per_beat != 4 * SIXTEENTH:
        raise ValueError(f"{file.ticks_per_beat} ticks a quarter: the bench reads files of {4 * SIXTEENTH}")
    conductor, *parts = file.tracks
    last = max((note[1] for track in parts for note in _raw(track)), default=0)
    bars = _bars(conductor, last)
    out: dict[str, tuple[Note, ...]] = {}
    controls: dict[str, tuple[tuple[int, int, int], ...]] = {}
    programs: dict[str, int] = {}
    starts = [bar.start for bar in bars]
    for track in parts:
        out[track.name] = tuple(sorted(_placed(raw, bars, starts, swing) for raw in _raw(track)))
        timed = list(_timed(track))
        controls[track.name] = tuple((at, m.control, m.value) for at, m in timed if m.type == "control_change")
        programs.update((track.name, m.program) for _, m in timed if m.type == "program_change")
    timed = list(_timed(conductor))
    spelt = Key(0, "major")
    chords = tuple((at, parse(m.text, spelt)) for at, m in timed if m.type == "text")
    return Tune(bars, out, controls, chords, tuple((at, m.text) for at, m in timed if m.type == "marker"), programs)


def _timed(track: Sequence[mido.Message]) -> Iterator[tuple[int, mido.Message]]:
    at = 0
    for message in track:
        at += message.time
        yield at, message


def _raw(track: Sequence[mido.Message]) -> list[tuple[int, int, int, int]]:
    """On, off, pitch, velocity of every note."""
    open_: dict[tuple[int, int], tuple[int, int]] = {}
    out = []
    for at, message in _timed(track):
        if message.type not in ("note_on", "note_off"):
            continue
        key = (message.channel, message.note)
        begun = open_.pop(key, None)
        if begun is not None:
            out.append((begun[0], at, message.note, begun[1]))
        if message.type == "note_on" and message.velocity:
            open_[key] = (at, message.velocity)
    return out


def _bars(conductor: Sequence[mido.Message], last: int) -> tuple[Bar, ...]:
    meters = [(at, m) for at, m in _timed(conductor) if m.type == "time_signature"]
    tempi = [(at, m.tempo) for at, m in _timed(conductor) if m.type == "set_tempo"] or [(0, 500_000)]
    times = [at for at, _ in tempi]
    out: list[Bar] = []
    for (at, meter), (until, _) in pairwise([*meters, (last + 1, None)]):
        length = meter.numerator * 16 * SIXTEENTH // meter.denominator
        step = meter.clocks_per_click * 4 * SIXTEENTH // 24 // SIXTEENTH or 4
        pulses = tuple(range(0, max(1, length // SIXTEENTH - step + 1), step))  # what a click does not fill belongs to the one before
        for start in range(at, until, length):
            tempo = tempi[max(0, bisect_right(times, start) - 1)][1]
            out.append(Bar(start, start + length, pulses, tempo))
    return tuple(out) or (Bar(0, 16 * SIXTEENTH, (0, 4, 8, 12), 500_000),)


def _placed(raw: tuple[int, int, int, int], bars: tuple[Bar, ...], starts: list[int], swing: Swing | None) -> Note:
    on, off, pitch, velocity = raw
    index = max(0, bisect_right(starts, on) - 1)
    bar = bars[index]
    into = on - bar.start
    if swing is None:
        pair, rest = divmod(into, 2 * SIXTEENTH)
        slot = 2 * pair + (0 if rest * 100 < EARLY * SIXTEENTH else 1 if rest * 100 < LATE * SIXTEENTH else 2)
        late = into - slot * SIXTEENTH
    else:
        pulse, (eighth, sixteenth) = bar.pulses[1] if len(bar.pulses) > 1 else 4, swing(index, bar.per_quarter)
        grid = places(bar.slots, pulse, eighth, sixteenth)
        slot = _nearest(grid, into, BACK if eighth > EVEN and pulse % 4 == 0 else EVEN)
        late = into - grid[min(slot, bar.slots)]
    if slot >= bar.slots and index + 1 < len(bars):
        index, slot = index + 1, 0
    return Note(on, off, pitch, velocity, index, slot, late)


def _nearest(grid: tuple[int, ...], into: int, back: int) -> int:
    """The slot at whose place a note lies; ``back``: per mille of the way from an off-beat eighth to the next place that are its own."""
    after = bisect_left(grid, into)
    if not after or after >= len(grid):
        return after
    own = back if after % 4 == 3 else EVEN
    return after - 1 if 1000 * (into - grid[after - 1]) <= own * (grid[after] - grid[after - 1]) else after


@lru_cache(maxsize=256)
def places(slots: int, pulse: int, eighth: int, sixteenth: int) -> tuple[int, ...]:
    """File ticks of every sixteenth of a bar, the next bar line last. Eighths swing where the pulse is made of quarters."""
    middle = 4 * SIXTEENTH * eighth // 1000 if pulse % 4 == 0 else 2 * SIXTEENTH
    quarter = (0, middle * sixteenth // 1000, middle, middle + (4 * SIXTEENTH - middle) * sixteenth // 1000)
    return (*(slot // 4 * 4 * SIXTEENTH + quarter[slot % 4] for slot in range(slots)), slots * SIXTEENTH)
