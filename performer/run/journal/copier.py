"""The journal on its way to the disk, off every path that sounds.

Law of this file: the copy is at every moment a prefix of the journal that ends after a whole, sound record;
no copying ever raises; the disk is asked to sync at most once each period.
"""

import os
import threading
from pathlib import Path

from performer.run.clock import Clock
from performer.run.journal.format import sound_length
from performer.run.journal.writer import read_fd

PERIOD = 0.1
"""Seconds between two syncs: what a power cut may cost."""
SLOW_NS = 1_000_000_000
"""A sync that takes longer than this is said."""


class Copier:
    """Copies the journal open at ``fd`` to ``path`` as it grows. ``step`` may be called by one thread at a time."""

    def __init__(self, fd: int, path: Path, clock: Clock) -> None:
        self._fd = fd
        self._clock = clock
        self._asked_ns = -1
        self._path = path
        self._to = -1
        self._ordinal = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.copied = 0
        self._refused = ""

    @property
    def trouble(self) -> str:
        """What is wrong with the disk now: it refuses, or it has not answered for a second."""
        asked = self._asked_ns
        if not self._refused and 0 <= asked <= self._clock.now() - SLOW_NS:
            return f"the disk under {self._path} is slow: the journal on it is behind by {self.behind} bytes"
        return self._refused

    @property
    def behind(self) -> int:
        """Bytes of the journal that are not safe on the disk; 0 too when the journal cannot be asked."""
        try:
            return max(0, os.fstat(self._fd).st_size - self.copied)
        except OSError:
            return 0

    def step(self) -> int:
        """Copy and sync what is new; how many bytes that was. Trouble is kept in ``trouble`` and the next step tries again."""
        try:
            if self._to < 0:
                self._begin()
            data = read_fd(self._fd, self.copied)
            size, ordinal = sound_length(data, self._ordinal)
            if size:
                self._write(data[:size])
                self.copied, self._ordinal = self.copied + size, ordinal
            self._refused = ""
        except OSError as error:
            self._refused = f"the journal is not copied to {self._path}: {error.strerror or error}"
            self._asked_ns = -1
            self._forget()
            return 0
        return size

    def start(self) -> None:
        """Copy from now on in a thread of its own."""
        self._thread = threading.Thread(target=self._copy_on, name="copier", daemon=True)
        self._thread.start()

    def stop(self, timeout: float) -> None:
        """End the thread (waiting ``timeout`` seconds at most) and copy what is left."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)
            if self._thread.is_alive():
                return
        self.step()
        self._forget()

    def _copy_on(self) -> None:
        while not self._stop.wait(PERIOD):
            self.step()

    def _begin(self) -> None:
        """Open the copy; keep what it holds if that is how the journal begins, else begin anew."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._to = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        held, whole = read_fd(self._to), read_fd(self._fd)
        size, self._ordinal = sound_length(held, 0)
        if whole[:size] != held[:size]:
            size = self._ordinal = 0
        os.ftruncate(self._to, size)
        self.copied = size

    def _write(self, data: bytes) -> None:
        self._asked_ns = self._clock.now()
        at = self.copied
        view = memoryview(data)
        while view:
            written = os.pwrite(self._to, view, at)
            at, view = at + written, view[written:]
        sync = getattr(os, "fdatasync", os.fsync)
        sync(self._to)
        self._asked_ns = -1

    def _forget(self) -> None:
        """Close the copy; the next step opens it afresh (a disk may come back as another one)."""
        if self._to >= 0:
            os.close(self._to)
        self._to = -1
