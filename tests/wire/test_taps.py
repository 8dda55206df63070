"""Guard, releases, hold-to-fire and faders, in host time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Control, Fade, FireCue, Go, GoTo, Hold, Level, Macro, Next, Panic, SetTempo, Stop
from performer.wire.osc import Arg, Message
from performer.wire.surface import Problem
from performer.wire.taps import ARMED, SOURCES, Faders, Ignored, Taps
from performer.wire.vocabulary import Query

MS = 1_000_000
FAR = 10**18
WHICH: dict[type, str] = {Macro: "energy", Level: "bass", SetTempo: "tempo"}


class Desk:
    """One or more surfaces in front of one set of rules."""

    def __init__(self) -> None:
        self.taps = Taps()

    def send(self, ms: int, verb: str, *args: Arg, source: str = "tablet") -> Control | Query | Problem | Ignored:
        return self.taps.take(source, ms * MS, Message(f"/performer/{verb}", args))


def test_a_release_asks_for_nothing() -> None:
    desk = Desk()
    assert desk.send(0, "go", 1.0) == Go()
    assert desk.send(80, "go", 0.0) == Ignored("release")
    assert desk.send(1000, "section/drop", 1.0) == GoTo("drop")
    assert desk.send(1100, "section/drop", 0.0) == Ignored("release")


def test_a_bounce_is_ignored_from_whatever_surface() -> None:
    desk = Desk()
    assert desk.send(0, "next") == Next()
    assert desk.send(149, "next") == Ignored("bounce")
    assert desk.send(149, "next", source="phone") == Ignored("bounce")
    assert desk.send(149, "go") == Go()  # another button
    assert desk.send(150, "next", source="phone") == Next()


def test_only_the_same_cue_bounces() -> None:
    desk = Desk()
    assert desk.send(0, "cue", "pan", 0.25) == FireCue("pan", (0.25,))
    assert desk.send(10, "cue", "pan", 0.5) == FireCue("pan", (0.5,))
    assert desk.send(20, "cue", "pan", 0.5) == Ignored("bounce")


def test_values_are_no_taps() -> None:
    desk = Desk()
    assert [desk.send(ms, "hold", on) for ms, on in ((0, 1), (1, 0), (2, 0))] == [Hold(True), Hold(False), Hold(False)]


def test_stop_fires_after_a_second_of_holding_once() -> None:
    desk = Desk()
    assert desk.send(0, "stop", 1.0) == ARMED
    assert desk.taps.fire(999 * MS) == []
    assert desk.taps.fire(1000 * MS) == [("tablet", Stop())]
    assert desk.taps.fire(2000 * MS) == []
    assert desk.send(2100, "stop", 0.0) == Ignored("release")


def test_a_short_press_disarms() -> None:
    desk = Desk()
    desk.send(0, "stop", 1.0)
    assert desk.send(900, "stop", 0.0) == Ignored("release")
    assert desk.taps.fire(FAR) == []
    assert desk.send(1200, "stop", 1.0) == ARMED  # two quick taps with a release between are no stop
    assert desk.send(1300, "stop", 0.0) == Ignored("release")


def test_a_late_release_fires_when_nobody_looked_in_time() -> None:
    desk = Desk()
    desk.send(0, "stop", 1.0)
    assert desk.send(1500, "stop", 0.0) == Stop()
    assert desk.taps.fire(1600 * MS) == []


def test_a_surface_without_releases_sends_twice() -> None:
    desk = Desk()
    assert desk.send(0, "stop") == ARMED
    assert desk.taps.fire(FAR) == []
    assert desk.send(100, "stop") == Ignored("bounce")
    assert desk.send(1900, "stop") == Stop()
    assert desk.send(5000, "stop") == ARMED
    assert desk.send(7001, "stop") == ARMED  # too late: armed again
    assert desk.send(8000, "stop", source="phone") == ARMED  # another surface is another hand
    assert desk.send(9001, "stop") == Stop()


def test_a_surface_that_never_releases_cannot_stop_by_one_message() -> None:
    desk = Desk()
    desk.send(0, "next", 1.0)
    assert desk.send(10_000, "stop", 1.0) == ARMED
    assert desk.taps.fire(FAR) == []
    assert desk.send(11_000, "stop", 1.0) == Stop()


def test_fade_is_held_by_its_seconds() -> None:
    desk = Desk()
    assert desk.send(0, "fade", 12.0) == ARMED
    assert desk.taps.fire(FAR) == []  # a number of seconds says nothing about holding
    assert desk.send(1000, "fade", 0.0) == Fade(12_000_000)
    assert desk.send(5000, "fade", 4.0) == ARMED
    assert desk.send(6000, "fade", 4.0) == Fade(4_000_000)
    assert desk.send(9000, "fade", 4.0, 1) == ARMED
    assert desk.taps.fire(10_000 * MS) == [("tablet", Fade(4_000_000))]


def test_panic_is_one_press() -> None:
    desk = Desk()
    assert desk.send(0, "panic", 1.0) == Panic()
    assert desk.send(500, "panic") == Panic()


def test_problems_pass_through() -> None:
    assert isinstance(Desk().send(0, "nonsense"), Problem)


def test_memory_is_bounded() -> None:
    desk = Desk()
    for number in range(10 * SOURCES):
        desk.send(number, "cue", f"c{number}", source=f"10.0.0.{number}")
    assert len(desk.taps._surfaces) == SOURCES
    assert len(desk.taps._last) <= 256


VERBS = st.sampled_from(["go", "stop", "next", "panic", "fade"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 1500), VERBS, st.sampled_from([None, 0.0, 1.0]), st.sampled_from("ab")), max_size=30))
def test_nothing_stops_without_two_presses_or_a_second(moves: list[tuple[int, str, float | None, str]]) -> None:
    desk, now = Desk(), 0
    presses: dict[str, list[int]] = {"a": [], "b": []}  # of stop, since the last release
    for step, verb, value, source in moves:
        now += step
        for who, control in desk.taps.fire(now * MS):
            assert isinstance(control, Stop | Fade)
            assert not isinstance(control, Stop) or any(now - press >= 1000 for press in presses[who])
        out = desk.send(now, verb, *(() if value is None else (value,)), source=source)
        if isinstance(out, Stop):
            assert any(now - press >= 1000 if value == 0.0 else now - press <= 2000 for press in presses[source])
        if verb == "stop":
            presses[source] = [] if value == 0.0 else [*presses[source], now]


def test_a_fader_makes_one_entry_a_grain_and_never_loses_the_last_value() -> None:
    faders = Faders()
    assert faders.take(Macro("energy", 1), 0, 100) == Macro("energy", 1)
    assert faders.take(Macro("energy", 2), 10, 100) is None
    assert faders.take(Macro("density", 9), 10, 100) == Macro("density", 9)
    assert faders.take(Macro("energy", 3), 20, 100) is None
    assert faders.due(99, 100) == []
    assert faders.due(100, 100) == [Macro("energy", 3)]
    assert faders.due(300, 100) == []
    assert faders.take(Macro("energy", 4), 200, 100) == Macro("energy", 4)  # a grain later to the tick
    assert faders.take(Go(), 301, 100) == Go()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 1000), st.sampled_from(["energy", "bass", "tempo"])), max_size=60))
def test_entries_of_one_fader_are_a_grain_apart(moves: list[tuple[int, int, str]]) -> None:
    faders, now = Faders(), 0
    passed: dict[str, int] = {}
    made: dict[str, Control] = {}
    wanted: dict[str, Control] = {}
    for step, value, which in moves:
        now += step
        choice: dict[str, Control] = {"energy": Macro("energy", value), "bass": Level("bass", value), "tempo": SetTempo(500_000 + value)}
        control = wanted[which] = choice[which]
        taken = faders.take(control, now, 100)
        for out in [*faders.due(now, 100), *([taken] if taken else [])]:
            name = WHICH[type(out)]
            assert name not in passed or now - passed[name] >= 100
            passed[name], made[name] = now, out
    for out in faders.due(now + 100, 100):
        made[WHICH[type(out)]] = out
    assert made == wanted
