"""A blend is a style: itself at the ends, steady between, the same in any order, and well formed everywhere."""

import itertools
from dataclasses import replace

import pytest

from performer.music.chance import Chance
from performer.styles import Style, blend, compound, names, read
from performer.styles.definition import ASPECTS, FRAME

CHANCE = Chance.of(7)
STYLES = tuple(name for name in names() if not read(name).pulse)
PAIRS = tuple(zip(STYLES, (*STYLES[3:], *STYLES[:3]), strict=True))
"""Each style with the third after it: every style twice, and none with its like."""
STEPS = range(0, 1001, 25)


def two(first: str, second: str, weight: int, chance: Chance = CHANCE) -> Style:
    """``weight`` per mille of the second."""
    return blend(((read(first), 1000 - weight), (read(second), weight)), chance)


@pytest.mark.parametrize("pair", PAIRS)
def test_at_the_ends_a_blend_is_the_pure_style(pair: tuple[str, str]) -> None:
    assert two(*pair, 0) == read(pair[0])
    assert two(*pair, 1000) == read(pair[1])


@pytest.mark.parametrize("pair", PAIRS)
def test_the_order_of_the_weights_does_not_matter(pair: tuple[str, str]) -> None:
    for weight in (100, 500, 725):
        assert two(*pair, weight) == two(pair[1], pair[0], 1000 - weight)


def test_three_styles_in_any_order_are_one_blend() -> None:
    rows = [(read("house"), 500), (read("dub"), 300), (read("pop-rock"), 200)]
    assert len({blend(tuple(order), CHANCE).name for order in itertools.permutations(rows)}) == 1
    first, *others = (blend(tuple(order), CHANCE) for order in itertools.permutations(rows))
    assert all(other == first for other in others)


def test_a_style_blended_with_itself_under_another_name_stays_as_it_is() -> None:
    house = read("house")
    same = blend(((house, 400), (replace(house, name="twin"), 600)), CHANCE)
    assert replace(same, name="house", title=house.title) == house


def _drawn(style: Style, place: int) -> dict[tuple[object, ...], str]:
    """Each cell of the four bars that a section that draws at ``place`` (per mille) would hear, and each piece that is there."""
    out: dict[tuple[object, ...], str] = {}
    for piece in style.pieces:
        out[piece.name, "there"] = "yes"
        for slot, sign in enumerate(_four(piece.grids[place * len(piece.grids) // 1000])):
            out[piece.name, slot] = sign
    for role, voice in style.voices:
        for energy in (150, 500, 900):
            grids = [grid.text for grid in voice.grids if grid.start <= energy < grid.until]
            for slot, sign in enumerate(_four(grids[place * len(grids) // 1000]) if grids else ""):
                out[role, energy, slot] = sign
    return out


def _four(grid: str) -> str:
    """Four bars of a grid, so that one of two bars differs from one of a bar only where it is heard to differ."""
    return (grid * 4)[:64]


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("place", [0, 400, 999])
def test_a_small_move_changes_few_cells(pair: tuple[str, str], place: int) -> None:
    rows = [_drawn(two(*pair, weight), place) for weight in STEPS]
    frame = {(name, step) for name in FRAME for step in [*range(64), "there"]}
    moves = [{key for key in a.keys() | b.keys() if a.get(key) != b.get(key)} - frame for a, b in itertools.pairwise(rows)]
    whole = {key for key in rows[0].keys() | rows[-1].keys() if rows[0].get(key) != rows[-1].get(key)}
    assert max(map(len, moves)) <= max(400, len(whole) // 4), [len(move) for move in moves]
    assert sum(1 for move in moves if move) >= min(8, len(whole) // 40)


@pytest.mark.parametrize("pair", PAIRS)
def test_a_cell_changes_hands_once(pair: tuple[str, str]) -> None:
    first, last = _drawn(read(pair[0]), 400), _drawn(read(pair[1]), 400)
    rows = [_drawn(two(*pair, weight), 400) for weight in STEPS]
    for key in first.keys() & last.keys():
        seen = [row.get(key) for row in rows]
        assert sum(a != b for a, b in itertools.pairwise(seen)) <= (3 if "-" in (first[key], last[key]) else 1), (key, seen)


@pytest.mark.parametrize("pair", PAIRS)
def test_numbers_lie_between(pair: tuple[str, str]) -> None:
    a, b = map(read, pair)
    for weight in (10, 300, 990):
        style = two(*pair, weight)
        for one, got, other in zip(a.swing.at(500_000), style.swing.at(500_000), b.swing.at(500_000), strict=True):
            assert min(one, other) <= got <= max(one, other)
        for role, voice in style.voices:
            for got, one, other in zip(voice.velocity + voice.lane, a.voice(role).velocity + a.voice(role).lane,
                                       b.voice(role).velocity + b.voice(role).lane, strict=True):  # fmt: skip
                assert min(one, other) <= got <= max(one, other)
            assert voice.lane[1] - voice.lane[0] >= 11


@pytest.mark.parametrize("pair", PAIRS)
def test_there_is_one_downbeat_and_one_harmonic_rhythm(pair: tuple[str, str]) -> None:
    for weight in (300, 700):
        style, leader = two(*pair, weight), read(pair[weight > 500])
        assert [p for p in style.pieces if p.name in FRAME] == [p for p in leader.pieces if p.name in FRAME]
        assert (style.harmony.rate, style.phrase) == (leader.harmony.rate, leader.phrase)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_blend_is_well_formed(pair: tuple[str, str], seed: int) -> None:
    for weight in (50, 350, 500, 800):
        style = two(*pair, weight, Chance.of(seed))
        for _, voice in style.voices:
            assert all(".-" not in grid.text for grid in voice.grids)
            assert all(grid.start < grid.until and len(grid.text) % 16 == 0 for grid in voice.grids)
        fills, letters = style.fills, {letter for letter, _ in style.fills.letters}
        for size, texts in ((4, fills.small), (8, fills.half), (16, fills.whole)):
            assert all(len(text) == size and set(text) <= letters | {"."} for text in texts)
        assert all(piece.open is not None for piece in style.pieces if any("o" in grid for grid in piece.grids))
        assert {name for turn in style.kit.turns for name, _ in turn} <= {piece.name for piece in style.pieces}


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_somebody_keeps_time_wherever_both_styles_have_somebody(pair: tuple[str, str], seed: int) -> None:
    def keeps(style: Style, energy: int) -> bool:
        return any(piece.time and piece.start <= energy < piece.until for piece in style.pieces)

    for energy in range(0, 1001, 50):
        if all(keeps(read(name), energy) for name in pair):
            assert all(keeps(two(*pair, weight, Chance.of(seed)), energy) for weight in range(50, 1000, 100))


@pytest.mark.parametrize("pair", PAIRS)
def test_a_pattern_of_patterns_is_never_silence(pair: tuple[str, str]) -> None:
    written = {grid for name in pair for piece in read(name).pieces for grid in piece.grids}
    for weight in (200, 400, 600, 800):
        style = two(*pair, weight)
        assert all(grid.text.strip(".-") for _, voice in style.voices for grid in voice.grids)
        assert all(grid.strip(".") or grid in written for piece in style.pieces for grid in piece.grids)


def test_a_letter_means_the_same_piece_after_two_kits_meet() -> None:
    house, dub = read("house"), read("dub")

    def struck(style: Style) -> set[tuple[int | None, ...]]:
        notes = dict(style.fills.letters)
        return {tuple(notes.get(sign) for sign in text) for text in style.fills.whole}

    spelt = struck(two("house", "dub", 500))
    assert spelt <= struck(house) | struck(dub)
    assert spelt & struck(house)
    assert spelt & struck(dub)


def test_a_style_that_weighs_nothing_only_keeps_the_places() -> None:
    with_third = blend(((read("house"), 400), (read("dub"), 600), (read("pop-rock"), 0)), CHANCE)
    assert {piece.name for piece in with_third.pieces} <= {p.name for name in ("house", "dub") for p in read(name).pieces}
    assert with_third.name == "dub 600 + house 400"


def test_weights_sum_to_one() -> None:
    with pytest.raises(ValueError, match="sum to 1000"):
        blend(((read("house"), 500), (read("dub"), 400)), CHANCE)
    with pytest.raises(ValueError, match="none is negative"):
        blend(((read("house"), 1500), (read("dub"), -500)), CHANCE)


def test_a_compound_takes_each_aspect_from_its_style() -> None:
    house, dub, rock = read("house"), read("dub"), read("pop-rock")
    by = {"groove": house, "feel": rock, "harmony": dub, "bass": dub, "melody": rock, "texture": house}
    style = compound(tuple((aspect, by[aspect]) for aspect in ASPECTS))
    assert style.pieces == house.pieces
    assert (style.feel, style.swing) == (rock.feel.dressed(house.pieces), rock.swing)
    assert (style.harmony, style.voice("chords"), style.voice("bass")) == (dub.harmony, dub.voice("chords"), dub.voice("bass"))
    assert (style.voice("lead"), style.voice("texture")) == (rock.voice("lead"), house.voice("texture"))
    assert (style.start("bass"), style.start("drums")) == (dub.start("bass"), house.start("drums"))
    assert compound(tuple((aspect, house) for aspect in ASPECTS)) is house


def test_a_cadence_ends_on_a_chord_that_the_blend_has() -> None:
    kept = 0
    for one, other in (("jazz", "pop-rock"), ("bossa", "house"), ("funk", "jazz"), ("reggae", "bossa")):
        for weight in range(100, 1000, 100):
            said = blend(((read(one), weight), (read(other), 1000 - weight)), Chance.of(5)).harmony
            for words in (said.minor, said.major):
                assert all(cadence[-1] in words.tonic for cadence in words.full), (one, other, weight)
                assert all(cadence[-1] in words.dom for cadence in words.half), (one, other, weight)
                kept += len(words.full) + len(words.half)
    assert kept
