"""The reference of show files: what is committed is what the tables say."""

import re
from pathlib import Path

from performer.show.load import load
from performer.show.manual import manual
from performer.show.sections import SECTION
from performer.show.song import SONG

PAGE = Path(__file__).parents[2] / "docs" / "shows.md"


def test_the_committed_page_is_the_generated_one() -> None:
    assert PAGE.read_text() == manual(), "python -m performer.show.manual > docs/shows.md"


def test_it_names_every_key_of_songs_and_sections() -> None:
    page = manual()
    assert all(f"| `{key}`" in page for key in (*SONG.keys, *SECTION.keys))


def test_the_first_show_is_one_and_its_rig_answers_it(tmp_path: Path) -> None:
    song, rig = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.S)
    (tmp_path / "show.yaml").write_text(song)
    (tmp_path / "rig.yaml").write_text(rig)
    loaded = load(str(tmp_path))
    assert loaded.show is not None, loaded.problems
    assert loaded.rig is not None
    (first,) = loaded.show.songs
    kinds = {part.name: [output.kind for output in loaded.rig.outputs_of(part.output)] for part in first.parts}
    assert kinds == {key: ["midi", "page"] for key in ("drums", "bass", "keys", "lead")} | {"light": ["osc", "page"]}
    assert {tag for section in first.sections for tag in section.light} == {tag for tag, _ in loaded.rig.lights}
