"""The outlook: where the music is, what comes next, what waits, and what a control will do; read at any moment.

Law of this file: it only reads; positions are those of a given tick, wishes (macros, hold, what waits) those of the last
control, so that a surface sees at once what was asked.
"""

from performer.controls import (
    MACROS,
    Back,
    Cancel,
    Control,
    Fade,
    FireCue,
    Go,
    GoTo,
    Hand,
    Heard,
    Hold,
    Keep,
    Level,
    Lock,
    Macro,
    Mute,
    Next,
    Remark,
    SetTempo,
    Shape,
    When,
)
from performer.engine.bars import Bar
from performer.engine.conductor import onward
from performer.engine.performance import Performance
from performer.engine.state import Phase, State
from performer.run.engine import channels
from performer.run.engine.channels import channel_of
from performer.run.engine.desk import Desk
from performer.show.definition import Song
from performer.ticks import QUARTER, Meter, Tick
from performer.wire import feedback
from performer.wire.vocabulary import bpm

Chord = tuple[int, str, str, str, str]
"""Tick, chord now and next, key now and next."""
KEPT = 64
FAR = 600
"""Bars ahead that are looked at for a landing: longer than any section."""
NO_CHORD: Chord = (0, "", "", "", "")


class Outlook:
    """What can be said of a performance now. Chords, the reach of the last control (``asked``) and ``falls`` are told to it."""

    def __init__(self, performance: Performance, desk: Desk, asked: Tick) -> None:
        self._performance, self._desk = performance, desk
        self._chords: tuple[Chord, ...] = ()
        self.asked = asked
        self.stored = ("", "")
        self.falls: tuple[int, str] = (0, "")

    def learn(self, chords: tuple[Chord, ...]) -> None:
        """What the composer published, from about now to the fill edge: later ones that were known before are no more."""
        if chords:
            known = tuple(row for row in self._chords if row[0] < chords[0][0])
            self._chords = (*known[-KEPT:], *chords)

    def bar(self, tick: Tick) -> Bar:
        """The bar at ``tick``; before the first downbeat, the first bar."""
        return self._performance.bar_at(max(tick, Tick(0)))

    def song(self, tick: Tick) -> Song:
        """The song at ``tick``."""
        bar = self.bar(tick)
        return bar.show.songs[bar.state.song]

    def promise(self, control: Control, reach: Tick) -> tuple[str, Tick]:
        """What a control that was just accepted will do, and at which tick."""
        match control:
            case GoTo() | Next() | Back() | Go():
                return self._way(control, reach)
            case Shape() | Lock() | Hand() | Keep():
                return channels.promise(self._performance, control, reach)
            case SetTempo(per_quarter=per_quarter):
                return (f"tempo {bpm(per_quarter, _meter(self.bar(reach)).pulse):.4g}", reach)
            case _:
                return (_words(control), reach)

    def _way(self, control: GoTo | Next | Back | Go, reach: Tick) -> tuple[str, Tick]:
        """Where a control leads."""
        here = self._performance.bar_at(reach)
        if isinstance(control, GoTo) and control.when is When.QUEUE:
            return (f"{control.section} queued" if control.section in here.last.queue else "no change", reach)
        if _waits(here.last):
            landing = self._landing(here)
        else:  # its boundary was the bar line at ``reach``, or it asked for nothing
            landing = here if here.at == reach and _begun(here, control) else None
        if landing is None:
            return ("it waits" if _waits(here.last) else "no change", reach)
        return ("to the end" if landing.state.phase is Phase.ENDED else f"to {landing.state.section}", landing.at)

    def _landing(self, bar: Bar) -> Bar | None:
        """The bar with which what waits in ``bar`` comes true; None when it waits for something else."""
        for _ in range(FAR):
            bar = self._performance.bar_at(bar.end)
            if not _waits(bar.state):
                return bar
        return None

    def at(self, tick: Tick) -> feedback.Snapshot:
        """What holds at ``tick``: position from the bars, wishes (pending, hold, macros) as newly as they were asked."""
        performance = self._performance
        bar = self.bar(tick)
        wishes = performance.bar_at(max(tick, performance.committed, self.asked)).last
        state, song = bar.state, bar.show.songs[bar.state.song]
        inside = max(0, tick - bar.at)
        beat = sum(1 for pulse in state.meter.pulses if pulse <= inside)
        chord = self._chord_at(tick) if state.phase is Phase.PLAYING else NO_CHORD
        return feedback.Snapshot(
            phase=state.phase.value,
            song=song.title or song.name,
            section=state.section,
            next=self._comes_next(bar),
            onward=onward(bar.show, state) if state.phase is Phase.PLAYING else "",
            bar=state.bar,
            bar_in_section=state.bar_in_section + 1,
            bars=state.bars,
            beat=max(1, beat),
            beats=len(state.meter.pulses),
            pending=self._pending(tick),
            hold=wishes.hold,
            macros=tuple(getattr(wishes, name) for name in MACROS),
            per_quarter=performance.tempo.per_quarter_at(tick),
            pulse=state.meter.pulse,
            kept=self._kept(wishes),
            chord=(chord[1], chord[2]),
            falls=self.falls,
            key=(chord[3], chord[4]),
            sections=tuple(s.name for s in song.sections),
            parts=tuple(channel_of(state, wishes, song.section(state.section), p.name, self._desk.of(p)) for p in song.parts),
        )

    def _kept(self, wishes: State) -> tuple[str, str]:
        """What was kept last, and the file that holds it as soon as one does."""
        name = wishes.kept[-1].name if wishes.kept else ""
        return (name, self.stored[1] if self.stored[0] == name else "")

    def _chord_at(self, tick: Tick) -> Chord:
        """The chord at ``tick``."""
        return next((row for row in reversed(self._chords) if row[0] <= tick), NO_CHORD)

    def _comes_next(self, bar: Bar) -> str:
        """The section after this one as far as can be known now; this one when it comes again; empty: the end."""
        performance = self._performance
        if bar.state.phase is Phase.ENDED:
            return ""
        for _ in range(max(1, bar.state.bars - bar.state.bar_in_section) + 1):
            following = performance.bar_at(bar.end)
            if following.state.section != bar.state.section or following.state.phase is not bar.state.phase:
                return "" if following.state.phase is Phase.ENDED else following.state.section
            bar = following
        return bar.state.section

    def _pending(self, tick: Tick) -> tuple[str, str, int] | None:
        performance = self._performance
        known = performance.bars(tick, Tick(max(tick, performance.committed, self.asked) + QUARTER))
        waiting = next((bar for bar in known if _waits(bar.last)), None)
        landing = self._landing(waiting) if waiting is not None else None
        if waiting is None or landing is None:
            return None
        pending = waiting.last.pending
        bars = 0 if landing.at <= tick else -(-(landing.at - tick) // landing.state.meter.bar)
        name = "" if landing.state.phase is Phase.ENDED else landing.state.section
        return (name or "end", pending.when.value if pending else When.END.value, bars)


def _waits(state: State) -> bool:
    """Whether a jump, or a GO, has yet to come true."""
    return state.phase is not Phase.ENDED and (state.pending is not None or state.go)


def _begun(bar: Bar, control: Control) -> bool:
    """Whether a control made this very bar line."""
    if isinstance(control, Go):
        return bar.state.phase is not Phase.ARMED and bar.state.visits == ((bar.state.section, 1),) and bar.state.bar_in_section <= 0
    return bar.state.jumped or bar.state.phase is Phase.ARMED


def _meter(bar: Bar) -> Meter:
    return bar.state.meter


def _words(control: Control) -> str:
    match control:
        case Macro(name=name, value=value):
            return f"{name} {value / 10:g} %"
        case Heard(part=part):
            return f"{part} is heard"
        case Hold(on=on):
            return "holding" if on else "going on"
        case Remark(text=text):
            return f"marked {text}"
        case Mute(part=part, on=on):
            return f"{part} {'muted' if on else 'plays'}"
        case Level(part=part, value=value):
            return f"{part} at {value / 10:g} %"
        case FireCue(name=name):
            return f"cue {name}"
        case Fade(micros=micros):
            return f"fading out in {micros / 1e6:g} s"
        case Cancel():
            return "taken back"
        case _:
            return type(control).__name__.lower()
