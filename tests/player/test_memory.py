import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performer.records import Anchor
from performer.run.memory import MAX_PARKED, PARKED, Memory
from performer.run.slots import MAX_OFF, RING, VOICES, Claim, Voice

INT64 = st.integers(-(2**63), 2**63 - 1)


@pytest.fixture
def memory() -> Iterator[Memory]:
    made = Memory.create(["engine", "composer", "udp"], players=2)
    yield made
    os.close(made.fd)


def test_a_fresh_memory_says_nothing(memory: Memory) -> None:
    assert memory.anchor is None
    assert memory.commit is None
    assert (memory.last_seq, memory.finished, memory.safe_mode) == (0, False, False)
    assert memory.heartbeat("udp") == (0, 0)
    assert memory.processes == ("engine", "composer", "udp")
    assert memory.sounding(0).voices() == []
    assert memory.claims(1).since(0) == ([], 0)


@given(st.lists(st.tuples(st.integers(0, PARKED - 1), st.binary(max_size=MAX_PARKED)), max_size=20))
def test_what_is_parked_stands_in_its_row_until_something_else_does(parked: list[tuple[int, bytes]]) -> None:
    memory = Memory.create(["engine"], players=0)
    other = Memory(memory.fd)
    os.close(memory.fd)
    for row, data in parked:
        memory.park(row, data)
    assert [other.parked(row) for row in range(PARKED)] == [dict(parked).get(row, b"") for row in range(PARKED)]
    assert (other.anchor, other.commit, other.processes) == (None, None, ("engine",))


def test_what_one_mapping_writes_another_reads(memory: Memory) -> None:
    other = Memory(memory.fd)
    memory.anchor = Anchor(3, 10**15, -5, 10**9)
    memory.commit = (123, -456)
    memory.last_seq = 77
    memory.finished = memory.safe_mode = True
    memory.beat("composer", 99)
    assert other.anchor == Anchor(3, 10**15, -5, 10**9)
    assert other.commit == (123, -456)
    assert (other.last_seq, other.finished, other.safe_mode) == (77, True, True)
    assert other.heartbeat("composer") == (99, os.getpid())
    assert other.heartbeat("engine") == (0, 0)


def test_another_process_opens_it_by_its_descriptor(memory: Memory) -> None:
    code = f"from performer.run.memory import Memory; m = Memory({memory.fd}); m.beat('udp', 4321); m.claims(1).add(True, 2, 3, 4)"
    subprocess.run([sys.executable, "-c", code], pass_fds=[memory.fd], check=True)
    assert memory.heartbeat("udp")[0] == 4321
    assert memory.claims(1).since(0)[0] == [Claim(True, 2, 3, 4)]


def test_strangers_are_refused() -> None:
    fd = os.memfd_create("stranger")
    with pytest.raises(ValueError, match="too small"):
        Memory(fd)
    os.ftruncate(fd, 1 << 20)
    with pytest.raises(ValueError, match="another version"):
        Memory(fd)
    os.close(fd)


def test_names_and_slots_that_do_not_exist(memory: Memory) -> None:
    with pytest.raises(KeyError):
        memory.beat("nobody", 1)
    with pytest.raises(IndexError):
        memory.claims(2)
    with pytest.raises(ValueError, match="at most"):
        Memory.create(["x" * 57], players=1)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 127), st.integers(0, 2**32 - 1), INT64), max_size=50))
def test_claims_are_read_as_they_were_made(rows: list[tuple[bool, int, int, int]]) -> None:
    memory = Memory.create([], players=1)
    ring = memory.claims(0)
    seen, read = 0, []
    for number, row in enumerate(rows):
        ring.add(*row)
        if number % 3 == 0:
            more, seen = ring.since(seen)
            read += more
    more, seen = ring.since(seen)
    assert read + more == [Claim(*row) for row in rows]
    assert seen == ring.total == len(rows)
    os.close(memory.fd)


def test_a_slow_reader_gets_the_newest_claims_and_none_twice(memory: Memory) -> None:
    ring = memory.claims(0)
    for number in range(RING + 10):
        ring.add(True, 0, number, number)
    claims, seen = ring.since(0)
    assert [claim.id for claim in claims] == list(range(10, RING + 10))
    assert seen == RING + 10
    assert ring.since(seen) == ([], seen)


@given(st.lists(st.builds(Voice, st.integers(0, 2**32 - 1), INT64, INT64, st.integers(0, 127), st.integers(0, 2**32 - 1), INT64,
                          st.binary(max_size=MAX_OFF)), max_size=20), st.data())  # fmt: skip
def test_the_table_holds_what_was_put_and_not_cleared(voices: list[Voice], data: st.DataObject) -> None:
    memory = Memory.create([], players=1)
    table = memory.sounding(0)
    slots = {table.put(voice): voice for voice in voices}
    for slot in list(slots):
        match data.draw(st.sampled_from(["keep", "clear", "move"])):
            case "clear":
                table.clear(slot)
                del slots[slot]
            case "move":
                table.move(slot, 12)
                slots[slot] = slots[slot]._replace(off_due=12)
    assert dict(memory.sounding(0).voices()) == slots
    os.close(memory.fd)


def test_a_full_table_says_so_and_a_successor_takes_only_free_places(memory: Memory) -> None:
    table = memory.sounding(0)
    voice = Voice(1, 0, 5, 0, 0, 60, b"off")
    assert sorted(table.put(voice) for _ in range(VOICES)) == list(range(VOICES))
    assert table.put(voice) == -1
    table.clear(-1)
    table.clear(17)
    assert memory.sounding(0).put(voice) == 17


def test_an_off_that_is_too_long_is_kept_without_its_bytes(memory: Memory) -> None:
    table = memory.sounding(0)
    table.put(Voice(1, 0, 5, 0, 0, 60, b"x" * (MAX_OFF + 1)))
    assert table.voices()[0][1].off == b""


def _swing(fd: int, go: "multiprocessing.synchronize.Event") -> None:
    memory = Memory(fd)
    number = 0
    while not go.is_set():
        number += 1
        memory.anchor = Anchor(number, number, number, number)


def test_an_anchor_is_never_read_half_written(memory: Memory) -> None:
    memory.anchor = Anchor(1, 1, 1, 1)
    context = multiprocessing.get_context("fork")
    stop = context.Event()
    writer = context.Process(target=_swing, args=(memory.fd, stop))
    writer.start()
    try:
        for _ in range(20_000):
            anchor = memory.anchor
            assert anchor is not None
            assert len(set(anchor)) == 1
    finally:
        stop.set()
        writer.join()
