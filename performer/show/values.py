"""Texts to values: what a musician writes for a tempo, a meter, a curve, a level or a length.

Law of this file: each function takes the text of one field and returns its value or raises Wrong with words
that a musician understands; arithmetic is exact (fractions, decimals), so that every machine reads the same.
"""

import re
from decimal import Decimal
from fractions import Fraction

from performer.music.pitch import pitch
from performer.show.definition import Curve
from performer.source.problems import Wrong, quoted
from performer.tempo import FASTEST, SLOWEST
from performer.ticks import QUARTER, Meter, meter

_NUMBER = re.compile(r"[+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})")
UNITY = 800
"""Level of 0 dB, per mille: MIDI volume 101 of 127, the customary 100."""


def number(text: str) -> Fraction:
    """A decimal number, exactly."""
    if not _NUMBER.fullmatch(text):
        hint = "write a point, not a comma" if re.fullmatch(r"[+-]?\d+,\d+", text) else ""
        raise Wrong(f"{quoted(text)} is not a number", hint)
    return Fraction(text)


def whole(text: str, least: int, most: int, what: str = "") -> int:
    """A whole number in a range; ``010`` is ten. A unit (``what``, singular) may follow: ``48 bars``."""
    match = re.fullmatch(r"([+-]?\d{1,19})(?:\s*([a-z]+))?", text)
    if not match or (match[2] and match[2].removesuffix("s") != what):
        raise Wrong(f"{quoted(text)} is not a whole number{f' of {what}s' if what else ''}", f"from {least} to {most}")
    value = int(match[1])
    if not least <= value <= most:
        raise Wrong(f"must be from {least} to {most}, not {value}")
    return value


def share(text: str) -> int:
    """A part of one (``0.4``, ``40%``) per mille."""
    try:
        value = number(text[:-1].rstrip()) / 100 if text.endswith("%") else number(text)
    except Wrong as wrong:
        raise Wrong(wrong.what, wrong.hint or "from 0 to 1, such as 0.5") from wrong
    if not 0 <= value <= 1:
        meant = value / 10 if value <= 10 else value / 100
        raise Wrong(f"must be from 0 to 1, not {text}", f"did you mean {float(meant):g}?" if 1 < value <= 100 else "")
    return round(value * 1000)


def curve(text: str) -> Curve:
    """An energy curve: ``0.5``, ``0.1 > 0.4``, ``0.2 > 0.9 > 0.4`` (evenly spaced points, straight lines between)."""
    points = [share(point.strip()) for point in text.split(">")]
    if len(points) > 16:
        raise Wrong("a curve has at most 16 points")
    if len(points) == 1:
        return ((0, points[0]), (1000, points[0]))
    return tuple((1000 * i // (len(points) - 1), point) for i, point in enumerate(points))


def note_value(text: str) -> int:
    """A length as musicians write it, in ticks: ``1/8``, ``1/4.`` (dotted), ``1/8t`` (triplet)."""
    match = re.fullmatch(r"([1-9])/(1|2|4|8|16|32)([.t]?)", text)
    if not match:
        raise Wrong(f"{quoted(text)} is not a note value", "write 1/4, 1/8, 1/16, dotted 1/8. or triplet 1/8t")
    ticks = int(match[1]) * 4 * QUARTER // int(match[2])
    return ticks * 3 // 2 if match[3] == "." else ticks * 2 // 3 if match[3] else ticks


def beats_a_minute(text: str, pulse: int) -> int:
    """Microseconds a quarter for ``122`` or ``180 per 1/8``; ``pulse``: ticks of the beat that the number counts by itself."""
    match = re.fullmatch(r"(\S+?)(?:\s*bpm)?(?:\s+per\s+(\S+))?", text)
    if not match:
        raise Wrong(f"{quoted(text)} is not a tempo", "write beats a minute: 122, 122 > 124, or 180 per 1/8")
    try:
        beats = number(match[1])
    except Wrong as wrong:
        raise Wrong(wrong.what, wrong.hint or "write beats a minute, such as 122") from wrong
    unit = note_value(match[2]) if match[2] else pulse
    if not 20 <= beats <= 400:
        raise Wrong(f"must be from 20 to 400 beats a minute, not {match[1]}")
    micros = round(Fraction(60_000_000 * QUARTER, unit) / beats)
    if not FASTEST <= micros <= SLOWEST:
        raise Wrong(f"{text} is outside 10 to 1000 quarters a minute")
    return micros


def tempo(text: str, pulse: int) -> tuple[int, int]:
    """A tempo or a ramp, microseconds a quarter at both ends: ``122``, ``122 > 124``, ``150 > 180 per 1/8``."""
    ends = [end.strip() for end in text.split(">")]
    if len(ends) > 2:
        raise Wrong("a tempo moves from one value to another", "write 122 > 124")
    unit = re.search(r"\s+per\s+\S+$", ends[-1])
    if unit and len(ends) == 2 and " per " not in ends[0]:
        ends[0] += unit[0]
    return beats_a_minute(ends[0], pulse), beats_a_minute(ends[-1], pulse)


def time_signature(text: str) -> Meter:
    """``4/4``, ``7/8 (2+2+3)`` or ``2+2+3/8``."""
    match = re.fullmatch(r"(\d{1,2})\s*/\s*(\d{1,2})(?:\s*\(?\s*(\d(?:\s*\+\s*\d)*)\s*\)?)?", text)
    added = re.fullmatch(r"(\d(?:\s*\+\s*\d)+)\s*/\s*(\d{1,2})", text)
    if not match and not added:
        raise Wrong(f"{quoted(text)} is not a meter", "write 4/4, 6/8, 7/8 (2+2+3)")
    try:
        if added:
            groups = _sum(added[1])
            return meter(sum(groups), int(added[2]), groups)
        assert match is not None
        return meter(int(match[1]), int(match[2]), _sum(match[3]) if match[3] else ())
    except ValueError as error:
        raise Wrong(str(error), "write 4/4, 6/8, 7/8 (2+2+3)") from error


def _sum(text: str) -> tuple[int, ...]:
    return tuple(int(group) for group in text.split("+"))


def micros(text: str, least: int, most: int) -> int:
    """A time in microseconds: ``2 s``, ``500 ms``, ``1:30``, ``2 min``; bounds in microseconds."""
    clock = re.fullmatch(r"(\d{1,3}):([0-5]\d)", text)
    match = re.fullmatch(r"([+-]?[\d.]+)\s*(ms|s|sec|seconds?|min|minutes?)", text)
    if clock:
        value = (int(clock[1]) * 60 + int(clock[2])) * 1_000_000
    elif match:
        unit = 1000 if match[2] == "ms" else 60_000_000 if match[2].startswith("min") else 1_000_000
        value = round(number(match[1]) * unit)
    else:
        raise Wrong(f"{quoted(text)} is not a time", "write it with its unit: 2 s, 500 ms, 1:30")
    if not least <= value <= most:
        raise Wrong(f"must be from {_seconds(least)} to {_seconds(most)}, not {text}")
    return value


def _seconds(value: int) -> str:
    return f"{value // 1000} ms" if abs(value) < 1_000_000 and value else f"{value // 1_000_000} s"


def gain(text: str) -> int:
    """A level per mille from decibels (``-6dB``; 0 dB is ``UNITY``) or ``off``.

    MIDI volume is 40 log10 of its share (General MIDI level 1), so that -12 dB halves it.
    """
    if text == "off":
        return 0
    match = re.fullmatch(r"([+-]?[\d.]+)\s*(?:dB|db|DB)", text)
    if not match:
        raise Wrong(f"{quoted(text)} is not a level", "write decibels, such as -6dB, or off")
    decibels = number(match[1])
    if not -60 <= decibels <= 12:
        raise Wrong(f"must be from -60dB to 12dB, not {text}")
    exponent = Decimal(decibels.numerator) / Decimal(decibels.denominator) / 40
    return min(1000, int((UNITY * Decimal(10) ** exponent).to_integral_value()))


def pitches(text: str) -> tuple[int, int]:
    """A range of notes, ``C4-C6``, as two MIDI pitches."""
    match = re.fullmatch(r"([A-Ga-g][#b♯♭]{0,2}-?\d)\s*(?:-|–|to|\.\.)\s*([A-Ga-g][#b♯♭]{0,2}-?\d)", text)
    if not match:
        raise Wrong(f"{quoted(text)} is not a range of notes", "write two notes with their octaves: C4-C6")
    try:
        low, high = pitch(match[1]), pitch(match[2])
    except ValueError as error:
        raise Wrong(str(error)) from error
    if high - low < 7:
        what = "is less than a fifth" if high >= low else "ends below its start"
        raise Wrong(f"the range {text} {what}", "write the lowest note and the highest, such as C4-C6")
    return low, high


def from_to(text: str, least: int, most: int) -> tuple[int, int]:
    """Two whole numbers, ``4-32``."""
    match = re.fullmatch(r"(\d{1,4})\s*(?:-|–|to)\s*(\d{1,4})(?:\s*bars)?", text)
    if not match:
        raise Wrong(f"{quoted(text)} is not a range", "write the least and the most: 4-32")
    low, high = int(match[1]), int(match[2])
    if not least <= low <= high <= most:
        raise Wrong(f"must lie within {least}-{most}, the smaller first, not {text}")
    return low, high
