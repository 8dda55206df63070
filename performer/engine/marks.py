"""What the bar itself says: tempo, section, bar line, the levels of a section, the cut of a jump.

Law of this file: marks stand on the grid and need no role; chords and cues come from the score.
"""

from collections.abc import Iterator

from performer.engine.bars import Bar
from performer.engine.state import Phase, State
from performer.events import BarMark, Controller, Cut, Event, SectionMark, TempoMark
from performer.show.definition import Part


def conductor_marks(bar: Bar, before: Bar | None) -> Iterator[Event]:
    """The events of no part at this bar's line, and tempo changes inside it."""
    state = bar.state
    for segment in bar.tempo.segments:
        if segment.at >= bar.at:
            yield TempoMark(at=segment.at, start=segment.start, end=segment.end, span=segment.span)
    if _begins(state, before):
        yield SectionMark(at=bar.at, section=state.section, visit=state.visit, bars=state.bars)
    yield BarMark(at=bar.at, bar=state.bar, in_section=state.bar_in_section, meter=state.meter, per_quarter=state.tempo)


def _begins(state: State, before: Bar | None) -> bool:
    if state.phase is not Phase.PLAYING:
        return False
    return state.bar_in_section == 0 or before is None or before.last.section != state.section


def part_marks(bar: Bar, before: Bar | None, part: str) -> Iterator[Event]:
    """What a part is told besides its notes: the cut of a jump, the section's level."""
    state = bar.state
    if before is not None and (_cut(bar, before) or _dropped(bar, before, part)):
        yield Cut(at=bar.at, part=part)
    definition = part_of(bar, part)
    if definition is None:
        return
    if _begins(state, before):
        section = bar.show.songs[state.song].section(state.section)
        yield Controller(at=bar.at, part=part, name="level", value=dict(section.mix).get(part, definition.level))


def _cut(bar: Bar, before: Bar) -> bool:
    """A jump, a stop, another song or another show, the end of a chord that rang: what sounds ends here."""
    was, now = before.last, bar.state
    if before.show.songs[was.song].section(was.section).ring and now.ringing:
        return False
    rang = before.show.songs[was.song].section(was.section).ring and (was.section, was.visit) != (now.section, now.visit)
    return rang or now.jumped or before.end < was.end or was.song != now.song or was.show != now.show or was.phase is not now.phase


def _dropped(bar: Bar, before: Bar, part: str) -> bool:
    """A part that a hand took out: what sounds in it ends here."""
    return part in bar.state.shaping.absent and part not in before.last.shaping.absent


def part_of(bar: Bar, part: str) -> Part | None:
    """The definition of ``part`` in the bar's song, or None."""
    return next((p for p in bar.show.songs[bar.state.song].parts if p.name == part), None)
