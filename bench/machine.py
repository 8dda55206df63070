"""The machine under the bench: compiled floors, hogs, an ordinary user, and where wall and monotonic time stand to each other.

Law of this file: whatever is started here is ended here, by its own process id.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
_HOG = "while True: pass"


@cache
def compiled(name: str) -> str:
    """The path of ``bench/<name>.c``, compiled with cc -O2. Raises RuntimeError with what to install."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise RuntimeError("the floor is a C program and there is no cc: sudo apt-get install -y gcc libc6-dev")
    handle, program = tempfile.mkstemp(prefix=f"performer-{name}-")
    os.close(handle)
    atexit.register(os.unlink, program)
    subprocess.run([compiler, "-O2", "-Wall", "-o", program, str(HERE / f"{name}.c")], check=True)
    return program


@contextmanager
def running(argv: Sequence[str], *, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A child for as long as the block lasts; its standard output is a pipe."""
    child = subprocess.Popen(argv, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=env)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        if child.stdout is not None:
            child.stdout.close()


@contextmanager
def hogs(count: int | None = None) -> Iterator[None]:
    """One busy loop a core at normal priority; ``count`` 0 for none."""
    number = (os.cpu_count() or 1) if count is None else count
    children = [subprocess.Popen([sys.executable, "-c", _HOG], stdin=subprocess.DEVNULL) for _ in range(number)]
    try:
        yield
    finally:
        for child in children:
            child.kill()
        for child in children:
            child.wait()


def ordinary(argv: Sequence[str]) -> list[str]:
    """``argv`` as a user without real-time permission and without locked memory. Raises RuntimeError where that cannot be had.

    An ordinary user is one already; root gives up CAP_SYS_NICE and CAP_IPC_LOCK, which is what decides.
    """
    if os.getuid():
        return list(argv)
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise RuntimeError("setpriv is missing: sudo apt-get install -y util-linux")
    caps = "-sys_nice,-ipc_lock,-sys_resource"
    return [setpriv, f"--bounding-set={caps}", f"--inh-caps={caps}", *argv]


def wall_minus_monotonic() -> int:
    """Nanoseconds to add to CLOCK_MONOTONIC to get CLOCK_REALTIME: the tightest of 200 readings."""
    best = (1 << 62, 0)
    for _ in range(200):
        before = time.monotonic_ns()
        wall = time.clock_gettime_ns(time.CLOCK_REALTIME)
        after = time.monotonic_ns()
        best = min(best, (after - before, wall - (before + after) // 2))
    return best[1]


@contextmanager
def real_time(priority: int = 60) -> Iterator[bool]:
    """This process, the bench's own client, at SCHED_FIFO for as long as the block lasts; False when that is refused.

    Its children start at normal priority.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(priority))
    except (AttributeError, OSError):
        yield False
        return
    try:
        yield True
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER | os.SCHED_RESET_ON_FORK, os.sched_param(0))


def describe() -> str:
    """One line about where these figures were taken."""
    system = os.uname()
    fifo = subprocess.run([compiled("floor"), "9", "0", "1000000", "1", "fifo"], capture_output=True, text=True, check=True).stdout.split()[
        0
    ]
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{system.sysname} {system.release}, {os.cpu_count()} cores, Python {version}, real-time class for the floor: {fifo}"
