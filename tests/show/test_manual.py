"""The reference of show files: what is committed is what the tables say."""

from pathlib import Path

from performer.show.manual import manual
from performer.show.sections import SECTION
from performer.show.song import SONG

PAGE = Path(__file__).parents[2] / "docs" / "shows.md"


def test_the_committed_page_is_the_generated_one() -> None:
    assert PAGE.read_text() == manual(), "python -m performer.show.manual > docs/shows.md"


def test_it_names_every_key_of_songs_and_sections() -> None:
    page = manual()
    assert all(f"| `{key}`" in page for key in (*SONG.keys, *SECTION.keys))
