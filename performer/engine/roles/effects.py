"""Effects: risers before a change, impacts where it lands, sweeps down after it and through long sections.

Law of this file: an effect belongs to the bar and its change, never to another part; a riser climbs the scale and ends at
the boundary, an impact and a fall begin at one.
"""

from performer.engine.arrangement import BLOCK
from performer.engine.pen import Pen
from performer.engine.view import View, length_of
from performer.events import Controller, Event, Note
from performer.music.curve import between
from performer.ticks import SIXTEENTH

FALL = 2
"""Bars that a sweep takes to fall."""
DEGREES = (0, 4, 2, 5)
"""Where a riser begins and ends in the scale, from one take to the next."""


def play(view: View) -> list[Event]:
    """The effects of this bar."""
    bar = view.bar
    if bar.rising:
        return _riser(view)
    if bar.crash and bar.index == 0:
        return _impact(view)
    if bar.index < FALL and not bar.state.stay and bar.state.previous and bar.drawn < 450:
        return _sweep(view, bar.index, FALL, falling=True)
    if bar.index % BLOCK == BLOCK - 1 and not bar.leaves:
        return _sweep(view, 0, 1, falling=False)
    return []


def _riser(view: View) -> list[Event]:
    """One note a bar, then two, then one a pulse, up the scale to the octave of the key; each holds to the next."""
    bar, left = view.bar, view.bar.change.left or 8
    end = min(bar.stop, bar.until)
    slots = [s for s in (bar.pulses if left <= 2 else bar.pulses[:: max(1, len(bar.pulses) // 2)] if left <= 4 else (0,)) if s < end]
    scale = _scale(view)
    notes: list[Event] = []
    for number, slot in enumerate(slots):
        after = slots[number + 1] if number + 1 < len(slots) else end
        gone = bar.change.risen + (bar.rising - bar.change.risen) * slot // bar.slots
        pitch = scale[(len(scale) - 1) * gone // 1000]
        notes.append(_note(view, slot, pitch, after - slot, between(*view.style.voice("effects").velocity, gone)))
    return notes


def _scale(view: View) -> list[int]:
    """The key's notes in the lane, from its lowest tonic to its highest where there are two; from the fifth, the third or the
    sixth each time that a hand draws the part anew or varies it.
    """
    (low, high), take = view.lane, view.take
    key = view.bar.phrase.key
    home = key.scale[DEGREES[(take.number + take.turn) % len(DEGREES)]]
    homes = [p for p in range(low, high + 1) if p % 12 == home]
    first, last = (homes[0], homes[-1]) if len(homes) > 1 else (low, high)
    return [p for p in range(first, last + 1) if p % 12 in key.scale] or [low]


def _impact(view: View) -> list[Event]:
    return [_note(view, 0, _scale(view)[0], view.bar.slots, view.style.voice("effects").velocity[1])]


def _sweep(view: View, bar: int, bars: int, *, falling: bool) -> list[Event]:
    """A held note and a controller that falls from the top, or rises to it, over ``bars``."""
    own, scale = view.bar, _scale(view)
    low, high = view.style.voice("effects").velocity
    events: list[Event] = []
    if bar == 0:
        pitch, length = (scale[-1], bars * own.slots) if falling else (scale[len(scale) // 2], own.slots)
        events.append(_note(view, 0, pitch, length, (low + high) // 2))
    if view.held:
        return events
    total = bars * len(own.pulses)
    for number, slot in enumerate(own.pulses):
        gone = 1000 * (bar * len(own.pulses) + number) // total
        events.append(Controller(at=own.tick(slot), part=view.part.name, name="riser", value=1000 - gone if falling else gone))
    return events


def _note(view: View, slot: int, pitch: int, slots: int, velocity: int) -> Note:
    return Pen(view).plain(slot * SIXTEENTH, pitch, length_of(slots, 980), velocity)
