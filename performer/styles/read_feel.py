"""The feel of a style file: touches by instrument, and the residual that they share."""

from typing import Any

from performer.music.groove import Touch
from performer.styles.definition import Feel
from performer.styles.tables import Table, many, whole


def feel(value: Any, path: str) -> Feel:
    """The residual and the touches."""
    table = Table(value, path)
    touches = table.take("touch", lambda v, p: tuple((k, _touch(t, f"{p}.{k}")) for k, t in Table(v, p).values.items()), ())
    drift = 1000 * table.take("drift", whole(0, 30), 0)
    out = Feel(drift=drift, sway=table.take("sway", whole(0, 30), 0), touches=touches)
    table.done()
    return out


def _touch(value: Any, path: str) -> Touch:
    table = Table(value, path)
    out = Touch(
        late=tuple(1000 * ms for ms in table.take("late", many(whole(-40, 60)), (0,))) or (0,),
        weight=table.take("weight", many(whole(-60, 60)), (0,)) or (0,),
        follow=table.take("follow", whole(0, 2000), 1000),
    )
    table.done()
    return out
