"""A small grammar of chord functions: tonic, subdominant, dominant, in a style's vocabulary.

Law of this file: a progression has exactly the bars asked for and closes as asked: ``full`` ends on a tonic of the vocabulary
with one of its cadences before it, ``half`` on a dominant, ``loop`` on whatever leads round again. Tension chooses among
functions and among the chords of a function: the more of it, the farther from home (after the T-S-D rules of Rohrmeier 2011).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from performer.music.chain import Moves, walk
from performer.music.chance import Chance
from performer.music.chart import Bars

CLOSINGS = ("full", "half", "loop")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Chord texts by function, the plainest first, and cycles that the style is known for.

    ``full`` and ``half``: cadences (without any: dominant and tonic, subdominant and dominant). ``borrowed``: chords of other
    modes that may stand for a subdominant. ``moves``: chords with their weighted successors (``music.chain``).
    """

    tonic: tuple[str, ...]
    sub: tuple[str, ...]
    dom: tuple[str, ...]
    cycles: tuple[tuple[str, ...], ...] = ()
    full: tuple[tuple[str, ...], ...] = ()
    half: tuple[tuple[str, ...], ...] = ()
    borrowed: tuple[str, ...] = ()
    moves: Moves = field(default=(), repr=False)

    def cadences(self, closing: str) -> tuple[tuple[str, ...], ...]:
        """The cadences of a closing, the shortest first: they end on a tonic (``full``) or a dominant (``half``)."""
        if closing == "full":
            return self.full or ((self.dom[0], self.tonic[0]), (self.sub[0], self.dom[0], self.tonic[0]))
        return self.half or ((self.dom[0],), (self.sub[0], self.dom[0]))


class Wish(NamedTuple):
    """What a progression shall be: bars, bars a chord (``rate``), its closing, tension per mille.

    ``split``: per mille of the bars that hold two chords. ``grammar``: per mille of the phrases that are written by the
    grammar, or by the vocabulary's moves where it has some; the others take one of its cycles.
    ``turn``: which of a pair of phrases this is: it may close in its own way.
    """

    bars: int
    rate: int = 1
    closing: str = "loop"
    tension: int = 400
    split: int = 0
    grammar: int = 500
    turn: int = 0


PERIOD = 850
"""Per mille of the phrases whose second half begins as the first: an antecedent and its consequent."""

_FOURS = (
    ("TTST", "TSTS", "TTSS", "TSTT"),
    ("TSTD", "TTSD", "TSSD", "TSTS"),
    ("TSDS", "TDSD", "TTSD", "TSSD"),
)


def functions(chance: Chance, places: int, tension: int) -> str:
    """A string of T, S and D with ``places`` letters: blocks of four, of which the second begins like the first (a period)."""
    shapes = _FOURS[min(2, tension * 3 // 1000)]
    blocks = [shapes[chance.below(len(shapes), "block", i // 2)] for i in range(-(-places // 4))]
    whole = "".join(blocks)
    short = {1: "T", 2: "TS" if tension < 500 else "TD", 3: "TSD"}
    return short.get(places) or whole[:places]


def progression(chance: Chance, words: Vocabulary, wish: Wish) -> Bars:
    """The chords of a phrase as ``wish`` says."""
    shares = _shares(chance, wish)
    places = sum(shares)
    cycles = [c for c in words.cycles if len(c) <= max(places, 4)]
    cadence = _cadence(chance, words, wish, places)
    by_hand = not cycles or chance.hits(wish.grammar, "by grammar")
    if by_hand and words.moves:
        texts = walk(chance.at("walk"), words.moves, places - len(cadence), words.tonic, cadence[:1]) or _spelt(chance, words, wish, places)
    elif by_hand:
        texts = _spelt(chance, words, wish, places)
    else:
        cycle = cycles[chance.below(len(cycles), "cycle")]
        texts = [cycle[i % len(cycle)] for i in range(places)]
    texts = [*texts[: places - len(cadence)], *cadence]
    bars = _barred(texts, shares, wish)
    if not chance.hits(PERIOD, "period"):
        return bars
    return _period(bars, _closing(shares, len(cadence), wish), words.moves)


def _closing(shares: Sequence[int], chords: int, wish: Wish) -> int:
    """Bars at the end that the last ``chords`` chords take part in."""
    units = 0
    for share in reversed(shares):
        if chords <= 0:
            break
        chords, units = chords - share, units + 1
    return units * wish.rate


def _period(bars: Bars, closing: int, moves: Moves) -> Bars:
    """The phrase with a second half that begins as the first did, and closes as it closes; as it is where the style's moves say no."""
    half = len(bars) // 2
    again = half - closing
    if len(bars) % 2 or again < 1:
        return bars
    last, first = bars[again - 1][-1], bars[half + again][0] if half + again < len(bars) else ""
    known = dict(moves)
    if first and last != first and last in known and first not in dict(known[last]):
        return bars
    return (*bars[:half], *bars[:again], *bars[half + again :])


def _shares(chance: Chance, wish: Wish) -> list[int]:
    """How many chords each stretch of ``rate`` bars holds: one, or two where a single bar is split.

    Both halves are split alike, but never in their first bar nor in the last one of all.
    """
    units = max(1, -(-wish.bars // wish.rate))
    if wish.rate > 1 or not wish.split:
        return [1] * units
    drawn, half = chance.at("split").row(units), (units + 1) // 2
    return [2 if i % half > 0 and i < units - 1 and drawn[i % half] < wish.split else 1 for i in range(units)]


def _barred(texts: Sequence[str], shares: Sequence[int], wish: Wish) -> Bars:
    out: list[tuple[str, ...]] = []
    at = 0
    for share in shares:
        bar = tuple(texts[at : at + share])
        out += [bar if len(set(bar)) == len(bar) else bar[:1]] * min(wish.rate, wish.bars - len(out))  # one chord twice is one chord
        at += share
    return tuple(out)


def _cadence(chance: Chance, words: Vocabulary, wish: Wish, places: int) -> tuple[str, ...]:
    """The chords that close the phrase; a short phrase keeps a place for its beginning."""
    if wish.closing == "loop":
        return ()
    room = max(1, places - 1)
    options = sorted(words.cadences(wish.closing), key=len)
    fitting = [cadence for cadence in options if len(cadence) <= room] or [options[0][-room:]]
    last = max(1, len(fitting) - 1)
    weights = [max(150, 1000 - abs(i * 1000 // last - wish.tension)) for i in range(len(fitting))]
    return fitting[chance.pick(weights, "cadence", wish.closing, wish.turn)]


def _spelt(chance: Chance, words: Vocabulary, wish: Wish, places: int) -> list[str]:
    """Functions in words: the first is home, plain; no chord follows itself if its function has another."""
    out: list[str] = []
    for index, letter in enumerate(functions(chance, places, wish.tension)):
        options = {"T": words.tonic, "S": words.sub, "D": words.dom}[letter]
        if index == 0:
            out.append(words.tonic[0])
            continue
        last = max(1, len(options) - 1)
        weights = [max(80, 1000 - abs(i * 1000 // last - wish.tension)) for i in range(len(options))]
        if len(options) > 1 and out[-1] in options:
            weights[options.index(out[-1])] = 0
        out.append(options[chance.pick(weights, "word", index)])
    return out
