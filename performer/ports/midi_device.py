"""A MIDI device through RtMidi: python-rtmidi, or supriya-midi where that has no wheels (Python 3.13 and later).

Law of this file: no device, no driver and no binding are no errors, only reasons to wait. The driver never says that a
device has gone, so the port names are looked at once a second, always with the same probe (a new one each time leaks ALSA
clients). Devices are found by name, since their numbers shift.

``MIDO_BACKEND=mido.backends.rtmidi/UNIX_JACK`` chooses the driver, as mido has it. The wheels of supriya-midi bring a libjack of
their own; where it says "protocol mismatch", ``LD_PRELOAD`` the system's libjack.so.0.
"""

import os
import time
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from performer.ports.port import Backoff

LOOK_NS = 1_000_000_000
SETTLE_S = 0.06
"""Before closing: ALSA loses what was sent in the last 50 ms."""
CLIENT = "performer"


class Binding(NamedTuple):
    """What is needed of a binding: ``output`` and ``input`` make a client, given a driver's name as RtMidi has it (``UNIX_JACK``;
    any other: the first there is), and ``error`` is what it raises beside Python's own."""

    output: Callable[[str], Any]
    input: Callable[[str], Any]
    error: type[Exception]


def binding() -> Binding | None:
    """The binding that is installed, python-rtmidi first; None without any."""
    try:
        import rtmidi  # type: ignore[import-untyped]  # an extra: nothing may need it to start
    except ImportError:
        pass
    else:

        def driver(api: str) -> Any:
            return getattr(rtmidi, f"API_{api}", rtmidi.API_UNSPECIFIED)

        return Binding(
            lambda api: rtmidi.MidiOut(driver(api), name=CLIENT), lambda api: rtmidi.MidiIn(driver(api), name=CLIENT), rtmidi.RtMidiError
        )
    try:
        import supriya_midi  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    drivers = supriya_midi.RtMidiAPI

    def other(api: str) -> Any:
        return getattr(drivers, api, drivers.UNSPECIFIED)

    return Binding(
        lambda api: supriya_midi.MidiOut(other(api), CLIENT), lambda api: supriya_midi.MidiIn(other(api), CLIENT), supriya_midi.RtMidiError
    )


class MidiDevice:
    """One end of MIDI that is looked after. ``device``: a part of a port's name or a pattern with ``*``; empty or ``virtual``
    makes a port of our own. What it is an end of is said by ``_make``."""

    def __init__(self, name: str, device: str = "") -> None:
        self.name = name
        self.up = False
        self.trouble = "not open"
        self._device = device
        self._virtual = device in ("", "virtual")
        self._binding: Binding | None = None
        self._errors: tuple[type[Exception], ...] = (OSError, ValueError, RuntimeError)
        self._probe: Any = None
        self._end: Any = None
        self._port_name = ""
        self._backoff = Backoff()
        self._looked = 0
        self._lost = False

    def _make(self, binding: Binding, driver: str) -> Any:
        """A client of this direction."""
        raise NotImplementedError

    def open(self) -> None:
        """Open the device, or make the virtual port."""
        if self._end is not None or not self._bound():
            return
        try:
            if self._virtual:
                self._end = self._client()
                self._end.open_virtual_port(self.name)
            else:
                self._open_device()
        except self._errors as error:
            self._end = None
            self._in_trouble(f"no MIDI here: {error}")
        if self._end is not None:
            self.up, self.trouble = True, ""

    def tend(self, now_ns: int) -> bool:
        """Once a second: is the device still there, or there again?"""
        if self._end is not None:
            if not self._virtual and now_ns - self._looked >= LOOK_NS:
                self._looked = now_ns
                if not self._still_there():
                    self._drop(f"{self._port_name} is gone")
            return False
        if not self._backoff.ready(now_ns):
            return False
        self.open()
        if self._end is None:
            self._backoff.failed(now_ns)
            return False
        self._backoff.succeeded()
        lost, self._lost = self._lost, False
        return lost

    def close(self) -> None:
        """Let the last messages out, then let go."""
        if self._end is not None:
            time.sleep(SETTLE_S)
            self._discard()
        if self._probe is not None:
            self._probe.delete()
            self._probe = None
        self.up, self.trouble = False, "not open"

    def _bound(self) -> bool:
        if self._binding is None:
            self._binding = binding()
            if self._binding is None:
                self._in_trouble("MIDI needs the extra: pip install 'virtual-performer[midi]'")
                return False
            self._errors = (*self._errors, self._binding.error)
        return True

    def _client(self) -> Any:
        assert self._binding is not None
        return self._make(self._binding, os.environ.get("MIDO_BACKEND", "").partition("/")[2])

    def _names(self) -> list[str]:
        if self._probe is None:
            self._probe = self._client()
        return list(self._probe.get_ports())

    def _still_there(self) -> bool:
        try:
            return self._port_name in self._names()
        except self._errors:  # the driver itself has gone
            self._probe = None
            return False

    def _open_device(self) -> None:
        pattern = self._device if "*" in self._device else f"*{self._device}*"
        names = self._names()
        found = [name for name in names if fnmatchcase(name.lower(), pattern.lower())]
        if not found:
            self._in_trouble(f"no MIDI port called {self._device!r} ({', '.join(names) or 'there is none'})")
            return
        end = self._client()
        end.open_port(names.index(found[0]), self.name)
        self._end, self._port_name = end, found[0]

    def _drop(self, why: str) -> None:
        self._discard()
        self._in_trouble(why)

    def _discard(self) -> None:
        end, self._end = self._end, None
        try:
            end.close_port()
            end.delete()
        except self._errors as error:
            self.trouble = f"{self._port_name or self.name} did not close: {error}"

    def _in_trouble(self, why: str) -> None:
        self.up, self.trouble, self._lost = False, why, True
