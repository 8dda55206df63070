"""Messages to controls and back, by look-up in the vocabulary: no pattern is ever matched.

Law of this file: ``control_of(message_of(control)) == control`` for every control that exists, and
``control_of`` never raises: what it does not understand is a ``Problem`` with words for its sender.
``message_of`` is what a journal keeps: it names sections and parts by their true names, so that it
means the same under any show and any meter.

``python -m performer.wire.surface`` writes the vocabulary as Markdown: that is ``docs/osc.md``.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from performer.controls import (
    ACTS,
    Adopt,
    Back,
    Cancel,
    Control,
    Fade,
    Fallback,
    FireCue,
    Go,
    GoTo,
    Hand,
    Heard,
    Hold,
    Keep,
    Level,
    Lock,
    Macro,
    Mute,
    Next,
    Panic,
    Remark,
    SetTempo,
    Shape,
    Stop,
    TakeBack,
    When,
)
from performer.show.definition import Song
from performer.ticks import QUARTER, Meter, Span
from performer.wire.osc import Arg, Double, Message, encode
from performer.wire.vocabulary import CONTROLS, ROOT, Query, Row, Slot

FEW = 16
"""Names that an answer lists when none of them is near."""
EDGE = 0.001
"""How far beyond its range a fader may be (rounding in the surface); it is then held to the range."""

_UNSAFE = dict.fromkeys(map(ord, " #*,/?[]{}"), "_")


class Problem(NamedTuple):
    """What was not understood, in words for the sender."""

    address: str
    what: str


class Release(NamedTuple):
    """A button let go. ``key`` names the button, as in ``Reading``."""

    key: tuple[str, ...]


class Reading(NamedTuple):
    """A message read by its row. ``pressed``: the button's value, None when none was sent. ``key`` names the button."""

    row: Row
    control: Control | Query
    pressed: bool | None
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names that a message may use now (as written and as segments of an address) and the felt pulse."""

    sections: dict[str, str]
    parts: dict[str, str]
    pulse: Span = QUARTER


def segment(name: str) -> str:
    """A name as one segment of an address: what OSC keeps for patterns becomes ``_``."""
    return name.translate(_UNSAFE)


def names_of(song: Song, meter: Meter | None = None) -> Names:
    """The names of a song; ``meter`` is the one in force."""
    sections, parts = [s.name for s in song.sections], [p.name for p in song.parts]
    return Names(sections=_spelt(sections), parts=_spelt(parts), pulse=(meter or song.meter).pulse)


def _spelt(names: list[str]) -> dict[str, str]:
    spelt = {name: name for name in names}
    for name in names:
        spelt.setdefault(segment(name), name)
    return spelt


def control_of(message: Message, names: Names | None = None, *, internal: bool = False) -> Control | Query | Release | Problem:
    """What a message asks for. Without ``names`` any name passes (a journal); ``internal`` lets performer's own rows pass."""
    reading = read(message, names, internal=internal)
    if isinstance(reading, Problem):
        return reading
    return Release(reading.key) if reading.pressed is False else reading.control


def read(message: Message, names: Names | None = None, *, internal: bool = False) -> Reading | Problem:
    """A message by its row, with the value of the button; ``control_of`` for those who need no more."""
    row, caught = _row_of(message.address)
    if row is None or not (row.network or internal):
        return Problem(message.address, f"no such address{_like(message.address, _ADDRESSES)}")
    values: dict[str, object] = {"pulse": names.pulse if names else QUARTER}
    for name, text in caught.items():
        wrong = _named(name, text, names, values)
        if wrong:
            return Problem(message.address, wrong)
    pressed, wrong = _take_args(row, list(message.args), names, values)
    if wrong:
        return Problem(message.address, wrong)
    if names is not None and (wrong := row.refuses(values)):
        return Problem(message.address, wrong)
    key = (row.address, *(str(value) for value in values.values() if isinstance(value, str | tuple)))
    return Reading(row, row.build(values), pressed, key)


def _row_of(address: str) -> tuple[Row | None, dict[str, str]]:
    row = _EXACT.get(address)
    if row is not None:
        return row, {}
    steps = address.split("/")
    if len(steps) not in (4, 5) or steps[1] != ROOT[1:] or not steps[3]:
        return None, {}
    shape = _SHAPES.get((steps[2], steps[4] if len(steps) == 5 else ""))
    return (shape[0], {shape[1]: steps[3]}) if shape else (None, {})


def _take_args(row: Row, args: list[Arg], names: Names | None, values: dict[str, object]) -> tuple[bool | None, str]:
    for slot in row.slots:
        if slot.kind == "rest":
            args, wrong = [], _rest(args, values)
        elif args and (slot.default is None or isinstance(args[0], str) == isinstance(slot.default, str)):
            wrong = _argument(slot, args.pop(0), names, values)
        elif slot.default is not None:
            values[slot.name], wrong = slot.default, ""
        else:
            wrong = f"{slot.name} is missing ({_wanted(slot)})"
        if wrong:
            return None, wrong
    pressed, wrong = _button(row, args, values)
    if row.armed and pressed is None and values.get("seconds") == 0.0:
        pressed = False
    return pressed, wrong


def _button(row: Row, args: list[Arg], values: dict[str, object]) -> tuple[bool | None, str]:
    pressed: bool | None = None
    for arg in args:
        if isinstance(arg, str) and row.when and "when" not in values:
            words = {when.value: when for when in row.when}
            if arg not in words:
                return None, f"{arg!r} is no boundary: {', '.join(words)}"
            values["when"] = words[arg]
        elif isinstance(arg, int | float) and row.press and pressed is None:
            pressed = arg != 0
        else:
            return None, f"does not take {arg!r}"
    return pressed, ""


def _argument(slot: Slot, arg: Arg, names: Names | None, values: dict[str, object]) -> str:
    if slot.tag == "s":
        return _named(slot.name, arg, names, values, slot.kind) if isinstance(arg, str) else f"{slot.name} is a text, not {arg!r}"
    if not isinstance(arg, int | float):
        return f"{slot.name} is a number, not {arg!r}"
    if slot.kind == "switch":
        values[slot.name] = arg != 0
        return ""
    if not slot.low - EDGE <= arg <= slot.high + EDGE or (slot.kind == "count" and arg != int(arg)):
        return f"{slot.name} is {'a whole number ' if slot.kind == 'count' else ''}from {slot.low:g} to {slot.high:g}, not {arg:g}"
    values[slot.name] = min(max(arg, slot.low), slot.high)
    return ""


def _named(name: str, text: str, names: Names | None, values: dict[str, object], kind: str = "") -> str:
    known = {"section": names.sections, "part": names.parts, "act": _ACTS}.get(kind or name) if names else None
    if known is not None and text not in known:
        return f"no {name} called {text!r}{_like(text, known)}"
    values[name] = known[text] if known else text
    return ""


def _wanted(slot: Slot) -> str:
    if slot.tag == "s":
        return "a text"
    return "1 or 0" if slot.kind == "switch" else f"from {slot.low:g} to {slot.high:g}"


def _rest(args: list[Arg], values: dict[str, object]) -> str:
    for arg in args:
        if not isinstance(arg, int | float | str):
            return f"does not take {arg!r}"
    values["args"] = tuple(int(arg) if isinstance(arg, bool) else arg for arg in args)
    return ""


def _like(text: str, known: dict[str, str] | tuple[str, ...]) -> str:
    near = get_close_matches(text[:100], known, 1, 0.6)
    few = dict.fromkeys(known.values()) if isinstance(known, dict) and len(known) <= FEW else ()
    return f" (did you mean {near[0]}?)" if near else f" (one of: {', '.join(few)})" if few else ""


_EXACT = {row.address: row for row in CONTROLS if "<" not in row.address}
_ADDRESSES = tuple(row.address for row in CONTROLS if row.network)
_ACTS = {act: act for act in ACTS}


def _shapes() -> dict[tuple[str, str], tuple[Row, str]]:
    shapes = {}
    for row in CONTROLS:
        steps = row.address.split("/")
        if len(steps) > 3:
            shapes[(steps[2], steps[4] if len(steps) == 5 else "")] = (row, steps[3].strip("<>"))
    return shapes


_SHAPES = _shapes()


def message_of(control: Control) -> Message:
    """The one message that means exactly this control, under any show: what the journal keeps."""
    address, *args = _said(control)
    return Message(f"{ROOT}/{address}", tuple(args))  # type: ignore[arg-type]


def _said(control: Control) -> tuple[object, ...]:  # noqa: C901 - one line a control
    match control:
        case Go() | Cancel() | Stop() | Panic() | TakeBack():
            return (type(control).__name__.lower(),)
        case GoTo(section=section, when=when):
            return ("section", section, *_word(when))
        case Next(when=when) | Back(when=when):
            return (type(control).__name__.lower(), *_word(when))
        case Hold(on=on):
            return ("hold", int(on))
        case Macro(name=name, value=value):
            return (name, value / 1000)
        case Shape(part=part, act=act, when=when):
            return ("shape", part, act, *_word(when))
        case Lock(part=part, on=on) | Hand(part=part, on=on) | Mute(part=part, on=on):
            return (type(control).__name__.lower(), part, int(on))
        case Heard(part=part):
            return ("play", part)
        case Keep(bars=bars, name=name):
            return ("keep", bars, *((name,) if name else ()))
        case SetTempo(per_quarter=per_quarter):
            return ("quarter", per_quarter)
        case Level(part=part, value=value):
            return ("level", part, value / 1000)
        case FireCue(name=name, args=args):
            return ("cue", name, *args)
        case Fade(micros=micros):
            return ("fade", Double(micros / 1_000_000), 1)
        case Adopt(fingerprint=text) | Remark(text=text):
            return ("adopt" if isinstance(control, Adopt) else "mark", text)
        case Fallback(part=part, bar=bar):
            return ("fallback", part, bar)


def _word(when: When | None) -> tuple[str, ...]:
    return () if when is None else (when.value,)


PANIC_PACKETS = frozenset(encode(f"{ROOT}/panic", args) for args in ((), (1,), (1.0,), (True,)))
"""The datagrams that mean panic: for whoever must know them without reading anything else."""

if __name__ == "__main__":
    from performer.wire.manual import manual

    print(manual(), end="")
