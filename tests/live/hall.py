"""A hall for whole performances: ``performer run`` as a user starts it, oscdump (liblo) as its audience, oscsend as its tablet.

Law of this file: nothing is waited for by the clock where there is something to see; whoever starts a process ends it.
"""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from performer.events import Note
from performer.rehearse.events_file import read
from performer.run.status import collect
from tests.counterparts import free_port, need, until

PERFORMER = (sys.executable, "-m", "performer.cli")
MARGIN = 1.0
"""Seconds before the end that are not compared: what was on its way when it was stopped."""
LAST = "/hall/last"
LINE = re.compile(r"^([0-9a-f]{8})\.([0-9a-f]{8}) (\S+) ?(\S*) ?(.*)$")


class Heard(NamedTuple):
    """One message as oscdump printed it; ``at`` in seconds of its own stamp."""

    at: float
    address: str
    args: tuple[str, ...]


class Hall:
    """One run in its own folders.

    ``rig``: lines of outputs and routes beside ``ears``, which is the audience's output; without it everything goes to the
    audience by ``--to``. ``prefix``: words before the command, ``environ``: more of its environment.
    """

    def __init__(
        self, folder: Path, show: str, *options: str, rig: str = "", prefix: Sequence[str] = (), environ: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.control, self.port, self.page = free_port(), free_port(), free_port(socket.SOCK_STREAM)
        self.journal = folder / "night.journal"
        self.environ = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "XDG_RUNTIME_DIR": str(folder / "runtime"), "NO_COLOR": "1"}
        self.environ |= environ or {}
        (folder / "runtime").mkdir(exist_ok=True)
        self._out = (folder / "heard.txt").open("w")
        self.audience = subprocess.Popen(
            ["stdbuf", "-oL", "oscdump", "-L", f"osc.udp://:{self.port}"], stdout=self._out, stderr=subprocess.DEVNULL
        )
        argv = [*prefix, *PERFORMER, "run", show, *self._outputs(rig), "--control-port", str(self.control)]
        argv += ["--page-port", str(self.page), *options]
        argv += [] if "--journal" in options else ["--journal", str(self.journal)]
        self._told: dict[str, object] = {}
        self._said = (folder / "said.txt").open("w")
        self.process = subprocess.Popen(argv, env=self.environ, stdin=subprocess.DEVNULL, stdout=self._said, stderr=subprocess.STDOUT)

    def _outputs(self, rig: str) -> list[str]:
        if not rig:
            return ["--to", f"osc:127.0.0.1:{self.port}"]
        path = self.folder / "hall.rig.yaml"
        path.write_text(f"rig: Hall\noutputs:\n  ears: osc:127.0.0.1:{self.port}\n{rig}")
        return ["--rig", str(path)]

    def ask(self, address: str, *args: object) -> None:
        """Press something, with liblo's oscsend."""
        words: list[str] = []
        for arg in args:
            words += [{int: "i", float: "f"}.get(type(arg), "s"), str(arg)]
        types = "".join(words[::2])
        subprocess.run(["oscsend", "127.0.0.1", str(self.control), address, *([types] if types else []), *words[1::2]], check=True)

    def status(self) -> dict[str, Any]:
        """What ``performer status --json`` prints; {} when nothing runs."""
        return collect(self.environ) or {}

    def pid(self, seat: str) -> int:
        """The process in a seat; 0: nobody just now."""
        pids = self.status().get("pids", {})
        return int(pids.get(seat) or pids.get("players", {}).get(seat) or 0)

    def strike(self, seat: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to whoever sits there, or to the next one; who that was."""
        struck = 0

        def strike() -> bool:
            nonlocal struck
            struck = self.pid(seat)
            try:
                os.kill(struck or 1 << 30, number)
            except ProcessLookupError:
                return False  # the seat is empty just now
            return True

        self.wait(strike, "a seat stays empty")
        return struck

    def said(self) -> str:
        """What it printed so far."""
        return (self.folder / "said.txt").read_text()

    def wait_for_music(self) -> None:
        """Until the first note is heard."""
        self.wait_for_notes(1)

    def wait_for_notes(self, more: int) -> None:
        """Until so many more notes have begun."""
        wanted = len(ons(self.heard())) + more
        self.wait(lambda: len(ons(self.heard())) >= wanted, f"there were less than {more} more notes")

    def wait_for_section(self, name: str) -> None:
        """Until the section has begun at the audience."""
        self.wait(lambda: name in self.sections(), f"{name} did not come")

    def sections(self) -> list[str]:
        """The sections that the audience was told of."""
        return [h.args[0] for h in self.heard() if h.address == "/section"]

    def wait(self, done: Callable[[], object], why: str, seconds: float = 60.0) -> None:
        """Until ``done()``, which is false while what it looks for is not there."""
        deadline = time.monotonic() + seconds
        while not done():
            assert self.process.poll() is None or done(), f"performer left: {self.said()[-2000:]}"
            assert time.monotonic() < deadline, f"{why}; it said: {self.said()[-2000:]}"
            time.sleep(0.05)

    def heard(self) -> list[Heard]:
        """Everything that arrived so far."""
        found = []
        for line in (self.folder / "heard.txt").read_text().splitlines():
            if match := LINE.match(line):
                seconds = int(match[1], 16) + int(match[2], 16) / 2**32
                found.append(Heard(seconds, match[3], tuple(match[5].replace('"', "").split())))
        return found

    def leave(self) -> int:
        """Ctrl-C, as a person does, and everything that was sent is heard; the exit code."""
        status = self.status()
        self._told = {name: status.get(name) for name in ("outputs", "errors", "restarts")}
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.settle()
        return code

    def judge(self) -> None:
        """After the end: not one note is other than in the replay of the journal, and none hangs."""
        try:
            compare(self.heard(), self.replayed())
        except AssertionError as error:
            error.add_note(f"before the end: {self._told}")
            raise
        assert not stuck(self.heard())

    def settle(self) -> None:
        """Until the audience has written down all that came: it takes datagrams in their order, so a last one says so."""
        subprocess.run(["oscsend", "127.0.0.1", str(self.port), LAST], check=True)
        until(lambda: any(h.address == LAST for h in self.heard()), "the audience has gone")

    def close(self) -> None:
        """Nothing of it is left."""
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            self.process.kill()
        self.audience.terminate()
        self.audience.wait(5)
        self._out.close()
        self._said.close()

    def replayed(self, journal: Path | None = None) -> list[tuple[float, str, str]]:
        """(seconds, part, id) of every note that a replay of the journal gives, in order of time."""
        out = self.folder / "replay"
        argv = [*PERFORMER, "replay", str(journal or self.journal), "--out", str(out), "--no-picture", "--json"]
        subprocess.run(argv, check=True, capture_output=True)
        return notes_in(out / "events.jsonl")


def notes_in(events: Path) -> list[tuple[float, str, str]]:
    """(seconds, part, id) of every note in an ``events.jsonl``, in order of time; ids as the wire gives them."""
    lines = events.read_text().splitlines()
    found = []
    for line, event in zip(lines, read(lines), strict=True):
        if isinstance(event, Note):
            ident = crc32(f"{event.part}/{event.at}/{event.pitch}".encode()) & 0x7FFFFFFF
            found.append((float(json.loads(line)["seconds"]), event.part, str(ident)))
    return sorted(found)


def compare(heard: list[Heard], expected: list[tuple[float, str, str]]) -> None:
    """Not one note changed: each that was to sound by a second before the end did, once, and no other."""
    assert expected, "nothing was to sound"
    until = expected[-1][0] - MARGIN
    wanted = Counter((part, ident) for at, part, ident in expected if at < until)
    later = Counter((part, ident) for at, part, ident in expected if at >= until)
    assert wanted, "too short to compare"
    got = Counter((h.args[0], h.args[3]) for h in ons(heard))
    missing, extra = wanted - got, got - wanted - later
    when = {(part, ident): at for at, part, ident in expected}
    assert not missing, f"{len(missing)} of {sum(wanted.values())} missing: {[(when[k], k) for k in list(missing)[:8]]}"
    assert not extra, f"{len(extra)} extra or doubled: {list(extra.items())[:8]}"


def ons(heard: list[Heard]) -> list[Heard]:
    """The note-ons."""
    return [h for h in heard if h.address == "/note/on"]


def stuck(heard: list[Heard]) -> Counter[tuple[str, str]]:
    """Notes that were begun and never ended."""
    sounding: Counter[tuple[str, str]] = Counter()
    for message in heard:
        key = (message.args[0], message.args[-1]) if message.address.startswith("/note/") else None
        if message.address == "/note/on" and key:
            sounding[key] += 1
        elif message.address == "/note/off" and key:
            sounding[key] = 0
    return +sounding


@contextlib.contextmanager
def performing(
    folder: Path, show: str, *options: str, rig: str = "", prefix: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> Iterator[Hall]:
    """A run that ends with the block, whatever happens."""
    need("oscdump", "oscsend")
    hall = Hall(folder, show, *options, rig=rig, prefix=prefix, environ=environ)
    try:
        yield hall
    finally:
        hall.close()
