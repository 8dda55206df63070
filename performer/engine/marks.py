"""What the bar itself says: tempo, section, bar line, chords, cues of the show, levels of a section.

Law of this file: marks stand on the grid and need no role; chords come from the score, when there is one.
"""

from collections.abc import Iterator

from performer.engine.bars import Bar
from performer.engine.state import Phase, State
from performer.events import BarMark, Controller, Cue, Cut, Event, Note, SectionMark, TempoMark
from performer.show.definition import CueAt, CueRule, Part, Section
from performer.tempo import Micros
from performer.ticks import Span, Tick

STICK = 37
"""General MIDI side stick, for counting in."""


def conductor_marks(bar: Bar, before: Bar | None) -> Iterator[Event]:
    """The events of no part at this bar's line and tempo changes inside it, without chords."""
    state = bar.state
    for segment in bar.tempo.segments:
        if segment.at >= bar.at:
            yield TempoMark(at=segment.at, start=segment.start, end=segment.end, span=segment.span)
    if _begins(state, before):
        yield SectionMark(at=bar.at, section=state.section, visit=state.visit, bars=state.bars)
    yield BarMark(at=bar.at, bar=state.bar, in_section=state.bar_in_section, meter=state.meter, per_quarter=state.tempo)
    if state.phase is Phase.COUNT_IN:
        for number, pulse in enumerate(state.meter.pulses):
            yield Cue(at=Tick(bar.at + pulse), part="", name="count", args=(number + 1, -state.bar_in_section))
    yield from _cues(bar, before)


def _begins(state: State, before: Bar | None) -> bool:
    if state.phase is not Phase.PLAYING:
        return False
    return state.bar_in_section == 0 or before is None or before.last.section != state.section


def _cues(bar: Bar, before: Bar | None) -> Iterator[Event]:
    state = bar.state
    if before is not None and before.last.phase is Phase.PLAYING and (state.phase is Phase.ENDED or state.bar_in_section == 0):
        last = before.show.songs[before.last.song].section(before.last.section)
        yield from (_cue(rule, bar.at) for rule in last.cues if rule.at is CueAt.END)
    if state.phase is not Phase.PLAYING:
        return
    section = bar.show.songs[state.song].section(state.section)
    for rule in section.cues:
        if (at := _due(rule, section, state)) is not None and at < bar.end:
            yield _cue(rule, at)


def _due(rule: CueRule, section: Section, state: State) -> Tick | None:
    """Where in this bar a rule fires; cues on fills are the light role's, which knows the plan."""
    starts = state.bar_in_section == 0
    if rule.at is CueAt.START or (rule.at is CueAt.DROP and section.role == "drop"):
        return state.at if starts else None
    if rule.at is CueAt.EVERY:
        return state.at if rule.bar and state.bar_in_section % rule.bar == 0 else None
    if rule.at is CueAt.BAR and rule.bar == state.bar_in_section and rule.beat < len(state.meter.pulses):
        return Tick(state.at + state.meter.pulses[rule.beat])
    return None


def _cue(rule: CueRule, at: Tick) -> Cue:
    return Cue(at=at, part="", name=rule.name, args=rule.args, lead=Micros(rule.lead), fade=Micros(rule.fade))


def part_marks(bar: Bar, before: Bar | None, part: str) -> Iterator[Event]:
    """What a part is told besides its notes: the cut of a jump, the section's level, the count-in's stick."""
    state = bar.state
    if before is not None and _cut(bar, before):
        yield Cut(at=bar.at, part=part)
    definition = part_of(bar, part)
    if definition is None:
        return
    if _begins(state, before):
        section = bar.show.songs[state.song].section(state.section)
        yield Controller(at=bar.at, part=part, name="level", value=dict(section.mix).get(part, definition.level))
    if state.phase is Phase.COUNT_IN and definition.role == "drums":
        for number, pulse in enumerate(state.meter.pulses):
            velocity = 100 if number == 0 else 80
            yield Note(at=Tick(bar.at + pulse), part=part, pitch=STICK, length=Span(1260), velocity=velocity)


def _cut(bar: Bar, before: Bar) -> bool:
    """A jump, a stop, another song or another show: what sounds ends here."""
    was, now = before.last, bar.state
    return now.jumped or before.end < was.end or was.song != now.song or was.show != now.show or was.phase is not now.phase


def part_of(bar: Bar, part: str) -> Part | None:
    """The definition of ``part`` in the bar's song, or None."""
    return next((p for p in bar.show.songs[bar.state.song].parts if p.name == part), None)
