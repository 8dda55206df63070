"""The way that a performance took as a linear form: sections in order, follow rules followed, jumps as what comes next.

Law of this file: sections keep their names and lengths, so that whatever is drawn tonight by section and visit is drawn the same.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from performer.rehearse.decided import Stint
from performer.show.definition import Song


def form_of(song: Song, way: Sequence[Stint], decisions: Mapping[str, str], *, round_again: bool) -> str:
    """The way in words. ``round_again``: the performance was left where it would have begun again."""
    target = ""
    if round_again and way:
        last = way[-1]
        loop = song.form[song.loop_to] if song.loop_to is not None else ""
        target = decisions.get(f"{last.section}/then/{last.visit + last.repeats}", "") if song.section(last.section).then else loop
    return words_of([stint.section for stint in way], target)


def words_of(sections: Sequence[str], loop: str) -> str:
    """A form as a show writes it. ``loop``: the section from which it goes round, if that is in it; "" when it ends."""
    words: list[str] = []
    for name, run in groupby(sections):
        count = len(list(run))
        words += [name, f"x{count}"] if count > 1 else [name]
    return " ".join([*words, "loop", "from", loop] if loop in words else words)


def linear(decisions: Mapping[str, str], way: Sequence[Stint]) -> dict[str, str]:
    """The decisions that a linear form leaves a choice for."""
    pairs = {(one.section, other.section) for one, other in pairwise(way)}
    out = {}
    for address, value in decisions.items():
        steps = address.split("/")
        chosen = len(steps) == 3 and steps[1] == "then"
        elsewhere = len(steps) == 3 and steps[1] == "way" and (steps[0], steps[2]) not in pairs
        if not chosen and not elsewhere:
            out[address] = value
    return out
