"""A song's motifs in three ways: degrees, pitches, a MIDI file; and what is said when one cannot be had."""

import io
from pathlib import Path

import mido  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.music.pitch import Key, key
from performer.show.definition import MotifNote, Song
from performer.show.load import load, load_bytes
from performer.show.motifs import degrees, pitches, text_of
from performer.show.riff import riff
from performer.source.problems import Wrong
from performer.ticks import COMMON_TIME, EIGHTH, QUARTER, SIXTEENTH, meter


def song(text: str, **files: bytes) -> Song:
    loaded = load_bytes({"s.yaml": ("song: T\n" + text).encode(), **files}, "s.yaml")
    assert not loaded.problems, loaded.problems
    assert loaded.show is not None
    return loaded.show.songs[0]


def said(text: str, **files: bytes) -> list[str]:
    loaded = load_bytes({"s.yaml": ("song: T\n" + text).encode(), **files}, "s.yaml")
    return [f"{p.line}:{p.column}: {p.path}: {p.what}" for p in loaded.problems]


def midi(*rows: tuple[int, int, int], channel: int = 0, division: int = 96, kind: int = 1) -> bytes:
    """A file with notes (on, off, pitch) in sixteenths."""
    events = sorted([(on, 1, pitch) for on, _, pitch in rows] + [(off, 0, pitch) for _, off, pitch in rows])
    track, at = mido.MidiTrack(), 0
    track.append(mido.MetaMessage("set_tempo", tempo=400_000))
    for place, on, pitch in events:
        track.append(
            mido.Message("note_on" if on else "note_off", note=pitch, velocity=80, channel=channel, time=(place - at) * division // 4)
        )
        at = place
    file = mido.MidiFile(type=kind, ticks_per_beat=division)
    file.tracks.append(track)
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def heard(notes: tuple[MotifNote, ...], home: Key, tonic: int) -> list[tuple[int, int, int]]:
    at, out = 0, []
    for note in notes:
        if note.degree is not None:
            out.append((at // SIXTEENTH, (at + note.length) // SIXTEENTH, tonic + home.degree(note.degree) + note.alter))
        at += note.length
    return out


def test_pitches_are_degrees_with_an_octave_of_their_own() -> None:
    one = song('key: C minor\nhook: {notes: "C5 Eb5 - G5 | F#5 . Ab5 C6", each: 1/8}\n')
    assert dict(one.registers) == {"hook": 60}
    assert heard(one.motifs[0][1], one.key, 60) == [(0, 2, 72), (2, 6, 75), (6, 8, 79), (8, 10, 78), (12, 14, 80), (14, 16, 84)]
    assert song('hook: "1 3 5"\n').registers == ()


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(-14, 20)), st.integers(1, 6), st.integers(-1, 1)), min_size=1, max_size=16,
    ).filter(lambda rows: rows[0][0] is not None)
)  # fmt: skip
def test_a_motif_written_out_is_read_back(rows: list[tuple[int | None, int, int]]) -> None:
    notes = tuple(MotifNote(degree=d, length=n * SIXTEENTH, alter=0 if d is None else a) for d, n, a in rows)
    again = degrees(text_of(notes, SIXTEENTH), SIXTEENTH)
    assert heard(again, key("D dorian"), 60) == heard(notes, key("D dorian"), 60)


def test_a_midi_file_gives_its_top_line_from_the_bar_in_which_it_begins() -> None:
    data = midi((18, 20, 72), (18, 24, 60), (20, 22, 75), (22, 28, 79))
    one = song("key: C minor\nhook: {from: riff.mid}\n", **{"riff.mid": data})
    assert heard(one.motifs[0][1], one.key, 60) == [(2, 4, 72), (4, 6, 75), (6, 12, 79)]
    assert sum(note.length for note in one.motifs[0][1]) == COMMON_TIME.bar
    assert dict(one.registers) == {"hook": 60}


def test_what_was_read_is_kept_with_the_show_so_that_the_journal_has_it() -> None:
    files = {"s.yaml": b"song: T\nhook: {from: riff.mid}\n", "riff.mid": midi((0, 4, 60))}
    show = load_bytes(files, "s.yaml").show
    assert show is not None
    assert files.items() <= dict(show.files).items()
    again = load_bytes(dict(show.files), "s.yaml").show
    assert again is not None
    assert again == show
    other = load_bytes({**files, "riff.mid": midi((0, 4, 62))}, "s.yaml").show
    assert other is not None
    assert other.fingerprint != show.fingerprint


def test_a_song_of_a_set_finds_its_riff_in_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "set.yaml").write_text("set: S\nsongs:\n  - {song: one}\n")
    (tmp_path / "one" / "show.yaml").write_text("song: One\nhook: {from: riff.mid}\n")
    (tmp_path / "one" / "riff.mid").write_bytes(midi((0, 4, 60)))
    loaded = load(str(tmp_path))
    assert not loaded.problems, loaded.problems
    assert loaded.show is not None
    assert loaded.show.songs[0].motifs[0][0] == "hook"


def test_a_riff_may_not_leave_the_folder(tmp_path: Path) -> None:
    (tmp_path / "show").mkdir()
    (tmp_path / "riff.mid").write_bytes(midi((0, 4, 60)))
    (tmp_path / "show" / "link.mid").symlink_to(tmp_path / "riff.mid")
    for name in ("../riff.mid", str(tmp_path / "riff.mid"), "link.mid"):
        (tmp_path / "show" / "show.yaml").write_text(f"song: T\nhook: {{from: {name}}}\n")
        (problem,) = load(str(tmp_path / "show")).problems
        assert "leaves the show's folder" in problem.what
        assert (problem.line, problem.path) == (2, "hook.from")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('hook: {degrees: "1", notes: C5}\n', "2:7: hook: degrees and notes say two motifs"),
        ("hook: {each: 1/8}\n", "2:7: hook: there is no tune in it"),
        ("hook: {notes: C5 H2}\n", "2:15: hook.notes: 'H2' is not a pitch"),
        ('hook: {notes: ". ."}\n', "2:15: hook.notes: a motif needs at least one note"),
        ("hook: {from: none.mid}\n", "2:14: hook.from: there is no file called 'none.mid'"),
        ("hook: {from: s.yaml}\n", "2:14: hook.from: is no MIDI file"),
        ("hook: {from: r.mid, each: 1/8}\n", "2:27: hook.each: a MIDI file has its own lengths"),
        ("hook: {from: drums.mid}\n", "2:14: hook.from: has no note"),
        ("hook: {degrees: \"1 1''' 1,\"}\n", "2:17: hook.degrees: a motif spans three octaves at most"),
        ("parts: {lead: {range: C5-C6}}\nhook: \"1 3' 5'\"\nkey: C\n", "3:7: hook: no octave puts it into lead's range C5-C6 in C major"),
        (
            "parts: {lead: {range: C5-C6}}\nhook: {notes: C4 E4}\nkey: C\n",
            "3:7: hook: it does not lie in lead's range C5-C6 in C major",
        ),
        ("parts: {lead: {free when: hand}, hands: external}\n", "2:27: parts.lead.free when: there is no external part called 'hand'"),
        ("parts: {lead: {free when: keys}, keys: }\n", "2:27: parts.lead.free when: there is no external part called 'keys'"),
        (
            "parts: {bass: {free when: hands}, hands: external}\n",
            "2:27: parts.bass.free when: bass plays bass, and only a lead leaves room",
        ),
    ],
)
def test_what_cannot_be_a_motif_is_said_at_its_place(text: str, problem: str) -> None:
    assert said(text, **{"r.mid": midi((0, 4, 60)), "drums.mid": midi((0, 4, 36), channel=9)}) == [problem]


def test_a_range_counts_in_the_keys_of_the_sections_where_the_motif_is_due() -> None:
    rows = "key: C\nhook: {notes: C5 C6}\nparts: {drums: , lead: {range: C5-C6}}\nsections:\n  a: {bars: 4}\n"
    assert said(rows) == []
    assert said(rows + "  b: {bars: 4, key: +1}\n") == ["3:7: hook: it does not lie in lead's range C5-C6 in Db major"]
    assert said(rows + "  b: {bars: 4, key: +1, only: drums}\n") == []
    assert said(rows + '  b: {bars: 4, key: +1, theme: low}\nmotifs: {low: "1 2"}\n') == []


def test_a_lead_may_be_free_when_hands_play() -> None:
    assert song("parts: {lead: {free when: hands}, hands: external}\n").part("lead").free_when == "hands"


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_no_bytes_are_more_than_wrong(data: st.DataObject) -> None:
    whole = midi((0, 4, 60), (4, 6, 64), (10, 20, 55), division=data.draw(st.sampled_from((24, 96, 480))))
    place = data.draw(st.integers(0, len(whole) - 1))
    bent = whole[:place] + data.draw(st.binary(max_size=4)) + whole[place + data.draw(st.integers(0, 4)) :]
    try:
        found = riff(bent, key("C"), COMMON_TIME)
    except Wrong:
        return
    assert all(note.length > 0 for note in found.notes)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6), st.integers(40, 90)), min_size=1, max_size=12),
    st.sampled_from((COMMON_TIME, meter(7, 8), meter(3, 4))),
)
def test_a_riff_is_in_order_whole_bars_long_and_its_notes_are_the_top_ones(rows: list[tuple[int, int, int]], beat: object) -> None:
    found = riff(midi(*((on, on + long, pitch) for on, long, pitch in rows)), key("A minor"), beat)  # type: ignore[arg-type]
    assert sum(note.length for note in found.notes) % beat.bar == 0  # type: ignore[attr-defined]
    line = heard(found.notes, key("A minor"), found.tonic or 0)
    tops = {on: max(p for o, _, p in rows if o == on) for on, _, _ in rows}
    first = min(tops) * SIXTEENTH // beat.bar * beat.bar // SIXTEENTH  # type: ignore[attr-defined]
    assert [(on + first, pitch) for on, _, pitch in line] == sorted(tops.items())


def test_triplets_stay_triplets() -> None:
    file = mido.MidiFile(ticks_per_beat=96)
    track = mido.MidiTrack()
    for _ in range(3):
        track.append(mido.Message("note_on", note=60, velocity=64))
        track.append(mido.Message("note_off", note=60, time=33))
    file.tracks.append(track)
    out = io.BytesIO()
    file.save(file=out)
    found = riff(out.getvalue(), key("C"), COMMON_TIME)
    assert [note.length for note in found.notes[:3]] == [QUARTER // 3] * 3


def test_too_much_is_refused() -> None:
    with pytest.raises(Wrong, match="64 kB"):
        riff(b"MThd" + bytes(70_000), key("C"), COMMON_TIME)
    with pytest.raises(Wrong, match="at most 128 notes"):
        riff(midi(*((i, i + 1, 60) for i in range(200))), key("C"), COMMON_TIME)
    with pytest.raises(Wrong, match="64 quarters"):
        pitches("C5 " + "- " * 140, EIGHTH, key("C"))
