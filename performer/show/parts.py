"""Parts: a name, what it plays and in which style.

Law of this file: the role comes from the part's name when nothing says it, and a part that is written badly
still counts as a part, so that one slip does not make every mention of it a problem.
"""

import re
from collections.abc import Sequence

from performer.show.blends import STYLE_KIND, WEIGHTS, Worn, read_styles
from performer.show.definition import Part
from performer.show.desk import Desk
from performer.show.fields import NUMBER, Field, Schema, Table, Taken, choice, take, text, under, value
from performer.show.values import UNITY, gain, pitches, share, whole
from performer.source.nodes import Node, Pairs, Scalar
from performer.source.problems import quoted, suggestion
from performer.styles.definition import ROLES

ROLE_WORDS = {
    "drums": "drums", "drum": "drums", "kick": "drums", "beat": "drums", "beats": "drums", "percussion": "drums", "perc": "drums",
    "hats": "drums", "bass": "bass", "sub": "bass", "chords": "chords", "keys": "chords", "piano": "chords", "guitar": "chords",
    "organ": "chords", "rhodes": "chords", "wurlitzer": "chords", "clav": "chords", "brass": "chords", "stabs": "chords", "comp": "chords",
    "arp": "arp", "arpeggio": "arp", "sequence": "arp", "bells": "arp", "marimba": "arp", "pluck": "arp", "plucks": "arp",
    "sax": "lead", "trumpet": "lead", "flute": "lead", "violin": "lead", "voice": "lead", "choir": "texture",
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


ROLE: Field[str] = Field("role", choice("a role", ROLES), f"what it plays, when its name does not say it: {', '.join(ROLES)}")
STYLE: Field[Worn] = Field("style", STYLE_KIND, "a style, or styles with weights and aspects; the song's when left out")
OUTPUT: Field[str] = Field(
    "output",
    text("an output", 40),
    "the logical output that the rig maps to a synth; when left out main, light of lights, visual of visuals",
)
CHANNEL: Field[int] = Field("channel", value("a MIDI channel", lambda t: whole(t, 1, 16), NUMBER), "MIDI channel, 1 to 16")
RANGE: Field[tuple[int, int]] = Field("range", value("a range of notes", pitches), "lowest and highest note, such as C4-C6")
LEVEL: Field[int] = Field("level", value("a level", gain), "loudness in decibels, such as -6dB; 0dB when left out")
FROM: Field[int] = Field("from energy", value("an energy", share, NUMBER), "plays from this energy on, 0 to 1")
PROGRAM: Field[int] = Field("program", value("a program", lambda t: whole(t, 1, 128), NUMBER), "MIDI program, 1 to 128 as lists print it")
START: Field[str] = Field("start", text("a message"), "what an external part is told when the song begins: start, continue or program 5")
STOP: Field[str] = Field("stop", text("a message"), "what an external part is told when the song ends: stop")
FREE: Field[str] = Field(
    "free when",
    text("an external part", 40),
    "leaves room for this external part where a section names it, or it is heard: hands",
)

PART = Table("part", (ROLE, STYLE, OUTPUT, CHANNEL, RANGE, LEVEL, FROM, PROGRAM, START, STOP, FREE))
PART_SCHEMA: Schema = {"anyOf": [{"type": ["string", "null"]}, PART.schema(), WEIGHTS]}
DEFAULT_PARTS = ("drums", "bass", "keys", "lead", "pad")


def home_of(role: str | None) -> str:
    """The logical output of a part that names none: nobody's lights hang on the synths."""
    return role if role in ("light", "visual") else "main"


def read_part(desk: Desk, name: Scalar, node: Node, path: str) -> Part:
    """One part. What is wrong is a problem, and the part is there all the same."""
    role = role_of(name.text)
    if not NAME.fullmatch(name.text):
        desk.problem(name, path, "this cannot be a name", "one word, without # * , / ? [ ] { } | > : or quotes")
    if isinstance(node, Scalar):
        return _short(desk, name, node, path, role)
    if isinstance(node, Pairs) and node.pairs and not any(key.text in PART.keys for key, _ in node.pairs):
        numbers = all(isinstance(v, Scalar) and v.text[:1] in "0123456789." for _, v in node.pairs)
        if numbers or any(key.text in desk.styles.names() for key, _ in node.pairs):
            blend = read_styles(desk, node, path)
            return Part(name=name.text, role=_said(desk, name, path, role), style=blend or ())
    taken = take(desk, node, path, PART)
    if taken is None:
        return Part(name=name.text, role=role or "lead")
    return _long(desk, name, taken, role)


def _short(desk: Desk, name: Scalar, node: Scalar, path: str, role: str | None) -> Part:
    if node.empty:
        said = _said(desk, name, path, role)
        return Part(name=name.text, role=said, output=home_of(said))
    word = desk.text(node, path, "a style or a role", wordy=True)
    if word is None:
        return Part(name=name.text, role=role or "lead")
    if word in desk.styles.names():
        return Part(name=name.text, role=_said(desk, name, path, role), style=((word, 1000),))
    if word in ROLE_WORDS:
        return Part(name=name.text, role=ROLE_WORDS[word], output=home_of(ROLE_WORDS[word]))
    known = (*desk.styles.names(), *ROLES, *ROLE_WORDS)
    desk.unknown(node, path, "style or role", known, f"performer styles lists the styles; roles: {', '.join(ROLES)}")
    return Part(name=name.text, role=role or "lead")


def _long(desk: Desk, name: Scalar, taken: Taken, role: str | None) -> Part:
    if taken.get(ROLE) is None and not taken.wrote(ROLE):
        role = _said(desk, name, taken.path, role)
    level = taken.get(LEVEL)
    program = taken.get(PROGRAM)
    worn = taken.get(STYLE) or Worn()
    return Part(
        name=name.text,
        role=taken.get(ROLE) or role or "lead",
        style=worn.style,
        aspects=worn.aspects,
        output=taken.get(OUTPUT) or home_of(taken.get(ROLE) or role),
        channel=taken.get(CHANNEL),
        range=taken.get(RANGE),
        from_energy=taken.get(FROM),
        level=UNITY if level is None else level,
        program=None if program is None else program - 1,
        start=taken.get(START),
        stop=taken.get(STOP),
        free_when=taken.get(FREE),
    )


def check_free(desk: Desk, nodes: Pairs, parts: Sequence[Part], path: str) -> None:
    """``free when`` names an external part, and stands at a lead."""
    external = [part.name for part in parts if part.role == "external"]
    for key, node in nodes.pairs:
        part = next((part for part in parts if part.name == key.text and part.free_when is not None), None)
        written = next((value for word, value in node.pairs if word.text == FREE.key), None) if isinstance(node, Pairs) else None
        if part is None or part.free_when is None or written is None:
            continue
        here = under(under(path, key.text), FREE.key)
        if part.role != "lead":
            desk.problem(written, here, f"{part.name} plays {part.role}, and only a lead leaves room", "write it at the lead")
        elif part.free_when not in external:
            hint = suggestion(part.free_when, external) or f"say who plays it: parts: {{{part.free_when}: external}}"
            desk.problem(written, here, f"there is no external part called {quoted(part.free_when)}", hint)


def _said(desk: Desk, name: Scalar, path: str, role: str | None) -> str:
    if role is None:
        desk.problem(name, path, "its name does not say what it plays", f"say it: {{role: lead}}; roles: {', '.join(ROLES)}")
    return role or "lead"
