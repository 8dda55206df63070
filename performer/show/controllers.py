"""A rig's controllers: what a knob, a pad or a program change of the desk asks for.

Law of this file: what is moved is read here; whether the words that it stands for mean anything is known to whoever knows
the control vocabulary, and the place in the file goes with them so that a problem can name it.
"""

import re

from performer.music.pitch import pitch
from performer.show.definition import ANY, Controls
from performer.show.desk import Desk
from performer.show.fields import TEXT, Kind, one_of, under
from performer.source.nodes import Node, Pairs, Scalar
from performer.source.problems import Wrong, quoted

_HINT = "cc 16, cc 16 ch 2, note 36, note C2, notes or program 3"
_MOST = 256


def moved(text: str) -> tuple[str, int, int | None]:
    """What is moved, as (``cc``, ``note`` or ``program``; its number; the channel, None for any)."""
    every = re.fullmatch(r"notes(?:\s+ch\s+(\d{1,2}))?", text.strip())
    match = re.fullmatch(r"(cc|note|program)\s+([A-Ga-g][#b]?-?\d|\d{1,3})(?:\s+ch\s+(\d{1,2}))?", text.strip())
    if match is None and every is None:
        raise Wrong(f"{quoted(text)} is nothing that a controller sends", _HINT)
    kind, said, channel = match.groups() if match is not None else ("note", "", every.group(1) if every is not None else None)
    if not said:
        number = ANY
    elif said.isdecimal():
        number = int(said) - (kind == "program")
    elif kind == "note":
        number = pitch(said)
    else:
        raise Wrong(f"{kind} goes by a number, not {quoted(said)}", _HINT)
    if number != ANY and not 0 <= number <= 127:
        raise Wrong(f"{kind} goes {'from 1 to 128' if kind == 'program' else 'from 0 to 127'}", _HINT)
    if channel is not None and not 1 <= int(channel) <= 16:
        raise Wrong("a channel is from 1 to 16", _HINT)
    return kind, number, None if channel is None else int(channel)


def _rows(desk: Desk, device: str, pairs: Pairs, path: str) -> list[Controls]:
    found = []
    for key, node in pairs.pairs:
        here = under(path, key.text)
        if not device and isinstance(node, Pairs):
            found += _rows(desk, key.text, node, here)
            continue
        what = desk.typed(key.mark, here, key.text, moved)
        says = desk.text(node, here, "a control, such as energy or section drop")
        if what is not None and says is not None:
            mark = node.mark if isinstance(node, Scalar) else key.mark
            found.append(Controls(device, *what, says, (mark.line, mark.column), here))
    return found


def _read(desk: Desk, node: Node, path: str) -> tuple[Controls, ...] | None:
    pairs = desk.pairs(node, path, "{cc 16: energy}")
    if pairs is None:
        return None
    found = _rows(desk, "", pairs, path)
    if len(found) > _MOST:
        desk.problem(pairs, path, f"holds more than {_MOST} of them")
        return None
    return tuple(found)


_DEVICE = {"type": "object", "additionalProperties": TEXT}
CONTROLLERS: Kind[tuple[Controls, ...]] = one_of({"type": "object", "additionalProperties": {"anyOf": [TEXT, _DEVICE]}}, _read)
"""``{cc 16: energy}``, or the same under a device: ``{nanoKONTROL: {cc 16: energy}}``."""
