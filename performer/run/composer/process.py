"""The process that thinks: it folds the entries with all roles and supplies the players.

Law of this file: it holds nothing that the journal does not; killed at any moment, it begins again from
there and sends what was sent before. It looks for messages between any two parts of a bar.

Failure policy: a role that fails falls back in ``Composer`` and is reported to the engine; a player whose
queue is full is left alone until it reads again; a gap in the entries is closed from the journal, and where that
cannot be done the process ends, so that its successor begins with the whole journal. Started
as safe (after three crashes in a minute) it composes the sections that were in reach by their safe bars
alone, so that a jump leads out.
"""

import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from performer.engine.composer import Composer
from performer.engine.performance import Score
from performer.engine.state import State
from performer.events import ChordMark, Cue, Event
from performer.records import Committed, Fallen, Fell, Hello, Sealed, Stamped, pack, unpack
from performer.run import folders, status
from performer.run.cast import cast_of, seats_by_output
from performer.run.clock import SystemClock, show_at
from performer.run.composer.keeper import Keeper
from performer.run.composer.supply import Supply
from performer.run.entrance import enter
from performer.run.journal.format import Entered
from performer.run.journal.format import read as read_journal
from performer.run.journal.landing import read_back
from performer.run.journal.writer import read_fd
from performer.run.memory import Memory
from performer.run.night import ANEW, begin, follow
from performer.run.supervisor.stage import Stage
from performer.show.definition import Part, Show
from performer.tempo import Micros
from performer.ticks import Tick
from performer.wire.routing import Router

ASTRAY = 75
"""The exit code of a composer that lost track of the entries: the journal has them for the next one."""
IDLE = 0.05
"""Seconds between two looks at the clock when nothing comes."""
UNSURE = 3_000_000
"""Show microseconds: an entry that acts so shortly before the edge may not have reached the players when the one before us died."""


class Careful:
    """A score that plays only safe bars in the sections that crashed; elsewhere it is the score itself."""

    def __init__(self, score: Composer) -> None:
        self._score = score
        self.sections: set[tuple[int, str]] = set()
        self.fallen: dict[tuple[str, int], str] = {}

    def compose(self, show: Show, state: State, part: Part) -> Iterable[Event]:
        """As the score, or its safe bar."""
        if (state.song, state.section) in self.sections:
            self.fallen.setdefault((part.name, state.bar), "the composer crashed here three times")
            return self._score.safe_bar(show, state, part)
        return self._score.compose(show, state, part)

    def chords(self, show: Show, state: State) -> Iterable[ChordMark]:
        """As the score."""
        return self._score.chords(show, state)

    def cues(self, show: Show, state: State) -> Iterable[Cue]:
        """As the score."""
        return self._score.cues(show, state)

    def safe_bar(self, show: Show, state: State, part: Part) -> Iterable[Event]:
        """As the score."""
        return self._score.safe_bar(show, state, part)


class ComposerProcess:
    """The loop round ``Supply``."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._stage = Stage.open(environ)
        self._folder = Path(environ["PERFORMER_FOLDER"]) if environ.get("PERFORMER_FOLDER") else None
        self._memory = Memory(self._stage.fds["memory"])
        self._clock = SystemClock()
        self._ends = {
            name.removeprefix("composer>"): socket.socket(fileno=os.dup(fd))
            for name, fd in self._stage.fds.items()
            if name.startswith("composer>")
        }
        for end in self._ends.values():
            end.setblocking(False)
        folder = environ.get("PERFORMER_SHOW")
        self._composer, self._keeper = Composer(), Keeper(Path(folder) if folder else None, folders.state_folder(environ) / "kept")
        score: Score = self._composer
        self._careful = Careful(self._composer)
        if environ.get("PERFORMER_SAFE") == "1":
            score = self._careful
        edge = self._memory.commit  # before the journal: an entry that came after this look is stamped beyond it
        self._night = begin(read_back(read_fd(self._stage.fds["journal"])), score=score, edge=edge[1] if edge else None)
        cast = cast_of(self._night.rig)
        performance = self._night.performance
        self._supply = Supply(performance, score, Router(self._night.rig), seats_by_output(cast), self._post, self._night.digest)
        if performance.committed and self._night.digest.link == ANEW:
            self._post("engine", pack(Sealed(performance.committed, ANEW)))
        if edge is not None:
            since = performance.tick_at(Micros(edge[0] - UNSURE))
            if any(entry.reach >= since for entry in self._night.entries):
                self._supply.catch_up(Tick(edge[1]))
            self._supply.commit(Tick(edge[1]))
            self._supply.begin_at_edge()
        self._running, self._lost = True, False
        self._errors: list[str] = list(self._night.notes)
        self._published = 0
        if score is self._careful:
            self._careful.sections = self._in_reach()

    def _in_reach(self) -> set[tuple[int, str]]:
        performance = self._night.performance
        here = performance.bar_at(performance.committed)
        found, bar = set(), here
        for _ in range(4):
            found.add((bar.state.song, bar.state.section))
            bar = performance.bar_at(bar.end)
        return found

    def _post(self, seat: str, data: bytes) -> bool:
        end = self._ends.get(seat)
        self._memory.beat("composer", self._clock.now())
        if end is None:
            return True
        try:
            end.send(data)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError as error:
            self._note(f"{seat}: {error.strerror}")
            return False
        return True

    def _note(self, what: str) -> None:
        if what not in self._errors[-20:]:
            self._errors.append(what)

    def run(self) -> int:
        """Until SIGTERM. The exit code: not 0 when the entries were lost track of."""
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "_running", False))
        gc.collect()
        gc.freeze()
        poller = select.poll()
        for end in self._ends.values():
            poller.register(end, select.POLLIN)
        by_fd = {end.fileno(): seat for seat, end in self._ends.items()}
        busy = True
        while self._running:
            for fd, _ in poller.poll(0 if busy else int(IDLE * 1000)):
                self._read(by_fd[fd])
            busy = self._work()
            self._beat()
        return ASTRAY if self._lost else 0

    def _work(self) -> bool:
        anchor = self._memory.anchor
        performance = self._night.performance
        origin = performance.tempo.micros_at(performance.committed)  # before the start show time stands there
        busy = self._supply.step(origin if anchor is None else Micros(show_at(anchor, self._clock.now())))
        if not busy:
            self._tell_fallen()
            self._keep()
        return busy

    def _keep(self) -> None:
        bar = self._night.performance.bar_at(self._night.performance.committed)
        self._keeper.look(bar.show, bar.state.kept)
        while (stored := self._keeper.news()) is not None:
            self._post("engine", pack(stored))

    def _read(self, seat: str) -> None:
        try:
            data = self._ends[seat].recv(1 << 20)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            self._note(f"{seat}: {error.strerror}")
            return
        if not data:
            return
        try:
            message = unpack(data)
        except ValueError as error:
            self._note(f"{seat}: {error}")
            return
        match message:
            case Stamped():
                self._entered(message)
            case Committed(tick=tick):
                self._supply.commit(Tick(tick))
            case Hello():
                self._supply.resend(seat)
            case _:
                pass  # late parcels are the engine's to write down

    def _entered(self, stamped: Stamped) -> None:
        last = self._night.performance.seq
        if stamped.seq <= last:
            return
        found: Iterable[Entered] = (Entered(stamped.seq, stamped.tick, stamped.reach, "", 0, stamped.data),)
        if stamped.seq != last + 1:
            found = read_journal(read_fd(self._stage.fds["journal"])).entries
        noted = len(self._night.notes)
        for entered in found:
            if entered.seq > self._night.performance.seq:
                follow(self._night, entered, accept=self._supply.accept)
                self._memory.beat("composer", self._clock.now())  # many of them take long, and who works is not stuck
        for note in self._night.notes[noted:]:
            self._note(note)
        if self._night.performance.seq < stamped.seq:
            self._lost, self._running = True, False

    def _tell_fallen(self) -> None:
        for fell in self._composer.take_fallen():
            self._post("engine", pack(Fallen(fell.part, fell.bar, fell.rung, fell.why)))
        for (part, bar), why in self._careful.fallen.items():
            self._post("engine", pack(Fell(part, bar, why)))
        self._careful.fallen.clear()

    def _beat(self) -> None:
        now = self._clock.now()
        self._memory.beat("composer", now)
        if self._folder is not None and now - self._published > 1_000_000_000:
            self._published = now
            values = {
                "pid": os.getpid(),
                "errors": self._errors[-5:],
                "held_until": self._supply.held_until,
                "seq": self._night.performance.seq,
            }
            status.publish(self._folder, "composer", values)


def main() -> int:
    """The composer's seat."""
    return enter("composer", lambda environ: ComposerProcess(environ).run, Composer)


if __name__ == "__main__":
    sys.exit(main())
