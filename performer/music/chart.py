"""Chord charts as text: bars of chords, repeats, and cadences such as ``ii-V-I`` written as one word.

Law of this file: what is read is bars of single chord words that ``music.chords`` understands, or a ValueError with a hint;
in a bar ``/`` holds the chord before it for one more share of the bar.
"""

from collections.abc import Sequence
from functools import lru_cache

from performer.music.chords import parse
from performer.music.pitch import Key

Bars = tuple[tuple[str, ...], ...]
"""Chord words by bar; the words of a bar share it evenly."""

HOLD = "/"
AGAIN = ("-", "%", HOLD)
"""A bar that is only one of these is the bar before it again."""

_ANY = Key(0, "major")


@lru_cache(maxsize=4096)
def expanded(word: str) -> tuple[str, ...]:
    """The chords of a word: ``ii-V-I`` is three, ``C-7`` is one (a minor seventh); what is neither comes back as it is."""
    pieces = word.split("-")
    if len(pieces) < 2 or word == HOLD or _known(word) or not all(_known(piece) for piece in pieces):
        return (word,)
    return tuple(pieces)


def _known(word: str) -> bool:
    try:
        parse(word, _ANY)
    except ValueError:
        return False
    return True


def read(text: str, key: Key) -> Bars:
    """A whole chart: bars between ``|`` whose words share them, or, without bar lines, a word a bar. Raises ValueError."""
    if "|" in text:
        bars = [tuple(word for piece in bar.split() for word in expanded(piece)) for bar in text.split("|") if bar.strip()]
    else:
        bars = [(word,) for piece in text.split() for word in expanded(piece)]
    out: list[tuple[str, ...]] = []
    for bar in bars:
        if len(bar) == 1 and bar[0] in AGAIN:
            if not out:
                raise ValueError("there is no bar before this one to repeat")
            out.append(out[-1])
            continue
        if bar[0] == HOLD:
            raise ValueError("nothing stands before this / to be held")
        for word in bar:
            if word != HOLD:
                parse(word, key)
        out.append(bar)
    if not out:
        raise ValueError("there is no chord in it")
    return tuple(out)


def written(bars: Sequence[Sequence[str]]) -> str:
    """The shortest text that ``read`` turns into these bars again and again: what repeats is written once, a bar again as ``-``."""
    whole = range(len(bars))
    unit = next(size for size in range(1, len(bars) + 1) if len(bars) % size == 0 and all(bars[i] == bars[i % size] for i in whole))
    once = [bar if index == 0 or bar != bars[index - 1] else AGAIN[:1] for index, bar in enumerate(bars[:unit])]
    if all(len(bar) == 1 for bar in once):
        return " ".join(bar[0] for bar in once)
    return " | ".join(" ".join(bar) for bar in once) + (" |" if unit == 1 else "")
