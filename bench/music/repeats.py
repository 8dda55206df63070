"""Why bars are new: part by part, what comes back eight bars later, and what comes back with its section.

Law of this file: bars are equal as in ``novelty.py``; a bar counts where it or the one that it is compared with sounds.
"""

from collections.abc import Iterator
from statistics import fmean

from bench.music.material import Material, Piece
from bench.music.novelty import Signature, signatures, unlike
from bench.music.planned import visits

ALL = "together"
HEADS = ("unlike any earlier", "as 8 bars before", "as in the first visit")


def shares(piece: Piece, part: str) -> tuple[float | None, float | None, float | None]:
    """Of a part (or ``ALL``): bars unlike any earlier one, equal to eight bars before, equal to the same bar of the first visit."""
    rows = signatures(piece.tune, None if part == ALL else {part})
    return unlike(rows), _equal(_eight(piece, rows)), _equal(_visits(piece, rows))


def _eight(piece: Piece, rows: list[Signature]) -> Iterator[tuple[Signature, Signature]]:
    for start, bars in visits(piece):
        end = min(start + bars, len(rows))
        yield from ((rows[bar], rows[bar - 8]) for bar in range(start + 8, end))


def _visits(piece: Piece, rows: list[Signature]) -> Iterator[tuple[Signature, Signature]]:
    first: dict[tuple[int, str], tuple[int, int]] = {}
    for start, bars in visits(piece):
        place = piece.places[start]
        begun, known = first.setdefault((place.song, place.section), (start, bars))
        if begun != start:
            yield from ((rows[start + n], rows[begun + n]) for n in range(min(bars, known)) if start + n < len(rows))


def _equal(pairs: Iterator[tuple[Signature, Signature]]) -> float | None:
    same = [one == other for one, other in pairs if one or other]
    return fmean(same) if same else None


def by_part(material: Material) -> str:
    """A table: for each style its parts and all of them together, the mean of the songs."""
    lines = [f"{'style':10}  {'part':10}  {'  '.join(HEADS)}"]
    for style in material.styles:
        pieces = [material.piece(style, seed) for seed in material.seeds]
        for part in (*pieces[0].tune.tracks, ALL):
            columns = zip(*(shares(piece, part) for piece in pieces), strict=True)
            cells = [[value for value in column if value is not None] for column in columns]
            texts = [(f"{fmean(cell):.2f}" if cell else "-").ljust(len(head)) for cell, head in zip(cells, HEADS, strict=True)]
            lines.append(f"{style:10}  {part:10}  {'  '.join(texts)}".rstrip())
    return "\n".join(lines)
