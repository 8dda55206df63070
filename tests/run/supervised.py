"""A small real run for the supervisor's tests: real processes, real pairs, a real journal."""

import json
import os
import sys
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from performer.run import status
from performer.run.clock import SystemClock
from performer.run.journal.writer import Journal, create
from performer.run.memory import Memory
from performer.run.supervisor.manifest import Manifest, Row
from performer.run.supervisor.owner import Owner
from performer.run.supervisor.stage import Stage

CHILD = """
import json, os, signal, sys, time
from pathlib import Path
from performer.run.memory import Memory
from performer.run.supervisor.stage import Stage
from performer.run.supervisor.understudy import cued

seat, folder = os.environ["PERFORMER_SEAT"], Path(os.environ["PERFORMER_FOLDER"]).parent
def say(what):
    with open(folder / "told", "a") as told:
        told.write(f"{seat} {os.getpid()} {what}\\n")
def leave(*_):
    say("ended")
    sys.exit(0)
if not cued(os.environ, lambda: say("waits")):
    say("left")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
signal.signal(signal.SIGUSR1, lambda *_: say("promoted"))
stage = Stage.open(os.environ)
memory = Memory(stage.fds["memory"])
say("started" + (" spare" if os.environ.get("AS") == "spare" else "") + (" safe" if os.environ.get("PERFORMER_SAFE") else ""))
mode = sys.argv[1]
if mode == "crash" and not os.environ.get("PERFORMER_SAFE"):
    raise ValueError("bar 12 has no chord")
while True:
    if mode != "mute":
        memory.beat(seat, time.monotonic_ns())
    if (folder / f"finish-{seat}").exists():
        say("finished")
        sys.exit(0)
    time.sleep(0.01)
"""


def row(seat: str, mode: str = "live", **more: Any) -> Row:
    """A row whose program lives, crashes at its start unless it is safe, or never beats (mute)."""
    return Row(seat=seat, argv=(sys.executable, "-c", CHILD, mode), as_spare={"AS": "spare"}, **more)


def until(what: Callable[[], Any], tend: Callable[[], object] = lambda: None, seconds: float = 30.0) -> Any:
    """Wait until ``what`` is true and return it; a failure, not a hang, when it never is."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "it never happened"
        tend()
        time.sleep(0.01)
    return found


class Run:
    """A run in ``folder`` with these rows; what the children say lies beside what they publish."""

    def __init__(self, folder: Path, *rows: Row) -> None:
        self.place, self.folder = folder, folder / "run"
        self.folder.mkdir()
        seats = [r.seat for r in rows]
        self.memory = Memory.create([*seats, "supervisor"], 1)
        self.journal_fd = create(folder / "live.journal")
        self.journal = Journal(self.journal_fd)
        players = [seat for seat in seats if seat not in ("engine", "composer")]
        self.stage = Stage.make(
            players=players, outputs=("main",), control=("127.0.0.1", 0), journal=self.journal_fd, memory=self.memory.fd
        )
        manifest = Manifest(
            run=f"test-{os.getpid()}-{folder.name}", folder=str(self.folder), journal=str(folder / "kept.journal"), rows=rows
        )
        self.owner = Owner(manifest, self.stage, self.memory, SystemClock())
        self.news: list[str] = []

    def tend(self) -> None:
        """What the owner does all the time."""
        if said := self.owner.tend():
            self.news.append(said)

    def wait(self, what: Callable[[], Any]) -> Any:
        """Tend until ``what`` is true."""
        return until(what, self.tend)

    def seats(self) -> dict[str, dict[str, Any]]:
        """The supervisor's table."""
        try:
            return dict(json.loads((self.folder / "supervisor.json").read_text())["seats"])
        except (OSError, ValueError):
            return {}

    def pids(self) -> dict[str, int]:
        """Who sits where."""
        return {seat: told["pid"] for seat, told in self.seats().items() if told["pid"]}

    def spares(self) -> dict[str, bool]:
        """Who is a spare."""
        return {seat: bool(told["spare"]) for seat, told in self.seats().items()}

    def understudy(self, seat: str) -> int:
        """Who waits in the wings of ``seat`` and has said so; 0: nobody."""
        try:
            pid = int(json.loads((self.folder / "supervisor.json").read_text())["understudies"].get(seat, 0))
        except (OSError, ValueError):
            return 0
        return pid if self.said(seat, "waits", pid) else 0

    def supervisor(self) -> int:
        """The supervisor's pid."""
        return int(json.loads((self.folder / "supervisor.json").read_text())["pid"])

    def told(self) -> list[list[str]]:
        """What the children said: [seat, pid, what ...]."""
        try:
            return [line.split() for line in (self.place / "told").read_text().splitlines()]
        except OSError:
            return []

    def said(self, seat: str, what: str, pid: int | None = None) -> int:
        """How often ``seat`` said ``what``."""
        return sum(t[0] == seat and " ".join(t[2:]) == what and pid in (None, int(t[1])) for t in self.told())

    def awake(self, *seats: str) -> bool:
        """True when the processes in these seats beat."""
        pids = self.pids()
        return all(seat in pids and self.memory.heartbeat(seat)[1] == pids[seat] for seat in seats)

    def replaced(self, seat: str, pid: int) -> bool:
        """True when another one than ``pid`` beats in ``seat``."""
        return self.awake(seat) and self.pids()[seat] != pid

    def supervised_anew(self, old: int, seats: Collection[str]) -> bool:
        """True when another supervisor than ``old`` has all of ``seats`` in its table."""
        return self.supervisor() != old and set(self.pids()) == set(seats)

    def errors(self) -> str:
        """All errors of the run in one line."""
        return "; ".join(status.merge(status.read(self.folder))["errors"])

    def close(self) -> None:
        """End it all."""
        self.owner.stop()
        self.stage.close()


Start = Callable[..., Run]
"""The fixture ``start``: a run with these rows, begun."""


def alive(pid: int) -> bool:
    """True while ``pid`` runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
