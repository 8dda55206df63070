"""The page's server: HTTP for its files, one WebSocket a browser; it knows nothing of music.

Law of this file: nobody waits for a browser. What is said is put into bounded outboxes and sent by one
task a client; who is two seconds behind is dropped, and so is who connects and asks for nothing.
A request counts only with the exact Host of this server, a WebSocket only with its exact Origin: a page of
another site, a ``null`` origin and a name that was rebound to this address are refused (comparing Origin
with Host would let the last one in).

Browser to server, JSON texts: ``{"ping": n}``, answered at once by ``{"pong": n, "host": ms}``; and
``{"address": "/...", "args": [...]}``, handed to ``receive`` with arguments that are text, finite
numbers or booleans. Server to browser: JSON arrays of messages.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from math import isfinite
from typing import NamedTuple

from aiohttp import WSMsgType, web

from performer.pages.assets import assets
from performer.pages.outbox import Outbox

Json = object
Arg = str | int | float | bool
Receive = Callable[[str, tuple[Arg, ...]], None]

MAX_MESSAGE = 2048
MAX_ARGS = 16
TOLD_S = 0.015
"""What is said within this time leaves as one frame."""
RATE, BURST = 100.0, 200.0
"""Messages a second from one browser, and how many at once."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Limits(NamedTuple):
    """How much browsers may cost: how many there may be, how long one may not take what was sent, or ask for nothing."""

    clients: int = 50
    behind_s: float = 2.0
    silent_s: float = 5.0


LIMITS = Limits()


@dataclass
class Counts:
    """What happened since the start."""

    refused: int = 0
    dropped: int = 0
    ignored: int = 0


@dataclass(eq=False)
class _Client:
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    outbox: Outbox = field(default_factory=Outbox)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    tokens: float = BURST
    at: float = 0.0


class PageServer:
    """Serves the page on one loopback address.

    ``receive(address, args)`` gets what browsers ask for, ``welcome()`` gives the messages that a new browser starts
    from, ``now_ms()`` is the host clock that browsers compare theirs with. Methods belong to the loop that started it.
    """

    def __init__(
        self,
        receive: Receive,
        welcome: Callable[[], Iterable[Json]],
        now_ms: Callable[[], float],
        names: tuple[str, ...] = ("127.0.0.1", "localhost"),
        limits: Limits = LIMITS,
    ) -> None:
        self._receive = receive
        self._welcome = welcome
        self._now_ms = now_ms
        self._names = names
        self._limits = limits
        self._hosts: frozenset[str] = frozenset()
        self._clients: set[_Client] = set()
        self._silent: set[asyncio.BaseProtocol] = set()  # connections that have not asked for anything yet
        self._runner: web.AppRunner | None = None
        self._server: asyncio.Server | None = None
        self._assets = assets()
        self.counts = Counts()
        self.port = 0

    @property
    def clients(self) -> int:
        """Browsers connected now."""
        return len(self._clients)

    @property
    def address(self) -> str:
        """What to type into a browser."""
        return f"http://{self._names[0]}:{self.port}/"

    async def start(self, port: int) -> int:
        """Listen on ``port``, or on a free one where that is taken; returns the port. Raises OSError when there is none."""
        app = web.Application(middlewares=[self._guard], client_max_size=MAX_MESSAGE)
        app.router.add_get("/ws", self._talk)
        app.router.add_get("/{path:.*}", self._file)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.5)
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._connection, "127.0.0.1", port)
        except OSError:
            self._server = await loop.create_server(self._connection, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._hosts = frozenset(f"{name}:{self.port}" for name in self._names)
        return self.port

    async def close(self) -> None:
        """Every browser is let go and the port is free again."""
        if self._server is not None:
            self._server.close()
        for client in tuple(self._clients):
            self._drop(client)
        if self._runner is not None:
            await self._runner.cleanup()

    def say(self, message: Json) -> None:
        """Tell every browser something that happens once, in order."""
        text = _text(message)
        for client in self._clients:
            client.outbox.say(text)
            client.wake.set()

    def put(self, key: str, message: Json) -> None:
        """Tell every browser a state; only the newest one of a ``key`` is sent."""
        text = _text(message)
        for client in self._clients:
            client.outbox.put(key, text)
            client.wake.set()

    def _connection(self) -> asyncio.Protocol:
        assert self._runner is not None
        assert self._runner.server is not None
        protocol = self._runner.server()

        def give_up() -> None:
            transport = protocol.transport
            if protocol in self._silent and transport is not None:
                transport.abort()
            self._silent.discard(protocol)

        self._silent.add(protocol)
        asyncio.get_running_loop().call_later(self._limits.silent_s, give_up)
        return protocol

    @web.middleware
    async def _guard(self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
        self._silent.discard(request.protocol)
        if not self._trusted(request):
            self.counts.refused += 1
            return web.Response(status=403, text="This address is not served here.\n", headers=HEADERS)
        try:
            return await handler(request)
        except web.HTTPException as error:
            return web.Response(status=error.status, text=f"{error.reason}\n", headers=HEADERS)

    def _trusted(self, request: web.Request) -> bool:
        hosts = request.headers.getall("Host", [])
        origins = request.headers.getall("Origin", [])
        if len(hosts) != 1 or hosts[0] not in self._hosts or len(origins) > 1:
            return False
        if request.path == "/ws" and not origins:
            return False
        return all(origin == f"http://{hosts[0]}" for origin in origins)

    async def _file(self, request: web.Request) -> web.Response:
        asset = self._assets.get(request.path)
        if asset is None:
            raise web.HTTPNotFound
        return web.Response(body=asset.body, headers={**HEADERS, "Content-Type": asset.kind})

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        if len(self._clients) >= self._limits.clients:
            self.counts.refused += 1
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(compress=False, max_msg_size=MAX_MESSAGE, timeout=1.0)
        await socket.prepare(request)
        client = _Client(socket, request.transport, at=asyncio.get_running_loop().time())
        for message in self._welcome():
            client.outbox.say(_text(message))
        client.wake.set()
        self._clients.add(client)
        sender = asyncio.create_task(self._send(client))
        try:
            await self._listen(client)
        except (ConnectionError, TimeoutError):
            pass  # the browser went away: that is how they leave
        finally:
            self._clients.discard(client)
            sender.cancel()
            with suppress(asyncio.CancelledError):
                await sender
        return socket

    async def _send(self, client: _Client) -> None:
        while not client.outbox.lost:
            await client.wake.wait()
            client.wake.clear()
            text = client.outbox.take()
            if text:
                try:
                    await asyncio.wait_for(client.socket.send_str(text), self._limits.behind_s)
                except TimeoutError:
                    break
                except ConnectionError:
                    return
            await asyncio.sleep(TOLD_S)
        self.counts.dropped += 1
        self._drop(client)

    def _drop(self, client: _Client) -> None:
        self._clients.discard(client)
        if client.transport is not None:
            client.transport.abort()

    async def _listen(self, client: _Client) -> None:
        async for frame in client.socket:
            now = asyncio.get_running_loop().time()
            client.tokens = min(BURST, client.tokens + (now - client.at) * RATE) - 1
            client.at = now
            if client.tokens < 0 or frame.type is not WSMsgType.TEXT:
                client.tokens = max(client.tokens, 0.0)
                self.counts.ignored += 1
                continue
            await self._heard(client, frame.data)

    async def _heard(self, client: _Client, text: str) -> None:
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = None
        if isinstance(said, dict) and isinstance(said.get("ping"), int):
            await client.socket.send_str(_text([{"pong": said["ping"], "host": self._now_ms()}]))
        elif isinstance(said, dict) and isinstance(said.get("address"), str) and _plain(said.get("args")):
            self._receive(said["address"], tuple(said["args"]))
        else:
            self.counts.ignored += 1


def _plain(args: object) -> bool:
    """Whether these are arguments that may travel on: few, and each text, boolean or a finite number."""
    if not isinstance(args, list) or len(args) > MAX_ARGS:
        return False
    return all(isinstance(arg, str | bool | int) or (isinstance(arg, float) and isfinite(arg)) for arg in args)


def _text(message: Json) -> str:
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
