"""Drum grammar from played drums: how probable each kit piece is on each sixteenth, and the rhythms that fills are made of.

Law of this file: what a style file says under "measured" in ``[drums.*]`` and ``[fills]`` is what this prints for the corpus.

    python tools/played_grooves.py GROOVE_FOLDER rock pop

GROOVE_FOLDER is the Groove MIDI Dataset (Gillick, Roberts, Engel, Eck, Bamman: Learning to Groove with Inverse Sequence
Transformations, ICML 2019; CC BY 4.0). Grooves: in every take in 4/4 that is marked as a beat, each piece and slot gets the
share of the take's bars in which it is struck (a snare below velocity 45 is a ghost and counts apart); the table has the
mean over takes, in tenths. Fills: takes marked as fills are cut into beats; a beat's rhythm is which of its four sixteenths a
hand strikes on snare or tom (``x``), or the foot alone (``k``). The most frequent ones come first, with the share of beats,
and the mean place on the line snare, high, middle, low tom (0 to 3) by quarter of the fill.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import fmean

import mido  # type: ignore[import-untyped]

PIECES = {
    36: "kick", 35: "kick", 38: "snare", 40: "snare", 37: "stick", 42: "hat", 22: "hat", 44: "pedal", 46: "open", 26: "open",
    51: "ride", 59: "ride", 53: "bell", 48: "high", 50: "high", 45: "middle", 47: "middle", 43: "low", 58: "low",
    49: "crash", 55: "crash", 57: "crash", 52: "crash",
}  # fmt: skip
LINE = ("snare", "high", "middle", "low")
"""What a fill's hands walk along."""
GHOST = 45
"""Snare strokes below this velocity are ghosts."""
SHOWN = 10
"""Rhythms of a beat that are printed."""

Stroke = tuple[int, str]
"""Sixteenth from the start of the take, and the piece ("ghost" for a soft snare)."""


def strokes(path: Path) -> list[Stroke]:
    """What a take plays, on the nearest sixteenth."""
    midi, now, out = mido.MidiFile(path), 0, []
    for message in mido.merge_tracks(midi.tracks):
        now += message.time
        if message.type == "note_on" and message.velocity and message.note in PIECES:
            piece = PIECES[message.note]
            out.append((round(now * 4 / midi.ticks_per_beat), "ghost" if piece == "snare" and message.velocity < GHOST else piece))
    return out


def shares(take: list[Stroke]) -> dict[str, list[float]]:
    """By piece: the share of the take's bars in which each of the 16 slots is struck."""
    bars = 1 + max((slot for slot, _ in take), default=0) // 16
    out: dict[str, list[float]] = defaultdict(lambda: [0.0] * 16)
    for slot, piece in set(take):
        out[piece][slot % 16] += 1 / bars
    return out


def grooves(takes: Iterable[list[Stroke]]) -> dict[str, str]:
    """By piece: tenths by slot, the mean over takes; pieces that no slot has in half a tenth are left out."""
    rows = [shares(take) for take in takes]
    names = sorted({piece for row in rows for piece in row})
    means = {name: [fmean(row[name][slot] if name in row else 0.0 for row in rows) for slot in range(16)] for name in names}
    return {name: "".join(str(min(9, round(10 * share))) for share in row) for name, row in means.items() if max(row) >= 0.05}


def beats(take: list[Stroke]) -> Iterator[tuple[str, list[int]]]:
    """Each beat of a fill: its rhythm, and the places on the line of its strokes."""
    first, last = min(slot for slot, _ in take), max(slot for slot, _ in take)
    for start in range(first // 4 * 4, last + 1, 4):
        hands = {slot - start: LINE.index(piece) for slot, piece in sorted(take, reverse=True) if piece in LINE and 0 <= slot - start < 4}
        feet = {slot - start for slot, piece in take if piece == "kick"}
        rhythm = "".join("x" if slot in hands else "k" if slot in feet else "." for slot in range(4))
        yield rhythm, [hands[slot] for slot in sorted(hands)]


def cells(takes: Iterable[list[Stroke]]) -> tuple[list[tuple[str, float]], list[float]]:
    """The rhythms of fill beats with their shares, most frequent first; and the mean place on the line by quarter of a fill."""
    counts: Counter[str] = Counter()
    places: dict[int, list[int]] = defaultdict(list)
    for take in takes:
        row = list(beats(take))
        for index, (rhythm, line) in enumerate(row):
            if "x" in rhythm:
                counts[rhythm] += 1
                places[4 * index // len(row)] += line
    total = sum(counts.values()) or 1
    return [(rhythm, count / total) for rhythm, count in counts.most_common()], [fmean(places[q] or [0]) for q in range(4)]


def main(folder: str, *styles: str) -> None:
    """Print the tables of the takes whose first style word is one of ``styles``."""
    root = Path(folder)
    found: dict[str, list[list[Stroke]]] = {"beat": [], "fill": []}
    with (root / "info.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            path = root / row["midi_filename"]
            if row["style"].split("/")[0] in styles and row["time_signature"] == "4-4" and path.is_file():
                take = strokes(path)
                if take:
                    found[row["beat_type"]].append(take)
    what = "+".join(styles)
    print(f"# measured: Groove MIDI Dataset, {what}, {len(found['beat'])} takes, {len(found['fill'])} fills (tools/played_grooves.py)")
    for piece, grid in grooves(found["beat"]).items():
        text = grid.replace("0", ".")
        print(f'[drums.{piece}]\ngrids = ["{" ".join(text[i : i + 4] for i in range(0, 16, 4))}"]\n')
    rhythms, line = cells(found["fill"])
    print("[fills]")
    print("cells = [" + ", ".join(f'"{rhythm}"' for rhythm, _ in rhythms[:SHOWN]) + "]")
    print("# shares: " + ", ".join(f"{share:.2f}" for _, share in rhythms[:SHOWN]))
    print("# place on the line by quarter: " + ", ".join(f"{place:.2f}" for place in line))


if __name__ == "__main__":
    main(*sys.argv[1:])
