"""A fade-out: it falls straight, it ends in a stop, and what it took is given back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from performer.controls import Cancel, Control, Entry, Fade, Go, Level, Stop
from performer.run.engine.fading import STEP_NS, Fading, left_by
from performer.show.definition import Part
from performer.ticks import Tick
from tests.run.stand import Stand, standing

SECOND = 1_000_000_000


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with standing(tmp_path) as found:
        found.start()
        yield found


def fade_away(stand: Stand, seconds: float) -> None:
    stand.say("fade", seconds)
    stand.tap("fade", seconds)


def test_a_fade_is_levels_that_fall_and_a_stop(stand: Stand) -> None:
    stand.bars(1)
    stand.say("part/bass/level", 0.5)
    fade_away(stand, 2.0)
    stand.until(stand.clock.now() + 2 * SECOND + 50_000_000)
    controls = [e.control for e in stand.entries]
    assert controls[1] == Fade(2_000_000)
    assert controls[-1] == Stop()
    falling = [c.value for c in controls[2:] if isinstance(c, Level) and c.part == "bass"]
    assert falling == sorted(falling, reverse=True)
    assert falling[0] < 500
    assert falling[-1] == 0
    assert len(falling) > 15


def test_after_a_fade_go_is_heard_again(stand: Stand) -> None:
    stand.bars(1)
    stand.say("part/bass/level", 0.5)
    fade_away(stand, 1.0)
    stand.until(stand.clock.now() + 2 * SECOND)
    assert stand.engine.over()
    stand.restart()
    stand.tap("go")
    stand.bars(0.2)
    snapshot = stand.engine.outlook.at(stand.engine.tick_now())
    assert {part.name: part.level for part in snapshot.parts} == {"drums": 800, "bass": 500, "keys": 800}


def test_cancel_takes_a_fade_back(stand: Stand) -> None:
    stand.bars(1)
    fade_away(stand, 4.0)
    stand.bars(0.5)
    stand.say("cancel")
    stand.bars(3)
    assert not stand.engine.over()
    assert {part.level for part in stand.engine.outlook.at(stand.engine.tick_now()).parts} == {800}


def test_a_fade_goes_on_under_another_engine(stand: Stand) -> None:
    stand.bars(1)
    fade_away(stand, 3.0)
    stand.bars(0.5)
    stand.restart()
    stand.bars(1.2)
    assert stand.engine.over()
    falling = [c.value for e in stand.entries if isinstance(c := e.control, Level) and c.part == "bass"]
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] == 0


PARTS = (Part(name="bass", role="bass"), Part(name="keys", role="chords", level=500))


def left(*controls: Control) -> Fading | None:
    entries = [Entry(seq=n, tick=Tick(n * 10), reach=Tick(n * 10), control=control) for n, control in enumerate(controls, 1)]
    return left_by(entries, PARTS, lambda tick: tick * 7)


def test_a_level_is_said_when_it_changes_and_the_end_is_said_between_two_steps() -> None:
    fading = Fading(0, 250_000_000, {"a": 100, "b": 0}, {"a": 100, "b": 0})
    said = [fading.levels_at(at * 10_000_000) for at in range(26)]
    assert [levels for levels in said if levels] == [{"a": 60}, {"a": 20}, {"a": 0}]
    assert said[10] == {"a": 60}
    assert STEP_NS == 10 * 10_000_000
    assert fading.over(250_000_000)
    fading.stopped = True
    assert not fading.over(300_000_000)
    assert fading.levels_at(300_000_000) == {}


def test_a_fade_of_nothing_is_over_at_once() -> None:
    fading = Fading(5, 0, {"a": 800}, {"a": 800})
    assert fading.levels_at(5) == {"a": 0}
    assert fading.over(5)


def test_entries_alone_tell_of_a_fade() -> None:
    assert left(Level("bass", 300)) is None
    found = left(Level("bass", 300), Fade(2_000_000), Level("bass", 100))
    assert found == Fading(140, 2_000_000_000, {"bass": 300, "keys": 500}, {"bass": 300, "keys": 500})
    assert left(Fade(1), Cancel()) is None
    assert left(Fade(1), Stop(), Go()) is None
    stopped = left(Fade(1), Level("bass", 0), Stop())
    assert stopped is not None
    assert stopped.stopped
    assert stopped.before == {"bass": 800, "keys": 500}


def test_a_second_fade_gives_back_what_stood_before_the_first() -> None:
    found = left(Fade(9), Level("bass", 200), Fade(5))
    assert found is not None
    assert (found.levels["bass"], found.before["bass"]) == (200, 800)
