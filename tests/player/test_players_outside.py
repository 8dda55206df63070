"""Players in front of instruments that we did not write: FluidSynth over JACK, mosquitto."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from performer.records import Mark, Pair, Replace, Shot
from performer.run.players.words import words
from performer.wire.osc import OscError, encode
from tests.counterparts import broker, fluidsynth, until
from tests.jack_server import jack_server

SECOND = 1_000_000
Make = Callable[..., Any]


def midi(on: int, off: int, key: int) -> Pair:
    return Pair(on, on, off, bytes((0x90, key, 100)), bytes((0x80, key, 0)), key, on + key)


@pytest.mark.counterpart
def test_a_synth_sounds_what_is_played_and_is_silent_after_a_kill_and_after_the_end(
    theatre: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with jack_server(tmp_path) as environ, fluidsynth(tmp_path, environ) as synth:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        stage = theatre("midi-synth")
        outputs = [{"name": "synth", "kind": "midi", "device": "fs", "panic": ["b04000b07b00b07800"]}]
        first = stage.start("midi-synth", outputs)
        stage.ready("midi-synth")
        stage.until(lambda: stage.report("midi-synth").up)
        chord = tuple(midi(0, 600 * SECOND, key) for key in (48, 52, 55, 60))
        parcel = Replace(0, "synth", "pad", 0, 600 * SECOND, -1, chord, (), (), ())
        stage.tell(parcel, Replace(0, "synth", "", 0, 600 * SECOND, -1, (), (), (), (Mark(0, 0),)))
        stage.anchor()
        until(lambda: synth.voices() >= 4, "the chord does not sound")
        first.kill()
        first.wait()
        assert synth.voices() >= 4, "nobody has ended them yet"
        second = stage.start("midi-synth", outputs)
        stage.ready("midi-synth")
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
        until(lambda: synth.voices() == 0, "voices hang")


@pytest.mark.counterpart
def test_a_broker_hears_where_the_music_is(theatre: Make, tmp_path: Path) -> None:
    with broker(tmp_path) as desk:
        stage = theatre("slow")
        heard = desk.listen()
        stage.start("slow", [{"name": "broker", "kind": "mqtt", "port": desk.port}], module="performer.run.players.slow")
        stage.ready("slow")
        stage.until(lambda: stage.report("slow").up)
        shots = (Shot(0, 0, encode("/section", ("drop",))), Shot(0, 0, encode("/cue", ("blinder", 2, 0.5))))
        stage.tell(Replace(0, "broker", "", 0, 60 * SECOND, -1, (), (), shots, (Mark(0, 0),)))
        until(lambda: any(line.endswith(" performer/online 1") for line in heard()), "nobody says that we are there")
        stage.anchor()
        until(lambda: {'0 performer/section "drop"', "0 performer/cue/blinder [2, 0.5]"} <= set(heard()), "the broker hears nothing")
        stage.children["slow"].terminate()
        assert stage.children["slow"].wait(20) == 0
        until(lambda: "0 performer/online 0" in heard(), "nobody says that it is over")


@pytest.mark.parametrize(
    ("address", "args", "topic", "payload", "retained"),
    [
        ("/section", ("drop",), "performer/section", '"drop"', True),
        ("/bar", (3, 4, 122000), "performer/bar", "[3, 4, 122000]", True),
        ("/chord", ("Fm", "Db♭"), "performer/chord", '["Fm", "Db♭"]', True),
        ("/key", ("F minor", "G minor"), "performer/key", '["F minor", "G minor"]', True),
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
