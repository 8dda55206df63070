"""How an evening ends, and that rehearsal is that evening: the same notes, in a file that others read and play."""

import json
import os
import signal
import subprocess
from pathlib import Path

import mido  # type: ignore[import-untyped]
import pytest

from tests.counterparts import SOUNDFONTS, need
from tests.live.hall import PERFORMER, Hall, compare, notes_in, performing, stuck

pytestmark = [pytest.mark.counterpart, pytest.mark.timeout(300)]


def of_run(run: str) -> list[int]:
    """The processes that carry this run's name in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if f"PERFORMER_RUN={run}".encode() in words:
                found.append(int(entry.name))
    return found


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_signal_ends_every_note_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with performing(tmp_path, "night-drive", "--seed", "2") as hall:
        hall.wait_for_notes(60)
        run = hall.status()["run"]
        assert len(of_run(run)) >= 5
        assert list(Path("/dev/shm").glob(f"*{run}*"))
        hall.process.send_signal(number)
        assert hall.process.wait(20) == code
        assert not of_run(run)
        assert not list(Path("/dev/shm").glob(f"*{run}*"))
        assert not list((tmp_path / "runtime" / "performer").iterdir())
        after = subprocess.run([*PERFORMER, "status"], env=hall.environ, capture_output=True, text=True, check=False)
        assert (after.returncode, after.stdout) == (69, "no performer is running for this user\n")
        hall.settle()
        assert not stuck(hall.heard())
        compare(hall.heard(), hall.replayed())


def rehearsed(hall: Hall, *options: str) -> Path:
    """The folder of a rehearsal."""
    out = hall.folder / "rehearsal"
    subprocess.run([*PERFORMER, "rehearse", *options, "--out", str(out), "--no-picture", "--json"], check=True, capture_output=True)
    return out


def test_rehearsal_gives_the_notes_of_the_evening_and_a_file_that_others_read_and_play(tmp_path: Path) -> None:
    need("fluidsynth")
    with performing(tmp_path, "night-drive", "--seed", "4", "--from", "drop", "--for", "7") as hall:
        assert hall.process.wait(120) == 0
        hall.settle()
        night = hall.replayed()
        compare(hall.heard(), night)
        out = rehearsed(hall, "night-drive", "--seed", "4", "--from", "drop", "--for", "7")
        notes = notes_in(out / "events.jsonl")
        until = min(notes[-1][0], night[-1][0]) - 1
        assert len(notes) > 100
        assert [n for n in notes if n[0] < until] == [n for n in night if n[0] < until]
        song = mido.MidiFile(out / "show.mid")
        begun = [m for track in song.tracks for m in track if m.type == "note_on" and m.velocity]
        assert len(begun) == len(notes)
        assert {"drums", "bass", "keys", "lead"} <= {track.name for track in song.tracks}
        assert any(m.type == "marker" and m.text == "drop" for track in song.tracks for m in track)
        font = next((path for path in SOUNDFONTS if os.path.exists(path)), None)
        if font is None:
            pytest.skip("no soundfont is installed (apt-get install timgm6mb-soundfont)")
        raw = tmp_path / "song.raw"
        argv = ["fluidsynth", "-niq", "-F", str(raw), "-T", "raw", "-O", "s16", font, str(out / "show.mid")]
        subprocess.run(argv, check=True, capture_output=True, timeout=180)
        samples = memoryview(raw.read_bytes()).cast("h")
        assert max(samples) > 1000, "FluidSynth renders silence"


BROKEN = """song: Broken
key: H minor
tempo: fast
sections:
  verse: {bars: -3, energy: loud}
form: verse chorus
"""


def test_a_broken_show_is_refused_with_every_problem_at_its_place(tmp_path: Path) -> None:
    show = tmp_path / "broken.yaml"
    show.write_text(BROKEN)
    done = subprocess.run([*PERFORMER, "run", str(show)], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 65
    assert "Traceback" not in done.stderr
    for line in (2, 3, 5, 6):
        assert f"broken.yaml:{line}:" in done.stderr, done.stderr
    told = subprocess.run([*PERFORMER, "check", str(show), "--json"], capture_output=True, text=True, check=False, timeout=120)
    assert len(json.loads(told.stdout)["problems"]) >= 4
