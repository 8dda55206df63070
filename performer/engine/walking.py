"""Walking bass: a note a pulse (where a bar has but two long ones, two), the root or a chord tone where a chord begins, an approach
before the next one.

Law of this file: every note lies in the lane, no two neighbours are the same, and no bar of a phrase repeats an earlier one. On
the middle beat a passing note keeps clear of the chord.
A line belongs to the night: it is remembered, and comes back with its section and with the chords of the phrase before; at every
second return its end (the section's last quarter, where the kit changes too) goes another way, of which a player has three.
"""

from functools import lru_cache

from performer.engine.progressions import Placed
from performer.engine.same import Same
from performer.engine.view import View
from performer.music.chance import Chance

WAYS = 3
"""Endings of a section's line, each played twice before the next."""

PULL = 50
"""Per mille by which each semitone away from its home makes a line turn back: it roams, and is not far when the next phrase begins."""

Step = tuple[int, int]
"""Slot and pitch."""

Bars = tuple[tuple[Placed, ...], ...]
"""The chords of each bar of a phrase."""

TRIES = 8
"""Other bars that are tried when one repeats an earlier one."""


def steps(view: View) -> tuple[Step, ...]:
    """This bar's notes of the line."""
    bar, (low, high) = view.bar, view.lane
    night = view.night("walk", view.idea).at(bar.phrase.start // (2 * bar.phrase.style.phrase))
    last = (3 * bar.bars + 3) // 4 - bar.phrase.start
    walked = strides(bar.pulses, bar.slots)
    line = _line(Same(bar.phrase.chords), bar.phrase.key.scale, walked, low, high, night, view.returns // 2 % WAYS, max(0, last))
    own = line[bar.place]
    if bar.place + 1 < bar.phrase.bars:
        return own
    goal = _near(bar.upcoming.bass, _home(low, high), low, high)
    before, how = own[-2][1] if len(own) > 1 else goal, night.below(4, "out")
    ways = [(*own[:-1], (own[-1][0], _approach(goal, before, low, high, (how + more) % 4))) for more in range(4)]
    earlier = {tuple(pitch for _, pitch in row) for row in line[: bar.place]}
    return next((way for way in ways if tuple(pitch for _, pitch in way) not in earlier), ways[0])


@lru_cache(maxsize=64)
def strides(pulses: tuple[int, ...], slots: int) -> tuple[int, ...]:
    """The slots of a bar on which a line walks: its pulses, and a quarter behind each where there are two that are longer."""
    if len(pulses) != 2 or pulses[1] <= 4 or slots - pulses[1] <= 4:
        return pulses
    return tuple(slot + step for slot in pulses for step in (0, 4))


@lru_cache(maxsize=64)
def _line(
    same: Same[Bars], scale: tuple[int, ...], pulses: tuple[int, ...], low: int, high: int, night: Chance, way: int, last: int
) -> tuple[tuple[Step, ...], ...]:
    """The whole phrase, a bar at a time, so that each bar begins where the one before leads; from the bar ``last`` on it goes ``way``."""
    chords, out = same.value, list[tuple[Step, ...]]()
    at, seen = _home(low, high), set[tuple[int, ...]]()
    for index, bar in enumerate(chords):
        chance = night.at("way", way) if way and index >= last else night
        ends = (_first(chords, index, night), _first(chords, index + 1, night))
        rows = (_bar(bar, ends, scale, pulses, low, high, at, chance.row(3 * len(pulses), index, n)) for n in range(TRIES))
        row = next((row for row in rows if tuple(pitch for _, pitch in row) not in seen), ())
        row = row or _bar(bar, ends, scale, pulses, low, high, at, chance.row(3 * len(pulses), index))
        seen.add(tuple(pitch for _, pitch in row))
        out.append(row)
        at = row[-1][1]
    return tuple(out)


def _first(chords: Bars, index: int, night: Chance) -> int | None:
    """The tone on the one of a bar: the bass of its chord, now and then its third or fifth; None beyond the phrase."""
    if index >= len(chords):
        return None
    chord = chords[index][0].chord
    draw = night.below(1000, "first", index) if index else 0
    return chord.bass if draw < 850 else (chord.root + (chord.third if draw < 930 else chord.fifth)) % 12


def _bar(
    chords: tuple[Placed, ...], ends: tuple[int | None, int | None], scale: tuple[int, ...], pulses: tuple[int, ...],
    low: int, high: int, at: int, row: tuple[int, ...],
) -> tuple[Step, ...]:  # fmt: skip
    """One bar from the pitch ``at``: targets where chords begin, steps between them, approaches before them."""
    out: list[Step] = []
    up = row[0] < 500
    for number, slot in enumerate(pulses):
        draw, second = row[3 * number + 1], row[3 * number + 2]
        placed = next((p for p in reversed(chords) if p.slot <= slot), chords[0])
        last = number + 1 == len(pulses)
        change = next((p for p in chords if not last and p.slot == pulses[number + 1]), None)
        coming = ends[1] if last else change.chord.bass if change else None
        if placed.slot == slot:
            own = ends[0] if number == 0 and ends[0] is not None else placed.chord.bass
            pitch = _near(own, at, low, high)
            pitch = pitch if pitch != at or not out else _other(pitch, low, high)
        elif coming is not None:
            pitch = _approach(_near(coming, at, low, high), at, low, high, draw % 4)
        else:
            strong = slot == pulses[len(pulses) // 2] and len(pulses) % 2 == 0
            pitch = _passing(placed, _clear(placed, scale) if strong else scale, at, low, high, up, draw, second)
        up = pitch > at if pitch != at else up
        out.append((slot, pitch))
        at = pitch
    return tuple(out)


def _clear(placed: Placed, scale: tuple[int, ...]) -> tuple[int, ...]:
    """The steps of the scale that do not lie a semitone beside a tone of the chord: what a hand holds on the middle beat may stand."""
    tones = placed.chord.classes
    return tuple(pc for pc in scale if (pc + 1) % 12 not in tones and (pc - 1) % 12 not in tones)


def _passing(placed: Placed, scale: tuple[int, ...], at: int, low: int, high: int, up: bool, draw: int, second: int) -> int:
    """A chord tone or a step of the scale, on in the direction that the line has, the more seldom the farther that leads from home."""
    away = at - _home(low, high) if up else _home(low, high) - at
    up = up if draw < 720 - PULL * away else not up
    if at - low < 4 or high - at < 4:
        up = at - low < high - at
    reach = range(at + 1, min(high, at + 7) + 1) if up else range(at - 1, max(low, at - 7) - 1, -1)
    tones = [p for p in reach if p % 12 in placed.chord.classes]
    near = [p for p in reach if p % 12 in scale or p % 12 in placed.chord.classes]
    if second < 550 and near:
        return near[0]
    return tones[second % 2] if len(tones) > 1 else (tones or near or [at + (1 if up else -1)])[0]


def _approach(goal: int, at: int, low: int, high: int, how: int) -> int:
    """The note before ``goal``: a semitone under or over it, a whole tone over it, or its dominant; never the note before."""
    order = ((-1, 1, 2, 7), (1, -1, 7, 2), (7, -5, -1, 1), (-1, 2, 1, -5))[how]
    options = [goal + step for step in order if low <= goal + step <= high and goal + step != at]
    return min(options, key=lambda p: (abs(p - at) > 7, options.index(p)), default=goal)


def _home(low: int, high: int) -> int:
    """Where a line begins, and what it comes back to: a third of the lane up."""
    return low + (high - low) // 3


def _near(tone: int, at: int, low: int, high: int) -> int:
    """The nearest pitch of a class in the lane; in a lane that has none, the lane's lowest."""
    return min((p for p in range(low, high + 1) if p % 12 == tone % 12), key=lambda p: (abs(p - at), p), default=low)


def _other(pitch: int, low: int, high: int) -> int:
    """The same tone an octave away, where there is room."""
    return pitch + 12 if pitch + 12 <= high else pitch - 12 if pitch - 12 >= low else pitch
