"""Every shipped show is rehearsed, and what it leaves can be read by others."""

import io
from collections import Counter
from itertools import pairwise
from pathlib import Path

import mido  # type: ignore[import-untyped]
import pytest

from performer.engine.composer import Composer
from performer.events import Note
from performer.rehearse.events_file import read
from performer.rehearse.export import export
from performer.rehearse.render import render
from performer.show.definition import Show
from performer.show.load import load, shipped_names
from performer.tempo import Micros
from performer.ticks import Tick

MINUTE = Micros(60_000_000)


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


def test_it_comes_to_an_end(shipped: Show) -> None:
    rendering = render(shipped, 1, score=None)
    assert rendering.end in ("end", "form once")
    assert Micros(20_000_000) < rendering.music_micros < Micros(4 * 3600 * 1_000_000)
    assert rendering.tempo.micros_at(rendering.bars[0].at) >= 0


def test_its_bars_join_and_its_time_begins_at_nothing(shipped: Show) -> None:
    rendering = render(shipped, 1, score=None)
    assert (rendering.tempo.segments[0].at, rendering.tempo.micros_at(Tick(0))) == (0, 0)
    assert all(a.end == b.at for a, b in pairwise(rendering.bars))
