"""Styles as a show writes them: blends, aspects, sections, versions, and the show's own files, checked like shows."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.show.definition import Song
from performer.show.fusion import weights
from performer.show.load import Loaded, load, load_bytes
from performer.styles import Style, read
from performer.styles.mend import examined
from performer.styles.reader import shipped

SMALL = 'like = "house"\ntitle = "Small"\nversion = {}\nphrase = {}\n'


def write(folder: Path, song: str, **styles: str) -> Path:
    (folder / "styles").mkdir(parents=True)
    (folder / "show.yaml").write_text(song)
    for name, text in styles.items():
        (folder / "styles" / f"{name.replace('__', '@')}.toml").write_text(text)
    return folder


def one(loaded: Loaded) -> Song:
    assert not loaded.problems, loaded.problems
    assert loaded.show is not None
    return loaded.show.songs[0]


def song(text: str) -> Song:
    return one(load_bytes({"s.yaml": f"song: S\n{text}".encode()}, "s.yaml"))


def said(text: str) -> list[str]:
    return [str(problem) for problem in load_bytes({"s.yaml": f"song: S\n{text}".encode()}, "s.yaml").problems]


def test_a_song_says_a_blend_and_the_aspects_that_differ() -> None:
    found = song("style: {house: 0.7, dub: 0.3, bass: dub, harmony: {pop-rock: 1, house: 3}}\n")
    assert found.style == (("house", 700), ("dub", 300))
    assert found.aspects == (("bass", (("dub", 1000),)), ("harmony", (("pop-rock", 250), ("house", 750))))
    assert {style.name for style in found.styles} == {"house", "dub", "pop-rock"}


def test_aspects_alone_leave_the_rest_as_it_is() -> None:
    found = song("style: {bass: dub}\n")
    assert weights(found, None, None, "groove") == (("house", 1000),)
    assert weights(found, None, None, "bass") == (("dub", 1000),)


def test_a_part_and_a_section_say_their_own() -> None:
    found = song(
        "parts: {drums: {style: {dub: 1, feel: house}}, keys: {house: 1, dub: 0}, bass: acid}\nsections: {a: {style: dub}, b: {as: a}}\n"
    )
    drums, keys, bass = found.parts
    assert (drums.style, drums.aspects) == ((("dub", 1000),), (("feel", (("house", 1000),)),))
    assert keys.style == (("house", 1000), ("dub", 0))
    assert bass.style == (("acid", 1000),)
    assert [section.style for section in found.sections] == [(("dub", 1000),)] * 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("style: {house: 0, dub: 0}\n", "s.yaml:2:8: style: the weights sum to zero (give one style at least a weight above 0)"),
        ("style: {bass: {house: 0}}\n", "s.yaml:2:15: style.bass: the weights sum to zero (give one style at least a weight above 0)"),
        ("style: {houze: 1}\n", "s.yaml:2:9: style.houze: there is no style called 'houze' (did you mean house?)"),
        ("style: {bas: dub}\n", "s.yaml:2:9: style.bas: there is no style called 'bas' (did you mean bass?)"),
        ("style: {bass: polka}\n", "s.yaml:2:15: style.bass: there is no style called 'polka'"),
        ("style: {house: -1}\n", "s.yaml:2:16: style.house: a weight is a number from 0 on, not -1"),
        ("sections: {a: {style: dubb}}\n", "s.yaml:2:23: sections.a.style: there is no style called 'dubb' (did you mean dub?)"),
        ("styles: {house: 9}\n", "s.yaml:2:10: styles.house: there is no version 9 of house (there are: 1)"),
        ("styles: {polka: 1}\n", "s.yaml:2:10: styles.polka: there is no style called 'polka'"),
        ("styles: {house: new}\n", "s.yaml:2:17: styles.house: 'new' is not a whole number (from 1 to 999)"),
    ],
)
def test_what_is_wrong_with_a_style_is_said_at_its_line(text: str, problem: str) -> None:
    assert any(line.startswith(problem) for line in said(text)), said(text)


def test_a_song_that_pins_a_version_keeps_it_and_one_that_does_not_gets_the_newest(tmp_path: Path) -> None:
    styles = {"small": SMALL.format(2, 4), "small__1": SMALL.format(1, 16)}
    newest = one(load(str(write(tmp_path / "a", "song: A\nstyle: small\n", **styles))))
    pinned = one(load(str(write(tmp_path / "b", "song: A\nstyle: small\nstyles: {small: 1}\n", **styles))))
    assert [(style.version, style.phrase) for style in newest.styles] == [(2, 4)]
    assert [(style.version, style.phrase) for style in pinned.styles] == [(1, 16)]
    show = load(str(tmp_path / "b")).show
    assert show is not None
    assert [name for name, _ in show.files] == ["show.yaml", "styles/small@1.toml", "styles/house.toml"]
    again = load_bytes(dict(show.files), "show.yaml").show
    assert again == show
    broken = one(load(str(write(tmp_path / "d", "song: A\nstyle: small\nstyles: {small: 1}\n", **styles | {"small": "oops"}))))
    assert broken.styles == pinned.styles
    before = one(load(str(write(tmp_path / "c", "song: A\nstyle: small\nstyles: {small: 1}\n", small=SMALL.format(1, 16)))))
    assert before.styles == pinned.styles


def test_a_version_that_its_file_does_not_have_is_a_problem(tmp_path: Path) -> None:
    styles = {"small": SMALL.format(3, 4), "small__2": SMALL.format(1, 16)}
    loaded = load(str(write(tmp_path / "a", "song: A\nstyle: small\nstyles: {small: 2}\n", **styles)))
    assert [(p.file.rpartition("/")[2], p.line, p.path, p.what) for p in loaded.problems] == [
        ("small@2.toml", 3, "version", "must be 2, as the file's name says")
    ]
    loaded = load(str(write(tmp_path / "b", "song: A\nstyle: small\nstyles: {small: 1}\n", **styles)))
    assert [(p.line, p.what, p.hint) for p in loaded.problems] == [(3, "there is no version 1 of small", "there are: 2, 3")]


def test_what_was_kept_plays_with_the_styles_of_its_night(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", "song: A\nstyle: small\n", small=SMALL.format(1, 16))
    show = load(str(folder)).show
    assert show is not None
    assert [name for name, _ in show.files] == ["show.yaml", "styles/small.toml", "styles/house.toml"]
    assert dict(show.files)["styles/house.toml"] == shipped("house")
    (folder / "styles" / "small.toml").write_text(SMALL.format(2, 4))
    later = load(str(folder)).show
    again = load_bytes(dict(show.files), "show.yaml").show
    assert later is not None
    assert again is not None
    assert again == show
    assert later.fingerprint != show.fingerprint
    assert (again.songs[0].styles[0].phrase, later.songs[0].styles[0].phrase) == (16, 4)


def test_a_shipped_style_is_one_value_however_it_is_reached() -> None:
    assert song("style: dub\n").styles[0] is read("dub")
    show = load_bytes({"s.yaml": b"song: S\nstyle: dub\n"}, "s.yaml").show
    assert show is not None
    again = load_bytes(dict(show.files), "s.yaml").show
    assert again is not None
    assert again.songs[0].styles[0] is read("dub")


BROKEN = """\
like = "house"
title = 3

[drums.kick]
note = 36
colour = "red"
velocity = [98, 122]
grids = [
  "X... X... X... X...",
  "X... X...",
]

[voices.bass]
lane = "E1 H3"
velocity = [120, 20]

[harmony]
rate = 99

[sauce]
hot = true
"""


def test_every_problem_of_a_style_file_is_said_at_its_place(tmp_path: Path) -> None:
    loaded = load(str(write(tmp_path / "a", "song: A\nstyle: mine\n", mine=BROKEN)))
    assert loaded.show is None
    found = {(p.line, p.column, p.path) for p in loaded.problems}
    assert found == {
        (2, 1, "title"), (6, 1, "drums.kick.colour"), (10, 3, "drums.kick.grids[1]"), (14, 1, "voices.bass.lane"),
        (15, 1, "voices.bass.velocity"), (18, 1, "harmony.rate"), (20, 1, "sauce"),
    }  # fmt: skip
    assert {p.file for p in loaded.problems} == {str(tmp_path / "a" / "styles" / "mine.toml")}
    assert all(name in loaded.sources for name in {p.file for p in loaded.problems})


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("title = \n", 1, "Invalid value"),
        ('like = "polka"\ntitle = "X"\n', 1, "there is no style called 'polka' to be like"),
        ('like = "mine"\ntitle = "X"\n', 1, "'mine' leans on itself"),
        ('title = "X"\n', 1, "is missing"),
        ('like = 3\ntitle = "X"\n', 1, "there is no style called 3 to be like"),
        ('like = "house"\ntitle = "Über"\n[voices.lead]\nlane = "C9 C1"\n', 4, "a lane needs an octave at least"),
    ],
)
def test_a_style_file_that_cannot_be_read_is_one_problem(tmp_path: Path, text: str, line: int, what: str) -> None:
    loaded = load(str(write(tmp_path / "a", "song: A\nstyle: mine\n", mine=text)))
    assert any(p.line == line and what in p.what for p in loaded.problems), loaded.problems


KEYS = st.sampled_from(["kick", "lane", "grids", "note", "late", "minor"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2000) | st.text("xXR.-gI7 @éhouse", max_size=33) | st.floats(0, 9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
PATHS = st.sampled_from(
    ["title", "like", "version", "swing", "drums", "drums.kick", "drums.kick.grids", "fills.letters", "voices", "voices.bass",
     "voices.lead.grids", "harmony", "harmony.minor.tonic", "feel", "feel.touch", "starts", "kit.turns", "scenes.drop", "lanes"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(PATHS, VALUES, max_size=4))
def test_whatever_stands_in_a_style_file_is_a_style_or_its_problems(changes: dict[str, object]) -> None:
    tables = tomllib.loads((shipped("house") or b"").decode())
    for path, value in changes.items():
        *above, last = path.split(".")
        here = tables
        for step in above:
            below = here.get(step)
            here = below if isinstance(below, dict) else {}
        here[last] = value
    found = examined("mine", tables, tomllib.loads((shipped("house") or b"").decode()))
    if not isinstance(found, Style):
        assert [error.what for error in found if error.what]


def test_drums_need_a_style_that_has_some(tmp_path: Path) -> None:
    text = "song: A\nstyle: bare\nparts:\n  {}\n  keys: bare\n"
    whole = (shipped("ambient") or b"").decode()
    bare = re.sub(r"(?ms)^\[drums\..*?(?=^\[(?!drums))", "", whole).replace("[harmony]", "[drums]\n\n[harmony]", 1)
    bare = re.sub(r"(?ms)^\[(fills|kit|feel[^\]]*)\].*?(?=^\[|\Z)", "", bare)
    loaded = load(str(write(tmp_path / "a", text.format("drums:"), bare=bare)))
    assert [str(p).partition("show.yaml:")[2] for p in loaded.problems] == [
        "4:3: parts.drums: the style bare has no drums (give this part another style, or leave it out)"
    ]
    assert load(str(write(tmp_path / "b", text.format("drums: {bare: 0.5, house: 0.5}"), bare=bare))).show is not None
    assert load(str(write(tmp_path / "c", "song: A\nstyle: bare\n", bare=bare))).show is not None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["drums: 'drums' is missing", "harmony: 'harmony' is missing", "title: 'title' is missing", "voices: 'voices' is missing"]),
        (
            'like = "house"\n[drums.kick]\ngrids = ["x...", "x... x... x... x..q", "x... x... x... x..."]\n',
            ["drums.kick.grids[0]: 'x...' has 4 signs", "drums.kick.grids[1]: 'q' in 'x... x... x... x..q' means nothing here"],
        ),
        (
            'like = "house"\n[fills]\nletters = {z = 38}\nkeep = []\nline = "z"\nsmall = ["z.y."]\nhalf = ["z"]\nwhole = []\ncells = []\n',
            ["fills.small[0]: 'y' in 'z.y.' means nothing here", "fills.half[0]: 'z' has 1 sign"],
        ),
    ],
)
def test_everything_that_is_wrong_is_said_once_and_nothing_that_nobody_wrote(tmp_path: Path, text: str, lines: list[str]) -> None:
    loaded = load(str(write(tmp_path / "a", "song: A\nstyle: mine\n", mine=text)))
    assert [f"{p.path}: {p.what}" for p in loaded.problems] == lines
    assert all(p.hint for p in loaded.problems)


def test_bytes_that_are_no_text_are_a_problem(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", "song: A\nstyle: mine\n")
    (folder / "styles" / "mine.toml").write_bytes(b"title = '\xff'\n")
    assert [p.what for p in load(str(folder)).problems] == ["this is not a text in UTF-8"]


def test_an_aspect_cannot_be_the_name_of_a_style(tmp_path: Path) -> None:
    loaded = load(str(write(tmp_path / "a", "song: A\nparts: {drums: feel}\n", feel=SMALL.format(1, 8))))
    assert "cannot be the name of a style" in loaded.problems[0].what


def test_a_style_link_that_leaves_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", "song: A\nstyle: mine\n")
    (tmp_path / "mine.toml").write_text(SMALL.format(1, 8))
    (folder / "styles" / "mine.toml").symlink_to(tmp_path / "mine.toml")
    assert load(str(folder)).show is None
