"""Sameness and change: bars unlike any before, runs of equal bars, drum bars, textures, peaks of novelty, entries.

Law of this file: two bars are equal when they hold the same set of (part, pitch, sixteenth), all parts together;
velocity, length and feel do not count (so the human figures were counted); silent bars are left out.
"""

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from bench.music.energy import Floats, axes, standardised
from bench.music.figure import Values
from bench.music.material import Material, Piece
from bench.music.tune import Tune

Signature = frozenset[tuple[str, int, int]]
SPAN = 4
"""Bars on each side of the checkerboard."""
PEAK = 0.35
"""A peak of novelty rises to this share of the largest that the kernel could give."""


def signatures(tune: Tune, parts: set[str] | None = None) -> list[Signature]:
    """What each bar holds."""
    rows: list[set[tuple[str, int, int]]] = [set() for _ in tune.bars]
    for part, notes in tune.tracks.items():
        if parts is None or part in parts:
            for note in notes:
                rows[note.bar].add((part, note.pitch, note.slot))
    return list(map(frozenset, rows))


def unlike(rows: list[Signature], since: int = 0) -> float | None:
    """Share of the bars from ``since`` on that are unlike every earlier bar."""
    seen: set[Signature] = set()
    fresh = total = 0
    for index, row in enumerate(rows):
        if row and index >= since:
            total += 1
            fresh += row not in seen
        seen.add(row)
    return fresh / total if total else None


def unlike_any(piece: Piece) -> float | None:
    """Bars unlike any earlier one; human .18 / .32 / .53."""
    return unlike(signatures(piece.tune))


def unlike_later(piece: Piece) -> float | None:
    """The same in the second half; human .08 / .22 / .43."""
    rows = signatures(piece.tune)
    return unlike(rows, len(rows) // 2)


def longest_run(piece: Piece) -> float | None:
    """The longest run of equal bars."""
    rows = signatures(piece.tune)
    best = run = 0
    for before, row in pairwise([frozenset(), *rows]):
        run = run + 1 if row and row == before else int(bool(row))
        best = max(best, run)
    return float(best)


def distinct(role: str) -> Callable[[Piece], float | None]:
    """Distinct bars of the first part of a role among all bars that it plays; human drums .07 / .15 / .32."""

    def share(piece: Piece) -> float | None:
        names = {part.name for part in piece.parts(role)[:1]}
        rows = [row for row in signatures(piece.tune, names) if row]
        return len(set(rows)) / len(rows) if rows else None

    return share


def _sounding(tune: Tune) -> list[frozenset[str]]:
    """Which parts have an onset in each bar, or hold a note through most of it."""
    rows: list[set[str]] = [set() for _ in tune.bars]
    for part, notes in tune.tracks.items():
        for note in notes:
            rows[note.bar].add(part)
            index = note.bar + 1
            while index < len(tune.bars) and note.off > (tune.bars[index].start + tune.bars[index].end) // 2:
                rows[index].add(part)
                index += 1
    return list(map(frozenset, rows))


def textures(piece: Piece) -> float | None:
    """Distinct textures in 16 bars: a texture is the set of parts that sound in at least half of a block of four bars; human 2.0."""
    rows = _sounding(piece.tune)
    states = []
    for start in range(0, len(rows) - 3, 4):
        count = Counter(part for row in rows[start : start + 4] for part in row)
        states.append(frozenset(part for part, bars in count.items() if bars >= 2))
    windows = [len(set(states[i : i + 4])) for i in range(len(states) - 3)]
    return float(np.mean(windows)) if windows else None


def features(piece: Piece) -> Floats:
    """A bar as a vector: the five axes of energy, and each part's share of onsets in each quarter of the bar."""
    tune = piece.tune
    rows = axes(tune, frozenset(part.name for part in piece.parts("drums")))
    places = {part: number for number, part in enumerate(tune.tracks)}
    where = np.zeros((len(tune.bars), 4 * len(places)))
    for part, notes in tune.tracks.items():
        for note in notes:
            bar = tune.bars[note.bar]
            where[note.bar, 4 * places[part] + min(3, 4 * note.slot // max(bar.slots, 1))] += 1
    where = np.sqrt(where / np.maximum(where.max(axis=0), 1))
    return np.hstack([standardised(rows), 2 * where])


def novelty(rows: Floats) -> Floats:
    """Foote's novelty (2000): the checkerboard kernel of SPAN bars along the diagonal of the bars' similarity, 0..1."""
    norm = np.linalg.norm(rows, axis=1, keepdims=True)
    unit = rows / np.where(norm > 0, norm, 1)
    like = unit @ unit.T
    sign = np.kron(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.ones((SPAN, SPAN)))
    out = np.zeros(len(rows))
    for index in range(SPAN, len(rows) - SPAN + 1):
        out[index] = (like[index - SPAN : index + SPAN, index - SPAN : index + SPAN] * sign).sum() / (4 * SPAN * SPAN)
    return np.clip(out, 0, None)


def peaks(piece: Piece) -> float | None:
    """Peaks of novelty in 16 bars; human 1.6. A peak is the largest of its two neighbours on each side and above PEAK."""
    curve = novelty(features(piece))
    if len(curve) < 16:
        return None
    high = [
        index
        for index in range(SPAN, len(curve) - SPAN + 1)
        if curve[index] >= PEAK * curve.max() and curve[index] == curve[max(0, index - 2) : index + 3].max()
    ]
    return 16 * len(high) / len(curve)


def entries(piece: Piece) -> float | None:
    """Share of entries on the commonest phase of four bars (a part after two bars of silence, the first bar aside); human .60."""
    rows = _sounding(piece.tune)
    found: Counter[int] = Counter()
    for part in piece.tune.tracks:
        silent = 2
        for index, row in enumerate(rows):
            if part in row and silent >= 2 and index:
                found[index % 4] += 1
            silent = 0 if part in row else silent + 1
    total = sum(found.values())
    return max(found.values()) / total if total >= 3 else None


def set_unlike(material: Material) -> Values:
    """Bars unlike any earlier one in the second half of the shipped sets."""
    found = {name: unlike_later(material.shipped(name)) for name in material.shows}
    return {name: [value] for name, value in found.items() if value is not None}
