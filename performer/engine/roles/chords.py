"""Chords: the plan's chords voiced with the least motion, in the section's comping rhythm.

Law of this file: each stroke takes the voicing of the chord that stands there; a chord that is held is struck again where
the harmony changes, so that no voice sounds against the plan.
"""

from performer.engine.decide import decide
from performer.engine.view import View, length_of
from performer.events import Event, Note
from performer.music.curve import between
from performer.music.rhythm import lay
from performer.music.voicing import lead
from performer.tempo import Micros


def play(view: View) -> list[Event]:
    """The chord part's notes in this bar."""
    bar, voice, style = view.bar, view.style.voice("chords"), view.style
    low, high = view.lane
    voicings = lead(bar.phrase.flat, low, high, voice.kind, voice.voices)
    text = "X" + "-" * 15 if bar.ending else _pattern(view)
    grid = lay(text, bar.state.meter, "-" if "-" in text else ".")
    first = bar.index * bar.slots % len(grid)
    grid = grid[first : first + bar.slots]
    touch = style.feel.touch("chords")
    notes: list[Event] = []
    for slot, length, per_mille in _strokes(view, grid, voice.length):
        velocity = between(*voice.velocity, bar.loud) + (5 if grid[slot] == "X" else -5) + bar.hand.weight_at(touch, slot)
        late, at = Micros(bar.hand.late_at(touch, slot)), bar.tick(slot, style.swing)
        span = length_of(length, per_mille)
        voicing = voicings[bar.chord_at(slot).index]
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


def _strokes(view: View, grid: str, per_mille: int) -> list[tuple[int, int, int]]:
    """Slot, slots to the end, and per mille of them that sounds."""
    bar = view.bar
    changes = {placed.slot for placed in bar.chords}
    end = bar.pulses[-1] if bar.thin and len(bar.pulses) > 1 else bar.slots
    sounding, anchor = False, bar.anchor(grid)
    slots: list[int] = []
    for slot in range(end):
        sign = grid[slot]
        needed = (1000 - bar.strengths[slot]) * 40 // 100
        struck = sign in "Xx" and (sign == "X" or slot == anchor or bar.busy >= needed)
        sounding = struck or (sounding and sign == "-") or (sign == "-" and slot == 0)
        if struck or (sign == "-" and slot in changes and sounding):
            slots.append(slot)
    out = []
    for number, slot in enumerate(slots):
        after = slots[number + 1] if number + 1 < len(slots) else end
        held = slot + 1 < len(grid) and grid[slot + 1] == "-"
        if held:
            run = next((s for s in range(slot + 1, after) if grid[s] == "."), after)
            out.append((slot, run - slot, 970))
        else:
            out.append((slot, min(after - slot, 4), per_mille))
    return out
