"""A style told by its notes: hand-made features, centroids, the nearest one.

Law of this file: tempo, programs, channels and the form are no features (positions are sixteenths, every song has the same form); the
centroids come from other songs than the judged ones. The method is fixed: z-scores over all training songs, a ridge-regularised
within-style scatter (Fisher 1936, Friedman 1989), nearest centroid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bench.music.energy import Floats
from bench.music.figure import Values
from bench.music.material import Material, Piece, plain, tempo_of
from bench.music.tones import strikes
from bench.music.tune import SIXTEENTH, Note

PIECES = ((35, 36), (37, 38, 39, 40), (42, 44, 46, 51, 53, 59), (41, 43, 45, 47, 48, 50))
"""Kick, back beat, time-keepers, toms; everything else of a kit is colour."""
LINES = ("bass", "chords", "arp", "lead", "texture")
RIDGE = 1.0
LEARNED, JUDGED = 101, 1
"""First seeds of the songs that are learned from and of those that are judged."""
WEIGHTS = (0, 25, 50, 75, 100)


def features(piece: Piece) -> Floats:
    """A piece as one vector: where each role plays in the bar, how long, how many, how high, which intervals, how it swings."""
    by_role = {
        role: [n for p in piece.parts(role) for n in piece.tune.tracks.get(p.name, ())]
        for role in ("drums", "bass", "chords", "arp", "lead", "texture")
    }
    bars = max(1, len(piece.tune.bars))
    known = {pitch for group in PIECES for pitch in group}
    rows = [_places([n for n in by_role["drums"] if n.pitch in group], bars) for group in PIECES]
    rows.append(_places([n for n in by_role["drums"] if n.pitch not in known], bars))
    for role in LINES:
        rows += [_places(by_role[role], bars), _line(by_role[role])]
    rows += [_chords(by_role["chords"]), _chords(by_role["texture"]), _harmony(piece)]
    rows += [_swing(by_role[role]) for role in ("drums", "bass", "chords")]
    rows += [_touch(by_role[role]) for role in ("drums", "bass", "lead")]
    return np.concatenate(rows)


def _places(notes: Sequence[Note], bars: int) -> Floats:
    """Onsets at each sixteenth of a bar, one an onset however many notes it has; the square root evens rare and frequent ones."""
    out = np.zeros(16)
    for _, slot in {(note.bar, note.slot) for note in notes}:
        out[min(slot, 15)] += 1
    return np.asarray(np.sqrt(out / bars))


def _line(notes: Sequence[Note]) -> Floats:
    """Length in sixteenths, its spread, size of intervals, shares of repeats, steps, fifths and octaves."""
    if len(notes) < 2:
        return np.zeros(7)
    lengths = np.array([(note.off - note.on) / SIXTEENTH for note in notes])
    moves = np.array([abs(b.pitch - a.pitch) for a, b in pairwise(notes)])
    shares = [np.isin(moves, kind).mean() for kind in ((0,), (1, 2), (5, 7), (12,))]
    return np.array([np.log1p(lengths.mean()), np.log1p(lengths.std()), np.log1p(moves.mean()), *shares])


def _chords(notes: Sequence[Note]) -> Floats:
    """Voices, spread, and the shares of the six interval classes in struck chords."""
    found = [pitches for _, pitches in strikes(notes) if len(pitches) > 1]
    if not found:
        return np.zeros(8)
    classes = np.zeros(6)
    for pitches in found:
        for index, low in enumerate(pitches):
            for high in pitches[index + 1 :]:
                step = (high - low) % 12
                if step:
                    classes[min(step, 12 - step) - 1] += 1
    spread = np.mean([pitches[-1] - pitches[0] for pitches in found]) / 12
    return np.array([np.mean([len(pitches) for pitches in found]) / 4, spread, *(classes / max(1.0, classes.sum()))])


def _harmony(piece: Piece) -> Floats:
    """Chord changes a bar, distinct chords, shares of sevenths, of fourths in place of thirds, of minor thirds."""
    chords = [chord for _, chord in piece.tune.chords]
    if len(chords) < 2:
        return np.zeros(5)
    changes = sum(a != b for a, b in pairwise(chords)) / max(1, len(piece.tune.bars))
    shares = [np.mean([kind in chord.intervals for chord in chords]) for kind in (10, 5, 3)]
    return np.array([changes, len(set(chords)) / 8, *shares])


def _swing(notes: Sequence[Note]) -> Floats:
    """How late the odd sixteenths are against the even ones, in sixteenths; and how much all of them stray."""
    odd, even = ([n.late / SIXTEENTH for n in notes if n.slot % 2 == side] for side in (1, 0))
    if len(even) < 8:
        return np.zeros(2)
    return np.array([np.mean(odd) - np.mean(even) if len(odd) >= 8 else 0.0, np.std(even)])


def _touch(notes: Sequence[Note]) -> Floats:
    """Mean and spread of velocity."""
    values = [note.velocity / 127 for note in notes]
    return np.array([np.mean(values), np.std(values)]) if values else np.zeros(2)


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """What was learned: a map of features in which styles are told apart, and each style's place in it."""

    middle: Floats
    map: Floats
    centroids: dict[str, Floats]

    def place(self, vector: Floats) -> Floats:
        """A vector of features in the map."""
        return np.asarray((vector - self.middle) @ self.map)

    def name(self, vector: Floats) -> str:
        """The nearest style."""
        here = self.place(vector)
        return min(self.centroids, key=lambda style: float(np.linalg.norm(here - self.centroids[style])))

    def between(self, vector: Floats, first: str, second: str) -> float:
        """How far a vector lies on the way from ``first`` (0) to ``second`` (1)."""
        way = self.centroids[second] - self.centroids[first]
        return float((self.place(vector) - self.centroids[first]) @ way / (way @ way))


def learn(songs: dict[str, list[Floats]]) -> Judge:
    """The judge that songs by style teach."""
    rows = np.concatenate([np.stack(vectors) for vectors in songs.values()])
    middle, spread = rows.mean(axis=0), rows.std(axis=0)
    scale = 1 / np.where(spread > 1e-6, spread, 1.0)
    within = np.concatenate([(np.stack(vectors) - np.mean(vectors, axis=0)) * scale for vectors in songs.values()])
    scatter = within.T @ within / len(within) + RIDGE * np.eye(len(scale))
    values, axes = np.linalg.eigh(scatter)
    whitened = np.asarray(scale[:, None] * axes / np.sqrt(values))
    return Judge(middle, whitened, {style: (np.mean(vectors, axis=0) - middle) @ whitened for style, vectors in songs.items()})


def judge(material: Material) -> Judge:
    """Learned from songs of every style that plays music, whichever of them are asked for."""
    count = 2 if material.quick else 4
    return learn({s: [features(plain(s, seed, tempo_of(s))) for seed in range(LEARNED, LEARNED + count)] for s in material.classes})


def named(material: Material) -> Values:
    """1 for a song whose style is named rightly, 0 for another."""
    wise = judge(material)
    seeds = range(JUDGED, JUDGED + len(material.seeds))
    return {s: [float(wise.name(features(plain(s, seed, tempo_of(s)))) == s) for seed in seeds] for s in material.styles}


def blended(material: Material) -> Values:
    """Share of the four steps between five blend weights at which the score (mean of the seeds) moves towards the second style.

    Each style is blended with the one after it in their list, the last with the first.
    """
    wise = judge(material)
    out: Values = {}
    ring = [*material.classes, material.classes[0]] if len(material.classes) > 2 else material.classes
    for first, second in pairwise(ring):
        if {first, second} & set(material.styles):
            scores = way(wise, first, second, range(JUDGED, JUDGED + min(3, len(material.seeds))))
            out[f"{first}>{second}"] = [sum(b > a for a, b in pairwise(scores)) / (len(scores) - 1)]
    return out


def way(wise: Judge, first: str, second: str, seeds: Sequence[int]) -> list[float]:
    """Mean score at each of the five weights."""
    tempo = (tempo_of(first) + tempo_of(second)) // 2
    texts = [first if not w else second if w == 100 else f"{{{first}: {(100 - w) / 100:g}, {second}: {w / 100:g}}}" for w in WEIGHTS]
    return [float(np.mean([wise.between(features(plain(text, seed, tempo)), first, second) for seed in seeds])) for text in texts]
