"""The figures of a hand tell jitter from habit, and the played styles have the hand of people: in the notes of the MIDI file."""

import pytest

from performer.events import EARLIEST_FEEL
from performer.music.chance import Chance
from performer.run.players.belated import EARLIEST
from performer.styles import names, read
from tools.feel_figures import by_slot, hat_slope, hat_spread, timing_again, timing_spread, velocity_again, velocity_explained
from tools.feel_picture import song
from tools.played_feel import Stroke, Take

PLAYED = tuple(name for name in names() if read(name).feel.table)
CHANCE = Chance.of(3)


def _take(late: list[int], loud: list[int]) -> Take:
    """Sixteen strokes of the hat a bar."""
    rows = zip(late, loud, strict=True)
    return Take([Stroke("hat", slot, float(ms), 64 + steps) for slot, (ms, steps) in enumerate(rows)], 0.5, 0.5)


def _jitter(width: int, name: str) -> list[int]:
    return [CHANCE.below(2 * width + 1, name, slot) - width for slot in range(32 * 16)]


def test_jitter_has_no_memory_and_a_habit_has_nothing_else() -> None:
    habit = [CHANCE.below(41, "habit", slot % 16) - 20 for slot in range(32 * 16)]
    jittered, steady = _take(_jitter(20, "late"), _jitter(20, "loud")), _take(habit, habit)
    for figure in (timing_again, velocity_again, velocity_explained):
        found, sure = figure(jittered), figure(steady)
        assert found is not None
        assert abs(found) < 0.15
        assert sure == pytest.approx(1)
    assert by_slot(steady, "hat", "late") == [float(ms) for ms in habit[:16]]


def test_the_slope_tells_white_from_brown_and_the_spread_is_a_deviation() -> None:
    steps = _jitter(10, "walk")
    walk = [sum(steps[: n + 1]) for n in range(len(steps))]
    white, brown = hat_slope(_take(steps, steps)), hat_slope(_take(walk, steps))
    assert white is not None
    assert brown is not None
    assert white < 0.4
    assert brown > 1.4
    square = _take([-10, 10] * 256, [-20, 20] * 256)
    assert timing_spread(square) == pytest.approx(10)
    assert hat_spread(square) == pytest.approx(20)


@pytest.mark.parametrize("style", PLAYED)
def test_played_styles_have_the_hand_of_people(style: str) -> None:
    """Ranges of 387 played takes from the 16th to the 84th percentile; wider for the last three, which vary from song to song."""
    takes = [song(style, seed) for seed in (3, 4)]
    for figure, low, high in (
        (timing_spread, 15, 32), (timing_again, 0.1, 0.6), (velocity_again, 0.34, 0.9), (velocity_explained, 0.15, 0.8),
        (hat_spread, 15, 40), (hat_slope, 0.2, 1.3),
    ):  # fmt: skip
        values = [value for take in takes if (value := figure(take)) is not None]
        assert not values or low <= sum(values) / len(values) <= high, figure.__name__


def test_programmed_styles_stay_on_the_grid() -> None:
    spread = timing_spread(song("house", 1))
    assert spread is not None
    assert spread < 3.5


def test_players_reckon_with_the_earliest_feel_that_there_is() -> None:
    assert -EARLIEST_FEEL == EARLIEST
