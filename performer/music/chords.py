"""Chord symbols as musicians write them, and degrees of a key, to pitch classes and back to a symbol.

Law of this file: ``parse`` either understands the whole text or raises ValueError with a hint; a chord's
intervals are ascending semitones above its root, the root (0) first, within two octaves.

Degrees: roman numerals, upper case for a major third, lower case for a minor one (``i``, ``VI``, ``ii7``).
Without an accidental they are degrees of the key's own scale; with one they count from the major scale, so that
``bVII`` is a whole tone below the tonic in every mode. ``V/ii`` is the dominant of the second degree. ``N.C.`` is no chord:
it has no notes, and a bass stays on the tonic.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from performer.music.pitch import MODES, Key, pitch_class

_TRIADS = {"": (4, 7), "m": (3, 7), "dim": (3, 6), "aug": (4, 8), "5": (7,), "sus2": (2, 7), "sus4": (5, 7)}

_WORDS = (
    ("maj", ("maj", "Maj", "MAJ", "ma", "Ma", "MA", "M", "Δ", "△", "^")),
    ("dim", ("dim", "°", "o")),
    ("half", ("ø", "Ø")),
    ("aug", ("aug", "+")),
    ("m", ("min", "mi", "m", "-")),
)
_MORE = re.compile(
    r"[\s,()]*(?:(?P<sus>sus[24]?|[24](?!\d))|(?P<plus>[+](?!\d))|(?<=[(,])(?P<bare>9|11|13)|(?P<add>add)(?P<added>b9|#9|#11|9|11|13|2|4|6)|(?P<no>no|omit)(?P<gone>[35])"
    r"|(?P<major>maj7|Maj7|M7|Δ7?)|(?P<six>6/9|69)|(?P<alt>alt)|(?P<sign>[b#♭♯+-])(?P<at>5|9|11|13))[\s,()]*"
)
_PLACES = {"2": 14, "9": 14, "4": 17, "11": 17, "6": 9, "13": 21, "b9": 13, "#9": 15, "#11": 18}
_ROMAN = {"I": 0, "II": 1, "III": 2, "IV": 3, "V": 4, "VI": 5, "VII": 6}
_DEGREE = re.compile(r"([b#♭♯]?)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(?![A-Za-z]*[ivIV])(.*)")
_NONE = ("N.C.", "N.C", "NC", "nc")
_SYMBOL = re.compile(r"([A-G])([b#♭♯]?)(.*)")
_HINT = "write a symbol such as F#m7b5/A, Cmaj9, Gsus4, or a degree such as i, bVII, V/ii"


@dataclass(frozen=True, slots=True)
class Chord:
    """A root (pitch class), semitones above it (0 first, ascending; none: no chord), the bass (pitch class), the symbol to show."""

    root: int
    intervals: tuple[int, ...]
    bass: int
    symbol: str

    @property
    def classes(self) -> tuple[int, ...]:
        """The pitch classes in the order of the intervals, without repeats."""
        return tuple(dict.fromkeys((self.root + step) % 12 for step in self.intervals))

    @property
    def third(self) -> int:
        """Semitones of the third, or of what stands for it (sus), or the fifth of a power chord."""
        return next((i for i in (4, 3, 5, 2) if i in self.intervals), 7)

    @property
    def fifth(self) -> int:
        """Semitones of the fifth as the chord alters it; 7 when it has none."""
        return next((i for i in (7, 6, 8) if i in self.intervals), 7)

    @property
    def seventh(self) -> int:
        """Semitones of the seventh or sixth; without one, of the octave."""
        return next((i for i in (10, 11, 9) if i in self.intervals), 12)

    def moved(self, semitones: int, key: Key) -> "Chord":
        """The same chord ``semitones`` higher, spelt in ``key``."""
        if not semitones % 12:
            return self
        root, bass = (self.root + semitones) % 12, (self.bass + semitones) % 12
        if not self.intervals:
            return Chord(root, (), bass, self.symbol)
        tail = re.sub(r"^[A-G][b#]?", "", self.symbol)
        tail = re.sub(r"/[A-G][b#]?$", "", tail)
        return Chord(root, self.intervals, bass, _named(root, tail, bass, key))


@lru_cache(maxsize=4096)
def parse(symbol: str, key: Key) -> Chord:
    """The chord that ``symbol`` means in ``key``, spelt as the key spells it.

    Raises ValueError with a hint for anything that is not wholly understood.
    """
    text = symbol.strip().replace("♯", "#").replace("♭", "b")
    if text in _NONE:
        return Chord(key.tonic, (), key.tonic, _NONE[0])
    if match := _SYMBOL.fullmatch(text):
        root = pitch_class(match[1] + match[2])
        quality, bass = _split_bass(match[3], symbol)
        return _chord(root, quality, bass, key, symbol, minor=False)
    if match := _DEGREE.fullmatch(text):
        return _of_degree(match, key, symbol)
    raise ValueError(f"no chord called {symbol!r}: {_HINT}")


def _of_degree(match: re.Match[str], key: Key, symbol: str) -> Chord:
    quality, bass = _split_bass(match[3], symbol, degrees=True)
    if bass and (target := _DEGREE.fullmatch(bass)):  # V/ii: the degree is taken in the key of the target
        home = Key(_root(target, key, target[3]), "major")
        return _chord(_root(match, home, quality), quality, "", key, symbol, minor=match[2].islower())
    return _chord(_root(match, key, quality), quality, bass, key, symbol, minor=match[2].islower())


def _root(match: re.Match[str], key: Key, quality: str) -> int:
    step = _ROMAN[match[2].upper()]
    sign = {"b": -1, "#": 1, "": 0}[match[1]]
    leading = step == 6 and match[2].islower() and quality.startswith(("dim", "°", "o", "ø")) and not sign
    scale = MODES["major"] if sign or leading else MODES[key.mode]
    return (key.tonic + scale[step] + sign) % 12


def _split_bass(text: str, symbol: str, *, degrees: bool = False) -> tuple[str, str]:
    match = re.fullmatch(r"(.*)/([A-G][b#]?|[b#]?[IViv]+[^/]*)", text)
    if match is None:
        return text, ""
    if not degrees and match[2][0] not in "ABCDEFG":
        raise ValueError(f"no chord called {symbol!r}: after the slash goes a note, such as {symbol.split('/')[0]}/E")
    return match[1], match[2]


def _chord(root: int, quality: str, bass: str, key: Key, symbol: str, *, minor: bool) -> Chord:
    intervals, tail = _intervals(quality, symbol, minor=minor)
    low = pitch_class(bass) if bass else root
    return Chord(root, intervals, low, _named(root, tail, low, key))


def _named(root: int, tail: str, bass: int, key: Key) -> str:
    return key.name_of(root) + tail + ("" if bass == root else "/" + key.name_of(bass))


def _intervals(quality: str, symbol: str, *, minor: bool) -> tuple[tuple[int, ...], str]:
    """Semitones above the root, and the quality as it is shown."""
    rest, word = quality.strip(), "m" if minor else ""
    for name, spellings in _WORDS:
        found = next((s for s in spellings if rest.startswith(s)), None)
        if found is not None and not (name == "maj" and found == "ma" and rest.startswith("mad")):
            word = "minmaj" if name == "maj" and minor else name
            rest = rest[len(found) :]
            break
    number = re.match(r"(6/9|69|13|11|9|7|6|5)?(.*)", rest)
    assert number is not None
    base = _stack(word, number[1] or "", symbol)
    notes = _altered(base, number[2], symbol)
    shown = {"half": "ø", "minmaj": "mMaj", "maj": "maj" if number[1] else ""}.get(word, word)
    tail = re.sub(r"[\s(),]", "", re.sub(r"(?<=[(,])(?=(?:9|11|13)\b)", "add", number[2]))
    shown += number[1] or ""
    return tuple(sorted(notes)), shown + (f"({tail})" if not shown and tail[:1] in ("b", "#") else tail)


def _stack(word: str, number: str, symbol: str) -> set[int]:
    if number == "5":
        if word:
            raise ValueError(f"no chord called {symbol!r}: {_HINT}")
        return {0, 7}
    triad = {"maj": "", "half": "dim", "minmaj": "m"}.get(word, word)
    notes = {0, *_TRIADS[triad]}
    if word == "half" and not number:
        number = "7"
    if number in ("6", "6/9", "69"):
        return notes | ({9} if number == "6" else {9, 14})
    if number:
        notes.add({"maj": 11, "minmaj": 11, "dim": 9}.get(word, 10))
    if number in ("9", "11", "13"):
        notes.add(14)
    if number == "11" or (number == "13" and word == "m"):
        notes.add(17)
    if number == "13":
        notes.add(21)
    return notes


def _altered(notes: set[int], text: str, symbol: str) -> set[int]:
    at = 0
    while at < len(text):
        match = _MORE.match(text, at)
        if match is None or match.end() == at:
            raise ValueError(f"no chord called {symbol!r}: {text[at:]!r} is not understood; {_HINT}")
        at = match.end()
        _apply(notes, match)
    return notes


def _apply(notes: set[int], match: re.Match[str]) -> None:
    if match["sus"]:
        notes -= {3, 4}
        notes.add(2 if match["sus"].endswith("2") else 5)
    elif match["plus"]:
        notes -= {6, 7}
        notes.add(8)
    elif match["bare"]:
        notes.add(_PLACES[match["bare"]])
    elif match["add"]:
        notes.add(_PLACES[match["added"]])
    elif match["no"]:
        notes -= {3, 4} if match["gone"] == "3" else {6, 7, 8}
    elif match["major"]:
        notes -= {10}
        notes.add(11)
    elif match["six"]:
        notes |= {9, 14}
    elif match["alt"]:
        notes -= {7, 14}
        notes |= {8, 10, 13, 15}
    else:
        down = match["sign"] in "b-"
        place = {"5": 7, "9": 14, "11": 17, "13": 21}[match["at"]]
        notes -= {place}
        notes.add(place - 1 if down else place + 1)
        if match["at"] != "5":
            notes.add(10 if 11 not in notes and 9 not in notes else 0)
