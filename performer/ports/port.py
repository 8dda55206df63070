"""What every mover of bytes can do, and when one that is in trouble tries again.

Law of this folder: a port never raises at its user and never waits long. Trouble is kept in ``trouble`` in one sentence and
ends by itself; what could not be sent is gone (whoever plays says what still holds when ``tend`` says that it is back).
"""

from typing import Protocol

FIRST_RETRY_NS = 250_000_000
LAST_RETRY_NS = 5_000_000_000


class Port(Protocol):
    """One output. ``up``: what is sent arrives, as far as can be known; ``trouble``: what is wrong, else empty."""

    name: str
    up: bool
    trouble: str

    def open(self) -> None:
        """Make it ready, if that is possible now; else ``tend`` goes on trying."""

    def send(self, data: bytes) -> bool:
        """Move bytes now; False when they did not leave."""

    def tend(self, now_ns: int) -> bool:
        """Look after it, about ten times a second. True once when it is back after a loss: say again what still holds."""

    def close(self) -> None:
        """Let everything that was sent arrive, then let go. It can be opened again."""


class Backoff:
    """When to try again: at once after a success, then twice as late each time, at most every 5 s."""

    __slots__ = ("_due", "_step")

    def __init__(self) -> None:
        self._step = FIRST_RETRY_NS
        self._due = 0

    def ready(self, now_ns: int) -> bool:
        """Whether the next try is due."""
        return now_ns >= self._due

    def failed(self, now_ns: int) -> None:
        """A try failed."""
        self._due = now_ns + self._step
        self._step = min(self._step * 2, LAST_RETRY_NS)

    def succeeded(self) -> None:
        """A try succeeded."""
        self._step, self._due = FIRST_RETRY_NS, 0
