"""A musical scoreboard: figures of what is heard, computed from ``show.mid``, beside what people play.

``python -m bench.music`` prints it; ``python -m bench music`` is one repeat of it among the other benches.
"""

from collections.abc import Iterator, Sequence

from bench.figures import Row
from bench.music.figure import Figure, Values, centre, row
from bench.music.material import Material, playing
from bench.music.scoreboard import FIGURES

SHOWS = ("friday", "night-drive")
SMOKE = ("house", "jazz", "ambient")
"""Styles whose songs show in seconds that every figure can be taken."""
WIDTH = 100
"""Columns of a terminal that is not wide."""
QUICK_S = 10.0
"""Seconds asked for below which a run is a smoke run."""


def material(*, quick: bool, styles: Sequence[str] = (), seeds: int = 0, meter: str = "4/4") -> Material:
    """What to measure: every style that plays music, unless some are named; songs that are made are in ``meter``."""
    count = seeds or (2 if quick else 6)
    return Material(tuple(styles) or playing(), tuple(range(1, count + 1)), SHOWS[1:] if quick else SHOWS, quick, meter)


def measured(asked: Material, figures: Sequence[Figure] = FIGURES) -> Iterator[tuple[Figure, Values]]:
    """Each figure with its values."""
    for figure in figures:
        yield figure, figure.of(asked)


def run(*, seconds: float, repeats: int) -> list[Row]:
    """The scoreboard as rows; ``repeats`` is the number of seeds a style, of which there are two at least. A smoke run hears ``SMOKE``."""
    quick = seconds < QUICK_S
    songs = material(quick=True, styles=SMOKE) if quick else material(quick=False, seeds=max(2, repeats))
    return [row(figure, values) for figure, values in measured(songs)]


def by_style(found: Sequence[tuple[Figure, Values]]) -> str:
    """The styles' values, a line a figure, as many styles side by side as fit ``WIDTH`` columns; ``!`` marks what is outside."""
    styles = list(dict.fromkeys(style for _, values in found for style in values))
    head = [_column("figure", [figure.name for figure, _ in found]), _column("target", [figure.target for figure, _ in found])]
    blocks: list[list[list[str]]] = []
    for style in styles:
        column = _column(style, [_cell(figure, style, values.get(style, [])) for figure, values in found])
        if not blocks or sum(len(rows[0]) for rows in (*blocks[-1], column)) > WIDTH:
            blocks.append(list(head))
        blocks[-1].append(column)
    return "\n\n".join("\n".join("".join(line).rstrip() for line in zip(*block, strict=True)) for block in blocks)


def _column(head: str, cells: list[str]) -> list[str]:
    """A column of one width, two blanks after the widest of it."""
    width = max(map(len, (head, *cells))) + 2
    return [text.ljust(width) for text in (head, *cells)]


def _cell(figure: Figure, style: str, values: list[float]) -> str:
    if not values:
        return "-"
    value = centre(values)
    return f"{value:.2f}{'!' if figure.judged(style) and not figure.inside(value) else ''}"
