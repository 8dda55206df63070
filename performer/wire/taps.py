"""How buttons and faders behave, before anything becomes an entry: a fold over (source, host time, message).

Law of this file: nothing here reads a clock; the same messages at the same times give the same outcomes.

Taps: a value of 0 is a release and asks for nothing. A tap that comes again within 150 ms, from whatever
surface, is a bounce (or a datagram that the network doubled) and is ignored.

Hold-to-fire (stop, fade): one press arms. It fires
- when it has been held for 1 s: pressed with a value (1), and not released; or released after 1 s or more;
- or when it is sent a second time within 2 s with no release between, which is how a surface without
  releases says it. A surface that has pressed something with a value more than 2 s ago and has never
  released anything is such a surface: for it holding means nothing, only sending twice.
A release before 1 s disarms. Panic is always one press.

Faders: a continuous control passes at once when its last entry is at least one grain (a sixteenth) old,
else the newest value waits until then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from performer.controls import Control, Level, Macro, SetTempo
from performer.wire.osc import Message
from performer.wire.surface import Names, Problem, Reading, read
from performer.wire.vocabulary import GUARD_NS, HOLD_NS, TWICE_NS, Query

SOURCES = 64
"""Surfaces whose buttons are remembered: the newest."""
KEYS = 256

Key = tuple[str, ...]


class Ignored(NamedTuple):
    """A message that asks for nothing now. ``why``: release, bounce, or armed (``hint`` says how to go on)."""

    why: str
    hint: str = ""


ARMED = Ignored("armed", "hold it for 1 s, or send it again within 2 s")


class _Armed(NamedTuple):
    at: int
    timed: bool
    control: Control


@dataclass(slots=True)
class _Surface:
    armed: dict[Key, _Armed] = field(default_factory=dict)
    releases: bool = False
    first_press: int | None = None

    def lacks_releases(self, at: int) -> bool:
        return not self.releases and self.first_press is not None and at - self.first_press > TWICE_NS


class Taps:
    """The rules of buttons. Host times are nanoseconds of one monotonic clock, ascending."""

    __slots__ = ("_last", "_surfaces")

    def __init__(self) -> None:
        self._surfaces: dict[str, _Surface] = {}
        self._last: dict[Key, int] = {}

    def take(self, source: str, at: int, message: Message, names: Names | None = None) -> Control | Query | Problem | Ignored:
        """What ``message`` asks for now, coming from ``source`` (a host and port, or a device) at host time ``at``."""
        reading = read(message, names)
        if isinstance(reading, Problem):
            return reading
        if not reading.row.tap:
            return reading.control
        surface = self._surface(source)
        if reading.pressed is False:
            return self._released(surface, at, reading.key)
        if self._bounces(reading.key, at):
            return Ignored("bounce")
        lacks = surface.lacks_releases(at)
        if reading.pressed and surface.first_press is None:
            surface.first_press = at
        return self._press(surface, at, reading, lacks) if reading.row.armed else reading.control

    def fire(self, at: int) -> list[tuple[str, Control]]:
        """Held buttons that fire by ``at``: (source, control), each once."""
        fired = []
        for source, surface in self._surfaces.items():
            for key, armed in list(surface.armed.items()):
                if armed.timed and at - armed.at >= HOLD_NS:
                    del surface.armed[key]
                    fired.append((source, armed.control))
        return fired

    def _press(self, surface: _Surface, at: int, reading: Reading, lacks: bool) -> Control | Query | Ignored:
        before = surface.armed.pop(reading.key, None)
        if before is not None and at - before.at <= TWICE_NS:
            return before.control
        surface.armed[reading.key] = _Armed(at, bool(reading.pressed) and not lacks, reading.control)  # type: ignore[arg-type]
        return ARMED

    def _released(self, surface: _Surface, at: int, key: Key) -> Control | Ignored:
        surface.releases = True
        armed = surface.armed.pop(key, None)
        if armed is not None and at - armed.at >= HOLD_NS:
            return armed.control
        return Ignored("release")

    def _bounces(self, key: Key, at: int) -> bool:
        last = self._last.get(key)
        if last is not None and at - last < GUARD_NS:
            return True
        self._last.pop(key, None)
        self._last[key] = at
        if len(self._last) > KEYS:
            del self._last[next(iter(self._last))]
        return False

    def _surface(self, source: str) -> _Surface:
        surface = self._surfaces.pop(source, None) or _Surface()
        self._surfaces[source] = surface
        if len(self._surfaces) > SOURCES:
            del self._surfaces[next(iter(self._surfaces))]
        return surface


class Faders:
    """The rule of continuous controls: at most one entry a grain for each of them, and the last value is never lost.

    ``waiting``: the values that are not entered yet.
    """

    __slots__ = ("_last", "waiting")

    def __init__(self, waiting: Mapping[Key, Control] | None = None) -> None:
        """``waiting``: values that somebody else left waiting; they are due at once."""
        self._last: dict[Key, int] = {}
        self.waiting = dict(waiting or {})

    def take(self, control: Control, at: int, grain: int) -> Control | None:
        """``control`` when it may become an entry now; None when it waits for ``due``. Times in one unit of the caller's."""
        key = fader(control)
        if key is None:
            return control
        last = self._last.get(key)
        if last is None or at - last >= grain:
            self.waiting.pop(key, None)
            self._last[key] = at
            return control
        self.waiting[key] = control
        return None

    def due(self, at: int, grain: int) -> list[Control]:
        """The waiting controls that may become entries at ``at``."""
        keys = [key for key in self.waiting if at - self._last.get(key, at - grain) >= grain]
        for key in keys:
            self._last[key] = at
        return [self.waiting.pop(key) for key in keys]


def fader(control: Control) -> Key | None:
    """Which fader a continuous control belongs to; None for all others."""
    match control:
        case Macro(name=name):
            return ("macro", name)
        case Level(part=part):
            return ("level", part)
        case SetTempo():
            return ("tempo",)
    return None
