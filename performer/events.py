"""What a performance is made of: events, and the one order in which they leave.

Law of this file: every event is frozen and stands on the grid at ``at``; ``order`` is total, so two
runs that make the same events write them in the same sequence.
"""

from dataclasses import dataclass

from performer.tempo import Micros
from performer.ticks import Meter, Span, Tick

EARLIEST_FEEL = Micros(-40_000)
"""No note is felt earlier than this before its place on the grid (played drums: sd 19-32 ms)."""
LATEST_FEEL = Micros(60_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMark:
    """A section begins. ``visit`` counts the visits of this section, the first being 0."""

    at: Tick
    section: str
    visit: int
    bars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarMark:
    """A bar begins. ``bar`` counts every bar of the performance from 0; ``in_section`` the bars of the section from 0."""

    at: Tick
    bar: int
    in_section: int
    meter: Meter
    per_quarter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TempoMark:
    """Tempo from here on: microseconds a quarter, moving to ``end`` over ``span`` ticks."""

    at: Tick
    start: int
    end: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ChordMark:
    """The chord that sounds from here on, and the one after it, as chord symbols."""

    at: Tick
    now: str
    next: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What sounds in ``part`` ends here at the latest (a jump, a stop); it can only shorten a note."""

    at: Tick
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One thing to fire for lights and visuals. It stays on the grid; ``lead`` asks for it that much earlier."""

    at: Tick
    part: str
    name: str
    args: tuple[int | float | str, ...] = ()
    lead: Micros = Micros(0)
    fade: Micros = Micros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """A controller of a part takes a value, 0..1000 per mille."""

    at: Tick
    part: str
    name: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note on the grid. ``feel`` moves its sound by microseconds, never its place; one note per part, tick and pitch."""

    at: Tick
    part: str
    pitch: int
    length: Span
    velocity: int
    feel: Micros = Micros(0)


Event = TempoMark | SectionMark | BarMark | ChordMark | Cut | Cue | Controller | Note

_RANK: dict[type, int] = {TempoMark: 0, SectionMark: 1, BarMark: 2, ChordMark: 3, Cut: 4, Cue: 5, Controller: 6, Note: 7}


def order(event: Event) -> tuple[int, int, str, str, int]:
    """The written total order: tick, rank, part, name, pitch. Sort by it before anything leaves."""
    part = getattr(event, "part", "")
    name = getattr(event, "name", "")
    return (event.at, _RANK[type(event)], part, name, getattr(event, "pitch", 0))
