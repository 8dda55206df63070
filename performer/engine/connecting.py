"""The lead's own phrases between statements: in the style's idiom, from the tune's contour, new each night.

Law of this file: a phrase begins after where the last statement ended and leads to where the next one begins; it takes
chord tones on felt pulses, leaves other notes by step (in both as freely as the style goes), stays in the lane and ends with a rest. On
the bar line and the middle pulse no note rubs that was struck before it.
"""

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from performer.engine.same import Same
from performer.music.chance import Chance
from performer.music.curve import value_at
from performer.music.invention import CONTOURS
from performer.music.manner import ways
from performer.music.motif import Motif, pitched
from performer.music.pitch import Key
from performer.music.rhythm import lay, strengths
from performer.music.singing import Choice, Ground, choice, scale, sing, strong_places, strong_under, turning, under
from performer.styles import Style
from performer.ticks import SIXTEENTH, Meter


class Sung(NamedTuple):
    """A note of a line: ticks from its beginning, length, pitch."""

    at: int
    length: int
    pitch: int


class Errand(NamedTuple):
    """Where a free phrase goes: its bars, the pitches before and after it, its lane, what sounds below, its key and meter."""

    bars: int
    before: int
    after: int
    lane: tuple[int, int]
    ground: Ground
    key: Key
    meter: Meter
    energy: int


@lru_cache(maxsize=256)
def connect(errand: Errand, tune: Motif, style: Same[Style], chance: Chance) -> tuple[Sung, ...]:
    """The notes of the phrase. ``chance``: tonight's; ``tune``: whose turns it may take up."""
    voice = style.value.voice("lead")
    onsets = _onsets(errand, style.value, chance)
    if not onsets:
        return ()
    low, high = errand.lane
    points = CONTOURS[chance.below(len(CONTOURS), "contour")]
    reach = min(9, (high - low) // 2)
    steps = scale(voice.line.scale, errand.key)
    soon = [index > 0 and at - onsets[index - 1] <= errand.meter.pulse for index, at in enumerate(onsets)]
    going = ways(chance, voice.line.manner, soon, [at % errand.meter.bar in errand.meter.pulses for at in onsets])
    longest, last = voice.line.longest * SIXTEENTH, errand.bars * errand.meter.bar - SIXTEENTH
    lengths = [min(end - at, longest) for at, end in zip(onsets, (*onsets[1:], last), strict=True)]
    places = []
    for index, at in enumerate(onsets):
        share = 1000 * index // max(1, len(onsets) - 1)
        straight = errand.before + (errand.after - errand.before) * share // 1000
        want = min(max(straight + (value_at(points, share) - 500) * reach // 1000, low + 1), high - 1)
        places.append(_choices(at, lengths[index], want, errand, steps, going[index]))
    turns: tuple[int, ...] = ()
    if len(tune.tones) > 2 and chance.hits(600, "take up"):
        heights = [pitched(tone, errand.key, 0) for tone in tune.tones]
        contour = [(b > a) - (b < a) for a, b in pairwise(heights)]
        turns = tuple(contour[(index - 1) % len(contour)] for index in range(len(onsets)))
    sung = sing(places, before=errand.before, turns=turning(going, turns))
    return tuple(Sung(at, _held(at, length, pitch, errand), pitch) for at, length, pitch in zip(onsets, lengths, sung, strict=True))


def _held(at: int, length: int, pitch: int, errand: Errand) -> int:
    """How long a note sounds: it ends before the strong beat on which it would rub."""
    bar, inner = errand.meter.bar, strong_places(errand.meter)
    places = (line + place for line in range(at // bar * bar, at + length, bar) for place in inner)
    rubbing = (place for place in places if at < place < at + length and under(errand.ground, place).rubs(pitch % 12))
    return next(rubbing, at + length) - at


def _onsets(errand: Errand, style: Style, chance: Chance) -> tuple[int, ...]:
    """A grid of the style a bar, some eighths besides, as many notes as a phrase has, and a rest after the last one."""
    voice, meter = style.voice("lead"), errand.meter
    fitting = [grid.text for grid in voice.grids if grid.start <= errand.energy < grid.until] or ["x.x.x.x.x......."]
    strong = strengths(meter)
    size = len(strong)
    late = 2 * chance.below(3, "late")
    slots: list[int] = []
    for bar in range(errand.bars):
        grid = lay(fitting[chance.below(len(fitting), "grid", bar)], meter)
        row = chance.row(size, "fill", bar)
        slots += [
            bar * size + slot for slot in range(size)
            if grid[(bar * size + slot) % len(grid)] in "xX" or (strong[slot] >= 400 and row[slot] < voice.line.density)
        ]  # fmt: skip
    least, most = voice.line.notes
    count = least + chance.below(most - least + 1, "notes")
    kept = [slot for slot in slots if late <= slot <= errand.bars * size - 3][:count]
    return tuple(slot * SIXTEENTH for slot in kept)


def _choices(at: int, length: int, want: int, errand: Errand, steps: tuple[int, ...], way: int) -> list[Choice]:
    harmony, place = under(errand.ground, at), at % errand.meter.bar
    weight = 22 if place == 0 else 8 if place in errand.meter.pulses else 2
    strong = strong_under(errand.ground, at, length, errand.meter)
    low, high = errand.lane
    out = []
    for pitch in range(max(low, want - 5), min(high, want + 5) + 1):
        pitch_class = pitch % 12
        stable = pitch_class in harmony.classes
        if stable or pitch_class in steps:
            passing = pitch_class not in errand.key.scale and not stable
            rubs = any(row.rubs(pitch_class) for row in strong)
            out.append(choice(pitch, 5 * abs(pitch - want) + 14 * passing + 120 * rubs, stable, weight, way))
    return out or [Choice(min(max(want, low), high), 0, False)]
