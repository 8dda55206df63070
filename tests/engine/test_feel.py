"""Feel and swing move notes and nothing else; the band leans on its drums; the grid is there when it is asked for."""

from dataclasses import replace
from functools import lru_cache

import pytest

from performer.engine.composer import chords_of, compose, cues_of
from performer.engine.marks import conductor_marks
from performer.engine.performance import Performance
from performer.events import EARLIEST_FEEL, LATEST_FEEL, Controller, Cue, Event, Note
from performer.music.groove import human
from performer.music.swing import STRAIGHT, Swing, places
from performer.show.definition import CueAt, CueRule, Show
from performer.styles import read
from performer.ticks import COMMON_TIME, SIXTEENTH, Meter, Tick, meter
from tests.engine.bands import bars, notes, section, show, song, whole

TRIPLET = Swing(eighths=places(((120, 660), (220, 545))), sixteenths=(540,))
SECTIONS = (
    section("verse", 8, 500, cues=(CueRule(name="go", at=CueAt.EVERY, bar=2, beat=1),), light=("dawn",)), section("drop", 8, 1000),
)  # fmt: skip


@lru_cache(maxsize=32)
def night(swing: Swing = STRAIGHT, which: Meter = COMMON_TIME, per_quarter: int = 500_000, table: str = "pop-rock") -> Show:
    style = replace(read(table), swing=swing)
    made = song(table, meter=which, sections=SECTIONS, form=("verse", "drop"), styles=(style,))
    return show(replace(made, per_quarter=per_quarter))


def _all(made: Show, **macros: int) -> dict[str, list[Event]]:
    return {part.name: whole(made, part.name, **macros) for part in made.songs[0].parts}


def _unmoved(made: Show) -> list[object]:
    """Everything that is no note: what the conductor says, chords, cues, controllers."""
    states = list(bars(made))
    out: list[object] = [event for state in states for event in (*chords_of(made, state), *cues_of(made, state))]
    return out + [event for events in _all(made).values() for event in events if isinstance(event, Cue | Controller)]


# --- what never moves


@pytest.mark.parametrize("which", [COMMON_TIME, meter(6, 8), meter(7, 8)], ids=str)
def test_cues_lights_chords_and_controllers_are_the_same_with_and_without_swing(which: Meter) -> None:
    straight, swung = _unmoved(night(which=which)), _unmoved(night(TRIPLET, which))
    assert straight == swung
    assert any(isinstance(event, Cue) for event in swung)


def test_no_cue_and_no_clock_moves_with_feel() -> None:
    drifting, still = night(TRIPLET), night(TRIPLET)
    loose, tight = (_all(made, humanity=macro) for made, macro in ((drifting, 1000), (still, 0)))
    for name in loose:
        others = [[e for e in events[name] if not isinstance(e, Note)] for events in (loose, tight)]
        assert others[0] == others[1]
        assert [(n.at, n.pitch, n.length) for n in notes(loose[name])] == [(n.at, n.pitch, n.length) for n in notes(tight[name])]
    bare = Performance(still, 0)
    played = bare.bars(Tick(0), Tick(16 * COMMON_TIME.bar))
    assert all(mark.at % COMMON_TIME.bar == 0 for bar in played for mark in conductor_marks(bar, None))


def test_humanity_at_nothing_is_the_grid_and_more_of_it_strays_further() -> None:
    def strayed(macro: int) -> int:
        return sum(abs(note.feel) for name in ("drums", "bass", "keys", "lead") for note in notes(whole(night(), name, humanity=macro)))

    assert strayed(0) == 0 < strayed(250) < strayed(500) < strayed(1000)
    assert [human(macro) for macro in (0, 250, 500, 1000)] == [0, 500, 1000, 1600]


# --- swing


@pytest.mark.parametrize("which", [COMMON_TIME, meter(3, 4), meter(6, 8), meter(5, 4), meter(7, 8)], ids=str)
def test_swung_notes_are_the_straight_ones_moved_later_in_their_pairs(which: Meter) -> None:
    straight, swung = _all(night(which=which)), _all(night(TRIPLET, which))
    for name, events in straight.items():
        pairs = list(zip(notes(events), notes(swung[name]), strict=True))
        assert all((a.pitch, a.velocity, a.feel) == (b.pitch, b.velocity, b.feel) for a, b in pairs)
        assert all(a.at <= b.at < a.at + SIXTEENTH for a, b in pairs)
        assert all(b.at == a.at for a, b in pairs if (a.at % which.bar) in which.pulses)


def test_what_ended_before_another_note_began_still_does() -> None:
    straight, swung = notes(whole(night(), "bass")), notes(whole(night(TRIPLET), "bass"))
    apart = [index for index in range(len(straight) - 1) if straight[index].at + straight[index].length <= straight[index + 1].at]
    assert len(apart) > 20
    assert all(swung[index].at + swung[index].length <= swung[index + 1].at for index in apart)


def test_swung_eighths_are_triplets_when_slow_and_nearly_even_when_fast() -> None:
    def place(tempo: int) -> int:
        hats = [n.at % (4 * SIXTEENTH) for n in notes(whole(night(TRIPLET, per_quarter=60_000_000 // tempo), "drums")) if n.pitch == 42]
        return round(next(at for at in hats if at > SIXTEENTH) * 1000 / (4 * SIXTEENTH))

    assert [place(tempo) for tempo in (100, 240)] == [660, 545]
    assert 560 < place(180) < 640


# --- the hand


def test_feel_keeps_to_the_limits_that_a_trigger_reckons_with_also_when_it_is_exaggerated() -> None:
    every = [note.feel for events in _all(night(table="dub"), humanity=1000).values() for note in notes(events)]
    assert EARLIEST_FEEL <= min(every) < -15_000
    assert 15_000 < max(every) <= LATEST_FEEL


def _together(made: Show, one: str, other: str) -> list[tuple[int, int]]:
    """Feel of two parts where both strike at once (of the drums: the kick)."""
    first = {n.at: n.feel for n in notes(whole(made, one)) if n.pitch == 36}
    return [(first[n.at], n.feel) for n in notes(whole(made, other)) if n.at in first]


def _correlation(pairs: list[tuple[int, int]]) -> float:
    a, b = (sum(pair[i] for pair in pairs) / len(pairs) for i in (0, 1))
    spread = (sum((x - a) ** 2 for x, _ in pairs) * sum((y - b) ** 2 for _, y in pairs)) ** 0.5
    return float(sum((x - a) * (y - b) for x, y in pairs) / spread)


def test_the_bass_leans_on_the_kick_closer_than_the_chords_do_and_the_lead_is_freest() -> None:
    made = night()
    bass, keys, lead = (_correlation(_together(made, "drums", name)) for name in ("bass", "keys", "lead"))
    assert bass > 0.9
    assert bass > keys > 0
    assert bass > lead


def test_the_same_strokes_are_felt_otherwise_on_another_night() -> None:
    made = night()
    first, second = ({(n.at, n.pitch): n.feel for n in notes(whole(made, "drums", tonight))} for tonight in (1, 2))
    both = first.keys() & second.keys()
    assert len(both) > 100
    assert sum(first[key] != second[key] for key in both) > len(both) * 9 // 10
    assert abs(sum(first[key] - second[key] for key in both)) < 12_000 * len(both)


def test_adding_a_part_changes_nobodys_feel() -> None:
    made = night()
    alone = show(replace(made.songs[0], parts=tuple(p for p in made.songs[0].parts if p.name in ("bass", "drums"))))
    states = list(bars(made))
    part = made.songs[0].part("bass")
    assert [compose(made, state, part) for state in states] == [compose(alone, state, part) for state in states]


def test_programmed_drums_stay_within_a_few_milliseconds() -> None:
    hats = [n.feel for n in notes(whole(show(song("house")), "drums"))]
    assert max(map(abs, hats)) < 12_000
    assert (sum(feel * feel for feel in hats) / len(hats)) ** 0.5 < 4_000
