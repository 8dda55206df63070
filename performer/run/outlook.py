"""The outlook: where the music is, what comes next, what waits, and what a control will do; read at any moment.

Law of this file: it only reads; positions are those of a given tick, wishes (macros, hold) those of the commit edge, so
that a surface sees at once what was asked.
"""

from performer.controls import Back, Control, GoTo, Hold, Macro, Next, Remark, SetTempo
from performer.engine.bars import Bar
from performer.engine.performance import Performance
from performer.engine.state import Phase
from performer.run.desk import Desk
from performer.show.definition import Song
from performer.ticks import QUARTER, Tick
from performer.wire import feedback

Chord = tuple[int, str, str, str]
"""Tick, chord now, chord next, key."""
KEPT = 64


class Outlook:
    """What can be said of a performance now. The composer's chords are told to it."""

    def __init__(self, performance: Performance, desk: Desk) -> None:
        self._performance, self._desk = performance, desk
        self._chords: tuple[Chord, ...] = ()

    def learn(self, chords: tuple[Chord, ...]) -> None:
        """What the composer published, from now to the fill edge."""
        self._chords = tuple(sorted({row[0]: row for row in (*self._chords[-KEPT:], *chords)}.values()))

    def bar(self, tick: Tick) -> Bar:
        """The bar at ``tick``; before the first downbeat, the first bar."""
        return self._performance.bar_at(max(tick, Tick(0)))

    def song(self, tick: Tick) -> Song:
        """The song at ``tick``."""
        bar = self.bar(tick)
        return bar.show.songs[bar.state.song]

    def promise(self, control: Control, reach: Tick) -> tuple[str, Tick]:
        """What will happen and at which tick."""
        match control:
            case GoTo() | Next() | Back():
                bar = self._landing(reach)
                return (f"to {bar.state.section}", bar.at) if bar else ("no change", reach)
            case Macro(name=name, value=value):
                return (f"{name} {value / 10:g} %", reach)
            case SetTempo(per_quarter=per_quarter):
                return (f"tempo {60_000_000 / per_quarter:.4g}", reach)
            case Hold(on=on):
                return ("holding" if on else "going on", reach)
            case Remark(text=text):
                return (f"marked {text}", reach)
            case _:
                return (type(control).__name__.lower(), reach)

    def _landing(self, reach: Tick) -> Bar | None:
        """The bar in which the pending jump lands."""
        performance = self._performance
        bar = performance.bar_at(reach)
        for _ in range(256):
            bar = performance.bar_at(bar.end)
            if bar.state.jumped or (bar.state.bar_in_section == 0 and bar.state.pending is None):
                return bar
        return None

    def at(self, tick: Tick) -> feedback.Snapshot:
        """What holds at ``tick``: position from the bars, wishes (pending, hold, macros) as newly as they were asked."""
        performance = self._performance
        bar = self.bar(tick)
        wishes = performance.bar_at(performance.committed).last
        state, song = bar.state, bar.show.songs[bar.state.song]
        inside = max(0, tick - bar.at)
        beat = sum(1 for pulse in state.meter.pulses if pulse <= inside)
        chord = self._chord_at(tick)
        return feedback.Snapshot(
            phase=state.phase.value,
            song=song.title or song.name,
            section=state.section,
            next=self._comes_next(bar),
            bar=state.bar,
            bar_in_section=state.bar_in_section + 1,
            bars=state.bars,
            beat=max(1, beat),
            beats=len(state.meter.pulses),
            pending=self._pending(tick),
            hold=wishes.hold,
            energy=wishes.energy,
            density=wishes.density,
            brightness=wishes.brightness,
            per_quarter=performance.tempo.per_quarter_at(tick),
            pulse=state.meter.pulse,
            chord=(chord[1], chord[2]),
            key=(chord[3], chord[3]),
            sections=tuple(s.name for s in song.sections),
            parts=tuple((p.name, *self._desk.of(p)) for p in song.parts),
        )

    def _chord_at(self, tick: Tick) -> tuple[int, str, str, str]:
        found = (0, "", "", "")
        for row in self._chords:
            if row[0] > tick:
                break
            found = row
        return found

    def _comes_next(self, bar: Bar) -> str:
        """The next section that is not this one, as far as can be known now."""
        performance = self._performance
        for _ in range(max(1, bar.state.bars - bar.state.bar_in_section) + 1):
            following = performance.bar_at(bar.end)
            if following.state.section != bar.state.section or following.state.phase is not bar.state.phase:
                return "" if following.state.phase is Phase.ENDED else following.state.section
            bar = following
        return bar.state.section

    def _pending(self, tick: Tick) -> tuple[str, str, int] | None:
        performance = self._performance
        last = performance.bars(tick, Tick(performance.committed + QUARTER * 8))
        waiting = next((bar for bar in last if bar.last.pending is not None), None)
        if waiting is None or waiting.last.pending is None:
            return None
        landing = self._landing(waiting.at)
        if landing is None:
            return None
        bars = 0 if landing.at <= tick else -(-(landing.at - tick) // landing.state.meter.bar)
        return (landing.state.section, waiting.last.pending.when.value, bars)
