"""Composing: one bar of eight parts and of ten, and a phrase plan, counted apart.

Every repeat reads the show anew and draws a new night, so that no memo is warm; the plans that a bar reads, its own phrase and
the one that the bar after it is in, are made before it and counted as plans. The floor is this interpreter making the very same
events again and sorting them, without deciding anything.
"""

import secrets
import time
from dataclasses import fields
from itertools import pairwise
from statistics import mean

from bench.figures import Row, beside_floor, percentile
from bench.machine import HERE
from performer.engine.composer import Composer
from performer.engine.conductor import section_of, song_of
from performer.engine.performance import Performance
from performer.engine.planner import phrase_at
from performer.engine.state import Phase, State
from performer.events import Event, order
from performer.show.definition import Part, Show
from performer.show.load import load
from performer.ticks import Tick

SHOW = str(HERE / "ten.yaml")
LIMITS = {8: (3.0, 8.0), 10: (4.0, 10.0)}
"""Milliseconds wanted of a bar of so many parts: mean, and 99th percentile."""
BARS_A_SECOND = 12
"""Bars measured for each second asked for."""


def fresh_show() -> Show:
    """The show, read again. Raises RuntimeError with its problems."""
    loaded = load(SHOW)
    if loaded.show is None:
        raise RuntimeError("; ".join(str(problem) for problem in loaded.problems))
    return loaded.show


def bars_of(show: Show, count: int) -> list[State]:
    """The first ``count`` bars of a night, as the conductor leads through them; it begins again when the show is over."""
    states: list[State] = []
    while len(states) < count:
        performance = Performance(show, secrets.randbits(40))
        at = Tick(0)
        while len(states) < count:
            bar = performance.bar_at(at)
            if bar.state.phase is not Phase.PLAYING:
                break
            states.append(bar.state)
            at = bar.end
        if not states:
            raise RuntimeError(f"{SHOW} does not begin to play")
    return states


def band(show: Show, state: State, count: int) -> list[Part]:
    """The first parts of the song."""
    return list(song_of(show, state).parts[:count])


def copied(events: list[Event]) -> float:
    """The floor: seconds to make these events again and put them in order."""
    rows = [(type(event), {field.name: getattr(event, field.name) for field in fields(event)}) for event in events]
    begin = time.perf_counter()
    sorted((kind(**values) for kind, values in rows), key=order)
    return time.perf_counter() - begin


def once(bars: int, count: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds a bar of ``count`` parts, a plan, and a bar at the floor."""
    show = fresh_show()
    composer = Composer()
    plans, composed, ground = [], [], []
    planned: set[tuple[object, ...]] = set()
    states = bars_of(show, bars + 1)
    for state, after in pairwise(states):
        for name, took in (planning(show, state), planning(show, after)):
            if name not in planned:
                planned.add(name)
                plans.append(took)
        begin = time.perf_counter()
        events = [event for part in band(show, state, count) for event in composer.compose(show, state, part)]
        composed.append((time.perf_counter() - begin) * 1000)
        ground.append(copied(events) * 1000)
    if fallen := composer.take_fallen():
        raise RuntimeError(f"{fallen[0].part} fell back: {fallen[0].why}")
    return composed, plans, ground


def planning(show: Show, state: State) -> tuple[tuple[object, ...], float]:
    """What tells the phrase of a bar apart, and the milliseconds that its plan took."""
    song, section = song_of(show, state), section_of(show, state)
    begin = time.perf_counter()
    phrase = phrase_at(song, section, state.bar_in_section, state.bars, state.meter)
    took = (time.perf_counter() - begin) * 1000
    return (state.song, section.name, phrase.start, state.bars), took


def run(*, seconds: float, repeats: int) -> list[Row]:
    """Composing and copying, bar by bar in turns."""
    rows: list[Row] = []
    plans: list[list[float]] = []
    for count, (usual, rare) in LIMITS.items():
        runs = [once(int(seconds * BARS_A_SECOND), count) for _ in range(repeats)]
        bars, more, ground = ([row[index] for row in runs] for index in range(3))
        plans += more
        number, worst = sum(map(len, bars)), (max(map(max, bars)), max(map(max, ground)))
        rows += [
            beside_floor(f"a bar of {count} parts, mean", list(map(mean, bars)), list(map(mean, ground)), limit=usual, count=number),
            beside_floor(
                f"a bar of {count} parts, p99", [percentile(b, 99) for b in bars], [percentile(g, 99) for g in ground],
                limit=rare, worst=worst, count=number,
            ),
        ]  # fmt: skip
    worst_plan = (max(map(max, plans)), 0.0)
    p99 = [percentile(p, 99) for p in plans]
    return [*rows, beside_floor("a phrase plan, p99", p99, [], limit=20.0, worst=worst_plan, count=sum(map(len, plans)))]
