"""A part's bar as its style swings it: roles write on the grid, and here every note moves with its slot.

Law of this file: swing moves where notes begin and end, and nothing else: cues, controllers and chords stay on the grid. Order is
kept, a note that ended before another began still does, and a pulse stays where it is.
"""

from performer.engine.view import Bar
from performer.events import Event, Note
from performer.music.swing import STRAIGHT, Swing, offsets
from performer.ticks import SIXTEENTH, Span, Tick


def swung(events: list[Event], bar: Bar, swing: Swing) -> list[Event]:
    """``events`` of ``bar`` with the swing that the style has at the bar's tempo."""
    at = swing.at(bar.state.tempo)
    if swing == STRAIGHT or at == (500, 500):
        return events
    places, length = offsets(bar.state.meter, *at), bar.state.meter.bar
    return [_moved(event, bar.at, places, length) if isinstance(event, Note) else event for event in events]


def _moved(note: Note, start: Tick, places: tuple[int, ...], length: int) -> Note:
    on = start + _place(note.at - start, places, length)
    off = start + _place(note.at + note.length - start, places, length)
    return Note(
        at=Tick(on), part=note.part, pitch=note.pitch, length=Span(max(1, off - on)), velocity=note.velocity, feel=note.feel
    )  # fmt: skip


def _place(offset: int, places: tuple[int, ...], length: int) -> int:
    """Ticks from the bar line; a bar that a note reaches into is taken to swing alike."""
    bars, rest = divmod(offset, length)
    slot, part = divmod(rest, SIXTEENTH)
    return bars * length + places[slot] + (places[slot + 1] - places[slot]) * part // SIXTEENTH
