"""Time as a parameter: the one place that asks the system what time it is.

Law of this file: host time is integer nanoseconds of one monotonic clock and is never set back; wall time only labels
things and fills OSC time tags. With an ``Anchor``, ``show_at(anchor, host_at(anchor, s)) == s`` for every show time.
"""

from time import monotonic_ns, time_ns
from typing import Protocol

from performer.records import Anchor

AS_WRITTEN = 1_000_000_000
"""The rate of an anchor, in parts per billion, at which show time runs as host time does."""


class Clock(Protocol):
    """Where host time comes from."""

    def now(self) -> int:
        """Host time: monotonic nanoseconds."""

    def wall(self) -> int:
        """Wall time: nanoseconds since 1970 in UTC; it may jump."""


class SystemClock:
    """The clock of this machine (CLOCK_MONOTONIC)."""

    __slots__ = ()

    def now(self) -> int:
        """Host time: monotonic nanoseconds."""
        return monotonic_ns()

    def wall(self) -> int:
        """Wall time: nanoseconds since 1970 in UTC."""
        return time_ns()


class VirtualClock:
    """A clock that stands still until it is moved: rehearsals and tests run as fast as they can compute."""

    __slots__ = ("_now", "_wall_offset")

    def __init__(self, now: int = 0, wall_offset: int = 0) -> None:
        self._now = now
        self._wall_offset = wall_offset

    def now(self) -> int:
        """Host time: monotonic nanoseconds."""
        return self._now

    def wall(self) -> int:
        """Wall time: ``now`` plus a fixed offset."""
        return self._now + self._wall_offset

    def advance_to(self, now: int) -> None:
        """Move on to ``now``. Raises ValueError for a move back."""
        if now < self._now:
            raise ValueError(f"the clock stands at {self._now} and cannot go back to {now}")
        self._now = now


def host_at(anchor: Anchor, show_us: int) -> int:
    """Host time (ns) of a show time: the first nanosecond at which ``show_us`` has been reached."""
    return anchor.host_ns - (show_us - anchor.show_us) * -anchor.rate // 1_000_000


def show_at(anchor: Anchor, host_ns: int) -> int:
    """Show time (us) at a host time, rounded down."""
    return anchor.show_us + (host_ns - anchor.host_ns) * 1_000_000 // anchor.rate
