"""Panic while no engine lives: the only thing that the supervisor understands of the outside.

Law of this file: nothing is taken from the control socket (the engine that comes back finds every datagram), nothing is
decoded (whole datagrams are compared with a fixed list), nothing but a release is ever sent, and each press rings once.

On Linux each peek can go on behind the one before (SO_PEEK_OFF). That offset belongs to the socket, not to us, so it is
taken back before an engine is started: from then until its first heartbeat only the head of the queue is looked at.
"""

import contextlib
import socket
import sys
from collections import deque
from collections.abc import Sequence
from enum import Enum

from performer.records import Alarm, pack
from performer.run.supervisor.stage import arrival_ns

_PEEK_OFF = 42
_LONGEST = 8192
_GUARD_NS = 150_000_000
"""A press that follows sooner is a bounce or a doubled datagram."""
_AGAIN_NS = 2_000_000_000
"""A second press within this time stops (the same rule as the engine's)."""
_AT_ONCE = 64
"""Datagrams looked at between two looks at the processes."""


def _packets() -> frozenset[bytes]:
    """Every way in which surfaces write one press of panic: no argument, 1, 1.0, true; plain, or alone in an immediate bundle."""
    address = b"/performer/panic\0\0\0\0"
    tails = (b",\0\0\0", b",T\0\0", b",i\0\0\0\0\0\1", b",f\0\0\x3f\x80\0\0")
    plain = [address + tail for tail in tails]
    bundled = [b"#bundle\0\0\0\0\0\0\0\0\1" + len(packet).to_bytes(4, "big") + packet for packet in plain]
    return frozenset(plain + bundled)


PANIC_PACKETS = _packets()


class Watch(Enum):
    """How much of the control socket is looked at."""

    NOTHING = "an engine reads it"
    HEAD = "an engine is starting"
    ALL = "no engine lives"


class AlarmWatch:
    """Looks at the control socket and rings at the players' ends."""

    def __init__(self, control: socket.socket, players: Sequence[socket.socket]) -> None:
        self._control = control
        self._players = tuple(players)
        self._known: deque[tuple[object, ...]] = deque(maxlen=32)
        self._last_ns = -_AGAIN_NS
        self._rung = 0
        self.watch = Watch.NOTHING
        self._peek_from(-1)

    def set(self, watch: Watch) -> None:
        """Look at this much from now on. Anything but ALL gives the socket back as it was, at once."""
        if watch is self.watch:
            return
        if watch is Watch.NOTHING:
            self._rung = 0
        self.watch = watch
        self._peek_from(0 if watch is Watch.ALL else -1)

    def look(self, now_ns: int, last_seq: int) -> int:
        """Ring for every press among the datagrams that were not looked at yet; how many there were."""
        found = 0
        for _ in range(_AT_ONCE if self.watch is not Watch.NOTHING else 0):
            try:
                data, ancillary, _, sender = self._control.recvmsg(_LONGEST, 256, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except OSError:
                break
            stamp = arrival_ns(ancillary)
            if data in PANIC_PACKETS and (data, sender, stamp) not in self._known:
                self._known.append((data, sender, stamp))
                found += self._press(now_ns if stamp is None else stamp, last_seq)
            if self.watch is Watch.HEAD or sys.platform != "linux":
                break  # the next peek would show the same datagram
        return found

    def _press(self, at_ns: int, last_seq: int) -> int:
        since, self._last_ns = at_ns - self._last_ns, at_ns
        if 0 <= since < _GUARD_NS:
            return 0
        self._rung += 1
        message = pack(Alarm(last_seq + self._rung, 0 <= since < _AGAIN_NS))
        for player in self._players:
            with contextlib.suppress(OSError):
                player.send(message, socket.MSG_DONTWAIT)
        return 1

    def _peek_from(self, offset: int) -> None:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                self._control.setsockopt(socket.SOL_SOCKET, _PEEK_OFF, offset)
