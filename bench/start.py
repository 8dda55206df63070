"""Start to first note: from the command line in the shell to the kernel's stamp of the first note at an outside receiver."""

import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from statistics import median

from bench.figures import Row, against
from bench.live import evening
from bench.receiver import Packet, Receiver

SHOW = "shows/grid16"
GIVE_UP_S = 12.0


def first_note(packets: Sequence[Packet]) -> int | None:
    """The stamp of the first note, in nanoseconds of wall time."""
    return next((packet.stamp for packet in packets if packet.data.startswith(b"/note")), None)


def once() -> float:
    """Seconds from the command to its first note."""
    receiver = Receiver()
    begin = time.clock_gettime_ns(time.CLOCK_REALTIME)
    with evening(SHOW, to=receiver.port, seconds=1.5) as night, suppress(subprocess.TimeoutExpired):
        night.process.wait(GIVE_UP_S)
    note = first_note(receiver.take())
    if note is None:
        raise RuntimeError(f"no note within {GIVE_UP_S:g} s")
    return (note - begin) / 1e9


def interpreter() -> float:
    """The floor: seconds until this Python has started and done nothing."""
    begin = time.monotonic()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.monotonic() - begin


def run(*, seconds: float, repeats: int) -> list[Row]:
    """Starts and bare interpreter starts, taking turns; each start plays for 1.5 s whatever ``seconds`` says."""
    del seconds
    ground, ours = [], []
    for _ in range(repeats):
        ground.append(interpreter())
        ours.append(once())
    return [
        against(
            "start to first note",
            median(ours),
            2.0,
            "s",
            worst=f"{max(ours):.2f} / {max(ground):.2f}",
            floor=f"{median(ground):.3f} s (bare python)",
            count=repeats,
        )
    ]
