"""The lanes of the piano roll: one a part, drums by the pieces of the kit, pitches by semitone, cues as flags.

Law of this file: a lane has the same height and range in every row of a song; colour says the role, strength
of colour the velocity.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from performer.events import Cue
from performer.rehearse.canvas import Colour, Sheet, mixed, width_of
from performer.rehearse.heard import Sound

PAPER: Colour = (252, 251, 248)
INK: Colour = (34, 36, 46)
GREY: Colour = (140, 142, 150)
FAINT: Colour = (226, 225, 220)

ROLES: dict[str, Colour] = {
    "drums": (64, 70, 88),
    "bass": (28, 88, 176),
    "chords": (0, 134, 124),
    "arp": (76, 146, 46),
    "lead": (200, 40, 98),
    "texture": (122, 76, 178),
    "light": (214, 138, 0),
    "visual": (176, 96, 30),
    "external": (110, 110, 118),
}

KIT = {
    35: "kick 2", 36: "kick", 37: "rim", 38: "snare", 39: "clap", 40: "snare 2", 41: "floor tom", 42: "hat", 43: "tom low",
    44: "pedal", 45: "tom", 46: "open hat", 47: "tom mid", 48: "tom high", 49: "crash", 50: "tom top", 51: "ride", 52: "china",
    53: "bell", 54: "tambourine", 55: "splash", 56: "cowbell", 57: "crash 2", 59: "ride 2", 60: "bongo", 61: "bongo low",
    62: "conga mute", 63: "conga", 64: "conga low", 65: "timbale", 66: "timbale low", 67: "agogo", 68: "agogo low", 69: "cabasa",
    70: "shaker", 73: "guiro", 75: "claves", 76: "block", 77: "block low", 80: "triangle", 81: "triangle",
}  # fmt: skip
"""General MIDI percussion by short names."""

_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_PIECE = 17.0
"""Pixels a piece of the kit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where time stands in one row of the picture: ticks ``start`` to ``end`` from ``left`` on, ``scale`` pixels a tick."""

    start: int
    end: int
    left: float
    scale: float

    def x(self, tick: int) -> float:
        """The pixel of a tick, held inside the row."""
        return self.left + (min(max(tick, self.start), self.end) - self.start) * self.scale

    @property
    def right(self) -> float:
        """Where the row ends."""
        return self.x(self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One part. ``pieces`` is not empty for drums: the pitches that sound, from low to high."""

    part: str
    colour: Colour
    sounds: Sequence[Sound]
    cues: Sequence[Cue]
    pieces: tuple[int, ...]
    low: int
    high: int

    @property
    def height(self) -> float:
        """Pixels from the top of the lane to its end."""
        if self.pieces:
            return max(20.0, _PIECE * len(self.pieces))
        return min(120.0, max(54.0, 4.0 * (self.high - self.low + 1))) if self.sounds else 44.0


def lane(part: str, role: str, sounds: Sequence[Sound], cues: Sequence[Cue], siblings: int) -> Lane:
    """The lane of a part that is the ``siblings``-th of its role (0 = the first: full colour)."""
    pitches = sorted({sound.pitch for sound in sounds})
    colour = mixed(ROLES.get(role, ROLES["external"]), PAPER, min(0.45, 0.22 * siblings))
    low, high = (pitches[0], pitches[-1]) if pitches else (0, 0)
    if high - low < 11:
        low, high = low - (11 - high + low) // 2, low - (11 - high + low) // 2 + 11
    pieces = tuple(pitches) if role == "drums" else ()
    return Lane(part=part, colour=colour, sounds=sounds, cues=cues, pieces=pieces, low=low, high=high)


def draw_lane(sheet: Sheet, frame: Frame, y: float, lane: Lane) -> None:
    """The lane with its top at ``y``: names in the margin, what sounds beside them."""
    sheet.rect(frame.left, y + lane.height + 3, frame.right - frame.left, 1, FAINT)
    if lane.pieces:
        _draw_kit(sheet, frame, y, lane)
    elif lane.sounds:
        _draw_pitches(sheet, frame, y, lane)
    else:
        sheet.text(frame.left - 14, y + 12, lane.part, lane.colour, 2, anchor="right")
    _draw_cues(sheet, frame, y, lane)


def _inside(frame: Frame, lane: Lane) -> list[Sound]:
    return [sound for sound in lane.sounds if sound.off > frame.start and sound.on < frame.end]


def _draw_kit(sheet: Sheet, frame: Frame, y: float, lane: Lane) -> None:
    rows = {pitch: y + _PIECE * (len(lane.pieces) - 1 - index) for index, pitch in enumerate(lane.pieces)}
    for pitch, top in rows.items():
        sheet.text(frame.left - 14, top, KIT.get(pitch, str(pitch)), lane.colour, 2, anchor="right")
        sheet.rect(frame.left, top + _PIECE / 2, frame.right - frame.left, 1, FAINT, 0.7)
    width = max(2.0, min(7.0, 20_160 / 4 * frame.scale * 0.8))
    for sound in _inside(frame, lane):
        if sound.on < frame.start:
            continue
        height = 4 + (_PIECE - 6) * sound.velocity / 127
        top = rows[sound.pitch] + (_PIECE - height) / 2
        sheet.rect(frame.x(sound.on), top, width, height, lane.colour, _strength(sound))


def _draw_pitches(sheet: Sheet, frame: Frame, y: float, lane: Lane) -> None:
    step = lane.height / (lane.high - lane.low + 1)
    for pitch in range(lane.low, lane.high + 1):
        if pitch % 12 == 0:
            sheet.rect(frame.left, y + (lane.high - pitch + 1) * step, frame.right - frame.left, 1, FAINT)
    sheet.text(frame.left - 14, y, lane.part, lane.colour, 2, anchor="right")
    lowest, highest = min(s.pitch for s in lane.sounds), max(s.pitch for s in lane.sounds)
    sheet.text(
        frame.left - 14,
        y + lane.height - 18,
        _name(lowest) if lowest == highest else f"{_name(lowest)} - {_name(highest)}",
        GREY,
        2,
        anchor="right",
    )
    for sound in _inside(frame, lane):
        x = frame.x(sound.on)
        width = max(2.2, frame.x(sound.off) - x - 0.8)
        sheet.rect(x, y + (lane.high - sound.pitch) * step, width, max(3.0, step - 0.5), lane.colour, _strength(sound))


def _draw_cues(sheet: Sheet, frame: Frame, y: float, lane: Lane) -> None:
    """A flag at each cue, with its name where one of two lines has room for it, else a pole alone."""
    ends = [frame.left - 8, frame.left - 8]
    base = y + (0 if lane.sounds else 4)
    for cue in lane.cues:
        if not frame.start <= cue.at < frame.end:
            continue
        x = frame.x(cue.at)
        text = " ".join(map(str, (cue.name, *cue.args)))[:28]
        wide = width_of(text)
        line = next((line for line, end in enumerate(ends) if x >= end and x + 6 + wide < frame.right + 30), None)
        if line is None:
            sheet.rect(x, base + 8, 2, 20, lane.colour, 0.4)
            continue
        sheet.rect(x, base + 20 * line, 2, 17, lane.colour, 0.8)
        sheet.text(x + 6, base + 20 * line, text, mixed(lane.colour, INK, 0.35), 2)
        ends[line] = x + wide + 16


def _strength(sound: Sound) -> float:
    return float(0.25 + 0.75 * (sound.velocity / 127) ** 1.2)


def _name(pitch: int) -> str:
    return f"{_NAMES[pitch % 12]}{pitch // 12 - 1}"
