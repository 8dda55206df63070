"""Pitches, keys and modes. A pitch is a MIDI number (60 = C4); a pitch class is 0..11 with C = 0."""

import re
from dataclasses import dataclass

MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
}
"""Semitones of the seven degrees above the tonic."""

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARP = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLAT = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_STEPS = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
"""The scale step that a chromatic tone belongs to: b2, b3, #4, b6, b7."""
_FLAT_MAJORS = frozenset((5, 10, 3, 8, 1))


def pitch_class(name: str) -> int:
    """The class of a note name such as ``F#``, ``Bb``, ``F♯``. Raises ValueError."""
    match = re.fullmatch(r"([A-Ga-g])([#b♯♭]{0,2})", name)
    if not match:
        raise ValueError(f"no note called {name!r}")
    sharps = sum({"#": 1, "♯": 1, "b": -1, "♭": -1}[sign] for sign in match[2])
    return (_LETTERS[match[1].upper()] + sharps) % 12


def pitch(name: str) -> int:
    """The MIDI number of a name with octave: ``C4`` is 60. Raises ValueError."""
    match = re.fullmatch(r"([A-Ga-g][#b♯♭]{0,2})(-?\d{1,2})", name)
    if not match:
        raise ValueError(f"no pitch called {name!r}")
    letter = _LETTERS[match[1][0].upper()]
    shift = (pitch_class(match[1]) - letter + 6) % 12 - 6
    number = 12 * (int(match[2]) + 1) + letter + shift
    if not 0 <= number <= 127:
        raise ValueError(f"{name} is outside MIDI's 0 to 127")
    return number


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (pitch class) and a mode (a name in ``MODES``)."""

    tonic: int
    mode: str

    @property
    def scale(self) -> tuple[int, ...]:
        """The seven pitch classes, tonic first."""
        return tuple((self.tonic + step) % 12 for step in MODES[self.mode])

    @property
    def flats(self) -> bool:
        """Whether notes are spelt with flats."""
        relative = self.tonic + (3 if MODES[self.mode][2] == 3 else 0)
        return relative % 12 in _FLAT_MAJORS

    def degree(self, number: int) -> int:
        """Semitones above the tonic of scale degree ``number`` (0 = tonic, 7 = octave, -1 = the seventh below)."""
        octave, step = divmod(number, 7)
        return 12 * octave + MODES[self.mode][step]

    def shifted(self, semitones: int) -> "Key":
        """The same mode elsewhere."""
        return Key((self.tonic + semitones) % 12, self.mode)

    def name_of(self, pitch_class: int) -> str:
        """A pitch class as this key spells it: by its step of the scale (C has a Bb, E has a D#), without E#, B#, Cb, Fb and doubles."""
        plain = _FLAT if self.flats else _SHARP
        above = (pitch_class - self.tonic) % 12
        scale = MODES[self.mode]
        letters = "CDEFGAB"
        step = scale.index(above) if above in scale else _STEPS[above]
        letter = letters[(letters.index(plain[self.tonic][0]) + step) % 7]
        sign = (pitch_class - _LETTERS[letter] + 6) % 12 - 6
        name = letter + {-1: "b", 0: "", 1: "#"}.get(sign, "?")
        return name if name in _SHARP or name in _FLAT else plain[pitch_class % 12]

    def __str__(self) -> str:
        return f"{self.name_of(self.tonic)} {self.mode}"


def key(text: str) -> Key:
    """A key from text: ``F minor``, ``Bb``, ``Am``, ``D dorian``. Raises ValueError with a hint."""
    match = re.fullmatch(r"\s*([A-Ga-g][#b♯♭]{0,2})(m?)(?:\s+([a-z ]+?))?\s*", text)
    if not match or (match[2] and match[3]):
        raise ValueError(f"no key called {text!r}: write a note and a mode, such as F minor")
    mode = match[3] or ("minor" if match[2] else "major")
    if mode not in MODES:
        raise ValueError(f"no mode called {mode!r}: one of {', '.join(MODES)}")
    return Key(pitch_class(match[1]), mode)
