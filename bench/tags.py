"""Time tags: for receivers that schedule, the tag of a chord's one bundle is what counts, whatever the sender suffers.

The timing show through a profile that bundles, as an ordinary user with one busy loop a core, under the load. Tag error = |tag -
ideal grid|, best-fit offset, ideal period. Headroom = tag - the kernel's receive stamp: above 0 the receiver had it in time.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.figures import Row, against, percentile
from bench.grid import BAR_S, PERIOD, SECTIONS, SHOW, VOICES
from bench.live import evening, sleep_until
from bench.machine import HERE, hogs, ordinary
from bench.receiver import Packet, Receiver

WARM_S = 1.0
RIG = HERE / "tagged.yaml"
UNIX_IN_NTP = 2_208_988_800
"""Seconds from the epoch of NTP (1900) to that of the wall clock (1970)."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """One repeat: tag errors and headrooms in ms, and how many chords came in more than one bundle."""

    errors: tuple[float, ...]
    headrooms: tuple[float, ...]
    split: int


def wall_of(tag: bytes) -> int:
    """A 64-bit NTP tag as nanoseconds of wall time."""
    seconds, fraction = struct.unpack(">II", tag)
    return int(seconds - UNIX_IN_NTP) * 1_000_000_000 + (int(fraction) * 1_000_000_000 >> 32)


def read(packets: Sequence[Packet], skip_s: float) -> Tagged:
    """The bundles that begin notes, after ``skip_s`` of start-up. Raises RuntimeError when there are none."""
    chords = [(wall_of(p.data[8:16]), p) for p in packets if p.data.startswith(b"#bundle\0") and b"/s_new\0" in p.data]
    chords = [chord for chord in chords if chord[0] >= chords[0][0] + int(skip_s * 1e9)]
    if len(chords) < 4:
        raise RuntimeError(f"only {len(chords)} bundles with notes were heard")
    origin = chords[0][0]
    off = [tag - origin - round((tag - origin) / PERIOD) * PERIOD for tag, _ in chords]
    fit = median(off)
    split = sum(packet.data.count(b"/s_new\0") != VOICES for _, packet in chords[:-1])
    return Tagged(tuple(abs(o - fit) / 1e6 for o in off), tuple((tag - packet.stamp) / 1e6 for tag, packet in chords), split)


def once(seconds: float) -> Tagged:
    """One repeat."""
    receiver = Receiver()
    args = ("--rig", str(RIG))
    with evening(SHOW, to=receiver.port, seconds=seconds + WARM_S + 3, load=(BAR_S, SECTIONS), args=args, wrap=ordinary) as night:
        sleep_until(night.process, seconds + WARM_S + 12)
    return read(receiver.take(), WARM_S)


def run(*, seconds: float, repeats: int) -> list[Row]:
    """Always beside one busy loop a core."""
    runs = []
    for _ in range(repeats):
        with hogs():
            runs.append(once(seconds))
    count = sum(len(one.errors) for one in runs)
    worst = max(max(one.errors) for one in runs)
    least = min(min(one.headrooms) for one in runs)
    name = "ordinary user, load"
    return [
        against(
            f"time tag error p99, {name}", median(percentile(o.errors, 99) for o in runs), 0.01, "ms", worst=f"{worst:.3f}", count=count
        ),
        against(
            f"time tag headroom p1, {name}",
            median(percentile(o.headrooms, 1) for o in runs),
            0.0,
            "ms",
            least=True,
            worst=f"{least:.1f}",
            count=count,
        ),
        against(f"chords in more than one bundle, {name}", sum(one.split for one in runs), 0, "", count=count),
    ]
