"""Where the performance stands at a bar line: one frozen value, small enough to keep for every bar.

Law of this file: with the show, a State is all that composing a bar needs; what an address can
recompute is not stored.
"""

from dataclasses import dataclass
from enum import Enum

from performer.controls import When
from performer.takes import Kept, Take
from performer.ticks import Meter, Tick


class Phase(Enum):
    """The evening: armed, counted in, playing, ended."""

    ARMED = "armed"
    COUNT_IN = "count-in"
    PLAYING = "playing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A jump that was asked for. ``section`` None: what the form says; ``at``: the boundary, where it lies in this bar."""

    section: str | None
    when: When
    at: Tick | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Something asked of a part that waits for its boundary: drop, bring, vary or reroll (of ``idea``)."""

    part: str
    act: str
    when: When
    idea: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaping:
    """What hands did to parts. ``absent``, ``brought``: out or in whatever the energy; ``entered``: at this very bar line.

    ``hands``: parts whose controllers are left to a hand on the synth's knobs. ``heard``: parts on which a person was heard, each
    with the bar line of the bar in which that was last.
    """

    takes: tuple[Take, ...] = ()
    absent: tuple[str, ...] = ()
    brought: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()
    hands: tuple[str, ...] = ()
    heard: tuple[tuple[str, Tick], ...] = ()
    moves: tuple[Move, ...] = ()


UNSHAPED = Shaping()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The performance at a bar line (or from a tick inside a bar on, after an entry).

    ``bar``: ordinal of the bar, from 0. ``visit``: earlier visits of this section. ``bar_in_section``: from 0, negative
    while counting in. ``bars``: length of this visit as resolved. ``stay``: bars spent here in earlier visits without a
    break. ``previous``: the section played before, "" at the beginning of a song. ``step``: index into the form.
    ``tempo``/``tempo_end``: microseconds a quarter at the bar's two ends. ``by_hand``: a person set the tempo, and it holds
    until a section writes its own. ``jumped``: this bar was reached by a trigger, not by the form. ``show``: fingerprint of
    the show in force; ``kept``: sections that were added to it on stage. Macros per mille. ``ringing``: the section is over
    and its last chord rings on. ``bent``: the bar of the section from which a hand moved its end, and how far along it was there.
    """

    at: Tick
    bar: int
    meter: Meter
    phase: Phase
    tonight: int
    song: int
    section: str
    visit: int
    bar_in_section: int
    bars: int
    step: int
    tempo: int
    tempo_end: int
    show: str = ""
    by_hand: bool = False
    jumped: bool = False
    stay: int = 0
    ringing: bool = False
    previous: str = ""
    pending: Pending | None = None
    queue: tuple[str, ...] = ()
    hold: bool = False
    go: bool = False
    adopt: str = ""
    energy: int = 500
    density: int = 500
    brightness: int = 500
    tension: int = 500
    complexity: int = 500
    humanity: int = 500
    space: int = 500
    fusion: int = 500
    shaping: Shaping = UNSHAPED
    kept: tuple[Kept, ...] = ()
    visits: tuple[tuple[str, int], ...] = ()
    bent: tuple[int, int] = (0, 0)

    def __hash__(self) -> int:
        return hash((self.at, self.bar, self.tonight, self.section, self.energy, self.density, self.brightness))  # the rest is alike

    @property
    def end(self) -> Tick:
        """The bar line after this bar, unless the bar is cut."""
        return Tick(self.at + self.meter.bar)
