"""A stage whose other seats are the bench's own: everything ``performer run`` makes before it starts anybody, and one real process.

Law of this file: the process under test is started as the supervisor starts it, with the descriptors that the stage hands out;
what stands round it is set, here, by the same code.
"""

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.live import REPOSITORY
from performer.run.clock import SystemClock
from performer.run.live import Live, Options, set_up, targeted
from performer.run.supervisor.process import schedule
from performer.show.definition import Rig, Show
from performer.show.load import load


@dataclass(frozen=True, slots=True)
class Backstage:
    """A stage that nobody plays on: its show, its rig and its descriptors."""

    show: Show
    rig: Rig
    live: Live

    def end(self, name: str) -> socket.socket:
        """The bench holds this end of a pair, say ``engine>composer``."""
        return self.live.stage.socket(name)

    @contextmanager
    def started(self, seat: str) -> Iterator[subprocess.Popen[bytes]]:
        """The process of a seat, in its class. Raises RuntimeError when it ended by itself, and not in order."""
        row = next(row for row in self.live.owner.manifest.rows if row.seat == seat)
        given, fds = self.live.stage.for_process(seat)
        mine = {"PERFORMER_SEAT": seat, "PERFORMER_FOLDER": str(self.live.folder), "PERFORMER_RUN": "bench"}
        env = {**os.environ, **given, **mine, **row.env}
        child = subprocess.Popen(row.argv, env=env, pass_fds=fds, cwd=REPOSITORY, stdin=subprocess.DEVNULL)
        schedule(child.pid, row.schedule)
        try:
            yield child
            if child.poll() not in (None, 0):
                raise RuntimeError(f"{seat} ended with {child.returncode}")
        finally:
            child.terminate()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextmanager
def backstage(show: str, port: int) -> Iterator[Backstage]:
    """The stage of a show with every output at a UDP port. Raises RuntimeError with what is wrong with the show."""
    loaded = load(show)
    if loaded.show is None or loaded.rig is None:
        raise RuntimeError("; ".join(str(problem) for problem in loaded.problems))
    rig = targeted(loaded.rig, ("127.0.0.1", port))
    rig = replace(rig, outputs=tuple(output for output in rig.outputs if output.kind == "osc"))
    with tempfile.TemporaryDirectory(prefix="performer-bench-", ignore_cleanup_errors=True) as home:
        environ = {"XDG_STATE_HOME": home, "XDG_RUNTIME_DIR": home, "HOME": home}
        options = Options(seed=1, control_port=0, journal=Path(home) / "journal")
        live = set_up(loaded.show, rig, options, SystemClock(), environ, leave=False)
        try:
            yield Backstage(loaded.show, rig, live)
        finally:
            live.clear()
