"""The last hand on a bar of a part: dynamics, fades, silences, and one order.

Law of this file: only velocities and lengths change here, and notes inside a written silence fall away; nothing is added.
"""

from dataclasses import replace

from performer.engine.arrangement import plays
from performer.engine.transitions import emerging, way_between
from performer.engine.view import Bar, View
from performer.events import Event, Note, order
from performer.music.curve import between, value_at
from performer.show.definition import Section
from performer.ticks import Span, Tick

UNPITCHED = ("drums", "effects", "light", "visual", "external")
SPEAKING = ("lead", "arp", "chords", "bass")
"""Roles that breathe between phrases."""

SOFTEST = 800
"""Per mille of a style's velocity that is left at no energy at all: a band's dynamics over a piece, beside each part's own."""


def finished(events: list[Event], view: View, *, safe: bool) -> tuple[Event, ...]:
    """In order, one note a pitch and tick; nothing sounds in a silence, and a safe bar keeps to itself."""
    bar = view.bar
    silence = bar.tick(bar.stop) if bar.stop < bar.slots else None
    end = silence if silence is not None else bar.state.end if safe else None
    level = faded(view) * between(1000 if view.part.role == "effects" else SOFTEST, 1000, bar.loud) // 1000
    events = spaced(events, view) if bar.space > 500 else events
    if end is not None or level < 1000:
        events = [_shaped(event, end, level) for event in events if silence is None or not isinstance(event, Note) or event.at < silence]
    out = {order(event): event for event in events}
    return tuple([out[key] for key in sorted(out)])


def spaced(events: list[Event], view: View) -> list[Event]:
    """What space leaves above one half: shorter notes of every pitched part, and a rest at the end of a phrase of those that speak.

    Lengths go down to a half, the rest grows to half a bar; a note is never moved, so that more space only takes away.
    """
    bar, more = view.bar, view.bar.space - 500
    rests = view.part.role in SPEAKING and bar.place == bar.phrase.bars - 1 and not bar.ending
    until = bar.tick(bar.slots - bar.slots * more // 1000) if rests else bar.state.end
    short = view.part.role not in UNPITCHED
    kept = (event for event in events if not isinstance(event, Note) or event.at < until or event.at == bar.at)
    return [
        replace(event, length=Span(max(1, event.length * (1000 - more) // 1000))) if short and isinstance(event, Note) else event
        for event in kept
    ]


def _shaped(event: Event, end: Tick | None, level: int) -> Event:
    if not isinstance(event, Note):
        return event
    length = event.length if end is None else Span(max(1, min(event.length, end - event.at)))
    velocity = max(1, event.velocity * level // 1000)
    return Note(at=event.at, part=event.part, pitch=event.pitch, length=length, velocity=velocity, feel=event.feel)


def faded(view: View) -> int:
    """What fades leave of the part: all parts where it is a fade, those that come or go where it is a cross-fade."""
    bar, left = view.bar, 1000
    following, before = bar.change.following, _before(bar)
    if bar.change.says("fade") or (bar.change.says("cross-fade") and following is not None and not _in(view, following, 0)):
        left = bar.fading
    if bar.section.entry == "fade" or (before is not None and not _in(view, before, 1000)):
        left = min(left, emerging(bar.index))
    return left


def _before(bar: Bar) -> Section | None:
    """The section from which this one is cross-faded, while that lasts."""
    name = bar.state.previous
    if bar.index >= 4 or bar.state.stay or not name or sum(count for _, count in bar.state.visits) <= 1:
        return None
    before = next((section for section in bar.song.sections if section.name == name and name != bar.section.name), None)
    return before if before is not None and "cross-fade" in way_between(bar.song, before, bar.section, bar.phrase.style) else None


def _in(view: View, section: Section, place: int) -> bool:
    """Whether the part plays at a place of another section, as that is drawn."""
    return plays(view.bar.song, section, view.part, view.style, value_at(section.energy, place))
