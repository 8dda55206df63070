"""What surfaces are told of now and of what comes."""

from performer.controls import (
    Back,
    Cancel,
    Control,
    Entry,
    Fade,
    FireCue,
    Go,
    GoTo,
    Heard,
    Hold,
    Level,
    Macro,
    Mute,
    Next,
    Remark,
    SetTempo,
    Stop,
    When,
)
from performer.engine.performance import Performance
from performer.run.engine.desk import Desk
from performer.run.engine.outlook import Outlook
from performer.show.definition import Show
from performer.show.load import load_bytes
from performer.ticks import Tick
from tests.run.stand import RIG, SONG

BAR = 80_640


def show_of(song: bytes) -> Show:
    show = load_bytes({"show.yaml": song}, "show.yaml").show
    assert show is not None
    return show


class Glass:
    """A performance that is looked at."""

    def __init__(self, song: bytes = SONG, armed: bool = False) -> None:
        self.performance = Performance(show_of(song), 1, armed=armed)
        self.outlook = Outlook(self.performance, Desk(RIG, {"a": ("udp",)}), Tick(0))

    def press(self, bars: float, control: Control) -> tuple[str, float]:
        """The promise: words, and the bar line (in bars of four) where it comes true."""
        at = Tick(round(bars * BAR))
        self.performance.accept(Entry(seq=self.performance.seq + 1, tick=at, reach=at, control=control))
        self.outlook.asked = at
        words, tick = self.outlook.promise(control, at)
        return words, tick / BAR


def test_a_promise_is_where_the_music_then_is() -> None:
    for when, line in ((When.NOW, 1.3), (When.BEAT, 1.5), (When.BAR, 2.0), (When.PHRASE, 4.0), (When.END, 4.0)):
        glass = Glass()
        assert glass.press(1.3, GoTo("break", when)) == ("to break", line)
        assert glass.performance.bar_at(Tick(round(line * BAR))).state.section == "break"


def test_a_boundary_that_is_this_very_line_is_named() -> None:
    assert Glass().press(2.0, GoTo("drop", When.NOW)) == ("to drop", 2.0)
    assert Glass().press(2.0, Next(When.BEAT)) == ("to verse", 2.0)


def test_a_queue_is_promised_as_one_and_what_changes_nothing_as_nothing() -> None:
    glass = Glass()
    assert glass.press(0.5, GoTo("end", When.QUEUE)) == ("end queued", 0.5)
    assert glass.press(0.6, Back())[0] == "no change"
    assert glass.press(0.7, Stop())[0] == "stop"
    assert glass.press(1.0, Next())[0] == "no change"


def test_next_in_the_last_section_is_the_end() -> None:
    glass = Glass()
    glass.press(0.5, GoTo("end", When.BAR))
    assert glass.press(1.5, Next(When.BAR)) == ("to the end", 2.0)


def test_a_go_is_promised_where_it_lets_go() -> None:
    glass = Glass(armed=True)
    assert glass.press(1.5, Go()) == ("to intro", 1.5)
    glass.press(2, GoTo("break", When.NOW))
    assert glass.press(7.5, Go()) == ("to end", 10.0)
    assert glass.outlook.at(Tick(8 * BAR)).pending == ("end", "end", 2)


def test_under_a_hold_a_go_waits() -> None:
    glass = Glass()
    glass.press(0.5, GoTo("break", When.BAR))
    glass.press(1.2, Hold(True))
    assert glass.press(1.5, Go()) == ("it waits", 1.5)


def test_every_other_control_is_promised_in_words() -> None:
    said: list[tuple[Control, str]] = [
        (Macro("energy", 255), "energy 25.5 %"), (SetTempo(500_000), "tempo 120"), (Hold(True), "holding"), (Hold(False), "going on"),
        (Mute("bass", True), "bass muted"), (Mute("bass", False), "bass plays"), (Level("bass", 500), "bass at 50 %"),
        (FireCue("x"), "cue x"),
        (Fade(2_500_000), "fading out in 2.5 s"), (Remark("hm"), "marked hm"), (Cancel(), "taken back"), (Stop(), "stop"),
    ]  # fmt: skip
    for control, words in said:
        assert Glass().press(1, control)[0] == words


def test_a_tempo_is_promised_in_felt_pulses() -> None:
    song = SONG.replace(b"tempo: 120", b"tempo: 120\nmeter: 6/8", 1)
    assert Glass(song).press(1, SetTempo(400_000))[0] == "tempo 100"


def test_what_waits_counts_down_and_is_gone_when_it_came() -> None:
    glass = Glass()
    glass.press(0.5, GoTo("drop"))
    seen = [glass.outlook.at(Tick(round(bars * BAR))).pending for bars in (0.5, 1, 2.9, 3.9, 4)]
    assert seen == [("drop", "phrase", 4), ("drop", "phrase", 3), ("drop", "phrase", 2), ("drop", "phrase", 1), None]


def test_a_stop_is_no_jump_that_waits() -> None:
    glass = Glass()
    glass.press(1.5, Stop())
    assert glass.outlook.at(Tick(BAR)).pending is None


def test_wishes_are_seen_before_they_sound() -> None:
    glass = Glass()
    glass.press(1.1, Macro("energy", 900))
    glass.press(1.2, Hold(True))
    now = glass.outlook.at(Tick(BAR))
    assert (now.macros[0], now.hold, now.bar, now.beat) == (900, True, 1, 1)


def test_position_counts_as_people_do() -> None:
    now = Glass().outlook.at(Tick(BAR + 3 * 20_160 + 5))
    assert (now.bar, now.bar_in_section, now.bars, now.beat, now.beats) == (1, 2, 4, 4, 4)
    before = Glass().outlook.at(Tick(-500))
    assert (before.bar, before.beat) == (0, 1)


def test_what_comes_next_under_form_hold_and_end() -> None:
    glass = Glass()
    assert (glass.outlook.at(Tick(0)).next, glass.outlook.at(Tick(0)).onward) == ("verse", "verse")
    glass.press(0.2, Hold(True))
    assert (glass.outlook.at(Tick(0)).next, glass.outlook.at(Tick(0)).onward) == ("intro", "verse"), "it stays, until next is pressed"
    glass.press(0.4, GoTo("end", When.BAR))
    assert glass.outlook.at(Tick(0)).next == "end"
    glass.press(1.2, Hold(False))
    assert glass.outlook.at(Tick(BAR)).next == ""
    glass.press(1.5, Stop())
    ended = glass.outlook.at(Tick(3 * BAR))
    assert (ended.phase, ended.next, ended.onward) == ("ended", "", "")


def test_chords_are_those_of_now_and_what_a_jump_took_away_is_gone() -> None:
    outlook = Glass().outlook
    outlook.learn(((0, "Cm", "Fm", "C minor", "C minor"), (BAR, "Fm", "G7", "C minor", "D minor")))
    now = outlook.at(Tick(BAR + 5))
    assert (now.chord, now.key) == (("Fm", "G7"), ("C minor", "D minor")), "also where the next chord is not yet composed"
    outlook.learn(((BAR + 999, "Ab", "Bb", "Ab major", "Ab major"),))
    assert outlook.at(Tick(BAR + 998)).chord == ("Fm", "G7")
    assert outlook.at(Tick(2 * BAR)).chord == ("Ab", "Bb")
    outlook.learn(())
    assert outlook.at(Tick(2 * BAR)).chord == ("Ab", "Bb")


def test_where_nothing_plays_no_chord_is_named() -> None:
    glass = Glass(armed=True)
    glass.outlook.learn(((0, "Cm", "Fm", "C minor", "C minor"),))
    assert glass.outlook.at(Tick(BAR)).chord == ("", "")


RINGER = b"song: R\ntempo: 120\nparts: {keys: house, hands: external}\nsections:\n  end: {bars: 2, ring: until next}\nform: end\n"


def test_a_chord_that_rings_is_let_go_at_the_press_and_so_it_is_promised() -> None:
    glass = Glass(RINGER)
    assert glass.outlook.at(Tick(5 * BAR)).phase == "playing"
    assert glass.outlook.at(Tick(5 * BAR)).bar_in_section == 2
    assert glass.press(5.3, Next()) == ("to the end", 5.3)
    assert Glass(RINGER).press(5.3, Go()) == ("to the end", 6.0)


def test_a_person_who_is_heard_is_shown_until_a_bar_was_quiet() -> None:
    glass = Glass(RINGER)
    assert glass.press(0.6, Heard("hands")) == ("hands is heard", 0.6)
    lamps = [glass.outlook.at(Tick(round(at * BAR))).parts[1].heard for at in (0.7, 1.9, 2.1)]
    assert lamps == [True, True, False]
