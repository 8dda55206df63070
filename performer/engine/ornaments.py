"""What complexity makes of a bass line: roots alone at nothing, approaches, octaves and dead notes at all.

Law of this file: at 500 a line is as the style has it. Below, what is no root becomes one, or falls away where it is no tone, a
stroke where its draw < 2 x (500 - complexity): at 0 all of them. Above, no stroke is taken: a free place gets one, and a weak
root becomes another tone, where its draw < weight x (complexity - 500) / 500, so that more complexity keeps all that less had.
Draws are tonight's, and come back with the section. Nothing that is added is as strong as the stroke on which the bar stands.
"""

from performer.engine.view import Bar, View
from performer.music.chance import Chance

APPROACH, LEAP, GHOST = 800, 350, 450
"""Per mille of the places, at full complexity: before a change of the chord, on a free eighth or a weak root, before a stroke."""
SKIP = 500
"""Per mille of a walking line's pulses, at full complexity, that have a skip after them."""

Step = tuple[int, int]
"""Slot and pitch."""


def ornamented(view: View, row: str) -> str:
    """A row of signs (``basslines``) as complexity has it."""
    if view.bar.live.complexity == 500:
        return row
    draws = _night(view).row(view.bar.slots, "row")
    return _plainer(view.bar, row, draws) if view.bar.live.complexity < 500 else _richer(view.bar, row, draws)


def _night(view: View) -> Chance:
    return view.night("ornament", view.riff).at(view.bar.like)


def _plainer(bar: Bar, row: str, draws: tuple[int, ...]) -> str:
    out = list(row)
    for slot, sign in enumerate(row):
        if sign not in ".-Rr" and draws[slot] < 2 * (500 - bar.live.complexity):
            out[slot] = "R" if sign not in "gs" else "-" if slot and out[slot - 1] != "." and "-" in row else "."
    return "".join(out)


def _richer(bar: Bar, row: str, draws: tuple[int, ...]) -> str:
    more, held = bar.live.complexity - 500, "-" in row
    anchor = bar.anchor(row)
    if anchor < 0:
        return row
    changes = {placed.slot for placed in bar.chords[1:]}
    if bar.upcoming.bass != bar.chords[-1].chord.bass:
        changes.add(bar.slots)
    out = list(row)
    for slot in range(1, bar.slots):
        free = row[slot] in ".-" and row[slot - 1] in ".-" and bar.strengths[slot] < bar.strengths[anchor]
        struck = slot + 1 < bar.slots and row[slot + 1] not in ".-"
        weak = row[slot] in "Rr" and slot not in bar.pulses and slot != anchor
        if not (free or weak):
            continue
        if slot + 2 in changes or (weak and slot + 1 in changes):
            weight, sign = APPROACH, "a"
        elif weak or (slot % 2 == 0 and not struck):
            weight, sign = LEAP // (2 if held else 1), "8" if draws[slot] % 2 else "5"
        else:
            weight, sign = GHOST * (struck and not held), "g"
        if draws[slot] < weight * more // 500:
            out[slot] = sign
    return "".join(out)


# --- a walking line


def walked(view: View, line: list[Step]) -> list[tuple[int, int, int]]:
    """The steps of a walking bar as slot, pitch and weight (velocity steps).

    Below 500 it goes over into two: every second step falls away, the others come down to the root. Above, a skip stands half
    way to the next step: the same tone again, dead, or the semitone before the next one.
    """
    bar = view.bar
    plain = [(slot, pitch, 0) for slot, pitch in line]
    if bar.live.complexity == 500:
        return plain
    draws = _night(view).row(2 * bar.slots, "walk")
    if bar.live.complexity < 500:
        less, low = 2 * (500 - bar.live.complexity), view.lane[0]
        kept = [step for number, step in enumerate(plain) if number % 2 == 0 or draws[step[0]] >= less]
        return [(s, _rooted(bar, s, p, low) if draws[bar.slots + s] < less else p, w) for s, p, w in kept]
    out: list[tuple[int, int, int]] = []
    ends = [*line[1:], (bar.slots, line[-1][1] if line else 0)]
    for (slot, pitch), (after, goal) in zip(line, ends, strict=True):
        out.append((slot, pitch, 0))
        if after - slot >= 2 and draws[slot] < SKIP * (bar.live.complexity - 500) // 500:
            leads = draws[bar.slots + slot] < 500 and goal != pitch and after < bar.slots
            beside = goal + (1 if goal < pitch else -1)
            out.append((slot + (after - slot + 1) // 2, beside if leads and beside >= view.lane[0] else pitch, -18 if leads else -30))
    return out


def _rooted(bar: Bar, slot: int, pitch: int, low: int) -> int:
    """The chord's bass nearest below a step, or above it where the lane has none."""
    down = (pitch - bar.chord_at(slot).chord.bass) % 12
    return pitch - down if pitch - down >= low else pitch - down + 12
