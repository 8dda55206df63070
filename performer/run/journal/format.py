"""The journal as bytes: seven kinds of record, one frame, one reader that trusts nothing.

Law of this file: ``read(b"".join(frames))`` gives the records back, and whatever is done to those bytes,
reading ends at the first record that is not whole and says what is missing; it never raises and never
returns a record that was not written.

A frame is ``magic 2 | version 1 | type 1 | length 4 | ordinal 8 | payload | crc32 4``, big-endian; the
checksum (zlib's CRC-32) covers everything before it. Ordinals count the records of the file from 0.
"""

import json
import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple

MAGIC = b"\xb5J"
VERSION = 1
LONGEST = 64 << 20
"""Bytes of the longest payload that is believed: a damaged length must not ask for memory."""

_HEAD = struct.Struct(">2sBBIQ")
_CHECK = struct.Struct(">I")
_ENTERED = struct.Struct(">QqqQH")
_SNAPSHOT = struct.Struct(">Qq")
_LENGTH = struct.Struct(">I")
_LANDING = struct.Struct(">IQQ")
_PLACE = struct.Struct(">Q")

SEALED = "sealed"
"""A report of the digest at a tick."""
LISTENER = "listener"
"""A report of who wants feedback: host, port, port it was asked from, on or off."""


class Header(NamedTuple):
    """How the night began: all that replay needs beside the entries.

    ``files`` are the show's (path, bytes), the root first; ``rig`` the rig's bytes; ``tonight`` the seed;
    ``options`` what was asked for at the start; the two clocks are one moment, in nanoseconds.
    """

    files: tuple[tuple[str, bytes], ...]
    rig: bytes
    tonight: int
    performer: str
    python: str
    wall_ns: int
    monotonic_ns: int
    options: tuple[tuple[str, str], ...] = ()


class Entered(NamedTuple):
    """One accepted control: its number, tick and reach, where it came from, the kernel's stamp, the raw OSC message."""

    seq: int
    tick: int
    reach: int
    source: str
    stamp_ns: int
    data: bytes


class Reported(NamedTuple):
    """What came late or fell back (``kind``) when ``after`` was the last entry; replay obeys it."""

    after: int
    kind: str
    values: tuple[int | str, ...]


class Snapshot(NamedTuple):
    """The core at ``tick`` with all entries up to ``seq`` in it, as bytes that only the core reads."""

    seq: int
    tick: int
    data: bytes


class Tape(NamedTuple):
    """Committed events in their written order, a chunk of them."""

    data: bytes


class End(NamedTuple):
    """The night ended in order, and why."""

    reason: str


class Landing(NamedTuple):
    """Who comes back may begin at byte ``start``, with record ``ordinal``: a snapshot.

    ``check`` is the CRC-32 of all bytes before it; of those only the header and the records at the bytes ``held`` matter still.
    """

    check: int
    start: int
    ordinal: int
    held: tuple[int, ...]


Record = Header | Entered | Reported | Snapshot | Tape | End | Landing

_KINDS: tuple[type, ...] = (Header, Entered, Reported, Snapshot, Tape, End, Landing)
_TYPE = {kind: number for number, kind in enumerate(_KINDS, 1)}


class Read(NamedTuple):
    """What a journal still holds.

    ``header`` is None when even that is gone. ``good`` is the length of the sound part in bytes, ``ordinal`` the number
    the next record takes. ``lost`` says in words what was cut off, "" when nothing was. ``places``: the byte at which each of the
    ``records`` begins. ``passed``: the journal's bytes where it was read from a landing on, so that not all records are here.
    """

    header: Header | None
    records: tuple[Record, ...]
    good: int
    ordinal: int
    lost: str
    places: tuple[int, ...] = ()
    passed: bytes = b""

    @property
    def entries(self) -> tuple[Entered, ...]:
        """The accepted controls, in order."""
        return tuple(r for r in self.records if isinstance(r, Entered))

    @property
    def snapshot(self) -> Snapshot | None:
        """The last snapshot."""
        return next((r for r in reversed(self.records) if isinstance(r, Snapshot)), None)

    @property
    def ended(self) -> bool:
        """True when the night ended in order."""
        return bool(self.records) and isinstance(self.records[-1], End)


def frame(record: Record, ordinal: int) -> bytes:
    """The bytes of one record. Raises ValueError for a payload above ``LONGEST``."""
    payload = _payload(record)
    if len(payload) > LONGEST:
        raise ValueError(f"a record of {len(payload)} bytes is too long for the journal")
    body = _HEAD.pack(MAGIC, VERSION, _TYPE[type(record)], len(payload), ordinal) + payload
    return body + _CHECK.pack(zlib.crc32(body))


class Walk(NamedTuple):
    """The whole records from some place on: themselves, where each begins, where the last ends, the next ordinal, why no more follow."""

    records: list[Record]
    places: list[int]
    good: int
    ordinal: int
    why: str


def read(data: bytes) -> Read:
    """All whole records from the start of ``data`` on. Never raises."""
    records, places, good, ordinal, why = walk(data, 0, 0)
    header = records[0] if records and isinstance(records[0], Header) else None
    lost = loss(data, good, ordinal, why) if good < len(data) else ""
    if header is None and not lost:
        lost = "the journal has no beginning" if records else "the journal is empty"
    first = 1 if header else 0
    return Read(header, tuple(records[first:]), good, ordinal, lost, tuple(places[first:]))


def walk(data: bytes, at: int, ordinal: int) -> Walk:
    """The whole records from byte ``at`` on, where record ``ordinal`` belongs. Never raises."""
    records: list[Record] = []
    places: list[int] = []
    why = ""
    while at < len(data):
        size, why = framed(data, at, ordinal)
        if size is None:
            break
        try:
            records.append(record_at(data, at, size))
        except (ValueError, LookupError, TypeError, struct.error, RecursionError) as error:
            why = f"a payload that this version cannot read ({type(error).__name__})"
            break
        places.append(at)
        at, ordinal = at + size, ordinal + 1
    return Walk(records, places, at, ordinal, why)


def record_at(data: bytes, at: int, size: int) -> Record:
    """The record in the sound frame of ``size`` bytes at ``at``. Raises what a payload of another version raises."""
    return _UNPACK[data[at + 3]](data[at + _HEAD.size : at + size - _CHECK.size])


def sound_length(data: bytes, ordinal: int) -> tuple[int, int]:
    """How many bytes of ``data`` are whole records that continue at ``ordinal``, and the ordinal after them."""
    at = 0
    while (size := framed(data, at, ordinal)[0]) is not None:
        at, ordinal = at + size, ordinal + 1
    return at, ordinal


def framed(data: bytes, at: int, ordinal: int) -> tuple[int | None, str]:
    """Size of the whole, right frame at ``at``, or None and what is wrong with it."""
    if len(data) - at < _HEAD.size + _CHECK.size:
        return None, "an unfinished record" if len(data) > at else ""
    magic, version, kind, length, number = _HEAD.unpack_from(data, at)
    size = _HEAD.size + length + _CHECK.size
    if magic != MAGIC:
        return None, "bytes that are no record"
    if length > LONGEST or at + size > len(data):
        return None, "an unfinished record"
    if _CHECK.unpack_from(data, at + size - _CHECK.size)[0] != zlib.crc32(memoryview(data)[at : at + size - _CHECK.size]):
        return None, "a wrong checksum"
    if version != VERSION:
        return None, f"a record of journal version {version} (this is version {VERSION})"
    if not 1 <= kind <= len(_KINDS):
        return None, f"a record of the unknown type {kind}"
    if number != ordinal:
        return None, f"record {number} where {ordinal} belongs"
    return size, ""


def size_at(data: bytes, at: int) -> int | None:
    """Bytes of the whole frame at ``at``, whatever its ordinal; None when none is there."""
    return framed(data, at, _HEAD.unpack_from(data, at)[4])[0] if len(data) - at >= _HEAD.size else None


def loss(data: bytes, good: int, whole: int, why: str) -> str:
    """One sentence: where it was cut, why, and how many records behind the cut still look whole."""
    later, at = 0, data.find(MAGIC, good + 1)
    while at >= 0:
        size = size_at(data, at)
        later += size is not None
        at = data.find(MAGIC, at + (size or 1))
    tail = f", {later} of them in whole records" if later else ""
    return f"cut after {whole} records at byte {good}: {why}; {len(data) - good} bytes are left out{tail}"


def _payload(record: Record) -> bytes:
    match record:
        case Header():
            return _pack_header(record)
        case Entered():
            source = record.source.encode()[:200]
            return _ENTERED.pack(record.seq, record.tick, record.reach, record.stamp_ns, len(source)) + source + record.data
        case Reported():
            return json.dumps([record.after, record.kind, *record.values]).encode()
        case Snapshot():
            return _SNAPSHOT.pack(record.seq, record.tick) + record.data
        case Tape():
            return record.data
        case End():
            return record.reason.encode()
        case Landing():
            return _LANDING.pack(*record[:3]) + b"".join(_PLACE.pack(place) for place in record.held)


def _unpack_entered(payload: bytes) -> Entered:
    seq, tick, reach, stamp, length = _ENTERED.unpack_from(payload)
    start = _ENTERED.size
    return Entered(seq, tick, reach, payload[start : start + length].decode(errors="replace"), stamp, payload[start + length :])


def _unpack_reported(payload: bytes) -> Reported:
    after, name, *values = json.loads(payload)
    return Reported(int(after), str(name), tuple(values))


def _unpack_snapshot(payload: bytes) -> Snapshot:
    seq, tick = _SNAPSHOT.unpack_from(payload)
    return Snapshot(seq, tick, payload[_SNAPSHOT.size :])


def _unpack_landing(payload: bytes) -> Landing:
    check, start, ordinal = _LANDING.unpack_from(payload)
    return Landing(check, start, ordinal, tuple(place for (place,) in _PLACE.iter_unpack(payload[_LANDING.size :])))


def _pack_header(header: Header) -> bytes:
    """Length of the JSON part, the JSON part (with the sizes of the files), then the bytes of the files and the rig."""
    told = {
        "files": [[name, len(data)] for name, data in header.files],
        "rig": len(header.rig),
        "tonight": header.tonight,
        "performer": header.performer,
        "python": header.python,
        "wall_ns": header.wall_ns,
        "monotonic_ns": header.monotonic_ns,
        "options": [list(pair) for pair in header.options],
    }
    head = json.dumps(told, sort_keys=True).encode()
    return b"".join((_LENGTH.pack(len(head)), head, *(data for _, data in header.files), header.rig))


def _unpack_header(payload: bytes) -> Header:
    (length,) = _LENGTH.unpack_from(payload)
    at = _LENGTH.size + length
    told = json.loads(payload[_LENGTH.size : at])
    files = []
    for name, size in told["files"]:
        files.append((name, payload[at : at + size]))
        at += size
    options = tuple((str(name), str(value)) for name, value in told["options"])
    clocks = (told["wall_ns"], told["monotonic_ns"])
    return Header(tuple(files), payload[at : at + told["rig"]], told["tonight"], told["performer"], told["python"], *clocks, options)


_UNPACK: dict[int, Callable[[bytes], Record]] = {
    1: _unpack_header,
    2: _unpack_entered,
    3: _unpack_reported,
    4: _unpack_snapshot,
    5: Tape,
    6: lambda payload: End(payload.decode(errors="replace")),
    7: _unpack_landing,
}
