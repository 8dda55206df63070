"""Everything that outlives a process: sockets, pairs, shared memory, the journal, each under a name.

Law of this file: one owner makes every descriptor before anything starts and keeps all of them open, both ends
of every pair, so that whoever dies, nothing that was sent is lost and the next one finds the same queues. A
process is given only what it needs.

Names: ``control``, ``journal``, ``memory``, ``out:NAME`` and, for the pair between two seats, ``A>B`` (the end
that A holds) and ``B>A``. A player knows its own ends as ``engine~SEAT`` and ``composer~SEAT``.
"""

import errno
import json
import os
import socket
import struct
import sys
from collections.abc import Iterable, Mapping

VARIABLE = "PERFORMER_STAGE"
"""The environment variable that tells a child its descriptors: JSON {name: fd}."""

CONTROL_BUFFER = 1 << 20
PAIR_BUFFER = 4 << 20
"""Bytes; a bar of eight parts is some 30 kB, so a player may be stopped for minutes of music before its queue is full."""

TIMESTAMPNS = 35
"""SO_TIMESTAMPNS on Linux: the kernel's time of arrival travels with each datagram."""


_FORCE = {socket.SO_SNDBUF: 32, socket.SO_RCVBUF: 33}
"""SO_SNDBUFFORCE and SO_RCVBUFFORCE, which the socket module does not name."""
_LEAST = 65_536


class StageError(Exception):
    """The stage cannot be set; the message is for the operator."""


class Stage:
    """Descriptors by name. The owner's holds all, a child's holds what it was given."""

    def __init__(self, fds: Mapping[str, int]) -> None:
        self.fds: dict[str, int] = dict(fds)

    @classmethod
    def make(
        cls, *, players: Iterable[str], outputs: Iterable[str], journal: int, memory: int, control: tuple[str, int] = ("127.0.0.1", 9000)
    ) -> "Stage":
        """Make every socket. ``players`` are seats (spares and page included), ``outputs`` the names of UDP outputs.

        Port 0 takes any free control port. Raises StageError, with everything closed again, when the control port is
        taken or descriptors run out; ``journal`` and ``memory`` belong to the stage from then on.
        """
        stage = cls({})
        try:
            stage.fds["control"] = _control(*control)
            stage._pair("engine", "composer")
            for seat in players:
                stage._pair("engine", seat)
                stage._pair("composer", seat)
            for name in outputs:
                stage.fds[f"out:{name}"] = _udp()
        except OSError as error:
            stage.close()
            if error.errno == errno.EADDRINUSE:
                raise StageError(f"control port {control[1]} is taken: is another performer running? (--control-port N)") from error
            raise StageError(f"no control port or not enough descriptors: {error.strerror}") from error
        stage.fds |= {"journal": journal, "memory": memory}
        return stage

    @classmethod
    def open(cls, environ: Mapping[str, str]) -> "Stage":
        """What a child was given. Raises StageError when it was not started by a stage."""
        try:
            fds = {str(name): int(fd) for name, fd in json.loads(environ[VARIABLE]).items()}
            for fd in fds.values():
                os.fstat(fd)
        except (KeyError, ValueError, AttributeError, TypeError, OSError) as error:
            raise StageError(f"{VARIABLE} does not name open descriptors: this program is started by `performer run`") from error
        return cls(fds)

    @property
    def control_port(self) -> int:
        """The UDP port that control is bound to."""
        with self.socket("control") as bound:
            return int(bound.getsockname()[1])

    def socket(self, name: str) -> socket.socket:
        """A socket object over a copy of the descriptor called ``name``; closing it leaves the stage as it is. KeyError."""
        return socket.socket(fileno=os.dup(self.fds[name]))

    def needs(self, seat: str) -> dict[str, int]:
        """The descriptors that the process in ``seat`` gets, under the names it knows them by."""
        own = {name: fd for name, fd in self.fds.items() if name.startswith(f"{seat}>")}
        if seat == "supervisor":
            return dict(self.fds)
        if seat == "engine":
            return own | self._some("control", "journal", "memory")
        if seat == "composer":
            return own | self._some("journal", "memory")
        ends = {f"{name.partition('>')[2]}~{seat}": fd for name, fd in own.items()}
        outputs = {} if seat == "page" else {name: fd for name, fd in self.fds.items() if name.startswith("out:")}
        return ends | self._some("memory") | outputs

    def for_process(self, seat: str) -> tuple[dict[str, str], tuple[int, ...]]:
        """Environment and descriptors to hand to the process in ``seat``."""
        needs = self.needs(seat)
        return {VARIABLE: json.dumps(needs, sort_keys=True)}, tuple(sorted(set(needs.values())))

    def close(self) -> None:
        """Close everything. Only for the owner, when all others have ended."""
        for fd in self.fds.values():
            os.close(fd)
        self.fds.clear()

    def _some(self, *names: str) -> dict[str, int]:
        return {name: self.fds[name] for name in names if name in self.fds}

    def _pair(self, one: str, other: str) -> None:
        left, right = _message_pair()
        self.fds[f"{one}>{other}"] = left.detach()
        self.fds[f"{other}>{one}"] = right.detach()


def arrival_ns(ancillary: Iterable[tuple[int, int, bytes]]) -> int | None:
    """The kernel's stamp (wall nanoseconds) in what ``recvmsg`` returned beside the data; None where it gives none."""
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == TIMESTAMPNS and len(data) >= 16:
            seconds, nanoseconds = struct.unpack_from("=qq", data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return None


def _message_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected ends on which a message is whole or absent: SEQPACKET, datagrams where that is missing (macOS)."""
    try:
        pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    except (AttributeError, OSError):
        pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for end in pair:
        end.setblocking(False)
        _enlarge(end, socket.SO_SNDBUF, PAIR_BUFFER)
        _enlarge(end, socket.SO_RCVBUF, PAIR_BUFFER)
    return pair


def _control(host: str, port: int) -> int:
    bound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    _enlarge(bound, socket.SO_RCVBUF, CONTROL_BUFFER)
    if sys.platform == "linux":
        bound.setsockopt(socket.SOL_SOCKET, TIMESTAMPNS, 1)
    return bound.detach()


def _udp() -> int:
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    out.setblocking(False)
    _enlarge(out, socket.SO_SNDBUF, CONTROL_BUFFER)
    return out.detach()


def _enlarge(end: socket.socket, option: int, size: int) -> None:
    """As large as the system allows: on Linux root may pass the system's limit, others get the most that is granted."""
    if sys.platform == "linux":
        try:
            end.setsockopt(socket.SOL_SOCKET, _FORCE[option], size)
            return
        except OSError:
            pass  # not root: ask for what everybody may have
    while size >= _LEAST:
        try:
            end.setsockopt(socket.SOL_SOCKET, option, size)
            return
        except OSError:
            size //= 2
