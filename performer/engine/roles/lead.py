"""Lead and counter-line: the plan's statements of the song's motifs, in the part's own register.

Law of this file: a statement keeps the rhythm of its motif; a motif that the show gives is played as it is written, an
invented one moves to a chord tone on the felt pulses; nothing leaves the lane.
"""

from performer.engine.statements import Statement
from performer.engine.view import View
from performer.events import Event, Note
from performer.music.curve import between
from performer.music.motif import Motif, fitted, housed, ornament, pitched
from performer.tempo import Micros
from performer.ticks import SIXTEENTH, Span, Tick


def play(view: View) -> list[Event]:
    """The line's notes in this bar."""
    bar = view.bar
    voice = "counter" if "counter" in view.part.name else "lead"
    notes: list[Event] = []
    if bar.ending:
        return notes
    for statement in bar.phrase.varied if view.varied else bar.phrase.statements:
        if statement.voice == voice and statement.bar <= bar.place < statement.bar + statement.bars:
            notes += _stated(view, statement)
    return notes


def _stated(view: View, statement: Statement) -> list[Event]:
    bar, style, voice = view.bar, view.style, view.style.voice("lead")
    motif = _tonight(view, statement)
    low, high = view.lane
    tonic = _tonic(view, motif, low, high)
    skipped = (bar.place - statement.bar) * bar.state.meter.bar
    limit = bar.state.meter.bar // 2 if bar.thin else bar.state.meter.bar
    touch = style.feel.touch("lead")
    out: list[Event] = []
    for tone in motif.tones:
        at = tone.at - skipped
        if not 0 <= at < limit:
            continue
        slot = at // SIXTEENTH
        on_grid = at % SIXTEENTH == 0
        pitch = pitched(tone, bar.phrase.key, tonic)
        if not statement.given and on_grid and slot in bar.pulses:
            pitch = fitted(pitch, bar.chord_at(slot).chord)
        strong = 6 if slot in bar.pulses else 0
        out.append(Note(
            at=bar.tick(slot, style.swing) if on_grid else Tick(bar.at + at), part=view.part.name,
            pitch=housed(pitch, low, high, bar.chord_at(slot).chord),
            length=Span(max(1, tone.length * voice.length // 1000)),
            velocity=min(127, max(1, between(*voice.velocity, bar.loud) + strong + bar.hand.weight_at(touch, slot))),
            feel=Micros(bar.hand.late_at(touch, slot)),
        ))  # fmt: skip
    return out


def _tonight(view: View, statement: Statement) -> Motif:
    """The first visit states the motif plainly; later ones may ornament the last statement of a phrase."""
    bar = view.bar
    last = statement.bar + statement.bars >= bar.phrase.bars
    if bar.state.visit and last and not statement.given and bar.tonight.hits(600, "ornament", bar.phrase.start, view.part.name):
        return ornament(statement.motif, SIXTEENTH // 2)
    return statement.motif


def _tonic(view: View, motif: Motif, low: int, high: int) -> int:
    """Where the tonic stands, so that the motif fits the lane, as near its middle as octaves allow."""
    key = view.bar.phrase.key
    heights = [pitched(tone, key, 0) for tone in motif.tones] or [0]
    top, bottom = max(heights), min(heights)
    centre = (low + high) // 2

    def cost(tonic: int) -> tuple[int, int, int]:
        outside = max(0, tonic + top - high) + max(0, low - tonic - bottom)
        return outside, abs(2 * tonic + top + bottom - 2 * centre), tonic

    return min(range(key.tonic - 12, 128, 12), key=cost)
