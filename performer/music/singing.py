"""A line that can be sung: of what may stand at each place, the cheapest way through.

Law of this file: a line takes one of the choices of each place; it moves by step rather than by leap, answers a leap by a
turn back, leaves a note that is no chord tone by step (or by anything else, where it is to stray), and does not repeat a note
more than once, as far as the choices allow.
The way is found from left to right, the best one to each choice being kept (Viterbi 1967), so that it depends on nothing
but its arguments.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from performer.music.manner import AGAIN, LEANS, PLAIN, STRAYS
from performer.music.pitch import MODES, Key
from performer.ticks import Meter

SCALES = ("key", "pentatonic", "blues", "bebop", "chord")
"""What a free line is made of besides the chord: the key's steps, five of them, those with a blue note, with a passing note, nothing."""

_MOTION = (5, 1, 0, 4, 7, 10, 80, 12, 30, 30, 80, 200, 30)
"""What an interval of 0, 1, 2 ... 12 semitones costs; a wider one 300. Steps are most of sung melody, sixths are rare in it."""
_LEAP, _BACK = 5, 4
_TURN, _UNRESOLVED, _AGAIN, _AGAINST = 40, 24, 30, 70
_WANTED = 34
"""What a chord tone costs where a line leans or strays."""


class Choice(NamedTuple):
    """A pitch that may stand at a place, what it costs there, and whether it is at rest (a chord tone).

    ``strays``: what is not at rest is left by a leap or said again, rather than by step.
    """

    pitch: int
    cost: int
    stable: bool
    strays: bool = False


def choice(pitch: int, cost: int, stable: bool, weight: int, way: int) -> Choice:
    """A choice at a place of this way (``manner``). ``weight``: what a note that is not at rest costs at a plain one."""
    if way in (LEANS, STRAYS):
        return Choice(pitch, cost + (_WANTED if stable else 0), stable, way == STRAYS)
    return Choice(pitch, cost + (0 if stable else weight), stable)


def turning(ways: Sequence[int], contour: Sequence[int] = ()) -> tuple[int | None, ...]:
    """The direction into each place: none where a note comes again, as a contour has it elsewhere, where there is one."""
    return tuple(0 if way == AGAIN else contour[i] if contour and way == PLAIN else None for i, way in enumerate(ways))


class Harmony(NamedTuple):
    """What sounds below from ``at`` (ticks) on: the chord's pitch classes, and all that a strong note may take beside it."""

    at: int
    classes: tuple[int, ...]
    strong: tuple[int, ...] = ()

    def rubs(self, pitch_class: int) -> bool:
        """Whether a strong note rubs against the chord: a semitone beside a tone of it."""
        return bool(self.strong) and pitch_class not in self.strong and pitch_class not in self.classes


Ground = tuple[Harmony, ...]
"""The harmony under a line, ascending, the first at or before its beginning."""


def under(ground: Ground, at: int) -> Harmony:
    """The harmony at a tick."""
    found = ground[0]
    for harmony in ground:
        if harmony.at > at:
            break
        found = harmony
    return found


def strong_under(ground: Ground, at: int, length: int, meter: Meter) -> tuple[Harmony, ...]:
    """The harmonies on whose strong places (bar line and middle pulse) a note from ``at`` on sounds."""
    bar, inner = meter.bar, strong_places(meter)
    places = [line + place for line in range(at // bar * bar, at + length, bar) for place in inner]
    return tuple([under(ground, place) for place in places if at <= place < at + length])


@lru_cache(maxsize=64)
def strong_places(meter: Meter) -> tuple[int, ...]:
    """A bar's strong places, in ticks: the bar line, and the middle pulse of an even number."""
    pulses = meter.pulses
    return (0, pulses[len(pulses) // 2]) if len(pulses) % 2 == 0 else (0,)


def moved(ground: Ground, ticks: int) -> Ground:
    """The ground as a line that begins at ``ticks`` has it."""
    return tuple(Harmony(row.at - ticks, row.classes, row.strong) for row in ground)


def scale(name: str, key: Key) -> tuple[int, ...]:
    """The pitch classes of a scale on the key's tonic (``chord``: none)."""
    minor = MODES[key.mode][2] == 3
    if name == "key":
        return key.scale
    steps = {
        "pentatonic": (0, 3, 5, 7, 10) if minor else (0, 2, 4, 7, 9),
        "blues": (0, 3, 5, 6, 7, 10) if minor else (0, 2, 3, 4, 7, 9),
        "bebop": (*MODES[key.mode], 11 if minor else 8),
    }.get(name, ())
    return tuple((key.tonic + step) % 12 for step in steps)


def sing(places: Sequence[Sequence[Choice]], *, before: int | None = None, turns: Sequence[int | None] = ()) -> tuple[int, ...]:
    """One pitch for each place, the cheapest line; ``before``: the pitch that it comes from.

    ``turns``: the direction (-1, 0, 1) into each place that a contour asks for, None where it asks for none. Every place needs a choice.
    """
    rows: list[list[tuple[int, int, int]]] = []
    for index, choices in enumerate(places):
        row = []
        for choice in choices:
            if index:
                want = turns[index] if turns else None
                row.append(_arrival(choice, places[index - 1], rows[-1], want))
            else:
                came = 0 if before is None else choice.pitch - before
                row.append((choice.cost + (0 if before is None else _motion(abs(came))), came, -1))
        rows.append(row)
    out: list[int] = []
    at = min(range(len(rows[-1])), key=lambda i: rows[-1][i][0]) if rows else -1
    for index in range(len(rows) - 1, -1, -1):
        out.append(places[index][at].pitch)
        at = rows[index][at][2]
    return tuple(reversed(out))


def _arrival(choice: Choice, before: Sequence[Choice], row: Sequence[tuple[int, int, int]], want: int | None) -> tuple[int, int, int]:
    """The cheapest way to a choice: its cost, the interval of the last step and the choice that it comes from."""
    best = (1 << 60, 0, 0)
    pitch = choice.pitch
    for index, (cost, came, _) in enumerate(row):
        step = pitch - before[index].pitch
        size = step if step >= 0 else -step
        total = cost + (_MOTION[size] if size < 13 else 300)
        if total >= best[0]:
            continue
        if not before[index].stable and (size in (1, 2)) == before[index].strays:
            total += _UNRESOLVED
        if (came >= _LEAP and not -_BACK <= step < 0) or (came <= -_LEAP and not 0 < step <= _BACK):
            total += _TURN
        if step == 0 and came == 0 and want != 0:
            total += _AGAIN
        if want is not None and (step > 0) - (step < 0) != want:
            total += _AGAINST
        if total < best[0]:
            best = (total, step, index)
    return best[0] + choice.cost, best[1], best[2]


def _motion(size: int) -> int:
    return _MOTION[size] if size < len(_MOTION) else 300
