"""A hall for whole performances: ``performer run`` as a user starts it, oscdump (liblo) as its audience, oscsend as its tablet."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PERFORMER = (sys.executable, "-m", "performer.cli")
LINE = re.compile(r"^([0-9a-f]{8})\.([0-9a-f]{8}) (\S+) ?(\S*) ?(.*)$")


class Heard(NamedTuple):
    """One message as oscdump printed it; ``at`` in seconds of its own stamp."""

    at: float
    address: str
    args: tuple[str, ...]


def need(*programs: str) -> None:
    """Skip without a counterpart."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (apt-get install liblo-tools)")


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Hall:
    """One run in its own folders."""

    def __init__(self, folder: Path, show: str, *options: str) -> None:
        self.folder = folder
        self.control, self.port, self.page = free_port(), free_port(), free_port(socket.SOCK_STREAM)
        self.journal = folder / "night.journal"
        self.environ = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "XDG_RUNTIME_DIR": str(folder / "runtime"), "NO_COLOR": "1"}
        (folder / "runtime").mkdir(exist_ok=True)
        self._out = (folder / "heard.txt").open("w")
        self.audience = subprocess.Popen(
            ["stdbuf", "-oL", "oscdump", "-L", f"osc.udp://:{self.port}"], stdout=self._out, stderr=subprocess.DEVNULL
        )
        argv = [*PERFORMER, "run", show, "--to", f"osc:127.0.0.1:{self.port}", "--control-port", str(self.control)]
        argv += ["--page-port", str(self.page), "--journal", str(self.journal), *options]
        self._said = (folder / "said.txt").open("w")
        self.process = subprocess.Popen(argv, env=self.environ, stdin=subprocess.DEVNULL, stdout=self._said, stderr=subprocess.STDOUT)

    def ask(self, address: str, *args: object) -> None:
        """Press something, with liblo's oscsend."""
        words: list[str] = []
        for arg in args:
            words += [{int: "i", float: "f"}.get(type(arg), "s"), str(arg)]
        types = "".join(words[::2])
        subprocess.run(["oscsend", "127.0.0.1", str(self.control), address, *([types] if types else []), *words[1::2]], check=True)

    def status(self) -> dict[str, Any]:
        """``performer status --json``'s object."""
        told = subprocess.run([*PERFORMER, "status", "--json"], env=self.environ, capture_output=True, text=True, check=False)
        found: dict[str, Any] = json.loads(told.stdout or "{}")
        return found

    def pid(self, seat: str) -> int:
        """The process in a seat."""
        pids = self.status().get("pids", {})
        players = pids.get("players", {})
        return int(pids.get(seat) or players.get(seat) or 0)

    def wait_for_music(self, seconds: float = 10.0) -> None:
        """Until the first note is heard."""
        self.wait(lambda: any(h.address == "/note/on" for h in self.heard()), seconds, "no note was heard")

    def wait(self, done: Any, seconds: float, why: str) -> None:
        """Until ``done()``."""
        deadline = time.monotonic() + seconds
        while not done():
            assert self.process.poll() is None or done(), f"performer left: {(self.folder / 'said.txt').read_text()[-2000:]}"
            assert time.monotonic() < deadline, f"{why}; it said: {(self.folder / 'said.txt').read_text()[-2000:]}"
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
        """Ctrl-C, as a person does; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            code = self.process.wait(8)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        time.sleep(0.3)
        return code

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

    def replayed(self) -> list[tuple[float, str, str]]:
        """(seconds, part, id) of every note that a replay of the journal gives, in order of time."""
        from zlib import crc32

        out = self.folder / "replay"
        subprocess.run(
            [*PERFORMER, "replay", str(self.journal), "--out", str(out), "--no-picture", "--json"], check=True, capture_output=True
        )
        from performer.events import Note
        from performer.rehearse.events_file import read

        lines = (out / "events.jsonl").read_text().splitlines()
        rows = [json.loads(line) for line in lines]
        found = []
        for row, event in zip(rows, read(lines), strict=True):
            if isinstance(event, Note):
                ident = crc32(f"{event.part}/{event.at}/{event.pitch}".encode()) & 0x7FFFFFFF
                found.append((float(row["seconds"]), event.part, str(ident)))
        return sorted(found)


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
def performing(folder: Path, show: str, *options: str) -> Iterator[Hall]:
    """A run that ends with the block, whatever happens."""
    need("oscdump", "oscsend")
    hall = Hall(folder, show, *options)
    try:
        yield hall
    finally:
        hall.close()
