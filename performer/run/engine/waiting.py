"""The fader values that wait for their sixteenth, left in the shared memory for the engine after this one.

Law of this file: what a fader said last becomes an entry even if the engine dies before that; at worst the next engine enters
the same value once more.
"""

from collections.abc import Mapping

from performer.controls import Control
from performer.run.memory import MAX_PARKED, PARKED, Memory
from performer.run.night import control_in
from performer.wire.osc import encode
from performer.wire.surface import message_of
from performer.wire.taps import Key, fader


class Waiting:
    """A row of the memory for each fader that waits; one that does not fit there (its part has a very long name) is not left.

    ``left``: what waits there; at first what the engine before left.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._rows: dict[Key, int] = {}
        self.left: dict[Key, Control] = {}
        for row in range(PARKED):
            control = control_in(memory.parked(row))
            key = fader(control) if control is not None else None
            if control is not None and key is not None:
                self._rows[key], self.left[key] = row, control

    def leave(self, waiting: Mapping[Key, Control]) -> None:
        """These wait now, and no others."""
        if waiting == self.left:
            return
        for key in self._rows.keys() - waiting.keys():
            self._memory.park(self._rows.pop(key), b"")
        for key, control in waiting.items():
            if control != self.left.get(key):
                self._park(key, control)
        self.left = dict(waiting)

    def _park(self, key: Key, control: Control) -> None:
        message = message_of(control)
        data = encode(message.address, message.args)
        row = self._rows.get(key)
        if row is None:
            row = next((row for row in range(PARKED) if row not in self._rows.values()), None)
        if row is not None and len(data) <= MAX_PARKED:
            self._rows[key] = row
            self._memory.park(row, data)
