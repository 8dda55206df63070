"""``events.jsonl``: readable beside, exact inside."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import GoTo, SetTempo, When
from performer.engine.performance import Score
from performer.events import Cue, Event, Note
from performer.rehearse.events_file import beat, events_file, lines, read
from performer.rehearse.render import Press, Rendering, render
from performer.show.definition import Show
from performer.tempo import Micros, steady
from performer.ticks import QUARTER, Meter, Tick, meter


@pytest.fixture
def rendering(show: Show, score: Score) -> Rendering:
    presses = [Press(control=GoTo("odd", When.NOW), bar=4, beat=2), Press(control=SetTempo(400_000), bar=6, beat=2)]
    return render(show, 0, score=score, presses=presses)


def test_read_gives_back_the_very_events(rendering: Rendering) -> None:
    written = events_file(rendering.events, rendering.tempo).decode()
    assert list(read(written.splitlines())) == list(rendering.events)


def test_every_line_is_an_object_with_its_place(rendering: Rendering) -> None:
    rows = [json.loads(line) for line in lines(rendering.events, rendering.tempo)]
    assert len(rows) == len(rendering.events)
    for row, event in zip(rows, rendering.events, strict=True):
        assert row["seconds"] == rendering.tempo.micros_at(event.at) / 1e6
    bars = {row["bar"]: row["at"] for row in rows if row["type"] == "bar"}
    for row in rows:
        assert row["at"] >= bars[row["bar"]]
        assert row["bar"] + 1 not in bars or row["at"] < bars[row["bar"] + 1]
        if row["at"] == bars[row["bar"]]:
            assert row["beat"] == 1


def test_a_line_reads_well(rendering: Rendering) -> None:
    cue = Cue(at=Tick(QUARTER + QUARTER // 2), part="light", name="look", args=("grün", 1, 0.5), fade=Micros(2_000_000))
    (line,) = lines([cue], steady(500_000))
    assert line == (
        '{"bar":1,"beat":2.5,"seconds":0.750000,"at":30240,"type":"cue","part":"light","name":"look",'
        '"args":["grün",1,0.5],"lead":0,"fade":2000000}'
    )


@pytest.mark.parametrize(
    ("signature", "offset", "shown"),
    [
        (meter(4, 4), 0, "1"),
        (meter(4, 4), 3 * QUARTER + QUARTER // 4, "4.25"),
        (meter(4, 4), QUARTER // 3, "1.333"),
        (meter(7, 8, (2, 2, 3)), 2 * QUARTER, "3"),
        (meter(7, 8, (2, 2, 3)), 2 * QUARTER + QUARTER // 2, "3.333"),
        (meter(6, 8), QUARTER * 3 // 2, "2"),
        (meter(4, 4), -QUARTER, "0"),
    ],
)
def test_beats_are_felt_pulses_from_one(signature: Meter, offset: int, shown: str) -> None:
    assert beat(signature, offset) == shown


names = st.text(max_size=8)


@settings(max_examples=100, deadline=None)
@given(names, names, st.lists(st.one_of(st.integers(), names, st.floats(allow_nan=False, allow_infinity=False)), max_size=3))
def test_any_text_survives(part: str, name: str, args: list[int | float | str]) -> None:
    events: list[Event] = [
        Cue(at=Tick(0), part=part, name=name, args=tuple(args)),
        Note(at=Tick(0), part=part, pitch=60, length=QUARTER, velocity=1),
    ]
    assert list(read(lines(events, steady(500_000)))) == events


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"type":"note"}', '{"type":"noise","at":0}', '{"type":"cut","at":0,"part":1}'])
def test_what_is_no_event_is_said_with_its_line(line: str, rendering: Rendering) -> None:
    first = next(lines(rendering.events, rendering.tempo))
    with pytest.raises(ValueError, match=r"^line 2 is not an event"):
        list(read([first, line]))
