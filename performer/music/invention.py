"""Inventing a motif: a rhythm from a style's cells, and a contour sung over it.

Law of this file: an invented motif has 4 to 12 notes where its rhythm allows, a compass of a sixth to a tenth inside the one
asked for, one peak, and a silence at its end; rhythm and contour are drawn apart, so that either can be had with another.
"""

from typing import NamedTuple

from performer.music.chance import Chance
from performer.music.curve import value_at
from performer.music.manner import STRICT, Manner, ways
from performer.music.motif import Motif, Tone, spelt
from performer.music.pitch import Key
from performer.music.singing import Choice, Ground, choice, scale, sing, strong_under, turning, under
from performer.ticks import SIXTEENTH, Meter

FEWEST, MOST = 4, 12
"""Notes of a motif."""

CONTOURS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((0, 250), (550, 1000), (1000, 0)),
    ((0, 0), (180, 1000), (1000, 150)),
    ((0, 700), (450, 0), (750, 1000), (1000, 400)),
    ((0, 100), (800, 1000), (1000, 600)),
    ((0, 1000), (1000, 0)),
    ((0, 400), (250, 900), (500, 300), (700, 1000), (1000, 0)),
    ((0, 450), (450, 450), (650, 1000), (1000, 250)),
)
"""Arch, leap and fill, valley, rise, fall, wave, axis: heights over time, per mille. After the types of Huron (1996)."""


def rhythm(chance: Chance, grids: tuple[str, ...], strengths: tuple[int, ...], bars: int, first: int) -> tuple[int, ...]:
    """Onsets (slots) of a motif of ``bars`` bars: bar one is a style's cell, the later ones answer it and leave a rest.

    ``grids`` are laid into the meter, a bar of ``strengths`` each; ``first`` says which of them calls.
    """
    size = len(strengths)
    call = _onsets(grids[first % len(grids)], size)
    out = [slot for slot in call if bars > 1 or slot * 4 < size * 3] or [0]
    for bar in range(1, bars):
        reply = _onsets(grids[chance.below(len(grids), "reply", bar)], size)
        last = bar == bars - 1
        way = chance.pick((4, 3, 2), "way", bar)
        head = [slot for slot in call if slot * 2 < size]
        beyond = [slot for slot in call if slot * 2 >= size and strengths[slot] >= 400][:1]
        answer = (head + beyond, [slot for slot in reply if slot * 3 < size * 2], head[:1])[way if last else min(way, 1)]
        out += [bar * size + slot for slot in answer]
    return _counted(tuple(sorted(set(out))), strengths, bars)


def _onsets(grid: str, size: int) -> list[int]:
    return [slot for slot, sign in enumerate(grid[:size]) if sign in "xX"]


def _counted(onsets: tuple[int, ...], strengths: tuple[int, ...], bars: int) -> tuple[int, ...]:
    """The weakest are left out of what is too much, the strongest free places added to what is too little."""
    size = len(strengths)
    kept = list(onsets)
    while len(kept) > MOST:
        kept.remove(min(kept[1:], key=lambda slot: (strengths[slot % size], -slot)))
    free = [slot for slot in range(bars * size - size // 4) if slot not in kept and strengths[slot % size] >= 400]
    kept += sorted(free, key=lambda slot: (-strengths[slot % size], slot))[: max(0, FEWEST - len(kept))]
    return tuple(sorted(kept))


def invent(
    chance: Chance, onsets: tuple[int, ...], span: int, longest: int, *, key: Key, ground: Ground, meter: Meter, contour: int = 0,
    bounds: tuple[int, int] = (0, 12), colour: str = "key", manner: Manner = STRICT,
) -> Motif:  # fmt: skip
    """A singable motif on the given onsets (ticks, ascending) that fits the harmony of ``ground``.

    ``bounds``: the lowest and highest pitch above the tonic, in semitones; ``colour``: the scale it keeps to; ``manner``: how freely
    it goes; notes last to the next one, at most ``longest`` ticks, and the last one leaves a silence.
    """
    if not onsets:
        return Motif((), span)
    points = CONTOURS[contour % len(CONTOURS)]
    ends = (*onsets[1:], max(onsets[-1] + SIXTEENTH, span - 2 * SIXTEENTH))
    lengths = tuple(min(end - at, longest, span - at) for at, end in zip(onsets, ends, strict=True))
    heights = _heights(chance, onsets, points)
    line = _Line(key, ground, meter, scale(colour, key), bounds)
    soon = [index > 0 and at - onsets[index - 1] <= meter.pulse for index, at in enumerate(onsets)]
    going = ways(chance, manner, soon, [at % meter.bar in meter.pulses for at in onsets])
    top, floor = max(heights), min(heights)
    peak, trough = heights.index(top), len(heights) - 1 - heights[::-1].index(floor)
    places = []
    for index, at in enumerate(onsets):
        choices = line.choices(at, lengths[index], heights[index], index in (0, len(onsets) - 1), going[index])
        if index == peak:
            choices = [c for c in choices if c.pitch >= bounds[1] - 2] or choices
        elif index == trough:
            choices = [c for c in choices if c.pitch <= bounds[0] + 3] or choices
        else:
            choices = [c for c in choices if c.pitch < bounds[1] - 2] or choices
        places.append(choices)
    sung = sing(places, turns=turning(going))
    tones = (Tone(at, length, *spelt(above, key)) for at, length, above in zip(onsets, lengths, sung, strict=True))
    return Motif(tuple(tones), span)


def _heights(chance: Chance, onsets: tuple[int, ...], points: tuple[tuple[int, int], ...]) -> list[int]:
    """The contour at each onset, per mille, a little uneven."""
    row = chance.row(len(onsets), "height")
    return [value_at(points, at * 1000 // max(1, onsets[-1])) + (draw - 500) // 3 for at, draw in zip(onsets, row, strict=True)]


class _Line(NamedTuple):
    """What an invented line keeps to. ``steps``: pitch classes of its scale."""

    key: Key
    ground: Ground
    meter: Meter
    steps: tuple[int, ...]
    bounds: tuple[int, int]

    def choices(self, at: int, length: int, height: int, edge: bool, way: int) -> list[Choice]:
        """Pitches above the tonic for a note: near the contour, at rest on strong places and at both ends.

        A note that is held into the next chord belongs to that one.
        """
        harmony, strong = under(self.ground, at + length // 2), strong_under(self.ground, at, length, self.meter)
        place, (low, high) = at % self.meter.bar, self.bounds
        weight = 18 if place == 0 or edge else 2 if place in self.meter.pulses else 0
        want = low + (high - low) * height // 1000
        out = []
        for above in range(low, high + 1):
            pitch_class = (self.key.tonic + above) % 12
            stable = pitch_class in harmony.classes
            if stable or pitch_class in self.steps:
                rubs = any(row.rubs(pitch_class) for row in strong)
                cost = 4 * abs(above - want) + 120 * rubs + (0 if pitch_class in self.steps else 12)
                out.append(choice(above, cost, stable, weight, way))
        return out or [Choice(low, 0, False)]
