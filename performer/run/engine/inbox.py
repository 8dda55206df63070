"""What comes in by the control port, until it is a control: rate, decoding, buttons, faders.

Law of this file: a datagram is bounded before it costs anything; what is not understood is counted and told to
its sender at most once a second. What waits here is left for the next engine. No tick is given here.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from performer.controls import Control
from performer.run.engine.waiting import Waiting
from performer.wire.osc import Message, OscError, decode
from performer.wire.surface import Names, Problem
from performer.wire.taps import Faders, Ignored, Taps
from performer.wire.vocabulary import Ping, Query, Subscribe

SECOND = 1_000_000_000
RATE, BURST = 200, 400
"""Datagrams a second from one source, and at once; a tablet's fader sends up to 60 a second."""
TOTAL_RATE, TOTAL_BURST = 2000, 4000
SOURCES = 256
"""Sources whose rate is remembered: the newest."""

Address = tuple[str, int]


class Asked(NamedTuple):
    """A control or a query, who asked, with which address, and the kernel's stamp of its datagram."""

    what: Control | Query
    source: Address
    address: str
    stamp_ns: int


class Refused(NamedTuple):
    """A message that was not understood or waits for more: words for its sender, at most one a second each."""

    source: Address
    address: str
    why: str


@dataclass(slots=True)
class Bucket:
    """A token bucket. Levels are tokens times nanoseconds, so that it stays with integers."""

    rate: int
    burst: int
    level: int = 0
    at: int = 0

    def take(self, now: int) -> bool:
        """Whether one more may pass at ``now``."""
        full = self.burst * SECOND
        self.level = min(full, self.level + (now - self.at) * self.rate) if self.at else full
        self.at = now
        if self.level < SECOND:
            return False
        self.level -= SECOND
        return True


@dataclass(slots=True)
class Counts:
    """Since the start: datagrams taken, dropped for their rate, malformed, not understood."""

    taken: int = 0
    flooded: int = 0
    malformed: int = 0
    refused: int = 0


@dataclass(slots=True)
class Inbox:
    """One control port. ``names`` are the words that messages may use; ``grain`` (ns) is a sixteenth now."""

    names: Names
    waiting: Waiting
    grain: int = 125_000_000
    rate: int = RATE
    burst: int = BURST
    counts: Counts = field(default_factory=Counts)
    _taps: Taps = field(default_factory=Taps)
    _faders: Faders = field(init=False)
    _sources: dict[Address, Bucket] = field(default_factory=dict)
    _total: Bucket = field(default_factory=lambda: Bucket(TOTAL_RATE, TOTAL_BURST))
    _told: dict[Address, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._faders = Faders(self.waiting.left)

    def take(self, data: bytes, source: Address, now: int, stamp_ns: int) -> list[Asked | Refused]:
        """What a datagram asks for at host time ``now``."""
        self.counts.taken += 1
        if not (self._bucket(source).take(now) and self._total.take(now)):
            self.counts.flooded += 1
            return []
        try:
            messages = decode(data)
        except OscError as error:
            self.counts.malformed += 1
            return self._refuse(source, "", f"malformed: {error}", now)
        found: list[Asked | Refused] = []
        for message in messages:
            found += self._one(message, source, now, stamp_ns)
        self.waiting.leave(self._faders.waiting)  # before it is entered: the datagram is still in the socket
        return found

    def _one(self, message: Message, source: Address, now: int, stamp_ns: int) -> list[Asked | Refused]:
        outcome = self._taps.take(f"{source[0]}:{source[1]}", now, message, self.names)
        if isinstance(outcome, Problem):
            self.counts.refused += 1
            return self._refuse(source, outcome.address, outcome.what, now)
        if isinstance(outcome, Ignored):
            return [Refused(source, message.address, outcome.hint)] if outcome.hint else []
        if isinstance(outcome, Ping | Subscribe):
            return [Asked(outcome, source, message.address, stamp_ns)]
        if self._faders.take(outcome, now, self.grain) is None:
            return []
        return [Asked(outcome, source, message.address, stamp_ns)]

    def due(self, now: int) -> list[Asked]:
        """Faders whose grain is over and buttons held long enough."""
        self.waiting.leave(self._faders.waiting)  # those of the last time are entries by now
        asked = [Asked(control, ("", 0), "", 0) for control in self._faders.due(now, self.grain)]
        for source, control in self._taps.fire(now):
            host, _, port = source.rpartition(":")
            asked.append(Asked(control, (host, int(port)), "", 0))
        return asked

    def _bucket(self, source: Address) -> Bucket:
        bucket = self._sources.pop(source, None) or Bucket(self.rate, self.burst)
        self._sources[source] = bucket
        if len(self._sources) > SOURCES:
            del self._sources[next(iter(self._sources))]
        return bucket

    def _refuse(self, source: Address, address: str, why: str, now: int) -> list[Asked | Refused]:
        if now - self._told.get(source, -SECOND) < SECOND:
            return []
        if len(self._told) > SOURCES:
            self._told.clear()
        self._told[source] = now
        return [Refused(source, address, why)]
