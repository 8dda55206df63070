"""Finding and keeping a show: files, folders, names, sets; nothing outside the folder, whatever a set or a link says."""

import os
from pathlib import Path

import pytest

from performer.show.load import Loaded, load, load_bytes, shipped_names
from performer.source.reader import MAX_BYTES

SONG = "song: {}\nsections: {{a: {{bars: 4}}}}\n"


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def said(loaded: Loaded) -> str:
    assert loaded.show is None
    return "\n".join(map(str, loaded.problems))


@pytest.fixture
def evening(tmp_path: Path) -> Path:
    return write(
        tmp_path / "evening",
        show="set: Evening\nsongs: [one, {song: two, start: GO}, one]\n",
        one=SONG.format("One"),
        two=SONG.format("Two"),
    )


def test_a_file_a_folder_and_a_name_without_its_ending(evening: Path) -> None:
    for typed in (evening / "one.yaml", evening / "one"):
        show = load(str(typed)).show
        assert show is not None
        assert [song.title for song in show.songs] == ["One"]
    folder = load(str(evening)).show
    assert folder is not None
    assert [song.name for song in folder.songs] == ["one", "two", "one"]
    assert folder == load(str(evening / "show.yaml")).show


def test_a_folder_with_one_file_is_that_file(tmp_path: Path) -> None:
    assert load(str(write(tmp_path / "x", any=SONG.format("Any"), rig="rig: R\noutputs: {a: page}\n"))).show is not None
    assert "no show" in said(load(str(write(tmp_path / "none"))))
    assert "2 files" in said(load(str(write(tmp_path / "two", a="song: A", b="song: B"))))


def test_go_of_a_set_s_song_is_its_first_section_s(evening: Path) -> None:
    show = load(str(evening)).show
    assert show is not None
    assert [song.section("a").waits_for_go for song in show.songs] == [False, True, False]
    assert not show.waits_for_go


def test_what_was_kept_makes_the_same_show_again(evening: Path) -> None:
    show = load(str(evening)).show
    assert show is not None
    assert [name for name, _ in show.files] == ["show.yaml", "one.yaml", "two.yaml", "styles/house.toml"]
    again = load_bytes(dict(show.files), "show.yaml").show
    assert again == show
    assert again is not None
    assert again.files == show.files


def test_the_fingerprint_is_of_every_byte(evening: Path) -> None:
    (evening / "two.yaml").write_text(SONG.format("Two") + "# a word\n")
    first = load(str(evening)).show
    (evening / "two.yaml").write_text(SONG.format("Two") + "# a ward\n")
    second = load(str(evening)).show
    assert first is not None
    assert second is not None
    assert first.fingerprint != second.fingerprint
    assert first.songs == second.songs


@pytest.mark.parametrize("name", shipped_names())
def test_shipped_shows_are_found_by_name_from_anywhere(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(name).problems == ()


def test_a_name_that_nothing_has() -> None:
    assert said(load("night-driv")) == "night-driv:1:1: there is no such show (did you mean night-drive?)"
    for typed in ("", "no/such/file.yaml", "a\0b", "x" * 5000):
        assert load(typed).show is None


def test_a_set_reads_nothing_outside_its_folder(evening: Path) -> None:
    write(evening.parent, outside=SONG.format("Outside"))
    (evening / "link.yaml").symlink_to(evening.parent / "outside.yaml")
    (evening / "inner").symlink_to(evening.parent)
    for song in ("../outside", str(evening.parent / "outside.yaml"), "link", "inner/outside", "a/../../outside", "..\\outside"):
        (evening / "show.yaml").write_text(f"set: X\nsongs: ['{song}']\n")
        assert "leaves the show's folder" in said(load(str(evening)))


def test_a_link_inside_the_folder_is_followed(evening: Path) -> None:
    (evening / "also.yaml").symlink_to(evening / "one.yaml")
    (evening / "show.yaml").write_text("set: X\nsongs: [also]\n")
    assert load(str(evening)).show is not None


def test_only_regular_files_are_read(evening: Path) -> None:
    os.mkfifo(evening / "pipe.yaml")
    (evening / "folder.yaml").mkdir()
    (evening / "loop.yaml").symlink_to(evening / "loop.yaml")
    for song in ("pipe", "folder", "loop"):
        (evening / "show.yaml").write_text(f"set: X\nsongs: [{song}]\n")
        assert load(str(evening)).show is None
    assert "regular" in said(load(str(evening / "pipe.yaml")))
    assert "regular" in said(load("/dev/zero"))


def test_a_file_that_is_too_long_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "show.yaml").open("wb") as file:
        file.truncate(50 * MAX_BYTES)
    assert "1,000,000 bytes" in said(load(str(tmp_path)))


def test_a_show_is_not_many_long_files(tmp_path: Path) -> None:
    long = "# " + "x" * 900_000 + "\n"
    files = {f"s{i}": f"song: S{i}\n{long}" for i in range(4)}
    write(tmp_path, show="set: X\nsongs: [s0, s1, s2, s3]\n", **files)
    assert "together" in said(load(str(tmp_path)))


def test_problems_of_every_file_of_a_set_are_said_at_once(evening: Path) -> None:
    write(evening, one="song: One\nkey: H\n", two="song: Two\ntempo: {a: 1\n", show="set: X\nsongs: [one, two, three]\n")
    assert [(Path(p.file).name, p.line) for p in load(str(evening)).problems] == [("one.yaml", 2), ("show.yaml", 2), ("two.yaml", 2)]


def test_two_songs_of_one_name_are_a_problem(evening: Path) -> None:
    write(evening, two=SONG.format("One"))
    assert "is called 'One' too" in said(load(str(evening)))


def test_problems_name_the_file_as_it_was_typed(evening: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(evening, one="song: One\nkey: H\n")
    monkeypatch.chdir(evening)
    assert [p.file for p in load("one.yaml").problems] == ["one.yaml"]
    monkeypatch.chdir(evening.parent)
    loaded = load("evening")
    assert [p.file for p in loaded.problems] == ["evening/one.yaml"]
    assert "evening/one.yaml" in loaded.sources
