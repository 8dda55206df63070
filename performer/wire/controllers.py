"""MIDI controllers as a surface: what a knob or a pad says becomes a message of the control vocabulary.

Law of this file: pure; a message that is bound to nothing asks for nothing, and what is bound asks for exactly one row of
the vocabulary. A knob on a fader's row gives its value, a pad on a button's row is its press and release, a pad on a switch
turns it round, a knob turns it on above the middle, or wherever it is moved where the row wants to know of a touch. Of any note
(``notes``) each one that begins is a press.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from performer.show.definition import ANY, Controls, Song
from performer.source.problems import Problem as Fault
from performer.wire.osc import Arg, Message
from performer.wire.surface import Names, Problem, Reading, names_of, read
from performer.wire.vocabulary import ROOT, Row, Slot

MIDDLE = 64
TOP = 127


class Asked(NamedTuple):
    """What a controller asks for. ``flows``: a fader's value, of which only the newest matters."""

    message: Message
    flows: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """One binding, understood: the row's address, the arguments before its value, the slot that takes the value (None: a button)."""

    controls: Controls
    address: str
    args: tuple[Arg, ...]
    row: Row
    slot: Slot | None
    span: tuple[float, float]

    def message(self, value: float) -> Message:
        """The message that says ``value``: that of the slot, or 1 and 0 of a button."""
        if self.slot is None:
            return Message(self.address, (*self.args, value) if self.row.press else self.args)
        return Message(self.address, (*self.args, int(value) if self.slot.kind == "switch" else value))


def bound(controls: Controls, names: Sequence[Names | None]) -> Bound | str:
    """The binding of ``controls`` in a show whose songs have these ``names`` (None: any name passes), or what is wrong with its words."""
    words = controls.says.replace("/", " ").split()
    wrong, unknown = "", "no such address"
    for count in range(len(words), 0, -1):
        address = f"{ROOT}/{'/'.join(words[:count])}"
        found = _bound(controls, address, words[count:], names)
        if isinstance(found, Bound):
            return found
        if found.startswith(unknown):
            unknown = found
        else:
            wrong = wrong or found
    return wrong or (unknown if words else "nothing is said")


def _bound(controls: Controls, address: str, rest: Sequence[str], names: Sequence[Names | None]) -> Bound | str:
    """Try the address with the words after it as arguments, and with a value after those when the row still wants one."""
    wrong = ""
    for args, value in ((tuple(rest), ()), (tuple(rest), (1.0,)), (tuple(rest), (100.0,)), (tuple(rest[:-2]), _numbers(rest[-2:]))):
        said = [read(Message(address, (*args, *value[:1])), name) for name in names]
        good = next((reading for reading in said if isinstance(reading, Reading)), None)
        if good is None:
            problem = next((reading for reading in said if isinstance(reading, Problem)), None)
            wrong = wrong or (problem.what if problem else "")
            continue
        slot = next((s for s in reversed(good.row.slots) if s.kind in ("unit", "number", "switch")), None) if value else None
        if slot is not None and slot.kind == "number" and len(value) < 2:
            return f"{slot.name} needs a range: {controls.says} {slot.low:g} {slot.high:g}"
        if slot is None and not good.row.tap:
            return f"{controls.says} has no value that a controller could move"
        span = (value[0], value[1]) if len(value) > 1 else (0.0, 1.0)
        return Bound(controls, address, args, good.row, slot, span)
    return wrong


def _numbers(words: Sequence[str]) -> tuple[float, ...]:
    try:
        return tuple(float(word) for word in words)
    except ValueError:
        return ()


def problems(controls: Iterable[Controls], songs: Sequence[Song], file: str) -> tuple[Fault, ...]:
    """Every binding whose words mean nothing in any of the songs, with its place in the rig's file."""
    names = [names_of(song) for song in songs]
    found = ((row, bound(row, names)) for row in controls)
    return tuple(Fault(file, *row.at, row.path, what) for row, what in found if isinstance(what, str))


class Surface:
    """Bindings at work. ``heard`` is the newest feedback by address: a pad turns round what really stands."""

    def __init__(self, bindings: Iterable[Bound]) -> None:
        self.unbound = 0
        self._bindings = tuple(bindings)
        self._stood: dict[Bound, bool] = {}

    def take(self, device: str, data: bytes, heard: Mapping[str, Sequence[Arg]]) -> list[Asked]:
        """What a channel message from ``device`` asks for; nothing for what is bound to nothing (it is counted)."""
        said = _said(data)
        if said is None:
            return []
        kind, channel, number, value = said
        found = [
            b for b in self._bindings
            if (b.controls.device, b.controls.kind) == (device, kind)
            and b.controls.number in (number, ANY)
            and b.controls.channel in (None, channel)
        ]  # fmt: skip
        self.unbound += not found
        return [asked for one in found for asked in self._asked(one, kind, value, heard)]

    def _asked(self, one: Bound, kind: str, value: int, heard: Mapping[str, Sequence[Arg]]) -> list[Asked]:
        if one.slot is not None and one.slot.kind != "switch":
            if kind == "note" and value == 0:
                return []  # a pad's velocity is a value, its release is none
            low, high = one.span
            return [Asked(one.message(low + (high - low) * value / TOP), flows=one.row.continuous)]
        if one.controls.number == ANY:
            return [Asked(one.message(1.0), flows=True)] if value else []
        if kind == "cc" and one.row.touched:
            return [] if self._stands(one, heard) else [Asked(one.message(1.0), flows=True)]
        pressed = value >= MIDDLE if kind == "cc" else value > 0
        before, self._stood[one] = self._stood.get(one, False), pressed and kind != "program"
        if pressed == before:
            return []
        if one.slot is None:
            return [Asked(one.message(1.0 if pressed else 0.0), flows=False)] if pressed or one.row.press else []
        if kind == "cc":
            return [Asked(one.message(float(pressed)), flows=False)]
        if not pressed:
            return []
        return [Asked(one.message(0.0 if self._stands(one, heard) else 1.0), flows=False)]

    def _stands(self, one: Bound, heard: Mapping[str, Sequence[Arg]]) -> bool:
        """Whether a switch is on, as the newest feedback has it."""
        stands = heard.get(one.address) or heard.get(_own_address(one), ())
        return bool(stands and stands[0])


def _own_address(one: Bound) -> str:
    """Where feedback tells a part's switch that was bound as ``mute bass``."""
    part, verb = next(iter(one.args), ""), one.address.removeprefix(f"{ROOT}/")
    return f"{ROOT}/part/{part!s}/{verb}"


def _said(data: bytes) -> tuple[str, int, int, int] | None:
    """Kind, channel 1..16, number and value 0..127 of a channel message; None for any other."""
    if len(data) == 2 and data[0] >> 4 == 0xC:
        return "program", (data[0] & 15) + 1, data[1], TOP
    if len(data) != 3 or data[0] >> 4 not in (0x8, 0x9, 0xB):
        return None
    kind = "cc" if data[0] >> 4 == 0xB else "note"
    return kind, (data[0] & 15) + 1, data[1], 0 if data[0] >> 4 == 0x8 else data[2]
