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
    tries: list[str] = []
    while len(tries) < MOST:
        try:
            style = build(name, copy)
        except StyleError as error:
            key = re.sub(r"\[\d+\]", "", error.path)
            again = tries.count(key)
            tries.append(key)
            wrong += [] if again else [error, *error.also]
            for _ in range(again):  # what stood in for it was wrong too, which nobody wrote: the table that holds it goes
                key = key.rpartition(".")[0]
            if not key or not (_without(copy, key, (error, *error.also)) or _mended(copy, key, spare)):
                break
        else:
            return style if not wrong else tuple(wrong)
    return tuple(wrong)


def _without(tables: dict[str, Any], path: str, wrong: tuple[StyleError, ...]) -> bool:
    """Whether the list at ``path`` could do without the items that are wrong; they are taken out of it."""
    here: Any = tables
    for step in path.split("."):
        here = here.get(step) if isinstance(here, dict) else None
    items = {int(found[1]) for error in wrong if (found := re.fullmatch(re.escape(path) + r"\[(\d+)\].*", error.path))}
    if not isinstance(here, list) or not items:
        return False
    here[:] = [item for index, item in enumerate(here) if index not in items]
    return True


def _mended(tables: dict[str, Any], path: str, spare: Mapping[str, Any]) -> bool:
    """Put what another style has at ``path``, or nothing."""
    *above, last = path.split(".")
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
