"""The phrase plan: what is fixed before any role plays, and all that roles know of each other (D5).

Law of this file: a plan depends on the song and the section's idea alone, never on which parts exist, on the visit, on
tonight or on a live macro; so the song is the same song every night, and adding a part changes no other part's notes.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from performer.engine.arrangement import axes_at, terraced
from performer.engine.fusion import style_of
from performer.engine.grounds import ground_of, homes
from performer.engine.identity import idea_of
from performer.engine.progressions import Placed, Stretch, chords_of
from performer.engine.riffs import said_by
from performer.engine.same import Same
from performer.engine.skeleton import kick
from performer.engine.statements import Statement, bank, statements, tune_of
from performer.music.chords import Chord
from performer.music.curve import at_bar
from performer.music.motif import Motif
from performer.music.pitch import Key
from performer.music.singing import Ground
from performer.show.definition import Section, Song
from performer.styles import Style
from performer.ticks import Meter


@dataclass(frozen=True, slots=True)
class Phrase:
    """Four to eight bars, planned. ``start``: bar of the section; ``energy``: its terrace; ``kick``: slots by bar parity.

    ``ground``: the chords as lines see them; ``tune``: the motif that the section is about; ``varied``: the statements of a
    line that the section gives a variation. ``before``: the phrase that leads into this one inside the section, as far as
    voices follow one another (None: they begin here). ``register``: how high it lies, per mille.
    """

    start: int
    bars: int
    key: Key
    style: Style
    energy: int
    chords: tuple[tuple[Placed, ...], ...]
    flat: tuple[Chord, ...]
    ground: Ground
    tune: Motif
    statements: tuple[Statement, ...]
    varied: tuple[Statement, ...]
    kick: tuple[tuple[int, ...], ...]
    before: "Phrase | None" = None
    register: int = 500

    @property
    def half(self) -> int:
        """The number of the chord with which the second half begins."""
        return self.chords[self.bars // 2][0].index


CHAIN = 8
"""Phrases through which voices follow one another before they take their places anew."""


def phrase_at(song: Song, section: Section, bar: int, bars: int, meter: Meter, take: int = 0, *, answers: bool = False) -> Phrase:
    """The phrase that holds ``bar`` (from 0) of a visit of ``bars`` bars, or of as many as it takes to come to that bar.

    ``take``: how often a line drew its statements anew; ``answers``: it answers, so what it answers stays.
    """
    length, bars = style_of(song, section).phrase, max(bars, bar + 1)
    start = bar // length * length
    count = min(length, bars - start)
    place = (Same(song), section.name, start, count, start + count >= bars, bars, meter)
    return _retaken(*place, take, answers) if take else _phrase(*place)


@lru_cache(maxsize=64)
def _retaken(same: Same[Song], name: str, start: int, count: int, last: bool, bars: int, meter: Meter, take: int, answers: bool) -> Phrase:
    """The phrase with other statements on the same chords: another layout, on the motifs in turn; other answers in the old one."""
    phrase, song = _phrase(same, name, start, count, last, bars, meter), same.value
    section, own = said_by(song, song.section(name)), Same(style_of(song))
    motifs = bank(same, own, meter, homes(same, own, meter))
    idea, turn, answer = ("", 0, take) if answers else (f"{idea_of(section)}~{take}", take, 0)
    stated = statements(
        song, section, phrase.style, motifs, start, count, phrase.ground, phrase.key, meter, idea=idea, turn=turn, answer=answer
    )
    return replace(phrase, statements=stated, varied=stated)


@lru_cache(maxsize=256)
def _phrase(same: Same[Song], name: str, start: int, count: int, last: bool, bars: int, meter: Meter) -> Phrase:
    song = same.value
    section = song.section(name)
    style = style_of(song, section)
    key = song.key.shifted(section.key_shift)
    energy = terraced(section, at_bar(section.energy, start, bars))
    chords = chords_of(song, section, style, Stretch(start, count, last), meter)
    flat = tuple(p.chord for bar in chords for p in bar)
    ground, own, said = ground_of(chords, meter), Same(style_of(song)), said_by(song, section)
    motifs = bank(same, own, meter, homes(same, own, meter))
    return Phrase(
        start, count, key, style, energy, chords, flat, ground, motifs[tune_of(said, motifs)].motif,
        statements(song, said, style, motifs, start, count, ground, key, meter),
        statements(song, section, style, motifs, start, count, ground, key, meter, idea=section.name, turn=1) if section.vary else (),
        kick(song, section, style, meter),
        _phrase(same, name, start - style.phrase, style.phrase, False, bars, meter) if start // style.phrase % CHAIN else None,
        axes_at(song, section, energy).register,
    )  # fmt: skip
