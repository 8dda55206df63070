"""In the middle of a bar: what lasts is said anew where a hand changes it, so that nobody follows what no longer holds."""

from itertools import pairwise

import pytest

from performer.controls import Cancel, Control, Entry, GoTo, Hand, Keep, Macro, Shape, When
from performer.engine.composer import Composer
from performer.engine.performance import Performance
from performer.events import ChordMark, Controller, Event
from performer.show.definition import Show
from performer.ticks import Tick
from tests.engine.bands import section, show, song

BAR = 80_640


def night(style: str = "house") -> Show:
    sections = (section("verse", 8, 700), section("drop", 8, 1000, key_shift=2, chords=(("i",), ("VI",))))
    return show(song(style, sections=sections, form=("verse", "drop")))


def played(world: Show, *presses: tuple[float, Control], bars: int = 8) -> tuple[Event, ...]:
    performance = Performance(world, 3, score=Composer())
    for number, (where, control) in enumerate(presses, 1):
        at = Tick(round(where * BAR))
        performance.accept(Entry(seq=number, tick=at, reach=at, control=control))
    return performance.commit(Tick(bars * BAR))


def said(events: tuple[Event, ...], part: str, name: str) -> list[tuple[float, int]]:
    return [(e.at / BAR, e.value) for e in events if isinstance(e, Controller) and (e.part, e.name) == (part, name)]


@pytest.mark.parametrize(("macro", "part", "name"), [
    ("brightness", "keys", "brightness"), ("brightness", "bass", "brightness"), ("energy", "pad", "brightness"),
    ("space", "keys", "reverb"), ("energy", "light", "intensity"), ("brightness", "visual", "brightness"),
])  # fmt: skip
def test_a_filter_moves_under_the_finger(macro: str, part: str, name: str) -> None:
    still = said(played(night()), part, name)
    moved = said(played(night(), (3.3, Macro(macro, 900))), part, name)
    before = [row for row in moved if row[0] < 3.3]
    assert before == [row for row in still if row[0] < 3.3]
    at, value = next(row for row in moved if row[0] >= 3.3)
    assert at == pytest.approx(3.3, abs=0.001)
    assert value > before[-1][1]


def test_a_fader_that_does_not_move_a_controller_says_nothing_of_it() -> None:
    assert said(played(night(), (3.3, Macro("density", 900))), "keys", "brightness") == said(played(night()), "keys", "brightness")
    assert said(played(night(), (3.3, Macro("brightness", 503))), "keys", "reverb") == said(played(night()), "keys", "reverb")


def test_a_hand_that_lets_go_of_a_knob_gives_it_back_at_the_bar_line() -> None:
    rows = said(played(night(), (2.3, Hand("keys", True)), (4.3, Hand("keys", False))), "keys", "brightness")
    assert not [row for row in rows if 2.3 <= row[0] < 5]
    assert [row for row in rows if row[0] == 5]


def chords(events: tuple[Event, ...]) -> list[tuple[float, str, str, str, str]]:
    return [(e.at / BAR, e.now, e.next, e.key, e.next_key) for e in events if isinstance(e, ChordMark)]


@pytest.mark.parametrize("when", [When.BEAT, When.BAR])
def test_what_comes_next_is_true_from_the_press_on(when: When) -> None:
    marks = chords(played(night(), (2.3, GoTo("drop", when))))
    landing = next(row for row in marks if row[3] == "G minor")
    press = next(row for row in marks if row[0] >= 2.3)
    assert press[0] == pytest.approx(2.3, abs=0.001)
    assert press[0] < landing[0]
    assert (press[2], press[4]) == (landing[1], landing[3])
    assert press[1] == [row for row in marks if row[0] < 2.3][-1][1]


def test_a_jump_that_is_taken_back_gives_the_old_way_back() -> None:
    plain, marks = chords(played(night())), chords(played(night(), (2.3, GoTo("drop", When.BAR)), (2.6, Cancel())))
    assert [row[1:] for row in marks if 2.6 <= row[0] < 3] == [[row for row in plain if row[0] < 3][-1][1:]]
    assert [row for row in marks if row[0] >= 3] == [row for row in plain if row[0] >= 3]


def test_a_reroll_moves_no_chord() -> None:
    assert chords(played(night(), (2.3, Shape("keys", "reroll")))) == chords(played(night()))


def test_each_chord_was_announced_by_the_one_before_it_wherever_hands_lead() -> None:
    presses = (
        (1.6, Keep(2, "riff")), (2.3, GoTo("riff", When.BAR)), (4.4, GoTo("drop", When.BEAT)), (6.7, GoTo("riff", When.BEAT)),
        (9.2, GoTo("verse", When.BAR)), (12.1, Keep(4, "turn")), (13.5, GoTo("turn", When.BAR)), (18.3, GoTo("drop", When.PHRASE)),
    )  # fmt: skip
    marks = chords(played(night(), *presses, bars=26))
    for before, now in pairwise(marks):
        if (now[1], now[3]) != (before[1], before[3]):
            assert (before[2], before[4]) == (now[1], now[3]), (before, now)
    assert len({row[3] for row in marks}) == 2
