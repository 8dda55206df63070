"""The rhythm section: kick and bass together, and how many bars end in a fill.

Law of this file: a stroke is usual when its piece plays at that sixteenth in at least 40 % of the bars of its section's visit; a fill is a
bar in whose second half stand two unusual strokes of snare, clap, rim or tom at least, and more than in its first half.
"""

from collections import Counter

from bench.music.material import Piece
from bench.music.planned import visits
from bench.music.tune import Note
from performer.styles import read

KICKS = (35, 36)
KEEPERS = (42, 44, 46, 51, 53, 59, 69, 70, 54, 49, 57, 52, 55, *KICKS)
"""Hats, rides, shakers, crashes and kicks: no fill is made of them alone."""
USUAL = 0.4
LEAST = 2


def coupled(piece: Piece) -> float | None:
    """Kicks that a bass onset doubles, in bars where both play; human .60 / .79 / .97."""
    bass = {(n.bar, n.slot) for part in piece.parts("bass") for n in piece.tune.tracks.get(part.name, ())}
    both = {bar for bar, _ in bass}
    kicks = {(n.bar, n.slot) for n in _drums(piece) if n.pitch in KICKS and n.bar in both}
    return len(kicks & bass) / len(kicks) if len(kicks) >= 8 else None


def locks(style: str) -> bool:
    """Whether a style's bass is meant to double the kick."""
    return read(style).voice("bass").lock


def fills(style: str) -> bool:
    """Whether a style has fills at all."""
    said = read(style).fills
    return bool(said.small or said.half or said.whole)


def _drums(piece: Piece) -> list[Note]:
    return [note for part in piece.parts("drums") for note in piece.tune.tracks.get(part.name, ())]


def fill_bars(piece: Piece) -> float | None:
    """Share of the drum bars that are fills; human .02 / .10 / .20."""
    by_bar: dict[int, list[Note]] = {}
    for note in _drums(piece):
        by_bar.setdefault(note.bar, []).append(note)
    fills = 0
    for start, bars in visits(piece):
        here = [bar for bar in range(start, start + bars) if bar in by_bar]
        often = Counter((n.pitch, n.slot) for bar in here for n in by_bar[bar])
        for bar in here:
            odd = {(n.pitch, n.slot) for n in by_bar[bar] if n.pitch not in KEEPERS and often[n.pitch, n.slot] < USUAL * len(here)}
            middle = piece.tune.bars[bar].slots // 2
            late = sum(slot >= middle for _, slot in odd)
            fills += late >= LEAST and late > len(odd) - late
    return fills / len(by_bar) if by_bar else None
