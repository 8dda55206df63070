"""The vocabulary: every row read and written, and everything else refused in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import (
    ACTS,
    MACROS,
    Adopt,
    Back,
    Cancel,
    Control,
    Fade,
    Fallback,
    FireCue,
    Go,
    GoTo,
    Hand,
    Heard,
    Hold,
    Keep,
    Level,
    Lock,
    Macro,
    Mute,
    Next,
    Panic,
    Remark,
    SetTempo,
    Shape,
    Stop,
    TakeBack,
    When,
)
from performer.music.pitch import Key
from performer.show.definition import Part, Section, Song
from performer.ticks import COMMON_TIME, QUARTER, Span, meter
from performer.wire.osc import Arg, Message, decode, encode
from performer.wire.surface import PANIC_PACKETS, Problem, Release, control_of, message_of, names_of, segment
from performer.wire.vocabulary import CONTROLS, Ping, Query, Row, Subscribe, bpm, per_quarter

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
WHEN = st.none() | st.sampled_from(When)
PER_MILLE = st.integers(0, 1000)
CUE_ARGS = st.lists(st.integers(-(2**31), 2**31 - 1) | st.floats(-1e6, 1e6, width=32) | TEXT, max_size=4).map(tuple)
CONTROL: st.SearchStrategy[Control] = st.one_of(
    st.sampled_from((Go(), Cancel(), Stop(), TakeBack(), Panic())),
    st.builds(GoTo, TEXT, WHEN),
    st.builds(Next, WHEN),
    st.builds(Back, WHEN),
    st.builds(Hold, st.booleans()),
    st.builds(Macro, st.sampled_from(MACROS), PER_MILLE),
    st.builds(Shape, TEXT, st.sampled_from(ACTS), st.none() | st.sampled_from((When.BAR, When.PHRASE, When.END))),
    st.builds(Lock, TEXT, st.booleans()),
    st.builds(Hand, TEXT, st.booleans()),
    st.builds(Heard, TEXT),
    st.builds(Keep, st.integers(1, 16), st.just("") | TEXT),
    st.builds(SetTempo, st.integers(60_000, 6_000_000)),
    st.builds(Mute, TEXT, st.booleans()),
    st.builds(Level, TEXT, PER_MILLE),
    st.builds(FireCue, TEXT, CUE_ARGS),
    st.builds(Fade, st.integers(0, 600_000_000)),
    st.builds(Adopt, TEXT),
    st.builds(Fallback, TEXT, st.integers(-8, 2**31 - 1)),
    st.builds(Remark, TEXT),
)
SONG = Song(
    name="s", title="S", seed=1, key=Key(0, "minor"), per_quarter=500_000, meter=COMMON_TIME, form=("verse 1",),
    parts=(Part(name="bass", role="bass"), Part(name="tr/8", role="drums")),
    sections=(Section(name="verse 1", bars=4), Section(name="drop", bars=8)),
)  # fmt: skip
NAMES = names_of(SONG)


def over_the_wire(message: Message) -> Message:
    return decode(encode(*message))[0]


def at(row: Row) -> Message:
    address = row.address.replace("<section>", "drop").replace("<part>", "bass").replace("<name>", "strobe")
    return over_the_wire(Message(address, row.example))


@settings(max_examples=500, deadline=None)
@given(CONTROL)
def test_every_control_comes_back_from_its_message(control: Control) -> None:
    assert control_of(over_the_wire(message_of(control)), internal=True) == control


@pytest.mark.parametrize("row", CONTROLS, ids=[row.address for row in CONTROLS])
def test_every_row_is_read_by_its_example(row: Row) -> None:
    control = control_of(at(row), NAMES, internal=True)
    assert not isinstance(control, Problem | Release)
    if not isinstance(control, Query):
        assert control_of(over_the_wire(message_of(control)), internal=True) == control
    assert isinstance(control_of(at(row), NAMES), Problem) == (not row.network)


def test_every_control_has_a_row() -> None:
    made = {type(control_of(at(row), internal=True)) for row in CONTROLS}
    assert made == {*Control.__args__, Ping, Subscribe}


@pytest.mark.parametrize(
    ("address", "args", "expected"),
    [
        ("/performer/section/verse_1", (), GoTo("verse 1")),
        ("/performer/section", ("verse 1", "now"), GoTo("verse 1", When.NOW)),
        ("/performer/section/drop", (1.0, "beat"), GoTo("drop", When.BEAT)),
        ("/performer/section/drop", ("beat", 1), GoTo("drop", When.BEAT)),
        ("/performer/section/drop", (0.0,), Release(("/performer/section/<section>", "drop"))),
        ("/performer/next", (0,), Release(("/performer/next",))),
        ("/performer/go", (False,), Release(("/performer/go",))),
        ("/performer/go", (True,), Go()),
        ("/performer/hold", (1.0,), Hold(True)),
        ("/performer/hold", (0,), Hold(False)),
        ("/performer/part/tr_8/mute", (True,), Mute("tr/8", True)),
        ("/performer/part/bass/level", (1,), Level("bass", 1000)),
        ("/performer/energy", (1.0009,), Macro("energy", 1000)),
        ("/performer/tempo", (120,), SetTempo(500_000)),
        ("/performer/ping", (), Ping(0)),
        ("/performer/subscribe", (), Subscribe(0)),
        ("/performer/fade", (), Fade(8_000_000)),
        ("/performer/cue", ("go", True, 2.5), FireCue("go", (1, 2.5))),
    ],
)
def test_what_surfaces_say(address: str, args: tuple[Arg, ...], expected: object) -> None:
    assert control_of(over_the_wire(Message(address, args)), NAMES) == expected


@pytest.mark.parametrize(
    ("address", "args", "words"),
    [
        ("/performer/sektion", ("drop",), "did you mean /performer/section?"),
        ("/*", (), "no such address"),
        ("/performer/*", (), "no such address"),
        ("/performer/part/*/mute", (1,), "no part called '*'"),
        ("/performer/part//mute", (1,), "no such address"),
        ("/performer/section/", (), "no such address"),
        ("/other/go", (), "no such address"),
        ("/performer/section", ("dorp",), "did you mean drop?"),
        ("/performer/section", (3,), "a text, not 3"),
        ("/performer/section", (), "section is missing (a text)"),
        ("/performer/energy", (), "value is missing (from 0 to 1)"),
        ("/performer/hold", (), "on is missing (1 or 0)"),
        ("/performer/section", ("zzz",), "no section called 'zzz' (one of: "),
        ("/performer/section", ("drop", "soon"), "no boundary: now, beat, bar, phrase, end, queue"),
        ("/performer/section", ("drop", "bar", "beat"), "does not take 'beat'"),
        ("/performer/energy", (7.0,), "from 0 to 1, not 7"),
        ("/performer/energy", ("loud",), "a number, not 'loud'"),
        ("/performer/energy", (0.5, 0.5), "does not take 0.5"),
        ("/performer/tempo", (1.0,), "from 20 to 400"),
        ("/performer/cue", ("strobe", b"blob"), "does not take"),
        ("/performer/subscribe", (90_000,), "from 0 to 65535"),
        ("/performer/ping", (1.5,), "a whole number"),
        ("/performer/takeback", (), "no such address"),
        ("/performer/go", (None,), "does not take None"),
    ],
)
def test_what_is_not_understood_is_answered_in_words(address: str, args: tuple[Arg, ...], words: str) -> None:
    problem = control_of(Message(address, args), NAMES)
    assert isinstance(problem, Problem)
    assert words in problem.what


ANY = st.one_of(st.booleans(), st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(width=32), TEXT, st.binary(max_size=4))
ADDRESSES = st.sampled_from([row.address for row in CONTROLS]) | TEXT.map(lambda text: "/performer/" + text)


@settings(max_examples=500, deadline=None)
@given(ADDRESSES, st.lists(ANY, max_size=4).map(tuple), st.booleans())
def test_reading_never_raises(address: str, args: tuple[Arg, ...], internal: bool) -> None:
    control_of(Message(address, args), NAMES, internal=internal)
    control_of(Message(address, args), None, internal=internal)


def test_tempo_counts_the_felt_pulse() -> None:
    names = names_of(SONG, meter(6, 8))
    assert control_of(Message("/performer/tempo", (80.0,)), names) == SetTempo(500_000)
    assert bpm(500_000, Span(QUARTER * 3 // 2)) == 80.0
    for micros in (60_000, 491_803, 500_000, 6_000_000):
        assert per_quarter(bpm(micros)) == micros


def test_panic_packets_are_what_surfaces_send() -> None:
    for packet in PANIC_PACKETS:
        assert control_of(decode(packet)[0]) == Panic()


def test_a_segment_holds_nothing_that_osc_keeps_for_patterns() -> None:
    assert segment("verse 2 [a/b] {x}?*#,") == "verse_2__a_b___x_____"


@pytest.mark.parametrize("args", [(), (9.0,), (-0.5,), ("loud",), (0.2, 0.4)], ids=str)
def test_a_cue_with_a_faders_name_and_no_value_is_refused_from_outside_and_read_from_a_journal(args: tuple[float | str, ...]) -> None:
    refused = control_of(Message("/performer/cue", ("energy", *args)), NAMES)
    assert isinstance(refused, Problem)
    assert refused.what == "energy takes one number from 0 to 1"
    assert control_of(Message("/performer/cue", ("energy", *args))) == FireCue("energy", args)
    assert control_of(Message("/performer/cue", ("strobe", *args)), NAMES) == FireCue("strobe", args)
