"""Texture: pads that hold the plan's chords with the least motion.

Law of this file: a pad strikes where the harmony changes, and every four bars at the latest.
"""

from performer.engine.view import View
from performer.events import Event, Note
from performer.music.curve import between
from performer.music.voicing import lead
from performer.ticks import SIXTEENTH, Span

AGAIN = 4
"""Bars after which a pad that did not change is struck again."""


def play(view: View) -> list[Event]:
    """The pad's notes in this bar."""
    bar, voice, phrase = view.bar, view.style.voice("texture"), view.bar.phrase
    low, high = view.lane
    voicings = lead(phrase.flat, low, high, voice.kind, voice.voices)
    events: list[Event] = []
    for placed in bar.chords:
        if not _struck(view, placed.index, placed.slot):
            continue
        velocity = min(127, max(1, between(*voice.velocity, bar.loud) + bar.hand.weight_at(view.style.feel.touch("texture"), placed.slot)))
        length = _length(view, placed.index, placed.slot)
        at = bar.tick(placed.slot)
        events += [Note(at=at, part=view.part.name, pitch=pitch, length=length, velocity=velocity) for pitch in voicings[placed.index]]
    return events


def _struck(view: View, index: int, slot: int) -> bool:
    bar = view.bar
    flat = bar.phrase.flat
    fresh = bar.place % AGAIN == 0 and slot == 0
    return fresh or index == 0 or flat[index] != flat[index - 1]


def _length(view: View, index: int, slot: int) -> Span:
    """To the next change, the next fresh strike or the end of the phrase, a breath short."""
    bar, phrase = view.bar, view.bar.phrase
    total = 0
    for place in range(bar.place, phrase.bars):
        if place > bar.place and place % AGAIN == 0:
            break
        change = next((p for p in phrase.chords[place] if p.index > index and phrase.flat[p.index] != phrase.flat[p.index - 1]), None)
        if change is not None:
            total += change.slot
            break
        total += bar.slots
    return Span(max(1, (total - slot) * SIXTEENTH - SIXTEENTH // 4))
