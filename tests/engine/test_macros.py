"""The macros: as written at one half, monotone on both sides of it, from a fader, a curve in the show, or a cue."""

from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.engine.composer import compose, cues_of
from performer.engine.kitwork import METAL
from performer.engine.seen import bar_of
from performer.engine.state import State
from performer.events import EARLIEST_FEEL, LATEST_FEEL, Controller, Note
from performer.music.chords import parse
from performer.music.colour import coloured, step_of
from performer.music.pitch import key
from performer.show.definition import CueAt, CueRule, Show
from performer.styles import names
from performer.ticks import SIXTEENTH
from tests.engine.bands import bars, notes, section, show, song

BAR = 80_640
PLAYED = [name for name in names() if name != "grid"]
FADER = st.integers(0, 1000)
SYMBOLS = ("i", "iv7", "V7", "VI", "VII", "ii7b5", "III", "V7b9", "isus4", "i9", "I5", "bII", "v")


@cache
def night(style: str) -> Show:
    return show(song(style, sections=(section("verse", 16, 700),), form=("verse",)))


def heard(style: str, part: str, **macros: int) -> list[Note]:
    band = night(style)
    return [n for state in bars(band, 3, **macros) for n in notes(compose(band, state, band.songs[0].part(part)))]


def dissonance(classes: tuple[int, ...]) -> int:
    """Pairs of pitch classes that are a semitone, a tone or a tritone apart (turned about: sevenths too)."""
    return sum(min((b - a) % 12, (a - b) % 12) in (1, 2, 6) for a, b in combinations(sorted(set(classes)), 2))


@given(st.sampled_from(SYMBOLS), st.sampled_from(("F minor", "C major", "D dorian")), FADER, FADER)
def test_more_tension_is_never_less_dissonant_and_keeps_root_third_and_bass(symbol: str, home: str, a: int, b: int) -> None:
    low, high = sorted((a, b))
    scale = key(home)
    plain = parse(symbol, scale)
    less, more = coloured(plain, scale, step_of(low)), coloured(plain, scale, step_of(high))
    assert set(less.classes) <= set(more.classes)
    assert dissonance(less.classes) <= dissonance(more.classes)
    assert (more.root, more.bass, more.third) == (plain.root, plain.bass, plain.third)
    assert coloured(plain, scale, step_of(500)) == plain


@pytest.mark.parametrize("style", ["house", "pop-rock", "ambient"])
def test_tension_is_heard_in_the_chords(style: str) -> None:
    def tense(fader: int) -> int:
        rows: dict[int, set[int]] = {}
        for note in heard(style, "keys", tension=fader):
            rows.setdefault(note.at, set()).add(note.pitch % 12)
        return sum(dissonance(tuple(row)) for row in rows.values())

    figures = [tense(fader) for fader in (0, 500, 650, 1000)]
    assert figures == sorted(figures)
    assert figures[0] < figures[-1]


@settings(max_examples=10, deadline=None)
@given(FADER, FADER)
def test_more_complexity_only_adds_ghosts(a: int, b: int) -> None:
    low, high = sorted((a, b))
    few, many = (sum(1 for n in heard("pop-rock", "drums", complexity=fader) if n.velocity < 60) for fader in (low, high))
    assert few <= many + 2  # a turn may take a stroke away


@pytest.mark.parametrize("part", ["bass", "keys", "lead", "arp", "pad"])
def test_more_space_only_shortens_and_takes_away(part: str) -> None:
    rows = [{(n.at, n.pitch): n.length for n in heard("house", part, space=fader)} for fader in (0, 250, 500, 700, 1000)]
    for fuller, emptier in pairwise(rows):
        assert set(emptier) <= set(fuller)
        assert all(emptier[place] <= fuller[place] for place in emptier)
    assert sum(rows[2].values()) > sum(rows[4].values())
    assert sum(rows[0].values()) > sum(rows[2].values()) or part == "pad"  # it holds on anyway


@pytest.mark.parametrize("style", PLAYED)
def test_without_space_notes_join_and_run_into_nothing(style: str) -> None:
    band = night(style)
    for part in ("bass", "keys", "lead"):
        for state in bars(band, 3, space=0):
            plain = {(n.at, n.pitch): n for n in notes(compose(band, replace(state, space=500), band.songs[0].part(part)))}
            joined = notes(compose(band, state, band.songs[0].part(part)))
            edges = {state.end, *(n.at for n in joined), *(state.at + placed.slot * 5040 for placed in bar_of(band, state).chords)}
            assert {(n.at, n.pitch) for n in joined} == set(plain)
            for note in joined:
                before = plain[note.at, note.pitch].length
                assert note.length == before or (before < note.length <= before + 20_160)
                assert note.length == before or not any(note.at < edge < note.at + note.length for edge in edges)


@pytest.mark.parametrize("style", ["ambient", "pop-rock", "bossa"])
def test_a_pad_s_voices_end_with_the_chord_that_they_leave_however_much_space_there_is(style: str) -> None:
    fuller, emptier = (heard(style, "pad", space=fader) for fader in (500, 900))
    ends = {(n.at, n.pitch): n.at + n.length for n in fuller}
    after = sorted({n.at for n in fuller})
    for note in emptier:
        end = ends[note.at, note.pitch]
        last = max(at for at in after if at < end)
        assert end - note.at - note.length <= max(end - last, 4 * SIXTEENTH)  # what is taken is of the last chord alone


def test_space_opens_the_echo() -> None:
    band = night("house")

    def echo(fader: int) -> int:
        events = (e for state in bars(band, 3, space=fader) for e in compose(band, state, band.songs[0].part("keys")))
        return max(e.value for e in events if isinstance(e, Controller) and e.name == "reverb")

    assert echo(0) < echo(500) < echo(1000)


LEAST = {"energy": 0.25, "density": 0.15, "tension": 0.1, "complexity": 0.1}
"""Of all notes: how many differ at least between a fader at 0.2 and one at 0.8."""


def everything(style: str, **macros: int) -> tuple[list[Note], list[Controller]]:
    band = show(song(style, sections=(section("verse", 6, 600),), form=("verse",)))
    events = [e for s in bars(band, 3, **macros) for part in band.songs[0].parts for e in compose(band, s, part)]
    return notes(events), [e for e in events if isinstance(e, Controller)]


@pytest.mark.parametrize("style", PLAYED)
def test_every_macro_is_heard_in_every_style(style: str) -> None:
    for name, least in LEAST.items():
        low, high = ({(n.part, n.at, n.pitch) for n in everything(style, **{name: fader})[0]} for fader in (200, 800))
        assert len(low ^ high) >= least * len(low | high), name
        assert len(low) < len(high), name
    late = [sum(abs(n.feel) for n in row) / len(row) for row in (everything(style, humanity=fader)[0] for fader in (200, 800))]
    assert late[1] - late[0] >= 4_000, late
    long = [sum(n.length for n in everything(style, space=fader)[0] if n.part != "drums") for fader in (200, 500, 800)]
    assert long[0] > long[1] > 1.15 * long[2], long
    dull, bright = (everything(style, brightness=fader) for fader in (200, 800))
    open_now = [{(e.part, e.at): e.value for e in row if e.name == "brightness" and e.part != "visual"} for _, row in (dull, bright)]
    assert all(open_now[1][at] - value >= 150 for at, value in open_now[0].items())
    metal = [[n.velocity for n in row if n.part == "drums" and n.pitch in METAL] for row, _ in (dull, bright)]
    assert not metal[0] or sum(metal[1]) / len(metal[1]) >= sum(metal[0]) / len(metal[0]) + 8


def test_more_complexity_takes_next_to_no_stroke_away() -> None:
    for style in PLAYED:
        few, many = ({(n.at, n.pitch) for n in everything(style, complexity=at)[0] if n.part == "drums"} for at in (500, 900))
        assert len(few - many) * 20 <= len(few), style  # a turn in the last bar of four may take one away


def test_humanity_at_nothing_is_the_grid() -> None:
    assert {n.feel for n in heard("pop-rock", "drums", humanity=0)} == {0}
    assert len({n.feel for n in heard("pop-rock", "drums")}) > 3


def test_a_machine_lets_go_of_the_grid_each_limb_in_its_own_way() -> None:
    loose = {n.pitch: n.feel for n in heard("techno", "drums", humanity=900) if n.at % BAR == 0}
    assert len(set(loose.values())) > 1
    assert all(EARLIEST_FEEL <= n.feel <= LATEST_FEEL for n in heard("techno", "drums", humanity=1000))
    assert {n.feel for n in heard("techno", "drums", humanity=500)} == {0}


def test_a_curve_and_a_fader_say_the_same() -> None:
    drawn = show(song(sections=(section("verse", 16, 700, macros=(("tension", ((0, 800), (1000, 800))),)),), form=("verse",)))
    part = drawn.songs[0].part("keys")
    by_curve = [compose(drawn, state, part) for state in bars(drawn, 3)]
    by_hand = [compose(night("house"), state, part) for state in bars(night("house"), 3, tension=800)]
    assert by_curve == by_hand


def test_a_cue_moves_a_fader_at_its_bar_line_and_is_no_cue_outside() -> None:
    rules = (CueRule(name="tension", at=CueAt.BAR, bar=4, args=(0.9,)), CueRule(name="space", args=(0.7,)), CueRule(name="haze"))
    band = show(song(sections=(section("verse", 8, 700, cues=rules), section("drop", 4, 900)), form=("verse", "drop")))
    states: list[State] = list(bars(band, 3))
    assert [state.tension for state in states] == [500] * 4 + [900] * 8
    assert {state.space for state in states} == {700}
    assert {cue.name for state in states for cue in cues_of(band, state)} == {"haze"}
