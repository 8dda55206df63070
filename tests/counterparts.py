"""What stands on the other end of an output: synths, a broker, a patch. None of it is ours.

Law of this file: each ends with its block, by its own handle; a program that is not installed skips the test with its name.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

SOUNDFONTS = ("/usr/share/sounds/sf2/TimGM6mb.sf2", "/usr/share/sounds/sf2/default-GM.sf2", "/usr/share/sounds/sf2/FluidR3_GM.sf2")
HOST = "127.0.0.1"


def need(*programs: str) -> None:
    """Skip without a counterpart."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (make counterparts says how)")


def free_port(kind: int = socket.SOCK_DGRAM) -> int:
    """A port that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def until(done: Callable[[], object], why: str, seconds: float = 60.0) -> None:
    """Wait for something to become true; the limit is only there so that nobody waits for ever."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, why
        time.sleep(0.02)


class Program:
    """A program while it runs, and what it has printed so far."""

    def __init__(self, printed: Path, argv: tuple[str, ...], environ: Mapping[str, str]) -> None:
        self._path = printed
        with printed.open("wb") as out:
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ, **environ})

    @property
    def text(self) -> str:
        return self._path.read_text(errors="replace")

    def end(self) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def running(printed: Path, *argv: str, environ: Mapping[str, str] | None = None) -> Iterator[Program]:
    """A program for as long as the block."""
    need(argv[0])
    program = Program(printed, argv, environ or {})
    try:
        yield program
    finally:
        program.end()


class Synth:
    """FluidSynth, asked over its shell."""

    def __init__(self, shell: socket.socket) -> None:
        self._shell = shell
        self._shell.settimeout(10)

    def ask(self, question: str) -> list[str]:
        """The lines that answer; an echo marks where they end."""
        self._shell.sendall(f"{question}\necho =end=\n".encode())
        text = ""
        while "=end=" not in text:
            text += self._shell.recv(4096).decode()
        return text[: text.index("=end=")].splitlines()

    def voices(self) -> int:
        """How many voices sound."""
        return next(int(line.split()[-1]) for line in self.ask("voice_count") if line.startswith("voice_count"))


@contextlib.contextmanager
def fluidsynth(folder: Path, server: Mapping[str, str]) -> Iterator[Synth]:
    """A General MIDI synth on that JACK server; its port's name holds ``fs``."""
    font = next((path for path in SOUNDFONTS if Path(path).exists()), None)
    if font is None:
        pytest.skip("no soundfont is installed (apt-get install timgm6mb-soundfont)")
    port = free_port(socket.SOCK_STREAM)
    argv = ["fluidsynth", "-is", "-a", "jack", "-m", "jack", "-o", f"shell.port={port}", "-o", "midi.jack.id=fs"]
    with running(folder / "fluidsynth.log", *argv, "-o", "audio.jack.autoconnect=0", font, environ=server):
        shells: list[socket.socket] = []

        def connected() -> bool:
            with contextlib.suppress(OSError):
                shells.append(socket.create_connection((HOST, port), 2))
            return bool(shells)

        until(connected, "fluidsynth did not start")
        with shells[0] as shell:
            yield Synth(shell)


class Broker:
    """A mosquitto that can be killed and started again; ``listen`` hears everything as ``retained topic payload``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port(socket.SOCK_STREAM)
        self._config = folder / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} {HOST}\nallow_anonymous true\npersistence false\n")
        self._listeners: list[Program] = []
        self._broker: Program | None = None
        self.start()

    def start(self) -> None:
        """Begin, with nothing retained."""
        self._broker = Program(self._folder / "mosquitto.log", ("mosquitto", "-c", str(self._config)), {})
        until(self._answers, "mosquitto did not start")

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def kill(self) -> None:
        """As a power cut."""
        if self._broker is not None:
            self._broker.process.kill()
            self._broker.process.wait()

    def listen(self) -> Callable[[], list[str]]:
        """Somebody who comes now; what they have heard so far."""
        path = self._folder / f"subscriber{len(self._listeners)}"
        argv = ("mosquitto_sub", "-h", HOST, "-p", str(self.port), "-t", "#", "-F", "%r %t %p")
        listener = Program(path, argv, {})
        self._listeners.append(listener)
        return lambda: listener.text.splitlines()

    def retained(self) -> dict[str, str]:
        """What it tells somebody who comes now: the payload of each topic."""
        argv = ("mosquitto_sub", "-h", HOST, "-p", str(self.port), "-t", "#", "--retained-only", "-W", "1", "-F", "%t %p")
        said = subprocess.run(argv, capture_output=True, text=True, check=False).stdout
        return dict(line.split(" ", 1) for line in said.splitlines())

    def close(self) -> None:
        """Nothing of it is left."""
        for listener in self._listeners:
            listener.end()
        self.kill()


@contextlib.contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    """A broker on loopback for as long as the block."""
    need("mosquitto", "mosquitto_sub")
    made = Broker(folder)
    try:
        yield made
    finally:
        made.close()


PATCH = "#N canvas 0 0 450 300 12;\n#X obj 20 20 netreceive -u -b {port};\n#X obj 20 60 oscparse;\n#X obj 20 100 print OSCIN;\n"
WIRES = "#X connect 0 0 1 0;\n#X connect 1 0 2 0;\n"


@contextlib.contextmanager
def pure_data(folder: Path, port: int) -> Iterator[Program]:
    """A patch that prints each OSC message that comes to ``port``."""
    patch = folder / "osc_in.pd"
    patch.write_text(PATCH.format(port=port) + WIRES)
    with running(folder / "pd.log", "pd", "-nogui", "-noaudio", "-nomidi", "-nrt", str(patch)) as program:
        yield program


@contextlib.contextmanager
def scsynth(folder: Path, port: int, server: Mapping[str, str]) -> Iterator[Program]:
    """SuperCollider's server on that JACK server."""
    argv = ["-u", str(port), "-H", f"{server['JACK_DEFAULT_SERVER']}:scx", "-i", "0", "-o", "2", "-B", HOST, "-D", "0"]
    try:
        with running(folder / "scsynth.log", "scsynth", *argv, environ=server) as program:
            until(lambda: "server ready" in program.text, "scsynth did not start")
            yield program
    finally:
        Path(f"/dev/shm/SuperColliderServer_{port}").unlink(missing_ok=True)  # it leaves this behind however it ends
