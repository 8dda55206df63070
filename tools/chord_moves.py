"""Chord moves of standards: which chord follows which, counted in a folder of lead sheets.

Law of this file: what ``performer/styles/moves/standards.toml`` says is what this prints for the corpus.

    python tools/chord_moves.py OPENEWLD_FOLDER > performer/styles/moves/standards.toml

OPENEWLD_FOLDER is OpenEWLD (Simonetta, Carnovalini, Orio, Roda: "Symbolic music similarity through a graph-based
representation", Audio Mostly 2018), 502 lead sheets of songs in the public domain as compressed MusicXML; MIT licence. Of every
sheet with chord symbols: each chord is written as a degree of the key (the major or minor key of the signature whose tonic
ends the song, else the one it begins with) and one of five qualities (major, dominant, minor, half-diminished, diminished); a
chord that repeats counts once. Rare chords and moves (``RARE``, ``SELDOM``) are left out, then chords that lead nowhere. Major
chords are written with a major seventh, or with a minor one where they lead on; minor ones with a minor seventh, as players of
jazz take them.
"""

import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

RARE, SELDOM = {"major": 24, "minor": 8}, {"major": 5, "minor": 2}
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
QUALITIES = {
    "major": "", "major-seventh": "maj7", "major-sixth": "maj7", "major-ninth": "maj7", "suspended-fourth": "7", "dominant": "7",
    "dominant-ninth": "7", "dominant-13th": "7", "dominant-11th": "7", "augmented": "7", "augmented-seventh": "7", "minor": "m7",
    "minor-seventh": "m7", "minor-sixth": "m7", "minor-ninth": "m7", "major-minor": "m7", "half-diminished": "ø7", "diminished": "°7",
    "diminished-seventh": "°7",
}  # fmt: skip
NAMES = {
    "major": ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII"),
    "minor": ("I", "bII", "II", "III", "", "IV", "#IV", "V", "VI", "", "VII", ""),
}
RESTING = (0, 1, 3, 5, 8, 10)
"""Degrees (semitones) on which a plain major triad is a chord at rest; elsewhere it is taken as a dominant."""
RAISED = {"major": {1: "#i", 3: "#ii", 6: "#iv", 8: "#v", 11: "vii"}, "minor": {6: "#iv", 11: "vii"}}
"""Diminished chords are named by the note they lean on."""

Chord = tuple[int, str]


def sheet(path: Path) -> tuple[list[list[Chord]], int]:
    """The chords of each bar (root class, quality) and the fifths of the key signature."""
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".xml") and not n.startswith("META-INF"))
        root = ElementTree.fromstring(archive.read(name))
    fifths = int(root.findtext(".//key/fifths") or 0)
    bars = []
    for measure in root.iter("measure"):
        row = []
        for harmony in measure.iter("harmony"):
            step, kind = harmony.findtext("root/root-step"), harmony.findtext("kind") or "major"
            if step in STEPS and kind in QUALITIES:
                row.append(((STEPS[step] + int(float(harmony.findtext("root/root-alter") or 0))) % 12, QUALITIES[kind]))
        bars.append(row)
    return bars, fifths


def degree(chord: Chord, tonic: int, mode: str) -> str:
    """The chord as a degree of the key, or nothing where the key has no name for it."""
    above = (chord[0] - tonic) % 12
    quality = chord[1] or ("maj7" if above in RESTING else "7")
    if quality == "°7":
        name = RAISED[mode].get(above) or NAMES[mode][above].lower()
        return f"{name}{quality}" if name else ""
    name = NAMES[mode][above]
    if not name:
        return ""
    return name.lower() + quality.removeprefix("m") if quality in ("m7", "ø7") else name + quality


def keyed(bars: list[list[Chord]], fifths: int) -> tuple[int, str]:
    """Tonic and mode: of the two keys of the signature the one whose tonic ends the song, else begins it, else the major."""
    major, minor = fifths * 7 % 12, (fifths * 7 + 9) % 12
    flat = [chord for bar in bars for chord in bar]
    for root, quality in (flat[-1], flat[0]):
        if root == major and quality in ("", "maj7"):
            return major, "major"
        if root == minor and quality in ("", "m7", "maj7"):
            return minor, "minor"
    return major, "major"


def runs(bars: list[list[Chord]]) -> Iterator[Chord]:
    """The chords in order, each once as long as it lasts."""
    before = None
    for bar in bars:
        for chord in bar:
            if chord != before:
                yield chord
            before = chord


def table(moves: Counter[tuple[str, str]], mode: str) -> dict[str, dict[str, int]]:
    """Rows of what is left after the rare, the seldom and the dead ends are gone."""
    total = Counter[str]()
    for (chord, _), count in moves.items():
        total[chord] += count
    kept = {move: count for move, count in moves.items() if count >= SELDOM[mode]}
    rows = {chord: {b: n for (a, b), n in kept.items() if a == chord} for chord, count in total.items() if count >= RARE[mode]}
    while dead := {b for row in rows.values() for b in row if b not in rows} | {a for a, row in rows.items() if not row}:
        rows = {a: {b: n for b, n in row.items() if b not in dead} for a, row in rows.items() if a not in dead}
    return rows


def main(folder: Path) -> None:
    """Print the table. One that is there already stays; other figures are the next version (``standards@2.toml``)."""
    moves = {"major": Counter[tuple[str, str]](), "minor": Counter[tuple[str, str]]()}
    sheets, full, split = Counter[str](), 0, 0
    for path in sorted(folder.rglob("*.mxl")):
        bars, fifths = sheet(path)
        if not any(bars):
            continue
        tonic, mode = keyed(bars, fifths)
        sheets[mode] += 1
        full += sum(len(bar) > 0 for bar in bars)
        split += sum(len(bar) > 1 for bar in bars)
        names = [degree(chord, tonic, mode) for chord in runs(bars)]
        moves[mode].update((a, b) for a, b in pairwise(names) if a and b and a != b)
    print("# Chord moves of standards: how often each chord is followed by each other one.")
    print("# Made by tools/chord_moves.py from OpenEWLD (see NOTICE): do not edit by hand.")
    share = split * 100 // full
    print(f"# {sheets['major']} sheets in major, {sheets['minor']} in minor; {share} % of the bars with a change hold two chords.")
    for mode, counted in moves.items():
        print(f"\n[{mode}]")
        rows = table(counted, mode)
        for chord in sorted(rows, key=lambda c: (-sum(rows[c].values()), c)):
            row = ", ".join(f'"{to}" = {n}' for to, n in sorted(rows[chord].items(), key=lambda item: (-item[1], item[0])))
            print(f'"{chord}" = {{ {row} }}')


if __name__ == "__main__":
    main(Path(sys.argv[1]))
