"""Drums: the kit's grids layered by energy, fills before boundaries, the crash after them, the roll of a build.

Law of this file: louder adds, never reshuffles: a stroke that sounds at some energy sounds at every higher one (fills and
rolls belong to the bar, not to the energy).
"""

from performer.engine.planner import FRAME, chosen, variant
from performer.engine.statements import THEMES
from performer.engine.view import View, length_of
from performer.events import Event, Note
from performer.music.curve import between
from performer.music.groove import Touch
from performer.music.rhythm import lay
from performer.styles import Style
from performer.styles.definition import Piece
from performer.tempo import Micros

Strokes = dict[tuple[int, int], tuple[int, str]]
"""By slot and note: velocity, and the piece whose touch it has."""


def play(view: View) -> list[Event]:
    """The drum part's notes in this bar."""
    bar, strokes = view.bar, {}
    if bar.ending:
        strokes = _last_hit(view)
    else:
        for piece, style in _kit(view):
            _groove(view, piece, style, strokes)
        _fill(view, strokes)
        _roll(view, strokes)
        if bar.crash and view.style.fills.crash is not None:
            _put(strokes, 0, view.style.fills.crash, between(88, 116, bar.energy), "crash")
    return [_note(view, slot, note, velocity, piece) for (slot, note), (velocity, piece) in strokes.items()]


def _kit(view: View) -> list[tuple[Piece, Style]]:
    """Every piece that plays, each whole from one of the blended styles; the frame comes from the heaviest."""
    part, song = view.part, view.bar.song
    weights = part.style or song.style
    if len(weights) == 1:
        return [(piece, view.style) for piece in view.style.pieces]
    heaviest = max(weights, key=lambda pair: pair[1])[0]
    out, seen = [], set()
    for name, weight in weights:
        style = chosen(((name, 1000),), song.style, 0)
        for piece in style.pieces:
            owner = chosen(part.style, song.style, view.chance.below(1000, "piece", piece.name)).name
            mine = name == heaviest if piece.name in FRAME else name == owner
            if mine and weight > 0 and piece.name not in seen:
                seen.add(piece.name)
                out.append((piece, style))
    return out


def _groove(view: View, piece: Piece, style: Style, strokes: Strokes) -> None:
    bar = view.bar
    if bar.busy < piece.start or bar.drawn >= piece.until or (bar.thin and piece.name == "kick") or _rests(view, piece):
        return
    grids = piece.grids
    which = variant(bar.song, view.idea, style, piece.name) if len(grids) > 1 else 0
    text = lay(grids[which], bar.state.meter, flowing=piece.time)
    first = bar.index * bar.slots % len(text)
    grid = text[first : first + bar.slots]
    end = bar.slots if piece.name in style.fills.keep else bar.fill_from
    row = _row(view, piece, grid)
    low = between(*piece.velocity, bar.energy)
    for slot in range(end):
        sign = grid[slot]
        if sign == ".":
            continue
        if sign == "g":
            if row[slot] < 350 + bar.busy * 65 // 100:
                _put(strokes, slot, piece.note, low * 55 // 100, piece.name)
        elif sign.isdigit():
            if row[slot] < int(sign) * (40 + bar.busy * 8 // 100):
                _put(strokes, slot, piece.note, low * 85 // 100, piece.name)
        else:
            _put(strokes, slot, piece.note, low + (6 if sign == "X" else -4), piece.name)


def _rests(view: View, piece: Piece) -> bool:
    """Whether a colour of the kit rests for this block of sixteen bars; frame and time-keepers never do, nor the last block."""
    bar = view.bar
    block, blocks = bar.index // 16, -(-bar.bars // 16)
    if piece.name in FRAME or piece.time or block == blocks - 1 or (block == 0 and bar.role in THEMES):
        return False
    return view.chance.hits(350, "rest", piece.name, block)


def _row(view: View, piece: Piece, grid: str) -> tuple[int, ...]:
    """The section's own draws for two bars in turn; a fourth bar may ask tonight instead."""
    if grid.strip("Xx.") == "":
        return ()
    bar = view.bar
    if bar.index % 4 == 3 and view.tonight.hits(400, "vary"):
        return view.tonight.row(bar.slots, "groove", piece.name)
    return view.chance.row(bar.slots, "groove", piece.name, bar.index % 2)


def _fill(view: View, strokes: Strokes) -> None:
    bar, fills = view.bar, view.style.fills
    if not bar.fill:
        return
    texts = {"small": fills.small, "half": fills.half, "whole": fills.whole}[bar.fill]
    if not texts:
        return
    text = texts[view.tonight.below(len(texts), "fill", bar.fill)]
    start, notes = bar.fill_from, dict(fills.letters)
    text = text[len(text) - (bar.slots - start) :]
    for index, letter in enumerate(text):
        if letter != ".":
            velocity = between(66, 92, bar.energy) + 22 * index // len(text)
            _put(strokes, start + index, notes[letter], velocity, "snare")


def _roll(view: View, strokes: Strokes) -> None:
    """A build's roll: quarters, eighths, sixteenths, louder and louder, silent at the very end."""
    bar, note = view.bar, view.style.fills.roll
    if note is None or not bar.rising or not (bar.role == "build" or bar.thin or bar.section.exit == "roll"):
        return
    left = bar.bars - bar.index
    step = 4 if left > 4 else 2 if left > 2 else 1
    end = min(bar.stop, bar.pulses[-1] if bar.thin and len(bar.pulses) > 1 else bar.slots)
    for slot in range(0, end, step):
        amount = min(1000, bar.rising + 1000 * slot // (8 * bar.slots))
        _put(strokes, slot, note, between(48, 112, amount), "roll")


def _last_hit(view: View) -> Strokes:
    strokes: Strokes = {}
    kick = next((p for p in view.style.pieces if p.name == "kick"), None)
    if kick is not None:
        _put(strokes, 0, kick.note, between(*kick.velocity, view.bar.energy), "kick")
    if view.style.fills.crash is not None:
        _put(strokes, 0, view.style.fills.crash, between(80, 112, view.bar.energy), "crash")
    return strokes


def _put(strokes: Strokes, slot: int, note: int, velocity: int, piece: str) -> None:
    held = strokes.get((slot, note))
    if held is None or held[0] < velocity:
        strokes[(slot, note)] = (velocity, piece)


def _note(view: View, slot: int, note: int, velocity: int, piece: str) -> Note:
    bar, style = view.bar, view.style
    touch: Touch = style.feel.touch(piece)
    return Note(
        at=bar.tick(slot, style.swing), part=view.part.name, pitch=note, length=length_of(1, 500),
        velocity=min(127, max(1, velocity + bar.hand.weight_at(touch, slot))), feel=Micros(bar.hand.late_at(touch, slot)),
    )  # fmt: skip
