"""A Standard MIDI File of a rehearsal: type 1, a track a part, written as bytes.

Law of this file: every position is rounded once from its absolute tick, so nothing adds up; the
file's tempo map leads to the same show time as the performance's within a millisecond.
Source of the format: Standard MIDI Files 1.0 (RP-001). 960 ticks a quarter is what sequencers read best.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from performer.events import BarMark, ChordMark, Controller, Cue, Event, SectionMark
from performer.music.pitch import MODES, Key, key
from performer.rehearse.heard import Sound, heard
from performer.tempo import Segment, TempoMap
from performer.ticks import QUARTER, SIXTEENTH, Meter, Tick
from performer.wire.midi import EXPRESSION, VOLUME, controller, gain, value
from performer.wire.mix import LEVEL

DIVISION = 960
GRAIN = QUARTER // DIVISION
"""Our ticks in one tick of the file."""

Timed = tuple[int, int, bytes]
"""File tick, rank at that tick, and the event's bytes without its delta time."""

EARLY = QUARTER // 5
"""Ticks before a song at which its sounds are chosen, so that its first notes may be felt early."""

TEXT, NAME, MARKER, CUE_POINT = 0x01, 0x03, 0x06, 0x07


@dataclass(frozen=True, slots=True, kw_only=True)
class Stint:
    """How a part is sent from ``at`` on: ``channel`` 0..15, ``program`` 0..127 or none, ``fader`` per mille (CC 7).

    A level that the score asks for (per mille) goes to CC 11 as its share of ``whole``.
    """

    at: Tick
    channel: int
    program: int | None = None
    fader: int = 800
    whole: int = 800


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One part and its stints, ascending, one a song; a part without any plays no notes."""

    part: str
    stints: tuple[Stint, ...]


def midi_file(title: str, events: Sequence[Event], tempo: TempoMap, tracks: Sequence[Track]) -> bytes:
    """The bytes of a type 1 file: a conductor's track, then one track a part in the given order.

    ``events`` are in the written order. Ticks before the first downbeat (a count-in) move the whole file, so that it
    begins at its first event.
    """
    origin = min(0, events[0].at if events else 0)
    sounds = heard(events, tempo)
    place = _placer(origin)
    last = max([place(events[-1].at) if events else 0, *(place(s.off) for part in sounds.values() for s in part[-64:])])
    chunks = [_chunk(_conductor(title, events, tempo, place, last), last)]
    marks: dict[str, list[Controller | Cue]] = {}
    for event in events:
        if isinstance(event, Controller | Cue):
            marks.setdefault(event.part, []).append(event)
    chunks += [_chunk(_part(track, sounds.get(track.part, ()), marks.get(track.part, ()), place), last) for track in tracks]
    head = b"MThd" + (6).to_bytes(4, "big") + (1).to_bytes(2, "big") + len(chunks).to_bytes(2, "big") + DIVISION.to_bytes(2, "big")
    return head + b"".join(chunks)


def _placer(origin: int) -> Callable[[int], int]:
    def place(tick: int) -> int:
        """The file's tick nearest to ours; feel before the very beginning is held back."""
        return max(0, (tick - origin + GRAIN // 2) // GRAIN)

    return place


def _conductor(title: str, events: Sequence[Event], tempo: TempoMap, place: Callable[[int], int], last: int) -> list[Timed]:
    out: list[Timed] = [(0, 0, _meta(NAME, title.encode()))]
    out += _tempo_steps(tempo, place, last)
    out += _meters([event for event in events if isinstance(event, BarMark)], place)
    signature = b""
    for event in events:
        if isinstance(event, SectionMark):
            name = event.section if not event.visit else f"{event.section} ({event.visit + 1})"
            out.append((place(event.at), 3, _meta(MARKER, name.encode())))
        elif isinstance(event, ChordMark):
            out.append((place(event.at), 5, _meta(TEXT, event.now.encode())))
            now = _key_signature(event.key)
            if now and now != signature:
                signature = now
                out.append((place(event.at), 2, now))
        elif isinstance(event, Cue) and not event.part:
            out.append((place(event.at), 4, _cue(event)))
    return out


def _tempo_steps(tempo: TempoMap, place: Callable[[int], int], last: int) -> list[Timed]:
    """A steady stretch as one value, a ramp as one value a sixteenth, each chosen so that the file's time meets ours."""
    first = tempo.segments[0]
    out: list[Timed] = [(0, 0, _tempo(first.start))] if place(first.at) else []
    for index, segment in enumerate(tempo.segments):
        after = tempo.segments[index + 1].at if index + 1 < len(tempo.segments) else None
        knee = segment.at + segment.span
        stop = knee if after is None else min(knee, after)
        out += _ramp(segment, stop, place)
        if after is None or knee < after:
            out.append((place(knee), 0, _tempo(segment.end)))
    return [step for step in out if step[0] <= last] or [(0, 0, _tempo(first.start))]


def _ramp(segment: Segment, stop: int, place: Callable[[int], int]) -> Iterable[Timed]:
    spent = 0
    for at in range(segment.at, stop, SIXTEENTH):
        a, b = place(at), place(min(at + SIXTEENTH, stop))
        if a == b:
            continue
        due = (segment.micros_at(Tick(min(at + SIXTEENTH, stop))) - segment.micros) * DIVISION
        value = (due - spent + (b - a) // 2) // (b - a)
        spent += value * (b - a)
        yield a, 0, _tempo(value)


def _tempo(per_quarter: int) -> bytes:
    return b"\xff\x51\x03" + min(per_quarter, 0xFFFFFF).to_bytes(3, "big")


def _meters(bars: Sequence[BarMark], place: Callable[[int], int]) -> list[Timed]:
    """Where the meter changes; a bar that was cut short is written as what it became, so that later bar lines stay true."""
    out: list[Timed] = []
    shown = b""
    for index, bar in enumerate(bars):
        length = bars[index + 1].at - bar.at if index + 1 < len(bars) else bar.meter.bar
        signature = _signature(bar.meter, length)
        if signature != shown:
            shown = signature
            out.append((place(bar.at), 1, signature))
    return out


def _signature(meter: Meter, length: int) -> bytes:
    count, unit = meter.count, meter.unit
    if length != meter.bar:
        for finer in (unit, 8, 16, 32, 64):
            if length * finer % (4 * QUARTER) == 0 and 0 < length * finer // (4 * QUARTER) < 256:
                count, unit = length * finer // (4 * QUARTER), finer
                break
    return bytes((0xFF, 0x58, 4, count, unit.bit_length() - 1, 24 * meter.pulse // QUARTER, 8))


def _key_signature(text: str) -> bytes:
    """Sharps (or flats as negatives) of the mode's parent major scale, and whether the third is minor."""
    try:
        found: Key = key(text)
    except ValueError:
        return b""
    steps = MODES[found.mode]
    minor = steps[2] == 3
    degree = next((k for k in range(7) if _rotated(k) == steps), 5 if minor else 0)
    sharps = ((found.tonic - MODES["major"][degree]) * 7 + 6) % 12 - 6
    return bytes((0xFF, 0x59, 2, sharps & 0xFF, int(minor)))


def _rotated(degree: int) -> tuple[int, ...]:
    major = MODES["major"]
    return tuple((major[(degree + i) % 7] - major[degree]) % 12 for i in range(7))


def _part(track: Track, sounds: Sequence[Sound], marks: Sequence[Controller | Cue], place: Callable[[int], int]) -> list[Timed]:
    out: list[Timed] = [(0, 0, _meta(NAME, track.part.encode()))]
    for number, stint in enumerate(track.stints):
        at = place(stint.at - EARLY) if number else 0
        if stint.program is not None:
            out.append((at, 2, bytes((0xC0 | stint.channel, stint.program))))
        out.append((at, 2, bytes((0xB0 | stint.channel, VOLUME, gain(stint.fader)))))
    starts = [stint.at for stint in track.stints[1:]]
    if track.stints:
        out += _notes([track.stints[bisect_right(starts, sound.on + EARLY)].channel for sound in sounds], sounds, place)
    for mark in marks:
        if isinstance(mark, Cue):
            out.append((place(mark.at), 2, _cue(mark)))
            continue
        now = track.stints[bisect_right(starts, mark.at)] if track.stints else None
        out.append((place(mark.at), 3, _control(now, mark)))
    return out


def _control(stint: Stint | None, mark: Controller) -> bytes:
    """A controller by its number; one that MIDI does not know, or of a part without a channel, as a text."""
    if stint is not None and mark.name == LEVEL:
        return bytes((0xB0 | stint.channel, EXPRESSION, gain(mark.value * 1000 // max(1, stint.whole))))
    number = controller(mark.name)
    if stint is None or number is None:
        return _meta(TEXT, f"{mark.name} {mark.value}".encode())
    return bytes((0xB0 | stint.channel, number, value(mark.value)))


def _notes(channels: Sequence[int], sounds: Sequence[Sound], place: Callable[[int], int]) -> list[Timed]:
    out: list[Timed] = []
    for channel, sound in zip(channels, sounds, strict=True):
        start = place(sound.on)
        out.append((start, 4, bytes((0x90 | channel, sound.pitch, sound.velocity))))
        out.append((max(start + 1, place(sound.off)), 1, bytes((0x80 | channel, sound.pitch, 64))))
    return out


def _cue(cue: Cue) -> bytes:
    return _meta(CUE_POINT, " ".join(map(str, (cue.name, *cue.args))).encode())


def _meta(kind: int, text: bytes) -> bytes:
    return bytes((0xFF, kind)) + _varlen(len(text)) + text


def _varlen(value: int) -> bytes:
    out = bytes((value & 0x7F,))
    while value := value >> 7:
        out = bytes((value & 0x7F | 0x80,)) + out
    return out


def _place_and_rank(timed: Timed) -> int:
    return timed[0] << 3 | timed[1]


def _chunk(timed: list[Timed], last: int) -> bytes:
    """One track: sorted, with delta times, and an end where the longest track ends."""
    timed.sort(key=_place_and_rank)
    short = [bytes((n,)) for n in range(128)]
    body: list[bytes] = []
    before = 0
    for at, _, data in timed:
        delta = at - before
        body.append(short[delta] if delta < 128 else _varlen(delta))
        body.append(data)
        before = at
    body.append(_varlen(max(0, last - before)) + b"\xff\x2f\x00")
    data = b"".join(body)
    return b"MTrk" + len(data).to_bytes(4, "big") + data
