"""The schema for editors: the committed copy is what the tables say, and it knows every shipped file's keys."""

import json
from collections.abc import Iterator

import pytest

from performer.show.load import load, shipped_names
from performer.show.schema import committed, schema, schema_text
from performer.source.nodes import Items, Node, Pairs
from performer.source.reader import read
from performer.styles import names as style_names


def test_the_committed_schema_is_the_generated_one() -> None:
    assert committed() == schema_text(), "python -m performer.show.schema > performer/schema.json"


def test_the_schema_is_json_and_every_reference_leads_somewhere() -> None:
    said = json.loads(schema_text())
    assert said["$schema"].endswith("2020-12/schema")
    assert [row["$ref"].removeprefix("#/$defs/") for row in said["oneOf"]] == list(said["$defs"])


def objects(node: object) -> Iterator[dict[str, object]]:
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def test_every_row_is_described_and_every_object_is_closed() -> None:
    for found in objects(json.loads(json.dumps(schema()))):
        assert "additionalProperties" in found
        properties = found.get("properties", {})
        assert isinstance(properties, dict)
        assert all(row["description"] for row in properties.values())


def keys(node: Node | None) -> Iterator[str]:
    if isinstance(node, Pairs):
        for key, value in node.pairs:
            yield key.text
            yield from keys(value)
    elif isinstance(node, Items):
        for item in node.items:
            yield from keys(item)


@pytest.mark.parametrize("name", shipped_names())
def test_the_schema_names_the_rows_that_shipped_shows_use(name: str) -> None:
    named = {row for found in objects(json.loads(schema_text())) for row in found.get("properties", ())}  # type: ignore[attr-defined]
    show = load(name).show
    assert show is not None
    free = {part.name for song in show.songs for part in song.parts} | {s.name for song in show.songs for s in song.sections}
    free |= {rule.name for song in show.songs for s in song.sections for rule in s.cues} | set(style_names())
    free |= {name for song in show.songs for name, _ in song.motifs if name != "hook"}
    for file, data in ((file, data) for file, data in show.files if file.endswith(".yaml")):
        assert set(keys(read(file, data).root)) - free <= named
