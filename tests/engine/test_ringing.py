"""A last chord rings until it is let go: struck once, followed by hands, cut by whatever comes after it."""

from itertools import pairwise

import pytest

from performer.controls import Control, Entry, Go, GoTo, Hold, Keep, Macro, Next, Stop
from performer.engine import snapshot
from performer.engine.composer import Composer
from performer.engine.performance import Performance
from performer.events import RING, Controller, Cut, Event, Note
from performer.rehearse.heard import heard
from performer.rehearse.render import render
from performer.show.definition import Show
from performer.styles import names
from performer.ticks import Tick
from tests.engine.bands import section, show, song

BAR = 80_640
HELD = ("bass", "keys", "pad")


def night(style: str = "house", give_up: int | None = None) -> Show:
    end = section("end", 4, 500, last_chord="i9", ring=True, give_up=give_up)
    return show(song(style, sections=(section("verse", 4, 700), end), form=("verse", "end")))


def played(world: Show, *presses: tuple[float, Control], bars: float = 24) -> tuple[tuple[Event, ...], Performance]:
    performance = Performance(world, 3, score=Composer())
    for number, (where, control) in enumerate(presses, 1):
        at = Tick(round(where * BAR))
        performance.accept(Entry(seq=number, tick=at, reach=at, control=control))
    return performance.commit(Tick(round(bars * BAR))), performance


@pytest.mark.parametrize("style", [name for name in names() if name != "grid"])
def test_the_last_chord_is_struck_once_and_nobody_plays_until_it_is_let_go(style: str) -> None:
    events, stage = played(night(style))
    late = [e for e in events if isinstance(e, Note) and e.at >= 7 * BAR]
    assert {n.part for n in late if n.length == RING} & {"keys", "bass", "pad"}
    assert all(n.at < 8 * BAR for n in late)
    assert stage.ended is None
    assert not [e for e in events if isinstance(e, Cut) and e.at > 4 * BAR]


def test_a_pad_that_was_held_into_the_last_chord_rings_with_it() -> None:
    for seed in range(4):
        end = section("end", 2, 500, last_chord="i9", ring=True, parts=("keys", "pad"))
        world = show(song(seed=seed, home="A minor", sections=(section("verse", 2, 700), end), form=("verse", "end")))
        events, _ = played(world, bars=10)
        assert {n.part for n in events if isinstance(n, Note) and n.length == RING} == {"keys", "pad"}


@pytest.mark.parametrize(("control", "at"), [(Next(), 12.3), (Go(), 13.0), (GoTo("verse"), 12.3), (Stop(), 12.3)], ids=str)
def test_whoever_lets_go_of_it_cuts_it_there(control: Control, at: float) -> None:
    events, stage = played(night(), (12.3, control))
    assert {e.part for e in events if isinstance(e, Cut) and e.at == round(at * BAR)} >= {"bass", "keys", "pad"}
    if not isinstance(control, GoTo):
        assert stage.ended == round(at * BAR)
    sounds = heard(events, stage.tempo)
    assert max(s.off for part in HELD for s in sounds[part] if s.on < 12 * BAR) == round(at * BAR)


def test_it_gives_up_after_its_bars_and_a_hand_that_holds_keeps_it() -> None:
    assert played(night(give_up=10))[1].ended == 14 * BAR
    assert played(night(give_up=10), (9.0, Hold(True)))[1].ended is None


def test_a_press_before_the_end_lets_it_go_at_the_bar_line() -> None:
    events, stage = played(night(), (7.2, Go()))
    assert stage.ended == 8 * BAR
    assert {e.part for e in events if isinstance(e, Cut) and e.at == 8 * BAR} >= set(HELD)


def test_a_filter_moves_on_while_it_rings_and_nothing_else_does() -> None:
    still, moved = (played(night(), *presses)[0] for presses in ((), ((10.4, Macro("brightness", 900)),)))
    late = [e for e in moved if e.at >= 8 * BAR and e not in still]
    assert late
    assert all(isinstance(e, Controller) for e in late)
    assert min(e.at for e in late) == round(10.4 * BAR)


def test_a_night_that_rings_resumes_as_it_was() -> None:
    whole = played(night(), (12.3, Next()))[0]
    first, stage = played(night(), bars=10.5)
    again = Performance.resumed([night()], snapshot.read(snapshot.write(stage.snapshot())), score=Composer())
    again.accept(Entry(seq=1, tick=Tick(round(12.3 * BAR)), reach=Tick(round(12.3 * BAR)), control=Next()))
    assert (*first, *again.commit(Tick(24 * BAR))) == whole


def test_what_is_kept_of_a_chord_that_rang_does_not_ring() -> None:
    events, stage = played(night(), (11.3, Keep(4, "close")), (12.3, GoTo("close")))
    assert [bar.state.section for bar in stage.bars(Tick(13 * BAR), Tick(15 * BAR))][:2] == ["close", "close"]
    again = [n for n in events if isinstance(n, Note) and n.at >= 12.3 * BAR]
    assert again
    assert not [n for n in again if n.length == RING]
    kept = stage.bar_at(Tick(12 * BAR)).last.kept[-1]
    assert [(e.where.start, e.where.bars) for e in kept.excerpts] == [(0, 4)]


def test_rehearsal_lets_it_go_itself_and_no_file_lasts_an_hour() -> None:
    rendering = render(night(), 3, score=Composer())
    assert rendering.end == "end"
    assert rendering.until <= 9 * BAR
    assert max(s.off for row in heard(rendering.events, rendering.tempo).values() for s in row) <= 8 * BAR
    cut = played(night(), bars=12)[0]
    assert max(s.off for row in heard(cut, rendering.tempo).values() for s in row) <= 13 * BAR


def test_bars_are_counted_on_while_it_rings() -> None:
    bars = played(night())[1].bars(Tick(0), Tick(20 * BAR))
    assert all(b.state.bar == a.state.bar + 1 for a, b in pairwise(bars))
    assert {bar.state.bar_in_section for bar in bars if bar.at >= 8 * BAR} == {3}
