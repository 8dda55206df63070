"""What makes a song itself: under which names its identity is drawn, and the chance that is the same every night.

Law of this file: song and section name alone, never visit, part or night (D13).
"""

from performer.music.chance import Chance
from performer.show.definition import Section, Song

THEMES = ("drop", "chorus")
"""Section roles that state the main motif in full."""


def role_of(section: Section) -> str:
    """What a section is for: as written, else from its name (``drop2`` is a drop)."""
    if section.role:
        return section.role
    return idea_of(section).rstrip("0123456789 -_").lower()


def idea_of(section: Section) -> str:
    """The name under which a section's identity is drawn."""
    return section.idea or section.name


def identity(song: Song, *path: str | int) -> Chance:
    """The chance that is the same every night."""
    return Chance.of(song.seed).at(song.name, *path)
