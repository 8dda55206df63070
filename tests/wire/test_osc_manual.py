"""The manual is what the tables say."""

from pathlib import Path

from performer.wire.manual import manual
from performer.wire.profiles import PROFILES
from performer.wire.vocabulary import CONTROLS, FEEDBACK

PAGE = Path(__file__).parents[2] / "docs" / "osc.md"


def test_the_page_is_the_one_that_the_tables_write() -> None:
    assert PAGE.read_text(encoding="utf-8") == manual(), "run: python -m performer.wire.surface > docs/osc.md"


def test_every_address_from_outside_and_no_other_is_in_it() -> None:
    page = manual()
    for row in CONTROLS:
        assert (f"| `{row.address}` |" in page) == row.network
    for said in FEEDBACK:
        assert f"| `{said.address}` | `{said.tags}` |" in page
    for name in PROFILES:
        assert f"### `{name}`" in page


def test_it_is_good_markdown() -> None:
    for line in manual().splitlines():
        assert not line.startswith("|") or line.endswith("|")
        assert line == line.rstrip()
