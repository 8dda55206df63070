"""The skeleton of the rhythm section: the frame of the kit, and the kick that the plan promises whether or not it sounds.

Law of this file: the frame belongs to the song (and another variant of it to its themes), so that it is the same on every
visit and every night.
"""

from performer.engine.decide import decide
from performer.engine.identity import THEMES, idea_of, identity, role_of
from performer.music.rhythm import lay, slots
from performer.show.definition import Section, Song
from performer.styles import Style
from performer.styles.definition import Piece
from performer.ticks import Meter


def variant(song: Song, section: Section, piece: Piece) -> int:
    """Which of its grids a piece of the frame plays in a section."""
    if len(piece.grids) == 1:
        return 0
    where = "theme" if role_of(section) in THEMES else "song"

    def draw() -> str:
        return str(identity(song, "drums", where).below(len(piece.grids), piece.name))

    written = decide(song, f"{idea_of(section)}/drums/{piece.name}", draw)
    return int(written if written.isdecimal() else draw()) % len(piece.grids)


def kick(song: Song, section: Section, style: Style, meter: Meter) -> tuple[tuple[int, ...], ...]:
    """The slots of the kick, bar by bar of its pattern; an empty bar in a style without one."""
    piece = next((p for p in style.pieces if p.name == "kick"), None)
    if piece is None:
        return ((),)
    grid = lay(piece.grids[variant(song, section, piece)], meter, half=style.kit.half)
    size = slots(meter)
    return tuple(tuple(s for s in range(size) if grid[i + s] in "Xx") for i in range(0, len(grid), size))
