"""MIDI 1.0 messages as values and bytes, by one table.

Law of this file: ``decode(encode(m)) == m`` for every message of the table, and ``decode`` raises
``MidiError`` alone. Channels count from 1 to 16 as people count them; everything else is 0..127 unless
said. Levels follow the response that General MIDI level 2 recommends for CC 7 and CC 11 (40 log10(v/127)
dB): a gain g is the value 127 sqrt(g).
"""

from collections.abc import Iterable
from math import isqrt
from typing import NamedTuple

VOLUME, EXPRESSION, SUSTAIN, GLIDE, SOUND_OFF, NOTES_OFF = 7, 11, 64, 65, 120, 123
BEND_CENTRE = 8192
DRUM_CHANNEL = 10
CLOCKS_A_QUARTER = 24

CONTROLLERS = {
    "modulation": 1, "breath": 2, "volume": VOLUME, "pan": 10, "expression": EXPRESSION, "sustain": SUSTAIN, "glide": GLIDE,
    "resonance": 71, "release": 72, "attack": 73, "brightness": 74, "cutoff": 74, "filter": 74, "reverb": 91, "chorus": 93,
}  # fmt: skip
"""Controllers by the names that shows and styles use (MIDI 1.0, General MIDI level 2); ``cc20`` to ``cc31`` and the like by number."""


class MidiError(ValueError):
    """Bytes that are no MIDI message, or values outside its ranges."""


class NoteOn(NamedTuple):
    """A note begins; velocity 1..127 (0 would be an off)."""

    channel: int
    key: int
    velocity: int


class NoteOff(NamedTuple):
    """A note ends."""

    channel: int
    key: int
    velocity: int = 64


class Change(NamedTuple):
    """A controller takes a value."""

    channel: int
    controller: int
    value: int


class Program(NamedTuple):
    """A sound is chosen, 0..127."""

    channel: int
    program: int


class Bend(NamedTuple):
    """Pitch bend, 0..16383, 8192 in the middle."""

    channel: int
    value: int


class Position(NamedTuple):
    """Song position in sixteenths from the start, 0..16383."""

    sixteenths: int


class Clock(NamedTuple):
    """One of 24 a quarter."""


class Start(NamedTuple):
    """Play from the start with the next clock."""


class Continue(NamedTuple):
    """Play on from the position."""


class Stop(NamedTuple):
    """Stop playing."""


class Sensing(NamedTuple):
    """Active sensing: still here."""


Midi = NoteOn | NoteOff | Change | Program | Bend | Position | Clock | Start | Continue | Stop | Sensing

TABLE: tuple[tuple[int, type, str], ...] = (
    (0x80, NoteOff, "c77"),
    (0x90, NoteOn, "c7v"),
    (0xB0, Change, "c77"),
    (0xC0, Program, "c7"),
    (0xE0, Bend, "cw"),
    (0xF2, Position, "w"),
    (0xF8, Clock, ""),
    (0xFA, Start, ""),
    (0xFB, Continue, ""),
    (0xFC, Stop, ""),
    (0xFE, Sensing, ""),
)
"""Status, kind, fields: c a channel in the status, 7 a byte 0..127, v the same but not 0, w two bytes, low first."""

_BY_KIND = {kind: (status, form) for status, kind, form in TABLE}
_BY_STATUS = {status: (kind, form) for status, kind, form in TABLE}
_LIMITS = {"c": (1, 16), "7": (0, 127), "v": (1, 127), "w": (0, 16383)}


def encode(message: Midi) -> bytes:
    """One message. Raises MidiError for a value outside its range."""
    status, form = _BY_KIND[type(message)]
    data = bytearray((status,))
    for field, value in zip(form, message, strict=True):
        low, high = _LIMITS[field]
        if not low <= value <= high:
            raise MidiError(f"{value} in {message}: from {low} to {high}")
        if field == "c":
            data[0] |= value - 1
        elif field == "w":
            data += bytes((value & 127, value >> 7))
        else:
            data.append(value)
    return bytes(data)


def decode(data: bytes) -> tuple[Midi, ...]:
    """The messages in some bytes, each with its own status byte (performer writes no running status)."""
    found: list[Midi] = []
    at = 0
    while at < len(data):
        message, at = _one(data, at)
        found.append(message)
    return tuple(found)


def _one(data: bytes, at: int) -> tuple[Midi, int]:
    status = data[at] if data[at] >= 0xF0 else data[at] & 0xF0
    if status not in _BY_STATUS:
        raise MidiError(f"the status {data[at]:#04x} is not known")
    kind, form = _BY_STATUS[status]
    values = [(data[at] & 15) + 1] if "c" in form else []
    at += 1
    for field in form.removeprefix("c"):
        size = 2 if field == "w" else 1
        raw = data[at : at + size]
        if len(raw) < size or max(raw) > 127:
            raise MidiError("a message cut short")
        values.append(raw[0] | raw[1] << 7 if size == 2 else raw[0])
        at += size
    if kind is NoteOn and values[2] == 0:
        kind = NoteOff
    return kind(*values), at


def gain(per_mille: int) -> int:
    """The value of CC 7 or CC 11 for a linear gain, 1000 = full; never more than 127."""
    return min(127, isqrt(127 * 127 * max(0, per_mille) // 1000))


def value(per_mille: int) -> int:
    """The value of any other controller, rounded."""
    return min(127, max(0, (per_mille * 127 + 500) // 1000))


def controller(name: str) -> int | None:
    """The number of a controller by its name or as ``cc21``; None for a name that MIDI does not know."""
    if name.startswith("cc") and name[2:].isascii() and name[2:].isdigit():
        return int(name[2:]) if int(name[2:]) < 120 else None
    return CONTROLLERS.get(name)


def release(channels: Iterable[int]) -> tuple[bytes, ...]:
    """What follows the offs of known notes when everything must end: CC 64 = 0, CC 123, CC 120 on these channels.

    Nine bytes a channel, so that a DIN cable (31,250 baud, ten bits a byte) carries all sixteen in 46 ms.
    """
    return tuple(encode(Change(channel, number, 0)) for channel in sorted(set(channels)) for number in (SUSTAIN, NOTES_OFF, SOUND_OFF))
