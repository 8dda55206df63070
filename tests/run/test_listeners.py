"""Feedback: a full state once, changes after it, and nobody is forgotten who is still there."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from performer.run.engine.listeners import SILENT_NS, Listeners
from performer.run.journal.format import Reported
from performer.wire.feedback import Snapshot
from performer.wire.vocabulary import SUBSCRIBERS
from tests.run.stand import Stand, standing

SECOND = 1_000_000_000


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with standing(tmp_path) as found:
        found.start()
        yield found


def test_subscribe_gives_the_full_state_then_changes_alone(stand: Stand) -> None:
    stand.say("subscribe", 9001)
    assert {address for address, _, _ in stand.replied} == {("127.0.0.1", 9001)}
    assert stand.said("section") == [("intro",)]
    assert stand.said("parts") == [("drums", "bass", "keys")]
    stand.replied.clear()
    stand.say("part/bass/mute", 1)
    stand.replied.clear()
    stand.until(stand.clock.now() + 60_000_000)
    assert [message.address for _, _, message in stand.replied] == ["/performer/part/bass/mute"]


def test_feedback_comes_at_most_twenty_times_a_second_whatever_is_pressed(stand: Stand) -> None:
    stand.say("subscribe", 9001)
    stand.replied.clear()
    for step in range(180):
        stand.say("part/bass/mute", step % 2)
        stand.until(stand.clock.now() + 5_000_000)
    moments = {at for address, at, _ in stand.replied if address[1] == 9001}
    assert len(moments) <= 19
    assert all(b - a >= 50_000_000 for a, b in pairwise(sorted(moments)))
    assert len(stand.said("ack")) == 180


def test_a_subscriber_is_told_on_by_the_next_engine_and_unsubscribed_for_good(stand: Stand) -> None:
    stand.say("subscribe", 9001)
    stand.say("subscribe", 9002)
    stand.say("unsubscribe", 9002)
    stand.restart()
    stand.replied.clear()
    stand.until(stand.clock.now() + 60_000_000)
    assert {address for address, _, _ in stand.replied} == {("127.0.0.1", 9001)}
    assert stand.said("section") == [("intro",)]
    reported = [r for r in stand.read().records if isinstance(r, Reported)]
    stand.say("subscribe", 9001)
    assert [r for r in stand.read().records if isinstance(r, Reported)] == reported  # said again is no news


def test_a_surface_that_still_plays_is_not_forgotten_though_its_feedback_goes_elsewhere(stand: Stand) -> None:
    stand.say("subscribe", 9001)
    for _ in range(4):
        stand.clock.advance_to(stand.clock.now() + 300 * SECOND)
        stand.say("ping", 1)
    stand.replied.clear()
    stand.engine.beat()
    assert any(address[1] == 9001 for address, _, _ in stand.replied)
    stand.clock.advance_to(stand.clock.now() + 901 * SECOND)
    stand.engine.beat()
    stand.replied.clear()
    stand.say("part/bass/mute", 1, source=("127.0.0.1", 60_000))
    stand.until(stand.clock.now() + 100_000_000)
    assert not [address for address, _, _ in stand.replied if address[1] == 9001]


def test_the_newest_are_kept() -> None:
    told: list[tuple[str, int]] = []
    listeners = Listeners(lambda data, address: told.append(address))
    for port in range(SUBSCRIBERS + 2):
        listeners.subscribe(("h", port), ("h", 5), True, Snapshot(), 0)
    told.clear()
    listeners.tell(Snapshot(section="x"), 1)
    assert {port for _, port in told} == set(range(2, SUBSCRIBERS + 2))


def test_nothing_is_said_where_nothing_changed_and_nobody_stays_for_ever() -> None:
    told: list[tuple[str, int]] = []
    listeners = Listeners(lambda data, address: told.append(address))
    assert listeners.subscribe(("h", 1), ("h", 1), True, Snapshot(), 0)
    assert not listeners.subscribe(("h", 1), ("h", 1), True, Snapshot(), 0)
    told.clear()
    listeners.tell(Snapshot(), SILENT_NS)
    assert told == []
    listeners.tell(Snapshot(section="x"), SILENT_NS + 1)
    assert told == []
    assert not listeners.subscribe(("h", 1), ("h", 1), False, Snapshot(), 0)
