"""Whoever dies, the others are not touched: real processes, really killed."""

import os
import signal
import socket
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from performer.records import Alarm, unpack
from performer.run.journal.writer import Entered, read
from performer.run.supervisor.alarm_watch import PANIC_PACKETS
from performer.run.supervisor.manifest import Row
from tests.run.supervised import Run, Start, alive, row, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc to judge")

PLAYERS = (row("udp", limit_ms=2000, last=True), row("udp+", limit_ms=2000, last=True, spare_of="udp"))
"""Limits that a busy machine keeps: who is not stopped on purpose must not be taken for it."""


def all_awake(run: Run, *seats: str) -> dict[str, int]:
    run.wait(lambda: run.awake(*seats))
    return run.pids()


def test_a_killed_engine_is_replaced_and_nobody_else_is_touched(start: Start) -> None:
    run = start(row("engine", limit_ms=3000, ends=True), row("composer"), *PLAYERS)
    before = all_awake(run, "engine", "composer", "udp", "udp+")
    for _ in range(2):
        pid = run.pids()["engine"]
        os.kill(pid, signal.SIGKILL)
        run.wait(partial(run.replaced, "engine", pid))
    after = run.pids()
    assert {seat: pid for seat, pid in after.items() if seat != "engine"} == {s: p for s, p in before.items() if s != "engine"}
    assert run.seats()["engine"]["restarts"] == 2


def test_a_stopped_engine_is_killed_before_its_successor_starts(start: Start) -> None:
    run = start(row("engine", limit_ms=1000, ends=True), row("composer"))
    pid = all_awake(run, "engine", "composer")["engine"]
    os.kill(pid, signal.SIGSTOP)
    run.wait(lambda: run.awake("engine") and run.pids()["engine"] != pid)
    assert not alive(pid), "a woken one would double"
    assert "fell silent" in run.errors()


def test_a_killed_supervisor_is_replaced_and_the_next_one_adopts_all(start: Start) -> None:
    run = start(row("engine", limit_ms=3000, ends=True), row("composer"), *PLAYERS)
    before = all_awake(run, "engine", "composer", "udp", "udp+")
    for _ in range(2):
        old = run.supervisor()
        os.kill(old, signal.SIGKILL)
        run.wait(partial(run.supervised_anew, old, before))
    assert run.pids() == before
    assert all(alive(pid) for pid in before.values())
    assert len(run.told()) == 4, "nobody was started twice"
    os.kill(before["composer"], signal.SIGKILL)
    run.wait(lambda: run.awake("composer") and run.pids()["composer"] != before["composer"])
    assert len(run.news) == 2


def test_a_supervisor_without_its_table_finds_them_by_their_environment(start: Start) -> None:
    run = start(row("engine", limit_ms=3000, ends=True), *PLAYERS)
    before = all_awake(run, "engine", "udp", "udp+")
    os.kill(run.supervisor(), signal.SIGKILL)
    (run.folder / "supervisor.json").unlink()
    run.wait(lambda: set(run.pids()) == set(before))
    assert run.pids() == before
    assert [seat for seat, told in run.seats().items() if told["spare"]] == ["udp+"]


def test_the_spare_plays_on_and_a_new_spare_takes_the_empty_seat(start: Start) -> None:
    run = start(*PLAYERS)
    first = all_awake(run, "udp", "udp+")
    assert run.said("udp", "started") == run.said("udp+", "started spare") == 1
    os.kill(first["udp"], signal.SIGKILL)
    run.wait(lambda: run.said("udp+", "promoted", first["udp+"]) and run.said("udp", "started spare") and run.awake("udp"))
    run.wait(lambda: run.spares() == {"udp": True, "udp+": False})
    second = run.pids()
    os.kill(second["udp+"], signal.SIGKILL)
    run.wait(lambda: run.said("udp", "promoted", second["udp"]) and run.awake("udp+"))
    run.wait(lambda: run.spares() == {"udp": False, "udp+": True})


def test_a_stuck_player_is_dead_before_its_spare_plays(start: Start) -> None:
    run = start(*PLAYERS)
    first = all_awake(run, "udp", "udp+")
    os.kill(first["udp"], signal.SIGSTOP)
    run.wait(lambda: run.said("udp+", "promoted"))
    assert not alive(first["udp"])


def test_when_active_and_spare_die_together_exactly_one_becomes_active(start: Start) -> None:
    run = start(*PLAYERS)
    first = all_awake(run, "udp", "udp+")
    for pid in first.values():
        os.kill(pid, signal.SIGKILL)
    run.wait(lambda: run.awake("udp", "udp+") and not set(run.pids().values()) & set(first.values()))
    run.wait(lambda: sum(told["spare"] for told in run.seats().values()) == 1)
    active = run.wait(lambda: [t for t in run.told() if int(t[1]) not in first.values() and " ".join(t[2:]) in ("started", "promoted")])
    assert len(active) == 1


def test_a_composer_that_crashes_again_and_again_goes_to_safe_mode_and_the_engine_lives(start: Start) -> None:
    run = start(row("engine", limit_ms=3000, ends=True), row("composer", "crash", as_safe={"PERFORMER_SAFE": "1"}))
    run.wait(lambda: run.said("composer", "started safe") and run.awake("engine", "composer"))
    assert run.said("composer", "started") == 3
    assert run.memory.safe_mode
    assert run.seats()["composer"]["safe"]
    assert run.seats()["engine"]["restarts"] == 0
    run.wait(lambda: "composer crashed (exit code 1): ValueError: bar 12 has no chord; plays again, in safe mode" in run.errors())


def test_kills_from_outside_are_no_fault_of_the_show(start: Start) -> None:
    run = start(row("composer", as_safe={"PERFORMER_SAFE": "1"}))
    for _ in range(5):
        pid = all_awake(run, "composer")["composer"]
        os.kill(pid, signal.SIGKILL)
        run.wait(partial(run.replaced, "composer", pid))
    assert not run.memory.safe_mode
    assert run.said("composer", "started safe") == 0


def test_panic_is_heard_while_no_engine_lives_and_everything_stays_in_the_queue(start: Start) -> None:
    packet = max(PANIC_PACKETS)
    run = start(Row(seat="engine", argv=("/nowhere/engine",)), *PLAYERS)
    run.memory.last_seq = 41
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tablet, run.stage.socket("udp>engine") as player:
        others = [b"/performer/next\0,\0\0\0", b"", b"/performer/panic\0\0\0\0,f\0\0\0\0\0\0"]
        for data in [*others, packet, packet, others[0]]:
            tablet.sendto(data, ("127.0.0.1", run.stage.control_port))
        assert unpack(run.wait(lambda: received(player))) == Alarm(42, False)
    run.owner.stop()
    with run.stage.socket("control") as control:
        assert [control.recv(99) for _ in range(6)] == [*others, packet, packet, others[0]]


def test_while_an_engine_starts_the_socket_is_as_it_was_and_the_head_is_heard(start: Start) -> None:
    run = start(row("engine", "mute", limit_ms=1000, patience_ms=60_000), *PLAYERS)
    run.wait(lambda: run.said("engine", "started"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tablet, run.stage.socket("udp>engine") as player:
        packet = max(PANIC_PACKETS)
        tablet.sendto(packet, ("127.0.0.1", run.stage.control_port))
        assert unpack(run.wait(lambda: received(player))) == Alarm(1, False)
        time.sleep(0.1)
        assert received(player) == b"", "one press rings once"
    with run.stage.socket("control") as control:
        for _ in range(3):
            assert control.recv(99, socket.MSG_PEEK) == packet, "an engine that peeks finds the head"
    assert "panic heard" in run.errors()


def received(end: socket.socket) -> bytes:
    try:
        return end.recv(1000)
    except BlockingIOError:
        return b""


def test_a_living_engine_reads_for_itself(start: Start) -> None:
    run = start(row("engine", limit_ms=3000), *PLAYERS)
    all_awake(run, "engine", "udp", "udp+")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tablet, run.stage.socket("udp>engine") as player:
        tablet.sendto(min(PANIC_PACKETS), ("127.0.0.1", run.stage.control_port))
        os.kill(run.pids()["udp"], signal.SIGKILL)
        run.wait(lambda: run.said("udp+", "promoted"))
        assert received(player) == b""


def test_the_end_lets_the_players_go_last_and_leaves_nobody_and_a_whole_copy(start: Start) -> None:
    run = start(row("engine", limit_ms=3000, ends=True), row("composer"), *PLAYERS)
    pids = all_awake(run, "engine", "composer", "udp", "udp+")
    for seq in range(1, 50):
        run.journal.append(Entered(seq, seq, seq, "x", 0, b"data"))
    run.owner.stop()
    assert not [pid for pid in pids.values() if alive(pid)]
    order = [t[0] for t in run.told() if t[2] == "ended"]
    assert set(order[:2]) == {"engine", "composer"}
    assert set(order[2:]) == {"udp", "udp+"}
    assert len(read(run.place / "kept.journal").entries) == 49
    assert not run.folder.exists()
    assert not (run.place / "live.journal").exists()


def test_the_end_comes_even_for_the_stuck_and_without_a_supervisor(start: Start) -> None:
    run = start(row("engine"), *PLAYERS)
    pids = all_awake(run, "engine", "udp", "udp+")
    os.kill(pids["engine"], signal.SIGSTOP)
    os.kill(run.supervisor(), signal.SIGSTOP)
    run.owner.stop()
    until(lambda: not [pid for pid in pids.values() if alive(pid)], seconds=10)  # a killed one is still on its way out for an instant
    assert run.said("udp", "ended") == run.said("udp+", "ended") == 1, "the players could release"


def test_an_engine_that_has_finished_ends_the_evening(start: Start) -> None:
    run = start(row("engine", limit_ms=3000, ends=True), *PLAYERS)
    all_awake(run, "engine", "udp", "udp+")
    (run.place / "finish-engine").touch()
    run.wait(lambda: run.owner.over)
    assert run.said("udp", "ended") == run.said("udp+", "ended") == 1
    assert run.seats()["engine"]["restarts"] == 0


def test_each_gets_its_class_or_says_that_it_was_refused(start: Start) -> None:
    run = start(row("engine", schedule="FIFO 10"), row("composer", schedule="nice 7"), row("page", oom=500))
    pids = all_awake(run, "engine", "composer", "page")
    rung = run.seats()["engine"]["rung"]
    assert (rung == "FIFO 10") == (os.sched_getscheduler(pids["engine"]) == os.SCHED_FIFO)
    assert rung == "FIFO 10" or "refused" in rung
    assert os.sched_getscheduler(pids["composer"]) == os.SCHED_OTHER
    assert os.getpriority(os.PRIO_PROCESS, pids["composer"]) == 7
    assert Path(f"/proc/{pids['page']}/oom_score_adj").read_text().strip() == "500"


def test_a_program_that_is_not_there_is_said_and_the_rest_plays(start: Start) -> None:
    run = start(Row(seat="page", argv=("/nowhere/program",)), *PLAYERS)
    all_awake(run, "udp", "udp+")
    run.wait(lambda: "page cannot be started: No such file" in run.errors())


def test_it_says_so_when_nobody_told_it_what_to_do(tmp_path: Path) -> None:
    log = tmp_path / "log"
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "performer.run.supervisor.supervisor"],
        {"PATH": ""},
        file_actions=[(os.POSIX_SPAWN_OPEN, 2, str(log), os.O_WRONLY | os.O_CREAT, 0o600)],
    )
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 78
    assert "is no manifest" in log.read_text() or "supervisor:" in log.read_text()
    assert "Traceback" not in log.read_text()
