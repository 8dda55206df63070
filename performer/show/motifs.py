"""Motifs as text: scale degrees or pitches, a sign for each step.

Law of this file: ``degrees(text_of(notes, each), each)`` gives the notes back, as long as their lengths are whole steps and no
note is altered by more than a semitone. A motif has a note at least and 128 signs at most.
"""

import re
from typing import NamedTuple

from performer.music.motif import spelt
from performer.music.pitch import Key, pitch
from performer.show.definition import MotifNote
from performer.source.problems import Wrong, quoted

MOST_NOTES = 128
LONGEST = 64 * 20_160
"""Ticks: sixteen bars of 4/4. What is longer is no motif any more."""
_DEGREE = re.compile(r"([b#]?)([1-9])(['’]{0,3}|,{0,3})")
_PITCH = re.compile(r"[A-Ga-g][#b♯♭]{0,2}-?\d")
_SILENT = ("-", ".", "|")
HINT = 'such as "5 . 6 5 | 3 - 1 ."'


class Given(NamedTuple):
    """A motif that a show gives. ``tonic``: the pitch of degree 0 where it is given by pitches. ``bends``: it follows the chords."""

    notes: tuple[MotifNote, ...]
    tonic: int | None = None
    bends: bool = False


def degrees(text: str, each: int) -> tuple[MotifNote, ...]:
    """Scale degrees, one ``each`` ticks: ``5 . 6 5 | 3 - 1' b7,``. ``.`` rests, ``-`` holds, ``'`` and ``,`` are octaves."""
    notes: list[MotifNote] = []
    signs = text.split()
    _understood(signs, _DEGREE, "a degree", "write 1 to 9, . for a rest, - to hold, ' and , for octaves")
    for sign in signs:
        match = _DEGREE.fullmatch(sign)
        if match:
            octave = len(match[3]) * (-1 if "," in match[3] else 1)
            alter = {"b": -1, "#": 1, "": 0}[match[1]]
            notes.append(MotifNote(degree=int(match[2]) - 1 + 7 * octave, length=each, alter=alter))
        else:
            _silent(notes, sign, each)
    return sound(notes, HINT)


def pitches(text: str, each: int, key: Key) -> Given:
    """Pitches, one ``each`` ticks: ``C5 Eb5 - G5``; ``.`` rests, ``-`` holds."""
    notes: list[MotifNote] = []
    home = 60 + key.tonic
    signs = text.split()
    _understood(signs, _PITCH, "a pitch", "write notes with their octave, . for a rest, - to hold: C5 Eb5 - G5")
    for sign in signs:
        if _PITCH.fullmatch(sign):
            degree, alter = spelt(_pitch(sign) - home, key)
            notes.append(MotifNote(degree=degree, length=each, alter=alter))
        else:
            _silent(notes, sign, each)
    return Given(sound(notes, 'such as "C5 Eb5 - G5"'), home)


def _pitch(sign: str) -> int:
    try:
        return pitch(sign)
    except ValueError as error:
        raise Wrong(str(error)) from error


def _understood(signs: list[str], sounding: re.Pattern[str], what: str, hint: str) -> None:
    """Wrong for all the signs that mean nothing."""
    strange = [sign for sign in dict.fromkeys(signs) if sign not in _SILENT and not sounding.fullmatch(sign)]
    if strange:
        more = f", nor {'is' if len(strange) == 2 else 'are'} {', '.join(map(quoted, strange[1:6]))}" if strange[1:] else ""
        raise Wrong(f"{quoted(strange[0])} is not {what}{more}", hint)


def _silent(notes: list[MotifNote], sign: str, each: int) -> None:
    """A sign that sounds no new note."""
    if sign == "-":
        if not notes:
            raise Wrong("a motif cannot begin with - (hold)", "a rest is written .")
        last = notes.pop()
        notes.append(MotifNote(degree=last.degree, length=last.length + each, alter=last.alter))
    elif sign == ".":
        notes.append(MotifNote(degree=None, length=each))


def sound(notes: list[MotifNote], hint: str) -> tuple[MotifNote, ...]:
    """The notes, if they are a motif. Raises Wrong."""
    if not any(note.degree is not None for note in notes):
        raise Wrong("a motif needs at least one note", hint)
    if len(notes) > MOST_NOTES:
        raise Wrong(f"a motif has at most {MOST_NOTES} notes")
    if sum(note.length for note in notes) > LONGEST:
        raise Wrong("a motif lasts at most 64 quarters", "what is longer is a melody: give its first phrase")
    return tuple(notes)


def text_of(notes: tuple[MotifNote, ...], each: int) -> str:
    """The signs of a motif, ``each`` ticks a sign; what is shorter than a sign has one all the same."""
    signs: list[str] = []
    for note in notes:
        count = max(1, note.length // each)
        if note.degree is None:
            signs += ["."] * count
            continue
        octave, step = divmod(note.degree, 7)
        alter = {-1: "b", 1: "#"}.get(note.alter, "")
        signs += [f"{alter}{step + 1}{chr(39) * octave if octave > 0 else ',' * -octave}"] + ["-"] * (count - 1)
    return " ".join(signs)
