"""Feel: where in time and how strongly a hand plays a slot. Integers; microseconds and velocity steps.

Law of this file: a feel is systematic (a table by instrument and slot, and the song's own habits about it) plus one slow
residual that everybody shares; it is never independent jitter, it never moves the grid, and it stays inside the house's
earliest and latest feel. The residual is a sum of interpolated lattices of growing width (Voss 1978), from a slot to sixteen
bars: a spectrum near 1/f, as in played music (Hennig et al. 2011); how strong each width is, is what the strokes of the Groove
MIDI Dataset show (tools/played_feel.py). The right hand keeps time; the other limbs take seven tenths of its residual.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from performer.events import EARLIEST_FEEL, LATEST_FEEL
from performer.music.chance import Chance
from performer.music.rhythm import lay, slots
from performer.ticks import Meter

LIMBS = ("right", "left", "foot")
"""Who plays: the hand that keeps time, the hand on the snare, the foot on the kick."""

BLOCK = 16
"""Bars in the widest lattice."""

_WHITE, _QUARTER, _HALF, _BAR, _FOUR, _BLOCK = 1095, 735, 822, 735, 671, 636
"""Strength of the lattices of one slot, a quarter, two, a bar, four bars and a block, so that the sum has a deviation of 1000.

Shares of the power: .40, .12, .15, .12, .10, .09 (a lattice between its points has two thirds of its points' power).
"""

_MIDDLE = (_WHITE + _QUARTER + _HALF + _BAR + _FOUR + _BLOCK) * 999 // 2
"""What the sum is when every point is in the middle of its range."""

_SHARED, _OWN = 700, 714
"""Of the right hand's residual, and of its own, in the other limbs: played kicks and hats that fall together correlate .64."""


@dataclass(frozen=True, slots=True)
class Touch:
    """How one instrument is played, by sixteenths of a 4/4 bar (or a part of it that repeats).

    ``late``: microseconds after the grid (early if negative); ``weight``: velocity steps. ``late_spread``, ``weight_spread``:
    deviation from song to song of each slot's habit, which ``habit`` names. ``drift`` (microseconds) and ``sway`` (velocity
    steps): deviation of the residual that it takes from ``limb``.
    """

    late: tuple[int, ...] = (0,)
    weight: tuple[int, ...] = (0,)
    late_spread: tuple[int, ...] = (0,)
    weight_spread: tuple[int, ...] = (0,)
    drift: int = 0
    sway: int = 0
    limb: str = "right"
    habit: str = ""

    @property
    def steady(self) -> bool:
        """Whether it is the same in every bar of every song."""
        return not (self.drift or self.sway or any(self.late_spread) or any(self.weight_spread))


STILL = Touch()


@lru_cache(maxsize=256)
def evened(touch: Touch) -> Touch:
    """A touch without its accents, and half as uneven: a groove's weak sixteenths are ghosts, a fill's are not."""
    return replace(touch, weight=(0,), weight_spread=(0,), sway=touch.sway // 2)


LOOSE_LATE, LOOSE_WEIGHT = 12_000, 9
"""Microseconds and velocity steps: the least residual that a hand has at full humanity, a half of it the song's habit."""


@lru_cache(maxsize=1024)
def loosened(touch: Touch, scale: int, name: str, limb: str) -> Touch:
    """A touch as a hand of more than the style's humanity has it: who keeps to the grid in this style lets go of it, too.

    ``scale`` as in ``Hand``; ``name``: whose habit it is, ``limb``: who plays where the style has no hand at all. What is
    played more loosely already is left as it is.
    """
    more = (scale - 1000) * 1_000_000 // (600 * scale)  # per mille of what the scale makes a whole of again
    if more <= 0:
        return touch
    drift, sway = max(touch.drift, LOOSE_LATE * more // 1000), max(touch.sway, LOOSE_WEIGHT * more // 1000)
    if not touch.steady:
        return replace(touch, drift=drift, sway=sway)
    spread = (LOOSE_LATE * more // 2000,)
    return replace(touch, drift=drift, sway=sway, late_spread=spread, limb=limb, habit=name)


@dataclass(frozen=True, slots=True)
class Hand:
    """Everybody's hand in one bar. ``columns``: the sixteenth of a 4/4 bar whose touch each slot takes.

    ``song``: where the song's habits are drawn; ``tonight``: the section's visit; ``scale``: per mille of the feel that is
    played: 0 is the grid, 1000 the style.
    """

    song: Chance
    tonight: Chance
    bar: int
    columns: tuple[int, ...]
    scale: int = 1000


class Felt(NamedTuple):
    """How a hand plays one instrument in one bar, by slot: microseconds after the grid, and velocity steps to add."""

    late: tuple[int, ...]
    weight: tuple[int, ...]


def felt(hand: Hand, touch: Touch) -> Felt:
    """What ``touch`` says of every slot of the bar, with the song's habit and tonight's residual, scaled."""
    if touch.steady:
        hand = _anyone(hand.columns, hand.scale)
    return _all(hand, touch)


@lru_cache(maxsize=64)
def _anyone(columns: tuple[int, ...], scale: int) -> Hand:
    """The hand for a touch in which neither song nor night is heard."""
    nobody = Chance.of(0)
    return Hand(nobody, nobody, 0, columns, scale)


@lru_cache(maxsize=512)
def _all(hand: Hand, touch: Touch) -> Felt:
    late = _felt(hand, touch, "late", touch.late, touch.late_spread, touch.drift)
    weight = _felt(hand, touch, "weight", touch.weight, touch.weight_spread, touch.sway)
    return Felt(tuple(within(value * hand.scale // 1000) for value in late), tuple(value * hand.scale // 1000 for value in weight))


def _felt(hand: Hand, touch: Touch, what: str, table: tuple[int, ...], spread: tuple[int, ...], moves: int) -> list[int]:
    out = [table[column % len(table)] for column in hand.columns]
    if any(spread):
        own = habits(hand.song, touch.habit)[what == "weight"]
        out = [value + own[column] * spread[column % len(spread)] // 1000 for value, column in zip(out, hand.columns, strict=True)]
    if moves:
        slow = residual(hand.tonight, what, touch.limb, hand.bar, len(hand.columns))
        out = [value + rest * moves // 1000 for value, rest in zip(out, slow, strict=True)]
    return out


def human(macro: int) -> int:
    """Per mille of a style's feel that is played, from the macro: 0 at 0 (on the grid), 1000 at 500, 1600 at most."""
    return macro * 2 if macro <= 500 else 1000 + (macro - 500) * 6 // 5


def within(late: int) -> int:
    """``late`` bent into the house's limits: as it is up to two thirds of the way, then ever less, and never beyond."""
    limit = LATEST_FEEL if late > 0 else -EARLIEST_FEEL
    size, knee = abs(late), limit * 2 // 3
    if size <= knee:
        return late
    room = limit - knee
    bent = knee + room * (size - knee) // (size - knee + room)
    return bent if late > 0 else -bent


@lru_cache(maxsize=64)
def columns(meter: Meter) -> tuple[int, ...]:
    """The sixteenth of a 4/4 bar that stands for each slot of ``meter``: of two bars that a pattern takes, a hand plays both alike."""
    return tuple(int(sign, 16) for sign in lay("0123456789abcdef", meter, flowing=True)[: slots(meter)])


def hand(song: Chance, tonight: Chance, bar: int, meter: Meter, scale: int = 1000) -> Hand:
    """The hand of ``bar`` (from 0) of a visit. ``tonight`` is the address of the visit, ``song`` the song's identity."""
    return Hand(song, tonight, bar, columns(meter), scale)


@lru_cache(maxsize=256)
def habits(song: Chance, instrument: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A song's own way with an instrument, by sixteenth: lateness and weight in thousandths of their spread.

    What a drummer does on one sixteenth of a quarter he tends to do on those of the others, and of the other half: the
    shares are those of the takes (slots a half bar apart correlate .6 in lateness and .5 in weight).
    """
    late, weight = song.row(28, "habit", instrument, "late"), song.row(28, "habit", instrument, "weight")
    return _habit(late, 2450, 1100, 2190), _habit(weight, 1550, 1900, 2450)


def _habit(row: tuple[int, ...], quarter: int, half: int, own: int) -> tuple[int, ...]:
    return tuple(
        ((2 * row[slot] - 999) * own + (2 * row[16 + slot % 4] - 999) * quarter + (2 * row[20 + slot % 8] - 999) * half) // 2000
        for slot in range(16)
    )


@lru_cache(maxsize=512)
def residual(tonight: Chance, what: str, limb: str, bar: int, slots: int) -> tuple[int, ...]:
    """The slow residual of ``limb`` by slot, in thousandths of its deviation. ``what``: late or weight."""
    own = _lattices(tonight, what, limb, bar, slots)
    if what == "weight" or limb == "right":
        return own
    lead = residual(tonight, what, "right", bar, slots)
    return tuple((a * _SHARED + b * _OWN) // 1000 for a, b in zip(lead, own, strict=True))


def _lattices(tonight: Chance, what: str, limb: str, bar: int, slots: int) -> tuple[int, ...]:
    count = -(-slots // 4)
    now, after = _near(tonight, what, limb, bar, slots), _near(tonight, what, limb, bar + 1, slots)
    start, end = _line(tonight, what, limb, bar), _line(tonight, what, limb, bar + 1)
    points = []  # what all lattices but the finest say at each quarter of the bar, and at the next bar line
    for quarter in range(count):
        half = now[slots + count + quarter // 2]
        if quarter % 2:
            half = (half + (now[slots + count + quarter // 2 + 1] if quarter + 1 < count else after[slots + count])) // 2
        points.append(start + (end - start) * 4 * quarter // slots + now[slots + quarter] * _QUARTER + half * _HALF)
    points.append(end + after[slots] * _QUARTER + after[slots + count] * _HALF)
    return tuple(
        (points[slot // 4] + (points[slot // 4 + 1] - points[slot // 4]) * (slot % 4) // 4 + now[slot] * _WHITE - _MIDDLE) // 500
        for slot in range(slots)
    )


def _line(tonight: Chance, what: str, limb: str, bar: int) -> int:
    """What the lattices of a bar and wider say at a bar line."""
    block, place = divmod(bar, BLOCK)
    far, beyond = _far(tonight, what, limb, block), _far(tonight, what, limb, block + 1)
    four, part = divmod(place, 4)
    this, following = far[BLOCK + four], far[BLOCK + four + 1] if four < 3 else beyond[BLOCK]
    widest, coming = far[BLOCK + 4], beyond[BLOCK + 4]
    return (
        far[place] * _BAR
        + (this * (4 - part) + following * part) * _FOUR // 4
        + (widest * (BLOCK - place) + coming * place) * _BLOCK // BLOCK
    )


@lru_cache(maxsize=256)
def _near(tonight: Chance, what: str, limb: str, bar: int, slots: int) -> tuple[int, ...]:
    """Points of the lattices inside a bar, 0..999: one a slot, one a quarter, one a half."""
    return tonight.row(slots + -(-slots // 4) + -(-slots // 8), "feel", what, limb, bar)


@lru_cache(maxsize=128)
def _far(tonight: Chance, what: str, limb: str, block: int) -> tuple[int, ...]:
    """Points of the lattices beyond a bar: one a bar, one each four bars, one for the block."""
    return tonight.row(BLOCK + 5, "feel", what, limb, "block", block)
