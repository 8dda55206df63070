"""The control port until something is a control: rate before decoding, counts, words to the sender."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Fade, GoTo, Macro, Mute, Next, Stop
from performer.run.engine.inbox import BURST, RATE, SECOND, SOURCES, TOTAL_BURST, Asked, Bucket, Inbox, Refused
from performer.run.engine.waiting import Waiting
from performer.run.memory import Memory
from performer.ticks import Span
from performer.wire.osc import Arg, bundle, encode
from performer.wire.surface import Names
from performer.wire.vocabulary import Ping, Subscribe

NAMES = Names(sections={"drop": "drop", "a_b": "a b"}, parts={"bass": "bass"}, pulse=Span(20_160))
ONE, TWO = ("10.0.0.1", 1), ("10.0.0.1", 2)
START = 10**12


def inbox() -> Inbox:
    memory = Memory.create(("engine",), players=0)
    os.close(memory.fd)  # it is mapped
    return Inbox(NAMES, Waiting(memory))


def osc(address: str, *args: Arg) -> bytes:
    return encode(f"/performer/{address}", args)


def test_a_message_becomes_what_it_asks_for_with_its_sender_and_stamp() -> None:
    box = inbox()
    assert box.take(osc("section/a_b", 1.0), ONE, START, 99) == [Asked(GoTo("a b"), ONE, "/performer/section/a_b", 99)]
    assert box.take(osc("ping", 5), ONE, START, 0) == [Asked(Ping(5), ONE, "/performer/ping", 0)]
    assert box.take(osc("subscribe", 9001), ONE, START, 0) == [Asked(Subscribe(9001), ONE, "/performer/subscribe", 0)]


def test_every_message_of_a_bundle_is_taken_in_order() -> None:
    found = inbox().take(bundle(1, [osc("mute", "bass", 1), osc("energy", 0.5)]), ONE, START, 3)
    assert [asked.what for asked in found if isinstance(asked, Asked)] == [Mute("bass", True), Macro("energy", 500)]


def test_one_source_cannot_ask_more_than_its_rate_and_takes_nothing_from_another() -> None:
    box = inbox()
    taken = sum(bool(box.take(osc("ping", n), ONE, START, 0)) for n in range(1000))
    assert taken == BURST
    assert box.counts.flooded == 1000 - BURST
    assert box.take(osc("ping", 1), TWO, START, 0)
    assert sum(bool(box.take(osc("ping", n), ONE, START + SECOND, 0)) for n in range(1000)) == RATE


def test_many_sources_together_are_bounded_too_and_not_remembered_for_ever() -> None:
    box = inbox()
    taken = sum(bool(box.take(osc("ping", 1), ("10.0.0.1", port), START, 0)) for port in range(1, 6001))
    assert taken == TOTAL_BURST
    assert len(box._sources) == SOURCES


def test_what_floods_is_never_decoded() -> None:
    box = inbox()
    for _ in range(BURST + 50):
        box.take(b"\xff", ONE, START, 0)
    assert (box.counts.malformed, box.counts.flooded, box.counts.taken) == (BURST, 50, BURST + 50)


def test_what_is_not_understood_is_counted_each_time_and_told_once_a_second_each() -> None:
    box = inbox()
    told = [box.take(osc("drpo"), source, START + n * 100_000_000, 0) for n in range(10) for source in (ONE, TWO)]
    assert [outcomes[0].source for outcomes in told if outcomes] == [ONE, TWO]
    assert box.counts.refused == 20
    assert isinstance(told[0][0], Refused)
    assert box.take(osc("section", "dorp"), ONE, START + SECOND, 0)[0].why == "no section called 'dorp' (did you mean drop?)"  # type: ignore[union-attr]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 10**9), st.one_of(st.binary(max_size=60), st.binary(max_size=40).map(lambda d: b"/performer/" + d))),
        max_size=40,
    )
)
def test_no_bytes_are_raised_over(datagrams: list[tuple[int, bytes]]) -> None:
    box, now = inbox(), START
    for wait, data in datagrams:
        now += wait
        for outcome in box.take(data, ONE, now, 0):
            assert isinstance(outcome, Asked | Refused)
        box.due(now)
    assert box.counts.taken == len(datagrams)


def test_a_fader_that_was_too_quick_is_asked_for_when_its_grain_is_over_with_the_last_value() -> None:
    box = inbox()
    assert box.take(osc("energy", 0.1), ONE, START, 0)
    assert not box.take(osc("energy", 0.2), ONE, START + 1, 0)
    assert not box.take(osc("energy", 0.3), TWO, START + 2, 0)
    assert not box.due(START + box.grain - 1)
    assert box.due(START + box.grain) == [Asked(Macro("energy", 300), ("", 0), "", 0)]
    assert not box.due(START + 9 * box.grain)


def test_a_held_button_fires_for_whoever_holds_it() -> None:
    box = inbox()
    assert isinstance(box.take(osc("fade", 3.0, 1), ONE, START, 0)[0], Refused)  # a hint how to go on
    assert not box.due(START + SECOND - 1)
    assert box.due(START + SECOND) == [Asked(Fade(3_000_000), ONE, "", 0)]


def test_a_bounce_is_nothing_and_a_release_is_nothing() -> None:
    box = inbox()
    assert box.take(osc("next", 1.0), ONE, START, 0)
    assert not box.take(osc("next", 1.0), TWO, START + 100_000_000, 0)
    assert not box.take(osc("next", 0.0), ONE, START + 200_000_000, 0)
    assert box.take(osc("next", 1.0), ONE, START + 300_000_000, 0) == [Asked(Next(), ONE, "/performer/next", 0)]


def test_stop_sent_twice_is_a_stop() -> None:
    box = inbox()
    box.take(osc("stop"), ONE, START, 0)
    assert box.take(osc("stop"), ONE, START + SECOND, 0) == [Asked(Stop(), ONE, "/performer/stop", 0)]


@given(st.integers(1, 500), st.integers(1, 500), st.lists(st.integers(0, SECOND), max_size=60))
def test_a_bucket_never_gives_more_than_its_burst_and_its_rate(rate: int, burst: int, waits: list[int]) -> None:
    bucket, now, passed = Bucket(rate, burst), START, 0
    for wait in waits:
        now += wait
        passed += bucket.take(now)
    assert passed <= burst + (now - START) * rate // SECOND
