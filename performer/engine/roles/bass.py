"""Bass: the section's pattern on the plan's roots, locked to the kick where the style says so.

Law of this file: every note lies in the lane, one at a time, none sounding into the next; on a chord's first note it is
the chord's bass unless the pattern says another tone.
"""

from performer.engine.decide import decide
from performer.engine.view import View, length_of
from performer.events import Event, Note
from performer.music.chords import Chord
from performer.music.curve import between
from performer.music.rhythm import lay
from performer.music.voicing import line
from performer.tempo import Micros


def play(view: View) -> list[Event]:
    """The bass part's notes in this bar."""
    bar, voice = view.bar, view.style.voice("bass")
    text = "R" + "-" * 15 if bar.ending else _pattern(view)
    grid = lay(text, bar.state.meter, "." if "-" not in text else "-")
    first = bar.index * bar.slots % len(grid)
    grid = grid[first : first + bar.slots]
    low, high = view.lane
    roots = line(tuple(_home(chord, low, high) for chord in bar.phrase.flat), low, high)
    onsets = _onsets(view, grid, voice.lock)
    touch = view.style.feel.touch("bass")
    notes: list[Event] = []
    for number, slot in enumerate(onsets):
        after = onsets[number + 1] if number + 1 < len(onsets) else bar.slots
        pitch = _pitch(view, grid[slot], slot, roots, low, high)
        strong = 5 if slot in bar.pulses else 0
        notes.append(Note(
            at=bar.tick(slot, view.style.swing), part=view.part.name, pitch=pitch,
            length=length_of(*_length(grid, slot, after, voice.length)),
            velocity=min(127, max(1, between(*voice.velocity, bar.energy) + strong + bar.hand.weight_at(touch, slot))),
            feel=Micros(bar.hand.late_at(touch, slot)),
        ))  # fmt: skip
    return notes


def _home(chord: Chord, low: int, high: int) -> int:
    """The chord's bass; in a lane too narrow for it, the fifth or third that it has room for."""
    room = {p % 12 for p in range(low, high + 1)}
    tones = (chord.bass, (chord.root + chord.fifth) % 12, (chord.root + chord.third) % 12)
    return next((pc for pc in tones if pc in room), chord.bass)


def _pattern(view: View) -> str:
    bar, voice = view.bar, view.style.voice("bass")
    energy = bar.phrase.energy
    fitting = [g.text for g in voice.grids if g.start <= energy < g.until] or ["R" + "-" * 15]
    drawn = fitting[view.chance.below(len(fitting), "bass")]
    written = decide(bar.song, f"{view.idea}/{view.part.name}/bass", lambda: drawn)
    return written if len(written) in (16, 32) and not set(written) - set(".-Rr5378ab") else drawn


def _onsets(view: View, grid: str, lock: bool) -> list[int]:
    bar = view.bar
    held = "-" in grid
    end = bar.slots // 2 if bar.thin else bar.slots
    out, anchor = [], bar.anchor(grid)
    changes = {placed.slot for placed in bar.chords}
    for slot in range(end):
        sign = grid[slot]
        needed = (1000 - bar.strengths[slot]) * 45 // 100 + (250 if sign == "r" else 0)
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
    step = {"5": chord.fifth, "3": chord.third, "7": chord.seventh, "b": chord.seventh, "8": 12}.get(sign)
    if step is None:
        return root
    above = (chord.root - chord.bass) % 12 + step if sign != "8" else 12
    return next((p for p in (root + above, root + above - 12, root + above - 24) if low <= p <= high), root)


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
