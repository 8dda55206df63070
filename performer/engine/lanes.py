"""Controllers that follow the energy: a part's filter, send and swell, and the riser of a build.

Law of this file: at most one value a felt pulse and lane, on straight lines between the middles of bars, none that moves by
less than a step of a MIDI controller; a part whose controllers a hand has taken gets none (``View.held``). Only the
beginning of a section leaps, and a hand on a fader (``engine.stretches``).
"""

from functools import partial

from performer.engine.view import Bar, View
from performer.events import Controller, Event
from performer.music.curve import bend, between

STEP = 8
"""Per mille: the least move that is said (MIDI's 7 bits)."""

ECHOES = ("reverb", "delay")
"""Controllers that follow the space, too."""

RISING = ("effects", "texture")
"""Roles that have the riser as a controller."""


def play(view: View) -> list[Event]:
    """The controllers of a part in this bar."""
    bar, part = view.bar, view.part
    if view.held:
        return []
    out: list[Event] = []
    for name, low, high in view.style.lane(part.role):
        value = partial(_value, bar, name, (low, high), view.fade)
        moves = bar.ramp.count(bar.ramp[0]) < len(bar.ramp)
        out += _said(bar, part.name, name, [value(axes) for axes in bar.ramp] if moves else [value(bar.ramp[0])])
    if bar.rising and part.role in RISING:
        count = len(bar.pulses)
        span = bar.change.rising - bar.change.risen
        out += _said(bar, part.name, "riser", [bar.change.risen + span * number // count for number in range(count)])
    return out


def _value(bar: Bar, name: str, ends: tuple[int, int], fade: int, axes: tuple[int, int]) -> int:
    brightness, dynamics = axes
    if name == "brightness":
        return bend(bend(between(*ends, bend(brightness, bar.state.energy)), bar.live.opening), bar.state.brightness)
    value = between(*ends, bend(dynamics, bar.state.energy))
    if name in ECHOES:
        return bend(value, bar.live.space)
    return value * fade // 1000 if name == "expression" else value


def _said(bar: Bar, part: str, name: str, values: list[int]) -> list[Event]:
    """The first value of a bar always, then those that move; one value holds."""
    out: list[Event] = []
    told = None
    for slot, value in zip(bar.pulses, values, strict=False):
        if slot < bar.until and (told is None or abs(value - told) >= STEP):
            out.append(Controller(at=bar.tick(slot), part=part, name=name, value=min(1000, max(0, value))))
            told = value
    return out
