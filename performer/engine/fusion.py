"""The one style of a place: what is written there, blended, under the fader.

Law of this file: roles and plan see a ``Style`` and never its parts. The plan asks without the fader (a macro changes no
plan); a fader moves in steps of ``STEP``, so that a hand on it costs a blend for each step and no more.
"""

from performer.music.chance import Chance
from performer.show.definition import Part, Section, Song
from performer.show.fusion import leaning, weights
from performer.styles import ASPECTS, Style, blend, compound

STEP = 25
"""Steps of the fader, per mille."""


def style_of(song: Song, section: Section | None = None, part: Part | None = None, fusion: int = 500) -> Style:
    """The style of ``part`` in ``section``; of the section without a part, of the song without either."""
    level = (fusion + STEP // 2) // STEP * STEP
    if not (song.aspects or (section is not None and section.aspects) or (part is not None and part.aspects)):
        return _style(song, weights(song, section, part, ""), level)
    return compound(tuple((aspect, _style(song, weights(song, section, part, aspect), level)) for aspect in ASPECTS))


def _style(song: Song, written: tuple[tuple[str, int], ...], level: int) -> Style:
    rows = tuple((song.styled(name), weight) for name, weight in leaning(written, level))
    return rows[0][0] if len(rows) == 1 else blend(rows, Chance.of(song.seed).at(song.name, "styles"))
