"""A fade-out under way: which levels are due now.

Law of this file: levels fall straight to nothing, in steps of a tenth of a second, whatever it is asked in between.
"""

from dataclasses import dataclass

from performer.wire.mix import faded

STEP_NS = 100_000_000


@dataclass(slots=True)
class Fading:
    """``begun`` and ``whole`` in host nanoseconds; ``levels`` per mille as they stood."""

    begun: int
    whole: int
    levels: dict[str, int]
    _due: int = 0

    def levels_at(self, host: int) -> dict[str, int]:
        """The levels to set now; none between two steps."""
        if host < self._due:
            return {}
        self._due = host + STEP_NS
        return faded(self.levels, host - self.begun, self.whole)

    def over(self, host: int) -> bool:
        """Whether its end has come."""
        return host - self.begun >= self.whole
