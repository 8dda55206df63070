"""How much a player may spin, and when it must rest.

Law of this file: over any stretch of time it spins a fifth of it at most, plus ``BURST``, and is awake nine tenths of it at
most, plus ``STRETCH`` (and what it does between two looks). Linux stops a real-time process that is awake for 95 % of a second
until that second is over (``sched_rt_runtime_us``): 50 ms of silence are worse than resting in time.
"""

BURST = 5_000_000
"""Nanoseconds of spinning that may be saved up."""
STRETCH = 100_000_000
"""Nanoseconds that it may be awake without any sleep."""
REST_NS = 1_000_000
"""The shortest rest."""


class Pace:
    """All times are host nanoseconds. ``spin_ns``: the longest spin before one deadline, 0 for none; awake from ``now`` on."""

    __slots__ = ("_awake_since", "_credit", "_longest", "_looked", "_tired")

    def __init__(self, spin_ns: int, now: int) -> None:
        self._longest = spin_ns
        self._credit = BURST
        self._tired = 0
        self._looked = self._awake_since = now

    def spin(self, now: int) -> int:
        """How long it may spin from ``now`` on."""
        self._credit = min(BURST, self._credit + max(0, now - self._looked) // 5)
        self._looked = now
        return min(self._longest, self._credit)

    def spun(self, ns: int) -> None:
        """It has spun so long."""
        self._credit = max(0, self._credit - ns)

    def slept(self, since: int, until: int) -> None:
        """It was asleep from ``since`` until ``until``."""
        self._tired = max(0, self._tired + since - self._awake_since - 9 * (until - since))
        self._awake_since = until

    def rest(self, now: int) -> int:
        """How long it must sleep now; 0 unless it has been awake too long."""
        beyond = self._tired + now - self._awake_since - STRETCH
        return max(REST_NS, beyond // 9) if beyond > 0 else 0
