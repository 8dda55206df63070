"""What a role sees: one bar as the plan and the State have it, and the part that plays.

Law of this file: a ``Bar`` is the same for every part; live macros reach it only as the figures ``live``, ``gate`` and ``busy``, so
that a macro can add, thin or colour but never choose another plan, fill or ending.
"""

from dataclasses import dataclass
from functools import lru_cache

from performer.engine.arrangement import stayed
from performer.engine.identity import idea_of, identity
from performer.engine.likeness import like
from performer.engine.macros import Live
from performer.engine.planner import Phrase
from performer.engine.progressions import Placed
from performer.engine.riffs import home_of
from performer.engine.shaping import take_of
from performer.engine.state import State
from performer.engine.transitions import FILL_SLOTS, Change
from performer.music.chance import Chance
from performer.music.chords import Chord
from performer.music.curve import bend
from performer.music.groove import Hand
from performer.music.pitch import Key
from performer.show.definition import Part, Section, Song
from performer.styles import Style
from performer.takes import Take
from performer.ticks import SIXTEENTH, Span, Tick

CLIMBING = ("chords", "arp", "texture")
"""Roles whose register follows the energy."""

NARROW = 19
"""Semitones below which a lane is never narrowed."""


def climbed(low: int, high: int, register: int) -> tuple[int, int]:
    """The part of a wide lane that a phrase of this register (per mille) uses."""
    room = max(0, (high - low) - max(NARROW, (high - low) * 3 // 4))
    return low + room * register // 1000, high - room * (1000 - register) // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar to be composed. ``place``: bar of the phrase; ``index``: of the section; energies and ``busy`` per mille.

    ``live``: the macros in this bar. ``drawn``: the energy as written, ``terrace`` what of it decides notes; ``gate``: the live
    energy by which parts play (at the start of the block of four), ``busy``: the live density of onsets (the same all through a
    block of ``arrangement.blocks``). ``ramp``: brightness and dynamics as drawn at each pulse.
    ``until``: the slot at which a jump cuts the bar. ``fill``: "", small, half or whole. ``change``: what is coming. ``thin``: the
    bar before a drop, with a fill where its way says so. ``stop``: first slot of a silence. ``ending``: the last bar of the song
    or a ringing last chord.
    ``leaves``: another section follows. ``fading``: per mille that a way out that fades leaves here. ``turns``: what the slow
    plan of a long section has turned away (``arrangement.TURNS``).
    ``upcoming``, ``upcoming_key``: what stands at the next bar line.
    """

    at: Tick
    state: State
    song: Song
    section: Section
    role: str
    phrase: Phrase
    place: int
    index: int
    bars: int
    slots: int
    pulses: tuple[int, ...]
    strengths: tuple[int, ...]
    live: Live
    drawn: int
    gate: int
    busy: int
    terrace: int
    ramp: tuple[tuple[int, int], ...]
    change: Change
    until: int
    kicks: tuple[tuple[int, ...], ...]
    chords: tuple[Placed, ...]
    upcoming: Chord
    upcoming_key: Key
    fill: str
    crash: bool
    thin: bool
    stop: int
    ending: bool
    leaves: bool
    fading: int
    following: str
    turns: tuple[str, ...]
    tonight: Chance
    hand: Hand

    @property
    def begins(self) -> bool:
        """Whether it is the section's first bar, and not that of a repeat."""
        return self.index == 0 and not self.state.stay

    @property
    def drop(self) -> bool:
        """Whether a drop lands here."""
        return self.begins and self.role == "drop"

    @property
    def rising(self) -> int:
        """How far a riser has come at the end of the bar, per mille."""
        return self.change.rising

    @property
    def before(self) -> Section | None:
        """The section that was played before this one; None at the beginning of the song."""
        return next((section for section in self.song.sections if section.name == self.state.previous), None)

    @property
    def like(self) -> int:
        """The bar of the section whose choices this one shares."""
        return like(self.index)

    @property
    def shine(self) -> int:
        """The brightness as hand and curve have it, whatever the energy: 500 as the style has it."""
        return bend(self.live.opening, self.state.brightness)

    @property
    def fill_from(self) -> int:
        """The slot at which the fill begins; the end of the bar when there is none."""
        return max(0, self.fill_to - FILL_SLOTS[self.fill]) if self.fill else self.slots

    @property
    def fill_to(self) -> int:
        """The slot at which a fill has ended: the bar line, the cut, or the silence that it leads to."""
        return min(self.until, self.stop)

    @property
    def kick(self) -> tuple[int, ...]:
        """Slots of the kick skeleton: the plan's, or under the fader that of the style that leads there."""
        return self.kicks[self.index % len(self.kicks)]

    def chord_at(self, slot: int) -> Placed:
        """The chord that sounds at ``slot``."""
        found = self.chords[0]
        for placed in self.chords[1:]:
            if placed.slot > slot:
                break
            found = placed
        return found

    def anchor(self, grid: str) -> int:
        """The strongest slot at which ``grid`` has an onset: it sounds however thin the bar gets; -1 when there is none."""
        onsets = [slot for slot in range(self.slots) if grid[slot] not in ".-"]
        return max(onsets, key=lambda slot: (self.strengths[slot], -slot), default=-1)

    def tick(self, slot: int) -> Tick:
        """The place of a slot on the grid."""
        return Tick(self.at + slot * SIXTEENTH)


@dataclass(frozen=True, slots=True)
class View:
    """A bar and the part that plays it. ``style``: the part's in this section; ``chance``: identity of the part in the idea.

    ``fade``: per mille that fades leave of the part in this bar.
    """

    bar: Bar
    part: Part
    style: Style
    chance: Chance
    fade: int

    @property
    def range(self) -> tuple[int, int]:
        """Lowest and highest pitch of the part wherever it plays in this style."""
        return self.part.range or self.style.voice(self.part.role).lane

    @property
    def lane(self) -> tuple[int, int]:
        """Lowest and highest pitch of the part in this phrase: chords and colours climb inside a wide lane as it gets louder."""
        lane = self.range
        return climbed(*lane, self.bar.phrase.register) if self.part.role in CLIMBING else lane

    @property
    def take(self) -> Take:
        """How hands shaped the part's idea in this section."""
        return take_in(self.bar, self.part)

    @property
    def varied(self) -> bool:
        """Whether the section gives this part a variation of its own."""
        return self.part.name in self.bar.section.vary and self.take.idea == self.bar.section.name

    @property
    def idea(self) -> str:
        """The name under which the part's choices in this section are drawn and written."""
        return take_name(self.take)

    @property
    def riff(self) -> str:
        """The name under which the part's figures are drawn: the idea's, or that of the verses, see ``engine.riffs``."""
        return riff_in(self.bar, self.take)

    @property
    def enters(self) -> bool:
        """Whether a hand brought the part in at this very bar line: what it holds must be struck now."""
        return self.part.name in self.bar.state.shaping.entered

    @property
    def held(self) -> bool:
        """Whether a hand is on the part's knobs, so that its controllers are left alone."""
        return self.part.name in self.bar.state.shaping.hands

    @property
    def returns(self) -> int:
        """How often the section was played before tonight, counting on where it takes up an earlier section's idea.

        The repeats of a stay are no returns: nobody was away.
        """
        name = self.take.locked[0] or self.bar.section.name
        alike = [s.name for s in self.bar.song.sections if idea_of(s) == idea_of(self.bar.section)]
        stayed = self.bar.state.stay // self.bar.section.bars
        return max(0, self.bar.state.visit - stayed) + (alike.index(name) if name in alike else 0)

    def address(self, what: str) -> str:
        """Where a decision about ``what`` the part plays in this very bar is written."""
        bar = self.bar
        return f"{bar.section.name}/{self.part.name}/{what}/{bar.state.visit + 1}/{bar.index + 1}"

    def night(self, what: str, where: str) -> Chance:
        """Tonight's chance of ``what`` for this part, without visit and bar: what is chosen comes back wherever ``where`` does."""
        turn = self.take.turn
        chance = _night(self.bar.state.tonight, self.bar.song.name, what, where, self.part.name)
        return chance.at("turn", turn) if turn else chance


@lru_cache(maxsize=1024)
def _night(tonight: int, *path: str) -> Chance:
    return Chance.of(tonight).at(*path)


def part_identity(bar: Bar, part: Part) -> Chance:
    """Identity of a part's figures in a section; a part that the section varies draws its own there."""
    return identity(bar.song, riff_in(bar, take_in(bar, part)), part.name)


def take_in(bar: Bar, part: Part) -> Take:
    """How hands shaped the part's idea, and what a long stay has made of it where no hand keeps it."""
    take = take_of(bar.state, bar.section, part.name)
    free = bar.state.stay and not take.locked[0] and take.again is None
    return stayed(bar.song, bar.section, part.role, bar.state.stay + bar.index, take) if free else take


def take_name(take: Take) -> str:
    """The name under which the choices of a take are drawn: the idea's own, or ``verse~2`` for what was drawn anew twice."""
    return f"{take.idea}~{take.number}" if take.number else take.idea


def riff_in(bar: Bar, take: Take) -> str:
    """The name under which a take's figures are drawn: those of another section where its own plays them and no hand turned it."""
    return home_of(bar.song, bar.section) if not take.number and take.idea == idea_of(bar.section) else take_name(take)


def length_of(slots_long: int, per_mille: int) -> Span:
    """A length in sixteenths as ticks, shortened to ``per_mille``."""
    return Span(max(1, slots_long * SIXTEENTH * per_mille // 1000))
