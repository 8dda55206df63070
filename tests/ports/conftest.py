"""Counterparts for the ports: a broker and a JACK server of our own, ended by their own handles."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.jack_server import jack_server


def need(*programs: str) -> None:
    """Skip, with the reason, when a counterpart is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def until(done: Callable[[], bool], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.01)


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Broker:
    """A mosquitto that can be killed and started again, and somebody who listens to it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.config = folder / "mosquitto.conf"
        self.config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self.process: subprocess.Popen[bytes] | None = None
        self.listeners: list[subprocess.Popen[bytes]] = []
        self.start()

    def start(self) -> None:
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(["mosquitto", "-c", str(self.config)], stdout=quiet, stderr=quiet)
        until(self._answers)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def listen(self) -> Callable[[], list[str]]:
        """Subscribe to everything; what came so far, as ``retained topic payload``."""
        path = self.folder / f"heard{len(self.listeners)}"
        argv = ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(self.port), "-t", "#", "-F", "%r %t %p"]
        with path.open("wb") as out:
            self.listeners.append(subprocess.Popen(argv, stdout=out, stderr=subprocess.DEVNULL))
        return lambda: path.read_text().splitlines()

    def close(self) -> None:
        for listener in self.listeners:
            listener.kill()
            listener.wait()
        self.kill()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    need("mosquitto", "mosquitto_sub")
    made = Broker(tmp_path)
    yield made
    made.close()


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A JACK server without a sound card; MIDI goes there."""
    need("jack_connect", "jack_midi_dump")
    with jack_server(tmp_path) as environ:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        yield environ["JACK_DEFAULT_SERVER"]
