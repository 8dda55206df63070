"""How freely a line goes: where it repeats a note, where it leans on a beat, where it leaves a strange tone by a leap.

Law of this file: the last place is plain, and so is a place after one that leans or strays, so that what is strange has been said
before it goes on; a line may begin by leaning. People repeat 17 % of the notes of a melody; of the tones outside the chord they leave 71 %
by step, 11 % by saying them again, 13 % by a third and 6 % by more (counted in OpenEWLD, 502 lead
sheets, by tools/melody_manners.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from performer.music.chance import Chance

PLAIN, AGAIN, LEANS, STRAYS = range(4)
"""Ways of a place: as it comes; the note before once more; a tone beside the chord on a beat, that resolves; one that is left by leap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """Per mille. ``repeats``: of the notes soon after another; ``leans``: of those on felt pulses; ``strays``: of those between.

    On a pulse a line strays a third as often.
    """

    repeats: int = 0
    leans: int = 0
    strays: int = 0


STRICT = Manner()
"""Nothing of the kind."""
USUAL = Manner(repeats=180, leans=120, strays=150)
"""About as people sing."""


def ways(chance: Chance, manner: Manner, soon: Sequence[bool], beats: Sequence[bool]) -> tuple[int, ...]:
    """The way of each place. ``soon``: whether it follows its neighbour soon; ``beats``: whether it stands on a felt pulse."""
    out: list[int] = []
    for index, draw in enumerate(chance.row(len(soon), "manner")):
        way = PLAIN
        strays = manner.strays // 3 if beats[index] else manner.strays
        if index < len(soon) - 1 and (not out or out[-1] in (PLAIN, AGAIN)):
            if index and soon[index] and draw < manner.repeats:
                way = AGAIN
            elif index and draw >= 1000 - strays:
                way = STRAYS
            elif beats[index] and draw >= 1000 - strays - manner.leans:
                way = LEANS
        out.append(way)
    return tuple(out)
