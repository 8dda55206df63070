"""The same song on two nights, and two songs: what is shared beyond motifs and ostinati.

Law of this file: a run is a stretch of a part's notes, one after the other, that stands in both. On two nights of a song a note is
its pitch, its sixteenth and the sixteenths to the next; between two songs it is the interval and the ratio of the distances, free
of key and tempo, and a run counts only with four different ones (as people's music is compared). Left out are the bars of planned
statements, and every bar of a part whose figure comes back within the same night: an ostinato. A figure is what the hand
keeps when the chord moves: sixteenths and the order of the pitches (chords: the sixteenths, of which a hand may leave some out as
it gets quieter). Of a kit each piece is a voice with
ostinati of its own.
"""

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.music.figure import Values
from bench.music.material import Material, Piece
from bench.music.motifs import found
from bench.music.planned import due
from bench.music.tune import Note

Token = tuple[object, ...]
LEAST_KINDS = 4
"""Different tokens in a run of two songs: a scale or four on the floor is no theft."""


def free(piece: Piece, part: str, pitched: bool) -> list[list[Note]]:
    """A part's notes outside motifs and ostinati, in stretches of bars without a gap."""
    taken = {bar for one in due(piece) if one.part == part for bar in range(one.bar, one.bar + one.bars)}
    voices: dict[int, dict[int, list[Note]]] = defaultdict(lambda: defaultdict(list))
    for note in piece.tune.tracks.get(part, ()):
        voices[0 if pitched else note.pitch][note.bar].append(note)
    alone: list[list[Note]] = [[] for _ in piece.tune.bars]
    for bars in voices.values():
        often = Counter(_shape(notes) for notes in bars.values())
        back = [set(shape) for shape, count in often.items() if count > 1 and _chordal(shape)] if pitched else []
        for index, notes in bars.items():
            shape = _shape(notes)
            thinned = _chordal(shape) and any(back_again.issuperset(shape) for back_again in back)
            if index not in taken and often[shape] == 1 and not thinned:
                alone[index] += notes
    out: list[list[Note]] = [[]]
    for notes in alone:
        if notes:
            out[-1] += notes
        elif out[-1]:
            out.append([])
    return [stretch for stretch in out if stretch]


def _shape(notes: list[Note]) -> tuple[tuple[int, int], ...]:
    """A bar's figure: its slots, and at each the pitch's rank among those of the bar (chords: the slots alone)."""
    slots = Counter(note.slot for note in notes)
    if len(notes) > 2 * len(slots):
        return tuple((slot, 0) for slot in sorted(slots))
    ranks = {pitch: rank for rank, pitch in enumerate(sorted({note.pitch for note in notes}))}
    return tuple(sorted((note.slot, ranks[note.pitch]) for note in notes))


def _chordal(shape: tuple[tuple[int, int], ...]) -> bool:
    return not any(rank for _, rank in shape)


def literal(stretch: list[Note]) -> list[Token]:
    """Pitch, sixteenth, and sixteenths to the next note."""
    ordered = sorted(stretch, key=lambda n: (n.bar, n.slot, n.pitch))
    gaps = [*(_gap(a, b) for a, b in pairwise(ordered)), 0]
    return [(note.pitch, note.slot, gap) for note, gap in zip(ordered, gaps, strict=True)]


def relative(stretch: list[Note]) -> list[Token]:
    """Interval, and the ratio of this distance to the one before (chords: the highest note)."""
    top: dict[tuple[int, int], Note] = {}
    for note in stretch:
        top[note.bar, note.slot] = max(note, top.get((note.bar, note.slot), note), key=lambda n: n.pitch)
    ordered = [top[key] for key in sorted(top)]
    gaps = [max(1, _gap(a, b)) for a, b in pairwise(ordered)]
    moves = [b.pitch - a.pitch for a, b in pairwise(ordered)]
    return [(move, Fraction(gap, before)) for move, gap, before in zip(moves[1:], gaps[1:], gaps, strict=False)]


def _gap(first: Note, second: Note) -> int:
    return 16 * (second.bar - first.bar) + second.slot - first.slot


def longest(first: list[list[Token]], second: list[list[Token]], kinds: int = 1) -> int:
    """The longest run of tokens that stands in both, with at least ``kinds`` different ones."""
    names: dict[Token, int] = {}
    a, b = (_row(stretches, names, sign) for stretches, sign in ((first, -1), (second, -2)))
    best, before = 0, np.zeros(len(b) + 1, dtype=np.int64)
    for index, name in enumerate(a):
        now = np.zeros_like(before)
        if name >= 0:
            now[1:] = np.where(b == name, before[:-1] + 1, 0)
            length = int(now.max()) if len(b) else 0
            if length > best and len(set(a[index - length + 1 : index + 1].tolist())) >= kinds:
                best = length
        before = now
    return best


def _row(stretches: list[list[Token]], names: dict[Token, int], sign: int) -> NDArray[np.int64]:
    out: list[int] = []
    for stretch in stretches:
        out += [names.setdefault(token, len(names)) for token in stretch]
        out.append(sign)
    return np.array(out, dtype=np.int64)


def shared(first: Piece, second: Piece, *, same_song: bool) -> dict[str, int]:
    """By part, notes of the longest shared run."""
    out = {}
    for part in first.parts("drums", "bass", "chords", "arp", "lead", "texture"):
        pitched = part.role != "drums"
        rows = [free(piece, part.name, pitched) for piece in (first, second)]
        same = same_song or not pitched
        one, two = ([(literal if same else relative)(stretch) for stretch in stretches] for stretches in rows)
        run = longest(one, two, 1 if same else LEAST_KINDS)
        out[part.name] = run if same or not run else run + 2
    return out


def two_nights(material: Material) -> Values:
    """Notes of the longest run that two nights of a song share, any part."""
    return _pairs(material, same_song=True)


def two_songs(material: Material) -> Values:
    """Notes of the longest run that two songs of a style share, any part."""
    return _pairs(material, same_song=False)


def _pairs(material: Material, *, same_song: bool) -> Values:
    out: Values = defaultdict(list)
    for style in material.styles:
        for seed, after in pairwise((*material.seeds, material.seeds[0])):
            if not same_song and seed == after:
                continue
            second = material.piece(style, seed, night=1) if same_song else material.piece(style, after)
            out[style].append(max(shared(material.piece(style, seed), second, same_song=same_song).values()))
    for name in material.shows if same_song else ():
        out[name].append(max(shared(material.shipped(name), material.shipped(name, 1), same_song=True).values()))
    return dict(out)


def the_same(material: Material) -> Values:
    """1 where form, chords and planned motifs are the same on both nights (read from both files), 0 where one differs."""
    out: Values = defaultdict(list)
    for style in material.styles:
        for seed in material.seeds:
            out[style].append(float(_equal(material.piece(style, seed), material.piece(style, seed, night=1))))
    for name in material.shows:
        out[name].append(float(_equal(material.shipped(name), material.shipped(name, 1))))
    return dict(out)


def _equal(one: Piece, two: Piece) -> bool:
    motifs = [[(d.part, d.bar, d.what) for d in due(piece) if found(piece.tune, d)] for piece in (one, two)]
    chords = [[(at, chord.symbol) for at, chord in piece.tune.chords] for piece in (one, two)]
    return one.tune.markers == two.tune.markers and chords[0] == chords[1] and motifs[0] == motifs[1]
