"""The harmony under the lines: a phrase's chords as a melody sees them, and those over which the song's motifs are invented.

Law of this file: a ground depends on what the chords depend on, the song and the section's idea.
"""

from dataclasses import replace
from functools import lru_cache

from performer.engine.progressions import Placed, Stretch, chords_of
from performer.engine.same import Same
from performer.engine.statements import kind_of
from performer.music.singing import Ground, Harmony
from performer.show.definition import Song
from performer.styles import Style
from performer.ticks import SIXTEENTH, Meter

_BELONGS = ("theme", "verse", "calm")
"""What a melody does in the sections to which each of ``motifs.NAMES`` belongs."""


def ground_of(chords: tuple[tuple[Placed, ...], ...], meter: Meter) -> Ground:
    """The chords of a phrase, by ticks from its beginning."""
    rows = ((index * meter.bar + placed.slot * SIXTEENTH, placed) for index, bar in enumerate(chords) for placed in bar)
    return tuple(Harmony(at, placed.chord.classes, placed.strong) for at, placed in rows)


@lru_cache(maxsize=64)
def homes(same: Same[Song], lead: Same[Style], meter: Meter) -> tuple[Ground, ...]:
    """The chords over which each of ``motifs.NAMES`` is invented: those that begin the first section it belongs to."""
    song, style = same.value, lead.value
    written = [section for section in song.sections if not section.kept]  # what is kept on stage moves no tune
    out = []
    for kind in _BELONGS:
        home = next((s for s in written if kind_of(s) == kind), written[0])
        section = replace(home, key_shift=0)
        out.append(ground_of(chords_of(song, section, style, Stretch(0, style.phrase, False), meter), meter))
    return tuple(out)
