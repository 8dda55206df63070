"""Players in front of instruments that we did not write: FluidSynth over JACK, mosquitto."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from performer.records import Mark, Pair, Replace, Shot
from performer.run.players.words import words
from performer.wire.osc import OscError, encode
from tests.jack_server import jack_server

SECOND = 1_000_000
Make = Callable[..., Any]
SOUNDFONTS = ("/usr/share/sounds/sf2/TimGM6mb.sf2", "/usr/share/sounds/sf2/default-GM.sf2", "/usr/share/sounds/sf2/FluidR3_GM.sf2")


def until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came to pass"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Synth:
    """FluidSynth on a JACK server of our own, asked over its shell."""

    def __init__(self, server: str, folder: Path) -> None:
        self.port = free_port()
        env = os.environ | {"JACK_DEFAULT_SERVER": server}
        font = next(path for path in SOUNDFONTS if Path(path).exists())
        argv = ["fluidsynth", "-is", "-a", "jack", "-m", "jack", "-o", f"shell.port={self.port}", "-o", "midi.jack.id=fs"]
        self.log = (folder / "fluidsynth.log").open("wb")
        self.process = subprocess.Popen(
            [*argv, "-o", "audio.jack.autoconnect=0", font], env=env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log
        )
        self.shell: socket.socket | None = None

        def connected() -> bool:
            try:
                self.shell = socket.create_connection(("127.0.0.1", self.port), 2)
            except OSError:
                return False
            return True

        until(connected)

    def voices(self) -> int:
        assert self.shell is not None
        self.shell.sendall(b"voice_count\n")
        time.sleep(0.05)
        text = self.shell.recv(4096).decode()
        return int([line for line in text.splitlines() if line.startswith("voice_count")][-1].split()[-1])

    def close(self) -> None:
        if self.shell is not None:
            self.shell.close()
        self.process.kill()
        self.process.wait()
        self.log.close()


@pytest.fixture
def jack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    for program in ("jack_connect", "fluidsynth"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    if not any(Path(path).exists() for path in SOUNDFONTS):
        pytest.skip("no soundfont is installed")
    with jack_server(tmp_path) as environ:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        yield environ["JACK_DEFAULT_SERVER"]


def midi(on: int, off: int, key: int) -> Pair:
    return Pair(on, on, off, bytes((0x90, key, 100)), bytes((0x80, key, 0)), key, on + key)


@pytest.mark.counterpart
def test_a_synth_sounds_what_is_played_and_is_silent_after_a_kill_and_after_the_end(theatre: Make, jack: str, tmp_path: Path) -> None:
    synth = Synth(jack, tmp_path)
    try:
        stage = theatre("midi-synth")
        outputs = [{"name": "synth", "kind": "midi", "device": "fs", "panic": ["b04000b07b00b07800"]}]
        first = stage.start("midi-synth", outputs)
        stage.ready("midi-synth")
        stage.until(lambda: stage.report("midi-synth").up)
        chord = tuple(midi(0, 600 * SECOND, key) for key in (48, 52, 55, 60))
        parcel = Replace(0, "synth", "pad", 0, 600 * SECOND, -1, chord, (), (), ())
        stage.tell(parcel, Replace(0, "synth", "", 0, 600 * SECOND, -1, (), (), (), (Mark(0, 0),)))
        stage.anchor()
        until(lambda: synth.voices() >= 4)
        first.kill()
        first.wait()
        assert synth.voices() >= 4, "nobody has ended them yet"
        second = stage.start("midi-synth", outputs)
        stage.ready("midi-synth")
        second.send_signal(signal.SIGTERM)
        assert second.wait(5) == 0
        until(lambda: synth.voices() == 0)
    finally:
        synth.close()


@pytest.mark.counterpart
def test_a_broker_hears_where_the_music_is(theatre: Make, tmp_path: Path) -> None:
    for program in ("mosquitto", "mosquitto_sub"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    port = free_port()
    config = tmp_path / "conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
    broker = subprocess.Popen(["mosquitto", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    heard = tmp_path / "heard"
    try:
        stage = theatre("slow")
        stage.start("slow", [{"name": "broker", "kind": "mqtt", "port": port}], module="performer.run.players.slow")
        stage.ready("slow")
        stage.until(lambda: stage.report("slow").up)
        shots = (Shot(0, 0, encode("/section", ("drop",))), Shot(0, 0, encode("/cue", ("blinder", 2, 0.5))))
        stage.tell(Replace(0, "broker", "", 0, 60 * SECOND, -1, (), (), shots, (Mark(0, 0),)))
        with heard.open("wb") as out:
            listener = subprocess.Popen(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-t", "#", "-F", "%r %t %p"], stdout=out)
        until(lambda: "1 performer/online 1" in heard.read_text())
        stage.anchor()
        until(lambda: {'0 performer/section "drop"', "0 performer/cue/blinder [2, 0.5]"} <= set(heard.read_text().splitlines()))
        stage.children["slow"].terminate()
        assert stage.children["slow"].wait(5) == 0
        until(lambda: "0 performer/online 0" in heard.read_text())
        listener.kill()
        listener.wait()
    finally:
        broker.kill()
        broker.wait()


@pytest.mark.parametrize(
    ("address", "args", "topic", "payload", "retained"),
    [
        ("/section", ("drop",), "performer/section", '"drop"', True),
        ("/bar", (3, 4, 122000), "performer/bar", "[3, 4, 122000]", True),
        ("/chord", ("Fm", "Db♭"), "performer/chord", '["Fm", "Db♭"]', True),
        ("/control", ("bass/filter", 0.5), "performer/control/bass/filter", "0.5", True),
        ("/cue", ("a/b#", 1), "performer/cue/a_b_", "1", False),
        ("/note/on", ("bass", 36, 100, 7), "performer/note/on", '["bass", 36, 100, 7]', False),
        ("/panic", (), "performer/panic", "[]", False),
    ],
)
def test_what_a_record_says_to_a_broker(address: str, args: tuple[Any, ...], topic: str, payload: str, retained: bool) -> None:
    said = list(words(encode(address, args)))
    assert [(one.topic, one.payload.decode(), one.retained) for one in said] == [(topic, payload, retained)]


def test_bytes_that_are_no_osc_are_refused() -> None:
    with pytest.raises(OscError):
        list(words(b"\x90\x3c\x40"))


def test_the_midi_player_starts_without_any_midi(theatre: Make) -> None:
    stage = theatre("midi-x")
    stage.start("midi-x", [{"name": "x", "kind": "midi", "device": "no such synth"}])
    stage.ready("midi-x")
    report = stage.report("midi-x")
    assert not report.up
    assert report.trouble
    assert stage.children["midi-x"].poll() is None
