"""What was heard where the composer was late: the journal says so, and a replay obeys.

Law of this file: in the range of a late parcel a part plays what the entries up to the parcel before it give, and from
its end on what all of them give; where nothing was held, nothing is played.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from performer.controls import Entry
from performer.engine.performance import Performance, Score
from performer.events import Event, Note, order
from performer.rehearse.render import Rendering
from performer.run.journal.writer import Read, Reported
from performer.tempo import Micros
from performer.ticks import QUARTER, Tick

SLACK = 8 * 4 * QUARTER
"""Ticks by which an older plan, at another tempo, may be further on than the one that was played."""


class LateRange(NamedTuple):
    """``part`` in [start, until) show microseconds keeps what generation ``kept`` gives; -1: silence."""

    part: str
    start: int
    until: int
    kept: int


def lates_of(read: Read) -> list[LateRange]:
    """What the journal tells of late parcels, in its order, each once however many outputs said it."""
    found: dict[LateRange, None] = {}
    for record in read.records:
        if isinstance(record, Reported) and record.kind == "late" and len(record.values) == 5:
            _, part, start, until, kept = record.values
            if isinstance(part, str) and isinstance(start, int) and isinstance(until, int) and isinstance(kept, int):
                found[LateRange(part, start, until, kept)] = None
    return list(found)


def as_heard(
    rendering: Rendering, lates: Sequence[LateRange], entries: Sequence[Entry], options: Mapping[str, str], score: Score
) -> tuple[Event, ...]:
    """The events of a rendering with its late ranges as they were heard, in order."""
    at = rendering.tempo.micros_at
    others = [event for event in rendering.events if not isinstance(event, Note)]
    placed = [(at(event.at), event) for event in rendering.events if isinstance(event, Note)]
    for late in lates:
        old = _kept(rendering, late, _folded(rendering, entries, options, score, late.kept)) if late.kept >= 0 else []
        before = {(note.at, note.pitch) for t, note in placed if note.part == late.part and t < late.start}
        old = [(t, note) for t, note in old if (note.at, note.pitch) not in before]
        struck = {(note.at, note.pitch) for _, note in old}
        placed = [(t, n) for t, n in placed if n.part != late.part or t < late.start or (t >= late.until and (n.at, n.pitch) not in struck)]
        placed += old
    return tuple(sorted((*others, *(note for _, note in placed)), key=order))


def _kept(rendering: Rendering, late: LateRange, old: Performance) -> list[tuple[Micros, Note]]:
    """The notes of a late range as an older performance has them, at its own tempo."""
    old.foresee(Tick(rendering.tempo.tick_at(Micros(late.until)) + SLACK))  # so that its map of tempo reaches as far
    low, high = old.tempo.tick_at(Micros(late.start)), old.tempo.tick_at(Micros(late.until)) + 1
    notes = [e for piece in old.foresee(Tick(high), Tick(low)) if piece.part == late.part for e in piece.events if isinstance(e, Note)]
    placed = [(old.tempo.micros_at(note.at), note) for note in notes]
    return [(t, note) for t, note in placed if late.start <= t < late.until]


def _folded(rendering: Rendering, entries: Sequence[Entry], options: Mapping[str, str], score: Score, last: int) -> Performance:
    """The performance as it would be with the entries up to ``last`` alone."""
    armed, start = options.get("armed") == "1", options.get("start") or None
    performance = Performance(rendering.show, rendering.seed, score=score, armed=armed, start=start)
    for entry in entries:
        if entry.seq <= last:
            performance.accept(entry)
    return performance
