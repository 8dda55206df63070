"""Statements: where the plan states a song's motifs, and what is heard of each.

Law of this file: statements depend on the song and the section's idea alone; a layout is a word for each place, every
word but ``free`` and ``rest`` is one named operator, and ``tune`` is the motif itself. What a statement says is what
is heard of it: a role chooses the octave and no other pitch.
"""

from dataclasses import dataclass
from functools import lru_cache

from performer.engine.answers import WAYS, meanwhile
from performer.engine.decide import decide
from performer.engine.identity import idea_of, identity, role_of
from performer.engine.motifs import Tune, tunes
from performer.engine.same import Same
from performer.engine.wording import WORDS, Place, within
from performer.music import operators as op
from performer.music.motif import Motif, compass, seat
from performer.music.pitch import Key
from performer.music.singing import Ground, moved
from performer.show.definition import Section, Song
from performer.styles import Style
from performer.ticks import Meter


@dataclass(frozen=True, slots=True)
class Statement:
    """A motif stated from ``bar`` of the phrase on. ``voice``: lead or counter.

    ``how``: a word of the layout; the counter's are ``answer`` (where the lead rests), ``echo`` (in its gaps) and ``under``. ``free`` and
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
        if number % 2 == 0 and words[-1] == "end" and start + 2 * style.phrase <= section.bars:
            words[-1] = "open"  # a question, and the next phrase answers it
        return " ".join("free" if w == "rest" and chance.hits(free, "free", number, i) else w for i, w in enumerate(words))

    written = decide(song, f"{idea}/lead/{number + 1}", draw).split()
    known = written and all(word in WORDS or word in ("free", "rest") for word in written)
    return tuple(written) if known else tuple(draw().split())


def way_of(song: Song, style: Style, idea: str) -> str:
    """What the counter-line does under the lead in this idea: one of ``answers.WAYS``."""
    often = style.voice("lead").line.under

    def draw() -> str:
        return WAYS[identity(song, "counter", idea).hits(often, "under")]

    written = decide(song, f"{idea}/counter", draw)
    return written if written in WAYS else draw()


def statements(
    song: Song, section: Section, style: Style, motifs: tuple[Tune, ...], start: int, count: int, ground: Ground, key: Key, meter: Meter,
    *, idea: str = "", turn: int = 0, answer: int = 0,
) -> tuple[Statement, ...]:  # fmt: skip
    """What the lines state in the ``count`` bars from ``start`` on, over the chords of ``ground`` in ``key``.

    ``idea``: the name under which the layout is drawn and written, the section's idea without one; ``turn``: how many places
    further in the bank the motif stands, ``answer``: the one that the counter-line answers with, turned round unless that is odd.
    """
    first = tune_of(section, motifs, turn)
    main, other = motifs[first], motifs[(first + 1) % len(motifs)]
    answering = motifs[(first + 1 + answer) % len(motifs)]
    turned = answering.motif if answer % 2 else op.retrograde(answering.motif)
    idea = idea or idea_of(section)
    words, way = layout_of(song, section, style, start, idea), way_of(song, style, idea)
    unit = max(1, -(-main.motif.span // meter.bar))
    lift = _LIFTS.get(kind_of(section), 500)
    room = _room(main, style.voice("lead").lane, key, lift)
    out: list[Statement] = []
    bar, index = 0, 0
    places = count // unit
    if 1 < places < len(words):  # a phrase of long motifs still ends as it should
        words = (*words[: places - 1], words[-1])
    elif places > len(words) and words[-1] == "end":  # one of short motifs does not close in its middle
        words = (*words[:-1], "open", *words)
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
        out.append(stated)
        if word != "free":
            how, notes = meanwhile(stated.motif, turned, place, stated.bars * meter.bar, way, answer)
            lies = _middle(notes, place) if how == "under" else 200
            out += [Statement(bar, stated.bars, notes, answering.name, how, "counter", lift=lies)] if notes.tones else []
        bar, index = bar + length, index + (2 if word == "slow" else 1)
    return tuple(out)


def _middle(motif: Motif, place: Place) -> int:
    """Where in the room the middle of a motif lies, per mille."""
    (low, high), heights = place.room, compass(motif, place.key)
    return max(0, min(1000, (sum(heights) - 2 * low) * 500 // max(1, high - low)))


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
    given = tune.given and word in ("tune", "high")
    motif = within(tune.motif if given else WORDS[word](tune.motif, place), bars * place.meter.bar)
    return Statement(bar, bars, motif, tune.name, word, "lead", given, tune.tonic, 950 if word == "high" else lift)
