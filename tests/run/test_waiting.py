"""A fader's last value outlives the engine that had not entered it yet."""

import os
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from performer.controls import Control, Level, Macro
from performer.run.engine.inbox import Asked, Inbox
from performer.run.engine.waiting import Waiting
from performer.run.memory import PARKED, Memory
from performer.ticks import Span
from performer.wire.osc import encode
from performer.wire.surface import Names
from performer.wire.taps import Key, fader
from tests.run.stand import standing

GRAIN = 125_000_000
NAMES = Names(sections={}, parts={f"p{number}": f"p{number}" for number in range(2 * PARKED)} | {"n" * 200: "n" * 200}, pulse=Span(20_160))

MOVES = st.tuples(st.integers(0, GRAIN), st.sampled_from(["energy", "density", "p1"]), st.integers(0, 100), st.booleans(), st.booleans())
"""Nanoseconds to wait, a fader, its value, whether the engine dies when it hears of it, or afterwards."""


class Port:
    """A control port and the engine behind it, which may die before it enters what it was just given."""

    def __init__(self) -> None:
        self.memory = Memory.create(("engine",), players=0)
        os.close(self.memory.fd)  # it is mapped
        self.inbox = Inbox(NAMES, Waiting(self.memory), rate=10**6, burst=10**6)
        self.entered: dict[Key, Control] = {}

    def die(self) -> None:
        self.inbox = Inbox(NAMES, Waiting(self.memory), rate=10**6, burst=10**6)

    def enter(self, found: list[Asked]) -> None:
        for asked in found:
            key = fader(asked.what)  # type: ignore[arg-type]
            assert key is not None
            self.entered[key] = asked.what  # type: ignore[assignment]

    def take(self, data: bytes, now: int, dies: bool) -> None:
        found = self.inbox.take(data, ("t", 1), now, 0)
        if dies:  # the datagram was peeked: it is in the socket still
            self.die()
            found = self.inbox.take(data, ("t", 1), now, 0)
        self.enter([asked for asked in found if isinstance(asked, Asked)])

    def beat(self, now: int, dies: bool) -> None:
        found = self.inbox.due(now)
        if dies:
            self.die()
            found = self.inbox.due(now)
        self.enter(found)


@settings(max_examples=150, deadline=None)
@given(st.lists(MOVES, max_size=30))
def test_whenever_engines_die_the_last_value_of_every_fader_is_entered(moves: list[tuple[int, str, int, bool, bool]]) -> None:
    port, now, wanted = Port(), 10**12, dict[Key, Control]()
    for wait, name, value, at_once, later in moves:
        now += wait
        control = Level(name, value * 10) if name == "p1" else Macro(name, value * 10)
        wanted[fader(control) or ()] = control
        address = f"/performer/part/{name}/level" if name == "p1" else f"/performer/{name}"
        port.take(encode(address, (value / 100,)), now, at_once)
        port.beat(now + wait // 2, later)
    port.beat(now + 2 * GRAIN, dies=True)
    assert port.entered == wanted
    port.beat(now + 4 * GRAIN, dies=False)
    assert all(not port.memory.parked(row) for row in range(PARKED)), "nothing waits any more"


def test_more_faders_than_there_is_room_for_wait_all_the_same() -> None:
    port, now = Port(), 10**12
    names = [f"p{number}" for number in range(PARKED + 9)] + ["n" * 200]
    for value in (0.25, 0.5):
        for name in names:
            port.take(encode(f"/performer/part/{name}/level", (value,)), now, dies=False)
    assert sum(bool(port.memory.parked(row)) for row in range(PARKED)) == PARKED
    port.beat(now + GRAIN, dies=False)
    assert set(port.entered.values()) == {Level(name, 500) for name in names}


def test_the_next_engine_enters_what_the_one_before_it_held(tmp_path: Path) -> None:
    with standing(tmp_path) as stand:
        stand.start()
        for value in (0.1, 0.2, 0.9):
            stand.say("energy", value)
            stand.say("part/keys/level", value)
        assert Macro("energy", 900) not in [entry.control for entry in stand.entries]
        stand.restart()
        stand.bars(0.25)
        assert [entry.control for entry in stand.entries][-2:] == [Macro("energy", 900), Level("keys", 900)]
        stand.restart()
        stand.bars(1)
        assert len(stand.entries) == 4, "each of them once"
        assert dict(stand.engine.desk.mix.faders)["keys"] == 900
