"""The loop round a player: waits for the next deadline or the next message, whichever comes first.

Law of this file: deadlines are absolute. Shortly before one everything that leaves then is made ready, and from there until
it has left nothing is read, reported or looked after. A message that may take longer than is left before the deadline waits
until after it, at most ``PATIENCE_NS``. While it is the spare it only listens. It owns no rule of playing: those are ``player.py``'s.
"""

import select
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from performer.ports.port import Port
from performer.records import MAX_MESSAGE, Alarm, Anchor, Hello, Message, pack, unpack
from performer.run.clock import Clock, host_at, show_at
from performer.run.memory import Memory
from performer.run.players.lanes import FOREVER
from performer.run.players.pace import Pace
from performer.run.players.player import Player
from performer.run.players.sender import Sender
from performer.run.players.settings import PlayerSettings
from performer.run.players.spare import Spare
from performer.run.players.voices import NEVER

HOUSE_NS = 100_000_000
"""How often the ports, the heartbeat and the wall clock are looked after."""
BEAT_NS = 10_000_000
REPORT_NS = 500_000_000
SHADOW_NS = 20_000_000
"""How often a spare reads the claims."""
UNREAD_NS = 500_000
"""Messages are looked for at least so often, however dense the deadlines."""
LEAVE_NS = 100_000_000
"""How long it goes on after the last release, for what is said twice."""
READY_NS = 500_000
"""How long before a deadline (and the spin before it) what leaves then is made ready: 16 notes take 70 us, after a rest 0.4 ms."""
ROOM_NS = 1_000_000
"""Ports, reports and the wall clock are looked after when so much is left before the next deadline."""
QUICK = 600
"""A message of so many bytes (a mute, a cue, a panic) is taken whenever it comes; larger ones cost ``BYTE_NS`` a byte."""
BYTE_NS = 40
PATIENCE_NS = 2_000_000
"""A message waits so long at most, or eight times its cost: supply is never starved, be the deadlines as dense as they will."""


class Asked:
    """What the outside asked for by signals."""

    __slots__ = ("to_leave", "to_play")

    def __init__(self) -> None:
        self.to_leave = self.to_play = False


class PlayerLoop:
    """One player process. ``ends`` are the sockets to engine and composer, ``signals`` one that becomes readable on a signal.

    Time passes in ``wait`` (``select.select``) and while ``clock`` is looked at.
    """

    def __init__(
        self, seat: str, settings: PlayerSettings, player: Player, ports: Sequence[Port], memory: Memory,
        ends: Mapping[str, socket.socket], clock: Clock, rung: str, asked: Asked, signals: socket.socket, active: int = -1,
        wait: Callable[..., tuple[list[Any], list[Any], list[Any]]] = select.select,
    ) -> None:  # fmt: skip
        self.player = player
        self.sender = Sender(player, ports, memory.claims(settings.slot), memory.sounding(settings.slot), clock)
        self.asked = asked
        self.on_stage: Callable[[], None] = lambda: None
        """Called when this player begins to be heard."""
        self._wait = wait
        self.unread = 0
        self.unsaid = 0
        self._seat, self._settings, self._ports, self._memory, self._clock, self._rung = seat, settings, ports, memory, clock, rung
        self._ends = dict(ends)
        self._watched: list[socket.socket | int] = [signals, *self._ends.values(), *([active] if active >= 0 else [])]
        self._signals, self._active_fd = signals, active
        self._spare: Spare | None = Spare(player, memory.claims(settings.slot))
        self._anchor: Anchor | None = None
        self._polled = self._housed = self._beaten = self._reported = 0
        self._ahead = settings.spin_us * 1000 + READY_NS
        self._pace = Pace(self._ahead if settings.spin_us else 0, clock.now())
        self._letters: dict[socket.socket, tuple[int, bytes]] = {}  # what waits for room: when it came, and its bytes

    def run(self) -> None:
        """Play until told to leave; then release everything."""
        self.sender.measure_wall()
        self._re_anchor(self._memory.anchor)
        for port in self._ports:
            port.open()
        for number, output in enumerate(self._settings.outputs):
            self.player.send_earlier(number, output.latency)
        if not self._settings.spare:
            self.promote()
        for end in self._ends.values():
            self._say(end, pack(Hello(self._seat, self._settings.spare)))
        while not self.asked.to_leave:
            self.step()
        self._leave()

    def step(self) -> None:
        """What is due, on time; then, as far as there is room before the next deadline, the house or at most one message."""
        if self._spare is not None:
            self._shadow(self._spare)
            return
        deadline, now = self._deadline(), self._clock.now()
        room = deadline - now - self._ahead
        if room <= 0:
            self._play(deadline)
            now = self._clock.now()
        if now - self._beaten >= (BEAT_NS if room > ROOM_NS else HOUSE_NS):
            self._beat(now)
        elif self._letters and self._open_letter(now, room):
            return
        elif room > 0 or now - self._polled >= UNREAD_NS:
            self._listen(min(deadline - self._ahead, self._beaten + SHADOW_NS if room > ROOM_NS else deadline))

    def _shadow(self, spare: Spare) -> None:
        now = self._clock.now()
        if now - self._beaten >= BEAT_NS:
            self._beat(now)
        spare.drain(self._show(now))
        self._listen(now + SHADOW_NS)
        if self.asked.to_play:
            self.promote()

    def promote(self) -> None:
        """From here on this is the player that is heard: it ends or continues what the one before left sounding."""
        spare, self._spare = self._spare, None
        if spare is not None:
            self.sender.table = self._memory.sounding(self._settings.slot)
            spare.promote(self.sender.table, self._show(self._clock.now()))
            self.on_stage()

    @property
    def active(self) -> bool:
        """Whether this player is heard."""
        return self._spare is None

    # playing

    def _show(self, now: int) -> int:
        return -FOREVER if self._anchor is None else show_at(self._anchor, now)

    def _play(self, deadline: int) -> None:
        """Send what leaves at ``deadline``, and all that is overdue."""
        at = max(self._show(self._clock.now()), self.player.next_due())
        hand = self.sender.ready(self.player.due(at), self._anchor)
        self._await(deadline)
        left = self.sender.go(hand)
        self.sender.settle(hand, left, self._anchor)
        if self.player.voices.moved:
            self.sender.note_moves()
        if self.player.notices:
            for notice in self.player.notices:
                for end in self._ends.values():
                    self._say(end, pack(notice))
            self.player.notices.clear()

    def _deadline(self) -> int:
        """Host time of the next record; never, when nothing is held."""
        due = self.player.next_due()
        if due <= -FOREVER:
            return self._clock.now()
        return NEVER if self._anchor is None or due >= NEVER else host_at(self._anchor, due)

    def _await(self, deadline: int) -> None:
        now = self._clock.now()
        sleep = deadline - now - self._pace.spin(now)
        if sleep > 0:
            self._sleep(sleep)
        start = now = self._clock.now()
        while now < deadline:  # waking up from a sleep takes longer than this
            now = self._clock.now()
        self._pace.spun(now - start)

    def _sleep(self, ns: int) -> None:
        since = self._clock.now()
        self._wait((), (), (), ns / 1e9)
        self._pace.slept(since, self._clock.now())

    def _listen(self, until: int) -> None:
        """Wait for a message, at most ``until`` then, and read it."""
        now = self._polled = self._clock.now()
        if rest := self._pace.rest(now):
            self._sleep(rest)
        try:
            ready = self._wait(self._watched, (), (), max(0, until - now) / 1e9)[0]
        except OSError:
            self._forget_broken()
            return
        if until > now:
            self._pace.slept(now, self._clock.now())
        if ready:
            self._read(ready)

    # messages

    def _read(self, ready: Sequence[socket.socket | int]) -> None:
        """One message of one end; the ends take turns."""
        for end in ready:
            if end is self._signals:
                self._signals.recv(64)
            elif isinstance(end, int):
                self.asked.to_play = True
                self._watched.remove(end)
            else:
                self._watched.remove(end)
                if self._receive(end) and end not in self._letters:
                    self._watched.append(end)
                return

    def _receive(self, end: socket.socket) -> bool:
        """False when nobody can ever speak here again."""
        try:
            data = end.recv(2 * MAX_MESSAGE)
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            return False
        if not data:
            return end.type == socket.SOCK_DGRAM
        if len(data) > QUICK and self._spare is None:
            self._letters[end] = self._polled, data
        else:
            self._open(data)
        return True

    def _open_letter(self, now: int, room: int) -> bool:
        """Take a message for which there is room now, or which has waited long enough."""
        for end, (came, data) in self._letters.items():
            cost = len(data) * BYTE_NS
            if cost <= room or now - came >= min(8 * cost, PATIENCE_NS):
                del self._letters[end]
                self._watched.append(end)
                self._open(data)
                return True
        return False

    def _open(self, data: bytes) -> None:
        try:
            message = unpack(data)
        except ValueError:
            self.unread += 1
        else:
            self._take(message)

    def _take(self, message: Message) -> None:
        if isinstance(message, Anchor):
            self._re_anchor(message)
        elif self._spare is not None:
            self._spare.take(message, self._show(self._clock.now()))
        else:
            self.player.take(message, self._show(self._clock.now()))

    def _re_anchor(self, anchor: Anchor | None) -> None:
        """The one place where held records get another host time."""
        if anchor is not None and anchor.rate > 0 and (self._anchor is None or anchor.seq > self._anchor.seq):
            self._anchor = anchor

    def _say(self, end: socket.socket, data: bytes) -> None:
        try:
            end.send(data, socket.MSG_DONTWAIT)
        except OSError:
            self.unsaid += 1

    def _forget_broken(self) -> None:
        for end in list(self._watched):
            try:
                select.select([end], (), (), 0)
            except (OSError, ValueError):
                self._watched.remove(end)

    # the house

    def _beat(self, now: int) -> None:
        self._beaten = now
        self._memory.beat(self._seat, now)
        self._re_anchor(self._memory.anchor)
        if now - self._housed >= HOUSE_NS:
            self._look_after(now)

    def _look_after(self, now: int) -> None:
        self._housed = now
        self.sender.measure_wall()
        if self._spare is not None:
            return
        for number, port in enumerate(self._ports):
            if port.tend(now):
                self.player.restate(number, self._show(now))
        if now - self._reported >= REPORT_NS:
            self._reported = now
            self._report()

    def _report(self) -> None:
        for number, port in enumerate(self._ports):
            tally, held = self.player.tallies[number], self.player.held_until(number)
            for name, end in self._ends.items():
                if name == "engine":
                    self._say(end, pack(tally.report(self._seat, port.name, self._rung, port.up, port.trouble, held)))

    def _leave(self) -> None:
        if self._spare is None:
            now = self._clock.now()
            self.player.take(Alarm(-1, True), self._show(now))
            while self._deadline() <= now + LEAVE_NS:
                self._play(self._deadline())
            self._report()
        for port in self._ports:
            port.close()
