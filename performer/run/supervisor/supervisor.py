"""Keeps the others alive: starts, watches, restarts, promotes, and ends them in order.

Law of this file: at most one process sits in a seat; of an active player and its spare at most one is active; a silent
process is dead before its successor starts. Whoever dies, the others are not touched. This one may die too: the next
supervisor adopts all that live.

``python -m performer.run.supervisor.supervisor`` with the manifest in PERFORMER_SUPERVISOR and all descriptors in PERFORMER_STAGE.
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from performer.run import status
from performer.run.clock import Clock, SystemClock
from performer.run.journal.copier import Copier
from performer.run.memory import Memory
from performer.run.supervisor import process
from performer.run.supervisor import stage as stages
from performer.run.supervisor.alarm_watch import AlarmWatch, Watch
from performer.run.supervisor.ending import Ending
from performer.run.supervisor.manifest import VARIABLE, Manifest
from performer.run.supervisor.seat import Seat
from performer.run.supervisor.stage import Stage, StageError
from performer.run.supervisor.understudy import Understudy

TICK_MS = 50
QUICK_MS = 5
"""Between two looks while no engine lives (panic) or something is about to start or end."""
STALL_NS = 300_000_000
"""A look that comes this late means that we were stopped, perhaps all were: everyone gets a fresh grace."""
PUBLISH_NS = 500_000_000
SELF = "supervisor"
PRIORITY = 5
SESSION_NICE = "-10"


class Supervisor:
    """One run's supervisor. ``run`` returns when everybody has left."""

    def __init__(self, manifest: Manifest, stage: Stage, clock: Clock) -> None:
        self._manifest, self._stage, self._clock = manifest, stage, clock
        self._folder = Path(manifest.folder)
        self._memory = Memory(stage.fds["memory"])
        self._seats = {row.seat: Seat(row) for row in manifest.rows}
        self._wings = {row.seat: Understudy(self._seats[row.seat]) for row in manifest.rows if row.understudy}
        players = [name for name in sorted(stage.fds) if name.startswith("engine>") and name != "engine>composer"]
        self._alarm = AlarmWatch(stage.socket("control"), [stage.socket(name) for name in players])
        self._copier = Copier(stage.fds["journal"], Path(manifest.journal), clock) if manifest.journal else None
        self._ending: Ending | None = None
        self._looked_ns = self._grace_ns = self._published_ns = 0
        self._changed = True
        self._rung = ""
        self._notes: list[str] = []

    def run(self, wake: int) -> int:
        """Until the end. ``wake`` becomes readable when a signal has come."""
        self._rung = _raise_self()
        self._adopt()
        if self._copier:
            self._copier.start()
        while not self.look():
            self._wait(wake)
        if self._copier:
            self._copier.stop(0.3)
        self._alarm.set(Watch.NOTHING)
        self._publish(self._clock.now())
        return 0

    def end(self) -> None:
        """Begin the orderly end."""
        if self._ending is None:
            self._ending = Ending(list(self._seats.values()), self._clock.now())
            self._changed = True
            for understudy in self._wings.values():
                understudy.dismiss()

    def look(self) -> bool:
        """One look at everything; True when all have left after ``end``."""
        now = self._clock.now()
        if now - self._looked_ns > STALL_NS:
            self._grace_ns = now
        self._looked_ns = now
        if SELF in self._memory.processes:
            self._memory.beat(SELF, now)
        self._bury(now)
        self._guard_panic(now)
        if self._ending is None:
            self._watch(now)
            self._promote()
            self._start_due(now)
            self._fill_wings(now)
        over = self._ending is not None and self._ending.step(now)
        if self._changed or now - self._published_ns > PUBLISH_NS:
            self._publish(now)
        return over

    def _bury(self, now: int) -> None:
        for seat in self._seats.values():
            if seat.process is None or seat.process.alive():
                continue
            self._changed = True
            code, finished = seat.process.code, self._left_finished(seat)
            seat.process.close()
            if self._ending is not None or (seat.row.ends and (code == 0 or finished)):
                seat.process = None
                self.end()
                continue
            seat.died(code, now, safe_mode=bool(seat.row.as_safe))
            self._memory.safe_mode = any(other.safe for other in self._seats.values())
            if (code or 0) > 0 and (last := _last_line(self._folder / f"{seat.name}.log")):
                seat.trouble += f": {last}"

    def _left_finished(self, seat: Seat) -> bool:
        told = status.read(self._folder).get(seat.name, {}) if seat.row.ends else {}
        return bool(told.get("finished")) and told.get("pid") == seat.pid

    def _watch(self, now: int) -> None:
        for seat in self._seats.values():
            if seat.silent(self._beat_of(seat), self._grace_ns, now) and seat.process is not None and seat.name in self._memory.processes:
                seat.stuck = True
                seat.process.send(signal.SIGKILL)
            if seat.settled(now):
                self._memory.safe_mode = any(other.safe for other in self._seats.values())
                self._changed = True
        if self._memory.finished:
            self.end()

    def _beat_of(self, seat: Seat) -> tuple[int, int]:
        return self._memory.heartbeat(seat.name) if seat.name in self._memory.processes else (seat.since_ns, seat.pid or 0)

    def _promote(self) -> None:
        """Where an active player is gone and its spare is awake, the spare plays on."""
        for seat in self._seats.values():
            partner = self._seats.get(self._manifest.partner(seat.name))
            if partner is None or not seat.spare or not seat.ready or seat.process is None or not seat.process.alive():
                continue
            if partner.process is None or (partner.spare and partner.since_ns >= seat.since_ns):
                seat.process.send(signal.SIGUSR1)
                seat.spare = False
                self._changed = True

    def _fill_wings(self, now: int) -> None:
        """Understudies come when all whom they are for play: the import of one must not keep another's seat from its first bar."""
        if all(self._seats[name].ready for name in self._wings):
            for name, understudy in self._wings.items():
                self._changed |= understudy.tend(now, partial(self._process, self._seats[name]))

    def _start_due(self, now: int) -> None:
        for seat in self._seats.values():
            if seat.process is None and now >= seat.due_ns:
                self._start(seat, now)
                self._changed = True
        if self._changed:
            self._publish(now)

    def _start(self, seat: Seat, now: int) -> None:
        if seat.name == "engine":
            self._alarm.set(Watch.HEAD)  # before it exists: it must find the socket as it was
        partner = self._seats.get(self._manifest.partner(seat.name))
        seat.spare = partner is not None and partner.process is not None
        understudy = self._wings.get(seat.name)
        try:
            child = (understudy.take() if understudy else None) or self._process(seat, {"PERFORMER_SPARE": str(int(seat.spare))})
        except OSError as error:
            seat.trouble = f"cannot be started: {error.strerror}"
            seat.due_ns = now + 1_000_000_000
            return
        rung = process.schedule(child.pid, seat.row.schedule)
        if seat.row.oom:
            process.expendable(child.pid, seat.row.oom)
        seat.taken(child, now, spare=seat.spare, rung=rung)

    def _process(self, seat: Seat, more: Mapping[str, str], descriptors: tuple[int, ...] = ()) -> process.Process:
        """Start the seat's program as it would start now. Raises OSError."""
        given, fds = self._stage.for_process(seat.name)
        outside = {name: value for name, value in os.environ.items() if name not in (VARIABLE, stages.VARIABLE)}
        own = {"PERFORMER_SEAT": seat.name, "PERFORMER_RUN": self._manifest.run, "PERFORMER_FOLDER": self._manifest.folder}
        environment = {**outside, **seat.environment(), **own, **given, **more}
        return process.start(seat.row.argv, environment, (*fds, *descriptors), self._folder / f"{seat.name}.log")

    def _guard_panic(self, now: int) -> None:
        engine = self._seats.get("engine")
        if engine is None or (engine.process is not None and engine.ready):
            self._alarm.set(Watch.NOTHING)
            return
        self._alarm.set(Watch.ALL if engine.process is None else Watch.HEAD)
        if heard := self._alarm.look(now, self._memory.last_seq):
            self._notes = [*self._notes[-4:], f"panic heard {heard} times while no engine lived"]
            self._changed = True

    def _adopt(self) -> None:
        """Find those whom another supervisor started: by its table, and by their environment."""
        try:
            table: dict[str, Any] = json.loads((self._folder / f"{SELF}.json").read_text()).get("seats", {})
        except (OSError, ValueError, AttributeError):
            table = {}
        for name, told in table.items():
            if name in self._seats:
                self._seats[name].remember(told)
                self._seats[name].process = process.adopt(told["pid"], told["born"]) if told.get("pid") else None
        known = {seat.pid for seat in self._seats.values()} | {os.getpid()}
        for pid, (name, spare) in process.strays(self._manifest.run).items():
            if pid not in known and name in self._seats:
                self._take_in(self._seats[name], pid, spare)

    def _take_in(self, seat: Seat, pid: int, spare: bool) -> None:
        stray = process.adopt(pid, process.born(pid))
        if stray is None:
            return
        waits = spare and seat.row.understudy and self._beat_of(seat)[1] != pid
        if seat.process is not None or waits:  # two in a seat would double the music, and nobody can give that one its cue
            stray.send(signal.SIGKILL)
            stray.close()
            return
        seat.process, seat.spare = stray, spare and not seat.row.understudy

    def _wait(self, wake: int) -> None:
        poll = select.poll()
        poll.register(wake, select.POLLIN)
        for seat in self._seats.values():
            if seat.process is not None and seat.process.fd >= 0:
                poll.register(seat.process.fd, select.POLLIN)
        due = [seat.due_ns - self._looked_ns for seat in self._seats.values() if seat.process is None]
        quick = self._alarm.watch is not Watch.NOTHING or self._ending is not None
        timeout = QUICK_MS if quick else max(0, min([TICK_MS, *(ns // 1_000_000 + 1 for ns in due)]))
        for fd, _ in poll.poll(timeout):
            if fd == wake and any(number in _ENDS for number in os.read(wake, 64)):
                self.end()

    def _publish(self, now: int) -> None:
        self._published_ns, self._changed = now, False
        told: dict[str, Any] = {
            "born": process.born(os.getpid()),
            "rung": self._rung,
            "seats": {name: seat.told() for name, seat in self._seats.items()},
            "understudies": {name: understudy.pid for name, understudy in self._wings.items() if understudy.pid},
            "errors": [_told(seat) for seat in self._seats.values() if seat.trouble] + self._notes,
            "ending": self._ending is not None,
        }
        if self._copier:
            told["journal"] = {"path": self._manifest.journal, "behind": self._copier.behind}
            told["errors"] += [self._copier.trouble] if self._copier.trouble else []
        status.publish(self._folder, SELF, told)


def _told(seat: Seat) -> str:
    mode = ", in safe mode" if seat.safe else ""
    after = f"; plays again{mode}" if seat.ready else f"; started again{mode}" if seat.process else "; waits for its next start"
    return f"{seat.name} {seat.trouble}{after if seat.restarts else ''}"


_ENDS = (signal.SIGTERM, signal.SIGINT)


def _raise_self() -> str:
    """A promotion must not wait behind a busy core; children inherit nothing of it.

    Where Linux shares time out by sessions (autogroup), a nice counts only inside its session: ours then stands where the composer is to.
    """
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):
            Path("/proc/self/autogroup").write_text(SESSION_NICE)
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(PRIORITY))
        return f"FIFO {PRIORITY}"
    return "normal"


def _last_line(log: Path) -> str:
    """The last thing that a process said before it died, short and without control characters."""
    try:
        lines = log.read_bytes()[-4000:].decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return "".join(sign if sign.isprintable() else " " for sign in lines[-1])[:160] if lines else ""


def main() -> int:
    """The process. Exit code 78 when it was not started by a run."""
    try:
        manifest, stage = Manifest.of_json(os.environ.get(VARIABLE, "")), Stage.open(os.environ)
        lock = os.open(Path(manifest.folder) / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)  # the one before us is gone, or is just leaving
        supervisor = Supervisor(manifest, stage, SystemClock())
    except (ValueError, StageError, OSError, KeyError) as error:
        print(f"supervisor: {error}", file=sys.stderr)
        return 78
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    for number in _ENDS:
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return supervisor.run(wake)


if __name__ == "__main__":
    sys.exit(main())
