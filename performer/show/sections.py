"""Sections: the rows of one, and what each row becomes.

Law of this file: ``as`` takes over everything a section says except how it begins (``start``, ``count``) and how
it ends (``then``, ``last``, ``ring``); what the section says itself stands above that.
"""

import re

from performer.music.chart import AGAIN, HOLD, expanded
from performer.music.chords import parse as parse_chord
from performer.music.pitch import Key
from performer.show.blends import STYLE_KIND, Worn, weight
from performer.show.cues import CUES_KIND, Rules
from performer.show.definition import TRANSITIONS, Curve
from performer.show.desk import SHORT, Desk, Word
from performer.show.fields import NUMBER, TEXT, WORDS, Field, Kind, Schema, Table, Taken, choice, mapping, one_of, under, value, words
from performer.show.kept import KEPT
from performer.show.values import curve, from_to, gain, time_signature, whole
from performer.source.nodes import Items, Node, Pairs, Scalar
from performer.source.problems import Wrong, quoted, suggestion
from performer.styles.scenes import SCENES
from performer.ticks import Meter

Bars = tuple[tuple[Word, ...], ...]
Weights = tuple[tuple[Word, int], ...]

ROLE_WORDS = {
    "intro": "intro", "opening": "intro", "verse": "verse", "build": "build", "riser": "build", "pre": "pre", "prechorus": "pre",
    "lift": "pre", "chorus": "chorus", "refrain": "chorus", "hook": "chorus", "head": "chorus", "theme": "chorus", "drop": "drop",
    "peak": "drop", "climax": "drop", "break": "break", "breakdown": "break", "interlude": "break", "bridge": "bridge",
    "middle": "bridge", "solo": "solo", "vamp": "vamp", "groove": "vamp", "outro": "outro", "end": "outro", "ending": "outro",
    "coda": "outro", "tag": "outro", "out": "outro",
}  # fmt: skip
"""Words in a section's name that say what it is for."""


def role_of(name: str) -> str:
    """What a section's name says it is for (``drop2``, ``last-chorus``), or nothing."""
    found = (ROLE_WORDS.get(word) for word in re.findall(r"[a-z]+", name.lower()))
    return next((role for role in found if role), "")


def _read_chords(desk: Desk, node: Node, path: str) -> Bars | None:
    """Bars of chords: a word a bar, or bars between ``|``, or a list with an item a bar. ``-`` or ``/`` is the bar before again.

    A cadence in one word (``ii-V-I``) is a bar for each of its chords, or shares the bar that it stands in.
    """
    found = desk.words(node, path, "chords, such as i VI III VII")
    if found is None:
        return None
    bars: list[tuple[Word, ...]] = [()]
    if isinstance(node, Items):
        bars = [tuple(Word(piece, word.mark) for piece in word.text.split()) for word in found]
    elif any("|" in word.text for word in found):
        for word in found:
            first, *more = word.text.split("|")
            bars[-1] += (Word(first, word.mark),) if first else ()
            bars += [(Word(piece, word.mark),) if piece else () for piece in more]
    else:
        bars = [(word,) for word in found]
    bars = [tuple(Word(piece, word.mark) for word in bar for piece in expanded(word.text)) for bar in bars if bar]
    if not isinstance(node, Items) and not any("|" in word.text for word in found):
        bars = [(word,) for bar in bars for word in bar]
    if len(bars) > 128 or any(len(bar) > 8 for bar in bars):
        desk.problem(node, path, "chords are at most 128 bars of 8 chords")
        return None
    return tuple(bars)


def chord_bars(desk: Desk, bars: Bars, path: str, key: Key) -> tuple[tuple[str, ...], ...] | None:
    """The symbols of each bar, every one of them a chord in ``key``; those that are not are problems."""
    out: list[tuple[str, ...]] = []
    for bar in bars:
        if len(bar) == 1 and bar[0].text in AGAIN:
            if not out:
                desk.problem(bar[0].mark, path, "there is no bar before this one to repeat")
            out += out[-1:]
            continue
        if bar[0].text == HOLD:
            desk.problem(bar[0].mark, path, "nothing stands before this / to be held", "begin the bar with a chord")
        for word in (word for word in bar if word.text != HOLD):
            desk.typed(word.mark, path, word.text, lambda symbol: parse_chord(symbol, key))
        out.append(tuple(word.text for word in bar))
    return tuple(out) or None


def transition(text: str) -> str:
    """How a section begins or ends: one of ``TRANSITIONS``; ``stop 1 beat`` with its number of beats."""
    match = re.fullmatch(r"stop(?:\s+(?:for\s+)?([1-9]|1\d)(?:\s*beats?)?)?", text.lower())
    if match:
        beats = int(match[1] or 1)
        return f"stop {beats} beat{'s' if beats > 1 else ''}"
    if text.lower() not in TRANSITIONS:
        raise Wrong(f"{quoted(text)} is no way to begin or end", suggestion(text, (*TRANSITIONS[:-1], "stop 1 beat")))
    return text.lower()


PIVOT = "pivot"
"""Asks for a chord that both keys have."""


def via(desk: Desk, word: Word | None, path: str, key: Key) -> str | None:
    """``pivot`` or a chord that leads into ``key``."""
    if word is None or word.text == PIVOT:
        return word.text if word else None
    return word.text if desk.typed(word.mark, path, word.text, lambda symbol: parse_chord(symbol, key)) else None


def semitones(text: str) -> int:
    """A change of key: ``+2``, ``-3``."""
    return whole(text, -11, 11, "semitone")


def _read_then(desk: Desk, node: Node, path: str) -> Weights | None:
    if isinstance(node, Pairs):
        rows = [(key, desk.value(v, under(path, key.text), "a weight, such as 2", weight)) for key, v in node.pairs]
        return tuple((Word(key.text, key.mark), amount) for key, amount in rows if amount is not None) or None
    found = desk.words(node, path, "a section, or sections with weights")
    return tuple((word, 1000) for word in found) or None if found is not None else None


def _read_word(desk: Desk, node: Node, path: str) -> Word | None:
    read = desk.text(node, path, "one word", wordy=True, most=SHORT)
    return None if read is None else Word(read, node.mark)


def _yes(text: str) -> bool:
    if text.lower() in ("until next", "yes", "on", "true"):
        return True
    if text.lower() in ("no", "off", "false"):
        return False
    raise Wrong(f"{quoted(text)} does not say whether", "until next, or no")


_ONE_WORD: Kind[Word] = one_of({"type": ["string", "number"]}, _read_word)
_THEN: Schema = {"anyOf": [TEXT, {"type": "array", "items": TEXT}, {"type": "object", "additionalProperties": NUMBER}]}
_BARS_VALUE = value("a number of bars", lambda t: whole(t, 1, 512, "bar"), NUMBER)

BARS: Field[int] = Field("bars", _BARS_VALUE, "how long one visit is; the style's when left out")
ROLE: Field[str] = Field("role", choice("what a section is for", tuple(dict(SCENES))), "what it is for, when its name does not say it")
ENERGY: Field[Curve] = Field("energy", value("an energy", curve, NUMBER), "0 to 1, or a curve: 0.1 > 0.4; the style's when left out")
TEMPO: Field[Word] = Field("tempo", _ONE_WORD, "beats a minute here, or a ramp: 122 > 124")
METER: Field[Meter] = Field("meter", value("a meter", time_signature), "4/4, 6/8, 7/8 (2+2+3); the song's when left out")
ONLY: Field[tuple[Word, ...]] = Field("only", words("parts"), "the parts that play; everyone by energy when left out")
PARTS: Field[tuple[Word, ...]] = Field("parts", words("parts"), "the same as only")
ADD: Field[tuple[Word, ...]] = Field("add", words("parts"), "parts that play besides; a part that some section adds is silent elsewhere")
WITHOUT: Field[tuple[Word, ...]] = Field("without", words("parts"), "parts that do not play")
CHORDS: Field[Bars] = Field(
    "chords", one_of(WORDS, _read_chords), "a chord a bar (Fm9, bVII, V/V, ii-V-I, N.C.), or bars between |; / holds"
)
THEME: Field[Word] = Field("theme", _ONE_WORD, "the motif that leads here: hook, or a name from motifs")
IN: Field[str] = Field("in", value("a way to begin", transition), f"how it begins: {', '.join(TRANSITIONS[:-1])}, stop 1 beat")
OUT: Field[str] = Field("out", value("a way to end", transition), f"how it ends: {', '.join(TRANSITIONS[:-1])}, stop 1 beat")
STRETCH: Field[tuple[int, int]] = Field("stretch", value("a range of bars", lambda t: from_to(t, 1, 512)), "least and most bars: 4-32")
UNTIL: Field[str] = Field("until", choice("an end", ("next",)), "next: repeats until somebody presses next")
GIVE_UP: Field[int] = Field("give up", _BARS_VALUE, "goes on by itself after so many bars")
AS: Field[Word] = Field("as", _ONE_WORD, "the section that this one repeats")
VARY: Field[tuple[Word, ...]] = Field("vary", words("parts"), "parts that play it in a new way this time")
KEY: Field[int] = Field("key", value("semitones", semitones, NUMBER), "semitones up or down: +2")
VIA: Field[Word] = Field("via", _ONE_WORD, "how its key is reached, in the half bar before it: pivot, or a chord such as C7")
MIX: Field[tuple[tuple[Scalar, int], ...]] = Field("mix", mapping(value("a level", gain), "levels of parts"), "levels here: {pad: -6dB}")
LIGHT: Field[tuple[Word, ...]] = Field("light", words("tags"), "what the light should be, in words that the rig maps")
VISUAL: Field[tuple[Word, ...]] = Field("visual", words("tags"), "what the visuals should be, in words that the rig maps")
CUES: Field[tuple[tuple[Scalar, Rules], ...]] = Field("cues", CUES_KIND, "cues and when they fire: {strobe: on drop}")
STYLE: Field[Worn] = Field("style", STYLE_KIND, "another style here: dub, {house: 0.5, dub: 0.5} or {bass: dub}")
LAST: Field[Word] = Field("last", _ONE_WORD, "the last chord")
RING: Field[bool] = Field(
    "ring",
    value("until next", _yes, {"type": ["string", "boolean"]}),
    "until next: the last chord rings on till next, GO or give up",
)
START: Field[str] = Field("start", choice("a way to start", ("go",)), "GO: waits for the button before it begins")
COUNT: Field[int] = Field("count", value("bars", lambda t: whole(t, 0, 4, "bar"), NUMBER), "bars that are counted in: 1 bar")
THEN: Field[Weights] = Field("then", one_of(_THEN, _read_then), "what comes next by chance: {verse: 2, drop: 1}")

MACRO_ROWS: tuple[Field[Curve], ...] = tuple(
    Field(name, value("a macro", curve, NUMBER), f"{says}: 0 to 1, 0.5 as the style has it, or a curve: 0.4 > 0.9")
    for name, says in (
        ("density", "how many notes"), ("brightness", "how open the sounds are"), ("tension", "colour and dissonance"),
        ("complexity", "syncopation, ghost notes, ornaments"), ("humanity", "distance from the grid"), ("space", "room between notes"),
    )
)  # fmt: skip

SECTION = Table(
    "section",
    (
        BARS, ROLE, ENERGY, TEMPO, METER, ONLY, PARTS, ADD, WITHOUT, CHORDS, THEME, IN, OUT, STRETCH, UNTIL, GIVE_UP, AS, VARY, KEY, VIA,
        STYLE, MIX, LIGHT, VISUAL, CUES, *MACRO_ROWS, KEPT, LAST, RING, START, COUNT, THEN,
    ),
    later=("jam", "minutes", "talk before"),
)  # fmt: skip

_OWN = {row.key for row in (AS, START, COUNT, THEN, LAST, RING)}


def over(base: Taken, own: Taken) -> Taken:
    """``own`` with what it takes over from ``base``. A section that names its parts takes over no parts."""
    keep = {key for key in base.values if key not in _OWN}
    if own.wrote(ONLY) or own.wrote(PARTS):
        keep -= {ONLY.key, PARTS.key, ADD.key, WITHOUT.key}
    keep -= {UNTIL.key, GIVE_UP.key} if own.wrote(STRETCH) else set()
    values = {key: base.values[key] for key in base.values if key in keep} | own.values
    nodes = {key: base.nodes[key] for key in base.nodes if key in keep} | own.nodes
    return Taken(own.pairs, own.path, values, nodes)
