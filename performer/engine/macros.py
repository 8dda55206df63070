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

from typing import NamedTuple

from performer.engine.arrangement import Axes
from performer.engine.state import State
from performer.music.curve import bend, value_at
from performer.show.definition import Section


class Live(NamedTuple):
    """What the macros say in one bar."""

    energy: int
    loud: int
    busy: int
    bright: int
    opening: int
    tension: int
    complexity: int
    humanity: int
    space: int
    fusion: int


def live(section: Section, state: State, axes: Axes, place: int) -> Live:
    """The macros at a place (per mille) of the section, where its energy is made of these axes."""
    curves = dict(section.macros)

    def curve(name: str) -> int:
        return value_at(curves[name], place) if name in curves else 500

    return Live(
        energy=bend(value_at(section.energy, place), state.energy), loud=bend(axes.dynamics, state.energy),
        busy=bend(bend(bend(axes.density, state.energy), curve("density")), state.density),
        opening=curve("brightness"),
        bright=bend(bend(250 + bend(axes.brightness, state.energy) * 6 // 10, curve("brightness")), state.brightness),
        tension=bend(curve("tension"), state.tension), complexity=bend(curve("complexity"), state.complexity),
        humanity=bend(curve("humanity"), state.humanity), space=bend(curve("space"), state.space),
        fusion=bend(curve("fusion"), state.fusion),
    )  # fmt: skip
