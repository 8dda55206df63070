"""Feel tables from played drums: how late and how strong each kit piece is on each sixteenth, and how far hands stray from it.

Law of this file: ``performer/styles/feel/*.toml`` is what this writes for the corpus; nothing in those files is edited.

    python tools/played_feel.py GROOVE_FOLDER [NAME ...]

GROOVE_FOLDER is the Groove MIDI Dataset (Gillick, Roberts, Engel, Eck, Bamman: Learning to Groove with Inverse Sequence
Transformations, ICML 2019; CC BY 4.0). Of every take in 4/4: the place of its own swung eighths and sixteenths is found, and
lateness is counted from that grid (a style says its swing itself); the take's mean lateness is taken away (it is against the
recording's click). Then, by instrument and slot: the median over takes of the take's mean, and the deviation of those means
between takes (half the range from the 16th to the 84th percentile). A figure from ``n`` takes is drawn towards that of all
families, as if ``PRIOR`` takes of it had been heard. What is left about the take's own slot means is the residual: its
deviation in time is taken without its tails (strokes meant for another sixteenth), in velocity whole.
"""

import csv
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from statistics import fmean, median, pstdev
from typing import NamedTuple

import mido  # type: ignore[import-untyped]

PIECES = {
    36: "kick", 35: "kick", 38: "snare", 40: "snare", 37: "stick", 42: "hat", 22: "hat", 46: "hat", 26: "hat", 51: "ride", 59: "ride",
    53: "ride", 48: "tom", 50: "tom", 45: "tom", 47: "tom", 43: "tom", 58: "tom", 41: "tom",
}  # fmt: skip
FAMILIES = {
    "rock": ("rock", "punk", "country"), "pop": ("pop", "dance"), "funk": ("funk",), "hiphop": ("hiphop",), "soul": ("soul", "gospel"),
    "jazz": ("jazz", "blues"), "latin": ("latin", "afrocuban"), "reggae": ("reggae",), "afrobeat": ("afrobeat", "highlife"),
}  # fmt: skip
"""Which style words of the corpus make a table."""
OUT = Path(__file__).resolve().parents[1] / "performer" / "styles" / "feel"

SHORTEST = 120
"""Strokes that a take needs."""
LEAST = 3
"""Strokes of a take that make a slot's figure."""
PRIOR = 4
GHOST = 45
"""Snare strokes below this velocity are ghosts, and no part of the accent table."""
WIDEST = 14
"""Milliseconds that a slot's habit may deviate from song to song."""

Cell = tuple[str, int]


class Stroke(NamedTuple):
    """One stroke: its instrument, the sixteenth since the beginning, milliseconds late, velocity."""

    piece: str
    slot: int
    late: float
    velocity: int


class Take(NamedTuple):
    """A take: its strokes about its mean lateness, and where its swung eighths and sixteenths fall (.5 = straight)."""

    strokes: list[Stroke]
    eighths: float
    sixteenths: float


def take(path: Path) -> Take:
    """A MIDI file of drums as a take."""
    return swung(*_raw(path))


def _raw(path: Path) -> tuple[list[tuple[str, float, int]], float]:
    """(instrument, quarters, velocity) of every stroke, and milliseconds a quarter (the first tempo)."""
    midi = mido.MidiFile(path)
    micros, now, raw = 0, 0, []
    for message in mido.merge_tracks(midi.tracks):
        now += message.time
        if message.type == "set_tempo":
            micros = micros or message.tempo
        elif message.type == "note_on" and message.velocity and message.note in PIECES:
            raw.append((PIECES[message.note], now / midi.ticks_per_beat, message.velocity))
    return raw, (micros or 500_000) / 1000


def swung(raw: list[tuple[str, float, int]], quarter: float) -> Take:
    """Strokes laid on the take's own swung grid."""
    eighths = _usual([at % 1 for _, at, _ in raw if 0.42 <= at % 1 <= 0.71])
    halves = [_half(at % 1, eighths) for _, at, _ in raw]
    sixteenths = _usual([part for part in halves if 0.35 <= part <= 0.72])
    strokes = []
    for piece, at, velocity in raw:
        beat, part = divmod(at, 1)
        places = (0.0, eighths * sixteenths, eighths, eighths + (1 - eighths) * sixteenths, 1.0)
        slot = min(range(5), key=lambda s: abs(part - places[s]))
        strokes.append(Stroke(piece, int(beat) * 4 + slot, (part - places[slot]) * quarter, velocity))
    mean = fmean([s.late for s in strokes]) if strokes else 0.0
    return Take([s._replace(late=s.late - mean) for s in strokes], eighths, sixteenths)


def _usual(parts: list[float]) -> float:
    return median(parts) if len(parts) >= 12 else 0.5


def _half(part: float, eighths: float) -> float:
    """Where in its (swung) eighth a stroke falls, 0..1."""
    return part / eighths if part < eighths else (part - eighths) / (1 - eighths)


def cells(one: Take) -> dict[Cell, list[Stroke]]:
    """The strokes by instrument and sixteenth of the bar, ghosts of the snare left out."""
    out: dict[Cell, list[Stroke]] = defaultdict(list)
    for stroke in one.strokes:
        if stroke.piece != "snare" or stroke.velocity >= GHOST:
            out[stroke.piece, stroke.slot % 16].append(stroke)
    return out


class Figures(NamedTuple):
    """Of one family: by cell the takes' means (lateness, velocity about the instrument's), and the residuals' deviations."""

    takes: int
    late: dict[Cell, list[float]]
    weight: dict[Cell, list[float]]
    drift: list[float]
    sway: dict[str, list[float]]


def figures(takes: Iterable[Take]) -> Figures:
    """What the takes of a family say."""
    late, weight, sway = defaultdict(list), defaultdict(list), defaultdict(list)
    drift, count = [], 0
    for one in takes:
        count += 1
        known = {cell: rows for cell, rows in cells(one).items() if len(rows) >= LEAST}
        strays: list[float] = []
        sways: defaultdict[str, list[float]] = defaultdict(list)
        for piece in {piece for piece, _ in known}:
            usual = fmean([s.velocity for (p, _), rows in known.items() if p == piece for s in rows])
            for (p, slot), rows in known.items():
                if p == piece:
                    mean, strong = fmean([s.late for s in rows]), fmean([s.velocity for s in rows])
                    late[piece, slot].append(mean)
                    weight[piece, slot].append(strong - usual)
                    strays += [s.late - mean for s in rows]
                    sways[piece] += [s.velocity - strong for s in rows]
        drift.append(spread(strays))
        for piece, values in sways.items():
            sway[piece].append(pstdev(values))
    return Figures(count, late, weight, drift, sway)


def spread(values: list[float]) -> float:
    """Half the range from the 16th to the 84th percentile: the deviation, had it no tails."""
    if len(values) < 2:
        return 0.0
    ranked, last = sorted(values), len(values) - 1
    return (ranked[round(0.84 * last)] - ranked[round(0.16 * last)]) / 2


def table(own: Figures, everyone: Figures) -> dict[str, dict[str, list[int] | int]]:
    """By instrument: late, late_spread (ms), weight, weight_spread, sway (velocity steps)."""
    out: dict[str, dict[str, list[int] | int]] = {}
    for piece in dict.fromkeys(PIECES.values()):
        cut = [(own.late[piece, s], everyone.late[piece, s]) for s in range(16)]
        loud = [(own.weight[piece, s], everyone.weight[piece, s]) for s in range(16)]
        out[piece] = {
            "late": [_bounded(_drawn(a, b, median), 25) for a, b in cut],
            "late_spread": [_bounded(_drawn(a, b, spread), WIDEST) for a, b in cut],
            "weight": [_bounded(_drawn(a, b, median), 30) for a, b in loud],
            "weight_spread": [_bounded(_drawn(a, b, spread), 20) for a, b in loud],
            "sway": round(_drawn(own.sway[piece], everyone.sway[piece], median)),
        }
    return out


def _drawn(own: list[float], everyone: list[float], figure: Callable[[list[float]], float]) -> float:
    """The family's figure, drawn towards everyone's by ``PRIOR`` takes; a slot that nobody plays says nothing."""
    if not everyone:
        return 0.0
    here = figure(own) if own else 0.0
    return (len(own) * here + PRIOR * figure(everyone)) / (len(own) + PRIOR)


def _bounded(value: float, limit: int) -> int:
    return max(-limit, min(limit, round(value)))


def written(name: str, own: Figures, everyone: Figures) -> str:
    """The text of a family's file."""
    lines = [
        f"# Played {name} drums: {own.takes} takes of the Groove MIDI Dataset (CC BY 4.0, see NOTICE), by tools/played_feel.py.",
        "# late, late_spread: milliseconds by sixteenth, and their deviation from song to song; weight, weight_spread: velocity steps;",
        "# drift (milliseconds), sway (velocity steps): deviation of the residual.",
        "",
        f"takes = {own.takes}",
        f"drift = {round(_drawn(own.drift, everyone.drift, median))}",
    ]
    for piece, values in table(own, everyone).items():
        lines += ["", f"[{piece}]", *(f"{key} = {value}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def corpus(folder: Path) -> dict[str, list[Take]]:
    """The takes by the first word of their style: beats in 4/4 of some length."""
    out: dict[str, list[Take]] = defaultdict(list)
    with (folder / "info.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            path = folder / row["midi_filename"]
            if row["beat_type"] == "beat" and row["time_signature"] == "4-4" and path.is_file():
                one = take(path)
                if len(one.strokes) >= SHORTEST:
                    out[row["style"].split("/")[0]].append(one)
    return out


def stored(folder: Path, name: str, text: str) -> Path:
    """The file that holds a table. One with other figures stays as it is, and this one becomes the next version: ``NAME@2.toml``."""
    for version in count(1):
        file = folder / (f"{name}.toml" if version == 1 else f"{name}@{version}.toml")
        if not file.exists():
            file.write_text(text, encoding="utf-8")
        if file.read_text(encoding="utf-8") == text:
            return file
    raise AssertionError("unreachable")


def main(folder: str, *names: str) -> None:
    """Write the tables of all families, or of those named."""
    played = corpus(Path(folder))
    everyone = figures(one for takes in played.values() for one in takes)
    OUT.mkdir(exist_ok=True)
    for name in names or FAMILIES:
        own = figures(one for word in FAMILIES[name] for one in played.get(word, ()))
        file = stored(OUT, name, written(name, own, everyone))
        print(f"{file.name}: {own.takes} takes")


if __name__ == "__main__":
    main(*sys.argv[1:])
