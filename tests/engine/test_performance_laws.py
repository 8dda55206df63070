"""The laws of the core, by name."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Entry, Go, GoTo, Hold, Macro, Next, SetTempo, TakeBack, When
from performer.engine.performance import LateEntryError, Performance
from performer.engine.snapshot import read, write
from performer.events import BarMark, Cut, Event, Note, order
from performer.show.definition import Part, Show
from performer.ticks import Tick
from tests.engine.worlds import PlainScore, entries, shows

SPAN = Tick(40 * 80_640)


def played(show: Show, given_entries: list[Entry], steps: list[int], seed: int = 7) -> tuple[Event, ...]:
    """Everything to SPAN, asked for in the given steps."""
    performance = Performance(show, seed, score=PlainScore())
    events: list[Event] = []
    edges = [Tick(t) for t in sorted({min(t, SPAN) for t in steps} | {SPAN})]
    waiting = list(given_entries)
    for edge in edges:
        while waiting and waiting[0].tick <= edge:
            events += performance.commit(waiting[0].tick)
            performance.accept(waiting.pop(0))
        events += performance.commit(edge)
    return tuple(events)


STEPS = st.lists(st.integers(1, SPAN), max_size=12)


@settings(max_examples=30, deadline=None)
@given(shows(), entries(), STEPS, STEPS)
def test_however_it_is_asked_the_committed_events_are_equal(show: Show, given_entries: list[Entry], one: list[int], two: list[int]) -> None:
    assert played(show, given_entries, one) == played(show, given_entries, two)


@settings(max_examples=30, deadline=None)
@given(shows(), entries(most=8), st.integers(1, SPAN))
def test_foresee_agrees_with_commit(show: Show, given_entries: list[Entry], ahead: int) -> None:
    performance = Performance(show, 7, score=PlainScore())
    for entry in given_entries:
        performance.commit(entry.tick)
        performance.accept(entry)
    to = Tick(performance.committed + ahead)
    seen = sorted((e for piece in performance.foresee(to) for e in piece.events), key=order)
    assert tuple(seen) == performance.commit(to)


@settings(max_examples=30, deadline=None)
@given(shows(), entries())
def test_events_leave_in_the_written_total_order_and_never_before_the_edge(show: Show, given_entries: list[Entry]) -> None:
    events = played(show, given_entries, [])
    assert all(order(a) < order(b) for a, b in pairwise(events))


@settings(max_examples=25, deadline=None)
@given(shows(), entries())
def test_adding_a_part_changes_no_other_parts_notes(show: Show, given_entries: list[Entry]) -> None:
    more = replace(show, songs=tuple(replace(s, parts=(Part(name="a new one", role="bass"), *s.parts)) for s in show.songs))
    kept = [e for e in played(more, given_entries, []) if getattr(e, "part", "") != "a new one"]
    assert kept == list(played(show, given_entries, []))


@settings(max_examples=30, deadline=None)
@given(shows(), entries(most=14), st.integers(0, 13), STEPS)
def test_resume_from_any_snapshot_equals_never_having_stopped(show: Show, given_entries: list[Entry], cut: int, steps: list[int]) -> None:
    whole = played(show, given_entries, steps)
    performance = Performance(show, 7, score=PlainScore())
    events: list[Event] = []
    for entry in given_entries[:cut]:
        events += performance.commit(entry.tick)
        performance.accept(entry)
    snapshot = read(write(performance.snapshot()))
    resumed = Performance.resumed([show], snapshot, score=PlainScore())
    for entry in given_entries[:cut]:
        if entry.seq > snapshot.seq:
            resumed.accept(entry)
    resumed.commit(performance.committed)
    for entry in given_entries[cut:]:
        events += resumed.commit(entry.tick)
        resumed.accept(entry)
    events += resumed.commit(SPAN)
    assert tuple(events) == whole


@settings(max_examples=30, deadline=None)
@given(shows(), entries(most=6, span=10 * 80_640), st.integers(0, 3 * 80_640), st.integers(0, 6 * 80_640))
def test_do_and_take_back_equals_never_done(show: Show, given_entries: list[Entry], after: int, later: int) -> None:
    before = [e for e in given_entries if not isinstance(e.control, TakeBack)]
    before = [replace(e, seq=i + 1) for i, e in enumerate(before)]
    n = len(before)
    base = max([e.reach for e in before], default=0)
    done = Entry(seq=n + 1, tick=Tick(base + after), reach=Tick(base + after), control=GoTo("drop", When.NOW))
    undo = Entry(seq=n + 2, tick=Tick(base + after + later), reach=Tick(base + after + later), control=TakeBack())
    never, undone = Performance(show, 3), Performance(show, 3)
    for entry in before:
        never.accept(entry)
        undone.accept(entry)
    undone.accept(done)
    undone.accept(undo)
    far = Tick(undo.reach + 4 * 80_640)
    theirs = [replace(b.state, bar=0) for b in never.bars(undo.reach, far) if b.at >= undo.reach]
    ours = [replace(b.state, bar=0) for b in undone.bars(undo.reach, far) if b.at >= theirs[0].at]
    assert ours
    assert ours == theirs[: len(ours)]


@settings(max_examples=25, deadline=None)
@given(shows(), entries())
def test_the_tempo_map_is_a_bijection_through_everything(show: Show, given_entries: list[Entry]) -> None:
    performance = Performance(show, 7)
    for entry in given_entries:
        performance.commit(entry.tick)
        performance.accept(entry)
    performance.bars(performance.committed, Tick(performance.committed + 10 * 80_640))
    tempo = performance.tempo
    for tick in range(performance.committed, performance.committed + 9 * 80_640, 7919):
        assert tempo.tick_at(tempo.micros_at(Tick(tick))) == tick


TEMPI = st.one_of(st.builds(SetTempo, st.integers(250_000, 1_000_000)), st.builds(Next, st.sampled_from((When.BAR, When.PHRASE))))


@settings(max_examples=60, deadline=None)
@given(shows(), entries(most=6, span=8 * 80_640, kinds=TEMPI), st.integers(0, 3 * 80_640), entries(most=3, span=8 * 80_640, kinds=TEMPI))
def test_show_time_goes_on_where_a_take_back_is_adopted(show: Show, first: list[Entry], after: int, later: list[Entry]) -> None:
    show = replace(show, waits_for_go=False)
    undo, far = Tick(max([e.reach for e in first], default=0) + after), 20 * 80_640
    back = Entry(seq=len(first) + 1, tick=undo, reach=undo, control=TakeBack())
    second = [replace(e, seq=back.seq + e.seq, tick=Tick(undo + e.tick), reach=Tick(undo + e.reach)) for e in later]
    performance = Performance(show, 7)
    for entry in (*first, back, *second):
        performance.commit(entry.tick)
        performance.bars(undo, Tick(undo + far))
        before = performance.tempo
        performance.accept(entry)
        after_it = performance.bars(entry.tick, Tick(entry.tick + far))
        joint = next(bar.at for bar in after_it if bar.at >= entry.reach)
        untouched = range(entry.tick, entry.reach if entry is not back else joint, 997)
        assert [performance.tempo.micros_at(Tick(t)) for t in untouched] == [before.micros_at(Tick(t)) for t in untouched]
        whole = range(entry.tick, entry.tick + far, 997)
        assert all(performance.tempo.tick_at(performance.tempo.micros_at(Tick(tick))) == tick for tick in whole)
    edge = Tick(max((performance.committed, undo, *(e.reach for e in second))) + 3 * 80_640)
    performance.commit(edge)
    ahead = range(edge, edge + far, 997)
    bars = performance.bars(edge, Tick(edge + far))
    assert all(performance.tempo.per_quarter_at(bar.at) == bar.state.tempo for bar in bars if bar.at >= edge)
    resumed = Performance.resumed([show], read(write(performance.snapshot())))
    resumed.bars(edge, Tick(edge + far))
    assert [resumed.tempo.micros_at(Tick(tick)) for tick in ahead] == [performance.tempo.micros_at(Tick(tick)) for tick in ahead]


@settings(max_examples=25, deadline=None)
@given(shows(), entries(most=10), st.integers(0, 1000))
def test_altering_one_recomposing_control_changes_the_events(show: Show, given_entries: list[Entry], value: int) -> None:
    show = replace(show, songs=show.songs[:1], waits_for_go=False)
    song = replace(
        show.songs[0], loop_to=0, sections=tuple(replace(s, until_next=False, then=(), count_in=0) for s in show.songs[0].sections)
    )
    show = replace(show, songs=(song,))
    one = Entry(seq=1, tick=Tick(100), reach=Tick(100), control=Macro("brightness", value))
    two = replace(one, control=Macro("brightness", 1000 - value if value != 500 else 1))
    assert played(show, [one], []) != played(show, [two], [])


def test_state_stays_small_after_eight_hours() -> None:
    show = _loop()
    performance = Performance(show, 1)
    seq = 0
    for hour in range(8):
        for minute in range(0, 60, 2):
            tick = Tick((hour * 60 + minute) * 120 * 20_160)
            performance.commit(tick)
            seq += 1
            performance.accept(Entry(seq=seq, tick=tick, reach=tick, control=Macro("energy", minute * 10)))
    assert len(write(performance.snapshot())) <= 64_000
    assert len(performance.bars(Tick(0), performance.committed)) < 80


def test_a_late_entry_is_refused() -> None:
    performance = Performance(_loop(), 1)
    performance.commit(Tick(1000))
    with pytest.raises(LateEntryError):
        performance.accept(Entry(seq=1, tick=Tick(999), reach=Tick(999), control=Next()))
    with pytest.raises(LateEntryError):
        performance.accept(Entry(seq=2, tick=Tick(1000), reach=Tick(1000), control=Next()))


def _loop() -> Show:
    from performer.music.pitch import key
    from performer.show.definition import Section, Song
    from performer.ticks import COMMON_TIME

    sections = tuple(Section(name=n, bars=b, stretch=s) for n, b, s in (("a", 8, None), ("b", 8, (4, 16)), ("c", 4, None)))
    song = Song(
        name="loop", title="", seed=1, key=key("C"), per_quarter=500_000, meter=COMMON_TIME,
        parts=(Part(name="p", role="lead"), Part(name="q", role="bass")), sections=sections, form=("a", "b", "c"), loop_to=0,
    )  # fmt: skip
    return Show(name="loop", title="", songs=(song,), fingerprint="loop")


BAR = 80_640


def sections_of(performance: Performance, bars: int) -> list[str]:
    return [bar.state.section for bar in performance.bars(Tick(0), Tick(bars * BAR - 1))]


def entry(seq: int, tick: int, control: object) -> Entry:
    return Entry(seq=seq, tick=Tick(tick), reach=Tick(tick), control=control)  # type: ignore[arg-type]


def test_a_tap_acts_at_the_next_phrase_and_a_second_tap_at_the_next_bar() -> None:
    once, twice = Performance(_loop(), 1), Performance(_loop(), 1)
    for performance in (once, twice):
        performance.accept(entry(1, BAR // 2, GoTo("c")))
    twice.accept(entry(2, BAR // 2 + 10, GoTo("c")))
    assert sections_of(once, 6) == ["a"] * 4 + ["c"] * 2
    assert sections_of(twice, 3) == ["a", "c", "c"]


def test_now_cuts_the_bar_there_and_everything_that_sounds_with_it() -> None:
    performance = Performance(_loop(), 1, score=PlainScore())
    performance.accept(entry(1, 30_000, GoTo("c", When.NOW)))
    events = performance.commit(Tick(2 * BAR))
    assert [e.at for e in events if isinstance(e, BarMark)] == [0, 30_000, 30_000 + BAR]
    assert {e.part for e in events if isinstance(e, Cut) and e.at == 30_000} == {"p", "q"}


def test_beat_acts_on_the_next_pulse() -> None:
    performance = Performance(_loop(), 1)
    performance.accept(entry(1, 30_000, GoTo("c", When.BEAT)))
    assert [b.at for b in performance.bars(Tick(0), Tick(BAR))] == [0, 2 * 20_160]


def test_hold_repeats_the_section_until_released() -> None:
    performance = Performance(_loop(), 1)
    performance.accept(entry(1, 0, Hold(True)))
    assert set(sections_of(performance, 30)) == {"a"}
    performance.accept(entry(2, 30 * BAR, Hold(False)))
    assert sections_of(performance, 34)[-1] == "b"


def test_a_stretchable_section_bends_to_the_next_phrase_when_asked_to_end() -> None:
    performance = Performance(_loop(), 1)
    performance.accept(entry(1, 8 * BAR + 10, Next()))
    bars = performance.bars(Tick(8 * BAR), Tick(13 * BAR))
    assert [b.state.section for b in bars][:5] == ["b"] * 4 + ["c"]
    assert bars[1].state.bars == 4


def test_tempo_by_hand_holds_until_a_section_writes_its_own() -> None:
    show = _loop()
    song = show.songs[0]
    show = replace(
        show, songs=(replace(song, sections=(song.sections[0], replace(song.sections[1], tempo=(600_000, 600_000)), song.sections[2])),)
    )
    performance = Performance(show, 1)
    performance.accept(entry(1, BAR + 5, SetTempo(400_000)))
    performance.bars(Tick(0), Tick(20 * BAR))
    at = [performance.tempo.per_quarter_at(Tick(t)) for t in (BAR, BAR + 5, 7 * BAR, 8 * BAR)]
    assert at == [500_000, 400_000, 400_000, 600_000]


def test_armed_waits_for_go_and_begins_a_bar_there() -> None:
    performance = Performance(_loop(), 1, armed=True, score=PlainScore())
    assert not [e for e in performance.commit(Tick(3 * BAR)) if isinstance(e, Note)]
    performance.accept(entry(1, 3 * BAR + 777, Go()))
    events = performance.commit(Tick(5 * BAR))
    assert next(e.at for e in events if isinstance(e, Note)) >= 3 * BAR + 777
    assert 3 * BAR + 777 in [e.at for e in events if isinstance(e, BarMark)]
