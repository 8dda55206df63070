"""Texture: pads that hold the plan's chords with the least motion, drones that hold the key.

Law of this file: a voice is struck where its note is new, and every four bars at the latest; a note that two chords share is
held over; a pad takes no tone that rubs inside the chord, unless its style asks for it. A drone has the key's tonic and fifth.
"""

from performer.engine.pen import Pen
from performer.engine.view import View
from performer.engine.voicings import voiced
from performer.events import Event
from performer.music.curve import between
from performer.music.shapes import Notes, clear
from performer.ticks import SIXTEENTH

AGAIN = 4
"""Bars after which a voice that did not move is struck again."""
DRONES = ((0, 7, 12, 19), (0, 12, 19, 24), (7, 12, 19, 24))
"""Semitones above the tonic at which a drone stands, from one take to the next."""
ROLLED = 3
"""Sixteenths between the entries of a hand that is varied: on no pulse, where a voice that waits would come."""


def play(view: View) -> list[Event]:
    """The pad's notes in this bar."""
    bar, voice = view.bar, view.style.voice("texture")
    voicings = _held(view)
    pen, events = Pen(view), list[Event]()
    weight = pen.hand("texture").weight
    for placed in bar.chords:
        fresh = placed.index == 0 or (bar.place % AGAIN == 0 and placed.slot == 0) or (view.enters and placed.slot == 0)
        notes, before = voicings[placed.index], () if fresh else voicings[placed.index - 1]
        velocity = between(*voice.velocity, bar.live.loud) + weight[placed.slot]
        steady = placed.index == 0 or len(voicings[placed.index - 1]) == len(notes)
        late = _late(view, len(notes), placed.slot, steady)
        for rank, pitch in enumerate(notes):
            if pitch in before:
                continue
            whole, room = _length(view, voicings, placed.index, placed.slot, pitch)
            wait = min(late[rank] * SIXTEENTH, whole // 2, placed.slots * SIXTEENTH // 2)  # all are there before the next chord
            length = max(1, whole - wait - min(room, (whole - wait) // 2))
            events.append(pen.plain(placed.slot * SIXTEENTH + wait, pitch, length, velocity))
    return events


def _held(view: View) -> tuple[Notes, ...]:
    """What is held at each chord of the phrase: the chord, the key's drone, or both where the tonic does not rub."""
    voice, phrase = view.style.voice("texture"), view.bar.phrase
    low, high = view.lane
    tonic = next((p for p in range(low, high + 1) if p % 12 == phrase.key.tonic), low)
    if voice.motion == "drone":
        seats = DRONES[(view.take.number + view.take.turn) % len(DRONES)]
        drone = tuple(tonic + seat for seat in seats[: voice.voices] if low <= tonic + seat <= high)
        return tuple(drone for _ in phrase.flat)
    voicings = voiced(view, calm=not voice.clash)
    if voice.motion != "pedal":
        return voicings
    chords = [placed for bar in phrase.chords for placed in bar]
    return tuple(_over(tonic, notes, placed.strong) for notes, placed in zip(voicings, chords, strict=True))


def _over(tonic: int, notes: Notes, strong: tuple[int, ...]) -> Notes:
    """The pedal under the voices that lie above it, where it is strong and the low intervals stay clear."""
    both = (tonic, *(p for p in notes if p > tonic))
    return both if tonic % 12 in strong and clear(both) else notes


def _late(view: View, voices: int, slot: int, steady: bool) -> list[int]:
    """Sixteenths by which each voice enters later: spread where the style staggers, else tonight one voice may wait a pulse.

    Where a hand varies the part they are spread farther, or enter one after the other from the lowest.

    ``steady``: there are as many voices as before; otherwise none waits, or what is left would seem to cross.
    """
    voice, bar, turn = view.style.voice("texture"), view.bar, view.take.turn
    hit, who, *order = view.night("pad", view.riff).row(2 + voices, bar.like, slot)
    if voice.stagger:
        ranked = sorted(range(voices), key=lambda rank: (order[rank], rank))
        return [voice.stagger * (1 + turn % 3) * ranked.index(rank) for rank in range(voices)]
    if turn and steady and not bar.ending:
        return [(ROLLED + turn % 2 * 2) * rank for rank in range(voices)]
    out = [0] * voices
    if steady and voices > 1 and hit < voice.vary and not bar.ending:
        out[who * voices // 1000] = bar.pulses[1 + order[0] * (len(bar.pulses) - 1) // 1000] if len(bar.pulses) > 1 else 2
    return out


def _length(view: View, voicings: tuple[Notes, ...], index: int, slot: int, pitch: int) -> tuple[int, int]:
    """Ticks until the voice moves, is struck again, or the phrase ends, a breath short; and how many of them more space takes.

    It takes them from the last chord that the voice sounds with, half of that at most, so that the voices of a chord end
    together and what two chords share still binds them.
    """
    bar, phrase = view.bar, view.bar.phrase
    total, begun = 0, slot
    for place in range(bar.place, phrase.bars):
        if place > bar.place and place % AGAIN == 0:
            break
        later = [p for p in phrase.chords[place] if p.index > index]
        moved = next((p for p in later if pitch not in voicings[p.index]), None)
        changed = [p for p in later if voicings[p.index] != voicings[p.index - 1] and (moved is None or p.index < moved.index)]
        begun = total + changed[-1].slot if changed else begun
        total += bar.slots if moved is None else moved.slot
        if moved is not None:
            break
    room = (total - begun) * SIXTEENTH * max(0, bar.live.space - 500) // 1000
    return max(1, (total - slot) * SIXTEENTH - SIXTEENTH // 4), room
