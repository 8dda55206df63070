"""What a style says, after it has been read: frozen values that the roles read.

Law of this file: probabilities, energies and weights are per mille; grids are texts of sixteenths, 16 for a bar of
4/4 or 32 for two, which music.rhythm lays into other meters; pitches are MIDI numbers; times are microseconds.
"""

from dataclasses import dataclass

from performer.music.groove import STILL, Touch
from performer.music.harmony import Vocabulary

Lane = tuple[int, int]
"""Lowest and highest pitch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of a kit. ``grids``: variants of which a section takes one.

    In a grid ``X`` is an accent, ``x`` a stroke, ``g`` a ghost, a digit a stroke with that probability in tenths.
    ``start``: energy from which it plays; ``until``: energy at which it gives way. ``time``: it keeps time, so it flows on.
    """

    name: str
    note: int
    grids: tuple[str, ...]
    velocity: tuple[int, int]
    start: int = 0
    until: int = 1001
    time: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A pattern for sections whose drawn energy lies in [start, until)."""

    start: int
    until: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fills:
    """Fills by size: texts of one, two or four beats. Letters name pieces; ``keep``: pieces that play on through a fill."""

    small: tuple[str, ...] = ()
    half: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    letters: tuple[tuple[str, int], ...] = ()
    often: tuple[int, int] = (300, 800)
    crash: int | None = None
    roll: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How a pitched role plays: its lane, its grids, and what shapes its notes.

    ``length``: per mille of the distance to the next onset. ``kind``, ``voices``: of a chord. ``lock``: doubles the kick.
    ``velocity`` at energy 0 and 1000.
    """

    lane: Lane
    velocity: tuple[int, int]
    program: int
    grids: tuple[Grid, ...] = ()
    length: int = 900
    kind: str = "seventh"
    voices: int = 4
    lock: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Harmony:
    """Chords of a style in minor and major keys. ``rate``: bars a chord. ``closing``: of a section's last phrase."""

    minor: Vocabulary
    major: Vocabulary
    rate: int = 1
    closing: str = "loop"
    grammar: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Feel:
    """``drift`` (microseconds) and ``sway`` (velocity steps) of the shared residual; touches by instrument."""

    drift: int = 0
    sway: int = 0
    touches: tuple[tuple[str, Touch], ...] = ()

    def touch(self, name: str) -> Touch:
        """The touch of an instrument; one that the style does not name is still."""
        for known, touch in self.touches:
            if known == name:
                return touch
        return STILL


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A style, whole. ``swing``: place of the second sixteenth in its pair (500 = straight). ``phrase``: bars.

    ``starts``: energy from which a role plays when the section does not name its parts. ``pulse``: the timing show's
    style, in which every part plays one note on every sixteenth and nothing else.
    """

    name: str
    title: str
    harmony: Harmony
    pieces: tuple[Piece, ...]
    fills: Fills
    voices: tuple[tuple[str, Voice], ...]
    feel: Feel
    starts: tuple[tuple[str, int], ...]
    tempo: tuple[int, int] = (60, 200)
    swing: int = 500
    phrase: int = 8
    pulse: bool = False
    form: str = ""

    def voice(self, role: str) -> Voice:
        """How ``role`` plays; KeyError for a role without pitches."""
        return dict(self.voices)[role]

    def start(self, role: str) -> int:
        """Energy (per mille) from which ``role`` plays."""
        return dict(self.starts).get(role, 0)

    def program(self, role: str) -> int:
        """The General MIDI program (0..127) of a role; 0 for one without pitches."""
        return dict(self.voices)[role].program if role in dict(self.voices) else 0
