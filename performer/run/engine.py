"""The quick half of the live server: it stamps, journals, acknowledges and reports; it never composes.

Law of this file: every control becomes exactly one journal record before it has any effect, and the tick it
is given there is the only thing in the system that depends on when it came. No ``await`` between stamp and
accept.

Failure policy: trouble with the journal, a composer or a player never delays a control; what a queue refuses
is sent again when its owner says Hello.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from performer.controls import Back as BackControl
from performer.controls import Control, Fade, Fallback, GoTo, Hold, Level, Macro, MixAct, Next, Panic, Remark, SetTempo, Stop
from performer.engine import snapshot as snapshots
from performer.engine.bars import Bar
from performer.engine.state import Phase
from performer.events import EARLIEST_FEEL
from performer.records import Anchor, Chords, Committed, Fell, Hello, Late, Report, Sealed, Stamped, pack, unpack
from performer.run.clock import AS_WRITTEN, Clock, show_at
from performer.run.desk import Desk
from performer.run.inbox import Address, Asked, Inbox, Refused
from performer.run.journal import Journal
from performer.run.journal_format import Entered, Reported
from performer.run.journal_format import Snapshot as SnapshotRecord
from performer.run.memory import Memory
from performer.run.night import SEALED, Night, entry_of
from performer.show.definition import Rig, Song
from performer.tempo import Micros
from performer.ticks import QUARTER, Tick
from performer.wire import feedback
from performer.wire.mix import faded
from performer.wire.osc import encode
from performer.wire.surface import message_of, names_of
from performer.wire.vocabulary import Ping, Subscribe

COMMIT = 60_000
"""Show microseconds from now to the commit edge: everything before it is final."""
MOST_LEAD = 150_000
"""The lead of an output counts up to here; a slower one gets its cue late."""
FEEDBACK_NS = 50_000_000
"""20 Hz."""
SNAPSHOT_BARS = 32
START_NS = 150_000_000
"""From the moment when everybody is ready to the first bar line."""
READY_NS = 4_000_000_000
"""How long the start waits for somebody who is not ready."""
SUBSCRIBER_NS = 15 * 60_000_000_000
"""A subscriber that is silent for so long is forgotten."""
TWICE_NS = 2_000_000_000
FADE_STEP_NS = 100_000_000
HUSH = 50_000
"""Show microseconds after a stop at which the players are silenced whatever they were sent."""

Post = Callable[[str, bytes], bool]
Reply = Callable[[bytes, Address], None]


def reach_of(rig: Rig) -> int:
    """Show microseconds from the commit edge to the first moment that can still change on every note output."""
    leads = [min(o.lead + max(o.latency, 0), MOST_LEAD) for o in rig.outputs if o.kind != "page"]
    return max(leads, default=0) - EARLIEST_FEEL


@dataclass(slots=True)
class Listener:
    """Somebody who hears feedback: since when it was heard from, and what it knows."""

    seen: int
    knows: feedback.Snapshot | None = None


@dataclass(slots=True)
class _Fading:
    begun: int
    whole: int
    levels: dict[str, int]
    due: int = 0


@dataclass(slots=True)
class Engine:
    """The engine's seat, without sockets: ``post`` sends to a seat, ``reply`` to an address; neither waits."""

    night: Night
    journal: Journal
    memory: Memory
    clock: Clock
    post: Post
    reply: Reply
    players: tuple[str, ...]
    desk: Desk
    inbox: Inbox = field(init=False)
    reports: dict[str, tuple[str, Report]] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    finished: bool = False
    _reach: int = field(init=False)
    _begun: int = field(init=False)
    _listeners: dict[Address, Listener] = field(default_factory=dict)
    _chords: tuple[tuple[int, str, str, str], ...] = ()
    _supplied: bool = False
    _next_feedback: int = 0
    _next_snapshot: int = SNAPSHOT_BARS
    _panicked: int = -TWICE_NS
    _fade: _Fading | None = None
    _hush: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        performance = self.night.performance
        self._reach = reach_of(self.night.rig)
        self._begun = self.clock.now()
        self.inbox = Inbox(names_of(self.night.show.songs[performance.bar_at(performance.committed).state.song]))
        self._next_snapshot = performance.bar_at(performance.committed).state.bar + SNAPSHOT_BARS
        for entry in self.night.entries:
            if isinstance(entry.control, MixAct):
                self.desk.remember(entry.control)

    # --- time

    def now(self) -> Micros:
        """Show time now."""
        anchor = self.memory.anchor
        if anchor is None:
            performance = self.night.performance
            return Micros(performance.tempo.micros_at(performance.committed) - COMMIT - 1)
        return Micros(show_at(anchor, self.clock.now()))

    def tick_now(self) -> Tick:
        """The tick that sounds now."""
        return self.night.performance.tempo.tick_at(self.now())

    def beat(self) -> None:
        """Called each few milliseconds: heartbeat, due faders, the commit edge, feedback."""
        host = self.clock.now()
        self.memory.beat("engine", host)
        for asked in self.inbox.due(host):
            self._asked(asked)
        if self.memory.anchor is None:
            self._start(host)
        self._commit()
        self._fading(host)
        self._hushing()
        if host >= self._next_feedback:
            self._next_feedback = host + FEEDBACK_NS
            self._feedback(host)
        if self.journal.trouble:
            self.journal.flush()
        while (news := self.journal.news()) is not None:
            self.trouble(news)

    def _start(self, host: int) -> None:
        """Let show time run once the composer has supplied and every player has answered."""
        seats = [seat for seat in self.players if seat != "page"]
        ready = self._supplied and all(self.memory.heartbeat(seat)[0] for seat in seats)
        if not ready and host - self._begun < READY_NS:
            return
        performance = self.night.performance
        origin = performance.tempo.micros_at(performance.committed)
        anchor = Anchor(1, host + START_NS, origin, AS_WRITTEN)
        self.memory.anchor = anchor
        for seat in self.players:
            self.post(seat, pack(anchor))

    def _commit(self) -> None:
        performance = self.night.performance
        edge = performance.tempo.tick_at(Micros(self.now() + COMMIT))
        if edge <= performance.committed:
            return
        performance.commit(edge)
        self.memory.commit = (performance.tempo.micros_at(edge), edge)
        self.post("composer", pack(Committed(edge)))
        bar = performance.bar_at(edge)
        if bar.state.bar >= self._next_snapshot:
            self._next_snapshot = bar.state.bar + SNAPSHOT_BARS
            self.remember()

    def remember(self) -> None:
        """A snapshot into the journal."""
        taken = self.night.performance.snapshot()
        self.journal.append(SnapshotRecord(taken.seq, taken.committed, snapshots.write(taken)))

    # --- control

    def receive(self, data: bytes, source: Address, stamp_ns: int) -> None:
        """One datagram of the control port."""
        listener = self._listeners.get(source)
        host = self.clock.now()
        if listener is not None:
            listener.seen = host
        for outcome in self.inbox.take(data, source, host, stamp_ns):
            if isinstance(outcome, Refused):
                self.reply(encode(*feedback.error(outcome.address, outcome.why)), source)
            else:
                self._asked(outcome)

    def _asked(self, asked: Asked) -> None:
        match asked.what:
            case Ping(number=number):
                bar = self.night.performance.bar_at(self.tick_now()).state.bar
                self.reply(encode(*feedback.pong(number, bar)), asked.source)
            case Subscribe(port=port, on=on):
                self._subscribe((asked.source[0], port or asked.source[1]), on)
            case control:
                self.control(control, asked)

    def control(self, control: Control, asked: Asked | None = None) -> None:
        """Stamp, journal, effect, acknowledgement: in this order."""
        host = self.clock.now()
        if isinstance(control, Panic):
            if host - self._panicked < TWICE_NS:
                control = Stop()
            self._panicked = host
        performance = self.night.performance
        tempo = performance.tempo
        edge = Micros(self.now() + COMMIT)
        tick = max(performance.committed, tempo.tick_at(edge))
        reach = max(tick, tempo.tick_at(Micros(edge + self._reach)))
        source = f"{asked.source[0]}:{asked.source[1]}" if asked else ""
        message = message_of(control)
        seq = performance.seq + 1
        record = Entered(seq, tick, reach, source, asked.stamp_ns if asked else 0, encode(message.address, message.args))
        self.journal.append(record)
        self.memory.last_seq = seq
        entry = entry_of(record)
        assert entry is not None
        if isinstance(entry.control, MixAct):
            for seat, packet in self.desk.heed(seq, entry.control, self._song()):
                self.post(seat, packet)
        performance.accept(entry)
        self.post("composer", pack(Stamped(seq, tick, reach, record.data)))
        if isinstance(entry.control, Fade):
            self._fade = _Fading(host, entry.control.micros * 1000, {p.name: self.desk.of(p)[1] for p in self._song().parts})
        self._hush = (tempo.micros_at(reach) + HUSH, seq) if isinstance(entry.control, Stop) else None
        if asked is not None and asked.source[1]:
            self._acknowledge(seq, control, asked, reach)
        self._next_feedback = min(self._next_feedback, host)

    def _acknowledge(self, seq: int, control: Control, asked: Asked, reach: Tick) -> None:
        what, boundary = self._promise(control, reach)
        state = self.night.performance.bar_at(self.tick_now()).state
        left = max(0, boundary - self.tick_now())
        bars, rest = divmod(left, state.meter.bar)
        self.reply(encode(*feedback.ack(seq, asked.address, what, bars, rest // state.meter.pulse)), asked.source)

    def _promise(self, control: Control, reach: Tick) -> tuple[str, Tick]:
        """What will happen and at which tick."""
        match control:
            case GoTo() | Next() | BackControl():
                bar = self._landing(reach)
                return (f"to {bar.state.section}", bar.at) if bar else ("no change", reach)
            case Macro(name=name, value=value):
                return (f"{name} {value / 10:g} %", reach)
            case SetTempo(per_quarter=per_quarter):
                return (f"tempo {60_000_000 / per_quarter:.4g}", reach)
            case Hold(on=on):
                return ("holding" if on else "going on", reach)
            case Remark(text=text):
                return (f"marked {text}", reach)
            case _:
                return (type(control).__name__.lower(), reach)

    def _landing(self, reach: Tick) -> Bar | None:
        """The bar in which the pending jump lands."""
        performance = self.night.performance
        bar = performance.bar_at(reach)
        for _ in range(256):
            bar = performance.bar_at(bar.end)
            if bar.state.jumped or (bar.state.bar_in_section == 0 and bar.state.pending is None):
                return bar
        return None

    def _song(self) -> Song:
        bar = self.night.performance.bar_at(max(self.tick_now(), Tick(0)))
        return bar.show.songs[bar.state.song]

    def _fading(self, host: int) -> None:
        """A fade is a row of levels, each an entry of its own, and a stop at its end."""
        fade = self._fade
        if fade is None or host < fade.due:
            return
        fade.due = host + FADE_STEP_NS
        for part, level in faded(fade.levels, host - fade.begun, fade.whole).items():
            self.control(Level(part, level))
        if host - fade.begun >= fade.whole:
            self._fade = None
            self.control(Stop())

    def silence(self) -> None:
        """Everybody stops now: this is the end of the run, and of what a replay gives."""
        for seat, packet in self.desk.silence(self.night.performance.seq + 1):
            self.post(seat, packet)

    def _hushing(self) -> None:
        """A stop holds even where no composer lives to cut what sounds."""
        if self._hush is not None and self.now() >= self._hush[0]:
            for seat, packet in self.desk.silence(self._hush[1]):
                self.post(seat, packet)
            self._hush = None

    # --- feedback

    def _subscribe(self, address: Address, on: bool) -> None:
        self._listeners.pop(address, None)
        if not on:
            return
        now = self._snapshot()
        self._listeners[address] = Listener(self.clock.now(), now)
        if len(self._listeners) > 32:
            del self._listeners[next(iter(self._listeners))]
        for message in feedback.full(now):
            self.reply(encode(*message), address)

    def _feedback(self, host: int) -> None:
        now = self._snapshot()
        self.inbox.grain = now.per_quarter * 1000 // 4
        for address, listener in list(self._listeners.items()):
            if host - listener.seen > SUBSCRIBER_NS:
                del self._listeners[address]
                continue
            for message in feedback.changes(listener.knows, now):
                self.reply(encode(*message), address)
            listener.knows = now

    def _snapshot(self) -> feedback.Snapshot:
        """What holds now: position from the bars, wishes (pending, hold, macros) as newly as they were asked."""
        performance = self.night.performance
        tick = self.tick_now()
        bar = performance.bar_at(max(tick, Tick(0)))
        wishes = performance.bar_at(performance.committed).last
        state, song = bar.state, bar.show.songs[bar.state.song]
        inside = max(0, tick - bar.at)
        beat = sum(1 for pulse in state.meter.pulses if pulse <= inside)
        chord = self._chord_at(tick)
        self.inbox.names = names_of(song, state.meter)
        return feedback.Snapshot(
            phase=state.phase.value,
            song=song.title or song.name,
            section=state.section,
            next=self._comes_next(bar),
            bar=state.bar,
            bar_in_section=state.bar_in_section + 1,
            bars=state.bars,
            beat=max(1, beat),
            beats=len(state.meter.pulses),
            pending=self._pending(tick),
            hold=wishes.hold,
            energy=wishes.energy,
            density=wishes.density,
            brightness=wishes.brightness,
            per_quarter=performance.tempo.per_quarter_at(tick),
            pulse=state.meter.pulse,
            chord=(chord[1], chord[2]),
            key=(chord[3], chord[3]),
            sections=tuple(s.name for s in song.sections),
            parts=tuple((p.name, *self.desk.of(p)) for p in song.parts),
        )

    def _chord_at(self, tick: Tick) -> tuple[int, str, str, str]:
        found = (0, "", "", "")
        for row in self._chords:
            if row[0] > tick:
                break
            found = row
        return found

    def _comes_next(self, bar: Bar) -> str:
        """The next section that is not this one, as far as can be known now."""
        performance = self.night.performance
        for _ in range(max(1, bar.state.bars - bar.state.bar_in_section) + 1):
            following = performance.bar_at(bar.end)
            if following.state.section != bar.state.section or following.state.phase is not bar.state.phase:
                return "" if following.state.phase is Phase.ENDED else following.state.section
            bar = following
        return bar.state.section

    def _pending(self, tick: Tick) -> tuple[str, str, int] | None:
        performance = self.night.performance
        last = performance.bars(tick, Tick(performance.committed + QUARTER * 8))
        waiting = next((bar for bar in last if bar.last.pending is not None), None)
        if waiting is None or waiting.last.pending is None:
            return None
        landing = self._landing(waiting.at)
        if landing is None:
            return None
        bars = 0 if landing.at <= tick else -(-(landing.at - tick) // landing.state.meter.bar)
        return (landing.state.section, waiting.last.pending.when.value, bars)

    # --- what the other processes say

    def heard(self, seat: str, data: bytes) -> None:
        """One packet from the composer or a player."""
        try:
            message = unpack(data)
        except ValueError as error:
            self.trouble(f"{seat}: {error}")
            return
        match message:
            case Chords(chords=chords):
                self._supplied = True
                self._chords = tuple(sorted({row[0]: row for row in (*self._chords[-64:], *chords)}.values()))
            case Sealed(tick=tick, link=link):
                self.journal.append(Reported(self.night.performance.seq, SEALED, (tick, link.hex())))
            case Fell(part=part, bar=bar, why=why):
                self.control(Fallback(part, bar))
                self.trouble(f"{part} fell back in bar {bar + 1}: {why}")
            case Late() if seat != "page":
                self.journal.append(Reported(message.gen, "late", (message.output, message.part, message.t0, message.until)))
                self.trouble(f"{message.part or 'bar line'} came late on {message.output}")
            case Report():
                self._report(seat, message)
            case Hello():
                self.welcome(seat)
            case _:
                pass

    def _report(self, seat: str, report: Report) -> None:
        before = self.reports.get(report.output)
        if report.trouble and (before is None or before[1].trouble != report.trouble):
            self.trouble(f"{report.output}: {report.trouble}")
        self.reports[report.output] = (seat, report)

    def welcome(self, seat: str) -> None:
        """A player that knows nothing: anchor and mix; the music comes from the composer."""
        anchor = self.memory.anchor
        if anchor is not None:
            self.post(seat, pack(anchor))
        for packet in self.desk.everything(seat, self._song(), self.night.performance.seq):
            self.post(seat, packet)

    def trouble(self, what: str) -> None:
        """Remember a trouble for status; the same one is not said twice in a row."""
        if not self.troubles or self.troubles[-1] != what:
            self.troubles.append(what)
        del self.troubles[:-20]

    def status(self) -> Mapping[str, object]:
        """What ``performer status`` shows of the engine."""
        now = self._snapshot()
        return {
            "show": self.night.show.title or self.night.show.name,
            "section": now.section, "next": now.next, "bar": now.bar, "bar_in_section": now.bar_in_section, "bars": now.bars,
            "beat": now.beat, "tempo": round(60_000_000 * QUARTER / (now.per_quarter * now.pulse), 2), "phase": now.phase,
            "pending": now.pending, "chord": now.chord[0], "seq": self.night.performance.seq,
            "outputs": {name: _row(seat, report) for name, (seat, report) in self.reports.items()},
            "control": {"taken": self.inbox.counts.taken, "flooded": self.inbox.counts.flooded,
                        "malformed": self.inbox.counts.malformed, "refused": self.inbox.counts.refused},
            "journal_behind": self.journal.behind, "errors": self.troubles[-5:],
        }  # fmt: skip

    def over(self) -> bool:
        """The performance ended by its form, and everything is out."""
        performance = self.night.performance
        bar = performance.bar_at(max(self.tick_now(), Tick(0)))
        return bar.state.phase is Phase.ENDED and not bar.last.go


def _row(seat: str, report: Report) -> dict[str, object]:
    fields: Iterable[str] = ("rung", "up", "trouble", "sent", "dropped", "late", "p50", "p99", "worst", "held_until", "histogram")
    return {"player": seat, **{name: getattr(report, name) for name in fields}}
