"""Arpeggio: the chord's tones in the section's figure, one to a slot; some figures go the way of the section's tune.

Law of this file: the tone of a slot depends on the slot, never on how many others sound, so that density only adds.
"""

from performer.engine.anew import pattern, turned
from performer.engine.decide import decide
from performer.engine.pen import Pen
from performer.engine.view import Bar, View, length_of
from performer.engine.voicings import roomy
from performer.events import Event
from performer.music.curve import between
from performer.music.motif import Motif, housed, pitched
from performer.music.pitch import Key
from performer.music.rhythm import lay, nth_bar
from performer.music.voicing import periodic
from performer.show.decisions import FIGURE_SIGNS
from performer.styles.signs import SHORT
from performer.ticks import SIXTEENTH

FIGURE = "0.1.2.3.2.1.2.3."
"""What is played where a style writes none."""
HIGHEST = 4
"""The sign of a tune's highest note: a chord tone above the lowest one's octave of four."""


def play(view: View) -> list[Event]:
    """The arpeggio's notes in this bar."""
    bar, voice = view.bar, view.style.voice("arp")
    low, high = view.lane
    middle = min(high, low + 12 + (high - low) // 4)
    voicings = periodic(roomy(view), bar.phrase.half, low, max(middle, low + 12), "seventh", 4)
    grid = lay(_pattern(view), bar.state.meter, flowing=True)
    pen, figure = Pen(view), turned(view, nth_bar(grid, bar.index, bar.slots))
    changed = _tonight(view, figure)
    notes: list[Event] = []
    for slot in range(1 if bar.ending else bar.slots):
        sign = changed.get(slot, figure[slot])
        if not sign.isdigit() or not (bar.busy >= (1000 - bar.strengths[slot]) * 62 // 100 or slot == 0):
            continue
        tones = voicings[bar.chord_at(slot).index]
        if not tones:
            continue
        octave, which = divmod(int(sign), len(tones))
        velocity = between(*voice.velocity, bar.live.loud) + (6 if slot in bar.pulses else 0)
        pitch = housed(tones[which] + 12 * octave, low, high, bar.chord_at(slot).chord)
        length = length_of(bar.slots, 950) if bar.ending else length_of(_run(bar, figure, slot, pitch), voice.length)
        notes.append(pen.note("arp", slot * SIXTEENTH, pitch, length, velocity))
    return notes


def _pattern(view: View) -> str:
    bar, voice = view.bar, view.style.voice("arp")
    drawn = pattern(view, voice.grids, "figure") or FIGURE
    if view.chance.hits(voice.trace, "trace"):
        drawn = traced(drawn, bar.phrase.tune, bar.phrase.key)
    written = decide(bar.song, f"{view.idea}/{view.part.name}/arp", lambda: drawn)
    return written if len(written) in SHORT and not set(written) - FIGURE_SIGNS else drawn


def _tonight(view: View, figure: str) -> dict[int, str]:
    """What tonight makes of every second bar: two of its notes take the next tone, the same ones whenever the idea returns."""
    bar = view.bar
    onsets = [slot for slot, sign in enumerate(figure) if sign.isdigit()]
    if bar.index % 2 == 0 or len(onsets) < 3:
        return {}
    row = view.night("arp", view.riff).row(bar.slots, "turn")
    chosen = sorted(onsets[1:], key=lambda slot: (row[slot], slot))[:2]
    return {slot: str(int(figure[slot]) + (1 if figure[slot] in "0" or row[slot] % 2 else -1)) for slot in chosen if figure[slot] < "9"}


def traced(figure: str, tune: Motif, key: Key) -> str:
    """The rhythm of a figure over two bars, its tones rising and falling as the tune does, over and over."""
    heights = [pitched(tone, key, 0) for tone in tune.tones]
    low, high = min(heights, default=0), max(heights, default=0)
    if low == high:
        return figure
    signs = [str(((height - low) * 2 * HIGHEST + high - low) // (2 * (high - low))) for height in heights]
    out, count = "", 0
    for sign in figure * (2 if len(figure) == 16 else 1):
        out += signs[count % len(signs)] if sign.isdigit() else sign
        count += sign.isdigit()
    return out


def _run(bar: Bar, figure: str, slot: int, pitch: int) -> int:
    """Slots to the next tone, four at most; into another chord only where that has the tone, too."""
    after = next((s for s in range(slot + 1, len(figure)) if figure[s].isdigit()), len(figure))
    here, end = bar.chord_at(slot), min(after, slot + 4)
    over = (s for s in range(slot + 1, end) if (there := bar.chord_at(s)) is not here and pitch % 12 not in there.chord.classes)
    return next(over, end) - slot
