"""Riffs come home: how a song begins and ends is made of its verses' figures, and its end says their tune."""

from dataclasses import replace

import pytest

from performer.engine.composer import compose
from performer.engine.riffs import fitting, home_of, said_by
from performer.engine.seen import bar_of
from performer.events import Event
from performer.music.chance import Chance
from performer.show.definition import Show
from performer.styles import read
from performer.styles.definition import Grid
from tests.engine.bands import bars, notes, section, show, song

LOOPS = ("funk", "hip-hop", "reggae", "disco", "house")
"""Styles whose harmony goes round, so that their verses and endings have one round of chords."""


def _night(style: str, seed: int, **more: object) -> Show:
    outro = replace(section("outro", 8, 500), **more)  # type: ignore[arg-type]
    sections = (section("intro", 8, 500), section("verse", 8, 500), section("chorus", 8, 850), outro)
    return show(song(style, seed=seed, sections=sections, form=("intro", "verse", "chorus", "outro")))


def _bars(night: Show, part: str, name: str) -> list[frozenset[tuple[int, int]]]:
    out: list[frozenset[tuple[int, int]]] = []
    for state in bars(night):
        if state.section == name:
            events: tuple[Event, ...] = compose(night, state, night.songs[0].part(part))
            out.append(frozenset((n.at - state.at, n.pitch) for n in notes(events)))
    return out


@pytest.mark.parametrize("style", LOOPS)
def test_an_ending_comes_back_to_the_bars_of_the_verse(style: str) -> None:
    resting = read(style).scene("outro").rests
    for seed in (1, 2, 3):
        night = _night(style, seed)
        for part in (part.name for part in night.songs[0].parts if part.role not in ("drums", *resting)):
            verse, outro = (_bars(night, part, name) for name in ("verse", "outro"))
            assert outro[:3] == verse[:3], part


def test_a_beginning_has_the_riff_and_hints_at_the_tune() -> None:
    differ = 0
    for seed in (1, 2, 3, 4):
        night = _night("funk", seed)
        for part in ("bass", "keys"):
            verse, intro = (_bars(night, part, name) for name in ("verse", "intro"))
            assert intro[:3] == verse[:3], part
        differ += _bars(night, "lead", "intro") != _bars(night, "lead", "verse")
    assert differ == 4


def test_an_ending_that_is_written_says_what_is_written() -> None:
    for more in ({"idea": "chorus"}, {"theme": "hook"}):
        night = _night("funk", 1, **more)
        outro = night.songs[0].section("outro")
        assert said_by(night.songs[0], outro).name == "outro"
        assert home_of(night.songs[0], outro) == more.get("idea", "verse")


def test_a_song_without_verses_ends_on_its_own() -> None:
    night = show(song("house", sections=(section("drop", 8, 900), section("outro", 8, 300)), form=("drop", "outro")))
    outro = night.songs[0].section("outro")
    assert home_of(night.songs[0], outro) == "outro"
    assert said_by(night.songs[0], outro) is outro
    assert all(bar_of(night, state).phrase.statements for state in bars(night))


def test_a_grid_is_taken_among_those_that_fit() -> None:
    grids = tuple(
        Grid(start=start, until=until, text=text) for start, until, text in ((0, 500, "low"), (0, 1001, "any"), (500, 1001, "high"))
    )
    drawn = {energy: {fitting(grids, energy, Chance.of(seed), "bass") for seed in range(50)} for energy in (0, 499, 500, 1000)}
    assert drawn == {0: {"low", "any"}, 499: {"low", "any"}, 500: {"any", "high"}, 1000: {"any", "high"}}
    assert fitting(grids[:1], 500, Chance.of(1), "bass") is None
