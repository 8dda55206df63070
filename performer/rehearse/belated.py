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
from performer.ticks import Tick


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
    events = list(rendering.events)
    for late in lates:
        tempo = rendering.tempo
        low, high = tempo.tick_at(Micros(late.start - 1)) + 1, tempo.tick_at(Micros(late.until - 1)) + 1
        events = [e for e in events if not (isinstance(e, Note) and e.part == late.part and low <= e.at < high)]
        if late.kept >= 0:
            old = _folded(rendering, entries, options, score, late.kept)
            pieces = old.foresee(Tick(high), Tick(low))
            events += [e for piece in pieces if piece.part == late.part for e in piece.events if isinstance(e, Note)]
    return tuple(sorted(events, key=order))


def _folded(rendering: Rendering, entries: Sequence[Entry], options: Mapping[str, str], score: Score, last: int) -> Performance:
    """The performance as it would be with the entries up to ``last`` alone."""
    armed, start = options.get("armed") == "1", options.get("start") or None
    performance = Performance(rendering.show, rendering.seed, score=score, armed=armed, start=start)
    for entry in entries:
        if entry.seq <= last:
            performance.accept(entry)
    return performance
