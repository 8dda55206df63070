"""The page's process: a player whose instrument is a browser, and a tablet on the control port.

Law of this file: it owns nothing that others need. Killed, it is started again and asks for everything; a browser that
hangs is the server's affair. What a browser asks for goes to the control port as OSC, if its address is on the list.

Started as ``python -m performer.run.page.process`` with PERFORMER_STAGE (``engine~page``, ``composer~page``, ``memory``) and
PERFORMER_PAGE, JSON: ``{"port": 8765, "control": ["127.0.0.1", 9000], "show": title, "roles": {part: role}, "output":
"page"}``. The address of the page (another port where that one is taken) is ``page`` in the status it publishes.
"""

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from performer.controls import ACTS, MACROS
from performer.pages.server import PageServer
from performer.records import Anchor, Hello, Message, pack, unpack
from performer.run import status
from performer.run.clock import Clock, SystemClock, show_at
from performer.run.memory import Memory
from performer.run.page.feed import AHEAD, PageFeed, plain
from performer.run.supervisor.stage import Stage, StageError
from performer.wire.osc import OscError, decode, encode

SETTINGS = "PERFORMER_PAGE"
SEAT = "page"
PORT = 8765
STEP_S = 0.02
PLAN_S = 0.15
RENEW_S = 5.0
"""How often feedback is asked for again: it comes by UDP, and an engine that was restarted must know of us."""
AT_ONCE = 64
"""Messages read from one end between two looks at the clock."""

_WORDS = "go|section|next|back|hold|cancel|tempo|mute|level|cue|panic|mark|keep|" + "|".join(MACROS)
_ALLOWED = re.compile(rf"/performer/(?:{_WORDS}|section/[^/]+|part/[^/]+/(?:mute|level|lock|hand|{'|'.join(ACTS)})|cue/[^/]+)")
"""What a browser may ask for. Stopping the evening is not among it: that is the terminal's and the tablet's."""


class Settings(NamedTuple):
    """What the process is told in PERFORMER_PAGE."""

    port: int
    control: tuple[str, int]
    show: str
    roles: dict[str, str]
    output: str


def settings_of(environ: Mapping[str, str]) -> Settings:
    """Read PERFORMER_PAGE; what is left out has its default. Raises ValueError for anything that is no such JSON."""
    try:
        said = json.loads(environ.get(SETTINGS, "{}"))
        host, port = said.get("control", ("127.0.0.1", 9000))
        roles = {str(part): str(role) for part, role in said.get("roles", {}).items()}
        return Settings(
            int(said.get("port", PORT)), (str(host), int(port)), str(said.get("show", "")), roles, str(said.get("output", "page"))
        )
    except (TypeError, AttributeError) as error:
        raise ValueError(f"{SETTINGS} does not describe a page: {error}") from error


class _Control(asyncio.DatagramProtocol):
    """Our line to the control port: requests out, feedback in."""

    def __init__(self, page: "PageProcess") -> None:
        self._page = page

    def datagram_received(self, data: bytes, _addr: object) -> None:
        self._page.feedback(data)

    def error_received(self, _exc: Exception) -> None:
        self._page.unreachable += 1


class PageProcess:
    """Records in, browsers out; requests in, OSC out. ``ends``: the sockets to composer and engine."""

    def __init__(self, settings: Settings, ends: tuple[int, ...], memory: Memory | None, clock: Clock) -> None:
        self.settings = settings
        self.feed = PageFeed(settings.output)
        self.feed.watched = False
        self.server = PageServer(self.request, self._welcome, lambda: clock.now() / 1e6)
        self.unreachable = self.refused = self.unread = 0
        self._ends = ends
        self._memory = memory
        self._clock = clock
        self._anchor: Anchor | None = None
        self._state: dict[str, tuple[object, ...]] = {}
        self._line: asyncio.DatagramTransport | None = None
        self._early: list[Message] = []
        self._over = asyncio.Event()

    async def run(self, folder: Path | None) -> None:
        """Serve until ``stop``; the status goes into ``folder``."""
        loop = asyncio.get_running_loop()
        self._line, _ = await loop.create_datagram_endpoint(lambda: _Control(self), remote_addr=self.settings.control)
        await self.server.start(self.settings.port)
        for end in self._ends:
            os.set_blocking(end, False)
            loop.add_reader(end, self._receive, end)
            self._tell(end, Hello(SEAT, False))
        jobs = [self._every(STEP_S, self._step), self._every(PLAN_S, self._plan), self._every(RENEW_S, self._renew)]
        jobs += [self._every(0.5, lambda: self._report(folder)), self._every(1.0, self._alive)]
        tasks = [asyncio.create_task(job) for job in jobs]
        await self._over.wait()
        for task in tasks:
            task.cancel()
        for end in self._ends:
            loop.remove_reader(end)
        self._line.close()
        await self.server.close()

    def stop(self) -> None:
        """Leave."""
        self._over.set()

    @staticmethod
    async def _every(seconds: float, work: Callable[[], None]) -> None:
        while True:
            work()
            await asyncio.sleep(seconds)

    # --- from the browsers

    def request(self, address: str, args: tuple[str | int | float | bool, ...]) -> None:
        """Pass on what a browser asks for, if it may ask for that."""
        if not _ALLOWED.fullmatch(address) or self._line is None:
            self.refused += 1
            return
        try:
            data = encode(address, args)
        except OscError:
            self.refused += 1
            return
        with suppress(OSError):
            self._line.sendto(data)

    # --- from the control port

    def feedback(self, data: bytes) -> None:
        """Feedback becomes state: the newest value of each address."""
        try:
            heard = decode(data)
        except OscError:
            self.unread += 1
            return
        for address, args in heard:
            name = address.removeprefix("/performer/")
            value = tuple(plain(args))
            if name in ("ack", "error"):
                self.server.say({name: value})
            elif self._state.get(name) != value:
                self._state[name] = value
                self.server.put(f"state {name}", {"state": {name: value}})

    def _renew(self) -> None:
        if self._line is not None:
            with suppress(OSError):
                self._line.sendto(encode("/performer/subscribe", (0,)))

    # --- from composer and engine

    def _receive(self, end: int) -> None:
        for _ in range(AT_ONCE):
            try:
                data = os.read(end, 1 << 17)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.stop()  # the owner of all descriptors is gone
                return
            try:
                self._take(unpack(data))
            except ValueError:
                self.unread += 1

    def _take(self, message: Message) -> None:
        if isinstance(message, Anchor):
            self._anchored(message)
        elif self._anchor is None:
            self._early.append(message)
            del self._early[:-4096]
        else:
            self.feed.take(message, self._now())

    def _anchored(self, anchor: Anchor) -> None:
        if (self._anchor is not None and anchor.seq < self._anchor.seq) or anchor == self._anchor:
            return
        self._anchor = anchor
        self.server.put("anchor", self.feed.anchored(anchor))
        early, self._early = self._early, []
        for message in early:
            self.feed.take(message, self._now())

    def _now(self) -> int:
        assert self._anchor is not None
        return show_at(self._anchor, self._clock.now())

    # --- to the browsers

    def _step(self) -> None:
        if self._memory is not None:
            if (anchor := self._memory.anchor) is not None:
                self._anchored(anchor)
            if SEAT in self._memory.processes:
                self._memory.beat(SEAT, self._clock.now())
        self.feed.watched = self.server.clients > 0
        if self._anchor is not None and (rows := self.feed.step(self._now())):
            self.server.say({"play": rows})

    def _plan(self) -> None:
        if self._anchor is not None:
            for key, plan in self.feed.plans(self._now()):
                self.server.put(key, plan)

    def _alive(self) -> None:
        self.server.put("alive", {"alive": self._clock.now() / 1e6})

    def _welcome(self) -> list[object]:
        known: list[object] = [{"hello": {"show": self.settings.show, "roles": self.settings.roles, "ahead": AHEAD / 1e3}}]
        known.append({"state": self._state})
        if self._anchor is not None:
            known.append(self.feed.anchored(self._anchor))
            known.extend(self.feed.welcome(self._now()))
        return known

    # --- to those who watch

    def _tell(self, end: int, message: Message) -> None:
        with suppress(OSError):  # a full queue: they are behind, and the next report says the same
            os.write(end, pack(message))

    def _report(self, folder: Path | None) -> None:
        player = self.feed.player
        player.notices.clear()  # what comes late to the eye is no matter for a journal
        trouble = self._trouble()
        held = player.held_until(0)
        for end in self._ends:
            self._tell(end, player.tallies[0].report(SEAT, self.settings.output, "normal", True, trouble, held))
        if folder is not None:
            counts = self.server.counts
            told = {"page": self.server.address, "rung": "normal", "clients": self.server.clients, "errors": [trouble] if trouble else []}
            status.publish(folder, SEAT, told | {"dropped": counts.dropped, "refused": counts.refused + self.refused})

    def _trouble(self) -> str:
        if self.server.port != self.settings.port and self.settings.port:
            return f"port {self.settings.port} is taken: the page is at {self.server.address}"
        return ""


async def serve(settings: Settings, ends: tuple[int, ...], memory: Memory | None, folder: Path | None) -> None:
    """Run the page until SIGTERM or SIGINT."""
    page = PageProcess(settings, ends, memory, SystemClock())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, page.stop)
    await page.run(folder)


def main() -> int:
    """The process. Returns its exit code."""
    try:
        stage, settings = Stage.open(os.environ), settings_of(os.environ)
        memory = Memory(stage.fds["memory"]) if "memory" in stage.fds else None
    except (StageError, ValueError) as error:
        print(f"performer page: {error}", file=sys.stderr)
        return 64
    ends = tuple(stage.fds[name] for name in (f"engine~{SEAT}", f"composer~{SEAT}") if name in stage.fds)
    folder = os.environ.get("PERFORMER_FOLDER")
    try:
        asyncio.run(serve(settings, ends, memory, Path(folder) if folder else None))
    except OSError as error:
        print(f"performer page: {error.strerror or error}", file=sys.stderr)
        return 71
    return 0


if __name__ == "__main__":
    sys.exit(main())
