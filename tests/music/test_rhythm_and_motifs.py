"""Every meter fills its bar exactly; operators keep a motif a motif."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performer.music.chance import Chance
from performer.music.curve import at_bar, bend, value_at
from performer.music.rhythm import beats, euclid, lay, pulses, slots, strengths
from performer.ticks import COMMON_TIME, SIXTEENTH, Meter, meter

METERS = [
    meter(3, 4),
    COMMON_TIME,
    meter(6, 8),
    meter(5, 4),
    meter(7, 8),
    meter(7, 8, (3, 2, 2)),
    meter(9, 8),
    meter(12, 8),
    meter(2, 2),
    meter(5, 8),
    meter(11, 16),
]


@pytest.mark.parametrize("which", METERS, ids=str)
@pytest.mark.parametrize(
    "pattern", ["X...X...X...X...", "x.g. X..x .1.. X..5", "XxXxXxXxXxXxXxXx", "R... ..R. R..R 8.5a R... .... .... ...."]
)
def test_a_pattern_fills_every_meter_exactly(which: Meter, pattern: str) -> None:
    for flowing in (False, True):
        laid = lay(pattern, which, flowing=flowing)
        bars = (2 if len(pattern.replace(" ", "")) == 32 else 1) * (2 if len(beats(which)) == 2 else 1)
        assert len(laid) == bars * slots(which)
        assert slots(which) * SIXTEENTH == which.bar
        if pattern[0] == "X":
            assert laid[0] == "X"


def test_four_four_is_left_as_it_is_written_and_the_back_beat_stays_last() -> None:
    assert lay("X... x... .x.. x..x", COMMON_TIME) == "X...x....x..x..x"
    waltz = lay(".... X... .... X...", meter(3, 4))
    assert [i for i, c in enumerate(waltz) if c == "X"] == [8]
    jig = lay("X.x. X.x. X.x. X.x.", meter(6, 8), flowing=True)
    assert jig == 2 * "X.x.x.X.x.x."


def test_two_pulses_take_a_pattern_in_two_bars_and_begin_again_where_it_says_no_more() -> None:
    assert lay("X... x... .x.. x..x", meter(6, 8)) == "X.....x....." + ".x....x....x"
    assert lay("X... x... .... ....", meter(6, 8)) == 2 * "X.....x....."
    assert lay("X--- ---- ---- ----", meter(2, 4), "-") == 2 * "X-------"
    assert lay("X... .... x... ....", meter(6, 8), half=True) == "X.....x....."


def test_strength_puts_the_bar_line_first_and_pulses_before_the_rest() -> None:
    for which in METERS:
        row = strengths(which)
        assert row[0] == max(row)
        assert min(row[p] for p in pulses(which)) > max([r for s, r in enumerate(row) if s not in pulses(which)] or [0])


@given(st.integers(1, 24), st.data())
def test_euclid_spreads_as_evenly_as_can_be(steps: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, steps))
    row = euclid(hits, steps)
    assert sum(row) == hits
    at = [i for i, hit in enumerate(row) if hit]
    gaps = {b - a for a, b in pairwise([*at, *(a + steps for a in at[:1])])}
    assert len(gaps) <= 2
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_named_rhythms_come_out() -> None:
    assert "".join("x" if hit else "." for hit in euclid(3, 8)) == "x..x..x."
    assert euclid(3, 8, 2)[2]
    with pytest.raises(ValueError, match="no rhythm"):
        euclid(9, 8)


# --- curves and chance


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_bending_is_monotone_and_leaves_the_middle_alone(value: int, a: int, b: int) -> None:
    low, high = sorted((a, b))
    assert bend(value, low) <= bend(value, high)
    assert bend(value, 500) == value
    assert (bend(value, 0), bend(value, 1000)) == (0, 1000)


def test_a_curve_is_straight_between_its_points() -> None:
    points = ((0, 100), (500, 300), (1000, 900))
    assert [value_at(points, p) for p in (-5, 0, 250, 500, 750, 1000, 2000)] == [100, 100, 200, 300, 600, 900, 900]
    assert at_bar(points, 0, 1) == 300
    assert at_bar(points, 99, 8) == 900


@given(st.integers(1, 80), st.integers(1, 80))
def test_a_longer_row_begins_with_the_shorter_one(a: int, b: int) -> None:
    short, long = sorted((a, b))
    chance = Chance.of(1)
    assert chance.row(long, "x")[:short] == chance.row(short, "x")
    assert all(0 <= v < 1000 for v in chance.row(long, "x"))
