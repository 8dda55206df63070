"""Hands on the plan's chords: voices lead on across phrases, comping is tonight's own, pads hold what is shared and never rub."""

from itertools import pairwise

import pytest

from performer.engine.composer import compose
from performer.engine.planner import phrase_at
from performer.engine.seen import bar_of
from performer.events import Note
from performer.music.shapes import clear, rubs
from performer.music.voicing import overlapping
from performer.show.definition import Show
from performer.styles import names, read
from performer.ticks import COMMON_TIME, Meter, meter
from tests.engine.bands import bars, notes, section, show, song

PLAYED = [name for name in names() if name != "grid"]
BAR = 4 * 20_160


def _long(style: str, energy: int = 600, home: str = "F minor", which: Meter = COMMON_TIME) -> Show:
    verse = section("verse", 32, energy)
    return show(song(style, home=home, meter=which, sections=(verse,), form=("verse",)))


def _chords(night: Show, part: str, tonight: int = 0) -> list[tuple[int, tuple[int, ...]]]:
    """The pitches that are struck together, by bar-relative tick, in order."""
    struck: dict[int, list[Note]] = {}
    for state in bars(night, tonight):
        for note in notes(compose(night, state, night.songs[0].part(part))):
            struck.setdefault(note.at, []).append(note)
    return [(at, tuple(sorted(n.pitch for n in row))) for at, row in sorted(struck.items())]


@pytest.mark.parametrize("style", PLAYED)
def test_no_voice_passes_its_neighbour_and_nothing_is_muddy(style: str) -> None:
    played = [pitches for _, pitches in _chords(_long(style), "keys")]
    assert len(played) > 8
    assert all(clear(pitches) for pitches in played)
    assert sum(rubs(pitches) > 0 for pitches in played) * 10 <= len(played)
    if read(style).voice("chords").kind != "planing":  # planed chords are parallel on purpose
        assert not any(overlapping(a, b) for a, b in pairwise(played))


def test_the_first_voicing_of_a_phrase_is_led_from_the_last_one_of_the_phrase_before() -> None:
    for seed in range(6):
        night = show(song("pop-rock", seed=seed, home="G", sections=(section("verse", 32, 500),), form=("verse",)))
        struck = _chords(night, "keys")
        for line in (8, 16, 24):
            before = [p for at, p in struck if at < line * BAR][-1]
            after = next(p for at, p in struck if at >= line * BAR)
            assert not overlapping(before, after)
            assert abs(before[-1] - after[-1]) <= 7


def test_two_nights_have_the_same_chords_in_other_hands() -> None:
    night = _long("pop-rock")
    one, two = (_chords(night, "keys", tonight) for tonight in (1, 2))
    assert one != two
    shared = sum(a == b for a, b in zip(one, two, strict=False))
    assert shared < len(one) * 7 // 10


@pytest.mark.parametrize("which", [COMMON_TIME, meter(3, 4), meter(6, 8), meter(7, 8)], ids=str)
def test_what_tonight_adds_is_never_on_a_pulse_and_a_push_is_the_next_chord(which: Meter) -> None:
    night = _long("pop-rock", which=which)
    part, pushed = night.songs[0].part("keys"), 0
    states = list(bars(night))
    for state, following in pairwise(states):
        bar, after = bar_of(night, state), bar_of(night, following)
        last = state.at + (bar.slots - 2) * 5040
        struck = {n.pitch % 12 for n in notes(compose(night, state, part)) if n.at >= last}
        downbeat = [n for n in notes(compose(night, following, part)) if n.at == following.at]
        if struck and not downbeat:
            new = set(after.chords[0].chord.classes)
            assert struck <= new or struck <= set(bar.chords[-1].chord.classes)
            pushed += struck <= new
    assert pushed or which != COMMON_TIME


@pytest.mark.parametrize("style", PLAYED)
@pytest.mark.parametrize("home", ["F minor", "C", "D dorian"])
def test_pads_and_chords_never_rub_in_the_chord(style: str, home: str) -> None:
    night = _long(style, home=home)
    pads = [n for s in bars(night) for n in notes(compose(night, s, night.songs[0].part("pad")))]
    for state in bars(night):
        for placed in bar_of(night, state).chords:
            at = state.at + placed.slot * 5040
            held = {n.pitch % 12 for n in pads if n.at <= at < n.at + n.length}
            assert not any((pc - 1) % 12 in placed.chord.classes for pc in held), (placed.chord.symbol, held)


def test_a_pad_holds_what_two_chords_share_and_strikes_again_after_four_bars() -> None:
    base = song("pop-rock", home="C", sections=(section("verse", 8, 700, chords=(("C",), ("Am",))),), form=("verse",))
    pads = [n for s in bars(show(base)) for n in notes(compose(show(base), s, base.part("pad")))]
    shared = [n for n in pads if n.pitch % 12 in (0, 4)]
    assert max(n.length for n in shared) > 3 * BAR
    assert all(n.length <= 4 * BAR for n in pads)


def test_where_there_is_no_chord_nobody_plays_one() -> None:
    base = song("house", sections=(section("verse", 4, 700, chords=(("i",), ("N.C.",), ("VI",), ("N.C.",))),), form=("verse",))
    night = show(base)
    for state in bars(night):
        silent = bar_of(night, state).chords[0].chord.symbol == "N.C."
        for name in ("keys", "pad"):
            sounding = [n for n in notes(compose(night, state, base.part(name))) if n.at < state.at + 14 * 5040]
            assert bool(sounding) != silent or name == "pad"


def test_the_last_voicing_does_not_depend_on_where_one_looks_from() -> None:
    night = _long("house")
    last = list(bars(night))[-1]
    alone = compose(_long("house"), last, night.songs[0].part("keys"))
    for state in bars(night):
        compose(night, state, night.songs[0].part("keys"))
    assert compose(night, last, night.songs[0].part("keys")) == alone
    assert phrase_at(night.songs[0], night.songs[0].sections[0], 31, 32, COMMON_TIME).before is not None


def test_hands_make_room_for_a_given_tune_on_strong_beats() -> None:
    verse = section("drop", 16, 900, theme="hook", chords=(("VI",), ("i",)))
    base = song("house", sections=(verse,), form=("drop",))
    night = show(base)
    heard = {name: [n for s in bars(night) for n in notes(compose(night, s, base.part(name)))] for name in ("lead", "keys", "pad")}
    met = 0
    for state in list(bars(night))[:-1]:
        chord = {placed.slot: placed.chord for placed in bar_of(night, state).chords}[0]
        here = {name: {n.pitch for n in row if n.at <= state.at < n.at + n.length} for name, row in heard.items()}
        for tune in here["lead"]:
            met += tune % 12 not in chord.classes
            for pitch in here["keys"] | here["pad"]:
                assert (abs(pitch - tune) % 12 not in (1, 11)) or tune % 12 in chord.classes, (chord.symbol, tune, pitch)
    assert met
