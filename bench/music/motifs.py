"""Motifs: whether they return where the plan says, and how much of a melody belongs to figures that come back.

Law of this file: a statement is found when at least four fifths of its onsets stand in their sixteenth and three quarters of
the moves between those agree (same direction, or the same interval within two semitones up to octaves): transposition, fitting to the chord
and folding into a range are tolerated, another tune is not.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from bench.music.material import Piece
from bench.music.planned import Due, due
from bench.music.tune import SIXTEENTH, Note, Tune

ONSETS, MOVES = 0.8, 0.75
FIGURE = 5
"""Intervals of a figure."""


def returns(piece: Piece) -> float | None:
    """Share of the planned statements that are found at their place."""
    wanted = due(piece)
    return sum(found(piece.tune, one) for one in wanted) / len(wanted) if wanted else None


def found(tune: Tune, wanted: Due) -> bool:
    """Whether a statement sounds where it is due."""
    heard: dict[tuple[int, int], list[Note]] = defaultdict(list)
    near = [n for n in tune.tracks.get(wanted.part, ()) if wanted.bar <= n.bar <= wanted.bar + wanted.bars]
    for note in near:
        heard[note.bar, note.slot].append(note)
    pairs: list[tuple[int, int]] = []
    for at, pitch in wanted.tones:
        bar, slot = wanted.bar, at
        while bar < len(tune.bars) and slot >= tune.bars[bar].slots:
            slot -= tune.bars[bar].slots
            bar += 1
        here = heard.get((bar, int(slot)), []) if slot == int(slot) else _around(near, tune, bar, slot)
        if here:
            pairs.append((pitch, max(note.pitch for note in here)))
    if len(pairs) < ONSETS * len(wanted.tones):
        return False
    moves = [_agree(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(pairs)]
    return not moves or sum(moves) >= MOVES * len(moves)


def _around(notes: Sequence[Note], tune: Tune, bar: int, slot: float) -> list[Note]:
    at = tune.bars[min(bar, len(tune.bars) - 1)].start + slot * SIXTEENTH
    return [note for note in notes if abs(note.on - at) < SIXTEENTH / 3]


def _agree(planned: int, heard: int) -> bool:
    if (planned > 0) - (planned < 0) == (heard > 0) - (heard < 0):
        return True
    return abs((planned - heard + 6) % 12 - 6) <= 2


def line(notes: Sequence[Note]) -> list[Note]:
    """The melody of a part: the highest note of each onset."""
    top: dict[tuple[int, int], Note] = {}
    for note in notes:
        key = (note.bar, note.slot)
        if key not in top or note.pitch > top[key].pitch:
            top[key] = note
    return [top[key] for key in sorted(top)]


def recurring(piece: Piece) -> float | None:
    """Share of the lead's notes inside a figure of five intervals (semitones) that comes back; human .65 / .90 / .99."""
    inside = total = 0
    for part in piece.parts("lead"):
        if "counter" not in part.name:
            a, b = in_figures([note.pitch for note in line(piece.tune.tracks.get(part.name, ()))])
            inside, total = inside + a, total + b
    return inside / total if total > 2 * FIGURE else None


def in_figures(pitches: Sequence[int]) -> tuple[int, int]:
    """Notes inside a figure that occurs at least twice, and all notes."""
    steps = tuple(b - a for a, b in pairwise(pitches))
    windows = [steps[i : i + FIGURE] for i in range(len(steps) - FIGURE + 1)]
    often = Counter(windows)
    marked = {i + k for i, window in enumerate(windows) if often[window] > 1 for k in range(FIGURE + 1)}
    return len(marked), len(pitches)
