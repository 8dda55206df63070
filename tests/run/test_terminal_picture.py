"""What stands on the screen: exact sizes, nothing that hides, colour never alone."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.run.terminal.keys import Keys
from performer.run.terminal.letters import big, medium, width
from performer.run.terminal.picture import Frame, Ink, draw, summary
from performer.run.terminal.view import Health, Light, Machine, Output, View
from performer.ticks import QUARTER, Span
from performer.wire import feedback
from performer.wire.feedback import Channel, Snapshot
from performer.wire.osc import Message

SGR = re.compile(r"\x1b\[[0-9;]*m")
SECOND = 1_000_000_000
NAME = st.text(min_size=0, max_size=40)

PLAYING = View(
    heard=True, phase="playing", song="Night Drive", section="verse 2", next="break", bar=56, bar_in_section=5, bars=16, beat=3, beats=4,
    tempo=122.0, chord=("Fm9", "Dbmaj7"), key="F minor", energy=0.7,
)  # fmt: skip
OUTPUTS = (
    Output("main", Light.GREEN, 0, 0, 210, ""),
    Output("light", Light.AMBER, 3, 1, 2100, ""),
    Output("minitaur", Light.RED, 0, 0, 0, "not found"),
)


NOTHING, NOW, ALL = Machine(), Frame(), Ink()


def screen(view: View, machine: Machine = NOTHING, frame: Frame = NOW, size: tuple[int, int] = (80, 24), ink: Ink = ALL) -> str:
    return SGR.sub("", "\n".join(draw(view, machine, frame, size, ink)))


@given(
    st.builds(
        View,
        heard=st.booleans(), phase=st.sampled_from(["", "armed", "count-in", "playing", "ended"]), song=NAME, section=NAME, next=NAME,
        bar=st.integers(-4, 10**6), bar_in_section=st.integers(0, 999), bars=st.integers(0, 999), beat=st.integers(1, 16),
        pending=st.none() | st.tuples(NAME, NAME, st.integers(0, 99)), hold=st.booleans(), chord=st.tuples(NAME, NAME),
        muted=st.frozensets(NAME, max_size=6), answer=NAME,
    ),
    st.integers(1, 200), st.integers(1, 60), st.booleans(), st.booleans(),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_a_picture_is_exactly_as_large_as_the_screen(view: View, columns: int, rows: int, colour: bool, signs: bool) -> None:
    machine = Machine(OUTPUTS, ("\x1b]0;trouble\x07",), "http://127.0.0.1:8765/", ("composer",), "Friday")
    lines = draw(view, machine, Frame(3725, "note", True, "quit?"), (columns, rows), Ink(colour=colour, signs=signs))
    assert len(lines) == rows
    for line in lines:
        clean = SGR.sub("", line)
        assert len(clean) <= columns
        assert clean.isprintable() or not clean, "what others named never steers the terminal"
        if not colour:
            assert not re.search(r"\x1b\[[0-9;]*3[0-7]", line)


def test_what_matters_can_be_read() -> None:
    seen = screen(PLAYING, Machine(OUTPUTS, (), "http://127.0.0.1:8765/", (), "Friday"), Frame(elapsed=754))
    for line in (*big("verse 2"), *big("57.3"), *medium("break"), *big("12")):
        assert line.rstrip() in seen
    assert summary(replace(PLAYING, tempo=122.154, chord=("", ""))).endswith("122.2 bpm")
    for words in ("Night Drive · Friday", "PLAYING", "0:12:34", "BARS", "122 bpm", "Fm9 → Dbmaj7", "F minor"):
        assert words in seen
    assert " space next  h hold  c cancel  k keep  p PANIC  q quit  http://127.0.0.1:8765/" in seen
    assert re.search(r"● main +OK +late 0 +p99 0\.2 ms", seen)
    assert re.search(r"▲ light +LATE +late 3, dropped 1", seen)
    assert re.search(r"✖ minitaur +DOWN +not found", seen)


def test_without_signs_it_is_ascii_and_still_says_all() -> None:
    seen = screen(PLAYING, Machine(OUTPUTS), Frame(elapsed=1), ink=Ink(colour=False, signs=False))
    assert seen.isascii()
    assert "x minitaur" in seen
    assert "B R E A K" in seen


def test_the_last_bar_counts_beats_and_a_pending_jump_counts_to_its_boundary() -> None:
    def at(bar: int, beat: int, **more: object) -> tuple[int, str] | None:
        return View(heard=True, phase="playing", bars=8, bar_in_section=bar, beat=beat, beats=4, **more).to_go  # type: ignore[arg-type]

    assert [at(1, 1), at(7, 4), at(8, 1), at(8, 4)] == [(8, "bars"), (2, "bars"), (4, "beats"), (1, "beats")]
    assert at(2, 3, pending=("drop", "phrase", 3)) == (3, "bars")
    assert at(2, 3, pending=("drop", "bar", 1)) == (2, "beats")
    assert at(3, 1, hold=True) is None


def test_states_that_an_operator_must_not_miss() -> None:
    armed = View(heard=True, phase="armed", section="intro")
    assert "SPACE = GO" in screen(armed)
    assert big("armed")[0] in screen(armed)
    assert "PENDING at the next phrase" in screen(replace(PLAYING, pending=("drop", "phrase", 2)))
    held = screen(replace(PLAYING, next="verse 2", onward="break", hold=True))
    assert "HELD: NEXT LEADS TO" in held
    assert medium("break")[0].rstrip() in held
    vamp = replace(PLAYING, next="verse 2", onward="break")
    assert "REPEATS: NEXT LEADS TO" in screen(vamp)
    assert vamp.to_go is None
    assert replace(vamp, onward="verse 2").to_go is not None, "the same section again because the form says so"
    assert "ENGINE SILENT" in screen(PLAYING, frame=Frame(silent=True))
    assert "SAFE MODE: composer" in screen(PLAYING, Machine(safe=("composer",)))
    assert "MUTED bass" in screen(replace(PLAYING, muted=frozenset({"bass"})))
    assert "Really?" in screen(PLAYING, Machine(troubles=("x",)), Frame(asks="Really?"))
    assert "disk full" in screen(PLAYING, Machine(troubles=("x", "disk full")))


@pytest.mark.parametrize("size", [(80, 24), (80, 16), (60, 14), (44, 10), (30, 4)])
def test_a_smaller_terminal_still_says_where_we_are_and_what_comes(size: tuple[int, int]) -> None:
    seen = screen(PLAYING, Machine(OUTPUTS), size=size)
    assert any(name in seen for name in ("verse 2", big("verse 2")[0].rstrip(), medium("verse 2")[0].rstrip()))
    assert any(name in seen for name in ("break", medium("break")[0].rstrip()))


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .-_+'!#?é", max_size=20))
def test_letters_are_as_wide_as_they_say(text: str) -> None:
    assert {len(line) for line in big(text)} == {width(text)}
    assert {len(line) for line in medium(text)} == {(width(text) + 1) // 2}
    assert (len(big(text)), len(medium(text))) == (5, 3)


def test_every_letter_differs_from_every_other() -> None:
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    assert len({tuple(big(sign)) for sign in signs} - {tuple(big("?"))}) == len(signs)


def test_a_view_is_the_fold_of_what_feedback_says() -> None:
    now = Snapshot(
        phase="playing", song="Night Drive", section="drop", next="break", onward="verse", bar=9, bar_in_section=2, bars=8, beat=3,
        beats=4, pending=("verse", "bar", 1), hold=True, macros=(720, *Snapshot().macros[1:]), per_quarter=500_000, pulse=Span(QUARTER),
        chord=("Fm", "Db"),
        key=("F minor", "G minor"), sections=("drop", "break"), parts=(Channel(name="bass", muted=True), Channel(name="lead", drop=1.0)),
    )  # fmt: skip
    view = View()
    for message in feedback.full(now):
        view = view.told(message)
    assert view == View(
        heard=True, phase="playing", song="Night Drive", section="drop", next="break", onward="verse", bar=9, bar_in_section=2, bars=8,
        beat=3, beats=4, pending=("verse", "bar", 1), hold=True, energy=0.72, tempo=120.0, chord=("Fm", "Db"),
        key="F minor", next_key="G minor",
        muted=frozenset({"bass"}), out=frozenset({"lead"}),
    )  # fmt: skip
    again = Snapshot(phase="playing", section="drop", pending=None, parts=(Channel(name="bass"),))
    for message in feedback.changes(now, again):
        view = view.told(message)
    assert (view.pending, view.muted, view.hold) == (None, frozenset(), False)


@given(st.text(max_size=30), st.lists(st.integers() | st.floats() | st.text(max_size=5) | st.booleans() | st.none(), max_size=6))
def test_no_message_breaks_a_view(address: str, args: list[int | float | str | bool | None]) -> None:
    for head in ("", "/performer/", "/performer/bar", "/performer/part/x/mute"):
        view = View().told(Message(head + address, tuple(args)))
        draw(view, Machine(), Frame(), (80, 24), Ink())
        summary(view)


def test_an_output_is_amber_while_it_was_late_lately() -> None:
    health = Health()

    def light(late: int, at: int, **more: object) -> Light:
        return health.look({"outputs": {"main": {"late": late, **more}}}, at * SECOND).outputs[0].light

    assert [light(5, 0), light(5, 1), light(6, 2), light(6, 11), light(6, 13)] == [
        Light.GREEN, Light.GREEN, Light.AMBER, Light.AMBER, Light.GREEN,
    ]  # fmt: skip
    assert light(6, 14, up=False, trouble="gone") is Light.RED


class TestKeys:
    """What is pressed is what is asked for, once."""

    def pressed(self, keys: Keys, key: str, at: float, view: View = PLAYING) -> tuple[str, bool]:
        made = keys.press(key, view, int(at * SECOND))
        return (made.message.address.rpartition("/")[2] if made.message else "", made.leave)

    def test_space_is_go_until_it_plays_and_next_from_then_on(self) -> None:
        assert self.pressed(Keys(), " ", 10, View(phase="armed")) == ("go", False)
        assert self.pressed(Keys(), "\r", 10, View(phase="ended")) == ("go", False)
        assert self.pressed(Keys(), " ", 10) == ("next", False)

    @pytest.mark.parametrize(("key", "verb"), [("n", "next"), ("h", "hold"), ("c", "cancel"), ("p", "panic"), ("x", ""), ("N", "next")])
    def test_each_key(self, key: str, verb: str) -> None:
        assert self.pressed(Keys(), key, 10) == (verb, False)

    def test_hold_toggles(self) -> None:
        held = Keys().press("h", View(phase="playing", hold=True), SECOND)
        assert held.message == Message("/performer/hold", (0,))

    def test_a_resting_finger_acts_once_and_a_second_tap_acts_again(self) -> None:
        keys = Keys()
        presses = [10.0, 10.5, 10.53, 10.56, 10.59, 12.0]
        assert [self.pressed(keys, " ", at)[0] for at in presses] == ["next", "", "", "", "", "next"]

    def test_panic_is_never_held_back(self) -> None:
        keys = Keys()
        assert [self.pressed(keys, "p", at)[0] for at in (10, 10.1, 10.2)] == ["panic"] * 3

    def test_quitting_asks_twice_while_it_plays_and_not_otherwise(self) -> None:
        keys = Keys()
        assert [self.pressed(keys, "q", at)[1] for at in (10, 11)] == [False, False]
        assert "Really" in keys.asks(12 * SECOND)
        assert self.pressed(keys, "q", 12) == ("", True)
        assert self.pressed(Keys(), "q", 10, View(phase="armed"))[1]
        assert self.pressed(Keys(), "q", 10, View(phase="ended"))[1]

    def test_a_question_is_forgotten_after_five_seconds_or_by_another_key(self) -> None:
        keys = Keys()
        assert [self.pressed(keys, "q", at)[1] for at in (10, 11, 17)] == [False, False, False]
        self.pressed(keys, "x", 18)
        assert [self.pressed(keys, "q", at)[1] for at in (19, 20)] == [False, False]

    def test_a_finger_that_rests_on_q_does_not_quit(self) -> None:
        keys = Keys()
        assert not any(self.pressed(keys, "q", 10 + at)[1] for at in (0, 0.5, *(0.53 + n * 0.03 for n in range(100))))


def test_what_fell_back_stands_on_the_screen_with_its_rung() -> None:
    view = PLAYING.told(Message("/performer/falls", (3, "bass: earlier bar")))
    assert "FELL BACK 3x (bass: earlier bar)" in screen(view, size=(120, 24))
    assert "FELL BACK" not in screen(PLAYING, size=(120, 24))
