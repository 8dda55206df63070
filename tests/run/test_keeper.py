"""What is kept on stage is on the disk, beside the song, and the author's file is as it was."""

from pathlib import Path

import pytest

from performer.controls import Control, Keep
from performer.records import Stored, pack, unpack
from performer.run.composer.keeper import Keeper
from performer.show.definition import Show
from performer.show.load import load
from performer.takes import Kept
from performer.ticks import Tick
from tests.engine.test_keeping import SONG
from tests.engine.test_shaping import BAR, played


def kept_of(show: Show, *asked: tuple[float, Control]) -> tuple[Kept, ...]:
    return played(show, list(asked)).bar_at(Tick(30 * BAR)).state.kept


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "song").mkdir()
    (tmp_path / "song" / "show.yaml").write_bytes(SONG)
    return tmp_path / "song"


def look(folder: Path | None, show: Show, kept: tuple[Kept, ...], spare: Path) -> list[Stored]:
    keeper = Keeper(folder, spare, run=lambda work: work())
    keeper.look(show, kept)
    keeper.look(show, kept)
    return list(iter(keeper.news, None))


def loaded(folder: Path) -> Show:
    found = load(str(folder))
    assert found.show is not None, found.problems
    return found.show


def test_next_week_the_show_has_what_was_kept(folder: Path, tmp_path: Path) -> None:
    show = loaded(folder)
    told = look(folder, show, kept_of(show, (9, Keep(8)), (20, Keep(4, "solo"))), tmp_path / "spare")
    assert told == [Stored(name, str(folder / "show.kept.yaml"), "") for name in ("kept1", "solo")]
    assert (folder / "show.yaml").read_bytes() == SONG
    again = loaded(folder)
    assert [section.name for section in again.songs[0].sections] == ["verse", "drop", "kept1", "solo"]
    assert again.songs[0].form == show.songs[0].form
    assert not (tmp_path / "spare").exists()
    assert unpack(pack(told[0])) == told[0]


def test_another_night_adds_to_it_and_a_restart_writes_nothing_twice(folder: Path, tmp_path: Path) -> None:
    first = loaded(folder)
    look(folder, first, kept_of(first, (9, Keep(8))), tmp_path)
    text = (folder / "show.kept.yaml").read_text()
    look(folder, first, kept_of(first, (9, Keep(8))), tmp_path)
    assert (folder / "show.kept.yaml").read_text() == text
    second = loaded(folder)
    look(folder, second, kept_of(second, (9, Keep(8))), tmp_path)
    assert [section.name for section in loaded(folder).songs[0].sections][2:] == ["kept1", "kept2"]


def test_a_file_that_somebody_spoilt_is_left_alone_and_a_copy_is_told(folder: Path, tmp_path: Path) -> None:
    show = loaded(folder)
    (folder / "show.kept.yaml").write_text("sections: [")
    (told,) = look(folder, show, kept_of(show, (9, Keep(8))), tmp_path / "spare")
    assert (folder / "show.kept.yaml").read_text() == "sections: ["
    assert told.where == str(tmp_path / "spare" / "kept-band" / "show.kept.yaml")
    assert "changed by hand" in told.why
    assert "kept1:" in Path(told.where).read_text()


@pytest.mark.parametrize("gone", [True, False])
def test_where_nothing_can_be_written_a_copy_is_told(folder: Path, tmp_path: Path, gone: bool) -> None:
    show = loaded(folder)
    (told,) = look(folder / "nowhere" if gone else None, show, kept_of(show, (9, Keep(8))), tmp_path / "spare")
    assert told.where == str(tmp_path / "spare" / "kept-band" / "show.kept.yaml")
    assert ("No such file" if gone else "belongs to the program") in told.why
    assert told.why.endswith(f": {tmp_path / 'spare' / 'kept-band' / 'show.yaml'}")


@pytest.mark.parametrize("name", ["night-drive", "friday", "friday/undertow"])
def test_a_show_that_came_with_the_program_is_ones_own_once_something_was_kept(tmp_path: Path, name: str) -> None:
    found = load(name)
    assert found.show is not None
    assert found.folder is None
    told = look(None, found.show, kept_of(found.show, (20, Keep(8))), tmp_path)
    told += look(None, found.show, kept_of(found.show, (20, Keep(4, "solo"))), tmp_path)
    root = Path(told[0].why.rpartition(": ")[2])
    again = load(str(root))
    assert again.show is not None, again.problems
    assert again.folder == root.parent.resolve()
    assert [song.form for song in again.show.songs] == [song.form for song in found.show.songs]
    new = {section.name for section in again.show.songs[0].sections} - {section.name for section in found.show.songs[0].sections}
    assert new == {"kept1", "solo"}
    assert again.show.versions == found.show.versions


def test_another_version_of_a_show_has_a_copy_of_its_own(folder: Path, tmp_path: Path) -> None:
    first = loaded(folder)
    (folder / "show.yaml").write_bytes(SONG.replace(b"tempo: 120", b"tempo: 124"))
    second = loaded(folder)
    spare = tmp_path / "spare"
    places = [Path(look(None, show, kept_of(show, (9, Keep(8))), spare)[0].where).parent.name for show in (first, second, first)]
    assert places == ["kept-band", "kept-band-2", "kept-band"]
    assert [(spare / name / "show.yaml").read_bytes() for name in places[:2]] == [show.files[0][1] for show in (first, second)]


def test_a_shipped_show_is_not_written_to() -> None:
    assert load("night-drive").folder is None
