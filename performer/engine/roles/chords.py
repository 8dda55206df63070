"""Chords: the plan's chords voiced with the least motion, in the section's comping rhythm.

Law of this file: each stroke takes the voicing of the chord that stands there; a chord that is held is struck again where
the harmony changes, so that no voice sounds against the plan; where there is no chord nobody plays.
"""

from performer.engine.comping import strokes
from performer.engine.decide import decide
from performer.engine.view import View, length_of
from performer.engine.voicings import voiced
from performer.events import Event, Note
from performer.music.curve import between
from performer.tempo import Micros


def play(view: View) -> list[Event]:
    """The chord part's notes in this bar."""
    bar, voice, style = view.bar, view.style.voice("chords"), view.style
    voicings = voiced(view)
    touch = style.feel.touch("chords")
    notes: list[Event] = []
    for stroke in strokes(view, _pattern(view)):
        velocity = between(*voice.velocity, bar.loud) + (5 if stroke.accent else -5) + bar.hand.weight_at(touch, stroke.slot)
        late, at = Micros(bar.hand.late_at(touch, stroke.slot)), bar.tick(stroke.slot)
        span = length_of(stroke.slots, stroke.sounding)
        voicing = voicings[stroke.chord]
        for rank, pitch in enumerate(voicing):
            top = 3 if rank == len(voicing) - 1 else 0
            struck = min(127, max(1, velocity + top))
            notes.append(Note(at=at, part=view.part.name, pitch=pitch, length=span, velocity=struck, feel=late))
    return notes


def _pattern(view: View) -> str:
    bar, voice = view.bar, view.style.voice("chords")
    energy = bar.phrase.energy
    fitting = [g.text for g in voice.grids if g.start <= energy < g.until] or ["X" + "-" * 15]
    drawn = fitting[view.chance.below(len(fitting), "comp")]
    written = decide(bar.song, f"{view.idea}/{view.part.name}/comp", lambda: drawn)
    return written if len(written) in (16, 32) and not set(written) - set(".-Xx") else drawn
