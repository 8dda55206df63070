"""Chords: the plan's chords voiced with the least motion, in the section's comping rhythm.

Law of this file: each stroke takes the voicing of the chord that stands there; a chord that is held is struck again where
the harmony changes, so that no voice sounds against the plan; where there is no chord nobody plays.
"""

from performer.engine.anew import pattern
from performer.engine.comping import strokes
from performer.engine.decide import decide
from performer.engine.pen import Pen
from performer.engine.view import View, length_of
from performer.engine.voicings import voiced
from performer.events import Event
from performer.music.curve import between
from performer.music.shapes import Notes
from performer.music.voicing import overlapping
from performer.show.decisions import COMP_SIGNS
from performer.styles.signs import SHORT
from performer.ticks import SIXTEENTH


def play(view: View) -> list[Event]:
    """The chord part's notes in this bar."""
    bar, voice = view.bar, view.style.voice("chords")
    voicings = voiced(view)
    pen, notes = Pen(view), list[Event]()
    for stroke in strokes(view, _pattern(view)):
        velocity = between(*voice.velocity, bar.live.loud) + (5 if stroke.accent else -5)
        offset = stroke.slot * SIXTEENTH
        span = length_of(stroke.slots, stroke.sounding)
        voicing = voicings[stroke.chord]
        if stroke.slid:
            voicing = beside(voicing, voicings[stroke.chord - 1] if stroke.chord and voice.kind != "planing" else (), *view.lane)
        for rank, pitch in enumerate(voicing):
            top = 3 if rank == len(voicing) - 1 else 0
            notes.append(pen.note("chords", offset, pitch, span, velocity + top))
    return notes


def beside(voicing: Notes, before: Notes, low: int, high: int) -> Notes:
    """The same grip a semitone lower, or higher where that has no room in the lane or would pass the grip ``before``; else as it is."""
    ways = (tuple(pitch + step for pitch in voicing) for step in (-1, 1))
    return next((w for w in ways if voicing and low <= w[0] and w[-1] <= high and not overlapping(before, w)), voicing)


def _pattern(view: View) -> str:
    bar, voice = view.bar, view.style.voice("chords")
    drawn = pattern(view, voice.grids, "comp") or "X" + "-" * 15
    written = decide(bar.song, f"{view.idea}/{view.part.name}/comp", lambda: drawn)
    return written if len(written) in SHORT and not set(written) - COMP_SIGNS else drawn
