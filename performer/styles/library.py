"""Where a show finds its styles: its own folder first, then what is shipped; and which version of them.

Law of this file: ``NAME.toml`` is a style's newest version, and ``NAME@2.toml`` beside it an older one that is kept. A song
that names a version gets that one for ever, one that does not gets the newest. What was read is remembered byte by byte, so
that a show that was kept plays with the styles of its night.
"""

import re
from collections.abc import Callable, Mapping

from performer.source.nodes import Mark
from performer.source.problems import Problem, Wrong, suggestion
from performer.source.toml import place, places
from performer.styles import reader
from performer.styles.definition import ASPECTS, Style
from performer.styles.mend import examined
from performer.styles.tables import StyleError

FOLDER = "styles"
"""The folder beside a show in which its own styles lie."""

MAX_BYTES = 300_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SYNTAX = re.compile(r" \(at line (\d+), column (\d+)\)$")


class Library:
    """The styles that a show can use. ``take`` gives the bytes of a file of the show, None when there is none.

    ``own``: the files of its style folder. ``shown``: a file of the show as problems name it. ``used``: what was read.
    """

    def __init__(
        self, take: Callable[[str], bytes | None] = lambda _: None, own: tuple[str, ...] = (), shown: Callable[[str], str] = str
    ) -> None:
        self._take, self._shown = take, shown
        self._own = tuple(name[len(FOLDER) + 1 : -5] for name in own if name.startswith(f"{FOLDER}/") and name.endswith(".toml"))
        self._known: dict[str, Style | None] = {}
        self.used: dict[str, bytes] = {}
        self.sources: dict[str, bytes] = {}
        self.problems: list[Problem] = []

    def names(self) -> tuple[str, ...]:
        """Every style's name, without versions, sorted."""
        return tuple(sorted({*reader.names(), *(stem.partition("@")[0] for stem in self._own)}))

    def style(self, name: str, version: int | None = None) -> Style | None:
        """A style; None after problems with its file, which stand in ``problems``.

        Raises Wrong when there is no style of that name, or not in that version.
        """
        if name not in self.names():
            raise Wrong(f"there is no style called '{name[:40]}'", suggestion(name, self.names()))
        kept = f"{name}@{version}"
        if kept in self._own or kept in reader.stems():
            return self._read(kept)
        newest = self._read(name)
        if newest is not None and version not in (None, newest.version):
            raise Wrong(f"there is no version {version} of {name}", f"there are: {', '.join(map(str, self.versions(name)))}")
        return newest

    def versions(self, name: str) -> tuple[int, ...]:
        """The versions of a style that can be had, ascending."""
        stems = {*self._own, *reader.stems()}
        older = [int(stem.partition("@")[2]) for stem in stems if stem.startswith(f"{name}@") and stem.partition("@")[2].isdecimal()]
        newest = self._read(name)
        return tuple(sorted({*older, *([newest.version] if newest else [])}))

    def _find(self, stem: str) -> bytes | None:
        """A file's bytes; what is the show's own is remembered, and so is what it leans on."""
        file = f"{FOLDER}/{stem}.toml"
        data = self._take(file) if stem in self._own else None
        name, at, version = stem.partition("@")
        if data is None and at and name in self._own:  # the newest may be that version, and have no file of its own yet
            newest = self._take(f"{FOLDER}/{name}.toml")
            data = newest if newest is not None and reader.version_of(newest) == version else None
        data = reader.shipped(stem) if data is None else data
        if data is not None:
            self.used[file] = data
        return data

    def _read(self, stem: str) -> Style | None:
        if stem not in self._known:
            self._known[stem] = self._built(stem)
        return self._known[stem]

    def _built(self, stem: str) -> Style | None:
        name, _, version = stem.partition("@")
        file, data = f"{FOLDER}/{stem}.toml", self._find(stem)
        wrong: tuple[StyleError, ...]
        if data is None:
            data, wrong = b"", (StyleError("", "cannot be read", "an ordinary file in the show's own folder is needed"),)
        elif len(data) > MAX_BYTES:
            wrong = (StyleError("", f"is larger than {MAX_BYTES:,} bytes"),)
        elif not _NAME.fullmatch(name) or name in ASPECTS:
            wrong = (StyleError("", f"'{name[:40]}' cannot be the name of a style", "small letters, digits and -, and no aspect's name"),)
        else:
            try:
                chain = {stem: data}
                tables = reader.merged(stem, data, lambda below: chain.setdefault(below, self._find(below) or b"") or None)
                if all(reader.shipped(one) == kept for one, kept in chain.items()):
                    return reader.read(stem)
                found = examined(name, tables, reader.loaded(reader.shipped("house") or b""))
                if isinstance(found, Style) and (not version or found.version == int(version)):
                    return found
                wrong = found if isinstance(found, tuple) else (StyleError("version", f"must be {version}, as the file's name says"),)
            except StyleError as error:
                wrong = (error,)
        self._told(file, data, wrong)
        return None

    def _told(self, file: str, data: bytes, wrong: tuple[StyleError, ...]) -> None:
        """Each error as a problem at its line; an error of the style that this one is like stands where ``like`` does."""
        shown = self._shown(file)
        self.sources[shown] = data
        found = _places(data)
        for error in wrong:
            syntax = _SYNTAX.search(error.what)
            mark = Mark(int(syntax[1]), int(syntax[2])) if syntax else place(found, error.path) or found.get("like") or Mark(1, 1)
            self.problems.append(Problem(shown, mark.line, mark.column, error.path, _SYNTAX.sub("", error.what), error.hint))


def _places(data: bytes) -> Mapping[str, Mark]:
    try:
        reader.loaded(data)
        return places(data.decode("utf-8"))
    except (StyleError, RecursionError):
        return {}
