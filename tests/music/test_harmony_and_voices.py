"""Progressions close as asked and voices move little, inside their lane, without passing each other."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.music import tensions
from performer.music.chance import Chance
from performer.music.chords import Chord, parse
from performer.music.harmony import Vocabulary, Wish, progression
from performer.music.pitch import key
from performer.music.shapes import KINDS, clear, rubs, shapes
from performer.music.voicing import lead, line, motion, overlapping, parallels, periodic
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


def test_a_second_half_begins_as_the_first_only_where_the_moves_lead_on_to_its_close() -> None:
    row = ("I", "vi", "IV", "ii", "iii", "bVII", "V")
    strict = tuple((chord, ((after, 1),)) for chord, after in zip(row, (*row[1:], "I"), strict=True))
    loose = tuple((chord, (*after, *([("V", 1)] if chord == "vi" else []))) for chord, after in strict)
    found = {}
    for name, moves in (("strict", strict), ("loose", loose)):
        words = Vocabulary(("I",), ("IV",), ("V",), full=(("V", "I"),), moves=moves)
        wish = Wish(bars=8, closing="full", grammar=1000)
        found[name] = {tuple(bar[0] for bar in progression(Chance.of(seed), words, wish)) for seed in range(20)}
    assert found["strict"] == {(*row[:6], "V", "I")}, "nothing but one way through the table"
    assert any(bars[4:6] == bars[:2] and bars[6:] == ("V", "I") for bars in found["loose"])


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
        assert kind == "quartal" or {n % 12 for n in notes} <= set(chord.classes)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(CYCLE), min_size=2, max_size=8), st.sampled_from([kind for kind in KINDS if kind != "planing"]),
    st.integers(1, 5), st.integers(36, 66), st.integers(6, 30), st.integers(-5, 5), st.booleans(),
)  # fmt: skip
def test_no_voice_passes_its_neighbour_in_any_lane(
    chords: list[Chord], kind: str, voices: int, low: int, width: int, lean: int, strict: bool
) -> None:
    hushes = [tensions.hushed(chord) for chord in chords]
    for row in (chords, hushes):
        led = lead(tuple(row), low, low + width, kind, voices, lean=lean, strict=strict)
        again = periodic(tuple(row * 2), len(row), low, low + width, kind, voices, lean=lean, strict=strict)
        for way in (led, again):
            sounding = [notes for notes in way if notes]
            assert not any(overlapping(a, b) for a, b in pairwise(sounding))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "planing"])
def test_voices_move_less_than_by_chance_and_do_not_pass_each_other(kind: str) -> None:
    voiced = lead(CYCLE, 52, 76, kind, 4)
    options = [shapes(chord, kind, 4, 52, 76) for chord in CYCLE]
    drawn = [[row[Chance.of(seed).below(len(row), i)] for i, row in enumerate(options)] for seed in range(20)]
    assert 20 * sum(motion(a, b) for a, b in pairwise(voiced)) < sum(motion(a, b) for row in drawn for a, b in pairwise(row))
    assert not any(overlapping(a, b) for a, b in pairwise(voiced))


def test_each_kind_is_what_a_player_calls_it() -> None:
    c9, dm7, g13 = (parse(text, MAJOR) for text in ("C9", "Dm7", "G13"))
    assert all(notes[0] % 12 in (4, 10) and 0 not in {n % 12 for n in notes} for notes in shapes(c9, "rootless", 4, 48, 72))
    assert (65, 69, 72, 76) in shapes(parse("Dm9", MAJOR), "rootless", 4, 48, 79)  # form A: 3 5 7 9
    assert (59, 64, 65, 69) in shapes(g13, "rootless", 4, 48, 72)  # form B: 3 13 7 9
    assert (50, 57, 60, 65) in shapes(dm7, "drop2", 4, 48, 72)  # D A C F: the close A C D F ... with its D dropped
    assert all({b - a for a, b in pairwise(notes)} <= {4, 5, 6} for notes in shapes(dm7, "quartal", 4, 48, 79))
    assert (50, 55, 60, 65) in shapes(dm7, "quartal", 4, 48, 79)
    shape = {
        tuple(n - notes[0] for n in notes)
        for chord in ("Cm7", "Ebm7", "Am7")
        for notes in shapes(parse(chord, MAJOR), "planing", 4, 48, 79)
    }
    assert shape == {(0, 3, 7, 10)}
    assert all((notes[1] - notes[0]) in (7, 5) for notes in shapes(dm7, "power", 2, 48, 79))
    assert max(notes[-1] - notes[0] for notes in shapes(dm7, "open", 4, 40, 84)) > 16


def test_rubs_are_spread_out_where_there_is_room() -> None:
    for text in ("Cm9", "Cmaj7", "Cmaj9", "Fmaj7#11"):
        for kind in ("seventh", "rootless", "shell", "planing"):
            assert rubs(lead((parse(text, MAJOR),), 52, 79, kind, 4)[0]) == 0, (text, kind)


def test_a_voicing_is_led_from_what_stood_before_and_leans_where_it_is_asked_to() -> None:
    first = lead(CYCLE, 52, 76, "seventh", 4)
    assert lead(CYCLE[4:], 52, 76, "seventh", 4, before=first[3]) == first[4:]
    low, high = (sum(lead(CYCLE, 48, 79, "seventh", 4, lean=lean)[0]) for lean in (-7, 7))
    assert low < high
    silent = parse("N.C.", MAJOR)
    assert lead((CYCLE[0], silent, CYCLE[1]), 52, 76, "seventh", 4)[1] == ()
    assert lead((CYCLE[0], silent, CYCLE[1]), 52, 76, "seventh", 4)[2] == first[1]


def test_a_strict_style_has_no_parallels_where_there_is_another_way() -> None:
    chords = tuple(parse(s, MAJOR) for s in ("C", "Dm", "Em", "F", "G", "Am", "F", "G", "C"))
    led = [lead(chords, 40, 84, "open", 3, strict=how, lean=6) for how in (False, True)]
    loose, strict = (sum(parallels(a, b) for a, b in pairwise(row)) for row in led)
    assert loose > 0
    assert strict == 0


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
