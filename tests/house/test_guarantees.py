"""GUARANTEES.md: what it names exists, and every promise names what shows it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "GUARANTEES.md").read_text(encoding="utf-8")
SHOWN = re.compile(r"`((?:tests|bench)/[\w/]+\.py)(?:::(\w+))?`")
PROMISE = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |^## |\Z)", re.MULTILINE | re.DOTALL)


def names_in(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("file", "name"), sorted(set(SHOWN.findall(TEXT))))
def test_what_shows_a_promise_exists(file: str, name: str) -> None:
    path = ROOT / file
    assert path.is_file()
    assert name in names_in(path) if name else file.startswith("bench/")


def test_every_promise_has_its_number_and_something_that_shows_it() -> None:
    promises = PROMISE.findall(TEXT)
    assert [int(number) for number, _ in promises] == list(range(1, len(promises) + 1))
    assert len(promises) >= 20
    assert not [number for number, words in promises if not SHOWN.search(words)]
