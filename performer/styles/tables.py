"""Tables of a style file, emptied key by key, and the types of their values.

Law of this file: what is wrong is a ``StyleError`` with the path that leads to it; what is left in a table at the end is
unknown, so nothing in a style file is ignored.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import MISSING as NEEDED
from dataclasses import fields
from typing import Any

from performer.music.pitch import pitch
from performer.source.problems import suggestion
from performer.styles.definition import Lane
from performer.styles.signs import SHORT

MISSING = 'write it, or take over another style\'s: like = "house"'
"""What helps where a style lacks something."""


class StyleError(ValueError):
    """What is wrong in a style file, the path that leads there (``voices.bass.lane``) and a hint.

    ``also``: what else is wrong in the same list.
    """

    also: tuple["StyleError", ...] = ()

    def __init__(self, path: str, what: str, hint: str = "") -> None:
        super().__init__(f"{path}{': ' if path else ''}{what}{f' ({hint})' if hint else ''}")
        self.path, self.what, self.hint = path, what, hint


class Table:
    """A table that is emptied key by key; what is left over at the end is unknown."""

    def __init__(self, values: object, path: str) -> None:
        if not isinstance(values, dict):
            raise StyleError(path, "a table is needed", f"[{path}], and its keys under it")
        self.values, self.path, self.known = dict(values), path, list[str]()

    def take(self, key: str, read: Callable[[Any, str], Any], default: Any = ...) -> Any:
        """The value at ``key`` as ``read`` types it, else the default; StyleError when it is needed and missing."""
        path = f"{self.path}.{key}" if self.path else key
        self.known.append(key)
        if key not in self.values:
            if default is ...:
                raise StyleError(path, f"'{key}' is missing", MISSING)
            return default
        return read(self.values.pop(key), path)

    def fields(self, kind: type, /, **readers: Callable[[Any, str], Any]) -> dict[str, Any]:
        """Fields of a dataclass, each as its reader types it; one that is left out has the default of its own, if it has one."""
        usual = {row.name: row.default for row in fields(kind)}
        return {name: self.take(name, read, ... if usual[name] is NEEDED else usual[name]) for name, read in readers.items()}

    def done(self) -> None:
        """Nothing may be left. Raises StyleError."""
        for key in sorted(self.values):
            hint = suggestion(key, self.known) or f"known: {', '.join(self.known)}"
            raise StyleError(f"{self.path}.{key}" if self.path else key, f"there is no key '{key}' here", hint)


def whole(low: int, high: int) -> Callable[[Any, str], int]:
    """A whole number within bounds."""

    def read(value: Any, path: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            share = isinstance(value, float) and 0 < value <= 1 and high in (1000, 1001)
            raise StyleError(
                path, f"{value!r} is not a whole number from {low} to {high}", f"per mille: {value * 1000:.0f}" if share else ""
            )
        return value

    return read


def words(value: Any, path: str) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise StyleError(path, f"{value!r} is not a text")
    return value


def yes(value: Any, path: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise StyleError(path, f"{value!r} is neither true nor false")
    return value


def chosen(known: Collection[str], what: str) -> Callable[[Any, str], str]:
    """One of the ``known`` words; ``what`` they are, such as ``a kind of chord``."""

    def read(value: Any, path: str) -> str:
        if (word := words(value, path)) not in known:
            raise StyleError(path, f"{word!r} is not {what}", suggestion(word, known))
        return word

    return read


def many(read: Callable[[Any, str], Any]) -> Callable[[Any, str], tuple[Any, ...]]:
    """A list of one type. Whatever is wrong with its items is one StyleError."""

    def read_all(value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise StyleError(path, "a list is needed", f"write [{json.dumps(value)}]" if isinstance(value, str | int) else "")
        out, wrong = [], list[StyleError]()
        for index, item in enumerate(value):
            try:
                out.append(read(item, f"{path}[{index}]"))
            except StyleError as error:
                wrong += [error, *error.also]
        if wrong:
            wrong[0].also = tuple(wrong[1:])
            raise wrong[0]
        return tuple(out)

    return read_all


def pair(low: int, high: int) -> Callable[[Any, str], tuple[int, int]]:
    """Two whole numbers, the lower first."""

    def read(value: Any, path: str) -> tuple[int, int]:
        both = many(whole(low, high))(value, path) if isinstance(value, list) else ()
        if len(both) != 2 or both[0] > both[1]:
            raise StyleError(path, "two numbers are needed, the lower first", f"within [{low}, {high}]")
        return both[0], both[1]

    return read


def lane(value: Any, path: str) -> Lane:
    """``E1 G2``: an octave at least."""
    try:
        low, _, high = words(value, path).partition(" ")
        lane = (pitch(low), pitch(high))
    except ValueError as error:
        raise StyleError(path, f"{error}", "the lowest and the highest note, such as E1 G2") from error
    if lane[1] - lane[0] < 11:
        raise StyleError(path, "a lane needs an octave at least", "the lowest note first, such as E1 G2")
    return lane


def grid_of(letters: str, lengths: tuple[int, ...] = SHORT) -> Callable[[Any, str], str]:
    """Whole bars of sixteenths in these letters; spaces and bars are for the eye."""
    many_of = " or ".join(", ".join(map(str, lengths)).rsplit(", ", 1))

    def read(value: Any, path: str) -> str:
        grid = words(value, path).replace(" ", "").replace("|", "")
        if strange := next((sign for sign in grid if sign not in letters), None):
            raise StyleError(path, f"{strange!r} in {value!r} means nothing here", f"signs: {' '.join(letters)}")
        if len(grid) not in lengths:
            raise StyleError(path, f"{value!r} has {len(grid)} sign{'s'[: len(grid) != 1]}", f"{many_of} are needed, a sixteenth each")
        return grid

    return read
