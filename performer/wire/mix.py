"""Mutes, levels, cues and fades: a layer over the music that changes no note of it.

Law of this file: a mix is a fold over mix acts in their order, and ``apply`` of the same acts to the same
events is what an audience hears when the players carry them out. Every (part, target) is one monotone
stream: its messages carry the seq of their entry.

Levels are linear gains per mille; 800 is 0 dB. A fader stands at its part's own level until it is moved.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from performer.controls import FireCue, Level, MixAct, Mute, Panic
from performer.events import BarMark, Controller, Cue, Event, Note, order
from performer.show.definition import Part, Song
from performer.ticks import Span, Tick

UNITY = 800
LEVEL = "level"
"""The controller by which the score says a section's level of a part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What hands have done: parts that are muted, faders that were moved (per mille). Sorted, so that equal means equal."""

    muted: tuple[str, ...] = ()
    faders: tuple[tuple[str, int], ...] = ()

    def after(self, act: MixAct) -> "Mix":
        """The mix after an act; cues, panic and fades leave it as it is."""
        match act:
            case Mute(part=part, on=on):
                return replace(self, muted=tuple(sorted({*self.muted, part} if on else {*self.muted} - {part})))
            case Level(part=part, value=value):
                return replace(self, faders=tuple(sorted({**dict(self.faders), part: value}.items())))
        return self

    def mutes(self, part: str) -> bool:
        """Whether the part is muted."""
        return part in self.muted

    def level(self, part: Part) -> int:
        """Where the part's fader stands."""
        return dict(self.faders).get(part.name, own(part))


def headroom(song: Song, part: Part) -> int:
    """The loudest that the song ever asks the part to be: what its fader is scaled to, so that sections only take away."""
    return max([own(part), *(value for section in song.sections for name, value in section.mix if name == part.name)])


def own(part: Part) -> int:
    """Where a fader stands that nobody has moved: the part's level, and 0 dB for one that is written silent."""
    return part.level or UNITY


def fader(song: Song, part: Part, level: int) -> int:
    """What is sent for a fader at ``level``: scaled to the part's headroom."""
    return level * headroom(song, part) // own(part)


def share(song: Song, part: Part, level: int) -> int:
    """What is sent for a section's ``level``: its share of the part's headroom, 1000 = all."""
    return level * 1000 // headroom(song, part)


def faded(levels: Mapping[str, int], done: int, whole: int) -> dict[str, int]:
    """Every part's level ``done`` microseconds into a fade of ``whole``: straight down, nothing at its end."""
    left = max(0, whole - done)
    return {part: level * left // whole if whole > 0 else 0 for part, level in levels.items()}


def apply(events: Sequence[Event], acts: Sequence[tuple[Tick, MixAct]], levels: Mapping[str, int]) -> tuple[Event, ...]:
    """What is heard of ``events`` (in their order) under acts at their ticks (ascending), in order again.

    ``levels``: every part's own level. A mute removes the notes that begin in it and ends what sounds; panic does so for
    all parts up to the next bar line; a fader scales the score's levels from there on; a cue is one more event.
    """
    closed = _closed(events, acts)
    heard: list[Event] = []
    for event in events:
        if isinstance(event, Note):
            kept = _kept(event, closed.get(event.part, ()))
            heard += [kept] if kept else []
        elif not (isinstance(event, Controller) and event.name == LEVEL):
            heard.append(event)
    heard += _levels(events, acts, levels)
    heard += [Cue(at=at, part="", name=act.name, args=act.args) for at, act in acts if isinstance(act, FireCue)]
    return tuple(sorted(heard, key=order))


Stretch = tuple[int, int]
_FOR_EVER = 1 << 62


def _closed(events: Sequence[Event], acts: Sequence[tuple[Tick, MixAct]]) -> dict[str, tuple[Stretch, ...]]:
    """For every part the stretches in which it must not sound, ascending by their start."""
    parts = {event.part for event in events if isinstance(event, Note)}
    bars = [event.at for event in events if isinstance(event, BarMark)]
    closed: dict[str, list[Stretch]] = {part: [] for part in parts}
    since: dict[str, int] = {}
    for at, act in acts:
        match act:
            case Mute(part=part, on=True):
                since.setdefault(part, at)
            case Mute(part=part):
                if part in since:
                    closed.setdefault(part, []).append((since.pop(part), at))
            case Panic():
                line = bisect_left(bars, at + 1)
                end = bars[line] if line < len(bars) else _FOR_EVER
                for stretches in closed.values():
                    stretches.append((at, end))
    for part, still in since.items():
        closed.setdefault(part, []).append((still, _FOR_EVER))
    return {part: tuple(sorted(stretches)) for part, stretches in closed.items()}


def _kept(note: Note, closed: tuple[Stretch, ...]) -> Note | None:
    for start, end in closed:
        if start <= note.at < end:
            return None
        if note.at < start < note.at + note.length:
            return replace(note, length=Span(start - note.at))
    return note


def _levels(events: Sequence[Event], acts: Sequence[tuple[Tick, MixAct]], levels: Mapping[str, int]) -> list[Event]:
    """The score's levels with the faders over them: what the score says, times the fader, by the part's own level."""
    said: list[tuple[int, int, str, int]] = [(e.at, 0, e.part, e.value) for e in events if isinstance(e, Controller) and e.name == LEVEL]
    said += [(at, 1, act.part, act.value) for at, act in acts if isinstance(act, Level)]
    score = dict(levels)
    hands: dict[str, int] = {}
    found: dict[tuple[int, str], Event] = {}
    for place, by_hand, part, value in sorted(said, key=lambda row: row[:2]):
        (hands if by_hand else score)[part] = value
        base = levels.get(part) or UNITY
        level = min(1000, score.get(part, base) * hands.get(part, base) // base)
        found[place, part] = Controller(at=Tick(place), part=part, name=LEVEL, value=level)
    return list(found.values())
