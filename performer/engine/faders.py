"""Faders that the show moves itself: a cue with the name of a macro.

Law of this file: it acts at a bar line, and the last one to move a fader has it, show or hand.
"""

from dataclasses import replace

from performer.controls import MACROS
from performer.engine.state import Phase, State
from performer.show.definition import CueAt, Section, per_mille


def cued(section: Section, state: State) -> State:
    """The State with what the section's cues set at this bar line, as a hand on the fader would."""
    if state.phase is not Phase.PLAYING or state.ringing:
        return state
    index, begins = state.bar_in_section, state.bar_in_section == 0 and not state.stay
    for rule in section.cues:
        every = rule.at is CueAt.EVERY and rule.bar > 0 and index % rule.bar == 0
        due = every or (rule.at is CueAt.START and begins) or (rule.at is CueAt.BAR and index == rule.bar)
        if due and rule.name in MACROS and rule.args:
            state = replace(state, **{rule.name: per_mille(rule.args[0])})  # type: ignore[arg-type]
    return state
