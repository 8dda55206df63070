"""What was decided while a show was played once: every decision that was asked for, and the way that was taken.

Law of this file: taking down changes nothing. A decision that was answered differently at one address (its places differ in
style or role) is left open: it would be drawn the same way again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from performer.engine.composer import Composer
from performer.engine.decide import noting
from performer.engine.keeping import with_kept
from performer.rehearse.hands import Hands, Skipped, hands_of
from performer.rehearse.render import PlayedBar, Press, Rendering, render
from performer.show.definition import Show, Song
from performer.tempo import Micros


@dataclass(frozen=True, slots=True)
class Stint:
    """A stay in a section without a break. ``first``: its first bar, from 0; ``bars``: all that were played, repeats included.

    ``visit``: of the section, from 0; ``repeats``: visits that it counts for. No bar was played where a jump came at once.
    """

    song: int
    section: str
    visit: int
    first: int
    bars: int
    repeats: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A performance and what was decided in it. ``decisions``: by song name, those of the way that was taken, sorted.

    ``show``: what was played, with the sections that were kept on the way. ``hands``: what was pressed by others than the rehearsal.
    """

    rendering: Rendering
    show: Show
    stints: tuple[Stint, ...]
    decisions: dict[str, dict[str, str]]
    hands: Hands


def decided(show: Show, seed: int, presses: Sequence[Press], progress: Callable[[Micros], object] = lambda _: None) -> Decided:
    """Play ``show`` with tonight's ``seed`` and take down what is decided."""
    told: dict[str, dict[str, str]] = {song.name: {} for song in show.songs}
    open_ones: set[tuple[str, str]] = set()

    def note(song: Song, address: str, value: str) -> None:
        if told[song.name].setdefault(address, value) != value:
            open_ones.add((song.name, address))

    fresh = replace(show, songs=tuple(replace(song) for song in show.songs))
    with noting(note):
        rendering = render(fresh, seed, score=Composer(), presses=presses, progress=progress)
    asked = rendering.pressed[: len(presses) - len(rendering.unreached)]  # the rehearsal helps on when nobody does any more
    hands = hands_of(show, seed, asked) if asked else Hands()
    stints = tuple(_stints(rendering.bars, hands.skipped))
    decisions = {
        song.name: _taken(song, told[song.name], [s for s in stints if show.songs[s.song] is song], open_ones) for song in show.songs
    }
    return Decided(rendering, with_kept(show, hands.kept), stints, decisions, hands)


def _stints(bars: Sequence[PlayedBar], skipped: Sequence[Skipped]) -> Iterable[Stint]:
    """The bars as stints: a repeat of a stay goes on with it, another step or visit begins one. ``skipped``: those without a bar."""
    starts = [0] if bars else []
    for number, (before, bar) in enumerate(pairwise(bars), 1):
        same = (bar.song, bar.section) == (before.song, before.section)
        if not same or (bar.visit != before.visit and not bar.stay):
            starts.append(number)
    unheard = list(skipped)
    for start, end in pairwise((*starts, len(bars))):
        first = bars[start]
        while unheard and unheard[0].at <= first.at:
            visit = unheard.pop(0)
            yield Stint(visit.song, visit.section, visit.visit, start, 0, 1)
        yield Stint(first.song, first.section, first.visit, start, end - start, bars[end - 1].visit - first.visit + 1)


def _taken(song: Song, told: dict[str, str], stints: Sequence[Stint], open_ones: set[tuple[str, str]]) -> dict[str, str]:
    """The decisions of what was played; branches that were not taken stay open."""
    played = {stint.section for stint in stints}
    played |= {section.idea for section in song.sections if section.name in played and section.idea}
    return {
        address: value
        for address, value in sorted(told.items())
        if (song.name, address) not in open_ones and (address.startswith("motif/") or address.split("/")[0].split("~")[0] in played)
    }
