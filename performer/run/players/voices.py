"""The notes that sound, and when each of them ends.

Law of this file: whoever began a note ends it exactly once. An end is never revoked, only moved earlier. Two parts that
hold the same key of the same instrument share one voice: it is released when the last of them ends, and every on on the
wire has one off of its own.
"""

from heapq import heappop, heappush
from zlib import crc32

from performer.records import Pair
from performer.run.slots import Voice

NEVER = 1 << 62
"""Later than any deadline."""


class Sounding:
    """One note that has begun. ``slot`` is its place in the shared sounding table (-1: none)."""

    __slots__ = ("at", "id", "key", "live", "off", "off_due", "output", "part", "slot")

    def __init__(self, voice: Voice, slot: int = -1) -> None:
        self.id = voice.id
        self.at = voice.at
        self.off_due = voice.off_due
        self.output = voice.output
        self.part = voice.part
        self.key = voice.key
        self.off = voice.off
        self.slot = slot
        self.live = True

    def voice(self) -> Voice:
        """What the shared table holds of it."""
        return Voice(self.id, self.at, self.off_due, self.output, self.part, self.key, self.off)


def part_hash(part: str) -> int:
    """A part's name in 32 bits, for the shared table."""
    return crc32(part.encode())


class Voices:
    """All sounding notes of a player."""

    __slots__ = ("_ends", "_keys", "_serial", "_wire", "latency", "moved")

    def __init__(self, outputs: int) -> None:
        self.latency = [0] * outputs
        """Microseconds by which each output sends earlier."""
        self.moved: list[Sounding] = []
        """Notes whose end was moved since the owner last looked."""
        self._keys: dict[tuple[int, int, int], Sounding] = {}
        self._wire: dict[tuple[int, bytes], int] = {}
        self._ends: list[tuple[int, int, Sounding]] = []
        self._serial = 0

    def __len__(self) -> int:
        return len(self._keys)

    def all(self) -> list[Sounding]:
        """Every sounding note, oldest first."""
        return list(self._keys.values())

    def holder(self, output: int, part: int, key: int) -> Sounding | None:
        """The note that a new one of this part and key would retrigger."""
        return self._keys.get((output, part, key))

    def shared(self, output: int, off: bytes) -> bool:
        """Whether another note sounds that the same bytes would end."""
        return bool(off) and (output, off) in self._wire

    def begin(self, output: int, part: int, pair: Pair) -> Sounding:
        """Note that ``pair`` began. Its key must be free (end the holder first)."""
        return self._enter(Sounding(Voice(pair.id & 0xFFFFFFFF, pair.at, pair.off_due, output, part, pair.key, pair.off)))

    def adopt(self, voice: Voice, slot: int) -> Sounding:
        """Take over a note that a dead player began."""
        return self._enter(Sounding(voice, slot))

    def _enter(self, note: Sounding) -> Sounding:
        self._keys[note.output, note.part, note.key] = note
        wire = (note.output, note.off)
        self._wire[wire] = self._wire.get(wire, 0) + 1
        self._schedule(note)
        return note

    def end(self, note: Sounding) -> bytes:
        """Note that it ended; the bytes to send for it, empty while another note keeps the same voice."""
        note.live = False
        del self._keys[note.output, note.part, note.key]
        wire = (note.output, note.off)
        left = self._wire[wire] - 1
        if left:
            self._wire[wire] = left
            return b""
        del self._wire[wire]
        return note.off

    def cut(self, output: int, part: int, at: int, end: int) -> None:
        """What stands before ``at`` in this part is over by ``end`` (``at`` less the output's lead)."""
        for note in self._keys.values():
            if note.part == part and note.output == output and note.at < at and end < note.off_due:
                note.off_due = end
                self._schedule(note)
                self.moved.append(note)

    def next_end(self) -> int:
        """When the next note ends at its output; ``NEVER`` when nothing sounds."""
        ends = self._ends
        while ends:
            due, _, note = ends[0]
            if note.live and due == note.off_due - self.latency[note.output]:
                return due
            heappop(ends)
        return NEVER

    def pop_end(self) -> Sounding:
        """The note that ends next (call ``next_end`` before)."""
        return heappop(self._ends)[2]

    def shift(self, output: int, latency: int) -> None:
        """Another latency for an output: its notes end accordingly."""
        self.latency[output] = latency
        for note in self._keys.values():
            if note.output == output:
                self._schedule(note)

    def _schedule(self, note: Sounding) -> None:
        self._serial += 1
        heappush(self._ends, (note.off_due - self.latency[note.output], self._serial, note))
