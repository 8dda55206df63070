"""Tension adds to a progression and moves none of its pillars; a mode keeps to its own notes; a walk keeps to its table."""

import tomllib
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.music.chain import walk
from performer.music.chance import Chance
from performer.music.chords import parse
from performer.music.harmony import Vocabulary
from performer.music.modes import adapted
from performer.music.pitch import MODES, Key, key
from performer.music.reharmony import Spice, spiced
from performer.styles import names, read

BARS = (("Imaj7",), ("vi7",), ("IV",), ("V7",), ("iii7",), ("vi",), ("ii7",), ("V",))
ALL = Spice(applied=800, related=500, tritone=400, borrowed=900)


@given(st.integers(0, 2**32), st.integers(0, 1000), st.integers(0, 1000))
def test_more_tension_only_adds_and_the_pillars_stand(seed: int, low: int, high: int) -> None:
    low, high = sorted((low, high))
    calm, tense = (
        spiced((Chance.of(seed), Chance.of(seed + 1)), BARS, ALL, t, ("IV", "ii7"), ("iv", "bVImaj7"), key("C")) for t in (low, high)
    )
    assert len(calm) == len(tense) == len(BARS)
    assert all(len(bar) <= 2 for bar in tense)
    for bars in (calm, tense):
        assert (bars[0][0], bars[-1]) == (BARS[0][0], BARS[-1])
    assert all(b != given for a, b, given in zip(calm, tense, BARS, strict=True) if a != given)
    assert spiced((Chance.of(seed), Chance.of(seed + 1)), BARS, ALL, 0, ("IV",), ("iv",), key("C")) == BARS


@pytest.mark.parametrize("goal", ["viiø", "VI7", "iii7b5"])
def test_no_dominant_leads_to_a_chord_that_leads_on_itself(goal: str) -> None:
    bars = (("I",), ("IV",), (goal,), ("I",))
    always = (Chance.of(1), Chance.of(2))
    assert spiced(always, bars, Spice(applied=1000), 1000, (), (), key("C"))[1] == ("IV",)
    settled = (*bars[:2], ("vi",), bars[3])
    assert spiced(always, settled, Spice(applied=1000), 1000, (), (), key("C"))[1] == ("IV", "V7/vi")


@pytest.mark.parametrize("goal", ["ii7", "vi9", "iii7", "IVmaj7", "V7sus4"])
def test_a_dominant_leads_to_a_minor_seventh_as_to_a_major(goal: str) -> None:
    bars = (("I",), ("I6",), (goal,), ("I",))
    assert spiced((Chance.of(1), Chance.of(2)), bars, Spice(applied=1000), 1000, (), (), key("C"))[1][-1].startswith("V7/")


def test_a_secondary_dominant_leads_to_what_follows_by_a_fifth_or_a_semitone() -> None:
    found = 0
    for seed in range(120):
        subs, loans = (("IV", "ii7"), ("iv", "bVImaj7", "IV9")) if seed % 2 else ((), ())  # it leads to a loan where one stands there
        bars = spiced((Chance.of(seed), Chance.of(seed + 1)), BARS, ALL, 1000, subs, loans, key("C"))
        for bar, after in pairwise(bars):
            if len(bar) == 2 and not after[0].startswith(("ii7/", "iiø7/")):  # unless another two and five begin there
                five, goal = parse(bar[1], key("C")), parse(after[0], key("C"))
                assert (five.root - goal.root) % 12 in (7, 1)
                assert five.third == 4
                found += 1
    assert found > 120


@pytest.mark.parametrize("mode", sorted(MODES))
def test_every_style_has_words_in_every_mode_and_they_are_the_mode_s_own(mode: str) -> None:
    home = Key(0, mode)
    for name in names():
        words = adapted(read(name).harmony.minor if MODES[mode][2] == 3 else read(name).harmony.major, mode)
        assert words.tonic
        assert words.sub
        assert words.dom
        if mode in ("dorian", "phrygian", "lydian", "mixolydian"):
            for text in {*words.tonic, *words.sub, *words.dom, *(t for c in words.cycles for t in c)}:
                assert set(parse(text, home).classes) <= set(home.scale), (name, text)


def test_dorian_has_its_major_four_and_minor_its_own() -> None:
    words = Vocabulary(("i7",), ("iv7", "VImaj7"), ("v7", "VII"), (("i7", "iv7"),))
    assert adapted(words, "dorian").sub[0] == "IV"
    assert adapted(words, "minor") == words
    assert adapted(words, "harmonic minor").dom[0] == "V7"


TABLE = (("I", (("IV", 3), ("V", 2))), ("IV", (("I", 1), ("V", 4))), ("V", (("I", 9), ("vi", 1))), ("vi", (("IV", 1),)))


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(1, 16), st.sampled_from(((), ("I",), ("vi",))))
def test_a_walk_keeps_to_the_table_from_its_beginning_to_its_goal(seed: int, places: int, goals: tuple[str, ...]) -> None:
    out = walk(Chance.of(seed), TABLE, places, ("I",), goals)
    moves = {chord: [to for to, _ in row] for chord, row in TABLE}
    if places == 1 and goals:
        assert out == []
        return
    assert len(out) == places
    assert out[0] == "I"
    assert all(b in moves[a] for a, b in pairwise(out))
    assert not goals or set(moves[out[-1]]) & set(goals)


def test_a_walk_is_drawn_with_its_own_probability() -> None:
    seen = [walk(Chance.of(seed), TABLE, 2, ("I",), ("I",))[1] for seed in range(2000)]
    assert 0.21 < seen.count("IV") / 2000 < 0.29  # .6 x .2 against .4 x .9


def test_the_moves_of_standards_are_chords_that_lead_on_and_walk_home() -> None:
    tables = tomllib.loads((files("performer.styles") / "moves" / "standards.toml").read_text("utf-8"))
    for mode, tonic in (("major", "Imaj7"), ("minor", "i7")):
        moves = tuple((chord, tuple(row.items())) for chord, row in tables[mode].items())
        for chord, row in moves:
            parse(chord, Key(0, mode))
            assert row
            assert all(to in tables[mode] and count > 0 for to, count in row)
        dominants = 0
        for seed in range(40):
            out = walk(Chance.of(seed), moves, 7, (tonic,), (tonic,))
            assert len(out) == 7
            assert tonic in dict(moves)[out[-1]] or any(to == tonic for to, _ in dict(moves)[out[-1]])
            dominants += any(chord == "V7" for chord in out)
        assert dominants > 24
