"""How people leave a note of a melody: which intervals follow each other, and where a tone outside the chord goes.

Law of this file: the figures that ``performer/music/manner.py`` quotes are what this prints for the corpus.

    python tools/melody_manners.py OPENEWLD_FOLDER

OPENEWLD_FOLDER is OpenEWLD (Simonetta, Carnovalini, Orio, Roda, Audio Mostly 2018), 502 lead sheets of songs in the public domain as
compressed MusicXML; MIT licence. Counted are pairs of notes of a sheet's first part whose onsets lie at most four quarters apart; tied
notes are one, grace notes and the lower notes of a chord are left out. A tone is outside where the chord symbol in force, up to its
seventh, has it not; under a symbol of another kind nothing is counted.
"""

import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
KINDS = {
    "major": (0, 4, 7), "major-seventh": (0, 4, 7, 11), "major-sixth": (0, 4, 7, 9), "dominant": (0, 4, 7, 10),
    "dominant-ninth": (0, 4, 7, 10),
    "minor": (0, 3, 7), "minor-seventh": (0, 3, 7, 10), "minor-sixth": (0, 3, 7, 9), "diminished": (0, 3, 6),
    "diminished-seventh": (0, 3, 6, 9), "half-diminished": (0, 3, 6, 10), "augmented": (0, 4, 8), "augmented-seventh": (0, 4, 8, 10),
    "suspended-fourth": (0, 5, 7),
}  # fmt: skip
NAMES = ((0, "the same"), (2, "a step"), (4, "a third"), (7, "a fourth or fifth"), (99, "more"))
FAR = 4
"""Quarters between onsets from which two notes are no neighbours."""


class Note(NamedTuple):
    """Onset in quarters, MIDI pitch, and the pitch classes of the chord in force."""

    at: float
    pitch: int
    chord: frozenset[int] | None


def pitch_of(node: ElementTree.Element) -> int:
    """The MIDI pitch of a ``pitch`` element."""
    step, octave = node.findtext("step") or "C", int(node.findtext("octave") or 4)
    return 12 * (octave + 1) + STEPS[step] + int(float(node.findtext("alter") or 0))


def chord_of(node: ElementTree.Element) -> frozenset[int] | None:
    """The pitch classes of a ``harmony`` element; None where its kind is another."""
    step, kind = node.findtext("root/root-step") or "", node.findtext("kind") or ""
    if step not in STEPS or kind not in KINDS:
        return None
    root = STEPS[step] + int(float(node.findtext("root/root-alter") or 0))
    return frozenset((root + above) % 12 for above in KINDS[kind])


def melody(path: Path) -> Iterator[Note]:
    """The notes of a sheet in order."""
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".xml") and not n.startswith("META-INF"))
        part = ElementTree.fromstring(archive.read(name)).find("part")
    at, per_quarter, chord = 0.0, 1, None
    for node in (child for measure in (part if part is not None else ()) for child in measure):
        if node.tag == "attributes":
            per_quarter = int(node.findtext("divisions") or per_quarter)
        elif node.tag == "harmony":
            chord = chord_of(node)
        length = float(node.findtext("duration") or 0) / per_quarter
        if node.tag in ("backup", "forward"):
            at += length if node.tag == "forward" else -length
        elif node.tag == "note" and node.find("chord") is None and node.find("grace") is None:
            pitch = node.find("pitch")
            if pitch is not None and not any(tie.get("type") == "stop" for tie in node.findall("tie")):
                yield Note(at, pitch_of(pitch), chord)
            at += length


def main(folder: Path) -> None:
    """Print both tables, per cent."""
    every, outside = Counter[str](), Counter[str]()
    for path in sorted(folder.rglob("*.mxl")):
        for note, after in pairwise(melody(path)):
            if after.at - note.at <= FAR:
                name = next(name for most, name in NAMES if abs(after.pitch - note.pitch) <= most)
                every[name] += 1
                outside[name] += note.chord is not None and note.pitch % 12 not in note.chord
    for title, counts in (("every note", every), ("notes outside the chord", outside)):
        shares = ", ".join(f"{name} {100 * counts[name] / counts.total():.0f} %" for _, name in NAMES)
        print(f"{title} ({counts.total()}) to the next: {shares}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
