"""What outlives a process: names, ends, and queues that survive those who used them."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from performer.run.memory import Memory
from performer.run.supervisor.stage import VARIABLE, Stage, StageError, arrival_ns

CHILD = """
import os
from performer.run.supervisor.stage import Stage
stage = Stage.open(os.environ)
with stage.socket("engine~udp") as end:
    data = end.recv(70000)
    end.send(b"got %d" % len(data))
print(sorted(stage.fds))
"""


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage.make(
        players=("udp", "udp+", "page"),
        outputs=("main", "light"),
        control=("127.0.0.1", 0),
        journal=os.open(os.devnull, os.O_RDWR),
        memory=Memory.create(["engine"], 1).fd,
    )
    yield made
    made.close()


def test_each_process_gets_what_it_needs_and_no_more(stage: Stage) -> None:
    assert set(stage.needs("engine")) == {
        "engine>composer", "engine>udp", "engine>udp+", "engine>page", "control", "journal", "memory",
    }  # fmt: skip
    assert set(stage.needs("composer")) == {"composer>engine", "composer>udp", "composer>udp+", "composer>page", "journal", "memory"}
    assert set(stage.needs("udp")) == {"engine~udp", "composer~udp", "memory", "out:main", "out:light"}
    assert set(stage.needs("udp+")) == {"engine~udp+", "composer~udp+", "memory", "out:main", "out:light"}
    assert set(stage.needs("page")) == {"engine~page", "composer~page", "memory"}
    assert stage.needs("supervisor") == stage.fds


def test_the_two_ends_are_two_ends_of_one_pair(stage: Stage) -> None:
    for one, other in (("engine", "composer"), ("engine", "udp"), ("composer", "udp+"), ("composer", "page")):
        with stage.socket(f"{one}>{other}") as mine, stage.socket(f"{other}>{one}") as theirs:
            mine.send(b"there")
            theirs.send(b"back")
            assert (theirs.recv(99), mine.recv(99)) == (b"there", b"back")


def test_messages_are_whole_and_a_queue_holds_minutes_of_music(stage: Stage) -> None:
    with stage.socket("composer>udp") as mine, stage.socket("udp>composer") as theirs:
        for number in range(40):
            mine.send(bytes([number]) * 60_000)
        mine.send(b"x")
        sizes = [len(theirs.recv(70_000)) for _ in range(41)]
        assert sizes == [60_000] * 40 + [1]
        with pytest.raises(BlockingIOError):
            theirs.recv(1)


def test_a_killed_reader_leaves_its_queue_to_the_next(stage: Stage) -> None:
    environment, fds = stage.for_process("udp")
    stuck = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env={**os.environ, **environment}, pass_fds=fds)
    with stage.socket("engine>udp") as engine:
        engine.send(b"while you were dead")
        stuck.kill()
        stuck.wait()
        done = subprocess.run(
            [sys.executable, "-c", CHILD], env={**os.environ, **environment}, pass_fds=fds, capture_output=True, text=True
        )
        assert done.stdout.strip() == str(sorted(stage.needs("udp"))), done.stderr
        assert engine.recv(99) == b"got 19"


def test_control_is_bound_to_loopback_with_kernel_stamps(stage: Stage) -> None:
    with stage.socket("control") as control, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tablet:
        assert control.getsockname() == ("127.0.0.1", stage.control_port)
        tablet.sendto(b"/performer/go\0\0\0,\0\0\0", control.getsockname())
        control.settimeout(5)
        data, ancillary, _, _ = control.recvmsg(100, 256)
        assert data.startswith(b"/performer/go")
        if sys.platform == "linux":
            assert (arrival_ns(ancillary) or 0) > 10**18
        assert arrival_ns([]) is None


def test_a_taken_control_port_is_said_and_nothing_is_left_open(stage: Stage) -> None:
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(StageError, match=f"control port {stage.control_port} is taken"):
        Stage.make(players=("udp",), outputs=("main",), journal=-1, memory=-1, control=("127.0.0.1", stage.control_port))
    assert len(os.listdir("/dev/fd")) == before


@pytest.mark.parametrize("value", [None, "", "[]", "{", '{"x": "y"}', json.dumps({"memory": 9999})])
def test_a_process_without_a_stage_says_so(value: str | None) -> None:
    with pytest.raises(StageError, match="performer run"):
        Stage.open({} if value is None else {VARIABLE: value})
