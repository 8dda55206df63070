"""Events to nodes, with the limits of depth and number held on the way.

Law of this file: a tree that is cut short by an error keeps everything that was complete before it. No key
stands twice in a mapping, and what the strict subset leaves out becomes a problem, never a surprise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from performer.source.nodes import REFUSED, Items, Mark, Node, Pair, Pairs, Scalar
from performer.source.problems import MOST, Problem, quoted
from performer.source.stream import Kind, Sign
from performer.source.traps import QUOTE, Trap, begins_badly, comment_after, special

MAX_DEPTH = 32
MAX_NODES = 50_000


class Stop(Exception):  # noqa: N818 - a signal between the files of this room
    """Nothing after this can be trusted: do not try to go on."""


@dataclass(slots=True)
class _Open:
    """A mapping or a list that is being read. ``key`` waits for its value; ``drop``: the value is not wanted."""

    mark: Mark
    path: str
    listing: bool
    flow: bool
    pairs: list[Pair] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    key: Scalar | None = None
    drop: bool = False
    refused: bool = False

    def close(self) -> Node:
        if self.refused:
            return Scalar("", self.mark, REFUSED)
        return Items(tuple(self.items), self.mark) if self.listing else Pairs(tuple(self.pairs), self.mark)


@dataclass(slots=True)
class Tree:
    """The tree of one file. ``first`` is the line (from 0) at which the text that is being read begins in the file."""

    file: str
    lines: Sequence[str]
    problems: list[Problem] = field(default_factory=list)
    first: int = 0
    root: Node | None = None
    lost: set[str] = field(default_factory=set)
    _nodes: int = 0
    _end: int = -1
    _open: list[_Open] = field(default_factory=list)

    def problem(self, mark: Mark, path: str, what: str, hint: str = "") -> None:
        """Take down a problem, its place brought inside the file. Raises Stop when there are too many to be of use."""
        line = min(max(mark.line, 1), max(len(self.lines), 1))
        width = len(self.lines[line - 1]) if self.lines else 0
        column = min(max(mark.column, 1), width + 1) if line == mark.line else width + 1
        self.problems.append(Problem(self.file, line, column, path, what, hint))
        if len(self.problems) > 2 * MOST:
            raise Stop

    def twice(self, key: Scalar, path: str, line: int) -> None:
        """A key that stands a second time; ``line`` is where it stood first."""
        self.problem(key.mark, path, "is here twice", f"first on line {line}")

    def take(self, sign: Sign) -> None:
        """One event. Raises Stop at a limit."""
        mark = self._mark(sign)
        if sign.kind is Kind.DOCUMENT:
            self._document(sign, mark)
            return
        if sign.kind is Kind.CLOSE:
            self._put(self._open.pop().close(), sign)
            return
        self._nodes += 1
        self._end = self.first + sign.end_line
        if self._nodes > MAX_NODES:
            self.problem(mark, "", f"the file holds more than {MAX_NODES:,} values")
            raise Stop
        odd = "*" if sign.kind is Kind.ALIAS else sign.adorned
        if odd:
            self.problem(mark, self._path(), f"{special(odd)} here", QUOTE)
        if sign.kind in (Kind.SCALAR, Kind.ALIAS):
            self._put(Scalar("", mark, REFUSED) if odd else Scalar(sign.text, mark, sign.style, self._comment(sign)), sign)
        elif len(self._open) >= MAX_DEPTH:
            self.problem(mark, "", f"this is nested more than {MAX_DEPTH} deep")
            raise Stop
        else:
            self._open.append(_Open(mark, self._path(), sign.kind is Kind.ITEMS, sign.flow, refused=bool(odd)))

    def cut(self, line: int = -1) -> None:
        """The text ends by an error in ``line`` (from 0): close what is open and keep what was complete."""
        outermost = self._open[0].key if self._open else None
        self.lost.add(outermost.text if outermost else "")
        top = self._open[-1] if self._open else None
        last = top.pairs[-1] if top and top.pairs else None
        if top and last and isinstance(last.value, Scalar) and last.value.mark.line - 1 <= line == self._end:
            top.pairs[-1] = Pair(last.key, Scalar("", last.value.mark, REFUSED))  # a text that ran on into the slip
        if self._open and self._open[-1].flow:  # the last value before the slip is not what was meant
            del self._open[-1].pairs[-1:], self._open[-1].items[-1:]
            self._open[-1].refused = not self._open[-1].pairs and not self._open[-1].items
        while self._open:
            done = self._open.pop().close()
            top = self._open[-1] if self._open else None
            if top is None:
                self.root = done
            elif top.listing:
                top.items.append(done)
            elif top.key is not None and not top.drop:
                top.pairs.append(Pair(top.key, done))

    def _mark(self, sign: Sign) -> Mark:
        return Mark(sign.line + self.first + 1, sign.column + 1)

    def _document(self, sign: Sign, mark: Mark) -> None:
        if sign.adorned:
            self.problem(mark, "", special("%"), "leave the directive out")
        if self.root is not None:
            self.problem(mark, "", "a second document begins here", "one file holds one song, set or rig")
            raise Stop

    def _path(self, step: str | None = None) -> str:
        top = self._open[-1] if self._open else None
        if top is None:
            return (step or "")[:60]
        if step is None and top.listing:
            return f"{top.path}[{len(top.items)}]"
        step = (step if step is not None else top.key.text if top.key else "")[:60]
        return f"{top.path}.{step}" if top.path and step else step or top.path

    def _comment(self, sign: Sign) -> str:
        number = self.first + sign.end_line
        if sign.style or number >= len(self.lines):
            return ""
        return comment_after(self.lines[number], sign.end_column)

    def _put(self, node: Node, sign: Sign) -> None:
        top = self._open[-1] if self._open else None
        if top is None:
            self.root = node
        elif top.listing:
            top.items.append(node)
        elif top.key is None:
            self._key(top, node)
        else:
            self._value(top, top.key, node, sign)

    def _key(self, top: _Open, node: Node) -> None:
        if not isinstance(node, Scalar) or node.style in ("|", ">", REFUSED):
            if not isinstance(node, Scalar) or not node.refused:
                self.problem(node.mark, top.path, "a key is one plain word or a few", "write 'key: value'")
            top.key, top.drop = Scalar("", node.mark), True
            return
        top.key, top.drop = node, False
        path = self._path(node.text)
        if node.text in top.lines:
            self.twice(node, path, top.lines[node.text])
        elif node.empty:
            self.problem(node.mark, top.path, "there is no key before this colon")
        elif node.text == "<<":
            self.problem(node.mark, path, "mappings are not merged here", "write 'as: NAME' to repeat a section")
        else:
            top.lines[node.text] = node.mark.line
            return
        top.drop = True

    def _value(self, top: _Open, key: Scalar, node: Node, sign: Sign) -> None:
        trap = self._trap(top, key, node, sign) if isinstance(node, Scalar) and not node.refused else None
        if trap:
            self.problem(trap.mark, self._path(), trap.what, trap.hint)
            node = Scalar("", node.mark, REFUSED)
        if not top.drop and not (trap and trap.mark == key.mark):
            top.pairs.append(Pair(key, node))
        top.key, top.drop = None, False

    def _trap(self, top: _Open, key: Scalar, node: Scalar, sign: Sign) -> Trap | None:
        line = self.lines[node.mark.line - 1] if node.mark.line <= len(self.lines) else ""
        at = node.mark.column - 1
        beside = self.lines[key.mark.line - 1] if node.empty and key.mark.line <= len(self.lines) else ""
        comment = comment_after(beside, key.mark.column - 1 + len(key.text)) if not key.style else ""
        if comment[1:2].strip():
            place = Mark(key.mark.line, len(beside) - len(comment) + 1)
            return Trap(place, "this # begins a comment, and the value is empty", QUOTE)
        if node.empty and top.flow and (sign.line, sign.column) == (sign.end_line, sign.end_column) and not _colon_near(line, at):
            what = f"{quoted(key.text)} has no value: inside {{ }} a comma ends a value"
            return Trap(key.mark, what, "put a value that has a comma in quotes, and a space after each colon")
        if node.style in ("|", ">") and not node.text.strip():
            return begins_badly(line, node.mark.line) or Trap(node.mark, f"{special(node.style)}, and it is empty", QUOTE)
        return None


def _colon_near(line: str, at: int) -> bool:
    """Whether a colon stands just before or after the place where an empty value is."""
    return line[:at].rstrip().endswith(":") or line[at:].lstrip().startswith(":")
