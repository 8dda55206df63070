"""The feel of a style file: a table of played drums, touches by instrument, the residual that they share, and swing.

Law of this file: a style that names a table gets a touch for every piece of its kit (by the drum that its MIDI note is) and
for every pitched role (bass on the kick, the others on the hat, the lead the least); what it writes itself prevails.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from performer.music.groove import LIMBS, STILL, Touch
from performer.music.swing import Places, Swing, places
from performer.source.problems import suggestion
from performer.styles import measured
from performer.styles.definition import Feel, Piece, drum_of
from performer.styles.tables import StyleError, Table, chosen, many, whole, words

BEHIND = 6
"""Milliseconds that a played band sits behind the clock, all of it alike, so that the house's earliest feel seldom binds."""

_LIMB = {"kick": "foot", "snare": "left", "stick": "left", "tom": "left"}


class _Lean(NamedTuple):
    """How a part leans on a drum: shares (per mille) of its lateness, its accents and its residual; microseconds behind it."""

    on: str
    share: int = 1000
    accent: int = 1000
    follow: int = 1000
    lag: int = 0


_ROLES = {
    "bass": _Lean("kick", 700, 300, 850, 3000),
    "chords": _Lean("hat", 600, 250, 850, 2000),
    "arp": _Lean("hat", 600, 300, 700, 1000),
    "lead": _Lean("hat", 250, 150, 450, 5000),
}
"""Pitched roles lean on the drums, the lead the least; a style says otherwise in ``[feel.touch.*]``."""


class _Measured(NamedTuple):
    name: str
    drift: int
    touches: Mapping[str, Touch]


def feel(value: Any, path: str, pieces: tuple[Piece, ...]) -> Feel:
    """The feel that ``[feel]`` says for a kit of ``pieces``."""
    table = Table(value, path)
    played = table.take("table", _table, None)
    drift = 1000 * table.take("drift", whole(0, 30), played.drift // 1000 if played else 0)
    sway = table.take("sway", whole(0, 30), None)
    habit = table.take("habit", whole(0, 1000), 850)
    behind = 1000 * table.take("behind", whole(-10, 20), BEHIND if played else 0)
    said = table.take("touch", lambda v, p: Table(v, p).values, {})
    table.done()
    drums = {drum: _Lean(drum) for drum in played.touches} if played else {}
    leans = drums | {piece.name: _Lean(drum_of(piece.note)) for piece in pieces} | _ROLES if played else {}
    base = _Base(played, drift, sway, habit, behind)
    named = {name: _touch(said.get(name, {}), f"{path}.touch.{name}", base, leans.get(name)) for name in (*leans, *said)}
    other = Touch(late=(behind,), drift=drift, sway=sway or 0) if played else STILL
    return Feel(table=played.name if played else "", drift=drift, sway=sway or 0, touches=tuple(named.items()), other=other)


class _Base(NamedTuple):
    played: _Measured | None
    drift: int
    sway: int | None
    habit: int
    behind: int


def _touch(value: Any, path: str, base: _Base, lean: _Lean | None) -> Touch:
    table = Table(value, path)
    on = table.take("on", words, lean.on if lean else "")
    if on and (base.played is None or on not in base.played.touches):
        known = base.played.touches if base.played else ()
        raise StyleError(f"{path}.on", f"no drum called {on!r} in the style's feel table", suggestion(on, known))
    under = base.played.touches[on] if base.played and on else STILL
    lean = lean or _Lean(on)
    share, accent = table.take("share", whole(0, 2000), lean.share), table.take("accent", whole(0, 2000), lean.accent)
    lag = base.behind + 1000 * table.take("lag", whole(-20, 40), lean.lag // 1000)
    follow = table.take("follow", whole(0, 2000), lean.follow)
    late = table.take("late", many(whole(-40, 60)), None)
    weight = table.take("weight", many(whole(-60, 60)), None)
    sway = base.sway if base.sway is not None else under.sway
    limb = table.take("limb", chosen(LIMBS, "a limb"), _LIMB.get(on, "right"))
    table.done()
    return Touch(
        late=tuple(lag + ms for ms in (tuple(1000 * ms for ms in late or (0,)) if late is not None else _scaled(under.late, share))),
        weight=(weight or (0,)) if weight is not None else _scaled(under.weight, accent),
        late_spread=_scaled(under.late_spread, share * base.habit // 1000) if late is None else (0,),
        weight_spread=_scaled(under.weight_spread, accent * base.habit // 1000) if weight is None else (0,),
        drift=base.drift * follow // 1000, sway=sway * follow // 1000, limb=limb, habit=on,
    )  # fmt: skip


def _scaled(values: tuple[int, ...], per_mille: int) -> tuple[int, ...]:
    out = tuple(value * per_mille // 1000 for value in values)
    return out if any(out) else (0,)


def _table(value: Any, path: str) -> _Measured:
    return _measured(measured.named("feel", value, path))


@lru_cache(maxsize=32)
def _measured(name: str) -> _Measured:
    """A file of ``feel/``: what ``tools/played_feel.py`` writes."""
    table = Table(measured.table("feel", name), "")
    table.take("takes", whole(1, 10_000))
    drift = 1000 * table.take("drift", whole(0, 30))
    touches = {drum: _played(drum, value) for drum, value in table.values.items()}
    return _Measured(name, drift, touches)


def _played(drum: str, value: Any) -> Touch:
    table = Table(value, drum)
    out = Touch(
        late=tuple(1000 * ms for ms in table.take("late", many(whole(-25, 25)))),
        late_spread=tuple(1000 * ms for ms in table.take("late_spread", many(whole(0, 25)))),
        weight=table.take("weight", many(whole(-40, 40))), weight_spread=table.take("weight_spread", many(whole(0, 30))),
        sway=table.take("sway", whole(0, 30)), habit=drum,
    )  # fmt: skip
    table.done()
    return out


# --- swing


def swing(value: Any, path: str) -> Swing:
    """A whole number: the place of the second sixteenth, at every tempo. A table: ``eighths`` and ``sixteenths``, each a
    whole number or ``[[bpm, place], ...]`` with the tempo rising."""
    if not isinstance(value, dict):
        return Swing(sixteenths=_places(value, path))
    table = Table(value, path)
    out = Swing(**table.fields(Swing, eighths=_places, sixteenths=_places))
    table.done()
    return out


_PLACE = whole(500, 750)


def _places(value: Any, path: str) -> Places:
    if not isinstance(value, list):
        return (_PLACE(value, path),)
    points: list[tuple[int, int]] = []
    for index, pair in enumerate(value):
        where = f"{path}[{index}]"
        if not isinstance(pair, list) or len(pair) != 2:
            raise StyleError(where, "[bpm, place] is needed")
        points.append((whole(20, 400)(pair[0], where), _PLACE(pair[1], where)))
    if not points or any(a[0] >= b[0] for a, b in pairwise(points)):
        raise StyleError(path, "pairs [bpm, place] are needed, the tempo rising")
    return places(tuple(points))
