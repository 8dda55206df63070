"""Style files: all of them are read whole, and a wrong one is refused with its path."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from performer.styles import StyleError, names, read
from performer.styles.reader import build, shipped

HOUSE = tomllib.loads((files("performer.styles") / "house.toml").read_text("utf-8"))


def test_the_shipped_styles_are_read() -> None:
    assert {"house", "pop-rock", "grid"} <= set(names())
    for name in names():
        style = read(name)
        assert style.name == name
        assert style.title
        assert style is read(name)
        for role in ("bass", "chords", "arp", "lead", "texture"):
            assert 0 <= style.program(role) <= 127
        assert style.program("drums") == 0


def test_a_shipped_style_leans_on_a_version_of_another_so_that_an_upgrade_of_that_one_changes_nothing() -> None:
    for name in names():
        like = tomllib.loads((shipped(name) or b"").decode()).get("like", "@")
        assert "@" in like
        assert like == "@" or shipped(like) is not None
    assert shipped("house@1") == shipped("house")
    assert shipped("house@99") is None
    assert read("house@1") == read("house")


def test_an_unknown_style_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        read("polka")


def _changed(path: str, value: object) -> dict[str, Any]:
    def copy(table: dict[str, Any], steps: list[str]) -> dict[str, Any]:
        out = dict(table)
        out[steps[0]] = copy(dict(out.get(steps[0], {})), steps[1:]) if len(steps) > 1 else value
        return out

    return copy(HOUSE, path.split("."))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("titel", "House", "titel: there is no key 'titel' here (did you mean title?)"),
        ("title", 3, "title: 3 is not a text"),
        ("swing", 900, "swing: 900 is not a whole number"),
        ("tempo", [128, 118], "the lower first"),
        ("drums.kick.grids", ["X..."], "has 4 signs (16, 32, 48 or 64 are needed"),
        ("drums.kick.grids", ["Q..............."], "'Q' in 'Q...............' means nothing here"),
        ("drums.kick.grids", [], "one grid at least"),
        ("drums.kick.note", 200, "drums.kick.note"),
        ("drums.kick.colour", 1, "drums.kick.colour: there is no key"),
        ("drums.hat.grids", ["o... .... .... ...."], "drums.hat.open: the note"),
        ("drums.rim", {"note": 37, "velocity": [40, 60], "euclid": [9, 8]}, "no more hits than steps"),
        ("drums.rim", {"note": 37, "velocity": [40, 60], "euclid": 5}, "a list is needed"),
        ("kit.turns", [{"gong": "x..............."}], "no piece called gong"),
        ("kit.turns", [{"kick": "x..."}], "kit.turns[0].kick"),
        ("kit.loop", "yes", "neither true nor false"),
        ("fills.letters", {"x": 36}, "no letter for a piece"),
        ("fills.line", "", "fills.line: the letters"),
        ("fills.line", "hq", "fills.line: 'hq'"),
        ("voices.bass.rule", "samba", "'samba' is not a bass line (one of: grid, walking"),
        ("voices.lead.rule", "walking", "only a bass has a rule"),
        ("voices.bass.glide", 2000, "voices.bass.glide"),
        ("fills.small", ["zzzz"], "fills.small"),
        ("fills.whole", ["k..."], "fills.whole"),
        ("voices.bass.lane", "E1 F1", "an octave at least"),
        ("voices.bass.lane", "E1 H3", "no pitch called"),
        ("voices.bass.grids", [["R..............."]], "[from energy, until energy, grid]"),
        ("voices.bass.grids", [[500, 400, "R..............."]], "no energy from 500 until 400"),
        ("voices.bass.grids", [[0, 1001, "Z..............."]], "'Z' in 'Z...............' means nothing here (signs: . - R"),
        ("voices.chords.kind", "cluster", "is not a kind of chord (one of: triad"),
        ("voices.bass.vary", 0.5, "from 0 to 1000 (per mille: 500)"),
        ("voices.kazoo", {}, "voices.kazoo: there is no role"),
        ("harmony.closing", "bang", "'bang' is not a close (one of: full"),
        ("harmony.minor.tonic", ["H7"], "no chord called"),
        ("harmony.minor.cycles", ["i7 qq"], "no chord called"),
        ("harmony.major.dom", [], "one chord each"),
        ("feel.touch.kick", {"late": [900]}, "late"),
        ("starts.kazoo", 5, "starts.kazoo: there is no role"),
        ("pulse", 1, "neither true nor false"),
        ("drums", [], "a table is needed"),
    ],
)
def test_what_is_wrong_in_a_style_is_said_with_its_path(path: str, value: object, said: str) -> None:
    with pytest.raises(StyleError) as caught:
        build("house", _changed(path, value))
    assert said in str(caught.value)


def test_a_euclidean_rhythm_is_a_grid_of_whole_bars_whatever_its_steps() -> None:
    def grids(euclid: object) -> tuple[str, ...]:
        piece = {"note": 37, "velocity": [40, 60], "euclid": euclid}
        return next(p.grids for p in build("house", _changed("drums.rim", piece)).pieces if p.name == "rim")

    assert grids([3, 8]) == ("x..x..x.x..x..x.",)
    assert grids([5, 16, 2]) == ("..x...x..x..x..x",)
    assert [len(grid) for grid in grids([[5, 12], [4, 7, 1], [7, 32]])] == [48, 64, 32]


def test_a_style_without_a_voice_is_refused() -> None:
    broken = {**HOUSE, "voices": {k: v for k, v in HOUSE["voices"].items() if k != "lead"}}
    with pytest.raises(StyleError, match=r"voices\.lead: 'lead' is missing"):
        build("house", broken)


def test_two_styles_differ_where_a_listener_hears_it() -> None:
    house, band = read("house"), read("pop-rock")
    assert {p.name for p in house.pieces} != {p.name for p in band.pieces}
    assert house.swing != band.swing
    assert house.feel.drift < band.feel.drift
    assert house.harmony != band.harmony
