"""Tables of fields: what a mapping may hold, read and described by the same rows.

Law of this file: a row is the only place where a key is named. Reading, the hints for unknown keys and the
JSON Schema all come from the tables, so that they cannot disagree.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, cast

from performer.show.desk import Desk, Word
from performer.source.nodes import Items, Mark, Node, Pairs, Scalar
from performer.source.problems import MOST, Wrong, quoted, suggestion

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Schema = Mapping[str, object]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": ["number", "string"]}
WORDS: Schema = {"type": ["string", "array", "number"], "items": {"type": ["string", "number"]}}


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """A type of value: how it is read from a node (None after a problem), and its schema."""

    read: Callable[[Desk, Node, str], T_co | None]
    schema: Schema


@dataclass(frozen=True, slots=True)
class Field(Generic[T_co]):
    """A key, the kind of its value, and what it says in one line."""

    key: str
    kind: Kind[T_co]
    says: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The fields of one mapping. ``later``: keys that are planned, with the reason why they are refused today."""

    name: str
    fields: tuple[Field[object], ...]
    later: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that may be written."""
        return tuple(row.key for row in self.fields)

    def schema(self) -> dict[str, object]:
        """The mapping in JSON Schema."""
        out: dict[str, object] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {row.key: {**row.kind.schema, "description": row.says} for row in self.fields},
        }
        needed = [row.key for row in self.fields if row.needed]
        return {**out, "required": needed} if needed else out


@dataclass(slots=True)
class Taken:
    """A mapping that was read: the value of each field that was written and right."""

    pairs: Pairs
    path: str
    values: dict[str, object] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)

    def get(self, row: Field[T]) -> T | None:
        """The value of a field; None when it was left out or wrong."""
        return cast("T | None", self.values.get(row.key))

    def wrote(self, row: Field[T]) -> bool:
        """Whether the key stands in the file at all."""
        return row.key in self.nodes

    def mark(self, row: Field[T]) -> Mark:
        """Where the value stands, or the mapping when it does not."""
        return self.nodes[row.key].mark if row.key in self.nodes else self.pairs.mark

    def at(self, row: Field[T]) -> str:
        """The path of a field."""
        return under(self.path, row.key)


def under(path: str, step: str) -> str:
    """A path one step down."""
    return f"{path}.{step[:60]}" if path else step[:60]


def take(desk: Desk, node: Node, path: str, table: Table) -> Taken | None:
    """Read a mapping by its table: unknown keys, wrong values and missing ones are problems."""
    pairs = desk.pairs(node, path, f"{', '.join(table.keys[:4])} ...")
    if pairs is None:
        return None
    taken = Taken(pairs, path)
    rows = {row.key: row for row in table.fields}
    for key, value in pairs.pairs:
        row = rows.get(key.text)
        if row is None:
            _unknown_key(desk, key, under(path, key.text), table)
            continue
        taken.nodes[row.key] = value
        read = row.kind.read(desk, value, under(path, row.key))
        if read is not None:
            taken.values[row.key] = read
    for row in table.fields:
        if row.needed and row.key not in taken.nodes and desk.whole(re.split(r"[.\[]", path)[0] or row.key):
            desk.problem(pairs, path, f"'{row.key}' is missing", row.says)
    return taken


def _unknown_key(desk: Desk, key: Scalar, path: str, table: Table) -> None:
    if key.text in table.later:
        desk.problem(key, path, "is not supported yet", "leave it out for now")
        return
    hint = suggestion(key.text.replace("_", " "), table.keys) if len(desk.problems) < MOST else ""
    desk.problem(key, path, f"a {table.name} has no key {quoted(key.text)}", hint or f"known: {', '.join(table.keys)}")


# --- kinds


def value(expected: str, of: Callable[[str], T], schema: Schema = TEXT, *, wordy: bool = False) -> Kind[T]:
    """A single text with a type of its own."""
    return Kind(lambda desk, node, path: desk.value(node, path, expected, of, wordy=wordy), schema)


def text(expected: str, most: int = 80) -> Kind[str]:
    """A title or a name: any text, on one line."""

    def of(words: str) -> str:
        if len(words) > most:
            raise Wrong(f"is longer than {most} characters")
        return " ".join(words.split())

    return value(expected, of, wordy=True)


def choice(expected: str, words: Sequence[str]) -> Kind[str]:
    """One of a few words."""

    def of(word: str) -> str:
        if word.lower() not in words:
            raise Wrong(f"{quoted(word)} is not {expected}", suggestion(word, words))
        return word.lower()

    return value(expected, of, {"type": "string", "enum": list(words)})


def words(expected: str, most: int = 64) -> Kind[tuple[Word, ...]]:
    """Words, each with its place: names that are looked up later."""

    def read(desk: Desk, node: Node, path: str) -> tuple[Word, ...] | None:
        found = desk.words(node, path, expected)
        if found is not None and len(found) > most:
            desk.problem(node, path, f"has more than {most} words")
            return None
        return found

    return Kind(read, WORDS)


def one_of(schema: Schema, read: Callable[[Desk, Node, str], T | None]) -> Kind[T]:
    """A kind with a reader of its own."""
    return Kind(read, schema)


def mapping(of: Kind[T], expected: str, most: int = 200) -> Kind[tuple[tuple[Scalar, T], ...]]:
    """A mapping from free names to one kind of value."""

    def read(desk: Desk, node: Node, path: str) -> tuple[tuple[Scalar, T], ...] | None:
        pairs = desk.pairs(node, path, expected)
        if pairs is None:
            return None
        if len(pairs.pairs) > most:
            desk.problem(pairs, path, f"holds more than {most} of them")
            return None
        found = ((key, of.read(desk, value, under(path, key.text))) for key, value in pairs.pairs)
        return tuple((key, got) for key, got in found if got is not None)

    return Kind(read, {"type": "object", "additionalProperties": of.schema})


def listing(of: Kind[T], expected: str, most: int = 200) -> Kind[tuple[T, ...]]:
    """A list of one kind of value."""

    def read(desk: Desk, node: Node, path: str) -> tuple[T, ...] | None:
        if isinstance(node, Scalar) and node.refused:
            return None
        if not isinstance(node, Items):
            desk.problem(node, path, f"must be a list: {expected}", "write each with a dash before it")
            return None
        if len(node.items) > most:
            desk.problem(node, path, f"holds more than {most} of them")
            return None
        found = [of.read(desk, item, f"{path}[{i}]") for i, item in enumerate(node.items)]
        return tuple(got for got in found if got is not None)

    return Kind(read, {"type": "array", "items": of.schema})
