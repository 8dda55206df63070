"""How styles are written: a name, names with weights, and aspects that differ.

Law of this file: ``house``; ``{house: 0.7, dub: 0.3}``; ``{house: 1, bass: dub, harmony: {dub: 0.5, house: 0.5}}``. A style
may weigh nothing, so that the fader can bring it in; all of them together may not.
"""

from collections.abc import Iterable
from typing import NamedTuple

from performer.show.definition import Aspects, Styles
from performer.show.desk import Desk
from performer.show.fields import TEXT, Kind, Schema, one_of, under
from performer.show.values import number
from performer.source.nodes import Node, Pairs
from performer.source.problems import Wrong, suggestion
from performer.styles import ASPECTS

MOST = 4
"""Styles in one blend."""


class Worn(NamedTuple):
    """What is written for a song, a section or a part: its styles, and the aspects that differ."""

    style: Styles = ()
    aspects: Aspects = ()


def weighted(rows: Iterable[tuple[str, int]]) -> Styles:
    """Weights scaled to sum to 1000, the rounding given to the first rows that weigh something. ValueError when none does."""
    pairs = list(rows)
    total = sum(weight for _, weight in pairs)
    if total <= 0:
        raise ValueError("the weights sum to zero")
    left = 1000 - sum(weight * 1000 // total for _, weight in pairs)
    out = []
    for name, weight in pairs:
        more = 1 if left > 0 and weight > 0 else 0
        left -= more
        out.append((name, weight * 1000 // total + more))
    return tuple(out)


def weight(words: str) -> int:
    """A weight: any positive number, per mille."""
    return _amount(words, least=1)


def _share(words: str) -> int:
    return _amount(words, least=0)


def _amount(words: str, least: int) -> int:
    got = number(words[:-1]) / 100 if words.endswith("%") else number(words)
    if not 0 <= got <= 1000 or (least and not got):
        raise Wrong(f"a weight is a number above 0, not {words}" if least else f"a weight is a number from 0 on, not {words}")
    return max(least, round(got * 1000))


def read_worn(desk: Desk, node: Node, path: str) -> Worn | None:
    """Styles with aspects."""
    if not isinstance(node, Pairs):
        styles = read_styles(desk, node, path)
        return Worn(styles) if styles else None
    base = tuple(pair for pair in node.pairs if pair[0].text not in ASPECTS)
    aspects = []
    for key, said in node.pairs:
        if key.text in ASPECTS:
            styles = read_styles(desk, said, under(path, key.text))
            aspects += [(key.text, styles)] if styles else []
    styles = read_styles(desk, Pairs(base, node.mark), path) if base else ()
    return Worn(styles or (), tuple(aspects)) if styles or aspects else None


def read_styles(desk: Desk, node: Node, path: str) -> Styles | None:
    """A style, or styles with weights."""
    if not isinstance(node, Pairs):
        read = desk.value(node, path, "a style", lambda name: _style(desk, name), wordy=True)
        return None if read is None else ((read, 1000),)
    rows: list[tuple[str, int]] = []
    for key, amount in node.pairs:
        if key.text not in desk.styles.names():
            desk.unknown(key, under(path, key.text), "style", (*desk.styles.names(), *ASPECTS))
            continue
        share = desk.value(amount, under(path, key.text), "a weight, such as 0.7", _share)
        rows += [(key.text, share)] if share is not None else []
    if len(rows) > MOST:
        desk.problem(node, path, f"blends more than {MOST} styles")
        return None
    if rows and not any(amount for _, amount in rows):
        desk.problem(node, path, "the weights sum to zero", "give one style at least a weight above 0")
        return None
    return weighted(rows) if rows else None


def _style(desk: Desk, name: str) -> str:
    if name not in desk.styles.names():
        raise Wrong(f"there is no style called '{name[:40]}'", suggestion(name, desk.styles.names()))
    return name


WEIGHTS: Schema = {"type": "object", "additionalProperties": {"type": ["number", "string"]}}
_ASPECTS: Schema = {
    "type": "object",
    "properties": {aspect: {"anyOf": [TEXT, WEIGHTS], "description": f"the style of its {aspect}"} for aspect in ASPECTS},
    "additionalProperties": {"type": ["number", "string"]},
}
STYLE_KIND: Kind[Worn] = one_of({"anyOf": [TEXT, _ASPECTS]}, read_worn)
