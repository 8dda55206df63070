"""The engine on a stand: a real journal, real shared memory, a clock that is moved by hand, and everything it says kept."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from performer.controls import Entry
from performer.records import Chords, Message, Stamped, pack, unpack
from performer.run.cast import cast_of, seats_by_output
from performer.run.clock import VirtualClock
from performer.run.engine.desk import Desk
from performer.run.engine.engine import Engine
from performer.run.journal.format import Entered, Header, Read, read
from performer.run.journal.writer import Journal, read_fd
from performer.run.memory import Memory
from performer.run.night import begin, entry_of, rig_bytes
from performer.show.definition import Output, Rig
from performer.show.load import load_bytes
from performer.wire.osc import Arg, decode, encode
from performer.wire.osc import Message as Osc

SONG = b"""\
song: Stand
key: C minor
tempo: 120
parts: {drums: house, bass: house, keys: house}
sections:
  intro: {bars: 4}
  verse: {bars: 8, stretch: 4-16}
  drop: {bars: 8, tempo: 120}
  break: {bars: 4, until: next}
  end: {bars: 4}
form: intro verse drop break end
"""
BAR_NS = 2_000_000_000
TABLET = ("127.0.0.1", 50_001)
RIG = Rig(name="r", outputs=(Output(name="a", kind="osc", port=1),))


class Stand:
    """One engine at a time; ``restart`` puts another in its seat, on the same journal, memory and clock."""

    def __init__(self, folder: Path, song: bytes = SONG, rig: Rig = RIG, **options: str) -> None:
        loaded = load_bytes({"show.yaml": song}, "show.yaml")
        assert loaded.show is not None, loaded.problems
        self.show, self.rig = loaded.show, rig
        self.fd = os.open(folder / "night.journal", os.O_RDWR | os.O_APPEND | os.O_CREAT)
        said = {"armed": "", "start": "", "leave": "", **options}
        Journal(self.fd).append(Header(self.show.files, rig_bytes(rig), 7, "t", "t", 0, 0, tuple(said.items())))
        self.cast = cast_of(rig)
        self.memory = Memory.create(("supervisor", "engine", "composer", *(seat.name for seat in self.cast)), players=len(self.cast))
        self.clock = VirtualClock(10**12)
        self.posted: list[tuple[str, Message]] = []
        self.replied: list[tuple[tuple[str, int], int, Osc]] = []
        self.restart()

    def restart(self, fd: int | None = None) -> None:
        """An engine that knows nothing but the journal (``fd``: another one) and the memory."""
        journal, found = Journal.resume(self.fd if fd is None else fd)
        self.engine = Engine(
            night=begin(found), journal=journal, memory=self.memory, clock=self.clock, post=self._post, reply=self._reply,
            players=tuple(seat.name for seat in self.cast), desk=Desk(self.rig, seats_by_output(self.cast)),
        )  # fmt: skip

    def _post(self, seat: str, data: bytes) -> bool:
        message = unpack(data)
        if isinstance(message, Stamped):  # the law of the journal, at every single one
            assert message.seq in [entered.seq for entered in self.read().entries]
        self.posted.append((seat, message))
        return True

    def _reply(self, data: bytes, address: tuple[str, int]) -> None:
        self.replied += [(address, self.clock.now(), message) for message in decode(data)]

    def start(self, chords: tuple[tuple[int, str, str, str, str], ...] = ()) -> None:
        """Everybody is there: show time begins, and the first downbeat is now."""
        for seat in self.cast:
            self.memory.beat(seat.name, self.clock.now())
        self.engine.heard("composer", pack(Chords(0, chords)))
        self.engine.beat()
        anchor = self.memory.anchor
        assert anchor is not None
        self.until(anchor.host_ns)

    def until(self, host: int) -> None:
        """Let time pass, 5 ms at a time."""
        while self.clock.now() < host:
            self.clock.advance_to(min(host, self.clock.now() + 5_000_000))
            self.engine.beat()

    def bars(self, count: float) -> None:
        """Let so many bars pass (at 120, in four)."""
        self.until(self.clock.now() + int(count * BAR_NS))

    def say(self, address: str, *args: Arg, source: tuple[str, int] = TABLET, stamp: int = 0) -> None:
        """A message to the control port."""
        self.engine.receive(encode(f"/performer/{address}", args), source, stamp)

    def tap(self, address: str, *args: Arg) -> None:
        """A press of its own: longer after the last one than the guard against bounces."""
        self.until(self.clock.now() + 160_000_000)
        self.say(address, *args)

    def read(self) -> Read:
        """The journal as it is now."""
        return read(read_fd(self.fd))

    @property
    def entries(self) -> list[Entry]:
        """What was entered, in order."""
        return [entry_of(entered) for entered in self.read().entries]

    @property
    def entered(self) -> tuple[Entered, ...]:
        """The records of what was entered."""
        return self.read().entries

    def said(self, address: str) -> list[tuple[Arg, ...]]:
        """The arguments of every message of this address that the engine sent to surfaces."""
        return [message.args for _, _, message in self.replied if message.address == f"/performer/{address}"]

    def sent(self, kind: type, seat: str = "udp") -> list[Message]:
        """The messages of a kind that a seat was sent."""
        return [message for name, message in self.posted if name == seat and isinstance(message, kind)]


@contextmanager
def standing(folder: Path, song: bytes = SONG, rig: Rig = RIG, **options: str) -> Iterator[Stand]:
    """A stand whose descriptors are closed at the end."""
    stand = Stand(folder, song, rig, **options)
    try:
        yield stand
    finally:
        os.close(stand.fd)
        os.close(stand.memory.fd)


DAMAGES = ("cut", "flip", "hole", "doubled", "zeros", "unfinished")


def damaged(journal: bytes, first: int, at: int, kind: str) -> bytes:
    """A journal that something has happened to at a byte; ``first``: where its second record begins."""
    return {
        "cut": journal[:at],
        "flip": journal[:at] + bytes([journal[at] ^ 0x40]) + journal[at + 1 :],
        "hole": journal[:at] + journal[at + 97 :],
        "doubled": journal[:at] + journal[max(first, at - 50) :],
        "zeros": journal[:at] + bytes(4096),
        "unfinished": journal + journal[at : at + 30],
    }[kind]
