"""What the players hold and what travels between processes.

Law of this file: records carry show time (microseconds) and finished bytes; a player needs no music
to play them. A message is one SEQPACKET packet: ``pack`` writes it, ``unpack`` reads it, and both
ends run the same Python (``marshal``).

Show time becomes host time in the player alone, by the anchor: ``host_ns = anchor_ns +
(due - anchor_us) * 1000 * rate``.
"""

import marshal
from typing import NamedTuple

CONDUCTOR = ""
"""The part name of what belongs to no part: bars, sections, chords."""

MAX_MESSAGE = 60_000
"""Bytes in one message: below the least default SEQPACKET buffer; a larger Replace is sent as several ranges."""


class Pair(NamedTuple):
    """A note: both its messages enter together, so that an on can never lose its off.

    ``at`` is its place on the grid (ranges go by it), ``on_due``/``off_due`` are when bytes leave,
    ``key`` tells which sounding note a second on would retrigger, ``id`` is unique among sounding notes.
    """

    at: int
    on_due: int
    off_due: int
    on: bytes
    off: bytes
    key: int
    id: int


class Setting(NamedTuple):
    """A value that lasts (controller, tempo): the last one of each ``address`` is said again after a replace or a return."""

    at: int
    due: int
    data: bytes
    address: str


class Shot(NamedTuple):
    """Bytes that happen once (cue, bar, section, chord)."""

    at: int
    due: int
    data: bytes


class Mark(NamedTuple):
    """A bar line: where a panic lets go again."""

    due: int
    bar: int


class Replace(NamedTuple):
    """The one message that changes music: on ``part`` at ``output``, in [t0, t1), unsent records give way to these.

    Ranges are half-open in show microseconds and go by ``at``. ``cut`` moves the offs of what sounds in the part to
    ``cut`` at the latest (-1: none). ``gen`` is the seq of the last entry that the sender had accepted: a player
    refuses a message older than the newest gen it has seen for this part.
    """

    gen: int
    output: str
    part: str
    t0: int
    t1: int
    cut: int
    pairs: tuple[Pair, ...]
    settings: tuple[Setting, ...]
    shots: tuple[Shot, ...]
    marks: tuple[Mark, ...]


class Silence(NamedTuple):
    """Mix: skip the note-ons of ``part`` while ``on``; what sounds in it is released. Monotone in ``seq`` per part."""

    seq: int
    part: str
    on: bool


class Send(NamedTuple):
    """Mix: send these bytes now. Monotone in ``seq`` per ``target``; a ``lasting`` one is said again when a device returns."""

    seq: int
    target: str
    output: str
    data: tuple[bytes, ...]
    lasting: bool


class Alarm(NamedTuple):
    """Panic: release everything. ``stop`` False: play on at the next Mark; True: stay silent and forget all records."""

    seq: int
    stop: bool


class Anchor(NamedTuple):
    """Where show time stands on the host's monotonic clock. ``rate`` is parts per billion, 1e9 = as written."""

    seq: int
    host_ns: int
    show_us: int
    rate: int


class Safe(NamedTuple):
    """The bar to repeat when nothing more comes: records relative to its start, ``span`` microseconds long.

    ``part`` names whose bar it is, so that a mute still holds while the bar repeats; the empty name is a bar of all parts.
    """

    gen: int
    output: str
    span: int
    pairs: tuple[Pair, ...]
    shots: tuple[Shot, ...]
    part: str = CONDUCTOR


class Finish(NamedTuple):
    """The performance ends at ``at``: running dry after that is the end, not a death."""

    gen: int
    at: int


class Latency(NamedTuple):
    """Signed microseconds by which this output sends earlier (+) or later (-)."""

    seq: int
    output: str
    micros: int


class Hello(NamedTuple):
    """Player to composer and engine: I hold nothing, send me everything."""

    player: str
    spare: bool


class Late(NamedTuple):
    """Player to composer and engine: of this parcel the range [t0, until) came too late to act.

    There the notes of the parcel of generation ``kept`` are played on; -1: nothing was held, and nothing is played.
    """

    gen: int
    output: str
    part: str
    t0: int
    until: int
    kept: int


class Report(NamedTuple):
    """Player to engine, twice a second: health and lateness of one output (microseconds, counts since start)."""

    player: str
    output: str
    rung: str
    up: bool
    trouble: str
    sent: int
    dropped: int
    late: int
    p50: int
    p99: int
    worst: int
    held_until: int
    histogram: tuple[int, ...]


class Stamped(NamedTuple):
    """Engine to composer: an entry was accepted; ``data`` is the raw OSC message that asked for it."""

    seq: int
    tick: int
    reach: int
    data: bytes


class Committed(NamedTuple):
    """Engine to composer: everything before ``tick`` is final."""

    tick: int


class Chords(NamedTuple):
    """Composer to engine: chords and keys from now to fill, (tick, chord now and next, key now and next) each."""

    gen: int
    chords: tuple[tuple[int, str, str, str, str], ...]


class Fell(NamedTuple):
    """Composer to engine: this part plays its safe bar here for a reason that no replay would find by itself."""

    part: str
    bar: int
    why: str


class Fallen(NamedTuple):
    """Composer to engine: a role failed here, and what was played instead (``rung``). Every replay finds it again; it is told."""

    part: str
    bar: int
    rung: str
    why: str


class Stored(NamedTuple):
    """Composer to engine: the section that was kept lies in the file ``where``; ``why`` it is not where it should be, or nothing."""

    section: str
    where: str
    why: str


class Sealed(NamedTuple):
    """Composer to engine, once a bar: the digest of all events before ``tick``."""

    tick: int
    link: bytes


Message = (
    Replace
    | Silence
    | Send
    | Alarm
    | Anchor
    | Safe
    | Finish
    | Latency
    | Hello
    | Late
    | Report
    | Stamped
    | Committed
    | Chords
    | Fell
    | Fallen
    | Sealed
    | Stored
)

_KINDS: tuple[type, ...] = (
    Replace, Silence, Send, Alarm, Anchor, Safe, Finish, Latency, Hello, Late, Report, Stamped, Committed, Chords, Fell, Fallen,
    Sealed, Stored,
)  # fmt: skip
_NUMBER = {kind: number for number, kind in enumerate(_KINDS)}


def pack(message: Message) -> bytes:
    """One packet."""
    fields: tuple[object, ...] = tuple(message)
    if isinstance(message, Replace | Safe):  # marshal takes plain tuples alone
        fields = tuple(tuple(map(tuple, field)) if isinstance(field, tuple) else field for field in fields)
    return marshal.dumps((_NUMBER[type(message)], fields))  # type: ignore[arg-type]


def unpack(data: bytes) -> Message:
    """The message in a packet; inner records come back as their types. Raises ValueError for anything else."""
    try:
        number, fields = marshal.loads(data)
        kind = _KINDS[number]
        if kind is Replace:
            *head, pairs, settings, shots, marks = fields
            return Replace(*head, _all(Pair, pairs), _all(Setting, settings), _all(Shot, shots), _all(Mark, marks))  # type: ignore[call-arg]
        if kind is Safe:
            gen, output, span, pairs, shots, part = fields
            return Safe(gen, output, span, _all(Pair, pairs), _all(Shot, shots), part)
        return kind(*fields)  # type: ignore[no-any-return]
    except (EOFError, TypeError, IndexError, ValueError) as error:
        raise ValueError("not a message of this version") from error


def _all(kind: type, rows: tuple[tuple[object, ...], ...]) -> tuple:  # type: ignore[type-arg]
    return tuple(map(kind._make, rows))  # type: ignore[attr-defined]
