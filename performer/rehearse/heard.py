"""What is heard of the events: feel, cuts and struck-again keys settled into plain ons and offs.

Law of this file: in one part a key has exactly one off per on, strictly after it, and no two of its
notes overlap. Ticks here are where a note sounds (grid + feel), not where it stands.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from performer.events import RING, BarMark, Cut, Event, Note
from performer.tempo import Segment, TempoMap
from performer.ticks import QUARTER, Tick

SAME_STROKE = QUARTER // 480
"""Two ons of one key closer than this (1 ms at 120) are one stroke: the harder one."""


class Sound(NamedTuple):
    """One sounding note: ticks at which it starts and ends, MIDI pitch and velocity."""

    on: int
    off: int
    pitch: int
    velocity: int


@dataclass(slots=True)
class Cursor:
    """The tempo segment in force, for events in ascending order: a walk where ``TempoMap`` would search."""

    tempo: TempoMap
    index: int = 0

    def at(self, tick: Tick) -> Segment:
        """The segment at ``tick``, which is not before the tick of the last call."""
        segments = self.tempo.segments
        while self.index + 1 < len(segments) and segments[self.index + 1].at <= tick:
            self.index += 1
        return segments[self.index]


def heard(events: Sequence[Event], tempo: TempoMap) -> dict[str, list[Sound]]:
    """The sounding notes of every part that has some, by part in order of first note, each list ascending.

    A ``Cut`` ends what stands before it, the end of the last bar ends a chord that rings on; a note that would be felt only
    after its cut is not played.
    """
    raw: dict[str, list[Sound]] = {}
    cuts: dict[str, list[int]] = {}
    for event in events:
        if type(event) is Cut:
            cuts.setdefault(event.part, []).append(event.at)
    end = max((event.at + event.meter.bar for event in events if type(event) is BarMark), default=0)
    cursor = Cursor(tempo)
    for event in events:
        if type(event) is not Note:
            continue
        segment = cursor.at(event.at)
        per_quarter = segment.start if not segment.span else segment.per_quarter_at(event.at)
        on = event.at + event.feel * QUARTER // per_quarter
        off = on + max(event.length, 1) if event.length < RING else max(on + 1, end)
        ends = cuts.get(event.part)
        if ends:
            index = bisect_right(ends, event.at)
            if index < len(ends):
                off = min(off, ends[index])
        if on < off:
            raw.setdefault(event.part, []).append(Sound(on, off, event.pitch, event.velocity))
    return {part: _settled(sorted(sounds)) for part, sounds in raw.items()}


def _settled(sounds: list[Sound]) -> list[Sound]:
    """One sound at a time on each key: the next on ends the one before."""
    out: list[Sound] = []
    last: dict[int, int] = {}
    for sound in sounds:
        index = last.get(sound.pitch, -1)
        if index >= 0:
            before = out[index]
            if sound.on - before.on < SAME_STROKE:
                off, velocity = max(before.off, sound.off), max(before.velocity, sound.velocity)
                out[index] = Sound(before.on, off, sound.pitch, velocity)
                continue
            if before.off > sound.on:
                out[index] = before._replace(off=sound.on)
        last[sound.pitch] = len(out)
        out.append(sound)
    return out
