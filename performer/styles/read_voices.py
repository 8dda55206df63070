"""The pitched roles of a style file: lanes, grids and what shapes their notes."""

from typing import Any

from performer.music.manner import Manner
from performer.music.shapes import KINDS
from performer.music.singing import SCALES
from performer.styles.definition import BASS_RULES, MOTIONS, Grid, Line, Voice
from performer.styles.read_drums import SPANS
from performer.styles.tables import StyleError, Table, chosen, grid_of, lane, many, pair, whole, yes

_BASS = ".-Rrg2345678abos"
_CHORDS, _PADS, _RUNS = ".-Xxs", ".-Xx", ".-0123456789"
_kind, _rule = chosen(KINDS, "a kind of chord"), chosen(BASS_RULES, "a bass line")
_motion, _scale = chosen(MOTIONS, "a motion"), chosen(SCALES, "a scale")
_GRIDS = {
    "bass": grid_of(_BASS, SPANS), "chords": grid_of(_CHORDS), "texture": grid_of(_PADS), "arp": grid_of(_RUNS), "lead": grid_of(".xX"),
    "effects": grid_of(".xX"),
}  # fmt: skip


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

    out = Voice(
        lane=table.take("lane", lane), velocity=table.take("velocity", pair(1, 127)), program=table.take("program", whole(0, 127)),
        grids=table.take("grids", many(grids), ()), length=table.take("length", whole(50, 1000), 900),
        kind=table.take("kind", _kind, "seventh"), voices=table.take("voices", whole(1, 6), 4), lock=table.take("lock", yes, False),
        rule=table.take("rule", _rule, "grid"), glide=table.take("glide", whole(0, 1000), 0), vary=table.take("vary", whole(0, 1000), 500),
        line=table.take("line", _line, Line()), trace=table.take("trace", whole(0, 1000), 400),
        push=table.take("push", whole(0, 1000), 0), lean=table.take("lean", whole(0, 12), 3), strict=table.take("strict", yes, False),
        motion=table.take("motion", _motion, "hold"), stagger=table.take("stagger", whole(0, 16), 0), clash=table.take("clash", yes, False),
    )  # fmt: skip
    table.done()
    if role != "bass" and out.rule != "grid":
        raise StyleError(f"{path}.rule", "only a bass has a rule")
    if role != "lead" and out.line != Line():
        raise StyleError(f"{path}.line", "only a lead has a line")
    return out


def _line(value: Any, path: str) -> Line:
    table, usual = Table(value, path), Line().manner
    out = Line(
        bars=table.take("bars", whole(1, 4), 2), longest=table.take("longest", whole(1, 32), 6), scale=table.take("scale", _scale, "key"),
        free=table.take("free", whole(0, 1000), 350), notes=table.take("notes", pair(2, 32), (6, 10)),
        density=table.take("density", whole(0, 1000), 150),
        manner=Manner(
            repeats=table.take("repeats", whole(0, 1000), usual.repeats), leans=table.take("leans", whole(0, 1000), usual.leans),
            strays=table.take("strays", whole(0, 1000), usual.strays),
        ),
        upbeats=table.take("upbeats", whole(0, 1000), 500), under=table.take("under", whole(0, 1000), 0),
    )  # fmt: skip
    table.done()
    return out
