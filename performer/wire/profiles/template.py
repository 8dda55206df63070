"""OSC messages about notes as templates: an address, and for each argument a constant or the name of a field.

Law of this file: a template is data; what is known of a part is written into bytes once, so that a note
costs one ``struct`` call. The fields are those of ``FIELDS`` (numbers of the note) and ``part`` and ``role``
(texts of the part).
"""

from collections.abc import Callable
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from performer.ticks import QUARTER
from performer.wire.osc import head, padded

Constant = str | int | float


class Voice(NamedTuple):
    """What the wire knows of a part: its MIDI channel (1..16), program (0..127 or None), and its number in the song from 0."""

    part: str
    role: str
    channel: int
    program: int | None
    number: int


class Sound(NamedTuple):
    """What the wire knows of a note: ``micros`` from its on to its off, ``at`` in ticks, ``per_quarter`` the tempo there."""

    key: int
    velocity: int
    id: int
    micros: int
    at: int
    per_quarter: int


class Field(NamedTuple):
    """An argument that comes from the part or the note."""

    name: str


class Template(NamedTuple):
    """One message about a note."""

    address: str
    args: tuple[Constant | Field, ...]


FREQUENCIES = tuple(440.0 * 2.0 ** ((key - 69) / 12) for key in range(128))
"""Hertz by MIDI key, equal temperament from A4 = 440."""

LONGEST = 30_000_000
"""Microseconds that are said at most of a note that no off can end: a last chord rings for as long as nobody lets it go."""

FIELDS: dict[str, tuple[str, Callable[[Sound], int | float]]] = {
    "key": ("i", lambda sound: sound.key),
    "velocity": ("i", lambda sound: sound.velocity),
    "id": ("i", lambda sound: sound.id),
    "node": ("i", lambda sound: sound.id | 1024),
    "seconds": ("f", lambda sound: min(sound.micros, LONGEST) / 1_000_000),
    "amp": ("f", lambda sound: sound.velocity / 127),
    "freq": ("f", lambda sound: FREQUENCIES[sound.key]),
    "note": ("f", lambda sound: sound.key - 60.0),
    "cps": ("f", lambda sound: 250_000 / sound.per_quarter),
    "cycle": ("f", lambda sound: sound.at / (4 * QUARTER)),
}
"""Type tag and value of every field of a note. ``node``: an id that is no number of scsynth's own. A cycle is four quarters."""

TEXTS: dict[str, Callable[[Voice], str]] = {"part": lambda voice: voice.part, "role": lambda voice: voice.role}
ORBIT = "orbit"
"""SuperDirt's orbit: the part's number, twelve at most (SuperDirt's own start-up has twelve)."""


class Plan(NamedTuple):
    """A template for one part: the form of the whole message, and its pieces: bytes that stand, or how to get the number."""

    form: Struct
    pieces: tuple[bytes | Callable[[Sound], int | float], ...]

    def render(self, sound: Sound) -> bytes:
        """The message about one note."""
        return self.form.pack(*[piece if isinstance(piece, bytes) else piece(sound) for piece in self.pieces])


@lru_cache(maxsize=1024)
def plan(template: Template, voice: Voice) -> Plan:
    """``template`` with everything written that the part decides."""
    tags, still = "", b""
    pieces: list[bytes | Callable[[Sound], int | float]] = []
    for arg in template.args:
        if isinstance(arg, Field) and arg.name in FIELDS:
            tag, number = FIELDS[arg.name]
            pieces += [still, number]
            still = b""
        else:
            tag, data = _still(arg, voice)
            still += data
        tags += tag
    pieces.append(still)
    pieces[0] = head(template.address, tags) + (pieces[0] if isinstance(pieces[0], bytes) else b"")
    kept = tuple(piece for piece in pieces if piece != b"")
    numbers = iter(tag for arg, tag in zip(template.args, tags, strict=True) if isinstance(arg, Field) and arg.name in FIELDS)
    form = "".join(f"{len(piece)}s" if isinstance(piece, bytes) else next(numbers) for piece in kept)
    return Plan(Struct(">" + form), kept)


def _still(arg: Constant | Field, voice: Voice) -> tuple[str, bytes]:
    if isinstance(arg, Field):
        arg = voice.number % 12 if arg.name == ORBIT else TEXTS[arg.name](voice)
    if isinstance(arg, str):
        return "s", padded(arg)
    return ("i", Struct(">i").pack(arg)) if isinstance(arg, int) else ("f", Struct(">f").pack(arg))
