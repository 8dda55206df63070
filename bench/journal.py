"""Coming back after a long evening: the journal of hours of moving faders, read as whoever takes a seat reads it.

The evening is played here in virtual time, by the conductor alone, and written by the journal's own writer: a macro every
sixteenth, a level every bar, a jump every 16 bars, a snapshot and its landing as the engine makes them. What stands in the
column of the floor is the same journal read and begun whole, as before there were landings: repeat by repeat, in turns.
"""

import itertools
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.bar import fresh_show
from bench.figures import Row, beside_floor
from bench.trigger import SECTIONS
from performer.controls import MACROS, Control, Entry, GoTo, Level, Macro, When
from performer.engine import snapshot as snapshots
from performer.engine.performance import Performance
from performer.run.engine.engine import SNAPSHOT_BARS
from performer.run.journal.format import SEALED, Entered, Header, Read, Reported, Snapshot, read
from performer.run.journal.landing import read_back
from performer.run.journal.writer import Journal, create
from performer.run.night import begin, rig_bytes
from performer.show.definition import Rig, Show
from performer.tempo import Micros
from performer.ticks import SIXTEENTH, Tick
from performer.wire.osc import encode
from performer.wire.surface import message_of

HOUR = 3_600_000_000
"""Microseconds."""
LONG, SHORT = 8.0, 0.1
"""Hours of the evening, and of a smoke run's."""
QUICK_S = 10.0
"""Seconds asked for below which a run is a smoke run."""
LINK = bytes(range(16))


def asked(show: Show, number: int) -> Control:
    """What is said at a sixteenth of the evening."""
    bar, slot = divmod(number, 16)
    if slot == 1 and bar % 16 == 15:
        return GoTo(SECTIONS[bar // 16 % len(SECTIONS)], When.BAR)
    parts = show.songs[0].parts
    return Level(parts[bar % len(parts)].name, number * 37 % 1001) if slot == 2 else Macro(MACROS[number % 3], number * 37 % 1001)


def written(journal: Journal, show: Show, hours: float) -> None:
    """The evening, from its header to its last sixteenth."""
    journal.append(Header(show.files, rig_bytes(Rig(name="bench", outputs=())), 1, "", "", 0, 0))
    performance = Performance(show, 1)
    numbers = itertools.count()
    due = SNAPSHOT_BARS
    while performance.tempo.micros_at(performance.committed) < hours * HOUR:
        bar = performance.bar_at(performance.committed)
        for at in range(bar.at, bar.end, SIXTEENTH):
            performance.commit(Tick(at))
            control = asked(show, next(numbers))
            message = message_of(control)
            entry = Entry(seq=performance.seq + 1, tick=Tick(at), reach=Tick(at + 1), control=control)
            journal.append(Entered(entry.seq, at, at + 1, "127.0.0.1:50001", at, encode(message.address, message.args)))
            performance.accept(entry)
        performance.commit(bar.end)
        if bar.state.bar >= due:
            due = bar.state.bar + SNAPSHOT_BARS
            taken = performance.snapshot()
            journal.append(Snapshot(taken.seq, taken.committed, snapshots.write(taken)))
        journal.append(Reported(performance.seq, SEALED, (performance.committed, LINK.hex())))
        journal.land(performance.committed)


def evening(hours: float) -> bytes:
    """The bytes of its journal."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "night.journal"
        fd = create(path)
        try:
            written(Journal(fd), fresh_show(), hours)
        finally:
            os.close(fd)
        return path.read_bytes()


def begun(data: bytes, reader: Callable[[bytes], Read]) -> tuple[float, Micros]:
    """Milliseconds until the night stands as its journal has it, and where it stands (show time)."""
    start = time.perf_counter()
    night = begin(reader(data))
    took = (time.perf_counter() - start) * 1000
    return took, night.performance.tempo.micros_at(night.performance.committed)


def run(*, seconds: float, repeats: int) -> list[Row]:
    """From the landing on and whole, in turns. Raises RuntimeError when they do not end in the same place."""
    hours = LONG if seconds >= QUICK_S else SHORT
    data = evening(hours)
    back, whole = [], []
    for _ in range(repeats):
        (short, here), (long, there) = begun(data, read_back), begun(data, read)
        if here != there:
            raise RuntimeError(f"the night stands at {here} from its landing on, and at {there} read whole")
        back.append(short)
        whole.append(long)
    worst = (max(back), max(whole))
    size = f"{len(data) / 1e6:.0f} MB"
    return [
        beside_floor(f"coming back after {hours:g} h of moving faders ({size}), beside reading all", back, whole, times=0.2, worst=worst)
    ]
