"""Letters that are read from two metres: a five by five grid, drawn with whole cells or with quarters of cells.

Law of this file: every line of a word is equally long, and a word is as wide as ``width`` says.
"""

_ROWS = 5
_GAP = 1

_GLYPHS = {
    "A": ".###./#...#/#####/#...#/#...#",
    "B": "####./#...#/####./#...#/####.",
    "C": ".####/#..../#..../#..../.####",
    "D": "####./#...#/#...#/#...#/####.",
    "E": "#####/#..../####./#..../#####",
    "F": "#####/#..../####./#..../#....",
    "G": ".####/#..../#..##/#...#/.####",
    "H": "#...#/#...#/#####/#...#/#...#",
    "I": "###/.#./.#./.#./###",
    "J": "..###/...#./...#./#..#./.##..",
    "K": "#...#/#..#./###../#..#./#...#",
    "L": "#..../#..../#..../#..../#####",
    "M": "#...#/##.##/#.#.#/#...#/#...#",
    "N": "#...#/##..#/#.#.#/#..##/#...#",
    "O": ".###./#...#/#...#/#...#/.###.",
    "P": "####./#...#/####./#..../#....",
    "Q": ".###./#...#/#.#.#/#..#./.##.#",
    "R": "####./#...#/####./#..#./#...#",
    "S": ".####/#..../.###./....#/####.",
    "T": "#####/..#../..#../..#../..#..",
    "U": "#...#/#...#/#...#/#...#/.###.",
    "V": "#...#/#...#/#...#/.#.#./..#..",
    "W": "#...#/#...#/#.#.#/##.##/#...#",
    "X": "#...#/.#.#./..#../.#.#./#...#",
    "Y": "#...#/.#.#./..#../..#../..#..",
    "Z": "#####/...#./..#../.#.../#####",
    "0": ".###./#...#/#.#.#/#...#/.###.",
    "1": ".#./##./.#./.#./###",
    "2": "####./....#/.###./#..../#####",
    "3": "####./....#/.###./....#/####.",
    "4": "#..#./#..#./#####/...#./...#.",
    "5": "#####/#..../####./....#/####.",
    "6": ".###./#..../####./#...#/.###.",
    "7": "#####/....#/...#./..#../..#..",
    "8": ".###./#...#/.###./#...#/.###.",
    "9": ".###./#...#/.####/....#/.###.",
    " ": ".../.../.../.../...",
    ".": "././././#",
    "-": ".../.../###/.../...",
    "_": "..../..../..../..../####",
    "+": ".../.#./###/.#./...",
    "'": "#/#/././.",
    "!": "#/#/#/./#",
    "#": ".#.#./#####/.#.#./#####/.#.#.",
    "?": "####./....#/..##./...../..#..",
}

_QUARTERS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""Cells by their filled quarters: 1 upper left, 2 upper right, 4 lower left, 8 lower right."""


def big(text: str, ink: str = "█") -> list[str]:
    """``text`` in five lines, a cell for each point. Signs without a glyph become a question mark."""
    return ["".join(ink if point else " " for point in row) for row in _points(text)]


def medium(text: str) -> list[str]:
    """``text`` in three lines, four points a cell."""
    rows = [*_points(text), []]
    long = len(rows[0]) + len(rows[0]) % 2
    rows = [row + [False] * (long - len(row)) for row in rows]
    lines = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        cells = range(0, long, 2)
        lines.append("".join(_QUARTERS[upper[x] + 2 * upper[x + 1] + 4 * lower[x] + 8 * lower[x + 1]] for x in cells))
    return lines


def width(text: str) -> int:
    """Columns of ``big(text)``; ``medium(text)`` takes half of them, rounded up."""
    return max(0, sum(len(_glyph(sign)[0]) + _GAP for sign in text) - _GAP)


def _points(text: str) -> list[list[bool]]:
    rows: list[list[bool]] = [[] for _ in range(_ROWS)]
    for place, sign in enumerate(text):
        for row, line in zip(rows, _glyph(sign), strict=True):
            row += [False] * (_GAP if place else 0) + [point == "#" for point in line]
    return rows


def _glyph(sign: str) -> list[str]:
    return _GLYPHS.get(sign.upper(), _GLYPHS["?"]).split("/")
