"""Which notes stand beside a chord without rubbing against it.

Law of this file: a tone of ``strong`` is never a semitone above a tone of the chord (a minor second or ninth is the one
interval that no doubling, register or instrument makes mild), and a tone outside the chord is never a semitone below one either.
"""

from dataclasses import replace
from functools import lru_cache

from performer.music.chords import Chord
from performer.music.pitch import Key


@lru_cache(maxsize=4096)
def strong(chord: Chord, key: Key) -> tuple[int, ...]:
    """The pitch classes that another part may place on a strong beat: the chord's own, the most telling first, then the key's.

    Over Cmaj7 in C: E G B, then D A; over Cm7 in C minor: C Eb G Bb, then F. Without a chord (N.C.) the key's triad.
    """
    if not chord.intervals:
        return tuple(key.scale[step] for step in (0, 2, 4))
    own = chord.classes
    told = [pc for pc in _telling(chord) if (pc - 1) % 12 not in own]
    spare = [pc for pc in key.scale if not {pc, (pc - 1) % 12, (pc + 1) % 12} & set(own)]
    return tuple(dict.fromkeys((*told, *spare))) or own


@lru_cache(maxsize=4096)
def calm(chord: Chord) -> tuple[int, ...]:
    """The chord's own pitch classes that have no semitone neighbour inside it: what a second harmony part may hold.

    Cm9: C G Bb (its third and its ninth are a semitone apart); Cmaj7: E G.
    """
    own = chord.classes
    quiet = tuple(pc for pc in _telling(chord) if not {(pc - 1) % 12, (pc + 1) % 12} & set(own))
    return quiet if len(quiet) > 1 else tuple(pc for pc in _telling(chord) if (pc - 1) % 12 not in own) or own


def _telling(chord: Chord) -> tuple[int, ...]:
    """The chord's classes: third, seventh, root, fifth, then its colours."""
    first = (chord.third, chord.seventh % 12, 0, chord.fifth)
    ranked = [(chord.root + step) % 12 for step in first if step in chord.intervals or step == 0]
    return tuple(dict.fromkeys((*ranked, *chord.classes)))


@lru_cache(maxsize=4096)
def hushed(chord: Chord) -> Chord:
    """The chord with its calm tones alone; its intervals need not begin with the root."""
    keep = set(calm(chord))
    return replace(chord, intervals=tuple(step for step in chord.intervals if (chord.root + step) % 12 in keep))
