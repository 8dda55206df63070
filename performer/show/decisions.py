"""What may be decided: every kind of address under ``decisions:``, and what its value looks like.

Law of this file: an address or a value that the engine could not read is a problem at its own line, never a silent fall back
to the draw. A decision is the same written flat (``verse/bass/bass: offbeat``) or in groups (``verse: {bass: {bass: offbeat}}``).
Phrases, blocks, visits and bars count from 1; several of them may stand together (``fills: {1 2: {4 12: none}}``).
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice, product
from math import prod
from typing import NamedTuple

from performer.music.chart import read as read_chart
from performer.show.definition import Song
from performer.show.desk import Desk
from performer.show.fields import Kind, one_of, under
from performer.show.fusion import weights
from performer.show.motifs import degrees
from performer.show.pressed import WORD, read
from performer.show.values import note_value
from performer.source.nodes import Node, Pairs, Scalar
from performer.source.problems import Wrong, quoted, suggestion
from performer.styles import signs
from performer.styles.blend import respelt
from performer.styles.definition import BASS_RULES
from performer.styles.scenes import WAY_WORDS

MOST = 5000
AXES = ("parts", "density", "brightness", "dynamics", "register")
"""What a build raises, one after the other."""
OPERATORS = ("tune", "high", "respelt", "other", "up", "end", "open", "head", "mirror", "back", "graced", "slow", "fast")
LINE_WORDS = (*OPERATORS, "free", "rest")
"""Words of a lead's layout: an operator each, a phrase of its own, silence."""
COUNTERS = ("echo", "under")
FILL_SIZES = ("none", "small", "half", "whole")
BASS_SIGNS, COMP_SIGNS, FIGURE_SIGNS = frozenset(signs.BASS), frozenset(signs.CHORDS), frozenset(signs.FIGURES)
NEVER = "never"
_LONGEST = 4000

Written = tuple[tuple[Scalar, str, str, str], ...]
"""The scalar of each value, its path in the file, its address and its text."""


class Decided(NamedTuple):
    """A kind of decision. ``shape``: its address, names in <>; ``role``: whose it is; ``check`` raises Wrong or ValueError."""

    shape: str
    says: str
    check: Callable[[Song, str], None]
    role: str = ""


def _motif(_song: Song, text: str) -> None:
    step, colon, signs = text.partition(":")
    if not colon:
        raise Wrong("a motif begins with the length of a sign", 'such as "1/16: 5 - . 6"')
    degrees(signs, note_value(step.strip()))


def _chords(song: Song, text: str) -> None:
    read_chart(text, song.key)


def _line(_song: Song, text: str) -> None:
    for word in text.split():
        if word not in LINE_WORDS:
            raise Wrong(f"{quoted(word)} is not what a line can do", suggestion(word, LINE_WORDS))


def _counter(_song: Song, text: str) -> None:
    _one_of(text, COUNTERS, "way of a counter-line")


def _order(_song: Song, text: str) -> None:
    if sorted(text.split()) != sorted(AXES):
        raise Wrong("a build names each of its axes once", " ".join(AXES))


def _section(song: Song, text: str) -> None:
    _one_of(text, tuple(section.name for section in song.sections), "section")


def _way(_song: Song, text: str) -> None:
    for word in text.split():
        if text != "none" and word not in WAY_WORDS and not re.fullmatch(r"\d{1,2}", word):
            raise Wrong(f"{quoted(word)} is no way to go on", suggestion(word, WAY_WORDS[:-2]))


def _size(_song: Song, text: str) -> None:
    _one_of(text, FILL_SIZES, "size of a fill")


def _letters(song: Song, text: str) -> None:
    parts = [part for part in song.parts if part.role == "drums"]
    worn = {weights(song, section, part, "groove") for section in (None, *song.sections) for part in parts}
    known = {letter for styles in worn for letter, _ in respelt([song.styled(name).fills for name, _ in styles])[1]}
    unknown = sorted(set(text) - known - {"."})
    if unknown:
        raise Wrong(f"no drum is called {quoted(unknown[0])} in a fill", f"a letter or a dot for each sixteenth: {' '.join(sorted(known))}")


def _number(_song: Song, text: str) -> None:
    if not re.fullmatch(r"\d{1,3}", text):
        raise Wrong(f"{quoted(text)} is not the number of a variant", "0 is the first")


def _turn(song: Song, text: str) -> None:
    if text != "none":
        _number(song, text)


def _bass(_song: Song, text: str) -> None:
    row = text.replace(" ", "").replace("|", "")
    if text not in BASS_RULES and (len(row) not in signs.LONG or set(row) - BASS_SIGNS):
        raise Wrong(
            f"{quoted(text)} is no bass line", f"one of {', '.join(BASS_RULES)}, or 16, 32, 48 or 64 signs such as R... ..R. r... 5..."
        )


def _grid(known: str) -> Callable[[Song, str], None]:
    def check(_song: Song, text: str) -> None:
        if len(text) not in signs.SHORT or set(text) - set(known):
            raise Wrong(f"{quoted(text)} is no pattern", f"16 or 32 signs of {' '.join(known)}")

    return check


def _edits(known: frozenset[str]) -> Callable[[Song, str], None]:
    def check(_song: Song, text: str) -> None:
        for word in text.split():
            if text != "plain" and (not re.fullmatch(r"[1-9]\d?=.", word) or word[-1] not in known):
                raise Wrong(f"{quoted(word)} is no change", f"a sixteenth from 1 and its sign, one of {' '.join(sorted(known))}: 7=.")

    return check


def _rest(_song: Song, text: str) -> None:
    _one_of(text, ("play", "rest"), "word here")


def _start(_song: Song, text: str) -> None:
    start_of(text)


def _pressed(song: Song, text: str) -> None:
    read(text, song)


@lru_cache(maxsize=1024)
def start_of(text: str) -> int | None:
    """The energy (per mille) from which a part plays, ``from 0.35``; None for ``never``. Raises Wrong."""
    if text == NEVER:
        return None
    match = re.fullmatch(r"from (0(?:\.\d{1,3})?|1(?:\.0{1,3})?)", text)
    if match is None:
        raise Wrong(f"{quoted(text)} does not say when a part plays", "from 0.35 (an energy, 0 to 1), or never")
    whole, _, part = match[1].partition(".")
    return int(whole) * 1000 + int(f"{part:0<3}")


@lru_cache(maxsize=1024)
def starting(start: int) -> str:
    """An energy (per mille) as ``start_of`` reads it; one that is never reached is ``never``."""
    return f"from {start / 1000:g}" if start <= 1000 else NEVER


def _one_of(text: str, known: tuple[str, ...], what: str) -> None:
    if text not in known:
        raise Wrong(f"{quoted(text)} is no {what}", suggestion(text, known))


KINDS = (
    Decided("motif/<motif>", 'a tune that was invented, the length of a sign first: "1/16: 5 - . 6"', _motif),
    Decided("<idea>/chords/<phrase>", "the chords of a phrase: i7 | iv7 v7 |", _chords),
    Decided("<idea>/lead/<phrase>", f"what a line states: {', '.join(LINE_WORDS)}", _line),
    Decided("<idea>/counter", "what the counter-line does under the lead: echo (in its gaps), or under (long notes)", _counter),
    Decided("<idea>/build", f"in which order a build rises: {' '.join(AXES)}", _order),
    Decided("<section>/plays/<part>", "from which energy a part plays: from 0.35, or never", _start),
    Decided("<section>/then/<visit>", "the section that a follow rule chose", _section),
    Decided("<section>/way/<section>", f"how it gives way: {', '.join(WAY_WORDS[:-3])}, stop 1 beat, or none", _way),
    Decided(f"<section>/{WORD}/<visit>/<bar>", "what hands did in the bar: next phrase at 3; reroll bass; energy 0.7; tempo 126", _pressed),
    Decided("<section>/fills/<visit>/<bar>", f"how large a fill is: {', '.join(FILL_SIZES)}", _size),
    Decided("<idea>/drums/turn/<block>", "the turn at the end of four bars: its number, or none", _turn),
    Decided("<idea>/drums/<piece>", "which variant of its grids a piece plays: a number from 0", _number),
    Decided("<idea>/drums/again/<return>/<piece>", "the variant that it changes to when the idea returns", _number),
    Decided("<section>/<part>/fill/<visit>/<bar>", "the strokes of a fill, a letter or a dot a sixteenth", _letters, "drums"),
    Decided("<idea>/<part>/bass", f"the line: {', '.join(BASS_RULES)}, or a row of signs", _bass, "bass"),
    Decided(
        "<section>/<part>/riff/<visit>/<bar>",
        "tonight's change: sixteenths and their signs, 7=. 15=5, or plain",
        _edits(BASS_SIGNS),
        "bass",
    ),
    Decided("<section>/<part>/strokes/<visit>/<bar>", "tonight's change: 4=x 7=., or plain", _edits(COMP_SIGNS), "chords"),
    Decided("<idea>/<part>/comp", "the strokes of a chord part: 16 or 32 of . - X x s", _grid(signs.CHORDS), "chords"),
    Decided("<idea>/<part>/arp", "the figure: 16 or 32 of . - 0 to 9", _grid(signs.FIGURES), "arp"),
    Decided("<idea>/<part>/block/<block>", "whether a colour plays in a block of sixteen bars: play or rest", _rest, "arp texture"),
)
"""Every kind of decision; of two shapes that fit, the first one counts."""


def table() -> str:
    """The rows of ``KINDS`` for docs/resolve.md, in Markdown."""
    return "".join(f"| `{kind.shape}` | {kind.says.replace('|', chr(92) + '|')} |\n" for kind in KINDS)


# --- reading


def _read(desk: Desk, node: Node, path: str) -> Written | None:
    if desk.pairs(node, path, "addresses and what was decided there") is None or not isinstance(node, Pairs):
        return None
    out = tuple(islice(_flat(desk, node, path, ("",)), MOST + 1))
    if len(out) > MOST:
        desk.problem(node, path, f"holds more than {MOST} of them")
        return None
    seen: set[str] = set()
    for scalar, here, address, _ in out:
        if address in seen:
            desk.problem(scalar, here, "is decided twice")
        seen.add(address)
    return out


def _flat(desk: Desk, node: Pairs, path: str, above: tuple[str, ...]) -> Iterator[tuple[Scalar, str, str, str]]:
    for key, value in node.pairs:
        here, steps = under(path, key.text), [_several(step) for step in key.text.split("/")]
        if len(above) * prod(map(len, steps)) > MOST:
            desk.problem(key, here, f"names more than {MOST} places")
            continue
        below = tuple("/".join((*address, *row)) for address in [(a,) if a else () for a in above] for row in product(*steps))
        if isinstance(value, Pairs) and below[0].count("/") < 6:
            yield from _flat(desk, value, here, below)
        elif (text := desk.text(value, here, "a decision", wordy=True, most=_LONGEST)) is not None and isinstance(value, Scalar):
            yield from ((Scalar(address, key.mark), here, address, " ".join(text.split())) for address in below)


def _several(step: str) -> tuple[str, ...]:
    """The numbers of a step such as ``4 8 12``; else the step alone."""
    pieces = tuple(step.split())
    return pieces if all(piece.isdecimal() for piece in pieces) and pieces else (step,)


_SCHEMA = {"type": "object", "additionalProperties": {"type": ["string", "number", "object"]}}
DECISIONS_KIND: Kind[Written] = one_of(_SCHEMA, _read)


def check(desk: Desk, written: Written, song: Song) -> None:
    """A problem for every address that nothing is decided at, and for every value that cannot be read there."""
    if not desk.whole("parts", "sections"):
        return
    wrong: set[str] = set()  # said once, of however many places
    for scalar, path, address, text in written:
        count = len(desk.problems)
        if path in wrong:
            continue
        found = _known(song, address)
        if isinstance(found, str):
            what, _, hint = found.partition("\n")
            desk.problem(scalar, path, what, hint)
        else:
            desk.typed(scalar, path, text, lambda said, kind=found: kind.check(song, said))  # type: ignore[misc]
        if len(desk.problems) > count:
            wrong.add(path)


def _known(song: Song, address: str) -> Decided | str:
    """The kind of an address, or what is wrong with it and a hint, with a line break between."""
    steps = address.split("/")
    trouble = ""
    for kind in KINDS:
        shape = kind.shape.split("/")
        if len(shape) != len(steps) or any(not part.startswith("<") and part != step for part, step in zip(shape, steps, strict=True)):
            continue
        wrong = [told for name, step in zip(shape, steps, strict=True) if (told := _misnamed(song, kind, name, step))]
        if not wrong:
            return kind
        trouble = trouble or wrong[0]
    return (
        trouble or f"nothing is decided at {quoted(address)}\n{suggestion(address, _examples(song)) or 'docs/resolve.md lists what may be'}"
    )


def _examples(song: Song) -> tuple[str, ...]:
    """Addresses that this song has, for a hint."""
    out = []
    for kind in KINDS:
        for idea in dict.fromkeys(section.idea or section.name for section in song.sections[:20]):
            parts = [part.name for part in song.parts if not kind.role or part.role in kind.role.split()]
            shape = re.sub(r"<(idea|section)>", idea, kind.shape)
            shape = re.sub(r"<(phrase|visit|bar|block|return)>", "1", shape).replace("<motif>", "hook").replace("<piece>", "hat")
            out += [shape.replace("<part>", part) for part in parts] if "<part>" in shape else [shape]
    return tuple(out)


def _misnamed(song: Song, kind: Decided, name: str, step: str) -> str:
    """What is wrong with one step of an address; "" when nothing is."""
    known: tuple[str, ...]
    match name:
        case "<idea>" | "<section>":
            known = tuple(section.name for section in song.sections)
            step = re.sub(r"~\d{1,5}$", "", step)
        case "<part>":
            known = tuple(part.name for part in song.parts if not kind.role or part.role in kind.role.split())
        case "<piece>":
            known = tuple(dict.fromkeys(piece.name for style in song.styles for piece in style.pieces))
        case "<motif>":
            known = tuple(dict.fromkeys(("hook", "verse", "turn", *(motif for motif, _ in song.motifs))))
        case "<phrase>" | "<visit>" | "<bar>" | "<block>" | "<return>":
            return "" if re.fullmatch(r"[1-9]\d{0,4}", step) else f"{quoted(step)} is not the number of a {name[1:-1]}\nthey count from 1"
        case _:
            return ""
    what = f"part that plays {kind.role.replace(' ', ' or ')}" if name == "<part>" and kind.role else name[1:-1].replace("idea", "section")
    return "" if step in known else f"there is no {what} called {quoted(step)}\n{suggestion(step, known)}"
