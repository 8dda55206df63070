"""Which generation of the music stands where in a lane, so that a late parcel can say what is heard in its stead.

Law of this file: at any place stands what was laid there last; where nothing was, -1. Ranges are [t0, t1) in show microseconds.
"""

from typing import NamedTuple

NOTHING = -1
KEPT = 20_000_000
"""Microseconds behind the range that is laid after which an older one is forgotten."""


class Stratum(NamedTuple):
    """One generation's range."""

    t0: int
    t1: int
    gen: int


class Strata:
    """The ranges of one lane, in order, none over another."""

    __slots__ = ("_ranges",)

    def __init__(self) -> None:
        self._ranges: list[Stratum] = []

    def lay(self, t0: int, t1: int, gen: int) -> None:
        """From now on ``gen`` stands in [t0, t1)."""
        if t0 >= t1:
            return
        kept: list[Stratum] = []
        for old in self._ranges:
            if old.t0 < t0:
                kept.append(old._replace(t1=min(old.t1, t0)))
            if old.t1 > t1:
                kept.append(old._replace(t0=max(old.t0, t1)))
        kept.append(Stratum(t0, t1, gen))
        kept.sort()
        self._ranges = _joined([one for one in kept if one.t1 > t0 - KEPT])

    def over(self, t0: int, t1: int) -> list[Stratum]:
        """What stands in [t0, t1), without gaps."""
        found, at = [], t0
        for one in self._ranges:
            if one.t1 <= at or one.t0 >= t1:
                continue
            if one.t0 > at:
                found.append(Stratum(at, one.t0, NOTHING))
            found.append(Stratum(max(one.t0, at), min(one.t1, t1), one.gen))
            at = found[-1].t1
        if at < t1:
            found.append(Stratum(at, t1, NOTHING))
        return found


def _joined(ranges: list[Stratum]) -> list[Stratum]:
    found: list[Stratum] = []
    for one in ranges:
        if found and found[-1].t1 == one.t0 and found[-1].gen == one.gen:
            found[-1] = found[-1]._replace(t1=one.t1)
        else:
            found.append(one)
    return found
