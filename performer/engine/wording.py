"""What the words of a lead's layout do to a motif.

Law of this file: a word is one named operator over the chords of its place; but for ``head``, ``slow``, ``fast`` and ``graced`` it
keeps the motif's rhythm.
"""

from collections.abc import Callable
from typing import NamedTuple

from performer.music import operators as op
from performer.music.motif import Motif, Tone, compass, pitched, spelt
from performer.music.pitch import Key
from performer.music.singing import Ground, under
from performer.ticks import SIXTEENTH, Meter

_DEAR, _FAR = 6, 3
"""What the next wish for an ending costs, and a semitone beyond a third from the line."""


class Place(NamedTuple):
    """What an operator may know besides the motif: the key, the chords from its beginning on, the meter.

    ``room``: the lowest and highest pitch above the tonic that the lane of the style's lead leaves.
    """

    key: Key
    ground: Ground
    meter: Meter
    room: tuple[int, int]


def _plain(motif: Motif, _place: Place) -> Motif:
    return motif


def _settled(motif: Motif, place: Place) -> Motif:
    return op.respell(motif, place.key, place.ground, place.meter, place.room)


def _up(motif: Motif, place: Place) -> Motif:
    """The sequence that sits best on the chords: a step or a third up, else down."""
    low, high = place.room
    turned = [op.sequence(motif, steps) for steps in (1, 2, -1, -2)]
    heights = [compass(shifted, place.key) for shifted in turned]
    outside = [max(0, top - high) + max(0, low - bottom) for bottom, top in heights]
    best = min(range(4), key=lambda i: (outside[i], op.clashes(turned[i], place.key, place.ground, place.meter), i))
    return _settled(turned[best], place)


def mirror(motif: Motif, place: Place) -> Motif:
    """Upside down, an octave up or down where that keeps it in the room."""
    low, high = place.room
    turned = [op.sequence(op.invert(motif), steps) for steps in (0, 7, -7)]
    heights = [compass(shifted, place.key) for shifted in turned]
    best = min(range(3), key=lambda i: (max(0, heights[i][1] - high) + max(0, low - heights[i][0]), i))
    return _settled(turned[best], place)


def _closing(motif: Motif, place: Place, wishes: tuple[int, ...]) -> Motif:
    """A new ending, on one of the wishes (semitones above the tonic, the dearest first) that the last chord has, near the line."""
    if not motif.tones:
        return motif
    last, (low, high) = motif.tones[-1], place.room
    classes = under(place.ground, last.at + last.length // 2).classes
    settled = _settled(motif, place)
    line = pitched(settled.tones[-min(3, len(settled.tones))], place.key, 0)

    def cost(above: int) -> tuple[int, int]:
        return _DEAR * wishes.index(above % 12) + _FAR * max(0, abs(above - line) - 4), abs(above - line)

    fitting = [above for above in range(low, high + 1) if (place.key.tonic + above) % 12 in classes]
    return op.ending(settled, spelt(min(fitting, key=cost), place.key)[0]) if fitting else settled


def _end(motif: Motif, place: Place) -> Motif:
    """An ending that closes: on the tonic if the last chord has it, else on its nearest tone."""
    return _closing(motif, place, (0, 7, 4, 3, 2, 9, 10, 5, 8, 11, 1, 6))


def _open(motif: Motif, place: Place) -> Motif:
    """An ending that asks: on the fifth, the second or the leading note before anything else."""
    return _closing(motif, place, (7, 2, 11, 10, 4, 3, 5, 9, 8, 0, 1, 6))


def _high(motif: Motif, place: Place) -> Motif:
    """As it is where the room above it has an octave, for there it is sung an octave up; else as high as the room has it."""
    top = compass(motif, place.key)[1]
    if top + 12 <= place.room[1] or not motif.tones:
        return motif
    steps = next((n for n in (4, 3, 2, 1) if compass(op.sequence(motif, n), place.key)[1] <= place.room[1]), 0)
    return _settled(op.sequence(motif, steps), place) if steps else motif


WORDS: dict[str, Callable[[Motif, Place], Motif]] = {
    "tune": _plain,
    "high": _high,
    "respelt": _settled,
    "other": _settled,
    "up": _up,
    "end": _end,
    "open": _open,
    "head": lambda m, p: _settled(op.fragment(m), p),
    "mirror": mirror,
    "back": lambda m, p: _settled(op.retrograde(m), p),
    "graced": lambda m, p: op.ornament(_settled(m, p), SIXTEENTH // 2),
    "slow": lambda m, p: _settled(op.augment(m), p),
    "fast": lambda m, p: _settled(op.diminish(m), p),
}
"""What the words of a layout do to a motif. Besides: ``free`` (the lead finds a phrase of its own) and ``rest``."""


def within(motif: Motif, span: int) -> Motif:
    """What of a motif has room in ``span``."""
    if motif.span <= span:
        return motif
    tones = tuple(Tone(t.at, min(t.length, span - t.at), t.degree, t.alter) for t in motif.tones if t.at < span)
    return Motif(tones, span)
