"""Upbeats: the few notes with which a line leads across a bar line into what comes next, another each time.

Law of this file: an upbeat begins after a breath, for which the note before it gives way (but not one of a given tune), ends on
the bar line, moves one way to its goal, mostly by step, and leaves its lane never; where there is no room for two notes there is none.
"""

from typing import NamedTuple

from performer.engine.connecting import Sung
from performer.music.chance import Chance
from performer.music.pitch import Key
from performer.music.singing import Choice, Ground, scale, sing, strong_under, under
from performer.ticks import SIXTEENTH, Meter

BREATH = SIXTEENTH
"""Silence before an upbeat."""
HEARD = 2 * SIXTEENTH
"""How much of the note before it is heard at least."""

_RHYTHMS = ((4, 2), (6, 4, 2), (8, 6, 4, 2), (4, 2, 1), (6, 4, 2, 1), (3, 2, 1), (8, 4, 2), (6, 2), (6, 3, 2), (4, 3, 2, 1), (2, 1))
"""Sixteenths from an onset to the bar line."""
_STEEPEST = 3
"""Semitones between the notes of the straight way to the goal, at most."""
_ONWARD = 750
"""Per mille of the upbeats that come from the side where the line was."""


class Way(NamedTuple):
    """What an upbeat knows: ticks from which the bar is free, where it comes from and leads to, the lane; chords, key, meter, scale."""

    free: int
    before: int
    goal: int
    lane: tuple[int, int]
    ground: Ground
    key: Key
    meter: Meter
    colour: str


def upbeat(way: Way, chance: Chance) -> tuple[Sung, ...]:
    """Its notes, ticks from the bar line before; none where the bar is full."""
    bar = way.meter.bar
    fitting = [row for row in _RHYTHMS if bar - row[0] * SIXTEENTH >= max(way.free + BREATH, bar // 4)]
    if not fitting:
        return ()
    onsets = [bar - back * SIXTEENTH for back in fitting[chance.below(len(fitting), "rhythm")]]
    low, high = way.lane
    slope = 1 + chance.below(_STEEPEST, "slope")
    rising = way.before < way.goal if way.before != way.goal and chance.hits(_ONWARD, "onward") else chance.hits(600, "rising")
    side = -1 if (rising and way.goal - slope * len(onsets) >= low) or way.goal + slope * len(onsets) > high else 1
    places = [_choices(way, at, way.goal + side * slope * (len(onsets) - index), side) for index, at in enumerate(onsets)]
    sung = sing([*places, [Choice(way.goal, 0, True)]], before=way.before)
    ends = (*onsets[1:], bar)
    return tuple(Sung(at, end - at, pitch) for at, end, pitch in zip(onsets, ends, sung, strict=False))


def _choices(way: Way, at: int, want: int, side: int) -> list[Choice]:
    """Steps of the scale and chord tones near the straight way, on its side of the goal; chord tones alone on a strong place."""
    classes = under(way.ground, at).classes
    steps = () if strong_under(way.ground, at, 1, way.meter) else scale(way.colour, way.key)
    low, high = way.lane
    out = [
        Choice(pitch, 5 * abs(pitch - want), pitch % 12 in classes)
        for pitch in range(max(low, want - 4), min(high, want + 4) + 1)
        if (pitch - way.goal) * side > 0 and (pitch % 12 in classes or pitch % 12 in steps)
    ]
    return out or [Choice(min(max(want, low), high), 0, False)]


def free_from(sung: tuple[Sung, ...], before: int, meter: Meter, heard: int = HEARD) -> int:
    """Ticks of a bar (that begins ``before`` ticks into a line) from which an upbeat may begin; ``heard``: of each note, at least."""
    ends = [min(note.at + min(note.length, heard) - before, meter.bar) for note in sung if note.at < before + meter.bar]
    return max([0, *ends])


def giving_way(sung: tuple[Sung, ...], end: int) -> tuple[Sung, ...]:
    """The line, no note longer than to ``end`` (ticks)."""
    return tuple(note._replace(length=min(note.length, end - note.at)) if note.at < end else note for note in sung)
