"""Cues: a name, and when it fires.

Law of this file: a cue is written as it is said aloud: ``strobe: on drop``, ``haze: every 8 bars``,
``curtain: {at: bar 4 beat 2, lead: 2 s}``. Bars and beats count from 1 in the file and from 0 in the show.
"""

import re
from dataclasses import replace

from performer.show.definition import CueAt, CueRule
from performer.show.desk import Desk
from performer.show.fields import TEXT, Field, Kind, Schema, Table, mapping, one_of, take, value
from performer.show.values import micros
from performer.source.nodes import Items, Node, Pairs, Scalar
from performer.source.problems import Wrong, quoted

Rules = tuple[CueRule, ...]
_HINT = "start, end, bar 4, bar 4 beat 2, every 8 bars, on drop or on fill"
_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,9})?")


def when(text: str) -> CueRule:
    """When a cue fires, as a rule without a name."""
    words = " ".join(text.lower().removeprefix("at ").removeprefix("on ").split())
    plain = {"start": CueAt.START, "section start": CueAt.START, "end": CueAt.END, "section end": CueAt.END}
    plain |= {"drop": CueAt.DROP, "fill": CueAt.FILL}
    if words in plain:
        return CueRule(name="", at=plain[words])
    bar = re.fullmatch(r"bar (\d{1,3})(?: beat (\d{1,2}))?", words)
    every = re.fullmatch(r"every (?:(\d{1,3}) bars?|bar)", words)
    if bar and int(bar[1]) >= 1 and int(bar[2] or 1) >= 1:
        return CueRule(name="", at=CueAt.BAR, bar=int(bar[1]) - 1, beat=int(bar[2] or 1) - 1)
    if every and int(every[1] or 1) >= 1:
        return CueRule(name="", at=CueAt.EVERY, bar=int(every[1] or 1))
    raise Wrong(f"{quoted(text)} does not say when", _HINT)


def _args(desk: Desk, node: Node, path: str) -> tuple[int | float | str, ...] | None:
    items = node.items if isinstance(node, Items) else (node,)
    if len(items) > 32:
        desk.problem(node, path, "a cue has at most 32 arguments")
        return None
    read = [(item, desk.text(item, path, "a number or a text", wordy=True)) for item in items]
    out: list[int | float | str] = []
    for item, text in read:
        if text is None:
            continue
        quotes = isinstance(item, Scalar) and item.style
        words = (text,) if quotes or isinstance(node, Items) else text.split()
        out += [word if quotes else _argument(word) for word in words]
    return tuple(out)


def _argument(word: str) -> int | float | str:
    match = _NUMBER.fullmatch(word)
    return word if not match else float(word) if match[1] else int(word)


def _lead(text: str) -> int:
    return micros(text, 0, 60_000_000)


def _fade(text: str) -> int:
    return micros(text, 0, 600_000_000)


_TIME: Schema = TEXT
_WHEN: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}


def _read_when(desk: Desk, node: Node, path: str) -> Rules | None:
    """One moment or a list of them."""
    items = node.items if isinstance(node, Items) else (node,)
    read = (desk.value(item, path, _HINT, when) for item in items[:64])
    return tuple(rule for rule in read if rule is not None) or None


AT: Field[Rules] = Field("at", one_of(_WHEN, _read_when), f"when it fires: {_HINT}; start when left out")
ARGS: Field[tuple[int | float | str, ...]] = Field(
    "args", one_of({"type": ["string", "number", "array"]}, _args), "what goes with it: numbers and words"
)
LEAD: Field[int] = Field("lead", value("a time", _lead, _TIME), "how much earlier it is sent, such as 2 s")
FADE: Field[int] = Field("fade", value("a time", _fade, _TIME), "how long the change takes, such as 3 s")
CUE = Table("cue", (AT, ARGS, LEAD, FADE))


def _read_cue(desk: Desk, node: Node, path: str) -> Rules | None:
    if not isinstance(node, Pairs):
        return _read_when(desk, node, path)
    taken = take(desk, node, path, CUE)
    if taken is None:
        return None
    rules = taken.get(AT) or (() if taken.wrote(AT) else (CueRule(name=""),))
    extra = {"args": taken.get(ARGS) or (), "lead": taken.get(LEAD) or 0, "fade": taken.get(FADE) or 0}
    return tuple(replace(rule, **extra) for rule in rules)  # type: ignore[arg-type]


_ONE: Kind[Rules] = one_of({"anyOf": [*_WHEN["anyOf"], CUE.schema()]}, _read_cue)  # type: ignore[misc]
CUES_KIND = mapping(_ONE, "cues with when they fire, such as strobe: on drop", 64)


def named(cues: tuple[tuple[Scalar, Rules], ...]) -> Rules:
    """The rules with their names, in the order of the file."""
    return tuple(replace(rule, name=key.text) for key, rules in cues for rule in rules)
