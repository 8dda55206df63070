"""Where we are and what comes next: boundaries, form and follow rules. It needs no roles and writes no note.

Law of this file: ``opening``, ``heed`` and ``next_bar`` are pure; every question that chance answers is
addressed by song, section and visit, so that two machines take the same way through the form.
"""

from dataclasses import replace

from performer import controls
from performer.controls import MACROS, Control, When
from performer.engine import shaping
from performer.engine.course import PHRASE, STRETCH_STEP, along, bent, relaxed, stretched
from performer.engine.decide import decide
from performer.engine.faders import cued
from performer.engine.state import Pending, Phase, State
from performer.music.chance import Chance
from performer.show.definition import Section, Show, Song
from performer.ticks import Tick

MOST_KEPT = 48
"""Sections that can be kept in one night: some 20 kB of State."""


def song_of(show: Show, state: State) -> Song:
    """The song that is playing."""
    return show.songs[state.song]


def section_of(show: Show, state: State) -> Section:
    """The section that is playing."""
    return show.songs[state.song].section(state.section)


def opening(show: Show, tonight: int, *, armed: bool = False, start: str | None = None) -> State:
    """The first bar line. ``start`` names a section of the first song to begin with; KeyError when there is none."""
    song = show.songs[0]
    name = song.section(start).name if start else song.form[0]
    step = song.form.index(name) if name in song.form else 0
    state = State(
        at=Tick(0), bar=0, meter=song.meter, phase=Phase.ARMED, tonight=tonight, song=0, section=name, visit=0, bar_in_section=0,
        bars=song.section(name).bars, step=step, tempo=song.per_quarter, tempo_end=song.per_quarter, show=show.fingerprint,
    )  # fmt: skip
    return _timed(show, state) if armed else _started(show, state, Tick(0), 0)


# --- entries


def heed(show: Show, state: State, control: Control, at: Tick) -> State:
    """The State from ``at`` (inside the bar) on, after a control. A boundary in this bar stands in ``pending.at``."""
    return bent(section_of(show, state), state, _heeded(show, state, control, at))


def _heeded(show: Show, state: State, control: Control, at: Tick) -> State:  # noqa: C901 - one line a control
    match control:
        case controls.Go():
            if state.phase in (Phase.ARMED, Phase.ENDED):
                return replace(state, go=True, pending=Pending(section=None, when=When.NOW, at=at))
            return state if state.phase is Phase.COUNT_IN else replace(state, go=True)  # a nervous second press skips nothing
        case controls.GoTo(section=section, when=when):
            return _asked(show, state, section, when, at)
        case controls.Next(when=when):
            return _asked(show, state, None, when, at)
        case controls.Back(when=when):
            return _asked(show, state, state.previous, when, at) if state.previous else state
        case controls.Hold(on=on):
            return replace(state, hold=on)
        case controls.Macro(name=name, value=value):
            return replace(state, **{name: value})  # type: ignore[arg-type]
        case controls.Shape() | controls.Lock() | controls.Hand() | controls.Heard():
            return shaping.asked(section_of(show, state), state, control)
        case controls.Keep(found=found):
            return replace(state, kept=(*state.kept, found)) if found is not None and len(state.kept) < MOST_KEPT else state
        case controls.SetTempo(per_quarter=per_quarter):
            return replace(state, tempo_end=per_quarter, by_hand=True)
        case controls.Cancel():
            return replace(state, pending=None, queue=(), go=False, bars=relaxed(section_of(show, state), state))
        case controls.Stop():
            return replace(state, phase=Phase.ENDED, go=False, ringing=False, pending=Pending(section=None, when=When.NOW, at=at))
        case controls.Adopt(fingerprint=fingerprint):
            return replace(state, adopt=fingerprint)
        case _:
            return state


def _asked(show: Show, state: State, section: str | None, when: When | None, at: Tick) -> State:
    names = {s.name for s in song_of(show, state).sections}
    if state.phase is Phase.ENDED or (section is not None and section not in names):
        return state
    if when is When.QUEUE:
        return replace(state, queue=(*state.queue, section)) if section else state
    if when is None and state.ringing:
        when = When.NOW  # whoever lets the last chord go means this moment
    if when is None and state.pending is not None and state.pending.section == section:
        if state.pending.when in (When.NOW, When.BEAT, When.BAR):
            return state  # it is as near as a tap can bring it
        when = When.BAR
    if when is None:
        when = When.PHRASE
        if (bars := stretched(section_of(show, state), state)) is not None:
            return replace(state, bars=bars, pending=Pending(section=section, when=When.END))
    return replace(state, pending=Pending(section=section, when=when, at=_boundary(state, when, at)))


def _boundary(state: State, when: When, at: Tick) -> Tick | None:
    """The tick of a boundary inside this bar, or None when it is a bar line."""
    if state.phase is Phase.COUNT_IN:
        return None
    if state.phase is Phase.ARMED or when is When.NOW:
        return at
    if when is When.BEAT:
        beats = [Tick(state.at + pulse) for pulse in state.meter.pulses]
        return next((beat for beat in beats if beat >= at), None)
    return None


# --- bar lines


def next_bar(show: Show, state: State, end: Tick, *, to: Show | None = None) -> State:
    """The State at the bar line ``end`` that closes the bar of ``state``. ``to``: the show adopted there."""
    target = to or show
    if to is not None:
        state = _moved(target, state)
    state = replace(state, adopt="", jumped=False) if state.adopt or state.jumped else state
    return shaping.settled(state, _timed(target, _turn(target, state, end)))


def _turn(show: Show, state: State, end: Tick) -> State:
    pending = state.pending
    if pending is not None and pending.at == end and pending.when is When.NOW and (state.go or state.phase is Phase.ENDED):
        return _go(show, state, end)
    if state.phase is Phase.ENDED or (state.phase is Phase.ARMED and pending is None):
        return replace(state, at=end, bar=state.bar + 1, tempo=state.tempo_end, pending=None)
    if state.phase is Phase.ARMED and pending is not None:  # a section chosen before the start: stand there
        name = pending.section or state.section
        return replace(_visit(show, state, name, _step_of(show, state, name), end), phase=Phase.ARMED, visits=(), visit=0, previous="")
    if state.phase is Phase.COUNT_IN and state.bar_in_section < -1:
        return replace(state, at=end, bar=state.bar + 1, bar_in_section=state.bar_in_section + 1)
    if state.phase is Phase.COUNT_IN:
        return _counted_in(show, replace(state, phase=Phase.PLAYING), end)
    return _played_on(show, state, end)


def _counted_in(show: Show, state: State, end: Tick) -> State:
    """The downbeat after the count-in: of the section that was counted in, or of the one that was asked for meanwhile."""
    pending = state.pending
    if pending is None or pending.when is When.END:
        return replace(state, at=end, bar=state.bar + 1, bar_in_section=0)
    return replace(_jumped(show, replace(state, visits=()), pending, end), previous="")


def _jumped(show: Show, state: State, pending: Pending, end: Tick) -> State:
    moved = replace(state, pending=None)
    if pending.section is None:
        return replace(_followed(show, moved, end, by_hand=True), jumped=True)
    return replace(_visit(show, moved, pending.section, _step_of(show, state, pending.section), end), jumped=True)


def _played_on(show: Show, state: State, end: Tick) -> State:
    pending, done = state.pending, state.bar_in_section + 1
    if pending is not None and _due(pending, state, end, done):
        return _jumped(show, state, pending, end)
    if done < state.bars:
        return replace(state, at=end, bar=state.bar + 1, bar_in_section=done)
    return _section_over(show, state, end)


def _due(pending: Pending, state: State, end: Tick, done: int) -> bool:
    if pending.when in (When.NOW, When.BEAT):
        return pending.at is None or pending.at == end
    if pending.when is When.BAR:
        return True
    return done >= state.bars or (pending.when is When.PHRASE and done % PHRASE == 0)


def _section_over(show: Show, state: State, end: Tick) -> State:
    section = section_of(show, state)
    if state.hold and section.stretch and not state.ringing and state.bars < section.stretch[1]:
        longer = min(state.bars + STRETCH_STEP, section.stretch[1])
        return replace(state, at=end, bar=state.bar + 1, bar_in_section=state.bar_in_section + 1, bars=longer)
    stayed = state.stay + (1 if state.ringing else state.bars)
    patient = (section.give_up is None or stayed < section.give_up) and not state.go
    if not state.ringing and (state.hold or (section.until_next and patient)):
        return _again(show, state, end)
    if (section.ring and patient) or (state.ringing and state.hold):
        return replace(state, at=end, bar=state.bar + 1, ringing=True, stay=stayed)
    return _followed(show, state, end, by_hand=False)


def _again(show: Show, state: State, end: Tick) -> State:
    again = _visit(show, state, state.section, state.step, end)
    return replace(again, stay=state.stay + state.bars, previous=state.previous, go=state.go)


def _followed(show: Show, state: State, end: Tick, *, by_hand: bool) -> State:
    """What the queue, the follow rule or the form says comes next; by hand it passes a section that waits for GO."""
    song = song_of(show, state)
    if state.queue:
        name = state.queue[0]
        return _visit(show, replace(state, queue=state.queue[1:]), name, _step_of(show, state, name), end)
    rule = section_of(show, state).then
    if rule:
        chance = Chance.of(state.tonight).at(song.name, state.section, state.visit)
        name = decide(song, f"{state.section}/then/{state.visit + 1}", lambda: rule[chance.pick([w for _, w in rule], "then")][0])
        return _entered(show, state, name, _step_of(show, state, name), end, by_hand)
    step = state.step + 1 if state.step + 1 < len(song.form) else song.loop_to
    if step is not None:
        return _entered(show, state, song.form[step], step, end, by_hand)
    if state.song + 1 < len(show.songs):
        return _next_song(show, state, end, by_hand)
    over = replace(state, at=end, bar=state.bar + 1, phase=Phase.ENDED, pending=None, go=False, ringing=False)
    return replace(over, tempo=state.tempo_end)


def onward(show: Show, state: State) -> str:
    """The section to which a press of next leads from ``state``, whatever holds it there; empty: the end."""
    then = _followed(show, state, state.at, by_hand=True)
    return "" if then.phase is Phase.ENDED else then.section


def _entered(show: Show, state: State, name: str, step: int, end: Tick, by_hand: bool) -> State:
    waits = song_of(show, state).section(name).waits_for_go
    if waits and not (state.go or by_hand):
        return _again(show, state, end)
    return _after_go(show, _visit(show, replace(state, go=False), name, step, end), by_hand)


def _after_go(show: Show, state: State, by_hand: bool) -> State:
    """A section that waited for GO is counted in, where it says so; a hand that jumps there wants it at once."""
    section = section_of(show, state)
    if by_hand or not section.waits_for_go or not section.count_in:
        return state
    return replace(state, phase=Phase.COUNT_IN, bar_in_section=-section.count_in)


def _next_song(show: Show, state: State, end: Tick, by_hand: bool) -> State:
    song = show.songs[state.song + 1]
    if song.section(song.form[0]).waits_for_go and not (state.go or by_hand):
        return _again(show, state, end)
    moved = replace(state, song=state.song + 1, go=False, queue=(), visits=(), tempo_end=song.per_quarter, by_hand=False, meter=song.meter)
    return replace(_after_go(show, _visit(show, moved, song.form[0], 0, end), by_hand), previous="")


def _visit(show: Show, state: State, name: str, step: int, end: Tick) -> State:
    counts = dict(state.visits)
    visit = counts.get(name, 0)
    counts[name] = visit + 1
    return replace(
        state, at=end, bar=state.bar + 1, section=name, visit=visit, bar_in_section=0, stay=0, ringing=False, step=step, pending=None,
        go=False, bent=(0, 0), bars=song_of(show, state).section(name).bars, visits=tuple(counts.items()), previous=state.section,
    )  # fmt: skip


def _step_of(show: Show, state: State, name: str) -> int:
    """The place of a section in the form: the next one after here, else the first, else here (a section outside the form)."""
    form = song_of(show, state).form
    places = [i for i, section in enumerate(form) if section == name]
    return next((i for i in places if i > state.step), places[0] if places else state.step)


def _go(show: Show, state: State, end: Tick) -> State:
    if state.phase is Phase.ENDED and not state.go:
        return replace(state, at=end, bar=state.bar + 1, pending=None)
    if state.phase is Phase.ENDED:
        fresh = opening(show, state.tonight, armed=True)
        held = {name: getattr(state, name) for name in MACROS}
        state = replace(fresh, bar=state.bar, go=True, kept=state.kept, shaping=replace(state.shaping, moves=()), **held)
    return _started(show, state, end, state.bar + 1)


def _started(show: Show, state: State, at: Tick, bar: int) -> State:
    section = section_of(show, state)
    phase = Phase.COUNT_IN if section.count_in else Phase.PLAYING
    return _timed(show, replace(
        state, at=at, bar=bar, phase=phase, bar_in_section=-section.count_in, pending=None, go=False, visits=((state.section, 1),),
    ))  # fmt: skip


def _moved(show: Show, state: State) -> State:
    """The same place in another version of the show; a section that is gone gives way to the form's first."""
    number = min(state.song, len(show.songs) - 1)
    song = show.songs[number]
    names = {section.name for section in song.sections}
    known = state.section in names
    name = state.section if known else song.form[0]
    here = state.step < len(song.form) and song.form[state.step] == name
    pending = state.pending
    if pending is not None and pending.section is not None and pending.section not in names:
        pending = None
    return replace(
        state, show=show.fingerprint, song=number, section=name, pending=pending, bars=song.section(name).bars,
        step=state.step if here else (song.form.index(name) if name in song.form else 0),
        bar_in_section=state.bar_in_section if known else -1, queue=tuple(q for q in state.queue if q in names),
    )  # fmt: skip


def _timed(show: Show, state: State) -> State:
    """Meter and tempo of the bar: a section's own tempo (a ramp runs over its bars), else the song's, else the hand's."""
    song, section = song_of(show, state), section_of(show, state)
    state = cued(section, state)
    meter = section.meter or song.meter
    first = max(state.bar_in_section, 0)
    if section.tempo is not None and not (state.by_hand and first > 0):
        start, end = section.tempo
        low, high = (start + along(section, state, 2 * bar, end - start) for bar in (first, first + 1))
        low = state.tempo_end if first and state.bent != (0, 0) else low
        return replace(state, meter=meter, tempo=low, tempo_end=low if state.phase is not Phase.PLAYING else high, by_hand=False)
    if state.by_hand:
        return replace(state, meter=meter, tempo=state.tempo_end)
    tempo = song.per_quarter if state.bar_in_section <= 0 else state.tempo_end
    if (state.meter, state.tempo, state.tempo_end) == (meter, tempo, tempo):
        return state
    return replace(state, meter=meter, tempo=tempo, tempo_end=tempo)
