"""The desk where a file is marked: every problem with its place, and the reading of single texts and words.

Law of this file: reading never raises and never stops at the first problem; what could not be read is None,
and whoever asks for it goes on without.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from performer.source.nodes import Document, Items, Mark, Node, Pairs, Scalar
from performer.source.problems import MOST, Problem, Wrong, quoted, suggestion
from performer.source.traps import QUOTE
from performer.styles.library import Library

T = TypeVar("T")

LONGEST = 4000
"""Characters of one value that holds many words: more is a mistake, and would make reading slow."""
SHORT = 200
"""Characters of a value that holds one thing."""
_HOMES = {"part": ("parts",), "section": ("sections",), "motif": ("hook", "motifs"), "output": ("outputs",)}
"""The outermost keys under which names of a kind are made."""


class Word(NamedTuple):
    """One word of a value, and where it stands."""

    text: str
    mark: Mark


def alone(name: str) -> bytes:
    """A file that lies nowhere has nothing beside it."""
    raise Wrong(f"there is no file called {quoted(name)}", "it lies in the show's folder")


@dataclass(slots=True)
class Desk:
    """Takes down the problems of one file. ``styles``: those that it may name.

    ``beside`` gives the bytes of a file in the show's folder, or raises Wrong.
    """

    document: Document
    styles: Library = field(default_factory=Library)
    problems: list[Problem] = field(default_factory=list)
    beside: Callable[[str], bytes] = field(default=alone)

    def whole(self, *keys: str) -> bool:
        """Whether nothing under these outermost keys was lost to a syntax error; if it was, nobody is asked for it."""
        return not self.document.lost.intersection(("", *keys))

    def problem(self, at: Node | Mark, path: str, what: str, hint: str = "") -> None:
        """Take down a problem (a bounded number of them)."""
        mark = at if isinstance(at, Mark) else at.mark
        if len(self.problems) <= 2 * MOST:
            self.problems.append(Problem(self.document.file, mark.line, mark.column, path, what, hint))

    def unknown(self, word: Word | Scalar, path: str, kind: str, known: Iterable[str], otherwise: str = "") -> None:
        """A name that nothing has. ``otherwise``: the hint where the known names are many and none is near."""
        hint = (suggestion(word.text, known) or otherwise) if len(self.problems) < MOST else ""
        self.problem(word.mark, path, f"there is no {kind} called {quoted(word.text)}", hint)

    def text(self, node: Node, path: str, expected: str, *, wordy: bool = False, most: int = LONGEST) -> str | None:
        """The text of a value, or None after a problem. ``wordy``: a ``#`` right after it may have been meant."""
        if isinstance(node, Scalar) and node.refused:
            return None
        if not isinstance(node, Scalar):
            what = "a list" if isinstance(node, Items) else "a mapping"
            self.problem(node, path, f"this is {what}, not {expected}")
            return None
        if not node.text.strip():
            self.problem(node, path, "has no value", f"write {expected}")
            return None
        if len(node.text) > most:
            self.problem(node, path, f"is longer than {most} characters")
            return None
        if wordy and _cut_short(node):
            self.problem(self._comment(node), path, "this # begins a comment, and cuts the value short", QUOTE)
            return None
        return node.text.strip()

    def value(self, node: Node, path: str, expected: str, of: Callable[[str], T], *, wordy: bool = False) -> T | None:
        """The typed value of a text."""
        text = self.text(node, path, expected, wordy=wordy, most=SHORT)
        return None if text is None else self.typed(node, path, text, of)

    def typed(self, at: Node | Mark, path: str, text: str, of: Callable[[str], T]) -> T | None:
        """``of(text)``, its Wrong or ValueError turned into a problem."""
        try:
            return of(text)
        except Wrong as wrong:
            self.problem(at, path, wrong.what, wrong.hint)
        except ValueError as error:
            what, _, hint = str(error).partition(": ")
            self.problem(at, path, what, hint)
        return None

    def words(self, node: Node, path: str, expected: str) -> tuple[Word, ...] | None:
        """The words of a value: ``pad keys``, ``"pad, keys"`` or ``[pad, keys]``; an item of a list may have spaces."""
        if isinstance(node, Items):
            read = [(item, self.text(item, f"{path}[{i}]", expected, wordy=True)) for i, item in enumerate(node.items)]
            return tuple(Word(text, item.mark) for item, text in read if text is not None)
        text = self.text(node, path, expected, wordy=True)
        if text is None or not isinstance(node, Scalar):
            return None
        return self.split(node, text.replace(",", " "))

    def split(self, node: Scalar, text: str) -> tuple[Word, ...]:
        """The words of a scalar's text, each with its own place where the text stands in one line as it is."""
        line = self.document.lines[node.mark.line - 1] if node.mark.line <= len(self.document.lines) else ""
        start = node.mark.column - 1 + (1 if node.style in ("'", '"') else 0)
        exact = line[start : start + len(text)].replace(",", " ") == text
        out: list[Word] = []
        at = 0
        for word in text.split():
            at = text.index(word, at)
            out.append(Word(word, Mark(node.mark.line, start + at + 1) if exact else node.mark))
            at += len(word)
        return tuple(out)

    def pairs(self, node: Node, path: str, expected: str) -> Pairs | None:
        """The node as a mapping."""
        if isinstance(node, Pairs):
            return node
        if not (isinstance(node, Scalar) and node.refused):
            self.problem(node, path, f"must be a mapping: {expected}")
        return None

    def known(self, words: Sequence[Word], path: str, kind: str, names: Sequence[str]) -> tuple[str, ...]:
        """Those of the words that are names; the others are problems, unless the names may be lost."""
        known = set(names)
        if self.whole(*_HOMES.get(kind, ())):
            for word in words:
                if word.text not in known:
                    self.unknown(word, path, kind, names)
        return tuple(dict.fromkeys(word.text for word in words if word.text in known))

    def _comment(self, node: Scalar) -> Mark:
        line = self.document.lines[node.mark.line - 1] if node.mark.line <= len(self.document.lines) else ""
        at = line.find(node.comment, node.mark.column - 1)
        return Mark(node.mark.line, at + 1) if at >= 0 else node.mark


_TAILS = ("m", "maj", "min", "dim", "aug", "sus", "add", "7", "9", "6", "°", "/")


def _cut_short(node: Scalar) -> bool:
    """Whether the comment after a plain text was meant as a sharp: ``#m7``, or ``# m7 B`` after a chord."""
    comment = node.comment
    if not comment:
        return False
    words = comment[1:].split()
    if comment[1:2].strip() and not comment.startswith("##"):
        return True
    return bool(words) and node.text[-1:] in "ABCDEFG" and words[0].startswith(_TAILS) and len(words[0]) <= 6
