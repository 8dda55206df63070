"""The rules of the pure player, one by one. Times are show microseconds."""

import pytest

from performer.records import Alarm, Finish, Late, Latency, Mark, Message, Pair, Replace, Safe, Send, Setting, Shot, Silence
from performer.run.players.echoes import AFTER, Echo, Echoes
from performer.run.players.lanes import FOREVER
from performer.run.players.player import BATCH, STALE, TOO_LATE, Player, Sink
from performer.run.players.vamp import TURNS
from performer.run.players.voices import NEVER, Voices

BAR = 2_000_000
FAR = 10 * BAR


def pair(on: int, off: int, key: int = 60, name: str = "a", at: int | None = None) -> Pair:
    """A note whose bytes say what they are."""
    place = on if at is None else at
    return Pair(
        place, on, off, f"+{name}{key}@{place}".encode(), f"-{name}{key}@{place}".encode(), key, hash((name, key, place)) & 0x7FFFFFFF
    )


def midi(on: int, off: int, key: int = 60, id: int = 0) -> Pair:
    """A note as on a MIDI channel: every off of a key is the same."""
    return Pair(on, on, off, f"on{key}".encode(), f"off{key}".encode(), key, id or on + key)


def parcel(
    *pairs: Pair, gen: int = 0, part: str = "a", t0: int = 0, t1: int = FAR, cut: int = -1, settings: tuple[Setting, ...] = (),
    shots: tuple[Shot, ...] = (), marks: tuple[Mark, ...] = (), output: str = "out",
) -> Replace:  # fmt: skip
    return Replace(gen, output, part, t0, t1, cut, pairs, settings, shots, marks)


def player(*messages: Message, panic: tuple[bytes, ...] = (b"panic",), lead: int = 0) -> Player:
    made = Player([Sink("out", panic, lead)], feel=0)
    for message in messages:
        made.take(message, -1)
    return made


def run(player: Player, until: int, since: int = 0) -> list[tuple[int, bytes]]:
    """Everything that leaves in (since, until], each at its time, as a loop that is never late would send it."""
    sent: list[tuple[int, bytes]] = []
    now = since
    for _ in range(100_000):
        sent += [(now, out.data) for out in player.due(now) if out.data]
        due = player.next_due()
        if due > until:
            return sent
        now = max(now, due)
    raise AssertionError("the player never comes to rest")


def test_a_note_leaves_on_time_and_ends_on_time() -> None:
    one = player(parcel(pair(1000, 3000)))
    assert one.next_due() == 1000
    assert one.due(999) == []
    assert run(one, BAR, since=999) == [(1000, b"+a60@1000"), (3000, b"-a60@1000")]


def test_what_is_due_together_leaves_in_the_order_settings_shots_notes() -> None:
    one = player(parcel(pair(500, 900), settings=(Setting(500, 500, b"set", "/x"),), shots=(Shot(500, 500, b"shot"),)))
    assert [data for _, data in run(one, 800)] == [b"set", b"shot", b"+a60@500"]


def test_an_off_leaves_before_an_on_of_the_same_moment() -> None:
    assert [data for _, data in run(player(parcel(pair(0, 500), pair(500, 900, key=61))), 500)] == [b"+a60@0", b"-a60@0", b"+a61@500"]


def test_replace_removes_only_what_is_unsent_and_stands_in_the_range() -> None:
    one = player(parcel(pair(100, 9000), pair(2000, 2500), pair(4000, 4500), pair(6000, 6500)))
    run(one, 1000)
    one.take(parcel(pair(4200, 4300), t0=0, t1=5000, gen=1), 1000)
    assert [data for _, data in run(one, 8000, since=1000)] == [b"-a60@100", b"+a60@4200", b"-a60@4200", b"+a60@6000", b"-a60@6000"]


def test_ranges_go_by_place_not_by_due_time() -> None:
    early, late = pair(990, 1500, key=1, at=1010), pair(1005, 1500, key=2, at=995)
    one = player(parcel(early, late))
    one.take(parcel(gen=1, t0=1000, t1=FAR), 0)
    assert [data for _, data in run(one, BAR)] == [b"+a2@995", b"-a2@995"]


def test_an_early_feel_does_not_double_a_note_that_was_sent_before_its_range_was_replaced() -> None:
    felt = pair(990, 5000, at=1010)
    one = player(parcel(felt))
    assert len(run(one, 1000)) == 1
    one.take(parcel(felt, pair(3000, 4000, key=61), gen=1, t0=1000), 1000)
    assert [data for _, data in run(one, BAR, since=1000)] == [b"+a61@3000", b"-a61@3000", b"-a60@1010"]


def test_an_older_generation_is_refused_for_the_part_only() -> None:
    one = player(parcel(gen=5), parcel(pair(100, 200), gen=4), parcel(pair(300, 400, name="b"), part="b", gen=4))
    assert [data for _, data in run(one, BAR)] == [b"+b60@300", b"-b60@300"]
    assert one.refused == 1


def test_messages_for_other_outputs_are_counted_and_do_nothing() -> None:
    one = player(parcel(pair(1, 2), output="elsewhere"), Finish(0, -1))
    assert one.next_due() == NEVER
    assert one.refused == 1


def test_cut_shortens_what_sounds_and_what_will_and_never_lengthens() -> None:
    one = player(parcel(pair(0, 9000), pair(0, 1500, key=61), pair(3000, 9000, key=62)))
    run(one, 1000)
    one.take(parcel(gen=1, t0=4000, cut=4000), 1000)
    assert run(one, 2 * BAR, since=1000) == [(1500, b"-a61@0"), (3000, b"+a62@3000"), (4000, b"-a60@0"), (4000, b"-a62@3000")]


def test_a_cut_in_the_past_ends_now() -> None:
    one = player(parcel(pair(0, 9000)))
    run(one, 5000)
    one.take(parcel(gen=1, t0=4000, cut=4000), 5000)
    assert [out.data for out in one.due(5000)] == [b"-a60@0"]


def test_cut_of_a_part_leaves_other_parts_alone() -> None:
    one = player(parcel(pair(0, 9000)), parcel(pair(0, 9000, name="b"), part="b"))
    run(one, 100)
    one.take(parcel(gen=1, t0=500, cut=500), 100)
    assert run(one, 8000, since=100) == [(500, b"-a60@0")]


def test_where_time_tags_run_ahead_a_cut_acts_ahead_by_as_much() -> None:
    one = player(parcel(pair(0, 900_000, at=100_000)), lead=100_000)
    run(one, 1000)
    one.take(parcel(gen=1, t0=500_000, cut=500_000), 1000)
    assert run(one, BAR, since=1000) == [(400_000, b"-a60@100000")]


def test_a_retrigger_sends_off_then_on_and_each_has_one_off() -> None:
    sent = [data for _, data in run(player(parcel(pair(0, 5000), pair(1000, 3000))), BAR)]
    assert sent == [b"+a60@0", b"-a60@0", b"+a60@1000", b"-a60@1000"]


def test_two_parts_on_one_midi_key_release_at_the_last_end() -> None:
    one = player(parcel(midi(0, 9000)), parcel(midi(1000, 3000), part="b"))
    assert run(one, BAR) == [(0, b"on60"), (1000, b"off60"), (1000, b"on60"), (9000, b"off60")]
    assert len(one.voices) == 0


def test_ons_that_are_too_late_are_dropped_and_counted_offs_never() -> None:
    one = player(parcel(pair(0, 400_000), pair(100_000, 200_000, key=61), pair(500_000, 600_000, key=62)))
    run(one, 10)
    sent = [out.data for out in one.due(500_000 + TOO_LATE)]
    assert sent == [b"-a60@0", b"+a62@500000"]
    assert one.tallies[0].dropped == 1


def test_a_parcel_that_came_too_late_where_nothing_was_held_says_what_is_lost() -> None:
    one = player()
    one.take(parcel(pair(0, 100), pair(90_000, 200_000), pair(400_000, 500_000), gen=2), 100_000)
    assert one.notices == [Late(2, "out", "a", 0, 1, -1)]


def test_a_parcel_that_came_too_late_leaves_what_is_held_as_it_was_up_to_now() -> None:
    one = player(parcel(pair(50_000, 60_000), pair(150_000, 160_000), pair(300_000, 310_000), gen=1))
    one.due(100_000)
    one.take(parcel(pair(70_000, 80_000, key=61), pair(120_000, 130_000, key=61), pair(300_000, 310_000, key=61), gen=2), 100_000)
    assert one.notices == [Late(2, "out", "a", 0, 100_000, 1)]
    assert [data for _, data in run(one, 400_000, since=100_000) if data.startswith(b"+")] == [b"+a61@120000", b"+a61@300000"]


def test_a_restarted_composer_may_say_everything_again() -> None:
    everything = parcel(pair(0, 5000), pair(10_000, 15_000), shots=(Shot(0, 0, b"cue"),), settings=(Setting(0, 0, b"v", "/v"),))
    one = player(everything)
    first = run(one, 5000)
    one.take(everything, 6000)
    assert [*first, *run(one, FAR, since=6000)] == run(player(everything), FAR)
    assert one.notices == []


def test_a_cue_is_late_rather_than_lost_until_it_is_stale() -> None:
    one = player(parcel(shots=(Shot(0, 0, b"old"), Shot(1_000_000, 1_000_000, b"late"))))
    assert [out.data for out in one.due(STALE + 1)] == [b"late"]
    assert one.tallies[0].dropped == 1


def test_mute_releases_and_skips_and_keeps_the_records() -> None:
    one = player(parcel(pair(0, 9000), pair(2000, 2500), pair(5000, 5500)), parcel(pair(0, 9000, name="b"), part="b"))
    run(one, 10)
    one.take(Silence(1, "a", True), 1000)
    assert one.next_due() < 0
    assert [data for _, data in run(one, 3000, since=1000)] == [b"-a60@0"]
    one.take(Silence(2, "a", False), 4000)
    assert [data for _, data in run(one, 6000, since=4000)] == [b"+a60@5000", b"-a60@5000"]


def test_mutes_of_one_part_are_one_monotone_stream() -> None:
    one = player(parcel(pair(0, 100)), Silence(5, "a", False), Silence(4, "a", True), Silence(5, "a", True))
    assert run(one, 0) == [(0, b"+a60@0")]
    assert one.refused == 2


def test_send_leaves_at_once_and_once() -> None:
    one = player()
    one.take(Send(3, "cue", "out", (b"x", b"y"), False), 77)
    one.take(Send(3, "cue", "out", (b"x",), False), 77)
    one.take(Send(2, "cue", "out", (b"old",), False), 77)
    assert [(out.data, out.due) for out in one.due(78)] == [(b"x", 77), (b"y", 77)]


def test_panic_releases_known_notes_first_and_plays_on_at_the_next_bar() -> None:
    notes = [pair(0, 9_000_000), pair(1_500_000, 1_600_000), pair(1_990_000, 2_100_000, key=61, at=BAR), pair(BAR + 5000, BAR + 9000)]
    one = player(parcel(*notes), parcel(part="", marks=(Mark(0, 0), Mark(BAR, 1))))
    run(one, 1000)
    one.take(Alarm(7, False), 1_000_000)
    assert [out.data for out in one.due(1_000_000)] == [b"-a60@0", b"panic"]
    after = [data for _, data in run(one, 3_000_000, since=1_000_000)]
    assert after == [b"+a61@2000000", f"+a60@{BAR + 5000}".encode(), f"-a60@{BAR + 5000}".encode(), b"-a61@2000000"]


def test_the_same_panic_said_twice_is_one() -> None:
    one = player(Alarm(7, False), Alarm(7, False))
    assert [out.data for out in one.due(0)] == [b"panic"]


def test_an_output_without_bar_lines_goes_by_the_others_after_a_panic() -> None:
    one = Player([Sink("out"), Sink("other")], feel=0)
    one.take(parcel(part="", marks=(Mark(0, 0), Mark(BAR, 1), Mark(2 * BAR, 2))), -1)
    one.take(parcel(pair(1000, 2000), pair(BAR, BAR + 1), output="other"), -1)
    one.take(Alarm(1, False), 0)
    assert [data for _, data in run(one, 3 * BAR, since=1)] == [f"+a60@{BAR}".encode(), f"-a60@{BAR}".encode()]


def test_a_second_panic_stops_and_refuses_what_was_composed_before() -> None:
    one = player(parcel(pair(0, 9000), pair(5000, 6000)), Safe(0, "out", BAR, (pair(0, 10),), ()))
    run(one, 10)
    one.take(Alarm(8, True), 1000)
    one.take(parcel(pair(7000, 8000), gen=7), 2000)
    assert [data for _, data in run(one, 100 * BAR, since=1000)] == [b"-a60@0", b"panic"]
    one.take(parcel(pair(100 * BAR, 101 * BAR), gen=8, t0=100 * BAR, t1=101 * BAR), 99 * BAR)
    assert run(one, 100 * BAR, since=99 * BAR) == [(100 * BAR, f"+a60@{100 * BAR}".encode())]


def test_where_bytes_may_be_lost_a_panic_is_said_twice() -> None:
    one = Player([Sink("out", (b"panic",), lossy=True)], feel=0)
    one.take(parcel(pair(0, FAR), pair(0, FAR, key=61)), -1)
    run(one, 1000, since=-1)
    one.take(Alarm(1, False), 1000)
    said = [b"-a60@0", b"-a61@0", b"panic"]
    assert run(one, BAR, since=1000) == [(1000, data) for data in said] + [(1000 + AFTER, data) for data in said]
    assert one.next_due() == FAR


def test_a_panic_that_is_said_again_ends_nothing_that_began_since() -> None:
    one = Player([Sink("out", (b"panic",), lossy=True)], feel=0)
    marks = (Mark(0, 0), Mark(20_000, 1))
    one.take(parcel(midi(0, FAR), midi(0, FAR, key=61), midi(20_000, 25_000), midi(20_000, FAR, key=62)), -1)
    one.take(parcel(part="", marks=marks), -1)
    run(one, 10_000, since=-1)
    one.take(Alarm(1, False), 10_000)
    assert [data for at, data in run(one, BAR, since=10_000) if at > 30_000] == [b"off60", b"off61"]
    again = Player([Sink("out", (b"panic",), lossy=True)], feel=0)
    again.take(parcel(midi(0, FAR), midi(20_000, FAR)), -1)
    again.take(parcel(part="", marks=marks), -1)
    run(again, 10_000, since=-1)
    again.take(Alarm(1, False), 10_000)
    assert [data for at, data in run(again, BAR, since=10_000) if at > 30_000] == []


def test_a_spare_forgets_what_it_never_says_again() -> None:
    echoes = Echoes()
    for now in range(0, 100 * AFTER, AFTER):
        echoes.say([Echo(now + AFTER, 0, b"off", False)], now)
    assert len(echoes.take(1000 * AFTER, Voices(1))) <= 2


def test_a_panic_without_a_number_always_acts() -> None:
    one = player(parcel(pair(0, 9000), gen=4))
    run(one, 10)
    for _ in range(2):
        one.take(Alarm(-1, True), 1000)
        assert b"panic" in [out.data for out in one.due(1000)]
    one.take(parcel(pair(7000, 8000), gen=4), 2000)
    assert one.refused == 1


def test_latency_moves_everything_of_its_output() -> None:
    one = player(parcel(pair(10_000, 20_000), shots=(Shot(10_000, 10_000, b"s"),)))
    one.take(Latency(1, "out", 3000), 0)
    assert run(one, 7000) == [(7000, b"s"), (7000, b"+a60@10000")]
    one.take(Latency(2, "out", -500), 8000)
    one.take(Latency(1, "out", 9000), 8000)
    assert run(one, BAR, since=8000) == [(20_500, b"-a60@10000")]


def test_a_value_said_for_a_replaced_place_gives_way_to_the_one_before() -> None:
    values = tuple(Setting(at, at, f"v{at}".encode(), "/filter") for at in (0, 1000, 2000))
    one = player(parcel(settings=values))
    run(one, 2500)
    one.take(parcel(gen=1, t0=1500), 2500)
    assert [out.data for out in one.due(2500)] == [b"v1000"]
    one.take(parcel(gen=2, t0=1500), 2500)
    assert one.due(2500) == []


def test_a_device_that_returns_is_silenced_and_told_every_value() -> None:
    one = player(parcel(pair(0, 9000), settings=(Setting(0, 0, b"a1", "/a"), Setting(10, 10, b"a2", "/a"), Setting(20, 20, b"b1", "/b"))))
    run(one, 50)
    one.take(Send(1, "level a", "out", (b"level",), True), 60)
    one.take(Send(1, "cue", "out", (b"once",), False), 60)
    one.due(60)
    one.restate(0, 100)
    assert [out.data for out in one.due(100)] == [b"-a60@0", b"panic", b"a2", b"b1", b"level"]


SAFE = (pair(0, 100_000, name="s"), pair(BAR // 2, BAR // 2 + 50_000, name="s"))


def dry(*more: Message) -> Player:
    """A player that is supplied for two bars, and no further."""
    bars = parcel(part="", marks=(Mark(0, 0), Mark(BAR, 1)), t1=2 * BAR)
    return player(bars, parcel(pair(0, 1000), pair(BAR, BAR + 1000), t1=2 * BAR), Safe(0, "out", BAR, SAFE, (Shot(0, 0, b"beat"),)), *more)


def test_a_dry_player_repeats_the_safe_bar_on_the_bar_lines_then_releases() -> None:
    sent = run(dry(), 30 * BAR)
    ons = [at for at, data in sent if data == b"+s60@0"]
    assert ons == [bar * BAR for bar in range(2, 2 + TURNS)]
    assert sent[-1] == ((2 + TURNS) * BAR, b"panic")
    assert sum(data.startswith(b"+") for _, data in sent) == sum(data.startswith(b"-") for _, data in sent)


def test_the_end_is_not_a_death() -> None:
    sent = run(dry(Finish(0, 2 * BAR)), 30 * BAR)
    assert [data for _, data in sent] == [b"+a60@0", b"-a60@0", f"+a60@{BAR}".encode(), f"-a60@{BAR}".encode()]


def test_an_end_that_was_taken_back_is_a_death_again() -> None:
    assert (2 * BAR, b"+s60@0") in run(dry(Finish(0, 2 * BAR), Finish(1, -1)), 3 * BAR)


def test_without_a_safe_bar_a_dry_player_releases() -> None:
    one = player(parcel(pair(0, FAR), t1=BAR))
    assert run(one, FAR) == [(0, b"+a60@0"), (BAR, b"-a60@0"), (BAR, b"panic")]


def test_a_player_that_was_never_supplied_waits() -> None:
    assert player(Safe(0, "out", BAR, SAFE, ())).next_due() == NEVER


def test_the_composer_that_comes_back_takes_over_from_where_it_starts() -> None:
    one = dry()
    run(one, 3 * BAR + 10)
    one.take(parcel(part="", gen=1, t0=3 * BAR + 500_000, t1=5 * BAR, marks=(Mark(4 * BAR, 4),)), 3 * BAR + 10)
    one.take(parcel(pair(4 * BAR, 4 * BAR + 1), gen=1, t0=3 * BAR + 500_000, t1=5 * BAR), 3 * BAR + 10)
    sent = run(one, 5 * BAR - 1, since=3 * BAR + 10)
    assert [(at, data) for at, data in sent if data.startswith(b"+")] == [(4 * BAR, f"+a60@{4 * BAR}".encode())]


def test_a_safe_bar_of_a_part_obeys_its_mute() -> None:
    one = player(parcel(t1=BAR), *(Safe(0, "out", BAR, (pair(0, 10, name=part),), (), part) for part in "ab"), Silence(1, "a", True))
    assert {data for _, data in run(one, 4 * BAR) if data.startswith(b"+")} == {b"+b60@0"}


def test_a_bar_taken_away_is_no_supply() -> None:
    one = dry()
    one.take(parcel(part="", gen=1, t0=BAR, t1=2 * BAR), 0)
    one.take(parcel(gen=1, t0=BAR, t1=2 * BAR), 0)
    assert one.held_until(0) == BAR
    assert (BAR, b"+s60@0") in run(one, BAR)


def test_an_open_ended_parcel_is_no_supply_either() -> None:
    one = dry()
    one.take(parcel(part="", gen=1, t0=BAR + 1, t1=FOREVER), 0)
    one.take(parcel(gen=1, t0=BAR + 1, t1=FOREVER), 0)
    assert (2 * BAR, b"+s60@0") in run(one, 2 * BAR)


def test_after_a_panic_the_safe_bar_reopens_the_outputs() -> None:
    one = dry()
    run(one, 2 * BAR + 10)
    one.take(Alarm(1, False), 2 * BAR + 20)
    sent = run(one, 3 * BAR, since=2 * BAR + 20)
    assert [(at, data) for at, data in sent if data.startswith(b"+")] == [(3 * BAR, b"+s60@0")]


@pytest.mark.parametrize("count", [BATCH - 1, BATCH, 5 * BATCH])
def test_a_flood_is_handed_out_in_batches_and_whole(count: int) -> None:
    one = player(parcel(*(pair(10, 5000, key=key) for key in range(count))))
    assert len(one.due(10)) <= BATCH
    assert len(run(one, 6000, since=10)) + min(count, BATCH) == 2 * count
