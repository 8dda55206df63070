"""A stage for real player processes: the test owns the sockets and the shared memory, and is engine, composer and outside."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

import pytest

from performer.records import Anchor, Message, Report, pack, unpack
from performer.run.memory import Memory


class Heard(NamedTuple):
    """One datagram at the outside: host nanoseconds of its arrival, and its bytes."""

    ns: int
    data: bytes


class Ear:
    """A receiver outside, on a thread of its own."""

    def __init__(self, port: int = 0) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(("127.0.0.1", port))
        self.socket.settimeout(0.05)
        self.port: int = self.socket.getsockname()[1]
        self.heard: list[Heard] = []
        self._over = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while not self._over:
            with suppress(TimeoutError):
                data = self.socket.recv(65_536)
                self.heard.append(Heard(time.monotonic_ns(), data))

    def data(self) -> list[bytes]:
        return [heard.data for heard in list(self.heard)]

    def close(self) -> None:
        self._over = True
        self._thread.join()
        self.socket.close()


class Theatre:
    """Seats with players in them. ``tell`` speaks to all of them as the composer and the engine do."""

    def __init__(self, *seats: str, slots: int = 1) -> None:
        self.memory = Memory.create(list(seats), players=slots)
        self.ends: dict[str, tuple[socket.socket, socket.socket]] = {}
        self.theirs: dict[str, int] = {}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        for seat in seats:
            pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(2)]
            self.ends[seat] = (pairs[0][0], pairs[1][0])
            self.theirs |= {f"engine~{seat}": pairs[0][1].detach(), f"composer~{seat}": pairs[1][1].detach()}

    def start(
        self, seat: str, outputs: list[dict[str, object]], module: str = "performer.run.players.process", fds: dict[str, int] | None = None,
        **settings: object,
    ) -> subprocess.Popen[bytes]:  # fmt: skip
        named = {name: fd for name, fd in self.theirs.items() if name.endswith(f"~{seat}")} | {"memory": self.memory.fd} | (fds or {})
        env = os.environ | {"PERFORMER_STAGE": json.dumps(named), "PERFORMER_PLAYER": json.dumps({"outputs": outputs, **settings})}
        child = subprocess.Popen([sys.executable, "-m", module, seat], env=env, pass_fds=sorted(named.values()))
        self.children[seat] = child
        return child

    def ready(self, *seats: str) -> None:
        """Wait until these beat."""
        self.until(lambda: all(self.memory.heartbeat(seat)[1] == self.children[seat].pid for seat in seats))

    @staticmethod
    def until(done: Callable[[], bool], seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, "it never came to pass"
            time.sleep(0.002)

    def tell(self, *messages: Message) -> None:
        for message in messages:
            for _, composer in self.ends.values():
                composer.send(pack(message))

    def anchor(self, in_ns: int = 300_000_000) -> Anchor:
        """Show time 0 is a little ahead."""
        anchor = Anchor(1, time.monotonic_ns() + in_ns, 0, 10**9)
        self.memory.anchor = anchor
        return anchor

    def said(self, seat: str) -> list[Message]:
        """What a player has told the engine since the last call."""
        found: list[Message] = []
        with suppress(BlockingIOError):
            while True:
                found.append(unpack(self.ends[seat][0].recv(65_536, socket.MSG_DONTWAIT)))
        return found

    def report(self, seat: str) -> Report:
        """Its next report."""
        self.said(seat)
        reports: list[Report] = []

        def come() -> bool:
            reports.extend(message for message in self.said(seat) if isinstance(message, Report))
            return bool(reports)

        self.until(come)
        return reports[-1]

    def close(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGCONT)
                child.terminate()
                try:
                    child.wait(5)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        for pair in self.ends.values():
            for end in pair:
                end.close()
        for fd in [*self.theirs.values(), self.memory.fd]:
            os.close(fd)


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    yield made
    made.close()


@pytest.fixture
def theatre() -> Iterator[Callable[..., Theatre]]:
    made: list[Theatre] = []

    def make(*seats: str) -> Theatre:
        made.append(Theatre(*seats))
        return made[-1]

    yield make
    for one in made:
        one.close()
