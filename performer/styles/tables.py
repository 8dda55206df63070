"""Tables of a style file, emptied key by key, and the types of their values.

Law of this file: what is wrong is a ``StyleError`` with the path that leads to it; what is left in a table at the end is
unknown, so nothing in a style file is ignored.
"""

from collections.abc import Callable
from typing import Any

from performer.music.pitch import pitch
from performer.source.problems import suggestion
from performer.styles.definition import Lane


class StyleError(ValueError):
    """What is wrong in a style file, the path that leads there (``voices.bass.lane``) and a hint."""

    def __init__(self, path: str, what: str, hint: str = "") -> None:
        super().__init__(f"{path}{': ' if path else ''}{what}{f' ({hint})' if hint else ''}")
        self.path, self.what, self.hint = path, what, hint


class Table:
    """A table that is emptied key by key; what is left over at the end is unknown."""

    def __init__(self, values: object, path: str) -> None:
        if not isinstance(values, dict):
            raise StyleError(path, "a table is needed")
        self.values, self.path, self.known = dict(values), path, list[str]()

    def take(self, key: str, read: Callable[[Any, str], Any], default: Any = ...) -> Any:
        """The value at ``key`` as ``read`` types it, else the default; StyleError when it is needed and missing."""
        path = f"{self.path}.{key}" if self.path else key
        self.known.append(key)
        if key not in self.values:
            if default is ...:
                raise StyleError(path, "is missing")
            return default
        return read(self.values.pop(key), path)

    def done(self) -> None:
        """Nothing may be left. Raises StyleError."""
        for key in sorted(self.values):
            hint = suggestion(key, self.known) or f"known: {', '.join(self.known)}"
            raise StyleError(f"{self.path}.{key}" if self.path else key, f"there is no key '{key}' here", hint)


def whole(low: int, high: int) -> Callable[[Any, str], int]:
    """A whole number within bounds."""

    def read(value: Any, path: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise StyleError(path, f"{value!r} is not a whole number from {low} to {high}")
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


def many(read: Callable[[Any, str], Any]) -> Callable[[Any, str], tuple[Any, ...]]:
    """A list of one type."""

    def read_all(value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise StyleError(path, "a list is needed")
        return tuple(read(item, f"{path}[{index}]") for index, item in enumerate(value))

    return read_all


def pair(low: int, high: int) -> Callable[[Any, str], tuple[int, int]]:
    """Two whole numbers, the lower first."""

    def read(value: Any, path: str) -> tuple[int, int]:
        both = many(whole(low, high))(value, path)
        if len(both) != 2 or both[0] > both[1]:
            raise StyleError(path, "two numbers are needed, the lower first")
        return both[0], both[1]

    return read


def lane(value: Any, path: str) -> Lane:
    """``E1 G2``: an octave at least."""
    try:
        low, _, high = words(value, path).partition(" ")
        lane = (pitch(low), pitch(high))
    except ValueError as error:
        raise StyleError(path, f"{error}") from error
    if lane[1] - lane[0] < 11:
        raise StyleError(path, "a lane needs an octave at least")
    return lane


def grid_of(letters: str, lengths: tuple[int, ...] = (16, 32)) -> Callable[[Any, str], str]:
    """Whole bars of sixteenths in these letters; spaces and bars are for the eye."""
    said = " or ".join(str(length) for length in lengths)

    def read(value: Any, path: str) -> str:
        grid = words(value, path).replace(" ", "").replace("|", "")
        if len(grid) not in lengths or set(grid) - set(letters):
            raise StyleError(path, f"{value!r} is not {said} of {letters}")
        return grid

    return read
