"""The owner's side of a run: the process that made the stage keeps a supervisor over it.

Law of this file: a supervisor that dies or falls silent is replaced (the next one adopts all that live); whatever
happens, ``stop`` leaves no process of this run behind.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path

from performer.run import status
from performer.run.clock import Clock
from performer.run.memory import Memory
from performer.run.supervisor import process
from performer.run.supervisor.leftovers import sweep, tidy
from performer.run.supervisor.manifest import VARIABLE, Manifest
from performer.run.supervisor.stage import Stage

SEAT = "supervisor"
SILENT_NS = 3_000_000_000
DEAF_NS = 400_000_000
_SUBREAPER = 36
"""PR_SET_CHILD_SUBREAPER: those whom a dead supervisor leaves behind become our children, so that none stays a zombie."""


class Owner:
    """One run, seen from the process that owns it. ``over`` when the evening has ended."""

    def __init__(self, manifest: Manifest, stage: Stage, memory: Memory, clock: Clock) -> None:
        self._manifest, self._stage, self._memory, self._clock = manifest, stage, memory, clock
        self._folder = Path(manifest.folder)
        self._supervisor: process.Process | None = None
        self._since_ns = self._due_ns = 0
        self._left: set[int] = set()
        self._told = False
        self._news: list[str] = []
        self._live = ""
        self.restarts = 0
        self.over = False

    @property
    def manifest(self) -> Manifest:
        """What the supervisor was told."""
        return self._manifest

    def start(self) -> None:
        """Start the supervisor, and with it everything. Raises OSError when no process can be started."""
        if sys.platform == "linux":
            with contextlib.suppress(OSError, AttributeError):
                ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
        self._live = _path_of(self._stage.fds["journal"])
        told = {"born": process.born(os.getpid()), "live": self._live, "kept": self._manifest.journal}
        status.publish(self._folder, "owner", told)
        self._news += sweep(self._folder.parent, self._folder.name)
        self._begin()

    def tend(self) -> str | None:
        """Look after the supervisor; call it ten times a second. A sentence when something happened."""
        self._reap()
        if self._news:
            return self._news.pop(0)
        if self.over or self._supervisor is None:
            return self._again() if not self.over else None
        now = self._clock.now()
        if self._supervisor.alive():
            beat, _ = self._memory.heartbeat(SEAT) if SEAT in self._memory.processes else (now, 0)
            if now - max(beat, self._since_ns) > SILENT_NS:
                self._supervisor.send(signal.SIGKILL)
            return None
        code = self._supervisor.code
        self._left.add(self._supervisor.pid)
        self._supervisor.close()
        self._supervisor = None
        if code == 0:
            self.over = True
            return None
        self.restarts += 1
        self._due_ns = now + min(self.restarts - 1, 20) * 100_000_000
        return self._again()

    def stop(self, seconds: float = 2.0) -> str:
        """End everything in order within ``seconds``; what is left then is killed. Without a supervisor we ask them ourselves.

        The journal is completed on the disk, and what the run had in memory is cleared away; what went wrong with that, or "".
        """
        begun = self._clock.now()
        deadline = begun + int(seconds * 1e9)
        if self._supervisor is not None:
            self._supervisor.send(signal.SIGTERM)
            while self._supervisor.alive() and self._clock.now() < deadline and not self._deaf(begun):
                self._reap()
                time.sleep(0.01)
            self._supervisor.send(signal.SIGKILL)
        self._send_all(signal.SIGTERM)
        while self._others() and self._clock.now() < deadline - 100_000_000:
            self._reap()
            time.sleep(0.02)
        self._send_all(signal.SIGKILL)
        while self._others() and self._clock.now() < deadline + 1_000_000_000:
            self._reap()
            time.sleep(0.01)
        self.over = True
        return tidy(self._folder, self._live, self._manifest.journal)

    def _deaf(self, asked_ns: int) -> bool:
        """True when the supervisor has not moved since it was asked to end."""
        if SEAT not in self._memory.processes:
            return False
        return self._clock.now() - asked_ns > DEAF_NS and self._memory.heartbeat(SEAT)[0] < asked_ns

    def _others(self) -> list[int]:
        """Everybody of this run but us."""
        if sys.platform == "linux":
            return [pid for pid in process.strays(self._manifest.run) if pid != os.getpid()]
        seats = status.read(self._folder).get(SEAT, {}).get("seats", {})
        return [row["pid"] for row in seats.values() if row.get("pid") and process.runs(row["pid"])]

    def _send_all(self, number: signal.Signals) -> None:
        for pid in self._others():
            with contextlib.suppress(OSError):
                os.kill(pid, number)

    def _again(self) -> str | None:
        if self._clock.now() < self._due_ns:
            return None
        try:
            self._begin()
        except OSError as error:
            self._due_ns = self._clock.now() + 1_000_000_000
            told, self._told = self._told, True
            return None if told else f"the supervisor cannot be started again ({error.strerror}); everything plays on without it"
        self._told = False
        return "the supervisor died and was replaced; nothing else was touched"

    def _begin(self) -> None:
        given, fds = self._stage.for_process(SEAT)
        own = {"PERFORMER_RUN": self._manifest.run, "PERFORMER_SEAT": SEAT, "PERFORMER_FOLDER": self._manifest.folder}
        environment = {**os.environ, **given, **own, VARIABLE: self._manifest.json()}
        argv = (sys.executable, "-m", "performer.run.supervisor.supervisor")
        self._supervisor = process.start(argv, environment, fds, self._folder / f"{SEAT}.log", session=True)
        self._since_ns = self._clock.now()

    def _reap(self) -> None:
        """Take the dead that a supervisor left behind: they have become our children."""
        told = status.read(self._folder).get(SEAT, {}) if self.restarts else {}
        self._left |= {row["pid"] for row in told.get("seats", {}).values() if row.get("pid")} | {*told.get("understudies", {}).values()}
        for pid in list(self._left):
            try:
                if os.waitpid(pid, os.WNOHANG)[0]:
                    self._left.discard(pid)
            except ChildProcessError:
                continue


def _path_of(fd: int) -> str:
    """The file behind a descriptor; "" where the system does not say (the journal lies in the run's folder there)."""
    try:
        path = os.readlink(f"/proc/self/fd/{fd}")
    except OSError:
        return ""
    return path if os.path.exists(path) else ""
