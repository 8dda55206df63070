"""MIDI output ports through python-rtmidi.

Law of this file: no device, no driver and no binding are no errors, only reasons to wait. The driver never says that a
device has gone, so the port names are looked at once a second, always with the same probe (a new one each time leaks ALSA
clients). Devices are found by name, since their numbers shift.

``MIDO_BACKEND=mido.backends.rtmidi/UNIX_JACK`` chooses the driver, as mido has it.
"""

import os
import time
from fnmatch import fnmatchcase
from typing import Any

from mido.tokenizer import Tokenizer  # type: ignore[import-untyped]

from performer.ports.port import Backoff

LOOK_NS = 1_000_000_000
SETTLE_S = 0.06
"""Before closing: ALSA loses what was sent in the last 50 ms."""
CLIENT = "performer"


class MidiPort:
    """One MIDI output. ``device``: a part of a port's name or a pattern with ``*``; empty or ``virtual`` makes a port of our own."""

    def __init__(self, name: str, device: str = "") -> None:
        self.name = name
        self.up = False
        self.trouble = "not open"
        self._device = device
        self._virtual = device in ("", "virtual")
        self._binding: Any = None
        self._probe: Any = None
        self._out: Any = None
        self._port_name = ""
        self._backoff = Backoff()
        self._looked = 0
        self._lost = False

    def open(self) -> None:
        """Open the device, or make the virtual port."""
        if self._out is not None or not self._bound():
            return
        try:
            if self._virtual:
                self._out = self._client()
                self._out.open_virtual_port(self.name)
            else:
                self._open_device()
        except (self._binding.RtMidiError, OSError, RuntimeError, NotImplementedError) as error:
            self._out = None
            self._in_trouble(f"no MIDI here: {error}")
        if self._out is not None:
            self.up, self.trouble = True, ""

    def send(self, data: bytes) -> bool:
        """One or several MIDI messages in a row."""
        if self._out is None:
            return False
        try:
            if len(data) <= 3:
                self._out.send_message(data)
            else:
                for message in Tokenizer(data):
                    self._out.send_message(message)
        except (self._binding.RtMidiError, OSError, ValueError, RuntimeError) as error:
            self._drop(f"{self._port_name or self.name} refuses: {error}")
            return False
        return True

    def tend(self, now_ns: int) -> bool:
        """Once a second: is the device still there, or there again?"""
        if self._out is not None:
            if not self._virtual and now_ns - self._looked >= LOOK_NS:
                self._looked = now_ns
                if self._port_name not in self._names():
                    self._drop(f"{self._port_name} is gone")
            return False
        if not self._backoff.ready(now_ns):
            return False
        self.open()
        if self._out is None:
            self._backoff.failed(now_ns)
            return False
        self._backoff.succeeded()
        lost, self._lost = self._lost, False
        return lost

    def close(self) -> None:
        """Let the last messages out, then let go."""
        if self._out is not None:
            time.sleep(SETTLE_S)
            self._discard()
        if self._probe is not None:
            self._probe.delete()
            self._probe = None
        self.up, self.trouble = False, "not open"

    def _bound(self) -> bool:
        if self._binding is None:
            try:
                import rtmidi  # type: ignore[import-untyped]  # an extra: nothing may need it to start
            except ImportError:
                self._in_trouble("MIDI needs the extra: pip install 'virtual-performer[midi]'")
                return False
            self._binding = rtmidi
        return True

    def _client(self) -> Any:
        api = os.environ.get("MIDO_BACKEND", "").partition("/")[2]
        number = getattr(self._binding, f"API_{api}", self._binding.API_UNSPECIFIED)
        return self._binding.MidiOut(number, name=CLIENT)

    def _names(self) -> list[str]:
        if self._probe is None:
            self._probe = self._client()
        return list(self._probe.get_ports())

    def _open_device(self) -> None:
        pattern = self._device if "*" in self._device else f"*{self._device}*"
        names = self._names()
        found = [name for name in names if fnmatchcase(name.lower(), pattern.lower())]
        if not found:
            self._in_trouble(f"no MIDI port called {self._device!r} ({', '.join(names) or 'there is none'})")
            return
        out = self._client()
        out.open_port(names.index(found[0]), self.name)
        self._out, self._port_name = out, found[0]

    def _drop(self, why: str) -> None:
        self._discard()
        self._in_trouble(why)

    def _discard(self) -> None:
        out, self._out = self._out, None
        try:
            out.close_port()
            out.delete()
        except (self._binding.RtMidiError, OSError, RuntimeError) as error:
            self.trouble = f"{self._port_name or self.name} did not close: {error}"

    def _in_trouble(self, why: str) -> None:
        self.up, self.trouble, self._lost = False, why, True
