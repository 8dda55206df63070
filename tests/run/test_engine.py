"""The engine's laws, driven by a clock that stands still until it is moved."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performer.controls import FireCue, Level, Macro, Mute, Panic, Remark, Stop
from performer.engine.state import Phase
from performer.records import Alarm, Anchor, Committed, Fallen, Fell, Late, Report, Sealed, Send, Silence, Stamped, pack
from performer.run.journal.format import Reported, Snapshot
from performer.wire.osc import Arg, bundle, encode
from tests.run.stand import BAR_NS, TABLET, Stand, standing

SECOND = 1_000_000_000
MESSAGES: tuple[tuple[str, tuple[Arg, ...]], ...] = (
    ("section", ("drop",)), ("section/verse", (1.0,)), ("section", ("end", "queue")), ("section", ("break", "now")), ("next", ()),
    ("next", ("beat",)), ("back", ("bar",)), ("hold", (1,)), ("hold", (0,)), ("energy", (0.7,)), ("density", (0.1,)), ("tempo", (97.3,)),
    ("cancel", ()), ("part/bass/mute", (1,)), ("part/bass/level", (0.25,)), ("cue", ("x", 1, 0.5, "red")), ("mark", ("here",)), ("go", ()),
    ("panic", ()), ("stop", ()), ("fade", (2.0,)), ("section", ("nowhere",)), ("nonsense", (3,)), ("ping", (4,)),
)  # fmt: skip


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with standing(tmp_path) as found:
        found.start()
        yield found


PRESSES = st.lists(st.tuples(st.integers(0, 900), st.sampled_from(MESSAGES)), max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses=PRESSES)
def test_every_control_is_one_record_before_its_effect_in_order_and_in_time(
    tmp_path: Path, presses: list[tuple[int, tuple[str, tuple[Arg, ...]]]]
) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    with standing(tmp_path) as stand:
        stand.start()
        committed = []
        for wait, (address, args) in presses:
            stand.until(stand.clock.now() + wait * 1_000_000)
            before = len(stand.entered)
            stand.say(address, *args)
            committed += [stand.engine.night.performance.committed] * (len(stand.entered) - before)
        entered = stand.entered
        assert [e.seq for e in entered] == list(range(1, len(entered) + 1))
        assert all(e.reach >= e.tick for e in entered)
        assert all(a.tick <= b.tick and a.reach <= b.reach for a, b in pairwise(entered))
        assert [m.seq for m in stand.sent(Stamped, "composer")] == [e.seq for e in entered]  # type: ignore[union-attr]
        assert stand.engine.night.performance.seq == stand.memory.last_seq == len(entered)
        edge = 0
        for _, message in stand.posted:  # what is final stays final
            if isinstance(message, Committed):
                edge = max(edge, message.tick)
            elif isinstance(message, Stamped):
                assert message.tick >= edge


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses=PRESSES, rest=st.integers(0, 3000))
def test_a_restarted_engine_stands_where_the_dead_one_stood(
    tmp_path: Path, presses: list[tuple[int, tuple[str, tuple[Arg, ...]]]], rest: int
) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    with standing(tmp_path) as stand:
        stand.start()
        for wait, (address, args) in presses:
            stand.until(stand.clock.now() + wait * 1_000_000)
            stand.say(address, *args)
        stand.until(stand.clock.now() + rest * 1_000_000)
        dead = stand.engine
        at = dead.tick_now()
        expected = dead.outlook.at(at)
        stand.restart()
        assert stand.engine.tick_now() == at
        assert stand.engine.outlook.at(at) == expected
        assert stand.engine.desk.mix == dead.desk.mix
        assert stand.engine.night.performance.seq == dead.night.performance.seq
        for engine in (dead, stand.engine):
            engine.night.performance.commit(dead.night.performance.committed)
        assert stand.engine.night.performance.snapshot().base == dead.night.performance.snapshot().base


def test_the_start_waits_for_the_composer_and_every_player(tmp_path: Path) -> None:
    with standing(tmp_path) as stand:
        stand.until(stand.clock.now() + SECOND)
        assert stand.memory.anchor is None
        stand.start()
        assert {seat for seat, message in stand.posted if isinstance(message, Anchor)} == {"udp", "udp+"}


def test_the_start_does_not_wait_for_ever(tmp_path: Path) -> None:
    with standing(tmp_path) as stand:
        stand.until(stand.clock.now() + 5 * SECOND)
        assert stand.memory.anchor is not None


def test_ping_is_answered_with_the_conductors_bar(stand: Stand) -> None:
    stand.bars(2.5)
    stand.say("ping", 41)
    assert stand.replied[-1][0] == TABLET
    assert stand.said("pong") == [(41, 2)]
    assert not stand.entered


def test_an_ack_says_where_a_jump_lands_and_in_how_many_bars(stand: Stand) -> None:
    stand.bars(1.5)
    stand.say("section", "drop")
    assert stand.said("ack")[-1][1:] == ("/performer/section", "to drop", 2, 2)
    stand.tap("section", "drop")
    assert stand.said("ack")[-1][2:4] == ("to drop", 0)
    stand.bars(0.5)
    assert stand.engine.outlook.at(stand.engine.tick_now()).section == "drop"


def test_an_ack_of_now_names_the_section_that_begins_there(stand: Stand) -> None:
    stand.bars(1.3)
    stand.say("section", "drop", "now")
    assert stand.said("ack")[-1][2:] == ("to drop", 0, 0)
    stand.tap("section", "nowhere-like")
    assert "no section called" in str(stand.said("error")[-1][1])
    stand.tap("back", "now")
    assert stand.said("ack")[-1][2:] == ("to intro", 0, 0)


def test_a_wish_is_told_before_it_sounds(stand: Stand) -> None:
    stand.bars(0.96)  # what is asked now acts in the next bar
    stand.say("energy", 0.9)
    assert stand.engine.outlook.at(stand.engine.tick_now()).macros[0] == 900


def test_an_ack_of_what_changes_nothing_says_so(stand: Stand) -> None:
    stand.bars(1)
    stand.say("back")
    assert stand.said("ack")[-1][2] == "no change"
    stand.tap("stop")
    stand.tap("stop")
    stand.tap("section", "drop")
    assert stand.said("ack")[-1][2] == "no change"


def test_a_go_that_waits_says_where_it_leads(stand: Stand) -> None:
    stand.bars(0.5)
    stand.say("section", "break", "bar")
    stand.bars(1)
    stand.say("go")
    assert stand.said("ack")[-1][2:4] == ("to end", 3)


def test_panic_releases_at_once_and_a_second_one_stops(stand: Stand) -> None:
    stand.bars(1)
    stand.say("panic")
    assert stand.sent(Alarm) == [Alarm(1, False)]
    assert not stand.sent(Alarm, "composer")
    stand.until(stand.clock.now() + SECOND)
    stand.restart()  # the word is in the journal: another engine knows it too
    stand.say("panic")
    assert [type(e.control) for e in stand.entries] == [Panic, Stop]
    stand.bars(0.5)
    assert stand.sent(Alarm)[-1] == Alarm(2, True)
    assert stand.engine.over()


def test_panics_far_apart_are_panics(stand: Stand) -> None:
    stand.say("panic")
    stand.until(stand.clock.now() + 2 * SECOND)
    stand.say("panic")
    assert [type(e.control) for e in stand.entries] == [Panic, Panic]


def test_stop_is_held_or_sent_twice(stand: Stand) -> None:
    stand.say("stop", 1.0)
    stand.until(stand.clock.now() + SECOND // 2)
    stand.say("stop", 0.0)
    stand.until(stand.clock.now() + 2 * SECOND)
    assert not stand.entries
    assert "hold it" in str(stand.said("error")[0][1])
    stand.say("stop", 1.0)
    stand.until(stand.clock.now() + SECOND + 10_000_000)
    assert [e.control for e in stand.entries] == [Stop()]
    assert stand.said("ack")[-1][1:3] == ("", "stop")


def test_a_stop_is_silence_whatever_is_moved_after_it_and_go_plays_on(stand: Stand) -> None:
    stand.bars(1)
    stand.say("stop")
    stand.tap("stop")
    stand.say("part/bass/level", 0.3)
    stand.bars(0.25)
    assert stand.sent(Alarm) == [Alarm(1, True)]
    assert stand.engine.over()
    stand.tap("go")
    stand.bars(1)
    assert not stand.engine.over()
    assert stand.engine.outlook.at(stand.engine.tick_now()).phase == "playing"
    assert stand.sent(Alarm) == [Alarm(1, True)]


def test_go_right_after_a_stop_is_not_silenced(stand: Stand) -> None:
    stand.bars(1)
    stand.say("stop")
    stand.tap("stop")
    stand.say("go")
    stand.bars(1)
    assert not stand.sent(Alarm)
    assert stand.engine.outlook.at(stand.engine.tick_now()).section == "intro"


def test_the_hush_of_a_stop_survives_the_engine(stand: Stand) -> None:
    stand.bars(1)
    stand.say("stop")
    stand.tap("stop")
    stand.restart()
    stand.bars(0.25)
    assert stand.sent(Alarm) == [Alarm(1, True)]


def test_a_fader_flood_is_one_entry_a_sixteenth_and_the_last_value_stays(stand: Stand) -> None:
    begun = stand.clock.now()
    for step in range(200):
        stand.say("energy", step / 1000)
        stand.until(stand.clock.now() + 5_000_000)
    stand.until(stand.clock.now() + 200_000_000)
    values = [c.value for e in stand.entries if isinstance(c := e.control, Macro)]
    sixteenths = (stand.clock.now() - begun) // 125_000_000
    assert values[-1] == 199
    assert values == sorted(values)
    assert 7 <= len(values) <= sixteenths + 1


def test_a_datagram_that_was_half_written_down_is_finished(stand: Stand) -> None:
    said = (("part/bass/mute", (1,)), ("mark", ("x",)), ("part/keys/mute", (1,)))
    data = bundle(1, [encode(f"/performer/{address}", args) for address, args in said])
    stand.engine.receive(data, TABLET, 77, known=1)
    assert [e.control for e in stand.entries] == [Remark("x"), Mute("keys", True)]


def test_what_is_malformed_is_counted_and_changes_nothing(stand: Stand) -> None:
    before = stand.engine.night.performance.snapshot()
    size = len(stand.read().records)
    for junk in (b"", b"/", b"\xff" * 50, b"/performer/next", b"/performer/energy\0\0\0,f\0\0\0", b"#bundle\0" + b"\xff" * 12):
        stand.engine.receive(junk, TABLET, 0)
    assert stand.engine.inbox.counts.malformed == 6
    assert len(stand.said("error")) == 1
    assert stand.engine.night.performance.snapshot() == before
    assert len(stand.read().records) == size


def test_the_rate_of_one_sender_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    with standing(tmp_path, rate="3") as stand:
        for number in range(20):
            stand.say("ping", number)
        assert len(stand.said("pong")) == 6


def test_mix_acts_go_to_the_players_at_once_and_never_restart_composing(stand: Stand) -> None:
    gen = stand.engine.night.performance.gen
    stand.say("part/bass/mute", 1)
    stand.say("part/bass/level", 0.1)
    stand.say("cue", "strobe", 1)
    assert stand.sent(Silence) == [Silence(1, "bass", True)]
    assert [m.target for m in stand.sent(Send)][-1] == "cue/strobe"  # type: ignore[union-attr]
    assert stand.engine.night.performance.gen == gen
    assert [type(e.control) for e in stand.entries] == [Mute, Level, FireCue]


def test_a_player_that_knows_nothing_is_told_where_time_stands_and_the_mix(stand: Stand) -> None:
    from performer.records import Hello

    stand.say("part/bass/mute", 1)
    stand.posted.clear()
    stand.engine.heard("udp", pack(Hello("udp", False)))
    assert stand.sent(Anchor) == [stand.memory.anchor]
    assert Silence(1, "bass", True) in stand.sent(Silence)
    assert {seat for seat, _ in stand.posted} == {"udp"}


def test_what_players_and_composer_report_is_written_down_and_told(stand: Stand) -> None:
    stand.engine.heard("composer", pack(Sealed(80_640, b"\1" * 16)))
    stand.engine.heard("composer", pack(Fell("bass", 3, "it failed")))
    stand.engine.heard("composer", pack(Fallen("keys", 5, "earlier bar", "out of ideas")))
    stand.engine.heard("udp", pack(Report("udp", "a", "FIFO 50", False, "no route", 1, 2, 3, 4, 5, 6, 7, ())))
    stand.engine.heard("udp", pack(Late(1, "a", "bass", 10, 20, 15)))
    stand.engine.heard("udp", b"nonsense")
    kinds = [r.kind for r in stand.read().records if isinstance(r, Reported)]
    assert "sealed" in kinds
    assert "late" in kinds
    told = stand.engine.status()
    assert told["outputs"]["a"]["trouble"] == "no route"  # type: ignore[index]
    assert told["falls"] == [2, "keys: earlier bar"]
    assert "keys fell back to earlier bar in bar 6: out of ideas" in str(told["errors"])
    errors = str(told["errors"])
    assert "bass fell back to safe bar in bar 4" in errors
    assert "not a message" in errors


def test_snapshots_are_taken_and_a_night_is_resumed_from_one(stand: Stand) -> None:
    stand.bars(0.5)
    stand.say("hold", 1)
    stand.bars(70)
    taken = [r for r in stand.read().records if isinstance(r, Snapshot)]
    assert len(taken) == 2
    stand.engine.heard("composer", pack(Sealed(stand.engine.night.performance.committed, bytes(16))))
    at = stand.engine.tick_now()
    expected = stand.engine.outlook.at(at)
    stand.restart()
    assert stand.engine.outlook.at(at) == expected


def test_the_end_of_the_form_is_the_end(stand: Stand) -> None:
    stand.say("section", "end", "bar")
    stand.bars(6.5)
    assert stand.engine.over()
    snapshot = stand.engine.outlook.at(stand.engine.tick_now())
    assert (snapshot.phase, snapshot.next, snapshot.pending, snapshot.chord) == (Phase.ENDED.value, "", None, ("", ""))


def test_armed_waits_and_go_begins(tmp_path: Path) -> None:
    with standing(tmp_path, armed="1", start="drop") as stand:
        stand.start()
        stand.bars(2)
        assert stand.engine.outlook.at(stand.engine.tick_now()).phase == "armed"
        stand.say("go")
        assert stand.said("ack")[-1][2] == "to drop"
        stand.until(stand.clock.now() + BAR_NS // 4)
        snapshot = stand.engine.outlook.at(stand.engine.tick_now())
        assert (snapshot.phase, snapshot.section, snapshot.bar_in_section) == ("playing", "drop", 1)
