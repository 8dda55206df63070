"""The next-beat trigger: from the engine's word to the composer until every part of the first recomposed bar has reached the player.

The bench sits in the seats of the engine and of the player, on the stage that ``performer run`` makes; the composer is the real
process in its real class. Three macros move 20 to 120 ms before each trigger, as they do on stage. The floor is a bare echo
of the same class (the way there and back, without anything composed).
"""

import itertools
import random
import select
import socket
import time
from collections.abc import Sequence
from contextlib import nullcontext

from bench.backstage import Backstage, backstage
from bench.figures import Row, beside_floor, percentile
from bench.load import MACROS, message
from bench.machine import hogs, real_time
from bench.trigger import SECTIONS, SHOW, echo
from performer.controls import Entry
from performer.engine.performance import Performance
from performer.records import Anchor, Committed, Replace, Stamped, pack, unpack
from performer.run.journal.format import Entered
from performer.run.night import entry_of
from performer.tempo import Micros
from performer.ticks import Tick

COMMIT_US = 60_000
GIVE_UP_S = 1.0
PLAYER = "udp"


class Trigger:
    """The engine's side: entries in sequence, and a conductor that knows where their boundary falls."""

    def __init__(self, stage: Backstage) -> None:
        self._end = stage.end("engine>composer")
        self._performance = Performance(stage.show, 1)
        self._seq = itertools.count(1)
        self._start = time.monotonic_ns() + 200_000_000
        stage.live.memory.anchor = Anchor(1, self._start, 0, 1_000_000_000)
        self.parts = frozenset(part.name for part in stage.show.songs[0].parts)

    def edge(self) -> Tick:
        """The commit edge: now + 60 ms. Everything before it is made final, here and in the composer."""
        now = (time.monotonic_ns() - self._start) // 1000
        tick = max(self._performance.committed, self._performance.tempo.tick_at(Micros(max(0, now + COMMIT_US))))
        self._performance.commit(tick)
        self._end.send(pack(Committed(tick)))
        return tick

    def say(self, data: bytes) -> Entry:
        """One entry, to the composer and to the conductor here. Raises RuntimeError when the message means nothing."""
        tick = self.edge()
        seq = next(self._seq)
        entry = entry_of(Entered(seq, tick, tick, "bench", 0, data))
        if entry is None:
            raise RuntimeError(f"not a control: {data!r}")
        self._end.send(pack(Stamped(seq, tick, tick, data)))
        self._performance.accept(entry)
        return entry

    def boundary(self, entry: Entry, section: str) -> int:
        """Show microseconds at which the first bar of ``section`` begins after ``entry``."""
        bar = self._performance.bar_at(entry.tick)
        while bar.state.section != section or bar.at < entry.reach:
            bar = self._performance.bar_at(bar.end)
        return self._performance.tempo.micros_at(bar.at)


def arrived(end: socket.socket, parts: frozenset[str], gen: int, at: int) -> float | None:
    """Monotonic seconds at which every part's parcel of generation ``gen`` over show time ``at`` was there."""
    waiting, until = set(parts), time.monotonic() + GIVE_UP_S
    while waiting and time.monotonic() < until:
        if not select.select([end], [], [], 0.05)[0]:
            continue
        parcel = unpack(end.recv(1 << 20))
        if isinstance(parcel, Replace) and parcel.gen >= gen and parcel.t0 <= at < parcel.t1:
            waiting.discard(parcel.part)
    return None if waiting else time.monotonic()


def drained(end: socket.socket) -> None:
    """Read what is waiting, so that the composer never finds a full queue."""
    while select.select([end], [], [], 0)[0]:
        end.recv(1 << 20)


def once(seconds: float) -> tuple[list[float], int]:
    """Milliseconds of every trigger, and how many were not answered in a second."""
    out, lost = [], 0
    with (
        backstage(SHOW, 9) as stage,
        stage.end(f"{PLAYER}>composer") as end,
        stage.end(f"{PLAYER}+>composer") as spare,
        stage.started("composer"),
    ):
        trigger = Trigger(stage)
        ways = itertools.cycle(SECTIONS)
        settle = time.monotonic() + 1.5
        stop = settle + seconds
        while time.monotonic() < stop:
            for macro in MACROS:
                trigger.say(message(f"/performer/{macro}", random.randrange(100) / 100))
            time.sleep(random.uniform(0.02, 0.12))
            drained(end)
            drained(spare)
            section = next(ways)
            begin = time.monotonic()
            entry = trigger.say(message("/performer/section", section, "beat"))
            came = arrived(end, trigger.parts, entry.seq, trigger.boundary(entry, section))
            time.sleep(random.uniform(0.1, 0.2))
            if begin < settle:
                continue
            if came is None:
                lost += 1
            else:
                out.append((came - begin) * 1000)
    return out, lost


def run(*, seconds: float, repeats: int) -> list[Row]:
    """Echo and triggers taking turns, idle and with one busy loop a core."""
    rows: list[Row] = []
    for name, busy in (("idle", False), ("load", True)):
        ours: list[tuple[list[float], int]] = []
        ground: list[Sequence[float]] = []
        for _ in range(repeats):
            with hogs() if busy else nullcontext(), real_time():
                ground.append(echo(min(seconds, 5.0)))
                ours.append(once(seconds))
        values = [times for times, _ in ours if times]
        worst = (max(map(max, values), default=0.0), max(map(max, ground)))
        figure, count = f"next beat: first bar in the player, {name}", sum(map(len, values))
        for percent, limit in ((50, None), (99, 20.0)):
            here, there = [percentile(v, percent) for v in values], [percentile(v, percent) for v in ground]
            rows.append(beside_floor(f"{figure}, p{percent}", here, there, limit=limit, worst=worst if limit else None, count=count))
        lost = sum(missing for _, missing in ours)
        if lost:
            rows.append(Row(figure=f"{figure}: not within 1 s", here=str(lost), target="0", met=False))
    return rows
