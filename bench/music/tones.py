"""Pitches against the chords and against each other: chord tones, steps, roots, voices, ranges, clashes.

Law of this file: the chord is the one that the file itself writes at that place (a text event); a note belongs to the chord of
its sixteenth, however early or late it is felt.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from bench.music.material import Piece
from bench.music.motifs import line
from bench.music.planned import lane
from bench.music.tune import SIXTEENTH, Note, Tune
from performer.engine.fusion import style_of
from performer.music.chords import Chord
from performer.show.definition import Part, Section, Song
from performer.styles import read

CLASHES = (1, 13)
"""Semitones between two parts that clash, unless both notes belong to the chord: the second and the ninth; a major seventh does not."""
REST = 16 * SIXTEENTH
"""After a silence of a bar nobody hears where a voice comes from."""
PARALLEL = ("planing", "power")
"""Kinds of voicing that move in parallel by their nature: their voices may pass where a neighbour stood."""


def _melody(piece: Piece) -> list[list[Note]]:
    return [line(piece.tune.tracks.get(part.name, ())) for part in piece.parts("lead")]


def _is_tone(tune: Tune, note: Note) -> bool:
    """Whether a note is of its chord, up to the seventh: ninths and beyond colour it, and lead sheets by people seldom write them."""
    chord = tune.chord_of(note)
    return chord is None or any((note.pitch - chord.root - step) % 12 == 0 for step in chord.intervals if step < 12)


def on_beats(piece: Piece) -> float | None:
    """Melody notes on felt pulses that are tones of the chord, up to the seventh; human .49 / .63 / .79."""
    tune = piece.tune
    strong = [note for notes in _melody(piece) for note in notes if note.slot in tune.bars[note.bar].pulses]
    return sum(_is_tone(tune, note) for note in strong) / len(strong) if len(strong) >= 8 else None


def steps(piece: Piece) -> float | None:
    """Melody notes outside the chord that are left by step (1 or 2 semitones), where a note follows within a bar; human .38 / .67 / .84."""
    tune, left, total = piece.tune, 0, 0
    for notes in _melody(piece):
        for note, after in pairwise(notes):
            if not _is_tone(tune, note) and after.on - note.on <= 16 * SIXTEENTH:
                total += 1
                left += 1 <= abs(after.pitch - note.pitch) <= 2
    return left / total if total >= 8 else None


def walks(style: str) -> bool:
    """Whether a style's bass walks: a line that goes from chord to chord, of which one note in two or three is a root."""
    return read(style).voice("bass").rule == "walking"


def roots(piece: Piece) -> float | None:
    """Bass onsets on the root of the chord (or the bass that its symbol writes); human .58 / .73 / .91."""
    tune, hits, total = piece.tune, 0, 0
    for part in piece.parts("bass"):
        for note in tune.tracks.get(part.name, ()):
            chord = tune.chord_of(note)
            if chord is not None:
                total += 1
                hits += note.pitch % 12 in (chord.root, chord.bass)
    return hits / total if total >= 8 else None


def distinct_chords(piece: Piece) -> float | None:
    """Distinct chords in 16 bars; human 5.5 / 7.3 / 10.2."""
    tune = piece.tune
    windows = []
    for first in range(0, len(tune.bars) - 15, 8):
        start, end = tune.bars[first].start, tune.bars[first + 15].end
        windows.append(len({(c.root, c.intervals) for at, c in tune.chords if start <= at < end}))
    return sum(windows) / len(windows) if windows else None


def strikes(notes: Sequence[Note]) -> list[tuple[Note, tuple[int, ...]]]:
    """The chords that a part strikes: the first note of each and all pitches that sound then, ascending."""
    found: dict[tuple[int, int], list[Note]] = defaultdict(list)
    for note in notes:
        found[note.bar, note.slot].append(note)
    out, sounding = [], list[Note]()
    for _, rows in sorted(found.items()):
        sounding = [note for note in sounding if note.off > rows[0].on + SIXTEENTH // 2] + rows
        out.append((rows[0], tuple(sorted({note.pitch for note in sounding}))))
    return out


def crossings(piece: Piece) -> float | None:
    """Chord changes inside a section at which a voice passes where its neighbour stood, among styles that lead voices."""
    total = 0
    for song in piece.show.songs:
        for part in song.parts:
            if part.role not in ("chords", "texture"):
                continue
            mine = [note for note in piece.tune.tracks.get(part.name, ()) if piece.song_at(note.bar) is song]
            for (before, low), (after, high) in pairwise(strikes(mine)):
                led = len(low) == len(high) > 1 and after.on - before.off < REST and not _moves_on(piece, before.bar, after.bar)
                total += led and passing(low, high) and not _parallel(song, piece.section(after.bar), part)
    return float(total)


def _parallel(song: Song, section: Section, part: Part) -> bool:
    return style_of(song, section, part).voice(part.role).kind in PARALLEL


def passing(before: tuple[int, ...], after: tuple[int, ...]) -> bool:
    """Whether a voice moves past where its neighbour stood."""
    return any(after[i] > before[i + 1] or after[i + 1] < before[i] for i in range(len(before) - 1))


def _moves_on(piece: Piece, first: int, second: int) -> bool:
    return any(piece.places[bar].starts for bar in range(first + 1, min(second, len(piece.places) - 1) + 1))


def outside(piece: Piece) -> float | None:
    """Notes outside the range of their part."""
    count = 0
    for song in piece.show.songs:
        for part in song.parts:
            if part.role in ("bass", "chords", "arp", "lead", "texture"):
                lanes = {section.name: lane(song, section, part) for section in song.sections}
                for note in piece.tune.tracks.get(part.name, ()):
                    if piece.song_at(note.bar) is song:
                        low, high = lanes[piece.section(note.bar).name]
                        count += not low <= note.pitch <= high
    return float(count)


def clashes(piece: Piece) -> float | None:
    """Strong beats (the bar line and the middle pulse) at which two parts sound a semitone or minor ninth apart, not both of the chord."""
    tune = piece.tune
    names = [part.name for part in piece.parts("bass", "chords", "arp", "lead", "texture")]
    rows = [(part, note) for part in names for note in tune.tracks.get(part, ())]
    rows.sort(key=lambda row: row[1].bar)
    count = 0
    by_bar: dict[int, list[tuple[str, Note]]] = defaultdict(list)
    for part, note in rows:
        index = note.bar
        while index < len(tune.bars) and (index == note.bar or note.off > tune.bars[index].start):
            by_bar[index].append((part, note))
            index += 1
    for index, bar in enumerate(tune.bars):
        for slot in {0, bar.pulses[len(bar.pulses) // 2] if len(bar.pulses) % 2 == 0 else 0}:
            at = bar.start + slot * SIXTEENTH
            here = [(part, n.pitch) for part, n in by_bar[index] if _sounds(n, index, slot, at)]
            count += _clash(here, tune.chord_at(at))
    return float(count)


def _sounds(note: Note, bar: int, slot: int, at: int) -> bool:
    """Whether a note stands on a slot, or stood before it and sounds for a thirty-second into it at least."""
    if (note.bar, note.slot) == (bar, slot):
        return True
    return (note.bar, note.slot) < (bar, slot) and note.off > at + SIXTEENTH // 2


def _clash(here: Sequence[tuple[str, int]], chord: Chord | None) -> bool:
    tones = chord.classes if chord is not None else ()
    for index, (part, pitch) in enumerate(here):
        for other, against in here[index + 1 :]:
            if part != other and abs(pitch - against) in CLASHES and not (pitch % 12 in tones and against % 12 in tones):
                return True
    return False
