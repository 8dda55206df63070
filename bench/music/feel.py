"""The hand in the drums: velocity and microtiming, bar against bar, and how far strokes stray.

Law of this file: two bars in a row are compared stroke by stroke (same piece of the kit, same sixteenth), all of a song together, each
piece of the kit against its own mean, so that a loud kick beside a soft hat is no habit; a deviation is what is left after the style's
swing, in milliseconds at the tempo of its bar. Counted so, the Groove MIDI Dataset (played drums) gives the human figures below.
"""

from statistics import fmean

import numpy as np

from bench.music.energy import correlation
from bench.music.material import Piece
from bench.music.tune import SIXTEENTH, Note
from performer.styles import read

PLAYED_DRIFT = 8_000
"""Microseconds that the slow residual of a played style drifts at least; programmed ones hardly move, and are only reported."""


def played(style: str) -> bool:
    """Whether the drums of a style are played by people."""
    return read(style).feel.drift >= PLAYED_DRIFT


def deviation(piece: Piece, note: Note) -> float:
    """Milliseconds behind the style's grid."""
    return note.late * piece.tune.bars[note.bar].per_quarter / (4 * SIXTEENTH) / 1000


def _pairs(piece: Piece, of: str) -> tuple[list[float], list[float]]:
    rows: dict[tuple[int, int, int], float] = {}
    kit: dict[int, list[float]] = {}
    for note in _strokes(piece):
        value = float(note.velocity) if of == "velocity" else deviation(piece, note)
        rows[note.bar, note.pitch, note.slot] = value
        kit.setdefault(note.pitch, []).append(value)
    means = {pitch: fmean(values) for pitch, values in kit.items()}
    rows = {key: value - means[key[1]] for key, value in rows.items()}
    keys = [key for key in rows if (key[0] + 1, *key[1:]) in rows]
    return [rows[key] for key in keys], [rows[key[0] + 1, key[1], key[2]] for key in keys]


def _strokes(piece: Piece) -> list[Note]:
    return [note for part in piece.parts("drums") for note in piece.tune.tracks.get(part.name, ())]


def _again(piece: Piece, of: str) -> float | None:
    first, second = _pairs(piece, of)
    return correlation(np.array(first), np.array(second)) if len(first) >= 32 else None


def velocity_again(piece: Piece) -> float | None:
    """r of a stroke's velocity and that of the same stroke one bar later; human .34 / .58 / .76."""
    return _again(piece, "velocity")


def timing_again(piece: Piece) -> float | None:
    """r of a stroke's deviation and that of the same stroke one bar later; human .10 / .28 / .47."""
    return _again(piece, "deviation")


def timing_spread(piece: Piece) -> float | None:
    """Standard deviation of the strokes' deviations, in milliseconds; human 19 / 25 / 32."""
    values = [deviation(piece, note) for note in _strokes(piece)]
    return float(np.std(values)) if len(values) >= 32 else None
