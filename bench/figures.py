"""Percentiles, rows and the one table.

Law of this file: a figure never stands alone. Each row has the floor of the same run, the target and the worst case beside the
floor's worst; ratios are taken repeat by repeat, and the median of them is printed.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest rank; 0.0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(percent / 100 * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, as text. ``met`` is None where there is no target to compare with."""

    figure: str
    here: str
    floor: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    worst: str = ""
    count: str = ""


def beside_floor(
    figure: str,
    here: Sequence[float],
    floor: Sequence[float],
    *,
    times: float | None = None,
    plus: float = 0.0,
    limit: float | None = None,
    unit: str = "ms",
    worst: tuple[float, float] | None = None,
    count: int | None = None,
) -> Row:
    """A row out of one value per repeat, here and at the floor.

    Met when the median ratio is <= ``times``, or the median value is <= the floor's + ``plus``, or <= ``limit``.
    """
    ratios = [a / b for a, b in zip(here, floor, strict=False) if b > 0]
    ratio, value, ground = median(ratios or [0.0]), median(here or [0.0]), median(floor or [0.0])
    wishes = []
    if times is not None:
        wishes.append((f"{times:g}x", bool(ratios) and ratio <= times))
    if plus:
        wishes.append((f"+{plus:g} {unit}", bool(here) and value <= ground + plus))
    if limit is not None:
        wishes.append((f"{limit:g} {unit}", bool(here) and value <= limit))
    return Row(
        figure=figure,
        here=f"{value:.3f} {unit}" if here else "not measured",
        floor=f"{ground:.3f} {unit}" if floor else "",
        ratio=f"{ratio:.2f}x ({min(ratios):.2f}-{max(ratios):.2f})" if ratios else "",
        target="<= " + " or ".join(wish for wish, _ in wishes) if wishes else "",
        met=any(met for _, met in wishes) if wishes and here else None,
        worst=f"{worst[0]:.3f} / {worst[1]:.3f}" if worst else "",
        count="" if count is None else str(count),
    )


def against(
    figure: str, value: float, limit: float, unit: str, *, least: bool = False, worst: str = "", floor: str = "", count: int | None = None
) -> Row:
    """A row with an absolute target: at most ``limit``, or at least when ``least``."""
    return Row(
        figure=figure,
        here=f"{value:.3g} {unit}" if value < 100 else f"{value:.0f} {unit}",
        floor=floor,
        target=f"{'>=' if least else '<='} {limit:g} {unit}",
        met=value >= limit if least else value <= limit,
        worst=worst,
        count="" if count is None else str(count),
    )


_COLUMNS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("figure", lambda row: row.figure),
    ("here", lambda row: row.here),
    ("floor", lambda row: row.floor),
    ("ratio (range)", lambda row: row.ratio),
    ("target", lambda row: row.target),
    ("", lambda row: {True: "ok", False: "OVER", None: ""}[row.met]),
    ("worst / floor's", lambda row: row.worst),
    ("n", lambda row: row.count),
)


def table(rows: Sequence[Row]) -> str:
    """The rows in columns, as a person reads them in a terminal; a column in which nothing stands is left out."""
    columns = [(head, cell) for head, cell in _COLUMNS if any(map(cell, rows))]
    lines = [[head for head, _ in columns], *([cell(row) for _, cell in columns] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines)
