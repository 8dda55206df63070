"""The pitched roles of a style file: lanes, grids and what shapes their notes."""

from typing import Any

from performer.music.voicing import KINDS
from performer.styles.definition import Grid, Voice
from performer.styles.tables import StyleError, Table, grid_of, lane, many, pair, whole, words, yes

_BASS, _CHORDS, _RUNS = ".-Rr5378ab", ".-Xx", ".-0123456789"
_LETTERS = {"bass": _BASS, "chords": _CHORDS, "texture": _CHORDS, "arp": _RUNS, "lead": ".xX"}


def voice(role: str, value: Any, path: str) -> Voice:
    """How a role plays."""
    table = Table(value, path)

    def grids(items: Any, where: str) -> Grid:
        if not isinstance(items, list) or len(items) != 3:
            raise StyleError(where, "[from, until, grid] is needed")
        start, until = whole(0, 1000)(items[0], where), whole(1, 1001)(items[1], where)
        return Grid(start=start, until=until, text=grid_of(_LETTERS[role])(items[2], where))

    out = Voice(
        lane=table.take("lane", lane), velocity=table.take("velocity", pair(1, 127)), program=table.take("program", whole(0, 127)),
        grids=table.take("grids", many(grids), ()), length=table.take("length", whole(50, 1000), 900),
        kind=table.take("kind", words, "seventh"), voices=table.take("voices", whole(1, 6), 4), lock=table.take("lock", yes, False),
    )  # fmt: skip
    table.done()
    if out.kind not in KINDS:
        raise StyleError(f"{path}.kind", f"one of {', '.join(KINDS)}")
    return out
