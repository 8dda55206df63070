"""An evening on MIDI: a synth and a monitor that we did not write, from the first program change to silence after Ctrl-C."""

import re
from pathlib import Path

import pytest

from tests.counterparts import fluidsynth, running, until
from tests.jack_server import jack_server
from tests.live.hall import performing

pytestmark = [pytest.mark.counterpart, pytest.mark.timeout(300)]
RIG = """  synth: midi:fs
  monitor: midi:midi-monitor
  page: page
routes:
  main: ears synth monitor
"""
DUMPED = re.compile(r"^\s*\+?\d+: ((?:[0-9a-f]{2} ?){2,3})", re.MULTILINE)
DRUMS = 9


def messages(dumped: str) -> list[tuple[int, ...]]:
    """The channel messages that jack_midi_dump printed, in order."""
    return [tuple(int(byte, 16) for byte in found.split()) for found in DUMPED.findall(dumped)]


def sounding(dumped: str) -> set[tuple[int, int]]:
    """(channel, key) of what was begun and neither ended nor silenced."""
    held: set[tuple[int, int]] = set()
    for status, *rest in messages(dumped):
        kind, channel = status & 0xF0, status & 0x0F
        if kind == 0x90 and rest[1]:
            held.add((channel, rest[0]))
        elif kind in (0x80, 0x90):
            held.discard((channel, rest[0]))
        elif kind == 0xB0 and rest[0] in (120, 123):
            held = {one for one in held if one[0] != channel}
    return held


def test_a_synth_gets_its_programs_plays_the_show_and_is_silent_after_ctrl_c(tmp_path: Path) -> None:
    with (
        jack_server(tmp_path, 256) as server,
        fluidsynth(tmp_path, server) as synth,
        running(tmp_path / "dump", "stdbuf", "-oL", "jack_midi_dump", "-r", environ=server) as monitor,
        performing(tmp_path, "night-drive", "--seed", "3", rig=RIG, environ=server) as hall,
    ):
        hall.wait_for_music()
        until(lambda: synth.voices() > 0, "the synth stays silent")
        until(lambda: any(status & 0xF0 == 0x90 for status, *_ in messages(monitor.text)), "the monitor hears nothing")
        until(lambda: {"synth", "monitor"} <= {name for name, row in hall.status()["outputs"].items() if row["up"]}, "not both are up")
        hall.wait_for_notes(60)
        hall.leave()
        until(lambda: synth.voices() == 0, "voices hang after the end")
        until(lambda: not sounding(monitor.text), "notes hang after the end")
        heard = messages(monitor.text)
        programs = {status & 0x0F: rest[0] for status, *rest in heard if status & 0xF0 == 0xC0}
        played = {status & 0x0F for status, *_ in heard if status & 0xF0 == 0x90}
        assert played - {DRUMS} <= set(programs), "a channel plays without its program"
        assert DRUMS in played
        chosen = synth.ask("channels -verbose")
        for channel, program in programs.items():
            assert any(re.match(rf"chan {channel}, .*preset {program},", line) for line in chosen), (channel, program, chosen)
        hall.judge()
