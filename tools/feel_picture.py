"""``docs/feel.png``: the feel of our drums beside that of people, by style.

    python -m tools.feel_picture GROOVE_FOLDER [STYLE ...]

GROOVE_FOLDER as in tools/played_feel.py; without STYLE, up to three styles that take a feel table. Of each style six songs are
rehearsed, written as MIDI and read back; nothing but the notes is looked at. The band is where two thirds of the takes lie, its
line the median take; the dots are our songs.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench.music.feel import deviation
from bench.music.material import Piece, played, show_of, text_of
from performer.rehearse.canvas import Colour, Sheet, png
from performer.styles import names, read
from tools.feel_figures import FIGURES, by_slot
from tools.pictures import DOCS, indexed, pixels
from tools.played_feel import FAMILIES, PIECES, Stroke, Take, corpus

SEEDS = range(1, 7)
DRUMS = ("kick", "snare", "hat")
ROWS = (("late", "milliseconds late", 30.0), ("velocity", "velocity about its mean", 50.0))

WIDTH, LEFT, PANEL, GAP, HIGH = 1500, 60, 340, 26, 150
PAPER: Colour = (250, 248, 244)
INK: Colour = (44, 46, 52)
GREY: Colour = (150, 150, 152)
FAINT: Colour = (226, 224, 218)
HUMAN: Colour = (92, 122, 150)
OURS: Colour = (206, 62, 48)


def song(style: str, seed: int) -> Take:
    """A rehearsed song of a style, as strokes."""
    slow, quick = read(style).tempo
    text = text_of(style, seed, (slow + quick) // 2)
    return strokes(played(show_of(text), style, seed, 0))


def strokes(piece: Piece) -> Take:
    """The drums of a rendered piece about their mean lateness."""
    tracks = [note for part in piece.parts("drums") for note in piece.tune.tracks.get(part.name, ())]
    rows = [Stroke(PIECES[n.pitch], n.bar * 16 + n.slot, deviation(piece, n), n.velocity) for n in sorted(tracks) if n.pitch in PIECES]
    mean = float(np.mean([row.late for row in rows])) if rows else 0.0
    return Take([row._replace(late=row.late - mean) for row in rows], 0.5, 0.5)


def panel(sheet: Sheet, left: int, top: int, human: Sequence[Take], ours: Sequence[Take], drum: str, of: str, limit: float) -> None:
    """One drum by sixteenth: a band of takes, and a dot for each of our songs."""
    step, middle = PANEL / 16, top + HIGH / 2
    sheet.rect(left, middle, PANEL, 1, GREY)
    for beat in range(5):
        sheet.rect(left + beat * 4 * step, top, 1, HIGH, FAINT)
    theirs, mine = ([by_slot(take, drum, of) for take in takes] for takes in (human, ours))
    for slot in range(16):
        x = left + (slot + 0.5) * step
        values = [value for row in theirs if (value := row[slot]) is not None]
        if len(values) >= 3:
            low, centre, high = (middle - np.clip(v, -limit, limit) / limit * HIGH / 2 for v in np.percentile(values, (16, 50, 84)))
            sheet.rect(x - step * 0.4, high, step * 0.8, low - high, HUMAN, 0.3)
            sheet.rect(x - step * 0.4, centre - 1, step * 0.8, 2, HUMAN)
        for index, row in enumerate(mine):
            value = row[slot]
            if value is not None:
                y = middle - np.clip(value, -limit, limit) / limit * HIGH / 2
                sheet.rect(x - 6 + 2 * index, y - 2, 4, 4, OURS, 0.75)
    sheet.text(left, top - 16, drum, INK, 2)
    sheet.text(left + PANEL, top - 12, f"+-{limit:.0f}", GREY, 1, anchor="right")


def figures(sheet: Sheet, left: int, top: int, human: Sequence[Take], ours: Sequence[Take]) -> None:
    """The figures of takes (band and median) and of our songs (dots), each on a scale of its own."""
    width = WIDTH - left - 40
    for number, (name, unit, figure) in enumerate(FIGURES):
        y = top + number * 58
        theirs = [value for take in human if (value := figure(take)) is not None]
        mine = [value for take in ours if (value := figure(take)) is not None]
        if not theirs or not mine:
            continue
        low, centre, high = np.percentile(theirs, (16, 50, 84))
        most = max(high * 1.4, max(mine) * 1.1)
        sheet.text(left, y, name, INK, 1)
        sheet.text(left + width, y, f"people {low:.2f} {centre:.2f} {high:.2f}  ours {np.median(mine):.2f} {unit}", INK, 1, anchor="right")
        sheet.rect(left, y + 26, width, 1, GREY)
        sheet.rect(left + max(0.0, low) / most * width, y + 16, (high - max(0.0, low)) / most * width, 20, HUMAN, 0.3)
        sheet.rect(left + centre / most * width - 1, y + 14, 2, 24, HUMAN)
        for value in mine:
            sheet.rect(left + max(0.0, value) / most * width - 2, y + 23, 5, 7, OURS, 0.75)


def block(style: str, table: str, human: Sequence[Take]) -> Sheet:
    """A style's sheet."""
    ours = [song(style, seed) for seed in SEEDS]
    sheet = Sheet(WIDTH, 2 * (HIGH + 46) + 64, PAPER)
    sheet.text(LEFT, 12, f"{read(style).title}: {len(ours)} songs beside {len(human)} takes of played {table}", INK, 2)
    for row, (of, unit, limit) in enumerate(ROWS):
        top = 68 + row * (HIGH + 46)
        for column, drum in enumerate(DRUMS):
            panel(sheet, LEFT + column * (PANEL + GAP), top, human, ours, drum, of, limit)
        sheet.text(LEFT, top + HIGH + 6, unit, GREY, 1)
    figures(sheet, LEFT + 3 * (PANEL + GAP) + 10, 56, human, ours)
    return sheet


def main(folder: str, *styles: str) -> None:
    """Measure, draw, write."""
    takes = corpus(Path(folder))
    chosen = styles or tuple(name for name in names() if read(name).feel.table)[:3]
    sheets = [block(s, read(s).feel.table, [t for word in FAMILIES[read(s).feel.table] for t in takes.get(word, ())]) for s in chosen]
    picture = indexed(pixels(png(sheets)))
    (DOCS / "feel.png").write_bytes(picture)
    print(f"{DOCS / 'feel.png'}: {len(picture) // 1000} kB")


if __name__ == "__main__":
    main(*sys.argv[1:])
