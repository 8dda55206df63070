"""The conductor's rules by name: what a press does to the way through the form."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Adopt, Back, Cancel, Control, Entry, Go, GoTo, Hold, Next, SetTempo, Stop, TakeBack, When
from performer.engine.performance import Performance
from performer.engine.snapshot import read, write
from performer.engine.state import Phase
from performer.music.pitch import key
from performer.show.definition import Part, Section, Show, Song
from performer.ticks import COMMON_TIME, Tick
from tests.engine.worlds import CONTROLS, entries, shows

BAR = 80_640


def song(*sections: Section, form: str = "", name: str = "one", **more: object) -> Song:
    names = tuple(form.split()) or tuple(section.name for section in sections)
    return Song(
        name=name, title="", seed=1, key=key("C"), per_quarter=500_000, meter=COMMON_TIME, parts=(Part(name="p", role="lead"),),
        sections=sections, form=names, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def show(*songs: Song, fingerprint: str = "f") -> Show:
    return Show(name="s", title="", songs=songs, fingerprint=fingerprint)


def section(name: str, bars: int = 4, **more: object) -> Section:
    return Section(name=name, bars=bars, **more)  # type: ignore[arg-type]


PLAIN = show(song(section("a"), section("b", 8, stretch=(4, 16)), section("c"), section("d")))


def after(world: Show, *presses: tuple[float, Control], armed: bool = False, start: str | None = None) -> Performance:
    """The performance after presses at so many bars."""
    performance = Performance(world, 1, armed=armed, start=start)
    for number, (bars, control) in enumerate(presses, 1):
        at = Tick(round(bars * BAR))
        performance.accept(Entry(seq=number, tick=at, reach=at, control=control))
    return performance


def way(performance: Performance, bars: int) -> str:
    """The sections of the first bars, one letter a bar; an ended bar is a dot, an armed one a dash, a counted one a plus."""
    signs = {Phase.ENDED: ".", Phase.ARMED: "-", Phase.COUNT_IN: "+"}
    found = performance.bars(Tick(0), Tick(bars * BAR))
    return "".join(signs.get(bar.state.phase, bar.state.section[0]) for bar in found)[:bars]


def test_the_form_is_followed_to_its_end() -> None:
    assert way(after(PLAIN), 22) == "aaaabbbbbbbbccccdddd.."


def test_a_form_may_go_round_from_a_place() -> None:
    world = show(song(section("a", 1), section("b", 1), section("c", 1), loop_to=1))
    assert way(after(world), 8) == "abcbcbcb"


def test_one_tap_is_the_next_phrase_two_are_the_next_bar_and_more_change_nothing() -> None:
    assert way(after(PLAIN, (0.2, GoTo("c"))), 6) == "aaaacc"
    assert way(after(PLAIN, (0.2, GoTo("c")), (0.4, GoTo("c"))), 6) == "accccd"
    assert way(after(PLAIN, (0.2, GoTo("c")), (0.4, GoTo("c")), (0.6, GoTo("c"))), 6) == "accccd"


def test_another_section_tapped_meanwhile_is_a_first_tap_of_that() -> None:
    assert way(after(PLAIN, (0.2, GoTo("c")), (0.4, GoTo("d"))), 6) == "aaaadd"


def test_a_tap_never_puts_a_nearer_boundary_off() -> None:
    performance = after(PLAIN, (0.1, GoTo("c", When.BEAT)), (0.15, GoTo("c")))
    assert performance.bar_at(Tick(BAR // 4)).state.section == "c"


def test_a_tap_in_a_stretchable_section_ends_it_at_the_phrase_and_a_cancel_gives_its_bars_back() -> None:
    assert way(after(PLAIN, (5, Next())), 10) == "aaaabbbbcc"
    assert way(after(PLAIN, (5, Next()), (5.5, Cancel())), 14) == "aaaabbbbbbbbcc"


def test_a_bent_section_stays_inside_its_bounds() -> None:
    world = show(song(section("a", 8, stretch=(6, 10)), section("b")))
    assert way(after(world, (0.5, Next())), 8) == "aaaaaabb"
    assert way(after(world, (0, Hold(True)), (8.5, Next())), 12) == "aaaaaaaaaabb"


def test_cancel_takes_back_what_waits_and_the_queue() -> None:
    assert way(after(PLAIN, (0.5, GoTo("c")), (0.6, GoTo("d", When.QUEUE)), (0.7, Cancel())), 6) == "aaaabb"


def test_the_queue_is_played_in_its_order_after_this_section() -> None:
    assert way(after(PLAIN, (0.5, GoTo("d", When.QUEUE)), (0.6, GoTo("a", When.QUEUE))), 16) == "aaaaddddaaaabbbb"


def test_back_is_a_new_visit_of_the_section_before() -> None:
    performance = after(PLAIN, (5, Back(When.BAR)))
    assert way(performance, 8) == "aaaabbaa"
    assert performance.bar_at(Tick(6 * BAR)).state.visit == 1


def test_hold_stretches_then_repeats_and_lets_go() -> None:
    assert way(after(PLAIN, (5, Hold(True))), 30)[4:28] == "b" * 24
    assert way(after(PLAIN, (1, Hold(True)), (9, Hold(False))), 14) == "aaaaaaaaaaaabb"


def test_a_go_under_a_hold_is_kept_until_the_hold_is_let_go() -> None:
    world = show(song(section("a", until_next=True), section("b")))
    assert way(after(world, (1, Hold(True)), (2, Go()), (9, Hold(False))), 14) == "aaaaaaaaaaaabb"


def test_until_next_waits_for_go_or_gives_up() -> None:
    waiting = show(song(section("a", until_next=True), section("b")))
    assert way(after(waiting), 40) == "a" * 40
    assert way(after(waiting, (5.5, Go())), 10) == "aaaaaaaabb"
    patient = show(song(section("a", until_next=True, give_up=12), section("b")))
    assert way(after(patient), 14) == "aaaaaaaaaaaabb"


def test_a_section_that_waits_for_go_is_counted_in_after_it_but_not_when_a_hand_goes_there() -> None:
    world = show(song(section("a"), section("b", waits_for_go=True, count_in=1)))
    assert way(after(world), 12) == "a" * 12
    assert way(after(world, (5, Go())), 12) == "aaaaaaaa+bbb"
    assert way(after(world, (5, Next(When.BAR))), 8) == "aaaaaabb"


def test_armed_go_count_in() -> None:
    world = show(song(section("a", count_in=2), section("b")))
    assert way(after(world, (2, Go()), armed=True), 8) == "--++aaaa"
    assert way(after(world, (2, Go()), (2.5, Go()), armed=True), 9) == "--++aaaab"


def test_a_section_asked_for_while_counting_in_begins_with_the_downbeat() -> None:
    world = show(song(section("a", count_in=2), section("b"), section("c")))
    assert way(after(world, (0.5, GoTo("c")), start=None), 8) == "++cccc.."
    assert way(after(world, (0.5, Next(When.NOW))), 8) == "++bbbbcc"


def test_a_section_asked_for_while_armed_is_where_go_begins() -> None:
    assert way(after(PLAIN, (1, GoTo("c")), (2, Go()), armed=True), 8) == "--ccccdd"
    assert after(PLAIN, armed=True, start="c").bar_at(Tick(0)).state.section == "c"
    with pytest.raises(KeyError):
        Performance(PLAIN, 1, start="nowhere")


def test_a_stop_ends_at_once_and_go_begins_again() -> None:
    performance = after(PLAIN, (1.5, Stop()), (4, Go()))
    assert performance.ended is None
    assert [bar.at / BAR for bar in performance.bars(Tick(0), Tick(3 * BAR))] == [0, 1, 1.5, 2.5]
    assert performance.bar_at(Tick(4 * BAR)).state.section == "a"
    assert performance.bar_at(Tick(4 * BAR)).state.visits == (("a", 1),)


def test_a_stop_beats_a_go_that_waits() -> None:
    world = show(song(section("a", until_next=True), section("b")))
    performance = after(world, (1, Go()), (1.5, Stop()))
    performance.bar_at(Tick(20 * BAR))
    assert performance.ended == 1.5 * BAR


def test_the_end_of_the_form_forgets_its_go() -> None:
    world = show(song(section("a", until_next=True)))
    assert not after(world, (1, Go())).bar_at(Tick(6 * BAR)).last.go


def test_the_songs_of_a_set_follow_each_other_with_their_own_tempo_and_history() -> None:
    world = show(song(section("a"), section("b")), song(section("b"), section("c"), name="two"))
    performance = after(world, (1, SetTempo(400_000)))
    assert way(performance, 17) == "aaaabbbbbbbbcccc."
    bar = performance.bar_at(Tick(8 * BAR))
    assert (bar.state.song, bar.state.visit, bar.state.tempo) == (1, 0, 500_000)


def test_back_does_not_lead_out_of_a_song_into_its_namesake() -> None:
    world = show(song(section("a", 2), section("c", 2)), song(section("b"), section("c"), name="two"))
    assert way(after(world, (4.5, Back(When.BAR))), 8) == "aaccbbbb"


def test_a_song_that_waits_for_go_is_counted_in() -> None:
    world = show(song(section("a")), song(section("b", waits_for_go=True, count_in=1), name="two"))
    assert way(after(world), 9) == "a" * 9
    assert way(after(world, (5, Go())), 12) == "aaaaaaaa+bbb"


def test_a_follow_rule_takes_the_same_way_every_time() -> None:
    world = show(
        song(section("a", 1, then=(("a", 1), ("b", 1), ("c", 1))), section("b", 1, then=(("a", 1),)), section("c", 1, then=(("a", 1),)))
    )
    first = way(after(world), 60)
    assert first == way(after(world), 60)
    assert {"a", "b", "c"} == set(first)
    assert first != way(Performance(world, 2), 60)


def test_another_version_of_the_show_takes_over_at_the_next_bar_in_the_same_place() -> None:
    other = show(song(section("a"), section("b", 2), section("e")), fingerprint="g")
    performance = Performance(PLAIN, 1)
    performance.offer(other)
    performance.accept(Entry(seq=1, tick=Tick(int(5.5 * BAR)), reach=Tick(int(5.5 * BAR)), control=Adopt("g")))
    assert way(performance, 11) == "aaaabbeeee."
    assert performance.bar_at(Tick(6 * BAR)).state.show == "g"


def test_a_version_without_the_section_that_plays_begins_its_form() -> None:
    other = show(song(section("x"), section("y")), fingerprint="g")
    performance = Performance(PLAIN, 1)
    performance.offer(other)
    performance.accept(Entry(seq=1, tick=Tick(BAR), reach=Tick(BAR), control=Adopt("g")))
    assert way(performance, 11) == "aaxxxxyyyy."


def test_a_version_that_nobody_knows_changes_nothing() -> None:
    assert way(after(PLAIN, (1, Adopt("unheard of"))), 22) == way(after(PLAIN), 22)


def test_a_take_back_reaches_over_a_change_of_song() -> None:
    world = show(song(section("a"), section("b")), song(section("c"), name="two"))
    performance = after(world, (0.5, GoTo("b", When.BAR)), (5.5, TakeBack()))
    bar = performance.bar_at(Tick(6 * BAR))
    assert (bar.state.song, bar.state.section, bar.state.bar_in_section) == (0, "b", 2)


def test_a_snapshot_beside_a_take_back_is_of_before_it() -> None:
    performance = after(PLAIN, (0, GoTo("c", When.BAR)), (0, TakeBack()))
    snapshot = read(write(performance.snapshot()))
    assert snapshot.seq == 1
    resumed = Performance.resumed([PLAIN], snapshot)
    resumed.accept(Entry(seq=2, tick=Tick(0), reach=Tick(0), control=TakeBack()))
    assert way(resumed, 8) == way(performance, 8) == "aaaabbbb"


@settings(max_examples=60, deadline=None)
@given(shows(), entries(most=12, span=12 * BAR))
def test_bars_lie_one_after_the_other_without_a_gap_whatever_is_pressed(world: Show, pressed: list[Entry]) -> None:
    performance = Performance(world, 3)
    for entry in pressed:
        performance.accept(entry)
        bars = performance.bars(Tick(0), Tick(16 * BAR))
        assert all(one.end == other.at for one, other in pairwise(bars))
        assert all(bar.end > bar.at for bar in bars)


@settings(max_examples=40, deadline=None)
@given(shows(), st.lists(CONTROLS, max_size=8), st.booleans())
def test_a_stop_is_the_end_whatever_was_pressed_before(world: Show, before: list[Control], armed: bool) -> None:
    performance = Performance(world, 3, armed=armed)
    for number, control in enumerate((*before, Stop()), 1):
        performance.accept(Entry(seq=number, tick=Tick(number * 9_000), reach=Tick(number * 9_000), control=control))
    reach = Tick((len(before) + 1) * 9_000)
    far = performance.bar_at(Tick(reach + 9 * BAR))
    assert far.state.phase is Phase.ENDED
    if not any(isinstance(control, TakeBack) for control in before):
        assert performance.ended is not None
        assert performance.ended <= reach


def test_changing_the_show_under_a_snapshot_is_refused_by_name() -> None:
    snapshot = Performance(PLAIN, 1).snapshot()
    with pytest.raises(KeyError):
        Performance.resumed([replace(PLAIN, fingerprint="other")], snapshot)
