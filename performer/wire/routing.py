"""Events to records: what each output is sent, when, in finished bytes.

Law of this file: pure; the same events, song and tempo give the same records, and a note keeps its id
whenever it is routed again. A record stands at its place on the grid (``at``, by which ranges go); bytes
leave at ``due``: feel, a cue's own lead and, for time-tagged outputs, the output's lead are in it, the
output's latency is the player's. Empty bytes are never sent: a note without an off has ``off == b""``.

Every output of a part gets a Replace for the range, also an empty one: it takes back what stood there.
"""

from collections.abc import Iterable, Mapping, Sequence

from performer.controls import FireCue, Level, MixAct, Mute, Panic
from performer.events import Cut, Event
from performer.records import CONDUCTOR, MAX_MESSAGE, Alarm, Replace, Safe, Send, Silence, pack
from performer.show.definition import Output, Rig, Song
from performer.tempo import TempoMap, steady
from performer.ticks import Tick
from performer.wire.lane import Lane, answered
from performer.wire.mix import LEVEL, Mix, fader
from performer.wire.profiles import Voice, profile_of
from performer.wire.voices import NOBODY, voices_of


class Router:
    """Routes for one rig. It remembers the voices of the songs it has met; ``left_out`` counts what could not be sent."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.left_out = 0
        self._voices: dict[int, tuple[Song, dict[str, Voice]]] = {}

    def voices(self, song: Song) -> dict[str, Voice]:
        """The voices of a song by part."""
        known = self._voices.get(id(song))
        if known is None or known[0] is not song:
            if len(self._voices) > 64:
                self._voices.clear()
            known = self._voices[id(song)] = (song, voices_of(song))
        return known[1]

    def outputs_of(self, song: Song, part: str) -> tuple[Output, ...]:
        """Where a part's records go: the conductor's to every output, another's to those of its logical output."""
        if part == CONDUCTOR:
            return self.rig.outputs
        return next((self.rig.outputs_of(p.output) for p in song.parts if p.name == part), ())

    # --- music

    def route(
        self, events: Iterable[Event], song: Song, part: str, tempo: TempoMap, gen: int, t0: Tick, t1: Tick, *, opening: bool = False
    ) -> list[Replace]:
        """The records of one part (or the conductor's) in [t0, t1), for each of its outputs; a large one in several ranges.

        ``opening``: the song begins here, so the receivers are told the part's program and the like first.
        """
        events = tuple(events)
        start, end = tempo.micros_at(t0), tempo.micros_at(t1)
        found: list[Replace] = []
        for output in self.outputs_of(song, part):
            lane = self._lane(output, song, part, tempo)
            if opening:
                lane.open(t0)
            lane.add(events)
            if part == CONDUCTOR and lane.profile.clocked:
                lane.clock(t0, t1)
            whole = lane.replace(gen, start, end)
            ranges = split(whole)
            self.left_out += lane.left_out + size(whole) - sum(map(size, ranges))
            found += ranges
        return found

    def _lane(self, output: Output, song: Song, part: str, tempo: TempoMap, origin: Tick = Tick(0)) -> Lane:
        definition = next((p for p in song.parts if p.name == part), None)
        lights = self.rig.lights if definition is None or definition.role == "light" else ()
        return Lane(output, song, definition, self.voices(song).get(part, NOBODY), tempo, lights, origin)

    def clear(self, part: str, gen: int, start: int, end: int) -> list[Replace]:
        """Nothing for a part in [start, end) show microseconds, at every output."""
        return [Replace(gen, output.name, part, start, end, -1, (), (), (), ()) for output in self.rig.outputs]

    def safe(self, events: Mapping[str, Sequence[Event]], song: Song, at: Tick, end: Tick, per_quarter: int, gen: int) -> list[Safe]:
        """The bar [at, end) as the bar to repeat: one Safe a part and output, from the bar's start on."""
        shift, found = Tick(end - at), []
        tempo = steady(per_quarter)
        for part, bar in events.items():
            for output in self.outputs_of(song, part):
                lane = self._lane(output, song, part, tempo, at)
                lane.add(event for event in bar if not isinstance(event, Cut))
                span = tempo.micros_at(shift)
                safe = Safe(gen, output.name, span, tuple(lane.pairs), tuple(lane.shots), part)
                if len(pack(safe)) <= MAX_MESSAGE:
                    found.append(safe)
                else:
                    self.left_out += len(safe.pairs) + len(safe.shots)
        return found

    # --- the mix

    def send(self, act: MixAct, seq: int, song: Song) -> list[Silence | Send | Alarm]:
        """What the players are told at once for a mix act; a fade is told as the levels it goes through."""
        match act:
            case Mute(part=part, on=on):
                return [Silence(seq, part, on)]
            case Level(part=name, value=value):
                return list(self._fader(name, value, seq, song))
            case FireCue(name=name, args=args):
                cues = answered(name, args, dict(self.rig.lights))
                said = ((output, tuple(filter(None, (profile_of(output).cue(*cue, 0) for cue in cues)))) for output in self.rig.outputs)
                return [Send(seq, f"cue/{name}", output.name, data, False) for output, data in said if data]
            case Panic():
                return [Alarm(seq, False)]
        return []

    def opening(self, song: Song, mix: Mix, seq: int) -> list[Silence | Send]:
        """What receivers and players have to know before a song: programs, faders, mutes. Lasting: said again when one returns."""
        found: list[Silence | Send] = []
        for part in song.parts:
            voice = self.voices(song)[part.name]
            for output in self.outputs_of(song, part.name):
                data = tuple(message for _, message in profile_of(output).opening(voice))
                found += [Send(seq, f"{part.name}/opening", output.name, data, True)] if data else []
            found += self._fader(part.name, mix.level(part), seq, song)
            found += [Silence(seq, part.name, True)] if mix.mutes(part.name) else []
        return found

    def _fader(self, name: str, value: int, seq: int, song: Song) -> Iterable[Send]:
        part = next((p for p in song.parts if p.name == name), None)
        if part is None:
            return
        for output in self.outputs_of(song, name):
            level = fader(song, part, value) if output.kind == "midi" else value
            data = profile_of(output).level(self.voices(song)[name], level)
            if data:
                yield Send(seq, f"{name}/{LEVEL}", output.name, (data,), True)

    def panic(self, output: Output, songs: Iterable[Song]) -> tuple[bytes, ...]:
        """What follows the offs of known notes when this output must be silent."""
        used: dict[int, Voice] = {}
        for song in songs:
            for part in song.parts:
                if output in self.outputs_of(song, part.name):
                    voice = self.voices(song)[part.name]
                    used.setdefault(voice.channel, voice)
        return profile_of(output).panic(tuple(used.values()))


def size(replace: Replace) -> int:
    """How many records a message holds."""
    return len(replace.pairs) + len(replace.settings) + len(replace.shots) + len(replace.marks)


def split(whole: Replace) -> list[Replace]:
    """The same as ranges that each fit into one message. Records at one place stay together; if they alone are too many
    (no part has so many), the last of them are left out."""
    if len(pack(whole)) <= MAX_MESSAGE:
        return [whole]
    places = sorted({row.at for rows in (whole.pairs, whole.settings, whole.shots) for row in rows} | {mark.due for mark in whole.marks})
    middle = places[len(places) // 2]
    if not whole.t0 < middle < whole.t1:
        return split(_halved(whole))
    return [*split(_within(whole, whole.t0, middle)), *split(_within(whole, middle, whole.t1))]


def _halved(whole: Replace) -> Replace:
    return whole._replace(
        pairs=whole.pairs[: len(whole.pairs) // 2],
        settings=whole.settings[: len(whole.settings) // 2],
        shots=whole.shots[: len(whole.shots) // 2],
        marks=whole.marks[: len(whole.marks) // 2],
    )


def _within(whole: Replace, start: int, end: int) -> Replace:
    return whole._replace(
        t0=start,
        t1=end,
        pairs=tuple(row for row in whole.pairs if start <= row.at < end),
        settings=tuple(row for row in whole.settings if start <= row.at < end),
        shots=tuple(row for row in whole.shots if start <= row.at < end),
        marks=tuple(mark for mark in whole.marks if start <= mark.due < end),
    )
