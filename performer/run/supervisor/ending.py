"""The orderly end: those who make, then those who sound, and whoever is still there.

Law of this file: everybody has gone 1.9 s after the beginning of the end, however stuck; a player is asked to leave
(it releases its notes then) before it is ever killed.
"""

import signal
from collections.abc import Sequence

from performer.run.supervisor.seat import Seat

OTHERS_NS = 700_000_000
"""How long the players wait for those who feed them."""
KILL_NS = 1_600_000_000


class Ending:
    """One end. ``step`` until it is True."""

    def __init__(self, seats: Sequence[Seat], now_ns: int) -> None:
        self._seats = seats
        self._since_ns = now_ns
        self._asked: set[str] = set()

    def step(self, now_ns: int) -> bool:
        """Ask or kill whoever is due now; True when nobody is left."""
        living = [seat for seat in self._seats if seat.process is not None]
        first = [seat for seat in living if not seat.row.last]
        for seat in living:
            if not seat.row.last or not first or now_ns - self._since_ns >= OTHERS_NS:
                self._ask(seat)
            if now_ns - self._since_ns >= KILL_NS and seat.process is not None:
                seat.process.send(signal.SIGKILL)
        return not living

    def _ask(self, seat: Seat) -> None:
        if seat.name not in self._asked and seat.process is not None:
            self._asked.add(seat.name)
            seat.process.send(signal.SIGTERM)
