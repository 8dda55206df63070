"""Motifs as values: notes by scale degree, and the way from a degree to a pitch and back.

Law of this file: a motif's notes are in order, inside its length and do not overlap; a degree counts scale steps from the
tonic, an alteration semitones above it, so that every pitch has a degree and the two ways agree.
"""

from dataclasses import dataclass

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


def pitched(tone: Tone, key: Key, tonic: int) -> int:
    """The pitch of a tone when degree 0 stands on the pitch ``tonic``."""
    return tonic + key.degree(tone.degree) + tone.alter


def spelt(above: int, key: Key) -> tuple[int, int]:
    """Degree and alteration of the pitch ``above`` semitones over the tonic: a scale step, else a raised or lowered one."""
    for alter in (0, 1, -1):
        octave, step = divmod(above - alter, 12)
        for degree in range(7):
            if key.degree(degree) == step:
                return 7 * octave + degree, alter
    raise AssertionError("a scale of seven steps has none wider than three semitones")


def compass(motif: Motif, key: Key) -> tuple[int, int]:
    """The lowest and the highest pitch above the tonic, in semitones; (0, 0) without notes."""
    heights = [pitched(tone, key, 0) for tone in motif.tones] or [0]
    return min(heights), max(heights)


def seat(heights: tuple[int, int], lane: tuple[int, int], pitch_class: int, want: int) -> int:
    """The pitch of the tonic that puts a compass into the lane, as near to ``want`` as octaves allow.

    ``want``: where the middle of the compass should lie.
    """
    bottom, top = heights
    low, high = lane

    def cost(tonic: int) -> tuple[int, int, int]:
        outside = max(0, tonic + top - high) + max(0, low - tonic - bottom)
        return outside, abs(2 * tonic + top + bottom - 2 * want), tonic

    return min(range(pitch_class - 24, 140, 12), key=cost)


def joined(first: Motif, second: Motif) -> Motif:
    """One after the other."""
    later = tuple(Tone(t.at + first.span, t.length, t.degree, t.alter) for t in second.tones)
    return Motif(first.tones + later, first.span + second.span)


def gaps(motif: Motif, least: int) -> tuple[tuple[int, int], ...]:
    """The silences of at least ``least`` ticks after a note, as (from, to)."""
    starts = (*(tone.at for tone in motif.tones[1:]), motif.span)
    return tuple((t.at + t.length, to) for t, to in zip(motif.tones, starts, strict=True) if to - t.at - t.length >= least)


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
