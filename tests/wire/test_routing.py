"""Events to records: what every output is sent, and when."""

from dataclasses import replace
from itertools import pairwise
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Fade, FireCue, Level, Mute, Panic
from performer.events import BarMark, ChordMark, Controller, Cue, Cut, Event, Note, SectionMark, TempoMark, order
from performer.music.pitch import Key
from performer.records import MAX_MESSAGE, Alarm, Mark, Pair, Replace, Send, Silence, pack
from performer.show.definition import Output, Part, Rig, Section, Song
from performer.tempo import Micros, steady
from performer.ticks import COMMON_TIME, QUARTER, Span, Tick, meter
from performer.wire import midi
from performer.wire.lane import SHORTEST, lead_of, note_id
from performer.wire.mix import Mix
from performer.wire.osc import HOLE, Bundle, decode, packet
from performer.wire.routing import Router, size, split
from performer.wire.voices import voices_of

BAR = COMMON_TIME.bar
MAIN, SYNTH = Output(name="main", kind="osc", lead=80_000), Output(name="synth", kind="midi", device="x")
SCSYNTH = Output(name="sc", kind="osc", profile="supercollider", lead=400_000)
GRID = Output(name="grid", kind="osc", profile="note")
LIGHTS = Output(name="lights", kind="osc")
RIG = Rig(
    name="r", outputs=(MAIN, SYNTH, SCSYNTH, GRID, LIGHTS), lights=(("dawn", ("cue/1", "haze")),),
    routes=(("main", ("main", "synth", "sc", "grid")), ("lights", ("lights",))),
)  # fmt: skip
SONG = Song(
    name="s", title="S", seed=1, key=Key(0, "minor"), per_quarter=500_000, meter=COMMON_TIME, form=("a",), style=(("house", 1000),),
    parts=(
        Part(name="kit", role="drums"), Part(name="bass", role="bass", level=500), Part(name="pad", role="texture", program=90, channel=3),
        Part(name="tr8", role="external", output="synth"), Part(name="lamps", role="light", output="lights"),
    ),
    sections=(Section(name="a", bars=4, mix=(("bass", 1000),)),),
)  # fmt: skip
TEMPO = steady(500_000).changed(Tick(BAR), 500_000, 400_000, Span(BAR))


def note(at: int, pitch: int = 40, length: int = QUARTER, *, part: str = "bass", feel: int = 0) -> Note:
    return Note(at=Tick(at), part=part, pitch=pitch, length=Span(length), velocity=100, feel=Micros(feel))


def route(events: list[Event], part: str = "bass", *, t0: int = 0, t1: int = 2 * BAR, rig: Rig = RIG) -> dict[str, Replace]:
    found = Router(rig).route(events, SONG, part, TEMPO, 7, Tick(t0), Tick(t1))
    assert len({r.output for r in found}) == len(found)
    return {r.output: r for r in found}


SIXTEENTH = st.integers(0, 31).map(lambda n: n * QUARTER // 4)
NOTES = st.lists(
    st.builds(note, SIXTEENTH, st.integers(40, 43), st.integers(1, 3 * BAR), feel=st.integers(-40_000, 60_000)),
    max_size=24,
    unique_by=lambda n: (n.at, n.pitch),
).map(lambda notes: sorted(notes, key=order))
CUTS = st.lists(SIXTEENTH.map(lambda at: Cut(at=Tick(at), part="bass")), max_size=2)


@settings(max_examples=200, deadline=None)
@given(NOTES, CUTS)
def test_every_note_has_one_on_and_an_off_after_it_at_every_output(notes: list[Note], cuts: list[Cut]) -> None:
    events: list[Event] = sorted([*notes, *cuts], key=order)
    for output in (MAIN, SYNTH, SCSYNTH, GRID):
        made = route(events)[output.name]
        lead = lead_of(output)
        assert len(made.pairs) == len(notes)
        for pair, event in zip(made.pairs, notes, strict=True):
            grid = TEMPO.micros_at(event.at)
            assert made.t0 <= pair.at == grid < made.t1
            assert pair.on_due == grid + event.feel - lead
            assert pair.off_due >= pair.on_due + SHORTEST
            assert pair.off_due <= max(pair.on_due + SHORTEST, TEMPO.micros_at(Tick(event.at + event.length)) + event.feel - lead)
            assert pair.id == note_id("bass", event.at, event.pitch) == crc32(f"bass/{event.at}/{event.pitch}".encode()) & 0x7FFFFFFF
            for cut in cuts:
                assert event.at >= cut.at or pair.off_due <= max(TEMPO.micros_at(cut.at) - lead, pair.on_due + SHORTEST)
        assert made.cut == min((TEMPO.micros_at(cut.at) for cut in cuts), default=-1)


@settings(max_examples=200, deadline=None)
@given(NOTES)
def test_no_note_sounds_over_the_next_of_its_key(notes: list[Note]) -> None:
    pairs = route(list(notes))["synth"].pairs
    for key in {pair.key for pair in pairs}:
        mine = sorted(pair for pair in pairs if pair.key == key)
        for before, after in pairwise(mine):
            assert before.off_due <= max(after.on_due, before.on_due + SHORTEST)


def test_a_cut_ends_what_is_before_it_and_spares_what_begins_there() -> None:
    cut = Cut(at=Tick(QUARTER), part="bass")
    made = route([note(0, 40, BAR), cut, note(QUARTER, 41, BAR)])["main"]
    assert [(pair.at, pair.off_due) for pair in made.pairs] == [(0, 500_000), (500_000, TEMPO.micros_at(Tick(QUARTER + BAR)))]
    assert made.cut == 500_000


def test_leads_are_for_time_tags_alone_and_bounded() -> None:
    assert [lead_of(output) for output in (MAIN, SYNTH, SCSYNTH, replace(SCSYNTH, lead=0), replace(SCSYNTH, lead=50_000))] == [
        0,
        0,
        150_000,
        100_000,
        50_000,
    ]
    pair = route([note(0)])["sc"].pairs[0]
    found = packet(pair.on)
    assert isinstance(found, Bundle)
    assert (pair.at, pair.on_due, found.tag) == (0, -150_000, HOLE)


def test_bytes_by_profile() -> None:
    made = route([note(BAR, 45)])
    ident = note_id("bass", BAR, 45)
    assert decode(made["main"].pairs[0].on)[0] == ("/note/on", ("bass", 45, 100, ident))
    assert decode(made["main"].pairs[0].off)[0] == ("/note/off", ("bass", 45, ident))
    assert midi.decode(made["synth"].pairs[0].on) == (midi.NoteOn(1, 45, 100),)
    assert decode(made["grid"].pairs[0].on)[0].address == "/note"
    assert made["grid"].pairs[0].off == b""


def test_an_empty_range_takes_back_what_stood_there() -> None:
    made = route([], t0=BAR, t1=2 * BAR)
    assert made["main"] == Replace(7, "main", "bass", 2_000_000, TEMPO.micros_at(Tick(2 * BAR)), -1, (), (), (), ())
    assert sorted(made) == ["grid", "main", "sc", "synth"]


def test_the_conductor_speaks_to_every_output() -> None:
    six = meter(6, 8)
    events: list[Event] = [
        TempoMark(at=Tick(0), start=500_000, end=500_000, span=Span(0)),
        SectionMark(at=Tick(0), section="a", visit=0, bars=4),
        BarMark(at=Tick(0), bar=3, in_section=0, meter=COMMON_TIME, per_quarter=500_000),
        ChordMark(at=Tick(0), now="Cm", next="Ab", key="C minor", next_key="Ab major"),
        BarMark(at=Tick(BAR), bar=4, in_section=1, meter=six, per_quarter=500_000),
    ]
    made = route(events, "")
    assert sorted(made) == ["grid", "lights", "main", "sc", "synth"]
    assert [decode(shot.data)[0] for shot in made["lights"].shots] == [
        ("/section", ("a",)), ("/bar", (3, 4, 120_000)), ("/chord", ("Cm", "Ab")), ("/key", ("C minor", "Ab major")),
        ("/bar", (4, 2, 80_000)),
    ]  # fmt: skip
    for replaced in made.values():
        assert replaced.marks == (Mark(0, 3), Mark(2_000_000, 4))
    assert made["synth"].shots == ()


def test_midi_clock_ticks_24_a_quarter_over_any_cut_into_ranges() -> None:
    rig = replace(RIG, outputs=(replace(SYNTH, profile="midi-clock"),))
    mark = BarMark(at=Tick(0), bar=0, in_section=0, meter=COMMON_TIME, per_quarter=500_000)
    whole = route([mark], "", t1=BAR, rig=rig)["synth"].shots
    assert [midi.decode(shot.data)[0] for shot in whole] == [midi.Start(), *[midi.Clock()] * 96]
    halves = [shot for t0, t1 in ((0, 1000), (1000, 8400), (8400, BAR)) for shot in route([], "", t0=t0, t1=t1, rig=rig)["synth"].shots]
    assert halves == list(whole[1:])


def test_cues_stay_on_the_grid_and_leave_early_when_asked() -> None:
    cue = Cue(at=Tick(BAR), part="lamps", name="strobe", args=(2,), lead=Micros(250_000), fade=Micros(1_500_000))
    (shot,) = route([cue], "lamps")["lights"].shots
    assert (shot.at, shot.due) == (2_000_000, 1_750_000)
    assert decode(shot.data)[0] == ("/cue", ("strobe", 2, 1.5))


def test_light_tags_become_the_cues_of_the_rig() -> None:
    cue = Cue(at=Tick(0), part="lamps", name="light", args=("gold", "dawn"), fade=Micros(2_000_000))
    shots = route([cue], "lamps")["lights"].shots
    assert [decode(shot.data)[0].args for shot in shots] == [("cue/1", 2.0), ("haze", 2.0), ("light", "gold", 2.0)]
    (shot,) = route([replace(cue, args=("gold",))], "lamps")["lights"].shots
    assert decode(shot.data)[0].args == ("light", "gold", 2.0)
    assert [decode(shot.data)[0].args for shot in route([replace(cue, part="bass")])["main"].shots] == [("light", "gold", "dawn", 2.0)]
    by_hand = Router(RIG).send(FireCue("dawn", (1,)), 8, SONG)[0]
    assert isinstance(by_hand, Send)
    assert [decode(data)[0].args for data in by_hand.data] == [("cue/1", 1), ("haze", 1)]


def test_an_external_part_is_told_in_midi() -> None:
    events: list[Event] = [Cue(at=Tick(0), part="tr8", name="program", args=(5,)), Cue(at=Tick(0), part="tr8", name="start")]
    channel = voices_of(SONG)["tr8"].channel
    shots = route(events, "tr8")["synth"].shots
    assert [midi.decode(shot.data)[0] for shot in shots] == [midi.Program(channel, 5), midi.Start()]


def test_controllers_last_and_a_sections_level_leaves_the_fader_alone() -> None:
    events: list[Event] = [
        Controller(at=Tick(0), part="bass", name="level", value=1000),
        Controller(at=Tick(BAR), part="bass", name="level", value=500),
        Controller(at=Tick(0), part="bass", name="cutoff", value=500),
    ]
    made = route(sorted(events, key=order))
    assert [(s.address, midi.decode(s.data)[0]) for s in made["synth"].settings] == [
        ("bass/cutoff", midi.Change(1, 74, 64)), ("bass/mix", midi.Change(1, 11, 127)), ("bass/mix", midi.Change(1, 11, midi.gain(500))),
    ]  # fmt: skip
    assert [decode(s.data)[0].args for s in made["main"].settings] == [("bass/cutoff", 0.5), ("bass/mix", 2.0), ("bass/mix", 1.0)]


def test_a_large_range_is_split_without_losing_or_doubling_anything() -> None:
    events = [note(step * 630, pitch, 630) for step in range(64) for pitch in range(20, 52)]
    router = Router(RIG)
    made = [r for r in router.route(events, SONG, "bass", TEMPO, 7, Tick(0), Tick(2 * BAR)) if r.output == "main"]
    assert len(made) > 3
    assert [r.t0 for r in made[1:]] == [r.t1 for r in made[:-1]]
    assert (made[0].t0, made[-1].t1) == (0, TEMPO.micros_at(Tick(2 * BAR)))
    assert all(len(pack(r)) <= MAX_MESSAGE for r in made)
    assert all(r.t0 <= pair.at < r.t1 for r in made for pair in r.pairs)
    assert len([pair for r in made for pair in r.pairs]) == len(events)
    assert router.left_out == 0


def test_what_cannot_be_sent_is_counted() -> None:
    rows = tuple(Pair(0, 0, 9, bytes(100), b"", n, n) for n in range(2000))
    whole = Replace(1, "main", "bass", 0, 10, -1, rows, (), (), ())
    made = split(whole)
    assert sum(map(size, made)) < 2000
    assert all(len(pack(r)) <= MAX_MESSAGE for r in made)
    router = Router(RIG)
    router.route([note(0, 128)], SONG, "bass", TEMPO, 7, Tick(0), Tick(BAR))
    assert router.left_out == 4  # one at each output


def test_the_safe_bar_begins_at_nought_and_keeps_its_part() -> None:
    events = {
        "bass": (note(BAR, feel=-5000), Cut(at=Tick(BAR), part="bass")),
        "lamps": (Cue(at=Tick(BAR + QUARTER), part="lamps", name="dawn"),),
    }
    made = Router(RIG).safe(events, SONG, Tick(BAR), Tick(2 * BAR), 500_000, 9)
    assert {(s.output, s.part) for s in made} == {
        ("main", "bass"),
        ("synth", "bass"),
        ("sc", "bass"),
        ("grid", "bass"),
        ("lights", "lamps"),
    }
    (main,) = [s for s in made if s.output == "main"]
    assert (main.gen, main.span, main.pairs[0].at, main.pairs[0].on_due) == (9, 2_000_000, 0, -5000)
    (lights,) = [s for s in made if s.output == "lights"]
    assert [shot.at for shot in lights.shots] == [500_000, 500_000]


def test_clear_is_an_empty_range_at_every_output() -> None:
    assert [r.output for r in Router(RIG).clear("bass", 3, 10, 20)] == [o.name for o in RIG.outputs]
    assert all(r[3:] == (10, 20, -1, (), (), (), ()) for r in Router(RIG).clear("bass", 3, 10, 20))


def test_a_song_opens_with_its_programs() -> None:
    made = {r.output: r for r in Router(RIG).route([], SONG, "pad", TEMPO, 1, Tick(0), Tick(BAR), opening=True)}
    first = made["synth"].settings[0]
    assert (first.address, midi.decode(first.data)) == ("pad/program", (midi.Program(3, 90),))
    sent = Router(RIG).opening(SONG, Mix(muted=("pad",), faders=(("bass", 250),)), 4)
    assert Silence(4, "pad", True) in sent
    levels = {(s.target, s.output): s.data for s in sent if isinstance(s, Send)}
    assert midi.decode(levels["bass/level", "synth"][0]) == (midi.Change(1, 7, midi.gain(500)),)  # headroom: a section asks for twice
    assert decode(levels["bass/level", "main"][0])[0].args == ("bass/level", 0.25)
    assert all(s.lasting for s in sent if isinstance(s, Send))


def test_mix_acts_are_told_at_once() -> None:
    router = Router(RIG)
    assert router.send(Mute("bass", True), 5, SONG) == [Silence(5, "bass", True)]
    assert router.send(Panic(), 6, SONG) == [Alarm(6, False)]
    assert router.send(Fade(1), 6, SONG) == []
    assert router.send(Level("nobody", 1), 6, SONG) == []
    sent = router.send(Level("bass", 500), 7, SONG)
    assert {(s.output, s.target, s.lasting) for s in sent if isinstance(s, Send)} == {
        (name, "bass/level", True) for name in ("main", "synth", "grid")
    }
    cues = router.send(FireCue("strobe", (1,)), 8, SONG)
    assert {s.output for s in cues if isinstance(s, Send)} == {"main", "grid", "lights"}
    assert [s.lasting for s in cues if isinstance(s, Send)] == [False] * 3


def test_panic_bytes_are_on_used_channels_only() -> None:
    router = Router(RIG)
    channels = {midi.decode(data)[0].channel for data in router.panic(SYNTH, [SONG])}  # type: ignore[union-attr]
    assert channels == {voices_of(SONG)[name].channel for name in ("kit", "bass", "pad", "tr8")} == {10, 1, 3, 2}
    assert [decode(data)[0].address for data in router.panic(MAIN, [SONG])] == ["/panic"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["drums", "bass", "lead"]), st.none() | st.integers(1, 16)), max_size=24))
def test_a_part_that_is_added_at_the_end_moves_no_channel(rows: list[tuple[str, int | None]]) -> None:
    parts = tuple(Part(name=f"p{n}", role=role, channel=channel) for n, (role, channel) in enumerate(rows))
    before = voices_of(replace(SONG, parts=parts))
    after = voices_of(replace(SONG, parts=(*parts, Part(name="new", role="lead"))))
    assert {name: after[name] for name in before} == before
    for part in parts:
        assert 1 <= before[part.name].channel <= 16
        assert part.channel in (None, before[part.name].channel)
        assert before[part.name].channel != 10 or part.channel == 10 or part.role == "drums"


@pytest.mark.parametrize(("name", "program"), [("kit", None), ("bass", 38), ("pad", 90), ("tr8", None), ("lamps", None)])
def test_programs_are_the_shows_or_the_styles(name: str, program: int | None) -> None:
    assert voices_of(SONG)[name].program == program
