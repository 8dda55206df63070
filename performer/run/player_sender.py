"""The hand of a player: claims a record, writes down what sounds, sends, and notes how late that was.

Law of this file: a claim stands in the shared memory before its bytes leave, and a note is struck from the sounding table
only after its off has left; so whoever takes over knows at each instant what may have been sent.
"""

from collections.abc import Sequence

from performer.ports.port import Port
from performer.records import Anchor
from performer.run.clock import Clock, host_at
from performer.run.lanes import FOREVER
from performer.run.memory import ClaimRing, SoundingTable
from performer.run.player import Out, Player
from performer.wire.osc import HOLE, ntp

LARGEST = 1_400
"""Bytes of one bundle: below every network's frame."""
_HEAD = b"#bundle\0"
_HOLED = _HEAD + HOLE.to_bytes(8, "big")


class Sender:
    """Sends what a player hands out. ``offset`` is wall time less host time, in ns, as it was measured last."""

    def __init__(self, player: Player, ports: Sequence[Port], ring: ClaimRing, table: SoundingTable, clock: Clock) -> None:
        self.offset = 0
        self._player = player
        self._ports = ports
        self._ring = ring
        self.table = table
        self._clock = clock

    def measure_wall(self) -> None:
        """Look again where wall time stands against host time (it may be set or slewed): the closest of three looks."""
        looks = []
        for _ in range(3):
            before = self._clock.now()
            wall = self._clock.wall()
            after = self._clock.now()
            looks.append((after - before, wall - (before + after) // 2))
        self.offset = min(looks)[1]

    def send(self, outs: Sequence[Out], anchor: Anchor | None) -> None:
        """Send in order; bundles with one time tag for one output leave as one."""
        first = 0
        while first < len(outs):
            last = first + 1
            if outs[first].data.startswith(_HOLED):
                size = len(outs[first].data)
                while last < len(outs) and self._joins(outs[first], outs[last]) and size + len(outs[last].data) <= LARGEST:
                    size += len(outs[last].data) - 16
                    last += 1
            self._send(outs[first:last], anchor)
            first = last

    @staticmethod
    def _joins(one: Out, other: Out) -> bool:
        return other.output == one.output and other.due == one.due and other.data.startswith(_HOLED)

    def _send(self, group: Sequence[Out], anchor: Anchor | None) -> None:
        self._claim(group)
        first = group[0]
        data = first.data
        if data.startswith(_HOLED):
            data = self._tagged(group, anchor)
        arrived = self._ports[first.output].send(data) if data else True
        tally = self._player.tallies[first.output]
        lateness = 0
        if anchor is not None and first.due > -FOREVER:
            lateness = max(0, (self._clock.now() - host_at(anchor, first.due)) // 1000)
        for out in group:
            if out.note is not None and not out.on:
                self.table.clear(out.note.slot)
            if out.data and arrived:
                tally.add(lateness)
            elif out.data:
                tally.unsent += 1

    def _claim(self, group: Sequence[Out]) -> None:
        for out in group:
            if out.token:
                self._ring.add(out.on, out.output, out.token & 0xFFFFFFFF, out.token >> 40)
            if out.on and out.note is not None:
                out.note.slot = self.table.put(out.note.voice())

    def _tagged(self, group: Sequence[Out], anchor: Anchor | None) -> bytes:
        """One bundle, its hole filled by the time at which it shall sound: due plus lead, in wall time."""
        first = group[0]
        lead = self._player.sinks[first.output].lead
        if anchor is None or first.due <= -FOREVER:
            sounds_at = self._clock.now() + lead * 1000
        else:
            sounds_at = host_at(anchor, first.due + lead)
        return b"".join((_HEAD, ntp(sounds_at + self.offset).to_bytes(8, "big"), *(out.data[16:] for out in group)))

    def note_moves(self) -> None:
        """Write down for a successor which notes end earlier now."""
        for note in self._player.voices.moved:
            if note.live:
                self.table.move(note.slot, note.off_due)
        self._player.voices.moved.clear()
