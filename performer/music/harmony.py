"""A small grammar of chord functions: tonic, subdominant, dominant, in a style's vocabulary.

Law of this file: a progression has exactly the bars asked for, begins at home, and closes as asked: ``full`` ends on
dominant and tonic, ``half`` on a dominant, ``loop`` on whatever leads round again. Tension chooses among functions and
among the chords of a function: the more of it, the farther from home (after the T-S-D rules of Rohrmeier 2011).
"""

from dataclasses import dataclass

from performer.music.chance import Chance

Bars = tuple[tuple[str, ...], ...]
"""Chord texts by bar; the chords of a bar share it evenly."""

CLOSINGS = ("full", "half", "loop")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Chord texts by function, the plainest first, and cycles that the style is known for."""

    tonic: tuple[str, ...]
    sub: tuple[str, ...]
    dom: tuple[str, ...]
    cycles: tuple[tuple[str, ...], ...] = ()


_FOURS = (
    ("TTST", "TSTS", "TTSS"),
    ("TSTD", "TTSD", "TSSD"),
    ("TSDS", "TDSD", "SDTD", "TSSD"),
)


def functions(chance: Chance, places: int, tension: int) -> str:
    """A string of T, S and D with ``places`` letters: blocks of four, of which the second repeats the first (a period)."""
    shapes = _FOURS[min(2, tension * 3 // 1000)]
    blocks = [shapes[chance.below(len(shapes), "block", i // 2)] for i in range(-(-places // 4))]
    whole = "".join(blocks)
    short = {1: "T", 2: "TS" if tension < 500 else "TD", 3: "TSD"}
    return short.get(places) or whole[:places]


def closed(shape: str, closing: str) -> str:
    """The same functions with the cadence written into the end; it begins at home if there is room for that."""
    if closing == "full" and len(shape) > 1:
        shape = shape[:-2] + "DT" if len(shape) > 2 else "DT"
    elif closing == "half" and shape:
        shape = shape[:-1] + "D"
    return "T" + shape[1:] if len(shape) > 2 else shape


def progression(chance: Chance, words: Vocabulary, bars: int, *, rate: int, tension: int, closing: str, grammar: int) -> Bars:
    """Chords for a phrase of ``bars``, one every ``rate`` bars.

    ``grammar``: per mille of phrases that the grammar writes; the others take one of the style's cycles, which is then
    bent to the cadence. At high tension the chord before a full or half close comes half a bar earlier.
    """
    places = max(1, -(-bars // rate))
    cycles = [c for c in words.cycles if len(c) <= max(places, 4)]
    if cycles and not chance.hits(grammar, "by grammar"):
        cycle = cycles[chance.below(len(cycles), "cycle")]
        texts = [cycle[i % len(cycle)] for i in range(places)]
        if closing == "half" and places > 1 and texts[-1] not in words.dom:
            texts[-1] = words.dom[0]
        if closing == "full" and places > 2:
            texts[-2:] = [words.dom[0], words.tonic[0]]
    else:
        texts = _spelt(chance, words, closed(functions(chance, places, tension), closing), tension)
    out: list[tuple[str, ...]] = []
    for text in texts:
        out += [(text,)] * min(rate, bars - len(out))
    if tension >= 700 and closing != "loop" and len(out) >= 4 and rate == 1:
        before = words.sub[chance.below(len(words.sub), "before")]
        at = len(out) - (2 if closing == "full" else 1)
        out[at] = (before, out[at][0]) if before != out[at][0] else out[at]
    return tuple(out)


def _spelt(chance: Chance, words: Vocabulary, shape: str, tension: int) -> list[str]:
    out: list[str] = []
    for index, letter in enumerate(shape):
        options = {"T": words.tonic, "S": words.sub, "D": words.dom}[letter]
        if index == 0 or (letter == "T" and index == len(shape) - 1):
            out.append(options[0])
            continue
        last = max(1, len(options) - 1)
        weights = [max(80, 1000 - abs(i * 1000 // last - tension)) for i in range(len(options))]
        if len(options) > 1 and out[-1] in options:
            weights[options.index(out[-1])] = 0
        out.append(options[chance.pick(weights, "word", index % 8)])
    return out
