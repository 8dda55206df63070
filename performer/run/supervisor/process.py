"""A living process, whether we started it or found it.

Law of this file: a signal never reaches another process that was given the same number later (pidfd, and the time
of birth before adopting); a child runs in its scheduling class from its first instructions on.
"""

import contextlib
import os
import select
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_PROC = Path("/proc")
STEPPED_DOWN = 5


class Process:
    """One process. ``spoken`` is False for an adopted one: how it ended cannot be learned."""

    def __init__(self, pid: int, child: "subprocess.Popen[bytes] | None" = None) -> None:
        """Watch ``pid``. Raises ProcessLookupError when it is gone already and is no child of ours."""
        self.pid = pid
        self._child = child
        self._gone = False
        self.fd = -1
        self.born = born(pid)
        if child is None:
            os.kill(pid, 0)
        try:
            self.fd = os.pidfd_open(pid)
        except (AttributeError, OSError):
            self.fd = -1  # no pidfd here: deaths are seen when somebody looks

    def alive(self) -> bool:
        """False from its death on, a zombie's too."""
        if self._gone:
            return False
        if self._child is not None:
            self._gone = self._child.poll() is not None
        elif self.fd >= 0:
            poll = select.poll()
            poll.register(self.fd, select.POLLIN)
            self._gone = bool(poll.poll(0))
        else:
            self._gone = not runs(self.pid)
        return not self._gone

    @property
    def code(self) -> int | None:
        """How it ended: exit code, or minus the signal; None while it lives and for an adopted one."""
        return self._child.returncode if self._child is not None else None

    def send(self, number: signal.Signals) -> None:
        """Send a signal; a dead one does not mind."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self.fd >= 0:
                signal.pidfd_send_signal(self.fd, number)
            elif self.alive():
                os.kill(self.pid, number)

    def close(self) -> None:
        """Forget it."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


def start(argv: Sequence[str], environment: Mapping[str, str], fds: Sequence[int], log: Path, *, session: bool = False) -> Process:
    """Start a program with these descriptors; what it prints is appended to ``log``. Raises OSError when it cannot be started.

    ``session``: out of reach of the terminal's keys (Ctrl-C).
    """
    with contextlib.suppress(OSError):
        if log.stat().st_size > 1 << 18:
            log.write_bytes(b"")  # a crash loop must not fill the memory
    try:
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        out = os.open(os.devnull, os.O_WRONLY)
    try:
        child = subprocess.Popen(
            argv, env=environment, pass_fds=fds, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=session
        )
    finally:
        os.close(out)
    return Process(child.pid, child)


def adopt(pid: int, birth: str) -> Process | None:
    """The process ``pid`` if it is still the one that was born at ``birth``."""
    try:
        found = Process(pid)
    except (ProcessLookupError, PermissionError):
        return None
    if found.born == birth and found.alive():
        return found
    found.close()
    return None


def strays(run: str) -> dict[int, tuple[str, bool]]:
    """Every process of this run, by its environment: {pid: (seat, started as a spare)}. Empty where there is no /proc."""
    found = {}
    mark = f"PERFORMER_RUN={run}".encode()
    for folder in _PROC.glob("[0-9]*"):
        try:
            rows = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark in rows:
            told = dict(row.decode(errors="replace").partition("=")[::2] for row in rows)
            found[int(folder.name)] = (told.get("PERFORMER_SEAT", ""), told.get("PERFORMER_SPARE") == "1")
    return found


def born(pid: int) -> str:
    """A word that tells two processes of the same number apart: ticks since boot at its birth; "" where nothing says so."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def runs(pid: int) -> bool:
    """True while something has this number, a zombie too."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def schedule(pid: int, wanted: str) -> str:
    """Give ``pid`` its class ("FIFO 50", "nice 5", "normal"), or the next best; says which it got.

    When real time is refused the next rung is nice -11, then what everybody has (the ladder of the players). Who may not
    have the higher priority that it asks for (the composer) steps down instead: the players that were refused too come first.
    """
    kind, _, number = wanted.partition(" ")
    try:
        if kind == "FIFO":
            os.sched_setscheduler(pid, os.SCHED_FIFO, os.sched_param(int(number)))
        elif kind == "nice":
            os.setpriority(os.PRIO_PROCESS, pid, int(number))
    except (AttributeError, OSError):
        if kind != "FIFO":
            return _stepped_down(pid, wanted)
    else:
        return wanted
    try:
        os.setpriority(os.PRIO_PROCESS, pid, -11)
    except OSError:
        return f"normal ({wanted} refused)"
    return f"nice -11 ({wanted} refused)"


def _stepped_down(pid: int, wanted: str) -> str:
    try:
        os.setpriority(os.PRIO_PROCESS, pid, STEPPED_DOWN)
    except OSError:
        return f"normal ({wanted} refused)"
    return f"nice {STEPPED_DOWN} ({wanted} refused)"


def expendable(pid: int, score: int) -> None:
    """Tell the kernel how readily ``pid`` may be sacrificed when memory runs out; refused or unknown is no error."""
    with contextlib.suppress(OSError):
        (_PROC / str(pid) / "oom_score_adj").write_text(str(score))
