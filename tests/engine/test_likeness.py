"""Bars that are alike: a band plays the same again together, and varies together."""

from collections.abc import Hashable
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performer.engine.arrangement import TERRACE, plays, terraced
from performer.engine.composer import compose
from performer.engine.likeness import like, turns
from performer.engine.seen import bar_of
from performer.engine.view import Bar
from performer.music.chance import Chance
from performer.music.chords import parse
from performer.music.harmony import Vocabulary, Wish, progression
from performer.music.pitch import key
from performer.music.voicing import lead, overlapping, periodic
from performer.show.definition import Show
from performer.styles import names, read
from tests.engine.bands import bars, notes, section, show, song

STYLES = [name for name in names() if not read(name).pulse and read(name).voice("bass").rule != "walking"]
"""A bass that walks never plays a bar again."""
LOOP = (("i",), ("VI",), ("III",), ("VII",))


def test_eight_bars_go_a_a_a_b_a_a_a_c() -> None:
    assert [like(bar) for bar in range(16)] == [0, 1, 2, 3, 0, 1, 2, 7, 0, 1, 2, 3, 0, 1, 2, 15]
    assert [bar for bar in range(8) if turns(bar)] == [3, 7]
    assert all(like(bar) <= bar and like(like(bar)) == like(bar) and like(bar) == like(bar + 16) for bar in range(64))


def _band(style: str, seed: int, low: int = 640, high: int = 740) -> Show:
    said = tuple((f"verse/lead/{number}", "tune rest up end") for number in range(1, 9))  # the lead asks and answers otherwise
    return show(song(style, seed=seed, sections=(section("verse", 32, low, high, chords=LOOP),), form=("verse",), decisions=said))


def _plan(bar: Bar) -> Hashable:
    """What the plan, the energy and tonight say of a bar."""
    said = tuple((s.bar, s.how, s.motif, s.voice) for s in bar.phrase.statements)  # hands make room for the tune all through a phrase
    chords = (bar.place, tuple(bar.phrase.flat))
    seen = (bar.like, bar.busy, bar.terrace, bar.fill, bar.crash, bar.thin, bar.rising, bar.turns, bar.leaves)
    here = tuple(plays(bar.song, bar.section, part, bar.phrase.style, bar.gate) for part in bar.song.parts)
    return (*seen, here, chords, bar.upcoming, said, bar.phrase.register, bar.index // 16)


@pytest.mark.parametrize("style", STYLES)
def test_bars_of_one_plan_that_are_alike_have_the_same_notes_in_all_parts(style: str) -> None:
    pairs = 0
    for seed in range(3):
        night = _band(style, seed)
        known: dict[tuple[str, Hashable], list[tuple[int, int]]] = {}
        for state in bars(night):
            plan = _plan(bar_of(night, state))
            for part in night.songs[0].parts[:7]:
                row = sorted((n.at - state.at, n.pitch) for n in notes(compose(night, state, part)))
                pairs += (part.name, plan) in known
                assert known.setdefault((part.name, plan), row) == row, f"{seed} {part.name} {state.bar_in_section}"
    assert pairs >= 60


@pytest.mark.parametrize("style", STYLES)
def test_a_band_comes_back_to_its_bars_and_yet_changes_every_eight(style: str) -> None:
    shares = []
    for seed in range(3):
        night = _band(style, seed)
        rows = [
            frozenset((p.name, n.at - state.at, n.pitch) for p in night.songs[0].parts[:7] for n in notes(compose(night, state, p)))
            for state in bars(night)
        ]
        shares.append(fmean(row not in rows[:index] for index, row in enumerate(rows)))
        assert all(rows[i : i + 8] != rows[i + 8 : i + 16] for i in range(0, 16, 8))
    assert fmean(shares) <= 0.7


def test_a_band_turns_together_at_every_second_return() -> None:
    chart = (("Dm7",), ("G7",), ("Cmaj7",), ("A7",), ("Dm7",), ("G7",), ("C6",), ("A7",))
    turned = 0
    for seed in range(4):
        night = show(song("jazz", seed=seed, home="C", sections=(section("verse", 8, 640, chords=chart),), form=("verse",) * 6))
        visits: dict[tuple[str, int], list[list[tuple[int, int]]]] = {}
        for state in bars(night):
            if bar_of(night, state).fill or state.bar_in_section == 7:
                continue
            for part in night.songs[0].parts[:4]:
                row = sorted((n.at - state.at, n.pitch) for n in notes(compose(night, state, part)))
                visits.setdefault((part.name, state.visit), []).append(row)
        for name in ("drums", "bass", "keys", "arp"):
            played = [visits[name, visit] for visit in range(6)]
            assert played[0] == played[1], name
            assert played[2] == played[3], name
            assert played[4] == played[5], name
            assert all(row[:6] == played[0][:6] for row in played), name
            turned += played[0] != played[2]
    assert turned >= 6


def test_a_solo_is_remembered_once_and_ends_otherwise_each_time() -> None:
    decided = tuple((f"solo/lead/{number + 1}", "free free free free") for number in range(2))
    night = show(song("jazz", home="C", sections=(section("solo", 16, 700),), form=("solo", "solo"), motifs=(), decisions=decided))
    lead, rows = night.songs[0].part("lead"), list(bars(night))
    first, second = (
        [[(n.at - s.at, n.pitch) for n in notes(compose(night, s, lead))] for s in rows if s.visit == visit] for visit in (0, 1)
    )
    assert first[:10] == second[:10]
    assert first[12:15] != second[12:15]


def test_on_a_terrace_notes_stay_and_velocities_climb() -> None:
    night = _band("house", 1, 600, 720)
    part = night.songs[0].part("drums")
    states = list(bars(night, humanity=0))
    assert len({bar_of(night, state).busy for state in states if not bar_of(night, state).turns}) == 1
    first, last = (notes(compose(night, states[i], part)) for i in (1, 13))
    assert [(n.at - states[1].at, n.pitch) for n in first] == [(n.at - states[13].at, n.pitch) for n in last]
    assert fmean(n.velocity for n in first) < fmean(n.velocity for n in last)


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_terraces_follow_the_curve(start: int, one: int, two: int) -> None:
    low, high = sorted((one, two))
    verse, build = section("verse", 16, start, 500), section("build", 8, start, 500)
    assert terraced(verse, low) <= terraced(verse, high)
    assert abs(terraced(verse, low) - low) < TERRACE
    assert terraced(verse, start) == start
    assert terraced(build, low) == low


@pytest.mark.parametrize("kind", ["triad", "seventh", "open", "planing"])
def test_a_phrase_that_repeats_is_voiced_as_before_and_no_voice_crosses(kind: str) -> None:
    chords = tuple(parse(text, key("F minor")) for text in ("Fm", "Db", "Ab", "Eb"))
    twice = periodic(chords * 2, 4, 53, 74, kind, 4)
    assert len(twice) == 8
    assert twice[:4] == lead(chords, 53, 74, kind, 4)
    assert twice[:4] == twice[4:] or overlapping(twice[3], twice[0])
    assert kind == "planing" or not any(overlapping(a, b) for a, b in pairwise(twice))
    other = (*chords, *chords[:2], chords[3], chords[0])
    assert len(periodic(other, 4, 53, 74, kind, 4)) == 8
    assert periodic(chords[:1], 1, 53, 74, kind, 4) == lead(chords[:1], 53, 74, kind, 4)


def test_more_often_than_not_a_phrase_is_a_period() -> None:
    words = Vocabulary(tonic=("I", "vi"), sub=("IV", "ii"), dom=("V", "bVII"), cycles=(("I", "V", "vi"), ("I", "IV", "ii", "V", "vi")))
    again = 0
    for seed in range(100):
        bars = progression(Chance.of(seed), words, Wish(bars=8, closing="half", split=300))
        assert len(bars) == 8
        assert bars[-1][-1] == "V"
        again += bars[:2] == bars[4:6]
    assert 60 <= again < 100
