"""What the plan says is due: motif statements with their bars, and where each part's notes may lie.

Law of this file: this is the reference, from the show and the planning functions alone; whether it sounded is measured elsewhere.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from bench.music.material import Piece
from performer.engine import arrangement
from performer.engine.arrangement import axes_at
from performer.engine.fusion import style_of
from performer.engine.identity import role_of
from performer.engine.planner import phrase_at
from performer.engine.transitions import way_between
from performer.music.curve import at_bar
from performer.music.motif import pitched
from performer.show.definition import Part, Section, Song
from performer.styles import Style
from performer.ticks import SIXTEENTH

WINDOW = 4
"""A part comes and goes by blocks of four bars, by the energy drawn at their start."""


@dataclass(frozen=True, slots=True)
class Due:
    """A statement that has to sound: part, first bar, bars, and what it is (``a/A``: motif and operator).

    ``tones``: sixteenths from the first bar, and pitches up to transposition.
    """

    part: str
    bar: int
    bars: int
    what: str
    tones: tuple[tuple[float, int], ...]


def visits(piece: Piece) -> list[tuple[int, int]]:
    """First bar and number of bars of every visit of a section."""
    starts = [index for index, place in enumerate(piece.places) if place.starts]
    return [(start, end - start) for start, end in pairwise([*starts, len(piece.places)])]


@lru_cache(maxsize=256)
def due(piece: Piece) -> tuple[Due, ...]:
    """Every statement of every lead and counter-line where the part plays, but for what a stop, a thin bar or the end cuts."""
    out: list[Due] = []
    for start, bars in visits(piece):
        place = piece.places[start]
        song = piece.show.songs[place.song]
        section = song.section(place.section)
        after = piece.section(start + bars) if start + bars < len(piece.places) else None
        for part in song.parts:
            if part.role == "lead":
                out += _of(song, section, part, start, bars, _cut(song, section, after, style_of(song)))
    return tuple(out)


def _cut(song: Song, section: Section, after: Section | None, style: Style) -> float:
    """How much of a section's last bar is not to be counted on: half before a drop or a stop, all at the end."""
    if after is None:
        return 1.0
    return 0.5 if role_of(after) == "drop" or {"stop", "thin"} & set(way_between(song, section, after, style)) else 0.0


def _of(song: Song, section: Section, part: Part, start: int, bars: int, cut: float) -> list[Due]:
    voice = "counter" if "counter" in part.name else "lead"
    meter = section.meter or song.meter
    size = meter.bar // SIXTEENTH
    end = (bars - cut) * size
    out, at = [], 0
    while at < bars:
        phrase = phrase_at(song, section, at, bars, meter)
        for statement in phrase.varied if part.name in section.vary else phrase.statements:
            first = at + statement.bar
            if statement.voice != voice or first >= bars or not plays(song, section, part, first, bars):
                continue
            tones = tuple(
                (tone.at / SIXTEENTH, pitched(tone, phrase.key, 60))
                for tone in statement.motif.tones
                if first * size + tone.at / SIXTEENTH < min(end, (at + phrase.bars) * size)
            )
            if len(tones) > 1:
                out.append(Due(part.name, start + first, statement.bars, f"{statement.name}/{statement.how}", tones))
        at += phrase.bars
    return out


def plays(song: Song, section: Section, part: Part, bar: int, bars: int) -> bool:
    """Whether a part is meant to play in a bar, by the energy drawn in the first bar of its block."""
    gate = axes_at(song, section, at_bar(section.energy, bar // WINDOW * WINDOW, bars)).parts
    return arrangement.plays(song, section, part, style_of(song, section, part), gate)


def lane(song: Song, section: Section, part: Part) -> tuple[int, int]:
    """Lowest and highest pitch that a part may play: its own range, else what the style of the place gives its role."""
    return part.range or style_of(song, section, part).voice(part.role).lane
