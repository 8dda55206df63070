"""What a performance is made of: events, and the one order in which they leave.

Law of this file: every event is frozen and stands on the grid at ``at``; ``order`` is total, so two
runs that make the same events write them in the same sequence. ``encode`` is the one byte form of an
event (digest and tape): ``decode(encode(x)) == x``. An argument keeps its type: 1 and 1.0 differ on the wire, so here too.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from performer.tempo import Micros
from performer.ticks import QUARTER, Meter, Span, Tick

EARLIEST_FEEL = Micros(-30_000)
"""No note is felt earlier than this before its place on the grid (played drums: sd 19-32 ms)."""
LATEST_FEEL = Micros(60_000)

RING = Span(7200 * QUARTER)
"""How long a last chord is meant to ring: an hour at 120, until a hand lets it go and cuts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMark:
    """A section begins. ``visit`` counts the visits of this section, the first being 0."""

    at: Tick
    section: str
    visit: int
    bars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarMark:
    """A bar begins. ``bar`` counts every bar of the performance from 0; ``in_section`` the bars of the section from 0."""

    at: Tick
    bar: int
    in_section: int
    meter: Meter
    per_quarter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TempoMark:
    """Tempo from here on: microseconds a quarter, moving to ``end`` over ``span`` ticks."""

    at: Tick
    start: int
    end: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ChordMark:
    """The chord that sounds from here on, and the one after it, as chord symbols; the keys that the two stand in."""

    at: Tick
    now: str
    next: str
    key: str
    next_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What sounds in ``part`` ends here at the latest (a jump, a stop); it can only shorten a note."""

    at: Tick
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One thing to fire for lights and visuals. It stays on the grid; ``lead`` asks for it that much earlier."""

    at: Tick
    part: str
    name: str
    args: tuple[int | float | str, ...] = ()
    lead: Micros = Micros(0)
    fade: Micros = Micros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controller:
    """A controller of a part takes a value, 0..1000 per mille."""

    at: Tick
    part: str
    name: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note on the grid. ``feel`` moves its sound by microseconds, never its place; one note per part, tick and pitch."""

    at: Tick
    part: str
    pitch: int
    length: Span
    velocity: int
    feel: Micros = Micros(0)


Event = TempoMark | SectionMark | BarMark | ChordMark | Cut | Cue | Controller | Note

_RANK: dict[type, int] = {TempoMark: 0, SectionMark: 1, BarMark: 2, ChordMark: 3, Cut: 4, Cue: 5, Controller: 6, Note: 7}


def order(event: Event) -> tuple[int, int, str, str, int]:
    """The written total order: tick, rank, part, name, pitch. Sort by it before anything leaves."""
    if type(event) is Note:  # nearly all of them
        return (event.at, 7, event.part, "", event.pitch)
    part = getattr(event, "part", "")
    name = getattr(event, "name", "")
    return (event.at, _RANK[type(event)], part, name, getattr(event, "pitch", 0))


# The byte form: one byte of rank, the tick as int64, then the fields in the order of the class; little-endian. A text is
# its length (uint32) and UTF-8; an argument is a tag (i, f, s) and its value, an integer of any size as a text of digits.

_NOTE = struct.Struct("<BqhqhqI")
_CONTROLLER = struct.Struct("<BqqI")
_CUE = struct.Struct("<BqqqH")
_PLAIN = struct.Struct("<Bq")
_TEMPO = struct.Struct("<Bqqqq")
_SECTION = struct.Struct("<Bqqq")
_BAR = struct.Struct("<BqqqHHqH")
_FLOAT = struct.Struct("<d")
_LENGTH = struct.Struct("<I")


@lru_cache(maxsize=4096)
def _text(text: str) -> bytes:
    data = text.encode()
    return _LENGTH.pack(len(data)) + data


@lru_cache(maxsize=4096)
def _utf8(text: str) -> bytes:
    return text.encode()


def _argument(value: int | float | str) -> bytes:
    if isinstance(value, str):
        return b"s" + _text(value)
    if isinstance(value, float):
        return b"f" + _FLOAT.pack(value)
    return b"i" + _text(str(int(value)))


def _encode_note(note: Note) -> bytes:
    part = _utf8(note.part)
    return _NOTE.pack(7, note.at, note.pitch, note.length, note.velocity, note.feel, len(part)) + part


def _encode_controller(event: Controller) -> bytes:
    part = _utf8(event.part)
    return _CONTROLLER.pack(6, event.at, event.value, len(part)) + part + _text(event.name)


def _encode_cue(cue: Cue) -> bytes:
    head = _CUE.pack(5, cue.at, cue.lead, cue.fade, len(cue.args))
    return head + _text(cue.part) + _text(cue.name) + b"".join(map(_argument, cue.args))


def _encode_bar(bar: BarMark) -> bytes:
    meter = bar.meter
    head = _BAR.pack(2, bar.at, bar.bar, bar.in_section, meter.count, meter.unit, bar.per_quarter, len(meter.groups))
    return head + struct.pack(f"<{len(meter.groups)}H", *meter.groups)


_ENCODERS: dict[type, Callable[..., bytes]] = {
    TempoMark: lambda e: _TEMPO.pack(0, e.at, e.start, e.end, e.span),
    SectionMark: lambda e: _SECTION.pack(1, e.at, e.visit, e.bars) + _text(e.section),
    BarMark: _encode_bar,
    ChordMark: lambda e: _PLAIN.pack(3, e.at) + _text(e.now) + _text(e.next) + _text(e.key) + _text(e.next_key),
    Cut: lambda e: _PLAIN.pack(4, e.at) + _text(e.part),
    Cue: _encode_cue,
    Controller: _encode_controller,
    Note: _encode_note,
}


def encode(event: Event) -> bytes:
    """The canonical bytes of one event: self-delimiting, so that they can be written one after the other."""
    return _ENCODERS[type(event)](event)


class Digest:
    """A running hash of committed events in their written order, one link an event, so that it can be taken up anywhere.

    Each link is BLAKE2b (RFC 7693), 16 bytes, of the link before it and the event's bytes.
    """

    __slots__ = ("link",)

    def __init__(self, link: bytes = bytes(16)) -> None:
        self.link = link

    def add(self, events: Iterable[Event]) -> None:
        """Follow with ``events``; how they are grouped into calls makes no difference."""
        link = self.link
        for event in events:
            link = blake2b(link + encode(event), digest_size=16, person=b"performer/events").digest()
        self.link = link

    def hex(self) -> str:
        """What was added so far, as 32 hexadecimal digits."""
        return self.link.hex()


class _Reader:
    """A cursor over encoded events."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: struct.Struct) -> tuple[int, ...]:
        values = form.unpack_from(self.data, self.at)
        self.at += form.size
        return values

    def raw(self, length: int) -> str:
        end = self.at + length
        if end > len(self.data):
            raise ValueError("the bytes end inside a text")
        text = self.data[self.at : end].decode()
        self.at = end
        return text

    def text(self) -> str:
        return self.raw(self.take(_LENGTH)[0])

    def argument(self) -> int | float | str:
        tag = self.raw(1)
        if tag == "f":
            return self.take(_FLOAT)[0]
        if tag not in "is":
            raise ValueError(f"no argument of type {tag!r}")
        return self.text() if tag == "s" else int(self.text())


def _decode_tempo(r: _Reader) -> Event:
    _, at, start, end, span = r.take(_TEMPO)
    return TempoMark(at=Tick(at), start=start, end=end, span=Span(span))


def _decode_section(r: _Reader) -> Event:
    _, at, visit, bars = r.take(_SECTION)
    return SectionMark(at=Tick(at), section=r.text(), visit=visit, bars=bars)


def _decode_bar(r: _Reader) -> Event:
    _, at, bar, in_section, count, unit, per_quarter, size = r.take(_BAR)
    groups = r.take(struct.Struct(f"<{size}H"))
    meter = Meter(count=count, unit=unit, groups=groups)
    return BarMark(at=Tick(at), bar=bar, in_section=in_section, meter=meter, per_quarter=per_quarter)


def _decode_chord(r: _Reader) -> Event:
    return ChordMark(at=Tick(r.take(_PLAIN)[1]), now=r.text(), next=r.text(), key=r.text(), next_key=r.text())


def _decode_cut(r: _Reader) -> Event:
    return Cut(at=Tick(r.take(_PLAIN)[1]), part=r.text())


def _decode_cue(r: _Reader) -> Event:
    _, at, lead, fade, size = r.take(_CUE)
    part, name = r.text(), r.text()
    args = tuple(r.argument() for _ in range(size))
    return Cue(at=Tick(at), part=part, name=name, args=args, lead=Micros(lead), fade=Micros(fade))


def _decode_controller(r: _Reader) -> Event:
    _, at, value, length = r.take(_CONTROLLER)
    return Controller(at=Tick(at), part=r.raw(length), name=r.text(), value=value)


def _decode_note(r: _Reader) -> Event:
    _, at, pitch, length, velocity, feel, size = r.take(_NOTE)
    return Note(at=Tick(at), part=r.raw(size), pitch=pitch, length=Span(length), velocity=velocity, feel=Micros(feel))


_DECODERS = (_decode_tempo, _decode_section, _decode_bar, _decode_chord, _decode_cut, _decode_cue, _decode_controller, _decode_note)


def decode(data: bytes) -> Iterator[Event]:
    """The events that ``encode`` wrote one after the other. Raises ValueError for anything else, after those before it."""
    reader = _Reader(data)
    while reader.at < len(data):
        rank = data[reader.at]
        if rank >= len(_DECODERS):
            raise ValueError(f"no event of kind {rank}")
        try:
            event = _DECODERS[rank](reader)
        except struct.error as error:
            raise ValueError("the bytes end inside an event") from error
        yield event
