"""Throughput: records stuffed into one player process, each with a deadline of its own, evenly spaced.

Lateness = the kernel's receive stamp - the deadline (host time of the record's due by the anchor, moved to wall time). The
floor is the C loop sending one message a deadline at the same rate and class. The bench is owner, engine and composer at once:
it supplies ranges of one part as the composer does, in the composer's class, some 300 ms ahead.
"""

import os
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

from bench.backstage import backstage
from bench.figures import Row, beside_floor, percentile
from bench.live import sleep_until
from bench.machine import compiled, hogs, running, wall_minus_monotonic
from bench.receiver import Packet, Receiver
from performer.records import Anchor, Pair, Replace, pack

SEAT = "udp"
SHOW = "shows/grid16"
PART = "stuff"
AHEAD_S = 0.3
PARCEL = 64
"""Records in one parcel: a dense bar of one part."""
LENGTH_US = 5_000
_BODY = struct.Struct(">iif")


def note(number: int) -> bytes:
    """The timing show's message, with its number in place of the pitch."""
    return b"/note\0\0\0,siif\0\0\0stu\0" + _BODY.pack(number, 100, 0.1)


def number_of(data: bytes) -> int:
    """The number in a note, ours or the C loop's."""
    return int.from_bytes(data[20:24], "big")


def parcel(output: str, first: int, count: int, period_us: float) -> bytes:
    """A range of one part: ``count`` notes from number ``first`` on, as the composer sends it."""
    dues = [int(n * period_us) for n in range(first, first + count)]
    pairs = tuple(Pair(due, due, due + LENGTH_US, note(n), b"", n & 127, n) for n, due in enumerate(dues, first))
    return pack(Replace(1, output, PART, dues[0], int((first + count) * period_us), -1, pairs, (), (), ()))


def lateness(packets: Sequence[Packet], first_due: int, period: float, skip: int) -> list[float]:
    """Milliseconds late of every note from number ``skip`` on; ``first_due`` in nanoseconds of wall time, ``period`` in ns."""
    numbered = ((number_of(packet.data), packet.stamp) for packet in packets if packet.data.startswith(b"/note\0"))
    return [(stamp - first_due - number * period) / 1e6 for number, stamp in numbered if number >= skip]


@contextmanager
def preferred(niceness: int = -10) -> Iterator[None]:
    """This process at the composer's niceness for as long as the block lasts, if that is granted; its children are not."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    try:
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, before)


def stuffed(rate: int, seconds: float) -> tuple[list[float], int]:
    """Lateness at ``rate`` records a second, in ms, and how many never came."""
    receiver = Receiver()
    total, count = int(rate * seconds), PARCEL
    with (
        backstage(SHOW, receiver.port) as stage,
        stage.started(SEAT),
        stage.end(f"composer>{SEAT}") as composer,
        preferred(),
    ):
        output = stage.rig.outputs[0].name
        start = time.monotonic_ns() + 1_000_000_000
        stage.live.memory.anchor = Anchor(1, start, 0, 1_000_000_000)
        for first in range(0, total, count):
            due = start / 1e9 + first / rate - AHEAD_S
            time.sleep(max(0.0, due - time.monotonic()))
            composer.send(parcel(output, first, min(count, total - first), 1e6 / rate))
        time.sleep(AHEAD_S + 0.5)
        offset = wall_minus_monotonic()
    late = lateness(receiver.take(), start + offset, 1e9 / rate, rate // 4)
    return late, total - rate // 4 - len(late)


def floor(rate: int, seconds: float) -> list[float]:
    """The C loop at the same rate, one message a deadline."""
    receiver = Receiver()
    period = 1_000_000_000 // rate
    with running([compiled("floor"), str(receiver.port), "1", str(period), str(int(rate * seconds)), "fifo"]) as child:
        assert child.stdout is not None
        first = int(child.stdout.readline().split()[1])
        sleep_until(child, seconds + 2)
        offset = wall_minus_monotonic()
    return lateness(receiver.take(), first + offset, period, rate // 4)


def run(*, seconds: float, repeats: int) -> list[Row]:
    """20,000 a second idle and 10,000 under load, floor and player taking turns."""
    rows: list[Row] = []
    seconds = min(seconds, 10.0)
    for name, rate, busy in (("idle", 20_000, False), ("load", 10_000, True)):
        ours, ground, lost = [], [], 0
        for _ in range(repeats):
            with hogs() if busy else nullcontext():
                ground.append(floor(rate, seconds))
                late, missing = stuffed(rate, seconds)
                ours.append(late)
                lost += missing
        worst = (max(map(max, ours)), max(map(max, ground)))
        figure, count = f"{rate:,} records/s into one player, {name}", sum(map(len, ours))
        for percent, limit in ((50, None), (99, 1.0)):
            here, there = [percentile(late, percent) for late in ours], [percentile(late, percent) for late in ground]
            rows.append(beside_floor(f"{figure}, p{percent}", here, there, limit=limit, worst=worst if limit else None, count=count))
        if lost:
            rows.append(Row(figure=f"{figure}: never came", here=str(lost), target="0", met=False))
    return rows
