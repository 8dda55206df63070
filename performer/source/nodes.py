"""What a YAML file holds before anybody says what it means: text, pairs and items, each with its place.

Law of this file: every scalar is the text that was written. ``off``, ``C#``, ``1:30`` and ``010`` are
words here; the field that reads them gives them a type.
"""

from dataclasses import dataclass
from typing import NamedTuple

from performer.source.problems import Problem

REFUSED = "*"


class Mark(NamedTuple):
    """A place in a file: line and column, both from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text. ``style``: "" plain, ``'`` or ``"`` quoted, ``|`` or ``>`` a block. ``comment``: what follows it in its line.

    ``style`` ``REFUSED`` stands for a value that is a problem already: nobody needs to speak of it again.
    ``comment`` begins with ``#`` and is kept only for plain text, where a ``#`` may have been meant as a sharp.
    """

    text: str
    mark: Mark
    style: str = ""
    comment: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was written at all."""
        return not self.text and not self.style

    @property
    def refused(self) -> bool:
        """Whether it has been reported already, whatever it was."""
        return self.style == REFUSED


class Pair(NamedTuple):
    """A key and its value."""

    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping: no key twice, in the order of the file."""

    pairs: tuple[Pair, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    mark: Mark


Node = Scalar | Pairs | Items


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read. ``root`` is None when nothing could be made of it.

    ``lost``: the outermost keys in which something was lost to a syntax error; an empty text when whole keys may be.
    """

    file: str
    lines: tuple[str, ...]
    root: Node | None
    problems: tuple[Problem, ...]
    lost: frozenset[str] = frozenset()

    @property
    def whole(self) -> bool:
        """Whether nothing was lost."""
        return not self.lost
