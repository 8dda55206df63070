"""What a role sees: one bar as the plan and the State have it, and the part that plays.

Law of this file: a ``Bar`` is the same for every part; live macros reach it only as the figures ``energy``, ``busy``,
``bright``, ``tension``, ``complexity``, ``humanity`` and ``space``, so that a macro can add, thin or colour but never choose
another plan, fill or ending.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from performer.engine.conductor import next_bar, section_of
from performer.engine.decide import decide
from performer.engine.macros import live
from performer.engine.planner import Phrase, phrase_at
from performer.engine.progressions import Placed, led_out, way_in
from performer.engine.shaping import take_of
from performer.engine.state import Phase, State
from performer.engine.statements import idea_of, identity, role_of
from performer.music.chance import Chance
from performer.music.chords import Chord
from performer.music.curve import at_bar, bend
from performer.music.groove import Hand, hand
from performer.music.rhythm import pulses, slots, strengths
from performer.music.swing import STRAIGHT, Swing, offsets
from performer.show.definition import Part, Section, Show, Song
from performer.show.excerpt import Take
from performer.styles import Style
from performer.ticks import SIXTEENTH, Span, Tick

FILL_SLOTS = {"small": 4, "half": 8, "whole": 16}
"""Sixteenths that a fill takes from the end of its bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar to be composed. ``place``: bar of the phrase; ``index``: of the section; energies and ``busy`` per mille.

    ``energy`` is live (with the macro), ``drawn`` as written, ``gate`` live at the start of the block of four.
    ``begins``: the section's first bar, not that of a repeat. ``fill``: "", small, half or whole. ``thin``: the bar before
    a drop. ``stop``: first slot of a written silence. ``ending``: the last bar of the song or a ringing last chord.
    ``leaves``: another section follows. ``fading``: per mille of the velocities that a written fade leaves.
    ``tension``, ``complexity``, ``humanity`` and ``space`` are live, per mille: 500 = as the style has it.
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
    energy: int
    drawn: int
    gate: int
    busy: int
    bright: int
    tension: int
    complexity: int
    humanity: int
    space: int
    rising: int
    chords: tuple[Placed, ...]
    upcoming: Chord
    fill: str
    crash: bool
    drop: bool
    begins: bool
    thin: bool
    stop: int
    ending: bool
    leaves: bool
    fading: int
    following: str
    tonight: Chance
    hand: Hand

    @property
    def fill_from(self) -> int:
        """The slot at which the fill begins; the end of the bar when there is none."""
        return self.slots - min(self.slots, FILL_SLOTS[self.fill]) if self.fill else self.slots

    @property
    def kick(self) -> tuple[int, ...]:
        """Slots of the kick skeleton."""
        return self.phrase.kick[self.index % len(self.phrase.kick)]

    def chord_at(self, slot: int) -> Placed:
        """The chord that sounds at ``slot``."""
        return next((p for p in reversed(self.chords) if p.slot <= slot), self.chords[0])

    def anchor(self, grid: str) -> int:
        """The strongest slot at which ``grid`` has an onset: it sounds however thin the bar gets; -1 when there is none."""
        onsets = [slot for slot in range(self.slots) if grid[slot] not in ".-"]
        return max(onsets, key=lambda slot: (self.strengths[slot], -slot), default=-1)

    def tick(self, slot: int, swing: Swing = STRAIGHT) -> Tick:
        """The place of a slot, 0 to ``slots``: on the grid, or where the swing has it at the bar's tempo."""
        if swing is STRAIGHT:
            return Tick(self.at + slot * SIXTEENTH)
        return Tick(self.at + offsets(self.state.meter, *swing.at(self.state.tempo))[slot])


@dataclass(frozen=True, slots=True)
class View:
    """A bar and the part that plays it. ``style``: the part's in this section; ``chance``: identity of the part in the idea."""

    bar: Bar
    part: Part
    style: Style
    chance: Chance

    @property
    def lane(self) -> tuple[int, int]:
        """Lowest and highest pitch of the part."""
        return self.part.range or self.style.voice(self.part.role).lane

    @property
    def take(self) -> Take:
        """How hands shaped the part's idea in this section."""
        return take_of(self.bar.state, self.bar.section, self.part.name)

    @property
    def varied(self) -> bool:
        """Whether the section gives this part a variation of its own."""
        return self.part.name in self.bar.section.vary and self.take.idea == self.bar.section.name

    @property
    def idea(self) -> str:
        """The name under which the part's choices in this section are drawn and written."""
        return take_name(self.take)

    @property
    def enters(self) -> bool:
        """Whether a hand brought the part in at this very bar line: what it holds must be struck now."""
        return self.part.name in self.bar.state.shaping.entered

    @property
    def held(self) -> bool:
        """Whether a hand is on the part's knobs, so that its controllers are left alone."""
        return self.part.name in self.bar.state.shaping.hands

    @property
    def tonight(self) -> Chance:
        """Chance of this bar of this visit, for this part."""
        return self.bar.tonight.at(self.bar.index, self.part.name)

    @property
    def returns(self) -> int:
        """How often the section's idea has been played before tonight."""
        song, idea = self.bar.song, idea_of(self.bar.section)
        names = [section.name for section in song.sections if idea_of(section) == idea]
        return max(0, sum(count for name, count in self.bar.state.visits if name in names) - 1)


class ShowKey:
    """A show known by identity, so that a memo need not hash it; it keeps the show alive."""

    __slots__ = ("show",)

    def __init__(self, show: Show) -> None:
        self.show = show

    def __hash__(self) -> int:
        return id(self.show)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ShowKey) and other.show is self.show


def bar_of(show: Show, state: State, *, safe: bool = False) -> Bar:
    """The bar that ``state`` describes. ``safe``: as it is looped, without fill, ending or silence."""
    return _bar(ShowKey(show), state, safe)


@lru_cache(maxsize=64)
def _bar(key: ShowKey, state: State, safe: bool) -> Bar:
    show, song, section = key.show, key.show.songs[state.song], section_of(key.show, state)
    index, bars = max(state.bar_in_section, 0), max(state.bars, 1)
    phrase = phrase_at(song, section, index, max(bars, index + 1), state.meter)
    after = next_bar(show, state, state.end)
    leaves = not safe and (after.section, after.visit, after.song, after.phase) != (state.section, state.visit, state.song, state.phase)
    changes = leaves and (after.section, after.song, after.phase) != (state.section, state.song, state.phase)
    phrase = _led(show, state, phrase, index, after) if changes else phrase
    over = after.phase is Phase.ENDED or after.song != state.song
    following = "" if over else role_of(section_of(show, after))
    role, place = role_of(section), index - phrase.start
    now = live(section, state, index, bars)
    drawn = now.drawn
    thin = changes and following == "drop" and role != "drop"
    tonight = Chance.of(state.tonight).at(song.name, section.name, state.visit)
    way = _way(show, section, after) if changes else ""
    fill = "" if safe or thin or "cut" in way else _fill(song, state, phrase.style, tonight, leaves, changes and not over, "fill" in way)
    begins = index == 0 and not state.stay
    drop = begins and role == "drop"
    crash = (
        drop
        or (begins and (drawn >= 450 or section.entry == "crash") and state.bar > 0)
        or (index > 0 and index % 16 == 0 and drawn >= 600)
    )
    return Bar(
        at=state.at, state=state, song=song, section=section, role=role, phrase=phrase, place=place, index=index, bars=bars,
        slots=slots(state.meter), pulses=pulses(state.meter), strengths=strengths(state.meter), energy=now.energy, drawn=drawn,
        gate=bend(at_bar(section.energy, bars if state.stay else index // 4 * 4, bars), state.energy), busy=now.busy, bright=now.bright,
        tension=now.tension, complexity=now.complexity, humanity=now.humanity, space=now.space,
        rising=_rising(section, role, index, bars), chords=phrase.chords[place],
        upcoming=_upcoming(show, phrase, place, after), fill=fill, crash=crash and not safe, drop=drop, begins=begins, thin=thin,
        stop=_stop(state, way), ending=leaves and (over or (section.ring and changes)), leaves=changes,
        fading=_fading(section, index, bars), following=following, tonight=tonight,
        hand=hand(identity(song), tonight, index, state.meter, human(now.humanity)),
    )  # fmt: skip


def _led(show: Show, state: State, phrase: Phrase, index: int, after: State) -> Phrase:
    """The phrase with the chord that leads into the key of what comes next, where that is written."""
    song, following = show.songs[after.song], section_of(show, after)
    key = song.key.shifted(following.key_shift)
    chord = way_in(phrase.key, key, following.via if after.song == state.song else song.via)
    if chord is None or after.phase is Phase.ENDED:
        return phrase
    chords = led_out(phrase.chords, index - phrase.start, chord, key, state.meter)
    return replace(phrase, chords=chords, flat=tuple(placed.chord for bar in chords for placed in bar))


def _way(show: Show, section: Section, after: State) -> str:
    """How this section is left and the next one entered, as written."""
    return f"{section.exit or ''} {section_of(show, after).entry or ''}".strip()


def _upcoming(show: Show, phrase: Phrase, place: int, after: State) -> Chord:
    if place + 1 < phrase.bars:
        return phrase.chords[place + 1][0].chord
    song, section = show.songs[after.song], section_of(show, after)
    index = max(after.bar_in_section, 0)
    following = phrase_at(song, section, index, max(after.bars, index + 1, 1), after.meter)
    return following.chords[index - following.start][0].chord


def _rising(section: Section, role: str, index: int, bars: int) -> int:
    """How far a riser has come, 0..1000; 0 when there is none."""
    if role == "build" or (section.exit or "") in ("riser", "roll"):
        length = min(8, bars)
        return max(0, (index + 1 - (bars - length)) * 1000 // length)
    return 0


def _fading(section: Section, index: int, bars: int) -> int:
    """What a written fade leaves: in over the first four bars, out over the last four."""
    span, left = min(4, bars), 1000
    if section.entry == "fade" and index < span:
        left = (index + 1) * 1000 // (span + 1)
    if section.exit == "fade" and index >= bars - span:
        left = (bars - index) * 1000 // (span + 1)
    return left


def _stop(state: State, way: str) -> int:
    """The slot from which the bar is silent: ``stop 1 beat`` as this section's way out or the next one's way in."""
    total, beats, words = slots(state.meter), pulses(state.meter), way.split()
    if "stop" not in words:
        return total
    number = words[words.index("stop") + 1 :][:1]
    count = int(number[0]) if number and number[0].isdecimal() else 1
    return beats[max(0, len(beats) - count)] if count else total


def _fill(song: Song, state: State, style: Style, tonight: Chance, leaves: bool, changes: bool, asked: bool) -> str:
    """Which fill this bar ends with: large ones where a section ends, half ones each eight bars, small ones each four."""
    number = max(state.bar_in_section, 0) + 1
    small, half = style.fills.often

    def draw() -> str:
        if changes:
            return "whole" if asked or (state.bars >= 16 and tonight.hits(500, "fill", number)) else "half"
        if leaves or number % 8 == 0:
            return "half" if tonight.hits(half, "fill", number) else ""
        return "small" if number % 4 == 0 and tonight.hits(small, "fill", number) else ""

    drawn = decide(song, f"{state.section}/{state.visit}/{number - 1}/fill", draw)
    return drawn if drawn in FILL_SLOTS and getattr(style.fills, drawn) else ""


def part_identity(bar: Bar, part: Part) -> Chance:
    """Identity of a part in the section's idea; a part that the section varies draws its own there."""
    return identity(bar.song, take_name(take_of(bar.state, bar.section, part.name)), part.name)


def take_name(take: Take) -> str:
    """The name under which the choices of a take are drawn: the idea's own, or ``verse~2`` for what was drawn anew twice."""
    return f"{take.idea}~{take.number}" if take.number else take.idea


def human(macro: int) -> int:
    """Per mille of a style's feel that is played, from the macro: 0 at 0 (on the grid), 1000 at 500, 1600 at most."""
    return macro * 2 if macro <= 500 else 1000 + (macro - 500) * 6 // 5


def length_of(slots_long: int, per_mille: int = 1000) -> Span:
    """A length in sixteenths as ticks, shortened to ``per_mille``."""
    return Span(max(1, slots_long * SIXTEENTH * per_mille // 1000))
