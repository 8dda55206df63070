"""The plan's chords under a part's hands: voicings that lead through the whole section, and lie a little otherwise each night.

Law of this file: the first voicing of a phrase is led from the last one of the phrase before it, as far back as the plan's
chain goes, and the first of a section as if the section had gone round, so that a loop is the same each time; tonight moves the
middle of the hand, never a chord; nothing depends on another part.
"""

from functools import lru_cache, partial
from typing import NamedTuple

from performer.engine.planner import Phrase
from performer.engine.view import View
from performer.music.shapes import Notes
from performer.music.tensions import hushed
from performer.music.voicing import lead

RISE = 4
"""Semitones by which the hand lies higher at full drawn energy than at none."""


class Hands(NamedTuple):
    """How a part voices: its lane, kind and number of voices; where it leans tonight; without parallels; without rubs."""

    low: int
    high: int
    kind: str
    voices: int
    lean: int
    strict: bool
    calm: bool


def voiced(view: View, *, calm: bool = False) -> tuple[Notes, ...]:
    """The part's voicing of every chord of the phrase, by index; () for no chord. ``calm``: no tone that rubs in the chord.

    The tension fader takes a voice away below a quarter, and adds one above three quarters.
    """
    voice, bar = view.style.voice(view.part.role), view.bar
    low, high = view.lane
    more = (bar.tension > 750) - (bar.tension < 250)
    voices = max(min(2, voice.voices), voice.voices + more)
    lean = view.night("hands", "song").below(2 * voice.lean + 1) - voice.lean
    return _voiced(bar.phrase, Hands(low, high, voice.kind, voices, lean, voice.strict, calm))


@lru_cache(maxsize=512)
def _voiced(phrase: Phrase, hands: Hands) -> tuple[Notes, ...]:
    chords = tuple(hushed(chord) for chord in phrase.flat) if hands.calm else phrase.flat
    led = partial(
        lead, chords, hands.low, hands.high, hands.kind, hands.voices,
        lean=hands.lean + RISE * (phrase.energy - 500) // 1000, strict=hands.strict,
    )  # fmt: skip
    earlier = _voiced(phrase.before, hands) if phrase.before is not None else led()
    return led(before=next((notes for notes in reversed(earlier) if notes), ()))
