"""The hand of a player: makes records ready, claims and sends them on the moment, and then notes how late that was.

Law of this file: a claim stands in the shared memory before its bytes leave, and a note is struck from the sounding table
only after its off has left; so whoever takes over knows at each instant what may have been sent. Between two sends of a chord
stand those stores and nothing else: everything before the first deadline is ``ready``, everything after the last ``settle``.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from performer.ports.port import Port
from performer.records import Anchor
from performer.run.clock import Clock, host_at
from performer.run.players.lanes import FOREVER
from performer.run.players.player import Out, Player
from performer.run.slots import ClaimRing, SoundingTable
from performer.wire.osc import HOLE, ntp

LARGEST = 1_400
"""Bytes of one bundle: below every network's frame."""
_HEAD = b"#bundle\0"
_HOLED = _HEAD + HOLE.to_bytes(8, "big")


class Move(NamedTuple):
    """One send with the stores before and after it. ``claimed``: the count of claims that makes its own; ``begins`` and ``ends``:
    words of the sounding table."""

    send: Callable[[bytes], bool]
    data: bytes
    claimed: int
    begins: Sequence[int]
    ends: Sequence[int]


class Hand(NamedTuple):
    """What leaves together: a move for each group of records (a group is one record, or those of one bundle)."""

    moves: list[Move]
    groups: list[Sequence[Out]]


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
        """Send in order, now."""
        hand = self.ready(outs, anchor)
        self.settle(hand, self.go(hand), anchor)

    def ready(self, outs: Sequence[Out], anchor: Anchor | None) -> Hand:
        """Everything that can be done before the moment. It must leave before anything else is made ready.

        Bundles with one time tag for one output leave as one.
        """
        hand, total, first = Hand([], []), self._ring.total, 0
        while first < len(outs):
            out, last = outs[first], first + 1
            data = out.data
            if data.startswith(_HOLED):
                last = self._bundled(outs, first)
                data = self._tagged(outs[first:last], anchor)
            group = outs[first:last]
            begins: list[int] = []
            ends: list[int] = []
            for each in group:
                token, note = each.token, each.note
                if token:
                    total = self._ring.lay(total, each.on, each.output, token & 0xFFFFFFFF, token >> 40)
                if note is not None:
                    if each.on:
                        note.slot = self.table.lay(note.voice())
                    if note.slot >= 0:
                        (begins if each.on else ends).append(self.table.place(note.slot))
            hand.moves.append(Move(self._ports[out.output].send, data, total, begins, ends))
            hand.groups.append(group)
            first = last
        return hand

    def go(self, hand: Hand) -> list[tuple[bool, int]]:
        """Send. For every group: whether it left, and the host time (ns) after that."""
        claims, rows, now = self._ring.words, self.table.words, self._clock.now
        left: list[tuple[bool, int]] = []
        for send, data, claimed, begins, ends in hand.moves:
            claims[0] = claimed
            for row in begins:
                rows[row] = 1
            left.append((send(data) if data else True, now()))
            for row in ends:
                rows[row] = 0
        return left

    def settle(self, hand: Hand, left: Sequence[tuple[bool, int]], anchor: Anchor | None) -> None:
        """Note what left and how late, and free the rows of the notes that ended."""
        for group, (arrived, at) in zip(hand.groups, left, strict=True):
            first = group[0]
            tally = self._player.tallies[first.output]
            lateness = 0
            if anchor is not None and first.due > -FOREVER:
                lateness = max(0, (at - host_at(anchor, first.due)) // 1000)
            for out in group:
                if out.note is not None and not out.on:
                    self.table.clear(out.note.slot)
                if out.data and arrived:
                    tally.add(lateness)
                elif out.data:
                    tally.unsent += 1

    @staticmethod
    def _bundled(outs: Sequence[Out], first: int) -> int:
        """The end of the run of records from ``first`` on that share one time tag, one output and one frame."""
        one, last = outs[first], first + 1
        size = len(one.data)
        while last < len(outs):
            other = outs[last]
            size += len(other.data) - 16
            if other.output != one.output or other.due != one.due or size > LARGEST or not other.data.startswith(_HOLED):
                break
            last += 1
        return last

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
