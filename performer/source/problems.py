"""What is wrong with a file, said to the person who wrote it.

Law of this file: a problem always has a place (line and column from 1), says what is wrong in the words of
the trade, and where it can, how to put it right. Nothing of the author's text reaches a terminal unescaped.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

MOST = 200
"""Problems reported of one file: more than anybody mends in one go."""

_WINDOW = 100
"""Characters of a source line that are shown round the caret."""


class Problem(NamedTuple):
    """One problem. ``path`` leads to the value (``sections.drop.energy``), empty for the file as a whole."""

    file: str
    line: int
    column: int
    path: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        """``file:line:column: path: what (hint)`` on one line."""
        path = f"{printable(self.path)}: " if self.path else ""
        hint = f" ({printable(self.hint)})" if self.hint else ""
        return f"{printable(self.file)}:{self.line}:{self.column}: {path}{printable(self.what)}{hint}"


class Wrong(ValueError):  # noqa: N818 - it is a value that is wrong, not this program
    """Raised by what types a text: ``what`` is wrong with it, and a ``hint``."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


def printable(text: str) -> str:
    """The text with everything escaped that could move a cursor, change a colour or reverse a line."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def quoted(text: str) -> str:
    """The author's own words inside a message: quoted, clipped to 40 characters."""
    return f"'{text if len(text) <= 40 else text[:37] + '...'}'"


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint: the known word nearest to ``word``, else the known words when they are few, else nothing."""
    words = list(dict.fromkeys(known))[:300]
    near = get_close_matches(word.lower(), words, 1, 0.6) if len(word) <= 40 else []
    if near:
        return f"did you mean {near[0]}?"
    return f"one of: {', '.join(words)}" if 0 < len(words) <= 24 else ""


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by file, line, column and path; the first ``MOST`` of a file, and a word when there were more."""
    out: list[Problem] = []
    counts: dict[str, int] = {}
    said: tuple[object, ...] = ()
    for problem in sorted(set(problems)):
        if said == (said := (problem.file, problem.line, problem.column, problem.what)):
            continue
        count = counts[problem.file] = counts.get(problem.file, 0) + 1
        if count <= MOST:
            out.append(problem)
        elif count == MOST + 1:
            out.append(problem._replace(path="", what="and more problems after this line", hint="mend these first"))
    return tuple(out)


def with_source(problem: Problem, lines: Sequence[str]) -> str:
    """The problem, the line it is about and a caret under the place. ``lines`` are the file's own."""
    if not 1 <= problem.line <= len(lines):
        return str(problem)
    line = lines[problem.line - 1]
    at = min(problem.column - 1, len(line))
    first = max(0, at - _WINDOW // 2) if len(line) > _WINDOW else 0
    shown = "".join(c if c.isprintable() else " " for c in line[first : first + _WINDOW])
    number = str(problem.line)
    return f"{problem}\n {number} | {shown}\n {' ' * len(number)} | {' ' * (at - first)}^"


def report(problems: Iterable[Problem], sources: Mapping[str, bytes]) -> str:
    """Every problem with its source line, as ``performer check`` prints them. ``sources``: the files' bytes by name."""
    lines = {name: data.decode("utf-8", "replace").splitlines() for name, data in sources.items()}
    return "\n".join(with_source(problem, lines.get(problem.file, ())) for problem in problems)


def check_json(problems: Iterable[Problem]) -> dict[str, object]:
    """The one object that ``performer check --json`` prints: ``ok``, and ``problems`` as rows."""
    rows = [problem._asdict() for problem in problems]
    return {"ok": not rows, "problems": rows}
