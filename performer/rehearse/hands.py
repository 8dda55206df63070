"""What hands did in a performance: where each control came, and how a show writes it.

Law of this file: a show that presses what is written here plays as those entries made it play. What no show can say is left, as
entries: the mix, what was taken back, and what was pressed while nothing played.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from performer.controls import Adopt, Back, Cancel, Entry, Fallback, GoTo, Hold, Keep, MixAct, Next, Remark, Shape, TakeBack, When
from performer.engine.bars import Bar, places
from performer.engine.performance import Performance
from performer.engine.state import Phase
from performer.show.definition import Show, Song
from performer.show.pressed import WORD, Pressed, placed, read, said
from performer.source.problems import Wrong
from performer.takes import Kept
from performer.ticks import Tick

_JUMPS = (Next, Back, GoTo, Cancel)


class Stood(NamedTuple):
    """An entry and the bar in which it came: of a visit of a section, from 0, so many ticks behind its line.

    ``target``: the section that a jump asks for by name. ``alone``: nothing was queued. ``sayable``: a show can say it.
    """

    entry: Entry
    song: int
    section: str
    visit: int
    bar: int
    pressed: Pressed
    target: str
    alone: bool
    sayable: bool

    @property
    def bends(self) -> bool:
        """Whether it can move the end of a section."""
        return isinstance(self.entry.control, (*_JUMPS, Hold))


class Skipped(NamedTuple):
    """A visit that a jump at its first bar line left before a note was played."""

    at: Tick
    song: int
    section: str
    visit: int


@dataclass(frozen=True, slots=True)
class Hands:
    """Everything that was pressed, in order; visits that never sounded; sections that were kept."""

    stood: tuple[Stood, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    kept: tuple[Kept, ...] = ()


def hands_of(show: Show, seed: int, entries: Sequence[Entry]) -> Hands:
    """Where ``entries`` came in the performance of ``show`` on the night ``seed``. No note is composed for it."""
    performance = Performance(show, seed)
    stood: list[Stood] = []
    skipped: list[Skipped] = []
    for entry in entries:
        performance.commit(entry.tick)
        before = performance.bar_at(entry.tick)
        undone = performance.undoable(entry.reach) if isinstance(entry.control, TakeBack) else None
        stood = [one._replace(sayable=False) if one.entry is undone else one for one in stood]
        performance.accept(entry)
        after = performance.bar_at(entry.tick)
        stood.append(_stood(entry, before))
        if after.at == before.at and after.line is not before.line and not before.line.bar_in_section and not before.line.stay:
            skipped.append(Skipped(before.at, before.line.song, before.line.section, before.line.visit))
    return Hands(tuple(stood), tuple(skipped), performance.bar_at(performance.committed).last.kept)


def _stood(entry: Entry, bar: Bar) -> Stood:
    control, state = entry.control, bar.last
    turning = isinstance(control, Shape) and control.act != "again"  # it comes true at the next bar line, wherever it was pressed
    pressed = Pressed(control) if turning else placed(control, entry.tick - bar.at, state.meter)
    target = control.section if isinstance(control, GoTo) else state.previous if isinstance(control, Back) else ""
    sayable = state.phase is Phase.PLAYING and not isinstance(control, MixAct | TakeBack | Adopt | Fallback)
    alone = not state.queue and getattr(control, "when", None) is not When.QUEUE
    return Stood(entry, state.song, state.section, state.visit, max(state.bar_in_section, 0), pressed, target, alone, sayable)


def followed(stood: Iterable[Stood], following: str) -> list[Stood]:
    """What was pressed during one stay, with jumps to what now follows in the form said as ``next``."""
    jumps = [one for one in stood if isinstance(one.entry.control, _JUMPS)]
    plain = all(one.sayable and one.alone and one.target and one.target == following for one in jumps)
    return [_as_next(one) if plain and one in jumps else one for one in stood]


def _as_next(jump: Stood) -> Stood:
    control = jump.entry.control
    assert isinstance(control, GoTo | Back)
    return jump._replace(pressed=jump.pressed._replace(control=Next(control.when)))


def written(song: Song, stood: Iterable[Stood]) -> tuple[dict[str, str], list[Entry]]:
    """What was pressed in ``song``, as decisions beside those that it has; and what is left to be pressed still."""
    told: dict[tuple[str, int, int], list[Pressed]] = {}
    left: list[Entry] = []
    for one in stood:
        if one.sayable and isinstance(one.entry.control, Keep | Remark):
            continue  # what was kept is a section of the song
        if one.sayable and _speakable(one.pressed, song):
            place = one.section, one.visit, one.bar
            told.setdefault(place, list(places(song).get(place, ()))).append(one.pressed)
        else:
            left.append(one.entry)
    out = {}
    for (section, visit, bar), row in told.items():
        out[f"{section}/{WORD}/{visit + 1}/{bar + 1}"] = said(sorted(row, key=lambda one: one.place(song.meter)), song)
    return out, left


def _speakable(pressed: Pressed, song: Song) -> bool:
    """Whether the song has words for it: it may name a part or section of another song of the evening."""
    try:
        return read(said((pressed,), song), song) == (pressed,)
    except Wrong:
        return False
