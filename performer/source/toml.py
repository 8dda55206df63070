"""Where the keys and items of a TOML file stand: Python's own reader gives values without places.

Law of this file: it reads what ``tomllib`` has accepted; what it does not follow (a key in quotes with a dot in it, a table
in a list) has no place of its own, and its table's place stands for it. TOML 1.0, toml.io.
"""

import re
from collections.abc import Mapping

from performer.source.nodes import Mark

_TOKEN = re.compile(
    r"""(?P<long>\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5})|(?P<text>"(?:\\.|[^"\\\n])*"|'[^'\n]*')|(?P<comment>\#[^\n]*)|(?P<line>\n)"""
    r"""|(?P<sign>[\[\]{},=])|(?P<space>[ \t\r]+)|(?P<word>[^\s\[\]{},=\#"']+)""",
    re.DOTALL,
)


def places(text: str) -> dict[str, Mark]:
    """Path (``drums.kick.grids[1]``) to the place of its key, or of the item in a list."""
    return _Reader(text).read()


def place(found: Mapping[str, Mark], path: str) -> Mark | None:
    """The place of a path, or of the nearest one above it that has a place; None when none has."""
    while path:
        if path in found:
            return found[path]
        path = re.sub(r"(\[\d+\]|\.?[^.\[\]]+)$", "", path)
    return None


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, Mark]] = []
        line, start = 1, 0
        for match in _TOKEN.finditer(text):
            kind = str(match.lastgroup)
            if kind not in ("space", "comment"):
                self.tokens.append((kind, match.group(), Mark(line, match.start() - start + 1)))
            if "\n" in match.group():
                line += match.group().count("\n")
                start = match.start() + match.group().rindex("\n") + 1
        self.at, self.found = 0, dict[str, Mark]()

    def read(self) -> dict[str, Mark]:
        table = ""
        while self.at < len(self.tokens):
            kind, sign, mark = self.tokens[self.at]
            if kind == "line":
                self.at += 1
            elif sign == "[":
                self.at += 1
                table = self._key("", mark)
                while self.at < len(self.tokens) and self.tokens[self.at][0] != "line":
                    self.at += 1
            else:
                self._pair(table)
        return self.found

    def _key(self, above: str, mark: Mark) -> str:
        """A key, dotted or not, up to the sign behind it."""
        path = above
        while self.at < len(self.tokens) and self.tokens[self.at][0] in ("word", "text"):
            for step in self._steps():
                path = f"{path}.{step}" if path else step
                self.found.setdefault(path, mark)
        return path

    def _steps(self) -> list[str]:
        kind, sign, _ = self.tokens[self.at]
        self.at += 1
        return [sign[1:-1]] if kind == "text" else [step for step in sign.split(".") if step]

    def _pair(self, above: str) -> None:
        path = self._key(above, self.tokens[self.at][2])
        self.at += 1  # the sign between key and value
        self._value(path)

    def _value(self, path: str) -> None:
        if self.at >= len(self.tokens):
            return
        sign = self.tokens[self.at][1]
        self.at += 1
        if sign == "[":
            self._items(path)
        elif sign == "{":
            while self.at < len(self.tokens) and self.tokens[self.at][1] != "}":
                if self.tokens[self.at][1] == "," or self.tokens[self.at][0] == "line":
                    self.at += 1
                else:
                    self._pair(path)
            self.at += 1

    def _items(self, path: str) -> None:
        index = 0
        while self.at < len(self.tokens) and self.tokens[self.at][1] != "]":
            kind, sign, mark = self.tokens[self.at]
            if kind == "line" or sign == ",":
                self.at += 1
                continue
            self.found[f"{path}[{index}]"] = mark
            self._value(f"{path}[{index}]")
            index += 1
        self.at += 1
