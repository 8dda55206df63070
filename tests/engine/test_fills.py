"""Fills lead somewhere: they end where a silence begins, are as loud as the groove they interrupt, and give way to a silence."""

from statistics import fmean

import pytest

from performer.engine.composer import compose, view_of
from performer.engine.pen import Pen
from performer.engine.seen import bar_of
from performer.engine.view import Bar
from performer.events import Note
from performer.music.groove import Touch, evened
from performer.show.definition import Show
from performer.styles import read
from tests.engine.bands import bars, notes, section, show, song

PLAYED = ("funk", "pop-rock", "hip-hop", "reggae", "jazz", "bossa", "disco")
"""Styles with the feel of people."""


def _night(style: str, way: str, seed: int = 1) -> Show:
    sections = (section("verse", 8, 600), section("chorus", 8, 850, entry=way))
    return show(song(style, seed=seed, sections=sections, form=("verse", "chorus")))


def _last(night: Show) -> tuple[Bar, list[Note]]:
    """The bar before the chorus, and what the drums play in it."""
    state = next(state for state in bars(night) if state.section == "verse" and state.bar_in_section == 7)
    return bar_of(night, state), notes(compose(night, state, night.songs[0].part("drums")))


@pytest.mark.parametrize("style", PLAYED)
@pytest.mark.parametrize("beats", [1, 2])
def test_a_fill_ends_where_the_silence_begins_and_is_whole(style: str, beats: int) -> None:
    heard = 0
    for seed in range(4):
        bar, struck = _last(_night(style, f"fill stop {beats} beats" if beats > 1 else "fill stop 1 beat", seed))
        assert bar.stop == bar.fill_to == 16 - 4 * beats
        assert bar.fill
        assert bar.fill_from == 0
        assert all(note.at < bar.tick(bar.stop) for note in struck)
        heard += any(note.at >= bar.tick(bar.stop - 4) for note in struck)
    assert heard == 4


@pytest.mark.parametrize("style", PLAYED)
def test_a_silence_is_its_own_fill(style: str) -> None:
    bar, _ = _last(_night(style, "stop 1 beat"))
    assert bar.stop == 12
    assert not bar.fill
    assert _last(_night(style, "fill"))[0].fill


@pytest.mark.parametrize("style", PLAYED)
def test_a_fill_is_as_loud_as_the_groove_and_grows(style: str) -> None:
    late, early, groove = [], [], []
    for seed in range(6):
        night = _night(style, "fill", seed)
        keep = {piece.note for piece in read(style).pieces if piece.name in read(style).fills.keep}
        for state in bars(night):
            bar = bar_of(night, state)
            struck = notes(compose(night, state, night.songs[0].part("drums")))
            if state.section == "verse" and not bar.fill:
                groove += [note.velocity for note in struck if note.pitch in (38, 40, 37)]
            elif state.bar_in_section == 7 and state.section == "verse":
                middle = bar.tick((bar.fill_from + bar.fill_to) // 2)
                said = [note for note in struck if note.at >= bar.tick(bar.fill_from) and note.pitch not in keep]
                early += [note.velocity for note in said if note.at < middle]
                late += [note.velocity for note in said if note.at >= middle]
    assert fmean(late) > fmean(early)
    assert fmean(early) >= fmean(groove) - 16
    assert min(early + late) >= 30


def test_the_weak_sixteenths_of_a_fill_are_no_ghosts() -> None:
    weak: list[int] = []
    strong: list[int] = []
    for seed in range(24):
        bar, struck = _last(_night("funk", "fill", seed))
        for note in struck:
            if note.at >= bar.tick(bar.fill_from):
                (weak if round((note.at - bar.at) / 5040) % 2 else strong).append(note.velocity)
    assert len(weak) > 40
    assert fmean(strong) - fmean(weak) < 8


def test_a_hand_takes_no_more_than_half_of_what_is_asked() -> None:
    night = show(song("funk", sections=(section("verse", 8, 600),), form=("verse",)))
    part = night.songs[0].part("drums")
    softest = []
    for state in bars(night):
        bar = bar_of(night, state)
        pen = Pen(view_of(bar, part, read("funk")))
        softest += [pen.note("snare", slot * 5040, 38, 5040, 40).velocity for slot in range(16)]
    assert min(softest) >= 16  # a ghost of 40 at four fifths of the level at least
    assert max(softest) > 30


def test_a_touch_without_its_accents_is_as_late() -> None:
    touch = Touch(late=(5, -3), weight=(10, -20), weight_spread=(4,), drift=7, sway=9, limb="left", habit="snare")
    even = evened(touch)
    assert (even.late, even.drift, even.limb, even.habit) == (touch.late, touch.drift, touch.limb, touch.habit)
    assert (even.weight, even.weight_spread, even.sway) == ((0,), (0,), 4)
