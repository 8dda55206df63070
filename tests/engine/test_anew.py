"""A reroll and a variation are heard: in every style, at every energy, by every part that has notes."""

from dataclasses import replace
from itertools import pairwise

import pytest

from performer.engine.composer import ROLES, compose, view_of
from performer.engine.conductor import next_bar, opening
from performer.engine.seen import bar_of
from performer.engine.state import Shaping, State
from performer.show.definition import Part, Show
from performer.styles import read, reader
from performer.takes import Take
from performer.ticks import COMMON_TIME, Meter, meter
from tests.engine.bands import BAND, notes, section, show, song

BARS = 8
HEARD = [name for name, role in BAND if role not in ("light", "visual", "external")]
STYLES = [name for name in reader.names() if name != "grid"]
ODD = meter(7, 8)


def night(style: str, energy: int, name: str, which: Meter = COMMON_TIME) -> Show:
    return show(song(style, sections=(section(name, BARS, energy),), form=(name,), meter=which))


def states(evening: Show) -> list[State]:
    out = [opening(evening, 3)]
    while len(out) < BARS:
        out.append(next_bar(evening, out[-1], out[-1].end))
    return out


def played(evening: Show, bars: list[State], part: Part, *, number: int = 0, turn: int = 0) -> list[list[tuple[int, int]]]:
    """(place, pitch) of the part's notes, bar by bar, in a take of its idea."""
    idea = evening.songs[0].sections[0].name
    shaping = Shaping(takes=(Take(song=0, part=part.name, idea=idea, number=number, turn=turn),), brought=(part.name,))
    return [[(int(n.at), n.pitch) for n in notes(compose(evening, replace(bar, shaping=shaping), part))] for bar in bars]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("energy", "name"), [(300, "verse"), (900, "drop")])
def test_each_take_of_a_part_is_heard_to_be_another(style: str, energy: int, name: str) -> None:
    evening = night(style, energy, name)
    bars = states(evening)
    for part in (evening.songs[0].part(name) for name in HEARD):
        plain = played(evening, bars, part)
        rerolled = [plain, *(played(evening, bars, part, number=count) for count in (1, 2))]
        varied = [plain, *(played(evening, bars, part, turn=count) for count in (1, 2))]
        for before, after in (*pairwise(rerolled), *pairwise(varied)):
            assert before != after or not any(before), part.name


@pytest.mark.parametrize("style", ["house", "jazz", "ambient", "reggae"])
def test_a_take_is_heard_in_an_odd_meter_as_well(style: str) -> None:
    evening = night(style, 700, "verse", ODD)
    bars = states(evening)
    for part in (evening.songs[0].part(name) for name in HEARD):
        takes = [played(evening, bars, part, number=count) for count in range(4)]
        assert all(a != b or not any(a) for a, b in pairwise(takes)), part.name


def test_a_reroll_is_heard_all_through_the_section() -> None:
    """Where the style has one pattern as well: half the bars at least are otherwise (a stroke that is pushed stays as it was)."""
    evening = night("house", 900, "verse")
    bars = states(evening)
    part = evening.songs[0].part("keys")
    takes = [played(evening, bars, part, number=count) for count in range(3)]
    for before, after in pairwise(takes):
        assert sum(a != b for a, b in zip(before, after, strict=True)) >= BARS // 2


def test_a_drone_that_is_drawn_anew_stands_otherwise() -> None:
    evening = night("house", 900, "verse")
    bars = states(evening)
    state, part = bars[0], evening.songs[0].part("pad")
    style = read("house")
    texture = replace(style.voice("texture"), motion="drone", vary=0)
    style = replace(style, voices=tuple((role, texture if role == "texture" else voice) for role, voice in style.voices))

    def held(number: int) -> list[int]:
        taken = replace(state, shaping=Shaping(takes=(Take(song=0, part="pad", idea="verse", number=number),)))
        bar = bar_of(evening, taken)
        return [note.pitch for note in notes(ROLES["texture"](view_of(bar, part, style)))]

    assert all(a != b for a, b in pairwise(held(number) for number in range(4)))
    assert {pitch % 12 for number in range(3) for pitch in held(number)} == {5, 0}, "tonic and fifth of F minor"


def test_an_effect_that_is_drawn_anew_rises_to_another_degree() -> None:
    parts = (Part(name="sweep", role="effects", style=(("house", 1000),)),)
    sections = (section("build", 8, 500, 900, exit="riser"), section("drop", 8, 1000))
    evening = show(song("house", parts=parts, sections=sections, form=("build", "drop")))
    takes = [played(evening, states(evening), parts[0], number=count) for count in range(3)]
    assert any(takes[0])
    assert all(a != b for a, b in pairwise(takes))


def test_a_counter_line_that_is_drawn_anew_answers_where_the_lead_still_rests() -> None:
    evening = night("house", 600, "verse")
    bars = states(evening)
    part = evening.songs[0].part("counter")
    takes = [played(evening, bars, part, number=count) for count in range(4)]
    assert all([bool(bar) for bar in take] == [bool(bar) for bar in takes[0]] for take in takes)
