"""One evening of ``performer run`` under the bench: started from outside, by its command line, in a state folder of its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.load import message
from bench.machine import running

REPOSITORY = Path(__file__).parent.parent


def command() -> list[str]:
    """The installed ``performer``, as a user calls it. Raises RuntimeError when it is not installed."""
    program = Path(sys.executable).parent / "performer"
    found = str(program) if program.exists() else shutil.which("performer")
    if not found:
        raise RuntimeError("performer is not installed in this environment: pip install -e .")
    return [found]


def free_port() -> int:
    """A UDP port on loopback that nobody holds now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Evening:
    """A running performer: its control port, its process and its environment."""

    control: int
    process: subprocess.Popen[str]
    env: dict[str, str]

    def ready(self, within: float = 15.0) -> None:
        """Wait until the control port answers a ping. Raises RuntimeError when it does not."""
        until = time.monotonic() + within
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.1)
            while time.monotonic() < until and self.process.poll() is None:
                sock.sendto(message("/performer/ping", 1), ("127.0.0.1", self.control))
                with suppress(OSError):
                    if sock.recv(1024).startswith(b"/performer/pong"):
                        return
        raise RuntimeError("the control port never answered a ping")

    def status(self) -> dict[str, Any]:
        """What ``performer status --json`` says; empty while nothing runs yet."""
        done = subprocess.run([*command(), "status", "--json"], env=self.env, capture_output=True, text=True, timeout=20, check=False)
        try:
            found = json.loads(done.stdout)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def pids(self) -> dict[str, int]:
        """Process name to id, players and their spare each by its own name."""
        return dict(_numbers(self.status().get("pids") or {}))


def _numbers(pids: Any, prefix: str = "") -> Iterator[tuple[str, int]]:
    for name, value in pids.items() if isinstance(pids, dict) else enumerate(pids):
        if isinstance(value, int):
            yield f"{prefix}{name}", value
        elif isinstance(value, (dict, list)):
            yield from _numbers(value, f"{prefix}{name} ")


@contextmanager
def evening(
    show: str,
    *,
    to: int,
    seconds: float,
    load: tuple[float, Sequence[str]] | None = None,
    args: Sequence[str] = (),
    wrap: Callable[[Sequence[str]], list[str]] = list,
) -> Iterator[Evening]:
    """``performer run`` with every output at a UDP port, for ``seconds``; ``load`` is (seconds a bar, sections to jump round)."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="performer-bench-", ignore_cleanup_errors=True)))
        env = {**os.environ, "XDG_STATE_HOME": str(home), "XDG_RUNTIME_DIR": str(home), "HOME": str(home)}
        control = free_port()
        argv = [
            *command(),
            "run",
            show,
            "--to",
            f"osc:127.0.0.1:{to}",
            "--for",
            f"{seconds:g}",
            "--control-port",
            str(control),
            "--seed",
            "1",
        ]
        log = stack.enter_context((home / "log").open("w+"))
        process = subprocess.Popen(
            wrap([*argv, "--journal", str(home / "journal"), "--page-port", str(free_port()), *args]),
            cwd=REPOSITORY,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            text=True,
        )
        stack.callback(_end, process)
        if load is not None:
            stack.enter_context(running([sys.executable, "-m", "bench.load", str(control), f"{load[0]:g}", *load[1]]))
        yield Evening(control, process, env)
        if process.poll() not in (None, 0):
            log.seek(0)
            raise RuntimeError(f"performer run {show} ended with {process.returncode}: {log.read()[-600:].strip()}")


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def sleep_until(process: subprocess.Popen[str], seconds: float) -> None:
    """Wait, but not for a process that has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)
