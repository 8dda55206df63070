"""What is heard of a bar in which entries act: each stretch as its State has it, from its first tick on.

Law of this file: whoever follows what lasts (a chord and the one after it, a controller) and looks at the newest value has the
one that holds, also in the middle of a bar: what an entry changes of it is said where the entry acts, not at the next bar line.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from performer.engine.bars import Bar
from performer.engine.lanes import STEP
from performer.engine.state import State
from performer.events import ChordMark, Controller, Event
from performer.ticks import Tick


def stretched(bar: Bar, write: Callable[[State], Iterable[Event]]) -> list[Event]:
    """The events of a bar; ``write`` gives those of the whole bar under a State."""
    out: list[Event] = []
    for low, high, state in bar.windows():
        events = tuple(write(state))
        if low > bar.at:
            out += _moved(out, events, low)
        out += [event for event in events if low <= event.at < high]
    return out


def _moved(said: Iterable[Event], events: Iterable[Event], at: Tick) -> list[Event]:
    """What holds at ``at`` and was said otherwise in this bar: a chord, a controller that moves by a step at least."""
    before, now = _holding(said, at), _holding(events, at)
    return [replace(event, at=at) for key, event in now.items() if event.at < at and key in before and _differs(before[key], event)]


def _holding(events: Iterable[Event], at: Tick) -> dict[tuple[str, str], ChordMark | Controller]:
    """The newest of each kind up to ``at``, by part and name."""
    held: dict[tuple[str, str], ChordMark | Controller] = {}
    for event in events:
        if isinstance(event, ChordMark | Controller) and event.at <= at:
            held["" if isinstance(event, ChordMark) else event.part, "" if isinstance(event, ChordMark) else event.name] = event
    return held


def _differs(was: ChordMark | Controller, now: ChordMark | Controller) -> bool:
    if isinstance(was, Controller) and isinstance(now, Controller):
        return abs(was.value - now.value) >= STEP
    return replace(was, at=now.at) != now
