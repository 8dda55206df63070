"""Visuals: scenes from the section's tags, a change every eight bars, cues on drops and fills, energy as a controller.

Law of this file: everything stays on the grid.
"""

from performer.engine.view import View
from performer.events import Controller, Cue, Event


def play(view: View) -> list[Event]:
    """The visual part's cues and controllers in this bar."""
    bar, name = view.bar, view.part.name
    events: list[Event] = [
        Controller(at=bar.at, part=name, name="brightness", value=bar.live.bright),
        Controller(at=bar.at, part=name, name="energy", value=bar.live.energy),
    ]
    if bar.begins:
        events.append(Cue(at=bar.at, part=name, name="scene", args=bar.section.visual or (bar.role or bar.section.name,)))
    elif bar.index and bar.index % 8 == 0:
        events.append(Cue(at=bar.at, part=name, name="vary", args=(bar.index // 8,)))
    if bar.drop:
        events.append(Cue(at=bar.at, part=name, name="drop"))
    if bar.fill:
        events.append(Cue(at=bar.tick(bar.fill_from), part=name, name="fill", args=(bar.fill,)))
    return events
