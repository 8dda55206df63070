"""One seat: the process in it, how often it died, and when the next one may start.

Law of this file: a death is answered at once; only what dies again and again waits, 10 s at most, and is never
given up. What the outside did (kill -9, a stop of the machine) is no fault of the show.
"""

import signal
from collections import deque
from typing import Any

from performer.run.supervisor.manifest import Row
from performer.run.supervisor.process import Process

WINDOW_NS = 60_000_000_000
CRASHES = 3
"""Own faults within the window after which it starts in safe mode, and waits."""
DEATHS = 30
"""Deaths of any kind within the window that count like own faults (memory running out kills from outside)."""
LONGEST_WAIT_NS = 10_000_000_000


class Seat:
    """State of one row of the manifest. Times are host nanoseconds."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.process: Process | None = None
        self.spare = bool(row.spare_of)
        self.safe = False
        self.ready = False
        self.rung = ""
        self.since_ns = 0
        self.due_ns = 0
        self.restarts = 0
        self.trouble = ""
        self.stuck = False
        self._crashes: deque[int] = deque(maxlen=DEATHS)
        self._deaths: deque[int] = deque(maxlen=DEATHS)

    @property
    def name(self) -> str:
        """Its name."""
        return self.row.seat

    @property
    def pid(self) -> int | None:
        """Who sits there."""
        return self.process.pid if self.process else None

    def taken(self, process: Process, now_ns: int, *, spare: bool, rung: str) -> None:
        """A new process was started."""
        self.process, self.since_ns, self.spare, self.rung = process, now_ns, spare, rung
        self.ready = self.stuck = False

    def silent(self, beat: tuple[int, int], grace_from_ns: int, now_ns: int) -> bool:
        """True when it must be killed. ``beat`` is the last one (host time, pid); silence before ``grace_from_ns`` is forgiven."""
        if self.process is None:
            return False
        beaten = beat[1] == self.process.pid and beat[0] >= self.since_ns
        self.ready = self.ready or beaten
        if not self.row.limit_ms:
            return False
        limit = self.row.limit_ms if self.ready else self.row.patience_ms
        last = max(beat[0] if beaten else self.since_ns, grace_from_ns)
        return now_ns - last > limit * 1_000_000

    def died(self, code: int | None, now_ns: int, *, safe_mode: bool) -> None:
        """Its process is gone: say why, and when the next one may start. ``safe_mode``: this seat has one."""
        self.process = None
        self.restarts += 1
        outside = code in (-signal.SIGKILL, -signal.SIGTERM) and not self.stuck
        self.trouble = _why(code, self.stuck)
        self._deaths.append(now_ns)
        if not outside:
            self._crashes.append(now_ns)
        faults = self._within(self._crashes, now_ns)
        if self._within(self._deaths, now_ns) >= DEATHS:
            faults = max(faults, CRASHES)
        self.due_ns = now_ns
        if faults >= CRASHES:
            first_safe = safe_mode and not self.safe
            self.safe = self.safe or safe_mode
            beyond = min(faults - CRASHES, 5)
            self.due_ns += 0 if first_safe else min(LONGEST_WAIT_NS, 500_000_000 << beyond)

    def settled(self, now_ns: int) -> bool:
        """A minute without trouble: forget it. True when that ends safe mode (from its next start on)."""
        if self.process is None or now_ns - self.since_ns < WINDOW_NS:
            return False
        self.trouble = ""
        was, self.safe = self.safe, False
        return was

    def environment(self) -> dict[str, str]:
        """What the row says for how it would start now."""
        overlay = (self.row.as_spare if self.spare else {}), (self.row.as_safe if self.safe else {})
        return {**self.row.env, **overlay[0], **overlay[1]}

    def told(self) -> dict[str, Any]:
        """For the status, and for the next supervisor."""
        return {
            "pid": self.pid,
            "born": self.process.born if self.process else "",
            "since_ns": self.since_ns,
            "spare": self.spare,
            "safe": self.safe,
            "rung": self.rung,
            "restarts": self.restarts,
            "trouble": self.trouble,
            "crashes": list(self._crashes),
        }

    def remember(self, told: dict[str, Any]) -> None:
        """Take over what another supervisor knew."""
        self.spare, self.safe = bool(told.get("spare", self.spare)), bool(told.get("safe", False))
        self.since_ns, self.rung = int(told.get("since_ns", 0)), str(told.get("rung", ""))
        self.restarts, self.trouble = int(told.get("restarts", 0)), str(told.get("trouble", ""))
        self._crashes.extend(int(at) for at in told.get("crashes", ()))

    @staticmethod
    def _within(times: "deque[int]", now_ns: int) -> int:
        return sum(now_ns - at < WINDOW_NS for at in times)


def _why(code: int | None, stuck: bool) -> str:
    if stuck:
        return "fell silent and was killed"
    if code is None:
        return "died"
    if code < 0:
        return f"died of {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"died of signal {-code}"
    return "left too early" if code == 0 else f"crashed (exit code {code})"
