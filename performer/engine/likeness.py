"""Which bars of a section are alike, so that a band varies together.

Law of this file: what tonight changes in a bar is drawn at ``like(index)``, never at the bar's own number; so whatever one part
does again, all of them do again, and all of them turn in the same bar. Eight bars go A A A B, A A A C: the fourth bar turns,
the eighth closes, and every other eighth closes in another way.
"""

HALF = 4
"""Bars from one turn to the next."""


def like(index: int) -> int:
    """The first bar of the section whose choices bar ``index`` (from 0) shares: 0, 1 and 2, the turn 3, the closes 7 and 15."""
    if index % HALF < HALF - 1:
        return index % HALF
    return HALF - 1 if index % (2 * HALF) == HALF - 1 else index % (4 * HALF)


def turns(index: int) -> bool:
    """Whether a bar is one in which things change: the last of four."""
    return index % HALF == HALF - 1
