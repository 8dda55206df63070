"""A style file to a Style, or every problem with its path.

Law of this file: nothing in a style file is ignored: an unknown key, a wrong type, a value out of range is a
``StyleError`` that names the file and the path. ``like`` takes another style and lays this one's tables over it.
TOML, because a style is tables of numbers and short texts in which every value has one type, and Python reads it alone.
"""

import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from performer.music.chords import parse
from performer.music.groove import Touch
from performer.music.harmony import CLOSINGS, Vocabulary
from performer.music.pitch import Key, pitch
from performer.music.voicing import KINDS
from performer.styles.definition import Feel, Fills, Grid, Harmony, Lane, Piece, Style, Voice

_PACKAGE = "performer.styles"
_ROLES = ("bass", "chords", "arp", "lead", "texture")
_ALL_ROLES = ("drums", *_ROLES, "light", "visual", "external")


class StyleError(ValueError):
    """A style file that cannot be used: the file, the path in it, and what is wrong."""


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The names of all styles, sorted."""
    return tuple(sorted(f.name[:-5] for f in files(_PACKAGE).iterdir() if f.name.endswith(".toml")))


@lru_cache(maxsize=64)
def read(name: str) -> Style:
    """The style called ``name``. Raises KeyError when there is none, StyleError when its file is wrong."""
    if name not in names():
        raise KeyError(name)
    return build(name, _tables(name))


def _tables(name: str) -> dict[str, Any]:
    try:
        tables = tomllib.loads((files(_PACKAGE) / f"{name}.toml").read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise StyleError(f"{name}.toml: {error}") from error
    like = tables.pop("like", None)
    if like is None:
        return tables
    if like == name or like not in names():
        raise StyleError(f"{name}.toml: like: no style called {like!r}")
    return _over(_tables(like), tables)


def _over(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    out = dict(below)
    for key, value in above.items():
        out[key] = _over(out[key], value) if isinstance(value, dict) and isinstance(out.get(key), dict) else value
    return out


class _Table:
    """A table that is emptied key by key; what is left over at the end is unknown."""

    def __init__(self, values: object, path: str) -> None:
        if not isinstance(values, dict):
            raise StyleError(f"{path}: a table is needed")
        self.values, self.path = dict(values), path

    def take(self, key: str, read: Callable[[Any, str], Any], default: Any = ...) -> Any:
        path = f"{self.path}.{key}" if not self.path.endswith(":") else f"{self.path} {key}"
        if key not in self.values:
            if default is ...:
                raise StyleError(f"{path} is missing")
            return default
        return read(self.values.pop(key), path)

    def done(self) -> None:
        if self.values:
            raise StyleError(f"{self.path}: unknown: {', '.join(sorted(self.values))}")


def _int(low: int, high: int) -> Callable[[Any, str], int]:
    def read(value: Any, path: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise StyleError(f"{path}: {value!r} is not a whole number from {low} to {high}")
        return value

    return read


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise StyleError(f"{path}: {value!r} is not a text")
    return value


def _bool(value: Any, path: str) -> bool:
    if not isinstance(value, bool):
        raise StyleError(f"{path}: {value!r} is neither true nor false")
    return value


def _many(read: Callable[[Any, str], Any]) -> Callable[[Any, str], tuple[Any, ...]]:
    def read_all(value: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise StyleError(f"{path}: a list is needed")
        return tuple(read(item, f"{path}[{index}]") for index, item in enumerate(value))

    return read_all


def _pair(low: int, high: int) -> Callable[[Any, str], tuple[int, int]]:
    def read(value: Any, path: str) -> tuple[int, int]:
        both = _many(_int(low, high))(value, path)
        if len(both) != 2 or both[0] > both[1]:
            raise StyleError(f"{path}: two numbers are needed, the lower first")
        return both[0], both[1]

    return read


def _lane(value: Any, path: str) -> Lane:
    try:
        low, _, high = _text(value, path).partition(" ")
        lane = (pitch(low), pitch(high))
    except ValueError as error:
        raise StyleError(f"{path}: {error}") from error
    if lane[1] - lane[0] < 11:
        raise StyleError(f"{path}: a lane needs an octave at least")
    return lane


def _grid_of(letters: str) -> Callable[[Any, str], str]:
    def read(value: Any, path: str) -> str:
        grid = _text(value, path).replace(" ", "").replace("|", "")
        if len(grid) not in (16, 32) or set(grid) - set(letters):
            raise StyleError(f"{path}: {value!r} is not 16 or 32 of {letters}")
        return grid

    return read


_BASS, _CHORDS, _RUNS = ".-Rr5378ab", ".-Xx", ".-0123456789"
_LETTERS = {"bass": _BASS, "chords": _CHORDS, "texture": _CHORDS, "arp": _RUNS, "lead": ".xX"}


def _vocabulary(value: Any, path: str) -> Vocabulary:
    table = _Table(value, path)
    line = _many(lambda v, p: _chord(v, p))
    words = Vocabulary(table.take("tonic", line), table.take("sub", line), table.take("dom", line), table.take("cycles", _many(_cycle), ()))
    table.done()
    if not (words.tonic and words.sub and words.dom):
        raise StyleError(f"{path}: tonic, sub and dom need one chord each at least")
    return words


def _chord(value: Any, path: str) -> str:
    text = _text(value, path)
    try:
        parse(text, Key(0, "minor"))
    except ValueError as error:
        raise StyleError(f"{path}: {error}") from error
    return text


def _cycle(value: Any, path: str) -> tuple[str, ...]:
    return tuple(_chord(word, path) for word in _text(value, path).split())


def _harmony(value: Any, path: str) -> Harmony:
    table = _Table(value, path)
    closing = table.take("closing", _text, "loop")
    if closing not in CLOSINGS:
        raise StyleError(f"{path}.closing: one of {', '.join(CLOSINGS)}")
    out = Harmony(
        minor=table.take("minor", _vocabulary), major=table.take("major", _vocabulary), closing=closing,
        rate=table.take("rate", _int(1, 16), 1), grammar=table.take("grammar", _int(0, 1000), 500),
    )  # fmt: skip
    table.done()
    return out


def _piece(name: str, value: Any, path: str) -> Piece:
    table = _Table(value, path)
    grid = _grid_of(".xXg123456789")
    out = Piece(
        name=name, note=table.take("note", _int(0, 127)), grids=table.take("grids", _many(grid)),
        velocity=table.take("velocity", _pair(1, 127)), start=table.take("start", _int(0, 1000), 0),
        until=table.take("until", _int(1, 1001), 1001), time=table.take("time", _bool, False),
    )  # fmt: skip
    table.done()
    if not out.grids:
        raise StyleError(f"{path}.grids: one grid at least")
    return out


def _fills(value: Any, path: str) -> Fills:
    table = _Table(value, path)
    letters = table.take("letters", lambda v, p: tuple((k, _int(0, 127)(n, f"{p}.{k}")) for k, n in _Table(v, p).values.items()), ())
    known = {key for key, _ in letters} | {"."}

    def fill(size: int) -> Callable[[Any, str], str]:
        def read(item: Any, where: str) -> str:
            text = _text(item, where).replace(" ", "")
            if len(text) != size or set(text) - known:
                raise StyleError(f"{where}: {item!r} is not {size} of {''.join(sorted(known))}")
            return text

        return read

    out = Fills(
        small=table.take("small", _many(fill(4)), ()), half=table.take("half", _many(fill(8)), ()),
        whole=table.take("whole", _many(fill(16)), ()), keep=table.take("keep", _many(_text), ()), letters=letters,
        often=table.take("often", _pair(0, 1000), (300, 800)),
        crash=table.take("crash", _int(0, 127), None), roll=table.take("roll", _int(0, 127), None),
    )  # fmt: skip
    table.done()
    return out


def _voice(role: str, value: Any, path: str) -> Voice:
    table = _Table(value, path)

    def grids(items: Any, where: str) -> Grid:
        if not isinstance(items, list) or len(items) != 3:
            raise StyleError(f"{where}: [from, until, grid] is needed")
        start, until = _int(0, 1000)(items[0], where), _int(1, 1001)(items[1], where)
        return Grid(start=start, until=until, text=_grid_of(_LETTERS[role])(items[2], where))

    out = Voice(
        lane=table.take("lane", _lane), velocity=table.take("velocity", _pair(1, 127)), program=table.take("program", _int(0, 127)),
        grids=table.take("grids", _many(grids), ()), length=table.take("length", _int(50, 1000), 900),
        kind=table.take("kind", _text, "seventh"), voices=table.take("voices", _int(1, 6), 4), lock=table.take("lock", _bool, False),
    )  # fmt: skip
    table.done()
    if out.kind not in KINDS:
        raise StyleError(f"{path}.kind: one of {', '.join(KINDS)}")
    return out


def _touch(value: Any, path: str) -> Touch:
    table = _Table(value, path)
    out = Touch(
        late=tuple(1000 * ms for ms in table.take("late", _many(_int(-40, 60)), (0,))) or (0,),
        weight=table.take("weight", _many(_int(-60, 60)), (0,)) or (0,),
        follow=table.take("follow", _int(0, 2000), 1000),
    )
    table.done()
    return out


def _feel(value: Any, path: str) -> Feel:
    table = _Table(value, path)
    touches = table.take("touch", lambda v, p: tuple((k, _touch(t, f"{p}.{k}")) for k, t in _Table(v, p).values.items()), ())
    drift = 1000 * table.take("drift", _int(0, 30), 0)
    out = Feel(drift=drift, sway=table.take("sway", _int(0, 30), 0), touches=touches)
    table.done()
    return out


def build(name: str, tables: Mapping[str, Any]) -> Style:
    """The Style that ``tables`` say. Raises StyleError."""
    table = _Table(tables, f"{name}.toml:")
    voices = table.take("voices", lambda v, p: tuple((r, _voice(r, t, f"{p}.{r}")) for r, t in _roles(v, p, _ROLES)))
    if missing := set(_ROLES) - {role for role, _ in voices}:
        raise StyleError(f"{name}.toml: voices: {', '.join(sorted(missing))} is missing")
    out = Style(
        name=name, title=table.take("title", _text), form=table.take("form", _text, ""), voices=voices,
        harmony=table.take("harmony", _harmony), fills=table.take("fills", _fills, Fills()), feel=table.take("feel", _feel, Feel()),
        pieces=table.take("drums", lambda v, p: tuple(_piece(k, t, f"{p}.{k}") for k, t in _Table(v, p).values.items())),
        starts=table.take("starts", lambda v, p: tuple((r, _int(0, 1000)(n, f"{p}.{r}")) for r, n in _roles(v, p, _ALL_ROLES)), ()),
        tempo=table.take("tempo", _pair(20, 400), (60, 200)), swing=table.take("swing", _int(500, 750), 500),
        phrase=table.take("phrase", _int(2, 16), 8), pulse=table.take("pulse", _bool, False),
    )  # fmt: skip
    table.done()
    return out


def _roles(value: Any, path: str, known: tuple[str, ...]) -> list[tuple[str, Any]]:
    table = _Table(value, path)
    if wrong := set(table.values) - set(known):
        raise StyleError(f"{path}: unknown: {', '.join(sorted(wrong))}; one of {', '.join(known)}")
    return list(table.values.items())
