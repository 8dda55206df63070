"""What a style says of form: its sections, how they give way, and the controllers that follow."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from performer.show.load import load_bytes
from performer.styles import StyleError, names, read
from performer.styles.reader import build
from performer.styles.scenes import LANES, SCENES

HOUSE = tomllib.loads((files("performer.styles") / "house.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", names())
def test_a_song_that_names_no_section_has_its_styles_form_at_its_styles_lengths(name: str) -> None:
    show = load_bytes({"a.yaml": f"song: A\nstyle: {name}\n".encode()}, "a.yaml").show
    assert show is not None
    song, style = show.songs[0], read(name)
    assert song.form == tuple(style.form.split())
    for section in song.sections:
        scene = style.scene(section.role)
        assert section.role in dict(SCENES)
        assert section.bars == scene.bars
        assert (section.energy[0][1], section.energy[-1][1]) == (scene.energy[0], scene.energy[-1])


def test_what_a_section_leaves_out_the_style_says_and_what_it_says_stands() -> None:
    text = "song: A\nstyle: house\nsections: {intro: {}, drop: {bars: 4}, break: {energy: 0.9}, zorg: {}}\n"
    show = load_bytes({"a.yaml": text.encode()}, "a.yaml").show
    assert show is not None
    intro, drop, rest, other = show.songs[0].sections
    house = read("house")
    assert (intro.bars, intro.energy[0][1]) == (house.scene("intro").bars, house.scene("intro").energy[0])
    assert (drop.bars, drop.energy[-1][1]) == (4, house.scene("drop").energy[-1])
    assert (rest.bars, rest.energy[0][1]) == (house.scene("break").bars, 900)
    assert (other.bars, other.energy) == (8, ((0, 500), (1000, 500)))


def test_every_style_has_a_way_into_every_section_and_few_lanes() -> None:
    for name in names():
        style = read(name)
        assert all(style.way(role) for role, _ in SCENES)
        assert all(len(rows) <= 4 for _, rows in style.lanes)
    assert dict(read("house").lanes) == dict(LANES)


def _with(table: str, value: object) -> dict[str, Any]:
    return {**HOUSE, table: value}


@pytest.mark.parametrize(
    ("table", "value", "said"),
    [
        ("form", "intro chorale", "'chorale' is no section"),
        ("scenes", {"chorale": {}}, "no key 'chorale' here"),
        ("scenes", {"drop": {"bars": 0}}, "scenes.drop.bars: 0 is not a whole number"),
        ("scenes", {"drop": {"energy": []}}, "scenes.drop.energy: one number at least"),
        ("scenes", {"drop": {"energy": [1200]}}, "scenes.drop.energy"),
        ("scenes", {"drop": {"rests": ["kazoo"]}}, "'kazoo' is not a role"),
        ("transitions", {"chorale": "fill"}, "unknown: chorale"),
        ("transitions", {"drop": "explode"}, "'explode' is no way to change"),
        ("transitions", {"drop": "fill 2"}, "'fill 2' is no way to change"),
        ("transitions", {"drop": "stop 99 beats"}, "is no way to change"),
        ("lanes", {"chords": {"brightness": [1]}}, "two numbers are needed"),
        ("lanes", {"chords": {"brightness": [1, 2000]}}, "lanes.chords.brightness"),
        ("lanes", {"kazoo": {}}, "no key 'kazoo' here"),
        ("lanes", {"chords": {name: [0, 1] for name in "abcde"}}, "at most 4 lanes"),
    ],
)
def test_what_is_wrong_in_a_form_is_said_with_its_path(table: str, value: object, said: str) -> None:
    with pytest.raises(StyleError) as caught:
        build("house", _with(table, value))
    assert said in str(caught.value)
