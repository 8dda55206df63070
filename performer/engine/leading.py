"""Where a phrase leads: the chord into another key before its section ends, and what stands at the next bar line.

Law of this file: what comes is known as far ahead as the conductor knows it (``transitions.landed``), and the phrase has the
chord that leads there from then on, so that whoever holds a note holds it no longer than that chord allows.
"""

from dataclasses import replace
from functools import lru_cache

from performer.engine.conductor import next_bar, section_of
from performer.engine.grounds import ground_of
from performer.engine.keeping import whence
from performer.engine.planner import Phrase, phrase_at
from performer.engine.progressions import led_out, way_in
from performer.engine.same import Same
from performer.engine.state import Phase, State
from performer.music.chords import Chord
from performer.music.pitch import Key
from performer.show.definition import Show
from performer.ticks import Meter


def led(show: Show, state: State, phrase: Phrase, last: int, landing: State | None) -> Phrase:
    """The phrase with the chord that leads into the key of ``landing``, where that is written and the section ends in this phrase.

    ``last``: the section's last bar as far as is known.
    """
    if landing is None or landing.phase is Phase.ENDED or (landing.section, landing.song) == (state.section, state.song):
        return phrase
    song, following = show.songs[landing.song], section_of(show, landing)
    via = following.via if landing.song == state.song else song.via
    if via is None or not 0 <= last - phrase.start < phrase.bars:
        return phrase
    key = song.key.shifted(following.key_shift)
    chord = way_in(phrase.key, key, via)
    return phrase if chord is None else _led(Same(phrase), last - phrase.start, chord, key, state.meter)


@lru_cache(maxsize=64)
def _led(same: Same[Phrase], place: int, chord: Chord, key: Key, meter: Meter) -> Phrase:
    """One object for all bars of the phrase, so that what is worked out for it is worked out once."""
    chords = led_out(same.value.chords, place, chord, key, meter)
    return replace(same.value, chords=chords, flat=tuple(placed.chord for bar in chords for placed in bar), ground=ground_of(chords, meter))


def after(show: Show, state: State) -> State:
    """The State at the next bar line, or at the boundary that cuts this bar."""
    return next_bar(show, state, state.end if state.pending is None else state.pending.at or state.end)


def upcoming(show: Show, phrase: Phrase, place: int, there: State, leaves: bool) -> tuple[Chord, Key]:
    """The chord at the next bar line and the key that it stands in; ``there``: the State then, ``leaves``: in another visit."""
    if place + 1 < phrase.bars and not leaves:
        return phrase.chords[place + 1][0].chord, phrase.key
    there = whence(section_of(show, there), there)
    song, section = show.songs[there.song], section_of(show, there)
    index = max(there.bar_in_section, 0)
    following = phrase_at(song, section, index, there.bars, there.meter)
    return following.chords[index - following.start][0].chord, following.key
