"""MIDI ports: an output that is sent bytes, and an input that hands on what it hears.

Law of this file: channel messages only, each whole; an input's messages are handed on from the driver's own thread, so what
takes them may only pass them on.
"""

from collections.abc import Callable
from typing import Any

from mido.tokenizer import Tokenizer  # type: ignore[import-untyped]

from performer.ports.midi_device import Binding, MidiDevice


class MidiPort(MidiDevice):
    """One MIDI output."""

    def _make(self, binding: Binding, driver: str) -> Any:
        return binding.output(driver)

    def send(self, data: bytes) -> bool:
        """One or several MIDI messages in a row."""
        if self._end is None:
            return False
        try:
            if len(data) <= 3:
                self._end.send_message(data)
            else:
                for message in Tokenizer(data):
                    self._end.send_message(message)
        except self._errors as error:
            self._drop(f"{self._port_name or self.name} refuses: {error}")
            return False
        return True


class MidiInput(MidiDevice):
    """One MIDI input; ``heard`` is called with each message (clock and system exclusive are left out)."""

    def __init__(self, name: str, device: str, heard: Callable[[bytes], object]) -> None:
        super().__init__(name, device)
        self._heard = heard

    def _make(self, binding: Binding, driver: str) -> Any:
        made = binding.input(driver)
        made.ignore_types(True, True, True)
        made.set_callback(lambda event, _data: self._heard(bytes(event[0])))
        return made
