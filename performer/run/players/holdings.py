"""All lanes of a player, and which of them is due next.

Law of this file: ``next_due`` is the due time of the earliest unsent row, less its output's latency, whatever was replaced
in between; looking is cheap, since only what changed is looked at again.
"""

from heapq import heappop, heappush

from performer.records import CONDUCTOR
from performer.run.players.lanes import FOREVER, Lane, Row
from performer.run.players.vamp import COMMON
from performer.run.players.voices import NEVER


class Holdings:
    """What is still to be sent, by part and output."""

    __slots__ = ("_heads", "_lanes", "all", "latency")

    def __init__(self, outputs: int) -> None:
        self.latency = [0] * outputs
        """Microseconds by which each output sends earlier."""
        self.all: list[Lane] = []
        """Every lane there ever was, in the order of their making."""
        self._lanes: dict[tuple[str, int], Lane] = {}
        self._heads: list[tuple[int, int]] = []

    def lane(self, part: str, output: int) -> Lane:
        """The lane of a part at an output."""
        lane = self._lanes.get((part, output))
        if lane is None:
            lane = self._lanes[part, output] = Lane(len(self.all), part, output)
            self.all.append(lane)
        return lane

    def changed(self, lane: Lane) -> None:
        """Call this after a lane's head may have changed."""
        head = lane.head()
        if head is not None:
            heappush(self._heads, (head.due - self.latency[lane.output], lane.index))

    def next_due(self) -> int:
        """When the next row leaves; ``NEVER`` when nothing is held."""
        heads = self._heads
        while heads:
            due, index = heads[0]
            lane = self.all[index]
            head = lane.head()
            if head is not None and head.due - self.latency[lane.output] == due:
                return due
            heappop(heads)
        return NEVER

    def pop(self) -> tuple[Lane, Row]:
        """The row that leaves next (call ``next_due`` before)."""
        lane = self.all[heappop(self._heads)[1]]
        row = lane.pop()
        self.changed(lane)
        return lane, row

    def shift(self, output: int, latency: int) -> None:
        """Another latency for an output."""
        self.latency[output] = latency
        for lane in self.all:
            if lane.output == output:
                self.changed(lane)

    def clear(self) -> None:
        """Forget every row."""
        for lane in self.all:
            lane.clear()

    def until(self, output: int) -> int:
        """How far an output is supplied. The conductor says which bars there are; without one its parts say so."""
        conductor = self._lanes.get((CONDUCTOR, output))
        if conductor is not None and conductor.until > -FOREVER:
            return conductor.until
        return max((lane.until for lane in self.all if lane.output == output), default=-FOREVER)

    def next_line(self, since: int, output: int | None = None) -> int | None:
        """The first bar line held for after ``since``, at one output or at any."""
        lanes = (lane for lane in self.all if lane.part in (CONDUCTOR, COMMON) and output in (None, lane.output))
        return min((line for lane in lanes if (line := lane.next_mark(since)) is not None), default=None)
