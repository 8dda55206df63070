"""Who hears feedback, and what each of them knows already.

Law of this file: a subscriber hears a full state once and every change after it; one that falls silent is forgotten.
"""

from collections.abc import Callable
from dataclasses import dataclass

from performer.run.engine.inbox import Address
from performer.wire import feedback
from performer.wire.osc import encode
from performer.wire.vocabulary import SUBSCRIBERS

SILENT_NS = 15 * 60_000_000_000
"""A subscriber that is silent for so long is forgotten."""


@dataclass(slots=True)
class _Listener:
    source: Address
    seen: int
    knows: feedback.Snapshot | None


class Listeners:
    """The subscribers of one control port. Times are host nanoseconds."""

    def __init__(self, reply: Callable[[bytes, Address], None]) -> None:
        self._reply = reply
        self._known: dict[Address, _Listener] = {}

    def subscribe(self, address: Address, source: Address, on: bool, now: feedback.Snapshot, host: int) -> bool:
        """Full state at once, then every change, as ``source`` asked; or no more. Whether that changes who listens."""
        before = self._known.pop(address, None)
        if not on:
            return before is not None
        self.restore(address, source, host)
        self._known[address].knows = now
        for message in feedback.full(now):
            self._reply(encode(*message), address)
        return before is None or before.source != source

    def restore(self, address: Address, source: Address, host: int) -> None:
        """One that had subscribed before this process began: it is told everything with the next change."""
        self._known.pop(address, None)
        self._known[address] = _Listener(source, host, None)
        if len(self._known) > SUBSCRIBERS:
            del self._known[next(iter(self._known))]

    def heard_from(self, source: Address, host: int) -> None:
        """It is still there, wherever its feedback goes."""
        for address, listener in self._known.items():
            if source in (address, listener.source):
                listener.seen = host

    def tell(self, now: feedback.Snapshot, host: int) -> None:
        """Every change since the last time."""
        for address, listener in list(self._known.items()):
            if host - listener.seen > SILENT_NS:
                del self._known[address]
                continue
            for message in feedback.changes(listener.knows, now):
                self._reply(encode(*message), address)
            listener.knows = now
