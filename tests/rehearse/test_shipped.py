"""Every shipped show is rehearsed, and what it leaves can be read by others."""

import io
from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from pathlib import Path

import mido  # type: ignore[import-untyped]
import pytest

from performer.engine.composer import Composer
from performer.engine.identity import role_of
from performer.events import Note
from performer.rehearse.events_file import read
from performer.rehearse.export import export
from performer.rehearse.heard import heard
from performer.rehearse.render import Rendering, render
from performer.show.definition import Show
from performer.show.load import load, shipped_names
from performer.tempo import Micros
from performer.ticks import Tick

MINUTE = Micros(60_000_000)
LOUD, QUIET = ("drop", "chorus"), ("intro", "break", "bridge", "outro", "end")
UNHEARD = ("light", "visual")


@pytest.fixture(params=shipped_names())
def shipped(request: pytest.FixtureRequest) -> Show:
    loaded = load(request.param)
    assert loaded.show is not None, loaded.problems
    return loaded.show


def test_a_minute_of_it_leaves_files_that_others_read(shipped: Show, tmp_path: Path) -> None:
    composer = Composer()
    rendering = render(shipped, 0, score=composer, limit=MINUTE)
    assert not composer.take_fallen()
    midi, lines = export(rendering, tmp_path, picture=False)
    assert list(read(lines.read_text().splitlines())) == list(rendering.events)
    file = mido.MidiFile(file=io.BytesIO(midi.read_bytes()), charset="utf-8")
    notes = sum(isinstance(event, Note) for event in rendering.events)
    ons, offs = (sum(m.type == kind for track in file.tracks for m in track) for kind in ("note_on", "note_off"))
    assert ons == offs
    assert notes * 0.98 <= ons <= notes
    for track in file.tracks:
        sounding: Counter[tuple[int, int]] = Counter()
        for message in track:
            if message.type in ("note_on", "note_off"):
                sounding[message.channel, message.note] += 1 if message.type == "note_on" else -1
                assert sounding[message.channel, message.note] in (0, 1)


@pytest.fixture(scope="module")
def evening() -> Rendering:
    """Half an hour, every note of it."""
    loaded = load("friday")
    assert loaded.show is not None
    composer = Composer()
    rendering = render(loaded.show, 1, score=composer)
    assert not composer.take_fallen()
    return rendering


def _onsets(rendering: Rendering) -> dict[tuple[int, str], float]:
    """Notes a second by song and section."""
    times = sorted(event.at for event in rendering.events if isinstance(event, Note))
    notes, micros = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for bar in rendering.bars:
        where = (bar.song, bar.section)
        notes[where] += bisect_left(times, bar.end) - bisect_left(times, bar.at)
        micros[where] += rendering.tempo.micros_at(bar.end) - rendering.tempo.micros_at(bar.at)
    return {where: notes[where] * 1e6 / micros[where] for where in micros}


def test_drops_and_choruses_of_the_set_are_fuller_than_what_surrounds_them(evening: Rendering) -> None:
    rates = _onsets(evening)
    for number, song in enumerate(evening.show.songs):
        sections = {name: role_of(song.section(name)) for name in song.form}
        loud = [rates[number, name] for name, role in sections.items() if role in LOUD]
        quiet = [rates[number, name] for name, role in sections.items() if role in QUIET]
        assert loud, song.name
        assert quiet, song.name
        assert min(loud) > max(quiet), song.name


def test_nothing_in_the_set_is_silent_for_longer_than_a_stop(evening: Rendering) -> None:
    """The longest stop that the set writes is half a bar, less than a second; an ambient bar lasts 2.7."""
    sounding = sorted((sound.on, sound.off) for sounds in heard(evening.events, evening.tempo).values() for sound in sounds)
    until = sounding[0][1]
    for on, off in sounding:
        gap = evening.tempo.micros_at(Tick(on)) - evening.tempo.micros_at(Tick(until)) if on > until else 0
        assert gap < 2_500_000, (on, gap)
        until = max(until, off)


def test_every_part_of_every_song_of_the_set_is_heard(evening: Rendering) -> None:
    ends = {bar.song: bar.end for bar in evening.bars}
    songs = evening.show.songs
    played = {(next(n for n in ends if event.at < ends[n]), event.part) for event in evening.events if isinstance(event, Note)}
    assert {(n, part.name) for n, song in enumerate(songs) for part in song.parts if part.role not in UNHEARD} == played


def test_it_comes_to_an_end(shipped: Show) -> None:
    rendering = render(shipped, 1, score=None)
    assert rendering.end in ("end", "form once")
    assert Micros(20_000_000) < rendering.music_micros < Micros(4 * 3600 * 1_000_000)
    assert rendering.tempo.micros_at(rendering.bars[0].at) >= 0


def test_its_bars_join_and_its_time_begins_at_nothing(shipped: Show) -> None:
    rendering = render(shipped, 1, score=None)
    assert (rendering.tempo.segments[0].at, rendering.tempo.micros_at(Tick(0))) == (0, 0)
    assert all(a.end == b.at for a, b in pairwise(rendering.bars))
