"""What hands made of a part's idea, and which bars of which night a kept section repeats.

Law of this file: numbers and names alone; with the song they say again what was played, so nothing here holds a note.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Bars of one visit: ``bars`` of them from ``start`` (from 0) on. ``stay``, ``of``: as in the State of that visit.

    ``bar``: ordinal of the first of them in the evening, from 0.
    """

    section: str
    visit: int
    stay: int
    start: int
    bars: int
    of: int
    bar: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A part's idea as hands shaped it. ``song``: its number; ``idea``: the section's idea, or the section where it varies.

    ``number``: how often the idea was drawn anew; ``turn``: how often tonight's variation of it was. ``locked``: the section
    and visit whose variation it keeps, "" and 0 when it is free. ``again``: the bars that are played once more.
    """

    song: int
    part: str
    idea: str
    number: int = 0
    turn: int = 0
    locked: tuple[str, int] = ("", 0)
    again: Pass | None = None

    @property
    def plain(self) -> bool:
        """Whether nothing was done to it, so that it need not be remembered."""
        return not (self.number or self.turn or self.locked[0] or self.again)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Bars that were kept: where in the song they stood, under which seed of the night, and how hands had shaped them.

    ``step``: the place in the form; ``before``: the section that was played before, ""
    where the song began; ``bent``: as in the State; ``absent`` and ``brought``: parts that were out or in by hand.
    """

    where: Pass
    night: int
    step: int = 0
    before: str = ""
    bent: tuple[int, int] = (0, 0)
    takes: tuple[Take, ...] = ()
    absent: tuple[str, ...] = ()
    brought: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Bars that became a section of the song with the number ``song``, and the macros (name, per mille) as they stood then."""

    song: int
    name: str
    excerpts: tuple[Excerpt, ...]
    macros: tuple[tuple[str, int], ...] = ()
