"""Every problem of a style file at once: each is mended in a copy, so that the next one comes to light.

Law of this file: a style is given only where nothing had to be mended.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from performer.styles.definition import Style
from performer.styles.reader import build
from performer.styles.tables import StyleError

MOST = 40
"""Problems that are looked for in one file."""


def examined(name: str, tables: Mapping[str, Any], spare: Mapping[str, Any]) -> Style | tuple[StyleError, ...]:
    """The style, or all that is wrong with it. ``spare``: the tables of a style that is right."""
    copy = deepcopy(dict(tables))
    wrong: list[StyleError] = []
    while len(wrong) < MOST:
        try:
            style = build(name, copy)
        except StyleError as error:
            again = [other.path for other in wrong].count(error.path)
            wrong.append(error)
            path = error.path
            for _ in range(again):  # what stood in for it was wrong too, so the table that holds it goes
                path = path.rpartition(".")[0]
            if not path or not _mended(copy, path, spare):
                break
        else:
            return style if not wrong else _once(wrong)
    return _once(wrong)


def _once(wrong: list[StyleError]) -> tuple[StyleError, ...]:
    return tuple({(error.path, error.what): error for error in wrong}.values())


def _mended(tables: dict[str, Any], path: str, spare: Mapping[str, Any]) -> bool:
    """Put what another style has at ``path``, or nothing."""
    *above, last = re.sub(r"\[\d+\]", "", path).split(".")
    here: Any = tables
    there: Any = spare
    for step in above:
        here = here.setdefault(step, {}) if isinstance(here, dict) else None
        there = there.get(step) if isinstance(there, Mapping) else None
    if not isinstance(here, dict):
        return bool(above) and _mended(tables, ".".join(above), spare)
    if isinstance(there, Mapping) and last in there:
        here[last] = deepcopy(there[last])
        return True
    return here.pop(last, None) is not None
