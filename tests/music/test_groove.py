"""Feel is systematic, slow, shared and bounded; swing moves notes and never pulses."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performer.events import EARLIEST_FEEL, LATEST_FEEL
from performer.music.chance import Chance
from performer.music.groove import LIMBS, STILL, Touch, columns, felt, habits, hand, residual, within
from performer.music.swing import TEMPOS, Swing, offsets, places
from performer.ticks import COMMON_TIME, QUARTER, SIXTEENTH, Meter, meter

METERS = [meter(3, 4), COMMON_TIME, meter(6, 8), meter(5, 4), meter(7, 8), meter(12, 8), meter(2, 2), meter(5, 8), meter(11, 16)]
SONG, NIGHT = Chance.of(1), Chance.of(5)
BARS = 256


def _correlation(pairs: list[tuple[int, int]]) -> float:
    mean_a, mean_b = sum(a for a, _ in pairs) / len(pairs), sum(b for _, b in pairs) / len(pairs)
    spread_a, spread_b = sum((a - mean_a) ** 2 for a, _ in pairs) ** 0.5, sum((b - mean_b) ** 2 for _, b in pairs) ** 0.5
    return float(sum((a - mean_a) * (b - mean_b) for a, b in pairs) / (spread_a * spread_b))


def _line(what: str, limb: str, night: Chance = NIGHT) -> list[int]:
    return [value for bar in range(BARS) for value in residual(night, what, limb, bar, 16)]


# --- the residual


@pytest.mark.parametrize("limb", LIMBS)
@pytest.mark.parametrize("what", ["late", "weight"])
def test_a_residual_has_the_deviation_of_one_and_a_memory_that_fades_over_bars(what: str, limb: str) -> None:
    line = [value for night in range(6) for value in _line(what, limb, Chance.of(night))]
    assert (sum(value * value for value in line) / len(line)) ** 0.5 == pytest.approx(1000, rel=0.12)
    memory = [_correlation(list(zip(line, line[lag:], strict=False))) for lag in (4, 16, 64)]
    assert memory[0] > memory[1] > memory[2] > 0
    assert memory[1] > 0.1  # played drums: the same slot a bar later correlates .10 to .47


def test_hands_and_foot_stray_together_in_time_and_each_for_itself_in_strength() -> None:
    assert 0.5 < _correlation(list(zip(_line("late", "right"), _line("late", "foot"), strict=True))) < 0.85
    assert abs(_correlation(list(zip(_line("weight", "right"), _line("weight", "foot"), strict=True)))) < 0.3


def test_the_residual_goes_on_across_bar_lines() -> None:
    steps = [abs(b - a) for a, b in pairwise(_line("late", "right"))]
    across = [step for index, step in enumerate(steps) if index % 16 == 15]
    inside = [step for index, step in enumerate(steps) if index % 16 != 15]
    assert sum(across) / len(across) < 1.2 * sum(inside) / len(inside)


@pytest.mark.parametrize("which", METERS, ids=str)
def test_every_meter_has_a_residual_and_a_column_for_every_slot(which: Meter) -> None:
    count = which.bar // SIXTEENTH
    assert len(residual(NIGHT, "late", "left", 3, count)) == count == len(columns(which))
    assert columns(which)[0] == 0


def test_another_night_strays_otherwise_and_the_song_keeps_its_habits() -> None:
    assert residual(Chance.of(6), "late", "right", 0, 16) != residual(NIGHT, "late", "right", 0, 16)
    played = Touch(late_spread=(8000,), weight_spread=(9,), habit="hat")
    first, second = (hand(SONG, Chance.of(night), 0, COMMON_TIME) for night in (6, 7))
    assert felt(first, played) == felt(second, played) != felt(first, STILL)
    assert habits(SONG, "hat") != habits(Chance.of(2), "hat")
    assert habits(SONG, "hat") != habits(SONG, "kick")


# --- a hand


@given(st.integers(-200_000, 200_000), st.integers(-200_000, 200_000))
def test_a_feel_is_bent_into_the_limits_of_the_house_and_keeps_its_order(a: int, b: int) -> None:
    low, high = sorted((within(a), within(b)))
    assert EARLIEST_FEEL <= low <= high <= LATEST_FEEL
    assert (within(a) <= within(b)) is (a <= b) or within(a) == within(b)
    assert within(5_000) == 5_000
    assert within(-12_000) == -12_000


def test_humanity_scales_all_of_a_feel_down_to_the_grid() -> None:
    touch = Touch(late=(4000,), weight=(10,), late_spread=(5000,), weight_spread=(8,), drift=15_000, sway=12, habit="hat")
    sizes = [
        sum(abs(value) for row in felt(one, touch) for value in row)
        for one in (hand(SONG, NIGHT, 2, COMMON_TIME, scale) for scale in (0, 500, 1000))
    ]
    assert sizes[0] == 0 < sizes[1] < sizes[2]
    assert felt(hand(SONG, NIGHT, 2, COMMON_TIME), STILL).late == (0,) * 16


def test_a_table_is_read_by_the_column_that_stands_for_the_slot() -> None:
    touch = Touch(late=tuple(range(0, 16_000, 1000)))
    assert felt(hand(SONG, NIGHT, 0, COMMON_TIME), touch).late == touch.late
    waltz = felt(hand(SONG, NIGHT, 0, meter(3, 4)), touch).late
    assert [waltz[slot] for slot in (0, 4, 8)] == [0, 8000, 12_000]  # the last pulse takes the back beat


# --- swing


@pytest.mark.parametrize("which", METERS, ids=str)
@given(eighth=st.integers(500, 750), sixteenth=st.integers(500, 750))
def test_swing_keeps_the_pulses_and_the_order_of_slots(which: Meter, eighth: int, sixteenth: int) -> None:
    swung = offsets(which, eighth, sixteenth)
    assert len(swung) == which.bar // SIXTEENTH + 1
    assert all(a < b for a, b in pairwise(swung))
    assert {*which.pulses, which.bar} <= set(swung)
    assert all(at >= slot * SIXTEENTH for slot, at in enumerate(swung))
    assert offsets(which, 500, 500) == tuple(range(0, which.bar + 1, SIXTEENTH))


def test_swung_eighths_carry_their_sixteenths_and_pulses_of_three_have_none() -> None:
    triplet = offsets(COMMON_TIME, 667, 500)
    assert triplet[2] == 667 * QUARTER // 1000
    assert triplet[1] == triplet[2] // 2
    assert offsets(meter(6, 8), 667, 500) == offsets(meter(6, 8), 500, 500)
    assert offsets(meter(6, 8), 500, 600) != offsets(meter(6, 8), 500, 500)


def test_a_swing_follows_the_tempo_and_its_ends_hold() -> None:
    jazz = Swing(eighths=places(((120, 660), (220, 545))))
    at = [jazz.at(60_000_000 // tempo)[0] for tempo in (50, 120, 170, 220, 300, 900)]
    assert at[0] == at[1] == 660
    assert at[1] > at[2] > at[3] == at[4] == at[5] == 545
    assert len(jazz.eighths) == len(TEMPOS)
    assert jazz.at(500_000)[1] == 500
