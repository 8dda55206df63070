"""Progressions close as asked and voices move little, inside their lane, without passing each other."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.music.chance import Chance
from performer.music.chords import Chord, parse
from performer.music.harmony import Vocabulary, Wish, progression
from performer.music.pitch import key
from performer.music.voicing import KINDS, clear, lead, line, motion, overlapping, placings, tones
from performer.styles import names, read

WORDS = Vocabulary(("I", "vi"), ("IV", "ii"), ("V", "bVII"), (("I", "V", "vi", "IV"), ("I", "IV")))
CADENCED = Vocabulary(("I",), ("IV",), ("V", "bVII"), full=(("ii", "V", "I"), ("bVI", "bVII", "I")), half=(("ii", "V"),))
WALKED = Vocabulary(
    ("I",), ("ii",), ("V",),
    moves=(
        ("I", (("vi", 3), ("ii", 2), ("IV", 1))), ("vi", (("ii", 5),)), ("ii", (("V", 9),)), ("V", (("I", 8), ("vi", 1))),
        ("IV", (("V", 1),)),
    ),
)  # fmt: skip
MAJOR = key("C")
CYCLE = tuple(parse(s, MAJOR) for s in ("Cmaj7", "Am7", "Dm9", "G7sus4", "Em7b5/G", "F6", "Bb", "E7#9"))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32), st.integers(1, 16), st.sampled_from((1, 2, 4)), st.integers(0, 1000),
    st.sampled_from(("full", "half", "loop")), st.sampled_from((0, 500, 1000)),
)  # fmt: skip
def test_a_progression_fills_its_bars_and_closes_as_asked(
    seed: int, bars: int, rate: int, tension: int, closing: str, grammar: int
) -> None:
    wish = Wish(bars=bars, rate=rate, tension=tension, closing=closing, grammar=grammar, split=tension)
    for words in (WORDS, CADENCED, WALKED):
        out = progression(Chance.of(seed), words, wish)
        assert len(out) == bars
        assert all(1 <= len(bar) <= 2 for bar in out)
        if closing == "full" and bars > rate:
            assert out[-1][-1] in words.tonic
        if closing == "half":
            assert out[-1][-1] in words.dom


def test_a_cadence_stands_whole_at_the_end() -> None:
    for seed in range(20):
        out = progression(Chance.of(seed), CADENCED, Wish(bars=8, closing="full", tension=900))
        assert tuple(bar[0] for bar in out)[-3:] in (("ii", "V", "I"), ("bVI", "bVII", "I"))


def test_the_grammar_begins_at_home() -> None:
    assert progression(Chance.of(3), WORDS, Wish(bars=8, grammar=1000))[0] == ("I",)


def test_more_tension_goes_farther_from_home() -> None:
    def away(tension: int) -> int:
        wish = Wish(bars=8, tension=tension, grammar=1000)
        return sum(bar[0] not in WORDS.tonic for seed in range(40) for bar in progression(Chance.of(seed), WORDS, wish))

    assert away(950) > away(50) * 5 // 4


def test_every_chord_of_every_style_can_be_played_in_its_lanes() -> None:
    for name in names():
        style = read(name)
        for words, home in ((style.harmony.minor, key("F minor")), (style.harmony.major, key("G"))):
            texts = {*words.tonic, *words.sub, *words.dom, *(t for cycle in words.cycles for t in cycle)}
            for role in ("chords", "texture"):
                voice = style.voice(role)
                for text in sorted(texts):
                    (notes,) = lead((parse(text, home),), *voice.lane, voice.kind, voice.voices)
                    assert len(notes) >= min(2, voice.voices), f"{name} {role} {text}"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(CYCLE), min_size=1, max_size=8), st.sampled_from(KINDS), st.integers(2, 5), st.integers(36, 60),
    st.integers(16, 30),
)  # fmt: skip
def test_voicings_stay_in_their_lane_in_order_and_clear_of_mud(chords: list[Chord], kind: str, voices: int, low: int, width: int) -> None:
    for chord, notes in zip(chords, lead(tuple(chords), low, low + width, kind, voices), strict=True):
        assert all(low <= n <= low + width for n in notes)
        assert list(notes) == sorted(set(notes))
        assert clear(notes)
        assert {n % 12 for n in notes} <= set(chord.classes)


def test_voices_move_less_than_from_any_fixed_shape_and_do_not_pass_each_other() -> None:
    voiced = lead(CYCLE, 52, 76, "seventh", 4)
    fixed = [placings(tones(chord, "seventh", 4), 52, 76, False)[0] for chord in CYCLE]
    assert sum(motion(a, b) for a, b in pairwise(voiced)) < sum(motion(a, b) for a, b in pairwise(fixed))
    assert not any(overlapping(a, b) for a, b in pairwise(voiced))


def test_low_intervals_are_open() -> None:
    assert not clear((41, 45, 48))
    assert not clear((36, 41))
    assert clear((36, 43, 52))
    assert clear((48, 52, 55))


@given(st.lists(st.integers(0, 11), min_size=1, max_size=12))
def test_a_bass_line_keeps_its_classes_and_leaps_less_than_an_octave(roots: list[int]) -> None:
    out = line(tuple(roots), 28, 52)
    assert [p % 12 for p in out] == roots
    assert all(28 <= p <= 52 for p in out)
    assert all(abs(a - b) < 12 for a, b in pairwise(out))


def test_weights_that_sum_to_zero_are_an_error() -> None:
    with pytest.raises(ValueError, match="sum to zero"):
        Chance.of(1).pick([0, 0])
