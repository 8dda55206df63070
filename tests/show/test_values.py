"""Laws of values: what a musician writes is exactly what the show holds."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performer.show import motifs, values
from performer.show.definition import MotifNote
from performer.source.problems import Wrong
from performer.ticks import EIGHTH, QUARTER, meter


@pytest.mark.parametrize(
    ("text", "pulse", "expected"),
    [("120", QUARTER, (500_000, 500_000)), ("122 > 124", QUARTER, (491_803, 483_871)), ("60", QUARTER * 3 // 2, (666_667, 666_667)),
     ("240 per 1/8", QUARTER, (500_000, 500_000)), ("200 > 240 per 1/8", QUARTER, (600_000, 500_000)),
     ("92.5 bpm", QUARTER, (648_649, 648_649)),
     ("80 per 1/4.", QUARTER, (500_000, 500_000))],
)  # fmt: skip
def test_a_tempo_counts_the_felt_pulse_unless_it_says_otherwise(text: str, pulse: int, expected: tuple[int, int]) -> None:
    assert values.tempo(text, pulse) == expected


@pytest.mark.parametrize("text", ["", "fast", "1 > 2 > 3", "19", "401", ".inf", "nan", "1e3", "20 per 1/16", "120 per 1/3", "-120"])
def test_no_tempo(text: str) -> None:
    with pytest.raises(Wrong):
        values.tempo(text, QUARTER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4/4", meter(4, 4)), ("6/8", meter(6, 8)), ("7/8", meter(7, 8)), ("7/8 (3+2+2)", meter(7, 8, (3, 2, 2))),
     ("2+2+3/8", meter(7, 8, (2, 2, 3))), ("5/4", meter(5, 4)), ("3 / 4", meter(3, 4)), ("7/8 2+2+3", meter(7, 8, (2, 2, 3)))],
)  # fmt: skip
def test_meters(text: str, expected: object) -> None:
    assert values.time_signature(text) == expected


@pytest.mark.parametrize("text", ["4", "4/3", "0/4", "99/4", "7/8 (2+2+2)", "3:2", "common", "4/4/4", "7/8 (2+2+3"[:-4] + "x"])
def test_no_meters(text: str) -> None:
    with pytest.raises(Wrong):
        values.time_signature(text)


def test_curves_are_evenly_spaced_points() -> None:
    assert values.curve("0.5") == ((0, 500), (1000, 500))
    assert values.curve("0.1 > 0.4") == ((0, 100), (1000, 400))
    assert values.curve("20%>1>.4") == ((0, 200), (500, 1000), (1000, 400))


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=16))
def test_a_curve_begins_at_the_start_ends_at_the_end_and_ascends(points: list[int]) -> None:
    curve = values.curve(" > ".join(f"{p / 1000:.3f}" for p in points))
    assert [value for _, value in curve] == points
    assert (curve[0][0], curve[-1][0]) == (0, 1000)
    assert all(a[0] < b[0] for a, b in pairwise(curve))


def test_levels_are_those_of_midi_volume() -> None:
    assert values.gain("0dB") == values.UNITY == 800
    assert values.gain("-12 dB") == 401  # 40 log10: twelve decibels halve the controller
    assert values.gain("+3dB") == 951
    assert values.gain("12dB") == 1000
    assert values.gain("off") == 0


@given(st.integers(-600, 119))
def test_a_louder_level_is_never_a_smaller_number(tenths: int) -> None:
    assert values.gain(f"{tenths / 10}dB") <= values.gain(f"{(tenths + 1) / 10}dB")


def test_note_values() -> None:
    assert values.note_value("1/8") == EIGHTH
    assert values.note_value("1/4.") == QUARTER * 3 // 2
    assert values.note_value("1/8t") * 3 == QUARTER
    for text in ("1/7", "8", "1/64", "0/4", "1/4.."):
        with pytest.raises(Wrong):
            values.note_value(text)


def test_times_want_their_unit() -> None:
    assert values.micros("2 s", 0, 10**9) == 2_000_000
    assert values.micros("1:30", 0, 10**9) == 90_000_000
    assert values.micros("-3 ms", -10_000, 10_000) == -3000
    for text in ("2", "2 bars", "1:75", "s", "1.2.3 s"):
        with pytest.raises(Wrong):
            values.micros(text, 0, 10**9)


def test_ranges_of_notes() -> None:
    assert values.pitches("C4-C6") == (60, 84)
    assert values.pitches("F#2 to Bb3") == (42, 58)
    assert values.pitches("C-1-C4") == (0, 60)
    for text in ("C4", "C6-C4", "C4-D4", "H2-C4", "C-2-C4", "C4-C10"):
        with pytest.raises(Wrong):
            values.pitches(text)


def test_a_motif_rests_holds_and_leaps() -> None:
    e = EIGHTH
    assert motifs.degrees("5 . 6 - | b3 1' 5,, #4", e) == (
        MotifNote(degree=4, length=e),
        MotifNote(degree=None, length=e),
        MotifNote(degree=5, length=2 * e),
        MotifNote(degree=2, length=e, alter=-1),
        MotifNote(degree=7, length=e),
        MotifNote(degree=-10, length=e),
        MotifNote(degree=3, length=e, alter=1),
    )


@given(st.text(st.sampled_from("123456789.-|',b# x"), max_size=40), st.sampled_from([EIGHTH, QUARTER]))
def test_a_motif_is_as_long_as_its_signs_or_wrong(text: str, each: int) -> None:
    try:
        notes = motifs.degrees(text, each)
    except Wrong:
        return
    assert sum(note.length for note in notes) == each * sum(sign != "|" for sign in text.split())


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_wrong(text: str) -> None:
    for of in (values.share, values.curve, values.note_value, values.time_signature, values.gain, values.pitches):
        with suppress(Wrong):
            of(text)
