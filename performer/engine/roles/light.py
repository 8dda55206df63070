"""Light: looks from the section's tags, accents on drops and fills, intensity from energy.

Law of this file: everything stays on the grid; the first argument of a ``light`` cue is a tag that the rig knows.
"""

from performer.engine.view import View
from performer.events import Controller, Cue, Event
from performer.tempo import Micros
from performer.ticks import QUARTER


def play(view: View) -> list[Event]:
    """The light part's cues and controllers in this bar."""
    bar, name = view.bar, view.part.name
    events: list[Event] = [Controller(at=bar.at, part=name, name="intensity", value=bar.live.energy)]
    if bar.begins:
        tags = bar.section.light or (bar.role or bar.section.name,)
        fade = 0 if bar.drop or bar.state.jumped else bar.state.meter.bar * bar.state.tempo // QUARTER
        events.append(Cue(at=bar.at, part=name, name="light", args=tags, fade=Micros(fade)))
    if bar.drop:
        events.append(Cue(at=bar.at, part=name, name="flash"))
    elif bar.index and bar.index % 8 == 0 and bar.drawn >= 500:
        events.append(Cue(at=bar.at, part=name, name="move", args=(bar.index // 8,)))
    if bar.stop < bar.slots and bar.leaves:
        events.append(Cue(at=bar.tick(bar.stop), part=name, name="light", args=("dark",)))
    elif bar.rising:
        events += [Controller(at=bar.tick(s), part=name, name="strobe", value=_strobe(bar.rising, i)) for i, s in enumerate(bar.pulses)]
    return events


def _strobe(rising: int, pulse: int) -> int:
    return min(1000, rising + 10 * pulse)
