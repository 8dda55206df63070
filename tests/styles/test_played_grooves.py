"""Drum grammar says what was played: planted grooves and fills come out, soft snares are ghosts."""

from pathlib import Path

import mido  # type: ignore[import-untyped]

from performer.styles import names, read
from tools.played_grooves import Stroke, cells, grooves, shares, strokes

STEP = 120
"""Ticks a sixteenth."""


def _played(path: Path, notes: list[tuple[int, int, int]]) -> list[Stroke]:
    """A file of (slot, note, velocity), each a little off the grid, read back."""
    midi = mido.MidiFile(ticks_per_beat=4 * STEP)
    track, now = mido.MidiTrack(), 0
    midi.tracks.append(track)
    for slot, note, velocity in sorted(notes):
        at = slot * STEP + 20
        track.append(mido.Message("note_on", channel=9, note=note, velocity=velocity, time=at - now))
        now = at
    midi.save(path)
    return strokes(path)


def test_a_planted_groove_comes_out_in_tenths(tmp_path: Path) -> None:
    bar = [(0, 36, 100), (4, 38, 100), (7, 38, 30), (12, 38, 100)]
    take = _played(tmp_path / "a.mid", [(16 * n + slot, note, v) for n in range(4) for slot, note, v in bar if slot != 12 or n % 2])
    assert shares(take)["kick"][0] == 1
    found = grooves([take, take])
    assert found["kick"] == "9" + "0" * 15
    assert found["snare"] == "0000" + "9000" + "0000" + "5000"
    assert found["ghost"] == "0000000" + "9" + "0" * 8


def test_a_planted_fill_comes_out_as_cells_that_walk_down(tmp_path: Path) -> None:
    hands = [(slot, (38, 48, 45, 43)[slot // 4], 100) for slot in range(16) if slot % 4 != 1]
    rhythms, line = cells([_played(tmp_path / "b.mid", [*hands, (1, 36, 90)])])
    assert rhythms == [("x.xx", 0.75), ("xkxx", 0.25)]
    assert line == [0, 1, 2, 3]


def test_styles_take_their_fill_rhythms_from_the_letters_that_they_have() -> None:
    for name in names():
        fills = read(name).fills
        assert all(set(cell) <= {letter for letter, _ in fills.letters} | {"x", "."} for cell in fills.cells)
        assert not fills.cells or set(fills.line) <= {letter for letter, _ in fills.letters}
