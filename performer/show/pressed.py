"""What hands did on a night, as a show writes it: controls in words, each at its place in a bar.

Law of this file: ``read(said(pressed))`` is what was said. A show presses what stands here itself, at the same place of the same
bar of the same visit; people may press besides.

    pressed: {1: {18: next phrase at 3+1/2, 20: reroll bass; energy 0.7}}
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from performer.controls import (
    ACTS,
    MACROS,
    Back,
    Cancel,
    Control,
    Go,
    GoTo,
    Hand,
    Heard,
    Hold,
    Lock,
    Macro,
    Next,
    SetTempo,
    Shape,
    Stop,
    When,
)
from performer.show.definition import Song
from performer.show.values import beats_a_minute, share
from performer.source.problems import Wrong, quoted, suggestion
from performer.ticks import QUARTER, Meter, Span

WORD = "pressed"
"""The step of an address that says so: ``<section>/pressed/<visit>/<bar>``."""
_PLAIN: dict[str, Control] = {"go": Go(), "stop": Stop(), "cancel": Cancel(), "hold": Hold(on=True), "let go": Hold(on=False)}
_SWITCHES: dict[str, tuple[type[Lock] | type[Hand], bool]] = {
    "lock": (Lock, True), "unlock": (Lock, False), "hand on": (Hand, True), "hand off": (Hand, False),
}  # fmt: skip
_AT = re.compile(r"(.*\S)\s+at\s+(\d{1,2})(?:\+(\d{1,6})/(\d{1,6}))?")
_WHENS = {when.value: when for when in When}
_TURNS = ("bar", "phrase", "end")
SHAPES = (
    "go", "next phrase", "back bar", "section drop bar", "hold", "let go", "cancel", "stop", "energy 0.7", "tempo 126",
    *(f"{act} bass" for act in ACTS), "lock bass", "unlock bass", "hand on bass", "hand off bass", "play guitar",
)  # fmt: skip
"""An example of each kind of words."""


class Pressed(NamedTuple):
    """A control and its place in the bar: a felt pulse from 0, and the fraction of it that is added."""

    control: Control
    beat: int = 0
    over: int = 0
    under: int = 1

    def place(self, meter: Meter) -> Span:
        """Ticks from the bar line; in a shorter meter the last pulse is the last place."""
        pulses = (*meter.pulses, meter.bar)
        beat = min(self.beat, len(pulses) - 2)
        return Span(pulses[beat] + (pulses[beat + 1] - pulses[beat]) * self.over // self.under)


def placed(control: Control, ticks: int, meter: Meter) -> Pressed:
    """A control so many ticks behind the bar line of a bar in ``meter``, exactly."""
    pulses = (*meter.pulses, meter.bar)
    beat = max(index for index, pulse in enumerate(meter.pulses) if pulse <= ticks)
    over, under = ticks - pulses[beat], pulses[beat + 1] - pulses[beat]
    shared = _divisor(over, under)
    return Pressed(control, beat, over // shared, under // shared)


def _divisor(one: int, other: int) -> int:
    return _divisor(other, one % other) if other else one


def read(text: str, song: Song) -> tuple[Pressed, ...]:
    """What a text presses, in its order. Raises Wrong."""
    out = []
    for piece in text.split(";"):
        match = _AT.fullmatch(piece.strip())
        words, beat, over, under = (match[1], match[2], match[3], match[4]) if match else (piece.strip(), None, None, None)
        if beat == "0" or (under is not None and int(over or 0) >= int(under)):
            raise Wrong(f"{quoted(piece.strip())} has no such place", "at 3, or at 3+1/2: beats count from 1")
        out.append(Pressed(_control(words.split(), song), int(beat or 1) - 1, int(over or 0), int(under or 1)))
    return tuple(out)


def _control(words: list[str], song: Song) -> Control:
    text, (head, *rest) = " ".join(words), words or [""]
    if text in _PLAIN:
        return _PLAIN[text]
    if head in MACROS and len(rest) == 1:
        return Macro(head, share(rest[0]))
    if head == "tempo" and rest:
        return SetTempo(beats_a_minute(" ".join(rest), song.meter.pulse))
    if head in ("next", "back"):
        return Next(_when(rest)) if head == "next" else Back(_when(rest))
    if head == "section" and rest:
        return GoTo(_known(rest[0], (section.name for section in song.sections), "section"), _when(rest[1:]))
    parts = tuple(part.name for part in song.parts)
    if head in ACTS and rest:
        return Shape(_known(rest[0], parts, "part"), head, _when(rest[1:], () if head == "again" else _TURNS))
    if head == "play" and len(rest) == 1:
        return Heard(_known(rest[0], parts, "part"))
    switch = _SWITCHES.get(" ".join(words[:-1]))
    if switch is not None:
        kind, on = switch
        return kind(_known(words[-1], parts, "part"), on)
    raise Wrong(f"{quoted(text)} is nothing to press", suggestion(text, SHAPES) or f"such as {', '.join(SHAPES[:9])}")


def _known(name: str, names: Iterable[str], what: str) -> str:
    known = tuple(names)
    if name not in known:
        raise Wrong(f"there is no {what} called {quoted(name)}", suggestion(name, known))
    return name


def _when(words: list[str], known: Iterable[str] = tuple(_WHENS)) -> When | None:
    if not words:
        return None
    if len(words) > 1 or words[0] not in known:
        raise Wrong(f"{quoted(' '.join(words))} is no boundary", f"one of: {', '.join(known)}" if known else "leave it out")
    return _WHENS[words[0]]


# --- as text


def said(all_of_them: Iterable[Pressed], song: Song) -> str:
    """What was pressed in a bar, as ``read`` takes it. Raises Wrong for a control that has no words."""
    return "; ".join(f"{_words(one.control, song)}{_place(one)}" for one in all_of_them)


def _place(one: Pressed) -> str:
    if not one.beat and not one.over:
        return ""
    return f" at {one.beat + 1}{f'+{one.over}/{one.under}' if one.over else ''}"


def _words(control: Control, song: Song) -> str:
    for text, plain in _PLAIN.items():
        if control == plain:
            return text
    match control:
        case Next(when=when) | Back(when=when):
            return _row(type(control).__name__.lower(), when)
        case GoTo(section=section, when=when):
            return _row(f"section {section}", when)
        case Shape(part=part, act=act, when=when):
            return _row(f"{act} {part}", when)
        case Lock(part=part, on=on) | Hand(part=part, on=on):
            return f"{next(text for text, row in _SWITCHES.items() if row == (type(control), on))} {part}"
        case Heard(part=part):
            return f"play {part}"
        case Macro(name=name, value=value):
            return f"{name} {value / 1000:g}"
        case SetTempo(per_quarter=per_quarter):
            return f"tempo {_beats(per_quarter, song.meter.pulse)}"
    raise Wrong(f"{type(control).__name__} has no words in a show")


def _row(text: str, when: When | None) -> str:
    return f"{text} {when.value}" if when else text


def _beats(per_quarter: int, pulse: Span) -> str:
    """The shortest number of beats a minute that is this tempo. Raises Wrong where no show may say it."""
    beats = 60_000_000 * QUARTER / (per_quarter * pulse)
    texts = (f"{beats:.{digits}f}" for digits in range(10))
    return next(text for text in texts if beats_a_minute(text, pulse) == per_quarter)
