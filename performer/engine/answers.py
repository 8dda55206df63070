"""What the counter-line does meanwhile: it answers where the lead rests, echoes in its gaps, or holds long notes under it.

Law of this file: it lies at the bottom of the room and speaks with another motif's head; what it holds lies beside the lead, not
across it, where the room allows: tones of the chords, each led from the one before, one that falls by step suspended for a pulse.
"""

from collections.abc import Sequence

from performer.engine.wording import Place, mirror, within
from performer.music import operators as op
from performer.music.motif import Motif, Tone, compass, gaps, spelt
from performer.music.singing import Choice, sing, under
from performer.ticks import SIXTEENTH

WAYS = ("echo", "under")
"""What a counter-line does while the lead states something."""

_REACH = 9
"""Semitones in which it keeps."""
_ROOM = 5
"""Semitones that a held line needs for itself."""
_ROOT = 8
"""What the root costs a held line: thirds and sevenths tell more."""
_AWAY = 3
"""What a semitone costs from where a held line likes to lie."""


def meanwhile(lead: Motif, turned: Motif, place: Place, span: int, way: str, take: int = 0) -> tuple[str, Motif]:
    """The word and the notes of the counter-line during ``span`` ticks of the lead's statement; no notes where there is no room.

    ``turned``: the motif that it answers with; ``way``: one of ``WAYS``; ``take``: how often it was drawn anew.
    """
    low, high = place.room
    bottom = (low, min(high, low + _REACH))
    place = place._replace(room=_beside(lead, place, take) if way == "under" and lead.tones else bottom)
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


def _beside(lead: Motif, place: Place, take: int) -> tuple[int, int]:
    """Where a held line has room: below the lead, else above it, else at the bottom; drawn anew the next of these."""
    (low, high), (least, most) = place.room, compass(lead, place.key)
    below, above, bottom = (low, min(least - 1, low + _REACH)), (most + 1, min(high, most + _REACH)), (low, min(high, low + _REACH))
    regions = [region for region in (below, above) if region[1] - region[0] + 1 >= _ROOM] + [bottom]
    return regions[take % len(regions)]


def _spoken(tones: Sequence[Tone], place: Place, whole: int, span: int) -> Motif:
    return mirror(within(Motif(tuple(tones), whole), span), place)


def _held(place: Place, span: int, take: int) -> list[Tone]:
    """A long note for each chord, a bar at most; one that stays is held over its bar line, for two bars at most."""
    bar = place.meter.bar
    onsets = sorted({0, *range(0, span, bar), *(row.at for row in place.ground if 0 < row.at < span)})
    low, high = place.room
    want = low + (_REACH // 2 + 3 * take) % _REACH  # drawn anew it lies elsewhere
    rows = []
    for at in onsets:
        harmony = under(place.ground, at)
        pitches = [(above, (place.key.tonic + above) % 12) for above in range(low, high + 1)]
        rows.append(
            [
                Choice(above, _ROOT * (pc == harmony.classes[0]) + _AWAY * abs(above - want), True)
                for above, pc in pitches
                if pc in harmony.classes
            ]
            or [Choice(low, 0, True)]
        )
    out: list[Tone] = []
    for at, end, above in _suspended(onsets, sing(rows), place, span):
        degree, alter = spelt(above, place.key)
        last = out[-1] if out else None
        if last and (last.degree, last.alter) == (degree, alter) and end - last.at <= 2 * bar:
            out[-1] = Tone(last.at, end - last.at, degree, alter)
        else:
            out.append(Tone(at, end - at, degree, alter))
    return out


def _suspended(onsets: Sequence[int], pitches: Sequence[int], place: Place, span: int) -> list[tuple[int, int, int]]:
    """Begin, end and pitch of each held note: one that goes down by step is held over for a pulse, where it does not rub."""
    begins = list(onsets)
    for index in range(1, len(onsets)):
        before, after = pitches[index - 1], pitches[index]
        harmony = under(place.ground, onsets[index])
        over = onsets[index] + place.meter.pulse
        if before - after in (1, 2) and not harmony.rubs((place.key.tonic + before) % 12) and over < ((*onsets, span)[index + 1]):
            begins[index] = over
    return list(zip(begins, (*begins[1:], span), pitches, strict=True))


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
