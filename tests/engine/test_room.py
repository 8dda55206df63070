"""Room for a person: a lead that is free for them is silent while they are heard, and comes back with a whole statement."""

from dataclasses import replace

import pytest

from performer.controls import Control, Entry, GoTo, Heard, Keep, When
from performer.engine.composer import Composer
from performer.engine.performance import Performance
from performer.engine.seen import bar_of
from performer.events import Event, Note
from performer.show.definition import Part, Show
from performer.ticks import Tick
from tests.engine.bands import BAND, section, show, song

BAR = 80_640


def night(free: str | None = "hands", add: tuple[str, ...] = ()) -> Show:
    parts = (*(Part(name=name, role=role) for name, role in BAND), Part(name="hands", role="external"))
    parts = tuple(replace(p, free_when=free) if p.name == "lead" else p for p in parts)
    return show(song("pop-rock", parts=parts, sections=(section("chorus", 16, 800, theme="hook", add=add),), form=("chorus",)))


def played(world: Show, *presses: tuple[float, Control]) -> tuple[tuple[Event, ...], Performance]:
    performance = Performance(world, 3, score=Composer())
    for number, (where, control) in enumerate(presses, 1):
        at = Tick(round(where * BAR))
        performance.accept(Entry(seq=number, tick=at, reach=at, control=control))
    return performance.commit(Tick(16 * BAR)), performance


def line(events: tuple[Event, ...], part: str = "lead") -> list[Note]:
    return [e for e in events if isinstance(e, Note) and e.part == part]


def test_nobody_is_heard_and_the_lead_plays_as_ever() -> None:
    assert line(played(night())[0]) == line(played(night(None))[0]) != []


def test_the_lead_falls_silent_under_the_finger_and_returns_with_a_whole_statement_after_a_bar_of_silence() -> None:
    alone = line(played(night())[0])
    heard = [4.3, 5.1, 5.6, 6.2]
    events, stage = played(night(), *((at, Heard("hands")) for at in heard))
    lead = line(events)
    assert [n for n in lead if n.at < 4.3 * BAR] == [n for n in alone if n.at < 4.3 * BAR]
    plan = {}
    for bar in stage.bars(Tick(0), Tick(16 * BAR)):
        view = bar_of(bar.show, bar.last)
        for said in view.phrase.statements:
            plan[view.phrase.start + said.bar] = said
    assert [n for n in alone if 4.3 * BAR <= n.at < 8 * BAR]
    for note in lead:
        if note.at >= 4.3 * BAR:
            start = max(at for at in plan if at * BAR <= note.at)
            assert plan[start].how == "answer" or start >= 8, note
    assert [n for n in lead if n.at >= 8 * BAR] == [n for n in alone if n.at >= 8 * BAR] != []


def test_no_other_part_changes_a_note() -> None:
    plain, heard = played(night())[0], played(night(), (4.3, Heard("hands")), (9.7, Heard("hands")))[0]
    assert [e for e in plain if getattr(e, "part", "") != "lead"] == [e for e in heard if getattr(e, "part", "") != "lead"]


@pytest.mark.parametrize("control", [Heard("nobody"), Heard("box")])
def test_somebody_else_changes_nothing(control: Control) -> None:
    assert played(night(), (4.3, control))[0] == played(night())[0]


def test_a_section_that_names_the_person_leaves_room_from_its_first_bar() -> None:
    named = line(played(night(add=("hands",)))[0])
    assert len(named) < len(line(played(night())[0])) // 2


def test_notes_of_one_bar_are_one_change() -> None:
    stage = played(night(), (4.3, Heard("hands")), (4.5, Heard("hands")), (4.9, Heard("hands")))[1]
    assert len(stage.bars(Tick(4 * BAR), Tick(5 * BAR))[0].stretches) == 2


def test_a_kept_section_makes_room_too() -> None:
    presses = ((8.0, Keep(4, "solo")), (8.5, GoTo("solo", When.BAR)))
    full = line(played(night(), *presses)[0])
    roomy = line(played(night(), *presses, (9.2, Heard("hands")), (10.1, Heard("hands")))[0])
    inside = [n for n in full if 9.2 * BAR <= n.at < 11 * BAR]
    assert inside
    assert not [n for n in roomy if n in inside]
