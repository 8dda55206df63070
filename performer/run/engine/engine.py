"""The quick half of the live server: it stamps, journals, acknowledges and reports; it never composes.

Law of this file: every control becomes exactly one journal record before it has any effect, and the tick it
is given there is the only thing in the system that depends on when it came. No ``await`` between stamp and
accept.

Failure policy: trouble with the journal, a composer or a player never delays a control; what a queue refuses
is sent again when its owner says Hello.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field

from performer.controls import Control, Entry, Fade, Fallback, Go, Level, MixAct, Panic, Stop
from performer.engine import snapshot as snapshots
from performer.engine.state import Phase
from performer.records import Anchor, Chords, Committed, Fallen, Fell, Hello, Late, Report, Sealed, Stamped, Stored, pack, unpack
from performer.run.clock import AS_WRITTEN, Clock, host_at, show_at
from performer.run.engine.bulletin import Bulletin
from performer.run.engine.desk import Desk
from performer.run.engine.fading import Fading, left_by
from performer.run.engine.inbox import RATE, Address, Asked, Inbox, Refused
from performer.run.engine.listeners import Listeners
from performer.run.engine.outlook import Outlook
from performer.run.engine.stamp import COMMIT, reach_of, stamped
from performer.run.engine.waiting import Waiting
from performer.run.journal.format import LISTENER, SEALED, Reported
from performer.run.journal.format import Snapshot as SnapshotRecord
from performer.run.journal.writer import Journal
from performer.run.memory import Memory
from performer.run.night import Night, entry_of
from performer.show.definition import Song
from performer.tempo import Micros
from performer.ticks import Tick
from performer.wire import feedback
from performer.wire.osc import encode
from performer.wire.surface import names_of
from performer.wire.vocabulary import TWICE_NS, Ping, Subscribe

FEEDBACK_NS = 50_000_000  # 20 Hz
SNAPSHOT_BARS = 32
START_NS = 150_000_000  # from the moment when everybody is ready to the first bar line
READY_NS = 4_000_000_000
"""How long the start waits for somebody who is not ready."""
HUSH = 50_000
"""Show microseconds after a stop at which the players are silenced whatever they were sent."""

Post = Callable[[str, bytes], bool]
Reply = Callable[[bytes, Address], None]


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
    outlook: Outlook = field(init=False)
    listeners: Listeners = field(init=False)
    bulletin: Bulletin = field(default_factory=Bulletin)
    _reach: int = field(init=False)
    _begun: int = field(init=False)
    _supplied: bool = False
    _next_feedback: int = 0
    _next_snapshot: int = SNAPSHOT_BARS
    _panicked: int = -TWICE_NS
    _fade: Fading | None = None
    _hush: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        performance = self.night.performance
        self._reach = reach_of(self.night.rig)
        self._begun = self.clock.now()
        asked = [entry.reach for entry in self.night.entries[-1:]] or [performance.committed]
        self.outlook = Outlook(performance, self.desk, asked[0])
        self.listeners = Listeners(self.reply)
        rate = int(self.night.options.get("rate") or RATE)
        self.inbox = Inbox(names_of(self.outlook.song(performance.committed)), Waiting(self.memory), rate=rate, burst=2 * rate)
        self._next_snapshot = performance.bar_at(performance.committed).state.bar + SNAPSHOT_BARS
        for entry in self.night.entries:
            self._remember(entry)
        for host, port, asked_from in self.night.listeners:
            self.listeners.restore((host, port), (host, asked_from), self._begun)
        self._fade = left_by(self.night.entries, self.outlook.song(performance.committed).parts, self._host_of)

    def _remember(self, entry: Entry) -> None:
        """An entry of before this process began: what of it still holds."""
        match entry.control:
            case Panic():
                self._panicked = self._host_of(entry.tick)
            case Stop():
                self._hush = (self.night.performance.tempo.micros_at(entry.reach) + HUSH, entry.seq)
            case Go():
                self._hush = None
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

    def _host_of(self, tick: Tick) -> int:
        """Host time at which a control was given ``tick``."""
        anchor = self.memory.anchor
        return self._begun if anchor is None else host_at(anchor, self.night.performance.tempo.micros_at(tick) - COMMIT)

    def tick_now(self) -> Tick:
        """The tick that sounds now."""
        return self.night.performance.tick_at(self.now())

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
        anchor = Anchor(1, host + START_NS, performance.tempo.micros_at(performance.committed), AS_WRITTEN)
        self.memory.anchor = anchor
        for seat in self.players:
            self.post(seat, pack(anchor))

    def _commit(self) -> None:
        performance = self.night.performance
        edge = performance.tick_at(Micros(self.now() + COMMIT))
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

    def receive(self, data: bytes, source: Address, stamp_ns: int, known: int = 0) -> None:
        """One datagram of the control port; the first ``known`` of its controls are in the journal already."""
        host = self.clock.now()
        self.listeners.heard_from(source, host)
        for outcome in self.inbox.take(data, source, host, stamp_ns):
            if isinstance(outcome, Refused):
                self.reply(encode(*feedback.error(outcome.address, outcome.why)), source)
            elif known and not isinstance(outcome.what, Ping | Subscribe):
                known -= 1
            else:
                self._asked(outcome)

    def _asked(self, asked: Asked) -> None:
        match asked.what:
            case Ping(number=number):
                bar = self.night.performance.bar_at(self.tick_now()).state.bar
                self.reply(encode(*feedback.pong(number, bar)), asked.source)
            case Subscribe(port=port, on=on):
                address = (asked.source[0], port or asked.source[1])
                if self.listeners.subscribe(address, asked.source, on, self.outlook.at(self.tick_now()), self.clock.now()):
                    values = (*address, asked.source[1], int(on))
                    self.journal.append(Reported(self.night.performance.seq, LISTENER, values))
            case control:
                self.control(control, asked)

    def control(self, control: Control, asked: Asked | None = None) -> None:
        """Stamp, journal, effect, acknowledgement: in this order."""
        host = self.clock.now()
        if isinstance(control, Panic):
            if host - self._panicked < TWICE_NS:
                control = Stop()
            self._panicked = host
        if self._fade is not None and self._fade.gives_back(control):
            self._give_back(self._fade)
        performance = self.night.performance
        record = stamped(performance, self.now(), self._reach, control, asked)
        self.journal.append(record)
        self.memory.last_seq = record.seq
        entry = entry_of(record)
        if isinstance(entry.control, MixAct):
            for seat, packet in self.desk.heed(entry.seq, entry.control, self._song()):
                self.post(seat, packet)
        performance.accept(entry)
        self.outlook.asked = entry.reach
        self.post("composer", pack(Stamped(record.seq, record.tick, record.reach, record.data)))
        self._follow_up(entry, host)
        if asked is not None and asked.source[1]:
            self._acknowledge(entry, asked)

    def _follow_up(self, entry: Entry, host: int) -> None:
        """What a control sets going in the engine itself."""
        match entry.control:
            case Fade(micros=micros):
                levels = {part.name: self.desk.of(part)[1] for part in self._song().parts}
                before = self._fade.before if self._fade else levels
                self._fade = Fading(host, micros * 1000, levels, before)
            case Stop():
                self._hush = (self.night.performance.tempo.micros_at(entry.reach) + HUSH, entry.seq)
                if self._fade is not None:
                    self._fade.stopped = True
            case Go():
                self._hush = None

    def _acknowledge(self, entry: Entry, asked: Asked) -> None:
        what, boundary = self.outlook.promise(entry.control, entry.reach)
        state = self.night.performance.bar_at(self.tick_now()).state
        left = max(0, boundary - self.tick_now())
        bars, rest = divmod(left, state.meter.bar)
        self.reply(encode(*feedback.ack(entry.seq, asked.address, what, bars, rest // state.meter.pulse)), asked.source)

    def _song(self) -> Song:
        return self.outlook.song(self.tick_now())

    def _fading(self, host: int) -> None:
        """A fade is a row of levels, each an entry of its own, and a stop at its end."""
        fade = self._fade
        for part, level in fade.levels_at(host).items() if fade else ():
            self.control(Level(part, level))
        if fade and fade.over(host):
            self.control(Stop())

    def _give_back(self, fade: Fading) -> None:
        self._fade = None
        for part, level in fade.before.items():
            self.control(Level(part, level))

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

    def _feedback(self, host: int) -> None:
        now = self.outlook.at(self.tick_now())
        self.inbox.grain = now.per_quarter * 1000 // 4
        self.inbox.names = names_of(self._song(), self.outlook.bar(self.tick_now()).state.meter)
        self.listeners.tell(now, host)

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
                self.outlook.learn(chords)
            case Sealed(tick=tick, link=link):
                self.journal.append(Reported(self.night.performance.seq, SEALED, (tick, link.hex())))
                if self._fade is None:
                    self.journal.land(tick)
            case Fell(part=part, bar=bar, why=why):
                self.control(Fallback(part, bar))
                self.outlook.falls = self.bulletin.fell(part, bar, "safe bar", why)
            case Fallen():
                self.outlook.falls = self.bulletin.fell(*message)
            case Stored(section=section, where=where, why=why):
                self.outlook.stored = (section, self.bulletin.stored(where, why))
            case Late() if seat != "page":
                self.journal.append(Reported(message.gen, "late", (message.output, message.part, message.t0, message.until, message.kept)))
                self.trouble(f"{message.part or 'bar line'} came late on {message.output}")
            case Report():
                self.bulletin.report(seat, message)
            case Hello():
                self.welcome(seat)

    def welcome(self, seat: str) -> None:
        """A player that knows nothing: anchor and mix; the music comes from the composer."""
        if (anchor := self.memory.anchor) is not None:
            self.post(seat, pack(anchor))
        for packet in self.desk.everything(seat, self._song(), self.night.performance.seq):
            self.post(seat, packet)

    def trouble(self, what: str) -> None:
        """Something to tell the operator."""
        self.bulletin.trouble(what)

    def status(self) -> Mapping[str, object]:
        """What ``performer status`` shows of the engine."""
        told = self.bulletin.told(self.night.show.title or self.night.show.name, self.outlook.at(self.tick_now()))
        return {**told, "seq": self.night.performance.seq, "control": asdict(self.inbox.counts), "journal_behind": self.journal.behind}

    def over(self) -> bool:
        """The performance ended by its form, and everything is out."""
        bar = self.outlook.bar(self.tick_now())
        return bar.state.phase is Phase.ENDED and not bar.last.go
