"""Grids of several styles as one: cell by cell, each cell whole from one of them.

Law of this file: a grid that is mixed is as long as the longest, its cells are the styles' own, and where two styles meet no
hold is left without the note that it holds.
"""

from collections.abc import Callable, Sequence

from performer.music.chance import Chance

MOST = 48
"""Variants that a list of grids has at most after styles with several of them met."""


def spread(chance: Chance, count: int, *path: str) -> tuple[int, ...]:
    """``count`` places, per mille, evenly spread in an order of their own: each of them in the middle of its share."""
    row = chance.row(count, *path, "spread")
    order = sorted(range(count), key=lambda index: (row[index], index))
    out = [0] * count
    for rank, index in enumerate(order):
        out[index] = (2 * rank + 1) * 500 // count
    return tuple(out)


def mixed(texts: Sequence[str], places: tuple[int, ...], owner: Callable[[int], int]) -> str:
    """One grid of several (of one to four bars of 16 sixteenths): cells, each from the style that owns its place.

    ``places`` are those of the cells of one bar; in further bars they lie a little beside.
    """
    length, size = max([len(text) for text in texts]), 16 // len(places)
    bars = length // 16
    whole = [(text * -(-length // len(text)))[:length] for text in texts]
    step = 1000 // (len(places) * bars)
    owners = [owner(place + (2 * bar - bars + 1) * step // 2) for bar in range(bars) for place in places]
    out = "".join([whole[who][i * size : (i + 1) * size] for i, who in enumerate(owners)])
    return out if "-" not in out else _held(out)


def _held(text: str) -> str:
    """The same without holds that begin nowhere; one at the very beginning holds what came before the bar."""
    out = list(text)
    for i in range(1, len(out)):
        if out[i] == "-" and out[i - 1] == ".":
            out[i] = "."
    return "".join(out)
