"""What the supervisor hears of the outside while no engine lives: presses of panic, each once, and nothing else."""

import contextlib
import socket
import sys
import time
from collections.abc import Iterator

import pytest

from performer.records import Alarm, unpack
from performer.run.memory import Memory
from performer.run.supervisor.alarm_watch import PANIC_PACKETS, AlarmWatch, Watch
from performer.run.supervisor.stage import Stage
from performer.wire.osc import decode
from performer.wire.surface import control_of

RELEASE = b"/performer/panic\0\0\0\0,f\0\0\0\0\0\0"
SECOND = 10**9


class Desk:
    """A stage with one player, a watch over it, and a tablet."""

    def __init__(self) -> None:
        self.stage = Stage.make(
            players=("udp",), outputs=(), control=("127.0.0.1", 0), journal=Memory.create([], 0).fd, memory=Memory.create([], 1).fd
        )
        self.control, self.player = self.stage.socket("control"), self.stage.socket("udp>engine")
        self.end = self.stage.socket("engine>udp")
        self.watch = AlarmWatch(self.control, [self.end])
        self.tablet = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def tap(self, *datagrams: bytes) -> None:
        for data in datagrams:
            self.tablet.sendto(data, ("127.0.0.1", self.stage.control_port))

    def heard(self) -> list[Alarm]:
        alarms: list[Alarm] = []
        while True:
            try:
                message = unpack(self.player.recv(1000))
            except BlockingIOError:
                return alarms
            assert isinstance(message, Alarm)
            alarms.append(message)

    def close(self) -> None:
        for end in (self.control, self.player, self.end, self.tablet):
            end.close()
        self.stage.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


@pytest.mark.parametrize("packet", sorted(PANIC_PACKETS))
def test_every_packet_in_the_list_is_a_panic_to_the_engine_too(packet: bytes) -> None:
    (message,) = decode(packet)
    assert type(control_of(message)).__name__ == "Panic"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the head of the queue can be seen")
@pytest.mark.parametrize("packet", sorted(PANIC_PACKETS))
def test_a_press_behind_other_datagrams_rings_once_and_all_stay_in_the_queue(desk: Desk, packet: bytes) -> None:
    waiting = [b"/performer/next\0,\0\0\0", b"", RELEASE, b"#bundle\0" + bytes(9), packet, b"\xff" * 3000]
    desk.tap(*waiting)
    desk.watch.set(Watch.ALL)
    assert [desk.watch.look(0, 41) for _ in range(3)] == [1, 0, 0]
    assert desk.heard() == [Alarm(42, False)]
    desk.watch.set(Watch.HEAD)
    desk.watch.look(0, 41)
    assert [desk.control.recv(9000, socket.MSG_PEEK) for _ in range(2)] == [waiting[0]] * 2
    assert [desk.control.recv(9000) for _ in waiting] == waiting
    assert desk.heard() == []


def test_what_came_before_the_watch_and_after_it_is_heard(desk: Desk) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere only the head of the queue can be seen")
    packet = min(PANIC_PACKETS)
    desk.tap(b"/performer/go\0\0\0")
    desk.watch.set(Watch.ALL)
    assert desk.watch.look(0, 7) == 0
    desk.tap(b"/performer/go\0\0\0", packet)
    assert desk.watch.look(0, 7) == 1
    assert desk.heard() == [Alarm(8, False)]


def test_a_doubled_datagram_is_one_press(desk: Desk) -> None:
    packet = min(PANIC_PACKETS)
    desk.tap(packet, packet)
    desk.watch.set(Watch.ALL)
    assert desk.watch.look(0, 0) == 1


def test_an_older_press_that_is_seen_again_does_not_ring_again(desk: Desk) -> None:
    if sys.platform != "linux":
        pytest.skip("elsewhere only the head of the queue can be seen")
    packet = min(PANIC_PACKETS)
    desk.tap(packet)
    time.sleep(0.2)
    desk.tap(packet)
    desk.watch.set(Watch.ALL)
    assert desk.watch.look(0, 0) == 2
    assert desk.heard() == [Alarm(1, False), Alarm(2, True)]
    desk.watch.set(Watch.HEAD)
    assert desk.watch.look(0, 0) == 0
    assert desk.heard() == []


@pytest.mark.parametrize(("later", "alarms"), [(50_000_000, []), (SECOND, [Alarm(12, True)]), (3 * SECOND, [Alarm(12, False)])])
def test_a_second_press_within_two_seconds_stops(desk: Desk, later: int, alarms: list[Alarm]) -> None:
    desk.watch.set(Watch.ALL)
    desk.watch._press(100 * SECOND, 10)
    desk.heard()
    desk.watch._press(100 * SECOND + later, 10)
    assert desk.heard() == alarms


def test_nothing_is_looked_at_while_an_engine_reads(desk: Desk) -> None:
    desk.tap(min(PANIC_PACKETS))
    assert desk.watch.look(0, 0) == 0
    assert desk.heard() == []


def test_a_full_player_does_not_hold_the_others(desk: Desk) -> None:
    with contextlib.suppress(BlockingIOError):
        while desk.end.send(bytes(60_000)):
            pass
    desk.tap(min(PANIC_PACKETS))
    desk.watch.set(Watch.ALL)
    assert desk.watch.look(0, 0) == 1
