"""Voice leading: each chord placed in a register lane with the least motion from the one before it.

Law of this file: with the same number of voices no voice passes its neighbour: where every shape of the kind would, the hand
takes another inversion, or a voice less (but planed chords move as they are); where the style forbids them, fifths and octaves
do not run in parallel if there is another way. Motion is the sum of semitones over the sorted voices (Tymoczko 2006: sorted
voices give the least sum for equal numbers).
"""

from functools import lru_cache

from performer.music.chords import Chord
from performer.music.shapes import Notes, inversions, rubs, shapes


def motion(before: Notes, after: Notes) -> int:
    """Semitones moved in all; voices that appear or vanish count as moved to or from their nearest neighbour."""
    if len(before) == len(after):
        return sum([abs(a - b) for a, b in zip(before, after, strict=True)])
    return sum([min([abs(a - b) for b in before]) for a in after]) + sum([min([abs(a - b) for a in after]) for b in before])


def overlapping(before: Notes, after: Notes) -> bool:
    """Whether a voice moves past where its neighbour stood."""
    if len(before) != len(after):
        return False
    rows = range(len(before) - 1)
    return any(after[i] > before[i + 1] or after[i + 1] < before[i] for i in rows)


def parallels(before: Notes, after: Notes) -> int:
    """How many pairs of voices move from a fifth or octave to another one in the same direction."""
    if len(before) != len(after):
        return 0
    pairs = [(i, j) for i in range(len(before)) for j in range(i + 1, len(before))]
    return sum(
        before[i] != after[i] and (before[j] - before[i]) % 12 in (0, 7) and (after[j] - after[i]) % 12 == (before[j] - before[i]) % 12
        for i, j in pairs
    )


@lru_cache(maxsize=2048)
def lead(
    chords: tuple[Chord, ...], low: int, high: int, kind: str, voices: int, *, before: Notes = (), lean: int = 0, strict: bool = False
) -> tuple[Notes, ...]:
    """One voicing (pitches, ascending) for each chord in turn, inside [low, high], each led from the one before, the first from
    ``before``; () for no chord, over which the last voicing is remembered.

    ``lean``: semitones by which the middle they are drawn to lies off the lane's. ``strict``: no parallel fifths and octaves.
    """
    out: list[Notes] = []
    centre = (low + high) // 2 + lean
    for chord in chords:
        options = shapes(chord, kind, voices, low, high)
        if before and kind != "planing":
            options = _led(before, chord, kind, voices, low, high)
        out.append(min(options, key=lambda notes: (_cost(before, notes, centre, strict and kind != "planing"), notes), default=()))
        before = out[-1] or before
    return tuple(out)


def periodic(
    chords: tuple[Chord, ...], half: int, low: int, high: int, kind: str, voices: int, *,
    before: Notes = (), lean: int = 0, strict: bool = False,
) -> tuple[Notes, ...]:  # fmt: skip
    """As ``lead``, but what begins again from the chord ``half`` on is voiced as it was at first, for as long as it is the same.

    So a phrase that repeats is heard to repeat; not where a voice would have to pass its neighbour on the way back or on.
    """
    led = lead(chords, low, high, kind, voices, before=before, lean=lean, strict=strict)
    same = next((k for k, (a, b) in enumerate(zip(chords, chords[half:], strict=False)) if a != b), len(chords) - half)
    back = led[: min(same, half)]
    if not all(back) or not back:
        return led
    on = lead(chords[half + len(back) :], low, high, kind, voices, before=back[-1], lean=lean, strict=strict)
    again = (*led[:half], *back, *on)
    joints = (half, half + len(back))
    passed = kind != "planing" and any(overlapping(again[at - 1], again[at]) for at in joints if at < len(again))
    return led if passed else again


def _led(before: Notes, chord: Chord, kind: str, voices: int, low: int, high: int) -> tuple[Notes, ...]:
    """The shapes into which no voice passes its neighbour: of the kind, else any inversion, else with a voice less; () for no chord."""
    for count in range(voices, 0, -1):
        for ways in (shapes, inversions):
            if apart := tuple(notes for notes in ways(chord, kind, count, low, high) if not overlapping(before, notes)):
                return apart
    return ()


def _cost(before: Notes, notes: Notes, centre: int, strict: bool) -> int:
    cost = 3 * abs(sum(notes) - centre * len(notes)) // max(len(notes), 1) + 80 * rubs(notes)
    if not before:
        return cost
    leap = max(0, abs(notes[-1] - before[-1]) - 7)
    return cost + 4 * motion(before, notes) + 3 * leap + (30 * parallels(before, notes) if strict else 0)


@lru_cache(maxsize=1024)
def line(roots: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    """The roots of a bass as pitches in [low, high]: each always at the same place, the nearest to the lane's lower half.

    So a riff that comes back over the same chord is the same riff.
    """
    home = low + min(7, (high - low) // 2)
    options = {pc: [p for p in range(low, high + 1) if p % 12 == pc] or [low + (pc - low) % 12] for pc in roots}
    return tuple(min(options[pc], key=lambda p: (abs(p - home), p)) for pc in roots)
