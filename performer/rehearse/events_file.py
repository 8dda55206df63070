"""``events.jsonl``: every event as one JSON object on a line, with bar, beat and seconds beside its own fields.

Law of this file: lines stand in the written order, and ``read`` gives back the very events: what is
beside the fields only helps the eye.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from performer.events import BarMark, ChordMark, Controller, Cue, Cut, Event, Note, SectionMark, TempoMark
from performer.rehearse.heard import Cursor
from performer.tempo import Micros, TempoMap
from performer.ticks import Meter, Span, Tick, meter

Row = dict[str, object]

_text: Callable[[str], str] = lru_cache(maxsize=4096)(json.dumps)


def lines(events: Sequence[Event], tempo: TempoMap) -> Iterator[str]:
    """One line an event, without its end of line.

    ``bar`` and ``beat`` count from 1, ``beat`` in felt pulses with thousandths (7/8 as 2+2+3 has beats 1, 2, 3);
    ``seconds`` is the place on the grid in show time, ``feel`` microseconds beside it.
    """
    cursor = Cursor(tempo)
    bar = BarMark(at=Tick(0), bar=0, in_section=0, meter=meter(4, 4), per_quarter=tempo.segments[0].start)
    head, at, ahead = "", None, _first_bars(events)
    for event in events:
        if event.at != at:
            at = event.at
            if at in ahead:
                bar = ahead[at]
            micros = cursor.at(at).micros_at(at)
            head = f'{{"bar":{bar.bar + 1},"beat":{beat(bar.meter, at - bar.at)},"seconds":{_seconds(micros)},"at":{at},'
        if type(event) is Note:
            yield (
                f'{head}"type":"note","part":{_text(event.part)},"pitch":{event.pitch},"velocity":{event.velocity},'
                f'"length":{event.length},"feel":{event.feel}}}'
            )
        elif type(event) is Controller:
            yield f'{head}"type":"controller","part":{_text(event.part)},"name":{_text(event.name)},"value":{event.value}}}'
        else:
            yield head + json.dumps(_fields(event), ensure_ascii=False, separators=(",", ":"))[1:]


def events_file(events: Sequence[Event], tempo: TempoMap) -> bytes:
    """The whole file."""
    return "".join([line + "\n" for line in lines(events, tempo)]).encode()


def read(text: Iterable[str]) -> Iterator[Event]:
    """The events in the lines. Raises ValueError, with the number of the line, for anything else."""
    for number, line in enumerate(text, 1):
        try:
            yield _event(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"line {number} is not an event: {error}") from error


@lru_cache(maxsize=65_536)
def beat(meter: Meter, offset: int) -> str:
    """The felt pulse at ``offset`` ticks into a bar, from 1, as a decimal with at most three places (``2.75``)."""
    pulses = (*meter.pulses, meter.bar)
    index = max(0, next((i for i, pulse in enumerate(pulses) if pulse > offset), len(pulses)) - 1)
    index = min(index, len(pulses) - 2)
    width = pulses[index + 1] - pulses[index]
    thousandths = 1000 * (index + 1) + (offset - pulses[index]) * 1000 // width
    whole, part = divmod(thousandths, 1000)
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".")


def _first_bars(events: Iterable[Event]) -> dict[int, BarMark]:
    return {event.at: event for event in events if type(event) is BarMark}


def _seconds(micros: int) -> str:
    sign, micros = ("-", -micros) if micros < 0 else ("", micros)
    return f"{sign}{micros // 1_000_000}.{micros % 1_000_000:06d}"


def _fields(event: Event) -> Row:
    match event:
        case TempoMark(start=start, end=end, span=span):
            return {"type": "tempo", "start": start, "end": end, "span": span}
        case SectionMark(section=section, visit=visit, bars=bars):
            return {"type": "section", "section": section, "visit": visit, "bars": bars}
        case BarMark(bar=bar, in_section=inside, meter=now, per_quarter=per_quarter):
            return {"type": "bar", "ordinal": bar, "in_section": inside, "meter": _meter_text(now), "per_quarter": per_quarter}
        case ChordMark(now=chord, next=following, key=key, next_key=next_key):
            return {"type": "chord", "now": chord, "next": following, "key": key, "next_key": next_key}
        case Cut(part=part):
            return {"type": "cut", "part": part}
        case Cue(part=part, name=name, args=args, lead=lead, fade=fade):
            return {"type": "cue", "part": part, "name": name, "args": list(args), "lead": lead, "fade": fade}
        case Controller(part=part, name=name, value=value):
            return {"type": "controller", "part": part, "name": name, "value": value}
        case Note(part=part, pitch=pitch, velocity=velocity, length=length, feel=feel):
            return {"type": "note", "part": part, "pitch": pitch, "velocity": velocity, "length": length, "feel": feel}


def _meter_text(meter: Meter) -> str:
    return f"{'+'.join(map(str, meter.groups))}/{meter.unit}"


def _meter_of(text: str) -> Meter:
    groups, unit = text.split("/")
    sizes = tuple(map(int, groups.split("+")))
    return meter(sum(sizes), int(unit), sizes)


def _event(row: dict[str, object]) -> Event:
    kind = row["type"]
    make = _MAKERS.get(str(kind))
    if make is None:
        raise ValueError(f"no event of type {kind!r}")
    return make(row)


def _int(row: Row, name: str) -> int:
    value = row[name]
    if not isinstance(value, int):
        raise TypeError(f"{name} is not an integer")
    return value


def _str(row: Row, name: str) -> str:
    value = row[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is not a text")
    return value


def _tick(row: Row) -> Tick:
    return Tick(_int(row, "at"))


def _cue(row: Row) -> Cue:
    args = row["args"]
    if not isinstance(args, list):
        raise TypeError("args is not a list")
    lead, fade = Micros(_int(row, "lead")), Micros(_int(row, "fade"))
    return Cue(at=_tick(row), part=_str(row, "part"), name=_str(row, "name"), args=tuple(args), lead=lead, fade=fade)


def _note(row: Row) -> Note:
    place, length, feel = _tick(row), Span(_int(row, "length")), Micros(_int(row, "feel"))
    return Note(at=place, part=_str(row, "part"), pitch=_int(row, "pitch"), length=length, velocity=_int(row, "velocity"), feel=feel)


def _bar(row: Row) -> BarMark:
    now = _meter_of(_str(row, "meter"))
    return BarMark(
        at=_tick(row), bar=_int(row, "ordinal"), in_section=_int(row, "in_section"), meter=now, per_quarter=_int(row, "per_quarter")
    )


_MAKERS: dict[str, Callable[[Row], Event]] = {
    "tempo": lambda r: TempoMark(at=_tick(r), start=_int(r, "start"), end=_int(r, "end"), span=Span(_int(r, "span"))),
    "section": lambda r: SectionMark(at=_tick(r), section=_str(r, "section"), visit=_int(r, "visit"), bars=_int(r, "bars")),
    "bar": _bar,
    "chord": lambda r: ChordMark(at=_tick(r), now=_str(r, "now"), next=_str(r, "next"), key=_str(r, "key"), next_key=_str(r, "next_key")),
    "cut": lambda r: Cut(at=_tick(r), part=_str(r, "part")),
    "cue": _cue,
    "controller": lambda r: Controller(at=_tick(r), part=_str(r, "part"), name=_str(r, "name"), value=_int(r, "value")),
    "note": _note,
}
