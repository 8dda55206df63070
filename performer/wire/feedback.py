"""What performer says to surfaces: one snapshot of what matters to a player's eyes, as messages.

Law of this file: the messages of a snapshot are a function of it, one for each address; ``changes`` says
only what differs, so a surface that has heard a full state and every change since knows the snapshot.
How often it is asked (20 Hz at most) is the caller's affair.
"""

from dataclasses import dataclass

from performer.controls import MACROS
from performer.ticks import QUARTER, Span
from performer.wire.osc import Arg, Message
from performer.wire.surface import segment
from performer.wire.vocabulary import ROOT, bpm


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A part as a surface shows it. ``drop``, ``bring``, ``again``: 1 = so, 0.5 = at its boundary, 0 = not.

    ``take`` and ``variation`` of its idea in this section count from 1; ``coming``: vary or reroll while it waits.
    """

    name: str
    muted: bool = False
    level: int = 800
    drop: float = 0.0
    bring: float = 0.0
    again: float = 0.0
    lock: bool = False
    hand: bool = False
    heard: bool = False
    take: int = 1
    variation: int = 1
    coming: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What holds now. Values per mille as in the core; ``bar`` of the performance from 0, the others count from 1.

    ``next`` comes by itself, to ``onward`` leads a press of next. ``pending``: (what, boundary, whole bars to go). ``macros``: in
    the order of ``MACROS``. ``pulse``: what the tempo counts.
    ``falls``: bars of parts in which something else than the plan was played, and the newest: part and rung.
    """

    phase: str = "armed"
    song: str = ""
    section: str = ""
    next: str = ""
    onward: str = ""
    bar: int = 0
    bar_in_section: int = 1
    bars: int = 0
    beat: int = 1
    beats: int = 4
    pending: tuple[str, str, int] | None = None
    hold: bool = False
    macros: tuple[int, ...] = (500,) * len(MACROS)
    per_quarter: int = 500_000
    pulse: Span = QUARTER
    chord: tuple[str, str] = ("", "")
    key: tuple[str, str] = ("", "")
    falls: tuple[int, str] = (0, "")
    kept: tuple[str, str] = ("", "")
    sections: tuple[str, ...] = ()
    parts: tuple[Channel, ...] = ()


def messages_of(now: Snapshot) -> dict[str, Message]:
    """Every message of a snapshot by its address, lists of names first."""
    rows: list[tuple[str, tuple[Arg, ...]]] = [
        ("sections", now.sections),
        ("parts", tuple(part.name for part in now.parts)),
        ("phase", (now.phase,)),
        ("song", (now.song,)),
        ("section", (now.section,)),
        ("next", (now.next, now.onward)),
        ("bar", (now.bar, now.bar_in_section, now.bars)),
        ("beat", (now.beat, now.beats)),
        ("pending", now.pending or ("", "", 0)),
        ("hold", (int(now.hold),)),
        *((name, (value / 1000,)) for name, value in zip(MACROS, now.macros, strict=True)),
        ("tempo", (round(bpm(now.per_quarter, now.pulse), 3),)),
        ("kept", now.kept),
        ("chord", now.chord),
        ("key", now.key),
        ("falls", now.falls),
    ]
    rows += [(f"section/{segment(name)}", (_lamp(now, name),)) for name in now.sections]
    for part in now.parts:
        rows += [(f"part/{segment(part.name)}/{said}", args) for said, args in _channel(part)]
    return {message.address: message for message in (Message(f"{ROOT}/{address}", args) for address, args in rows)}


def _channel(part: Channel) -> tuple[tuple[str, tuple[Arg, ...]], ...]:
    return (
        ("mute", (int(part.muted),)), ("level", (part.level / 1000,)), ("drop", (part.drop,)), ("bring", (part.bring,)),
        ("again", (part.again,)), ("lock", (int(part.lock),)), ("hand", (int(part.hand),)), ("play", (int(part.heard),)),
        ("take", (part.take, part.variation, part.coming)),
    )  # fmt: skip


def _lamp(now: Snapshot, name: str) -> float:
    if name == now.section:
        return 1.0
    return 0.5 if now.pending is not None and now.pending[0] == name else 0.0


def full(now: Snapshot) -> list[Message]:
    """Everything, for a subscriber that knows nothing."""
    return list(messages_of(now).values())


def changes(before: Snapshot | None, now: Snapshot) -> list[Message]:
    """What differs from ``before`` (None: everything)."""
    if before == now:
        return []
    known = messages_of(before) if before is not None else {}
    return [message for address, message in messages_of(now).items() if known.get(address) != message]


def ack(seq: int, address: str, what: str, bars: int, beats: int) -> Message:
    """To the sender: its message became entry ``seq``, ``what`` will happen in so many whole bars and beats."""
    return Message(f"{ROOT}/ack", (seq, address, what, bars, beats))


def pong(number: int, bar: int) -> Message:
    """To the sender of a ping: its number and the conductor's bar, from 0."""
    return Message(f"{ROOT}/pong", (number, bar))


def error(address: str, what: str) -> Message:
    """To the sender of something that was not understood."""
    return Message(f"{ROOT}/error", (address, what))
