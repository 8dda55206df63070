"""Datagrams to one host and port.

Law of this file: a datagram leaves at once or not at all. The socket is connected, so that the kernel says when nobody
listens there (ICMP port unreachable): it then refuses the next send, which is tried once more.
"""

import socket

from performer.ports.port import Backoff

SETTLED_NS = 300_000_000
"""Sends that nobody refused for so long mean that somebody listens again."""


class UdpPort:
    """One UDP output. ``fd``: a socket that somebody else made and keeps (-1: make one)."""

    def __init__(self, name: str, host: str, port: int, fd: int = -1) -> None:
        self.name = name
        self.up = False
        self.trouble = "not open"
        self._target = (host, port)
        self._fd = fd
        self._socket: socket.socket | None = None
        self._backoff = Backoff()
        self._lost = False
        self._refusals = self._sends = 0
        self._seen = (0, 0)
        self._quiet_since = 0

    def open(self) -> None:
        """Connect; a host that has no address now is tried again."""
        if self._socket is not None:
            return
        try:
            family = socket.AF_INET6 if ":" in self._target[0] else socket.AF_INET
            made = socket.socket(fileno=self._fd) if self._fd >= 0 else socket.socket(family, socket.SOCK_DGRAM)
        except OSError as error:
            self._in_trouble(error)
            return
        try:
            made.setblocking(False)
            made.connect(self._target)
        except (OSError, OverflowError) as error:
            self._let_go(made)
            self._in_trouble(error)
            return
        self._socket, self.up, self.trouble = made, True, ""

    def send(self, data: bytes) -> bool:
        """One datagram."""
        if self._socket is None:
            return False
        self._sends += 1
        try:
            self._socket.send(data)
        except ConnectionRefusedError as error:
            self._refused(error)
            try:
                self._socket.send(data)
            except OSError:
                return False
        except OSError as error:
            self._refused(error)
            return False
        return True

    def tend(self, now_ns: int) -> bool:
        """See whether somebody listens again."""
        if self._socket is None:
            if self._backoff.ready(now_ns):
                self.open()
                if self._socket is None:
                    self._backoff.failed(now_ns)
                else:
                    self._backoff.succeeded()
                    return self._back()
            return False
        if self.up:
            return False
        now_seen = (self._refusals, self._sends)
        if self._refusals != self._seen[0]:
            self._seen, self._quiet_since = now_seen, now_ns
        elif self._sends >= self._seen[1] + 2 and now_ns - self._quiet_since >= SETTLED_NS:
            self.up, self.trouble = True, ""
            return self._back()
        return False

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._let_go(self._socket)
        self._socket, self.up, self.trouble = None, False, "not open"

    def _back(self) -> bool:
        lost, self._lost = self._lost, False
        return lost

    def _let_go(self, made: socket.socket) -> None:
        if self._fd >= 0:
            made.detach()
        else:
            made.close()

    def _refused(self, error: OSError) -> None:
        self._refusals += 1
        self._in_trouble(error)

    def _in_trouble(self, error: Exception) -> None:
        host, port = self._target
        if isinstance(error, ConnectionRefusedError):
            self.trouble = f"nobody listens at {host}:{port}"
        else:
            self.trouble = f"cannot send to {host}:{port}: {getattr(error, 'strerror', None) or error}"
        self.up, self._lost = False, True
