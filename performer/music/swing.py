"""Swing: where the second of two eighths, and the second of two sixteenths, falls in its pair, by tempo.

Law of this file: swing moves notes, never pulses: the first slot of a pulse stays where it is, the order of the slots stays,
and a pulse of three eighths has no pair of eighths to swing. The ratio of swung eighths falls as the tempo rises (Friberg
and Sundstrom, "Swing Ratios and Ensemble Timing in Jazz Performance", Music Perception 19, 2002).
"""

from dataclasses import dataclass
from functools import lru_cache

from performer.music.curve import value_at
from performer.ticks import EIGHTH, QUARTER, SIXTEENTH, Meter

TEMPOS = tuple(range(40, 321, 20))
"""Quarters a minute at which a swing that changes with the tempo is given."""

Places = tuple[int, ...]
"""Place of the second note in its pair, per mille (500 is straight): one for every tempo, or one at each of ``TEMPOS``."""

EVEN: Places = (500,)


@dataclass(frozen=True, slots=True)
class Swing:
    """Places of the second eighth in its quarter and of the second sixteenth in its eighth, by tempo."""

    eighths: Places = EVEN
    sixteenths: Places = EVEN

    def at(self, per_quarter: int) -> tuple[int, int]:
        """Both places (eighths, sixteenths) at ``per_quarter`` microseconds a quarter."""
        return _at(self.eighths, per_quarter), _at(self.sixteenths, per_quarter)


STRAIGHT = Swing()


def places(points: tuple[tuple[int, int], ...]) -> Places:
    """Straight lines through (tempo, place), ascending in tempo; the ends hold."""
    return tuple(value_at(points, tempo) for tempo in TEMPOS)


def _at(places: Places, per_quarter: int) -> int:
    if len(places) == 1:
        return places[0]
    step = TEMPOS[1] - TEMPOS[0]
    tempo = min(max(60_000_000 // per_quarter, TEMPOS[0]), TEMPOS[-1])
    index, part = divmod(tempo - TEMPOS[0], step)
    following = places[min(index + 1, len(places) - 1)]
    return places[index] + (following - places[index]) * part // step


@lru_cache(maxsize=512)
def offsets(meter: Meter, eighth: int, sixteenth: int) -> tuple[int, ...]:
    """Ticks of every sixteenth from the bar line, and of the next bar line at the end."""
    middle, late = QUARTER * eighth // 1000, EIGHTH * sixteenth // 1000
    quarter = (0, middle * sixteenth // 1000, middle, middle + (QUARTER - middle) * sixteenth // 1000)
    out, at = [], 0
    for group in meter.groups:
        length = group * meter.unit_span
        if length % QUARTER == 0:
            out += [at + beat + place for beat in range(0, length, QUARTER) for place in quarter]
        else:
            out += [at + slot // 2 * EIGHTH + slot % 2 * late for slot in range(length // SIXTEENTH)]
        at += length
    return (*out, at)
