"""The core of a player: what it holds, what is due, and the rules that let no note hang and none sound twice.

Law of this file: nothing here asks for the time, sends or waits. Times are show microseconds; ``due`` hands out what must
leave now, in order. A note that began is ended exactly once; a record that was sent, here or by the player before this
one, is never sent again; a message older than what a part has heard already is refused.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from zlib import crc32

from performer.records import CONDUCTOR, Alarm, Finish, Late, Latency, Mark, Message, Pair, Replace, Safe, Send, Setting, Silence
from performer.run.players.belated import EARLIEST, belated, without_past
from performer.run.players.echoes import AFTER, Echo, Echoes
from performer.run.players.gate import Gate
from performer.run.players.holdings import Holdings
from performer.run.players.lanes import FOREVER, Known, Lane, Rank, Row, rows_of, token_of
from performer.run.players.lateness import Tally
from performer.run.players.said import Said
from performer.run.players.vamp import COMMON, Vamp
from performer.run.players.voices import NEVER, Sounding, Voices, part_hash

TOO_LATE = 50_000
"""A note-on this much later than planned is dropped: off the beat is worse than absent (drummers scatter by 10 to 30 ms)."""
STALE = 2_000_000
"""A cue or a bar line this late is dropped: after a long stop of the machine no burst of the past is wanted."""
NOTES_KNOWN, SHOTS_KNOWN = 2_500_000, 10_000_000
"""How long it is remembered that a note, or any other record, was sent."""
BATCH = 64
"""Records handed out at once, so that messages are read between them."""


class Out(NamedTuple):
    """Bytes that must leave now. ``note`` is the note that begins (``on``) or ends; no bytes: its end is only to be noted down."""

    output: int
    data: bytes
    due: int
    token: int
    on: bool = False
    note: Sounding | None = None


class Sink(NamedTuple):
    """What a player must know of an output: the bytes that silence it, by how much its time tags run ahead (0: none), and
    whether it may lose what it is sent (``lossy``: a panic is said twice)."""

    name: str
    panic: tuple[bytes, ...] = ()
    lead: int = 0
    lossy: bool = False


class Player:
    """One player's state. ``take`` messages, ask ``next_due``, send what ``due`` returns.

    ``feel``: microseconds by which a note may be felt before its place.
    """

    def __init__(self, sinks: Sequence[Sink], *, feel: int = EARLIEST) -> None:
        self._feel = feel
        self.sinks = tuple(sinks)
        self.voices = Voices(len(sinks))
        self.held = Holdings(len(sinks))
        self.gate = Gate()
        self.sent = (Known(NOTES_KNOWN), Known(SHOTS_KNOWN))
        """Tokens of the notes, and of all else, that were sent a short while ago."""
        self.tallies = [Tally() for _ in sinks]
        self.notices: list[Late] = []
        """What the composer and the engine must be told; the owner empties it."""
        self.refused = 0
        """Messages of an older generation, or for outputs that are not here."""
        self.urgent: list[Out] = []
        """What leaves with the next ``due``, whatever the time."""
        self._outputs = {sink.name: number for number, sink in enumerate(sinks)}
        self._gens: dict[str, int] = {}
        self._floor = -1  # no parcel older than this is taken
        self._said = Said()
        self._vamps = [Vamp() for _ in sinks]
        self._echoes = Echoes()
        self._edge = NEVER

    @property
    def lanes(self) -> list[Lane]:
        """What is held, by part and output."""
        return self.held.all

    # what comes in

    def take(self, message: Message, now: int) -> None:
        """Apply one message at show time ``now``. What it makes due at once is handed out by the next ``due``."""
        match message:
            case Replace():
                self._replace(message, now)
            case Silence():
                self._silence(message, now)
            case Send():
                self._send(message, now)
            case Alarm():
                self._alarm(message, now)
            case Safe() if message.output in self._outputs:
                self._vamps[self._outputs[message.output]].learn(message)
            case Finish():
                for vamp in self._vamps:
                    vamp.finish(message)
            case Latency() if message.output in self._outputs and self._newer("latency", message.output, message.seq):
                self.send_earlier(self._outputs[message.output], message.micros)
            case _:
                self.refused += 1
        self._look_ahead()

    def _replace(self, parcel: Replace, now: int) -> None:
        output = self._outputs.get(parcel.output)
        if output is None or parcel.gen < max(self._gens.get(parcel.part, -1), self._floor):
            self.refused += 1
            return
        self._gens[parcel.part] = parcel.gen
        lane = self.held.lane(parcel.part, output)
        rows = rows_of(parcel, output)
        edge = now + self._feel + self.sinks[output].lead + max(0, self.held.latency[output])
        late = belated(lane, parcel, rows, edge) if parcel.part != CONDUCTOR and parcel.t0 < edge else None
        if late is not None:
            rows = late.rows
            older = (one for one in lane.strata.over(parcel.t0, late.until) if one.gen != parcel.gen)
            self.notices += [Late(parcel.gen, parcel.output, parcel.part, t0, t1, gen) for t0, t1, gen in older]
        elif gone := without_past(rows, now - TOO_LATE + self.held.latency[output], self.sent[0]):
            self.tallies[output].dropped += len(gone)
            places = [row.at for row in gone]
            self.notices.append(Late(parcel.gen, parcel.output, parcel.part, min(places), max(places) + 1, -1))
        lane.replace(parcel.t0, parcel.t1, rows)
        lane.strata.lay(parcel.t0 if late is None else late.until, parcel.t1, parcel.gen)
        if parcel.cut >= 0:
            self._cut(lane, parcel.cut if late is None else max(parcel.cut, late.until))
        lane.supplied(parcel, rows)
        self.urgent.extend(Out(output, data, now, 0) for data in self._said.undone(output, parcel))
        self.held.changed(lane)
        if self._vamps[output].supplied(parcel, now):
            self._drop_common_bar(output, max(parcel.t0, now))

    def _cut(self, lane: Lane, at: int) -> None:
        end = at - self.sinks[lane.output].lead
        lane.cut(at, end)
        self.voices.cut(lane.output, part_hash(lane.part), at, end)

    def _silence(self, message: Silence, now: int) -> None:
        if not self._newer("mute", message.part, message.seq):
            return
        if message.on:
            self.gate.muted.add(message.part)
            mine = part_hash(message.part)
            self.end_now((note for note in self.voices.all() if note.part == mine), now)
        else:
            self.gate.muted.discard(message.part)

    def _send(self, message: Send, now: int) -> None:
        output = self._outputs.get(message.output)
        if output is None or not self._newer(f"send {message.target}", message.output, message.seq):
            return
        for number, data in enumerate(message.data):
            token = token_of(output, crc32(message.target.encode(), number), message.seq)
            self.urgent.append(Out(output, data, now, token))
        if message.lasting:
            self._said.act(output, message)

    def _alarm(self, message: Alarm, now: int) -> None:
        if message.seq >= 0 and not self._newer("alarm", "", message.seq):
            return
        self.release(now, seq=message.seq, twice=True)
        self.gate.shut(range(len(self.sinks)), now)
        if message.stop:
            self._floor = message.seq if message.seq >= 0 else max([self._floor, *self._gens.values()]) + 1
            self.held.clear()
            for vamp in self._vamps:
                vamp.forget()
            self.gate.reopen()

    def send_earlier(self, output: int, micros: int) -> None:
        """Everything at an output leaves so many microseconds earlier (or later, when negative) than it is due."""
        self.held.shift(output, micros)
        self.voices.shift(output, micros)

    def _newer(self, kind: str, target: str, seq: int) -> bool:
        new = self.gate.newer(kind, target, seq)
        self.refused += not new
        return new

    # what goes out

    def next_due(self) -> int:
        """When ``due`` must be asked next; ``NEVER`` when nothing is held."""
        return -FOREVER if self.urgent else min(self.held.next_due(), self.voices.next_end(), self._edge, self._echoes.next_due())

    def due(self, now: int) -> list[Out]:
        """What must leave at show time ``now``, in order; at most ``BATCH`` planned records at a time."""
        if now >= self._edge:
            self._vamp(now)
        outs, self.urgent = self.urgent, []
        if now >= self._echoes.next_due():
            outs.extend(Out(echo.output, echo.data, echo.due, 0) for echo in self._echoes.take(now, self.voices))
        for _ in range(BATCH):
            end, head = self.voices.next_end(), self.held.next_due()
            if end <= head:
                if end > now:
                    break
                self._end(self.voices.pop_end(), end, outs)
            else:
                if head > now:
                    break
                lane, row = self.held.pop()
                if row.token not in self.sent[row.rank is not Rank.PAIR]:
                    self._fire(lane, row, head, now, outs)
        return outs

    def _fire(self, lane: Lane, row: Row, due: int, now: int, outs: list[Out]) -> None:
        record = row.record
        if isinstance(record, Pair):
            self._strike(lane, record, row.token, due, now, outs)
        elif isinstance(record, Mark):
            self._bar_line(lane.output, record)
        elif now - due > STALE and not isinstance(record, Setting):
            self.tallies[lane.output].dropped += 1
        else:
            self.sent[1].add(row.token, now)
            if isinstance(record, Setting):
                self._said.setting(lane.output, lane.part, record)
            outs.append(Out(lane.output, record.data, due, row.token))

    def _strike(self, lane: Lane, pair: Pair, token: int, due: int, now: int, outs: list[Out]) -> None:
        output = lane.output
        if not self.sounds(lane, pair):
            return
        if now - due > TOO_LATE:
            self.tallies[output].dropped += 1
            return
        if not pair.off:  # it ends by itself: there is nothing to send then, and nothing to know
            self.sent[0].add(token, now)
            outs.append(Out(output, pair.on, due, token, True))
            return
        holder = self.voices.holder(output, lane.hash, pair.key)
        if holder:
            self._end(holder, due, outs)
        if self.voices.shared(output, pair.off):
            outs.append(Out(output, pair.off, due, 0))
        self.sent[0].add(token, now)
        outs.append(Out(output, pair.on, due, token, True, self.voices.begin(output, lane.hash, pair)))

    def _end(self, note: Sounding, due: int, outs: list[Out]) -> None:
        outs.append(Out(note.output, self.voices.end(note), due, token_of(note.output, note.id, note.at), False, note))

    def sounds(self, lane: Lane, pair: Pair) -> bool:
        """Whether this note of a lane may sound, as mutes and panics stand now."""
        return not self.gate.closed(lane.part, lane.output, pair.at, self._next_line)

    def _next_line(self, output: int, since: int) -> int | None:
        """The bar line that reopens an output; one that has never had any goes by the others'."""
        return self.held.next_line(since, output if self._vamps[output].marked else None)

    def _bar_line(self, output: int, mark: Mark) -> None:
        self._vamps[output].mark(mark)
        self.gate.bar_line((number for number, vamp in enumerate(self._vamps) if number == output or not vamp.marked), mark.due)

    def end_now(self, notes: Iterable[Sounding], now: int) -> None:
        """End these notes with the next ``due``."""
        for note in notes:
            self._end(note, now, self.urgent)

    def release(self, now: int, output: int | None = None, seq: int = -1, twice: bool = False) -> None:
        """End every note at once (of one output): the notes that are known first, then the output's panic bytes.

        ``twice``: once more ``AFTER`` microseconds later where bytes may be lost on the way.
        """
        first = len(self.urgent)
        self.end_now((note for note in self.voices.all() if output in (None, note.output)), now)
        for number, sink in enumerate(self.sinks):
            for place, data in enumerate(sink.panic if output in (None, number) else ()):
                token = token_of(number, crc32(b"panic", place), seq) if seq >= 0 else 0
                self.urgent.append(Out(number, data, now, token))
        if twice:
            said = (out for out in self.urgent[first:] if out.data and self.sinks[out.output].lossy)
            self._echoes.say((Echo(now + AFTER, out.output, out.data, out.note is None) for out in said), now)

    def restate(self, output: int, now: int) -> None:
        """A device came back: silence it, then say every lasting value again. Notes that began while it was away are over."""
        self.release(now, output)
        self.urgent.extend(Out(output, data, now, 0) for data in self._said.all(output))

    def passed(self, lane: Lane, row: Row) -> None:
        """A row that another player has sent, or skipped, is over."""
        if isinstance(row.record, Mark):
            self._bar_line(lane.output, row.record)
        elif isinstance(row.record, Setting):
            self._said.setting(lane.output, lane.part, row.record)

    # when nothing more comes

    def held_until(self, output: int) -> int:
        """How far ``output`` is supplied, in show microseconds; -1 before the first parcel."""
        return max(self.held.until(output), -1)

    def _vamp(self, now: int) -> None:
        for output, vamp in enumerate(self._vamps):
            held = self.held.until(output)
            while vamp.edge(held) <= now:
                parcels = vamp.turn(held, self.sinks[output].name)
                for parcel in parcels:
                    lane = self.held.lane(parcel.part, output)
                    lane.replace(parcel.t0, parcel.t1, rows_of(parcel, output))
                    self.held.changed(lane)
                if not parcels:
                    self.release(now, output)
        self._look_ahead()

    def _look_ahead(self) -> None:
        edges = (vamp.edge(self.held.until(output)) for output, vamp in enumerate(self._vamps))
        self._edge = min(edges, default=NEVER)

    def _drop_common_bar(self, output: int, t0: int) -> None:
        """The composer is back: a repeated bar that belonged to no part in particular gives way from ``t0`` on."""
        lane = self.held.lane(COMMON, output)
        lane.replace(t0, FOREVER, [])
        self._cut(lane, t0)
        self.held.changed(lane)
