"""Feel tables from played drums: how late and how strong each kit piece is on each sixteenth.

Law of this file: what a style file says in ``[feel.touch.*]`` under "measured" is what this prints for the corpus.

    python tools/played_feel.py GROOVE_FOLDER rock pop

GROOVE_FOLDER is the Groove MIDI Dataset (Gillick, Roberts, Engel, Eck, Bamman: Learning to Groove with Inverse Sequence
Transformations, ICML 2019; CC BY 4.0). For every take in 4/4 the take's own mean lateness is taken away (it is against the
recording's click), then each instrument and slot gets the median over takes of the take's median, in milliseconds, and the
same for velocity about the instrument's mean. Shuffles are left out. Slots with fewer than 8 takes take the instrument's median.
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean, median

import mido  # type: ignore[import-untyped]

PIECES = {
    36: "kick", 35: "kick", 38: "snare", 40: "snare", 42: "hat", 22: "hat", 44: "hat", 51: "ride", 59: "ride", 53: "ride", 37: "stick",
}  # fmt: skip
LEAST = 8
"""Takes that a slot needs for a figure of its own."""
GHOST = 45
"""Snare strokes below this velocity are ghosts, and no part of the accent table."""

SHUFFLED = 20.0
"""Milliseconds by which a take's odd sixteenths are late when it is a shuffle: swing is a style's own figure."""

Cell = tuple[str, int]
Take = dict[Cell, list[tuple[float, int]]]


def take(path: Path) -> Take:
    """By instrument and slot: (milliseconds late against the take's mean, velocity) of every stroke."""
    midi = mido.MidiFile(path)
    micros, now, raw = 500_000, 0, []
    for message in mido.merge_tracks(midi.tracks):
        now += message.time
        if message.type == "set_tempo":
            micros = message.tempo
        elif message.type == "note_on" and message.velocity and message.note in PIECES:
            step = midi.ticks_per_beat / 4
            slot = round(now / step)
            late = (now - slot * step) / midi.ticks_per_beat * micros / 1000
            if PIECES[message.note] != "snare" or message.velocity >= GHOST:
                raw.append((PIECES[message.note], slot % 16, late, message.velocity))
    mean = fmean([late for _, _, late, _ in raw]) if raw else 0.0
    out: Take = defaultdict(list)
    for piece, slot, late, velocity in raw:
        out[piece, slot].append((late - mean, velocity))
    return out


def straight(one: Take) -> bool:
    """Whether a take is no shuffle."""
    odd = [late for (_, slot), rows in one.items() if slot % 2 for late, _ in rows]
    return not odd or median(odd) <= SHUFFLED


def tables(takes: list[Take]) -> dict[str, tuple[list[int], list[int]]]:
    """By instrument: milliseconds late and velocity steps, 16 slots each."""
    lates: dict[Cell, list[float]] = defaultdict(list)
    weights: dict[Cell, list[float]] = defaultdict(list)
    for one in takes:
        means = {piece: fmean([v for (p, _), rows in one.items() if p == piece for _, v in rows]) for piece, _ in one}
        for (piece, slot), rows in one.items():
            lates[piece, slot].append(median(late for late, _ in rows))
            weights[piece, slot].append(median(v for _, v in rows) - means[piece])
    out = {}
    for piece in dict.fromkeys(PIECES.values()):
        known = [slot for slot in range(16) if len(lates[piece, slot]) >= LEAST]
        if len(known) < 2:
            continue
        usual = median(x for slot in known for x in lates[piece, slot])
        late = [round(median(lates[piece, s]) if s in known else usual) for s in range(16)]
        weight = [round(median(weights[piece, s]) if s in known else -8) for s in range(16)]
        out[piece] = (late, weight)
    return out


def main(folder: str, *styles: str) -> None:
    """Print the tables of the takes whose first style word is one of ``styles``."""
    root = Path(folder)
    with (root / "info.csv").open(encoding="utf-8") as rows:
        wanted = [
            row["midi_filename"]
            for row in csv.DictReader(rows)
            if row["style"].split("/")[0] in styles and row["beat_type"] == "beat" and row["time_signature"] == "4-4"
        ]
    takes = [one for name in wanted if (root / name).is_file() and straight(one := take(root / name))]
    print(f"# measured: Groove MIDI Dataset, {'+'.join(styles)}, {len(takes)} takes (tools/played_feel.py)")
    for piece, (late, weight) in tables(takes).items():
        print(f"[feel.touch.{piece}]\nlate = {late}\nweight = {weight}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
