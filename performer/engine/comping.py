"""Comping: the strokes of a chord part in a bar, as the section's pattern has them and tonight changes them.

Law of this file: a stroke that tonight adds never falls on a felt pulse; the pattern's anchor always sounds; a stroke that is
pushed is the next bar's first one, an eighth early, and is then not struck again; what tonight does depends on the night and
the bar that this one is like, so that it comes back when its section comes back.
"""

from collections.abc import Sequence
from typing import NamedTuple

from performer.engine.anew import reworked
from performer.engine.decide import decide
from performer.engine.edits import applied, edited
from performer.engine.likeness import like, turns
from performer.engine.view import Bar, View
from performer.music.rhythm import lay, nth_bar
from performer.show.decisions import COMP_SIGNS

STRUCK = "Xxs"
"""Signs at which the hand strikes: accented, plainly, sliding into the next stroke."""
PUSH = 2
"""Slots by which a pushed stroke comes early."""
SLIDING = 600
"""Per mille of a sliding stroke that sounds: however late the hand is, it has let go when the next one is struck."""
EIGHTHS, SIXTEENTHS = 450, 150
"""Per mille of the free places that full complexity strikes."""
FEW = 4
"""Strokes of a bar of which tonight may change one; of twice as many two."""


class Stroke(NamedTuple):
    """A stroke: its slot, the slots to its end, per mille of them that sound, whether it is accented, which chord of the phrase.

    ``slid``: the grip stands a semitone beside its chord and moves into the stroke after it.
    """

    slot: int
    slots: int
    sounding: int
    accent: bool
    chord: int
    slid: bool = False


def strokes(view: View, text: str) -> list[Stroke]:
    """The strokes of this bar in the comping pattern ``text``."""
    bar, voice = view.bar, view.style.voice("chords")
    if bar.ending:
        return _laid(view, "X" + "-" * (bar.slots - 1), voice.length)
    grid = list(_grid(view, text, bar.index))
    if bar.place and pushes(view, text, bar.index - 1):
        end = _run(view, text, bar.index)
        grid[:end] = "." * end
        if grid[end : end + 1] == ["-"]:
            grid[end] = "x"
    else:
        plain = "".join(grid)

        def draw() -> str:
            changed = list(reworked(view, plain, STRUCK, "X"))
            _vary(view, changed)
            return edited(plain, "".join(changed))

        grid = list(applied(plain, decide(bar.song, view.address("strokes"), draw), COMP_SIGNS))
    _syncopate(view, grid)
    out = _laid(view, "".join(grid), voice.length)
    if not bar.thin and pushes(view, text, bar.index):
        at, following = bar.slots - PUSH, bar.phrase.chords[bar.place + 1][0]
        out = [stroke._replace(slots=min(stroke.slots, at - stroke.slot)) for stroke in out if stroke.slot < at]
        out.append(Stroke(at, PUSH + _run(view, text, bar.index + 1), 900, True, following.index))
    return out


def _grid(view: View, text: str, index: int) -> str:
    bar = view.bar
    return nth_bar(lay(text, bar.state.meter, "-" if "-" in text else "."), index, bar.slots)


def _run(view: View, text: str, index: int) -> int:
    """How long the first stroke of the bar ``index`` sounds in it, in slots: to its next stroke, rest or chord, else two slots."""
    bar, grid = view.bar, _grid(view, text, index)
    if grid[1:2] != "-":
        return min(2, next((s for s in range(1, len(grid)) if grid[s] in STRUCK), 2))
    change = next((placed.slot for placed in bar.phrase.chords[index - bar.phrase.start] if placed.slot), len(grid))
    return min(change, next((s for s in range(1, len(grid)) if grid[s] != "-"), len(grid)))


def pushes(view: View, text: str, index: int) -> bool:
    """Whether the bar ``index`` anticipates the chord of the one after it, inside the same four bars; none into a last bar."""
    bar, often = view.bar, view.style.voice("chords").push
    place = index - bar.phrase.start
    if not often or turns(index) or not 0 <= place < bar.phrase.bars - 1 or index + 2 >= bar.bars:
        return False
    if bar.phrase.chords[place + 1][0].chord == bar.phrase.chords[place][-1].chord or _grid(view, text, index + 1)[0] not in STRUCK:
        return False
    return view.night("push", view.riff).hits(often, like(index))


def _vary(view: View, grid: list[str]) -> None:
    """Tonight's own strokes, a change for every ``FEW`` that the bar has, each in its own share of the bar.

    Every fourth bar is asked; complexity makes it rarer or more frequent.
    """
    bar, voice = view.bar, view.style.voice("chords")
    if not turns(bar.index):
        return
    changes = 1 + sum(sign in STRUCK for sign in grid) // FEW
    hit, *row = view.night("comp", view.riff).row(1 + 2 * changes, bar.like)
    if hit < voice.vary * bar.live.complexity // 500:
        for number, (how, drawn) in enumerate(zip(row[::2], row[1::2], strict=True)):
            where = (1000 * number + drawn) // changes
            if not (how < voice.glide and _slide(bar, grid, where)):
                _change(bar, grid, voice.lock, max(0, how - voice.glide) * 1000 // max(1, 1000 - voice.glide), where)


def _syncopate(view: View, grid: list[str]) -> None:
    """What complexity makes of a bar: weak sixteenths fall away below one half, strokes between the pulses are added above.

    At nothing all of them are gone, at all a free eighth is struck ``EIGHTHS`` times in a thousand, a free sixteenth
    ``SIXTEENTHS``; who has a stroke at some complexity has it at every greater one.
    """
    bar, more = view.bar, view.bar.live.complexity - 500
    if not more:
        return
    anchor, row = bar.anchor("".join(grid)), view.night("syncopation", view.riff).row(bar.slots, bar.like)
    for slot in range(1, bar.slots):
        if more < 0 and slot % 2 and grid[slot] in STRUCK and slot != anchor and row[slot] < -2 * more:
            grid[slot] = "-" if grid[slot - 1] == "-" else "."
        elif grid[slot] in ".-" and slot not in bar.pulses and row[slot] < (SIXTEENTHS if slot % 2 else EIGHTHS) * more // 500:
            grid[slot] = "x"


def _slide(bar: Bar, grid: list[str], where: int) -> bool:
    """One stroke between the pulses slides into the one after it, if some can."""
    near = [slot for slot, sign in enumerate(grid) if sign in "Xx" and _slides(bar, grid, slot)]
    if near:
        grid[near[where * len(near) // 1000]] = "s"
    return bool(near)


def _slides(bar: Bar, grid: Sequence[str], slot: int) -> bool:
    """Whether a stroke here can slide: off the pulses, into another one a sixteenth or two later on the same chord, past no pulse."""
    reach = (slot + 1,) if slot + 1 in bar.pulses else (slot + 1, slot + 2)
    into = next((s for s in reach if s < bar.slots and grid[s] in STRUCK), 0)
    return slot not in bar.pulses and bool(into) and bar.chord_at(slot).index == bar.chord_at(into).index


def _change(bar: Bar, grid: list[str], lock: bool, how: int, where: int) -> None:
    """One stroke dropped, added between the pulses (on the kick where the style locks) or struck early, as two draws say."""
    anchor = bar.anchor("".join(grid))
    loose = [slot for slot, sign in enumerate(grid) if sign in STRUCK and slot != anchor and slot]
    free = [slot for slot, sign in enumerate(grid) if sign in ".-" and slot not in bar.pulses and slot % 2 == 0]
    kicked = [slot for slot in bar.kick if slot < len(grid) and grid[slot] in ".-" and slot not in bar.pulses]
    if lock and kicked:
        free = kicked
    if how < 350 and loose:
        slot = loose[where * len(loose) // 1000]
        grid[slot] = "-" if slot and grid[slot - 1] == "-" else "."
    elif how < 700 and free:
        grid[free[where * len(free) // 1000]] = "x"
    elif early := [slot for slot in loose if grid[slot - 1] in ".-" and slot - 1 not in bar.pulses]:
        slot = early[where * len(early) // 1000]
        grid[slot - 1], grid[slot] = grid[slot], "-" if slot + 1 < len(grid) and grid[slot + 1] == "-" else "."
    elif free:
        grid[free[where * len(free) // 1000]] = "x"


def _laid(view: View, grid: str, per_mille: int) -> list[Stroke]:
    """The strokes of a grid that the density lets sound; none sounds into the next chord, what is held is struck again there."""
    bar = view.bar
    changes = {placed.slot for placed in bar.chords}
    end = bar.pulses[-1] if bar.thin and len(bar.pulses) > 1 else bar.slots
    sounding, anchor = False, bar.anchor(grid)
    slots: list[int] = []
    for slot in range(end):
        sign = grid[slot]
        needed = (1000 - bar.strengths[slot]) * 40 // 100
        struck = sign in STRUCK and (sign == "X" or slot == anchor or bar.busy >= needed)
        sounding = struck or (sounding and sign == "-") or (sign == "-" and slot == 0)
        if struck or (sign == "-" and slot in changes and sounding):
            slots.append(slot)
    out = []
    for number, slot in enumerate(slots):
        after = min([*slots[number + 1 : number + 2], *(c for c in changes if c > slot), end])
        held = slot + 1 < len(grid) and grid[slot + 1] == "-"
        run = next((s for s in range(slot + 1, after) if grid[s] == "."), after) - slot if held else min(after - slot, 4)
        slid = grid[slot] == "s" and after - slot <= 2 and _slides(bar, grid, slot)
        out.append(Stroke(slot, run, 970 if held else SLIDING if slid else per_mille, grid[slot] == "X", bar.chord_at(slot).index, slid))
    return out
