"""Fills and rolls: what the kit says before something new, as long as it is asked to be.

Law of this file: a fill is a text with a letter a slot, as long as the time that it is given; all fills that a style can
play in a time are different, and each section goes through a few of its own. A roll only grows denser and louder.
"""

from functools import lru_cache

from performer.engine.decide import decide
from performer.engine.identity import idea_of
from performer.engine.view import View
from performer.music.curve import between
from performer.music.rhythm import beats, cell
from performer.styles.definition import Fills
from performer.ticks import SIXTEENTH, Meter

FEW = 3
"""Fills of each length that a section has for itself."""

Stroke = tuple[int, int, str, int]
"""Slot, ticks after the slot, the letter of a piece, velocity."""


def fill(view: View) -> list[Stroke]:
    """The strokes of this bar's fill, from ``bar.fill_from`` to ``bar.fill_to``; none when it has no fill."""
    bar, fills = view.bar, view.style.fills
    first, end, letters = bar.fill_from, bar.fill_to, {letter for letter, _ in fills.letters}
    if first >= end or not letters:
        return []
    known = repertoire(fills, lengths(bar.state.meter, end - first))

    def draw() -> str:
        return known[_which(view, len(known))] if known else ""

    text = decide(bar.song, view.address("fill"), draw)
    if len(text) != end - first or set(text) - letters - {"."}:
        text = draw()
    return [
        (first + index, 0, letter, _weight(bar.live.loud, index, len(text), first + index in bar.pulses))
        for index, letter in enumerate(text) if letter != "."
    ]  # fmt: skip


def _weight(energy: int, index: int, length: int, strong: bool) -> int:
    """The velocity of a stroke: a fill grows towards what comes after it."""
    return between(70, 94, energy) + 28 * index // max(length, 1) + (6 if strong else 0)


@lru_cache(maxsize=64)
def lengths(meter: Meter, slots: int) -> tuple[int, ...]:
    """The beats, in slots, of the last ``slots`` slots before a bar line; the first is cut where the time begins inside it."""
    out: list[int] = []
    every, left = beats(meter), slots
    while left > 0:
        for length in reversed(every):
            if left > 0:
                out.append(min(length, left))
                left -= length
    return tuple(reversed(out))


@lru_cache(maxsize=128)
def repertoire(fills: Fills, beats_long: tuple[int, ...]) -> tuple[str, ...]:
    """Every fill of these beats, each once: those that the style writes, and those that its cells and line make."""
    slots = sum(beats_long)
    written = (*fills.small, *fills.half, *fills.whole) if set(beats_long) == {4} else ()
    out = [text for text in written if len(text) == slots]
    densest = max(fills.cells, key=lambda text: len(text.replace(".", "")), default="")
    for first in fills.cells:
        for second in fills.cells:
            shape = [first if index % 2 == 0 else second for index in range(len(beats_long))]
            if len(shape) > 2:
                shape[-1] = densest
            rhythm = "".join(cell(text, length) for text, length in zip(shape, beats_long, strict=True))
            out += [_along(rhythm, line) for line in (fills.line, fills.line[::-1], fills.line[:1])]
    if not out and fills.whole + fills.half + fills.small:  # a style that only writes fills, in a time that none of them has
        longest = (fills.whole + fills.half + fills.small)[0]
        out = ["".join(cell((longest * slots)[4 * i : 4 * i + 4], length) for i, length in enumerate(beats_long))]
    return tuple(text for text in dict.fromkeys(out) if text.strip("."))


def _along(rhythm: str, line: str) -> str:
    """Each ``x`` as a letter of the line, which the fill walks along once."""
    strokes, done, out = rhythm.count("x"), 0, ""
    for sign in rhythm:
        out += line[done * len(line) // strokes] if sign == "x" else sign
        done += sign == "x"
    return out


def _which(view: View, count: int) -> int:
    """Which of ``count`` fills: each section has a few of its own tonight, and goes through them bar by bar, visit by visit.

    So no two fills in a row are equal where a style has enough of them, and a fill comes back when its section does. The few
    are of odd number, so that fills every two, four or eight bars go through all of them.
    """
    bar, names = view.bar, list(dict.fromkeys(idea_of(section) for section in view.bar.song.sections if not section.kept))
    night = view.night("fills", str(bar.fill_to - bar.fill_from))
    row = night.row(count, "order")
    order = sorted(range(count), key=lambda index: (row[index], index))
    shares = max(1, min(len(names), count // FEW))
    own = order[names.index(idea_of(bar.section)) % shares :: shares][:FEW]
    odd = len(own) - (len(own) % 2 == 0)
    return own[(view.returns + bar.state.stay + bar.index) % odd]


# --- rolls


def roll(total: int, first: int, slots: int, pulses: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """A bar of ``slots`` slots, ``first`` slots into a roll of ``total``: (slot of the bar, ticks after it, how far it has come).

    It strikes the pulses to the middle of its time, eighths to three quarters, sixteenths, and 32nds in the last sixteenth;
    how far it has come is per mille.
    """
    out: list[tuple[int, int, int]] = []
    for slot in range(max(0, -first), min(slots, total - first)):
        left = total - first - slot
        if (2 * left > total and slot not in pulses) or (4 * left > total and slot % 2):
            continue
        come = 1000 * (first + slot) // total
        out.append((slot, 0, come))
        if 16 * left <= total:
            out.append((slot, SIXTEENTH // 2, come))
    return out


def rolling(view: View) -> list[tuple[int, int, int]]:
    """This bar's part of the section's roll: (slot, ticks after it, velocity); none where no roll is asked for.

    It is silent at the very end, where the bar is thin or stops.
    """
    bar = view.bar
    change, span = bar.change, bar.change.rising - bar.change.risen
    if span <= 0 or not (bar.role == "build" or change.says("roll")):
        return []
    total = bar.slots * 1000 // span
    first = total * change.risen // 1000
    end = min(bar.stop, bar.pulses[-1] if bar.thin and len(bar.pulses) > 1 else bar.slots)
    return [(slot, after, between(48, 112, come)) for slot, after, come in roll(total, first, bar.slots, bar.pulses) if slot < end]
