"""The loop round a player: waits for the next deadline or the next message, whichever comes first.

Law of this file: deadlines are absolute and looked at between any two messages; nothing here blocks but the one wait. While
it is the spare it only listens. It owns no rule of playing: those are ``player.py``'s.
"""

import select
import socket
from collections.abc import Callable, Mapping, Sequence

from performer.ports.port import Port
from performer.records import MAX_MESSAGE, Anchor, Hello, Message, pack, unpack
from performer.run.clock import Clock, host_at, show_at
from performer.run.lanes import FOREVER
from performer.run.memory import Memory
from performer.run.player import Player
from performer.run.player_sender import Sender
from performer.run.player_settings import PlayerSettings
from performer.run.spare import Spare
from performer.run.voices import NEVER

HOUSE_NS = 100_000_000
"""How often the ports, the heartbeat and the wall clock are looked after."""
BEAT_NS = 10_000_000
REPORT_NS = 500_000_000
SHADOW_NS = 20_000_000
"""How often a spare reads the claims."""
UNREAD_NS = 1_000_000
"""Messages are looked for at least so often, however dense the deadlines."""


class Asked:
    """What the outside asked for by signals."""

    __slots__ = ("to_leave", "to_play")

    def __init__(self) -> None:
        self.to_leave = self.to_play = False


class PlayerLoop:
    """One player process. ``ends`` are the sockets to engine and composer, ``signals`` one that becomes readable on a signal."""

    def __init__(
        self, seat: str, settings: PlayerSettings, player: Player, ports: Sequence[Port], memory: Memory,
        ends: Mapping[str, socket.socket], clock: Clock, rung: str, asked: Asked, signals: socket.socket, active: int = -1,
    ) -> None:  # fmt: skip
        self.player = player
        self.sender = Sender(player, ports, memory.claims(settings.slot), memory.sounding(settings.slot), clock)
        self.asked = asked
        self.on_stage: Callable[[], None] = lambda: None
        """Called when this player begins to be heard."""
        self.unread = 0
        self.unsaid = 0
        self._seat, self._settings, self._ports, self._memory, self._clock, self._rung = seat, settings, ports, memory, clock, rung
        self._ends = dict(ends)
        self._watched: list[socket.socket | int] = [signals, *self._ends.values(), *([active] if active >= 0 else [])]
        self._signals, self._active_fd = signals, active
        self._spare: Spare | None = Spare(player, memory.claims(settings.slot))
        self._anchor: Anchor | None = None
        self._spun = self._polled = self._housed = self._beaten = self._reported = 0
        self._spin_ns = settings.spin_us * 1000

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
        """Everything that is due, then one wait and at most one message."""
        now = self._clock.now()
        if now - self._beaten >= BEAT_NS:
            self._beaten = now
            self._memory.beat(self._seat, now)
            self._re_anchor(self._memory.anchor)
            if now - self._housed >= HOUSE_NS:
                self._look_after(now)
        if self._spare is None:
            self._play(now)
            self._wait(self._deadline())
        else:
            self._spare.drain(self._show(now))
            self._wait(now + SHADOW_NS)
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

    def _play(self, now: int) -> None:
        self.sender.send(self.player.due(self._show(now)), self._anchor)
        if self.player.voices.moved:
            self.sender.note_moves()
        if self.player.notices:
            for notice in self.player.notices:
                for end in self._ends.values():
                    self._say(end, pack(notice))
            self.player.notices.clear()

    def _deadline(self) -> int:
        due = self.player.next_due()
        house = self._housed + HOUSE_NS if self._anchor else self._clock.now() + SHADOW_NS
        if due <= -FOREVER:
            return self._clock.now()
        return house if self._anchor is None or due >= NEVER else min(house, host_at(self._anchor, due))

    def _wait(self, deadline: int) -> None:
        now = self._clock.now()
        left = deadline - now
        spin = self._spin_ns if now - self._spun >= 4 * self._spin_ns else 0
        if left <= spin and now - self._polled < UNREAD_NS:
            while self._clock.now() < deadline:
                pass  # waking up from a sleep takes longer than this
            self._spun = deadline  # it spins a fifth of the time at most: Linux stops a real-time process that never rests for 50 ms
            return
        self._polled = now
        try:
            ready = select.select(self._watched, (), (), max(0, left - spin) / 1e9)[0]
        except OSError:
            self._forget_broken()
            return
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
                if self._receive(end):
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
        try:
            message = unpack(data)
        except ValueError:
            self.unread += 1
            return True
        self._take(message)
        return True

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
            self.player.release(self._show(self._clock.now()))
            while outs := self.player.urgent:
                self.player.urgent = []
                self.sender.send(outs, self._anchor)
            self._report()
        for port in self._ports:
            port.close()
