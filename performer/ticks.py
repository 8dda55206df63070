"""Musical time: integers only.

Law of this file: a position is an integer number of ticks from the first downbeat, a length is an
integer number of ticks, and nothing here knows about clocks, tempo or seconds.
"""

from dataclasses import dataclass
from typing import NewType

Tick = NewType("Tick", int)
"""A position, in ticks from the downbeat of the performance (may be negative in a count-in)."""

Span = NewType("Span", int)
"""A length in ticks, >= 0."""

QUARTER = Span(20_160)
"""Ticks a quarter note: 2^6 * 3^2 * 5 * 7, so that 1..10, 16, 32 and 64 divide it exactly."""

EIGHTH = Span(QUARTER // 2)
SIXTEENTH = Span(QUARTER // 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A time signature, with the grouping of its beats.

    ``count``/``unit`` are what is written (7/8: 7 and 8). ``groups`` holds the length of every felt
    pulse in units: 4/4 is (1, 1, 1, 1), 6/8 is (3, 3), 7/8 as 2+2+3 is (2, 2, 3).
    """

    count: int
    unit: int
    groups: tuple[int, ...]

    @property
    def unit_span(self) -> Span:
        """Length of one written unit."""
        return Span(QUARTER * 4 // self.unit)

    @property
    def bar(self) -> Span:
        """Length of one bar."""
        return Span(self.count * self.unit_span)

    @property
    def pulses(self) -> tuple[Span, ...]:
        """Offsets of the felt pulses from the bar line, the first being 0."""
        at, out = 0, []
        for group in self.groups:
            out.append(Span(at))
            at += group * self.unit_span
        return tuple(out)

    @property
    def pulse(self) -> Span:
        """The pulse that the tempo counts: a quarter in x/4, a dotted quarter in 6/8, 9/8, 12/8, else a quarter."""
        compound = self.unit == 8 and self.count % 3 == 0 and self.count > 3
        return Span(QUARTER * 3 // 2) if compound else QUARTER

    def __str__(self) -> str:
        return f"{self.count}/{self.unit}"


COMMON_TIME = Meter(count=4, unit=4, groups=(1, 1, 1, 1))


def meter(count: int, unit: int, groups: tuple[int, ...] = ()) -> Meter:
    """Make a meter; without ``groups`` the customary grouping is taken.

    Raises ValueError for a unit other than 2, 4, 8, 16, a count outside 1..32, or groups that do not add up.
    """
    if unit not in (2, 4, 8, 16) or not 1 <= count <= 32:
        raise ValueError(f"no meter {count}/{unit}")
    if not groups:
        groups = _customary(count, unit)
    if sum(groups) != count or min(groups) < 1:
        raise ValueError(f"the groups {'+'.join(map(str, groups))} do not add up to {count}")
    return Meter(count=count, unit=unit, groups=groups)


def _customary(count: int, unit: int) -> tuple[int, ...]:
    if unit < 8:
        return (1,) * count
    if count % 3 == 0 and count > 3:
        return (3,) * (count // 3)
    twos, odd = divmod(count, 2)
    return (2,) * (twos - 1) + (3,) if odd and twos else (2,) * twos or (1,)
