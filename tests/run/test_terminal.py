"""The terminal as a process on a real pseudo-terminal: it draws, it listens, and it gives the terminal back."""

import contextlib
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from performer.run import status
from performer.run.terminal.letters import big, medium
from performer.wire import feedback
from performer.wire.feedback import Snapshot
from performer.wire.osc import Message, decode, encode

PROGRAM = """
import os, sys
from pathlib import Path
from performer.run.clock import SystemClock
from performer.run.terminal.terminal import Terminal
with Terminal(control_port=int(sys.argv[1]), folder=Path(sys.argv[2]), clock=SystemClock(), environ=os.environ) as terminal:
    terminal.say("an earlier run ended badly")
    while terminal.step(0.05):
        if os.environ.get("BREAK"):
            raise KeyError("something of ours")
"""
SNAPSHOT = Snapshot(phase="playing", song="Night Drive", section="drop", next="break", bar=11, bar_in_section=4, bars=8, beat=2)


class Engine:
    """The other end of the control port: takes what comes, tells its subscribers."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.05)
        self.port = self.socket.getsockname()[1]
        self.got: list[Message] = []

    def serve(self, snapshot: Snapshot) -> None:
        try:
            data, sender = self.socket.recvfrom(8192)
        except TimeoutError:
            return
        for message in decode(data):
            self.got.append(message)
            if message.address == "/performer/subscribe":
                for said in feedback.full(snapshot):
                    self.socket.sendto(encode(said.address, said.args), sender)

    def heard(self, address: str) -> bool:
        return any(message.address == address for message in self.got)


class Screen:
    """A program on a pseudo-terminal of 80 by 24."""

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_: object) -> None:
        if self.master >= 0:
            self.close()

    def __init__(self, port: int, folder: Path, **environment: str) -> None:
        self.master, self.slave = pty.openpty()
        termios.tcsetwinsize(self.slave, (24, 80))
        self.before = termios.tcgetattr(self.slave)
        self.data, self.text = b"", ""
        self.rows: dict[int, str] = {}
        env = {**os.environ, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **environment}
        env = {name: value for name, value in env.items() if name != "NO_COLOR" or "NO_COLOR" in environment}
        self.child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(port), str(folder)], stdin=self.slave, stdout=self.slave, stderr=subprocess.PIPE, env=env
        )

    def forget_size(self) -> None:
        """As a terminal that nobody told its size."""
        termios.tcsetwinsize(self.slave, (0, 0))

    def read(self) -> None:
        while select.select([self.master], [], [], 0)[0]:
            self.data += os.read(self.master, 65536)
        self.text = self.data.decode(errors="replace")
        for row, line in re.findall(r"\x1b\[(\d+);1H(.*?)\x1b\[K", self.text, re.DOTALL):
            self.rows[int(row)] = re.sub(r"\x1b\[[0-9;]*m", "", line)

    def shows(self, *words: str) -> bool:
        self.read()
        whole = "\n".join(self.rows.get(row, "") for row in range(1, 25))
        return all(word.rstrip() in whole for word in words)

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def close(self) -> str:
        """End it; what it said on stderr."""
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        assert self.child.stderr is not None
        said = self.child.stderr.read().decode()
        self.child.stderr.close()
        os.close(self.master)
        os.close(self.slave)
        self.master = -1
        return said


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.socket.close()


def until(engine: Engine, true: object, snapshot: Snapshot = SNAPSHOT) -> None:
    end = time.monotonic() + 30
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "it never happened"
        engine.serve(snapshot)


def test_it_draws_what_the_engine_says_and_gives_the_terminal_back(engine: Engine, tmp_path: Path) -> None:
    status.publish(tmp_path, "engine", {"outputs": {"main": {"up": True, "late": 2, "p99": 300}}})
    status.publish(tmp_path, "page", {"page": "http://127.0.0.1:8765/"})
    with Screen(engine.port, tmp_path) as screen:
        until(engine, lambda: screen.shows(*big("drop"), *big("12.2"), *medium("break"), "Night Drive", "● main", "127.0.0.1:8765"))
        until(engine, lambda: screen.shows("an earlier run ended badly"))
        screen.type("n")
        until(engine, lambda: engine.heard("/performer/next"))
        screen.type("h")
        until(engine, lambda: Message("/performer/hold", (1,)) in engine.got)
        screen.type("p")
        until(engine, lambda: engine.heard("/performer/panic") and screen.shows("PANIC: everything released"))
        screen.type("\x1b[A")
        screen.type("q")
        until(engine, lambda: screen.shows("Press q again to quit"))
        time.sleep(0.35)
        screen.type("q")
        until(engine, lambda: screen.shows("Press q once more"))
        assert screen.child.poll() is None
        time.sleep(0.35)
        screen.type("q")
        until(engine, lambda: screen.child.poll() is not None)
        screen.read()
        assert screen.child.returncode == 0
        assert screen.text.endswith("\x1b[0m\x1b[?25h\x1b[?1049l")
        assert termios.tcgetattr(screen.slave) == screen.before
        assert screen.close() == ""


def test_an_error_of_ours_gives_the_terminal_back_too(engine: Engine, tmp_path: Path) -> None:
    with Screen(engine.port, tmp_path, BREAK="1") as screen:
        screen.child.wait(30)
        screen.read()
        assert screen.text.endswith("\x1b[?25h\x1b[?1049l")
        assert termios.tcgetattr(screen.slave) == screen.before
        screen.close()


def test_a_terminal_that_says_no_size_is_drawn_on_all_the_same(engine: Engine, tmp_path: Path) -> None:
    with Screen(engine.port, tmp_path) as screen:
        screen.forget_size()
        until(engine, lambda: screen.shows(*big("drop"), "Night Drive"))


def test_no_color_means_no_colour(engine: Engine, tmp_path: Path) -> None:
    with Screen(engine.port, tmp_path, NO_COLOR="1") as screen:
        until(engine, lambda: screen.shows(*big("drop")))
        assert not re.search(r"\x1b\[[0-9;]*[349][0-7][;m]", screen.text)
        screen.close()


def test_a_screen_that_takes_nothing_is_not_waited_for(engine: Engine, tmp_path: Path) -> None:
    """The pseudo-terminal is never read until its buffer is full; feedback is answered all the while."""
    with Screen(engine.port, tmp_path) as screen:
        for number in range(400):
            engine.serve(Snapshot(phase="playing", section=f"section {number}", bar=number))
            if len(engine.got) > 3:
                break
            termios.tcflow(screen.slave, termios.TCOOFF)
        assert len(engine.got) > 3, "it subscribes again and again, whatever the screen does"
        termios.tcflow(screen.slave, termios.TCOON)
        screen.close()


def test_a_screen_that_takes_only_half_a_picture_is_not_waited_for_and_gets_the_rest_later(engine: Engine, tmp_path: Path) -> None:
    """A connection that hangs: the buffer of the terminal is full but for a few bytes, so that a write of more would wait."""
    with Screen(engine.port, tmp_path) as screen:
        until(engine, lambda: screen.shows(*big("drop"), "Night Drive"))
        stuffing = os.open(os.ttyname(screen.slave), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        with contextlib.suppress(BlockingIOError):
            while os.write(stuffing, b"." * 256):
                pass
        os.close(stuffing)
        os.read(screen.master, 1024)
        before = len(engine.got)
        until(engine, lambda: len(engine.got) > before + 2, replace(SNAPSHOT, section="verse"))
        until(engine, lambda: screen.shows(*big("verse")), replace(SNAPSHOT, section="verse"))
        screen.close()


def test_off_a_terminal_it_prints_a_line_when_something_changes(engine: Engine, tmp_path: Path) -> None:
    status.publish(tmp_path, "engine", {"outputs": {"main": {"up": False, "trouble": "nobody listens"}}, "errors": ["odd\x1b[2J"]})
    status.publish(tmp_path, "page", {"page": "http://127.0.0.1:8765/"})
    log = tmp_path / "log"
    with open(log, "wb") as out:
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(engine.port), str(tmp_path)], stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    later = Snapshot(phase="playing", section="break", next="", bar=16, bar_in_section=1, bars=8, pending=("drop", "bar", 1))
    until(engine, lambda: "12.2 drop 4/8, break in 5 bars" in log.read_text())
    until(engine, lambda: "(pending: drop, bar)" in log.read_text(), later)
    child.send_signal(signal.SIGKILL)
    child.wait()
    lines = log.read_text().splitlines()
    assert "output main: down nobody listens" in lines
    assert "page http://127.0.0.1:8765/" in lines
    assert "engine: odd?[2J" in lines
    assert "\x1b" not in log.read_text()
    assert len(lines) == len(set(lines)), "each is said once"


def test_a_pipe_that_nobody_reads_is_not_waited_for(engine: Engine, tmp_path: Path) -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    with contextlib.suppress(BlockingIOError):
        while os.write(write, b"." * 4096):
            pass
    os.set_blocking(write, True)
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(engine.port), str(tmp_path)], stdin=subprocess.DEVNULL, stdout=write, stderr=subprocess.DEVNULL
    )
    try:
        until(engine, lambda: len(engine.got) > 2)
    finally:
        child.kill()
        child.wait()
        os.close(read)
        os.close(write)
