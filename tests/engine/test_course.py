"""The way through a section that a hand stretches, holds or cuts: what is past stays, and the end is always reached."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Cancel, Control, Entry, GoTo, Hold, Next, When
from performer.engine.composer import Composer
from performer.engine.course import along, length
from performer.engine.performance import Performance
from performer.engine.seen import bar_of
from performer.engine.transitions import Change, change_of, landed
from performer.events import Event, Note
from performer.show.definition import Part, Show
from performer.styles import read
from performer.ticks import Tick
from tests.engine.bands import BAND, section, show, song

BAR = 80_640
FX = (*BAND, ("fx", "effects"))


def night(style: str = "house") -> Show:
    parts = tuple(Part(name=name, role=role, style=((style, 1000),)) for name, role in FX)
    build = section("build", 8, 500, 900, stretch=(4, 32))
    sections = (section("verse", 16, 500, 600), build, section("drop", 8, 1000), section("break", 8, 300))
    return show(song(style, parts=parts, sections=sections, form=("verse", "build", "drop", "break")))


def played(world: Show, start: str, *presses: tuple[float, Control]) -> Performance:
    performance = Performance(world, 3, score=Composer(), start=start)
    for number, (bars, control) in enumerate(presses, 1):
        at = Tick(round(bars * BAR))
        performance.accept(Entry(seq=number, tick=at, reach=at, control=control))
    return performance


def places(performance: Performance, bars: int, name: str) -> list[int]:
    """Per mille of the section that has gone by at the end of each bar of its first visit."""
    world = performance.bars(Tick(0), Tick(bars * BAR))
    states = [bar.last for bar in world if bar.state.section == name and bar.state.visit == 0]
    return [along(bar.show.songs[0].section(name), s, 2 * s.bar_in_section + 2) for bar, s in zip(world, states, strict=False)]


def test_a_section_that_nobody_touches_runs_straight_from_its_beginning_to_its_end() -> None:
    assert places(played(night(), "build"), 8, "build") == [125, 250, 375, 500, 625, 750, 875, 1000]


PRESSES = st.lists(
    st.tuples(
        st.floats(0, 11),
        st.sampled_from((Hold(True), Hold(False), GoTo("drop"), GoTo("drop", When.BAR), GoTo("drop", When.END), Next(), Cancel())),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(("build", "verse")), PRESSES)
def test_the_way_never_turns_back_and_ends_at_the_end_wherever_hands_put_it(start: str, presses: list[tuple[float, Control]]) -> None:
    found = places(played(night(), start, *sorted(presses, key=lambda press: press[0])), 60, start)
    assert found == sorted(found)
    assert found[-1] == 1000


def test_a_build_stretched_by_hand_still_lands_its_drop() -> None:
    performance = played(night(), "build", (1.1, Hold(True)), (9.5, Hold(False)))
    bars = performance.bars(Tick(0), Tick(13 * BAR))
    assert [bar.state.section for bar in bars] == ["build"] * 12 + ["drop"]
    changes = [bar_of(bar.show, bar.last).change for bar in bars[:12]]
    assert changes[-1].rising == 1000
    assert [c.rising for c in changes] == sorted(c.rising for c in changes)
    drawn = [bar_of(bar.show, bar.last).drawn for bar in bars[:12]]
    assert drawn == sorted(drawn)
    assert drawn[-1] >= 850


def test_what_is_past_stays_when_the_end_moves() -> None:
    plain, cut = (played(night(), "build", *presses) for presses in ((), ((2.3, GoTo("drop")),)))
    one, two = plain.commit(Tick(round(2.3 * BAR))), cut.commit(Tick(round(2.3 * BAR)))
    assert one == two
    before, after = (bar_of(night(), p.bar_at(Tick(3 * BAR)).last).drawn for p in (plain, cut))
    assert after > before


def test_a_ramp_of_the_tempo_bends_with_its_section_without_a_leap() -> None:
    base = night()
    build = replace(base.songs[0].section("build"), tempo=(500_000, 400_000))
    sections = tuple(build if s.name == "build" else s for s in base.songs[0].sections)
    world = show(replace(base.songs[0], sections=sections))
    for presses in ((), ((2.3, GoTo("drop")),), ((1.1, Hold(True)), (9.5, Hold(False)))):
        states = [bar.last for bar in played(world, "build", *presses).bars(Tick(0), Tick(14 * BAR)) if bar.state.section == "build"]
        assert all(a.tempo_end == b.tempo for a, b in pairwise(states))
        assert states[-1].tempo_end == 400_000


# --- transitions


@pytest.mark.parametrize("when", [When.BEAT, When.BAR, When.PHRASE, When.END])
@pytest.mark.parametrize("press", [1.3, 5.05, 9.6])
@pytest.mark.parametrize("to", ["drop", "break"])
def test_a_transition_fills_the_time_that_is_left_and_never_goes_beyond(when: When, press: float, to: str) -> None:
    performance = played(night(), "verse", (press, GoTo(to, when)))
    bars = performance.bars(Tick(0), Tick(18 * BAR))
    landing = next(bar for bar in bars if bar.state.section == to)
    last = bars[bars.index(landing) - 1]
    plan = bar_of(last.show, last.last)
    assert plan.leaves
    assert plan.change.left == 1
    assert plan.fill or plan.thin
    assert plan.until == (landing.at - last.at) // 5040
    events = performance.commit(Tick(landing.at + BAR))
    for event in sounding(events, "drums", 0, landing.at):
        assert event.at < landing.at
    assert bar_of(landing.show, landing.state).change.rising == 0


@pytest.mark.parametrize("style", ["pop-rock", "jazz", "reggae", "dub", "house"])
def test_a_way_that_fills_has_its_fill_before_a_drop_as_well(style: str) -> None:
    performance = played(night(style), "verse", (5.05, GoTo("drop", When.BAR)))
    bar = performance.bar_at(Tick(round(5.5 * BAR)))
    last = bar_of(bar.show, bar.last)
    assert last.leaves
    assert last.thin
    assert bool(last.fill) == last.change.says("fill")


def sounding(events: tuple[Event, ...], part: str, start: int, end: int) -> list[Note]:
    return [e for e in events if isinstance(e, Note) and e.part == part and start <= e.at < end]


def test_a_riser_takes_the_time_from_the_press_to_the_boundary() -> None:
    performance = played(night(), "verse", (9.1, GoTo("drop", When.END)))
    plans = [bar_of(bar.show, bar.last).change for bar in performance.bars(Tick(0), Tick(16 * BAR))]
    assert [p.rising for p in plans[:9]] == [0] * 9
    assert plans[9].risen == 0 < plans[9].rising
    assert plans[15].rising == 1000
    assert all(a.rising == b.risen for a, b in pairwise(plans[9:]))


@pytest.mark.parametrize("release", [41.3, 44.6, 46.2, 47.1])
def test_a_build_held_beyond_its_most_bars_rises_again_when_it_is_let_go(release: float) -> None:
    performance = played(night(), "build", (1.1, Hold(True)), (release, Hold(False)))
    bars = performance.bars(Tick(0), Tick(60 * BAR))
    landing = next(bar for bar in bars if bar.state.section == "drop")
    assert landing.at == -(-round(release * 10) // 40) * 4 * BAR
    rising = [bar_of(bar.show, bar.last).change.rising for bar in bars if bar.at < landing.at]
    let_go = int(release)
    assert not any(rising[32:let_go])
    assert rising[let_go:] == sorted(rising[let_go:])
    assert rising[-1] == 1000
    assert rising[let_go] == 1000 // (len(rising) - let_go)


def test_the_song_says_the_way_and_where_it_does_not_the_style_does() -> None:
    world = night("dub")
    state = next(bar.state for bar in played(world, "build").bars(Tick(0), Tick(9 * BAR)) if bar.state.bar_in_section == 7)
    plain = change_of(world, state, read("dub"), landed(world, state))
    assert (plain.way, plain.written) == (tuple(read("dub").way("drop").split()), False)
    drop = replace(world.songs[0].section("drop"), entry="cut")
    sections = tuple(drop if s.name == "drop" else s for s in world.songs[0].sections)
    written = show(replace(world.songs[0], sections=sections))
    told = change_of(written, state, read("dub"), landed(written, state))
    assert (told.way, told.written) == (("cut",), True)


def test_nothing_is_coming_while_a_section_is_held() -> None:
    world = night()
    for bar in played(world, "verse", (0.1, Hold(True))).bars(Tick(0), Tick(40 * BAR)):
        if bar.at > 0:
            assert bar_of(world, bar.last).change == Change(0, (), False, None, 0, 0)


def test_the_known_length_is_where_the_section_will_end() -> None:
    world = night()
    for presses in ((), ((2.3, GoTo("drop")),), ((2.3, GoTo("drop", When.BAR)),), ((1.1, Hold(True)), (6.5, Hold(False)))):
        bars = [b for b in played(world, "build", *presses).bars(Tick(0), Tick(40 * BAR)) if b.state.section == "build"]
        assert length(world.songs[0].section("build"), bars[-1].last) == len(bars)
