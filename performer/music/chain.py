"""Chords that follow one another as they do in a body of songs, between a given beginning and a given end.

Law of this file: every step of a walk is a move of the table, the first chord is one of those asked for, and the last one
moves to one of the goals; among such walks each is drawn with its own probability (Pachet, Roy and Barbieri, IJCAI 2011:
constraints compiled backwards into the weights). Integers throughout.
"""

from collections.abc import Iterable
from functools import lru_cache

from performer.music.chance import Chance

Moves = tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
"""Chord texts, each with the chords that follow it and how often (integers above 0)."""


def walk(chance: Chance, moves: Moves, places: int, first: Iterable[str], goals: tuple[str, ...]) -> list[str]:
    """``places`` chords; [] when no walk leads from ``first`` to a goal (without goals it may end anywhere that goes on)."""
    if places < 1:
        return []
    table = _table(moves)
    weights = _compiled(moves, places, goals)
    starts = [chord for chord in dict.fromkeys(first) if weights[0].get(chord)]
    if not starts:
        return []
    out = [starts[chance.pick([weights[0][chord] for chord in starts], 0)]]
    for place in range(1, places):
        options = [(chord, count * weights[place].get(chord, 0)) for chord, count in table[out[-1]]]
        out.append(options[chance.pick([weight for _, weight in options], place)][0])
    return out


@lru_cache(maxsize=64)
def _table(moves: Moves) -> dict[str, tuple[tuple[str, int], ...]]:
    return dict(moves)


@lru_cache(maxsize=256)
def _compiled(moves: Moves, places: int, goals: tuple[str, ...]) -> tuple[dict[str, int], ...]:
    """For each place the weight with which a chord there can still reach a goal behind the last place."""
    last = {chord: sum(count for to, count in row if not goals or to in goals) for chord, row in moves}
    out = [{chord: weight for chord, weight in last.items() if weight}]
    for _ in range(places - 1):
        after = out[-1]
        now = {chord: sum(count * after.get(to, 0) for to, count in row) for chord, row in moves}
        shrink = max(1, max(now.values(), default=1) >> 40)
        out.append({chord: max(1, weight // shrink) for chord, weight in now.items() if weight})
    return tuple(reversed(out))
