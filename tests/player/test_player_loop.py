"""The loop round a player, step by step, on a clock that moves a little with every look at it."""

import os
import select
import socket
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import pytest

from performer.ports.tape import TapePort
from performer.records import Anchor, Message, Pair, Replace, Silence, pack
from performer.run.memory import Memory
from performer.run.players.loop import QUICK, READY_NS, Asked, PlayerLoop
from performer.run.players.pace import REST_NS, STRETCH
from performer.run.players.player import Player, Sink
from performer.run.players.settings import settings_of

MS = 1_000
"""Show microseconds."""
SPIN_US = 100
END = 60_000 * MS


class Ticking:
    """Ten microseconds a look; waiting takes no time of ours."""

    def __init__(self) -> None:
        self.at = self.asleep = 0
        self.look = 10_000

    def now(self) -> int:
        self.at += self.look
        return self.at

    def wall(self) -> int:
        return self.at

    def wait(self, reading: list[Any], _writing: object, _wrong: object, seconds: float) -> tuple[list[Any], list[Any], list[Any]]:
        ready = select.select(reading, (), (), 0)
        if not ready[0]:
            self.at += round(seconds * 1e9)
            self.asleep += round(seconds * 1e9)
        return ready


class Booth:
    """A player's loop whose steps the test takes, its tape, and the composer's end."""

    def __init__(self) -> None:
        self.memory = Memory.create(["udp"], players=1)
        self.memory.anchor = Anchor(1, 0, 0, 10**9)
        self.clock = Ticking()
        self.composer, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        signals, self.bell = socket.socketpair()
        self.sockets = [self.composer, theirs, signals, self.bell]
        self.tape = TapePort("main", self.clock.now)
        settings = settings_of({"PERFORMER_PLAYER": f'{{"outputs": [{{"name": "main"}}], "spin_us": {SPIN_US}}}'})
        self.loop = PlayerLoop(
            "udp", settings, Player([Sink("main")], feel=0), [self.tape], self.memory, {"composer": theirs}, self.clock, "normal",
            Asked(), signals, wait=self.clock.wait,
        )  # fmt: skip
        self.tape.open()
        self.loop.promote()
        self.steps(3)

    def tell(self, *messages: Message) -> None:
        for message in messages:
            self.composer.send(pack(message))

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.loop.step()

    def until(self, show_us: int) -> None:
        """Take steps until then."""
        for _ in range(100_000):
            if self.clock.at >= show_us * 1000:
                return
            self.loop.step()
        raise AssertionError("time does not pass")

    def heard(self) -> list[bytes]:
        return [taped.data for taped in self.tape.records]

    def close(self) -> None:
        for one in self.sockets:
            one.close()
        os.close(self.memory.fd)


@pytest.fixture
def booth() -> Iterator[Booth]:
    made = Booth()
    yield made
    made.close()


def notes(part: str, *places: int, fill: int = 0) -> Replace:
    """Notes of a part in [0, END); ``fill`` makes the parcel larger by so many bytes."""
    pairs = tuple(
        Pair(
            at,
            at,
            at + 400 * MS,
            f"+{part}{at}.{number}".encode(),
            f"-{part}{at}.{number}".encode(),
            number,
            crc32(f"{part}{at}.{number}".encode()),
        )
        for number, at in enumerate(places)
    )
    far = Pair(END - 1, END - 1, END - 1, b"x" * fill, b"", 999, 999)
    return Replace(1, "main", part, 0, END, -1, (*pairs, far), (), (), ())


def test_a_chord_leaves_at_its_time_and_whole_and_a_mute_that_came_in_its_last_instants_after_it(booth: Booth) -> None:
    at = booth.clock.at // 1000 + 20 * MS
    booth.tell(notes("a", at, at, at))
    booth.until(at - SPIN_US - READY_NS // 1000)
    assert booth.heard() == []
    booth.tell(Silence(1, "a", True))
    booth.until(at + 5 * MS)
    ons = [f"+a{at}.{n}".encode() for n in range(3)]
    assert booth.heard() == [*ons, *(b"-" + on[1:] for on in ons)]
    assert min(taped.ns for taped in booth.tape.records) >= at * 1000


def test_a_mute_that_came_before_them_acts_on_the_chord(booth: Booth) -> None:
    at = booth.clock.at // 1000 + 20 * MS
    booth.tell(notes("a", at), Silence(1, "a", True))
    booth.until(at + 5 * MS)
    assert booth.heard() == []


def test_a_large_parcel_waits_until_the_note_that_is_near_has_left_and_a_small_one_does_not(booth: Booth) -> None:
    near = booth.clock.at // 1000 + 40 * MS
    booth.tell(notes("a", near), notes("b", near))
    booth.steps(4)
    booth.clock.at = (near - 1_400) * 1000
    large, small = notes("a", near + 10 * MS, fill=20_000), notes("b", near + 10 * MS)
    assert len(pack(large)) > 10 * QUICK > 10 * len(pack(small))
    booth.tell(small, large)
    booth.until(near + 20 * MS)
    ons = sorted(data for data in booth.heard() if data.startswith(b"+"))
    assert ons == [f"+a{near}.0".encode(), f"+a{near + 10 * MS}.0".encode(), f"+b{near + 10 * MS}.0".encode()]


def test_supply_is_not_starved_by_the_densest_deadlines(booth: Booth) -> None:
    start = booth.clock.at // 1000 + 20 * MS
    dense = range(start, start + 30 * MS, 100)
    booth.tell(notes("a", *list(dense)[:150]), notes("b", *list(dense)[150:]))
    booth.until(start + MS)
    for number in range(5):
        booth.tell(notes(f"c{number}", start + 25 * MS, fill=5_000))
    booth.until(start + 40 * MS)
    ons = [data for data in booth.heard() if data.startswith(b"+")]
    assert sum(data.startswith(b"+c") for data in ons[:-10]) == 5, "they came before the last of the dense notes"
    assert sum(data.startswith((b"+a", b"+b")) for data in booth.heard()) == len(dense)


def test_beyond_its_strength_it_rests_before_the_kernel_makes_it(booth: Booth) -> None:
    start = booth.clock.at // 1000 + 5_000 * MS
    for number in range(40):
        booth.tell(notes(f"p{number}", *range(start + number * 20 * MS, start + (number + 1) * 20 * MS, 100)))
        booth.steps(4)
    booth.until(start)
    booth.clock.look = 200_000  # twice as long as there is for a note
    since, asleep = booth.clock.at, booth.clock.asleep
    booth.until(start + 600 * MS)
    assert booth.loop.player.next_due() * 1000 < booth.clock.at, "it does keep up: this shows nothing"
    assert booth.clock.asleep - asleep >= (booth.clock.at - since - STRETCH) // 10 - 20 * REST_NS


def test_it_leaves_with_every_note_ended_and_nothing_begun(booth: Booth) -> None:
    at = booth.clock.at // 1000 + 5 * MS
    booth.tell(notes("a", at, at + 10 * MS))
    booth.until(at + MS)
    booth.loop.asked.to_leave = True
    booth.loop.run()
    assert booth.heard() == [f"+a{at}.0".encode(), f"-a{at}.0".encode()]
    assert booth.memory.sounding(0).voices() == []
