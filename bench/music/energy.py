"""Energy as it is heard, bar by bar, beside the curve that was drawn.

Law of this file: heard energy is the mean of four axes, each standardised over the bars that are compared: onsets a quarter, parts
that sound, mean velocity, and height (register and brightness, half each). Energy is parts x density x register x brightness x velocity.
"""

from itertools import pairwise
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from bench.music.figure import Values
from bench.music.material import Material, Piece
from bench.music.tune import SIXTEENTH, Note, Tune

Floats = NDArray[np.float64]
AXES = ("onsets", "parts", "velocity", "register", "brightness")
BRIGHTNESS = 74
STEPS = (0, 250, 500, 750, 1000)


def axes(tune: Tune, drums: frozenset[str]) -> Floats:
    """Bars by axes, raw: onsets a quarter, parts sounding, mean velocity, mean pitch of pitched notes, mean controller 74.

    A silent bar has the velocity 0 and the register of the bar before it.
    """
    out = np.zeros((len(tune.bars), len(AXES)))
    by_part = {part: tune.by_bar(part) for part in tune.tracks}
    bright = {part: [(at, value) for at, number, value in rows if number == BRIGHTNESS] for part, rows in tune.controls.items()}
    held: dict[str, float] = {}
    marks = {part: iter(rows) for part, rows in bright.items() if rows}
    upcoming = {part: next(rows, None) for part, rows in marks.items()}
    register = 60.0
    for index, bar in enumerate(tune.bars):
        notes = [note for rows in by_part.values() for note in rows[index]]
        pitched = [note.pitch for part, rows in by_part.items() if part not in drums for note in rows[index]]
        register = fmean(pitched) if pitched else register
        for part, rows in marks.items():
            while (mark := upcoming[part]) is not None and mark[0] < bar.end:
                held[part], upcoming[part] = mark[1], next(rows, None)
        sounding = sum(_sounds(by_part[part], index, bar.start) for part in by_part)
        velocity = fmean(note.velocity for note in notes) if notes else 0.0
        out[index] = (
            len(notes) * 4 * SIXTEENTH / (bar.end - bar.start),
            sounding,
            velocity,
            register,
            fmean(held.values()) if held else 0.0,
        )
    return out


def _sounds(bars: list[list[Note]], index: int, start: int) -> bool:
    """Whether a part has an onset in a bar, or a note of the four bars before it still sounds there for a quarter at least."""
    return bool(bars[index]) or any(note.off > start + 4 * SIXTEENTH for row in bars[max(0, index - 4) : index] for note in row)


def standardised(rows: Floats) -> Floats:
    """Every column with mean 0 and deviation 1; a constant column is 0."""
    spread = rows.std(axis=0)
    return np.asarray((rows - rows.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


def composite(rows: Floats) -> Floats:
    """Heard energy of every bar."""
    scaled = standardised(rows)
    height = standardised(scaled[:, 3:5].mean(axis=1, keepdims=True))[:, 0]
    return np.asarray((scaled[:, 0] + scaled[:, 1] + scaled[:, 2] + height) / 4)


def correlation(first: Floats, second: Floats) -> float | None:
    """Pearson's r; None when one of them does not move."""
    if len(first) < 3 or first.std() == 0 or second.std() == 0:
        return None
    return float(np.corrcoef(first, second)[0, 1])


def _pair(piece: Piece) -> tuple[Floats, Floats]:
    """Axes and drawn energy of the bars that the form holds."""
    rows = axes(piece.tune, frozenset(part.name for part in piece.parts("drums")))
    count = min(len(rows), len(piece.places))
    return rows[:count], np.array([place.energy for place in piece.places[:count]], dtype=float)


def realised(piece: Piece) -> float | None:
    """r of heard and drawn energy over the bars of a song."""
    rows, drawn = _pair(piece)
    return correlation(composite(rows), drawn)


def onsets(piece: Piece) -> float | None:
    """r of onset rate and drawn energy."""
    return _axis(piece, 0)


def sounding(piece: Piece) -> float | None:
    """r of the number of sounding parts and drawn energy."""
    return _axis(piece, 1)


def velocity(piece: Piece) -> float | None:
    """r of mean velocity and drawn energy."""
    return _axis(piece, 2)


def _axis(piece: Piece, column: int) -> float | None:
    rows, drawn = _pair(piece)
    return correlation(rows[:, column], drawn)


def between_blocks(piece: Piece) -> float | None:
    """Share of the variance of heard energy that lies between blocks of four bars; human .48 / .77 / .94."""
    rows, _ = _pair(piece)
    heard = composite(rows)
    heard = heard[: len(heard) // 4 * 4]
    if not len(heard) or heard.var() == 0:
        return None
    return float(heard.reshape(-1, 4).mean(axis=1).var() / heard.var())


def live(material: Material) -> Values:
    """Share of the steps 0, .25, .5, .75, 1 of the live energy macro at which heard energy rises, pooled over the five renders."""
    out: Values = {}
    for style in material.styles:
        for seed in material.seeds[: 1 if material.quick else 2]:
            levels = ladder([material.piece(style, seed, energy=step) for step in STEPS])
            out.setdefault(style, []).append(rises(levels))
    return out


def ladder(pieces: list[Piece]) -> list[float]:
    """Heard energy of each piece, standardised over all of them."""
    rows = [_pair(piece)[0] for piece in pieces]
    heard = composite(np.concatenate(rows))
    edges = np.cumsum([len(part) for part in rows])[:-1]
    return [float(part.mean()) for part in np.split(heard, edges)]


def rises(levels: list[float]) -> float:
    """Share of the steps that go up."""
    return sum(after > before for before, after in pairwise(levels)) / max(1, len(levels) - 1)
