"""What a hand asks for anew, so that it is heard: another of the style's patterns, and one thing of it otherwise.

Law of this file: what nobody drew anew is as the style has it; two takes of an idea that follow one another never give the same
row, nor two variations of it in a bar that varies, as long as the row has a stroke to move. A reroll is heard in every bar, a
variation in two of four.
"""

from collections.abc import Sequence
from dataclasses import replace

from performer.engine.identity import identity
from performer.engine.riffs import fitting
from performer.engine.view import Bar, View, riff_in
from performer.music.chance import Chance
from performer.styles.definition import Grid

WAYS = 8
"""Places of a row, the strongest first, that a take may change: what is strong is heard however thin the bar gets."""

VARIED = (1, 2)
"""Bars of four that a variation changes."""

LEANS = (0, 5, -4)
"""Semitones by which a hand lies elsewhere in its lane, one after the other."""


def own(view: View) -> Chance:
    """The identity of the part in its idea, whichever take of it is played."""
    take = view.take
    return identity(view.bar.song, riff_in(view.bar, replace(take, number=0)), view.part.name) if take.number else view.chance


def pattern(view: View, grids: Sequence[Grid], what: str) -> str | None:
    """The song's own choice among the style's patterns; the next one each time that it is drawn anew. None when none fits."""
    return fitting(grids, view.bar.phrase.energy, own(view), what, view.take.number)


def counted(view: View) -> tuple[int, ...]:
    """How often the part was drawn anew and varied, as far as this bar has heard of it: at most two numbers, none of them 0."""
    take, varies = view.take, view.bar.index % 4 in VARIED
    return tuple(count for count in (take.number, take.turn if varies else 0) if count)


def reworked(view: View, row: str, strokes: str, added: str) -> str:
    """A row of signs with one thing otherwise for a reroll and one for a variation.

    ``strokes``: the signs that strike, ``added``: what a further stroke is; where several, a stroke may become the others.
    """
    for count in counted(view):
        ways = _ways(view.bar, row, strokes, added)
        if ways:
            slot, sign = ways[(own(view).below(len(ways), "anew", view.bar.index % 2) + count) % len(ways)]
            row = row[:slot] + sign + row[slot + 1 :]
    return row


def _ways(bar: Bar, row: str, strokes: str, added: str) -> list[tuple[int, str]]:
    """Slots and their new signs: strokes left out (never the anchor), turned into another, or added where none is.

    Off the felt pulses only where the row does not hold: a pulse that a style leaves free is left free.
    """
    anchor, held = bar.anchor(row), "-" in row
    out: list[tuple[int, str]] = []
    for slot, sign in enumerate(row):
        if sign in strokes:
            changes = [other for other in added if other != sign] if len(added) > 1 else []
            out += [(slot, other) for other in (*changes, "-" if slot and row[slot - 1] == "-" else ".")] if slot != anchor else []
        elif sign in ".-" and slot and (held or slot not in bar.pulses):
            out.append((slot, added[slot // 2 % len(added)]))
    return sorted(out, key=lambda way: (-bar.strengths[way[0]], way))[:WAYS]


def turned(view: View, row: str) -> str:
    """A figure of digits, each of them the next tone of the chord whenever it is drawn anew or varied."""
    count = sum(counted(view))
    if not count:
        return row
    size = max(5, 1 + max((int(sign) for sign in row if sign.isdigit()), default=0))
    return "".join(str((int(sign) + count) % size) if sign.isdigit() else sign for sign in row)


def lean(view: View) -> int:
    """Semitones by which the middle of a hand lies off its own in this take of the idea, and in this variation of it."""
    return LEANS[(view.take.number + view.take.turn) % len(LEANS)]
