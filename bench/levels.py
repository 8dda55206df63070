"""Loudness as a room hears it: ``show.mid`` rendered by FluidSynth, its level bar by bar beside the energy that was drawn.

Levels are decibels of the mean square of four bars at a time, so that one chord that decays is no bar without energy. The synth
and its sounds are somebody else's, so what is judged is the way the level goes, not how loud it is.
"""

import shutil
import subprocess
import tempfile
import wave
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bench.figures import Row, against
from bench.music.energy import correlation
from bench.music.material import playing, shipped, show_of, tempo_of, text_of, written
from performer.rehearse.render import Rendering
from performer.show.definition import Show

Floats = NDArray[np.float64]
SOUNDFONTS = ("/usr/share/sounds/sf2/TimGM6mb.sf2", "/usr/share/sounds/sf2/default-GM.sf2", "/usr/share/sounds/sf2/FluidR3_GM.sf2")
SHOWS = ("night-drive", "friday")
RATE = 22_050
BLOCK = 4
"""Bars that are heard as one."""
QUIET = 1e-6
"""Mean square of what counts as silence: -60 dB."""
LEAST = 0.6
"""r of level and drawn energy, the same as for each axis of energy."""


def sounded(data: bytes) -> Floats:
    """The file as FluidSynth plays it, one channel, -1..1. Raises RuntimeError where there is no FluidSynth or no soundfont."""
    font = next((path for path in SOUNDFONTS if Path(path).exists()), None)
    if shutil.which("fluidsynth") is None or font is None:
        raise RuntimeError("needs FluidSynth and a soundfont (Debian: fluidsynth timgm6mb-soundfont)")
    with tempfile.TemporaryDirectory() as folder:
        file, sound = Path(folder) / "show.mid", Path(folder) / "show.wav"
        file.write_bytes(data)
        argv = ["fluidsynth", "-n", "-i", "-q", "-g", "0.4", "-r", str(RATE), "-F", str(sound), font, str(file)]
        subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with wave.open(str(sound)) as read:
            frames = np.frombuffer(read.readframes(read.getnframes()), dtype="<i2")
    return np.asarray(frames.reshape(-1, 2).mean(axis=1) / 32768)


def levels(rendering: Rendering, sound: Floats) -> tuple[Floats, Floats]:
    """Decibels and drawn energy of every block of bars in which something sounds."""
    at = [int(rendering.tempo.micros_at(bar.at) * RATE // 1_000_000) for bar in rendering.bars]
    heard, drawn = [], []
    for first in range(0, len(at) - BLOCK, BLOCK):
        bars = rendering.bars[first : first + BLOCK]
        square = float((sound[at[first] : at[first + BLOCK]] ** 2).mean())
        if square > QUIET:
            heard.append(10 * float(np.log10(square)))
            drawn.append(sum(bar.energy for bar in bars) / BLOCK)
    return np.array(heard), np.array(drawn)


def followed(show: Show, name: str, seed: int) -> float:
    """r of level and drawn energy of a show under tonight's ``seed``; 0 when one of them does not move."""
    rendering, data = written(show, name, seed, seed)
    return correlation(*levels(rendering, sounded(data))) or 0.0


def run(*, seconds: float, repeats: int) -> list[Row]:
    """A song of every style and the shipped shows, a night each; two styles alone when there are only seconds."""
    styles = playing() if seconds >= 5 else playing()[:2]
    nights = range(1, 1 + repeats)
    rows = []
    for name in styles:
        found = [followed(show_of(text_of(name, seed, tempo_of(name))), name, seed) for seed in nights]
        rows.append(against(f"level against drawn energy, {name}", median(found), LEAST, "r", least=True, worst=f"{min(found):.2f}"))
    for name in SHOWS if seconds >= 5 else ():
        found = [followed(shipped(name), name, seed) for seed in nights]
        rows.append(against(f"level against drawn energy, {name}", median(found), LEAST, "r", least=True, worst=f"{min(found):.2f}"))
    return rows
