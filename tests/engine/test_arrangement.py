"""Arrangements: the curve is met by its axes, a long section changes one thing at a time, controllers follow and let go."""

from dataclasses import replace
from itertools import pairwise
from statistics import fmean, median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Hand
from performer.engine.arrangement import BLOCK, CARRIED, LARGE, SMALL, TURNS, VARIED, Axes, axes_at, carried, turned, varied
from performer.engine.composer import attempt, compose
from performer.engine.conductor import next_bar, opening
from performer.engine.lanes import STEP
from performer.engine.seen import bar_of
from performer.engine.shaping import asked
from performer.engine.state import State
from performer.events import Controller, Note
from performer.music.curve import value_at
from performer.show.decisions import AXES
from performer.show.definition import Part, Show, Song
from performer.styles import names, read
from performer.ticks import COMMON_TIME, Meter, meter
from tests.engine.bands import BAND, bars, notes, section, show, song, whole

STYLES = tuple(name for name in names() if not read(name).pulse)
FX = Part(name="fx", role="effects")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(500, 1000), st.integers(0, 7), st.integers(0, 1000))
def test_the_mean_of_the_axes_is_the_drawn_energy(low: int, high: int, seed: int, place: int) -> None:
    base = song(seed=seed)
    for name in ("build", "verse"):
        rising = section(name, 8, low, high)
        drawn = value_at(rising.energy, place)
        assert abs(sum(axes_at(base, rising, drawn)) - len(AXES) * drawn) <= len(AXES)


def test_a_build_raises_one_axis_at_a_time_and_a_drop_has_all() -> None:
    base = song()
    build = section("build", 16, 400, 900)
    steps = [axes_at(base, build, value_at(build.energy, place)) for place in range(0, 1001, 50)]
    for before, after in pairwise(steps):
        moved = [name for name, a, b in zip(AXES, before, after, strict=True) if a != b]
        assert 1 <= len(moved) <= 2
        assert all(b >= a for a, b in zip(before, after, strict=True))
    assert axes_at(base, section("drop", 8, 1000), 1000) == Axes(1000, 1000, 1000, 1000, 1000)


def test_the_order_of_a_build_is_the_songs_own_and_can_be_written() -> None:
    build = section("build", 8, 400, 900)
    orders = {axes_at(song(seed=seed), build, 500) for seed in range(12)}
    assert len(orders) > 2
    written = replace(song(), decisions=(("build/build", "register dynamics brightness density parts"),))
    assert axes_at(written, build, 500).register == 900
    nonsense = replace(song(), decisions=(("build/build", "louder"),))
    assert axes_at(nonsense, build, 500) == axes_at(song(), build, 500)


@pytest.mark.parametrize("seed", range(4))
def test_a_vamp_changes_one_thing_every_sixteen_bars_for_hours_and_does_not_come_round(seed: int) -> None:
    base, vamp = song(seed=seed), section("vamp", 16, 600)
    rows = [tuple(turned(base, vamp, what, block * BLOCK, False) for what in TURNS) for block in range(96)]
    cycle = 1 << len(TURNS)
    for index, (a, b) in enumerate(pairwise(rows), 1):
        if index % cycle:
            assert sum(x != y for x, y in zip(a, b, strict=True)) == 1
    cycles = [tuple(rows[i : i + cycle]) for i in range(0, len(rows), cycle)]
    assert len(set(cycles)) > 1


@pytest.mark.parametrize("seed", range(4))
def test_a_stay_carries_on_one_idea_at_a_time(seed: int) -> None:
    base, vamp = song(seed=seed), section("vamp", 16, 600)
    rows = [tuple(carried(base, vamp, role, stretch * LARGE) for role in CARRIED) for stretch in range(16)]
    assert all(sum(x != y for x, y in zip(a, b, strict=True)) <= 1 for a, b in pairwise(rows))
    assert len(set(rows)) == 1 << len(CARRIED)
    assert carried(base, vamp, "lead", 999) == 0


@pytest.mark.parametrize("length", [16, 32])
def test_what_a_style_keeps_for_later_comes_after_sixteen_bars_of_a_long_section_alone(length: int) -> None:
    night = show(song("techno", sections=(section("drop", length, 740, 1000),), form=("drop",)))
    sounding = [bool(_notes(night, state, night.songs[0].part("pad"))) for state in bars(night)]
    assert read("techno").scene("drop").later == ("texture",)
    assert any(sounding[:BLOCK]) == (length == BLOCK)
    assert any(sounding[BLOCK:]) == (length > BLOCK)


@pytest.mark.parametrize(("style", "length"), [("house", 16), ("house", 8), ("jazz", 8), ("ambient", 8), ("funk", 4)])
def test_a_vamp_of_an_hour_neither_loops_nor_wanders(style: str, length: int) -> None:
    base = song(style, sections=(section("vamp", length, 700, until_next=True),), form=("vamp",))
    night, state, rows = show(base), opening(show(base), 0), []
    for _ in range(480):
        played = [n for p in base.parts[:7] for n in notes(compose(night, state, p))]
        rows.append(frozenset((n.part, n.at - state.at, n.pitch) for n in played))
        state = next_bar(night, state, state.end)
    known: set[frozenset[tuple[str, int, int]]] = set()
    fresh = [row not in known and not known.add(row) for row in rows]  # type: ignore[func-returns-value]
    assert 0.08 <= fmean(fresh[240:]) <= 0.43
    assert all(len(set(rows[i : i + 5])) > 1 for i in range(len(rows) - 4))
    as_before = "".join("=" if row == before else "." for before, row in zip(rows, rows[length:], strict=False))
    assert max(map(len, as_before.split("."))) <= 3 * SMALL


@pytest.mark.parametrize("seed", range(3))
def test_a_stay_varies_one_role_at_a_time_and_comes_home(seed: int) -> None:
    base, vamp = song(seed=seed), section("vamp", 8, 600)
    rows = [tuple(varied(base, vamp, role, block * SMALL) for role in VARIED) for block in range(80)]
    assert all(not any(row) for row in rows[::2])
    assert all(sum(map(bool, row)) == 1 for row in rows[1::2])
    assert len(set(rows[1::2])) == 40, "no variation comes twice"
    assert varied(base, vamp, "texture", 999) == 0


# --- the curve in the notes


def _energies(night: Show) -> tuple[list[int], list[tuple[float, float, float]]]:
    drawn: list[int] = []
    heard: list[tuple[float, float, float]] = []
    held: list[Note] = []
    for state in bars(night):
        drawn.append(bar_of(night, state).drawn)
        played = [n for p in night.songs[0].parts for n in notes(compose(night, state, p))]
        held = [n for n in held if n.at + n.length > state.at]
        parts = {n.part for n in (*held, *played)}
        held += played
        heard.append((float(len(played)), float(len(parts)), fmean(n.velocity for n in played) if played else 0.0))
    return drawn, heard


def _r(one: list[float], two: list[float]) -> float:
    a, b = fmean(one), fmean(two)
    top = sum((x - a) * (y - b) for x, y in zip(one, two, strict=True))
    return float(top / (sum((x - a) ** 2 for x in one) * sum((y - b) ** 2 for y in two)) ** 0.5)


def test_what_is_heard_follows_the_drawn_curve() -> None:
    found: list[list[float]] = [[], [], []]
    for style in STYLES:
        base = song(style, parts=tuple(Part(name=n, role=r, style=((style, 1000),)) for n, r in BAND[:7]))
        drawn, heard = _energies(show(base))
        for axis, column in enumerate(zip(*heard, strict=True)):
            found[axis].append(_r([float(d) for d in drawn], list(column)))
    assert all(median(column) >= 0.6 for column in found)


def test_one_part_carries_on_over_every_boundary() -> None:
    for style in STYLES:
        base = song(style)
        night, before = show(base), set[str]()
        for state in bars(night):
            now = {p.name for p in base.parts if notes(compose(night, state, p))} | _held(night, state, base)
            if state.bar_in_section == 0 and before:
                assert now & before, f"{style} {state.section}"
            before = now


def _held(night: Show, state: State, base: Song) -> set[str]:
    """Parts whose notes of this phrase may still sound."""
    return {p.name for p in base.parts if p.role == "texture" and bar_of(night, state).gate >= read(base.style[0][0]).start("texture")}


# --- controllers


def _lanes(night: Show, part: Part) -> list[list[Controller]]:
    return [[e for e in compose(night, state, part) if isinstance(e, Controller)] for state in bars(night)]


@pytest.mark.parametrize("which", [COMMON_TIME, meter(6, 8), meter(7, 8)], ids=str)
def test_controllers_are_few_and_never_say_the_same_twice_in_a_bar(which: Meter) -> None:
    night = show(song(meter=which))
    for part in night.songs[0].parts[:7]:
        for bar in _lanes(night, part):
            by_name: dict[str, list[Controller]] = {}
            for event in bar:
                by_name.setdefault(event.name, []).append(event)
            assert len(by_name) <= 5
            for rows in by_name.values():
                assert len(rows) <= len(which.pulses)
                assert all(abs(a.value - b.value) >= STEP for a, b in pairwise(rows))


def test_inside_a_section_a_lane_moves_no_faster_than_its_curve() -> None:
    base = song(sections=(section("verse", 8, 200, 900),), form=("verse",))
    night = show(base)
    values = [e.value for bar in _lanes(night, base.part("keys")) for e in bar if e.name == "brightness"]
    assert values == sorted(values)
    assert max(b - a for a, b in pairwise(values)) <= 700 // 8 // 4 * 2
    assert len(values) > 16


def test_a_lane_lets_go_of_what_a_hand_has_taken_and_plays_the_same_notes() -> None:
    night = show(song())
    state = list(bars(night))[20]
    part = night.songs[0].part("keys")
    taken = asked(night.songs[0].section(state.section), state, Hand(part="keys", on=True))
    free, held = compose(night, state, part), compose(night, taken, part)
    assert notes(free) == notes(held)
    assert [e for e in free if isinstance(e, Controller)]
    assert not [e for e in held if isinstance(e, Controller)]


# --- effects


@pytest.mark.parametrize("style", STYLES)
def test_effects_rise_before_the_drop_and_strike_on_it(style: str) -> None:
    base = song(style)
    base = replace(base, parts=(*base.parts, replace(FX, style=((style, 1000),))))
    night = show(base)
    rising: list[int] = []
    for state in bars(night):
        composed = attempt(night, state, base.part("fx"))
        assert composed.fell is None
        played = notes(composed.events)
        low, high = read(style).voice("effects").lane
        assert all(low <= n.pitch <= high and n.at + n.length <= state.end + state.meter.bar for n in played)
        if state.section == "build" and not state.visit:
            rising += [n.pitch for n in played]
        if state.section.startswith("drop") and state.bar_in_section == 0:
            assert [n.at for n in played] == [state.at]
    assert rising == sorted(rising)
    assert len(set(rising)) > 3


def test_effects_change_nobody_elses_notes() -> None:
    base = song()
    more = show(replace(base, parts=(*base.parts, FX)))
    for name, _ in BAND:
        assert whole(show(base), name) == whole(more, name)


def test_who_leaves_fades_and_who_stays_does_not_in_a_cross_fade() -> None:
    def loud(role: str, coming: int) -> list[int]:
        ambient = song("ambient", sections=(section("vamp", 8, 700), section("break", 8, coming)), form=("vamp", "break"))
        night = show(ambient)
        part = ambient.part(role)
        return [n.velocity for s in bars(night) if s.section == "vamp" and s.bar_in_section >= 4 for n in _notes(night, s, part)]

    leaving, staying = loud("keys", 200), loud("keys", 700)
    assert len(leaving) == len(staying) > 2
    assert all(a < b for a, b in zip(leaving, staying, strict=True))
    assert leaving[-1] < staying[-1] * 0.5
    assert loud("pad", 200) == loud("pad", 700)


def _notes(night: Show, state: State, part: Part) -> list[Note]:
    return notes(compose(night, state, part))
