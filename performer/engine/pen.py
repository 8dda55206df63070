"""The pen with which a role writes its notes: where a place on the grid sounds, how strongly and how late the hand strikes.

Law of this file: roles write places on the grid; swing moves where a note begins and ends and nothing else, so that order is
kept, a note that ended before another began still does, and a pulse stays where it is. Cues, controllers and chords are not
written with the pen and stay on the grid.
"""

from performer.engine.level import level_of
from performer.engine.view import View
from performer.events import Note
from performer.music.groove import Felt, Touch, evened, felt, loosened
from performer.music.swing import offsets
from performer.tempo import Micros
from performer.ticks import SIXTEENTH, Span, Tick

STRAIGHT = (500, 500)

_LIMBS = {"kick": "foot", "bass": "foot", "snare": "left", "clap": "left", "chords": "left"}
"""Whose hand plays where the style has a machine play; else the one that keeps time."""


class Pen:
    """Notes of one part in one bar. Offsets are ticks from the bar line; velocities are what the style asks for."""

    __slots__ = ("_bar", "_even", "_felt", "_level", "_part", "_places", "_view")

    def __init__(self, view: View) -> None:
        bar = view.bar
        self._view, self._bar, self._part, self._level = view, bar.at, view.part.name, level_of(view)
        swing = view.style.swing.at(bar.state.tempo)
        self._places = None if swing == STRAIGHT else _Places(offsets(bar.state.meter, *swing))
        self._felt: dict[str, Felt] = {}
        self._even: dict[str, Felt] = {}

    def note(self, instrument: str, offset: int, pitch: int, length: int, velocity: int) -> Note:
        """A note that a hand plays on ``instrument`` (of the style's feel)."""
        hand = self._felt.get(instrument) or self.hand(instrument)
        slot = offset // SIXTEENTH
        return self._written(offset, pitch, length, max(velocity // 2, velocity + hand.weight[slot]), hand.late[slot])

    def even(self, instrument: str, offset: int, pitch: int, length: int, velocity: int) -> Note:
        """A note of a figure that has accents of its own: the hand is as late as it is, and as uneven, and accents nothing."""
        hand = self._even.get(instrument)
        if hand is None:
            hand = self._even[instrument] = felt(self._view.bar.hand, evened(self._touch(instrument)))
        slot = offset // SIXTEENTH
        return self._written(offset, pitch, length, max(velocity // 2, velocity + hand.weight[slot]), hand.late[slot])

    def plain(self, offset: int, pitch: int, length: int, velocity: int) -> Note:
        """A note that no hand plays: neither early nor late."""
        return self._written(offset, pitch, length, velocity, 0)

    def hand(self, instrument: str) -> Felt:
        """How the hand plays an instrument in this bar."""
        found = self._felt[instrument] = felt(self._view.bar.hand, self._touch(instrument))
        return found

    def _touch(self, instrument: str) -> Touch:
        """How the style plays an instrument, under more humanity than the style's no longer like a machine."""
        touch, scale = self._view.style.feel.touch(instrument), self._view.bar.hand.scale
        return touch if scale <= 1000 else loosened(touch, scale, instrument, _LIMBS.get(instrument, "right"))

    def _written(self, offset: int, pitch: int, length: int, velocity: int, late: int) -> Note:
        if self._places is not None:
            end, offset = self._places[offset + length], self._places[offset]
            length = end - offset
        velocity = 127 if velocity > 127 else velocity if velocity > 1 else 1
        return Note(
            at=Tick(self._bar + offset), part=self._part, pitch=pitch, length=Span(length if length > 1 else 1),
            velocity=velocity * self._level // 1000 or 1, feel=Micros(late),
        )  # fmt: skip


class _Places(dict[int, int]):
    """Offsets as they are swung, each worked out once: notes share them. A bar that a note reaches into is taken to swing alike."""

    __slots__ = ("slots",)

    def __init__(self, slots: tuple[int, ...]) -> None:
        self.slots = slots

    def __missing__(self, offset: int) -> int:
        bars, rest = divmod(offset, self.slots[-1])
        slot, part = divmod(rest, SIXTEENTH)
        begin, end = self.slots[slot : slot + 2]
        place = self[offset] = bars * self.slots[-1] + begin + (end - begin) * part // SIXTEENTH
        return place
