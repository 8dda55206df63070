"""How far a long render is, for somebody who waits at a terminal.

Law of this file: a render that is over within two seconds, or that nobody watches, prints nothing; what was
drawn is wiped out at the end.
"""

from typing import TextIO

from performer.run.clock import Clock
from performer.show.definition import Show
from performer.tempo import Micros
from performer.ticks import QUARTER

PATIENCE = 2_000_000_000
"""Nanoseconds before anything is shown."""
PACE = 100_000_000
"""Nanoseconds between two pictures."""
CELLS = 32


class Progress:
    """Called with the show time reached; draws one line on ``stream`` when that is a terminal."""

    def __init__(self, stream: TextIO, clock: Clock, expected: Micros) -> None:
        self._stream, self._clock, self._expected = stream, clock, max(1, expected)
        self._watched = stream.isatty()
        self._began = clock.now()
        self._next = self._began + PATIENCE
        self._shown = False

    def __call__(self, reached: Micros) -> None:
        """Tell that the render has reached this show time."""
        now = self._clock.now()
        if not self._watched or now < self._next:
            return
        self._next = now + PACE
        share = min(1.0, reached / self._expected)
        full = round(share * CELLS)
        speed = reached * 1000 // max(1, now - self._began)
        bar = "█" * full + "░" * (CELLS - full)
        self._draw(f"{bar} {share:4.0%}  {_clock(reached)} of {_clock(self._expected)}  {speed} × real time")

    def say(self, words: str) -> None:
        """What is done now, after the render: it stands where the render's line stood."""
        if self._watched and self._clock.now() >= self._began + PATIENCE:
            self._draw(words)

    def _draw(self, line: str) -> None:
        self._stream.write(f"\r{line}\x1b[K")
        self._stream.flush()
        self._shown = True

    def close(self) -> None:
        """Wipe the line."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False


def expected(show: Show) -> Micros:
    """About how long the form lasts when it is played once: bars as written, patience of waiting sections included."""
    total = 0
    for song in show.songs:
        for name in song.form:
            section = song.section(name)
            bars = max(section.bars, section.give_up or 0) if section.until_next else section.bars
            tempo = sum(section.tempo) // 2 if section.tempo else song.per_quarter
            total += (bars + section.count_in) * (section.meter or song.meter).bar * tempo // QUARTER
    return Micros(total)


def _clock(micros: int) -> str:
    seconds = micros // 1_000_000
    return f"{seconds // 60}:{seconds % 60:02d}"
