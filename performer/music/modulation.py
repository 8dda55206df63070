"""From one key to another: the chord that belongs to both, or leads into the new one.

Law of this file: a pivot is a triad of both scales and is never the new tonic itself, so that the arrival stays an arrival.
"""

from functools import lru_cache

from performer.music.chords import Chord, parse
from performer.music.pitch import Key

_WORTH = (1, 3, 5, 4, 2, 6)
"""Steps of the new key by how well they leave for its tonic: ii and IV, then vi, V, iii, vii."""


def triad(key: Key, step: int) -> tuple[int, tuple[int, ...]]:
    """Root (pitch class) and intervals of the triad on a step (0..6) of the key's scale."""
    root, third, fifth = (key.degree(step + above) for above in (0, 2, 4))
    return (key.tonic + root) % 12, (0, third - root, fifth - root)


@lru_cache(maxsize=256)
def pivot(old: Key, new: Key) -> Chord:
    """A major or minor triad that both keys have, as the new key names it; where there is none, the new key's dominant seventh."""
    shared = {triad(old, step) for step in range(7)}
    for step in _WORTH:
        root, intervals = triad(new, step)
        if (root, intervals) in shared and intervals[2] == 7:
            return parse(new.name_of(root) + ("m" if intervals[1] == 3 else ""), new)
    return parse(f"{new.name_of(new.tonic + 7)}7", new)
