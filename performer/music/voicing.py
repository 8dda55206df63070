"""Voice leading: each chord placed in a register lane with the least motion from the one before it.

Law of this file: a voicing is strictly ascending, lies inside its lane, and keeps the low-interval limits
(below C3 no interval under a fifth between neighbours, below E2 only fifths and octaves). With the same number of
voices no voice passes its neighbour. Motion is the sum of semitones over the sorted voices
(Tymoczko 2006: sorted voices give the least sum for equal numbers).
"""

from functools import lru_cache
from itertools import pairwise

from performer.music.chords import Chord

KINDS = ("triad", "seventh", "shell", "open", "power", "planing")

_LOW_C, _LOW_E = 48, 40


def tones(chord: Chord, kind: str, voices: int) -> tuple[int, ...]:
    """The pitch classes a voicing of this kind takes, the most telling first: third, seventh, root or ninth, fifth.

    ``planing`` takes the root first: it stays the lowest voice, so that chords move in parallel.
    """
    root, third, fifth = chord.root, (chord.root + chord.third) % 12, (chord.root + chord.fifth) % 12
    seventh = (chord.root + chord.seventh) % 12
    colours = [(chord.root + i) % 12 for i in chord.intervals if i > 12]
    if kind == "planing":
        wanted = [root, third, seventh, *colours[:1], fifth]
    elif kind == "power":
        wanted = [root, fifth]
    elif kind in ("triad", "open"):
        wanted = [third, root, fifth, *colours, seventh]
    elif kind == "shell":
        wanted = [third, seventh, *colours, root]
    else:
        wanted = [third, seventh, *colours[:1], fifth, root] if chord.seventh != 12 else [third, root, fifth, *colours]
    return tuple(dict.fromkeys(wanted))[:voices]


def clear(notes: tuple[int, ...]) -> bool:
    """Whether the low-interval limits are kept."""
    for low, high in pairwise(notes):
        if low < _LOW_E and high - low not in (7, 12, 19, 24):
            return False
        if low < _LOW_C and high - low < 7:
            return False
    return True


@lru_cache(maxsize=1024)
def placings(classes: tuple[int, ...], low: int, high: int, spread: bool) -> tuple[tuple[int, ...], ...]:
    """All close placings (``spread``: with the second voice from the top an octave down) inside [low, high]."""
    found = set()
    ordered = sorted(classes)
    for turn in range(len(ordered)):
        around = ordered[turn:] + ordered[:turn]
        for octave in range(low // 12, high // 12 + 1):
            notes = [octave * 12 + around[0]]
            for pc in around[1:]:
                notes.append(notes[-1] + ((pc - notes[-1]) % 12 or 12))
            if spread and len(notes) > 2:
                notes[-2] -= 12
            placed = tuple(sorted(notes))
            if low <= placed[0] and placed[-1] <= high and clear(placed) and len(set(placed)) == len(placed):
                found.add(placed)
    return tuple(sorted(found))


def motion(before: tuple[int, ...], after: tuple[int, ...]) -> int:
    """Semitones moved in all; voices that appear or vanish count as moved to or from their nearest neighbour."""
    if len(before) == len(after):
        return sum(abs(a - b) for a, b in zip(before, after, strict=True))
    return sum(min(abs(a - b) for b in before) for a in after) + sum(min(abs(a - b) for a in after) for b in before)


def overlapping(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether a voice moves past where its neighbour stood."""
    if len(before) != len(after):
        return False
    rows = range(len(before) - 1)
    return any(after[i] > before[i + 1] or after[i + 1] < before[i] for i in rows)


@lru_cache(maxsize=1024)
def lead(chords: tuple[Chord, ...], low: int, high: int, kind: str, voices: int) -> tuple[tuple[int, ...], ...]:
    """One voicing for each chord in turn, inside [low, high], each with the least motion from the one before.

    A lane too narrow for the chord gets fewer voices rather than notes outside it.
    """
    out: list[tuple[int, ...]] = []
    centre = (low + high) // 2
    for chord in chords:
        options = _options(chord, low, high, kind, voices)
        before = out[-1] if out else ()
        out.append(min(options, key=lambda notes: (_cost(before, notes, centre), notes)) if options else ())
    return tuple(out)


def _options(chord: Chord, low: int, high: int, kind: str, voices: int) -> tuple[tuple[int, ...], ...]:
    for count in range(voices, 0, -1):
        classes = tones(chord, kind, count)
        options = placings(classes, low, high, kind == "open") or placings(classes, low, high, False)
        if kind == "planing" and options:  # parallel chords: the root stays the lowest voice
            options = tuple(o for o in options if o[0] % 12 == classes[0]) or options
        if options:
            return options
    return tuple((p,) for p in range(low, high + 1) if p % 12 in chord.classes)


def _cost(before: tuple[int, ...], notes: tuple[int, ...], centre: int) -> int:
    away = abs(sum(notes) - centre * len(notes)) // max(len(notes), 1)
    if not before:
        return away
    return 4 * motion(before, notes) + away + (40 if overlapping(before, notes) else 0)


@lru_cache(maxsize=1024)
def line(roots: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    """A bass line of pitch classes as pitches in [low, high]: the nearest to the one before, drawn to the lane's lower half."""
    out: list[int] = []
    home = low + min(7, (high - low) // 2)
    for pc in roots:
        options = [p for p in range(low, high + 1) if p % 12 == pc] or [low + (pc - low) % 12]
        before = out[-1] if out else home
        out.append(min(options, key=lambda p: (2 * abs(p - before) + abs(p - home), p)))
    return tuple(out)
