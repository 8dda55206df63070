"""When the next one may start: at once, unless it is the show that kills it; and what the supervisor is told."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performer.run.supervisor import process
from performer.run.supervisor.manifest import Manifest, Row
from performer.run.supervisor.seat import CRASHES, DEATHS, LONGEST_WAIT_NS, WINDOW_NS, Seat

SECOND = 1_000_000_000
ROW = Row(seat="composer", argv=("x",), as_safe={"PERFORMER_SAFE": "1"}, limit_ms=1000, patience_ms=5000)
TEXT = st.text(max_size=8)
WORDS = st.dictionaries(TEXT, TEXT, max_size=3)


def die(seat: Seat, code: int | None, *at: float) -> list[float]:
    """Deaths at these seconds; how long the next one had to wait after each."""
    waits = []
    for second in at:
        now = int(second * SECOND)
        seat.died(code, now, safe_mode=bool(seat.row.as_safe))
        waits.append((seat.due_ns - now) / SECOND)
    return waits


@given(
    st.lists(st.builds(Row, seat=TEXT, argv=st.lists(TEXT).map(tuple), env=WORDS, as_safe=WORDS, limit_ms=st.integers()), max_size=4), TEXT
)
def test_a_manifest_survives_its_json(rows: list[Row], name: str) -> None:
    manifest = Manifest(run=name, folder="/x", journal="", rows=tuple(rows))
    assert Manifest.of_json(manifest.json()) == manifest


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", '{"run": "r", "folder": "", "journal": "", "rows": [{"seat": 1}]}', '{"rows": 1}'])
def test_what_is_no_manifest_is_said(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any sentence will do
        Manifest.of_json(text)


def test_partners() -> None:
    rows = (Row(seat="udp", argv=()), Row(seat="udp+", argv=(), spare_of="udp"), Row(seat="slow", argv=()))
    manifest = Manifest(run="", folder="", journal="", rows=rows)
    assert [manifest.partner(seat) for seat in ("udp", "udp+", "slow")] == ["udp+", "udp", ""]


def test_a_crash_is_answered_at_once_and_the_third_in_a_minute_in_safe_mode() -> None:
    seat = Seat(ROW)
    assert die(seat, 1, 10, 20) == [0, 0]
    assert not seat.safe
    assert die(seat, 1, 30) == [0]
    assert seat.safe
    assert seat.environment() == {"PERFORMER_SAFE": "1"}
    assert die(seat, 1, 31, 32, 33, 34, 35, 36, 37) == [1, 2, 4, 8, 10, 10, 10], "then it waits, 10 s at most, and never for ever"


def test_three_crashes_in_more_than_a_minute_are_bad_luck() -> None:
    seat = Seat(ROW)
    assert die(seat, 1, 0, 40, 80, 120, 160) == [0] * 5
    assert not seat.safe


def test_a_seat_without_safe_mode_waits_instead() -> None:
    assert die(Seat(Row(seat="page", argv=())), 1, 1, 2, 3, 4) == [0, 0, 0.5, 1]


def test_kills_from_outside_do_not_count_but_for_a_flood_of_them() -> None:
    seat = Seat(ROW)
    assert die(seat, -signal.SIGKILL, *range(DEATHS - 1)) == [0] * (DEATHS - 1)
    assert not seat.safe
    die(seat, -signal.SIGKILL, DEATHS)
    assert seat.safe, "memory that runs out kills from outside too"


def test_falling_silent_is_a_fault_of_its_own() -> None:
    seat = Seat(ROW)
    for second in range(CRASHES):
        seat.stuck = True
        die(seat, -signal.SIGKILL, second)
    assert seat.safe
    assert seat.trouble == "fell silent and was killed"


@pytest.mark.parametrize(
    ("code", "words"),
    [(1, "crashed (exit code 1)"), (0, "left too early"), (-11, "died of SIGSEGV"), (-99, "died of signal 99"), (None, "died")],
)
def test_why_it_died_is_said(code: int | None, words: str) -> None:
    seat = Seat(ROW)
    die(seat, code, 1)
    assert seat.trouble == words


@given(st.lists(st.tuples(st.sampled_from([1, -9, None]), st.integers(0, 20 * SECOND)), max_size=60))
def test_it_is_never_given_up(deaths: list[tuple[int | None, int]]) -> None:
    seat, now = Seat(ROW), 0
    for code, later in deaths:
        now += later
        seat.died(code, now, safe_mode=True)
        assert now <= seat.due_ns <= now + LONGEST_WAIT_NS


@pytest.fixture
def sleeper() -> Iterator[process.Process]:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process.Process(child.pid, child)
    child.kill()
    child.wait()


def test_silence_is_judged_by_the_beats_of_this_very_process(sleeper: process.Process) -> None:
    seat = Seat(ROW)
    seat.taken(sleeper, 100 * SECOND, spare=False, rung="normal")

    def silent(at: float, beat: float, pid: int = sleeper.pid, grace: float = 0) -> bool:
        return seat.silent((int(beat * SECOND), pid), int(grace * SECOND), int(at * SECOND))

    assert not silent(104, 99.9), "an old beat is the one before's: it may still start"
    assert not silent(104, 103.9, pid=1)
    assert silent(106, 99.9), "it never woke"
    assert not seat.ready
    assert not silent(106, 105.5)
    assert seat.ready
    assert silent(107, 105.5)
    assert not silent(107, 105.5, grace=106.5), "we were stopped ourselves"
    seat.settled(161 * SECOND)
    assert seat.trouble == ""


def test_safe_mode_ends_after_a_quiet_minute(sleeper: process.Process) -> None:
    seat = Seat(ROW)
    die(seat, 1, 1, 2, 3)
    seat.taken(sleeper, 3 * SECOND, spare=False, rung="normal")
    assert not seat.settled(3 * SECOND + WINDOW_NS - 1)
    assert seat.safe
    assert seat.settled(3 * SECOND + WINDOW_NS)
    assert not seat.safe


def test_the_next_supervisor_knows_what_this_one_knew(sleeper: process.Process) -> None:
    seat, heir = Seat(ROW), Seat(ROW)
    die(seat, 1, 1, 2, 3)
    seat.taken(sleeper, 4 * SECOND, spare=True, rung="FIFO 50")
    heir.remember(seat.told())
    heir.process = sleeper
    assert heir.told() == seat.told()
    assert die(heir, 1, 5) == [1], "and counts on"


def test_a_number_that_was_given_to_another_is_not_adopted(sleeper: process.Process) -> None:
    assert process.adopt(sleeper.pid, sleeper.born) is not None
    if sys.platform == "linux":
        assert process.adopt(sleeper.pid, "12345") is None
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert process.adopt(gone.pid, "") is None


def test_a_signal_to_the_dead_reaches_nobody(tmp_path: Path) -> None:
    child = process.start([sys.executable, "-c", "print('said')"], dict(os.environ), [], tmp_path / "log")
    while child.alive():
        os.sched_yield()
    child.send(signal.SIGKILL)
    assert child.code == 0
    assert (tmp_path / "log").read_text() == "said\n"
    child.close()


def test_a_log_does_not_fill_the_memory(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(bytes(300_000))
    child = process.start([sys.executable, "-c", "print('said')"], dict(os.environ), [], tmp_path / "log")
    while child.alive():
        os.sched_yield()
    child.close()
    assert (tmp_path / "log").read_text() == "said\n"


def test_a_class_that_is_refused_falls_to_the_next_rung(sleeper: process.Process) -> None:
    assert process.schedule(sleeper.pid, "normal") == "normal"
    assert process.schedule(sleeper.pid, "nice 3") == "nice 3"
    assert "refused" in process.schedule(sleeper.pid, "FIFO 500")
