"""Feel: where in time and how strongly a hand plays a slot. Integers; microseconds and velocity steps.

Law of this file: a feel is systematic (a table by instrument and slot) plus one slow residual that all instruments of
the evening share; it is never independent jitter, and it never moves the grid. The residual is a sum of interpolated
lattices whose width doubles, each as strong as the other (Voss 1978): a spectrum near 1/f, as in played music
(Hennig et al. 2011).
"""

from dataclasses import dataclass

from performer.music.chance import Chance

OCTAVES = 4
"""Lattices in the residual: widths 1, 2, 4 and 8 bars."""


@dataclass(frozen=True, slots=True)
class Touch:
    """How one instrument is played: microseconds late (early if negative) and velocity steps, by slot of a quarter or bar.

    ``late`` and ``weight`` repeat over the bar. ``follow``: per mille of the shared residual that it takes.
    """

    late: tuple[int, ...] = (0,)
    weight: tuple[int, ...] = (0,)
    follow: int = 1000


STILL = Touch(follow=0)


@dataclass(frozen=True, slots=True)
class Hand:
    """The residual of one bar: microseconds and velocity steps by slot."""

    late: tuple[int, ...]
    weight: tuple[int, ...]

    def late_at(self, touch: Touch, slot: int) -> int:
        """Microseconds by which this instrument sounds after its place on the grid."""
        return touch.late[slot % len(touch.late)] + self.late[slot % len(self.late)] * touch.follow // 1000

    def weight_at(self, touch: Touch, slot: int) -> int:
        """Velocity steps to add."""
        return touch.weight[slot % len(touch.weight)] + self.weight[slot % len(self.weight)] * touch.follow // 1000


def hand(tonight: Chance, bar: int, slots: int, drift: int, sway: int) -> Hand:
    """The residual of ``bar``: at most about ``drift`` microseconds and ``sway`` velocity steps.

    ``tonight`` is the address of the section's visit, so that neighbouring bars are neighbours in the slow lattices.
    """
    if not drift and not sway:
        return Hand((0,), (0,))
    lates, weights = [0] * slots, [0] * slots
    for octave in range(1, OCTAVES):
        width = 1 << (octave - 1)
        lattice, place = bar // width, bar % width
        a = tonight.row(2, "feel", octave, lattice)
        b = tonight.row(2, "feel", octave, lattice + 1)
        for slot in range(slots):
            part = place * slots + slot
            lates[slot] += (a[0] - 500) + (b[0] - a[0]) * part // (width * slots)
            weights[slot] += (a[1] - 500) + (b[1] - a[1]) * part // (width * slots)
    near = tonight.row(2 * slots, "feel", 0, bar)
    late = tuple((lates[s] + near[s] - 500) * drift // 1500 for s in range(slots))
    weight = tuple((weights[s] + near[slots + s] - 500) * sway // 1500 for s in range(slots))
    return Hand(late, weight)
