"""Motifs and what one does with them: rhythm and contour, and the operators that have names.

Law of this file: an operator keeps a motif's notes inside its length, in order, not overlapping; a degree counts scale
steps from the tonic. ``fitted`` moves notes by at most two semitones, and only on strong places.
"""

from dataclasses import dataclass, replace

from performer.music.chance import Chance
from performer.music.chords import Chord
from performer.music.pitch import Key


@dataclass(frozen=True, slots=True)
class Tone:
    """One note: ticks from the motif's start, length in ticks, scale degree (0 = tonic), semitones of alteration."""

    at: int
    length: int
    degree: int
    alter: int = 0


@dataclass(frozen=True, slots=True)
class Motif:
    """Notes in order and the length in ticks, rests at the end included."""

    tones: tuple[Tone, ...]
    span: int


def sequence(motif: Motif, steps: int) -> Motif:
    """Every note ``steps`` scale steps higher."""
    return Motif(tuple(replace(t, degree=t.degree + steps) for t in motif.tones), motif.span)


def invert(motif: Motif) -> Motif:
    """The contour upside down about the first note."""
    if not motif.tones:
        return motif
    axis = motif.tones[0].degree
    return Motif(tuple(replace(t, degree=2 * axis - t.degree, alter=-t.alter) for t in motif.tones), motif.span)


def retrograde(motif: Motif) -> Motif:
    """The degrees backwards on the same rhythm."""
    back = [(t.degree, t.alter) for t in reversed(motif.tones)]
    return Motif(tuple(replace(t, degree=d, alter=a) for t, (d, a) in zip(motif.tones, back, strict=True)), motif.span)


def augment(motif: Motif) -> Motif:
    """Twice as slow."""
    return Motif(tuple(replace(t, at=2 * t.at, length=2 * t.length) for t in motif.tones), 2 * motif.span)


def fragment(motif: Motif) -> Motif:
    """The first half, then silence."""
    head = tuple(t for t in motif.tones if 2 * t.at < motif.span)
    return Motif(tuple(replace(t, length=min(t.length, motif.span // 2 - t.at)) for t in head if motif.span // 2 > t.at), motif.span)


def ending(motif: Motif, degree: int) -> Motif:
    """The same with its last note on ``degree``, approached by step."""
    if len(motif.tones) < 3:
        return motif
    *head, before, last = motif.tones
    down = 1 if before.degree >= degree else -1
    return Motif((*head, replace(before, degree=degree + down, alter=0), replace(last, degree=degree, alter=0)), motif.span)


def ornament(motif: Motif, least: int) -> Motif:
    """The longest note gets its upper neighbour in the middle, if its parts last at least ``least`` ticks."""
    if not motif.tones:
        return motif
    index = max(range(len(motif.tones)), key=lambda i: (motif.tones[i].length, -i))
    tone, third = motif.tones[index], motif.tones[index].length // 4
    if third < least:
        return motif
    parts = (
        replace(tone, length=2 * third),
        replace(tone, at=tone.at + 2 * third, length=third, degree=tone.degree + 1, alter=0),
        replace(tone, at=tone.at + 3 * third, length=tone.length - 3 * third),
    )
    return Motif((*motif.tones[:index], *parts, *motif.tones[index + 1 :]), motif.span)


_STEPS = (1, -1, 2, -2, 0, 3, -3, 4)
_WEIGHTS = (300, 340, 110, 110, 60, 40, 20, 20)


def invent(chance: Chance, onsets: tuple[int, ...], span: int, longest: int) -> Motif:
    """A singable motif on the given onsets (ticks, ascending): mostly steps, a leap is answered by a turn back.

    It begins and ends on degrees of the tonic triad and stays within an octave; notes last to the next, at most ``longest``.
    """
    degrees: list[int] = []
    at = (0, 2, 4)[chance.pick((3, 3, 4), "begin")]
    leapt = 0
    for index in range(len(onsets)):
        if index:
            step = _STEPS[chance.pick(_WEIGHTS, "step", index)]
            if leapt:
                step = -1 if leapt > 0 else 1
            leapt = step if abs(step) > 2 else 0
            at = at + step if -2 <= at + step <= 7 else at - step
        degrees.append(at)
    if len(degrees) > 2:
        goals = (0, 2, 4, 7)
        degrees[-1] = min(goals, key=lambda goal: (abs(goal - degrees[-1]), goal))
    ends = (*onsets[1:], span)
    tones = tuple(Tone(a, min(e - a, longest), d) for a, e, d in zip(onsets, ends, degrees, strict=True))
    return Motif(tones, span)


def pitched(tone: Tone, key: Key, tonic: int) -> int:
    """The pitch of a tone when degree 0 stands on the pitch ``tonic``."""
    return tonic + key.degree(tone.degree) + tone.alter


def fitted(pitch: int, chord: Chord) -> int:
    """The nearest chord tone within two semitones, downwards first; the pitch itself when there is none."""
    classes = chord.classes
    for move in (0, -1, 1, -2, 2):
        if (pitch + move) % 12 in classes:
            return pitch + move
    return pitch


def folded(pitch: int, low: int, high: int) -> int:
    """The same pitch class inside [low, high], as near as octaves allow; the nearest edge of a lane under an octave."""
    while pitch > high and pitch - 12 >= low:
        pitch -= 12
    while pitch < low and pitch + 12 <= high:
        pitch += 12
    return min(max(pitch, low), high)


def housed(pitch: int, low: int, high: int, chord: Chord) -> int:
    """``folded``; in a lane too narrow for the pitch class, the nearest chord tone that it has room for."""
    inside = folded(pitch, low, high)
    if (inside - pitch) % 12 == 0:
        return inside
    return min((p for p in range(low, high + 1) if p % 12 in chord.classes), key=lambda p: (abs(p - inside), p), default=inside)
