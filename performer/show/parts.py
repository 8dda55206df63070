"""Parts: a name, what it plays and in which style.

Law of this file: the role comes from the part's name when nothing says it, and a part that is written badly
still counts as a part, so that one slip does not make every mention of it a problem.
"""

import re
from collections.abc import Iterable

from performer.show.definition import ROLES, Part
from performer.show.desk import Desk
from performer.show.fields import NUMBER, TEXT, Field, Kind, Schema, Table, Taken, choice, one_of, take, text, under, value
from performer.show.values import UNITY, gain, number, pitches, share, whole
from performer.source.nodes import Node, Pairs, Scalar
from performer.source.problems import Wrong, suggestion
from performer.styles import names as style_names

Styles = tuple[tuple[str, int], ...]

ROLE_WORDS = {
    "drums": "drums", "drum": "drums", "kick": "drums", "beat": "drums", "beats": "drums", "percussion": "drums", "perc": "drums",
    "hats": "drums", "bass": "bass", "sub": "bass", "chords": "chords", "keys": "chords", "piano": "chords", "guitar": "chords",
    "organ": "chords", "rhodes": "chords", "stabs": "chords", "comp": "chords", "arp": "arp", "arpeggio": "arp", "sequence": "arp",
    "lead": "lead", "melody": "lead", "hook": "lead", "solo": "lead", "vocal": "lead", "horn": "lead", "counter": "lead",
    "texture": "texture", "pad": "texture", "drone": "texture", "strings": "texture", "atmosphere": "texture", "noise": "texture",
    "effects": "effects", "effect": "effects", "fx": "effects", "riser": "effects", "risers": "effects", "sweep": "effects",
    "sweeps": "effects", "impact": "effects", "impacts": "effects",
    "light": "light", "lights": "light", "visual": "visual", "visuals": "visual", "video": "visual", "external": "external",
}  # fmt: skip
"""Words that say a role, in a part's name or as its whole description."""

NAME = re.compile(r"[^\s#*,/?\[\]{}|>:'\"]{1,40}")
"""A name that can stand in a form and in an OSC address (OSC 1.0 keeps ``# * , / ? [ ] { }`` for itself)."""


def role_of(name: str) -> str | None:
    """The role that a part's name says: ``bass2``, ``synth-lead``; None when it says none."""
    found = (ROLE_WORDS.get(word) for word in re.findall(r"[a-z]+", name.lower()))
    return next((role for role in found if role), None)


def weighted(rows: Iterable[tuple[str, int]]) -> Styles:
    """Weights scaled to sum to 1000, the rounding given to the first rows."""
    pairs = [(name, weight) for name, weight in rows if weight > 0]
    total = sum(weight for _, weight in pairs)
    shares = [weight * 1000 // total for _, weight in pairs]
    short = 1000 - sum(shares)
    return tuple((name, part + (i < short)) for i, ((name, _), part) in enumerate(zip(pairs, shares, strict=True)))


def weight(words: str) -> int:
    """A weight: any positive number, per mille."""
    got = number(words[:-1]) / 100 if words.endswith("%") else number(words)
    if not 0 < got <= 1000:
        raise Wrong(f"a weight is a number above 0, not {words}")
    return max(1, round(got * 1000))


def _read_style(desk: Desk, node: Node, path: str) -> Styles | None:
    if isinstance(node, Pairs):
        return _read_blend(desk, node, path)
    read = desk.value(node, path, "a style", _style, wordy=True)
    return None if read is None else ((read, 1000),)


def _style(name: str) -> str:
    if name not in style_names():
        raise Wrong(f"there is no style called '{name[:40]}'", suggestion(name, style_names()))
    return name


def _read_blend(desk: Desk, node: Pairs, path: str) -> Styles | None:
    rows: list[tuple[str, int]] = []
    for key, amount in node.pairs:
        if key.text not in style_names():
            desk.unknown(key, under(path, key.text), "style", style_names())
            continue
        read = desk.value(amount, under(path, key.text), "a weight, such as 0.7", weight)
        rows += [(key.text, read)] if read is not None else []
    if len(rows) > 4:
        desk.problem(node, path, "blends more than 4 styles")
        return None
    return weighted(rows) if rows else None


_WEIGHTS: Schema = {"type": "object", "additionalProperties": {"type": ["number", "string"]}}
STYLE_KIND: Kind[Styles] = one_of({"anyOf": [TEXT, _WEIGHTS]}, _read_style)

ROLE: Field[str] = Field("role", choice("a role", ROLES), f"what it plays, when its name does not say it: {', '.join(ROLES)}")
STYLE: Field[Styles] = Field("style", STYLE_KIND, "a style, or styles with weights; the song's when left out")
OUTPUT: Field[str] = Field("output", text("an output", 40), "the logical output that the rig maps to a synth; main when left out")
CHANNEL: Field[int] = Field("channel", value("a MIDI channel", lambda t: whole(t, 1, 16), NUMBER), "MIDI channel, 1 to 16")
RANGE: Field[tuple[int, int]] = Field("range", value("a range of notes", pitches), "lowest and highest note, such as C4-C6")
LEVEL: Field[int] = Field("level", value("a level", gain), "loudness in decibels, such as -6dB; 0dB when left out")
FROM: Field[int] = Field("from energy", value("an energy", share, NUMBER), "plays from this energy on, 0 to 1")
PROGRAM: Field[int] = Field("program", value("a program", lambda t: whole(t, 1, 128), NUMBER), "MIDI program, 1 to 128 as lists print it")
START: Field[str] = Field("start", text("a message"), "what an external part is told when the song begins")
STOP: Field[str] = Field("stop", text("a message"), "what an external part is told when the song ends")

PART = Table("part", (ROLE, STYLE, OUTPUT, CHANNEL, RANGE, LEVEL, FROM, PROGRAM, START, STOP))
PART_SCHEMA: Schema = {"anyOf": [{"type": ["string", "null"]}, PART.schema(), _WEIGHTS]}
DEFAULT_PARTS = ("drums", "bass", "keys", "lead", "pad")


def read_part(desk: Desk, name: Scalar, node: Node, path: str, style: Styles) -> Part:
    """One part; ``style`` is the song's. What is wrong is a problem, and the part is there all the same."""
    role = role_of(name.text)
    if not NAME.fullmatch(name.text):
        desk.problem(name, path, "this cannot be a name", "one word, without # * , / ? [ ] { } | > : or quotes")
    if isinstance(node, Scalar):
        return _short(desk, name, node, path, role, style)
    if isinstance(node, Pairs) and node.pairs and not any(key.text in PART.keys for key, _ in node.pairs):
        numbers = all(isinstance(v, Scalar) and v.text[:1] in "0123456789." for _, v in node.pairs)
        if numbers or any(key.text in style_names() for key, _ in node.pairs):
            blend = _read_blend(desk, node, path)
            return Part(name=name.text, role=_said(desk, name, path, role), style=blend or style)
    taken = take(desk, node, path, PART)
    if taken is None:
        return Part(name=name.text, role=role or "lead", style=style)
    return _long(desk, name, taken, role, style)


def _short(desk: Desk, name: Scalar, node: Scalar, path: str, role: str | None, style: Styles) -> Part:
    if node.empty:
        return Part(name=name.text, role=_said(desk, name, path, role), style=style)
    word = desk.text(node, path, "a style or a role", wordy=True)
    if word is None:
        return Part(name=name.text, role=role or "lead", style=style)
    if word in style_names():
        return Part(name=name.text, role=_said(desk, name, path, role), style=((word, 1000),))
    if word in ROLE_WORDS:
        return Part(name=name.text, role=ROLE_WORDS[word], style=style)
    desk.unknown(node, path, "style or role", (*style_names(), *ROLES, *ROLE_WORDS))
    return Part(name=name.text, role=role or "lead", style=style)


def _long(desk: Desk, name: Scalar, taken: Taken, role: str | None, style: Styles) -> Part:
    if taken.get(ROLE) is None and not taken.wrote(ROLE):
        role = _said(desk, name, taken.path, role)
    level = taken.get(LEVEL)
    program = taken.get(PROGRAM)
    return Part(
        name=name.text,
        role=taken.get(ROLE) or role or "lead",
        style=taken.get(STYLE) or style,
        output=taken.get(OUTPUT) or "main",
        channel=taken.get(CHANNEL),
        range=taken.get(RANGE),
        from_energy=taken.get(FROM),
        level=UNITY if level is None else level,
        program=None if program is None else program - 1,
        start=taken.get(START),
        stop=taken.get(STOP),
    )


def _said(desk: Desk, name: Scalar, path: str, role: str | None) -> str:
    if role is None:
        desk.problem(name, path, "its name does not say what it plays", f"say it: {{role: lead}}; roles: {', '.join(ROLES)}")
    return role or "lead"
