"""What the players hold: part by part and bar by bar, so that only what differs is sent.

Law of this file: a note of what was sent is trimmed or dropped as soon as something else was sent over it; a bar is held
only if all its parts were sent since.
"""

from dataclasses import dataclass

from performer.engine.bars import Bar, Slice
from performer.events import ChordMark, Cut, Event
from performer.records import CONDUCTOR
from performer.tempo import TempoMap
from performer.ticks import Tick


@dataclass(slots=True)
class _Kept:
    start: Tick
    end: Tick
    events: tuple[Event, ...]
    tempo: TempoMap


class Supplied:
    """Notes of what was sent. ``differs`` before, ``note`` after a part of a bar was sent; ``close`` when all of it was."""

    def __init__(self) -> None:
        self._lanes: dict[str, dict[Tick, _Kept]] = {}
        self._bars: dict[Tick, tuple[Bar | None, Bar]] = {}

    def holds(self, before: Bar | None, bar: Bar) -> bool:
        """Whether this very bar, after that one, was sent whole and nothing over it."""
        return self._bars.get(bar.at) == (before, bar)

    def differs(self, piece: Slice) -> bool:
        """Whether the players hold anything else in the range of ``piece``."""
        kept = self._lanes.get(piece.part, {}).get(piece.bar.at)
        if kept is None or kept.start > piece.start or kept.end < piece.end or kept.tempo != piece.bar.tempo:
            return True
        if any(isinstance(event, Cut) for event in piece.events):
            return True
        return tuple(event for event in kept.events if piece.start <= event.at < piece.end) != piece.events

    def note(self, piece: Slice) -> None:
        """``piece`` was sent."""
        lane = self._lanes.setdefault(piece.part, {})
        at = piece.bar.at
        old = lane.get(at)
        self._overwrite(lane, at, piece.start, piece.end)
        joined = old is not None and old.start < piece.start <= old.end and old.tempo == piece.bar.tempo
        if old is not None and joined:
            events = (*(event for event in old.events if event.at < piece.start), *piece.events)
            lane[at] = _Kept(old.start, piece.end, events, piece.bar.tempo)
        else:
            lane[at] = _Kept(piece.start, piece.end, piece.events, piece.bar.tempo)

    @staticmethod
    def _overwrite(lane: dict[Tick, _Kept], own: Tick, start: Tick, end: Tick) -> None:
        for at, kept in list(lane.items()):
            if at != own and start <= kept.start < end:
                del lane[at]
            elif at != own and kept.start < start < kept.end:
                kept.end = start

    def close(self, before: Bar | None, bar: Bar) -> None:
        """All parts of a bar were sent."""
        for at, (_, other) in list(self._bars.items()):
            if at < bar.end and other.end > bar.at:
                del self._bars[at]
        self._bars[bar.at] = (before, bar)

    def chords(self) -> tuple[tuple[int, str, str, str, str], ...]:
        """The chords that are held: tick, now and next, the keys of both."""
        kept = self._lanes.get(CONDUCTOR, {}).values()
        return tuple(
            sorted(
                (e.at, e.now, e.next, e.key, e.next_key) for one in kept for e in one.events if isinstance(e, ChordMark) and e.at < one.end
            )
        )

    def forget(self, before: Tick) -> None:
        """What ended before this bar line matters no more."""
        for lane in self._lanes.values():
            for at in [at for at, kept in lane.items() if kept.end <= before]:
                del lane[at]
        for at in [at for at, (_, bar) in self._bars.items() if bar.end <= before]:
            del self._bars[at]
