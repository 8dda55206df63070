"""How far along its section a bar is, when the section is held, stretched or cut in the middle.

Law of this file: the way through a section runs from 0 to 1000 and is 1000 at its end, wherever a hand puts that end; what
is past stays, the rest is bent from where it stood (``State.bent``). Curves, risers and endings are read at this place.
"""

from dataclasses import replace

from performer.controls import When
from performer.engine.state import Phase, State
from performer.show.definition import Section

PHRASE = 4
"""Bars in a phrase: where a trigger acts that names no boundary, and what ``again`` repeats
(music moves in fours: 60 % of entries, music of people)."""

STRETCH_STEP = 4
"""Bars by which a held section with ``stretch`` grows."""


def length(section: Section, state: State) -> int:
    """Bars of this visit as far as is known: to a jump's boundary; while a stretchable section is held, its most bars."""
    done = max(state.bar_in_section, 0) + 1
    pending = state.pending if state.phase is Phase.PLAYING else None
    if pending is not None and pending.when in (When.NOW, When.BEAT, When.BAR):
        return done
    if pending is not None and pending.when is When.PHRASE:
        return max(done, min(state.bars, -(-done // PHRASE) * PHRASE))
    if pending is None and state.hold and section.stretch:
        return max(done, section.stretch[1])
    return max(done, state.bars)


def along(section: Section, state: State, halves: int, of: int = 1000) -> int:
    """How much of ``of`` has gone by after so many half bars of the section; all of it in a section that stays."""
    if state.stay:
        return of
    start, place = state.bent
    span = 2 * (length(section, state) - start)
    gone = min(span, max(0, halves - 2 * start))
    return of * (place * span + (1000 - place) * gone) // (1000 * span) if span > 0 else of


def bent(section: Section, before: State, after: State) -> State:
    """``after`` with the rest of its section bent from here on, where a control moved the end or asked for one."""
    moved = length(section, after) != length(section, before) or after.pending != before.pending
    if not moved or after.section != before.section:
        return after
    here = max(before.bar_in_section, 0)
    return replace(after, bent=(here, along(section, before, 2 * here)))


def stretched(section: Section, state: State) -> int | None:
    """The length a stretchable section takes when asked to end: the next phrase, inside its least and most length."""
    if section.stretch is None or state.phase is not Phase.PLAYING:
        return None
    done = state.bar_in_section + 1
    return max(done, min(section.stretch[1], max(section.stretch[0], -(-done // PHRASE) * PHRASE)))


def relaxed(section: Section, state: State) -> int:
    """The length of a section whose jump is taken back: as written, or as far as a hold had stretched it."""
    if section.stretch is None or state.pending is None or state.pending.when is not When.END:
        return state.bars
    beyond = max(0, state.bar_in_section + 1 - section.bars)
    written = section.bars + -(-beyond // STRETCH_STEP) * STRETCH_STEP
    return max(state.bars, min(written, section.stretch[1])) if beyond else written
