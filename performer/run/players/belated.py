"""A parcel that came too late: where it may still act, and what it leaves as it is.

Law of this file: a parcel never changes a note that stands before ``edge`` (now, plus the earliest feel, plus the output's
lead): there the notes of the parcel before it stay, whole, so that what is heard is one composition up to the edge and another
from there on, none of its notes twice, and a replay that is told the edge hears the same.
"""

from collections.abc import Container
from typing import NamedTuple

from performer.records import Replace
from performer.run.players.lanes import Lane, Rank, Row

EARLIEST = 30_000
"""Microseconds by which a note may be felt before its place (``events.EARLIEST_FEEL``, written out: a player knows no music)."""

ID = 0xFFFFFFFF
"""The part of a token that names the note (``lanes.token_of``), whatever its place."""


class Belated(NamedTuple):
    """``until``: the parcel acts from here on; ``rows``: what the lane takes in the parcel's whole range."""

    until: int
    rows: list[Row]


def belated(lane: Lane, parcel: Replace, rows: list[Row], edge: int) -> Belated | None:
    """How a late parcel is taken, None when it is in time, or changes nothing before ``edge``, or nothing was held there."""
    until = min(edge, parcel.t1)
    if parcel.t0 >= until or lane.until <= parcel.t0:
        return None
    kept = [row for row in lane.rows() if row.rank is Rank.PAIR and parcel.t0 <= row.at < until]
    held = {row.token for row in kept} | {token for at, token in lane.played if parcel.t0 <= at < until}
    if held == {row.token for row in rows if row.rank is Rank.PAIR and row.at < until}:
        return None
    struck = {token & ID for token in held}  # in another tempo the same note may stand on either side of the edge
    new = [row for row in rows if row.rank is not Rank.PAIR or (row.at >= until and row.token & ID not in struck)]
    return Belated(until, sorted(kept + new))


def without_past(rows: list[Row], oldest: int, sent: Container[int]) -> list[Row]:
    """Takes the notes that were due before ``oldest`` and never sent out of ``rows`` (sorted), and returns them."""
    if not rows or rows[0].due >= oldest:
        return []
    gone = [row for row in rows if row.rank is Rank.PAIR and row.due < oldest and row.token not in sent]
    if gone:
        lost = {row.token for row in gone}
        rows[:] = [row for row in rows if row.token not in lost]
    return gone
