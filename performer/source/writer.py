"""Nodes as YAML text that a person likes to read.

Law of this file: what is written is read back as the same texts in the same order. A mapping that fits into its line stands
there in braces; a longer one has a line for each of its keys.
"""

import re
from collections.abc import Mapping

from performer.source.nodes import Items, Mark, Node, Pair, Pairs, Scalar

WIDTH = 132
NOWHERE = Mark(1, 1)
_PLAIN = re.compile(r"(?:[A-Za-z0-9.+]|-(?=\d))(?:[\w .>/+~()=;-]*[\w.+)>])?")

Comments = Mapping[str, str]
"""A line of comment by the path of the key that it stands above (``sections.verse``)."""


def scalar(text: object) -> Scalar:
    """A value that somebody wrote nowhere."""
    return Scalar(str(text), NOWHERE)


def pairs(rows: Mapping[str, Node]) -> Pairs:
    """A mapping that somebody wrote nowhere."""
    return Pairs(tuple(Pair(scalar(key), value) for key, value in rows.items()), NOWHERE)


def quoted(text: str) -> str:
    """A text as YAML takes it: plain where nothing in it means anything, else in double quotes."""
    if _PLAIN.fullmatch(text) and not text.startswith((". ", "- ")):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def written(root: Pairs, comments: Comments | None = None) -> str:
    """The text of a mapping, keys in their order."""
    return "\n".join(_block(root, 0, "", comments or {})) + "\n"


def _block(node: Pairs, depth: int, path: str, comments: Comments) -> list[str]:
    out: list[str] = []
    for key, value in node.pairs:
        here = f"{path}.{key.text}" if path else key.text
        if here in comments:
            out += [*([""] if depth == 0 else []), *(f"{' ' * depth}# {line}" for line in comments[here].split("\n"))]
        head = f"{' ' * depth}{quoted(key.text)}:"
        line = f"{head} {_flow(value)}".rstrip()
        inside = any(place.startswith(f"{here}.") for place in comments)
        if isinstance(value, Pairs) and value.pairs and (inside or len(line) > WIDTH):
            out += [head, *_block(value, depth + 2, here, comments)]
        elif isinstance(value, Items) and len(line) > WIDTH:
            out += [head, *(f"{' ' * depth}  - {_flow(item)}" for item in value.items)]
        else:
            out.append(line)
    return out


def _flow(node: Node) -> str:
    if isinstance(node, Pairs):
        return "{" + ", ".join(f"{quoted(key.text)}: {_flow(value)}" for key, value in node.pairs) + "}"
    if isinstance(node, Items):
        return "[" + ", ".join(_flow(item) for item in node.items) + "]"
    return "" if node.empty else quoted(node.text)
