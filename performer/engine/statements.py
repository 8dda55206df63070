"""Identity and statements: what makes a song itself, and where the plan states its motifs.

Law of this file: statements depend on the song and the section's idea alone; a layout is a word for each place, every
word but ``free`` and ``rest`` is one named operator, and ``tune`` is the motif itself. What a statement says is what
is heard of it: a role chooses the octave and no other pitch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from performer.engine.decide import decide
from performer.engine.motifs import Tune, tunes
from performer.music import operators as op
from performer.music.chance import Chance
from performer.music.motif import Motif, Tone, compass, gaps, seat, spelt
from performer.music.pitch import Key
from performer.music.singing import Ground, moved, under
from performer.show.definition import Section, Song
from performer.styles import Style
from performer.ticks import SIXTEENTH, Meter

THEMES = ("drop", "chorus")
"""Section roles that state the main motif in full."""

T = TypeVar("T")


class Same(Generic[T]):
    """A value known by identity, so that a memo need not hash it; it keeps its value alive."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.value is self.value


@dataclass(frozen=True, slots=True)
class Statement:
    """A motif stated from ``bar`` of the phrase on. ``voice``: lead or counter.

    ``how``: a word of the layout; the counter's are ``answer`` (where the lead rests) and ``echo`` (in its gaps). ``free`` and
    ``rest`` have no notes. ``given``: exactly as the show writes it. ``tonic``: the pitch of degree 0 where the show gives
    pitches. ``lift``: where in the lane it would like to lie, per mille.
    """

    bar: int
    bars: int
    motif: Motif
    name: str
    how: str
    voice: str
    given: bool = False
    tonic: int | None = None
    lift: int = 500


def role_of(section: Section) -> str:
    """What a section is for: as written, else from its name (``drop2`` is a drop)."""
    if section.role:
        return section.role
    return (section.idea or section.name).rstrip("0123456789 -_").lower()


def idea_of(section: Section) -> str:
    """The name under which a section's identity is drawn."""
    return section.idea or section.name


def identity(song: Song, *path: str | int) -> Chance:
    """The chance that is the same every night."""
    return Chance.of(song.seed).at(song.name, *path)


@lru_cache(maxsize=64)
def bank(song: Same[Song], style: Same[Style], meter: Meter, homes: tuple[Ground, ...]) -> tuple[Tune, ...]:
    """The song's motifs; ``homes``: the chords under each of ``motifs.NAMES``."""
    return tunes(song.value, identity(song.value), style.value.voice("lead"), meter, homes)


KINDS = {
    "chorus": "theme", "drop": "theme", "verse": "verse", "vamp": "verse", "build": "build", "pre": "build", "solo": "solo",
    "break": "calm", "bridge": "calm",
}  # fmt: skip
"""What a melody does in a section, by the section's role; nothing: it hints at the tune."""

LAYOUTS = {
    "theme": ("tune respelt tune end", "tune respelt up end", "tune other tune end", "tune up tune end"),
    "verse": ("tune rest up end", "tune rest tune end", "tune rest tune rest", "tune mirror tune end"),
    "build": ("head rest head up", "head head up fast", "head rest fast fast"),
    "solo": ("tune free free end", "free free up end", "tune free other free"),
    "calm": ("slow slow rest rest", "tune rest mirror rest", "tune rest back rest"),
    "": ("head rest tune rest", "rest head rest tune", "head rest mirror rest"),
}
"""What stands in the places of a phrase, by what a melody does there."""

_LIFTS = {"theme": 680, "build": 560, "solo": 600, "verse": 400, "calm": 480}
_BUDGET = ("", "", "graced", "high", "head")
"""What happens to a tune's second statement in the section's first, second ... phrase: plain, exact, and then varied."""


_REACH = 9
"""Semitones in which an answer keeps, at the bottom of the lane."""


def kind_of(section: Section) -> str:
    """A key of ``LAYOUTS``."""
    return "theme" if section.theme else KINDS.get(role_of(section), "")


def tune_of(section: Section, motifs: tuple[Tune, ...], turn: int = 0) -> int:
    """Which motif of the bank a section is about, or the one ``turn`` places after it."""
    names = [tune.name for tune in motifs]
    kind = kind_of(section)
    wanted, place = {"theme": (section.theme or "hook", 0), "verse": ("verse", 1)}.get(kind, ("turn", 2))
    if kind in ("build", ""):
        wanted, place = "hook", 0
    found = names.index(wanted) if wanted in names else place % len(names)
    return (found + turn) % len(names)


class Place(NamedTuple):
    """What an operator may know besides the motif: the key, the chords from its beginning on, the meter.

    ``room``: the lowest and highest pitch above the tonic that the lane of the style's lead leaves.
    """

    key: Key
    ground: Ground
    meter: Meter
    room: tuple[int, int]


def _plain(motif: Motif, _place: Place) -> Motif:
    return motif


def _settled(motif: Motif, place: Place) -> Motif:
    return op.respell(motif, place.key, place.ground, place.meter, place.room)


def _up(motif: Motif, place: Place) -> Motif:
    """The sequence that sits best on the chords: a step or a third up, else down."""
    low, high = place.room
    turned = [op.sequence(motif, steps) for steps in (1, 2, -1, -2)]
    heights = [compass(shifted, place.key) for shifted in turned]
    outside = [max(0, top - high) + max(0, low - bottom) for bottom, top in heights]
    best = min(range(4), key=lambda i: (outside[i], op.clashes(turned[i], place.key, place.ground, place.meter), i))
    return _settled(turned[best], place)


def _mirror(motif: Motif, place: Place) -> Motif:
    """Upside down, an octave up or down where that keeps it in the room."""
    low, high = place.room
    turned = [op.sequence(op.invert(motif), steps) for steps in (0, 7, -7)]
    heights = [compass(shifted, place.key) for shifted in turned]
    best = min(range(3), key=lambda i: (max(0, heights[i][1] - high) + max(0, low - heights[i][0]), i))
    return _settled(turned[best], place)


def _end(motif: Motif, place: Place) -> Motif:
    """A new ending, on the tonic if the last chord has it, else on its nearest tone."""
    if not motif.tones:
        return motif
    last, home = motif.tones[-1], place.key.tonic
    classes = under(place.ground, last.at).classes
    above = next((step for step in (0, 7, 4, 3, 2, 9, 10, 5, 8, 11, 1, 6) if (home + step) % 12 in classes), 0)
    settled = _settled(motif, place)
    return op.ending(settled, spelt(above, place.key)[0])


WORDS: dict[str, Callable[[Motif, Place], Motif]] = {
    "tune": _plain,
    "high": _plain,
    "respelt": _settled,
    "other": _settled,
    "up": _up,
    "end": _end,
    "head": lambda m, p: _settled(op.fragment(m), p),
    "mirror": _mirror,
    "back": lambda m, p: _settled(op.retrograde(m), p),
    "graced": lambda m, p: op.ornament(_settled(m, p), SIXTEENTH // 2),
    "slow": lambda m, p: _settled(op.augment(m), p),
    "fast": lambda m, p: _settled(op.diminish(m), p),
}
"""What the words of a layout do to a motif. Besides: ``free`` (the lead finds a phrase of its own) and ``rest``."""


def layout_of(song: Song, section: Section, style: Style, start: int, idea: str) -> tuple[str, ...]:
    """The words of the phrase that begins at bar ``start`` of the section; what cannot be read is drawn."""
    number = start // style.phrase
    chance = identity(song, "lead", idea)
    layouts, free = LAYOUTS[kind_of(section)], style.voice("lead").line.free

    def draw() -> str:
        words = layouts[chance.below(len(layouts), "layout", number // 4)].split()
        change = _BUDGET[number] if number < len(_BUDGET) else _BUDGET[2 + chance.below(3, "budget", number)]
        again = next((i for i in range(1, len(words)) if words[i] in ("tune", "respelt", "up")), 0)
        if change and again:
            words[again] = change
        return " ".join("free" if w == "rest" and chance.hits(free, "free", number, i) else w for i, w in enumerate(words))

    written = decide(song, f"{idea}/lead/{number + 1}", draw).split()
    known = written and all(word in WORDS or word in ("free", "rest") for word in written)
    return tuple(written) if known else tuple(draw().split())


def statements(
    song: Song, section: Section, style: Style, motifs: tuple[Tune, ...], start: int, count: int, ground: Ground, key: Key, meter: Meter,
    *, idea: str = "", turn: int = 0, answer: int = 0,
) -> tuple[Statement, ...]:  # fmt: skip
    """What the lines state in the ``count`` bars from ``start`` on, over the chords of ``ground`` in ``key``.

    ``idea``: the name under which the layout is drawn and written, the section's idea without one; ``turn``: how many places
    further in the bank the motif stands, ``answer``: the one that the counter-line
    answers with, turned round unless that is odd.
    """
    first = tune_of(section, motifs, turn)
    main, other = motifs[first], motifs[(first + 1) % len(motifs)]
    answering = motifs[(first + 1 + answer) % len(motifs)]
    turned = answering.motif if answer % 2 else op.retrograde(answering.motif)
    words = layout_of(song, section, style, start, idea or idea_of(section))
    unit = max(1, -(-main.motif.span // meter.bar))
    lift = _LIFTS.get(kind_of(section), 500)
    room = _room(main, style.voice("lead").lane, key, lift)
    out: list[Statement] = []
    bar, index = 0, 0
    while bar < count:
        word = words[index % len(words)]
        if word == "slow" and bar + 2 * unit > count:
            word = "tune"
        tune = other if word == "other" else main
        if word in ("tune", "high") and bar * meter.bar + tune.motif.span > count * meter.bar:
            word = "head"
        place = Place(key, moved(ground, bar * meter.bar), meter, room)
        length = min(2 * unit if word == "slow" else -(-tune.motif.span // meter.bar), count - bar)
        stated = _lead(word, tune, place, bar, length, lift)
        out += [stated, *_answers(stated, answering.name, turned, place)]
        bar, index = bar + length, index + (2 if word == "slow" else 1)
    return tuple(out)


def _room(tune: Tune, lane: tuple[int, int], key: Key, lift: int) -> tuple[int, int]:
    """What the lane leaves below and above the tonic, when the tune has its place in it."""
    low, high = lane
    tonic = seat(compass(tune.motif, key), lane, key.tonic, low + (high - low) * lift // 1000)
    return low - tonic, high - tonic


def _lead(word: str, tune: Tune, place: Place, bar: int, bars: int, lift: int) -> Statement:
    """The lead's statement; an invented tune that rubs against the chords here is respelt."""
    if word not in WORDS:
        return Statement(bar, bars, Motif((), bars * place.meter.bar), tune.name, word, "lead", lift=lift)
    if word in ("tune", "high") and not tune.given and op.clashes(tune.motif, place.key, place.ground, place.meter):
        word = "respelt"
    motif = _within(WORDS[word](tune.motif, place), bars * place.meter.bar)
    plain = word in ("tune", "high")
    return Statement(bar, bars, motif, tune.name, word, "lead", plain and tune.given, tune.tonic, 950 if word == "high" else lift)


def _within(motif: Motif, span: int) -> Motif:
    """What of a motif has room in ``span``."""
    if motif.span <= span:
        return motif
    tones = tuple(Tone(t.at, min(t.length, span - t.at), t.degree, t.alter) for t in motif.tones if t.at < span)
    return Motif(tones, span)


def _answers(stated: Statement, name: str, turned: Motif, place: Place) -> list[Statement]:
    """What the counter-line plays meanwhile: the head of what it answers with where the lead rests, a few notes in its gaps.

    It lies at the bottom of the room.
    """
    if stated.how == "free":
        return []
    low, high = place.room
    under_it = place._replace(room=(low, min(high, low + _REACH)))
    span = stated.bars * place.meter.bar
    if not stated.motif.tones:
        how, tones = "answer", list(op.fragment(turned).tones)
    else:
        how, tones = "echo", []
        for start, end in gaps(stated.motif, max(place.meter.pulse, 4 * SIXTEENTH)):
            offset = -(-start // (2 * SIXTEENTH)) * 2 * SIXTEENTH - turned.tones[0].at
            head = [t for t in turned.tones if t.at + offset < end - SIXTEENTH][:4]
            tones += [Tone(t.at + offset, min(t.length, end - t.at - offset), t.degree, t.alter) for t in head]
    if not tones:
        return []
    answer = _mirror(_within(Motif(tuple(tones), max(span, turned.span)), span), under_it)
    return [Statement(stated.bar, stated.bars, answer, name, how, "counter", lift=200)]
