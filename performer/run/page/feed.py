"""What the page is told: a player's records as messages for browsers, a little ahead of their time.

Law of this file: a browser is told every note before it sounds, with its end, so that nothing can hang there when this
process dies; what changes before its time is taken back by its serial number. All rules of playing (ranges, generations,
mutes, panic, the safe bar) are the player's own: this only looks ahead in what it holds.

Messages, times in show milliseconds:

- ``{"anchor": [host ms, show ms, rate]}``: where show time stands.
- ``{"play": [...]}`` with rows ``["on", at, off, part, key, velocity, serial]``, ``["off", at, serial]`` (it ends earlier), ``["drop",
  serial]`` (it will not be), ``["at", due, serial, part, address, ...args]``, ``["now", address, ...args]``, ``["release"]`` (panic);
  ``{"sounding": [...]}`` with such rows, once for a new browser.
- ``{"plan": part, "notes": [[on, off, key, velocity], ...]}`` and ``{"marks": [[due, address, ...args], ...]}``: what is decided
  ahead and may still change.
"""

from collections.abc import Iterable
from typing import NamedTuple

from performer.records import CONDUCTOR, Alarm, Anchor, Message, Pair, Setting, Shot
from performer.run.players.lanes import Lane, token_of
from performer.run.players.player import BATCH, Out, Player, Sink
from performer.wire.osc import Arg, OscError, decode

AHEAD = 500_000
"""Microseconds by which a browser is told a note before it sounds: a page that draws on a busy machine may stand still for some
300 ms, and what is told can be taken back, so the music reacts as quickly as with less."""
SIGHT = 8_000_000
"""How far ahead the picture reaches."""
KEPT = 3_000_000
"""How long a note that has ended is remembered, so that it is never told twice."""

Json = dict[str, object]
Row = list[object]


class _Told(NamedTuple):
    """A record that browsers know of: its bytes and times as told, ``off`` 0 for what is no note."""

    serial: int
    due: int
    off: int
    data: bytes
    row: Row


class PageFeed:
    """One page output. ``take`` messages, ask ``step`` every 20 ms and ``plans`` a few times a second."""

    def __init__(self, output: str = "page") -> None:
        self.player = Player([Sink(output)])
        self.unread = 0
        """Records whose bytes are no OSC."""
        self.watched = True
        """Whether anybody looks: what nobody hears is never late, and nobody misses it."""
        self._told: dict[int, _Told] = {}
        self._serial = 0
        self._plans: dict[str, Json] = {}
        self._stale: set[str] = set()
        self._play: list[Row] = []
        self._values: dict[str, Row] = {}

    def take(self, message: Message, now: int) -> None:
        """Apply one message at show time ``now`` (microseconds)."""
        missed = self.player.tallies[0].dropped
        self.player.take(message, now)
        self._counted(missed)
        part = getattr(message, "part", None)
        self._stale |= {lane.part for lane in self.player.lanes} if part is None else {part}
        if isinstance(message, Alarm):
            self._play.append(["release"])

    def step(self, now: int) -> list[Row]:
        """Rows for ``{"play": ...}``: what sounds within ``AHEAD`` and was not told yet, and what changed since."""
        batch = BATCH
        while batch >= BATCH:
            missed = self.player.tallies[0].dropped
            outs = self.player.due(now)
            self._counted(missed)
            batch = len(outs)
            for out in outs:
                self._left(out, now)
        self._announce(now)
        self._forget(now)
        rows, self._play = self._play, []
        return rows

    def plans(self, now: int) -> list[tuple[str, Json]]:
        """What is decided ahead, by key, for the parts in which it changed since it was asked last."""
        parts, self._stale = self._stale, set()
        changed = []
        for part in sorted(parts):
            plan = self._plan(part, now)
            if self._plans.get(part) != plan:
                self._plans[part] = plan
                changed.append((f"plan {part}", plan))
        return changed

    def welcome(self, now: int) -> list[Json]:
        """What a browser that comes in the middle must know: what sounds, the bar it is in, what is ahead."""
        known = sorted((told for told in self._told.values() if told.off > now or not told.off), key=lambda told: told.serial)
        return [{"sounding": [*self._values.values(), *(told.row for told in known)]}, *self._plans.values()]

    @staticmethod
    def anchored(anchor: Anchor) -> Json:
        """Where show time stands."""
        return {"anchor": [anchor.host_ns / 1e6, anchor.show_us / 1e3, anchor.rate / 1e9]}

    def _counted(self, missed: int) -> None:
        """What was dropped counts where somebody would have heard it; ``missed``: how many there were."""
        if not self.watched:
            self.player.tallies[0].dropped = missed

    # what left the player just now

    def _left(self, out: Out, now: int) -> None:
        told = self._told.get(out.token)
        if out.data:  # what was told ahead is in time, however late this process looks at it
            self.player.tallies[0].add(0 if told is not None or not self.watched else max(0, now - out.due))
        if out.note is not None and not out.on:
            if told is not None and out.due < told.off - 1000:
                self._end(out.token, told, out.due)
        elif told is None and out.data:
            self._tell(out)

    def _tell(self, out: Out) -> None:
        """Something that could not be told ahead."""
        if out.on and out.note is not None:
            self._note(out.token, out.due, out.note.off_due, out.data)
            return
        for address, args in self._read(out.data):
            self._now(["now", address, *args])

    def _now(self, row: Row) -> None:
        """Something that is done at once; of a value, the last one is kept for browsers that come later."""
        self._play.append(row)
        if row[1] == "/control" and len(row) > 2:
            self._values[str(row[2])] = row

    def _end(self, token: int, told: _Told, at: int) -> None:
        row = [*told.row]
        row[2] = at / 1e3
        self._told[token] = told._replace(off=at, row=row)
        self._play.append(["off", at / 1e3, told.serial])

    # looking ahead

    def _announce(self, now: int) -> None:
        for note in self.player.voices.moved:
            token = token_of(note.output, note.id, note.at)
            told = self._told.get(token)
            if told is not None and note.off_due < told.off:
                self._end(token, told, note.off_due)
        self.player.voices.moved.clear()
        coming: set[int] = set()
        for lane in self.player.lanes:
            for row in lane.rows():
                if row.due > now + AHEAD:
                    break
                record = row.record
                if isinstance(record, Pair) and self.player.sounds(lane, record):
                    coming.add(row.token)
                    self._coming(row.token, record.on_due, record.off_due, record.on)
                elif isinstance(record, Shot | Setting):
                    coming.add(row.token)
                    self._coming_once(row.token, record, lane)
        for token, told in [(token, told) for token, told in self._told.items() if told.due > now and token not in coming]:
            self._play.append(["drop", told.serial])
            del self._told[token]

    def _coming(self, token: int, due: int, off: int, data: bytes) -> None:
        told = self._told.get(token)
        if told is None:
            self._note(token, due, off, data)
        elif told.data != data or told.due != due or told.off < off:
            self._play.append(["drop", told.serial])
            self._note(token, due, off, data)
        elif off < told.off:
            self._end(token, told, off)

    def _note(self, token: int, due: int, off: int, data: bytes) -> None:
        read = self._read(data)
        if not read or len(read[0][1]) < 3:
            return
        part, key, velocity = read[0][1][:3]
        self._serial += 1
        row: Row = ["on", due / 1e3, off / 1e3, part, key, velocity, self._serial]
        self._told[token] = _Told(self._serial, due, off, data, row)
        self._play.append(row)

    def _coming_once(self, token: int, shot: Shot | Setting, lane: Lane) -> None:
        if token in self._told:
            return
        for address, args in self._read(shot.data)[:1]:
            self._serial += 1
            row: Row = ["at", shot.due / 1e3, self._serial, lane.part, address, *args]
            self._told[token] = _Told(self._serial, shot.due, 0, shot.data, row)
            if isinstance(shot, Setting):
                self._values[str(args[0])] = ["now", address, *args]
            self._play.append(row)

    def _forget(self, now: int) -> None:
        past = now - KEPT
        for token in [t for t, told in self._told.items() if max(told.due, told.off) < past]:
            del self._told[token]

    # the picture of what is ahead

    def _plan(self, part: str, now: int) -> Json:
        rows = [row for lane in self.player.lanes if lane.part == part for row in lane.rows() if row.due < now + SIGHT]
        if part == CONDUCTOR:
            shots = [(row.due, row.record.data) for row in rows if isinstance(row.record, Shot)]
            return {"marks": [[due / 1e3, address, *args] for due, data in shots for address, args in self._read(data)]}
        notes: list[list[object]] = []
        for row in rows:
            record = row.record
            if isinstance(record, Pair):
                for _, args in self._read(record.on)[:1]:
                    notes.append([record.on_due / 1e3, record.off_due / 1e3, *args[1:3]])
        return {"plan": part, "notes": notes}

    def _read(self, data: bytes) -> list[tuple[str, tuple[object, ...]]]:
        """The messages of a record; what JSON has no word for is left out."""
        try:
            return [(message.address, tuple(plain(message.args))) for message in decode(data)]
        except OscError:
            self.unread += 1
            return []


def plain(args: Iterable[Arg]) -> Iterable[str | int | float | bool]:
    """The arguments that a browser can be told."""
    return (arg for arg in args if isinstance(arg, str | int | float))
