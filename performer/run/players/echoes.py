"""What a release says a second time, since a network may lose the first.

Law of this file: an echo never ends what began after the release it belongs to; it is no record, so nobody claims it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from performer.run.players.voices import NEVER, Voices

AFTER = 30_000
"""Microseconds until it is said again: beyond a burst of loss on a wireless network, and no longer than a note needs to speak."""


class Echo(NamedTuple):
    """``data`` for ``output`` at ``due``. ``general``: it silences the whole output, not one note."""

    due: int
    output: int
    data: bytes
    general: bool


class Echoes:
    """What is still to be said again, soonest first."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: list[Echo] = []

    def say(self, echoes: Iterable[Echo], now: int) -> None:
        """Hold these too; what a spare holds and never says is forgotten."""
        self._held = sorted([echo for echo in self._held if echo.due > now - AFTER] + list(echoes), key=lambda echo: echo.due)

    def next_due(self) -> int:
        """When ``take`` must be asked; ``NEVER`` when nothing is held."""
        return self._held[0].due if self._held else NEVER

    def take(self, now: int, voices: Voices) -> list[Echo]:
        """What is to be said at ``now``, as far as nothing sounds that it would end."""
        due = [echo for echo in self._held if echo.due <= now]
        self._held = self._held[len(due) :]
        busy = {note.output for note in voices.all()} if due else set()
        return [echo for echo in due if not (echo.output in busy if echo.general else voices.shared(echo.output, echo.data))]
