"""From key to key: the chord that is written, or a pivot, stands in the half bar before, is published, and is played."""

from dataclasses import replace

import pytest

from performer.controls import GoTo, When
from performer.engine.composer import chords_of, compose
from performer.engine.conductor import heed
from performer.engine.seen import bar_of
from performer.engine.state import Shaping
from performer.music.chords import parse
from performer.music.pitch import key
from performer.show.definition import Show, Song
from performer.ticks import COMMON_TIME, Meter, meter
from tests.engine.bands import bars, notes, section, show, song


def _song(via: str | None, shift: int = 2, which: Meter = COMMON_TIME) -> Song:
    sections = (section("verse", 8, 500), section("chorus", 8, 700, key_shift=shift, via=via))
    return song("pop-rock", home="C", meter=which, sections=sections, form=("verse", "chorus", "verse"))


def _marks(night: Show) -> list[tuple[str, str, str]]:
    return [(mark.now, mark.next, mark.key) for state in bars(night) for mark in chords_of(night, state)]


@pytest.mark.parametrize(("via", "found"), [("A7", "A7"), ("V7", "A7"), ("pivot", "Em"), ("bVII/D", "C/D")])
def test_the_last_half_bar_plays_what_leads_into_the_new_key(via: str, found: str) -> None:
    night = show(_song(via))
    last = [s for s in bars(night) if s.section == "verse"][7]
    before, lead = chords_of(night, last)
    assert (lead.now, lead.at - last.at) == (found, 2 * 20_160)
    assert before.now == chords_of(show(_song(None)), last)[0].now
    first = chords_of(night, next(s for s in bars(night) if s.section == "chorus"))[0]
    assert (lead.next, first.key) == (first.now, "D major")


@pytest.mark.parametrize("which", [meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8)], ids=str)
def test_in_every_meter_each_chord_is_followed_by_the_one_that_was_announced(which: Meter) -> None:
    marks = _marks(show(_song("pivot", which=which)))
    assert [m[1] for m in marks[:-1]] == [m[0] for m in marks[1:]]


def test_the_key_of_the_next_chord_is_told_beside_it() -> None:
    marks = [mark for state in bars(show(_song("A7"))) for mark in chords_of(show(_song("A7")), state)]
    assert [mark.next_key for mark in marks[:-1]] == [mark.key for mark in marks[1:]]
    lead = next(mark for mark in marks if mark.now == "A7")
    assert (lead.key, lead.next_key) == ("C major", "D major")


def test_the_parts_play_it() -> None:
    night = show(_song("A7"))
    last = [s for s in bars(night) if s.section == "verse"][7]
    heard = {n.pitch % 12 for n in notes(compose(night, last, night.songs[0].part("keys"))) if n.at >= last.at + 2 * 20_160}
    assert heard
    assert heard <= {9, 1, 4, 7}


@pytest.mark.parametrize("style", ["pop-rock", "house", "trance", "cinematic"])
@pytest.mark.parametrize("via", ["A7", "pivot"])
def test_nobody_who_holds_chords_holds_one_over_the_way_into_the_key(style: str, via: str) -> None:
    """The phrase knows the way, so a pad that was begun bars before ends where it stands."""
    night = show(_held(style, via))
    there = Shaping(brought=("keys", "pad"))
    verse = [replace(s, shaping=there) for s in bars(night) if s.section == "verse"][:8]
    lead = chords_of(night, verse[7])[-1]
    chord = parse(lead.now, key("C"))
    for part in ("keys", "pad"):
        played = [n for state in verse for n in notes(compose(night, state, night.songs[0].part(part)))]
        over = {n.pitch % 12 for n in played if n.at < lead.at < n.at + n.length}
        assert played
        assert over <= set(chord.classes) | ({0} if style == "cinematic" and part == "pad" else set()), part  # its choir has a pedal


def _held(style: str, via: str) -> Song:
    """A verse on one chord, so that pads hold as long as they may."""
    return replace(
        _song(via), parts=song(style).parts, style=((style, 1000),),
        sections=(section("verse", 8, 500, chords=(("C",),)), section("chorus", 8, 700, key_shift=2, via=via)),
    )  # fmt: skip


def test_the_phrase_is_one_plan_from_its_first_bar_on() -> None:
    night = show(_song("A7"))
    plans = [bar_of(night, state).phrase for state in bars(night) if state.section == "verse"][:8]
    assert len({id(plan) for plan in plans}) == 1
    assert plans[0].chords[7][-1].chord.symbol == "A7"


def test_a_held_section_forgets_the_way_until_it_is_let_go() -> None:
    night = show(_song("A7"))
    third = list(bars(night))[2]
    held = bar_of(night, replace(third, hold=True)).phrase
    assert held.chords == bar_of(show(_song(None)), third).phrase.chords


def test_nothing_leads_where_nothing_is_written_or_the_key_stays() -> None:
    assert _marks(show(_song("pivot", shift=0))) == _marks(show(_song(None, shift=0)))
    plain = [s for s in bars(show(_song(None))) if s.section == "verse"][7]
    assert len(chords_of(show(_song(None)), plain)) == 1


def test_a_jump_by_hand_is_led_into_the_key_too() -> None:
    night = show(_song("A7"))
    third = list(bars(night))[2]
    assert chords_of(night, heed(night, third, GoTo(section="chorus", when=When.BAR), third.at))[-1].now == "A7"


def test_a_song_is_led_into_from_the_song_before() -> None:
    one = song("pop-rock", home="C", sections=(section("verse", 4, 500),), form=("verse",))
    two = replace(one, name="two", key=key("F"), via="C7")
    last = list(bars(show(one, two)))[3]
    lead = chords_of(show(one, two), last)[-1]
    assert lead.now == "C7"
