"""Rehearsal of the 30-minute set, timed from outside: a fresh seed each time, no cache, start-up included, to ``show.mid``.

The length of the music is read from the file that was written, by mido. The floor is mido alone writing those very tracks again.
"""

import secrets
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import mido  # type: ignore[import-untyped]

from bench.figures import Row, against
from bench.live import REPOSITORY, command

SHOW = "friday"


def once(show: str, seed: int) -> tuple[float, float, float]:
    """Seconds of music, seconds it took from outside, seconds that mido alone takes to write the file again."""
    with tempfile.TemporaryDirectory() as out:
        begin = time.monotonic()
        done = subprocess.run(
            [*command(), "rehearse", show, "--out", out, "--seed", str(seed), "--no-picture", "--json"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        wall = time.monotonic() - begin
        if done.returncode:
            raise RuntimeError(f"performer rehearse {show} ended with {done.returncode}: {done.stderr[-600:].strip()}")
        file = mido.MidiFile(Path(out) / "show.mid")
        begin = time.monotonic()
        file.save(Path(out) / "again.mid")
        return file.length, wall, time.monotonic() - begin


def run(*, seconds: float, repeats: int) -> list[Row]:
    """The whole set each time, whatever ``seconds`` says."""
    del seconds
    ours, ground, music = [], [], 0.0
    for _ in range(repeats):
        music, wall, written = once(SHOW, secrets.randbelow(1 << 31))
        ours.append(music / wall)
        ground.append(music / written)
    figure = f"rehearsal of {SHOW}, {music / 60:.1f} min of music"
    floor = f"{median(ground):.0f} x (mido writing)"
    return [against(figure, median(ours), 250, "x", least=True, worst=f"{min(ours):.0f} / {min(ground):.0f}", floor=floor, count=repeats)]
