"""The process of the MIDI controllers: what a knob or a pad says goes to the control port as OSC.

Law of this file: it is one more surface and owns nothing that others need. A device that is missing is said once and looked
for; killed, it is started again. A fader's values are thinned to one in ten milliseconds, its last value always goes.

Started as ``python -m performer.run.controllers.process`` with PERFORMER_STAGE (``memory``) and PERFORMER_CONTROLLERS, JSON:
``{"control": ["127.0.0.1", 9000], "controls": [the rig's]}``.
"""

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from performer.ports.midi import MidiInput
from performer.run import status
from performer.run.clock import Clock, SystemClock
from performer.run.memory import Memory
from performer.run.supervisor.stage import Stage, StageError
from performer.show.definition import Controls
from performer.wire.controllers import Bound, Surface, bound
from performer.wire.osc import Arg, OscError, decode, encode
from performer.wire.vocabulary import ROOT

SETTINGS = "PERFORMER_CONTROLLERS"
SEAT = "controllers"
OWN_PORT = "controls"
"""The name of our own input port, for bindings that name no device."""
LONGEST = 4096
"""Messages that wait to be read: more than a hand can play in a second."""
EVERY_NS = 10_000_000
RENEW_NS = 5_000_000_000
LOOK_NS = 100_000_000
EX_CONFIG = 78


class Settings(NamedTuple):
    """Where control listens, and what is bound."""

    control: tuple[str, int]
    controls: tuple[Bound, ...]


def settings_of(environ: Mapping[str, str]) -> Settings:
    """Read PERFORMER_CONTROLLERS. Raises ValueError for anything else, and for words that mean nothing."""
    try:
        said = json.loads(environ[SETTINGS])
        host, port = said["control"]
        rows = [bound(Controls(**{**row, "at": tuple(row["at"])}), [None]) for row in said["controls"]]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{SETTINGS} does not describe controllers: {error}") from error
    for row in rows:
        if isinstance(row, str):
            raise ValueError(row)
    return Settings((str(host), int(port)), tuple(row for row in rows if isinstance(row, Bound)))


class Controllers:
    """Devices in, OSC out; feedback in, so that a pad knows what stands."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._clock = clock
        self._surface = Surface(settings.controls)
        self._heard: dict[str, Sequence[Arg]] = {}
        self._waiting: dict[str, tuple[int, bytes]] = {}
        self._gone: dict[str, int] = {}
        self._came: deque[tuple[str, bytes]] = deque(maxlen=LONGEST)
        self._bell, self._ring = socket.socketpair()
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._line.connect(settings.control)
        for end in (self._bell, self._ring, self._line):
            end.setblocking(False)
        self._asked_ns = self._looked_ns = -RENEW_NS
        self.sent = 0
        devices = dict.fromkeys(row.controls.device for row in settings.controls)
        self.inputs = [MidiInput(name or OWN_PORT, name, self._taker(name)) for name in devices]
        for port in self.inputs:
            port.open()

    def _taker(self, device: str) -> "MidiTaker":
        return MidiTaker(device, self._came, self._ring)

    def step(self) -> None:
        """Wait for something, a tenth of a second at most, and pass it on."""
        with selectors.DefaultSelector() as watch:
            watch.register(self._bell, selectors.EVENT_READ)
            watch.register(self._line, selectors.EVENT_READ)
            watch.select(EVERY_NS / 1e9 if self._waiting else LOOK_NS / 1e9)
        now = self._clock.now()
        with contextlib.suppress(BlockingIOError):
            while self._bell.recv(4096):
                pass
        while self._came:
            device, data = self._came.popleft()
            for asked in self._surface.take(device, data, self._heard):
                self._say(asked.message.address, encode(*asked.message), now, flows=asked.flows)
        for address, (_, data) in [row for row in self._waiting.items() if now - row[1][0] >= EVERY_NS]:
            del self._waiting[address]
            self._send(address, data, now)
        self._listen()
        self._look(now)

    def _say(self, address: str, data: bytes, now: int, *, flows: bool) -> None:
        last = self._gone.get(address)
        if flows and last is not None and now - last < EVERY_NS:
            self._waiting[address] = (last, data)
        else:
            self._waiting.pop(address, None)
            self._send(address, data, now)

    def _send(self, address: str, data: bytes, now: int) -> None:
        self._gone[address] = now
        with contextlib.suppress(OSError):  # no engine at the moment: the next value, the next press
            self._line.send(data)
            self.sent += 1

    def _listen(self) -> None:
        while True:
            try:
                messages = decode(self._line.recv(65_536))
            except BlockingIOError:
                return
            except (OSError, OscError):
                continue
            self._heard |= {message.address: message.args for message in messages}

    def _look(self, now: int) -> None:
        if now - self._asked_ns >= RENEW_NS:
            self._asked_ns = now
            with contextlib.suppress(OSError):
                self._line.send(encode(f"{ROOT}/subscribe", (0,)))
        if now - self._looked_ns >= LOOK_NS:
            self._looked_ns = now
            for port in self.inputs:
                port.tend(now)

    def told(self) -> dict[str, object]:
        """For the status: devices, what was sent, what was bound to nothing, troubles."""
        troubles = [port.trouble for port in self.inputs if port.trouble]
        return {"sent": self.sent, "unbound": self._surface.unbound, "devices": {p.name: p.up for p in self.inputs}, "errors": troubles}

    def close(self) -> None:
        """Let everything go."""
        for port in self.inputs:
            port.close()
        for end in (self._bell, self._ring, self._line):
            end.close()


class MidiTaker:
    """What a driver's thread calls: it puts the message down and rings."""

    def __init__(self, device: str, came: "deque[tuple[str, bytes]]", ring: socket.socket) -> None:
        self._device, self._came, self._ring = device, came, ring

    def __call__(self, data: bytes) -> None:
        """Pass ``data`` on; the oldest is forgotten when nobody reads."""
        self._came.append((self._device, data))
        with contextlib.suppress(OSError):  # it rings already, or nobody is left to hear it
            self._ring.send(b".")


def main() -> int:
    """Serve until SIGTERM. Returns the exit code."""
    leaving: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: leaving.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the owner's to answer
    clock = SystemClock()
    try:
        settings, stage = settings_of(os.environ), Stage.open(os.environ)
        memory = Memory(stage.fds["memory"])
    except (ValueError, KeyError, StageError) as error:
        print(f"{SEAT}: {error}", file=sys.stderr)
        return EX_CONFIG
    folder = os.environ.get("PERFORMER_FOLDER")
    controllers = Controllers(settings, clock)
    said: dict[str, object] = {}
    said_ns = 0
    while not leaving:
        controllers.step()
        now = clock.now()
        if SEAT in memory.processes:
            memory.beat(SEAT, now)
        if folder and now - said_ns >= 5 * LOOK_NS and (told := controllers.told()) != said:
            said, said_ns = told, now
            status.publish(Path(folder), SEAT, told)
    controllers.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
