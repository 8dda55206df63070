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

from performer.records import Anchor
from performer.run.slots import ClaimRing, SoundingTable

PAGE = 16_384
"""Alignment of every region: the largest page of the machines in question (Apple silicon)."""
MAX_PROCESSES = 128
MAX_NAME = 56
PARKED = 64
"""Faders that may wait at once and still be known to the next engine."""
MAX_PARKED = 112
"""Bytes of what a fader that waits says."""

_MAGIC = 0x70657266_0003  # "perf", layout 3
_ANCHOR, _COMMIT, _SEQ, _FINISH, _SAFE_MODE, _PARKED = 8, 24, 32, 33, 34, 40
_RING = -(-ClaimRing.BYTES // PAGE) * PAGE
_SLOT = _RING + -(-SoundingTable.BYTES // PAGE) * PAGE
_ROW = struct.Struct(f"={MAX_PARKED // 8}q")
_PARKED_WORDS = 1 + MAX_PARKED // 8
_UNSET = -(1 << 62)


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
        return ClaimRing(self._region(slot, 0, _RING).cast("q"))

    def sounding(self, slot: int) -> SoundingTable:
        """The sounding table of a player slot. IndexError when there is no such slot."""
        return SoundingTable(self._region(slot, _RING, _SLOT - _RING))

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
