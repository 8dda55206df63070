"""The golden performances still sound as they did, and a difference would be said."""

from dataclasses import replace
from pathlib import Path

import pytest

from performer.engine.performance import Score
from performer.rehearse.events_file import lines
from performer.rehearse.events_file import read as read_events
from performer.rehearse.render import render
from performer.show.definition import Show
from tests.rehearse.golden_files import Golden, difference, kept, read, rendered


@pytest.mark.parametrize("path", kept(), ids=lambda path: path.name.removesuffix(".jsonl.gz"))
def test_it_sounds_as_it_did(path: Path) -> None:
    old = read(path)
    assert difference(old, rendered(old.show, old.seed, old.limit)) == ""


def test_there_are_golden_files() -> None:
    assert "grid16.jsonl.gz" in [path.name for path in kept()]


@pytest.fixture
def golden(show: Show, score: Score) -> Golden:
    rendering = render(show, 0, score=score)
    return Golden("etude", 0, 0, rendering.digest, tuple(lines(rendering.events, rendering.tempo)))


def test_a_golden_file_holds_the_very_events(golden: Golden, tmp_path: Path, show: Show, score: Score) -> None:
    path = tmp_path / "etude.jsonl.gz"
    path.write_bytes(golden.bytes())
    assert read(path) == golden
    assert list(read_events(read(path).lines)) == list(render(show, 0, score=score).events)
    assert golden.bytes() == golden.bytes()


def test_a_difference_says_what_came_what_went_and_where(golden: Golden) -> None:
    first = next(index for index, line in enumerate(golden.lines) if '"note"' in line)
    changed = list(golden.lines)
    changed[first] = changed[first].replace('"velocity":', '"velocity":1')
    said = difference(golden, replace(golden, lines=tuple(changed)))
    assert "1 events went, 1 came" in said
    assert f"was {golden.lines[first]}" in said
    shorter = difference(golden, replace(golden, lines=golden.lines[:-1]))
    assert "now nothing" in shorter
    assert "another digest" in difference(golden, replace(golden, digest="0"))


def test_the_etude_is_what_it_was(golden: Golden) -> None:
    """Conductor, chance, tempo and the byte form together: if this changes, every journal and tape reads otherwise."""
    assert golden.digest == "c6f00c06e1ace74b7e2a8bd133099526"
