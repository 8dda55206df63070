"""The form: the order of the sections, and whether there is a way to the end.

Law of this file: a form is read as it is spoken: ``intro verse build drop x2 end``, ``... drop loop from verse``.
A song whose follow rules can only go round for ever must say so with ``loop``.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from performer.show.desk import Desk, Word
from performer.show.fields import Field, words

MOST_STEPS = 1000

FORM: Field[tuple[Word, ...]] = Field(
    "form", words("sections in order", MOST_STEPS), "sections in order; x2 repeats, loop from NAME goes round"
)


def read_form(desk: Desk, written: Sequence[Word], path: str, names: Sequence[str]) -> tuple[tuple[str, ...], int | None]:
    """The steps and the index to which the form loops (None: it ends)."""
    known = set(names)
    steps: list[str] = []
    rest = [piece for word in written for piece in _pieces(word)]
    for number, word in enumerate(rest):
        times = re.fullmatch(r"[x×*](\d{1,2})", word.text)
        if word.text == "loop" and "loop" not in known:
            return tuple(steps), _loop(desk, word, rest[number + 1 :], path, steps)
        if times and word.text not in known:
            _repeat(desk, word, path, steps, int(times[1]))
        elif word.text in known:
            steps.append(word.text)
        elif names and desk.whole("sections"):
            desk.unknown(word, path, "section", (*names, "loop") if get_close_matches(word.text, ("loop",)) else names)
    return tuple(steps[:MOST_STEPS]), None


def _pieces(word: Word) -> list[Word]:
    """A list item may hold several words (``drop x2``)."""
    return [Word(piece, word.mark) for piece in word.text.split()]


def _repeat(desk: Desk, word: Word, path: str, steps: list[str], times: int) -> None:
    if not steps or not 1 <= times <= 64:
        desk.problem(word.mark, path, f"{word.text} repeats nothing", "write it after a section: drop x2")
        return
    steps += steps[-1:] * (times - 1)


def _loop(desk: Desk, word: Word, rest: Sequence[Word], path: str, steps: Sequence[str]) -> int | None:
    if rest and rest[0].text in ("from", "to"):
        rest = rest[1:]
        if not rest:
            desk.problem(word.mark, path, "loop from where?", "loop from verse")
            return None
    for more in rest[1:]:
        desk.problem(more.mark, path, "nothing comes after a loop", "leave it out, or leave the loop out")
    if not rest:
        return 0 if steps else None
    if rest[0].text not in steps:
        desk.unknown(rest[0], path, "section before the loop", steps)
        return None
    return steps.index(rest[0].text)


def ends(form: Sequence[str], then: Mapping[str, Sequence[str]], loops: bool) -> bool:
    """Whether the end can be reached, or a loop was asked for. ``then``: targets of the sections with a follow rule."""
    seen: set[int] = set()
    reach = [0]
    while reach:
        step = reach.pop()
        if step >= len(form):
            return True
        if step in seen:
            continue
        seen.add(step)
        targets = then.get(form[step])
        if not targets:
            if loops and step == len(form) - 1:
                return True
            reach.append(step + 1)
            continue
        for target in targets:
            later = [i for i, name in enumerate(form) if name == target]
            reach.append(next((i for i in later if i > step), later[0] if later else step + 1))
    return not form
