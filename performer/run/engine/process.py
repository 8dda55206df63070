"""The engine's seat: sockets and time round ``Engine``.

Law of this file: a datagram is peeked, journalled, and only then taken from the socket; a restarted engine
drops the head of the queue when its predecessor had journalled it already. Nothing here waits for a disk, a
player or a surface.
"""

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from performer.run import status
from performer.run.cast import cast_of, seats_by_output
from performer.run.clock import SystemClock
from performer.run.engine.desk import Desk
from performer.run.engine.engine import Engine
from performer.run.engine.inbox import Address
from performer.run.entrance import enter
from performer.run.journal.format import End, Read
from performer.run.journal.writer import Journal
from performer.run.memory import Memory
from performer.run.night import begin
from performer.run.rung import climb
from performer.run.supervisor.stage import Stage, arrival_ns

BEAT = 0.005
"""Seconds between two beats of the engine."""
MOST_BYTES = 65_535
PRIORITY = 10
"""Below every player, above all that draws or thinks."""
LINGER_NS = 2_000_000_000
"""How long an ended performance stays when nobody sits at it."""


class EngineProcess:
    """The loop round ``Engine``."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        stage = Stage.open(environ)
        self._folder = Path(environ["PERFORMER_FOLDER"]) if environ.get("PERFORMER_FOLDER") else None
        self._clock = SystemClock()
        self._control = socket.socket(fileno=os.dup(stage.fds["control"]))
        self._control.setblocking(False)
        self._ends = {n.removeprefix("engine>"): socket.socket(fileno=os.dup(fd)) for n, fd in stage.fds.items() if n.startswith("engine>")}
        for end in self._ends.values():
            end.setblocking(False)
        self._journal, read = Journal.resume(stage.fds["journal"], aside=self._folder / "journal.damaged" if self._folder else None)
        memory = Memory(stage.fds["memory"])
        edge = memory.commit
        night = begin(read, edge=edge[1] if edge else None)
        cast = cast_of(night.rig)
        self.engine = Engine(
            night=night, journal=self._journal, memory=memory, clock=self._clock, post=self._post, reply=self._reply,
            players=tuple(seat.name for seat in cast), desk=Desk(night.rig, seats_by_output(cast)),
        )  # fmt: skip
        self._last = _last_heard(read)
        self._leaves = night.options.get("leave") == "1"
        self._ended_at: int | None = None
        self._published = 0
        self._rung = climb(PRIORITY)
        self._over = asyncio.Event()
        for note in night.notes:
            self.engine.trouble(note)

    def _post(self, seat: str, data: bytes) -> bool:
        end = self._ends.get(seat)
        if end is None:
            return False
        try:
            end.send(data)
        except OSError:
            return False  # its queue is full or it is gone: it says Hello when it is back
        return True

    def _reply(self, data: bytes, address: Address) -> None:
        with contextlib.suppress(OSError):
            self._control.sendto(data, address)

    def run(self) -> int:
        """Until SIGTERM, or until the performance is over and nobody sits at it. The exit code."""
        return asyncio.run(self._play())

    async def _play(self) -> int:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._over.set)
        loop.add_reader(self._control, self._readable)
        for seat, end in self._ends.items():
            loop.add_reader(end, partial(self._from, seat, end))
        for seat in self.engine.players:
            self.engine.welcome(seat)
        gc.collect()
        gc.freeze()
        due = loop.time()
        while not self._over.is_set():
            self.engine.beat()
            self._publish()
            due = max(due + BEAT, loop.time())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), due - loop.time())
        return self._leave()

    def _readable(self) -> None:
        """One datagram. What of it was journalled when an engine died over it must not act twice."""
        try:
            data, ancillary, _, address = self._control.recvmsg(MOST_BYTES, 256, socket.MSG_PEEK)
        except OSError:
            return
        stamp = arrival_ns(ancillary) or 0
        *last, known = self._last
        self._last = ("", 0, 0)  # only the head of the queue can be known
        try:
            self.engine.receive(data, (address[0], address[1]), stamp, known if [f"{address[0]}:{address[1]}", stamp] == last else 0)
        finally:
            with contextlib.suppress(OSError):
                self._control.recv(MOST_BYTES)

    def _from(self, seat: str, end: socket.socket) -> None:
        with contextlib.suppress(OSError):
            data = end.recv(1 << 20)
            if data:
                self.engine.heard(seat, data)

    def _publish(self) -> None:
        now = self._clock.now()
        if self._folder is not None and now - self._published >= 500_000_000:
            self._published = now
            status.publish(self._folder, "engine", {"rung": self._rung, "finished": self._ended_at is not None, **self.engine.status()})
            if self.engine.over():
                self._ended_at = self._ended_at or now
                if self._leaves and now - self._ended_at >= LINGER_NS:
                    self._over.set()
            else:
                self._ended_at = None

    def _leave(self) -> int:
        self.engine.silence()
        self.engine.remember()
        self._journal.append(End("the performance ended" if self._ended_at else "asked to leave"))
        if self._folder is not None:
            status.publish(self._folder, "engine", {"rung": self._rung, **self.engine.status(), "finished": True})
        return 0


def _last_heard(read: Read) -> tuple[str, int, int]:
    """Who sent the last control in a journal, its datagram's stamp, and how many controls of that datagram are there."""
    if not read.entries or not read.entries[-1].stamp_ns:
        return ("", 0, 0)
    heard = [(entered.source, entered.stamp_ns) for entered in read.entries[-512:]]
    return (*heard[-1], heard.count(heard[-1]))


def main() -> int:
    """The engine's seat."""
    return enter("engine", lambda environ: EngineProcess(environ).run)


if __name__ == "__main__":
    sys.exit(main())
