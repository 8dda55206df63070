"""OSC 1.0 packets: a fast encoder, a strict decoder, and time tags with a hole.

Law of this file: ``decode(encode(x)) == (x,)``, and whatever bytes come in, ``decode`` returns or raises
``OscError``: nothing else, in time proportional to the packet. Bounds: 8 kB, bundles four deep, 64
arguments, the tags ``ifsTFNIhdbt``, strict UTF-8, finite floats, zero padding. An address is matched
exactly by those who read it; a pattern is only an address that nobody has.

Python types choose the tags: bool T F, None N, ``IMPULSE`` I, int i (h beyond 32 bits), float f,
``Double`` d, str s, bytes b, ``TimeTag`` t.

A time-tagged datagram is made ahead with a *hole*: a bundle whose tag is 0, which is no OSC time (1 is
"at once"). Who sends it calls ``stamp(data, wall_ns)`` with the wall time at which it shall sound: the
planned send time plus the output's lead. ``stamp`` leaves every other datagram as it is.
"""

import struct
from enum import Enum
from functools import lru_cache
from math import isfinite
from struct import Struct
from typing import NamedTuple

MAX_PACKET = 8192
MAX_DEPTH = 4
MAX_ARGS = 64
HOLE = 0

_BUNDLE = b"#bundle\0"
_EPOCH_S = 2_208_988_800
"""Seconds from NTP's epoch (1900) to that of Unix (1970): RFC 5905."""

_INT, _LONG, _FLOAT, _DOUBLE, _TAG = Struct(">i"), Struct(">q"), Struct(">f"), Struct(">d"), Struct(">Q")


class OscError(ValueError):
    """Bytes that are no OSC message within the bounds, or values that OSC cannot carry."""


class Double(float):
    """A float that travels as 64 bits (d)."""

    __slots__ = ()


class TimeTag(int):
    """A 64-bit NTP time (t)."""

    __slots__ = ()


class Impulse(Enum):
    """OSC's I: something happens, without a value."""

    IMPULSE = "impulse"


IMPULSE = Impulse.IMPULSE

Arg = bool | int | float | str | bytes | None | Impulse


class Message(NamedTuple):
    """One message: where to, and with what."""

    address: str
    args: tuple[Arg, ...] = ()


class Bundle(NamedTuple):
    """Messages (or bundles) with one time tag, a 64-bit NTP time."""

    tag: int
    elements: tuple["Message | Bundle", ...]


def padded(text: str) -> bytes:
    """A string as OSC writes it: UTF-8, ended and filled with zeros to four bytes. Raises OscError."""
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise OscError(f"{text!r} is not writable as UTF-8") from error
    if b"\0" in data:
        raise OscError(f"{text!r} holds a zero")
    return data + bytes(4 - len(data) % 4)


@lru_cache(maxsize=4096)
def head(address: str, tags: str) -> bytes:
    """Address and type tags (``tags`` without the comma), ready for arguments to follow. Raises OscError."""
    if not address.startswith("/"):
        raise OscError(f"the address {address!r} does not begin with /")
    if len(tags) > MAX_ARGS:
        raise OscError(f"{len(tags)} arguments: at most {MAX_ARGS}")
    return padded(address) + padded("," + tags)


def encode(address: str, args: tuple[Arg, ...] | list[Arg] = ()) -> bytes:
    """One message as bytes. Raises OscError for what OSC cannot carry (NaN, a float beyond 32 bits, a zero in a string)."""
    tags, body = "", b""
    for arg in args:
        tag, data = _written(arg)
        tags += tag
        body += data
    return head(address, tags) + body


def _written(arg: Arg) -> tuple[str, bytes]:
    if isinstance(arg, float):
        return _written_float(arg)
    if isinstance(arg, str):
        return "s", padded(arg)
    if arg is True or arg is False:
        return ("T" if arg else "F"), b""
    if isinstance(arg, int):
        return _written_int(arg)
    if isinstance(arg, bytes):
        return "b", _INT.pack(len(arg)) + arg + bytes(-len(arg) % 4)
    if arg is None:
        return "N", b""
    if arg is IMPULSE:
        return "I", b""
    raise OscError(f"OSC carries no {type(arg).__name__}")


def _written_int(arg: int) -> tuple[str, bytes]:
    try:
        if isinstance(arg, TimeTag):
            return "t", _TAG.pack(arg)
        return ("i", _INT.pack(arg)) if -0x8000_0000 <= arg <= 0x7FFF_FFFF else ("h", _LONG.pack(arg))
    except struct.error as error:
        raise OscError("an integer beyond 64 bits") from error


def _written_float(arg: float) -> tuple[str, bytes]:
    if not isfinite(arg):
        raise OscError(f"{arg} is no number to send")
    try:
        return ("d", _DOUBLE.pack(arg)) if isinstance(arg, Double) else ("f", _FLOAT.pack(arg))
    except OverflowError as error:
        raise OscError(f"{arg} is beyond 32 bits") from error


def bundle(tag: int, messages: tuple[bytes, ...] | list[bytes]) -> bytes:
    """Encoded messages (or bundles) under one time tag."""
    return _BUNDLE + _TAG.pack(tag) + b"".join([_INT.pack(len(message)) + message for message in messages])


def ntp(wall_ns: int) -> int:
    """Wall time (nanoseconds from 1970) as a 64-bit NTP time: seconds and a fraction, rounded down."""
    seconds, rest = divmod(wall_ns, 1_000_000_000)
    return ((seconds + _EPOCH_S) << 32 | (rest << 32) // 1_000_000_000) & 0xFFFF_FFFF_FFFF_FFFF


def wall_ns(tag: int) -> int:
    """An NTP time as nanoseconds from 1970, rounded up, so that it is ``ntp``'s inverse on what ``ntp`` gave."""
    return ((tag >> 32) - _EPOCH_S) * 1_000_000_000 - (-(tag & 0xFFFF_FFFF) * 1_000_000_000 >> 32)


_HOLED = _BUNDLE + _TAG.pack(HOLE)


def holed(message: bytes) -> bytes:
    """A message in a bundle whose time is still to be written by ``stamp``."""
    return _HOLED + _INT.pack(len(message)) + message


def stamp(data: bytes, wall_ns: int) -> bytes:
    """``data`` with its hole filled by the time at which it shall sound; without a hole, ``data`` itself."""
    return _BUNDLE + _TAG.pack(ntp(wall_ns)) + data[16:] if data.startswith(_HOLED) else data


def packet(data: bytes) -> Message | Bundle:
    """What one datagram says, as it is. Raises OscError, and nothing else, for anything outside the bounds."""
    if len(data) > MAX_PACKET:
        raise OscError(f"{len(data)} bytes: at most {MAX_PACKET}")
    return _packet(data, 0, len(data), 1)


def decode(data: bytes) -> tuple[Message, ...]:
    """The messages of one datagram in their order, bundles opened and their time tags left aside. Raises OscError."""
    whole = packet(data)
    return (whole,) if isinstance(whole, Message) else tuple(_opened(whole))


def _opened(bundle: Bundle) -> list[Message]:
    found: list[Message] = []
    for element in bundle.elements:
        if isinstance(element, Message):
            found.append(element)
        else:
            found.extend(_opened(element))
    return found


def _packet(data: bytes, at: int, end: int, depth: int) -> Message | Bundle:
    if (end - at) % 4 or at == end:
        raise OscError("a length that is no multiple of four")
    if data[at : at + 8] != _BUNDLE:
        return _message(data, at, end)
    if end - at < 16:
        raise OscError("a bundle without a time")
    if depth > MAX_DEPTH:
        raise OscError(f"bundles in bundles: at most {MAX_DEPTH} deep")
    tag: int = _TAG.unpack_from(data, at + 8)[0]
    at += 16
    elements = []
    while at < end:
        size: int = _INT.unpack_from(data, at)[0]
        at += 4
        if not 0 < size <= end - at:
            raise OscError(f"a bundle element of {size} bytes")
        elements.append(_packet(data, at, at + size, depth + 1))
        at += size
    return Bundle(tag, tuple(elements))


def _message(data: bytes, at: int, end: int) -> Message:
    if data[at] != 0x2F:
        raise OscError("no address")
    address, at = _string(data, at, end)
    if at == end or data[at] != 0x2C:
        raise OscError("no type tags")
    tags, at = _string(data, at, end)
    if len(tags) > MAX_ARGS + 1:
        raise OscError(f"{len(tags) - 1} arguments: at most {MAX_ARGS}")
    args = []
    for tag in tags[1:]:
        arg, at = _read(tag, data, at, end)
        args.append(arg)
    if at != end:
        raise OscError("bytes after the last argument")
    return Message(address, tuple(args))


def _string(data: bytes, at: int, end: int) -> tuple[str, int]:
    stop = data.find(0, at, end)
    if stop < 0:
        raise OscError("a string without an end")
    after = at + (stop - at) // 4 * 4 + 4
    if after > end or any(data[stop:after]):
        raise OscError("a string not filled with zeros")
    try:
        return data[at:stop].decode(), after
    except UnicodeDecodeError as error:
        raise OscError("a string that is not UTF-8") from error


_CONSTANTS: dict[str, Arg] = {"T": True, "F": False, "N": None, "I": IMPULSE}
_NUMBERS: dict[str, tuple[Struct, type]] = {
    "i": (_INT, int), "h": (_LONG, int), "f": (_FLOAT, float), "d": (_DOUBLE, Double), "t": (_TAG, TimeTag),
}  # fmt: skip


def _read(tag: str, data: bytes, at: int, end: int) -> tuple[Arg, int]:
    if tag in _NUMBERS:
        form, kind = _NUMBERS[tag]
        if at + form.size > end:
            raise OscError("an argument cut short")
        number = form.unpack_from(data, at)[0]
        if tag in "fd" and not isfinite(number):
            raise OscError("a number that is not finite")
        return kind(number), at + form.size
    if tag == "s":
        return _string(data, at, end)
    if tag == "b":
        return _blob(data, at, end)
    if tag in _CONSTANTS:
        return _CONSTANTS[tag], at
    raise OscError(f"an argument of unknown type {tag!r}")


def _blob(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    if at + 4 > end:
        raise OscError("an argument cut short")
    size: int = _INT.unpack_from(data, at)[0]
    at += 4
    if not 0 <= size <= end - at:
        raise OscError(f"a blob of {size} bytes")
    after = at + (size + 3) // 4 * 4
    if after > end or any(data[at + size : after]):
        raise OscError("a blob not filled with zeros")
    return data[at : at + size], after
