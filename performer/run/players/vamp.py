"""What an output plays when its composer is gone: the safe bar, eight times, then a release.

Law of this file: a repeated bar starts where the composed music ends and each turn starts where the one before ended; a
performance that said where it ends is not repeated there.
"""

from performer.records import Finish, Mark, Replace, Safe
from performer.run.players.lanes import FOREVER
from performer.run.players.voices import NEVER

TURNS = 8
MARGIN = 250_000
"""How long before it begins a turn is laid out: more than the largest lead (150 ms) and the earliest feel (40 ms)."""
COMMON = "\0"
"""The part name of a safe bar that belongs to no part in particular, and of the bar lines of all of them."""


class Vamp:
    """The safe bars of one output and how often they have been played in a row."""

    __slots__ = ("_dry", "_end", "_line", "_open", "_safes", "_start", "turns")

    def __init__(self) -> None:
        self.turns = 0
        self._safes: dict[str, Safe] = {}
        self._end: Finish | None = None
        self._line: int | None = None
        self._start = 0
        self._dry = False
        self._open = False

    @property
    def marked(self) -> bool:
        """Whether a bar line has passed at this output."""
        return self._line is not None

    def mark(self, mark: Mark) -> None:
        """A bar line passes."""
        self._line = mark.due

    def learn(self, safe: Safe) -> None:
        """A bar to repeat, from now on."""
        held = self._safes.get(safe.part)
        if safe.span > 0 and (held is None or safe.gen >= held.gen):
            self._safes[safe.part] = safe

    def finish(self, finish: Finish) -> None:
        """The performance ends at a known place (a negative one: it does not end after all)."""
        if self._end is None or finish.gen >= self._end.gen:
            self._end = finish if finish.at >= 0 else None

    def forget(self) -> None:
        """Everything was stopped: repeat nothing until there is music again."""
        self.turns, self._dry, self._end = 0, True, None

    def supplied(self, parcel: Replace, now: int) -> bool:
        """A parcel came: True when it ends a repetition that was on."""
        if self._end is not None and parcel.gen > self._end.gen and self._end.at < parcel.t1 < FOREVER:
            self._end = None
        if parcel.t1 <= now:
            return False
        self._open = parcel.t1 >= FOREVER
        if self.turns and parcel.t1 <= self._start:
            return False
        repeating, self.turns, self._dry = self.turns > 0, 0, False
        return repeating

    def edge(self, held: int) -> int:
        """When ``turn`` must be called next, the output being supplied up to ``held``."""
        if held <= -FOREVER or self._dry or (self._end is not None and held >= self._end.at):
            return NEVER
        if not self._safes:
            return held
        start = self._start + self.turns * self._span if self.turns else self._beginning(held)
        return start - MARGIN if self.turns < TURNS else start

    def turn(self, held: int, output: str) -> list[Replace]:
        """The parcels of the next turn; none when it is time to release everything."""
        if not self._safes or self.turns >= TURNS:
            self._dry = True
            return []
        if not self.turns:
            self._start = self._beginning(held)
        t0 = self._start + self.turns * self._span
        self.turns += 1
        lines = Replace(0, output, COMMON, t0, t0 + self._span, -1, (), (), (), (Mark(t0, -1),))
        parcels = {COMMON: lines} | {part or COMMON: self._shifted(safe, t0) for part, safe in self._safes.items()}
        return list(parcels.values())

    @property
    def _span(self) -> int:
        return next(iter(self._safes.values())).span

    def _beginning(self, held: int) -> int:
        """Composed music ends with a bar, unless its last parcel was open-ended: then the next bar line is counted out."""
        if not self._open or self._line is None:
            return held
        return self._line + -((self._line - held) // self._span) * self._span

    def _shifted(self, safe: Safe, t0: int) -> Replace:
        pairs = (pair._replace(at=t0 + pair.at, on_due=t0 + pair.on_due, off_due=t0 + pair.off_due) for pair in safe.pairs)
        shots = (shot._replace(at=t0 + shot.at, due=t0 + shot.due) for shot in safe.shots)
        marks = () if safe.part else (Mark(t0, -1),)
        return Replace(safe.gen, safe.output, safe.part or COMMON, t0, t0 + self._span, -1, tuple(pairs), (), tuple(shots), marks)
