"""Controllers that follow the energy: a part's filter, send and swell, and the riser of a build.

Law of this file: at most one value a felt pulse and lane, on straight lines between the middles of bars, none that moves by
less than a step of a MIDI controller; a part whose controllers a hand has taken gets none (``View.held``). Only the
beginning of a section leaps.
"""

from performer.engine.arrangement import axes_at
from performer.engine.course import along, length
from performer.engine.finish import faded
from performer.engine.view import Bar, View
from performer.events import Controller, Event
from performer.music.curve import bend, between, value_at

STEP = 8
"""Per mille: the least move that is said (MIDI's 7 bits)."""

RISING = ("effects", "texture")
"""Roles that have the riser as a controller."""


def play(view: View) -> list[Event]:
    """The controllers of a part in this bar."""
    bar, part = view.bar, view.part
    if view.held:
        return []
    rows = dict(view.style.lanes).get(part.role, ())
    drawn = [_drawn(bar, slot) for slot in bar.pulses] if rows else []
    fade = faded(view)
    out: list[Event] = []
    for name, low, high in rows:
        values = [_value(bar, name, low, high, energy, fade) for energy in drawn]
        out += _said(bar, part.name, name, values)
    if bar.rising and part.role in RISING:
        count = len(bar.pulses)
        span = bar.change.rising - bar.change.risen
        out += _said(bar, part.name, "riser", [bar.change.risen + span * number // count for number in range(count)])
    return out


def _drawn(bar: Bar, slot: int) -> int:
    """The drawn energy at a slot, on lines between the middles of bars; it begins with the middle of its first bar."""
    section, state, index, slots = bar.section, bar.state, bar.index, bar.slots
    last = 2 * length(section, state) - 1

    def middle(bars: int) -> int:
        return value_at(section.energy, along(section, state, min(last, max(1, 2 * bars + 1))))

    before, after = (index - 1, index) if 2 * slot < slots else (index, index + 1)
    part = 2 * slot + (slots if 2 * slot < slots else -slots)  # of 2 * slots, from the middle of ``before`` on
    low, high = middle(before), middle(after)
    return low + (high - low) * part // (2 * slots)


def _value(bar: Bar, name: str, low: int, high: int, drawn: int, fade: int) -> int:
    axes = axes_at(bar.song, bar.section, drawn)
    if name == "brightness":
        return bend(between(low, high, bend(axes.brightness, bar.state.energy)), bar.state.brightness)
    value = between(low, high, bend(axes.dynamics, bar.state.energy))
    return value * fade // 1000 if name == "expression" else value


def _said(bar: Bar, part: str, name: str, values: list[int]) -> list[Event]:
    """The first value of a bar always, then those that move."""
    out: list[Event] = []
    told = None
    for slot, value in zip(bar.pulses, values, strict=True):
        if slot < bar.until and (told is None or abs(value - told) >= STEP):
            out.append(Controller(at=bar.tick(slot), part=part, name=name, value=min(1000, max(0, value))))
            told = value
    return out
