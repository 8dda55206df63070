"""What a rehearsal leaves behind, and what it says while it works."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from performer.controls import Mute
from performer.engine.performance import Score
from performer.events import Note
from performer.rehearse.export import audible, export, summary, tracks_of
from performer.rehearse.progress import Progress, expected
from performer.rehearse.render import Press, Rendering, render
from performer.run.clock import VirtualClock
from performer.show.definition import Part, Show
from performer.tempo import Micros
from performer.ticks import Span

SECOND = 1_000_000_000


@pytest.fixture
def rendering(show: Show, score: Score) -> Rendering:
    return render(show, 0, score=score)


def test_the_files_are_whole_and_nothing_else_is_left(rendering: Rendering, tmp_path: Path) -> None:
    written = export(rendering, tmp_path / "new" / "out")
    assert [path.name for path in written] == ["show.mid", "events.jsonl", "roll.png"]
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == ["events.jsonl", "roll.png", "show.mid"]
    assert [path.read_bytes()[:4] for path in written] == [b"MThd", b'{"ba', b"\x89PNG"]


def test_without_the_picture_its_tools_are_not_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; import performer.rehearse.export, performer.rehearse.render, performer.rehearse.entries;"
        "sys.exit('numpy' in sys.modules or 'mido' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_a_folder_that_does_not_take_them_is_an_error_with_its_name(rendering: Rendering, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(OSError, match="out"):
        export(rendering, tmp_path / "out", picture=False)


def test_the_summary_is_json_and_says_what_it_was(rendering: Rendering) -> None:
    said = json.loads(json.dumps(summary(rendering, 0.5, [Path("out/show.mid")])))
    assert said["digest"] == rendering.digest
    assert said["events"] == len(rendering.events)
    assert said["music_seconds"] == rendering.music_micros / 1e6
    assert said["wall_seconds"] == 0.5
    assert said["times_real_time"] == round(said["music_seconds"] / 0.5)
    assert said["files"] == ["out/show.mid"]


def channels(rendering: Rendering) -> list[tuple[str, list[int]]]:
    return [(track.part, [stint.channel for stint in track.stints]) for track in tracks_of(rendering)]


def test_channels_are_those_of_a_midi_output_and_lights_have_none(rendering: Rendering) -> None:
    assert channels(rendering) == [("drums", [9]), ("bass", [1]), ("keys", [0]), ("light", [])]


def test_a_part_that_songs_share_is_one_track_with_a_stint_a_song(show: Show, score: Score) -> None:
    (song,) = show.songs
    other = replace(song, name="other", parts=(Part(name="lead", role="lead"), *song.parts))
    both = Show(name="set", title="Set", songs=(song, other), fingerprint="set")
    rendering = render(both, 0, score=score)
    assert channels(rendering) == [("drums", [9, 9]), ("bass", [1, 1]), ("keys", [0, 2]), ("light", []), ("lead", [0])]
    second = next(bar.at for bar in rendering.bars if bar.song == 1)
    assert tracks_of(rendering)[2].stints[1].at == second


def test_a_mute_is_heard_in_the_file_and_changes_no_event(show: Show, score: Score, rendering: Rendering) -> None:
    presses = [Press(control=Mute("bass", on=True), bar=2), Press(control=Mute("bass", on=False), bar=5)]
    muted = render(show, 0, score=score, presses=presses)
    assert (muted.digest, muted.events) == (rendering.digest, rendering.events)
    line, again = muted.bars[1].at, muted.bars[4].at
    bass = [event for event in audible(muted) if isinstance(event, Note) and event.part == "bass"]
    assert bass == [
        replace(event, length=Span(min(event.length, line - event.at))) if event.at < line else event
        for event in rendering.events
        if isinstance(event, Note) and event.part == "bass" and not line <= event.at < again
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_short_render_says_nothing() -> None:
    stream, clock = Terminal(), VirtualClock()
    progress = Progress(stream, clock, Micros(60_000_000))
    clock.advance_to(2 * SECOND - 1)
    progress(Micros(59_000_000))
    progress.close()
    progress.say("writing out ...")
    assert stream.getvalue() == ""


def test_a_long_render_says_how_far_it_is_and_wipes_it_out() -> None:
    stream, clock = Terminal(), VirtualClock(5 * SECOND)
    progress = Progress(stream, clock, Micros(1800_000_000))
    clock.advance_to(8 * SECOND)
    progress(Micros(900_000_000))
    progress(Micros(901_000_000))
    assert stream.getvalue().count("\r") == 1
    assert "50%  15:00 of 30:00  300 × real time" in stream.getvalue()
    progress.close()
    assert stream.getvalue().endswith("\r\x1b[K")
    progress.say("writing out ...")
    assert stream.getvalue().endswith("\rwriting out ...\x1b[K")


def test_nobody_watches_nothing_is_written() -> None:
    stream, clock = io.StringIO(), VirtualClock()
    progress = Progress(stream, clock, Micros(60_000_000))
    clock.advance_to(9 * SECOND)
    progress(Micros(1))
    progress.close()
    assert stream.getvalue() == ""


def test_what_is_expected_is_about_what_is_played(show: Show, rendering: Rendering) -> None:
    assert expected(show) == pytest.approx(rendering.music_micros, rel=0.01)
