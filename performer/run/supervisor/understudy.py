"""Who waits in the wings: a second process for a seat, started ahead, that begins when it is given its cue.

Law of this file: an understudy shares nothing with the performance before its cue, and is given it only when the seat is empty.
Nobody misses it: without one the seat starts cold, and one that died is started again later. The cue goes over a pair of its own,
whose other end dies with the supervisor: who is left behind in the wings hears that, and leaves.
"""

import signal
import socket
from collections.abc import Callable, Mapping

from performer.run.supervisor import process
from performer.run.supervisor.process import Process
from performer.run.supervisor.seat import Seat

VARIABLE = "PERFORMER_CUE"
"""The environment variable with the descriptor that an understudy hears its cue on."""
SETTLED_NS = 500_000_000
"""How long the one in the seat has played before the next one is started: what it has to do first is done by then."""
AGAIN_NS = 3_000_000_000
"""After an understudy that died by itself."""
WAITING = "nice 10"

Start = Callable[[Mapping[str, str], tuple[int, ...]], Process]
"""Starts the seat's program with these words more in its environment and these descriptors more. Raises OSError."""


class Understudy:
    """The wings of one seat: nobody, or one process that waits. Times are host nanoseconds."""

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self._process: Process | None = None
        self._cue: socket.socket | None = None
        self._manner: dict[str, str] = {}
        self._due_ns: int | None = None

    @property
    def pid(self) -> int | None:
        """Who waits."""
        return self._process.pid if self._process and self._cue else None

    def tend(self, now_ns: int, start: Start) -> bool:
        """Bury who died, start who is due. True when somebody came or went."""
        if self._process is not None:
            if self._process.alive():
                return False
            self._process.close()
            self._due_ns = now_ns + (AGAIN_NS if self._cue else 0)
            self._forget()
            return True
        if self._seat.process is None or not self._seat.ready:
            return False
        if self._due_ns is None:
            self._due_ns = now_ns + SETTLED_NS
        if now_ns < self._due_ns:
            return False
        self._begin(now_ns, start)
        return True

    def take(self) -> Process | None:
        """The one who waits, told to begin, warm or not; None when there is none, or it waits to play in another manner (safe mode)."""
        taken, cue = self._process, self._cue
        if taken is None or cue is None or not taken.alive():
            return None
        if self._manner != self._seat.environment():
            self.dismiss()
            return None
        try:
            cue.send(b"!")
        except OSError:
            return None
        self._forget()
        self._due_ns = None
        return taken

    def dismiss(self) -> None:
        """It is not needed: it holds nothing, so it is killed."""
        if self._process is not None and self._cue is not None:
            self._process.send(signal.SIGKILL)
            self._cue.close()
            self._cue = None

    def _begin(self, now_ns: int, start: Start) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = start({"PERFORMER_SPARE": "1", VARIABLE: str(theirs.fileno())}, (theirs.fileno(),))
            except OSError:
                ours.close()
                self._due_ns = now_ns + AGAIN_NS
                return
        ours.setblocking(False)
        self._cue, self._manner = ours, self._seat.environment()
        _send_back(self._process.pid, self._seat.row.schedule)

    def _forget(self) -> None:
        if self._cue is not None:
            self._cue.close()
        self._process = self._cue = None


def _send_back(pid: int, wanted: str) -> None:
    """Let it wait behind everybody, if it may climb to its class again: an ordinary user's process may not, and gets what it can have."""
    climbs = wanted.startswith("nice -")
    if climbs and process.schedule(pid, wanted) == wanted:
        process.schedule(pid, WAITING)


def cued(environ: Mapping[str, str], rehearse: Callable[[], object]) -> bool:
    """In the process: whether it is to begin now. False when whoever started it is gone.

    Who was started for an empty seat begins at once. An understudy rehearses first, unless its cue is there already, and waits.
    """
    if VARIABLE not in environ:
        return True
    with socket.socket(fileno=int(environ[VARIABLE])) as cue:
        cue.setblocking(False)
        try:
            return bool(cue.recv(1))
        except BlockingIOError:
            rehearse()
        cue.setblocking(True)
        return bool(cue.recv(1))
