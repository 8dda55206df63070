"""The twin of every port: it keeps what it was sent.

Law of this file: what is on the tape is what was sent, in order, with its host time. One line of JSON a record: ``{"ns":
host nanoseconds, "data": hex}``.
"""

import json
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TextIO

from performer.ports.port import Backoff

REMEMBERED = 100_000
"""Records kept in memory; a file keeps all."""


class Taped(NamedTuple):
    """One record: host nanoseconds and bytes."""

    ns: int
    data: bytes


class TapePort:
    """A recorder. ``now`` gives host nanoseconds; without a path the tape is only kept in memory."""

    def __init__(self, name: str, now: Callable[[], int], path: Path | None = None) -> None:
        self.name = name
        self.up = False
        self.trouble = "not open"
        self.records: deque[Taped] = deque(maxlen=REMEMBERED)
        self._now = now
        self._path = path
        self._file: TextIO | None = None
        self._backoff = Backoff()
        self._lost = False

    def open(self) -> None:
        """Open the file, at its end."""
        if self._path is not None and self._file is None:
            try:
                self._file = self._path.open("a", encoding="ascii")
            except OSError as error:
                self._in_trouble(error)
                return
        self.up, self.trouble = True, ""

    def send(self, data: bytes) -> bool:
        """Record."""
        if not self.up:
            return False
        taped = Taped(self._now(), data)
        self.records.append(taped)
        if self._file is not None:
            try:
                self._file.write(json.dumps({"ns": taped.ns, "data": data.hex()}) + "\n")
            except OSError as error:
                self._in_trouble(error)
                return False
        return True

    def tend(self, now_ns: int) -> bool:
        """Bring what was recorded to the file, or try to open it again."""
        if self.up:
            try:
                if self._file is not None:
                    self._file.flush()
            except OSError as error:
                self._in_trouble(error)
            return False
        if not self._backoff.ready(now_ns):
            return False
        self.open()
        if self.trouble:
            self._backoff.failed(now_ns)
            return False
        self._backoff.succeeded()
        lost, self._lost = self._lost, False
        return lost

    def close(self) -> None:
        """Finish the file."""
        self._shut()
        self.up, self.trouble = False, "not open"

    def _shut(self) -> None:
        if self._file is not None:
            try:
                self._file.close()
            except OSError as error:
                self.trouble = f"cannot finish {self._path}: {error.strerror}"
            self._file = None

    def _in_trouble(self, error: OSError) -> None:
        self._shut()
        self.up, self.trouble, self._lost = False, f"cannot write {self._path}: {error.strerror}", True
