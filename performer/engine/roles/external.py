"""External parts: a machine that plays itself is started, stopped and given its program.

Law of this file: it gets a cue only at the first bar of a visit, and only where something changes for it.
"""

from performer.engine.view import View
from performer.events import Cue, Event
from performer.show.definition import Part, Section


def play(view: View) -> list[Event]:
    """Start, stop and program cues of this bar."""
    bar, part = view.bar, view.part
    if not bar.begins:
        return []
    before = bar.before
    now, then = _in(bar.section, part), before is not None and _in(before, part)
    events: list[Event] = []
    if part.program is not None and before is None:
        events.append(Cue(at=bar.at, part=part.name, name="program", args=(part.program,)))
    if now and not then:
        events.append(Cue(at=bar.at, part=part.name, name=part.start or "start"))
    if then and not now:
        events.append(Cue(at=bar.at, part=part.name, name=part.stop or "stop"))
    return events


def _in(section: Section, part: Part) -> bool:
    return section.plays(part.name, True)
