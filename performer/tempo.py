"""The bijection between ticks and show time, as a value.

Law of this file: ``tick_at(micros_at(t)) == t`` for every tick, and a later change moves nothing
earlier. Tempo is an integer number of microseconds a quarter; a ramp is linear in that over ticks,
so show time is quadratic in ticks and is inverted exactly with ``isqrt``. The one rounding is the
floor in ``Segment.micros_at``.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import isqrt
from typing import NewType

from performer.ticks import QUARTER, Span, Tick

Micros = NewType("Micros", int)
"""Show time in microseconds from tick 0; never host time."""

SLOWEST = 6_000_000
"""Microseconds a quarter at 10 quarters a minute."""
FASTEST = 60_000
"""Microseconds a quarter at 1,000 quarters a minute: still 2.9 us a tick, so that the bijection holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Tempo from ``at`` on: ``start`` microseconds a quarter, moving to ``end`` over ``span`` ticks and staying there.

    ``span`` 0 means a steady tempo (then ``start == end``).
    """

    at: Tick
    micros: Micros
    start: int
    end: int
    span: Span = Span(0)

    def micros_at(self, tick: Tick) -> Micros:
        """Show time of ``tick``; before ``at`` the starting tempo is extended backwards."""
        x = tick - self.at
        if x <= 0 or not self.span:
            return Micros(self.micros + self.start * x // QUARTER)
        ramp = min(x, self.span)
        area = (2 * self.span * self.start * ramp + (self.end - self.start) * ramp * ramp) // (2 * self.span * QUARTER)
        return Micros(self.micros + area + self.end * (x - ramp) // QUARTER)

    def tick_at(self, micros: Micros) -> Tick:
        """The last tick whose show time is not after ``micros``."""
        y = micros - self.micros
        knee = self.micros_at(Tick(self.at + self.span)) - self.micros
        if y < 0 or not self.span:
            guess = y * QUARTER // self.start
        elif y >= knee:
            guess = self.span + (y - knee) * QUARTER // self.end
        else:  # (end-start) x^2 + 2 span start x - 2 span QUARTER (y+1) = 0
            a, b, c = self.end - self.start, self.span * self.start, 2 * self.span * QUARTER * (y + 1)
            guess = c // (b + isqrt(b * b + a * c))
        tick = self.at + guess
        while self.micros_at(Tick(tick)) > micros:
            tick -= 1
        while self.micros_at(Tick(tick + 1)) <= micros:
            tick += 1
        return Tick(tick)

    def per_quarter_at(self, tick: Tick) -> int:
        """Microseconds a quarter in force at ``tick``."""
        x = min(max(tick - self.at, 0), self.span)
        return self.start + (self.end - self.start) * x // self.span if self.span else self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class TempoMap:
    """Segments in ascending order, at least one; the last holds for ever."""

    segments: tuple[Segment, ...]

    def _in_force(self, tick: Tick) -> Segment:
        return self.segments[max(0, bisect_right(self.segments, tick, key=lambda s: s.at) - 1)]

    def micros_at(self, tick: Tick) -> Micros:
        """Show time of ``tick``."""
        return self._in_force(tick).micros_at(tick)

    def tick_at(self, micros: Micros) -> Tick:
        """The last tick whose show time is not after ``micros``."""
        index = max(0, bisect_right(self.segments, micros, key=lambda s: s.micros) - 1)
        tick = self.segments[index].tick_at(micros)
        if index + 1 < len(self.segments):
            tick = min(tick, Tick(self.segments[index + 1].at - 1))
        return tick

    def per_quarter_at(self, tick: Tick) -> int:
        """Microseconds a quarter in force at ``tick``."""
        return self._in_force(tick).per_quarter_at(tick)

    def changed(self, at: Tick, start: int, end: int | None = None, span: Span = Span(0)) -> "TempoMap":
        """The same map up to ``at``, and from there the new tempo: later segments are dropped."""
        kept = tuple(s for s in self.segments if s.at < at)
        micros = self.micros_at(at) if kept else self.segments[0].micros_at(at)
        new = Segment(at=at, micros=micros, start=start, end=start if end is None else end, span=span if end is not None else Span(0))
        return TempoMap(segments=(*kept, new))

    def since(self, tick: Tick) -> "TempoMap":
        """The map without the segments that ended before ``tick``."""
        first = max(0, bisect_right(self.segments, tick, key=lambda s: s.at) - 1)
        return TempoMap(segments=self.segments[first:])


def steady(per_quarter: int) -> TempoMap:
    """One tempo from tick 0 on, tick 0 being show time 0."""
    return TempoMap(segments=(Segment(at=Tick(0), micros=Micros(0), start=per_quarter, end=per_quarter),))
