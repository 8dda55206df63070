"""The parser's events as plain values: the one file that knows PyYAML.

Law of this file: events stream, so that the reader can stop at a limit after a few of them; nothing here
composes nodes or recurses. Lines and columns count from 0 in the text that was given.
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

import yaml
import yaml.cyaml

from performer.source.traps import Trouble


class Kind(Enum):
    """What an event does."""

    SCALAR = "scalar"
    PAIRS = "pairs begin"
    ITEMS = "items begin"
    CLOSE = "close"
    ALIAS = "alias"
    DOCUMENT = "document"


class Sign(NamedTuple):
    """One event. ``adorned`` is the sign of what the subset leaves out (``&`` anchor, ``!`` tag, ``%`` directive), else empty."""

    kind: Kind
    line: int
    column: int
    end_line: int
    end_column: int
    text: str = ""
    style: str = ""
    flow: bool = False
    adorned: str = ""


class Broken(Exception):  # noqa: N818 - it is the file that is broken
    """A syntax error."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


class _PythonParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """The same events where PyYAML came without libyaml (slower, same limits)."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


def signs(text: str, *, fast: bool = True) -> Iterator[Sign]:
    """The events of ``text``. Raises Broken at a syntax error. ``fast`` False takes the parser written in Python."""
    parser = yaml.cyaml.CParser(text) if fast and yaml.__with_libyaml__ else _PythonParser(text)  # type: ignore[attr-defined]
    while True:
        try:
            event = parser.get_event()
        except yaml.MarkedYAMLError as error:
            raise Broken(_trouble(error)) from error
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise Broken(Trouble(0, 0, str(error)[:200], 0, 0, "")) from error
        if event is None or isinstance(event, yaml.StreamEndEvent):
            return
        sign = _sign(event)
        if sign is not None:
            yield sign


def _sign(event: yaml.Event) -> Sign | None:
    start, end = event.start_mark, event.end_mark
    if start is None or end is None:
        return None
    place = (start.line, start.column, end.line, end.column)
    match event:
        case yaml.ScalarEvent():
            style = event.style if event.style in ("'", '"', "|", ">") else ""
            return Sign(Kind.SCALAR, *place, text=event.value, style=style or "", adorned=_adorned(event.anchor, event.tag))
        case yaml.MappingStartEvent():
            return Sign(Kind.PAIRS, *place, flow=bool(event.flow_style), adorned=_adorned(event.anchor, event.tag))
        case yaml.SequenceStartEvent():
            return Sign(Kind.ITEMS, *place, flow=bool(event.flow_style), adorned=_adorned(event.anchor, event.tag))
        case yaml.CollectionEndEvent():
            return Sign(Kind.CLOSE, *place)
        case yaml.AliasEvent():
            return Sign(Kind.ALIAS, *place)
        case yaml.DocumentStartEvent():
            return Sign(Kind.DOCUMENT, *place, adorned="%" if event.version or event.tags else "")
    return None


def _adorned(anchor: str | None, tag: str | None) -> str:
    return "&" if anchor is not None else "!" if tag is not None else ""


def _trouble(error: yaml.MarkedYAMLError) -> Trouble:
    at = error.problem_mark or error.context_mark
    since = error.context_mark or at
    line, column = (at.line, at.column) if at else (0, 0)
    since_line, since_column = (since.line, since.column) if since else (0, 0)
    return Trouble(line, column, error.problem or "", since_line, since_column, error.context or "")
