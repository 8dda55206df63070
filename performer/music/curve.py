"""Drawn curves: what a few points say at a place, and how a live macro bends it.

Law of this file: everything is per mille; ``bend`` is monotone in both arguments, 500 leaves the value as
written, 0 gives 0 and 1000 gives 1000.
"""


def value_at(points: tuple[tuple[int, int], ...], position: int) -> int:
    """The value at ``position`` on straight lines between ``points`` (position, value), flat outside; 500 without any."""
    if not points:
        return 500
    before = points[0]
    for point in points:
        if point[0] > position:
            span = point[0] - before[0]
            return before[1] if span <= 0 else before[1] + (point[1] - before[1]) * (position - before[0]) // span
        before = point
    return before[1]


def at_bar(points: tuple[tuple[int, int], ...], bar: int, bars: int) -> int:
    """The value in the middle of ``bar`` of ``bars``; a bar beyond the end has the value of the end."""
    return value_at(points, min(1000, (2 * max(bar, 0) + 1) * 500 // max(bars, 1)))


def bend(value: int, macro: int) -> int:
    """``value`` under a macro: 500 = as written, towards 0 below, towards 1000 above."""
    if macro <= 500:
        return value * macro // 500
    return value + (1000 - value) * (macro - 500) // 500


def between(low: int, high: int, amount: int) -> int:
    """From ``low`` at amount 0 to ``high`` at amount 1000."""
    return low + (high - low) * amount // 1000
