"""A stage with nobody on it but the page: the test holds the composer's end, the clock's anchor and the control port."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from performer.records import CONDUCTOR, Anchor, Mark, Message, Pair, Replace, Shot, pack
from performer.run.memory import Memory
from performer.wire.feedback import Channel, Snapshot, full
from performer.wire.osc import Message as Osc
from performer.wire.osc import decode, encode

MS = 1000
BEAT = 500 * MS
BAR = 4 * BEAT
PARTS = {"drums": "drums", "bass": "bass", "keys": "chords", "lead": "lead", "counter": "arp", "pad": "texture", "lights": "light"}
SHOWN = Snapshot(
    phase="playing",
    song="<b>Test & song</b>",
    section="verse",
    next="drop",
    bars=8,
    sections=("intro", "verse", "drop", "a/b #1"),
    parts=tuple(Channel(name=part) for part in PARTS),
    chord=("Fm", "Db"),
    key=("F minor", "F minor"),
    pending=None,
)


def note(part: str, at: int, key: int, length: int, velocity: int = 96) -> Pair:
    ident = (at // MS * 131 + key) & 0x7FFFFFFF
    on, off = encode("/note/on", (part, key, velocity, ident)), encode("/note/off", (part, key, ident))
    return Pair(at, at, at + length, on, off, key, ident)


def parcel(part: str, t0: int, t1: int, pairs: tuple[Pair, ...], shots: tuple[Shot, ...] = ()) -> Replace:
    marks = tuple(Mark(t, t // BAR) for t in range(t0, t1, BAR)) if part == CONDUCTOR else ()
    return Replace(0, "page", part, t0, t1, -1, tuple(sorted(pairs)), (), shots, marks)


def music(bar: int) -> list[Replace]:
    """One bar of every part, composed by hand."""
    t0, t1 = bar * BAR, (bar + 1) * BAR
    root = (41, 37, 44, 39)[bar % 4]
    chord = (root + 12, root + 19, root + 24, root + 27)
    drums = [note("drums", t0 + n * BEAT, 36, 60 * MS, 112) for n in range(4)]
    drums += [note("drums", t0 + n * BEAT, 39, 60 * MS) for n in (1, 3)]
    drums += [note("drums", t0 + n * BEAT // 2, 42 if n % 2 == 0 else 46, 60 * MS, 70) for n in range(8)]
    drums += [note("drums", t0, 49, 60 * MS)] if bar % 4 == 0 else []
    played = {
        "drums": drums,
        "bass": [note("bass", t0 + n * BEAT // 2, root, 180 * MS) for n in (0, 1, 3, 5, 6)],
        "keys": [note("keys", t0 + n * BEAT // 2, key, 200 * MS, 80) for n in (1, 3, 6) for key in chord],
        "counter": [note("counter", t0 + n * BEAT // 4, chord[n % 4] + 12, 90 * MS, 76) for n in range(0, 16, 2)],
        "lead": [note("lead", t0 + n * BEAT // 2, root + 36 + n, 240 * MS, 88) for n in (0, 3, 5)],
        "pad": [note("pad", t0, key, BAR - 40 * MS, 70) for key in chord[:3]],
    }
    bar_line = [Shot(t0, t0, encode("/bar", (bar, 4, 120_000))), Shot(t0, t0, encode("/chord", ("Fm", "Db")))]
    bar_line += [Shot(t0, t0, encode("/section", ("verse",)))] if bar == 0 else []
    light = (Shot(t0, t0, encode("/cue", ("light", "drop", "gold"))),)
    rows = [parcel(CONDUCTOR, t0, t1, (), tuple(bar_line)), parcel("lights", t0, t1, (), light)]
    return rows + [parcel(part, t0, t1, tuple(pairs)) for part, pairs in played.items()]


class PageStage:
    """The page's process and everything it is connected to."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.control.bind(("127.0.0.1", 0))
        self.control.settimeout(10)
        self.subscriber: tuple[str, int] | None = None
        self.memory = Memory.create(("page",), 0)
        self._end, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._theirs = theirs
        self.bar = 0
        self.process = self._start(port)
        self.address = self._published()

    def _start(self, port: int) -> "subprocess.Popen[bytes]":
        told = {"port": port, "control": self.control.getsockname(), "show": "Test show", "roles": PARTS}
        stage = {"composer~page": self._theirs.fileno(), "memory": self.memory.fd}
        env = {**os.environ, "PERFORMER_STAGE": json.dumps(stage), "PERFORMER_PAGE": json.dumps(told), "PERFORMER_FOLDER": str(self.folder)}
        argv = [sys.executable, "-m", "performer.run.page.process"]
        return subprocess.Popen(argv, env=env, pass_fds=tuple(stage.values()), stderr=subprocess.PIPE)

    def restart(self) -> None:
        """As the supervisor, after a death: the same ends, the same port, music from now on."""
        self.process.communicate(timeout=10)
        (self.folder / "page.json").unlink()
        self.process = self._start(int(self.address.rstrip("/").rpartition(":")[2]))
        self.bar = self.now() // BAR + 1
        assert self._published() == self.address

    def gone(self) -> None:
        """As the owner, when it dies: nobody holds the other end."""
        self._theirs.close()
        self._end.close()

    def _published(self) -> str:
        while self.process.poll() is None:
            try:
                return str(json.loads((self.folder / "page.json").read_text())["page"])
            except (OSError, ValueError):
                time.sleep(0.02)
        raise AssertionError(self.process.stderr.read().decode() if self.process.stderr else "")

    def send(self, message: Message) -> None:
        """As the composer."""
        self._end.send(pack(message))

    def begin(self) -> None:
        """Show time 0 is now."""
        self.memory.anchor = Anchor(1, time.monotonic_ns(), 0, 1_000_000_000)

    def supply(self, bars: int = 2) -> None:
        """That many more bars of music."""
        for _ in range(bars):
            for message in music(self.bar):
                self.send(message)
            self.bar += 1

    def now(self) -> int:
        """Show time in microseconds."""
        anchor = self.memory.anchor
        assert anchor is not None
        return (time.monotonic_ns() - anchor.host_ns) // 1000

    def heard(self, address: str) -> Osc:
        """The next message to that address at the control port; whoever subscribes is remembered."""
        while True:
            data, sender = self.control.recvfrom(65536)
            for message in decode(data):
                if message.address == "/performer/subscribe":
                    self.subscriber = sender
                if message.address == address:
                    return message

    def say(self, *messages: Osc) -> None:
        """Feedback, as the engine."""
        if self.subscriber is None:
            self.heard("/performer/subscribe")
        assert self.subscriber is not None
        for message in messages:
            self.control.sendto(encode(message.address, message.args), self.subscriber)

    def show(self, snapshot: Snapshot = SHOWN) -> None:
        """A whole state."""
        self.say(*full(snapshot))

    def close(self) -> str:
        """End it in order; what it wrote to stderr."""
        self.process.terminate()
        _, complaint = self.process.communicate(timeout=10)
        self.gone()
        self.control.close()
        os.close(self.memory.fd)
        return complaint.decode()


@contextmanager
def page_stage(folder: Path, port: int = 0) -> Iterator[PageStage]:
    """A stage that ends without a word on stderr."""
    stage = PageStage(folder, port)
    try:
        yield stage
    finally:
        complaint = stage.close()
    assert complaint == ""
    assert stage.process.returncode == 0
