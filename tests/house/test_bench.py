"""The benches measure what they say: planted errors are found, nothing is lost on the way, the floor keeps its word."""

import shutil
import socket
import struct
import subprocess
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Row, against, beside_floor, percentile, table
from bench.grid import PERIOD, VOICES, heard
from bench.load import message
from bench.machine import compiled, wall_minus_monotonic
from bench.receiver import Packet, Receiver
from bench.tags import read, wall_of
from performer.wire.osc import decode


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0.1, 100))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[float], percent: float) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) >= percent / 100 * len(values) - 1e-9


def _grid(errors: dict[int, int], *, chords: int = 40, without: int = -1) -> list[Packet]:
    """A perfect grid, with the errors (ns) of some chords, and one message of one chord missing."""
    packets = []
    for place in range(chords):
        stamp = 10**18 + place * PERIOD + errors.get(place, 0)
        packets += [Packet(stamp + voice * 1000, b"/note\0") for voice in range(VOICES - (place == without))]
    return packets


def test_a_perfect_grid_has_no_errors() -> None:
    found = heard(_grid({}))
    assert max(found.errors) == 0
    assert found.missing == 0
    assert percentile(found.spreads, 50) == pytest.approx(0.015)


def test_a_late_chord_a_missing_message_and_drift_are_found() -> None:
    assert heard(_grid({17: 3_000_000})).worst == pytest.approx(3.0)
    assert heard(_grid({}, without=9)).missing == 1
    assert heard(_grid({place: place * 10_000 for place in range(40)})).worst > 0.15


def test_what_is_not_a_note_is_no_onset() -> None:
    packets = _grid({})
    packets.insert(VOICES * 5, Packet(packets[VOICES * 5].stamp - 2_000_000, b"/bar\0\0\0\0"))
    assert heard(packets).worst == 0


def test_a_tag_is_read_to_the_microsecond_and_an_error_in_it_is_found() -> None:
    origin = 1_800_000_000_000_000_000

    def chord(place: int, error: int) -> Packet:
        at = origin + place * PERIOD + error
        seconds, nanos = divmod(at, 1_000_000_000)
        tag = struct.pack(">II", seconds + 2_208_988_800, (nanos << 32) // 1_000_000_000)
        assert abs(wall_of(tag) - at) <= 1
        return Packet(at - 80_000_000, b"#bundle\0" + tag + b"/s_new\0" * VOICES)

    found = read([chord(place, 2_000_000 if place == 7 else 0) for place in range(20)], 0.0)
    assert max(found.errors) == pytest.approx(2.0, abs=1e-5)
    assert min(found.headrooms) == pytest.approx(80.0, abs=1e-5)
    assert found.split == 0


def test_the_receiver_keeps_every_packet_in_order_with_its_stamp() -> None:
    receiver = Receiver()
    before = time.clock_gettime_ns(time.CLOCK_REALTIME)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", receiver.port))
        for number in range(200):
            sock.send(b"%d" % number)
    packets = receiver.take()
    assert [packet.data for packet in packets] == [b"%d" % number for number in range(200)]
    assert receiver.lost == 0
    stamps = [packet.stamp for packet in packets]
    assert stamps == sorted(stamps)
    assert before <= stamps[0] <= stamps[-1] <= time.clock_gettime_ns(time.CLOCK_REALTIME)


@pytest.mark.counterpart
def test_the_floor_sends_what_the_timing_show_sends_and_says_when() -> None:
    if shutil.which("cc") is None:
        pytest.skip("no C compiler: apt-get install gcc libc6-dev")
    receiver = Receiver()
    argv = [compiled("floor"), str(receiver.port), str(VOICES), "10000000", "5", "normal"]
    said = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=20).stdout.split()
    packets = receiver.take()
    assert said[0] == "normal"
    assert len(packets) == 5 * VOICES
    (first,) = decode(packets[0].data)
    assert first.address == "/note"
    assert [type(arg) for arg in first.args] == [str, int, int, float]
    assert packets[0].stamp >= int(said[1]) + wall_minus_monotonic() - 1_000_000


def test_the_load_says_what_the_surface_knows() -> None:
    (moved,) = decode(message("/performer/energy", 0.25))
    assert (moved.address, moved.args) == ("/performer/energy", (0.25,))


def test_a_row_tells_the_ratio_of_each_repeat_and_whether_the_target_is_met() -> None:
    row = beside_floor("onset", [2.0, 4.0, 9.0], [1.0, 1.0, 3.0], times=3.0)
    assert row.ratio == "3.00x (2.00-4.00)"
    assert row.met
    assert not beside_floor("onset", [2.0], [1.0], times=1.5).met
    assert beside_floor("onset", [1.04], [1.0], times=1.01, plus=0.05).met
    assert beside_floor("onset", [], [1.0], times=2.0).met is None
    assert against("speed", 310, 300, "x", least=True).met


def test_the_table_shows_every_row_and_marks_what_is_over() -> None:
    text = table([Row(figure="one", here="1 ms", met=True), Row(figure="two", here="2 ms", met=False)])
    assert [line.split()[0] for line in text.splitlines()[2:]] == ["one", "two"]
    assert "OVER" in text.splitlines()[3]
