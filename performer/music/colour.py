"""Colour on top of a chord: the tones that tension adds, and those that calm takes away.

Law of this file: a step up only adds tones of the scale (or the chord's own alterations) above those that are there, and a step
down only takes away; so the dissonance of a chord grows with the step, and root, third, fifth and bass stay what they are.
"""

from dataclasses import replace
from functools import lru_cache

from performer.music.chords import Chord
from performer.music.pitch import Key

LEAST, MOST = -2, 3
_LADDER = (250, 400, 600, 750, 900)


def step_of(tension: int) -> int:
    """The step of a tension per mille: -2 (triads) below 250, -1 below 400, 0 up to 600, then 1, 2 and 3 from 750 and 900 on."""
    return LEAST + sum(tension >= at for at in _LADDER)


@lru_cache(maxsize=8192)
def coloured(chord: Chord, key: Key, step: int) -> Chord:
    """The chord ``step`` colours richer: seventh, ninth, eleventh (sharp over a major third), thirteenth, those it has not.

    Below nothing it loses its tones above the octave, then its seventh or sixth. The symbol stays the plan's.
    """
    if not chord.intervals or not step:
        return chord
    if step < 0:
        kept = tuple(i for i in chord.intervals if i <= 12 and not (step < -1 and i in (9, 10, 11) and chord.fifth != i))
        return replace(chord, intervals=kept)
    scale, have = key.scale, set(chord.classes)
    wanted = []
    for options in ((10, 11), (14, 13), (18, 21) if chord.third == 4 else (17, 21), (21, 20)):
        found = next((i for i in options if (chord.root + i) % 12 in scale), None)
        if found is not None and (chord.root + found) % 12 not in have:
            have.add((chord.root + found) % 12)
            wanted.append(found)
    if chord.seventh != 12:
        wanted = [i for i in wanted if i > 12]
    return replace(chord, intervals=tuple(sorted((*chord.intervals, *wanted[:step]))))
