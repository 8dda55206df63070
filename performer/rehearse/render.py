"""A whole performance without waiting: bar after bar to its end, with what would be pressed pressed in its place.

Law of this file: the events are those of the same show, seed and entries on stage; a bound only ends
them earlier. Where the show would wait for somebody for ever, rehearsal presses GO (and lets a held
section go) once no entry is left that could; where the form goes round for ever, it is played once.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from performer.controls import Control, Entry, Go, Hold
from performer.engine.bars import Bar, places
from performer.engine.conductor import section_of
from performer.engine.course import along
from performer.engine.performance import Performance, Score
from performer.engine.state import Phase
from performer.events import Digest, Event, TempoMark
from performer.music.curve import bend, value_at
from performer.show.definition import Show
from performer.tempo import Micros, Segment, TempoMap
from performer.ticks import COMMON_TIME, Meter, Span, Tick

WANDERING = 2
"""A show that follows rules instead of a form, and could do so for ever, is left after this many times its written bars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A control at a place that is only known while playing: a bar and a felt pulse in it, or a show time.

    ``bar`` and ``beat`` count from 1; ``over``/``under`` is the fraction of the beat that is added. ``micros`` is not None
    for a show time. ``line`` is the line of the file that asked for it.
    """

    control: Control
    line: int = 0
    bar: int = 1
    beat: int = 1
    over: int = 0
    under: int = 1
    micros: Micros | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedBar:
    """One bar as it was played. ``energy`` is what the show drew for it, per mille; ``starts`` marks a section's first bar.

    ``index``: its place in the section's visit; ``stay``: bars spent there in earlier visits without a break; ``step``: in the form.
    """

    at: Tick
    end: Tick
    bar: int
    song: int
    section: str
    visit: int
    starts: bool
    energy: int
    index: int = 0
    stay: int = 0
    step: int = 0
    meter: Meter = COMMON_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A rehearsed performance. ``end`` is one of "end", "form once", "limit"; ``pressed`` holds every entry, the added ones too."""

    show: Show
    seed: int
    events: tuple[Event, ...] = field(repr=False)
    tempo: TempoMap = field(repr=False)
    bars: tuple[PlayedBar, ...] = field(repr=False)
    pressed: tuple[Entry, ...]
    unreached: tuple[Press, ...]
    digest: str
    end: str
    until: Tick
    music_micros: Micros


def render(
    show: Show,
    seed: int,
    *,
    score: Score | None,
    entries: Sequence[Entry] = (),
    presses: Sequence[Press] = (),
    start: str | None = None,
    armed: bool = False,
    until: Tick | None = None,
    limit: Micros | None = None,
    progress: Callable[[Micros], object] = lambda _: None,
) -> Rendering:
    """Play ``show`` with tonight's ``seed`` to its end, to tick ``until`` or to show time ``limit``, whichever comes first.

    ``entries`` are stamped already (a journal's); ``presses`` are stamped here, each at its place or, where a jump cut its
    bar shorter, at the next bar line. Give one of the two. With ``until`` (how far a journal goes) nothing is pressed here
    and nothing else ends the render. ``progress`` is told the show time reached after every bar.
    Raises KeyError for a ``start`` that is no section, LateEntryError for entries out of order.
    """
    return _Rehearsal(show, seed, score, entries, presses, start, armed).run(until, limit, progress)


class _Rehearsal:
    """The state of one render."""

    def __init__(
        self,
        show: Show,
        seed: int,
        score: Score | None,
        entries: Sequence[Entry],
        presses: Sequence[Press],
        start: str | None,
        armed: bool,
    ) -> None:
        self.show, self.seed = show, seed
        self.performance = Performance(show, seed, score=score, armed=armed, start=start)
        self.stamped = list(entries)
        self.waiting = list(presses)
        self.attended = False
        self.events: list[Event] = []
        self.digest = Digest()
        self.bars: list[PlayedBar] = []
        self.pressed: list[Entry] = []

    def run(self, until: Tick | None, limit: Micros | None, progress: Callable[[Micros], object]) -> Rendering:
        self.attended = until is not None
        end = ""
        while not end:
            bar = self.performance.bar_at(self.performance.committed)
            if bar.state.phase is Phase.ENDED and not self.stamped and not self.attended:
                end = "end"
                self._commit(Tick(bar.at + 1))
                break
            if limit is not None and bar.tempo.micros_at(bar.end) > limit:
                reached = bar.tempo.tick_at(limit)
                until = reached if until is None else min(until, reached)
            bar = self._attend(bar, until)
            if bar.state.phase is Phase.ENDED and not self.stamped and not self.attended:
                continue
            if until is not None and until <= bar.end:
                end = "limit"
                self._commit(until)
            elif self._comes_round(bar):
                end = "form once"
                self._commit(bar.end)
            else:
                self._commit(bar.end)
            self._note_down(bar, min(bar.end, self.performance.committed))
            progress(bar.tempo.micros_at(self.performance.committed))
        return self._result(end, progress)

    def _commit(self, to: Tick) -> None:
        events = self.performance.commit(to)
        self.digest.add(events)
        self.events += events

    def _later(self) -> bool:
        """Whether an entry is still to come."""
        return bool(self.stamped or self.waiting)

    def _attend(self, bar: Bar, until: Tick | None) -> Bar:
        """Accept what is asked inside ``bar``, in order; the bar as it is after that."""
        while True:
            found = self._first_in(bar)
            if found is None or (until is not None and found.tick >= until):
                break
            self._commit(found.tick)
            self.performance.accept(found)
            self.pressed.append(found)
            now = self.performance.bar_at(found.tick)
            if now.at > bar.at:
                self._note_down(bar, now.at)
            bar = now
        if not self._later() and not self.attended and (control := self._needed(bar)) is not None:
            entry = self._stamp(control, self.performance.committed)
            self.performance.accept(entry)
            self.pressed.append(entry)
            bar = self.performance.bar_at(entry.tick)
        return bar

    def _first_in(self, bar: Bar) -> Entry | None:
        if self.stamped:
            return self.stamped.pop(0) if self.stamped[0].tick < bar.end else None
        due = [(max(_tick_of(press, bar), self.performance.committed), n) for n, press in enumerate(self.waiting) if _is_in(press, bar)]
        if not due or min(due)[0] >= bar.end:
            return None
        tick, index = min(due)
        return self._stamp(self.waiting.pop(index).control, tick)

    def _stamp(self, control: Control, tick: Tick) -> Entry:
        return Entry(seq=self.performance.seq + 1, tick=tick, reach=tick, control=control)

    def _needed(self, bar: Bar) -> Control | None:
        """What somebody would have to press in this bar, the last one before the show would wait for ever."""
        state = bar.last
        if state.phase is Phase.ARMED:
            return Go()
        after = self.performance.bar_at(bar.end).state
        if state.phase is not Phase.PLAYING or after.section != state.section or after.stay <= state.stay or after.jumped:
            return None
        visits = [visit for name, visit, _ in places(bar.show.songs[state.song]) if name == state.section]
        if any(visit >= after.visit for visit in visits):
            return None  # the show itself presses something here, later in this stay
        if state.hold:
            return Hold(on=False)
        section = section_of(bar.show, state)
        patient = (section.until_next or section.ring) and section.give_up is not None and after.stay < section.give_up
        return None if patient else Go()

    def _comes_round(self, bar: Bar) -> bool:
        """Whether the form begins again after ``bar`` by itself, with nobody left to lead it elsewhere."""
        state, after = bar.last, self.performance.bar_at(bar.end).state
        if self._later() or self.attended or after.phase is not Phase.PLAYING or after.bar_in_section > 0:
            return False
        song = bar.show.songs[state.song]
        if after.jumped or after.song != state.song or after.stay:
            return False
        if section_of(bar.show, state).then:
            written = sum(song.section(name).bars for song in self.show.songs for name in song.form)
            since = self.performance.bar_at(self.pressed[-1].tick).state.bar if self.pressed else 0
            return after.bar - since >= WANDERING * written
        return state.step + 1 >= len(song.form)

    def _note_down(self, bar: Bar, end: Tick) -> None:
        state = bar.state
        if state.phase is not Phase.PLAYING:
            return
        section = section_of(bar.show, state)
        last = self.bars[-1] if self.bars else None
        starts = last is None or state.bar_in_section == 0 or (last.section, last.visit) != (state.section, state.visit)
        energy = bend(value_at(section.energy, along(section, state, 2 * state.bar_in_section + 1)), state.energy)
        self.bars.append(
            PlayedBar(
                at=bar.at,
                end=end,
                bar=state.bar,
                song=state.song,
                section=state.section,
                visit=state.visit,
                starts=starts,
                energy=energy,
                index=state.bar_in_section,
                stay=state.stay,
                step=state.step,
                meter=state.meter,
            )
        )

    def _result(self, end: str, progress: Callable[[Micros], object]) -> Rendering:
        tempo = tempo_of(self.events, self.performance.tempo)
        until = Tick(self.performance.committed - (end == "end"))
        micros = tempo.micros_at(until)
        progress(micros)
        return Rendering(
            show=self.show, seed=self.seed, events=tuple(self.events), tempo=tempo, bars=tuple(self.bars), pressed=tuple(self.pressed),
            unreached=tuple(self.waiting), digest=self.digest.hex(), end=end, until=until, music_micros=micros,
        )  # fmt: skip


def _is_in(press: Press, bar: Bar) -> bool:
    """Whether a press belongs to this bar (or to one before it, which ended too early)."""
    if press.micros is not None:
        return press.micros < bar.tempo.micros_at(bar.end)
    return press.bar <= bar.state.bar + 1


def _tick_of(press: Press, bar: Bar) -> Tick:
    if press.micros is not None:
        return bar.tempo.tick_at(press.micros)
    if press.bar <= bar.state.bar:
        return bar.at
    pulses = (*bar.state.meter.pulses, bar.state.meter.bar)
    if press.beat >= len(pulses):
        return bar.end
    low, high = pulses[press.beat - 1 : press.beat + 1]
    return Tick(bar.at + low + (high - low) * press.over // press.under)


def tempo_of(events: Iterable[Event], else_: TempoMap) -> TempoMap:
    """The tempo map that the ``TempoMark`` events write, the first at show time 0; ``else_`` when there are none."""
    segments: list[Segment] = []
    for mark in events:
        if isinstance(mark, TempoMark):
            while segments and segments[-1].at >= mark.at:
                segments.pop()
            micros = segments[-1].micros_at(mark.at) if segments else Micros(0)
            end = mark.end if mark.span else mark.start
            segments.append(Segment(at=mark.at, micros=micros, start=mark.start, end=end, span=Span(mark.span)))
    return TempoMap(segments=tuple(segments)) if segments else else_
