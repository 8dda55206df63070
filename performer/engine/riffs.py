"""Riffs: which section's figures a section plays, and which of its voice's grids it takes.

Law of this file: what is round a song (how it begins, how it ends) plays the riffs of its verses, as it has their chords, and
an ending states their tune, so that it comes back to what is known. Which grid a song's idea takes is a share of those that
fit its energy: where the same ones fit, the same one is taken.
"""

from collections.abc import Sequence
from functools import lru_cache

from performer.engine.identity import idea_of, role_of
from performer.engine.same import Same
from performer.music.chance import Chance
from performer.show.definition import Section, Song
from performer.styles.definition import Grid

ROUND = ("intro", "outro")
"""Roles of sections that play the riffs of the first of ``VERSES``."""
VERSES = ("verse", "vamp")


def home_of(song: Song, section: Section) -> str:
    """The idea whose riffs a section plays: its own, or that of the song's verses."""
    return _home(Same(song), section.name)


def said_by(song: Song, section: Section) -> Section:
    """The section whose tune a section states: its own, or the verses' at the end of a song, where it names no theme itself."""
    home = home_of(song, section) if role_of(section) == "outro" and section.theme is None else section.name
    return next((s for s in song.sections if s.name == home), section)


@lru_cache(maxsize=256)
def _home(same: Same[Song], name: str) -> str:
    section = same.value.section(name)
    own = idea_of(section)
    if own != name or role_of(section) not in ROUND:
        return own
    return next((idea_of(s) for s in same.value.sections if role_of(s) in VERSES and not s.kept), own)


def fitting(grids: Sequence[Grid], energy: int, chance: Chance, what: str, turn: int = 0) -> str | None:
    """The grid of an idea at an energy, or the one ``turn`` places after it; None when no grid fits it."""
    texts = [grid.text for grid in grids if grid.start <= energy < grid.until]
    return texts[(chance.below(len(texts), what) + turn) % len(texts)] if texts else None
