"""The one place where a control is given its tick.

Law of this file: the tick is the commit edge of the moment, and never before what is final already; the reach is the first
tick that can still change on every output that plays notes. Nothing else in the system depends on when a control came.
"""

from performer.controls import Control
from performer.engine.performance import Performance
from performer.events import EARLIEST_FEEL
from performer.run.engine.inbox import Asked
from performer.run.journal.format import Entered
from performer.show.definition import Rig
from performer.tempo import Micros
from performer.wire.lane import lead_of
from performer.wire.osc import encode
from performer.wire.surface import message_of

COMMIT = 60_000
"""Show microseconds from now to the commit edge: everything before it is final."""
MOST_LEAD = 150_000
"""The lead of an output counts up to here; a slower one gets its cue late."""


def reach_of(rig: Rig) -> int:
    """Show microseconds from the commit edge to the first moment that can still change on every note output."""
    leads = [min(lead_of(o) + max(o.latency, 0), MOST_LEAD) for o in rig.outputs if o.kind != "page"]
    return max(leads, default=0) - EARLIEST_FEEL


def stamped(performance: Performance, now: Micros, ahead: int, control: Control, asked: Asked | None) -> Entered:
    """The record of a control that is accepted at show time ``now``; ``ahead`` is ``reach_of`` the rig."""
    edge = now + COMMIT
    tick = max(performance.committed, performance.tick_at(Micros(edge)))
    reach = max(tick, performance.tick_at(Micros(edge + ahead)))
    source = f"{asked.source[0]}:{asked.source[1]}" if asked else ""
    message = message_of(control)
    return Entered(performance.seq + 1, tick, reach, source, asked.stamp_ns if asked else 0, encode(message.address, message.args))
