"""The last hand on a bar of a part: room, silences, and one order.

Law of this file: only lengths change here, and notes fall away; nothing is added or moved. A last chord that rings is meant to
ring for ever: what follows cuts it (``engine.marks``).
"""

from dataclasses import replace

from performer.engine.view import View
from performer.events import RING, Event, Note, order
from performer.ticks import QUARTER, Span, Tick

SPEAKING = ("lead", "arp", "chords", "bass")
"""Roles that breathe between phrases; a texture's voices are held from chord to chord, so it makes its own room."""


RINGING = (*SPEAKING, "texture")


def finished(events: list[Event], view: View, *, safe: bool, rings: bool) -> tuple[Event, ...]:
    """In order, one note a pitch and tick; nothing sounds in a silence, and a safe bar keeps to itself.

    ``rings``: the section that plays lets its last chord ring; one that is kept from it does not, since nobody would let it go.
    """
    bar = view.bar
    silence = bar.tick(bar.stop) if bar.stop < bar.slots else None
    end = silence if silence is not None else bar.state.end if safe else None
    if bar.live.space != 500 and view.part.role in SPEAKING:
        events = spaced(events, view) if bar.live.space > 500 else joined(events, view)
    if rings and not safe and view.part.role in RINGING and (bar.ending or bar.section.stretch is None):
        over = bar.at + (bar.bars - bar.index) * bar.state.meter.bar
        events = [_ringing(event, Tick(over - QUARTER)) for event in events]
    if end is not None:
        events = [_cut(event, end) for event in events if silence is None or not isinstance(event, Note) or event.at < silence]
    out = {order(event): event for event in events}
    return tuple([out[key] for key in sorted(out)])


def _ringing(event: Event, since: Tick) -> Event:
    """What sounds when its section is over rings on, whenever it began."""
    return replace(event, length=RING) if isinstance(event, Note) and event.at + event.length >= since else event


def spaced(events: list[Event], view: View) -> list[Event]:
    """What space leaves above one half of the parts that speak: shorter notes, and a rest at the end of a phrase.

    Lengths go down to a half, the rest grows to half a bar; a note is never moved, so that more space only takes away.
    """
    bar, more = view.bar, view.bar.live.space - 500
    rests = bar.place == bar.phrase.bars - 1 and not bar.ending
    until = bar.tick(bar.slots - bar.slots * more // 1000) if rests else bar.state.end
    kept = (event for event in events if not isinstance(event, Note) or event.at < until or event.at == bar.at)
    return [
        replace(event, length=Span(max(1, event.length * (1000 - more) // 1000))) if isinstance(event, Note) else event for event in kept
    ]


def joined(events: list[Event], view: View) -> list[Event]:
    """What little space makes of parts that speak: each note reaches on towards the part's next one, and is joined to it at 0.

    It reaches over a beat at most, into no other chord and past no bar line; a tune not over the next felt pulse, where a tone
    that passes would stand against the chord.
    """
    bar, more = view.bar, 500 - view.bar.live.space
    onsets = sorted({event.at for event in events if isinstance(event, Note)})
    ends = {*onsets, bar.state.end, *(bar.tick(placed.slot) for placed in bar.chords)}
    ends |= {bar.tick(slot) for slot in bar.pulses} if view.part.role == "lead" else set()
    out: list[Event] = []
    for event in events:
        if isinstance(event, Note):
            gap = min([end for end in ends if end > event.at], default=0) - event.at - event.length
            event = replace(event, length=Span(event.length + min(gap, QUARTER) * more // 500)) if gap > 0 else event
        out.append(event)
    return out


def _cut(event: Event, end: Tick) -> Event:
    if not isinstance(event, Note) or event.at + event.length <= end:
        return event
    return replace(event, length=Span(max(1, end - event.at)))
