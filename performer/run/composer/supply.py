"""Keeping every player supplied: from the commit edge to the fill edge, what sounds soonest first.

Law of this file: a range that was supplied stays supplied. After an entry the bars that it changed are supplied again:
first those that sound within a second, then bars that nobody holds yet, so that triggers never starve the fill edge, then
the rest. A part that plays in a bar what its players hold already is not sent again. What an older tempo had left beyond
the fill edge is cleared.
"""

from collections.abc import Callable, Iterator, Mapping

from performer.controls import Entry
from performer.engine.bars import Bar, Slice
from performer.engine.performance import Performance, Score
from performer.engine.state import Phase, State
from performer.events import BarMark, Digest
from performer.records import Chords, Finish, Message, Sealed, pack
from performer.run.composer.supplied import Supplied
from performer.tempo import Micros
from performer.ticks import Tick
from performer.wire.routing import Router

FILL = 3_000_000
"""Show microseconds that every player holds at least."""
FILL_BARS = 2
NEAR = 1_000_000
"""Bars that begin within so many show microseconds come before everything else."""

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
        self._supplied = Supplied()
        self._work: Iterator[Slice] | None = None
        self._working: tuple[Bar | None, Bar] | None = None
        self._edge = performance.committed
        self._until = 0  # show microseconds up to which anything was ever sent
        self._behind: set[str] = set()
        self._finish: Tick | None = None
        self._chords: tuple[tuple[int, str, str, str, str], ...] | None = None
        self._safe: tuple[int, str] | None = None

    # --- what comes in

    def accept(self, entry: Entry) -> None:
        """An entry. What it changes is composed again, soonest first. Raises LateEntryError."""
        before = self.performance.gen
        self.performance.accept(entry)
        if self.performance.gen != before:
            self._work = None

    def commit(self, tick: Tick) -> None:
        """The edge moved: what is before it is final. Once a bar the engine is told the digest."""
        events = self.performance.commit(tick)
        self.digest.add(events)
        if any(isinstance(event, BarMark) for event in events):
            self._send("engine", pack(Sealed(tick, self.digest.link)))
            self._supplied.forget(self.performance.bar_at(tick).at)

    def catch_up(self, to: Tick) -> None:
        """A composer that comes back when an entry was taken just now: what stands between the last digest and the engine's edge.

        Whoever died may not have sent it. A player that holds the same changes nothing; one that holds an older plan says how far
        that was heard, and the journal knows.
        """
        for piece in self.performance.foresee(to):
            self._emit(piece)

    def begin_at_edge(self) -> None:
        """A composer that comes back: everything from the committed edge on is sent again, nothing before it."""
        self._edge = self.performance.committed

    def resend(self, seat: str) -> None:
        """A player holds nothing: everything from the commit edge on goes to it now."""
        self._behind.discard(seat)
        for piece in self.performance.foresee(self._edge):
            self._emit(piece, only=seat)
        self._safe = None

    # --- work

    def step(self, now: Micros) -> bool:
        """One part of one bar, or nothing to do (False)."""
        if self._work is None and not self._pick(now):
            return self._rest(now)
        assert self._work is not None
        piece = next(self._work, None)
        if piece is None:
            self._close_bar()
        elif self._supplied.differs(piece):
            self._emit(piece)
            self._supplied.note(piece)
        return True

    @property
    def held_until(self) -> Micros:
        """Show time up to which the players are supplied."""
        return self.performance.tempo.micros_at(self._edge)

    def _pick(self, now: Micros) -> bool:
        """The next bar to supply."""
        performance = self.performance
        bars = performance.bars(performance.committed, self._fill_edge(now))
        pairs = [(performance.bar_before(bar), bar) for bar in bars]
        stale = [pair for pair in pairs if not self._supplied.holds(*pair)]
        if not stale:
            return False
        near = performance.tick_at(Micros(now + NEAR))
        chosen = stale[0]
        if chosen[1].at >= near:
            chosen = next((pair for pair in stale if pair[1].at >= self._edge), chosen)
        self._working = chosen
        self._work = performance.foresee(chosen[1].end, max(chosen[1].at, performance.committed))
        return True

    def _fill_edge(self, now: Micros) -> Tick:
        """The bar line after now + 3 s and at least two bars."""
        performance = self.performance
        bar = performance.bar_at(max(performance.tick_at(now), performance.committed))
        for _ in range(FILL_BARS):
            bar = performance.bar_at(bar.end)
        far = performance.bar_at(performance.tick_at(Micros(now + FILL)))
        return Tick(max(bar.end, far.end) - 1)

    def _close_bar(self) -> None:
        assert self._working is not None
        before, bar = self._working
        self._supplied.close(before, bar)
        self._work = None
        if bar.at <= self._edge:
            self._edge = max(self._edge, bar.end)

    def _rest(self, now: Micros) -> bool:
        """Everything is supplied: what is beyond it goes, and whoever waits for news is told."""
        performance = self.performance
        tempo = performance.tempo
        self._edge = Tick(self._fill_edge(now) + 1)
        end = tempo.micros_at(self._edge)
        if self._until > end:  # a slower tempo had reached further
            for lane in performance.lanes():
                for replace in self._router.clear(lane, performance.gen, end, self._until):
                    self._to(replace.output, replace)
        self._until = end
        self._tell_engine()
        self._tell_end(end)
        self._prepare_safe_bar(performance.bar_at(max(performance.tick_at(now), performance.committed)))
        for seat in tuple(self._behind):
            self.resend(seat)
        return False

    def _emit(self, piece: Slice, only: str | None = None) -> None:
        performance = self.performance
        song = piece.bar.show.songs[piece.bar.state.song]
        opening = piece.start == piece.bar.at and _opens(piece.bar.state)
        for replace in self._router.route(
            piece.events, song, piece.part, performance.tempo, performance.gen, piece.start, piece.end, opening=opening
        ):
            self._until = max(self._until, replace.t1)
            self._to(replace.output, replace, only)

    def _prepare_safe_bar(self, bar: Bar) -> None:
        """Once a section: the bar that players repeat when nothing more comes."""
        state = bar.state
        name = (state.song, state.section)
        if state.phase is not Phase.PLAYING or self._safe == name:
            return
        self._safe = name
        song = bar.show.songs[state.song]
        events = {part.name: tuple(self._score.safe_bar(bar.show, state, part)) for part in song.parts}
        for safe in self._router.safe(events, song, state.at, Tick(state.end), state.tempo, self.performance.gen):
            self._to(safe.output, safe)

    def _tell_engine(self) -> None:
        chords = self._supplied.chords()
        if chords != self._chords:
            self._chords = chords
            self._send("engine", pack(Chords(self.performance.gen, chords)))

    def _tell_end(self, end: int) -> None:
        ended = self.performance.ended
        if ended != self._finish:
            self._finish = ended
            at = -1 if ended is None else min(end, self.performance.tempo.micros_at(ended))
            for seats in dict.fromkeys(self._seats.values()):
                for seat in seats:
                    self._deliver(seat, pack(Finish(self.performance.gen, at)))

    def _to(self, output: str, message: Message, only: str | None = None) -> None:
        data = pack(message)
        for seat in self._seats.get(output, ()):
            if only is None or seat == only:
                self._deliver(seat, data)

    def _deliver(self, seat: str, data: bytes) -> None:
        """A player whose queue is full gets everything again when it reads once more."""
        if seat not in self._behind and not self._send(seat, data):
            self._behind.add(seat)


def _opens(state: State) -> bool:
    """Whether a song begins with this bar."""
    return state.bar_in_section <= 0 and state.visits == ((state.section, 1),)
