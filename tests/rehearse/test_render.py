"""Rendering: the same events as a performance asked in any other way, and an end for every show."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performer.controls import Control, Entry, Fallback, Go, GoTo, Hold, Macro, Next, SetTempo, Stop, When
from performer.engine.performance import Performance, Score
from performer.events import BarMark, Cut, Event, Note, SectionMark, order
from performer.rehearse.render import Press, Rendering, render
from performer.show.definition import Section, Show
from performer.tempo import Micros
from performer.ticks import QUARTER, Tick

Make = Callable[..., Show]
BAR = 4 * QUARTER


def sections(rendering: Rendering) -> list[str]:
    return [event.section for event in rendering.events if isinstance(event, SectionMark)]


def test_a_show_is_played_to_its_end(show: Show, score: Score) -> None:
    rendering = render(show, 0, score=score)
    assert rendering.end == "end"
    assert sections(rendering) == ["intro", "build", "odd", "intro"]
    assert rendering.until == 2 * BAR + 4 * BAR + 3 * (BAR * 7 // 8) + 2 * BAR
    assert [bar.at for bar in rendering.bars[1:]] == [bar.end for bar in rendering.bars[:-1]]
    assert list(rendering.events) == sorted(rendering.events, key=order)
    assert not rendering.pressed


def test_energy_is_noted_down_as_drawn(show: Show, score: Score) -> None:
    bars = render(show, 0, score=score).bars
    assert [bar.energy for bar in bars[:2]] == [225, 475]
    assert [bar.starts for bar in bars] == [True, False, True, False, False, False, True, False, False, True, False]


def test_tonight_changes_the_events_and_the_same_night_does_not(show: Show, score: Score) -> None:
    digests = [render(show, seed, score=score).digest for seed in (0, 0, 1)]
    assert digests[0] == digests[1] != digests[2]


control = st.one_of(
    st.builds(GoTo, section=st.sampled_from(["intro", "build", "odd"]), when=st.sampled_from([None, *When])),
    st.builds(Next, when=st.sampled_from([None, *When])),
    st.builds(Macro, name=st.sampled_from(["energy", "density"]), value=st.integers(0, 1000)),
    st.builds(SetTempo, per_quarter=st.integers(300_000, 800_000)),
    st.builds(Fallback, part=st.just("bass"), bar=st.integers(0, 12)),
)
asked = st.lists(st.tuples(st.integers(0, 12 * BAR), control), max_size=8).map(lambda rows: sorted(rows, key=lambda row: row[0]))


def entries_of(rows: list[tuple[int, Control]]) -> list[Entry]:
    return [Entry(seq=n, tick=Tick(tick), reach=Tick(tick), control=what) for n, (tick, what) in enumerate(rows, 1)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked, st.integers(QUARTER // 3, 3 * BAR))
def test_a_replay_commits_what_the_night_committed_in_other_steps(
    show: Show, score: Score, rows: list[tuple[int, Control]], step: int
) -> None:
    entries = entries_of(rows)
    until = Tick(14 * BAR)
    live, left = Performance(show, 3, score=score), list(entries)
    events: list[Event] = []
    while live.committed < until:
        to = Tick(min(live.committed + step, until, *(entry.tick for entry in left)))
        events += live.commit(to)
        while left and left[0].tick == to:
            live.accept(left.pop(0))
    rendering = render(show, 3, score=score, entries=entries, until=until)
    assert list(rendering.events) == events
    assert list(rendering.pressed) == entries
    assert rendering.until == until


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked)
def test_the_tempo_map_is_the_one_that_was_played(show: Show, score: Score, rows: list[tuple[int, Control]]) -> None:
    rendering = render(show, 3, score=None, entries=entries_of(rows), until=Tick(14 * BAR))
    performance = Performance(show, 3)
    for entry in entries_of(rows):
        performance.commit(entry.tick)
        performance.accept(entry)
    performance.bars(Tick(0), Tick(14 * BAR))
    for tick in range(0, 14 * BAR, QUARTER // 7):
        assert rendering.tempo.micros_at(Tick(tick)) == performance.tempo.micros_at(Tick(tick))


def test_a_press_acts_at_its_bar_and_beat(show: Show, score: Score) -> None:
    press = Press(control=GoTo("odd", When.BAR), bar=4, beat=3, over=1, under=3)
    rendering = render(show, 0, score=score, presses=[press])
    assert rendering.pressed[0].tick == 3 * BAR + 2 * QUARTER + QUARTER // 3
    assert next(e.at for e in rendering.events if isinstance(e, SectionMark) and e.section == "odd") == 4 * BAR


def test_a_press_acts_at_its_show_time(show: Show, score: Score) -> None:
    rendering = render(show, 0, score=score, presses=[Press(control=GoTo("odd", When.NOW), micros=Micros(1_250_000))])
    assert rendering.pressed[0].tick == 2 * QUARTER + QUARTER // 2
    cuts = [event.at for event in rendering.events if isinstance(event, Cut) and event.part == "bass"]
    assert cuts[0] == 2 * QUARTER + QUARTER // 2
    assert [(bar.at, bar.section) for bar in rendering.bars[:2]] == [(0, "intro"), (cuts[0], "odd")]
    assert rendering.bars[0].end == cuts[0]


def test_a_press_on_a_beat_that_a_jump_cut_away_acts_at_the_next_bar_line(show: Show, score: Score) -> None:
    presses = [Press(control=GoTo("odd", When.NOW), bar=2, beat=2), Press(control=Macro("energy", 900), bar=2, beat=4)]
    rendering = render(show, 0, score=score, presses=presses)
    assert [entry.tick for entry in rendering.pressed] == [BAR + QUARTER, BAR + QUARTER]


def test_presses_are_taken_in_the_order_of_time_not_of_the_file(show: Show, score: Score) -> None:
    presses = [Press(control=Macro("energy", 900), bar=5), Press(control=Macro("density", 100), bar=2)]
    assert [entry.control for entry in render(show, 0, score=score, presses=presses).pressed] == [presses[1].control, presses[0].control]


def test_what_comes_after_the_end_is_handed_back(show: Show, score: Score) -> None:
    late = Press(control=Next(), bar=100, line=3)
    rendering = render(show, 0, score=score, presses=[late])
    assert rendering.unreached == (late,)
    assert rendering.end == "end"


def test_a_form_that_goes_round_is_played_once(make_show: Make, score: Score) -> None:
    rendering = render(make_show(loop_to=1), 0, score=score)
    assert rendering.end == "form once"
    assert sections(rendering) == ["intro", "build", "odd", "intro"]


def waiting(give_up: int | None, *, go: bool = False) -> tuple[Section, ...]:
    return (
        Section(name="intro", bars=2, until_next=True, give_up=give_up),
        Section(name="build", bars=2, waits_for_go=go),
    )


@pytest.mark.parametrize(("give_up", "bars", "pressed"), [(None, 2, [Go()]), (6, 6, [])])
def test_go_is_pressed_only_where_nothing_else_would_go_on(
    make_show: Make, score: Score, give_up: int | None, bars: int, pressed: list[Control]
) -> None:
    rendering = render(make_show(sections=waiting(give_up), form=("intro", "build")), 0, score=score)
    assert [bar.section for bar in rendering.bars] == ["intro"] * bars + ["build"] * 2
    assert [entry.control for entry in rendering.pressed] == pressed
    assert rendering.end == "end"


def test_a_section_that_waits_for_go_is_given_it(make_show: Make, score: Score) -> None:
    rendering = render(make_show(sections=waiting(4, go=True), form=("intro", "build", "intro")), 0, score=score)
    assert [bar.section for bar in rendering.bars] == ["intro"] * 4 + ["build"] * 2 + ["intro"] * 4
    assert [entry.control for entry in rendering.pressed] == [Go()]


def test_a_hold_that_nobody_lets_go_is_let_go(show: Show, score: Score) -> None:
    rendering = render(show, 0, score=score, presses=[Press(control=Hold(on=True), bar=1)])
    assert [entry.control for entry in rendering.pressed] == [Hold(on=True), Hold(on=False)]
    assert rendering.end == "end"


def test_a_hold_lasts_as_long_as_the_file_says(show: Show, score: Score) -> None:
    presses = [Press(control=Hold(on=True), bar=1), Press(control=Hold(on=False), bar=6)]
    rendering = render(show, 0, score=score, presses=presses)
    assert [bar.section for bar in rendering.bars][:7] == ["intro"] * 6 + ["build"]


def test_an_armed_show_is_started(show: Show, score: Score) -> None:
    assert render(show, 0, score=score, armed=True).pressed[0].control == Go()


def test_follow_rules_that_never_end_are_left(make_show: Make, score: Score) -> None:
    wander = (
        Section(name="intro", bars=2, then=(("build", 1), ("intro", 1))),
        Section(name="build", bars=3, then=(("intro", 1), ("build", 1))),
    )
    rendering = render(make_show(sections=wander, form=("intro", "build")), 0, score=score)
    assert rendering.end == "form once"
    assert 10 <= len(rendering.bars) < 13


def test_a_limit_only_ends_earlier(show: Show, score: Score) -> None:
    whole, short = render(show, 0, score=score), render(show, 0, score=score, limit=Micros(5_300_000))
    assert short.end == "limit"
    assert short.events == tuple(event for event in whole.events if event.at < short.until)
    assert short.tempo.micros_at(short.until) <= 5_300_000 < short.tempo.micros_at(Tick(short.until + 1))


def test_stop_ends_it(show: Show, score: Score) -> None:
    rendering = render(show, 0, score=score, presses=[Press(control=Stop(), bar=3, beat=2)])
    assert (rendering.end, rendering.until) == ("end", 2 * BAR + QUARTER)
    assert max(event.at for event in rendering.events if isinstance(event, Note)) < rendering.until


def test_progress_reaches_the_end(show: Show, score: Score) -> None:
    told: list[Micros] = []
    rendering = render(show, 0, score=score, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == rendering.music_micros


def test_without_a_score_there_are_bars_and_no_notes(show: Show) -> None:
    rendering = render(show, 0, score=None)
    kinds = {type(event) for event in rendering.events}
    assert BarMark in kinds
    assert Note not in kinds


def test_a_part_more_changes_no_other_note(make_show: Make, show: Show, score: Score) -> None:
    song = show.songs[0]
    more = make_show(parts=(*song.parts, replace(song.parts[1], name="sub")))

    def without(events: tuple[Event, ...]) -> list[Event]:
        return [event for event in events if getattr(event, "part", "") != "sub"]

    assert without(render(more, 0, score=score).events) == list(render(show, 0, score=score).events)
