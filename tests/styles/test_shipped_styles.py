"""Laws of every shipped style that plays music: whole in every role, at home in every energy, with chords that go somewhere."""

from itertools import combinations

import pytest

from performer.music.chords import parse
from performer.music.pitch import Key
from performer.music.rhythm import lay
from performer.styles import Style, names, read
from performer.styles.definition import BASS_RULES
from performer.ticks import meter

MUSIC = tuple(name for name in names() if not read(name).pulse)
MADE = ("techno", "drum-and-bass", "hip-hop", "trance", "trap")
BACK = (37, 38, 39, 40)
"""Stick, snare and clap: what a back beat is struck on."""


@pytest.mark.parametrize("name", MUSIC)
def test_it_says_what_it_is_and_stays_within_a_tempo(name: str) -> None:
    style = read(name)
    assert style.title
    assert style.about == style.about.strip() != ""
    low, high = style.tempo
    assert 40 <= low < high <= 260
    assert high <= 2 * low


@pytest.mark.parametrize("name", MUSIC)
def test_every_pitched_role_has_something_to_play_at_every_energy_from_which_it_plays(name: str) -> None:
    style = read(name)
    for role in ("chords", "arp", "lead", "bass"):
        voice = style.voice(role)
        own_rhythm = role == "bass" and voice.rule in set(BASS_RULES) - {"grid"}
        for energy in range(style.start(role), 1001, 20):
            assert own_rhythm or any(grid.start <= energy < grid.until for grid in voice.grids), (role, energy)


@pytest.mark.parametrize("name", MUSIC)
def test_where_drums_play_somebody_is_there_and_more_of_them_when_it_is_loud(name: str) -> None:
    style = read(name)

    def playing(energy: int) -> int:
        return sum(piece.start <= energy < piece.until for piece in style.pieces)

    assert all(playing(energy) for energy in range(style.start("drums"), 1001, 20))
    assert playing(950) > playing(style.start("drums"))


@pytest.mark.parametrize("name", MADE)
def test_a_kit_is_large_enough_for_a_night_and_has_ghosts_colours_and_fills_of_every_size(name: str) -> None:
    style = read(name)
    assert 8 <= len(style.pieces) <= 12
    assert any("g" in grid or "1" in grid or "2" in grid for piece in style.pieces for grid in piece.grids)
    assert any(piece.start >= 550 for piece in style.pieces)
    assert style.fills.small
    assert style.fills.half
    assert style.fills.whole
    assert len(style.voice("bass").grids) >= 4 or style.voice("bass").rule == "808"


@pytest.mark.parametrize("name", MUSIC)
@pytest.mark.parametrize("home", ["C major", "F# minor"])
def test_its_chords_are_chords_and_its_cycles_differ(name: str, home: str) -> None:
    harmony = read(name).harmony
    tonic, mode = home.split()
    key = Key({"C": 0, "F#": 6}[tonic], mode)
    vocabulary = harmony.major if mode == "major" else harmony.minor
    words = (*vocabulary.tonic, *vocabulary.sub, *vocabulary.dom, *vocabulary.borrowed)
    assert all(parse(word, key).intervals for word in words)
    assert len(vocabulary.cycles) == len(set(vocabulary.cycles)) >= 3


@pytest.mark.parametrize("name", MUSIC)
def test_its_form_rises_to_a_theme_and_ends_below_it(name: str) -> None:
    style = read(name)
    roles = [section.rstrip("0123456789") for section in style.form.split()]
    heights = [max(style.scene(role).energy) for role in roles]
    assert max(heights) > heights[0]
    assert max(heights) > style.scene(roles[-1]).energy[-1]
    bars = sum(style.scene(role).bars for role in roles)
    seconds = bars * 4 * 60 // (sum(style.tempo) // 2)
    assert 60 <= seconds <= 720


def _strokes(style: Style, metric: str) -> list[int]:
    """How many strokes of a back beat each grid of the style's back beats holds in a bar of this meter."""
    count, unit = map(int, metric.split("/"))
    size = meter(count, unit)
    return [
        lay(grid, size, half=style.kit.half).count("X") + lay(grid, size, half=style.kit.half).count("x")
        for piece in style.pieces
        if piece.note in BACK and piece.name in ("snare", "clap", "snap")
        for grid in piece.grids
    ]


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("metric", ["3/4", "6/8", "5/4", "7/8"])
def test_a_back_beat_survives_every_meter(name: str, metric: str) -> None:
    assert all(_strokes(read(name), metric))


@pytest.mark.parametrize("pair", tuple(combinations(MADE, 2)))
def test_two_of_them_differ_in_kick_bass_comping_and_chords(pair: tuple[str, str]) -> None:
    first, second = map(read, pair)
    for role in ("bass", "chords", "arp", "lead"):
        own, other = ({grid.text for grid in style.voice(role).grids} for style in (first, second))
        assert len(own & other) * 2 <= max(2, min(len(own), len(other))), role
    assert set(first.harmony.minor.cycles) != set(second.harmony.minor.cycles)
    assert first.voice("lead").program != second.voice("lead").program
