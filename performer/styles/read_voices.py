"""The pitched roles of a style file: lanes, grids and what shapes their notes."""

from typing import Any

from performer.music.manner import Manner
from performer.music.shapes import KINDS
from performer.music.singing import SCALES
from performer.styles import signs
from performer.styles.definition import BASS_RULES, MOTIONS, Grid, Line, Voice
from performer.styles.tables import StyleError, Table, chosen, grid_of, lane, many, pair, whole, yes

_kind, _rule = chosen(KINDS, "a kind of chord"), chosen(BASS_RULES, "a bass line")
_motion, _scale = chosen(MOTIONS, "a motion"), chosen(SCALES, "a scale")
_GRIDS = {
    "bass": grid_of(signs.BASS, signs.LONG), "chords": grid_of(signs.CHORDS), "texture": grid_of(signs.PADS),
    "arp": grid_of(signs.FIGURES), "lead": grid_of(signs.LINES), "effects": grid_of(signs.LINES),
}  # fmt: skip
_share = whole(0, 1000)


def voice(role: str, value: Any, path: str) -> Voice:
    """How a role plays."""
    table = Table(value, path)

    def grids(items: Any, where: str) -> Grid:
        if not isinstance(items, list) or len(items) != 3:
            raise StyleError(where, "[from energy, until energy, grid] is needed", 'such as [0, 1001, "x... .... x... ...."]')
        start, until = whole(0, 1000)(items[0], where), whole(1, 1001)(items[1], where)
        if until <= start:
            raise StyleError(where, f"there is no energy from {start} until {until}", "[0, 1001, grid] holds for all")
        return Grid(start=start, until=until, text=_GRIDS[role](items[2], where))

    said = table.fields(
        Voice, lane=lane, velocity=pair(1, 127), program=whole(0, 127), grids=many(grids), length=whole(50, 1000), kind=_kind,
        voices=whole(1, 6), lock=yes, rule=_rule, glide=_share, vary=_share, line=_line, trace=_share, push=_share, lean=whole(0, 12),
        strict=yes, motion=_motion, stagger=whole(0, 16), clash=yes,
    )  # fmt: skip
    out = Voice(**said)
    table.done()
    if role != "bass" and out.rule != "grid":
        raise StyleError(f"{path}.rule", "only a bass has a rule")
    if role != "lead" and out.line != Line():
        raise StyleError(f"{path}.line", "only a lead has a line")
    return out


def _line(value: Any, path: str) -> Line:
    table, usual = Table(value, path), Line().manner
    manner = {name: table.take(name, _share, getattr(usual, name)) for name in ("repeats", "leans", "strays")}
    said = table.fields(
        Line, bars=whole(1, 4), longest=whole(1, 32), scale=_scale, free=_share, notes=pair(2, 32), density=_share, upbeats=_share,
        under=_share,
    )  # fmt: skip
    table.done()
    return Line(manner=Manner(**manner), **said)
