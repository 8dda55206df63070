"""Who plays and how: the drawn curve met by its axes, and the slow plan of a long section.

Law of this file: an arrangement depends on the song, the section's idea, its role and its drawn energy, never on which parts
exist, on the visit or on tonight. The mean of the axes is the drawn energy: in a build they rise one after the other,
elsewhere together. From one block of sixteen bars to the next exactly one thing changes (a Gray code), so that the larger a
change is the more seldom it comes, and a vamp neither loops nor wanders.
"""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from performer.engine.course import along, length
from performer.engine.decide import decide
from performer.engine.fusion import style_of
from performer.engine.identity import THEMES, idea_of, identity, role_of
from performer.engine.same import Same
from performer.engine.state import State
from performer.music.chance import Chance
from performer.music.curve import value_at
from performer.show.decisions import AXES, NEVER, start_of, starting
from performer.show.definition import Part, Section, Song
from performer.source.problems import Wrong
from performer.styles import Style
from performer.takes import Take

BUILDS = ("build", "pre")
BLOCK = 16
"""Bars from one change of the arrangement to the next: what changes every eight is in the turns of ``engine.likeness``."""

TERRACE = 125
"""Per mille of energy from one terrace of a section to the next."""

COLOURS = ("arp", "texture")
"""Roles that may rest for a block, where others carry on."""

TURNS = (*COLOURS, "density")
"""What the slow plan turns on and off: a colour, or some of the onsets."""

CARRIED = ("bass", "chords")
"""Roles whose ideas a stay carries on, one each ``LARGE`` bars."""

LARGE = 4 * BLOCK

VARIED = ("drums", "lead", "bass", "chords", "arp")
"""Roles that a stay varies, one at a time for ``SMALL`` bars, so that no round of it is the round before."""

SMALL = 8

THIN = 120
"""Per mille of density that a thin block goes without."""


class Axes(NamedTuple):
    """What the energy is made of, per mille each: thresholds of parts, onsets, brightness, velocities, height."""

    parts: int
    density: int
    brightness: int
    dynamics: int
    register: int


def axes_at(song: Song, section: Section, drawn: int) -> Axes:
    """The axes at a drawn energy of this section; their mean is that energy."""
    low, high = min(value for _, value in section.energy), max(value for _, value in section.energy)
    if role_of(section) not in BUILDS or high - low < 200:
        return Axes(drawn, drawn, drawn, drawn, drawn)
    names = _order(Same(song), section)
    gone = (min(max(drawn, low), high) - low) * len(AXES)  # in units of the whole rise, one after the other
    rise = high - low
    height = {name: low + min(rise, max(0, gone - rank * rise)) for rank, name in enumerate(names)}
    return Axes(*(height[name] for name in AXES))


def ramp(song: Song, section: Section, state: State, slots: int, pulses: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Brightness and dynamics at every pulse, on lines between the middles of bars; a section begins with its first middle."""
    index, last = max(state.bar_in_section, 0), 2 * length(section, state) - 1
    middles = [value_at(section.energy, along(section, state, min(last, max(1, 2 * bar + 1)))) for bar in (index - 1, index, index + 1)]
    out = []
    for slot in pulses:
        low, high = middles[:2] if 2 * slot < slots else middles[1:]
        gone = 2 * slot + (slots if 2 * slot < slots else -slots)
        axes = axes_at(song, section, low + (high - low) * gone // (2 * slots))
        out.append((axes.brightness, axes.dynamics))
    return tuple(out)


def terraced(section: Section, drawn: int) -> int:
    """The terrace on which a drawn energy stands: what decides notes, so that a band plays the same bars again as it swells.

    Terraces are counted from where the section begins. A build has none: it climbs.
    """
    if role_of(section) in BUILDS:
        return drawn
    first = section.energy[0][1] if section.energy else drawn
    steps = abs(drawn - first) // TERRACE
    return first + TERRACE * (steps if drawn >= first else -steps)


def blocks(section: Section, index: int, left: int) -> int:
    """The first bar of the block that holds bar ``index``, inside which nothing but a hand adds or thins notes.

    Eight bars of a section of sixteen or more, four of a shorter one; two in a build, one in its last two. ``left``: bars to
    the section's end with this one.
    """
    size = (8 if section.bars >= BLOCK else 4) if role_of(section) not in BUILDS else 2 if left > 2 else 1
    return index // size * size


@lru_cache(maxsize=256)
def _order(same: Same[Song], section: Section) -> tuple[str, ...]:
    """In which order a build raises its axes."""
    idea = idea_of(section)
    drawn = _shuffled(AXES, identity(same.value, "build", idea))
    written = tuple(decide(same.value, f"{idea}/build", lambda: " ".join(drawn)).split())
    return written if sorted(written) == sorted(AXES) else drawn


def _shuffled(names: tuple[str, ...], chance: Chance) -> tuple[str, ...]:
    left = list(names)
    return tuple(left.pop(chance.below(len(left), len(left))) for _ in names)


# --- who plays


def plays(song: Song, section: Section, part: Part, style: Style, gate: int) -> bool:
    """Whether a part plays at ``gate``, the live energy of its block of four bars.

    Named by the section it does; else from its own or its style's energy on, unless the style rests its role here.
    """
    if not section.plays(part.name, True):
        return False

    def draw() -> str:
        if section.parts is None and part.name not in section.add and part.role in style.scene(role_of(section)).rests:
            return NEVER
        if part.from_energy is not None:
            return starting(part.from_energy)
        return starting(style.start(part.role) if section.parts is None else 0)

    try:
        start = start_of(decide(song, f"{section.name}/plays/{part.name}", draw))
    except Wrong:
        start = start_of(draw())
    return start is not None and gate >= start


def turned_away(song: Song, section: Section, state: State, index: int, bars: int) -> tuple[str, ...]:
    """What the slow plan turns away here, and what the style keeps back for later; a stay goes on through the repeats of its section."""
    if section.parts is not None or (bars < 2 * BLOCK and not state.stay):
        return ()
    last = not state.hold and not section.until_next and index // BLOCK == (bars - 1) // BLOCK
    later = style_of(song, section).scene(role_of(section)).later if not last and state.stay + index < BLOCK else ()
    return tuple(what for what in TURNS if what in later or turned(song, section, what, state.stay + index, last))


def turned(song: Song, section: Section, what: str, bar: int, last: bool) -> bool:
    """Whether the slow plan has turned ``what`` (of ``TURNS``) away at ``bar`` of a stay; ``last``: in the last block of it.

    The first block of a theme and the last block of every section have everything.
    """
    block = bar // BLOCK
    if last or (block == 0 and role_of(section) in THEMES):
        return False
    return _away(Same(song), idea_of(section), what, block)


@lru_cache(maxsize=1024)
def _away(same: Same[Song], idea: str, what: str, block: int) -> bool:
    """Bit of the Gray code of ``block`` that belongs to ``what``; which is whose is drawn anew in every cycle."""
    cycle, step = divmod(block, 1 << len(TURNS))
    chance = identity(same.value, "turns", idea, cycle)
    left, own = list(TURNS), 0
    for rank in range(len(TURNS)):
        if left.pop(chance.below(len(left), rank)) == what:
            own = rank
    return bool((step ^ (step >> 1)) >> own & 1)


def stayed(song: Song, section: Section, role: str, bar: int, take: Take) -> Take:
    """What a stay makes of a role's take at its ``bar``."""
    number, turn = carried(song, section, role, bar), varied(song, section, role, bar)
    return replace(take, number=take.number + number, turn=take.turn + turn) if number or turn else take


def carried(song: Song, section: Section, role: str, bar: int) -> int:
    """Whether a role has been carried on to another idea at ``bar`` of a stay: 1, or 0 at its own.

    Bits of the Gray code of the stretch of ``LARGE`` bars: from one to the next one role changes, and comes back.
    """
    if role not in CARRIED:
        return 0
    order, stretch = _order_of(Same(song), "carried", idea_of(section), CARRIED), bar // LARGE
    return (stretch ^ (stretch >> 1)) >> order.index(role) & 1


def varied(song: Song, section: Section, role: str, bar: int) -> int:
    """Which variation of its idea a role plays at ``bar`` of a stay, 0: the idea as it is.

    Every other ``SMALL`` bars one role after the other has one, each time a new one; in between all are at home. A section of
    sixteen bars, which does not come round so soon, has one in four.
    """
    often = 2 if section.bars < BLOCK else 4
    time, place = divmod(bar // SMALL, often)
    if place < often - 1 or role not in VARIED:
        return 0
    rounds, rank = divmod(time, len(VARIED))
    return rounds + 1 if _order_of(Same(song), "varied", idea_of(section), VARIED)[rank] == role else 0


@lru_cache(maxsize=256)
def _order_of(same: Same[Song], what: str, idea: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return _shuffled(names, identity(same.value, what, idea))
