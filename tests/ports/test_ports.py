"""One conformance test for every port, and what is particular to each."""

import errno
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from performer.ports.midi import MidiPort
from performer.ports.mqtt import MqttPort, Publication
from performer.ports.port import FIRST_RETRY_NS, LAST_RETRY_NS, Backoff, Port
from performer.ports.tape import TapePort
from performer.ports.udp import SETTLED_NS, UdpPort
from tests.counterparts import Broker
from tests.counterparts import until as come


def until(done: Callable[[], object]) -> None:
    come(done, "it never came to pass")


def say(data: bytes) -> list[Publication]:
    return [Publication("performer/x", data)]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(5)
        yield made


@pytest.fixture(params=["udp", "tape", "tape on disk", pytest.param("midi", marks=pytest.mark.counterpart),
                        pytest.param("mqtt", marks=pytest.mark.counterpart)])  # fmt: skip
def port(request: pytest.FixtureRequest, tmp_path: Path) -> Port:
    match request.param:
        case "udp":
            return UdpPort("x", "127.0.0.1", request.getfixturevalue("listener").getsockname()[1])
        case "tape":
            return TapePort("x", time.monotonic_ns)
        case "tape on disk":
            return TapePort("x", time.monotonic_ns, tmp_path / "tape")
        case "midi":
            request.getfixturevalue("jack")
            return MidiPort("x")
        case _:
            return MqttPort("x", "127.0.0.1", request.getfixturevalue("broker").port, say)


def test_every_port_keeps_the_same_contract(port: Port) -> None:
    assert (port.name, port.up) == ("x", False)
    assert port.send(b"\x90\x3c\x40") is False, "a port that is not open moves nothing"
    for _ in range(2):
        port.open()
        port.open()
        until(lambda: port.up)
        assert port.trouble == ""
        assert port.send(b"\x90\x3c\x40") is True
        assert port.tend(time.monotonic_ns()) is False, "nothing was lost, so nothing is back"
        port.close()
        port.close()
        assert (port.up, bool(port.trouble)) == (False, True)
        assert port.send(b"\x90\x3c\x40") is False


@pytest.mark.parametrize(
    "lame",
    [
        lambda folder: UdpPort("x", "no.such.host.invalid", 9),
        lambda folder: UdpPort("x", "127.0.0.1", 70_000),
        lambda folder: TapePort("x", time.monotonic_ns, folder / "missing" / "tape"),
        lambda folder: MidiPort("x", "no such device"),
        lambda folder: MqttPort("x", "127.0.0.1", 1, say),
    ],
)
def test_no_port_raises_for_what_is_absent(lame: Callable[[Path], Port], tmp_path: Path) -> None:
    port = lame(tmp_path)
    port.open()
    until(lambda: port.trouble not in ("", "not open"))
    assert port.send(b"\x90\x3c\x40") is False
    assert port.tend(time.monotonic_ns()) is False
    assert port.up is False
    port.close()


def test_back_off_doubles_up_to_five_seconds_and_starts_anew() -> None:
    backoff, now, waits = Backoff(), 0, []
    for _ in range(7):
        assert backoff.ready(now)
        backoff.failed(now)
        step = next(step for step in range(0, 10**11, 10**7) if backoff.ready(now + step))
        waits.append(step)
        now += step
    assert waits == [FIRST_RETRY_NS << n for n in range(5)] + [LAST_RETRY_NS] * 2
    backoff.succeeded()
    assert backoff.ready(now)


def test_a_tape_holds_what_was_sent_with_its_time(tmp_path: Path) -> None:
    times = iter(range(100, 200))
    tape = TapePort("x", lambda: next(times), tmp_path / "tape")
    tape.open()
    tape.send(b"one")
    tape.send(b"two")
    tape.close()
    assert [(taped.ns, taped.data) for taped in tape.records] == [(100, b"one"), (101, b"two")]
    rows = [json.loads(line) for line in (tmp_path / "tape").read_text().splitlines()]
    assert rows == [{"ns": 100, "data": b"one".hex()}, {"ns": 101, "data": b"two".hex()}]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
def test_a_full_disk_is_trouble_and_no_error() -> None:
    tape = TapePort("x", time.monotonic_ns, Path("/dev/full"))
    tape.open()
    tape.send(b"x" * 10)
    assert tape.tend(0) is False
    assert os.strerror(errno.ENOSPC) in tape.trouble
    assert tape.up is False


def test_datagrams_leave_whole_and_in_order(listener: socket.socket) -> None:
    port = UdpPort("x", *listener.getsockname())
    port.open()
    for number in range(50):
        assert port.send(b"%d" % number)
    assert [int(listener.recv(100)) for _ in range(50)] == list(range(50))
    port.close()


def test_a_socket_that_was_lent_stays_open(listener: socket.socket) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as lent:
        port = UdpPort("x", "127.0.0.1", listener.getsockname()[1], lent.fileno())
        port.open()
        port.send(b"x")
        port.close()
        assert listener.recv(10) == b"x"
        os.fstat(lent.fileno())


def test_udp_says_that_nobody_listens_and_when_somebody_is_back(listener: socket.socket) -> None:
    where = listener.getsockname()
    listener.close()
    port = UdpPort("x", *where)
    port.open()

    def refused() -> bool:
        port.send(b"x")
        return not port.up

    until(refused)
    assert port.trouble == f"nobody listens at 127.0.0.1:{where[1]}"
    assert port.tend(0) is False
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
        again.bind(where)
        port.send(b"lost or refused")
        port.tend(1)
        for _ in range(3):
            port.send(b"y")
        assert port.tend(2) is False, "not yet: the refusal may be under way"
        assert port.tend(2 + SETTLED_NS) is True
        assert (port.up, port.trouble, port.tend(3 + SETTLED_NS)) == (True, "", False)
    port.close()


BINDINGS = [name for name in ("rtmidi", "supriya_midi") if find_spec(name)]


@pytest.fixture(params=BINDINGS)
def bound(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each binding that is installed, as if it were the only one."""
    for other in {"rtmidi", "supriya_midi"} - {request.param}:
        monkeypatch.setitem(sys.modules, other, None)  # what makes an import fail
    return str(request.param)


def test_without_any_binding_midi_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("rtmidi", "supriya_midi"):
        monkeypatch.setitem(sys.modules, name, None)
    port = MidiPort("x")
    port.open()
    assert (port.up, port.trouble) == (False, "MIDI needs the extra: pip install 'virtual-performer[midi]'")
    assert port.send(b"\x90\x3c\x40") is False
    assert port.tend(10**9) is False
    port.close()


@pytest.mark.counterpart
def test_midi_over_jack_arrives_as_it_was_sent(bound: str, jack: str, tmp_path: Path) -> None:
    port = MidiPort("out")
    port.open()
    assert port.trouble == ""
    with (tmp_path / "dump").open("wb") as out:
        dump = subprocess.Popen(["stdbuf", "-oL", "jack_midi_dump"], stdout=out)
    try:
        connect = ["jack_connect", "performer:out", "midi-monitor:input"]
        until(lambda: subprocess.run(connect, capture_output=True, check=False).returncode == 0)
        port.send(b"\x90\x3c\x40")
        port.send(b"\x80\x3c\x00\xb0\x40\x00\xb0\x7b\x00\xc1\x05")
        until(lambda: (tmp_path / "dump").read_text().count("\n") >= 5)
        lines = [line.split(":", 1)[1].split("control")[0] for line in (tmp_path / "dump").read_text().splitlines()]
        assert [" ".join(line.split()[:3]) for line in lines][:4] == ["90 3c 40", "80 3c 00", "b0 40 00", "b0 7b 00"]
        assert lines[4].split()[:2] == ["c1", "05"]
    finally:
        dump.kill()
        dump.wait()
        port.close()


@pytest.mark.counterpart
def test_a_midi_device_that_goes_and_comes_back_is_found_by_its_name(bound: str, jack: str) -> None:
    def plug() -> "subprocess.Popen[bytes]":
        made = subprocess.Popen(["jack_midi_dump"], stdout=subprocess.DEVNULL)
        until(lambda: b"midi-monitor:input" in subprocess.run(["jack_lsp"], capture_output=True, check=False).stdout)
        return made

    device = plug()
    port = MidiPort("out", "midi-monitor")
    port.open()
    try:
        assert (port.up, port.send(b"\x90\x3c\x40")) == (True, True)
        device.kill()
        device.wait()
        second = 10**9
        until(lambda: b"midi-monitor" not in subprocess.run(["jack_lsp"], capture_output=True, check=False).stdout)
        assert port.tend(2 * second) is False
        assert "is gone" in port.trouble
        assert port.send(b"\x90\x3c\x40") is False
        assert port.tend(10 * second) is False
        assert "no MIDI port called" in port.trouble
        device = plug()
        assert port.tend(20 * second) is True
        assert (port.up, port.trouble, port.send(b"\x90\x3c\x40")) == (True, "", True)
    finally:
        device.kill()
        device.wait()
        port.close()


def online(heard: list[str]) -> bool:
    """Whether we are there, for somebody who came before us or after."""
    return not {"0 performer/online 1", "1 performer/online 1"}.isdisjoint(heard)


@pytest.mark.counterpart
def test_mqtt_survives_its_broker(broker: Broker) -> None:
    def words(data: bytes) -> list[Publication]:
        topic, _, payload = data.partition(b" ")
        return [Publication(topic.decode(), payload, retained=topic == b"performer/section", sure=True)]

    port = MqttPort("x", "127.0.0.1", broker.port, words)
    port.open()
    until(lambda: port.up)
    heard = broker.listen()
    until(lambda: online(heard()))
    assert port.send(b"performer/section drop")
    assert port.send(b"performer/cue/go 1")
    until(lambda: {"0 performer/section drop", "0 performer/cue/go 1"} <= set(heard()))
    broker.kill()
    until(lambda: not port.up)
    assert "no broker" in port.trouble
    assert port.send(b"performer/cue/missed 1") is False
    assert port.send(b"performer/section break") is False
    broker.start()
    until(lambda: port.up)
    assert port.tend(0) is True
    assert port.tend(0) is False
    late = broker.listen()
    until(lambda: broker.retained() == {"performer/online": "1", "performer/section": "break"})
    assert not [line for line in late() if "cue" in line], "a cue that nobody heard does not fire later"
    port.close()
    until(lambda: "0 performer/online 0" in late())


@pytest.mark.counterpart
def test_mqtt_leaves_a_last_will_when_it_dies(broker: Broker) -> None:
    code = (
        "import time; from performer.ports.mqtt import MqttPort\n"
        f"port = MqttPort('x', '127.0.0.1', {broker.port}, lambda data: [])\nport.open()\ntime.sleep(60)"
    )
    heard = broker.listen()
    child = subprocess.Popen([sys.executable, "-c", code])
    until(lambda: online(heard()))
    child.kill()
    child.wait()
    until(lambda: "0 performer/online 0" in heard())


def test_an_mqtt_queue_is_bounded_and_the_newest_value_wins() -> None:
    port = MqttPort("x", "127.0.0.1", 1, lambda data: [Publication("t", data, retained=data.startswith(b"r"))])
    for number in range(2500):
        port.send(b"%d" % number)
        port.send(b"r%d" % number)
    waiting = list(iter(port._next, None))
    assert [publication.payload for publication in waiting[:2]] == [b"r2499", b"1500"]
    assert len(waiting) == 1001
    assert port.lost == 1500


def test_bytes_that_say_nothing_are_counted() -> None:
    def words(data: bytes) -> list[Publication]:
        raise ValueError("no")

    port = MqttPort("x", "127.0.0.1", 1, words)
    assert port.send(b"?") is False
    assert port.lost == 1
