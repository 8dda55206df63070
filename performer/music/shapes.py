"""Shapes of chords under a hand: which tones a kind of voicing takes, and every way to place them in a lane.

Law of this file: a shape is strictly ascending, lies in its lane, takes only tones of its chord (quartal ones also its ninth,
eleventh or thirteenth, as the third allows), and keeps the low-interval limits: below C3 no interval under a fifth between
neighbours, below E2 only fifths and octaves.
"""

from functools import lru_cache
from itertools import pairwise

from performer.music.chords import Chord

KINDS = ("triad", "seventh", "shell", "rootless", "drop2", "open", "quartal", "planing", "power")

_LOW_C, _LOW_E = 48, 40

Notes = tuple[int, ...]


def tones(chord: Chord, kind: str, voices: int) -> tuple[int, ...]:
    """The pitch classes a shape of this kind takes, the most telling first; at most ``voices``."""
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
    elif kind == "rootless":
        wanted = [third, seventh, *colours[:2], fifth, root]
    else:
        wanted = [third, seventh, *colours[: max(1, voices - 3)], fifth, root] if chord.seventh != 12 else [third, root, fifth, *colours]
    return tuple(dict.fromkeys(pc for pc in wanted if pc in chord.classes))[:voices]


def clear(notes: Notes) -> bool:
    """Whether the low-interval limits are kept."""
    for low, high in pairwise(notes):
        if low < _LOW_E and high - low not in (7, 12, 19, 24):
            return False
        if low < _LOW_C and high - low < 7:
            return False
    return True


def rubs(notes: Notes) -> int:
    """How many pairs of its notes are a minor second or a minor ninth apart."""
    return sum(b - a in (1, 13) for i, a in enumerate(notes) for b in notes[i + 1 :])


@lru_cache(maxsize=4096)
def shapes(chord: Chord, kind: str, voices: int, low: int, high: int) -> tuple[Notes, ...]:
    """Every shape of ``chord`` in [low, high]; in a lane too narrow fewer voices, at last a single note; () for no chord."""
    for count in range(voices, 0, -1):
        classes = tones(chord, kind, count)
        if not classes:
            return ()
        found = _of_kind(chord, kind, classes, low, high) or _inside(_close(classes, low, high), low, high)
        if found:
            return found
    return tuple((p,) for p in range(low, high + 1) if p % 12 in chord.classes)


@lru_cache(maxsize=4096)
def inversions(chord: Chord, kind: str, voices: int, low: int, high: int) -> tuple[Notes, ...]:
    """The tones that a kind takes of ``chord`` in every close position in [low, high], and with the second voice from the top dropped."""
    close = _close(tones(chord, kind, voices), low, high + 12)
    return _inside([*close, *(_dropped(notes, (2,)) for notes in close)], low, high)


def _of_kind(chord: Chord, kind: str, classes: tuple[int, ...], low: int, high: int) -> tuple[Notes, ...]:
    """The shapes that make the kind what it is; () where the lane or the chord has no room for them."""
    if kind == "planing":
        ordered = sorted(classes[1:], key=lambda pc: (pc - classes[0]) % 12 + (12 if pc in _colours(chord) else 0))
        return _inside([_stack((classes[0], *ordered), octave) for octave in range(low // 12, high // 12 + 1)], low, high)
    if kind == "quartal":
        return _inside(_fourths(chord, len(classes), low, high), low, high)
    close = _close(classes, low, high + 24)
    if kind == "open":
        wide = [_dropped(notes, (2, 4)) for notes in close] if len(classes) > 3 else []
        return _inside(wide, low, high) or _inside([_dropped(notes, (2,)) for notes in close], low, high)
    if kind == "drop2":
        return _inside([_dropped(notes, (2,)) for notes in close], low, high)
    if kind == "rootless":
        forms = ((chord.root + chord.third) % 12, (chord.root + chord.seventh) % 12)
        return _inside([notes for notes in close if notes[0] % 12 in forms], low, high)
    return ()


def _colours(chord: Chord) -> set[int]:
    return {(chord.root + i) % 12 for i in chord.intervals if i > 12}


def _stack(classes: tuple[int, ...], octave: int) -> Notes:
    """The classes in this order from the octave up, each above the one before."""
    notes = [octave * 12 + classes[0]]
    for pc in classes[1:]:
        notes.append(notes[-1] + ((pc - notes[-1]) % 12 or 12))
    return tuple(notes)


def _close(classes: tuple[int, ...], low: int, high: int) -> list[Notes]:
    """All inversions in close position, and each with its second note from below an octave up where that takes a rub away."""
    ordered = sorted(classes)
    out: list[Notes] = []
    for turn in range(len(ordered)):
        around = tuple(ordered[turn:] + ordered[:turn])
        for octave in range(low // 12, high // 12 + 1):
            notes = _stack(around, octave)
            out.append(notes)
            if rubs(notes):
                out += [tuple(sorted((*notes[:i], note + 12, *notes[i + 1 :]))) for i, note in enumerate(notes[:-1])]
    return out


def _dropped(notes: Notes, from_top: tuple[int, ...]) -> Notes:
    """With the voices at these places from the top an octave lower."""
    places = {len(notes) - place for place in from_top if place <= len(notes) and len(notes) > 2}
    return tuple(sorted(note - 12 if i in places else note for i, note in enumerate(notes)))


def _fourths(chord: Chord, voices: int, low: int, high: int) -> list[Notes]:
    """Stacks of fourths, the last step a third where it must be ("So What"), over the chord's tones and its mild tensions."""
    extra = {3: (5,), 4: (2, 9), 5: (2, 9)}.get(chord.third, ())
    allowed = set(chord.classes) | {(chord.root + step) % 12 for step in extra if not {(chord.root + step - 1) % 12} & set(chord.classes)}
    telling = {(chord.root + chord.third) % 12, (chord.root + chord.seventh) % 12}
    out = []
    for bottom in range(low, high + 1):
        notes = [bottom]
        while len(notes) < max(2, voices):
            step = next((s for s in (5, 6, 4) if (notes[-1] + s) % 12 in allowed), 0)
            if not step or bottom % 12 not in allowed:
                break
            notes.append(notes[-1] + step)
        if len(notes) == max(2, voices) and telling & {note % 12 for note in notes}:
            out.append(tuple(notes))
    return out


def _inside(options: list[Notes], low: int, high: int) -> tuple[Notes, ...]:
    fitting = {notes for notes in options if low <= notes[0] and notes[-1] <= high and clear(notes) and len(set(notes)) == len(notes)}
    return tuple(sorted(fitting))
