"""How a section gives way to the next: the way, and how far it has come, in whatever time is left.

Law of this file: nothing of a transition goes beyond the boundary. The way is what the song writes, else the style's. A
rise fills the time between the press and the boundary (16 bars at most); one that the form knew of takes the last eight bars
of a build and the last four of another section. When a hand moves the boundary, what is past stays and the rest is bent.
"""

from dataclasses import dataclass, replace

from performer.engine.conductor import next_bar, section_of
from performer.engine.course import along, length
from performer.engine.decide import decide
from performer.engine.identity import role_of
from performer.engine.likeness import like
from performer.engine.state import Phase, State
from performer.music.chance import Chance
from performer.music.rhythm import slots
from performer.show.definition import Section, Show, Song
from performer.styles import Style

FORESEEN = 8
"""Bars before a change from which it is known."""
LONGEST = 16
_RISES = ("riser", "roll")
_SHORT = 4
_SMOOTH = {"cut", "fade", "cross-fade"}
"""Ways that want no fill."""

FILL_SLOTS = {"small": 4, "half": 8, "whole": 16}
"""Sixteenths that a fill takes from the end of its bar."""


@dataclass(frozen=True, slots=True)
class Change:
    """What comes of a bar. ``left``: bars to the change with this one, 0 when none is in sight; ``way``: its words.

    ``following``: the section that comes (None at the end of a song); ``written``: the song says the way itself.
    ``rising`` per mille at the end of the bar, ``risen`` at its beginning; 0 when nothing rises.
    """

    left: int
    way: tuple[str, ...]
    written: bool
    following: Section | None
    risen: int
    rising: int

    def says(self, word: str) -> bool:
        """Whether the way has this word."""
        return word in self.way


STEADY = Change(0, (), False, None, 0, 0)


def landed(show: Show, state: State) -> State | None:
    """The State with which what follows this section begins; None where that is too far away to be known."""
    left = length(section_of(show, state), state) - max(state.bar_in_section, 0)
    if left > FORESEEN and state.pending is None:
        return None
    after = state
    for number in range(left):
        cut = state.pending.at if number == 0 and state.pending is not None else None
        after = next_bar(show, after, cut or after.end)
    return after


def change_of(show: Show, state: State, style: Style, after: State | None) -> Change:
    """What is coming, as far as it can be known in the bar of ``state``; ``after``: where it lands (``landed``)."""
    section, index = section_of(show, state), max(state.bar_in_section, 0)
    left = length(section, state) - index
    if after is None:
        return _risen(STEADY, section, state, index)
    if not _elsewhere(state, after):
        return STEADY
    if after.phase is Phase.ENDED or after.song != state.song:
        return _risen(Change(left, tuple((section.exit or "").split()), bool(section.exit), None, 0, 0), section, state, index)
    following = section_of(show, after)
    written = bool(section.exit or following.entry)
    return _risen(
        Change(left, way_between(show.songs[state.song], section, following, style), written, following, 0, 0), section, state, index
    )


def _elsewhere(state: State, after: State) -> bool:
    """Whether ``after`` stands in another section, or in a new visit of this one that somebody asked for."""
    if (after.section, after.song, after.phase) != (state.section, state.song, state.phase):
        return True
    return after.jumped and after.bar_in_section == 0


def _risen(change: Change, section: Section, state: State, index: int) -> Change:
    """The rise of this bar: from the press on, and from where the form has it on, whichever is farther."""
    start, rises = None, any(word in _RISES for word in change.way)
    if role_of(section) == "build" or (section.exit or "") in _RISES:
        start = FORESEEN
    elif rises:
        start = _SHORT
    low = high = 0
    if start is not None and state.stay:  # it has been all the way before; it rises again as soon as it is let go
        over = index + change.left
        begin = max(state.bent[0], over - min(start, over))
        low, high = ((bar - begin) * 1000 // max(1, over - begin) if change.left and bar > begin else 0 for bar in (index, index + 1))
    elif start is not None:
        first = 1000 - 1000 * min(start, section.bars) // section.bars
        ends = (along(section, state, 2 * index), along(section, state, 2 * index + 2))
        low, high = (max(0, place - first) * 1000 // (1000 - first) for place in ends)
    if rises and state.pending is not None:
        begin = max(state.bent[0], index + change.left - LONGEST)
        span = max(1, index + change.left - begin)
        low, high = max(low, 1000 * (index - begin) // span), max(high, 1000 * (index + 1 - begin) // span)
    return Change(change.left, change.way, change.written, change.following, low, high)


def fading(state: State, change: Change, index: int) -> int:
    """What a way out that fades leaves in this bar (per mille): less and less over four bars, or over those that are left."""
    if not 0 < change.left <= _SHORT:
        return 1000
    begin = state.bent[0] if state.pending is not None else 0
    span = min(_SHORT, index + change.left - begin)
    return change.left * 1000 // (span + 1)


def emerging(index: int) -> int:
    """What a way in that fades leaves: more and more over four bars."""
    return min(1000, (index + 1) * 1000 // (_SHORT + 1)) if index < _SHORT else 1000


def way_between(song: Song, section: Section, following: Section, style: Style) -> tuple[str, ...]:
    """The words of the way from one section to another: as the song writes it, else as decided, else as the style has it."""
    if section.exit or following.entry:
        return tuple(f"{section.exit or ''} {following.entry or ''}".split())
    role = role_of(following)
    drawn = style.way(role) if role != role_of(section) else "fill"
    return tuple(decide(song, f"{section.name}/way/{following.name}", lambda: drawn or "none").split())


def stop_slot(change: Change, beats: tuple[int, ...], total: int) -> int:
    """The slot from which the last bar is silent: ``stop 2 beats``; ``total`` when it is not.

    A style's own stop leaves half of the bar, so that in a meter of two or three pulses there is something to stop.
    """
    if not change.says("stop") or change.left != 1:
        return total
    number = change.way[change.way.index("stop") + 1 :][:1]
    count = int(number[0]) if number and number[0].isdecimal() else 1
    least = 0 if change.written else next((slot for slot in beats if 2 * slot >= total), beats[-1])
    return max(least, beats[max(0, len(beats) - count)]) if count else total


# --- what the kit says


def fill_of(song: Song, state: State, style: Style, change: Change, until: int, *, leaves: bool, changes: bool) -> str:
    """Which fill a bar ends with: small each four bars, half each eight, large where a section ends.

    ``leaves``: a visit ends; ``changes``: another section of the song follows; ``until``: the slot at which the bar is cut.
    A silence before the boundary is its own fill, unless one is asked for besides; it leads into the silence.
    A jump inside the bar has what the slots before it have room for. Tonight's choice comes back when the section comes back.
    """
    night = Chance.of(state.tonight).at(song.name, state.section)
    index = max(state.bar_in_section, 0)
    number, address = index + 1, like(index)
    small, half = style.fills.often
    asked, cut = change.written and change.says("fill"), until < slots(state.meter)

    def draw() -> str:
        if changes and not cut and change.says("stop") and not change.says("fill"):
            return ""
        if changes and cut:
            return "half" if until >= FILL_SLOTS["half"] else "small"
        if changes:
            return "whole" if asked or (state.bars >= 16 and night.hits(500, "fill", "last")) else "half"
        if leaves or number % 8 == 0:
            return "half" if night.hits(half, "fill", address) else ""
        return "small" if number % 4 == 0 and night.hits(small, "fill", address) else ""

    if leaves and _SMOOTH & set(change.way):
        return ""
    drawn = decide(song, f"{state.section}/fills/{state.visit + 1}/{number}", lambda: draw() or "none")
    return drawn if drawn in FILL_SLOTS and (getattr(style.fills, drawn) or style.fills.cells) else ""


def crash_of(song: Song, state: State, section: Section, style: Style, drawn: int) -> bool:
    """Whether a cymbal is struck on the one: where a section begins loudly; in a loud one each sixteen bars, and after a fill."""
    index = max(state.bar_in_section, 0)
    if index and index % 8 == 0 and drawn >= 600:
        before = replace(state, bar_in_section=index - 1)
        return index % 16 == 0 or bool(fill_of(song, before, style, STEADY, slots(state.meter), leaves=False, changes=False))
    if index or state.stay:
        return False
    return role_of(section) == "drop" or ((drawn >= 450 or section.entry == "crash") and state.bar > 0)
