"""Shaping what is heard: again, vary, reroll, lock, drop out and bring in, a part at a time, and the hand on a knob.

Law of this file: what a hand did to a part is a few small numbers in the State, read by that part alone, so that no other
part's notes change. What was asked waits for its boundary and comes true at a bar line, where music can turn.

- ``reroll``: the part's idea of this section is drawn anew (the next take); its chords and the other parts stay.
- ``vary``: the idea stays; what tonight makes of it is drawn anew.
- ``again``: the phrase that plays is played once more by this part, exactly: in the next phrase, or for a pitched part in the
  next one with the same chords. Asked in the last phrase of a pass, the next pass of the section is exactly as this one.
- ``lock``: the idea, its take and tonight's variation stay through every return of the idea; vary and reroll pass it by.
- ``drop`` holds until ``bring``; a part that was brought in plays whatever the energy until another section begins.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from performer.controls import Hand, Heard, Lock, Shape, When
from performer.engine.course import PHRASE
from performer.engine.identity import idea_of
from performer.engine.state import Move, Phase, State
from performer.show.definition import Section
from performer.takes import Pass, Take

MOST = 256
"""Takes that are remembered: the newest. Some 30 kB at most."""


def take_of(state: State, section: Section, part: str) -> Take:
    """How hands shaped the part's idea in this section. A locked idea comes back where the section would vary it, too."""
    base = _found(state, idea_of(section), part)
    if part in section.vary and not base.locked[0]:
        return _found(state, section.name, part)
    return base


def _found(state: State, idea: str, part: str) -> Take:
    for take in state.shaping.takes:
        if take.part == part and take.idea == idea and take.song == state.song:
            return take
    return _plain(state.song, part, idea)


@lru_cache(maxsize=1024)
def _plain(song: int, part: str, idea: str) -> Take:
    return Take(song=song, part=part, idea=idea)


def asked(section: Section, state: State, control: Shape | Lock | Hand | Heard) -> State:
    """The State after a control; ``section`` is the one that plays. What cannot be done changes nothing."""
    shaping = state.shaping
    if isinstance(control, Shape) and refused(section, state, control):
        return state
    match control:
        case Hand(part=part, on=on):
            return replace(state, shaping=replace(shaping, hands=_with(shaping.hands, part, on)))
        case Heard(part=part):
            before = tuple(row for row in shaping.heard if row[0] != part)
            return replace(state, shaping=replace(shaping, heard=(*before, (part, state.at))))
        case Lock(part=part, on=on):
            take = take_of(state, section, part)
            here = (section.name, state.visit) if on else ("", 0)
            return _kept(state, take if on and take.locked[0] else replace(take, locked=here))
        case Shape(act="again", part=part):
            return _kept(state, replace(take_of(state, section, part), again=_heard(state)))
        case Shape(act=act, part=part, when=when):
            move = Move(part=part, act=act, when=when or When.BAR, idea=take_of(state, section, part).idea)
            others = tuple(m for m in shaping.moves if (m.part, m.act in CAST) != (part, act in CAST))
            return replace(state, shaping=replace(shaping, moves=(*others, move)))


CAST = ("drop", "bring")


def refused(section: Section, state: State, control: Shape) -> str:
    """Why a control cannot be done now; "" when it can."""
    if section.kept and control.act not in CAST:
        return f"{section.name} is kept as it was played"
    if control.act in ("vary", "reroll") and take_of(state, section, control.part).locked[0]:
        return f"{control.part} is locked here"
    return ""


def _heard(state: State) -> Pass:
    """The phrase that plays; the whole pass when it is its last phrase."""
    index = max(state.bar_in_section, 0)
    start = index // PHRASE * PHRASE
    where = Pass(
        section=state.section, visit=state.visit, stay=state.stay, start=start, bars=PHRASE, of=state.bars, bar=state.bar - index + start
    )
    return replace(where, start=0, bars=state.bars, bar=state.bar - index) if start + PHRASE >= state.bars else where


def _with(names: tuple[str, ...], name: str, on: bool) -> tuple[str, ...]:
    others = tuple(n for n in names if n != name)
    return (*others, name) if on else others


def _kept(state: State, take: Take) -> State:
    """The State with a take, the newest last."""
    same = (take.song, take.part, take.idea)
    others = tuple(t for t in state.shaping.takes if (t.song, t.part, t.idea) != same)
    return replace(state, shaping=replace(state.shaping, takes=(others if take.plain else (*others, take))[-MOST:]))


# --- bar lines


def settled(before: State, after: State) -> State:
    """The State at a bar line with what was due there: ``before`` is the bar that it closes."""
    shaping = after.shaping
    changed = (after.song, after.section) != (before.song, before.section) and after.phase is Phase.PLAYING
    due = tuple(m for m in shaping.moves if _due(m, before, after))
    brought = () if changed else shaping.brought
    if not due and not shaping.entered and brought == shaping.brought:
        return after
    left = tuple(m for m in shaping.moves if m not in due)
    out = replace(after, shaping=replace(shaping, moves=left, brought=brought, entered=()))
    for move in due:
        out = _moved(out, before.song, move)
    return out


def _due(move: Move, before: State, after: State) -> bool:
    left = (after.song, after.section, after.visit) != (before.song, before.section, before.visit)
    return move.when is When.BAR or left or (move.when is When.PHRASE and after.bar_in_section % PHRASE == 0)


def _moved(state: State, song: int, move: Move) -> State:
    shaping, part = state.shaping, move.part
    if move.act in CAST:
        inside = move.act == "bring"
        absent, brought = _with(shaping.absent, part, not inside), _with(shaping.brought, part, inside)
        entered = _with(shaping.entered, part, inside)
        return replace(state, shaping=replace(shaping, absent=absent, brought=brought, entered=entered))
    here = replace(state, song=song)
    take = replace(_found(here, move.idea, part), again=None)
    if take.locked[0]:
        return state
    take = replace(take, number=take.number + 1) if move.act == "reroll" else replace(take, turn=take.turn + 1)
    return replace(_kept(here, take), song=state.song)


# --- what a part plays


def source(state: State, take: Take, chords: Callable[[int], object] | None) -> State:
    """The State whose bar the part plays: this one, or one of the pass that it plays again.

    ``chords`` gives what must be equal in a bar of the section for a phrase to fit; None: it fits anywhere.
    """
    once = take.again
    if once is None or once.section != state.section:
        return state
    index = max(state.bar_in_section, 0)
    there = replace(state, pending=None, queue=(), go=False, visit=once.visit, stay=once.stay, bars=once.of)
    if state.visit == once.visit and once.bars < once.of:
        blocks = range(once.start + once.bars, index + 1, once.bars)
        fitting = (at for at in blocks if chords is None or _fits(once, at, chords))
        first = next(fitting, -1)
        over = index - first
        return replace(there, bar=once.bar + over, bar_in_section=once.start + over) if 0 <= over < once.bars and first >= 0 else state
    there = replace(there, bar=once.bar + index)
    return there if state.visit == once.visit + 1 and once.bars == once.of and index < once.of else state


def _fits(once: Pass, at: int, chords: Callable[[int], object]) -> bool:
    """Whether the bars of a pass can be played from ``at`` on, as far as the section goes."""
    return all(chords(once.start + bar) == chords(at + bar) for bar in range(min(once.bars, once.of - at)))
