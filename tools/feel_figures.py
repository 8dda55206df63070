"""Figures of a drummer's feel, for a take of the corpus and for a song of ours alike.

Law of this file: every figure is computed from strokes (piece, sixteenth, milliseconds late, velocity) and nothing else; what is
compared across pieces is first taken about the piece's own mean, so that a loud kick beside a soft hat is no habit.
"""

from collections import defaultdict
from collections.abc import Callable
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from tools.played_feel import Stroke, Take

Floats = NDArray[np.float64]
Figure = Callable[[Take], float | None]

FEWEST = 48


def _values(take: Take, of: str) -> list[tuple[Stroke, float]]:
    """Every stroke with its lateness or velocity about its piece's mean."""
    by: dict[str, list[float]] = defaultdict(list)
    for stroke in take.strokes:
        by[stroke.piece].append(getattr(stroke, of))
    means = {piece: fmean(values) for piece, values in by.items()}
    return [(stroke, getattr(stroke, of) - means[stroke.piece]) for stroke in take.strokes]


def timing_spread(take: Take) -> float | None:
    """Standard deviation of the lateness of all strokes, in milliseconds."""
    late = [stroke.late for stroke in take.strokes]
    return float(np.std(late)) if len(late) >= FEWEST else None


def hat_spread(take: Take) -> float | None:
    """Standard deviation of the hat's velocities."""
    hat = [stroke.velocity for stroke in take.strokes if stroke.piece == "hat"]
    return float(np.std(hat)) if len(hat) >= FEWEST else None


def _again(take: Take, of: str) -> float | None:
    rows = {(stroke.piece, stroke.slot): value for stroke, value in _values(take, of)}
    pairs = np.array([(value, rows[piece, slot + 16]) for (piece, slot), value in rows.items() if (piece, slot + 16) in rows])
    if len(pairs) < FEWEST or not np.all(pairs.std(axis=0)):
        return None
    return float(np.corrcoef(pairs.T)[0, 1])


def timing_again(take: Take) -> float | None:
    """r of a stroke's lateness and that of the same stroke one bar later."""
    return _again(take, "late")


def velocity_again(take: Take) -> float | None:
    """r of a stroke's velocity and that of the same stroke one bar later."""
    return _again(take, "velocity")


def velocity_explained(take: Take) -> float | None:
    """Share of the velocities' variance that lies between (piece, sixteenth of the bar)."""
    rows = _values(take, "velocity")
    cells: dict[tuple[str, int], list[float]] = defaultdict(list)
    for stroke, value in rows:
        cells[stroke.piece, stroke.slot % 16].append(value)
    whole = sum(value * value for _, value in rows)
    left = sum(float(np.var(values)) * len(values) for values in cells.values())
    return 1 - left / whole if len(rows) >= FEWEST and whole else None


def hat_slope(take: Take) -> float | None:
    """b of the spectrum 1/f^b of the hat's lateness, stroke by stroke (0: white; 1: pink)."""
    late = np.array([stroke.late for stroke in take.strokes if stroke.piece == "hat"])
    if len(late) < 128 or not late.std():
        return None
    power = np.abs(np.fft.rfft((late - late.mean()) * np.hanning(len(late)))) ** 2
    places = np.fft.rfftfreq(len(late))
    inside = (places > 2 / len(late)) & (places < 0.5) & (power > 0)
    return float(-np.polyfit(np.log(places[inside]), np.log(power[inside]), 1)[0])


FIGURES: tuple[tuple[str, str, Figure], ...] = (
    ("timing, sd", "ms", timing_spread),
    ("timing a bar later", "r", timing_again),
    ("hat timing, 1/f^b", "b", hat_slope),
    ("velocity a bar later", "r", velocity_again),
    ("velocity by slot", "share", velocity_explained),
    ("hat velocity, sd", "", hat_spread),
)
"""What is drawn: a name, a unit, how it is computed."""


def by_slot(take: Take, piece: str, of: str, least: int = 3) -> list[float | None]:
    """The mean lateness (ms) or velocity about the piece's mean on each sixteenth; None where fewer than ``least`` strokes fall."""
    rows: list[list[float]] = [[] for _ in range(16)]
    strokes = [(stroke, getattr(stroke, of)) for stroke in take.strokes] if of == "late" else _values(take, of)
    for stroke, value in strokes:
        if stroke.piece == piece:
            rows[stroke.slot % 16].append(value)
    return [fmean(values) if len(values) >= least else None for values in rows]
