"""The chords of a phrase: as the show writes them, as a decision says, else as the song's identity draws them.

Law of this file: chords depend on the song and the section's idea alone (D5, D13); every bar of a phrase holds a chord
from its first slot on, and the chords of a bar fill it.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from performer.engine.arrangement import terraced
from performer.engine.decide import decide
from performer.engine.identity import THEMES, idea_of, identity, role_of
from performer.music.chart import HOLD, Bars, read, written
from performer.music.chords import Chord, parse
from performer.music.curve import at_bar, between
from performer.music.harmony import Wish, progression
from performer.music.modes import adapted
from performer.music.modulation import pivot
from performer.music.pitch import MODES, Key
from performer.music.reharmony import spiced
from performer.music.rhythm import pulses, slots
from performer.music.tensions import strong
from performer.show.definition import Section, Song
from performer.styles import Style
from performer.ticks import Meter

PIVOT = "pivot"
_LEADING = ("pre", "build")
"""Section roles that end on a dominant, so that what follows arrives."""
_FINAL = ("outro", "end")
"""Section roles that come home, where a style closes at all."""
HOME_TENSION = 400
"""Tension (per mille) of a loop, which is the same wherever it comes back."""
_HOME = ("intro", "verse", "solo", "build", "outro", "end", "vamp", "")
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
    """A phrase of a section: first bar, number of bars, whether the section ends with it."""

    start: int
    bars: int
    last: bool


def chords_of(song: Song, section: Section, style: Style, stretch: Stretch, meter: Meter) -> tuple[tuple[Placed, ...], ...]:
    """The chords of every bar of the phrase, in the section's key."""
    key, index = song.key.shifted(section.key_shift), 0
    out = []
    for bar in texts(song, section, style, stretch):
        row = []
        for text, at, end in shares(bar, meter):
            chord = parse(text, song.key).moved(section.key_shift, key)
            row.append(Placed(at, end - at, chord, index, strong(chord, key)))
            index += 1
        out.append(tuple(row))
    return tuple(out)


def shares(bar: tuple[str, ...], meter: Meter) -> list[tuple[str, int, int]]:
    """The chords of a bar with the slots where each begins and ends: on felt pulses, evenly; ``/`` lengthens the one before."""
    beats, total = pulses(meter), slots(meter)
    starts: dict[int, str] = {}
    for place, word in enumerate(bar):
        if word != HOLD:
            starts.setdefault(beats[place * len(beats) // len(bar)], word)
    ends = (*list(starts)[1:], total)
    return [(word, at, end) for (at, word), end in zip(starts.items(), ends, strict=True)]


def way_in(old: Key, new: Key, via: str | None) -> Chord | None:
    """What leads from one key into the next: ``via`` as written, a chord or "pivot"; None when nothing does."""
    if via is None or (via == PIVOT and old == new):
        return None
    return pivot(old, new) if via == PIVOT else parse(via, new)


def led_out(chords: tuple[tuple[Placed, ...], ...], place: int, chord: Chord, key: Key, meter: Meter) -> tuple[tuple[Placed, ...], ...]:
    """The same bars with ``chord``, strong in ``key``, in the second half of the bar ``place`` (all of a bar of one pulse)."""
    beats = pulses(meter)
    half = beats[(len(beats) + 1) // 2] if len(beats) > 1 else 0
    kept = [replace(p, slots=min(p.slots, half - p.slot)) for p in chords[place] if p.slot < half]
    rows = [*chords[:place], (*kept, Placed(half, slots(meter) - half, chord, 0, strong(chord, key))), *chords[place + 1 :]]
    count = iter(range(sum(len(row) for row in rows)))
    return tuple(tuple(replace(placed, index=next(count)) for placed in row) for row in rows)


def texts(song: Song, section: Section, style: Style, stretch: Stretch) -> Bars:
    """The chord words of every bar of the phrase, as they stand in the song's own key."""
    start, count = stretch.start, stretch.bars
    if section.chords:
        given = section.chords
        out = [given[(start + bar) % len(given)] for bar in range(count)]
    else:
        number = start // style.phrase
        drawn = partial(_drawn, song, section, style, number)
        out = _cut(
            _read(decide(song, f"{idea_of(section)}/chords/{number + 1}", lambda: written(drawn())), song.key) or drawn(), style, count
        )
    if stretch.last and section.last_chord:
        out[-1] = (section.last_chord,)
    return tuple(out)


def _cut(bars: Bars, style: Style, count: int) -> list[tuple[str, ...]]:
    """``count`` bars of a phrase: what repeats fills it, and a shorter one keeps its close."""
    whole = [bars[bar % len(bars)] for bar in range(max(style.phrase, count))]
    close = min(2, count - 1)
    return whole if count >= len(whole) else [*whole[: count - close], *whole[len(whole) - close :]]


def _read(text: str, key: Key) -> Bars:
    """The bars of a decision such as ``i7 | iv7 v7``; nothing when it is no chart."""
    try:
        return read(text, key)
    except ValueError:
        return ()


def _drawn(song: Song, section: Section, style: Style, number: int) -> Bars:
    """A phrase of the idea as its identity and its drawn energy have it, whatever the length of this visit."""
    home = next((s for s in song.sections if s.name == idea_of(section)), section)
    role, said, start = role_of(section), style.harmony, number * style.phrase
    loops = said.closing == "loop"
    at_home = role in _HOME or (loops and role in THEMES)
    chance = identity(song, "chords", "home" if at_home else idea_of(section), start // max(16, 2 * style.phrase))
    words = adapted(said.minor if MODES[song.key.mode][2] == 3 else said.major, song.key.mode)
    energy = terraced(home, at_bar(home.energy, start, home.bars))
    tension = between(*said.tension, energy)
    rate = said.rate * 2 if energy < said.slow else max(1, said.rate // 2) if energy >= said.fast else said.rate
    count = style.phrase if loops else min(style.phrase, home.bars)  # a short section is no piece of a phrase, but a small one
    rate = max(1, rate * count // style.phrase)
    last = start + style.phrase >= home.bars
    closing = said.closing if last and count == style.phrase else said.inner
    if last and (role in _LEADING or (role in _FINAL and not loops)):
        closing = "half" if role in _LEADING else "full"
    wish = Wish(
        bars=count, rate=rate, closing=closing, tension=HOME_TENSION if loops else tension,
        split=said.split * tension // 1000, grammar=said.grammar, turn=0 if loops else number % 2,
    )  # fmt: skip
    bars = progression(chance, words, wish)
    if closing == "loop":
        loop = progression(chance, words, wish._replace(bars=4 * rate))
        bars = tuple(loop[(start + bar) % len(loop)] for bar in range(count))
    spices = (chance.at("spice", 0), chance.at("spice", number % 2))
    return spiced(spices, bars, said.spice, tension, words.sub, words.borrowed, song.key)
