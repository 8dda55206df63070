"""Hours of virtual time: conductor and composer play on, steered all the time, and say what they hold.

``python -m bench.hours HOURS`` prints a line every half hour of music (or eight in all): the hour, RSS in MB, bytes of the snapshot.
"""

import itertools
import os
import pickle
import sys
from collections.abc import Iterator

from bench.bar import fresh_show
from bench.memory import resident
from bench.trigger import SECTIONS
from performer.controls import Control, Entry, GoTo, Macro, When
from performer.engine.composer import Composer
from performer.engine.performance import Performance
from performer.ticks import Tick

HOUR = 3_600_000_000
"""Microseconds."""


def asked(number: int) -> Control:
    """One control a bar: a macro moved, and a jump every 16 bars, so that the show never ends."""
    if number % 16 == 0:
        return GoTo(SECTIONS[number // 16 % len(SECTIONS)], When.BAR)
    return Macro("energy", number * 37 % 1001)


def lived(hours: float) -> Iterator[tuple[float, float, int]]:
    """Play that much music bar by bar: (hour, RSS in MB, bytes of the snapshot)."""
    performance = Performance(fresh_show(), 1, score=Composer())
    step = int(min(0.5, hours / 8) * HOUR)
    due = step
    for number in itertools.count():
        bar = performance.bar_at(performance.committed)
        if performance.tempo.micros_at(bar.at) >= due:
            yield due / HOUR, resident(os.getpid()), len(pickle.dumps(performance.snapshot()))
            due += step
            if due > hours * HOUR + step // 2:
                return
        tick = performance.committed
        performance.accept(Entry(seq=number + 1, tick=tick, reach=Tick(tick + 1), control=asked(number)))
        performance.commit(bar.end)


if __name__ == "__main__":
    for hour, size, state in lived(float(sys.argv[1])):
        print(f"{hour:.3f} {size:.2f} {state}", flush=True)
