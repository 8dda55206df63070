"""A motif out of a Standard MIDI File: what a musician played in, as its top line.

Law of this file: a file that is broken, too large or no tune is Wrong with a reason, never an exception of another kind;
nothing outside its bytes is read. Source of the format: Standard MIDI Files 1.0 (RP-001).
"""

from collections.abc import Iterator
from typing import NamedTuple

from performer.music.motif import spelt
from performer.music.pitch import Key
from performer.show.definition import MotifNote
from performer.show.motifs import Given, sound
from performer.source.problems import Wrong
from performer.ticks import QUARTER, Meter

MOST_BYTES = 65_536
MOST_NOTES = 4_000
"""Notes that are read at all; what has more is a piece."""
DRUMS = 9
"""The channel of General MIDI's drums, from 0: it has no pitches."""
_HINT = "export one phrase as a MIDI file"


class Struck(NamedTuple):
    """A note: ticks of the file from its beginning, and its pitch."""

    on: int
    off: int
    pitch: int


def riff(data: bytes, key: Key, meter: Meter) -> Given:
    """The top line of a file, on the grid of sixteenths and triplets, from the bar in which it begins. Raises Wrong."""
    if len(data) > MOST_BYTES:
        raise Wrong(f"has more than {MOST_BYTES // 1024} kB", _HINT)
    if data[:4] != b"MThd" or len(data) < 14 or int.from_bytes(data[4:8], "big") < 6:
        raise Wrong("is no MIDI file", "a Standard MIDI File ends in .mid")
    division = int.from_bytes(data[12:14], "big")
    if not 0 < division < 0x8000:
        raise Wrong("counts in frames of film, not in beats", _HINT)
    struck = sorted(note for track in _tracks(data) for note in _struck(track))
    if not struck:
        raise Wrong("has no note", _HINT)
    line = _line([(_grid(n.on, division), max(_grid(n.off, division), _grid(n.on, division) + QUARTER // 12), n.pitch) for n in struck])
    return _given(line, key, meter)


def _tracks(data: bytes) -> Iterator[bytes]:
    at = 8 + int.from_bytes(data[4:8], "big")
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        if at + 8 + size > len(data):
            raise Wrong("is cut short", "save it again")
        if data[at : at + 4] == b"MTrk":
            yield data[at + 8 : at + 8 + size]
        at += 8 + size


def _struck(track: bytes) -> list[Struck]:
    """The notes of a track, without drums; one that is never released ends with the track."""
    out: list[Struck] = []
    held: dict[tuple[int, int], int] = {}
    at = now = status = 0
    while at < len(track):
        delta, at = _number(track, at)
        now += delta
        if at >= len(track):
            raise Wrong("is cut short", "save it again")
        if track[at] & 0x80:
            status, at = track[at], at + 1
        if status in (0xFF, 0xF0, 0xF7):
            size, at = _number(track, at + (status == 0xFF))
            at += size
            continue
        size = 1 if status & 0xF0 in (0xC0, 0xD0) else 2
        if not 0x80 <= status < 0xF0 or at + size > len(track) or max(track[at : at + size]) > 127:
            raise Wrong("is broken", "save it again")
        if status & 0xE0 == 0x80 and status & 0x0F != DRUMS:
            place = status & 0x0F, track[at]
            if place in held:
                out.append(Struck(held.pop(place), now, track[at]))
            if status & 0xF0 == 0x90 and track[at + 1]:
                held[place] = now
        if len(out) > MOST_NOTES:
            raise Wrong(f"has more than {MOST_NOTES} notes", _HINT)
        at += size
    return out + [Struck(on, now, pitch) for (_, pitch), on in held.items()]


def _number(track: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = 0
    for index in range(at, min(at + 4, len(track))):
        value = value << 7 | track[index] & 0x7F
        if not track[index] & 0x80:
            return value, index + 1
    raise Wrong("is broken", "save it again")


def _grid(ticks: int, division: int) -> int:
    """The nearest sixteenth or eighth of a triplet, in our ticks."""
    exact = ticks * QUARTER
    near = [(2 * exact + step * division) // (2 * step * division) * step for step in (QUARTER // 4, QUARTER // 3)]
    return min(near, key=lambda place: (abs(place * division - exact), place))


def _line(notes: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """The highest note of each onset, each as long as it may be before the next."""
    top: dict[int, tuple[int, int]] = {}
    for on, off, pitch in notes:
        if on not in top or top[on][1] < pitch:
            top[on] = (off, pitch)
    onsets = sorted(top)
    ends = (*onsets[1:], max(off for off, _ in top.values()))
    return [(on, min(top[on][0], end) if end > on else top[on][0], top[on][1]) for on, end in zip(onsets, ends, strict=True)]


def _given(line: list[tuple[int, int, int]], key: Key, meter: Meter) -> Given:
    home, at = 60 + key.tonic, line[0][0] // meter.bar * meter.bar
    notes: list[MotifNote] = []
    for on, off, pitch in line:
        if on > at:
            notes.append(MotifNote(degree=None, length=on - at))
        degree, alter = spelt(pitch - home, key)
        notes.append(MotifNote(degree=degree, length=off - on, alter=alter))
        at = off
    if rest := -at % meter.bar:
        notes.append(MotifNote(degree=None, length=rest))
    return Given(sound(notes, _HINT), home)
