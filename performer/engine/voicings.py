"""The plan's chords under a part's hands: voicings that lead through the whole section, and lie a little otherwise each night.

Law of this file: the first voicing of a phrase is led from the last one of the phrase before it, as far back as the plan's
chain goes, and the first of a section as if the section had gone round, so that a loop is the same each time; tonight moves the
middle of the hand, never a chord; nothing depends on another part.
"""

from functools import lru_cache, partial
from typing import NamedTuple

from performer.engine.planner import Phrase
from performer.engine.view import CLIMBING, View, climbed
from performer.music.shapes import Notes
from performer.music.tensions import hushed
from performer.music.voicing import lead


class Hands(NamedTuple):
    """How a part voices: its range, kind and number of voices; where it leans tonight; without parallels; without rubs; whether
    the register of a phrase narrows its range."""

    low: int
    high: int
    kind: str
    voices: int
    lean: int
    strict: bool
    calm: bool
    climbs: bool


def voiced(view: View, *, calm: bool = False) -> tuple[Notes, ...]:
    """The part's voicing of every chord of the phrase, by index; () for no chord. ``calm``: no tone that rubs in the chord.

    The tension fader takes a voice away below a quarter, and adds one above three quarters.
    """
    voice, bar = view.style.voice(view.part.role), view.bar
    low, high = view.range
    more = (bar.tension > 750) - (bar.tension < 250)
    voices = max(min(2, voice.voices), voice.voices + more)
    lean = view.night("hands", "song").below(2 * voice.lean + 1) - voice.lean
    return _voiced(bar.phrase, Hands(low, high, voice.kind, voices, lean, voice.strict, calm, view.part.role in CLIMBING))


@lru_cache(maxsize=512)
def _voiced(phrase: Phrase, hands: Hands) -> tuple[Notes, ...]:
    chords = tuple(hushed(chord) for chord in phrase.flat) if hands.calm else phrase.flat
    low, high = climbed(hands.low, hands.high, phrase.register) if hands.climbs else (hands.low, hands.high)
    led = partial(lead, chords, low, high, hands.kind, hands.voices, lean=hands.lean, strict=hands.strict)
    earlier = _voiced(phrase.before, hands) if phrase.before is not None else led()
    return led(before=next((notes for notes in reversed(earlier) if notes), ()))
