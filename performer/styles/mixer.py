"""How values of one kind become one, by their type and the mark of their field.

Law of this file: equal values stay as they are; a value that stands alone is itself; numbers lie between; what cannot be
divided changes hands once as a weight grows, at a place that its path fixes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from math import lcm
from operator import mul
from typing import Any

from performer.music.chance import Chance
from performer.styles.cells import MOST, mixed, spread
from performer.styles.definition import Grid

Path = tuple[str, ...]


class Mixer:
    """The rules for one set of weights (per mille, summing to 1000), one a style."""

    def __init__(self, chance: Chance, weights: Sequence[int]) -> None:
        self.chance, self.weights = chance, tuple(weights)
        self.heaviest = max(range(len(self.weights)), key=lambda index: (self.weights[index], -index))

    # --- who

    def owner(self, place: int) -> int:
        """The style at a place, per mille of the weights laid end to end."""
        for index, weight in enumerate(self.weights):
            place -= weight
            if place < 0:
                return index
        return self.heaviest

    def taken(self, path: Path) -> int:
        """Which style an indivisible thing is taken from."""
        return self.owner(self.chance.below(1000, *path))

    def part(self, who: Sequence[int]) -> "Mixer":
        """The rules among some of the styles, as if the others were not there."""
        if len(who) == len(self.weights):
            return self
        total = sum(self.weights[index] for index in who)
        if not total:
            return Mixer(self.chance, [1000, *[0] * (len(who) - 1)])
        shares = [self.weights[index] * 1000 // total for index in who]
        shares[max(range(len(who)), key=lambda index: (shares[index], -index))] += 1000 - sum(shares)
        return Mixer(self.chance, shares)

    def present(self, owners: Mapping[str, Sequence[int]], path: Path) -> list[str]:
        """The names that are there: those that all styles have, and each other from a share of its owners on."""
        rare = [name for name in sorted(owners) if len(owners[name]) < len(self.weights)]
        place = dict(zip(rare, spread(self.chance, len(rare), *path), strict=True))
        return [name for name, who in owners.items() if name not in place or sum(self.weights[i] for i in who) > place[name]]

    # --- what

    def field(self, name: str, marks: Mapping[Any, Any], owners: Sequence[object], path: Path) -> Any:
        """One field of several values of a class."""
        values = [getattr(owner, name) for owner in owners]
        rule = marks.get("blend", "")
        if rule == "heaviest":
            return values[self.heaviest]
        if rule == "one":
            return values[self.taken(path)]
        return self.value(values, path, slots=rule == "slots")

    def fields(self, values: Sequence[Any], path: Path, besides: Iterable[str] = ()) -> dict[str, Any]:
        """The fields of values of one class, without those that are mixed elsewhere."""
        left = set(besides)
        return {
            row.name: self.field(row.name, row.metadata, values, (*path, row.name)) for row in fields(values[0]) if row.name not in left
        }

    def value(self, values: Sequence[Any], path: Path, *, slots: bool = False) -> Any:
        """Values of one type as one."""
        first = values[0]
        if all(value is first or value == first for value in values):
            return first
        if all(type(value) is int for value in values):
            return self.mean(values)
        if all(isinstance(value, tuple) for value in values):
            return self._tables(values, path, slots=slots)
        if is_dataclass(first) and all(type(value) is type(first) for value in values):
            return replace(first, **self.fields(values, path))  # type: ignore[type-var]
        return values[self.taken(path)]

    def mean(self, values: Sequence[int]) -> int:
        """The weighted mean, rounded to the nearest, halves upwards."""
        total: int = sum(map(mul, values, self.weights))
        return (2 * total + 1000) // 2000

    def _tables(self, values: Sequence[tuple[Any, ...]], path: Path, *, slots: bool) -> tuple[Any, ...]:
        if slots:
            return tuple(self.crossed(values, self.grids(16, path)))
        entries = [entry for value in values for entry in value]
        if all(isinstance(entry, Grid) for entry in entries):
            return self._by_energy(values, path)
        if all(type(entry) is int for entry in entries) and all(values):
            length = lcm(*[len(value) for value in values])
            return tuple([self.mean([value[i % len(value)] for value in values]) for i in range(length)])
        if all(_is_row(entry) for entry in entries):
            return self.named(values, path)
        return self.dealt(values, path)

    # --- lists

    def crossed(self, values: Sequence[Sequence[Any]], mix: Callable[[list[Any]], Any]) -> list[Any]:
        """Lists of alternatives as one: every entry of one meets its counterparts in the others, in proportion.

        Who draws the same share of two such lists draws an entry and its own parent: floor(floor(u n m) / m) = floor(u n).
        """
        some = [value for value in values if value]
        count = min(MOST, lcm(*[len(value) for value in some])) if some else 0
        return [mix([value[k * len(value) // count] if value else None for value in values]) for k in range(count)]

    def grids(self, cells: int, path: Path) -> Callable[[list[Any]], str]:
        """Mixes grids in ``cells`` of a bar; a style without one leaves it to the others, and nothing at all is nobody's pattern."""
        places = spread(self.chance, cells, *path)
        seen: dict[tuple[Any, ...], str] = {}

        def mix(texts: list[Any]) -> str:
            key = tuple(texts)
            if key not in seen:
                who = [index for index, text in enumerate(texts) if text is not None]
                some = [texts[index] for index in who]
                rules = self.part(who)
                out = some[0] if all(text == some[0] for text in some) else mixed(some, places, rules.owner)
                seen[key] = next((text for text in (out, some[rules.heaviest], *some) if text.strip(".-")), out)
            return seen[key]

        return mix

    def _by_energy(self, values: Sequence[tuple[Grid, ...]], path: Path) -> tuple[Grid, ...]:
        """Between every two energies at which some style changes its grids: what the styles play there, crossed, by beats."""
        edges = sorted({edge for grids in values for grid in grids for edge in (grid.start, grid.until)})
        mix = self.grids(4, path)
        out: list[Grid] = []
        for start, until in pairwise(edges):
            fitting = [[grid.text for grid in grids if grid.start <= start < grid.until] for grids in values]
            out += [Grid(start=start, until=until, text=text) for text in self.crossed(fitting, mix)]
        return tuple(out)

    def named(self, values: Sequence[tuple[Any, ...]], path: Path) -> tuple[tuple[Any, ...], ...]:
        """Rows by name: shared ones are mixed, a number that a style does not say is none, other rows come in by themselves."""
        tables = [{row[0]: row[1:] for row in value} for value in values]
        owners: dict[str, list[int]] = {}
        for index, table in enumerate(tables):
            for name in table:
                owners.setdefault(name, []).append(index)
        if all(len(rest) == 1 and type(rest[0]) is int for table in tables for rest in table.values()):
            return tuple((name, self.mean([table.get(name, (0,))[0] for table in tables])) for name in owners)
        out = []
        for name in self.present(owners, path):
            rules, columns = self.part(owners[name]), zip(*[tables[index][name] for index in owners[name]], strict=True)
            out.append((name, *[rules.value(column, (*path, name)) for column in columns]))
        return tuple(out)

    def dealt(self, values: Sequence[tuple[Any, ...]], path: Path) -> tuple[Any, ...]:
        """Lists of alternatives that stay whole: each place of the list belongs to one of the styles."""
        who = [index for index, value in enumerate(values) if value]
        if not who:
            return ()
        rules = self.part(who)
        rows = self.crossed([values[index] for index in who], tuple)
        return tuple([row[rules.owner(place)] for row, place in zip(rows, spread(self.chance, len(rows), *path), strict=True)])


def _is_row(entry: Any) -> bool:
    """Whether an entry of a table is a name and what it names."""
    if not isinstance(entry, tuple) or len(entry) < 2:
        return False
    return isinstance(entry[0], str) and not any(isinstance(rest, str) for rest in entry[1:])
