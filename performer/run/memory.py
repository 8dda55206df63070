"""The memory that every process of a performance shares: one file without a name, mapped by whoever holds its descriptor.

Law of this file: every field has one writer; readers never wait and never see half a value. A word is 8 bytes, native
order, moved whole. What needs several words has two places and a count that says which of them is whole, or
carries its own lap: a writer that dies half-way leaves the value before.

Layout: a header page (anchor, commit edge, flags, the faders that wait), a page of heartbeats, then for every player slot a
claim ring and a sounding table. A slot survives its player, so that the next one knows what was sent and what sounds.
"""

import mmap
import os
import struct
import tempfile
from collections.abc import Sequence
from typing import NamedTuple

from performer.records import Anchor

PAGE = 16_384
"""Alignment of every region: the largest page of the machines in question (Apple silicon)."""
MAX_PROCESSES = 128
MAX_NAME = 56
RING = 65_536
"""Claims kept a slot: 3.2 s at 20,000 a second."""
VOICES = 1_024
"""Notes that may sound at once in one player and still be known to the next one."""
MAX_OFF = 96
"""Bytes of a note-off that a successor can send; a longer one is left to the output's panic bytes."""
PARKED = 64
"""Faders that may wait at once and still be known to the next engine."""
MAX_PARKED = 112
"""Bytes of what a fader that waits says."""

_MAGIC = 0x70657266_0003  # "perf", layout 3
_CLAIM_WORDS = 2
_VOICE_WORDS = 8 + MAX_OFF // 8
_RING_BYTES = -(-(8 + RING * _CLAIM_WORDS * 8) // PAGE) * PAGE
_TABLE_BYTES = -(-(VOICES * _VOICE_WORDS * 8) // PAGE) * PAGE
_SLOT = _RING_BYTES + _TABLE_BYTES
_ANCHOR, _COMMIT, _SEQ, _FINISH, _SAFE_MODE, _PARKED = 8, 24, 32, 33, 34, 40
_ROW = struct.Struct(f"={MAX_PARKED // 8}q")
_PARKED_WORDS = 1 + MAX_PARKED // 8
_UNSET = -(1 << 62)


class Claim(NamedTuple):
    """A record that the active player was about to send. ``on``: a note began; else it ended, or it was no note."""

    on: bool
    output: int
    id: int
    at: int


class Voice(NamedTuple):
    """A note that sounds: ``at`` its place on the grid, ``off_due`` show microseconds, ``part`` the CRC-32 of the part's name."""

    id: int
    at: int
    off_due: int
    output: int
    part: int
    key: int
    off: bytes


class ClaimRing:
    """The last ``RING`` records that one player claimed. One writer; any number of readers.

    ``words[0]`` counts the claims: nobody reads beyond it, so that claims are laid out at leisure and made by one store.
    """

    __slots__ = ("words",)

    def __init__(self, words: "memoryview[int]") -> None:
        self.words = words

    @property
    def total(self) -> int:
        """Claims since the memory was made."""
        return self.words[0]

    def lay(self, total: int, on: bool, output: int, id: int, at: int) -> int:
        """Lay out the claim after ``total`` others, to be made by ``words[0] =`` what this returns.

        ``id`` 32 bits, ``output`` 0..127, ``at`` show microseconds.
        """
        words = self.words
        place = 1 + total % RING * _CLAIM_WORDS
        words[place + 1] = at
        words[place] = (total // RING & 0x3FFFFF) << 40 | on << 39 | output << 32 | id
        return total + 1

    def add(self, on: bool, output: int, id: int, at: int) -> None:
        """Claim one record, before it is sent."""
        self.words[0] = self.lay(self.words[0], on, output, id, at)

    def since(self, seen: int) -> tuple[list[Claim], int]:
        """The claims from number ``seen`` on, and the number to ask with next; the oldest are gone after ``RING`` more."""
        words, total = self.words, self.words[0]
        claims = []
        for number in range(max(seen, total - RING, 0), total):
            place = 1 + number % RING * _CLAIM_WORDS
            head, at = words[place], words[place + 1]
            if head >> 40 == number // RING & 0x3FFFFF:  # else a faster writer has come round
                claims.append(Claim(bool(head >> 39 & 1), head >> 32 & 0x7F, head & 0xFFFFFFFF, at))
        return claims, total


class SoundingTable:
    """The notes that sound in one player. One writer; its successor reads it once.

    A note stands in the table while ``words[place(slot)]`` is 1: rows are laid out at leisure, and begin and end by one store.
    """

    __slots__ = ("_bytes", "_free", "words")

    def __init__(self, region: memoryview) -> None:
        self._bytes = region
        self.words = region.cast("q")
        self._free = [slot for slot in range(VOICES - 1, -1, -1) if not self.words[slot * _VOICE_WORDS]]

    @staticmethod
    def place(slot: int) -> int:
        """The word that says whether the row of ``slot`` is in use."""
        return slot * _VOICE_WORDS

    def lay(self, voice: Voice) -> int:
        """Lay a row out, for nobody to see yet. Returns its slot, or -1 when the table is full."""
        if not self._free:
            return -1
        slot = self._free.pop()
        words, place = self.words, slot * _VOICE_WORDS
        off = voice.off if len(voice.off) <= MAX_OFF else b""
        start = (place + 8) * 8
        self._bytes[start : start + len(off)] = off
        words[place + 1] = voice.id
        words[place + 2] = voice.at
        words[place + 3] = voice.off_due
        words[place + 4] = voice.output
        words[place + 5] = voice.part
        words[place + 6] = voice.key
        words[place + 7] = len(off)
        return slot

    def put(self, voice: Voice) -> int:
        """Write a note down and return its slot, or -1 when the table is full."""
        slot = self.lay(voice)
        if slot >= 0:
            self.words[slot * _VOICE_WORDS] = 1  # last: a row is whole or free
        return slot

    def move(self, slot: int, off_due: int) -> None:
        """The note at ``slot`` ends at another time."""
        if slot >= 0:
            self.words[slot * _VOICE_WORDS + 3] = off_due

    def clear(self, slot: int) -> None:
        """The note at ``slot`` has ended: the slot is free."""
        if slot >= 0:
            self.words[slot * _VOICE_WORDS] = 0
            self._free.append(slot)

    def voices(self) -> list[tuple[int, Voice]]:
        """Every note written down, with its place."""
        found = []
        for slot in range(VOICES):
            place = slot * _VOICE_WORDS
            used, number, at, off_due, output, part, key, length = self.words[place : place + 8]
            if used:
                start = (place + 8) * 8
                off = bytes(self._bytes[start : start + length])
                found.append((slot, Voice(number, at, off_due, output, part, key, off)))
        return found


class Memory:
    """The shared map. The owner makes it with ``create``; every other process opens the inherited descriptor."""

    def __init__(self, fd: int) -> None:
        """Map the memory behind ``fd``. Raises ValueError when it is not one of ours."""
        self.fd = fd
        if os.fstat(fd).st_size < 2 * PAGE:
            raise ValueError("the shared memory is too small")
        self._map = mmap.mmap(fd, 2 * PAGE)
        self._words: memoryview[int] = memoryview(self._map).cast("q")
        if self._words[0] != _MAGIC:
            raise ValueError("the shared memory is of another version of performer")
        self._places = {name: place for place, name in enumerate(self._names())}

    @classmethod
    def create(cls, processes: Sequence[str], players: int) -> "Memory":
        """Make the memory, with a heartbeat for every name and ``players`` slots. Raises ValueError for too many or too long names."""
        if len(processes) > MAX_PROCESSES or any(len(name.encode()) > MAX_NAME for name in processes):
            raise ValueError(f"at most {MAX_PROCESSES} processes with names of at most {MAX_NAME} bytes")
        fd = _nameless_file()
        os.ftruncate(fd, 2 * PAGE + players * _SLOT)
        with mmap.mmap(fd, 2 * PAGE) as header, memoryview(header) as raw, raw.cast("q") as words:
            words[1], words[2] = players, len(processes)
            words[_ANCHOR + 1], words[_COMMIT + 1] = -1, _UNSET
            for place, name in enumerate(processes):
                start = PAGE + place * 128
                header[start : start + len(name.encode())] = name.encode()
            words[0] = _MAGIC
        return cls(fd)

    def _names(self) -> list[str]:
        rows = (self._map[PAGE + place * 128 : PAGE + place * 128 + MAX_NAME] for place in range(self._words[2]))
        return [row.rstrip(b"\0").decode() for row in rows]

    @property
    def processes(self) -> tuple[str, ...]:
        """The names that have a heartbeat."""
        return tuple(self._places)

    @property
    def players(self) -> int:
        """How many player slots there are."""
        return self._words[1]

    def beat(self, process: str, now_ns: int) -> None:
        """Say that ``process`` is alive at host time ``now_ns``, and its pid. KeyError for a name without a heartbeat."""
        place = (PAGE + self._places[process] * 128) // 8 + 8
        self._words[place + 1] = os.getpid()
        self._words[place] = now_ns

    def heartbeat(self, process: str) -> tuple[int, int]:
        """Host time (ns) of the last beat and the pid that gave it; (0, 0) before the first."""
        place = (PAGE + self._places[process] * 128) // 8 + 8
        return self._words[place], self._words[place + 1]

    def _write(self, place: int, *values: int) -> None:
        words = self._words
        count = words[place] + 1
        start = place + 1 + (count & 1) * len(values)
        for offset, value in enumerate(values):
            words[start + offset] = value
        words[place] = count

    def _read(self, place: int, length: int) -> tuple[int, ...]:
        """The values, whole: while the count stands still the writer is at work in the other place."""
        words = self._words
        while True:
            count = words[place]
            start = place + 1 + (count & 1) * length
            values = tuple(words[start : start + length])
            if words[place] == count:
                return values

    @property
    def anchor(self) -> Anchor | None:
        """Where show time stands; None before the engine has said so. Its one writer is the engine."""
        seq, host_ns, show_us, rate = self._read(_ANCHOR, 4)
        return Anchor(seq, host_ns, show_us, rate) if seq >= 0 and rate > 0 else None

    @anchor.setter
    def anchor(self, anchor: Anchor) -> None:
        self._write(_ANCHOR, anchor.seq, anchor.host_ns, anchor.show_us, anchor.rate)

    @property
    def commit(self) -> tuple[int, int] | None:
        """The commit edge as (show microseconds, tick); None before the first. Its one writer is the engine."""
        show_us, tick = self._read(_COMMIT, 2)
        return None if show_us == _UNSET else (show_us, tick)

    @commit.setter
    def commit(self, edge: tuple[int, int]) -> None:
        self._write(_COMMIT, *edge)

    @property
    def last_seq(self) -> int:
        """Seq of the last entry that was journalled. Its one writer is the engine."""
        return self._words[_SEQ]

    @last_seq.setter
    def last_seq(self, seq: int) -> None:
        self._words[_SEQ] = seq

    @property
    def finished(self) -> bool:
        """The performance is over: no process is started again. Its one writer is the owner."""
        return bool(self._words[_FINISH])

    @finished.setter
    def finished(self, over: bool) -> None:
        self._words[_FINISH] = over

    @property
    def safe_mode(self) -> bool:
        """The composer crashed too often and stays away. Its one writer is the supervisor."""
        return bool(self._words[_SAFE_MODE])

    @safe_mode.setter
    def safe_mode(self, on: bool) -> None:
        self._words[_SAFE_MODE] = on

    def park(self, row: int, data: bytes) -> None:
        """Leave ``data`` (b"" for nothing) in one of ``PARKED`` rows for the next engine. Its one writer is the engine."""
        self._write(_PARKED + row * (1 + 2 * _PARKED_WORDS), len(data), *_ROW.unpack(data.ljust(MAX_PARKED, b"\0")))

    def parked(self, row: int) -> bytes:
        """What stands in a row."""
        length, *words = self._read(_PARKED + row * (1 + 2 * _PARKED_WORDS), _PARKED_WORDS)
        return _ROW.pack(*words)[:length]

    def claims(self, slot: int) -> ClaimRing:
        """The claim ring of a player slot. IndexError when there is no such slot."""
        return ClaimRing(self._region(slot, 0, _RING_BYTES).cast("q"))

    def sounding(self, slot: int) -> SoundingTable:
        """The sounding table of a player slot. IndexError when there is no such slot."""
        return SoundingTable(self._region(slot, _RING_BYTES, _TABLE_BYTES))

    def _region(self, slot: int, offset: int, length: int) -> memoryview:
        if not 0 <= slot < self.players:
            raise IndexError(f"no player slot {slot} of {self.players}")
        return memoryview(mmap.mmap(self.fd, length, offset=2 * PAGE + slot * _SLOT + offset))


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("performer")
    fd, path = tempfile.mkstemp(prefix="performer-")
    os.unlink(path)
    return fd
