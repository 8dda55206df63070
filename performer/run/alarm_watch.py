"""Panic while no engine lives: the only thing that the supervisor understands of the outside.

Law of this file: nothing is taken from the control socket (the engine that comes back finds every datagram), nothing is
decoded (whole datagrams are compared with a fixed list), and nothing but a release is ever sent.
"""

import contextlib
import socket
import sys
from collections.abc import Sequence

from performer.records import Alarm, pack

_PEEK_OFF = 42
"""SO_PEEK_OFF on Linux: each peek goes on after the one before, so that a panic behind other datagrams is seen."""
_LONGEST = 8192
_AGAIN_NS = 2_000_000_000
"""A second press within this time stops (the same rule as the engine's)."""
_AT_ONCE = 64
"""Datagrams looked at between two looks at the processes."""


def _packets() -> frozenset[bytes]:
    """Every way in which surfaces write one press of panic: no argument, 1, 1.0, true; plain, or alone in an immediate bundle."""
    address = b"/performer/panic\0\0\0\0"
    tails = (b"", b",\0\0\0", b",T\0\0", b",i\0\0\0\0\0\1", b",f\0\0\x3f\x80\0\0")
    plain = [address + tail for tail in tails]
    bundled = [b"#bundle\0\0\0\0\0\0\0\0\1" + len(packet).to_bytes(4, "big") + packet for packet in plain]
    return frozenset(plain + bundled)


PANIC_PACKETS = _packets()


class AlarmWatch:
    """Looks at the control socket while it is ``open`` and rings at the players' ends."""

    def __init__(self, control: socket.socket, players: Sequence[socket.socket]) -> None:
        self._control = control
        self._players = tuple(players)
        self._last_ns = -_AGAIN_NS
        self._rung = 0
        self.watching = False

    def open(self) -> None:
        """From now on: everything that waits in the socket, and what will come."""
        if not self.watching:
            self.watching = True
            self._rung = 0
            self._peek_from(0)

    def close(self) -> None:
        """An engine is back: it reads for itself."""
        if self.watching:
            self.watching = False
            self._peek_from(-1)

    def look(self, now_ns: int, last_seq: int) -> int:
        """Ring for every panic among the datagrams that were not looked at yet; how many there were."""
        found = 0
        for _ in range(_AT_ONCE if self.watching else 0):
            try:
                data = self._control.recv(_LONGEST, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except OSError:
                break
            if data in PANIC_PACKETS:
                found += 1
                self._ring(now_ns, last_seq)
            if sys.platform != "linux":
                break  # without an offset the first datagram is all that can be seen
        return found

    def _ring(self, now_ns: int, last_seq: int) -> None:
        if sys.platform != "linux" and now_ns - self._last_ns < _AGAIN_NS and self._rung:
            return  # the same datagram, seen again
        self._rung += 1
        stop = now_ns - self._last_ns < _AGAIN_NS
        self._last_ns = now_ns
        message = pack(Alarm(last_seq + self._rung, stop))
        for player in self._players:
            with contextlib.suppress(OSError):
                player.send(message, socket.MSG_DONTWAIT)

    def _peek_from(self, offset: int) -> None:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                self._control.setsockopt(socket.SOL_SOCKET, _PEEK_OFF, offset)
