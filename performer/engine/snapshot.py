"""Where a performance can be taken up again: a snapshot, and its bytes for the journal (JSON of the named fields).

Law of this file: ``read(write(s)) == s``, and bytes of another layout raise ValueError, never load wrongly.
"""

import json
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from performer import controls
from performer.engine.state import Move, Pending, Phase, Shaping, State
from performer.takes import Excerpt, Kept, Pass, Take
from performer.tempo import Micros, Segment, TempoMap
from performer.ticks import Meter, Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """The bar line at which a take-back was adopted, its show time, and the seq of the last entry that was folded before."""

    at: Tick
    micros: Micros
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A State at a bar line, the tempo there, the entries since and the last joint among them; the rest as it was."""

    base: State
    tempo: TempoMap
    entries: tuple[controls.Entry, ...]
    committed: Tick
    seq: int
    gen: int
    joint: Joint | None = None


_DATA: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Snapshot, Joint, State, Pending, Move, Shaping, Take, Pass, Excerpt, Kept, Meter, Segment, TempoMap, controls.Entry, controls.Go,
        controls.GoTo, controls.Next, controls.Back, controls.Hold, controls.Macro, controls.Shape, controls.Lock, controls.Hand,
        controls.Heard, controls.Keep, controls.SetTempo, controls.Cancel, controls.Stop, controls.Adopt, controls.Fallback,
    )
}  # fmt: skip
_ENUMS: dict[str, type[Enum]] = {kind.__name__: kind for kind in (Phase, controls.When)}


def write(snapshot: Snapshot) -> bytes:
    """The bytes of a snapshot."""
    return json.dumps(_plain(snapshot), separators=(",", ":"), ensure_ascii=False).encode()


def read(data: bytes) -> Snapshot:
    """The snapshot in ``data``. Raises ValueError."""
    try:
        found = _thawed(json.loads(data))
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError("not a snapshot of this version") from error
    if not isinstance(found, Snapshot):
        raise ValueError("not a snapshot")
    return found


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return {"enum": type(value).__name__, "is": value.value}
    if is_dataclass(value) and not isinstance(value, type):
        return {"type": type(value).__name__, **{f.name: _plain(getattr(value, f.name)) for f in fields(value)}}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _thawed(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_thawed(item) for item in value)
    if isinstance(value, dict) and "enum" in value:
        return _ENUMS[value["enum"]](value["is"])
    if isinstance(value, dict):
        kind = _DATA[value.pop("type")]
        return kind(**{name: _thawed(item) for name, item in value.items()})
    return value
