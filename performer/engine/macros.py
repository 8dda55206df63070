"""The macros as they are live in a bar: what the section draws, bent by the fader.

Law of this file: every figure is per mille and monotone in its fader and in its curve; a fader at 500 leaves what is drawn, a
curve that is left out is 500, which is what the style has; 0 gives 0 and 1000 gives 1000.

- energy = bend(drawn energy, fader); so is each of its axes, of which it is the mean (``engine.arrangement``).
- loud = bend(dynamics axis, fader): velocities.
- busy = bend(bend(bend(density axis, fader), density curve), density fader): pieces, and how many onsets sound.
- bright = bend(bend(250 + 0.6 bend(brightness axis, fader), brightness curve), brightness fader): how open the sounds are.
- tension, complexity, humanity, space, fusion = bend(curve, fader): what each does is said where it is read
  (``music.colour``, the roles, ``engine.ornaments``, ``music.groove``, ``engine.finish``, ``engine.fusion``).
"""

from functools import partial
from typing import NamedTuple

from performer.engine.arrangement import Axes
from performer.engine.state import State
from performer.music.curve import bend, value_at
from performer.show.definition import Section


class Live(NamedTuple):
    """What the macros say in one bar. ``opening``: the brightness curve alone, for controllers that follow it at each pulse."""

    energy: int
    loud: int
    bright: int
    opening: int
    tension: int
    complexity: int
    humanity: int
    space: int
    fusion: int


def live(section: Section, state: State, axes: Axes, place: int) -> Live:
    """The macros at a place (per mille) of the section, where its energy is made of these axes."""
    curve = partial(_curve, section, place)
    opening = curve("brightness")
    return Live(
        energy=bend(value_at(section.energy, place), state.energy), loud=bend(axes.dynamics, state.energy),
        bright=bend(bend(250 + bend(axes.brightness, state.energy) * 6 // 10, opening), state.brightness), opening=opening,
        tension=bend(curve("tension"), state.tension), complexity=bend(curve("complexity"), state.complexity),
        humanity=bend(curve("humanity"), state.humanity), space=bend(curve("space"), state.space),
        fusion=bend(curve("fusion"), state.fusion),
    )  # fmt: skip


def busy_at(section: Section, state: State, density: int, place: int) -> int:
    """How busy the parts are at a place of the section, where its energy draws this density."""
    return bend(bend(bend(density, state.energy), _curve(section, place, "density")), state.density)


def _curve(section: Section, place: int, name: str) -> int:
    return next((value_at(points, place) for macro, points in section.macros if macro == name), 500)
