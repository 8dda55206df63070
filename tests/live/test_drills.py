"""Whole performances under fire: what the audience heard is what a replay of the journal gives."""

import contextlib
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from performer.music.chance import Chance
from tests.live.hall import MARGIN, Hall, ons, performing, stuck

pytestmark = [pytest.mark.counterpart, pytest.mark.timeout(300)]


def press_something(hall: Hall, chance: Chance, number: int) -> None:
    """What a busy operator does."""
    kind = chance.below(8, "kind", number)
    if kind < 4:
        hall.ask(("/performer/energy", "/performer/density", "/performer/brightness")[kind % 3], chance.below(1000, number) / 1000)
    elif kind < 6:
        section = ("verse", "build", "drop", "break", "intro")[chance.below(5, "section", number)]
        hall.ask("/performer/section", section, ("now", "beat", "bar", "phrase")[chance.below(4, "when", number)])
    elif kind == 6:
        hall.ask("/performer/hold", chance.below(2, "hold", number))
    else:
        hall.ask("/performer/tempo", 110.0 + chance.below(30, "tempo", number))


def drill(folder: Path, fault: Callable[[Hall, int], None], times: int) -> None:
    """A run with triggers all the time and ``times`` faults at random instants, then the comparison."""
    chance = Chance.of(times).at("drill")
    with performing(folder, "night-drive", "--seed", "11") as hall:
        hall.wait_for_music()
        for number in range(times):
            for step in range(1 + chance.below(3, "presses", number)):
                time.sleep(chance.below(250, "pause", number, step) / 1000)
                press_something(hall, chance, number * 10 + step)
            if number % 2:  # else the fault comes right after the datagram
                time.sleep(chance.below(400, "after", number) / 1000)
            fault(hall, number)
            time.sleep(0.9 + chance.below(900, "rest", number) / 1000)
        hall.wait_for_notes(20)
        hall.leave()
        hall.judge()


def killed(*seats: str) -> Callable[[Hall, int], None]:
    """kill -9 of whoever sits there, or of the next one."""

    def fault(hall: Hall, number: int) -> None:
        for seat in seats:
            hall.strike(seat)

    return fault


def test_an_undisturbed_performance_is_its_own_replay(tmp_path: Path) -> None:
    drill(tmp_path, lambda hall, number: None, 5)


def test_killing_the_engine_changes_not_one_note(tmp_path: Path) -> None:
    drill(tmp_path, killed("engine"), 12)


def test_killing_the_composer_changes_not_one_note(tmp_path: Path) -> None:
    drill(tmp_path, killed("composer"), 12)


@pytest.mark.parametrize("seat", ["engine", "composer"])
def test_the_understudy_takes_the_seat_and_changes_not_one_note(tmp_path: Path, seat: str) -> None:
    with performing(tmp_path, "night-drive", "--seed", "11") as hall:
        hall.wait_for_music()
        for _ in range(3):
            hall.wait(lambda: waiting_for(hall, seat), "nobody waits in the wings")
            waiting = waiting_for(hall, seat)
            hall.strike(seat)
            hall.wait(lambda waiting=waiting: hall.pid(seat) == waiting, "it did not take the seat")  # type: ignore[misc]
            hall.wait_for_notes(20)
        hall.leave()
        hall.judge()


def waiting_for(hall: Hall, seat: str) -> int:
    """The understudy of a seat; 0: nobody."""
    return int(hall.status().get("pids", {}).get("understudies", {}).get(seat, 0))


def test_killing_both_twice_in_a_row_changes_not_one_note(tmp_path: Path) -> None:
    def fault(hall: Hall, number: int) -> None:
        killed("engine", "composer")(hall, number)
        time.sleep(0.3)
        killed("engine", "composer")(hall, number)

    drill(tmp_path, fault, 6)


def test_a_stopped_engine_is_fenced_and_changes_not_one_note(tmp_path: Path) -> None:
    def fault(hall: Hall, number: int) -> None:
        pid = hall.strike("engine", signal.SIGSTOP)
        hall.wait(lambda: hall.pid("engine") not in (0, pid), "nobody took its seat")
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)

    drill(tmp_path, fault, 3)


def test_killing_a_player_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with performing(tmp_path, "night-drive", "--seed", "11") as hall:
        hall.wait_for_music()
        for _ in range(6):
            hall.wait(lambda: len(players(hall)) == 2 and len(hall.status()["spares"]) == 1, "there is no spare")
            spare = hall.status()["spares"][0]
            (active,) = (pid for seat, pid in players(hall).items() if seat != spare)
            os.kill(active, signal.SIGKILL)
            hall.wait_for_notes(20)
        hall.leave()
        heard = ons(hall.heard())
        replayed = hall.replayed()
        until = replayed[-1][0] - MARGIN
        expected = Counter((part, ident) for at, part, ident in replayed if at < until)
        got = Counter((h.args[0], h.args[3]) for h in heard)
        assert max(got.values()) == 1, "a note was doubled"
        assert sum((expected - got).values()) <= 6, "more than the one claimed note a kill may be lost"
        assert not stuck(hall.heard())


def players(hall: Hall) -> dict[str, int]:
    """Who plays, by seat: the active one and its spare."""
    found: dict[str, int] = hall.status().get("pids", {}).get("players", {})
    return {seat: pid for seat, pid in found.items() if pid}


def test_killing_the_supervisor_is_not_heard_and_a_new_one_adopts_all(tmp_path: Path) -> None:
    with performing(tmp_path, "night-drive", "--seed", "11") as hall:
        hall.wait_for_music()
        before = hall.status()["pids"]
        os.kill(before["supervisor"], signal.SIGKILL)
        hall.wait(lambda: hall.status().get("pids", {}).get("supervisor") not in (None, 0, before["supervisor"]), "no new supervisor")
        after = hall.status()["pids"]
        assert (after["engine"], after["composer"]) == (before["engine"], before["composer"])
        hall.wait_for_notes(20)
        hall.leave()
        hall.judge()
