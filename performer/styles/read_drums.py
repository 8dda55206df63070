"""The kit of a style file: pieces and fills."""

from collections.abc import Callable
from typing import Any

from performer.styles.definition import Fills, Piece
from performer.styles.tables import StyleError, Table, grid_of, many, pair, whole, words, yes


def piece(name: str, value: Any, path: str) -> Piece:
    """One piece of the kit."""
    table = Table(value, path)
    grid = grid_of(".xXg123456789")
    out = Piece(
        name=name, note=table.take("note", whole(0, 127)), grids=table.take("grids", many(grid)),
        velocity=table.take("velocity", pair(1, 127)), start=table.take("start", whole(0, 1000), 0),
        until=table.take("until", whole(1, 1001), 1001), time=table.take("time", yes, False),
    )  # fmt: skip
    table.done()
    if not out.grids:
        raise StyleError(f"{path}.grids", "one grid at least")
    return out


def fills(value: Any, path: str) -> Fills:
    """Fills by size; their letters name pieces."""
    table = Table(value, path)
    letters = table.take("letters", lambda v, p: tuple((k, whole(0, 127)(n, f"{p}.{k}")) for k, n in Table(v, p).values.items()), ())
    known = {key for key, _ in letters} | {"."}

    def fill(size: int) -> Callable[[Any, str], str]:
        def read(item: Any, where: str) -> str:
            text = words(item, where).replace(" ", "")
            if len(text) != size or set(text) - known:
                raise StyleError(where, f"{item!r} is not {size} of {''.join(sorted(known))}")
            return text

        return read

    out = Fills(
        small=table.take("small", many(fill(4)), ()), half=table.take("half", many(fill(8)), ()),
        whole=table.take("whole", many(fill(16)), ()), keep=table.take("keep", many(words), ()), letters=letters,
        often=table.take("often", pair(0, 1000), (300, 800)),
        crash=table.take("crash", whole(0, 127), None), roll=table.take("roll", whole(0, 127), None),
    )  # fmt: skip
    table.done()
    return out
