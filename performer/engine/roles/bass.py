"""Bass: the section's line on the plan's roots, by the style's rule, locked to the kick where the style says so.

Law of this file: every note lies in the lane, one at a time, none sounding into the next but where one slides into it; on a
chord's first note it is the chord's bass unless the line says another tone.
"""

from performer.engine import basslines, walking
from performer.engine.ornaments import ornamented, walked
from performer.engine.pen import Pen
from performer.engine.view import View, length_of
from performer.events import Controller, Event, Note
from performer.music.chords import Chord
from performer.music.curve import between
from performer.music.voicing import line
from performer.ticks import SIXTEENTH, Span, Tick

SLID = SIXTEENTH // 2
"""Ticks by which a note lies over into the one that it slides into."""

_SLIDES = (12, 7, 5)
"""Semitones of a slide, the widest that the lane has room for on this side of the song's choice."""


def play(view: View) -> list[Event]:
    """The bass part's notes in this bar, and the ``glide`` controller round a slide."""
    bar, voice = view.bar, view.style.voice("bass")
    rule, text = basslines.chosen(view)
    if rule == "walking" and not bar.ending:
        return _walk(view)
    grid = ornamented(view, basslines.row(view, rule, text))
    low, high = view.lane
    flat = bar.phrase.flat
    homes = (bar.phrase.key.tonic,) * len(flat) if rule == "pedal" else tuple(_home(chord, low, high) for chord in flat)
    roots = line(homes, low, high)
    onsets = _onsets(view, grid, voice.lock)
    pen, events = Pen(view), list[Event]()
    for number, slot in enumerate(onsets):
        after = onsets[number + 1] if number + 1 < len(onsets) else bar.slots
        sign = grid[slot]
        length = length_of(*_length(grid, slot, after, voice.length))
        if after < bar.slots and grid[after] == "s":
            length = Span(bar.tick(after) - bar.tick(slot) + SLID)
        if sign == "s":
            end = bar.tick(after) if after < bar.slots else Tick(bar.state.end - 1)
            events.append(Controller(at=bar.tick(slot), part=view.part.name, name="glide", value=1000))
            events.append(Controller(at=end, part=view.part.name, name="glide", value=0))
        weight = {"r": -6, "g": -34}.get(sign, 0)
        pitch = _pitch(view, sign, slot, roots, low, high)
        events.append(_note(view, pen, slot, pitch, length if sign != "g" else length_of(1, 300), weight))
    return events


def _note(view: View, pen: Pen, slot: int, pitch: int, length: Span, weight: int) -> Note:
    velocity = between(*view.style.voice("bass").velocity, view.bar.live.loud)
    strong = 5 if slot in view.bar.pulses else 0
    return pen.note("bass", slot * SIXTEENTH, pitch, length, velocity + strong + weight)


def _walk(view: View) -> list[Event]:
    """The walking line: in two where it is quiet, a note a pulse above, each held to the next."""
    bar, voice = view.bar, view.style.voice("bass")
    line = [step for number, step in enumerate(walking.steps(view)) if number % 2 == 0 or bar.busy >= 300]
    line = [s for s in line if bar.chord_at(s[0]).chord.intervals and (not bar.thin or s[0] < bar.slots // 2)]
    steps, pen = walked(view, line), Pen(view)
    ends = [slot for slot, _, _ in steps[1:]] + [bar.slots]
    return [
        _note(view, pen, slot, pitch, length_of(end - slot, voice.length), weight)
        for (slot, pitch, weight), end in zip(steps, ends, strict=True)
    ]


def _home(chord: Chord, low: int, high: int) -> int:
    """The chord's bass; in a lane too narrow for it, the fifth or third that it has room for."""
    room = {p % 12 for p in range(low, high + 1)}
    tones = (chord.bass, (chord.root + chord.fifth) % 12, (chord.root + chord.third) % 12)
    return next((pc for pc in tones if pc in room), chord.bass)


def _onsets(view: View, grid: str, lock: bool) -> list[int]:
    """The slots at which the line strikes: all of its strong ones, the weak ones as it gets busy, the kick's where they lock."""
    bar = view.bar
    held = "-" in grid
    end = bar.slots // 2 if bar.thin else bar.slots
    out, anchor = [], bar.anchor(grid)
    changes = {placed.slot for placed in bar.chords}
    for slot in range(end):
        sign = grid[slot]
        if not bar.chord_at(slot).chord.intervals:  # N.C.: nobody plays a chord, and no root is left to play
            continue
        needed = (1000 - bar.strengths[slot]) * 45 // 100 + (250 if sign in "rg" else 0)
        hit = (sign not in ".-" and (bar.busy >= needed or slot == anchor)) or (sign == "-" and slot in changes)
        locked = lock and not held and sign == "." and slot in bar.kick and bar.busy >= max(350, needed)
        if hit or locked:
            out.append(slot)
    return out


def _length(grid: str, slot: int, after: int, per_mille: int) -> tuple[int, int]:
    """Slots, and how much of them sounds: to the next onset where the pattern holds, else at most a quarter."""
    if slot + 1 < len(grid) and grid[slot + 1] == "-":
        return after - slot, 960
    return min(after - slot, 4), per_mille


def _pitch(view: View, sign: str, slot: int, roots: tuple[int, ...], low: int, high: int) -> int:
    bar = view.bar
    placed = bar.chord_at(slot)
    root, chord = roots[placed.index], placed.chord
    if sign == "a":
        return _approach(view, placed.index, root, roots, low, high)
    if sign == "s":
        widest = view.chance.below(len(_SLIDES), "slide", bar.index % 2)
        return next((root + step for step in _SLIDES[widest:] if root + step <= high), root)
    if sign in "246":
        step = _scale_step(view, root, int(sign))
    else:
        step = {"5": chord.fifth, "3": chord.third, "7": chord.seventh, "b": chord.seventh, "8": 12, "o": -12}.get(sign, 0)
    if step == 0:
        return root
    above = step if sign in "8o" or root % 12 == bar.phrase.key.tonic != chord.bass else (chord.root - chord.bass) % 12 + step
    return next((p for p in (root + above, root + above - 12, root + above - 24) if low <= p <= high), root)


def _scale_step(view: View, root: int, number: int) -> int:
    """Semitones of the second, fourth or sixth of the key's scale over a root; of the major scale over a root outside it."""
    scale = sorted((tone - root) % 12 for tone in view.bar.phrase.key.scale)
    return scale[number - 1] if 0 in scale and len(scale) >= number else {2: 2, 4: 5, 6: 9}[number]


def _approach(view: View, index: int, root: int, roots: tuple[int, ...], low: int, high: int) -> int:
    """The tone before a change: a scale step or a semitone under or over the next root; the fifth if nothing changes."""
    bar = view.bar
    goal = roots[index + 1] if index + 1 < len(roots) else _nearest(bar.upcoming, root, low, high)
    if goal == root:
        fifth = root + bar.phrase.flat[index].fifth
        return fifth if fifth <= high else max(low, fifth - 12)
    side = -1 if root < goal else 1
    scale = bar.phrase.key.scale
    step = next((goal + side * move for move in (1, 2) if (goal + side * move) % 12 in scale), goal + side)
    return step if low <= step <= high else min(max(goal - side, low), high)


def _nearest(chord: Chord, root: int, low: int, high: int) -> int:
    return min((p for p in range(low, high + 1) if p % 12 == chord.bass), key=lambda p: (abs(p - root), p), default=root)
