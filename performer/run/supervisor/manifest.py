"""What the supervisor is told: which processes there are, how each is started, and when it counts as stuck.

Law of this file: ``Manifest.of_json(m.json()) == m``; a manifest is fixed for a run, so that a new supervisor is
told exactly what the one before it was told.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

VARIABLE = "PERFORMER_SUPERVISOR"
"""The environment variable with the manifest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One process.

    ``schedule`` is its class: "FIFO 50", "nice 5" or "normal". ``limit_ms``: silent for longer than this it is killed and
    restarted (0 = never). ``patience_ms``: how long it may take to its first heartbeat. ``spare_of``: the seat it is the
    warm spare of. ``ends``: when it leaves with code 0 the evening is over. ``last``: it ends after the others (players,
    which still have to release). ``oom``: its oom_score_adj, 0 to 1000, the highest is sacrificed first. ``understudy``: a second
    process waits to take the seat. ``as_spare`` and ``as_safe`` are laid over ``env`` when it starts as a spare or in safe mode.
    """

    seat: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    as_spare: Mapping[str, str] = field(default_factory=dict)
    as_safe: Mapping[str, str] = field(default_factory=dict)
    schedule: str = "normal"
    limit_ms: int = 0
    patience_ms: int = 10_000
    spare_of: str = ""
    ends: bool = False
    last: bool = False
    oom: int = 0
    understudy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A run: its id, the folder of its status files, where its journal is copied to ("" = nowhere), its processes."""

    run: str
    folder: str
    journal: str
    rows: tuple[Row, ...]

    def json(self) -> str:
        """One line of JSON."""
        return json.dumps(dataclasses.asdict(self))

    @classmethod
    def of_json(cls, text: str) -> "Manifest":
        """The manifest in ``text``. Raises ValueError for anything else."""
        try:
            told = json.loads(text)
            rows = tuple(Row(**{**row, "argv": tuple(row["argv"])}) for row in told.pop("rows"))
            return cls(rows=rows, **told)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"{VARIABLE} is no manifest: {error}") from error

    def partner(self, seat: str) -> str:
        """The other seat of an active player and its warm spare, "" for a seat that has none."""
        for row in self.rows:
            if row.spare_of and seat in (row.seat, row.spare_of):
                return row.spare_of if seat == row.seat else row.seat
        return ""
