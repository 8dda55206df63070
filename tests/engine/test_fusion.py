"""Fusion as a part hears it: a blend in every meter, aspects, sections, and the fader, which moves the bar and never the plan."""

import ast
import itertools
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

import performer.engine
from performer.engine.composer import attempt
from performer.engine.fusion import STEP, style_of
from performer.engine.seen import bar_of
from performer.show.definition import Aspects, Part, Song, Styles
from performer.show.fusion import heaviest, leaning, weights
from performer.styles import ASPECTS, names, read
from performer.ticks import COMMON_TIME, SIXTEENTH, meter
from tests.engine.bands import BAND, bars, notes, section, show, song, whole

STYLES = tuple(name for name in names() if not read(name).pulse)
PAIRS = tuple(zip(STYLES, (*STYLES[3:], *STYLES[:3]), strict=True))
"""Each style with the third after it: every style twice, and none with its like."""
METERS = (COMMON_TIME, meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8, (2, 2, 3)))
SOUNDING = tuple(name for name, role in BAND if role in ("drums", "bass", "chords", "arp", "lead", "texture"))


def fused(style: Styles, aspects: Aspects = (), **more: object) -> Song:
    """A band whose parts take the song's style."""
    parts = tuple(Part(name=name, role=role) for name, role in BAND)
    return replace(song(parts=parts, **more), style=style, aspects=aspects)  # type: ignore[arg-type]


@pytest.mark.parametrize("pair", PAIRS)
def test_every_blend_of_two_styles_plays_in_every_meter(pair: tuple[str, str]) -> None:
    for number, each in enumerate(METERS):
        night = show(fused(((pair[0], 550), (pair[1], 450)), meter=each, seed=number))
        for state in itertools.islice(bars(night), number, None, 7):
            for part in night.songs[0].parts:
                composed = attempt(night, state, part)
                assert composed.fell is None, composed.fell


@pytest.mark.parametrize("pair", [("house", "dub"), ("ambient", "pop-rock")])
def test_at_the_ends_of_the_fader_a_song_plays_the_pure_style(pair: tuple[str, str]) -> None:
    night = show(fused(((pair[0], 600), (pair[1], 400))))
    written = night.songs[0]
    for end, name in ((0, pair[0]), (1000, pair[1])):
        for part in written.parts:
            assert style_of(written, written.sections[0], part, end) is read(name)


def test_the_fader_moves_the_bar_and_never_the_plan() -> None:
    night = show(fused((("house", 500), ("dub", 500))))
    for state in itertools.islice(bars(night), 0, None, 5):
        assert bar_of(night, state).phrase == bar_of(night, replace(state, fusion=1000)).phrase
    for name in ("drums", "bass", "keys"):
        assert whole(night, name, fusion=0) != whole(night, name) != whole(night, name, fusion=1000)


@pytest.mark.parametrize("pair", [("house", "dub"), ("techno", "drum-and-bass"), ("funk", "trap")])
@pytest.mark.parametrize("fusion", [0, 500, 1000])
def test_the_bass_is_told_the_kick_that_is_heard_under_the_fader(pair: tuple[str, str], fusion: int) -> None:
    """In bars without a turn or a fill the kick of the drums lies in the skeleton, whichever style leads."""
    night = show(fused(((pair[0], 1000), (pair[1], 0)), sections=(section("verse", 8, 900),), form=("verse",)))
    heard = set[int]()
    for state in itertools.islice(bars(night, fusion=fusion), 3):
        bar = bar_of(night, state)
        played = attempt(night, state, night.songs[0].part("drums")).events
        slots = {(n.at - state.at) // SIXTEENTH for n in notes(played) if n.pitch in (35, 36)}
        assert slots >= set(bar.kick)  # a steppers' kick is a piece beside it
        heard |= slots
    assert heard


def test_a_curve_in_a_section_is_a_fader_that_moves_by_itself() -> None:
    base = fused((("house", 500), ("dub", 500)))
    sections = tuple(replace(s, macros=(("fusion", ((0, 0), (1000, 0))),)) for s in base.sections)
    drawn = show(replace(base, sections=sections))
    for name in ("drums", "bass"):
        assert whole(drawn, name) == whole(show(base), name, fusion=0)


def test_a_small_move_of_the_fader_leaves_most_notes() -> None:
    night = show(fused((("house", 500), ("dub", 500))))
    for name in ("bass", "keys"):
        near, far = ({(n.at, n.pitch) for n in notes(whole(night, name, fusion=value))} for value in (600, 600 + 2 * STEP))
        assert len(near & far) * 2 > len(near | far)


def test_a_song_of_one_style_does_not_heed_the_fader() -> None:
    night = show(song("house"))
    for name in SOUNDING:
        assert whole(night, name, fusion=0) == whole(night, name, fusion=1000)


def test_a_section_stands_above_a_part_and_a_part_above_the_song() -> None:
    base = fused((("house", 1000),), (("bass", (("dub", 1000),)),))
    plain, own = base.part("bass"), replace(base.part("bass"), style=(("acid", 1000),))
    here = replace(base.sections[0], style=(("pop-rock", 1000),))
    assert weights(base, None, plain, "bass") == (("dub", 1000),)
    assert weights(base, None, plain, "groove") == (("house", 1000),)
    assert weights(base, None, own, "bass") == (("acid", 1000),)
    assert weights(base, here, own, "bass") == (("pop-rock", 1000),)
    there = replace(here, aspects=(("bass", (("ambient", 1000),)),))
    assert weights(base, there, own, "bass") == (("ambient", 1000),)
    assert weights(replace(base, style=(), aspects=()), None, plain, "feel") == (("house", 1000),)


def test_an_aspect_reaches_the_parts_that_play_it_and_no_others() -> None:
    plain, bassy = show(fused((("house", 1000),))), show(fused((("house", 1000),), (("bass", (("dub", 1000),)),)))
    assert whole(plain, "bass") != whole(bassy, "bass")
    for name in ("drums", "keys", "lead", "pad"):
        assert whole(plain, name) == whole(bassy, name)


def test_a_section_in_another_style_changes_there_alone() -> None:
    base = fused((("house", 1000),))
    sections = tuple(replace(s, style=(("dub", 1000),)) if s.name == "break" else s for s in base.sections)
    plain, other = show(base), show(replace(base, sections=sections))
    drums = base.part("drums")
    differ = {s.section for s, t in zip(bars(plain), bars(other), strict=True)
              if attempt(plain, s, drums).events != attempt(other, t, drums).events}  # fmt: skip
    assert differ == {"break"}


def test_adding_a_part_changes_no_other_parts_notes_in_a_fusion() -> None:
    base = fused((("house", 600), ("dub", 400)))
    fewer = replace(base, parts=base.parts[:4])
    for part in fewer.parts:
        assert whole(show(base), part.name) == whole(show(fewer), part.name)


def test_the_fader_leans_and_keeps_the_sum() -> None:
    written = (("house", 500), ("dub", 300), ("acid", 200))
    assert leaning(written, 500) == written
    assert leaning(written, 0) == (("house", 1000), ("dub", 0), ("acid", 0))
    assert leaning(written, 1000) == (("house", 0), ("dub", 1000), ("acid", 0))
    steps = [leaning(written, value) for value in range(0, 1001, 25)]
    assert all(sum(weight for _, weight in row) == 1000 for row in steps)
    assert all(a[1][1] <= b[1][1] and a[0][1] >= b[0][1] for a, b in itertools.pairwise(steps))
    assert heaviest((("dub", 500), ("acid", 500))) == "acid"


@pytest.mark.parametrize("pair", [("house", "dub"), ("ambient", "pop-rock")])
@pytest.mark.parametrize("name", ["drums", "bass", "keys"])
def test_what_is_heard_moves_from_one_style_to_the_other_as_the_weight_grows(pair: tuple[str, str], name: str) -> None:
    def heard(weight: int, seed: int) -> Counter[tuple[int, int]]:
        sections = (section("a", 8, 600), section("b", 8, 900))
        night = show(fused(((pair[0], 1000 - weight), (pair[1], weight)), seed=seed, sections=sections, form=("a", "b"), motifs=()))
        return Counter(((n.at // SIXTEENTH) % 16, n.pitch if name == "drums" else 0) for n in notes(whole(night, name, tonight=seed)))

    nearer = []
    for weight in (0, 250, 500, 750, 1000):
        found = [(heard(weight, seed), heard(0, seed), heard(1000, seed)) for seed in range(4)]
        nearer.append(sum(_shared(now, last) - _shared(now, first) for now, first, last in found))
    assert all(a < b for a, b in itertools.pairwise(nearer)), nearer


def _shared(one: Counter[tuple[int, int]], other: Counter[tuple[int, int]]) -> int:
    """Per mille of the onsets by slot (and drum) that two parts have in common."""
    return 2000 * (one & other).total() // max(1, one.total() + other.total())


def test_a_compound_song_has_every_aspect() -> None:
    base = fused((("house", 1000),), tuple((aspect, (("dub", 1000),)) for aspect in ASPECTS))
    assert style_of(base) is read("dub")


def test_nobody_in_the_engine_asks_for_the_name_of_a_style() -> None:
    asked = []
    for path in Path(performer.engine.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("name", "title") and "style" in ast.dump(node.value).lower():
                asked.append(f"{path.name}:{node.lineno}")
    assert not asked
