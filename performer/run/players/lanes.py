"""What is still to be sent, kept by part and output, and the one way in which it changes.

Law of this file: a lane is sorted by due time; ``replace`` removes exactly the unsent rows whose place lies in [t0, t1)
and nothing outside, however far a row is due from its place. Rows that are due together leave in the order bar line,
settings, shots, notes, and among those as they were given.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple
from zlib import crc32

from performer.records import CONDUCTOR, Mark, Pair, Replace, Setting, Shot
from performer.run.players.strata import Strata

FOREVER = 1 << 60
"""A range that ends here or later clears what follows; it does not promise that anything is composed so far ahead."""


PLAYED = 256
"""Notes of one lane that are remembered: what a parcel may come late by, at some 80 notes a second."""


class Rank(IntEnum):
    """Order among rows that are due at the same microsecond."""

    MARK = 0
    SETTING = 1
    SHOT = 2
    PAIR = 3


class Row(NamedTuple):
    """One record with what sorting and claiming need. ``token`` names it to the successor: (output, id, place) in one integer."""

    due: int
    rank: Rank
    serial: int
    at: int
    token: int
    record: Pair | Setting | Shot | Mark


def token_of(output: int, id: int, at: int) -> int:
    """The name of a record among all that this player ever sends: equal in the active player and in its spare."""
    return (at << 40) | output << 32 | (id & 0xFFFFFFFF)


def rows_of(parcel: Replace, output: int) -> list[Row]:
    """The rows of a parcel, sorted by due time."""
    rows: list[Row] = []
    new, place = tuple.__new__, output << 32  # written out: this loop is most of what a message costs
    for number, pair in enumerate(parcel.pairs):
        token = (pair.at << 40) | place | (pair.id & 0xFFFFFFFF)
        rows.append(new(Row, (pair.on_due, Rank.PAIR, number, pair.at, token, pair)))
    for setting in parcel.settings:
        rows.append(Row(setting.due, Rank.SETTING, len(rows), setting.at, token_of(output, crc32(setting.data), setting.at), setting))
    for shot in parcel.shots:
        rows.append(Row(shot.due, Rank.SHOT, len(rows), shot.at, token_of(output, crc32(shot.data), shot.at), shot))
    for mark in parcel.marks:
        rows.append(Row(mark.due, Rank.MARK, len(rows), mark.due, token_of(output, mark.bar, mark.due), mark))
    rows.sort()
    return rows


class Lane:
    """One part at one output."""

    __slots__ = ("_early", "_head", "_late", "_rows", "cuts", "hash", "index", "output", "part", "played", "strata", "until")

    def __init__(self, index: int, part: str, output: int) -> None:
        self.index = index
        self.part = part
        self.hash = crc32(part.encode())
        self.output = output
        self.until = -FOREVER
        """How far this lane was supplied, in show microseconds."""
        self.cuts: list[int] = []
        """The last cuts, for a spare that takes over notes which it did not start."""
        self.played: deque[tuple[int, int]] = deque(maxlen=PLAYED)
        """(place, token) of the last notes that left the lane."""
        self.strata = Strata()
        """Which generation stands where."""
        self._rows: list[Row] = []
        self._head = 0
        self._early = self._late = 0  # how far rows are due before and after their places

    def __len__(self) -> int:
        return len(self._rows) - self._head

    def head(self) -> Row | None:
        """The row that is due next."""
        return self._rows[self._head] if self._head < len(self._rows) else None

    def pop(self) -> Row:
        """Take the row that is due next. IndexError when there is none."""
        row = self._rows[self._head]
        self._head += 1
        if row.rank is Rank.PAIR:
            self.played.append((row.at, row.token))
        if self._head >= 256:
            del self._rows[: self._head]
            self._head = 0
        return row

    def rows(self) -> list[Row]:
        """Everything unsent, soonest first."""
        return self._rows[self._head :]

    def replace(self, t0: int, t1: int, new: list[Row]) -> None:
        """In [t0, t1), unsent rows give way to ``new`` (sorted by due time)."""
        self._reach(new)
        rows = self._rows
        low, high = t0 - self._early, t1 + self._late
        if new:
            low, high = min(low, new[0].due), max(high, new[-1].due + 1)
        first = bisect_left(rows, (low,), self._head)
        last = bisect_left(rows, (high,), first)
        kept = [row for row in rows[first:last] if not t0 <= row.at < t1]
        rows[first:last] = sorted(kept + new, key=_order) if kept else new

    def supplied(self, parcel: Replace, rows: list[Row]) -> None:
        """Note how far the lane is supplied now. What is open-ended promises only its records, and an empty parcel of the
        conductor up to the end takes bars away: there is no bar without a bar line."""
        clears = parcel.part == CONDUCTOR and not rows and parcel.t1 >= self.until
        if parcel.t1 < FOREVER and not clears:
            self.until = max(self.until, parcel.t1)
        else:
            self.until = max([min(self.until, parcel.t0), *(row.at + 1 for row in rows)])

    def cut(self, at: int, end: int) -> None:
        """Notes that are unsent and stand before ``at`` are over by ``end`` (``at`` less the output's lead)."""
        self.cuts = [*self.cuts[-7:], at]
        for place in range(self._head, len(self._rows)):
            row = self._rows[place]
            pair = row.record
            if row.due - self._late >= at:
                break
            if isinstance(pair, Pair) and pair.at < at and end < pair.off_due:
                self._rows[place] = row._replace(record=pair._replace(off_due=max(end, pair.on_due)))

    def clear(self) -> None:
        """Forget every row."""
        self._rows.clear()
        self._head = 0
        self.until = -FOREVER
        self.strata = Strata()

    def next_mark(self, after: int) -> int | None:
        """The first bar line later than ``after`` that is still held."""
        for row in self._rows[self._head :]:
            if row.rank is Rank.MARK and row.due > after:
                return row.due
        return None

    def _reach(self, new: Iterable[Row]) -> None:
        for row in new:
            distance = row.due - row.at
            if distance > self._late:
                self._late = distance
            elif -distance > self._early:
                self._early = -distance


class Known:
    """Tokens of what was sent within the last ``span`` microseconds, and up to as long before."""

    __slots__ = ("_newer", "_older", "_since", "_span")

    def __init__(self, span: int) -> None:
        self._newer: set[int] = set()
        self._older: set[int] = set()
        self._since = -FOREVER
        self._span = span

    def __contains__(self, token: object) -> bool:
        return token in self._newer or token in self._older

    def add(self, token: int, now: int) -> None:
        """``token`` was sent at show time ``now``."""
        if now - self._since > self._span:
            self._older, self._newer, self._since = self._newer, set(), now
        self._newer.add(token)


def _order(row: Row) -> tuple[int, int]:
    return row.due, row.rank
