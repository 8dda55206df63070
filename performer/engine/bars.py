"""Bars as records: where each begins and ends, under which States, and at which tempo.

Law of this file: a bar is frozen; an entry makes a new version of it, and everything after it is built
again from there. What the show itself presses in a bar (``show.pressed``) acts as an entry at the same place would.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from performer.controls import Control, Entry, SetTempo
from performer.engine import conductor
from performer.engine.keeping import with_kept
from performer.engine.same import Same
from performer.engine.state import Phase, State
from performer.events import Event
from performer.show.definition import Show, Song
from performer.show.pressed import WORD, Pressed, read
from performer.tempo import Micros, Segment, TempoMap
from performer.ticks import Span, Tick


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``at`` to the next stretch or the bar's end, ``state`` is what is composed under. ``gen``: seq of its entry."""

    at: Tick
    state: State
    gen: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its stretches (the first at the bar line), its end, the tempo inside it, and the show it belongs to.

    ``line``: the State with which it began, before anything was pressed in it.
    """

    show: Show
    stretches: tuple[Stretch, ...]
    end: Tick
    tempo: TempoMap
    line: State

    @property
    def at(self) -> Tick:
        """The bar line it begins with."""
        return self.stretches[0].at

    @property
    def state(self) -> State:
        """The State at its bar line."""
        return self.stretches[0].state

    @property
    def last(self) -> State:
        """The State at its end."""
        return self.stretches[-1].state

    def windows(self) -> Iterator[tuple[Tick, Tick, State]]:
        """(from, to, State) of each stretch."""
        for index, stretch in enumerate(self.stretches):
            to = self.stretches[index + 1].at if index + 1 < len(self.stretches) else self.end
            yield stretch.at, to, stretch.state


@dataclass(frozen=True, slots=True)
class Slice:
    """What one part plays from ``start`` to ``end`` inside one bar (``part`` "": the conductor's own events)."""

    bar: Bar
    part: str
    start: Tick
    end: Tick
    events: tuple[Event, ...]


def first_bar(show: Show, state: State, tempo: TempoMap) -> Bar:
    """The bar that begins with ``state``; ``tempo`` is what was in force before it."""
    return _opened(_begun(show, state, _tempo_of(state, tempo)))


def _begun(show: Show, state: State, tempo: TempoMap) -> Bar:
    return Bar(show=show, stretches=(Stretch(state.at, state, 0),), end=state.end, tempo=tempo, line=state)


def fresh(bar: Bar) -> Bar:
    """The bar as it stood at its line, before any entry acted in it."""
    return _opened(_begun(bar.show, bar.line, TempoMap(segments=bar.tempo.segments[:1])))


def rebased(bar: Bar, micros: Micros) -> Bar:
    """The bar with its line at show time ``micros``; the tempo that was in force there begins anew."""
    moved = micros - bar.tempo.micros_at(bar.at)
    segments = tuple(
        replace(s, micros=Micros(s.micros + moved))
        if s.at >= bar.at
        else Segment(at=bar.at, micros=micros, start=bar.tempo.per_quarter_at(bar.at), end=bar.tempo.per_quarter_at(bar.at))
        for s in bar.tempo.segments
    )
    return replace(bar, tempo=TempoMap(segments=segments))


def following(bar: Bar, shows: dict[str, Show]) -> Bar:
    """The bar after ``bar``."""
    to = shows.get(bar.last.adopt) if bar.last.adopt else None
    to = with_kept(to, bar.last.kept) if to is not None else None
    state = conductor.next_bar(bar.show, bar.last, bar.end, to=to)
    return first_bar(to or bar.show, state, bar.tempo)


def heeded(bar: Bar, control: Control, at: Tick, gen: int) -> Bar:
    """The bar after an entry that acts at ``at`` inside it; a boundary in the bar ends it there."""
    later = [row for row in _pressed(bar) if row[0] > at]
    return _through(_up_to(bar, at) if later else bar, [(at, control, gen), *later])


Press = tuple[Tick, Control, int | None]
"""Where something acts, and the seq of its entry; None: the show's own, which belongs to what was in force there."""


def places(song: Song) -> Mapping[tuple[str, int, int], tuple[Pressed, ...]]:
    """What the song presses itself, by section, visit and bar of it, both from 0."""
    return _places(Same(song)) if song.decisions else {}


@lru_cache(maxsize=64)
def _places(same: Same[Song]) -> dict[tuple[str, int, int], tuple[Pressed, ...]]:
    out = {}
    for address, text in same.value.decisions:
        steps = address.split("/")
        if len(steps) == 4 and steps[1] == WORD:
            out[steps[0], int(steps[2]) - 1, int(steps[3]) - 1] = read(text, same.value)
    return out


def _pressed(bar: Bar) -> list[Press]:
    """What the show presses in the bar, in order."""
    state = bar.line
    if state.phase is not Phase.PLAYING:
        return []
    own = places(bar.show.songs[state.song]).get((state.section, state.visit, state.bar_in_section), ())
    return sorted(((Tick(state.at + one.place(state.meter)), one.control, None) for one in own), key=lambda press: press[0])


def _opened(bar: Bar) -> Bar:
    return _through(bar, _pressed(bar))


def _through(bar: Bar, waiting: list[Press]) -> Bar:
    """The bar after all of that. Beyond its end nothing acts; a bar that a jump puts in its place begins with its own presses."""
    while waiting and waiting[0][0] < bar.end:
        (at, control, gen), *waiting = waiting
        line = bar.line
        bar = _acted(bar, control, at, bar.stretches[-1].gen if gen is None else gen)
        if bar.line is not line:
            waiting = _pressed(bar)
    return bar


def _up_to(bar: Bar, at: Tick) -> Bar:
    """The bar as it would be, had nothing acted after ``at``."""
    stretches = tuple(stretch for stretch in bar.stretches if stretch.at <= at)
    pending = stretches[-1].state.pending
    end = bar.line.end if pending is None or pending.at is None else pending.at
    tempo = TempoMap(segments=tuple(segment for segment in bar.tempo.segments if segment.at <= at))
    return replace(bar, stretches=stretches, end=end, tempo=tempo)


def _acted(bar: Bar, control: Control, at: Tick, gen: int) -> Bar:
    """The bar after a control at ``at``; a boundary at its very line puts the next one in its place."""
    before = bar.last
    state = conductor.heed(bar.show, before, control, at)
    if state == before:
        return bar
    if state.kept != before.kept:
        bar = replace(bar, show=with_kept(bar.show, state.kept))
    kept = tuple(s for s in bar.stretches if s.at < at)
    tempo = bar.tempo.changed(at, control.per_quarter) if isinstance(control, SetTempo) else bar.tempo
    end = bar.end
    if state.pending is not None and state.pending.at is not None:
        end = state.pending.at
    elif before.pending is not None and before.pending.at is not None:
        end = state.end  # the cut was taken back
    if kept or end > at:
        return replace(bar, stretches=(*kept, Stretch(at, state, gen)), end=end, tempo=tempo)
    jumped = replace(conductor.next_bar(bar.show, state, end), bar=state.bar)  # the boundary is this very line: it never began
    return _begun(bar.show, jumped, _tempo_of(jumped, tempo))


def _tempo_of(state: State, before: TempoMap) -> TempoMap:
    """Tempo inside a bar; a steady tempo that goes on keeps its old origin, so that rounding never adds up."""
    steady = state.tempo == state.tempo_end
    old = before.segments[-1]
    if steady and old.end == state.tempo and old.at + old.span <= state.at:
        return TempoMap(segments=(old,))
    span = Span(0) if steady else state.meter.bar
    changed = before.changed(state.at, state.tempo, None if steady else state.tempo_end, span)
    return TempoMap(segments=(changed.segments[-1],))


def bar_index(bars: list[Bar], tick: Tick) -> int:
    """The place of the bar at ``tick`` among ``bars``: the last that begins at or before it, else the first."""
    return max(0, bisect_right(bars, tick, key=lambda bar: bar.at) - 1)


def folded(bars: list[Bar], entry: Entry, shows: dict[str, Show]) -> None:
    """The bars after an entry: later ones are dropped, the one it acts in is renewed."""
    while bars[-1].end <= entry.reach:
        bars.append(following(bars[-1], shows))
    index = bar_index(bars, entry.reach)
    del bars[index + 1 :]
    bars[index] = heeded(bars[index], entry.control, entry.reach, entry.seq)


def segments_of(past: tuple[Segment, ...], bars: Iterable[Bar]) -> tuple[Segment, ...]:
    """What came before, and the tempo of the bars behind it."""
    out = list(past)
    for bar in bars:
        out += [s for s in bar.tempo.segments if (not out or s.at > out[-1].at) and s.at < bar.end]
    return tuple(out)
