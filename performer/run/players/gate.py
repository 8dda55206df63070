"""Which note-ons may sound now: mutes and panics, and the order in which such acts count.

Law of this file: every target is one monotone stream; an act that is not newer than the last one of its target has been
done already. After a panic an output stays shut until its own next bar line.
"""

from collections.abc import Callable, Iterable

from performer.run.players.lanes import FOREVER


class Gate:
    """The mix acts that a player obeys at the moment of sending."""

    __slots__ = ("_alarmed", "_seqs", "alarm_at", "muted")

    def __init__(self) -> None:
        self.muted: set[str] = set()
        self.alarm_at = -FOREVER
        """Show time of the last panic: nothing that stands before it may sound."""
        self._alarmed: dict[int, int] = {}  # output -> when the panic came
        self._seqs: dict[tuple[str, str], int] = {}

    def newer(self, kind: str, target: str, seq: int) -> bool:
        """Whether ``seq`` goes beyond what this target has heard; if so it is remembered."""
        if seq <= self._seqs.get((kind, target), -1):
            return False
        self._seqs[kind, target] = seq
        return True

    def shut(self, outputs: Iterable[int], now: int) -> None:
        """A panic: no note-on until the next bar line."""
        self.alarm_at = now
        self._alarmed = dict.fromkeys(outputs, now)

    def reopen(self) -> None:
        """Nothing is held that would have to wait."""
        self._alarmed = {}

    def bar_line(self, outputs: Iterable[int], due: int) -> None:
        """A bar line passed at these outputs."""
        for output in outputs if self._alarmed else ():
            if due > self._alarmed.get(output, FOREVER):
                del self._alarmed[output]

    def closed(self, part: str, output: int, at: int, next_line: Callable[[int, int], int | None]) -> bool:
        """Whether a note of ``part`` that stands at ``at`` must not sound.

        ``next_line(output, since)`` is the first bar line still ahead, so that an upbeat felt early is not lost with its bar.
        """
        if part in self.muted:
            return True
        since = self._alarmed.get(output)
        if since is None:
            return False
        line = next_line(output, since)
        return line is None or at < line
