"""The bar that a State describes, as all parts see it: the plan, what is coming, and the live figures.

Law of this file: a bar is a pure function of show and State, and the same for every part.
"""

from functools import lru_cache

from performer.engine import skeleton
from performer.engine.arrangement import THIN, axes_at, blocks, ramp, terraced, turned_away
from performer.engine.conductor import section_of
from performer.engine.course import along, length
from performer.engine.fusion import style_of
from performer.engine.identity import identity, role_of
from performer.engine.leading import after, led, upcoming
from performer.engine.macros import busy_at, live
from performer.engine.planner import phrase_at
from performer.engine.same import Same
from performer.engine.state import Phase, State
from performer.engine.transitions import STEADY, change_of, crash_of, fading, fill_of, landed, stop_slot
from performer.engine.view import Bar
from performer.music.chance import Chance
from performer.music.curve import bend, value_at
from performer.music.groove import hand, human
from performer.music.rhythm import pulses, slots, strengths
from performer.show.definition import Section, Show, Song
from performer.ticks import SIXTEENTH


def bar_of(show: Show, state: State, *, safe: bool = False) -> Bar:
    """The bar that ``state`` describes. ``safe``: as it is looped, without fill, ending or silence."""
    return _bar(Same(show), state, safe)


@lru_cache(maxsize=64)
def _bar(same: Same[Show], state: State, safe: bool) -> Bar:
    show = same.value
    song, section = show.songs[state.song], section_of(show, state)
    index, bars = max(state.bar_in_section, 0), length(section, state)
    phrase = phrase_at(song, section, index, state.bars, state.meter)
    then = after(show, state)
    leaves = not safe and (then.section, then.visit, then.song, then.phase) != (state.section, state.visit, state.song, state.phase)
    changes = leaves and (then.section, then.song, then.phase) != (state.section, state.song, state.phase)
    rings = then.ringing and not state.ringing and not safe
    landing = None if safe else landed(show, state)
    phrase = led(show, state, phrase, bars - 1, landing)
    over = then.phase is Phase.ENDED or then.song != state.song
    change = STEADY if safe else change_of(show, state, phrase.style, landing)
    role, total, beats = role_of(section), slots(state.meter), pulses(state.meter)
    coming, coming_key = upcoming(show, phrase, index - phrase.start, then, leaves)
    place, turns = along(section, state, 2 * index + 1), turned_away(song, section, state, index, bars)
    drawn = value_at(section.energy, place)
    axes = axes_at(song, section, drawn)
    thinned = THIN if "density" in turns else 0
    now = live(section, state, axes, place)
    gate, busy, terrace = _block(song, section, state, index, thinned)
    tonight = Chance.of(state.tonight).at(song.name, section.name, state.visit)
    following = "" if over else role_of(section_of(show, then))
    until = total if safe or state.pending is None or state.pending.at is None else (state.pending.at - state.at) // SIXTEENTH
    thin = changes and until == total and (change.says("thin") or (following == "drop" and role != "drop"))
    filled = not safe and (not thin or change.says("fill"))
    return Bar(
        at=state.at, state=state, song=song, section=section, role=role, phrase=phrase, place=index - phrase.start, index=index,
        bars=bars, slots=total, pulses=beats, strengths=strengths(state.meter),
        live=now, drawn=drawn, gate=gate, busy=busy, terrace=terrace, ramp=ramp(song, section, state, total, beats),
        change=change, until=until, chords=phrase.chords[index - phrase.start],
        kicks=phrase.kick if now.fusion == 500 else skeleton.kick(song, section, style_of(song, section, None, now.fusion), state.meter),
        upcoming=coming, upcoming_key=coming_key,
        fill=fill_of(song, state, phrase.style, change, until, leaves=leaves, changes=changes and not over) if filled else "",
        crash=not safe and crash_of(song, state, section, phrase.style, drawn), thin=thin,
        stop=stop_slot(change, beats, total) if changes and until == total else total,
        ending=rings or (leaves and (over or (section.ring and changes))), leaves=changes,
        fading=fading(state, change, index), following=following, turns=turns, tonight=tonight,
        hand=hand(identity(song), tonight, index, state.meter, human(now.humanity)),
    )  # fmt: skip


def _block(song: Song, section: Section, state: State, index: int, thinned: int) -> tuple[int, int, int]:
    """The live energy by which parts play, how busy they are, and the drawn energy of both: those of the block's beginning."""
    four = along(section, state, 2 * max(state.bent[0], index // 4 * 4) + 1)
    gate = bend(axes_at(song, section, value_at(section.energy, four)).parts, state.energy)
    begin = blocks(section, index, length(section, state) - index)
    place = along(section, state, 2 * max(state.bent[0], begin) + 1)
    terrace = terraced(section, value_at(section.energy, place))
    axes = axes_at(song, section, terrace)
    return gate, busy_at(section, state, max(0, axes.density - thinned), place), terrace
