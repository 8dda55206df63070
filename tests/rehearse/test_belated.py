"""What a replay makes of music that came late: the older plan in the range, at its own tempo, the newer one around it."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performer.controls import Control, Entry, GoTo, Macro, SetTempo, When
from performer.engine.performance import Performance, Score
from performer.events import Event, Note
from performer.rehearse.belated import LateRange, as_heard
from performer.rehearse.render import Rendering, render
from performer.show.definition import Show
from performer.tempo import TempoMap
from performer.ticks import Tick

Make = Callable[..., Show]
TRIGGERS: st.SearchStrategy[Control] = st.one_of(
    st.builds(SetTempo, st.integers(350_000, 700_000)),
    st.builds(Macro, st.just("energy"), st.integers(0, 1000)),
    st.sampled_from((GoTo("drop", When.BEAT), GoTo("verse", When.NOW))),
)
AT = 60_000
END = Tick(600_000)


def notes(events: tuple[Event, ...], part: str, tempo: TempoMap) -> list[tuple[int, Note]]:
    return [(tempo.micros_at(e.at), e) for e in events if isinstance(e, Note) and e.part == part]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TRIGGERS, st.integers(1_600_000, 4_000_000), st.integers(1, 2_000_000))
def test_the_older_plan_is_heard_in_the_range_at_its_own_tempo_and_nothing_twice(
    make_show: Make, score: Score, control: Control, start: int, length: int
) -> None:
    show, until = make_show(), start + length
    entry = Entry(seq=1, tick=Tick(AT), reach=Tick(AT), control=control)
    new: Rendering = render(show, 3, score=score, entries=[entry], until=END)
    old = Performance(show, 3, score=score)
    plan, tempo = old.commit(END), old.tempo
    heard = as_heard(new, [LateRange("bass", start, until, 0)], [entry], {}, score)

    assert [e for e in heard if not isinstance(e, Note) or e.part != "bass"] == [
        e for e in new.events if not isinstance(e, Note) or e.part != "bass"
    ]
    around = [(at, n) for at, n in notes(new.events, "bass", new.tempo) if at < start or at >= until]
    before = {(note.at, note.pitch) for at, note in around if at < start}
    inside = [note for at, note in notes(plan, "bass", tempo) if start <= at < until and (note.at, note.pitch) not in before]
    struck = {(note.at, note.pitch) for note in inside}
    expected = inside + [note for at, note in around if at < start or (note.at, note.pitch) not in struck]
    found = [e for e in heard if isinstance(e, Note) and e.part == "bass"]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_where_nothing_was_held_nothing_is_heard(make_show: Make, score: Score) -> None:
    new = render(make_show(), 3, score=score, until=END)
    heard = as_heard(new, [LateRange("bass", 1_000_000, 3_000_000, -1)], [], {}, score)
    gone = [event for event in new.events if event not in heard]
    assert gone
    assert all(isinstance(e, Note) and e.part == "bass" and 1_000_000 <= new.tempo.micros_at(e.at) < 3_000_000 for e in gone)
