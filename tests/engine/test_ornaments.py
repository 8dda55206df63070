"""Complexity in the bass: roots alone at nothing, more and more of everything else above, and nothing at one half."""

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.engine import basslines
from performer.engine.composer import compose, view_of
from performer.engine.fusion import style_of
from performer.engine.ornaments import ornamented
from performer.engine.seen import bar_of
from performer.engine.view import View
from performer.show.definition import Show
from performer.styles import reader
from performer.ticks import SIXTEENTH
from tests.engine.bands import bars, notes, section, show, song

FADER = st.integers(0, 1000)
STYLES = [name for name in reader.names() if name != "grid"]


@cache
def night(style: str) -> Show:
    return show(song(style, sections=(section("verse", 8, 700),), form=("verse",)))


def heard(style: str, complexity: int) -> tuple[int, int]:
    """How many notes the bass plays, and how many of them are neither the chord's bass nor the key's tonic."""
    evening, count, others = night(style), 0, 0
    for state in bars(evening, 3, complexity=complexity):
        bar = bar_of(evening, state)
        for note in notes(compose(evening, state, evening.songs[0].part("bass"))):
            slot = min(bar.slots - 1, (note.at - bar.at + SIXTEENTH // 3) // SIXTEENTH)  # swung forward at most a third
            count += 1
            others += note.pitch % 12 not in (bar.chord_at(slot).chord.bass % 12, bar.phrase.key.tonic)
    return count, others


@pytest.mark.parametrize("style", STYLES)
def test_the_bass_has_roots_alone_at_no_complexity_and_more_else_the_more_there_is(style: str) -> None:
    figures = [heard(style, complexity) for complexity in (0, 250, 500, 750, 1000)]
    assert figures[0][1] == 0
    assert all(few[1] <= many[1] for few, many in pairwise(figures))
    assert figures[0][1] < figures[2][1] <= figures[4][1]
    assert figures[2] < figures[4]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(("funk", "techno", "reggae", "hip-hop", "ambient")), st.integers(0, 7), FADER, FADER)
def test_more_complexity_keeps_what_less_had(style: str, which: int, a: int, b: int) -> None:
    evening = night(style)
    part = evening.songs[0].part("bass")

    def view(complexity: int) -> View:
        bar = bar_of(evening, list(bars(evening, 3, complexity=complexity))[which])
        return view_of(bar, part, style_of(bar.song, bar.section, part))

    plain = basslines.row(view(500), *basslines.chosen(view(500)))
    less, more = (ornamented(view(fader), plain) for fader in sorted((a, b)))
    assert ornamented(view(500), plain) == plain
    if min(a, b) >= 500:
        assert all(new == old or old in ".-Rr" for old, new in zip(less, more, strict=True)), "what was added stays"
        assert all(new not in ".-" for old, new in zip(plain, more, strict=True) if old not in ".-"), "no stroke is taken"
    elif max(a, b) <= 500:
        assert all(new == old or new in ".-R" for old, new in zip(plain, less, strict=True))
        assert all(new == old for old, new in zip(plain, less, strict=True) if old in "Rr"), "roots stay"
        assert all(lower != old for old, lower, higher in zip(plain, less, more, strict=True) if higher != old), "what fell stays away"
