"""A style's vocabulary in a mode: the same steps and sizes of chord, with the mode's own notes.

Law of this file: every chord of an adapted vocabulary lies in the mode's scale; what would be diminished or augmented gives
way, and the chord that makes the mode (the major IV of Dorian, the II of Phrygian and Lydian, the VII of Mixolydian) comes in.
"""

import re
from functools import lru_cache

from performer.music.harmony import Vocabulary
from performer.music.modulation import triad
from performer.music.pitch import MODES, Key

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
_WORD = re.compile(r"(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(maj7|maj9|7|9|add9|sus2|sus4|7sus4|9sus4|6|)(?![\w/#+°ø])")
_TELLING = {"dorian": (3, "sub"), "phrygian": (1, "dom"), "lydian": (1, "sub"), "mixolydian": (6, "dom")}
"""The step of the chord that makes a mode, and the function that it takes there."""


@lru_cache(maxsize=64)
def adapted(words: Vocabulary, mode: str) -> Vocabulary:
    """``words`` (written for major or natural minor) in ``mode``; minor with a raised seventh keeps its chords and adds V7."""
    if MODES[mode] in (MODES["major"], MODES["minor"]):
        return words
    if MODES[mode][6] == 11 and MODES[mode][2] == 3:
        return Vocabulary(words.tonic, words.sub, ("V7", *words.dom), words.cycles, borrowed=words.borrowed)
    if _triad(mode, 0)[1] not in ((0, 3, 7), (0, 4, 7)):
        return words
    lists = {name: _line(getattr(words, name), mode) for name in ("tonic", "sub", "dom")}
    if mode in _TELLING:
        step, function = _TELLING[mode]
        lists[function] = tuple(dict.fromkeys((_named(mode, step, ""), *lists[function])))
    home = _named(mode, 0, "")
    cycles = tuple(line for cycle in words.cycles if len(line := _line(cycle, mode)) == len(cycle))
    if mode in _TELLING:
        cycles = (*cycles, (lists["tonic"][0] if lists["tonic"] else home, lists[_TELLING[mode][1]][0]))
    tonic, sub, dom = (tuple(dict.fromkeys(lists[name])) for name in ("tonic", "sub", "dom"))
    return Vocabulary(tonic or (home,), sub or (home,), dom or (_named(mode, 6, ""),), cycles)


def _line(chords: tuple[str, ...], mode: str) -> tuple[str, ...]:
    return tuple(found for chord in chords if (found := _fitted(chord, mode)))


def _fitted(chord: str, mode: str) -> str:
    match = _WORD.fullmatch(chord)
    if match is None:
        return ""
    step = _ROMAN.index(match[1].upper())
    return _named(mode, step, match[2]) if _triad(mode, step)[1][2] == 7 else ""


def _triad(mode: str, step: int) -> tuple[int, tuple[int, ...]]:
    return triad(Key(0, mode), step)


def _named(mode: str, step: int, size: str) -> str:
    """The chord of a step in a size (7, 9, add9 ...) as the mode stacks it."""
    minor = _triad(mode, step)[1][1] == 3
    seventh = (Key(0, mode).degree(step + 6) - Key(0, mode).degree(step)) % 12
    ninth = Key(0, mode).degree(step + 8) - Key(0, mode).degree(step) - 12
    size = size.replace("maj", "")
    if ninth == 1:
        size = {"9": "7", "add9": "", "sus2": "", "9sus4": "7sus4"}.get(size, size)
    if (Key(0, mode).degree(step + 3) - Key(0, mode).degree(step)) % 12 != 5:
        size = size.replace("sus4", "")
    if seventh == 11 and size.endswith("sus4"):
        size = "sus4"
    if size in ("7", "9") and seventh == 11:
        size = f"maj{size}"
    return (_ROMAN[step].lower() if minor else _ROMAN[step]) + ("" if size == "6" else size)
