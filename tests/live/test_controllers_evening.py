"""An evening steered by a MIDI controller: a knob, a pad and a program change, played by mido's own player over JACK."""

import subprocess
import sys
from pathlib import Path

import mido  # type: ignore[import-untyped]
import pytest

from performer.controls import Control, Macro, Mute
from performer.run.journal.format import read
from performer.run.night import entry_of
from tests.counterparts import until
from tests.jack_server import jack_server
from tests.live.hall import Hall, performing

pytestmark = [pytest.mark.counterpart, pytest.mark.timeout(300)]
RIG = """  page: page
controls:
  cc 16: energy
  note 36: section drop now
  note 37: mute bass
  missing: {cc 1: density}
"""


def played(folder: Path, environ: dict[str, str], *messages: mido.Message) -> None:
    """Messages to our input port, by mido-play."""
    track = mido.MidiTrack(messages)
    mido.MidiFile(type=0, tracks=[track], ticks_per_beat=480).save(folder / "hand.mid")
    argv = [str(Path(sys.executable).with_name("mido-play")), "-o", "performer:controls", str(folder / "hand.mid")]
    subprocess.run(argv, env=environ, check=True, capture_output=True, timeout=60)


def entered(hall: Hall) -> list[Control]:
    """What the journal's copy holds so far."""
    data = hall.journal.read_bytes() if hall.journal.exists() else b""
    return [entry_of(record).control for record in read(data).entries]


def test_a_controller_steers_the_show_and_one_that_is_missing_is_said(tmp_path: Path) -> None:
    with jack_server(tmp_path, 256) as server, performing(tmp_path, "night-drive", "--seed", "3", rig=RIG, environ=server) as hall:
        hall.wait_for_music()
        environ = {**hall.environ, **server}
        until(lambda: "controllers" in hall.status()["pids"], "nobody sits at the controllers")
        knob = [mido.Message("control_change", control=16, value=value, time=30) for value in (10, 60, 127)]
        played(tmp_path, environ, *knob, mido.Message("note_on", note=37, velocity=90), mido.Message("note_off", note=37, time=200))
        until(lambda: Macro("energy", 1000) in entered(hall), "the knob's last value did not come")
        until(lambda: Mute("bass", on=True) in entered(hall), "the pad did not mute")
        played(tmp_path, environ, mido.Message("note_on", note=37, velocity=90, time=400), mido.Message("note_off", note=37, time=400))
        until(lambda: Mute("bass", on=False) in entered(hall), "the pad did not unmute what it had muted")
        played(tmp_path, environ, mido.Message("note_on", note=36, velocity=90), mido.Message("note_off", note=36, time=200))
        until(lambda: hall.status()["section"] == "drop", "the pad did not jump")
        troubles = [error for error in hall.status()["errors"] if error.startswith("controllers:")]
        assert len(troubles) == 1
        assert "missing" in troubles[0]
