"""What makes a progression tenser without moving its pillars: dominants of what follows, their twos, their tritones, loans.

Law of this file: the first chord of a phrase and its last bar stay as they are, no bar holds more than two chords, and more
tension only adds: a place that is changed at one tension is changed at every higher one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from performer.music.chance import Chance
from performer.music.chart import HOLD, Bars
from performer.music.pitch import MODES, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Spice:
    """Per mille of the places, at full tension, that take a secondary dominant, that chord's own two before it, its tritone
    substitute in its stead, or a borrowed chord for a subdominant."""

    applied: int = 0
    related: int = 0
    tritone: int = 0
    borrowed: int = 0


PLAIN = Spice()
"""Nothing is added."""

_TARGET = re.compile(r"([b#]?(?:VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i))(?![A-Za-z]*[ivIV/])(.*)")


def spiced(
    chances: tuple[Chance, Chance], bars: Bars, spice: Spice, tension: int, subs: Sequence[str], borrowed: Sequence[str], key: Key
) -> Bars:  # fmt: skip
    """The same progression at ``tension`` (per mille). ``chances``: that of the phrase, and that of its last quarter.

    Its halves are spiced alike where they are alike, but for the last quarter when that has a chance of its own. A dominant leads
    to what is heard after it, be it a loan; before one that leads on itself there is none.
    """
    out, half = list(bars), max(1, (len(bars) + 1) // 2)
    own = len(bars) - len(bars) // 4
    kinds = ("borrowed", "applied", "related", "tritone")
    drawn = {kind: [chance.at(kind).row(half) for chance in chances] for kind in kinds}
    rows = {kind: [drawn[kind][place >= own][place % half] for place in range(len(bars))] for kind in kinds}
    for place, run in _runs(bars):
        lends = place and run < len(bars) and borrowed and len(bars[place]) == 1 and bars[place][0] in subs
        if lends and rows["borrowed"][place] < spice.borrowed * tension // 1000:
            out[place:run] = [(borrowed[chances[place >= own].below(len(borrowed), "loan", place % half)],)] * (run - place)
    for _, run in _runs(bars):
        last = run - 1
        if run < len(bars) and len(out[last]) == 1 and rows["applied"][last] < spice.applied * tension // 1000:
            two = rows["related"][last] < spice.related * tension // 1000 and last > 0
            tritone = rows["tritone"][last] < spice.tritone * tension // 1000
            out[last] = _leading(out[last][0], out[run][0], key, two=two, tritone=tritone)
    return tuple(out)


def _runs(bars: Bars) -> list[tuple[int, int]]:
    """Where each chord that is held over bars begins and where it has ended."""
    starts = [place for place in range(len(bars)) if place == 0 or bars[place] != bars[place - 1]]
    return list(zip(starts, [*starts[1:], len(bars)], strict=True))


def _leading(here: str, following: str, key: Key, *, two: bool, tritone: bool) -> tuple[str, ...]:
    """A bar that leads to the chord after it: the bar's own chord, or the related two, then a dominant."""
    match = _TARGET.fullmatch(following)
    before = _TARGET.fullmatch(here)
    if match is None or (before and before[1] == match[1]) or HOLD in (here, following):
        return (here,)
    target, minor = match[1], match[1].lstrip("b#").islower()
    if _unsettled(match[2], minor):
        return (here,)
    home = target.lstrip("b#").upper() == "I" and target[0] not in "b#"
    if home and here.startswith(("V", "v7", "bII7")):
        return (here,)
    tail = "" if home else f"/{target}"
    five = f"bII7{tail}" if tritone else f"V7{tail}"
    if home and MODES[key.mode][2] == 3:
        minor = True
    pair = ("iiø7" if minor else "ii7") + tail
    return (pair if two else here, five)


def _unsettled(quality: str, minor: bool) -> bool:
    """Whether a chord is no goal: diminished, half-diminished, or a dominant that leads on itself (a minor seventh does not)."""
    if re.match(r"°|o|ø|dim|m?7?b5|aug|\+", quality):
        return True
    return not minor and re.match(r"7|9|13", quality) is not None and not quality.startswith(("7sus", "9sus", "13sus"))
