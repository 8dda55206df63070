"""The laws of composing: pure, in order, inside the bar; adding a part changes no other; louder adds, never reshuffles."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.engine import composer
from performer.engine.composer import Composer, attempt, chords_of, compose, cues_of, safe_bar
from performer.engine.kitwork import METAL
from performer.engine.roles import bass
from performer.engine.seen import bar_of
from performer.engine.state import Phase
from performer.engine.view import View
from performer.events import EARLIEST_FEEL, LATEST_FEEL, Controller, Cue, Event, Note, order
from performer.show.definition import CueAt, CueRule, Part, Song
from performer.styles import names
from performer.ticks import COMMON_TIME, Meter, meter
from tests.engine.bands import BAND, bars, notes, section, show, song, whole

METERS = (COMMON_TIME, meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8), meter(7, 8, (3, 2, 2)), meter(12, 8))
STYLES = names()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("which", METERS, ids=str)
def test_events_lie_inside_their_bar_in_the_written_order(style: str, which: Meter) -> None:
    night = show(song(style, meter=which))
    for state in bars(night):
        for part in night.songs[0].parts:
            composed = attempt(night, state, part)
            assert composed.fell is None
            keys = [order(event) for event in composed.events]
            assert keys == sorted(set(keys))
            assert all(state.at <= event.at < state.end for event in composed.events)
            assert all(isinstance(event, Note | Controller | Cue) for event in composed.events)
            for note in notes(composed.events):
                assert 1 <= note.velocity <= 127
                assert 0 <= note.pitch <= 127
                assert note.length > 0
                assert EARLIEST_FEEL <= note.feel <= LATEST_FEEL
            for event in composed.events:
                assert not isinstance(event, Controller) or 0 <= event.value <= 1000


def test_composing_is_a_pure_function_of_show_state_and_part() -> None:
    first, second = show(song(seed=3)), show(song(seed=3))
    states = list(bars(first, 9))
    forwards = [compose(first, state, part) for state in states for part in first.songs[0].parts]
    backwards = [compose(second, state, part) for state in reversed(states) for part in reversed(second.songs[0].parts)]
    assert forwards == backwards[::-1]


def _band_without(base: Song, name: str) -> Song:
    return replace(base, parts=tuple(p for p in base.parts if p.name != name))


@pytest.mark.parametrize("style", ["house", "pop-rock"])
@pytest.mark.parametrize("absent", [name for name, _ in BAND])
def test_adding_a_part_changes_no_other_parts_events(style: str, absent: str) -> None:
    full = song(style)
    with_it, without = show(full), show(_band_without(full, absent))
    for name in (name for name, _ in BAND if name != absent):
        assert whole(with_it, name, 4) == whole(without, name, 4)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([s for s in STYLES if s != "grid"]), st.sampled_from(("energy", "density")), st.integers(0, 1000), st.integers(0, 1000),
    st.integers(0, 99), st.sampled_from(METERS[:5]),
)  # fmt: skip
def test_a_louder_macro_adds_onsets_and_never_takes_or_moves_one(style: str, macro: str, a: int, b: int, seed: int, which: Meter) -> None:
    low, high = sorted((a, b))
    night = show(song(style, seed=seed, meter=which))
    for state in list(bars(night, seed))[::3]:
        for part in night.songs[0].parts:
            quiet = {(n.at, n.pitch) for n in notes(compose(night, replace(state, **{macro: low}), part))}  # type: ignore[arg-type]
            loud = {(n.at, n.pitch) for n in notes(compose(night, replace(state, **{macro: high}), part))}  # type: ignore[arg-type]
            assert quiet <= loud, f"{part.name} in {state.section} bar {state.bar_in_section}"


def test_more_energy_sounds_louder_brighter_and_busier() -> None:
    night = show(song())

    def weigh(energy: int) -> tuple[int, int, int]:
        events = [e for name, _ in BAND for e in whole(night, name, energy=energy)]
        played = notes(events)
        bright = [e.value for e in events if isinstance(e, Controller) and e.name == "brightness"]
        keys = notes(whole(night, "keys", energy=energy))
        return len(played), sum(n.velocity for n in keys) // len(keys), sum(bright) // len(bright)

    low, middle, high = weigh(150), weigh(500), weigh(900)
    assert all(a < b < c for a, b, c in zip(low, middle, high, strict=True))


def test_brightness_moves_controllers_and_the_metal_of_the_kit_alone() -> None:
    night = show(song())
    for name, _ in BAND[:7]:
        dark, bright = whole(night, name, brightness=100), whole(night, name, brightness=900)
        assert [n for n in notes(dark) if name != "drums" or n.pitch not in METAL] == [
            n for n in notes(bright) if name != "drums" or n.pitch not in METAL
        ]
    assert whole(night, "keys", brightness=100) != whole(night, "keys", brightness=900)


def test_the_song_is_the_same_every_night_and_never_the_same_night_twice() -> None:
    night = show(song("pop-rock"))
    assert [chords_of(night, s) for s in bars(night, 1)] == [chords_of(night, s) for s in bars(night, 2)]
    for name in ("bass", "keys", "arp", "lead"):
        riff, other = ({(n.at, n.pitch) for n in notes(whole(night, name, tonight))} for tonight in (1, 2))
        assert 0.6 < len(riff & other) / len(riff) < 1
    assert whole(night, "drums", 1) != whole(night, "drums", 2)
    elsewhere = show(song("pop-rock", seed=8))
    assert [chords_of(night, s) for s in bars(night)] != [chords_of(elsewhere, s) for s in bars(elsewhere)]


def test_a_silent_evening_composes_nothing() -> None:
    night = show(song())
    state = next(iter(bars(night)))
    for phase in (Phase.ARMED, Phase.COUNT_IN, Phase.ENDED):
        still = replace(state, phase=phase)
        assert all(compose(night, still, part) == () for part in night.songs[0].parts)
        assert chords_of(night, still) == ()
        assert cues_of(night, still) == ()


def test_the_timing_show_is_one_note_on_every_sixteenth_and_nothing_else() -> None:
    night = show(song("grid"))
    for name in ("drums", "keys", "lead", "pad"):
        for state in list(bars(night))[:3]:
            played = compose(night, state, night.songs[0].part(name))
            assert [e.at - state.at for e in played] == [slot * 5040 for slot in range(16)]
            assert all(isinstance(e, Note) and e.feel == 0 for e in played)


# --- the ladder


def _failing(bad_bars: set[int]) -> Callable[[View], list[Event]]:
    def play(view: View) -> list[Event]:
        if view.bar.index in bad_bars:
            raise RuntimeError("out of ideas")
        return bass.play(view)

    return play


def test_a_failing_role_falls_to_an_earlier_bar_and_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(composer.ROLES, "bass", _failing({3}))
    night = show(song())
    state = next(s for s in bars(night) if s.section == "verse" and s.bar_in_section == 3)
    hand = Composer()
    played = hand.compose(night, state, night.songs[0].part("bass"))
    assert played == hand.compose(night, state, night.songs[0].part("bass"))
    assert notes(played)
    assert all(state.at <= e.at < state.end for e in played)
    (fell,) = hand.take_fallen()
    assert (fell.part, fell.bar, fell.rung) == ("bass", state.bar, "earlier bar")
    assert "out of ideas" in fell.why
    assert hand.take_fallen() == []


def test_a_role_that_always_fails_is_silent_and_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(composer.ROLES, "bass", _failing(set(range(99))))
    night = show(song())
    state = next(s for s in bars(night) if s.section == "drop")
    composed = attempt(night, state, night.songs[0].part("bass"))
    assert composed.events == ()
    assert composed.fell is not None
    assert composed.fell.rung == "silence"
    assert notes(compose(night, state, night.songs[0].part("drums")))


def test_the_safe_bar_keeps_to_itself_and_never_fills() -> None:
    night = show(song("pop-rock"))
    for state in bars(night):
        for part in night.songs[0].parts:
            for note in notes(safe_bar(night, state, part)):
                assert note.at + note.length <= state.end
        assert bar_of(night, state, safe=True).fill == ""


# --- what is published


def test_chords_now_and_next_agree_over_bar_lines_and_sections() -> None:
    night = show(song("pop-rock", home="G"))
    marks = [mark for state in bars(night) for mark in chords_of(night, state)]
    assert all(a.next == b.now for a, b in itertools.pairwise(marks))
    assert {m.key for m in marks} == {"G major", "A major"}


def test_given_chords_are_played_as_given_in_their_bars_and_moved_with_the_key() -> None:
    given_chords = (("Fm7",), ("Bbm7", "C7"), ("V/V",))
    sections = (section("verse", 6, 500, chords=given_chords), section("up", 3, 500, chords=given_chords, key_shift=2))
    night = show(song(sections=sections, form=("verse", "up")))
    marks = [mark for state in bars(night) for mark in chords_of(night, state)]
    assert [m.now for m in marks] == ["Fm7", "Bbm7", "C7", "G"] * 2 + ["Gm7", "Cm7", "D7", "A"]
    assert (marks[2].at - marks[1].at) == 2 * 20_160


def test_cue_rules_fire_where_they_say() -> None:
    rules = (
        CueRule(name="up", at=CueAt.START), CueRule(name="out", at=CueAt.END), CueRule(name="hit", at=CueAt.BAR, bar=1, beat=2),
        CueRule(name="step", at=CueAt.EVERY, bar=2), CueRule(name="boom", at=CueAt.DROP), CueRule(name="rush", at=CueAt.FILL),
    )  # fmt: skip
    sections = (section("verse", 4, 500, cues=rules), section("drop", 4, 900, cues=rules))
    night = show(song(sections=sections, form=("verse", "drop"), parts=(Part(name="drums", role="drums"),)))
    fired = [(cue.name, cue.at / 20_160) for state in bars(night) for cue in cues_of(night, state)]
    assert [f for f in fired if f[0] != "rush"] == [
        ("step", 0), ("up", 0), ("hit", 6), ("step", 8), ("boom", 16), ("out", 16), ("step", 16), ("up", 16), ("hit", 22), ("step", 24),
        ("out", 32 - 1 / 20_160),
    ]  # fmt: skip
