"""Feel tables say what was played: planted lateness and accents come out, shuffles stay out."""

from pathlib import Path

import mido  # type: ignore[import-untyped]
import pytest

from performer.styles import read
from tools.played_feel import straight, tables, take

STEP = 120
"""Ticks a sixteenth; at 120 bpm a tick is 1.04 ms."""


def _drummed(path: Path, late: dict[int, int], loud: dict[int, int]) -> Path:
    midi = mido.MidiFile(ticks_per_beat=4 * STEP)
    track = mido.MidiTrack()
    midi.tracks.append(track)
    now = 0
    for slot in range(1, 64):
        at = slot * STEP + late.get(slot % 16, 0)
        track.append(mido.Message("note_on", channel=9, note=42, velocity=80 + loud.get(slot % 16, 0), time=at - now))
        now = at
    midi.save(path)
    return path


def test_planted_lateness_and_accents_come_out(tmp_path: Path) -> None:
    played = take(_drummed(tmp_path / "a.mid", {4: 12, 12: 12}, {4: 20, 12: 20}))
    late, weight = tables([played] * 8)["hat"]
    assert late[4] - late[2] == late[12] - late[2] == pytest.approx(12, abs=1)
    assert weight[4] - weight[2] == 20
    assert tables([played] * 7) == {}


def test_a_shuffle_is_left_out(tmp_path: Path) -> None:
    assert straight(take(_drummed(tmp_path / "a.mid", {}, {})))
    assert not straight(take(_drummed(tmp_path / "b.mid", dict.fromkeys(range(1, 16, 2), 50), {})))


def test_the_played_style_accents_its_hats_as_drummers_do() -> None:
    touch = read("pop-rock").feel.touch("hat")
    assert len(touch.late) == len(touch.weight) == 16
    assert min(touch.weight[s] for s in (0, 4, 8, 12)) > max(touch.weight[s] for s in (2, 6, 10, 14))
