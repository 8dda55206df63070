"""What a show presses itself acts as the same entries would, and no snapshot, take-back or further press loses or doubles it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Control, Entry, GoTo, Hold, Macro, Next, SetTempo, Shape, TakeBack, When
from performer.engine.performance import Performance
from performer.engine.snapshot import read, write
from performer.engine.state import Phase, State
from performer.events import Event
from performer.music.pitch import key
from performer.show.definition import Part, Section, Show, Song
from performer.show.pressed import WORD, Pressed, placed, said
from performer.ticks import COMMON_TIME, QUARTER, Tick
from tests.engine.worlds import CONTROLS, PlainScore, shows

SPAN = Tick(40 * 80_640)
SAYABLE = CONTROLS.filter(lambda one: type(one).__name__ not in ("TakeBack", "Stop", "Remark", "Mute", "Fallback", "Go"))
PLAIN = Show(
    name="plain", title="", fingerprint="p",
    songs=(Song(
        name="song", title="", seed=1, key=key("C"), per_quarter=500_000, meter=COMMON_TIME, parts=(Part(name="p0", role="lead"),),
        sections=(Section(name="verse", bars=8), Section(name="drop", bars=8)), form=("verse", "drop", "verse"),
    ),),
)  # fmt: skip


def with_pressed(show: Show, rows: dict[tuple[int, str, int, int], list[Pressed]]) -> Show:
    """The show that presses ``rows`` (by song, section, visit and bar, both from 0) itself."""
    songs = list(show.songs)
    for (song, section, visit, bar), row in rows.items():
        told = f"{section}/{WORD}/{visit + 1}/{bar + 1}", said(row, songs[song])
        songs[song] = replace(songs[song], decisions=(*songs[song].decisions, told))
    return replace(show, songs=tuple(songs))


def played(show: Show, entries: list[Entry]) -> tuple[Event, ...]:
    performance = Performance(show, 7, score=PlainScore())
    for entry in entries:
        performance.accept(entry)
    return performance.commit(SPAN)


ROWS = st.lists(st.tuples(st.integers(0, 30 * 80_640), SAYABLE, st.booleans()), max_size=8, unique_by=lambda row: row[0])


def sayable(control: Control, state: State, song: Song) -> bool:
    """Whether a show has a place and words for it: while something plays, for names and tempi that it knows."""
    if state.phase is not Phase.PLAYING or (isinstance(control, GoTo) and control.section == "nowhere"):
        return False
    if isinstance(control, SetTempo):
        return 20 <= 60_000_000 * QUARTER / control.per_quarter / song.meter.pulse <= 400
    return not (isinstance(control, Shape) and (control.part != "p0" or (control.act == "again" and control.when)))


@settings(max_examples=60, deadline=None)
@given(shows(), ROWS)
def test_a_show_that_presses_itself_plays_as_with_the_same_entries(show: Show, rows: list[tuple[int, Control, bool]]) -> None:
    """Any of them may be the show's own."""
    performance = Performance(show, 7)
    entries: list[Entry] = []
    still: list[Entry] = []
    own: dict[tuple[int, str, int, int], list[Pressed]] = {}
    for tick, control, writes in sorted(rows, key=lambda row: row[0]):
        entries.append(Entry(seq=len(entries) + 1, tick=Tick(tick), reach=Tick(tick), control=control))
        bar = performance.bar_at(Tick(tick))
        state = bar.last
        performance.accept(entries[-1])
        if writes and sayable(control, state, show.songs[state.song]):
            place = state.song, state.section, state.visit, state.bar_in_section
            own.setdefault(place, []).append(placed(control, tick - bar.at, state.meter))
        else:
            still.append(replace(entries[-1], seq=len(still) + 1))
    assert played(with_pressed(show, own), still) == played(show, entries)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 20), st.integers(0, 80_639), st.sampled_from((Next(None), Hold(on=True), Macro("energy", 900), SetTempo(400_000))))
def test_resuming_neither_loses_nor_doubles_what_the_show_presses(bars: int, at: int, control: Control) -> None:
    show = with_pressed(PLAIN, {(0, "verse", 0, 2): [Pressed(control), placed(Macro("energy", 100), at, COMMON_TIME)]})
    whole = Performance(show, 7, score=PlainScore()).commit(SPAN)
    performance = Performance(show, 7, score=PlainScore())
    first = performance.commit(Tick(bars * 80_640 + at))
    again = Performance.resumed([show], read(write(performance.snapshot())), score=PlainScore())
    assert first + again.commit(SPAN) == whole


def test_resuming_at_a_bar_line_does_not_press_an_entry_twice() -> None:
    """A second tap would bring the jump nearer."""
    performance = Performance(PLAIN, 7, score=PlainScore())
    performance.commit(Tick(80_640))
    performance.accept(Entry(seq=1, tick=Tick(80_640), reach=Tick(80_640), control=Next(None)))
    performance.commit(Tick(80_641))
    whole = performance.bars(Tick(0), SPAN)
    again = Performance.resumed([PLAIN], read(write(performance.snapshot())))
    assert [(bar.state.section, bar.at) for bar in again.bars(Tick(0), SPAN)] == [(bar.state.section, bar.at) for bar in whole]


def test_an_entry_before_it_in_the_bar_leaves_what_the_show_presses_later_in_the_bar() -> None:
    show = with_pressed(PLAIN, {(0, "verse", 0, 0): [Pressed(Next(When.BEAT), beat=2)]})
    pressed = Entry(seq=1, tick=Tick(100), reach=Tick(100), control=Macro("energy", 900))
    performance = Performance(show, 7)
    performance.accept(pressed)
    assert performance.bar_at(Tick(0)).end == 2 * 20_160
    assert performance.bar_at(Tick(2 * 20_160)).state.section == "drop"
    assert performance.bar_at(Tick(2 * 20_160)).state.energy == 900
    performance.accept(Entry(seq=2, tick=Tick(20_160), reach=Tick(20_160), control=TakeBack()))
    assert performance.bar_at(Tick(2 * 20_160)).state.section == "drop"


def test_jumps_at_every_first_line_come_to_an_end() -> None:
    """Each visit that is left at once is another visit: nobody goes round for ever."""
    rows = {(0, "verse", visit, 0): [Pressed(Next(When.NOW))] for visit in range(600)}
    looped = replace(PLAIN, songs=(replace(PLAIN.songs[0], form=("verse",), loop_to=0),))
    performance = Performance(with_pressed(looped, rows), 7)
    assert performance.bar_at(Tick(0)).state.visit == 600
