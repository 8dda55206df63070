"""What macros make of a kit: complexity adds ghosts or takes weak strokes away, brightness closes and opens what is metal.

Law of this file: at 500 a kit is as the style has it. More complexity keeps every stroke that less had; the kick and the back
beat are never touched, since others lean on them. Draws are tonight's, or the song's, by slot: they come back with the groove.
"""

from collections.abc import Iterator, Sequence

from performer.engine.view import Bar, View
from performer.music.chance import Chance
from performer.styles.definition import FRAME, Piece, drum_of

METAL = frozenset((42, 44, 46, 49, 51, 52, 53, 54, 55, 57, 59, 69, 70, 80, 81, 82))
"""Hats, cymbals, tambourine, shakers and triangles in General MIDI: what is bright in a kit."""
SHINE = 18
"""Velocity steps that brightness takes from metal at 0 and adds at 1000."""
OPEN, CLOSED = 750, 300
"""Brightness from which a hat is open between the pulses, and below which it is nowhere."""
GHOSTS = 400
"""Per mille of the free weak sixteenths that have a ghost at full complexity."""
SOFT = 45
"""Per cent of a stroke's velocity that a ghost has."""


def shone(bar: Bar, piece: Piece, velocity: int) -> int:
    """The velocity of a piece under the brightness."""
    return velocity + SHINE * (bar.shine - 500) // 500 if piece.note in METAL else velocity


def opened(bar: Bar, piece: Piece, slot: int, sign: str) -> int:
    """The note of a stroke: a piece that can be open is so where its sign says, between the pulses of a bright bar, never in a dull one."""
    if piece.open is None or bar.shine < CLOSED:
        return piece.note
    between = slot % 4 == 2 and slot not in bar.pulses
    return piece.open if sign == "o" or (bar.shine >= OPEN and between) else piece.note


def plainer(bar: Bar, piece: Piece, grid: str, row: Sequence[int]) -> str:
    """A grid without the weak sixteenths that little complexity leaves out: none of the frame's, none of who keeps time."""
    less = 2 * (500 - bar.live.complexity)
    if less <= 0 or piece.name in FRAME or piece.time:
        return grid
    return "".join("." if slot % 2 and row[slot] < less else sign for slot, sign in enumerate(grid))


def haunted(view: View, sounding: Sequence[Piece]) -> Piece | None:
    """The piece that has the ghosts of great complexity: the snare, else who keeps time; None when there are none."""
    if view.bar.live.complexity <= 500:
        return None
    snares = [piece for piece in sounding if drum_of(piece.note) == "snare" and piece.note not in METAL]
    return next(iter(snares or [piece for piece in sounding if piece.time]), None)


def ghosts(bar: Bar, piece: Piece, grid: str, night: Chance, velocity: int) -> Iterator[tuple[int, int]]:
    """Slots and velocities of the ghosts that a piece plays besides its grid, up to a fill."""
    more = GHOSTS * (bar.live.complexity - 500) // 500
    row = night.row(bar.slots, "ghosts", piece.name, bar.index % 2)
    for slot in range(1, bar.fill_from, 2):
        if grid[slot] == "." and row[slot] < more:
            yield slot, velocity * SOFT // 100
