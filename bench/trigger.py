"""Triggers: from an OSC datagram at the control port to a datagram at an output, beside a bare UDP echo of the same class.

``cue``: fired at once. ``mute``: the first note-off of what sounded in the part. ``section now``: recomposed music at an
output without lead: the first note after the new section's mark. Latency =
the kernel's receive stamp - the wall clock before ``send``; the client stands at SCHED_FIFO 60.
"""

import random
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

from pythonosc.osc_message import OscMessage

from bench.figures import Row, beside_floor, percentile
from bench.live import evening, free_port
from bench.load import message
from bench.machine import HERE, compiled, hogs, real_time, running
from bench.receiver import Packet, Receiver

SHOW = str(HERE / "ten.yaml")
SECTIONS = ("verse", "other")
LONG_NOTES = ("pad", "strings", "keys")
BAR_S = 1.97
WARM_S = 1.5


@contextmanager
def client(port: int) -> Iterator[Callable[[bytes], int]]:
    """A socket to a control port: a function that sends and returns the wall time just before, in nanoseconds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", port))

        def send(data: bytes) -> int:
            now = time.clock_gettime_ns(time.CLOCK_REALTIME)
            sock.send(data)
            return now

        yield send


def _spaced(seconds: float, least: float, most: float) -> Iterator[int]:
    """Counts, at random intervals, until ``seconds`` have passed."""
    end, number = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        yield number
        number += 1
        time.sleep(random.uniform(least, most))


def _cues(port: int, seconds: float, spacing: tuple[float, float]) -> dict[str, int]:
    with client(port) as send:
        return {f"bench{n}": send(message("/performer/cue", f"bench{n}")) for n in _spaced(seconds, *spacing)}


def _matched(packets: Sequence[Packet], sent: dict[str, int], address: str) -> list[float]:
    """Milliseconds from each sent name to the first packet at ``address`` that carries it."""
    came: dict[str, int] = {}
    for packet in packets:
        if packet.data.startswith(address.encode() + b"\0"):
            came.setdefault(str(OscMessage(packet.data).params[0]), packet.stamp)
    return [(came[name] - at) / 1e6 for name, at in sent.items() if name in came]


def echo(seconds: float) -> list[float]:
    """The floor: the same datagrams through the bare echo, in ms."""
    receiver, port = Receiver(), free_port()
    with running([compiled("echo"), str(port), str(receiver.port), "fifo"]) as child:
        assert child.stdout is not None
        child.stdout.readline()
        sent = _cues(port, seconds, (0.02, 0.06))
        time.sleep(0.1)
    return _matched(receiver.take(), sent, "/performer/cue")


def cues(seconds: float) -> tuple[list[float], int]:
    """Cues through performer under the load, in ms, and how many never came."""
    receiver = Receiver()
    with evening(SHOW, to=receiver.port, seconds=seconds + WARM_S + 4, load=(BAR_S, SECTIONS)) as night:
        night.ready()
        time.sleep(WARM_S)
        sent = _cues(night.control, seconds, (0.16, 0.24))
        time.sleep(0.3)
    came = _matched(receiver.take(), sent, "/cue")
    return came, len(sent) - len(came)


def mutes(seconds: float) -> tuple[list[float], int]:
    """Mutes of parts that sound, in ms to the first note-off, and how many were not obeyed within 0.2 s."""
    receiver = Receiver()
    sent: list[tuple[int, str]] = []
    with evening(SHOW, to=receiver.port, seconds=seconds + WARM_S + 4) as night, client(night.control) as send:
        night.ready()
        time.sleep(WARM_S)
        for number in _spaced(seconds, 0.1, 0.2):
            part = LONG_NOTES[number % len(LONG_NOTES)]
            sent.append((send(message(f"/performer/part/{part}/mute", 1)), part))
            time.sleep(0.05)
            send(message(f"/performer/part/{part}/mute", 0))
        time.sleep(0.3)
    held = _notes(receiver.take())
    out = []
    for at, part in sent:
        ends = [off for name, on, off in held if name == part and on < at - 5_000_000 and off > at]
        if ends:
            out.append((min(ends) - at) / 1e6)
    obeyed = [value for value in out if value < 200]
    return obeyed, len(out) - len(obeyed)


def _notes(packets: Sequence[Packet]) -> list[tuple[str, int, int]]:
    """(part, on, off) of every note, in stamps."""
    sounding: dict[tuple[str, int], int] = {}
    notes = []
    for packet in packets:
        if packet.data.startswith(b"/note/o"):
            params = OscMessage(packet.data).params
            key = (str(params[0]), int(params[-1]))
            if packet.data.startswith(b"/note/on\0"):
                sounding[key] = packet.stamp
            elif key in sounding:
                notes.append((key[0], sounding.pop(key), packet.stamp))
    return notes


def sections(seconds: float) -> tuple[list[float], int]:
    """Sections asked for ``now``, in ms to the first note after the section's mark, and how many never came."""
    receiver = Receiver()
    with evening(SHOW, to=receiver.port, seconds=seconds + WARM_S + 4) as night, client(night.control) as send:
        night.ready()
        time.sleep(WARM_S)
        sent = [(send(message("/performer/section", name, "now")), name) for n in _spaced(seconds, 0.5, 0.8) for name in [SECTIONS[n % 2]]]
        time.sleep(0.5)
    packets = receiver.take()
    marks = [(packet.stamp, OscMessage(packet.data).params[0]) for packet in packets if packet.data.startswith(b"/section\0")]
    notes = [packet.stamp for packet in packets if packet.data.startswith((b"/note/on\0", b"/note\0"))]
    out = []
    for at, name in sent:
        mark = next((stamp for stamp, section in marks if section == name and at < stamp < at + 400_000_000), None)
        note = next((stamp for stamp in notes if mark is not None and stamp >= mark - 1_000_000), None)
        if note is not None:
            out.append((note - at) / 1e6)
    return out, len(sent) - len(out)


def _rows(
    figure: str, ours: Sequence[tuple[list[float], int]], ground: Sequence[list[float]], times: float | None, limit: float
) -> list[Row]:
    here = [percentile(values, 99) for values, _ in ours if values]
    there = [percentile(values, 99) for values in ground]
    worst = max((max(values, default=0.0) for values, _ in ours), default=0.0), max(map(max, ground))
    count = sum(len(values) for values, _ in ours)
    half = [percentile(values, 50) for values, _ in ours if values], [percentile(values, 50) for values in ground]
    rows = [
        beside_floor(f"{figure}, p50", *half, count=count),
        beside_floor(f"{figure}, p99", here, there, times=times, limit=limit, worst=worst, count=count),
    ]
    lost = sum(missing for _, missing in ours)
    return [*rows, Row(figure=f"{figure}: never came", here=str(lost), target="0", met=False)] if lost else rows


def run(*, seconds: float, repeats: int) -> list[Row]:
    """Echo, cues and sections taking turns, idle and with one busy loop a core."""
    rows: list[Row] = []
    for name, busy in (("idle", False), ("load", True)):
        ground, fired, muted, moved = [], [], [], []
        for _ in range(repeats):
            with hogs() if busy else nullcontext(), real_time():
                ground.append(echo(min(seconds, 10.0)))
                fired.append(cues(seconds))
                muted.append(mutes(seconds))
                moved.append(sections(seconds))
        rows += _rows(f"cue to output, {name}", fired, ground, 6.0, 1.5)
        rows += _rows(f"mute to note-off, {name}", muted, ground, 6.0, 1.5)
        rows += _rows(f"section now to new music, {name}", moved, ground, None, 120.0)
    return rows
