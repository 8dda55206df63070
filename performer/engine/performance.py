"""(show, seed, entries) become events: the machine that every mode runs.

Law of this file: nothing here reads a clock, a socket, a file or global chance. However it is asked, in
whatever steps, the committed events are the same; what ``foresee`` shows is what ``commit`` will give,
unless an entry comes between.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from performer.controls import UNDOABLE, Entry, Fallback, Keep, MixAct, Remark, TakeBack
from performer.engine import conductor, keeping
from performer.engine.bars import Bar, Slice, bar_index, first_bar, folded, following, fresh, rebased, segments_of
from performer.engine.keeping import with_kept
from performer.engine.marks import conductor_marks, part_marks, part_of
from performer.engine.snapshot import Joint, Snapshot
from performer.engine.state import Phase, State
from performer.engine.stretches import stretched
from performer.events import ChordMark, Cue, Event, order
from performer.records import CONDUCTOR
from performer.show.definition import Part, Show
from performer.tempo import Micros, Segment, TempoMap, steady
from performer.ticks import Tick

MEMORY = 64
"""Bars kept behind the committed edge: how far a take-back reaches."""


class Score(Protocol):
    """What writes the notes: pure functions of their arguments."""

    def compose(self, show: Show, state: State, part: Part) -> Iterable[Event]:
        """Everything ``part`` plays in the whole bar of ``state``."""

    def chords(self, show: Show, state: State) -> Iterable[ChordMark]:
        """Chord now and next, where they change in the bar of ``state``."""

    def cues(self, show: Show, state: State) -> Iterable[Cue]:
        """What the section's cue rules fire in the bar of ``state``."""

    def safe_bar(self, show: Show, state: State, part: Part) -> Iterable[Event]:
        """What ``part`` can always play in the bar of ``state``: never a fill."""


class LateEntryError(Exception):
    """An entry is stamped before the committed edge, or out of sequence."""


class Performance:
    """One performance of a show. Without a ``score`` it knows bars, sections and tempo, and no notes."""

    def __init__(self, show: Show, tonight: int, *, score: Score | None = None, armed: bool = False, start: str | None = None) -> None:
        state = conductor.opening(show, tonight, armed=armed, start=start)
        self._begin(show, score, state, steady(state.tempo))

    def _begin(self, show: Show, score: Score | None, state: State, tempo: TempoMap) -> None:
        self._score = score
        self._shows = {show.fingerprint: show}
        self._base = first_bar(with_kept(show, state.kept), state, tempo)
        self._fold: list[Bar] = [self._base]
        self._before: list[Bar] = []  # what plays until a take-back is adopted at ``_switch``
        self._switch = Tick(state.at)
        self._joint: Joint | None = None  # where the last take-back was adopted, and the tempo that was played before it
        self._past: tuple[Segment, ...] = ()
        self._entries: list[Entry] = []
        self._fallen: set[tuple[str, int]] = set()
        self._written: dict[tuple[Tick, str], tuple[Bar, Bar | None, list[Event]]] = {}
        self._map: TempoMap | None = None
        self._kept: Snapshot | None = None  # while a take-back waits for its bar line
        self.committed = Tick(state.at)
        self.seq = 0
        self.gen = 0

    @classmethod
    def resumed(cls, shows: Iterable[Show], snapshot: Snapshot, *, score: Score | None = None) -> "Performance":
        """The performance that took ``snapshot``, as if it had never stopped. KeyError when its show is not among ``shows``."""
        self = cls.__new__(cls)
        by_name = {show.fingerprint: show for show in shows}
        self._begin(by_name[snapshot.base.show], score, snapshot.base, snapshot.tempo)
        self._shows = by_name
        joint = snapshot.joint
        for entry in snapshot.entries:
            if joint and entry.seq > joint.seq:
                self._join(joint)
                joint = None
            self._take(entry)
        if joint:
            self._join(joint)
        self._advance(snapshot.committed)
        self.seq, self.gen = snapshot.seq, snapshot.gen
        return self

    # --- entries

    def offer(self, show: Show) -> None:
        """Make a show known, so that an ``Adopt`` entry can name it."""
        self._shows[show.fingerprint] = show

    def accept(self, entry: Entry) -> None:
        """Take an entry. Raises LateEntryError when it is stamped before the committed edge or out of sequence."""
        if entry.tick < self.committed or entry.reach < entry.tick or entry.seq != self.seq + 1:
            raise LateEntryError(f"entry {entry.seq} at {entry.tick}, committed {self.committed}, last {self.seq}")
        self.seq = entry.seq
        if isinstance(entry.control, MixAct | Remark):
            return
        self.gen = entry.seq
        if isinstance(entry.control, TakeBack):
            self._take_back(entry)
        else:
            self._take(entry)

    def _take(self, entry: Entry) -> None:
        self._map = None
        if isinstance(entry.control, Keep) and entry.control.found is None:
            played = [(bar.state, bar.show.songs[bar.state.song]) for bar in self.bars(Tick(0), entry.reach)]
            entry = replace(entry, control=keeping.found(played, entry.control, entry.tick))
        self._entries.append(entry)
        if isinstance(entry.control, Fallback):
            self._fallen.add((entry.control.part, entry.control.bar))
            self._written.clear()
        else:
            folded(self._fold, entry, self._shows)
            if self._before and entry.reach < self._switch:  # its bar lines may have moved
                self._adopt(entry, self._before)

    def undoable(self, at: Tick) -> Entry | None:
        """The entry that a take-back at ``at`` would undo: the last that is not undone yet, up to 64 bars back."""
        self._extend(at)
        oldest = self._fold[bar_index(self._fold, at)].state.bar - MEMORY
        found = next((e for e in reversed(self._entries) if isinstance(e.control, UNDOABLE)), None)
        return found if found and self._fold[bar_index(self._fold, found.reach)].state.bar >= oldest else None

    def _take_back(self, entry: Entry) -> None:
        """Fold again without the entry to be undone; adopt that at its first bar line from ``reach`` on."""
        found = self.undoable(entry.reach)
        if found is None:
            return
        self._kept = self._kept or replace(self.snapshot(), seq=entry.seq - 1)  # this entry is not in it
        self._map = None
        self._entries.remove(found)
        played = self._played()
        again = [self._base]
        for old in self._entries:
            if not isinstance(old.control, Fallback):
                folded(again, old, self._shows)
        self._fold = again
        self._adopt(entry, played)

    def _adopt(self, entry: Entry, played: list[Bar]) -> None:
        """What is folded plays from its first bar line at or after the entry's reach on; up to there ``played`` goes on."""
        while self._fold[-1].at < entry.reach:
            self._fold.append(following(self._fold[-1], self._shows))
        joint = next(bar for bar in self._fold if bar.at >= entry.reach)
        self._switch = joint.at
        self._before = [bar for bar in played if bar.at < joint.at]
        while self._before and self._before[-1].end < joint.at:
            self._before.append(following(self._before[-1], self._shows))
        if self._before:
            last = self._before[-1] = replace(self._before[-1], end=min(self._before[-1].end, joint.at))
            known = self._joint.at if self._joint else self._base.at
            past = segments_of(self._past, (bar for bar in self._before if bar.at >= known))
            self._past = tuple(segment for segment in past if segment.at < joint.at)
            self._join(Joint(at=joint.at, micros=last.tempo.micros_at(joint.at), seq=entry.seq))

    def _join(self, joint: Joint) -> None:
        """Show time goes on at the joint as it was played up to there, whatever tempo was folded in its place."""
        while self._fold[-1].at < joint.at:
            self._fold.append(following(self._fold[-1], self._shows))
        index = bar_index(self._fold, joint.at)
        self._fold[index:] = [rebased(self._fold[index], joint.micros)]
        self._joint, self._map = joint, None

    # --- bars

    def _extend(self, to: Tick) -> None:
        while self._fold[-1].end <= to:
            self._map = None
            self._fold.append(following(self._fold[-1], self._shows))

    def _played(self) -> list[Bar]:
        if not self._before:
            return self._fold
        return [*self._before, *(bar for bar in self._fold if bar.at >= self._switch)]

    def bars(self, start: Tick, end: Tick) -> list[Bar]:
        """The bars that play in [start, end), as far as is known now."""
        self._extend(end)
        return [bar for bar in self._played() if bar.end > start and bar.at < end]

    def bar_at(self, tick: Tick) -> Bar:
        """The bar that plays at ``tick``."""
        self._extend(tick)
        played = self._played()
        return played[bar_index(played, tick)]

    def bar_before(self, bar: Bar) -> Bar | None:
        """The bar that plays before ``bar``; None for the first that is kept."""
        played = self._played()
        index = bar_index(played, bar.at)
        return played[index - 1] if index > 0 else None

    @property
    def tempo(self) -> TempoMap:
        """The tempo map of the bars that are known; the last tempo holds beyond them."""
        if self._map is None:
            since = self._joint.at if self._joint else self._base.at
            self._map = TempoMap(segments=segments_of(self._past, (bar for bar in self._fold if bar.at >= since)))
        return self._map

    def tick_at(self, at: Micros) -> Tick:
        """The tick at show time ``at``; the bars up to there become known, for one of them may have a tempo of its own."""
        while (last := self._fold[-1]).tempo.micros_at(last.end) <= at:
            self._extend(last.end)
        return self.tempo.tick_at(at)

    @property
    def ended(self) -> Tick | None:
        """The tick at which the performance ended, when that lies among the known bars and nothing follows."""
        last = self._fold[-1]
        if last.state.phase is not Phase.ENDED or last.last.go:
            return None
        first = last
        for bar in reversed(self._played()):
            if bar.state.phase is not Phase.ENDED:
                break
            first = bar
        return first.at

    # --- events

    def commit(self, to: Tick) -> tuple[Event, ...]:
        """The final events from the committed edge to ``to``, in the written order; the edge moves to ``to``."""
        if to <= self.committed:
            return ()
        self._extend(to)
        events = [event for piece in self._slices(self.committed, to) for event in piece.events]
        self._advance(to)
        return tuple(sorted(events, key=order))

    def skip(self, to: Tick) -> None:
        """The edge moves to ``to`` and nothing is composed: somebody else committed what is before it."""
        if to > self.committed:
            self._advance(to)

    def foresee(self, to: Tick, since: Tick | None = None) -> Iterator[Slice]:
        """What will be committed from ``since`` (the committed edge) to ``to`` if nothing is asked: bar by bar, part by part."""
        self._extend(to)
        return self._slices(self.committed if since is None else max(since, self.committed), to)

    def lanes(self) -> tuple[str, ...]:
        """Every part of every known show, the conductor first."""
        names = (part.name for show in self._shows.values() for song in show.songs for part in song.parts)
        return (CONDUCTOR, *dict.fromkeys(names))

    def _slices(self, start: Tick, end: Tick) -> Iterator[Slice]:
        played, lanes = self._played(), self.lanes()
        for index, bar in enumerate(played):
            if bar.end <= start or bar.at >= end:
                continue
            before = played[index - 1] if index else None
            low, high = max(start, bar.at), min(end, bar.end)
            for lane in lanes:
                events = self._lane(bar, before, lane)
                yield Slice(bar, lane, low, high, tuple(e for e in events if low <= e.at < high))

    def _lane(self, bar: Bar, before: Bar | None, lane: str) -> list[Event]:
        known = self._written.get((bar.at, lane))
        if known is None or known[0] is not bar or known[1] is not before:
            known = self._written[bar.at, lane] = (bar, before, self._write(bar, before, lane))
        return known[2]

    def _write(self, bar: Bar, before: Bar | None, lane: str) -> list[Event]:
        if lane == CONDUCTOR:
            events = list(conductor_marks(bar, before))
            events += self._composed(bar, lambda score, state: (*score.chords(bar.show, state), *score.cues(bar.show, state)))
        else:
            events = list(part_marks(bar, before, lane))
            part = part_of(bar, lane)
            if part is not None:
                events += self._composed(bar, lambda score, state: self._part(score, bar, state, part))
        return sorted(events, key=order)

    def _composed(self, bar: Bar, write: "Callable[[Score, State], Iterable[Event]]") -> list[Event]:
        if self._score is None or bar.state.phase not in (Phase.PLAYING, Phase.COUNT_IN):
            return []
        score = self._score
        return stretched(bar, lambda state: write(score, state))

    def _part(self, score: Score, bar: Bar, state: State, part: Part) -> Iterable[Event]:
        write = score.safe_bar if (part.name, bar.state.bar) in self._fallen else score.compose
        return write(bar.show, state, part)

    # --- keeping

    def _advance(self, to: Tick) -> None:
        self._extend(to)
        self.committed = to
        if to >= self._switch:
            self._map = None if self._before else self._map
            self._before, self._kept = [], None
        now = self.bar_at(to)
        oldest = now.state.bar - MEMORY
        while len(self._fold) > 1 and self._fold[1].at <= to and self._fold[0].state.bar < oldest:
            self._fold.pop(0)
            self._map = None
            self._base = fresh(self._fold[0])
        if self._joint and self._base.at >= self._joint.at:
            self._joint, self._past, self._map = None, (), None
        self._entries = [e for e in self._entries if e.reach >= self._base.at]
        self._fallen = {(part, bar) for part, bar in self._fallen if bar >= oldest}
        for stale in [key for key in self._written if key[0] < now.at]:
            del self._written[stale]

    def snapshot(self) -> Snapshot:
        """What ``resumed`` needs: the oldest bar kept and the entries since. It may be older than the committed edge."""
        return self._kept or Snapshot(
            base=self._base.line,
            tempo=self._base.tempo,
            entries=tuple(self._entries),
            committed=self.committed,
            seq=self.seq,
            gen=self.gen,
            joint=self._joint,
        )
