"""The page on styles says what the reader reads, and its worked example plays."""

import re
import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from performer.engine.composer import attempt
from performer.show.load import load
from performer.styles import StyleError, read
from performer.styles.reader import build, merged, shipped
from tests.engine.bands import bars, notes, whole

PAGE = (Path(__file__).parents[2] / "docs" / "styles.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```toml\n(.*?)```", PAGE, re.S)[0]
TABLES = re.findall(r"^### `\[(.*?)\]`\n(.*?)(?=^### |\Z)", PAGE, re.S | re.M)


def known(path: str) -> set[str]:
    """The keys that the reader knows in a table: what it says when a wrong one stands there."""
    tables: dict[str, Any] = deepcopy(merged("house", shipped("house") or b"", shipped))
    here = tables
    for step in path.split(".") if path else ():
        here = here.setdefault(step, {})
    here["qqqq"] = 1
    with pytest.raises(StyleError) as caught:
        build("house", tables)
    assert caught.value.path.rpartition(".")[2] == "qqqq"
    return set(caught.value.hint.partition(": ")[2].split(", "))


@pytest.mark.parametrize(("path", "body"), TABLES, ids=[path or "top" for path, _ in TABLES])
def test_every_key_is_on_the_page_and_no_other(path: str, body: str) -> None:
    written = set(re.findall(r"^\| `(\w+)` \|", body, re.M))
    assert written - {"like"} == known(path)


def test_the_worked_example_is_a_style_that_plays(tmp_path: Path) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "stroll.toml").write_text(EXAMPLE)
    (tmp_path / "show.yaml").write_text(
        "song: A\nstyle: {stroll: 0.6, dub: 0.4}\nsections: {a: {bars: 8, energy: 0.8}, b: {bars: 4, style: stroll}}\n"
    )
    loaded = load(str(tmp_path))
    assert loaded.show is not None, loaded.problems
    assert "stroll" in {style.name for style in loaded.show.songs[0].styles}
    for part in loaded.show.songs[0].parts:
        assert all(attempt(loaded.show, state, part).fell is None for state in bars(loaded.show))
        assert notes(whole(loaded.show, part.name))


def test_every_aspect_and_every_shipped_feel_table_is_named() -> None:
    for aspect in ("groove", "feel", "harmony", "bass", "melody", "texture"):
        assert f"`{aspect}`" in PAGE
    assert tomllib.loads(EXAMPLE)["about"]
    assert read("house").about
