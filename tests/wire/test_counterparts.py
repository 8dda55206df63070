"""What we write is read by programs that are not ours, and what they write is read by us."""

import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from performer.controls import GoTo, Level, Macro, When
from performer.wire.osc import IMPULSE, Double, Message, TimeTag, bundle, decode, encode, ntp, stamp
from performer.wire.profiles import Sound, Voice
from performer.wire.profiles.tables import GENERIC, SUPERCOLLIDER
from performer.wire.surface import control_of
from tests.counterparts import scsynth
from tests.jack_server import jack_server

pytestmark = pytest.mark.counterpart
HOST = "127.0.0.1"
PATIENCE = 10.0
KEYS, SOUND = Voice("keys", "chords", 1, None, 0), Sound(60, 100, 77, 500_000, 0, 500_000)


def needs(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class Program:
    """A program while it runs, and what it has printed so far."""

    def __init__(self, *argv: str, env: dict[str, str] | None = None) -> None:
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 - closed on exit
        self._process = subprocess.Popen(argv, stdout=self._printed, stderr=subprocess.STDOUT, env={**os.environ, **(env or {})})

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._printed.close()

    @property
    def text(self) -> str:
        return os.pread(self._printed.fileno(), 1 << 20, 0).decode(errors="replace")


@pytest.fixture
def ear() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        ours.bind((HOST, 0))
        ours.settimeout(PATIENCE)
        yield ours


def lines_after(program: Program, ours: socket.socket, port: int, data: list[bytes], count: int) -> list[str]:
    """Send until the program is awake (it prints a line for what it hears), then ``data``; the lines for that."""
    until = time.monotonic() + PATIENCE
    while "awake" not in program.text and time.monotonic() < until:
        ours.sendto(encode("/awake"), (HOST, port))
        time.sleep(0.05)
    for one in data:
        ours.sendto(one, (HOST, port))
    found: list[str] = []
    while len(found) < count and time.monotonic() < until:
        time.sleep(0.02)
        text = program.text
        whole = text[: text.rfind("\n") + 1].splitlines()
        found = [line.strip() for line in whole if " /t/" in line or "OSCIN: list t " in line]
    return found


def test_oscdump_prints_every_type_as_we_meant_it(ear: socket.socket) -> None:
    port = free_port()
    with Program("stdbuf", "-oL", needs("oscdump"), "-L", str(port)) as program:
        data = [
            encode("/t/types", (1, 2**40, 0.5, Double(0.25), "zwölf", True, False, None, IMPULSE, TimeTag(1 << 32))),
            GENERIC.note(KEYS, SOUND)[0].replace(b"/note/on\0", b"/t/te/on\0"),
            encode("/t/blob", (b"abc",)),
        ]
        lines = lines_after(program, ear, port, data, 3)
    assert lines[0].split(" ", 1)[1].startswith('/t/types ihfdsTFNIt 1 1099511627776 0.500000 0.250000 "zw')
    assert lines[1].endswith('/t/te/on siii "keys" 60 100 77')
    assert "/t/blob b [3b 0x61 0x62 0x63]" in lines[2]


def test_oscdump_holds_a_bundle_until_its_time(ear: socket.socket) -> None:
    port = free_port()
    with Program("stdbuf", "-oL", needs("oscdump"), str(port)) as program:  # without -L liblo waits for the time tag
        later = bundle(ntp(time.time_ns() + 600_000_000), [encode("/t/later")])
        lines = lines_after(program, ear, port, [later, bundle(1, [encode("/t/now", (1,)), encode("/t/now", (2,))])], 3)
    assert [line.split()[1] for line in lines] == ["/t/now", "/t/now", "/t/later"]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("/performer/section", "ss", "drop", "bar"), GoTo("drop", When.BAR)),
        (("/performer/section/drop", "f", "1.0"), GoTo("drop")),
        (("/performer/energy", "f", "0.75"), Macro("energy", 750)),
        (("/performer/energy", "d", "0.75"), Macro("energy", 750)),
        (("/performer/part/bass/level", "i", "1"), Level("bass", 1000)),
        (("/performer/section/drop", "T"), GoTo("drop")),
    ],
)
def test_oscsend_is_understood(ear: socket.socket, args: tuple[str, ...], expected: object) -> None:
    subprocess.run([needs("oscsend"), HOST, str(ear.getsockname()[1]), *args], check=True, timeout=PATIENCE)
    assert control_of(decode(ear.recv(8192))[0]) == expected


PATCH = """#N canvas 0 0 450 300 12;
#X obj 20 20 netreceive -u -b {port};
#X obj 20 60 oscparse;
#X obj 20 100 print OSCIN;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
"""


def test_pure_data_hears_a_note(ear: socket.socket, tmp_path: Path) -> None:
    port = free_port()
    patch = tmp_path / "osc_in.pd"
    patch.write_text(PATCH.format(port=port))
    with Program(needs("pd"), "-nogui", "-noaudio", "-nomidi", "-nrt", str(patch)) as program:
        lines = lines_after(program, ear, port, [encode("/t/on", ("keys", 60, 100, 77))], 1)
    assert lines == ["OSCIN: list t on keys 60 100 77"]


def pstring(text: str) -> bytes:
    return bytes((len(text),)) + text.encode()


def synthdef() -> bytes:
    """A sine with freq, amp and gate, named ``keys``: SuperCollider's file format for SynthDefs, version 2."""
    constants, params = (0.0, 0.01, 1.0, 0.05, 2.0), ("freq", "amp", "gate")
    ugens = [  # class, rate, inputs as (ugen or -1, output or constant), output rates, special index (2 = multiply)
        ("Control", 1, (), (1, 1, 1), 0),
        ("SinOsc", 2, ((0, 0), (-1, 0)), (2,), 0),
        ("BinaryOpUGen", 2, ((1, 0), (0, 1)), (2,), 2),
        ("Linen", 1, ((0, 2), (-1, 1), (-1, 2), (-1, 3), (-1, 4)), (1,), 0),
        ("BinaryOpUGen", 2, ((2, 0), (3, 0)), (2,), 2),
        ("Out", 2, ((-1, 0), (4, 0)), (), 0),
    ]
    data = b"SCgf" + struct.pack(">ih", 2, 1) + pstring("keys") + struct.pack(f">i{len(constants)}f", len(constants), *constants)
    data += struct.pack(">i3f", 3, 440.0, 0.1, 1.0) + struct.pack(">i", 3)
    data += b"".join(pstring(name) + struct.pack(">i", number) for number, name in enumerate(params))
    data += struct.pack(">i", len(ugens))
    for kind, rate, inputs, outputs, special in ugens:
        data += pstring(kind) + struct.pack(">biih", rate, len(inputs), len(outputs), special)
        data += b"".join(struct.pack(">ii", *pair) for pair in inputs) + bytes(outputs)
    return data + struct.pack(">h", 0)


def answer(ours: socket.socket, address: str, first: object = None) -> Message:
    """The next message of this address (and first argument); others are passed over."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for message in decode(ours.recv(8192)):
            if message.address == address and (first is None or message.args[0] == first):
                return message
    raise AssertionError(f"no {address}")


def test_scsynth_plays_a_time_tagged_note_when_its_tag_says(ear: socket.socket, tmp_path: Path) -> None:
    port = free_port()
    with jack_server(tmp_path, 256) as jack, scsynth(tmp_path, port, jack):
        ear.settimeout(PATIENCE)
        ear.sendto(encode("/notify", (1,)), (HOST, port))
        ear.sendto(encode("/d_recv", (synthdef(),)), (HOST, port))
        answer(ear, "/done", "/d_recv")
        on, off = SUPERCOLLIDER.note(KEYS, SOUND)
        start = time.time_ns() + 300_000_000
        ear.sendto(stamp(off, start + 200_000_000), (HOST, port))  # the off goes first: the tags make the order
        ear.sendto(stamp(on, start), (HOST, port))
        node = SOUND.id | 1024
        assert answer(ear, "/n_go").args[0] == node
        went = time.time_ns()
        assert answer(ear, "/n_end").args[0] == node
        ended = time.time_ns()
    block = 10_000_000  # scsynth answers by blocks of audio
    assert went > start - block
    assert ended > start + 200_000_000 - block
