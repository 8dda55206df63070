"""What the counter-line does meanwhile: it answers where the lead rests, echoes in its gaps, or holds long notes under it.

Law of this file: it lies at the bottom of the room, speaks with another motif's head, and holds tones of
the chords, each led from the one before, where it lies under the lead.
"""

from collections.abc import Sequence

from performer.engine.wording import Place, mirror, within
from performer.music import operators as op
from performer.music.motif import Motif, Tone, gaps, spelt
from performer.music.singing import Choice, sing
from performer.ticks import SIXTEENTH

WAYS = ("echo", "under")
"""What a counter-line does while the lead states something."""

_REACH = 9
"""Semitones in which it keeps."""
_ROOT = 8
"""What the root costs a held line: thirds and sevenths tell more."""


def meanwhile(lead: Motif, turned: Motif, place: Place, span: int, way: str, take: int = 0) -> tuple[str, Motif]:
    """The word and the notes of the counter-line during ``span`` ticks of the lead's statement; no notes where there is no room.

    ``turned``: the motif that it answers with; ``way``: one of ``WAYS``; ``take``: how often it was drawn anew.
    """
    low, high = place.room
    place = place._replace(room=(low, min(high, low + _REACH)))
    if not lead.tones:
        return "answer", _spoken(op.fragment(turned).tones, place, max(span, turned.span), span)
    tones: list[Tone] = []
    free = gaps(lead, max(place.meter.pulse, 4 * SIXTEENTH))
    for start, end in free:
        offset = -(-start // (2 * SIXTEENTH)) * 2 * SIXTEENTH - turned.tones[0].at
        head = [t for t in turned.tones if t.at + offset < end - SIXTEENTH][:4]
        tones += [Tone(t.at + offset, min(t.length, end - t.at - offset), t.degree, t.alter) for t in head]
    spoken = _spoken(tones, place, max(span, turned.span), span) if tones else Motif((), span)
    if way == "echo":
        return "echo", spoken
    return "under", Motif(_joined(_held(place, span, take), spoken.tones), span)


def _spoken(tones: Sequence[Tone], place: Place, whole: int, span: int) -> Motif:
    return mirror(within(Motif(tuple(tones), whole), span), place)


def _held(place: Place, span: int, take: int) -> list[Tone]:
    """A long note for each chord, a bar at most; one that stays is held over its bar line, for two bars at most."""
    bar = place.meter.bar
    onsets = sorted({0, *range(0, span, bar), *(row.at for row in place.ground if 0 < row.at < span)})
    low, high = place.room
    rows = []
    for at in onsets:
        harmony = next(row for row in reversed(place.ground) if row.at <= at or row is place.ground[0])
        plain = harmony.classes[take % len(harmony.classes)]  # the root, unless it was drawn anew
        pitches = [(above, (place.key.tonic + above) % 12) for above in range(low, high + 1)]
        rows.append(
            [Choice(above, _ROOT * (pc == plain), True) for above, pc in pitches if pc in harmony.classes] or [Choice(low, 0, True)]
        )
    out: list[Tone] = []
    for at, end, above in zip(onsets, (*onsets[1:], span), sing(rows), strict=True):
        degree, alter = spelt(above, place.key)
        last = out[-1] if out else None
        if last and (last.degree, last.alter) == (degree, alter) and end - last.at <= 2 * bar:
            out[-1] = Tone(last.at, end - last.at, degree, alter)
        else:
            out.append(Tone(at, end - at, degree, alter))
    return out


def _joined(held: Sequence[Tone], spoken: Sequence[Tone]) -> tuple[Tone, ...]:
    """Held notes that give way where the line speaks, and go on at the next chord."""
    if not spoken:
        return tuple(held)
    out = list(spoken)
    for tone in held:
        inside = [t for t in spoken if tone.at <= t.at < tone.at + tone.length]
        busy = any(t.at <= tone.at < t.at + t.length for t in spoken)
        length = (inside[0].at if inside else tone.at + tone.length) - tone.at
        if not busy and length >= 2 * SIXTEENTH:
            out.append(Tone(tone.at, length, tone.degree, tone.alter))
    return tuple(sorted(out, key=lambda t: t.at))
