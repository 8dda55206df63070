"""What people and devices ask for, and the stamp that makes it part of the performance.

Law of this file: an ``Entry`` is the unit of journal, replay and rehearsal. ``tick`` is when it was
accepted; ``reach`` is the first tick at which it may still change what every note output plays.
"""

from dataclasses import dataclass
from enum import Enum

from performer.takes import Kept
from performer.ticks import Tick


class When(Enum):
    """Launch quantisation: the boundary at which a trigger acts (QUEUE: after this section and what is queued already)."""

    NOW = "now"
    BEAT = "beat"
    BAR = "bar"
    PHRASE = "phrase"
    END = "end"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Go:
    """Leave the armed state, or pass a section that waits for GO."""


@dataclass(frozen=True, slots=True)
class GoTo:
    """Jump to a section. ``when`` None: the next phrase, or the next bar if this very jump is pending already."""

    section: str
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """Jump to what the form says comes next."""

    when: When | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """Jump to the section played before: a new visit of it."""

    when: When | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Stay in this section (repeat it) until released."""

    on: bool


@dataclass(frozen=True, slots=True)
class Macro:
    """One of ``MACROS``; 0..1000 per mille, 500 = as written."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Shape:
    """One of ``ACTS`` for one part. ``when``: the bar line at which it comes true (BAR when None, PHRASE, END); again has none."""

    part: str
    act: str
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """Keep a part's idea of this section through its returns, or let it go."""

    part: str
    on: bool


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand is on this part's knobs: its controllers are left alone while ``on``."""

    part: str
    on: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """A person has just played a note on this part (an external one): who leaves room for it does."""

    part: str


@dataclass(frozen=True, slots=True)
class Keep:
    """The last ``bars`` bars that were played become a section of the song. ``name`` "" or taken already: the next free one.

    ``found``: what a performance found when it took the control, so that it is never looked for again in bars long gone.
    """

    bars: int
    name: str = ""
    found: Kept | None = None


@dataclass(frozen=True, slots=True)
class SetTempo:
    """A tempo from the next reachable tick on, in microseconds a quarter."""

    per_quarter: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """Take back the pending jump before its boundary."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the performance at once: every note released."""


@dataclass(frozen=True, slots=True)
class Fade:
    """Mix act: fade all levels to nothing over ``micros``; whoever carries it out asks for a Stop at its end."""

    micros: int


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Undo the last control that is not undone yet: adopted at the next bar."""


@dataclass(frozen=True, slots=True)
class Adopt:
    """Another version of the show from the next bar on; ``fingerprint`` names its bytes in the journal."""

    fingerprint: str


@dataclass(frozen=True, slots=True)
class Fallback:
    """The composer missed its deadline: ``part`` plays what it had in the bar with this ordinal."""

    part: str
    bar: int


@dataclass(frozen=True, slots=True)
class Mute:
    """Mix act: skip the note-ons of a part."""

    part: str
    on: bool


@dataclass(frozen=True, slots=True)
class Level:
    """Mix act: level of a part, 0..1000 per mille."""

    part: str
    value: int


@dataclass(frozen=True, slots=True)
class FireCue:
    """Mix act: fire a cue at once."""

    name: str
    args: tuple[int | float | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Panic:
    """Mix act: release everything and play on at the next bar; pressed twice within 2 s it stops."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A label in the journal; changes nothing."""

    text: str


MixAct = Mute | Level | FireCue | Panic | Fade
Steer = Go | GoTo | Next | Back | Hold | Macro | Shape | Lock | Hand | Heard | Keep | SetTempo | Cancel | Stop | TakeBack | Adopt | Fallback
Control = Steer | MixAct | Remark

UNDOABLE = (Go, GoTo, Next, Hold, Macro, Shape, Lock, Hand, Keep, SetTempo, Adopt)
"""What a take-back can undo."""

MACROS = ("energy", "density", "brightness", "tension", "complexity", "humanity", "space", "fusion")
ACTS = ("again", "vary", "reroll", "drop", "bring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A control, stamped. ``seq`` counts from 1 without gaps; ``reach >= tick``."""

    seq: int
    tick: Tick
    reach: Tick
    control: Control
