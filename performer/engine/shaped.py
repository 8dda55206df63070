"""A bar as one part plays it, once hands have shaped that part.

Law of this file: for a part that nobody shaped it is the bar of all parts, the same object; for another it differs only in the
addresses from which that part draws, or is the bar that the part plays once more.
"""

from dataclasses import replace

from performer.engine.conductor import section_of
from performer.engine.keeping import whence
from performer.engine.planner import phrase_at
from performer.engine.seen import bar_of
from performer.engine.shaping import source, take_of
from performer.engine.state import State
from performer.engine.view import Bar
from performer.music.chance import Chance
from performer.show.definition import Part, Section, Show, Song
from performer.styles.definition import SILENT
from performer.takes import Take

UNPITCHED = ("drums", *SILENT)
"""Roles that fit any chord."""


def bar_for(show: Show, state: State, part: Part, *, safe: bool = False) -> Bar:
    """The bar of ``state`` as ``part`` plays it. ``safe`` as in ``bar_of``."""
    state = whence(section_of(show, state), state) if part.role not in SILENT else state
    song, section = show.songs[state.song], section_of(show, state)
    take = take_of(state, section, part.name)
    if take.plain:
        return bar_of(show, state, safe=safe)
    there = source(state, take, None if part.role in UNPITCHED else lambda index: _chords(song, section, state, index))
    bar = _addressed(bar_of(show, there, safe=safe), take)
    if not take.number or part.role != "lead":
        return bar
    answers = "counter" in part.name
    phrase = phrase_at(song, section, bar.index, bar.bars, state.meter, take.number, answers=answers)
    return replace(bar, phrase=replace(bar.phrase, statements=phrase.statements, varied=phrase.varied))


def _chords(song: Song, section: Section, state: State, index: int) -> object:
    """What must be equal for a phrase to fit another: the chords of the bar, and where they stand."""
    phrase = phrase_at(song, section, index, state.bars, state.meter)
    return tuple((placed.slot, placed.chord) for placed in phrase.chords[index - phrase.start])


def _addressed(bar: Bar, take: Take) -> Bar:
    """The bar with tonight's chance as a lock keeps it and as often as it was varied."""
    state, tonight = bar.state, bar.tonight
    if take.locked[0]:
        name, visit = take.locked
        state, tonight = replace(state, visit=visit), Chance.of(state.tonight).at(bar.song.name, name, visit)
    if take.turn:
        tonight = tonight.at("turn", take.turn)
    return bar if tonight is bar.tonight else replace(bar, state=state, tonight=tonight)
