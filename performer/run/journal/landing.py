"""Where who comes back begins to read: at the newest snapshot, after a night of hours as after one of minutes.

Law of this file: what is read from a landing on tells of the same night as the whole journal, and of the same damage. All that
is passed over is held against one checksum; where that, or anything about the landing, is not right, the whole journal is read.

A journal is read at some 6 microseconds a record and begun at 25 more for each that a snapshot does not hold: two seconds after
eight hours of moving faders. Its checksum takes some 15 milliseconds of that.
"""

import struct
import zlib

from performer.run.journal.format import (
    LISTENER,
    MAGIC,
    VERSION,
    Entered,
    Header,
    Landing,
    Read,
    Record,
    Reported,
    Snapshot,
    loss,
    read,
    record_at,
    size_at,
    walk,
)
from performer.wire.osc import padded
from performer.wire.vocabulary import ROOT

_SIGN = MAGIC + bytes((VERSION, 7))
_LATEST = tuple(padded(f"{ROOT}/{name}") for name in ("panic", "stop", "go"))
_OF_A_PART = tuple(padded(f"{ROOT}/{name}") for name in ("mute", "level"))
_VALUE = 4
"""Bytes of the number that ends a mute or a level: what is before it says whose it is."""


class Bearings:
    """What the next landing will say: kept along by the writer, record by record.

    Of what a snapshot does not hold a newer record takes an older one's place: mutes and faders of a part, the last panic, stop
    and go, who listens; and the newest entry, whatever it is. A fade is not among them: nobody lands in the middle of one.
    """

    def __init__(self) -> None:
        self._held: dict[tuple[str | bytes, ...], int] = {}
        self._newest: tuple[int, ...] = ()
        self._seq = 0
        self._check = 0
        self._landing: tuple[int, Landing] | None = None
        self.size = 0

    @classmethod
    def of(cls, data: bytes, found: Read) -> "Bearings":
        """As they stand at the end of what was ``found`` in ``data``."""
        self = cls()
        for record, place in zip(found.records, found.places, strict=True):
            self._note(record, place)
        self.size, self._check = found.good, zlib.crc32(memoryview(data)[: found.good])
        return self

    def add(self, record: Record, data: bytes, ordinal: int) -> None:
        """``record`` is the next one in the file, as the bytes ``data``."""
        if isinstance(record, Snapshot) and record.seq == self._seq:  # while a take-back waits it is an older one
            held = sorted({*self._held.values(), *self._newest})
            self._landing = (record.tick, Landing(self._check, self.size, ordinal, tuple(held)))
        self._note(record, self.size)
        self._check, self.size = zlib.crc32(data, self._check), self.size + len(data)

    def landing(self, tick: int) -> Landing | None:
        """The newest one that is not beyond ``tick``, once."""
        if self._landing is None or self._landing[0] > tick:
            return None
        found, self._landing = self._landing[1], None
        return found

    def _note(self, record: Record, place: int) -> None:
        match record:
            case Entered(seq=seq, data=data):
                self._newest, self._seq = (place,), seq
                if data.startswith(_OF_A_PART):
                    self._held[(data[:-_VALUE],)] = place
                elif data.startswith(_LATEST):
                    self._held[(data,)] = place
            case Reported(kind=kind, values=values) if kind == LISTENER and len(values) == 4:
                self._held.pop((str(values[0]), str(values[1])), None)
                if values[3]:
                    self._held[str(values[0]), str(values[1])] = place


def read_back(data: bytes) -> Read:
    """What of a journal whoever comes back needs: all that matters before its newest landing, and all since. Never raises."""
    try:
        found = _landed(data)
    except (ValueError, LookupError, TypeError, struct.error, RecursionError):
        found = None  # something that this version cannot read: the reader of the whole says what
    return found or read(data)


def _landed(data: bytes) -> Read | None:
    """The journal from its newest landing on; None where there is none that can be trusted."""
    at = data.rfind(_SIGN)
    while at >= 0 and size_at(data, at) is None:
        at = data.rfind(_SIGN, 0, at)
    landing, header = (_one(data, at), _one(data, 0)) if at >= 0 else (None, None)
    if not isinstance(landing, Landing) or not isinstance(header, Header) or landing.start > at:
        return None
    if zlib.crc32(memoryview(data)[: landing.start]) != landing.check:
        return None
    records, places, good, ordinal, why = walk(data, landing.start, landing.ordinal)
    if good <= at:
        return None
    held = (_one(data, place) for place in landing.held)
    lost = loss(data, good, ordinal, why) if good < len(data) else ""
    return Read(header, (*held, *records), good, ordinal, lost, (*landing.held, *places), data)


def _one(data: bytes, at: int) -> Record:
    """The record at ``at``. Raises ValueError when none is there, and what a payload of another version raises."""
    size = size_at(data, at)
    if size is None:
        raise ValueError(f"no record at byte {at}")
    return record_at(data, at, size)
