"""The macros as they are live in a bar: what the section draws, bent by the fader.

Law of this file: every figure is per mille and monotone in its fader and in its curve; a fader at 500 leaves what is drawn, a
curve that is left out is 500, which is what the style has; 0 gives 0 and 1000 gives 1000.

- energy = bend(drawn energy, fader): velocities, pieces, parts, registers.
- busy = bend(bend(energy, density curve), density fader): how many onsets sound.
- bright = bend(bend(250 + 0.6 energy, brightness curve), brightness fader): the brightness controller of every pitched part.
- tension, complexity, humanity, space = bend(curve, fader): what each does is said where it is read
  (``engine.colour``, the roles, ``music.groove``, ``engine.room``).
"""

from typing import NamedTuple

from performer.engine.state import State
from performer.music.curve import at_bar, bend
from performer.show.definition import Section


class Live(NamedTuple):
    """What the macros say in one bar. ``drawn``: energy as written, whatever the fader."""

    drawn: int
    energy: int
    busy: int
    bright: int
    tension: int
    complexity: int
    humanity: int
    space: int


def live(section: Section, state: State, index: int, bars: int) -> Live:
    """The macros in bar ``index`` of a visit of ``bars`` bars; a repeat keeps to the end of the curves."""
    place = bars if state.stay else index
    curves = dict(section.macros)

    def curve(name: str) -> int:
        return at_bar(curves[name], place, bars) if name in curves else 500

    drawn = at_bar(section.energy, place, bars)
    energy = bend(drawn, state.energy)
    return Live(
        drawn=drawn, energy=energy, busy=bend(bend(energy, curve("density")), state.density),
        bright=bend(bend(250 + energy * 6 // 10, curve("brightness")), state.brightness), tension=bend(curve("tension"), state.tension),
        complexity=bend(curve("complexity"), state.complexity), humanity=bend(curve("humanity"), state.humanity),
        space=bend(curve("space"), state.space),
    )  # fmt: skip
