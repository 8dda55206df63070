"""Meters of two pulses: a pattern takes two bars, a line walks long and short, a style's stop leaves half of a bar."""

import pytest

from performer.engine.basslines import _changed
from performer.engine.seen import bar_of
from performer.engine.transitions import Change, stop_slot
from performer.engine.walking import strides
from performer.music.chance import Chance
from performer.music.rhythm import pulses, slots
from performer.ticks import COMMON_TIME, Meter, meter
from tests.engine.bands import bars, section, show, song


@pytest.mark.parametrize("which", [COMMON_TIME, meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8), meter(2, 4)], ids=str)
def test_a_style_s_stop_leaves_half_of_a_bar_and_a_written_one_is_obeyed(which: Meter) -> None:
    own, said = (Change(1, ("stop", "2", "beats"), written, None, 0, 0) for written in (False, True))
    beats, total = pulses(which), slots(which)
    assert 2 * stop_slot(own, beats, total) >= total
    assert stop_slot(own, beats, total) in beats
    assert stop_slot(said, beats, total) == beats[-2]


def test_a_line_walks_long_and_short_in_two_long_pulses_and_by_the_pulse_elsewhere() -> None:
    assert strides((0, 6), 12) == (0, 4, 6, 10)
    for which in (COMMON_TIME, meter(3, 4), meter(2, 4), meter(12, 8)):
        assert strides(pulses(which), slots(which)) == pulses(which)


def test_both_halves_of_a_kick_are_heard_in_six_eight_and_come_round_every_two_bars() -> None:
    four, pop = (
        show(song(style, meter=meter(6, 8), sections=(section("verse", 8, 700),), form=("verse",))) for style in ("trance", "pop-rock")
    )
    assert {bar_of(four, state).kick for state in bars(four)} == {(0, 6)}
    kicks = [bar_of(pop, state).kick for state in bars(pop)]
    assert kicks[0] != kicks[1]
    assert kicks[:2] * 4 == kicks


@pytest.mark.parametrize("seed", range(40))
def test_tonight_s_approach_to_a_chord_lies_over_no_strong_place(seed: int) -> None:
    night = show(song("cinematic", sections=(section("verse", 8, 700),), form=("verse",)))
    bar = bar_of(night, next(iter(bars(night))))
    for plain in ("R---" + "-" * 12, "R-------R-------", "R..R..R.R..R..R."):
        row = _changed(bar, plain, Chance.of(seed))
        assert all(slot >= 12 for slot, sign in enumerate(row) if sign == "a")
