"""One player: a process of its own that holds records and keeps time.

Started as ``python -m performer.run.players.process SEAT`` with ``PERFORMER_STAGE`` (JSON, descriptors by name: ``memory``,
``engine~SEAT`` and ``composer~SEAT`` = this player's ends, ``out:OUTPUT`` for UDP outputs, and optionally ``active``) and
``PERFORMER_PLAYER`` (see ``settings``).

SIGTERM: release every note and leave. A spare plays on from the moment it gets SIGUSR1, or when the descriptor ``active``
(a pidfd of the active player, or a pipe whose other end only that one holds) becomes readable: the active one is dead then.

Law of this file: it starts with little (no numpy; asyncio only where there is an MQTT output) and says in one sentence why it
cannot start.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from performer.ports.port import Port
from performer.run.clock import Clock, SystemClock
from performer.run.memory import Memory
from performer.run.players.loop import Asked, PlayerLoop
from performer.run.players.player import Player, Sink
from performer.run.players.settings import OutputSettings, PlayerSettings, settings_of
from performer.run.rung import climb, no_more_collecting, stay_in_memory
from performer.run.status import publish
from performer.run.supervisor.stage import Stage, StageError

EX_CONFIG = 78


def main(real_time: bool = True) -> int:
    """Run one player until it is told to leave. Returns the exit code."""
    seat = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PERFORMER_SEAT", "")
    clock = SystemClock()
    asked, signals = _listen()
    try:
        settings = settings_of(os.environ)
        stage = Stage.open(os.environ)
        memory = Memory(stage.fds["memory"])
        if seat not in memory.processes or not 0 <= settings.slot < memory.players:
            raise ValueError(f"there is no seat {seat!r} with slot {settings.slot} in this run")
        ports = [port_of(output, stage.fds, clock) for output in settings.outputs]
    except (ValueError, KeyError, StageError, ImportError) as error:
        print(f"player {seat}: {error}", file=sys.stderr)
        return EX_CONFIG
    rung = climb() if real_time else "normal"
    loop = build(seat, settings, stage, memory, ports, clock, rung, asked, signals)
    loop.on_stage = _publisher(seat, rung)
    if settings.spare:
        _publisher(seat, f"{rung}, spare")()
    if real_time:
        no_more_collecting()
        stay_in_memory()
    loop.run()
    return 0


def build(
    seat: str, settings: PlayerSettings, stage: Stage, memory: Memory, ports: list[Port], clock: Clock, rung: str,
    asked: Asked, signals: socket.socket,
) -> PlayerLoop:  # fmt: skip
    """The loop with its descriptors."""
    ends = {name: stage.socket(f"{name}~{seat}") for name in ("engine", "composer") if f"{name}~{seat}" in stage.fds}
    for end in ends.values():
        end.setblocking(False)
    player = Player([Sink(output.name, output.panic, output.lead, output.kind == "osc") for output in settings.outputs])
    return PlayerLoop(seat, settings, player, ports, memory, ends, clock, rung, asked, signals, stage.fds.get("active", -1))


def _listen() -> tuple[Asked, socket.socket]:
    """What signals ask for, from the first moment on, and a socket that becomes readable when one came."""
    asked = Asked()
    signals, bell = socket.socketpair()
    signals.setblocking(False)
    bell.setblocking(False)

    def leave(_number: int, _frame: object) -> None:
        asked.to_leave = True

    def promote(_number: int, _frame: object) -> None:
        asked.to_play = True

    signal.set_wakeup_fd(bell.detach(), warn_on_full_buffer=False)
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the owner's to answer
    signal.signal(signal.SIGUSR1, promote)
    return asked, signals


def port_of(output: OutputSettings, fds: Mapping[str, int], clock: Clock) -> Port:
    """The port of an output. Raises ValueError for a kind that no player plays."""
    match output.kind:
        case "osc":
            from performer.ports.udp import UdpPort

            return UdpPort(output.name, output.host, output.port, fds.get(f"out:{output.name}", -1))
        case "midi":
            from performer.ports.midi import MidiPort

            return MidiPort(output.name, output.device)
        case "mqtt":
            from performer.ports.mqtt import MqttPort
            from performer.run.players.words import words

            return MqttPort(output.name, output.host, output.port or 1883, words)
        case "tape":
            from performer.ports.tape import TapePort

            return TapePort(output.name, clock.now, Path(output.device) if output.device else None)
    raise ValueError(f"output {output.name!r} is of kind {output.kind!r}: osc, midi, mqtt or tape")


def _publisher(seat: str, rung: str) -> Callable[[], None]:
    folder = os.environ.get("PERFORMER_FOLDER")

    def say() -> None:
        if folder:
            publish(Path(folder), seat, {"rung": rung, "errors": []})

    return say


if __name__ == "__main__":
    sys.exit(main())
