"""The records of one part at one output while they are made.

Law of this file: pure arithmetic on show time; what an output does not carry makes no record. ``due`` is the
place on the grid, and the note's feel, less the cue's lead, less the output's lead where time tags say when
it sounds. No note sounds over the next one of its key, nor over a cut that comes after it.
"""

from collections.abc import Iterable, Mapping
from zlib import crc32

from performer.events import BarMark, ChordMark, Controller, Cue, Cut, Event, Note, SectionMark
from performer.records import Mark, Pair, Replace, Setting, Shot
from performer.show.definition import Output, Part, Song
from performer.tempo import TempoMap
from performer.ticks import QUARTER, Tick
from performer.wire import midi
from performer.wire.mix import LEVEL, own, share
from performer.wire.profiles import Profile, Sound, Voice, profile_of

MOST_LEAD = 150_000
"""Microseconds: no note output is led by more, so that triggers stay quick."""
SHORTEST = 1_000
"""Microseconds that a note sounds at least."""
GAP = 500
"""Microseconds between the off of a note and the next on of its key, where there is room."""
CLOCK = QUARTER // midi.CLOCKS_A_QUARTER

Args = tuple[int | float | str, ...]
Lights = tuple[tuple[str, tuple[str, ...]], ...]
"""Light tags and the cues that a rig has for each."""


def lead_of(output: Output) -> int:
    """Microseconds by which this output's bytes leave early: only where time tags say when they sound."""
    profile = profile_of(output)
    return min(output.lead or profile.lead, MOST_LEAD) if profile.bundles == "timetag" else 0


def note_id(part: str, at: int, pitch: int) -> int:
    """The id of a note: 31 bits of the CRC-32 of its part, tick and pitch."""
    return crc32(f"{part}/{at}/{pitch}".encode()) & 0x7FFFFFFF


def answered(name: str, args: Args, lights: Mapping[str, tuple[str, ...]]) -> list[tuple[str, Args]]:
    """What a cue becomes at a rig: the looks that the rig has for its tags (a look's text is its cue's name), else itself.

    Tags are a ``light`` cue's arguments, or a cue's own name; of a ``light`` cue the tags that the rig does not know remain.
    """
    if name == "light":
        found: list[tuple[str, Args]] = [(look, ()) for tag in args for look in lights.get(str(tag), ())]
        rest = tuple(tag for tag in args if str(tag) not in lights)
        return [*found, (name, rest)] if rest or not found else found
    return [(look, args) for look in lights[name]] if name in lights else [(name, args)]


class Lane:
    """The records of one part at one output while they are made."""

    __slots__ = (
        "_last", "_lights", "_origin", "_song", "_tempo", "_times", "cuts", "lead", "left_out", "marks", "output", "pairs", "part",
        "profile", "settings", "shots", "voice",
    )  # fmt: skip

    def __init__(
        self, output: Output, song: Song, part: Part | None, voice: Voice, tempo: TempoMap, lights: Lights = (), origin: Tick = Tick(0)
    ) -> None:
        self.output, self.part, self.voice = output, part, voice
        self.profile: Profile = profile_of(output)
        self.lead = lead_of(output)
        self.left_out = 0
        self._song, self._tempo, self._origin = song, tempo, origin
        self._lights = dict(lights)
        self._times: dict[int, int] = {}
        self._last: dict[int, int] = {}
        self.pairs: list[Pair] = []
        self.settings: list[Setting] = []
        self.shots: list[Shot] = []
        self.marks: list[Mark] = []
        self.cuts: list[int] = []

    def add(self, events: Iterable[Event]) -> None:
        """Make the records of events in their order."""
        events = tuple(events)
        self.cuts += [self._micros(event.at) for event in events if isinstance(event, Cut)]
        for event in events:
            if isinstance(event, Note):
                self._note(event)
            else:
                self._other(event)

    def _other(self, event: Event) -> None:
        match event:
            case Controller():
                self._controller(event)
            case Cue():
                self._cue(event)
            case BarMark():
                self._bar(event)
            case SectionMark():
                self._shot(event.at, self.profile.section(event.section))
            case ChordMark():
                self._shot(event.at, self.profile.chord(event.now, event.next))
                self._shot(event.at, self.profile.tonality(event.key, event.next_key))

    def open(self, at: Tick) -> None:
        """What the receiver has to know before the part's first note in a song."""
        for name, data in self.profile.opening(self.voice) if self.part else ():
            self._setting(at, data, name)

    def clock(self, t0: Tick, t1: Tick) -> None:
        """MIDI clocks of a range."""
        data = midi.encode(midi.Clock())
        for tick in range(-(-t0 // CLOCK) * CLOCK, t1, CLOCK):
            self._shot(Tick(tick), data)

    def replace(self, gen: int, start: int, end: int) -> Replace:
        """All of it as one message, however large."""
        cut = min(self.cuts, default=-1)
        rows = (tuple(self.pairs), tuple(self.settings), tuple(self.shots), tuple(self.marks))
        return Replace(gen, self.output.name, self.voice.part, start, end, cut, *rows)

    def _micros(self, at: int) -> int:
        known = self._times.get(at)
        if known is None:
            known = self._times[at] = self._tempo.micros_at(Tick(at - self._origin))
        return known

    def _note(self, note: Note) -> None:
        if not 0 <= note.pitch <= 127:
            self.left_out += 1
            return
        grid, shift = self._micros(note.at), note.feel - self.lead
        on, off = grid + shift, self._micros(note.at + note.length) + shift
        for cut in self.cuts:
            if grid < cut:
                off = min(off, cut - self.lead)
        off = max(on + SHORTEST, off)
        ident = note_id(note.part, note.at, note.pitch)
        tempo = self._tempo.per_quarter_at(Tick(note.at - self._origin)) if self.profile.paced else 0
        data = self.profile.note(self.voice, Sound(note.pitch, note.velocity, ident, off - on, note.at, tempo))
        if data[0]:
            key = self.profile.key(self.voice, note.pitch)
            self._end_before(key, on)
            self.pairs.append(Pair(grid, on, off, data[0], data[1], key, ident))

    def _end_before(self, key: int, on: int) -> None:
        """The note before on this key ends before the next one begins."""
        before = self._last.get(key)
        self._last[key] = len(self.pairs)
        if before is not None and self.pairs[before].off_due > on - GAP:
            pair = self.pairs[before]
            self.pairs[before] = pair._replace(off_due=max(pair.on_due + SHORTEST, min(pair.off_due, on - GAP)))

    def _controller(self, event: Controller) -> None:
        if event.name != LEVEL or self.part is None:
            self._setting(event.at, self.profile.control(self.voice, event.name, event.value), event.name)
            return
        whole = self.output.kind == "midi"
        ratio = share(self._song, self.part, event.value) if whole else event.value * 1000 // own(self.part)
        self._setting(event.at, self.profile.mix(self.voice, ratio), "mix")

    def _setting(self, at: int, data: bytes, name: str) -> None:
        if data:
            grid = self._micros(at)
            self.settings.append(Setting(grid, grid - self.lead, data, f"{self.voice.part}/{name}"))

    def _cue(self, cue: Cue) -> None:
        for name, args in answered(cue.name, cue.args, self._lights):
            if self.output.kind == "midi" and name == "program" and len(args) == 1:
                args = (self.voice.channel, *args)
            self._shot(cue.at, self.profile.cue(name, args, cue.fade), cue.lead)

    def _bar(self, mark: BarMark) -> None:
        millibpm = 60_000_000_000 * QUARTER // (mark.per_quarter * mark.meter.pulse)
        if self.profile.clocked and mark.bar == 0:
            self._shot(mark.at, midi.encode(midi.Start()))
        self._shot(mark.at, self.profile.bar(mark.bar, len(mark.meter.groups), millibpm))
        self.marks.append(Mark(self._micros(mark.at), mark.bar))

    def _shot(self, at: int, data: bytes, early: int = 0) -> None:
        if data:
            grid = self._micros(at)
            self.shots.append(Shot(grid, grid - self.lead - early, data))
