"""Who waits in the wings takes the empty seat, and is nobody's trouble otherwise: real processes, really killed."""

import os
import signal
import socket
import sys
from functools import partial
from pathlib import Path

import pytest

from performer.engine.composer import Composer
from performer.run.clock import SystemClock
from performer.run.entrance import rehearse
from performer.run.live import Options, set_up
from performer.run.supervisor.understudy import VARIABLE, cued
from performer.show.load import load
from tests.run.supervised import Run, Start, alive, row, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to judge")

COMPOSER = partial(row, "composer", understudy=True, schedule="nice 3", as_safe={"PERFORMER_SAFE": "1"})


def in_the_wings(run: Run, other_than: int = 0) -> int:
    """Wait until somebody plays and somebody waits; who waits."""

    def waiting() -> int:
        pid = run.understudy("composer")
        return pid if pid != other_than and run.awake("composer") else 0

    found: int = run.wait(waiting)
    return found


def test_a_killed_seat_is_taken_by_its_understudy_and_the_next_one_waits(start: Start) -> None:
    run = start(COMPOSER())
    waiting = seated = 0
    for restarts in (1, 2):
        waiting, seated = in_the_wings(run), run.pids()["composer"]
        assert run.said("composer", "started", waiting) == 0, "it has not begun"
        os.kill(seated, signal.SIGKILL)
        run.wait(partial(run.replaced, "composer", seated))
        assert run.pids()["composer"] == waiting
        assert run.seats()["composer"]["restarts"] == restarts
        assert os.getpriority(os.PRIO_PROCESS, waiting) == 3
    assert in_the_wings(run) not in (waiting, seated)


def test_a_killed_understudy_is_nobodys_trouble(start: Start) -> None:
    run = start(COMPOSER())
    waiting = in_the_wings(run)
    before = run.seats()["composer"]
    os.kill(waiting, signal.SIGKILL)
    in_the_wings(run, other_than=waiting)
    assert run.seats()["composer"] == before
    assert not alive(waiting)
    assert run.errors() == ""


def test_when_both_die_the_seat_starts_cold(start: Start) -> None:
    run = start(COMPOSER())
    waiting, seated = in_the_wings(run), run.pids()["composer"]
    os.kill(waiting, signal.SIGKILL)
    os.kill(seated, signal.SIGKILL)
    run.wait(partial(run.replaced, "composer", seated))
    assert run.pids()["composer"] != waiting
    assert not run.said("composer", "waits", run.pids()["composer"])


def test_safe_mode_starts_cold_and_who_waited_is_gone(start: Start) -> None:
    run = start(COMPOSER())
    waiting = seated = 0
    for _ in range(3):
        waiting, seated = in_the_wings(run), run.pids()["composer"]
        os.kill(seated, signal.SIGSEGV)
        run.wait(partial(run.replaced, "composer", seated))
    assert run.said("composer", "started safe", run.pids()["composer"])
    run.wait(lambda: not alive(waiting))
    assert run.said("composer", "started", waiting) == 0


def test_a_new_supervisor_leaves_no_second_one_alive(start: Start) -> None:
    run = start(COMPOSER())
    waiting, seated = in_the_wings(run), run.pids()["composer"]
    os.kill(waiting, signal.SIGSTOP)  # it cannot hear that its supervisor is gone
    os.kill(run.supervisor(), signal.SIGKILL)
    (run.folder / "supervisor.json").unlink()
    in_the_wings(run, other_than=waiting)
    run.wait(lambda: not alive(waiting))
    assert run.pids()["composer"] == seated


def test_a_new_supervisor_without_a_table_knows_who_took_the_seat(start: Start) -> None:
    run = start(COMPOSER())
    waiting, seated = in_the_wings(run), run.pids()["composer"]
    os.kill(seated, signal.SIGKILL)
    run.wait(partial(run.replaced, "composer", seated))
    os.kill(run.supervisor(), signal.SIGKILL)
    (run.folder / "supervisor.json").unlink()
    run.wait(lambda: run.awake("composer"))
    assert run.pids()["composer"] == waiting
    assert alive(waiting)


def test_whoever_is_left_behind_in_the_wings_leaves(start: Start) -> None:
    run = start(COMPOSER())
    waiting = in_the_wings(run)
    os.kill(run.supervisor(), signal.SIGKILL)
    until(lambda: run.said("composer", "left", waiting))  # nobody tends: no new supervisor comes


def test_the_end_leaves_nobody_in_the_wings(start: Start) -> None:
    run = start(COMPOSER())
    waiting, seated = in_the_wings(run), run.pids()["composer"]
    os.kill(waiting, signal.SIGSTOP)
    run.owner.stop()
    assert not alive(waiting)
    assert not alive(seated)


def test_a_cue_that_is_there_already_is_not_made_to_wait_for_a_rehearsal() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        ours.send(b"!")
        assert cued({VARIABLE: str(theirs.detach())}, lambda: pytest.fail("it rehearsed"))
    assert cued({}, lambda: pytest.fail("it was started for an empty seat"))


@pytest.mark.parametrize(("seat", "score"), [("engine", None), ("composer", Composer())])
def test_a_rehearsal_changes_nothing_that_others_see(tmp_path: Path, seat: str, score: Composer | None) -> None:
    loaded = load("night-drive")
    assert loaded.show is not None
    assert loaded.rig is not None
    environ = {"XDG_RUNTIME_DIR": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    live = set_up(loaded.show, loaded.rig, Options(control_port=0), SystemClock(), environ, leave=False)
    try:
        before = live.written.read_bytes()
        rehearse(live.stage.for_process(seat)[0], score)
        assert live.written.read_bytes() == before
        assert live.memory.heartbeat(seat) == (0, 0)
        for name in live.stage.fds:
            if name.endswith(f">{seat}"):
                with live.stage.socket(name) as end, pytest.raises(BlockingIOError):
                    end.recv(1)
    finally:
        live.clear()


def test_nobody_comes_to_the_wings_before_all_whom_they_are_for_play(start: Start) -> None:
    run = start(COMPOSER(), row("engine", "mute", understudy=True, limit_ms=1000, patience_ms=1500))
    run.wait(lambda: run.seats().get("engine", {}).get("restarts", 0) >= 2)
    run.wait(lambda: run.awake("composer"))
    assert run.said("composer", "waits") == run.said("engine", "waits") == 0
