"""The control vocabulary: one table of what may be said to performer, and one of what it says back.

Law of this file: a row is all there is to know of an address (its arguments, their ranges, what it asks
for, how a button of it behaves); reading, writing, the taps' rules and ``docs/osc.md`` follow from the
rows. ``<...>`` stands for one segment of an address. Rows with ``network`` False are written by
performer itself into its journal and are refused from outside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from performer.controls import (
    ACTS,
    MACROS,
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
from performer.ticks import QUARTER, Span
from performer.wire.osc import Arg

ROOT = "/performer"
GUARD_NS = 150_000_000
"""A tap that is repeated sooner than this is a bounce or a doubled datagram."""
HOLD_NS = 1_000_000_000
"""How long a hold-to-fire button is held."""
TWICE_NS = 2_000_000_000
"""Within how long a surface without releases sends a hold-to-fire verb twice."""
SUBSCRIBERS = 32
"""Subscribers that are kept: the newest."""
LEASE_MINUTES = 15
"""A subscriber from whose address nothing comes for so long is forgotten."""
FADE_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks for ``/performer/pong`` with the same number, to the sender."""

    number: int


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Send feedback to this port of the sender's host (0: the port it sent from), or no more."""

    port: int
    on: bool = True


Query = Ping | Subscribe
Values = Mapping[str, object]


def _nothing(_: Values) -> str:
    return ""


class Slot(NamedTuple):
    """One argument. ``kind``: section, part, act, text (s); unit, number (f); count, switch (i); rest (any).

    Numbers are held to [low, high]; a slot with a ``default`` may be left out.
    """

    name: str
    kind: str
    meaning: str = ""
    low: float = 0.0
    high: float = 1.0
    default: float | str | None = None

    @property
    def tag(self) -> str:
        """The OSC type tag that is documented (i, f and T F are all taken for numbers)."""
        return {"unit": "f", "number": "f", "count": "i", "switch": "i", "rest": "..."}.get(self.kind, "s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One address of the vocabulary.

    ``tap``: a button; a value of 0 is its release and does nothing, and it is guarded. ``press``: such a value may follow.
    ``when``: the words for a boundary of which one may follow. ``armed``: hold-to-fire. ``continuous``: at most one entry a sixteenth.
    ``touched``: a knob that is bound to it says 1 wherever it is moved.
    ``refuses``: why values that can be read are not taken, "" when they are.
    """

    address: str
    meaning: str
    build: Callable[[Values], Control | Query]
    slots: tuple[Slot, ...] = ()
    tap: bool = False
    press: bool = False
    when: tuple[When, ...] = ()
    armed: bool = False
    continuous: bool = False
    touched: bool = False
    refuses: Callable[[Values], str] = _nothing
    network: bool = True
    example: tuple[Arg, ...] = ()


def per_quarter(bpm: float, pulse: Span = QUARTER) -> int:
    """Microseconds a quarter at ``bpm`` felt pulses a minute; the nearest integer."""
    return round(60_000_000 * QUARTER / (bpm * pulse))


def bpm(per_quarter: int, pulse: Span = QUARTER) -> float:
    """Felt pulses a minute."""
    return 60_000_000 * QUARTER / (per_quarter * pulse)


def _text(values: Values, name: str) -> str:
    return str(values[name])


def _number(values: Values, name: str) -> float:
    value = values[name]
    assert isinstance(value, int | float)
    return value


def _when(values: Values) -> When | None:
    when = values.get("when")
    return when if isinstance(when, When) else None


def _tempo(values: Values) -> Control:
    pulse = values.get("pulse")
    return SetTempo(per_quarter(_number(values, "bpm"), pulse if isinstance(pulse, int) else QUARTER))  # type: ignore[arg-type]


def _cue(values: Values) -> Control:
    """A cue that has a macro's name and a value moves that fader: a desk that can fire cues can steer."""
    args = values.get("args", ())
    assert isinstance(args, tuple)
    name = _text(values, "name")
    if name in MACROS and len(args) == 1 and isinstance(args[0], int | float) and 0 <= args[0] <= 1:
        return Macro(name, round(args[0] * 1000))
    return FireCue(name, args)


def _no_value(values: Values) -> str:
    """Why a cue that has a macro's name cannot move that fader; "" when it can, or has another name."""
    name = _text(values, "name")
    return f"{name} takes one number from 0 to 1" if name in MACROS and isinstance(_cue(values), FireCue) else ""


def _macro(name: str, meaning: str) -> Row:
    return Row(
        address=f"{ROOT}/{name}", meaning=meaning, slots=(Slot("value", "unit", "0.5 = as written"),), continuous=True, example=(0.75,),
        build=lambda values: Macro(name, round(_number(values, "value") * 1000)),
    )  # fmt: skip


def _shape(act: str, meaning: str) -> Row:
    return Row(
        address=f"{ROOT}/part/<part>/{act}", meaning=meaning, tap=True, press=True, when=() if act == "again" else _TURNS, example=(1.0,),
        build=lambda values: Shape(_text(values, "part"), act, _when(values)),
    )  # fmt: skip


_ANY = tuple(When)
_TURNS = (When.BAR, When.PHRASE, When.END)
"""Boundaries that are bar lines."""
_SECTION, _PART = Slot("section", "section", "its name"), Slot("part", "part", "its name")
_ON, _LEVEL = Slot("on", "switch", "1 or 0"), Slot("level", "unit", "0.8 = 0 dB")
_NAME = Slot("name", "text", "the cue")

CONTROLS: tuple[Row, ...] = (
    Row(address=f"{ROOT}/go", tap=True, press=True, build=lambda _: Go(),
        meaning="GO: start the show, or go on from a section that waits for GO."),
    Row(address=f"{ROOT}/section", slots=(_SECTION,), tap=True, press=True, when=_ANY, example=("drop", "bar"),
        build=lambda v: GoTo(_text(v, "section"), _when(v)),
        meaning="Go to a section at the next phrase; asked again while it is pending, at the next bar."),
    Row(address=f"{ROOT}/section/<section>", tap=True, press=True, when=_ANY, example=(1.0,),
        build=lambda v: GoTo(_text(v, "section"), _when(v)),
        meaning="The same as a button of its own: the name is in the address."),
    Row(address=f"{ROOT}/next", tap=True, press=True, when=_ANY, build=lambda v: Next(_when(v)), example=("bar",),
        meaning="Go to what the form says comes next."),
    Row(address=f"{ROOT}/back", tap=True, press=True, when=_ANY, build=lambda v: Back(_when(v)),
        meaning="Go to the section that played before: a new visit of it."),
    Row(address=f"{ROOT}/hold", slots=(_ON,), build=lambda v: Hold(bool(v["on"])), example=(1,),
        meaning="Stay in this section until it is let go."),
    Row(address=f"{ROOT}/cancel", tap=True, press=True, build=lambda _: Cancel(),
        meaning="Take back the pending jump before its boundary, and a fade under way."),
    _macro("energy", "How much of everything."),
    _macro("density", "How many notes."),
    _macro("brightness", "How bright and open the sounds are."),
    _macro("tension", "How much colour and dissonance the harmony has."),
    _macro("complexity", "How much syncopation, how many ghost notes and ornaments."),
    _macro("humanity", "How far the players are from the grid: 0 = on it."),
    _macro("space", "How much room there is: shorter notes, rests at the ends of phrases, longer echoes."),
    _macro("fusion", "Which of two blended styles leads: 0 all the first that is written, 1 all the second, 0.5 as written."),
    Row(address=f"{ROOT}/tempo", slots=(Slot("bpm", "number", "felt pulses a minute", 20.0, 400.0),), continuous=True, example=(124.0,),
        build=_tempo, meaning="Tempo from the next reachable moment on, until a section writes its own."),
    Row(address=f"{ROOT}/part/<part>/mute", slots=(_ON,), build=lambda v: Mute(_text(v, "part"), bool(v["on"])), example=(1,),
        meaning="Mute a part at once; what sounds in it is released."),
    Row(address=f"{ROOT}/part/<part>/level", slots=(_LEVEL,), continuous=True, example=(0.5,),
        build=lambda v: Level(_text(v, "part"), round(_number(v, "level") * 1000)), meaning="Level of a part at once (MIDI: CC 7)."),
    _shape("again", "Play the part's phrase once more, exactly; asked in a section's last phrase, its whole next pass."),
    _shape("vary", "The same idea in another variation, from the next bar (or boundary) on."),
    _shape("reroll", "Draw the part's idea of this section anew; the chords and the other parts stay."),
    _shape("drop", "The part drops out until it is brought in."),
    _shape("bring", "The part comes in, whatever the energy, until another section begins."),
    Row(address=f"{ROOT}/part/<part>/lock", slots=(_ON,), build=lambda v: Lock(_text(v, "part"), bool(v["on"])), example=(1,),
        meaning="Keep the part's idea of this section, as it is now, through every return."),
    Row(address=f"{ROOT}/part/<part>/hand", slots=(_ON,), touched=True, build=lambda v: Hand(_text(v, "part"), bool(v["on"])),
        example=(1,), meaning="A hand is on the part's knobs: its controllers are let go until 0."),
    Row(address=f"{ROOT}/part/<part>/play", tap=True, press=True, build=lambda v: Heard(_text(v, "part")), example=(1.0,),
        meaning="A person plays a note on this (external) part: a lead that is `free when` it plays makes room till a bar is quiet."),
    Row(address=f"{ROOT}/keep", tap=True, example=(8, "solo"),
        slots=(Slot("bars", "count", "4, 8 or 16; 1 to 16", 1.0, 16.0, 8.0), Slot("name", "text", "of the section", default="")),
        build=lambda v: Keep(int(_number(v, "bars")), _text(v, "name")),
        meaning="Keep that: the last bars become a section, ready to be played and written beside the song's file."),
    Row(address=f"{ROOT}/shape", slots=(_PART, Slot("act", "act", ", ".join(ACTS))), tap=True, when=_TURNS, example=("bass", "vary", "bar"),
        build=lambda v: Shape(_text(v, "part"), _text(v, "act"), _when(v)), meaning="The same with the names as arguments."),
    Row(address=f"{ROOT}/lock", slots=(_PART, _ON), build=lambda v: Lock(_text(v, "part"), bool(v["on"])), example=("bass", 1),
        meaning="The same with the name as an argument."),
    Row(address=f"{ROOT}/play", slots=(_PART,), tap=True, press=True, build=lambda v: Heard(_text(v, "part")), example=("bass",),
        meaning="The same with the name as an argument."),
    Row(address=f"{ROOT}/hand", slots=(_PART, _ON), touched=True, build=lambda v: Hand(_text(v, "part"), bool(v["on"])),
        example=("bass", 1), meaning="The same with the name as an argument."),
    Row(address=f"{ROOT}/mute", slots=(_PART, _ON), build=lambda v: Mute(_text(v, "part"), bool(v["on"])), example=("bass", 1),
        meaning="The same with the name as an argument."),
    Row(address=f"{ROOT}/level", slots=(_PART, _LEVEL), continuous=True, example=("bass", 0.5),
        build=lambda v: Level(_text(v, "part"), round(_number(v, "level") * 1000)), meaning="The same with the name as an argument."),
    Row(address=f"{ROOT}/cue", slots=(_NAME, Slot("args", "rest", "passed on")), tap=True, example=("strobe", 1, 0.5, "red"),
        build=_cue, refuses=_no_value, meaning="Fire a cue at once; with the name of a macro and a value from 0 to 1 it moves that fader."),
    Row(address=f"{ROOT}/cue/<name>", tap=True, press=True, build=_cue, refuses=_no_value, example=(1.0,),
        meaning="The same as a button of its own."),
    Row(address=f"{ROOT}/panic", tap=True, press=True, build=lambda _: Panic(),
        meaning="Always one press: release everything, play on at the next bar; a second press within 2 s stops."),
    Row(address=f"{ROOT}/stop", tap=True, press=True, armed=True, build=lambda _: Stop(),
        meaning="End the performance: every note released."),
    Row(address=f"{ROOT}/fade", slots=(Slot("seconds", "number", "0 is a release", 0.0, 600.0, FADE_SECONDS),), tap=True, press=True,
        armed=True, example=(12.0,), build=lambda v: Fade(round(_number(v, "seconds") * 1_000_000)),
        meaning=f"Fade every level to nothing, then stop; {FADE_SECONDS:g} s when nothing is said. The next GO brings the levels back."),
    Row(address=f"{ROOT}/mark", slots=(Slot("text", "text"),), build=lambda v: Remark(_text(v, "text")), example=("that was it",),
        meaning="A remark in the journal."),
    Row(address=f"{ROOT}/ping", slots=(Slot("number", "count", "", -(2.0**31), 2.0**31 - 1, 0.0),), example=(7,),
        build=lambda v: Ping(int(_number(v, "number"))), meaning="Answered to the sender: `/performer/pong`."),
    Row(address=f"{ROOT}/subscribe", slots=(Slot("port", "count", "0 = the one it was sent from", 0.0, 65535.0, 0.0),), example=(9001,),
        build=lambda v: Subscribe(int(_number(v, "port"))), meaning="Full state now, then every change, to this port of the sender."),
    Row(address=f"{ROOT}/unsubscribe", slots=(Slot("port", "count", "as subscribed", 0.0, 65535.0, 0.0),), example=(9001,),
        build=lambda v: Subscribe(int(_number(v, "port")), on=False), meaning="No more feedback to this port."),
    Row(address=f"{ROOT}/takeback", network=False, build=lambda _: TakeBack(), meaning="Undo the last control that is not undone yet."),
    Row(address=f"{ROOT}/adopt", slots=(Slot("fingerprint", "text"),), network=False, example=("5f0c",),
        build=lambda v: Adopt(_text(v, "fingerprint")), meaning="Another version of the show from the next bar on."),
    Row(address=f"{ROOT}/fallback", slots=(_PART, Slot("bar", "count", "", -(2.0**31), 2.0**31 - 1)), network=False, example=("bass", 12),
        build=lambda v: Fallback(_text(v, "part"), int(_number(v, "bar"))), meaning="This part fell back in this bar."),
    Row(address=f"{ROOT}/quarter", slots=(Slot("micros", "count", "microseconds a quarter", 60_000.0, 6_000_000.0),), network=False,
        example=(491_803,), build=lambda v: SetTempo(int(_number(v, "micros"))), meaning="Tempo, exactly."),
)  # fmt: skip
"""What may be said to performer."""


class Feedback(NamedTuple):
    """One address that performer says: type tags, the arguments' names, and what they mean."""

    address: str
    tags: str
    args: str
    meaning: str


FEEDBACK: tuple[Feedback, ...] = (
    Feedback(f"{ROOT}/phase", "s", "phase", "armed, count-in, playing or ended"),
    Feedback(f"{ROOT}/song", "s", "title", "the song that plays"),
    Feedback(f"{ROOT}/section", "s", "section", "the section that plays"),
    Feedback(f"{ROOT}/section/<section>", "f", "state", "1 = plays, 0.5 = pending, 0 = neither: lights the button of the same address"),
    Feedback(f"{ROOT}/next", "ss", "section onward", "what comes after it (itself: it comes again; empty: the end), and where next leads"),
    Feedback(f"{ROOT}/bar", "iii", "bar in_section bars", "bar of the performance from 0; bar of the section from 1; its bars"),
    Feedback(f"{ROOT}/beat", "ii", "beat beats", "felt pulse from 1, and how many the bar has"),
    Feedback(f"{ROOT}/pending", "ssi", "what when bars", "the jump that waits, its boundary, whole bars to go (empty: none)"),
    Feedback(f"{ROOT}/hold", "i", "on", "the section is held"),
    *(Feedback(f"{ROOT}/{name}", "f", "value", "0 to 1") for name in MACROS),
    Feedback(f"{ROOT}/part/<part>/mute", "i", "on", "the part is muted"),
    Feedback(f"{ROOT}/part/<part>/level", "f", "level", "0 to 1"),
    *(Feedback(f"{ROOT}/part/<part>/{act}", "f", "state", f"1 = {is_so}, 0.5 = it will at the boundary, 0 = no")
      for act, is_so in (("drop", "out by hand"), ("bring", "in by hand"), ("again", "plays once more"))),
    Feedback(f"{ROOT}/part/<part>/lock", "i", "on", "its idea of this section is kept"),
    Feedback(f"{ROOT}/part/<part>/hand", "i", "on", "its controllers are let go"),
    Feedback(f"{ROOT}/part/<part>/play", "i", "on", "a person was heard on it in this bar or the one before"),
    Feedback(f"{ROOT}/part/<part>/take", "iis", "take variation coming", "take and variation of its idea here (from 1), and what waits"),
    Feedback(f"{ROOT}/kept", "ss", "section where", "what was kept last, and the file that holds it now (empty: not yet)"),
    Feedback(f"{ROOT}/tempo", "f", "bpm", "felt pulses a minute"),
    Feedback(f"{ROOT}/chord", "ss", "now next", "chord symbols"),
    Feedback(f"{ROOT}/key", "ss", "now next", "the keys of the two chords"),
    Feedback(f"{ROOT}/falls", "is", "count newest", "bars in which a part failed and fell back, and the newest: `bass: earlier bar`"),
    Feedback(f"{ROOT}/sections", "s...", "names", "the sections of the song, in the order of the show file"),
    Feedback(f"{ROOT}/parts", "s...", "names", "its parts"),
    Feedback(f"{ROOT}/ack", "issii", "seq address what bars beats",
             "to the sender: it became entry seq; what happens, and in how many whole bars and beats"),
    Feedback(f"{ROOT}/pong", "ii", "number bar", "to the sender: the ping's number, the conductor's bar (from 0)"),
    Feedback(f"{ROOT}/error", "ss", "address what", "to the sender: not understood, and why; at most one a second"),
)  # fmt: skip
"""What performer says back."""
