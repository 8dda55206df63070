"""What every shipped style keeps: a whole band, chords that close, and figures that a musician would call sane."""

import pytest

from performer.engine.composer import compose
from performer.events import Note
from performer.music.chords import parse
from performer.music.pitch import Key
from performer.show.load import load_bytes
from performer.styles import Style, names, read
from performer.styles.definition import FRAME
from tests.engine.bands import bars, notes

STYLES = tuple(name for name in names() if not read(name).pulse)
VOICES = ("bass", "chords", "arp", "lead", "texture")
QUIET = ("ambient",)
"""Styles that have hardly a drum, and no fill, by intent."""


def _chords(style: Style) -> set[str]:
    out: set[str] = set()
    for words in (style.harmony.minor, style.harmony.major):
        out |= {*words.tonic, *words.sub, *words.dom, *words.borrowed}
        out |= {chord for row in (*words.cycles, *words.full, *words.half) for chord in row}
    return out


@pytest.mark.parametrize("name", STYLES)
def test_every_role_has_something_to_play_from_some_energy_on(name: str) -> None:
    style = read(name)
    for role in VOICES:
        voice = style.voice(role)
        assert voice.velocity[0] < voice.velocity[1], role
        if role not in ("texture",) and voice.rule == "grid":
            for energy in range(style.start(role), 1001, 50):
                assert any(grid.start <= energy < grid.until for grid in voice.grids), (role, energy)
    assert {role for role, _ in style.starts} >= {"drums", "bass", "lead", "texture"}


@pytest.mark.parametrize("name", STYLES)
def test_a_kit_has_a_frame_and_colours_and_fills_of_every_size(name: str) -> None:
    style = read(name)
    pieces = {piece.name: piece for piece in style.pieces}
    assert "kick" in pieces
    assert all(piece.velocity[0] < piece.velocity[1] and piece.start < piece.until for piece in style.pieces)
    assert len(pieces) >= (3 if name in QUIET else 6)
    assert bool(style.fills.cells or style.fills.whole) != (name in QUIET)
    for turn in style.kit.turns:
        assert all(grid.strip(".") for _, grid in turn)
    if name not in QUIET:
        assert any(piece.time for piece in style.pieces)
        assert any(p.start <= 500 for p in style.pieces if p.name not in FRAME)


@pytest.mark.parametrize("name", STYLES)
def test_harmony_is_written_for_both_modes_and_can_close(name: str) -> None:
    style = read(name)
    for words in (style.harmony.minor, style.harmony.major):
        assert len(words.cycles) >= 2
        assert all(words.cadences("full"))
        assert all(words.cadences("half"))
    for text in _chords(style):
        for key in (Key(0, "major"), Key(9, "minor")):
            chord = parse(text, key)
            assert len(chord.classes) >= 2, text


@pytest.mark.parametrize("name", STYLES)
def test_a_style_says_what_it_is_in_a_line_at_tempi_that_people_play(name: str) -> None:
    style = read(name)
    assert 10 <= len(style.about) <= 140
    assert 40 <= style.tempo[0] < style.tempo[1] <= 240
    assert style.tempo[1] <= 2 * style.tempo[0]


@pytest.mark.parametrize("name", STYLES)
def test_a_form_begins_and_ends_quieter_than_it_is_at_its_height(name: str) -> None:
    style = read(name)
    rows = [style.scene(section.rstrip("0123456789")).energy for section in style.form.split()]
    top = max(max(row) for row in rows)
    assert rows[0][0] < top
    assert rows[-1][-1] < top
    assert len(rows) >= 4


@pytest.mark.parametrize("name", STYLES)
def test_a_song_that_only_names_its_style_is_played_by_the_whole_band_at_its_height(name: str) -> None:
    band = "".join(f"{role}: {{role: {role}}}, " for role in ("drums", *VOICES))
    show = load_bytes({"a.yaml": f"song: A\nstyle: {name}\nparts: {{{band[:-2]}}}\n".encode()}, "a.yaml").show
    assert show is not None
    song = show.songs[0]
    loudest = max(song.sections, key=lambda section: max(energy for _, energy in section.energy)).name
    heard: set[str] = set()
    for state in bars(show):
        if state.section == loudest:
            heard |= {part.name for part in song.parts if any(isinstance(n, Note) for n in notes(compose(show, state, part)))}
        if len(heard) == 1 + len(VOICES):
            return
    assert heard == {"drums", *VOICES}
