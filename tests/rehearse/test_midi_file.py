"""``show.mid`` as others read it: mido is the oracle, FluidSynth plays it."""

import io
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import mido  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import GoTo, SetTempo, When
from performer.engine.performance import Score
from performer.events import BarMark, Controller, Cue, Cut, Event, Note, SectionMark, order
from performer.rehearse.heard import heard
from performer.rehearse.midi_file import DIVISION, GRAIN, Stint, Track, midi_file
from performer.rehearse.render import Press, Rendering, render
from performer.show.definition import Show
from performer.tempo import Micros, Segment, TempoMap, steady
from performer.ticks import QUARTER, SIXTEENTH, Span, Tick, meter

TRACKS = (
    Track(part="drums", stints=(Stint(at=Tick(0), channel=9),)),
    Track(part="bass", stints=(Stint(at=Tick(0), channel=1, program=33, fader=700, whole=700),)),
    Track(part="keys", stints=(Stint(at=Tick(0), channel=2, program=4),)),
    Track(part="light", stints=()),
)


def load(data: bytes) -> mido.MidiFile:
    return mido.MidiFile(file=io.BytesIO(data), charset="utf-8")


def absolute(track: mido.MidiTrack) -> list[tuple[int, mido.Message]]:
    at, out = 0, []
    for message in track:
        at += message.time
        out.append((at, message))
    return out


def write(events: Sequence[Event], tempo: TempoMap | None = None, tracks: Sequence[Track] = TRACKS) -> mido.MidiFile:
    return load(midi_file("Étude", sorted(events, key=order), tempo or steady(500_000), tracks))


def note(at: int, *, pitch: int = 40, length: int = QUARTER, velocity: int = 90, feel: int = 0, part: str = "bass") -> Note:
    return Note(at=Tick(at), part=part, pitch=pitch, length=Span(length), velocity=velocity, feel=Micros(feel))


def strokes(file: mido.MidiFile, track: int) -> list[tuple[int, str, int]]:
    return [(at, m.type, m.note) for at, m in absolute(file.tracks[track]) if m.type in ("note_on", "note_off")]


@pytest.fixture
def rendering(show: Show, score: Score) -> Rendering:
    presses = [Press(control=GoTo("odd", When.NOW), bar=4, beat=2), Press(control=SetTempo(400_000), bar=6, beat=2)]
    return render(show, 0, score=score, presses=presses)


@pytest.fixture
def file(rendering: Rendering) -> mido.MidiFile:
    return load(midi_file("Étude № 1", rendering.events, rendering.tempo, TRACKS))


def test_it_is_a_type_1_file_with_a_named_track_a_part(file: mido.MidiFile) -> None:
    assert (file.type, file.ticks_per_beat) == (1, DIVISION)
    assert [track.name for track in file.tracks] == ["Étude № 1", "drums", "bass", "keys", "light"]
    lengths = {sum(message.time for message in track) for track in file.tracks}
    assert len(lengths) == 1
    assert [(m.channel, m.program) for m in file.tracks[2] if m.type == "program_change"] == [(1, 33)]
    assert next(m.value for m in file.tracks[2] if m.is_cc(7)) == 106  # 127 sqrt(0.7)


def test_exactly_one_off_per_on_and_none_overlap_on_a_key(file: mido.MidiFile) -> None:
    for number in (1, 2, 3):
        sounding: Counter[int] = Counter()
        for _, kind, pitch in strokes(file, number):
            sounding[pitch] += 1 if kind == "note_on" else -1
            assert sounding[pitch] in (0, 1)
        assert not +sounding


def test_every_note_is_there_at_its_felt_place(rendering: Rendering, file: mido.MidiFile) -> None:
    for number, part in enumerate(("drums", "bass", "keys"), 1):
        ons = [at for at, kind, _ in strokes(file, number) if kind == "note_on"]
        felt = []
        for event in rendering.events:
            if isinstance(event, Note) and event.part == part:
                micros = rendering.tempo.micros_at(event.at) + event.feel
                felt.append(max(0, rendering.tempo.tick_at(Micros(micros)) / GRAIN))
        assert len(felt) - len(ons) <= 3  # what a cut left no room for
        assert len(ons) > 30
        for on in ons:
            assert min(abs(on - place) for place in felt) <= 2


def test_the_tempo_map_leads_to_the_same_time(rendering: Rendering, file: mido.MidiFile) -> None:
    changes = [(at, m.tempo) for at, m in absolute(file.tracks[0]) if m.type == "set_tempo"]
    assert changes[0][0] == 0
    assert len(changes) > 16  # a ramp is steps
    for tick in range(0, rendering.until, SIXTEENTH):
        micros, last, per_quarter = 0.0, 0, 500_000
        for at, tempo in changes:
            if at * GRAIN >= tick:
                break
            micros, last, per_quarter = micros + (at - last) * per_quarter / DIVISION, at, tempo
        micros += (tick / GRAIN - last) * per_quarter / DIVISION
        assert abs(micros - rendering.tempo.micros_at(Tick(tick))) < 1000


def test_bar_lines_of_the_meter_map_are_the_bar_lines_played(rendering: Rendering, file: mido.MidiFile) -> None:
    changes = {at: m for at, m in absolute(file.tracks[0]) if m.type == "time_signature"}
    lines, at, now = [], 0, changes[0]
    end = rendering.until // GRAIN
    while at < end:
        now = changes.get(at, now)
        lines.append(at)
        at += now.numerator * 4 * DIVISION // now.denominator
    played = [event.at // GRAIN for event in rendering.events if isinstance(event, BarMark) and event.at < rendering.until]
    assert lines == played
    assert (now.numerator, now.denominator) == (4, 4)
    assert any((m.numerator, m.denominator) == (7, 8) for m in changes.values())
    assert any((m.numerator, m.denominator) == (1, 4) for m in changes.values())  # the bar that the jump cut


def test_sections_are_markers_chords_are_texts_cues_are_on_their_part(rendering: Rendering, file: mido.MidiFile) -> None:
    markers = [(at * GRAIN, m.text) for at, m in absolute(file.tracks[0]) if m.type == "marker"]
    marks = [event for event in rendering.events if isinstance(event, SectionMark)]
    assert markers == [(m.at, m.section if not m.visit else f"{m.section} ({m.visit + 1})") for m in marks]
    assert {m.text for m in file.tracks[0] if m.type == "text"} == {"Fm", "Db"}
    assert [m.key for m in file.tracks[0] if m.type == "key_signature"] == ["Fm"]
    cue = Cue(at=Tick(QUARTER), part="light", name="look", args=("gold", 1, 0.5))
    assert [m.text for m in write([cue]).tracks[4] if m.type == "cue_marker"] == ["look gold 1 0.5"]


def test_cues_of_no_part_stand_on_the_conductors_track(file: mido.MidiFile) -> None:
    assert [m.text for m in file.tracks[0] if m.type == "cue_marker"] == ["dawn slow 2"] * 2


def test_a_song_of_its_own_changes_channel_program_and_fader() -> None:
    stints = (Stint(at=Tick(0), channel=1, program=33), Stint(at=Tick(4 * QUARTER), channel=3, program=38, fader=400))
    early = note(4 * QUARTER, feel=-20_000, length=2 * QUARTER)
    file = write([note(0, length=5 * QUARTER, pitch=30), early], tracks=[Track(part="bass", stints=stints)])
    messages = [(at, m) for at, m in absolute(file.tracks[1]) if not m.is_meta]
    assert [(at, m.channel, m.program) for at, m in messages if m.type == "program_change"] == [(0, 1, 33), (4 * DIVISION - 192, 3, 38)]
    assert [(m.channel, m.note) for _, m in messages if m.type == "note_on"] == [(1, 30), (3, 40)]
    assert [(m.channel, m.note) for _, m in messages if m.type == "note_off"] == [(1, 30), (3, 40)]


def test_what_the_score_does_to_a_level_is_expression_beside_the_fader() -> None:
    level = Controller(at=Tick(QUARTER), part="bass", name="level", value=350)
    bright = Controller(at=Tick(QUARTER), part="bass", name="brightness", value=500)
    strange = Controller(at=Tick(QUARTER), part="bass", name="wobble", value=500)
    file = write([level, bright, strange])
    changes = [(at, m.control, m.value) for at, m in absolute(file.tracks[2]) if m.type == "control_change"]
    assert changes == [(0, 7, 106), (DIVISION, 74, 64), (DIVISION, 11, 89)]  # 127 sqrt(0.7), half, 127 sqrt(0.5)
    assert [m.text for m in file.tracks[2] if m.type == "text"] == ["wobble 500"]


def test_a_cut_ends_what_sounds_and_only_in_its_part() -> None:
    long, held = note(0, length=4 * QUARTER), note(0, part="keys", length=4 * QUARTER)
    file = write([long, held, Cut(at=Tick(QUARTER), part="bass"), note(2 * QUARTER)])
    assert strokes(file, 2)[:2] == [(0, "note_on", 40), (DIVISION, "note_off", 40)]
    assert strokes(file, 3) == [(0, "note_on", 40), (4 * DIVISION, "note_off", 40)]


def test_a_cut_never_makes_a_note_longer_nor_ends_what_begins_with_it() -> None:
    file = write([note(0, length=SIXTEENTH), Cut(at=Tick(QUARTER), part="bass"), note(QUARTER, length=QUARTER)])
    assert [at for at, kind, _ in strokes(file, 2) if kind == "note_off"] == [DIVISION // 4, 2 * DIVISION]


def test_a_note_that_would_be_felt_after_its_cut_is_not_played() -> None:
    assert strokes(write([note(QUARTER - 100, feel=30_000), Cut(at=Tick(QUARTER), part="bass")]), 2) == []


def test_a_key_struck_again_ends_before_it_begins() -> None:
    file = write([note(0, length=4 * QUARTER), note(QUARTER)])
    assert strokes(file, 2) == [(0, "note_on", 40), (DIVISION, "note_off", 40), (DIVISION, "note_on", 40), (2 * DIVISION, "note_off", 40)]


def test_two_strokes_that_feel_brings_together_are_one() -> None:
    file = write([note(0, feel=20_000, velocity=50), note(SIXTEENTH // 4, feel=-11_250, velocity=70)])
    assert [m.velocity for m in file.tracks[2] if m.type == "note_on"] == [70]


def test_a_count_in_moves_the_whole_file() -> None:
    bars: list[Event] = [
        BarMark(at=Tick(at), bar=n, in_section=n - 1, meter=meter(4, 4), per_quarter=500_000) for n, at in enumerate((-4 * QUARTER, 0))
    ]
    file = write([*bars, note(-4 * QUARTER, part="drums"), note(0)])
    assert strokes(file, 1)[0] == (0, "note_on", 40)
    assert strokes(file, 2)[0] == (4 * DIVISION, "note_on", 40)


def test_feel_before_the_very_beginning_is_held_back() -> None:
    assert strokes(write([note(0, feel=-40_000)]), 2)[0][0] == 0


def test_no_events_make_an_empty_file_that_loads() -> None:
    assert len(write([]).tracks) == 5


segments = st.lists(st.tuples(st.integers(60_000, 2_000_000), st.integers(60_000, 2_000_000), st.integers(0, 9)), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(segments, st.integers(0, 3))
def test_any_tempo_map_is_met_within_a_millisecond_at_every_joint(rows: list[tuple[int, int, int]], rest: int) -> None:
    tempo = TempoMap(segments=(Segment(at=Tick(0), micros=Micros(0), start=rows[0][0], end=rows[0][0]),))
    at = 0
    for start, end, quarters in rows:
        tempo = tempo.changed(Tick(at), start, end if quarters else None, Span(quarters * QUARTER))
        at += (quarters + rest + 1) * QUARTER
    file = write([note(0, length=at)], tempo)
    micros, last, per_quarter = 0.0, 0, 0
    for place, message in absolute(file.tracks[0]):
        if message.type == "set_tempo":
            micros, last = micros + (place - last) * per_quarter / DIVISION, place
            per_quarter = message.tempo
            assert abs(micros - tempo.micros_at(Tick(place * GRAIN))) < 1000


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 3), st.integers(0, 8 * QUARTER), st.integers(-40_000, 60_000)), max_size=40,
    )
)  # fmt: skip
def test_what_is_heard_never_overlaps_on_a_key(rows: list[tuple[int, int, int, int]]) -> None:
    notes = {(at, pitch): note(at * SIXTEENTH // 4, pitch=pitch, length=length, feel=feel) for at, pitch, length, feel in rows}
    events: list[Event] = sorted([*notes.values(), Cut(at=Tick(QUARTER), part="bass")], key=order)
    for sounds in heard(events, steady(500_000)).values():
        for pitch in range(4):
            line = [sound for sound in sounds if sound.pitch == pitch]
            assert all(sound.on < sound.off for sound in line)
            assert all(a.off <= b.on for a, b in pairwise(line))


@pytest.mark.counterpart
def test_fluidsynth_plays_it(rendering: Rendering, tmp_path: Path) -> None:
    font = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")
    if not shutil.which("fluidsynth") or not font.exists():
        pytest.skip("fluidsynth or its soundfont timgm6mb-soundfont is missing")
    (tmp_path / "show.mid").write_bytes(midi_file("Étude", rendering.events, rendering.tempo, TRACKS))
    command = ["fluidsynth", "-ni", "-q", "-r", "22050", "-F", "show.wav", str(font), "show.mid"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    sound = (tmp_path / "show.wav").read_bytes()[44:]
    seconds = len(sound) / 4 / 22050
    assert rendering.music_micros / 1e6 - 0.5 < seconds < rendering.music_micros / 1e6 + 10
    assert max(sound[1::2]) > 0
