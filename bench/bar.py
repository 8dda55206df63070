"""Composing: one bar of ten parts, and a phrase plan, counted apart.

Every repeat reads the show anew and draws a new night, so that no memo is warm. The floor is this interpreter making the very
same events again and sorting them, without deciding anything.
"""

import secrets
import time
from dataclasses import fields
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
PARTS = 10
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


def band(show: Show, state: State) -> list[Part]:
    """The ten parts of the song."""
    return list(song_of(show, state).parts[:PARTS])


def copied(events: list[Event]) -> float:
    """The floor: seconds to make these events again and put them in order."""
    rows = [(type(event), {field.name: getattr(event, field.name) for field in fields(event)}) for event in events]
    begin = time.perf_counter()
    sorted((kind(**values) for kind, values in rows), key=order)
    return time.perf_counter() - begin


def once(bars: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds a bar, a plan, and a bar at the floor."""
    show = fresh_show()
    composer = Composer()
    plans, composed, ground = [], [], []
    planned: set[tuple[object, ...]] = set()
    for state in bars_of(show, bars):
        song, section = song_of(show, state), section_of(show, state)
        begin = time.perf_counter()
        phrase = phrase_at(song, section, state.bar_in_section, state.bars, state.meter)
        took = time.perf_counter() - begin
        name = (state.song, section.name, phrase.start, state.bars)
        if name not in planned:
            planned.add(name)
            plans.append(took * 1000)
        parts = band(show, state)
        begin = time.perf_counter()
        events = [event for part in parts for event in composer.compose(show, state, part)]
        composed.append((time.perf_counter() - begin) * 1000)
        ground.append(copied(events) * 1000)
    if fallen := composer.take_fallen():
        raise RuntimeError(f"{fallen[0].part} fell back: {fallen[0].why}")
    return composed, plans, ground


def run(*, seconds: float, repeats: int) -> list[Row]:
    """Composing and copying, bar by bar in turns."""
    runs = [once(int(seconds * BARS_A_SECOND)) for _ in range(repeats)]
    bars, plans, ground = ([row[index] for row in runs] for index in range(3))
    count = sum(map(len, bars))
    parts = len(band(fresh_show(), bars_of(fresh_show(), 1)[0]))
    worst = (max(map(max, bars)), max(map(max, ground)))
    return [
        beside_floor(f"a bar of {parts} parts, mean", list(map(mean, bars)), list(map(mean, ground)), limit=4.0, count=count),
        beside_floor(
            f"a bar of {parts} parts, p99",
            [percentile(b, 99) for b in bars],
            [percentile(g, 99) for g in ground],
            limit=10.0,
            worst=worst,
            count=count,
        ),
        beside_floor(
            "a phrase plan, p99",
            [percentile(p, 99) for p in plans],
            [],
            limit=20.0,
            worst=(max(map(max, plans)), 0.0),
            count=sum(map(len, plans)),
        ),
    ]
