"""The plan's chords under a part's hands: voicings that lead through the whole section, and lie a little otherwise each night.

Law of this file: the first voicing of a phrase is led from the last one of the phrase before it, as far back as the plan's
chain goes, and the first of a section as if the section had gone round, so that a loop is the same each time; tonight moves the
middle of the hand, never a chord; nothing depends on another part. Where the plan states a tune, hands leave out the tones that
lie a semitone from one of its notes on a strong beat, whether or not anybody plays it.
"""

from dataclasses import replace
from functools import lru_cache, partial
from typing import NamedTuple

from performer.engine import anew
from performer.engine.planner import Phrase
from performer.engine.same import Same
from performer.engine.view import CLIMBING, View, climbed
from performer.music.chords import Chord
from performer.music.colour import coloured, step_of
from performer.music.shapes import Notes
from performer.music.tensions import hushed
from performer.music.voicing import periodic
from performer.ticks import SIXTEENTH


class Hands(NamedTuple):
    """How a part voices: its range, kind and number of voices; where it leans tonight; without parallels; ``calm`` without tones
    that rub in the chord, ``bar`` (ticks) and ``middle`` (tick of its second strong beat) without those that rub with the tune
    (0: with them); whether the register of a phrase narrows its range; how many steps of colour tension adds."""

    low: int
    high: int
    kind: str
    voices: int
    lean: int
    strict: bool
    calm: bool
    climbs: bool
    bar: int
    middle: int
    colour: int


def voiced(view: View, *, calm: bool = False) -> tuple[Notes, ...]:
    """The part's voicing of every chord of the phrase, by index; () for no chord. ``calm``: no tone that rubs in the chord.

    Live tension adds colour to the plan's chords, a voice for each, or takes colours and a voice away (``music.colour``).
    """
    voice, bar = view.style.voice(view.part.role), view.bar
    low, high = view.range
    step = step_of(bar.live.tension)
    voices = max(min(2, voice.voices), voice.voices + (step if step > 0 else -(step < -1)))
    lean = view.night("hands", "song").below(2 * voice.lean + 1) - voice.lean + anew.lean(view)
    climbs, length = view.part.role in CLIMBING, 0 if voice.clash else bar.state.meter.bar
    return _voiced(Same(bar.phrase), Hands(low, high, voice.kind, voices, lean, voice.strict, calm, climbs, length, _middle(view), step))


def roomy(view: View) -> tuple[Chord, ...]:
    """The chords of the phrase, by index, without the tones that rub with its planned tune on strong beats."""
    return _roomy(Same(view.bar.phrase), view.bar.state.meter.bar, _middle(view))


def _middle(view: View) -> int:
    return view.bar.pulses[len(view.bar.pulses) // 2] * SIXTEENTH


@lru_cache(maxsize=512)
def _voiced(same: Same[Phrase], hands: Hands) -> tuple[Notes, ...]:
    phrase = same.value
    chords = _roomy(same, hands.bar, hands.middle) if hands.bar else phrase.flat
    chords = tuple(coloured(chord, phrase.key, hands.colour) for chord in chords) if hands.colour else chords
    chords = tuple(hushed(chord) for chord in chords) if hands.calm else chords
    low, high = climbed(hands.low, hands.high, phrase.register) if hands.climbs else (hands.low, hands.high)
    led = partial(periodic, chords, phrase.half, low, high, hands.kind, hands.voices, lean=hands.lean, strict=hands.strict)
    earlier = _voiced(Same(phrase.before), hands) if phrase.before is not None else led()
    return led(before=next((notes for notes in reversed(earlier) if notes), ()))


@lru_cache(maxsize=256)
def _roomy(same: Same[Phrase], bar: int, middle: int) -> tuple[Chord, ...]:
    """The chords of the phrase without the tones that rub with the planned tune on the bar line or the middle of a bar."""
    phrase = same.value
    sung = [
        (start, start + tone.length, (phrase.key.tonic + phrase.key.degree(tone.degree) + tone.alter) % 12)
        for said in phrase.statements if said.voice == "lead"
        for tone in said.motif.tones for start in (said.bar * bar + tone.at,)
    ]  # fmt: skip
    out = []
    for place, row in enumerate(phrase.chords):
        for placed in row:
            begin, end = (place * bar + slot * SIXTEENTH for slot in (placed.slot, placed.slot + placed.slots))
            strong = [tick for tick in (begin, place * bar + middle) if begin <= tick < end]
            heard = {pc for start, stop, pc in sung if any(start <= tick < stop for tick in strong)}
            out.append(_apart(placed.chord, heard))
    return tuple(out)


def _apart(chord: Chord, heard: set[int]) -> Chord:
    """The chord without its tones a semitone from what is heard beside it, if two others are left."""
    rubbing = {(pc + side) % 12 for pc in heard - set(chord.classes) for side in (1, -1)}
    kept = tuple(step for step in chord.intervals if (chord.root + step) % 12 not in rubbing)
    return replace(chord, intervals=kept) if 1 < len(kept) < len(chord.intervals) else chord
