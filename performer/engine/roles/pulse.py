"""The timing show: one note on every sixteenth, whatever the role.

Law of this file: no chance, no feel, no swing; a note lasts half a sixteenth.
"""

from performer.engine.view import View, length_of
from performer.events import Event, Note

PITCH = 60


def play(view: View) -> list[Event]:
    """A note on every sixteenth of the bar."""
    bar = view.bar
    pitch = view.part.range[0] if view.part.range else PITCH
    return [
        Note(at=bar.tick(slot), part=view.part.name, pitch=pitch, length=length_of(1, 500), velocity=100)
        for slot in range(bar.slots)
    ]  # fmt: skip
