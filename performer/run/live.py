"""``performer run``: from a show to a stage with everybody in their seats.

Law of this file: everything that outlives a process is made here, once, before anything starts; the journal's
header is written first, and from then on the journal is what every process begins with.
"""

import json
import os
import platform
import shutil
import signal
import socket
import sys
import time
import webbrowser
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from itertools import count
from pathlib import Path

from performer import __version__
from performer.engine.state import Phase
from performer.music.chance import Chance
from performer.run import folders, status
from performer.run.cast import Seat, cast_of
from performer.run.clock import Clock, SystemClock
from performer.run.engine.inbox import RATE
from performer.run.journal.format import Header
from performer.run.journal.writer import Journal, create
from performer.run.memory import Memory
from performer.run.night import rig_bytes
from performer.run.supervisor.manifest import Manifest, Row
from performer.run.supervisor.owner import Owner
from performer.run.supervisor.stage import Stage, StageError
from performer.run.terminal.terminal import Terminal
from performer.show.definition import Output, Rig, Show
from performer.wire.lane import lead_of
from performer.wire.osc import encode
from performer.wire.profiles import profile_of
from performer.wire.routing import Router
from performer.wire.vocabulary import ROOT

UNAVAILABLE = 69
PATIENCE_NS = 10_000_000_000
"""How long the demonstration waits for somebody to press start."""
NEVER_NS = 10_000_000_000
"""A performance that has not begun after so long is not going to."""
PAGE_PORT = 8765
CONTROLLERS = "controllers"
"""The seat of the rig's MIDI controllers."""
SPIN_US = 250
"""The final spin of a player: 0.25 ms before each onset, and what is left of the half millisecond in which it is made ready. Half a
per cent of a core at eight onsets a second; without it an onset is as late as the wake-up (0.05 to 0.3 ms)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What ``performer run`` was asked for. ``seconds`` None: to the end. ``seed`` None: a new one is drawn.

    ``folder``: the show's, where what is kept is written; None: nowhere.
    """

    seconds: float | None = None
    seed: int | None = None
    start: str = ""
    armed: bool = False
    control_port: int = 9000
    control_rate: int = RATE
    page_port: int = PAGE_PORT
    journal: Path | None = None
    spin: bool = True
    demo: bool = False
    to: tuple[str, int] | None = None
    folder: Path | None = None


@dataclass(slots=True)
class Live:
    """A run: its owner, where it publishes, its seed, and its journal: the final place and, while it plays, ``written``."""

    owner: Owner
    stage: Stage
    memory: Memory
    folder: Path
    seed: int
    journal: Path
    written: Path

    def clear(self) -> None:
        """A run that nobody started: its descriptors are closed, and nothing of it is left."""
        self.stage.close()
        self.written.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def targeted(rig: Rig, to: tuple[str, int] | None) -> Rig:
    """The rig of ``--to osc:HOST:PORT``: every output goes there in its own profile if it has one, else the generic one."""
    if to is None:
        return rig
    profile = next((o.profile for o in rig.outputs if o.kind == "osc"), "generic")
    page = tuple(o for o in rig.outputs if o.kind == "page")
    one = Output(name="to", kind="osc", host=to[0], port=to[1], profile=profile)
    return replace(rig, outputs=(one, *page), routes=())


def draw_seed() -> int:
    """A seed for tonight that nobody chose: six digits, so that it can be said aloud."""
    return Chance.of(int.from_bytes(os.urandom(8), "big")).below(1_000_000, "tonight")


def set_up(show: Show, rig: Rig, options: Options, clock: Clock, environ: Mapping[str, str], *, leave: bool) -> Live:
    """Make the stage and write the journal's header.

    Raises StageError or OSError when the machine refuses; nothing of the run is left behind then.
    """
    seed = draw_seed() if options.seed is None else options.seed
    run = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    folder = folders.run_folder(environ, run)
    cast = cast_of(rig)
    seats = tuple(seat.name for seat in cast)
    kept = options.journal or folders.journals_folder(environ) / f"{show.name}-{run}.journal"
    live = folders.memory_backed(folder) / f"performer-{run}.journal"
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, folder, ignore_errors=True)
        keep_older(kept)
        journal = create(live)
        undo.callback(os.close, journal)
        undo.callback(os.unlink, live)
        Journal(journal).append(_header(show, rig, seed, options, clock, leave))
        surfaces = (CONTROLLERS,) if rig.controls else ()
        memory = Memory.create(("supervisor", "engine", "composer", *surfaces, *seats), players=len(seats))
        undo.callback(os.close, memory.fd)
        udp = [output.name for output in rig.outputs if output.kind == "osc"]
        stage = Stage.make(players=seats, outputs=udp, journal=journal, memory=memory.fd, control=("127.0.0.1", options.control_port))
        undo.pop_all()
    rows = _rows(show, rig, cast, options)
    manifest = Manifest(run=run, folder=str(folder), journal=str(kept), rows=rows)
    return Live(Owner(manifest, stage, memory, clock), stage, memory, folder, seed, kept, live)


def keep_older(kept: Path) -> None:
    """Make room for a journal: another night's of the same name gets a number behind it. Raises OSError."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    if kept.is_file() and kept.stat().st_size:
        number = next(n for n in count(1) if not kept.with_name(f"{kept.name}.{n}").exists())
        kept.rename(kept.with_name(f"{kept.name}.{number}"))


def _header(show: Show, rig: Rig, seed: int, options: Options, clock: Clock, leave: bool) -> Header:
    said = {
        "armed": "1" if options.armed or options.demo or show.waits_for_go else "",
        "start": options.start,
        "leave": "1" if leave else "",
        "rate": str(options.control_rate),
    }
    return Header(
        files=show.files, rig=rig_bytes(rig), tonight=seed, performer=__version__, python=platform.python_version(),
        wall_ns=clock.wall(), monotonic_ns=clock.now(), options=tuple(said.items()),
    )  # fmt: skip


def _rows(show: Show, rig: Rig, cast: tuple[Seat, ...], options: Options) -> tuple[Row, ...]:
    python = sys.executable
    rows = [
        Row(
            seat="engine", argv=(python, "-m", "performer.run.engine.process"), schedule="FIFO 10", limit_ms=1000, ends=True,
            understudy=True,
        ),
        Row(
            seat="composer", argv=(python, "-m", "performer.run.composer.process"), schedule="nice -10", limit_ms=2000,
            understudy=True, env={**_ONE_THREAD, "PERFORMER_SHOW": str(options.folder or "")}, as_safe={"PERFORMER_SAFE": "1"},
        ),
    ]  # fmt: skip
    for number, seat in enumerate(cast):
        rows.append(_page_row(show, seat, options) if seat.kind == "page" else _player_row(show, rig, number, seat, options))
    return (*rows, _controllers_row(rig, options)) if rig.controls else tuple(rows)


_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _player_row(show: Show, rig: Rig, number: int, seat: Seat, options: Options) -> Row:
    router = Router(rig)
    told = {
        "outputs": [
            {
                **asdict(output),
                "lead": lead_of(output),
                "bundles": profile_of(output).bundles,
                "panic": [data.hex() for data in router.panic(output, show.songs)],
            }
            for output in seat.outputs
        ],
        "broker": rig.broker,
        "spin_us": SPIN_US if options.spin else 0,
        "slot": number - (1 if seat.spare_of else 0),
        "spare": False,
    }
    spare = {"PERFORMER_PLAYER": json.dumps({**told, "spare": True})}
    module = "performer.run.players.slow" if seat.kind == "slow" else "performer.run.players.process"
    return Row(
        seat=seat.name, argv=(sys.executable, "-m", module, seat.name), env={"PERFORMER_PLAYER": json.dumps(told)}, as_spare=spare,
        schedule="nice 0" if seat.kind == "slow" else "FIFO 50", limit_ms=1000, spare_of=seat.spare_of, last=True,
    )  # fmt: skip


def _page_row(show: Show, seat: Seat, options: Options) -> Row:
    told = {
        "port": options.page_port,
        "control": ["127.0.0.1", options.control_port],
        "show": show.title or show.name,
        "roles": {part.name: part.role for song in show.songs for part in song.parts},
        "output": seat.outputs[0].name,
    }
    return Row(
        seat=seat.name, argv=(sys.executable, "-m", "performer.run.page.process"), env={"PERFORMER_PAGE": json.dumps(told)},
        schedule="nice 5", limit_ms=5000, oom=500,
    )  # fmt: skip


def _controllers_row(rig: Rig, options: Options) -> Row:
    told = {"control": ["127.0.0.1", options.control_port], "controls": [asdict(row) for row in rig.controls]}
    return Row(
        seat=CONTROLLERS, argv=(sys.executable, "-m", "performer.run.controllers.process"),
        env={"PERFORMER_CONTROLLERS": json.dumps(told)}, schedule="FIFO 10", limit_ms=2000,
    )  # fmt: skip


def run(show: Show, rig: Rig, options: Options) -> int:
    """Play ``show`` until its end, or until somebody leaves. Returns the exit code."""
    clock = SystemClock()
    watched = sys.stdin.isatty() and sys.stdout.isatty()
    try:
        live = set_up(show, targeted(rig, options.to), options, clock, os.environ, leave=not watched)
    except StageError as error:
        print(f"performer: {error}", file=sys.stderr)
        return UNAVAILABLE
    print(f"{show.title or show.name}, seed {live.seed}, journal {live.journal}", flush=True)
    with Terminal(control_port=options.control_port, folder=live.folder, clock=clock, environ=os.environ) as terminal:
        return perform(live, clock, options, terminal)


def perform(live: Live, clock: Clock, options: Options, terminal: Terminal) -> int:
    """Start everybody and look after them until the end, or until the operator or ``--for`` leaves."""
    leaving: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: leaving.append(got))
    welcome = Welcome(live, options.control_port) if options.demo else None
    deadline, begun, rungs = None, clock.now(), ""
    try:
        live.owner.start()
        while not live.owner.over and not leaving:
            if (said := live.owner.tend()) is not None:
                terminal.say(said)
            if not terminal.step(0.1):
                break
            if not rungs and (rungs := scheduling(live)):
                terminal.say(rungs)
            if welcome is not None:
                welcome.look(clock.now())
            if options.seconds is not None and deadline is None and live.memory.anchor is not None:
                deadline = live.memory.anchor.host_ns + int(options.seconds * 1e9)
            if options.seconds is not None and deadline is None and clock.now() - begun > NEVER_NS:
                deadline = begun + int(options.seconds * 1e9)  # it does not start: --for ends that too
            if deadline is not None and clock.now() >= deadline:
                break
    finally:
        live.memory.finished = True
        left = live.owner.stop()
    if left:
        terminal.say(left)
    return 130 if signal.SIGINT in leaving else 0


def scheduling(live: Live) -> str:
    """The scheduling class that each player obtained, in one sentence; "" until all of them run."""
    rungs = {name: row.get("rung", "") for name, row in status.read(live.folder).get("supervisor", {}).get("seats", {}).items()}
    players = {name: rung for name, rung in rungs.items() if name not in ("engine", "composer", "page")}
    if not rungs or not all(players.values()):
        return ""
    return "scheduling: " + ", ".join(f"{name} {rung}" for name, rung in {"engine": rungs.get("engine", ""), **players}.items())


class Welcome:
    """The demonstration: the page opens, and the show waits for its start button, or a key, or ten seconds."""

    def __init__(self, live: Live, control_port: int) -> None:
        self._live, self._port = live, control_port
        self._page = ""
        self._done = False

    def look(self, now: int) -> None:
        """Called ten times a second."""
        if not self._page:
            self._page = status.read(self._live.folder).get("page", {}).get("page", "")
            if self._page:
                webbrowser.open(self._page)
        anchor = self._live.memory.anchor
        if not self._done and anchor is not None and now - anchor.host_ns >= PATIENCE_NS:
            self._done = True
            if status.read(self._live.folder).get("engine", {}).get("phase") == Phase.ARMED.value:
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                    out.sendto(encode(f"{ROOT}/go"), ("127.0.0.1", self._port))
