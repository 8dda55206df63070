"""YAML text to positioned nodes: one call that never raises.

Law of this file: whatever the bytes are, ``read`` returns a Document and every problem it found, within
about a second. The subset is strict: no anchors, aliases, merges, tags or second documents, and every scalar
stays text. After a syntax error reading goes on at the next key of the outermost mapping, so that one slip
does not hide the others.
"""

import re
from collections.abc import Sequence

from performer.source.nodes import Document, Mark, Node, Pair, Pairs
from performer.source.problems import MOST, Problem, in_order
from performer.source.stream import Broken, signs
from performer.source.traps import Trouble, explain
from performer.source.tree import Stop, Tree

MAX_BYTES = 1_000_000
MAX_RECOVERIES = 40
"""Times that reading starts again after a syntax error; each costs one pass over the rest of the file."""

_ODD = re.compile("[^\t\n\x20-\x7e\xa0-\u1fff\u2010-\u2027\u202f-\u2065\u2070-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML forbids, or an editor does not show: controls, odd line ends, signs that reverse a line."""
_TOP = re.compile(r"[^\s#\-\]}\[{&*!|>%@`,?:][^:]*:(\s|$)")
_TOP_OF_FILE = Mark(1, 1)


def read(file: str, data: bytes, *, fast: bool = True) -> Document:
    """Read one file. ``file`` is its name in problems; ``fast`` False takes PyYAML's slow parser (same result)."""
    if len(data) > MAX_BYTES:
        return _refused(file, f"the file has more than {MAX_BYTES:,} bytes")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        mark = Mark(before.count("\n") + 1, len(before) - before.rfind("\n"))
        return _refused(file, "this is not UTF-8 text", "save the file as UTF-8", mark)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    tree = Tree(file, text.split("\n"))
    root = _read(tree, text, fast)
    if root is None and not tree.problems:
        tree.problem(_TOP_OF_FILE, "", "the file is empty", "a show begins with 'song: Its Title'")
    return Document(file, tuple(tree.lines), root, in_order(tree.problems), frozenset(tree.lost))


def _refused(file: str, what: str, hint: str = "", mark: Mark = _TOP_OF_FILE) -> Document:
    return Document(file, (), None, (Problem(file, *mark, "", what, hint),), frozenset({""}))


def _read(tree: Tree, text: str, fast: bool) -> Node | None:
    """The root; what was lost stands in the tree."""
    found: list[Pairs] = []
    try:
        text = _clean(tree, text)
        for _ in range(MAX_RECOVERIES):
            after = _pass(tree, text, fast)
            if after is not None:
                found += [tree.root] if isinstance(tree.root, Pairs) else []
                tree.root = None
            start = len(tree.lines) if after is None else _next_top(tree.lines, max(tree.first, after))
            if start >= len(tree.lines):
                break
            text = _from_line(text, start - tree.first)
            tree.first = start
    except Stop:
        tree.cut()
        tree.lost.add("")
    if isinstance(tree.root, Pairs) and found:
        found.append(tree.root)
    return _joined(tree, found) if found else tree.root


def _clean(tree: Tree, text: str) -> str:
    """The text without characters that no editor shows; each line that has one is a problem."""
    if not _ODD.search(text):
        return text
    for number, line in enumerate(tree.lines, 1):
        match = _ODD.search(line)
        if match and len(tree.problems) < MOST:
            what = f"an invisible character (U+{ord(match[0]):04X}) stands here"
            tree.problem(Mark(number, match.start() + 1), "", what, "delete it and write the line again")
    return _ODD.sub(" ", text)


def _pass(tree: Tree, text: str, fast: bool) -> int | None:
    """Read ``text``, which begins at the tree's ``first`` line. The line (from 0) after which to go on; None: it was read to its end."""
    try:
        for sign in signs(text, fast=fast):
            tree.take(sign)
    except Broken as error:
        said = error.trouble
        tree.cut(said.line + tree.first)
        trouble = said._replace(line=said.line + tree.first, since_line=said.since_line + tree.first)
        trap = explain(trouble, tree.lines)
        tree.problem(trap.mark, "", trap.what, trap.hint)
        return _resume(trouble, trap.mark.line - 1)
    return None


def _resume(trouble: Trouble, line: int) -> int:
    """Inside brackets or quotes the slip is where they began; elsewhere it is where it was noticed."""
    inside = "flow" in trouble.reading or "quoted" in trouble.reading
    return min(trouble.since_line if inside else trouble.line, line)


def _next_top(lines: Sequence[str], after: int) -> int:
    return next((number for number in range(after + 1, len(lines)) if _TOP.match(lines[number])), len(lines))


def _from_line(text: str, line: int) -> str:
    offset = 0
    for _ in range(line):
        offset = text.index("\n", offset) + 1
    return text[offset:]


def _joined(tree: Tree, found: Sequence[Pairs]) -> Pairs:
    first: dict[str, Pair] = {}
    try:
        for pair in (pair for pairs in found for pair in pairs.pairs):
            if pair.key.text in first:
                tree.twice(pair.key, pair.key.text, first[pair.key.text].key.mark.line)
            else:
                first[pair.key.text] = pair
    except Stop:
        pass
    return Pairs(tuple(first.values()), found[0].mark)
