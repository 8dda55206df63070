"""The shipped shows: short, whole, of the length they promise; and no mutation of them raises."""

from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.show.definition import Show, Song
from performer.show.load import load, load_bytes, shipped_names
from performer.source.problems import report
from performer.ticks import QUARTER


@lru_cache
def show(name: str) -> Show:
    loaded = load(name)
    assert loaded.show is not None, loaded.problems
    return loaded.show


def seconds(song: Song) -> float:
    """Length of the form as written; a section that waits lasts until it gives up."""
    total = 0.0
    for name in song.form:
        section = song.section(name)
        tempo = sum(section.tempo) / 2 if section.tempo else song.per_quarter
        total += (section.give_up or section.bars) * (section.meter or song.meter).bar / QUARTER * tempo / 1e6
    return total


def test_night_drive_lasts_about_five_minutes_and_begins_with_kick_bass_and_chords() -> None:
    (song,) = show("night-drive").songs
    assert 270 <= seconds(song) <= 340
    first = song.section(song.form[0])
    assert not first.waits_for_go
    assert not first.count_in
    roles = {song.part(name).role for name in first.parts or ()}
    assert {"drums", "bass", "chords"} <= roles


def test_night_drive_shows_what_a_section_can_say() -> None:
    (song,) = show("night-drive").songs
    sections = song.sections
    assert any(s.chords for s in sections)
    assert any(s.tempo and s.tempo[0] != s.tempo[1] for s in sections)
    assert any(s.stretch for s in sections)
    assert any(s.until_next and s.give_up for s in sections)
    assert any(s.idea and s.vary for s in sections)
    assert any(s.key_shift and s.add for s in sections)
    assert any(s.entry for s in sections)
    assert any(s.exit for s in sections)
    assert any(s.mix for s in sections)
    assert any(s.visual for s in sections)
    assert any(s.cues for s in sections)
    assert any(s.last_chord and s.ring for s in sections)
    assert song.motifs


def test_friday_lasts_half_an_hour_of_songs_of_three_to_seven_minutes() -> None:
    songs = show("friday").songs
    assert 29 * 60 <= sum(map(seconds, songs)) <= 31 * 60
    assert all(180 <= seconds(song) <= 420 for song in songs)


def test_friday_is_in_many_styles_meters_and_keys_and_says_how_each_key_is_reached() -> None:
    songs = show("friday").songs
    blends = [song.style for song in songs]
    blends += [where.style for song in songs for where in song.sections] + [part.style for song in songs for part in song.parts]
    worn = {name for blend in blends for name, _ in blend}
    assert worn >= {"ambient", "pop-rock", "funk", "house", "acid", "dub", "jazz", "bossa", "drum-and-bass"}
    assert {str(section.meter or song.meter) for song in songs for section in song.sections} >= {"4/4", "7/8", "3/4", "6/8"}
    assert len({str(song.key) for song in songs}) == len(songs)
    assert all(song.via for song in songs[1:])


def test_friday_has_a_fusion_that_moves_by_section() -> None:
    song = next(song for song in show("friday").songs if len(song.style) > 1)
    way = song.form[: song.form.index("drop") + 1]
    shares = [dict(song.section(name).style).get("house", 0) for name in way]
    assert shares == sorted(shares)
    assert len(set(shares)) >= 4


def test_friday_has_a_jazz_form_of_thirty_two_bars_over_given_chords() -> None:
    (song,) = [song for song in show("friday").songs if song.style and song.style[0][0] == "jazz"]
    assert all(section.chords for section in song.sections)
    head = song.form[1:5]
    assert [song.section(name).bars for name in head] == [8, 8, 8, 8]
    assert head[1] == head[3] != head[2]


def test_night_drive_is_the_same_song_in_the_set() -> None:
    (alone,) = show("night-drive").songs
    (there,) = [song for song in show("friday").songs if song.name == alone.name]
    assert (there.seed, there.key, there.motifs, there.style) == (alone.seed, alone.key, alone.motifs, alone.style)
    assert there.parts == alone.parts
    assert there.form != alone.form


def test_every_song_teaches() -> None:
    """A comment at the top that says what it is, and more of them further down."""
    for name in ("night-drive", "friday"):
        for file, data in show(name).files:
            if file.endswith(".yaml"):
                lines = data.decode().splitlines()
                assert lines[0].startswith("# ")
                assert sum("# " in line for line in lines) >= 3, file


@pytest.mark.parametrize("name", shipped_names())
def test_songs_are_short_enough_to_be_read_aloud(name: str) -> None:
    for file, data in show(name).files:
        if file.endswith(".toml"):
            continue
        lines = data.decode().splitlines()
        assert len([line for line in lines if line.strip() and not line.strip().startswith("#")]) <= 40
        assert max(map(len, lines)) <= 140


@lru_cache
def sources() -> tuple[str, ...]:
    return tuple(data.decode() for name in shipped_names() for file, data in show(name).files if file.endswith(".yaml"))


PIECES = st.sampled_from(
    [
        "#",
        " #",
        "- ",
        "| ",
        ": ",
        ":",
        "{",
        "}",
        "[",
        "]",
        ",",
        "\t",
        "\n",
        "  ",
        "'",
        '"',
        "*",
        "&",
        "!",
        "%",
        ">",
        "@",
        "`",
        "\0",
        "é",
        "0",
        "x",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_mutation_of_a_shipped_show_never_raises_and_each_problem_has_a_place_in_the_file(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(sources()))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(st.one_of(PIECES, st.just(""), st.text(max_size=3))) + text[at + cut :]
    raw = text.encode("utf-8", "replace")
    loaded = load_bytes({"m.yaml": raw}, "m.yaml")
    lines = raw.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert (loaded.show is None) == bool(loaded.problems)
    for problem in loaded.problems:
        assert problem.what
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    assert report(loaded.problems, {"m.yaml": raw}).count("\n") <= 3 * len(loaded.problems)
