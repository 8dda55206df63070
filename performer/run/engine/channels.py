"""What a surface is shown of a part, and what its shaping will do.

Law of this file: it only reads; what was asked is shown at once, as it will be, before its boundary comes.
"""

from performer.controls import Hand, Keep, Lock, Shape
from performer.engine.conductor import MOST_KEPT
from performer.engine.course import PHRASE
from performer.engine.performance import Performance
from performer.engine.shaping import refused, take_of
from performer.engine.state import State
from performer.show.definition import Section
from performer.takes import Kept, Pass
from performer.ticks import Tick
from performer.wire.feedback import Channel

_FAR = 600
"""Bars ahead in which a boundary is looked for: longer than any section."""


def channel_of(here: State, wishes: State, section: Section, part: str, mix: tuple[bool, int]) -> Channel:
    """A part: ``here`` is the State that sounds, in ``section``; ``wishes`` the State after the last control; ``mix``: (muted, level)."""
    waits = {move.act for move in wishes.shaping.moves if move.part == part}
    take = take_of(wishes, section, part)
    return Channel(
        name=part, muted=mix[0], level=mix[1], drop=_lamp("drop", waits, part in wishes.shaping.absent, "bring"),
        bring=_lamp("bring", waits, part in wishes.shaping.brought, "drop"), again=_once_more(here, take.again),
        lock=bool(take.locked[0]), hand=part in wishes.shaping.hands, take=take.number + 1, variation=take.turn + 1,
        heard=any(name == part and at >= here.at - here.meter.bar for name, at in wishes.shaping.heard),
        coming=next((act for act in ("reroll", "vary") if act in waits), ""),
    )  # fmt: skip


def _lamp(act: str, waits: set[str], holds: bool, other: str) -> float:
    if act in waits or (holds and other in waits):
        return 0.5
    return 1.0 if holds else 0.0


def _once_more(here: State, once: Pass | None) -> float:
    if once is None or once.section != here.section:
        return 0.0
    if once.bars == once.of:
        return 1.0 if here.visit == once.visit + 1 else 0.5 if here.visit == once.visit else 0.0
    over = here.bar_in_section - once.start - once.bars
    return 0.0 if here.visit != once.visit or over >= once.bars else 1.0 if over >= 0 else 0.5


def promise(performance: Performance, control: Shape | Lock | Hand | Keep, reach: Tick) -> tuple[str, Tick]:
    """What a control that was just accepted will do, and at which tick."""
    bar = performance.bar_at(reach)
    section = bar.show.songs[bar.state.song].section(bar.state.section)
    match control:
        case Keep():
            return (_kept(bar.state.kept, bar.last.kept), reach)
        case Lock(part=part, on=on):
            return (f"{part} keeps its idea of {section.name}" if on else f"{part} is free in {section.name}", reach)
        case Hand(part=part, on=on):
            return (f"{part} is in a hand" if on else f"{part} is let go", reach)
    if why := refused(section, bar.last, control):
        return (why, reach)
    if control.act == "again":
        return (f"{control.part} again", _phrase_end(performance, reach))
    words = {"drop": "drops out", "bring": "comes in", "vary": "varies", "reroll": "gets a new take"}
    for _ in range(_FAR):
        if not any(move.part == control.part and move.act == control.act for move in bar.last.shaping.moves):
            break
        bar = performance.bar_at(bar.end)
    return (f"{control.part} {words[control.act]}", max(reach, bar.at))


def _kept(before: tuple[Kept, ...], now: tuple[Kept, ...]) -> str:
    if now == before:
        return "there is nothing to keep" if len(now) < MOST_KEPT else f"{MOST_KEPT} sections are kept already"
    bars = sum(excerpt.where.bars for excerpt in now[-1].excerpts)
    return f"kept {bars} bar{'s' if bars > 1 else ''} as {now[-1].name}"


def _phrase_end(performance: Performance, reach: Tick) -> Tick:
    bar = performance.bar_at(performance.bar_at(reach).end)
    while bar.state.bar_in_section % PHRASE:
        bar = performance.bar_at(bar.end)
    return bar.at
