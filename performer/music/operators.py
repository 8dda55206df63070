"""What one does with a motif: the operators that have names.

Law of this file: an operator keeps a motif's notes inside its length, in order, not overlapping. All but ``augment``,
``diminish``, ``fragment`` and ``ornament`` keep the rhythm; all but ``ending``, ``ornament`` and ``respell`` keep the contour or
turn it upside down or round.
"""

from dataclasses import replace
from itertools import pairwise

from performer.music.motif import Motif, Tone, joined, pitched, spelt
from performer.music.pitch import Key
from performer.music.singing import Choice, Ground, Harmony, sing, strong_under, under
from performer.ticks import SIXTEENTH, Meter


def sequence(motif: Motif, steps: int) -> Motif:
    """Every note ``steps`` scale steps higher; seven are an octave."""
    return Motif(tuple([Tone(t.at, t.length, t.degree + steps, t.alter) for t in motif.tones]), motif.span)


def invert(motif: Motif) -> Motif:
    """The contour upside down about the first note."""
    if not motif.tones:
        return motif
    axis = motif.tones[0].degree
    return Motif(tuple([Tone(t.at, t.length, 2 * axis - t.degree, -t.alter) for t in motif.tones]), motif.span)


def retrograde(motif: Motif) -> Motif:
    """The degrees backwards on the same rhythm."""
    back = [(t.degree, t.alter) for t in reversed(motif.tones)]
    return Motif(tuple(replace(t, degree=d, alter=a) for t, (d, a) in zip(motif.tones, back, strict=True)), motif.span)


def augment(motif: Motif) -> Motif:
    """Twice as slow."""
    return Motif(tuple(replace(t, at=2 * t.at, length=2 * t.length) for t in motif.tones), 2 * motif.span)


def diminish(motif: Motif) -> Motif:
    """Twice as fast, and once more, so that it lasts as long; a note that would last under a sixty-fourth stays as it is."""
    if any(t.length % 2 or t.at % 2 or t.length < SIXTEENTH // 2 for t in motif.tones) or motif.span % 2:
        return motif
    half = Motif(tuple(replace(t, at=t.at // 2, length=t.length // 2) for t in motif.tones), motif.span // 2)
    return joined(half, half)


def fragment(motif: Motif) -> Motif:
    """The first half, then silence."""
    half = motif.span // 2
    head = tuple(t for t in motif.tones if t.at < half)
    return Motif(tuple(replace(t, length=min(t.length, half - t.at)) for t in head), motif.span)


def ending(motif: Motif, degree: int) -> Motif:
    """The same with its last note on ``degree``, approached by step from the side where the line is; unchanged under three notes."""
    if len(motif.tones) < 3:
        return motif
    *head, before, last = motif.tones
    side = 1 if head[-1].degree >= degree else -1
    return Motif((*head, replace(before, degree=degree + side, alter=0), replace(last, degree=degree, alter=0)), motif.span)


def ornament(motif: Motif, least: int) -> Motif:
    """The longest note gets its upper neighbour before it ends, if its parts last at least ``least`` ticks."""
    if not motif.tones:
        return motif
    index = max(range(len(motif.tones)), key=lambda i: (motif.tones[i].length, -i))
    tone, part = motif.tones[index], motif.tones[index].length // 4
    if part < least:
        return motif
    parts = (
        replace(tone, length=2 * part),
        replace(tone, at=tone.at + 2 * part, length=part, degree=tone.degree + 1, alter=0),
        replace(tone, at=tone.at + 3 * part, length=tone.length - 3 * part),
    )
    return Motif((*motif.tones[:index], *parts, *motif.tones[index + 1 :]), motif.span)


def respell(motif: Motif, key: Key, ground: Ground, meter: Meter, room: tuple[int, int]) -> Motif:
    """New pitches on the old rhythm: the contour again, as near as it can be, on the chords of ``ground``.

    Notes on felt pulses take a chord tone, others stay scale steps (or chord tones) near where they were. ``room``: lowest and
    highest pitch above the tonic that the line likes to keep to.
    """
    if not motif.tones:
        return motif
    heights = [pitched(tone, key, 0) for tone in motif.tones]
    turns = [0] + [(b > a) - (b < a) for a, b in pairwise(heights)]
    steps, pulses = key.scale, meter.pulses
    places = []
    for tone, height in zip(motif.tones, heights, strict=True):
        strong = strong_under(ground, tone.at, tone.length, meter)
        weight = 3 if tone.at % meter.bar in pulses else 0
        places.append(_near(height, key.tonic, steps, under(ground, tone.at).classes, strong, weight, room))
    sung = sing(places, turns=turns)
    return Motif(tuple([_respelt(tone, above, key) for tone, above in zip(motif.tones, sung, strict=True)]), motif.span)


def _near(
    height: int,
    tonic: int,
    steps: tuple[int, ...],
    classes: tuple[int, ...],
    strong: tuple[Harmony, ...],
    weight: int,
    room: tuple[int, int],
) -> list[Choice]:
    """What may stand in the place of a note ``height`` above the tonic: scale steps and chord tones near it, and itself."""
    low, high = room
    height = min(max(height, low), high)
    out = []
    for move in (0, -1, 1, -2, 2, -3, 3):
        above = height + move
        pitch_class = (tonic + above) % 12
        stable = pitch_class in classes
        if stable or pitch_class in steps or move == 0:
            cost = 7 * abs(move) + (0 if stable else weight)
            for harmony in strong:
                if harmony.rubs(pitch_class):
                    cost += 120
            out.append(Choice(above, cost if low <= above <= high else cost + 90, stable))
    return out


def _respelt(tone: Tone, above: int, key: Key) -> Tone:
    degree, alter = spelt(above, key)
    return Tone(tone.at, tone.length, degree, alter)


def clashes(motif: Motif, key: Key, ground: Ground, meter: Meter) -> int:
    """Notes that rub against the chord on a strong place."""
    count = 0
    for tone in motif.tones:
        pitch_class = (key.tonic + pitched(tone, key, 0)) % 12
        count += any(harmony.rubs(pitch_class) for harmony in strong_under(ground, tone.at, tone.length, meter))
    return count
