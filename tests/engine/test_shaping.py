"""Shaping a part: what each control does to that part, that it does nothing to any other, and that it can be undone."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from performer.controls import ACTS, Control, Entry, GoTo, Hand, Lock, Shape, TakeBack, When
from performer.engine import snapshot
from performer.engine.composer import Composer
from performer.engine.performance import Performance
from performer.engine.shaping import MOST
from performer.events import Controller, Cue, Cut, Event, Note
from performer.show.definition import Show
from performer.ticks import Tick
from tests.engine.bands import BAND, section, show, song

BAR = 80_640
CRASH = 49
LOOP = (section("verse", 16, 700, chords=(("i",), ("VI",), ("III",), ("VII",))), section("drop", 8, 900, chords=(("i",), ("iv",))))


@cache
def band() -> Show:
    return show(song(sections=LOOP, form=("verse", "drop", "verse", "verse", "drop")))


def played(night: Show, asked: list[tuple[float, Control]]) -> Performance:
    """A performance that was asked for controls at places in bars."""
    stage = Performance(night, 5, score=Composer())
    for seq, (place, control) in enumerate(asked, 1):
        at = Tick(round(place * BAR))
        stage.accept(Entry(seq=seq, tick=at, reach=at, control=control))
    return stage


def events(night: Show, asked: list[tuple[float, Control]], bars: int = 40) -> tuple[Event, ...]:
    return played(night, asked).commit(Tick(bars * BAR))


def of(heard: tuple[Event, ...], part: str, first: float = 0, last: float = 999) -> list[tuple[int, int, int, int]]:
    """(place, pitch, length, velocity) of a part's notes in [first, last) bars, places from ``first`` on."""
    found = (e for e in heard if isinstance(e, Note) and e.part == part and first * BAR <= e.at < last * BAR)
    return [(int(n.at - first * BAR), n.pitch, n.length, n.velocity) for n in found]


def whole_of(heard: tuple[Event, ...], part: str) -> list[Event]:
    return [e for e in heard if isinstance(e, Note | Controller | Cue | Cut) and e.part == part]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("part", ["drums", "bass", "lead", "pad"])
def test_shaping_a_part_changes_no_other_part(act: str, part: str) -> None:
    plain, shaped = events(band(), [], 20), events(band(), [(5.4, Shape(part, act)), (6.1, Lock(part, True)), (7.2, Hand(part, True))], 20)
    for name, _ in BAND:
        if name != part:
            assert whole_of(plain, name) == whole_of(shaped, name)


@pytest.mark.parametrize("part", ["bass", "keys", "lead"])
def test_a_reroll_takes_effect_at_the_next_bar_and_stays_with_the_idea(part: str) -> None:
    plain = events(band(), [])
    takes = [events(band(), [(5.4 + 0.1 * n, Shape(part, "reroll")) for n in range(count)]) for count in (1, 2, 3)]
    for heard in takes:
        assert of(heard, part, 0, 6) == of(plain, part, 0, 6)
        assert of(heard, part, 16, 24) == of(plain, part, 16, 24), "the drop has an idea of its own"
    assert any(of(heard, part, 6, 16) != of(plain, part, 6, 16) for heard in takes)
    assert any(of(heard, part, 24, 40) != of(plain, part, 24, 40) for heard in takes), "it comes back as it was drawn anew"


def test_a_reroll_asked_for_the_end_waits_for_it() -> None:
    plain, waited = events(band(), []), events(band(), [(5.4, Shape("bass", "reroll", When.END))])
    assert of(plain, "bass", 0, 24) == of(waited, "bass", 0, 24)


def test_varying_keeps_the_idea_and_draws_tonight_anew() -> None:
    plain = events(band(), [])
    varied = events(band(), [(4.5, Shape("drums", "vary"))])
    assert of(plain, "drums", 0, 5) == of(varied, "drums", 0, 5)
    assert of(plain, "drums", 5, 16) != of(varied, "drums", 5, 16)
    kicks = [[n for n in of(heard, "drums", 8, 11) if n[1] == 36] for heard in (plain, varied)]  # a fourth bar may turn
    assert {(at, pitch) for at, pitch, _, _ in kicks[0]} == {(at, pitch) for at, pitch, _, _ in kicks[1]}, "the frame is the song's"


@pytest.mark.parametrize("part", ["drums", "bass", "keys", "pad"])
def test_again_plays_the_phrase_once_more_exactly(part: str) -> None:
    heard = events(band(), [(5.5, Shape(part, "again"))])
    assert of(heard, part, 8, 12) == of(heard, part, 4, 8) != []
    assert of(heard, part, 12, 16) == of(events(band(), []), part, 12, 16), "once"


def test_again_waits_for_the_chords_it_was_played_on() -> None:
    chords = tuple((name,) for name in ("i", "VI", "III", "VII", "iv", "v", "VI", "v"))
    night = show(song(sections=(section("verse", 16, 700, chords=chords),), form=("verse",)))
    heard, plain = events(night, [(1.5, Shape("bass", "again"))]), events(night, [])
    assert of(heard, "bass", 4, 8) == of(plain, "bass", 4, 8)
    assert of(heard, "bass", 8, 12) == of(heard, "bass", 0, 4)


@pytest.mark.parametrize("part", ["drums", "bass", "lead", "arp"])
def test_again_in_the_last_phrase_makes_the_next_pass_as_this_one(part: str) -> None:
    night = show(song(sections=LOOP, form=("verse", "drop", "verse", "drop", "verse", "drop")))
    heard = events(night, [(38.5, Shape(part, "again"))], 64)
    assert of(heard, part, 48, 64) == of(heard, part, 24, 40) != []


def test_a_locked_part_returns_as_it_was_played() -> None:
    anew: list[tuple[float, Control]] = [(20, Shape("drums", "vary")), (20.5, Shape("drums", "reroll"))]
    there: list[tuple[float, Control]] = [(26, Shape("drums", "vary")), (26.5, Shape("drums", "reroll"))]
    free, locked = events(band(), [*anew, *there]), events(band(), [(3.5, Lock("drums", True)), *anew, *there])
    first, again, otherwise = (
        [(at, pitch) for at, pitch, _, _ in of(heard, "drums", start, start + 11) if pitch != CRASH and at // BAR % 4 != 3]
        for heard, start in ((locked, 0), (locked, 24), (free, 24))
    )
    assert first == again != otherwise


def test_a_locked_idea_is_not_varied_where_the_form_would_vary_it() -> None:
    sections = (*LOOP, section("verse2", 16, 700, idea="verse", vary=("bass", "lead"), chords=LOOP[0].chords))
    night = show(song(sections=sections, form=("verse", "verse2")))
    heard = events(night, [(3.5, Lock("bass", True))], 32)
    assert of(heard, "bass", 16, 31) == of(heard, "bass", 0, 15)


def test_a_part_that_drops_out_is_cut_and_silent_until_it_is_brought_in() -> None:
    heard = events(band(), [(4.5, Shape("pad", "drop")), (17.5, Shape("pad", "bring"))])
    assert of(heard, "pad", 4, 5) == of(events(band(), []), "pad", 4, 5)
    assert of(heard, "pad", 5, 18) == []
    assert any(isinstance(e, Cut) and e.part == "pad" and e.at == 5 * BAR for e in heard)
    assert of(heard, "pad", 18, 19) != [], "it is struck where it comes in"


def test_a_part_is_brought_in_whatever_the_energy_until_the_section_ends() -> None:
    quiet = show(song(sections=(section("verse", 8, 20), section("break", 8, 20)), form=("verse", "break")))
    assert of(events(quiet, [], 16), "drums") == []
    heard = events(quiet, [(1.5, Shape("drums", "bring"))], 16)
    assert of(heard, "drums", 0, 2) == []
    assert of(heard, "drums", 2, 8) != []
    assert of(heard, "drums", 8, 16) == []


@pytest.mark.parametrize("control", [*(Shape("bass", act) for act in ACTS), Lock("bass", True), Hand("bass", True)], ids=str)
def test_taking_back_is_as_if_it_had_never_been_asked(control: Control) -> None:
    never = events(band(), [])
    undone = events(band(), [(5.5, control), (5.7, TakeBack())])
    for name, _ in BAND:
        assert whole_of(never, name) == whole_of(undone, name)


def test_a_night_that_was_shaped_resumes_as_it_was() -> None:
    asked: list[tuple[float, Control]] = [(3 + 1.3 * n, Shape("bass", act)) for n, act in enumerate(ACTS)]
    asked += [(12.0, Lock("drums", True)), (12.5, Hand("keys", True)), (20.0, GoTo("verse", When.BAR))]
    whole = played(band(), asked)
    whole.commit(Tick(22 * BAR))
    again = Performance.resumed([band()], snapshot.read(snapshot.write(whole.snapshot())), score=Composer())
    assert again.commit(Tick(40 * BAR)) == whole.commit(Tick(40 * BAR))


def test_what_is_remembered_is_bounded_and_newest() -> None:
    names = [f"part{n}" for n in range(MOST + 40)]
    stage = played(band(), [(0.5 + 0.001 * n, Lock(name, True)) for n, name in enumerate(names)])
    takes = stage.bar_at(Tick(BAR)).state.shaping.takes
    assert [take.part for take in takes] == names[-MOST:]
    assert all(a != b for a, b in pairwise(takes))
    assert len(snapshot.write(replace(stage.snapshot(), base=stage.bar_at(Tick(BAR)).state, entries=()))) < 64_000
