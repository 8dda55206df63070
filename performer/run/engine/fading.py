"""A fade-out: which levels are due now, what it found, and what is given back when the show goes on.

Law of this file: levels fall straight to nothing, in steps of a tenth of a second, whatever it is asked in between; a
fade is known from the entries alone, so that a restarted engine goes on with it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from performer.controls import Cancel, Control, Entry, Fade, Go, MixAct, Stop
from performer.show.definition import Part
from performer.ticks import Tick
from performer.wire.mix import Mix, faded

STEP_NS = 100_000_000


@dataclass(slots=True)
class Fading:
    """``begun`` and ``whole`` in host nanoseconds; ``levels`` per mille as they stood, ``before`` as they are given back."""

    begun: int
    whole: int
    levels: dict[str, int]
    before: dict[str, int]
    stopped: bool = False
    _due: int = 0
    _said: dict[str, int] = field(default_factory=dict)

    def levels_at(self, host: int) -> dict[str, int]:
        """The levels that change now; none between two steps (but the end is always said), none after the stop."""
        if self.stopped or (host < self._due and not self.over(host)):
            return {}
        self._due = host + STEP_NS
        now = faded(self.levels, host - self.begun, self.whole)
        changed = {part: level for part, level in now.items() if self._said.get(part, self.levels[part]) != level}
        self._said |= changed
        return changed

    def over(self, host: int) -> bool:
        """Whether its end has come and its stop has not."""
        return not self.stopped and host - self.begun >= self.whole

    def gives_back(self, control: Control) -> bool:
        """Whether the levels return with this control."""
        return _gives_back(control, self.stopped)


def left_by(entries: Iterable[Entry], parts: Iterable[Part], host_of: Callable[[Tick], int]) -> Fading | None:
    """The fade that ``entries`` leave under way, or whose levels were not given back yet. ``host_of`` tells when a tick was given."""
    found = _left(entries)
    if found is None:
        return None
    levels, before = ({part.name: mix.level(part) for part in parts} for mix in (found.mix, found.before))
    return Fading(host_of(found.tick), found.micros * 1000, levels, before, found.stopped)


class _Faded(NamedTuple):
    """A fade in the entries: when it was asked for, how long it lasts, the mix then and before, whether its stop has been given."""

    tick: Tick
    micros: int
    mix: Mix
    before: Mix
    stopped: bool


def _left(entries: Iterable[Entry]) -> _Faded | None:
    mix, found = Mix(), None
    for entry in entries:
        control = entry.control
        if isinstance(control, Fade):
            found = _Faded(entry.tick, control.micros, mix, found.before if found else mix, stopped=False)
        elif found is not None and _gives_back(control, found.stopped):
            found = None
        elif found is not None and isinstance(control, Stop):
            found = found._replace(stopped=True)
        if isinstance(control, MixAct):
            mix = mix.after(control)
    return found


def _gives_back(control: Control, stopped: bool) -> bool:
    """A cancel takes the fade back; after its stop it is the next GO that wants to be heard."""
    return isinstance(control, Go if stopped else Cancel)
