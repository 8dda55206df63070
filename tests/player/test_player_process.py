"""Real player processes, driven and heard from outside."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from performer.records import Alarm, Hello, Late, Latency, Mark, Pair, Replace, Safe, Send, Setting, Shot, Silence
from performer.run.memory import Memory
from performer.wire.osc import Bundle, Message, encode, holed, packet, wall_ns

SECOND = 1_000_000
Make = Callable[..., Any]


def notes(count: int, spacing: int, length: int, start: int = 0, part: str = "a") -> tuple[Pair, ...]:
    rows = []
    for number in range(count):
        at = start + number * spacing
        on, off = encode("/on", (part, number)), encode("/off", (part, number))
        rows.append(Pair(at, at, at + length, on, off, number % 64, number))
    return tuple(rows)


def replace(pairs: tuple[Pair, ...], t1: int, t0: int = 0, part: str = "a", gen: int = 0, **more: Any) -> Replace:
    fields = {"cut": -1, "settings": (), "shots": (), "marks": (), **more}
    return Replace(gen=gen, output="main", part=part, t0=t0, t1=t1, pairs=pairs, **fields)


def output(port: int, **more: object) -> dict[str, object]:
    return {"name": "main", "kind": "osc", "port": port, **more}


def numbers(data: list[bytes], kind: str) -> list[Any]:
    messages = (packet(each) for each in data)
    return [message.args[1] for message in messages if isinstance(message, Message) and message.address == kind]


def test_notes_arrive_in_order_each_with_its_off(theatre: Make, ear: Any) -> None:
    stage = theatre("udp")
    stage.start("udp", [output(ear.port)])
    stage.ready("udp")
    stage.tell(replace(notes(40, 10_000, 25_000), SECOND))
    stage.anchor()
    stage.until(lambda: len(ear.heard) >= 80)
    assert numbers(ear.data(), "/on") == list(range(40))
    assert numbers(ear.data(), "/off") == list(range(40))
    report = stage.report("udp")
    assert (report.sent, report.dropped, report.up, report.output, report.held_until) == (80, 0, True, "main", SECOND)
    assert sum(report.histogram) == 80
    assert report.rung


def test_it_asks_for_everything_and_says_what_came_too_late(theatre: Make, ear: Any) -> None:
    stage = theatre("udp")
    stage.start("udp", [output(ear.port)])
    stage.ready("udp")
    stage.until(lambda: Hello("udp", False) in stage.said("udp"))
    stage.anchor(-SECOND * 1000)
    stage.until(lambda: stage.report("udp").held_until == -1)

    def told() -> bool:
        """Until the anchor is taken up nothing is late: it is sent again."""
        stage.tell(replace(notes(1, 1, 10), 2 * SECOND))
        time.sleep(0.02)
        return Late(0, "main", "a", 0, 1, -1) in stage.said("udp")

    stage.until(told)


def test_told_to_leave_it_releases_first(theatre: Make, ear: Any) -> None:
    stage = theatre("udp")
    child = stage.start("udp", [output(ear.port, panic=["2f70000000000000"])])
    stage.ready("udp")
    stage.tell(replace(notes(3, 1000, 60 * SECOND), 60 * SECOND))
    stage.anchor()
    stage.until(lambda: len(ear.heard) == 3)
    child.send_signal(signal.SIGTERM)
    assert child.wait(20) == 0
    stage.until(lambda: len(ear.heard) == 11)
    for said in (ear.data()[3:7], ear.data()[7:]):  # twice, since a network may lose one
        assert numbers(said[:3], "/off") == [0, 1, 2]
        assert said[3] == bytes.fromhex("2f70000000000000")


def test_mutes_sends_and_panic_act_at_once(theatre: Make, ear: Any) -> None:
    stage = theatre("udp")
    stage.start("udp", [output(ear.port)])
    stage.ready("udp")
    stage.tell(
        replace(notes(2, 1000, 60 * SECOND), 60 * SECOND), replace((), 60 * SECOND, part="", marks=(Mark(0, 0), Mark(50 * SECOND, 1)))
    )
    stage.anchor()
    stage.until(lambda: len(ear.heard) == 2)
    stage.tell(Send(1, "cue", "main", (encode("/cue", ("x", 0)),), False), Silence(2, "a", True))
    stage.until(lambda: len(ear.heard) == 5)
    assert numbers(ear.data(), "/cue") == [0]
    assert numbers(ear.data(), "/off") == [0, 1]
    stage.tell(Silence(3, "a", False), Alarm(4, False), replace(notes(1, 1, 1000, start=20 * SECOND), 60 * SECOND, gen=1))
    stage.tell(Latency(1, "main", 20 * SECOND))
    time.sleep(0.2)
    assert numbers(ear.data(), "/on") == [0, 1]


def wall_offset() -> int:
    """Wall time minus host time, ns: of many looks the one in which nobody came between."""
    looks = [(time.monotonic_ns(), time.time_ns(), time.monotonic_ns()) for _ in range(100)]
    before, wall, after = min(looks, key=lambda look: look[2] - look[0])
    return wall - (before + after) // 2


def test_time_tags_are_due_plus_lead_and_a_chord_is_one_bundle(theatre: Make, ear: Any) -> None:
    stage = theatre("udp")
    stage.start("udp", [output(ear.port, lead=100_000, bundles="timetag")])
    stage.ready("udp")
    chord = tuple(Pair(0, 0, SECOND, holed(encode("/on", ("a", n))), holed(encode("/off", ("a", n))), n, n) for n in range(16))
    stage.tell(replace(chord, 2 * SECOND))
    anchor = stage.anchor()
    stage.until(lambda: len(ear.heard) == 2)
    offset = wall_offset()
    for heard, due in zip(ear.heard, (0, SECOND), strict=True):
        bundle = packet(heard.data)
        assert isinstance(bundle, Bundle)
        assert len(bundle.elements) == 16
        sounds = anchor.host_ns + due * 1000 + 100_000_000
        assert abs(wall_ns(bundle.tag) - offset - sounds) < 2_000_000


def test_a_receiver_that_comes_back_is_told_every_value(theatre: Make, ear: Any) -> None:
    stage = theatre("udp")
    stage.start("udp", [output(ear.port)])
    stage.ready("udp")
    ear.close()
    value = Setting(0, 0, encode("/control", ("filter", 0.5)), "filter")
    shots = tuple(Shot(at, at, encode("/tick", ("t", at))) for at in range(0, 30 * SECOND, 20_000))
    stage.tell(replace((), 30 * SECOND, settings=(value,)), replace((), 30 * SECOND, part="b", shots=shots))
    stage.anchor()
    stage.until(lambda: "nobody listens" in stage.report("udp").trouble)
    again = type(ear)(ear.port)
    stage.until(lambda: value.data in again.data())
    stage.until(lambda: stage.report("udp").up)
    again.close()


@pytest.mark.parametrize("way", ["signal", "pidfd"])
def test_kill_minus_9_of_the_active_player_doubles_nothing_and_leaves_nothing_stuck(theatre: Make, ear: Any, way: str) -> None:
    stage = theatre("udp", "udp+")
    first = stage.start("udp", [output(ear.port)])
    fds = {"active": os.pidfd_open(first.pid)} if way == "pidfd" else None
    second = stage.start("udp+", [output(ear.port)], fds=fds, spare=True)
    stage.ready("udp", "udp+")
    cues = tuple(Shot(at, at, encode("/cue", ("c", at))) for at in range(0, 2 * SECOND, 7_000))
    stage.tell(replace(notes(200, 10_000, 95_000), 3 * SECOND), replace((), 3 * SECOND, part="b", shots=cues))
    stage.anchor()
    stage.until(lambda: len(ear.heard) > 300)
    first.kill()
    first.wait()
    if way == "signal":
        second.send_signal(signal.SIGUSR1)
    stage.until(lambda: 199 in numbers(ear.data(), "/off"))
    ons, offs, fired = (Counter(numbers(ear.data(), kind)) for kind in ("/on", "/off", "/cue"))
    assert set(ons.values()) == {1}
    assert set(fired.values()) == {1}
    late = stage.report("udp+").dropped  # where the machine was so busy that nobody took over within 50 ms
    assert len(ons) + late >= 199, "at most the one record that was claimed and not yet sent may be missing"
    assert len(fired) >= len(cues) - 1
    assert set(offs) >= set(ons)
    order = [(message.address, message.args[1]) for each in ear.data() if isinstance(message := packet(each), Message)]
    for number in ons:
        assert order.index(("/on", number)) < order.index(("/off", number))
    assert stage.memory.sounding(0).voices() == []
    if fds:
        os.close(fds["active"])


def test_a_new_player_without_history_ends_what_the_dead_one_left_sounding(theatre: Make, ear: Any) -> None:
    stage = theatre("udp")
    first = stage.start("udp", [output(ear.port)])
    stage.ready("udp")
    stage.tell(replace(notes(5, 1000, SECOND), SECOND))
    stage.anchor()
    stage.until(lambda: len(ear.heard) == 5)
    first.kill()
    first.wait()
    assert len(stage.memory.sounding(0).voices()) == 5
    stage.start("udp", [output(ear.port)])
    stage.until(lambda: len(ear.heard) == 10)
    assert numbers(ear.data(), "/off") == [0, 1, 2, 3, 4]
    stage.tell(replace(notes(5, 1000, SECOND), SECOND))
    time.sleep(0.2)
    assert len(ear.heard) == 10


def test_after_a_stop_of_the_machine_late_ons_are_dropped_and_offs_are_not(theatre: Make, ear: Any) -> None:
    stage = theatre("udp")
    child = stage.start("udp", [output(ear.port)])
    stage.ready("udp")
    stage.tell(replace(notes(250, 10_000, 300_000), 5 * SECOND))
    stage.anchor()
    stage.until(lambda: len(numbers(ear.data(), "/on")) >= 10)
    child.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    child.send_signal(signal.SIGCONT)
    stage.until(lambda: 249 in numbers(ear.data(), "/off"))
    ons, offs = numbers(ear.data(), "/on"), numbers(ear.data(), "/off")
    assert sorted(ons) == sorted(offs)
    assert stage.report("udp").dropped == 250 - len(ons) > 20


def test_when_nothing_more_comes_the_safe_bar_repeats(theatre: Make, ear: Any) -> None:
    stage = theatre("udp")
    stage.start("udp", [output(ear.port)])
    stage.ready("udp")
    stage.tell(replace((), 300_000, part="", marks=(Mark(0, 0),)), replace(notes(1, 1, 1000), 300_000))
    stage.tell(Safe(0, "main", 100_000, notes(1, 1, 50_000, part="safe"), ()))
    stage.anchor()
    stage.until(lambda: len(ear.heard) >= 18)
    time.sleep(0.3)
    safe = [each for each in ear.data() if b"safe" in each]
    assert len(safe) == 16


def test_a_player_is_small_and_needs_neither_numpy_nor_asyncio(theatre: Make, ear: Any) -> None:
    stage = theatre("udp")
    child = stage.start("udp", [output(ear.port)])
    stage.ready("udp")
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{child.pid}/status").read_text().splitlines() if ":\t" in line)
    assert int(status["VmRSS"].split()[0]) <= 40_000
    code = "import performer.run.players.process, performer.ports.udp, sys; print(*sorted({'numpy', 'asyncio', 'yaml'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""


@pytest.mark.parametrize(
    ("player", "why"),
    [
        ("{", "does not describe a player"),
        ('{"outputs": [{"name": "x", "kind": "smoke"}]}', "kind 'smoke'"),
        ('{"outputs": [], "slot": 9}', "slot 9"),
    ],
)
def test_what_it_cannot_play_is_said_in_one_sentence(player: str, why: str) -> None:
    memory = Memory.create(["udp"], players=1)
    env = os.environ | {"PERFORMER_STAGE": f'{{"memory": {memory.fd}}}', "PERFORMER_PLAYER": player}
    argv = [sys.executable, "-m", "performer.run.players.process", "udp"]
    done = subprocess.run(argv, env=env, pass_fds=[memory.fd], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 78
    assert why in done.stderr
    assert "Traceback" not in done.stderr
    os.close(memory.fd)
