"""The chords of a phrase: as the show writes them, as a decision says, else as the song's identity draws them.

Law of this file: chords depend on the song and the section's idea alone (D5, D13); every bar of a phrase holds a chord
from its first slot on, and the chords of a bar fill it.
"""

from dataclasses import dataclass
from typing import NamedTuple

from performer.engine.decide import decide
from performer.engine.statements import THEMES, idea_of, identity, role_of
from performer.music.chords import Chord, parse
from performer.music.harmony import progression
from performer.music.pitch import MODES, Key
from performer.music.rhythm import pulses, slots
from performer.music.tensions import strong
from performer.show.definition import Section, Song
from performer.styles import Style
from performer.ticks import Meter

_HOME = ("intro", "verse", "build", "outro", "end", "vamp", "")
"""Section roles that share the song's home progression."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A chord in a bar: from ``slot`` for ``slots`` sixteenths. ``index`` counts the chords of the phrase.

    ``strong``: the pitch classes that a strong beat may use beside it, the most telling first (``music.tensions``).
    """

    slot: int
    slots: int
    chord: Chord
    index: int
    strong: tuple[int, ...]


class Stretch(NamedTuple):
    """A phrase of a section: first bar, number of bars, whether the section ends with it, drawn energy (per mille)."""

    start: int
    bars: int
    last: bool
    energy: int


def chords_of(song: Song, section: Section, style: Style, stretch: Stretch, meter: Meter) -> tuple[tuple[Placed, ...], ...]:
    """The chords of every bar of the phrase, in the section's key."""
    texts = _texts(song, section, style, stretch)
    beats, total, index = pulses(meter), slots(meter), 0
    key = song.key.shifted(section.key_shift)
    out = []
    for bar in texts:
        starts = sorted({beats[i * len(beats) // len(bar)] for i in range(len(bar))})
        ends = (*starts[1:], total)
        row = []
        for text, at, end in zip(bar, starts, ends, strict=False):
            chord = parse(text, song.key).moved(section.key_shift, key)
            row.append(Placed(at, end - at, chord, index, strong(chord, key)))
            index += 1
        out.append(tuple(row))
    return tuple(out)


def _texts(song: Song, section: Section, style: Style, stretch: Stretch) -> tuple[tuple[str, ...], ...]:
    start, count = stretch.start, stretch.bars
    if section.chords:
        given = section.chords
        out = [given[(start + bar) % len(given)] for bar in range(count)]
    else:
        written = decide(song, f"{idea_of(section)}/chords/{start // 16}", lambda: "")
        bars = _read(written, song.key) or _drawn(song, section, style, stretch)
        out = [bars[bar % len(bars)] for bar in range(count)]
    if stretch.last and section.last_chord:
        out[-1] = (section.last_chord,)
    return tuple(out)


def _read(text: str, key: Key) -> list[tuple[str, ...]]:
    """Chords from a decision such as ``i7 | iv7 v7``; nothing when one of them is no chord."""
    bars = [tuple(bar.split()) for bar in text.split("|") if bar.strip()]
    try:
        for bar in bars:
            for word in bar:
                parse(word, key)
    except ValueError:
        return []
    return bars


def _drawn(song: Song, section: Section, style: Style, stretch: Stretch) -> list[tuple[str, ...]]:
    role, count = role_of(section), stretch.bars
    loops = style.harmony.closing == "loop"
    at_home = role in _HOME or (loops and role in THEMES)
    where = "home" if at_home else idea_of(section)
    words = style.harmony.minor if MODES[song.key.mode][2] == 3 else style.harmony.major
    closing = style.harmony.closing if stretch.last else "loop"
    if role in ("pre", "build") and stretch.last and not loops:
        closing = "half"
    chance = identity(song, "chords", where, stretch.start // 16)
    tension = 400 if at_home else min(1000, 200 + stretch.energy * 7 // 10)
    grammar = style.harmony.grammar
    loop = progression(chance, words, min(4, count), rate=style.harmony.rate, tension=tension, closing="loop", grammar=grammar)
    bars = [loop[bar % len(loop)] for bar in range(count)]
    if closing != "loop" and count >= 2:
        end = progression(chance, words, min(4, count), rate=style.harmony.rate, tension=tension, closing=closing, grammar=grammar)
        bars[-2:] = end[-2:]
    return bars
