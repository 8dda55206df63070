"""Keeping every player supplied: from the commit edge to the fill edge, soonest bar first.

Law of this file: a range that was supplied stays supplied. After an entry everything from its reach on is
sent again; what an older tempo had left beyond the fill edge is cleared; entries may interrupt a pass a few
times, then the pass is finished, so that triggers never starve the fill edge.
"""

from collections.abc import Callable, Iterator, Mapping

from performer.controls import Entry
from performer.engine.performance import Performance, Score, Slice
from performer.engine.state import Phase, State
from performer.events import BarMark, ChordMark, Digest
from performer.records import Chords, Finish, Message, Sealed, pack
from performer.tempo import Micros, TempoMap
from performer.ticks import Tick
from performer.wire.routing import Router

FILL = 3_000_000
"""Show microseconds that every player holds at least."""
FILL_BARS = 2
PATIENCE = 3
"""Times that entries may interrupt one pass."""

Send = Callable[[str, bytes], bool]


class Supply:
    """The composer's hands.

    ``digest`` is that of all events before the performance's committed edge. ``seats`` maps an output to the players that
    are sent its records; ``send`` never waits.
    """

    def __init__(
        self, performance: Performance, score: Score, router: Router, seats: Mapping[str, tuple[str, ...]], send: Send, digest: Digest
    ) -> None:
        self.performance = performance
        self.digest = digest
        self._score = score
        self._router = router
        self._seats = seats
        self._send = send
        self._work: Iterator[Slice] | None = None
        self._tempo: TempoMap | None = None
        self._target = Tick(0)
        self._progress = Tick(0)
        self._supplied = performance.committed
        self._dirty: Tick | None = performance.committed
        self._interrupted = 0
        self._until = 0  # show microseconds up to which anything was ever sent
        self._behind: set[str] = set()
        self._finish: Tick | None = None
        self._chords: list[tuple[int, str, str, str]] = []
        self._safe: tuple[int, str] | None = None

    # --- what comes in

    def accept(self, entry: Entry) -> None:
        """An entry. What it changes is composed again, soonest first. Raises LateEntryError."""
        before = self.performance.gen
        self.performance.accept(entry)
        if self.performance.gen == before:
            return
        since = min(entry.reach, self._supplied, self._progress if self._work else self._supplied)
        self._dirty = since if self._dirty is None else min(self._dirty, since)
        if self._work is not None and self._interrupted < PATIENCE:
            self._interrupted += 1
            self._work = None

    def commit(self, tick: Tick) -> None:
        """The edge moved: what is before it is final. Once a bar the engine is told the digest."""
        events = self.performance.commit(tick)
        self.digest.add(events)
        if any(isinstance(event, BarMark) for event in events):
            self._send("engine", pack(Sealed(tick, self.digest.link)))

    def begin_at_edge(self) -> None:
        """A composer that comes back: everything from the committed edge on is sent again, nothing before it."""
        self._supplied = self._dirty = self.performance.committed

    def resend(self, seat: str) -> None:
        """A player holds nothing: everything from the commit edge on goes to it now."""
        tempo = self.performance.tempo
        self._behind.discard(seat)
        for piece in self.performance.foresee(self._supplied):
            self._emit(piece, tempo, only=seat)
        self._safe = None

    # --- work

    def step(self, now: Micros) -> bool:
        """One part of one bar, or nothing to do (False)."""
        if self._work is None and not self._next_pass(now):
            return False
        assert self._work is not None
        assert self._tempo is not None
        piece = next(self._work, None)
        if piece is None:
            self._close_pass()
            return True
        self._progress = piece.start
        self._emit(piece, self._tempo)
        return True

    @property
    def held_until(self) -> Micros:
        """Show time up to which the players are supplied."""
        return self.performance.tempo.micros_at(self._supplied)

    def _next_pass(self, now: Micros) -> bool:
        target = self._fill_edge(now)
        if self._dirty is None and target <= self._supplied:
            return False
        since = self._supplied if self._dirty is None else min(self._dirty, self._supplied)
        since = max(since, self.performance.committed)
        self._dirty = None
        self._target = max(target, self._supplied)
        self._work = self.performance.foresee(self._target, since)
        self._tempo = self.performance.tempo
        self._progress = since
        self._chords = []
        return True

    def _fill_edge(self, now: Micros) -> Tick:
        """The bar line after now + 3 s and at least two bars."""
        tick = self.performance.tempo.tick_at(now)
        bar = self.performance.bar_at(max(tick, self.performance.committed))
        for _ in range(FILL_BARS):
            bar = self.performance.bar_at(bar.end)
        far = self.performance.bar_at(self.performance.tempo.tick_at(Micros(now + FILL)))
        return max(bar.end, far.end)

    def _close_pass(self) -> None:
        self._work, self._interrupted = None, 0
        self._supplied = self._target
        tempo = self.performance.tempo
        end = tempo.micros_at(self._supplied)
        if self._until > end:  # a slower tempo had reached further
            for lane in self.performance.lanes():
                for replace in self._router.clear(lane, self.performance.gen, end, self._until):
                    self._to(replace.output, replace)
        self._until = end
        self._tell_engine()
        self._tell_end(tempo)
        if self._dirty is None:
            for seat in tuple(self._behind):
                self.resend(seat)

    def _emit(self, piece: Slice, tempo: TempoMap, only: str | None = None) -> None:
        song = piece.bar.show.songs[piece.bar.state.song]
        self._chords += [(e.at, e.now, e.next, e.key) for e in piece.events if isinstance(e, ChordMark)]
        opening = piece.start == piece.bar.at and _opens(piece.bar.state)
        gen = self.performance.gen
        replaces = self._router.route(piece.events, song, piece.part, tempo, gen, piece.start, piece.end, opening=opening)
        for replace in replaces:
            self._until = max(self._until, replace.t1)
            self._to(replace.output, replace, only)
        if only is None and piece.part == "" and piece.start == piece.bar.at:
            self._prepare_safe_bar(piece)

    def _prepare_safe_bar(self, piece: Slice) -> None:
        """Once a section: the bar that players repeat when nothing more comes."""
        state = piece.bar.state
        name = (state.song, state.section)
        if state.phase is not Phase.PLAYING or self._safe == name:
            return
        self._safe = name
        show = piece.bar.show
        song = show.songs[state.song]
        events = {part.name: tuple(self._score.safe_bar(show, state, part)) for part in song.parts}
        for safe in self._router.safe(events, song, state.at, Tick(state.end), state.tempo, self.performance.gen):
            self._to(safe.output, safe)

    def _tell_engine(self) -> None:
        self._send("engine", pack(Chords(self.performance.gen, tuple(self._chords))))
        self._chords = []

    def _tell_end(self, tempo: TempoMap) -> None:
        ended = self.performance.ended
        if ended != self._finish:
            self._finish = ended
            at = -1 if ended is None else tempo.micros_at(ended)
            for seats in dict.fromkeys(self._seats.values()):
                for seat in seats:
                    self._deliver(seat, Finish(self.performance.gen, at))

    def _to(self, output: str, message: Message, only: str | None = None) -> None:
        for seat in self._seats.get(output, ()):
            if only is None or seat == only:
                self._deliver(seat, message)

    def _deliver(self, seat: str, message: Message) -> None:
        """A player whose queue is full gets everything again when it reads once more."""
        if seat not in self._behind and not self._send(seat, pack(message)):
            self._behind.add(seat)


def _opens(state: State) -> bool:
    """Whether a song begins with this bar."""
    return state.bar_in_section <= 0 and state.visits == ((state.section, 1),)
