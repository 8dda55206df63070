"""The kit of a style file: pieces, fills, and how the kit behaves as a whole."""

from math import lcm
from typing import Any

from performer.music.rhythm import euclid
from performer.styles.definition import Fills, Kit, Piece, Turn
from performer.styles.signs import DRUMS, LONG
from performer.styles.tables import StyleError, Table, grid_of, many, pair, whole, words, yes

_LONGEST = max(LONG)
"""Slots after which a Euclidean rhythm that does not divide the bar begins again: four bars."""


def pieces(value: Any, path: str) -> tuple[Piece, ...]:
    """The table ``[drums]``: a table for each piece of the kit."""
    return tuple(_piece(name, table, f"{path}.{name}") for name, table in Table(value, path).values.items())


def _piece(name: str, value: Any, path: str) -> Piece:
    table = Table(value, path)
    grids = table.take("grids", many(grid_of(DRUMS, LONG)), ()) + table.take("euclid", _rhythms, ())
    rest = table.fields(
        Piece, note=whole(0, 127), velocity=pair(1, 127), start=whole(0, 1000), until=whole(1, 1001), time=yes, open=whole(0, 127),
        sections=many(words),
    )  # fmt: skip
    out = Piece(name=name, grids=grids, **rest)
    table.done()
    if not grids:
        raise StyleError(f"{path}.grids", "one grid at least is needed", "or euclid = [hits, steps, turn]")
    if out.open is None and any("o" in grid for grid in grids):
        raise StyleError(f"{path}.open", "the note of an open stroke is needed, since a grid says o")
    return out


def _rhythms(value: Any, path: str) -> tuple[str, ...]:
    """One Euclidean rhythm ``[hits, steps, turn]``, or a list of them."""
    if isinstance(value, list) and value and all(isinstance(item, list) for item in value):
        return tuple(_rhythm(item, f"{path}[{index}]") for index, item in enumerate(value))
    return (_rhythm(value, path),)


def _rhythm(value: Any, path: str) -> str:
    numbers = many(whole(0, _LONGEST))(value, path)
    if len(numbers) not in (2, 3) or not 1 <= numbers[0] <= numbers[1]:
        raise StyleError(path, "[hits, steps] or [hits, steps, turn] is needed, with no more hits than steps")
    cycle = "".join("x" if hit else "." for hit in euclid(*numbers))
    span = min(lcm(len(cycle), 16), _LONGEST)
    return (cycle * -(-span // len(cycle)))[:span]


def kit(value: Any, path: str, known: tuple[str, ...]) -> Kit:
    """The table ``[kit]``; ``known``: the names of the pieces."""
    table = Table(value, path)

    def turn(item: Any, where: str) -> Turn:
        lines = Table(item, where).values
        if wrong := set(lines) - set(known):
            raise StyleError(where, f"no piece called {', '.join(sorted(wrong))}", f"one of: {', '.join(known)}")
        return tuple((name, grid_of(f"-{DRUMS}", (16,))(grid, f"{where}.{name}")) for name, grid in lines.items())

    out = Kit(**table.fields(Kit, loop=yes, half=yes, turns=many(turn), vary=whole(0, 1000), rest=whole(0, 1000)))
    table.done()
    return out


def fills(value: Any, path: str) -> Fills:
    """The table ``[fills]``."""
    table = Table(value, path)
    letters = table.take("letters", _letters, ())
    known = "".join(sorted({key for key, _ in letters} | {"."}))
    rest = table.fields(
        Fills, small=many(grid_of(known, (4,))), half=many(grid_of(known, (8,))), whole=many(grid_of(known, (16,))), keep=many(words),
        cells=many(grid_of(known + "x", (4,))), line=words, often=pair(0, 1000), crash=whole(0, 127), roll=whole(0, 127),
    )  # fmt: skip
    out = Fills(letters=letters, **rest)
    table.done()
    if set(out.line) - set(known.replace(".", "")):
        raise StyleError(f"{path}.line", f"{out.line!r} is not made of the letters {known.replace('.', '')}")
    if any("x" in cell for cell in out.cells) and not out.line:
        raise StyleError(f"{path}.line", "the letters on which x moves are needed, from high to low")
    return out


def _letters(value: Any, path: str) -> tuple[tuple[str, int], ...]:
    rows = Table(value, path).values
    if wrong := [key for key in rows if len(key) != 1 or key in "x."]:
        raise StyleError(path, f"{wrong[0]!r} is no letter for a piece (x and . mean something else)")
    return tuple((key, whole(0, 127)(note, f"{path}.{key}")) for key, note in rows.items())
