"""Memory: what each process holds under the load, and whether it stays flat: in real time, and over hours of virtual time.

Real time: RSS of every process of a running show, once a second. Virtual time: conductor and composer play in a process of their own
(``bench/hours.py``).
"""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench.figures import Row, against
from bench.live import REPOSITORY, evening
from bench.receiver import Receiver
from bench.trigger import BAR_S, SECTIONS, SHOW

REAL_S = 600.0
VIRTUAL_HOURS = 8.0
LIMITS = {"engine": 150.0, "composer": 150.0}
PLAYER_LIMIT = 40.0
SETTLED_S = 180.0
"""The performance keeps 64 bars for take-backs, and the entries since: until they are full it grows."""


def resident(pid: int) -> float:
    """Resident megabytes of a process; 0.0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def watched(seconds: float) -> dict[str, list[float]]:
    """RSS of every process once a second while a show plays under the load."""
    receiver = Receiver()
    held: dict[str, list[float]] = {}
    with evening(SHOW, to=receiver.port, seconds=seconds + 6, load=(BAR_S, SECTIONS)) as night:
        night.ready()
        time.sleep(2)
        pids = night.pids()
        end = time.monotonic() + seconds
        while time.monotonic() < end and night.process.poll() is None:
            for name, pid in pids.items():
                held.setdefault(name, []).append(resident(pid))
            time.sleep(1)
    receiver.take()
    if not held:
        raise RuntimeError("performer status named no processes")
    return held


def real(seconds: float) -> list[Row]:
    """Rows of size and growth for each process."""
    rows = []
    for name, sizes in sorted(watched(seconds).items()):
        settled = sizes[min(int(SETTLED_S), len(sizes) // 2) :]
        tenth = max(1, len(settled) // 10)
        growth = median(settled[-tenth:]) - median(settled[:tenth])
        player = "udp" in name or "midi" in name or "slow" in name or "player" in name
        limit = PLAYER_LIMIT if player else next((mb for key, mb in LIMITS.items() if key in name), None)
        if limit is None:
            rows.append(Row(figure=f"RSS of {name}", here=f"{max(sizes):.1f} MB", worst=f"grew {growth:+.2f} MB", count=str(len(sizes))))
        else:
            rows.append(against(f"RSS of {name}", max(sizes), limit, "MB", worst=f"grew {growth:+.2f} MB", count=len(sizes)))
        if limit is not None:
            rows.append(against(f"growth of {name} in {seconds / 60:.1f} min", growth, max(1.0, 0.02 * max(sizes)), "MB"))
    return rows


def virtual(hours: float) -> list[Row]:
    """Rows of growth over virtual time, from a child process."""
    argv = [sys.executable, "-m", "bench.hours", f"{hours:g}"]
    done = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"hours of virtual time: {done.stderr[-600:].strip()}")
    points = [tuple(map(float, line.split())) for line in done.stdout.splitlines()]
    sizes = [size for _, size, _ in points]
    settled = sizes[len(sizes) // 8 :]
    return [
        against(
            f"growth over {hours:g} h of virtual time",
            settled[-1] - settled[0],
            2.0,
            "MB",
            worst=f"{max(sizes):.1f} MB held",
            count=len(points),
        ),
        against("snapshot, the largest", max(state for _, _, state in points) / 1000, 64.0, "kB", count=len(points)),
    ]


def run(*, seconds: float, repeats: int) -> list[Row]:
    """10 minutes and 8 hours when asked for 20 s a repeat or more, in proportion below that."""
    del repeats
    share = min(1.0, seconds / 20)
    quick = share < 1.0
    return real(seconds * 3 if quick else REAL_S) + virtual(0.1 if quick else VIRTUAL_HOURS)
