"""The outside receiver: a process of its own that keeps every packet with the kernel's stamp.

Law of this file: the stamp is the kernel's (SO_TIMESTAMPNS, CLOCK_REALTIME), so that the receiver adds no error of its own; it
reads in batches, so that it does not wake up beside what it measures; what the kernel had to drop is counted (SO_RXQ_OVFL).
"""

import contextlib
import select
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

BUFFER = 64 << 20
BATCH_S = 0.02
_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35
_SO_RXQ_OVFL = 40
_HEAD = struct.Struct("<QH")


class Packet(NamedTuple):
    """A datagram as it came: kernel stamp in nanoseconds of CLOCK_REALTIME, and its bytes."""

    stamp: int
    data: bytes


class Receiver:
    """A receiving process on a free loopback port, from creation until ``take``."""

    def __init__(self, port: int = 0) -> None:
        self._file = tempfile.NamedTemporaryFile(suffix=".packets", delete=False)  # noqa: SIM115 - read after the process has ended
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.receiver", str(port), self._file.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        self.lost = 0

    def take(self) -> list[Packet]:
        """End the process; everything it received, in order. ``lost`` then says how many the kernel dropped."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        time.sleep(2 * BATCH_S)
        self._process.stdin.close()
        self.lost = int(self._process.stdout.readline() or 0)
        self._process.wait(10)
        self._process.stdout.close()
        path = Path(self._file.name)
        packets = list(_packets(path.read_bytes()))
        self._file.close()
        path.unlink()
        return packets

    def close(self) -> None:
        """End the process and forget what it received."""
        if self._process.poll() is None:
            self.take()


def _packets(data: bytes) -> Iterator[Packet]:
    at = 0
    while at < len(data):
        stamp, size = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        yield Packet(stamp, data[at : at + size])
        at += size


def _listen(port: int) -> tuple[socket.socket, bool]:
    """The socket, and whether its buffer is large enough to be read in batches."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, BUFFER)
    except OSError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    large = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) >= 4 << 20
    sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
    sock.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
    sock.bind(("127.0.0.1", port))
    return sock, large


def main(port: int, path: str) -> None:
    """Receive until standard input ends."""
    sock, large = _listen(port)
    print(sock.getsockname()[1], flush=True)
    watched = [sys.stdin] if large else [sys.stdin, sock]
    lost = 0
    ended = False
    with open(path, "wb", buffering=1 << 20) as out:
        while not ended:
            ended = sys.stdin in select.select(watched, [], [], BATCH_S)[0]
            while True:
                try:
                    data, ancillary, _, _ = sock.recvmsg(65_536, 128, socket.MSG_DONTWAIT)
                except BlockingIOError:
                    break
                stamp = 0
                for _, kind, value in ancillary:
                    if kind == _SO_TIMESTAMPNS:
                        seconds, nanos = struct.unpack("qq", value[:16])
                        stamp = seconds * 1_000_000_000 + nanos
                    elif kind == _SO_RXQ_OVFL:
                        (lost,) = struct.unpack("I", value[:4])
                out.write(_HEAD.pack(stamp, len(data)))
                out.write(data)
    with contextlib.suppress(BrokenPipeError):  # nobody asks any more
        print(lost, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
