"""The night's memory: an append-only file that the engine writes before any effect.

Law of this file: ``append`` never raises and never waits for a disk (one ``write``, no sync). What storage
refuses waits in bounded memory and follows in order when there is room again; what had to be given up is
counted and said once. Only one process writes a journal.
"""

import os
from collections import deque
from pathlib import Path

from performer.run.journal.format import End, Entered, Header, Read, Record, Reported, Snapshot, Tape, frame
from performer.run.journal.format import read as read_bytes
from performer.run.journal.landing import Bearings, read_back

__all__ = ["BACKLOG", "End", "Entered", "Header", "Journal", "Read", "Record", "Reported", "Snapshot", "Tape", "create", "read", "read_fd"]

BACKLOG = 4 << 20
"""Bytes that may wait in memory: some 40,000 entries."""

_PIECE = 1 << 20


class Journal:
    """The writer. ``fd`` is open for reading and appending and stays the caller's."""

    def __init__(self, fd: int, *, ordinal: int = 0, last: int = 0, backlog: int = BACKLOG, bearings: Bearings | None = None) -> None:
        self._fd = fd
        self._ordinal = ordinal
        self._last = last
        self._limit = backlog
        self._bearings = bearings or Bearings()
        self._waiting: deque[bytes] = deque()
        self._bytes_waiting = 0
        self._cut: int | None = None
        self._given_up = 0
        self._news: list[str] = []
        self.trouble = ""
        self.lost = 0

    @classmethod
    def resume(cls, fd: int, *, aside: Path | None = None) -> tuple["Journal", Read]:
        """Go on with a journal that another process began.

        What is damaged is moved to the file ``aside`` and cut off, so that what follows can be read. Never raises:
        trouble with the storage is the journal's ``trouble``, and what was lost is ``Read.lost``.
        """
        try:
            data, unreadable = read_fd(fd), ""
        except OSError as error:
            data, unreadable = b"", f"the journal cannot be read: {error.strerror}"
        found = read_back(data)
        last = found.entries[-1].seq if found.entries else 0
        journal = cls(fd, ordinal=found.ordinal, last=last, bearings=Bearings.of(data, found))
        if unreadable:
            journal._say(unreadable)
        elif found.good < len(data):
            journal._keep_aside(data[found.good :], aside)
            journal._cut = found.good
            journal.flush()
        return journal, found

    @property
    def behind(self) -> int:
        """Bytes that wait in memory for storage."""
        return self._bytes_waiting

    def append(self, record: Record) -> bool:
        """Write one record; False while it is not in the file. Never raises.

        What can be made again (snapshots, tape) is given up first, and takes no ordinal then; an entry that finds the
        memory full leaves a hole in the ordinals, at which a reader stops.
        """
        stuck = bool(self._waiting) and not self.flush()
        again = isinstance(record, Snapshot | Tape)
        if isinstance(record, Entered):
            self._last = record.seq
        try:
            data = frame(record, self._ordinal)
        except (ValueError, OverflowError) as error:
            self._say(f"a record was not written: {error}")
            self.lost += 1
            return False
        if stuck and self._bytes_waiting + len(data) > (self._limit // 2 if again else self._limit):
            self._give_up(again)
            return False
        self._bearings.add(record, data, self._ordinal)
        self._ordinal += 1
        self._waiting.append(data)
        self._bytes_waiting += len(data)
        return not stuck and self.flush()

    def land(self, tick: int) -> None:
        """Whoever comes back may begin at the newest snapshot, if that is not beyond ``tick`` and nothing is missing."""
        if not self.lost and (landing := self._bearings.landing(tick)):
            self.append(landing)

    def flush(self) -> bool:
        """Write what waits; True when nothing waits any more. Call it now and then while there is ``trouble``."""
        try:
            if self._cut is not None:
                os.ftruncate(self._fd, self._cut)
                self._cut = None
            while self._waiting:
                data = self._waiting[0]
                written = os.write(self._fd, data)
                self._bytes_waiting -= written
                if written == len(data):
                    self._waiting.popleft()
                else:
                    self._waiting[0] = data[written:]
        except OSError as error:
            self._say(f"the journal cannot be written: {error.strerror}; the show goes on, {self._bytes_waiting} bytes wait in memory")
            return False
        if self.trouble:
            self._recovered()
        return not self._waiting

    def news(self) -> str | None:
        """What has changed and was not told yet, oldest first; None when there is nothing to tell."""
        return self._news.pop(0) if self._news else None

    def _recovered(self) -> None:
        told = f"{self.lost} records were lost" if self.lost else "nothing is lost"
        self.trouble = ""
        self._news.append(f"the journal is written again, {told}")
        if self._given_up:
            gap, self._given_up = self._given_up, 0
            self.append(Reported(self._last, "gap", (gap,)))

    def _give_up(self, again: bool) -> None:
        if again:
            self._given_up += 1
        else:
            self._ordinal += 1
            self.lost += 1
            if self.lost == 1:
                self._news.append("the journal's memory is full: from here on entries are lost to it")

    def _say(self, trouble: str) -> None:
        """Once for each time of trouble, not once for each record."""
        if not self.trouble:
            self._news.append(trouble)
        self.trouble = trouble

    def _keep_aside(self, tail: bytes, aside: Path | None) -> None:
        if aside is None:
            return
        try:
            aside.write_bytes(tail)
        except OSError as error:
            self._news.append(f"the damaged end of the journal could not be kept: {error.strerror}")


def create(path: Path) -> int:
    """A new, empty journal file that only this user can read, open for reading and appending. Raises OSError."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags, 0o600)


def read(path: Path) -> Read:
    """What the journal at ``path`` holds. Raises OSError when the file cannot be read; damage is never an error."""
    return read_bytes(path.read_bytes())


def read_fd(fd: int, start: int = 0) -> bytes:
    """All bytes of an open file from ``start`` on, without moving its position. Raises OSError."""
    pieces = []
    while piece := os.pread(fd, _PIECE, start):
        pieces.append(piece)
        start += len(piece)
    return b"".join(pieces)
