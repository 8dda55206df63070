"""Chords that follow one another as they do in a body of songs, between a given beginning and a given end.

Law of this file: every step of a walk is a move of the table, the first chord is one of those asked for, and the last one
moves to one of the goals (Pachet, Roy and Barbieri, IJCAI 2011: constraints compiled backwards into the weights). A chord that
was heard a moment ago comes back ``SHY`` times more seldom than the table has it. Integers throughout.
"""

from collections.abc import Iterable
from functools import lru_cache

from performer.music.chance import Chance

Moves = tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
"""Chord texts, each with the chords that follow it and how often (integers above 0)."""

SHY, MEMORY = 5, 4
"""A chord among the last four is so much less likely: counts over whole songs know nothing of the phrase they stand in."""


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
        recent = out[-MEMORY:]
        reach = [(chord, count * weights[place].get(chord, 0)) for chord, count in table[out[-1]]]
        options = [(chord, weight if chord not in recent else -(-weight // SHY)) for chord, weight in reach]
        out.append(options[chance.pick([weight for _, weight in options], place)][0])
    return out


@lru_cache(maxsize=64)
def _table(moves: Moves) -> dict[str, tuple[tuple[str, int], ...]]:
    """The table with every row as shares, in 10,000ths."""
    totals = {chord: sum(count for _, count in row) for chord, row in moves}
    return {chord: tuple((to, -(-10_000 * count // totals[chord])) for to, count in row) for chord, row in moves}


@lru_cache(maxsize=256)
def _compiled(moves: Moves, places: int, goals: tuple[str, ...]) -> tuple[dict[str, int], ...]:
    """For each place the weight with which a chord there can still reach a goal behind the last place."""
    table = _table(moves)
    last = {chord: sum(count for to, count in row if not goals or to in goals) for chord, row in table.items()}
    out = [{chord: weight for chord, weight in last.items() if weight}]
    for _ in range(places - 1):
        after = out[-1]
        now = {chord: sum(count * after.get(to, 0) for to, count in row) for chord, row in table.items()}
        shrink = max(1, max(now.values(), default=1) >> 40)
        out.append({chord: max(1, weight // shrink) for chord, weight in now.items() if weight})
    return tuple(reversed(out))
