"""The bank of a song's motifs: those that it gives, and invented ones up to three.

Law of this file: a bank depends on the song, its chords at home and the lead's idiom, never on the visit or on tonight. A
given motif is as it is written; invented ones differ from each other in rhythm, contour and register.
"""

from typing import NamedTuple

from performer.engine.decide import decide
from performer.music.chance import Chance
from performer.music.invention import CONTOURS, invent, rhythm
from performer.music.motif import Motif, Tone
from performer.music.pitch import Key
from performer.music.rhythm import lay, strengths
from performer.music.singing import Ground
from performer.show.definition import MotifNote, Song
from performer.show.motifs import degrees, text_of
from performer.show.values import note_value
from performer.source.problems import Wrong
from performer.styles.definition import Voice
from performer.ticks import SIXTEENTH, Meter

NAMES = ("hook", "verse", "turn")
"""What a song has at least: the tune of its theme sections, that of its verses, and one for the rest."""

_COMPASS = 11
"""Semitones that an invented motif has room for: a major seventh. The hook lies at the top of the lane, the verse at its bottom."""
_HEADROOM = 2
"""Semitones left above, so that a chorus a tone higher still has room."""
_PLAIN = "x...x...x......."


class Tune(NamedTuple):
    """A motif with its name; ``given``: to be played as the show writes it; ``tonic``: the pitch of its degree 0 where it has one."""

    name: str
    motif: Motif
    given: bool
    tonic: int | None


def tunes(song: Song, chance: Chance, voice: Voice, meter: Meter, homes: tuple[Ground, ...]) -> tuple[Tune, ...]:
    """The bank. ``chance``: the song's; ``voice``: the lead's of its style; ``homes``: the chords under each of ``NAMES``."""
    registers = dict(song.registers)
    sounding = [(name, notes) for name, notes in song.motifs if any(note.degree is not None for note in notes)]
    out = [Tune(name, _read(notes), name not in song.bending, registers.get(name)) for name, notes in sounding]
    written = [tune.name for tune in out]
    spare = [index for index, name in enumerate(NAMES) if name not in written]
    if "hook" not in written and written:
        spare = spare[1:]  # the first of the given ones is the hook
    spare = spare[: max(0, len(NAMES) - len(out))]
    return (*out, *(Tune(NAMES[i], _invented(song, chance, voice, meter, homes[i], i), False, None) for i in spare))


def _read(notes: tuple[MotifNote, ...]) -> Motif:
    at, tones = 0, []
    for note in notes:
        if note.degree is not None:
            tones.append(Tone(at, note.length, note.degree, note.alter))
        at += note.length
    return Motif(tuple(tones), at)


def _invented(song: Song, chance: Chance, voice: Voice, meter: Meter, home: Ground, index: int) -> Motif:
    name = NAMES[index]

    def draw() -> str:
        return _written(_drawn(song.key, chance, voice, meter, home, index))

    return _parsed(decide(song, f"motif/{name}", draw)) or _drawn(song.key, chance, voice, meter, home, index)


def _drawn(key: Key, chance: Chance, voice: Voice, meter: Meter, home: Ground, index: int) -> Motif:
    grids = tuple(lay(grid.text, meter) for grid in voice.grids) or (lay(_PLAIN, meter),)
    own = chance.at("motif", NAMES[index])
    first = chance.below(len(grids), "motif", "cell") + index
    slots = rhythm(own, grids, strengths(meter), voice.line.bars, first)
    contour = chance.below(len(CONTOURS), "motif", "contour") + index * 2
    bounds = _bounds(voice.lane, key.tonic, index)
    return invent(
        own, tuple(slot * SIXTEENTH for slot in slots), voice.line.bars * meter.bar, voice.line.longest * SIXTEENTH,
        key=key, ground=home, meter=meter, contour=contour, bounds=bounds, colour=voice.line.scale, manner=voice.line.manner,
    )  # fmt: skip


def _bounds(lane: tuple[int, int], tonic: int, index: int) -> tuple[int, int]:
    """The room of an invented motif in semitones above the tonic, so that it fits the lane."""
    low, high = lane
    top = high - _HEADROOM if high - low >= _COMPASS + _HEADROOM else high
    bottom = max(low, (top - _COMPASS, low, (low + top - _COMPASS) // 2)[index])
    home = bottom + (tonic - bottom) % 12
    home -= 12 if home - bottom > 7 else 0
    return bottom - home, min(bottom + _COMPASS, high) - home


def _written(motif: Motif) -> str:
    """A motif as a decision says it: the step and the degrees, ``1/16: 5 - . 6``."""
    at, notes = 0, []
    for tone in motif.tones:
        if tone.at > at:
            notes.append(MotifNote(degree=None, length=tone.at - at))
        notes.append(MotifNote(degree=tone.degree, length=tone.length, alter=tone.alter))
        at = tone.at + tone.length
    if motif.span > at:
        notes.append(MotifNote(degree=None, length=motif.span - at))
    return f"1/16: {text_of(tuple(notes), SIXTEENTH)}"


def _parsed(text: str) -> Motif | None:
    """The motif that a decision writes; None when it cannot be read."""
    step, _, signs = text.partition(":")
    try:
        return _read(degrees(signs, note_value(step.strip())))
    except Wrong:
        return None
