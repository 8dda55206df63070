"""MIDI controllers as a surface."""

import pytest

from performer.controls import Back, FireCue, Go, GoTo, Hand, Heard, Hold, Level, Macro, Mute, Next, SetTempo, Stop, When
from performer.show.definition import ANY, Controls
from performer.show.load import load
from performer.wire.controllers import Bound, Surface, bound, problems
from performer.wire.osc import Message
from performer.wire.surface import control_of, names_of

SHOW = load("night-drive").show
assert SHOW is not None
NAMES = [names_of(song) for song in SHOW.songs]
CC, ON, OFF, PROGRAM = 0xB0, 0x90, 0x80, 0xC0


def one(says: str, kind: str = "cc", number: int = 16, channel: int | None = None, device: str = "") -> Bound:
    made = bound(Controls(device, kind, number, channel, says), NAMES)
    assert isinstance(made, Bound), made
    return made


def asked(surface: Surface, *data: int, device: str = "", heard: dict[str, tuple[float]] | None = None) -> list[object]:
    return [control_of(one.message, NAMES[0]) for one in surface.take(device, bytes(data), heard or {})]


@pytest.mark.parametrize(
    ("says", "value", "control"),
    [
        ("energy", 127, Macro("energy", 1000)),
        ("energy", 0, Macro("energy", 0)),
        ("part lead level", 127, Level("lead", 1000)),
        ("part/lead/level", 0, Level("lead", 0)),
        ("level lead", 127, Level("lead", 1000)),
        ("tempo 100 148", 127, SetTempo(round(60_000_000 / 148))),
        ("hold", 100, Hold(on=True)),
        ("part bass mute", 64, Mute("bass", on=True)),
        ("section drop", 127, GoTo("drop", None)),
        ("section drop now", 127, GoTo("drop", When.NOW)),
        ("next bar", 127, Next(When.BAR)),
        ("back", 127, Back(None)),
        ("go", 127, Go()),
        ("stop", 127, Stop()),
        ("cue strobe", 127, FireCue("strobe")),
    ],
)
def test_words_of_the_vocabulary_are_what_a_knob_asks_for(says: str, value: int, control: object) -> None:
    assert asked(Surface([one(says)]), CC, 16, value) == [control]


@pytest.mark.parametrize(
    ("says", "what"),
    [
        ("enregy", "no such address (did you mean /performer/energy?)"),
        ("section dorp", "no section called 'dorp' (did you mean drop?)"),
        ("part basss mute", "no part called 'basss' (did you mean bass?)"),
        ("mute bas", "no part called 'bas' (did you mean bass?)"),
        ("tempo", "bpm needs a range: tempo 20 400"),
        ("ping", "ping has no value that a controller could move"),
        ("adopt x", "no such address"),
        ("", "nothing is said"),
    ],
)
def test_words_that_mean_nothing_are_a_problem_at_their_place(says: str, what: str) -> None:
    (problem,) = problems([Controls("", "cc", 1, None, says, (4, 9), "controls.cc 1")], SHOW.songs, "rig.yaml")  # type: ignore[union-attr]
    assert str(problem).startswith(f"rig.yaml:4:9: controls.cc 1: {what}")


def test_a_button_is_pressed_once_and_let_go_once_and_a_bounce_between_values_is_neither() -> None:
    surface = Surface([one("stop")])
    said = [surface.take("", bytes((CC, 16, value)), {}) for value in (127, 90, 64, 63, 10, 0, 127)]
    assert [[a.message.args for a in row] for row in said] == [[(1.0,)], [], [], [(0.0,)], [], [], [(1.0,)]]


def test_a_pad_turns_round_what_stands_and_its_release_does_nothing() -> None:
    surface = Surface([one("mute bass", "note", 36)])
    stands = {"/performer/part/bass/mute": (1.0,)}
    assert asked(surface, ON, 36, 90) == [Mute("bass", on=True)]
    assert asked(surface, ON, 36, 0, heard=stands) == []
    assert asked(surface, ON, 36, 90, heard=stands) == [Mute("bass", on=False)]
    assert asked(surface, OFF, 36, 64) == []


def test_only_what_is_bound_asks_and_the_rest_is_counted() -> None:
    surface = Surface([one("energy", channel=2), one("next", "program", 4, device="nano"), one("section drop", "note", 40)])
    assert asked(surface, CC, 16, 5) == []
    assert asked(surface, PROGRAM, 4) == []
    assert asked(surface, 0xF8) == []
    assert surface.unbound == 2
    assert asked(surface, CC + 1, 16, 127) == [Macro("energy", 1000)]
    assert asked(surface, PROGRAM, 4, device="nano") == [Next(None)]
    assert asked(surface, PROGRAM, 4, device="nano") == [Next(None)]
    assert surface.take("", bytes((ON, 40, 1)), {})[0].message == Message("/performer/section/drop", (1.0,))


def test_a_knob_on_a_hand_takes_it_wherever_it_is_moved_and_only_once() -> None:
    surface = Surface([one("hand bass", number=74)])
    assert asked(surface, CC, 74, 20) == [Hand("bass", on=True)]
    assert asked(surface, CC, 74, 19, heard={"/performer/part/bass/hand": (1,)}) == []
    assert asked(surface, CC, 74, 90, heard={"/performer/part/bass/hand": (0,)}) == [Hand("bass", on=True)]


def test_every_note_of_a_keyboard_is_heard_and_no_release() -> None:
    surface = Surface([one("play bass", "note", ANY, 3)])
    keys = [(ON + 2, 60, 90), (ON + 2, 64, 80), (ON + 2, 60, 0), (OFF + 2, 64, 10), (ON + 2, 60, 1), (ON, 60, 90)]
    assert [asked(surface, *key) for key in keys] == [[Heard("bass")], [Heard("bass")], [], [], [Heard("bass")], []]
