"""The grid: 16 messages on every sixteenth at 120 bpm, at an outside receiver, beside a C loop of the same class.

Onset error = |arrival of a chord's first message - ideal grid|, with the best-fit offset and the ideal period, so that drift
counts. Spread = first to last message of a chord. Idle, with one busy loop a core, and as an ordinary user without real-time
permission: there the C loop runs at normal priority at the same time, beside the same composer, half a sixteenth apart.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from statistics import median

from bench.figures import Row, beside_floor, percentile
from bench.live import evening, sleep_until
from bench.machine import compiled, hogs, ordinary, running
from bench.receiver import Packet, Receiver

PERIOD = 125_000_000
VOICES = 16
BAR_S = 2.0
WARM_S = 4.0
SHOW = "shows/grid16"
SECTIONS = ("grid",)


@dataclass(frozen=True, slots=True)
class Heard:
    """One repeat: absolute onset errors and spreads in ms, how many onsets there were, and how many messages were missing."""

    errors: tuple[float, ...]
    spreads: tuple[float, ...]
    missing: int

    def p(self, percent: float) -> float:
        """A percentile of the onset errors."""
        return percentile(self.errors, percent)

    @property
    def worst(self) -> float:
        """The largest onset error."""
        return max(self.errors, default=0.0)


def heard(packets: Sequence[Packet], skip_s: float = 0.0) -> Heard:
    """Chords out of packets. Only notes count; what came in the first ``skip_s`` is start-up."""
    notes = [packet.stamp for packet in packets if packet.data.startswith(b"/note\0")]
    if not notes:
        raise RuntimeError("the receiver heard no notes")
    begin = notes[0] + int(skip_s * 1e9)
    chords: list[list[int]] = []
    for stamp in (stamp for stamp in notes if stamp >= begin):
        if chords and stamp - chords[-1][0] < PERIOD // 2:
            chords[-1].append(stamp)
        else:
            chords.append([stamp])
    chords = chords[1:-1]  # the ends may be cut
    if len(chords) < 4:
        raise RuntimeError(f"only {len(chords)} onsets were heard")
    origin = chords[0][0]
    places = [round((chord[0] - origin) / PERIOD) for chord in chords]
    off = [chord[0] - origin - place * PERIOD for chord, place in zip(chords, places, strict=True)]
    fit = median(off)
    missing = (places[-1] + 1) * VOICES - sum(map(len, chords))
    return Heard(tuple(abs(o - fit) / 1e6 for o in off), tuple((c[-1] - c[0]) / 1e6 for c in chords), missing)


def floor(seconds: float, scheduling: str) -> Heard:
    """The C loop alone."""
    receiver = Receiver()
    count = int(seconds * 1e9 / PERIOD)
    with running([compiled("floor"), str(receiver.port), str(VOICES), str(PERIOD), str(count), scheduling]) as child:
        sleep_until(child, seconds + 2)
    return heard(receiver.take())


def performer(seconds: float) -> Heard:
    """The player, under the load."""
    receiver = Receiver()
    with evening(SHOW, to=receiver.port, seconds=seconds + WARM_S + 1, load=(BAR_S, SECTIONS)) as night:
        sleep_until(night.process, seconds + WARM_S + 6)
    return heard(receiver.take(), WARM_S)


def beside(seconds: float) -> tuple[Heard, Heard]:
    """An ordinary user's player and the C loop at normal priority, in the same seconds, beside the same composer."""
    ours, ground = Receiver(), Receiver()
    count = int(seconds * 1e9 / PERIOD)
    with evening(SHOW, to=ours.port, seconds=seconds + WARM_S + 1, load=(BAR_S, SECTIONS), wrap=ordinary) as night:
        sleep_until(night.process, WARM_S)
        argv = ordinary([compiled("floor"), str(ground.port), str(VOICES), str(PERIOD), str(count), "normal", str(PERIOD // 2)])
        with running(argv) as child:
            sleep_until(child, seconds + 2)
        sleep_until(night.process, 6)
    return heard(ours.take(), WARM_S), heard(ground.take())


def rows(name: str, ours: Sequence[Heard], ground: Sequence[Heard], *, tight: bool) -> list[Row]:
    """The rows of one condition; ``tight`` also has targets for p50, p95 and the spread."""
    worst = (max(h.worst for h in ours), max(h.worst for h in ground))
    out = []
    for percent, times in ((50, 1.25), (95, 1.25), (99, 2.0)):
        here, there = [h.p(percent) for h in ours], [h.p(percent) for h in ground]
        wanted = times if tight or percent == 99 else None
        plus = 0.05 if tight else 0.0
        figure = f"onset p{percent}, {name}"
        n = sum(len(h.errors) for h in ours)
        out.append(beside_floor(figure, here, there, times=wanted, plus=plus, worst=worst if percent == 99 else None, count=n))
    spreads = [percentile(h.spreads, 50) for h in ours], [percentile(h.spreads, 50) for h in ground]
    out.append(
        beside_floor(f"spread in a chord p50, {name}", *spreads, times=1.5 if tight else None, count=sum(len(h.spreads) for h in ours))
    )
    missing = sum(h.missing for h in ours)
    if missing:
        out.append(Row(figure=f"messages missing, {name}", here=str(missing), target="0", met=False))
    return out


def run(*, seconds: float, repeats: int) -> list[Row]:
    """Every condition, floor and player taking turns."""
    out: list[Row] = []
    for name, busy in (("idle", False), ("load", True)):
        ours, ground = [], []
        for _ in range(repeats):
            with hogs() if busy else nullcontext():
                ground.append(floor(seconds, "fifo"))
                ours.append(performer(seconds))
        out += rows(name, ours, ground, tight=True)
    for name, busy in (("ordinary user, idle", False), ("ordinary user, load", True)):
        pairs = []
        for _ in range(repeats):
            with hogs() if busy else nullcontext():
                pairs.append(beside(seconds))
        out += rows(name, [a for a, _ in pairs], [b for _, b in pairs], tight=False)
    return out
