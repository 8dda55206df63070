"""The page's server against clients that are not browsers: who is let in, who is dropped, what arrives."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import aiohttp
import pytest

from performer.pages.assets import assets
from performer.pages.server import LIMITS, Limits, PageServer

Asked = list[tuple[str, tuple[object, ...]]]


@asynccontextmanager
async def served(limits: Limits = LIMITS) -> AsyncIterator[tuple[PageServer, Asked]]:
    asked: Asked = []
    ticks = count(1)
    server = PageServer(
        lambda address, args: asked.append((address, args)), lambda: [{"hello": 1}], lambda: float(next(ticks)), limits=limits
    )
    await server.start(0)
    try:
        yield server, asked
    finally:
        await server.close()


@asynccontextmanager
async def talking(server: PageServer, **headers: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    headers.setdefault("Origin", f"http://127.0.0.1:{server.port}")
    async with aiohttp.ClientSession() as session, session.ws_connect(f"http://127.0.0.1:{server.port}/ws", headers=headers) as socket:
        yield socket


async def heard(socket: aiohttp.ClientWebSocketResponse, wanted: str) -> object:
    while True:
        for message in json.loads(await socket.receive_str(timeout=5)):
            if isinstance(message, dict) and wanted in message:
                return message[wanted]


async def status(server: PageServer, path: str = "/", **headers: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{server.port}{path}", headers=headers) as answer:
        return answer.status


async def test_every_file_of_the_page_is_served_under_a_strict_policy() -> None:
    async with served() as (server, _), aiohttp.ClientSession() as session:
        for path, asset in assets().items():
            async with session.get(f"http://127.0.0.1:{server.port}{path}") as answer:
                assert answer.status == 200
                assert await answer.read() == asset.body
                assert answer.headers["Content-Type"] == asset.kind
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:" in policy
                assert "unsafe" not in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_holds_nothing_that_its_policy_forbids() -> None:
    page = assets()["/"].body.decode()
    assert "style=" not in page
    assert " on" not in page.replace("<small>", " ").split("<body>")[1].replace("silence, then on", "")
    for path, asset in assets().items():
        if path.endswith(".js"):
            for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://", "https://"):
                assert forbidden not in asset.body.decode(), f"{forbidden} in {path}"


@pytest.mark.parametrize("path", ["/nothing", "/../server.py", "/static/app.js", "/%2e%2e/server.py", "/app.js/"])
async def test_what_is_not_in_the_table_does_not_exist(path: str) -> None:
    async with served() as (server, _):
        assert await status(server, path) == 404


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "localhost.evil.example:{port}", "127.0.0.1:{port}.evil", "[::1]:{port}", ""]
)
async def test_a_foreign_host_is_refused(host: str) -> None:
    async with served() as (server, _):
        assert await status(server, Host=host.format(port=server.port)) == 403
        assert server.counts.refused == 1
        assert await status(server, Host=f"localhost:{server.port}") == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1", "https://127.0.0.1:{port}", "http://localhost:{port}"]
)
async def test_a_foreign_origin_opens_no_socket(origin: str) -> None:
    async with served() as (server, asked):
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            async with talking(server, Origin=origin.format(port=server.port)):
                pass
        assert server.clients == 0
        assert not asked


async def test_a_rebound_name_is_refused_although_origin_and_host_agree() -> None:
    async with served() as (server, _):
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            async with talking(server, Origin=f"http://rebound.example:{server.port}", Host=f"rebound.example:{server.port}"):
                pass


async def test_no_origin_opens_no_socket_and_reading_needs_none() -> None:
    async with served() as (server, _):
        assert await status(server, "/ws") == 403
        assert await status(server) == 200


async def test_browsers_are_welcomed_told_and_heard() -> None:
    async with served() as (server, asked), talking(server) as socket:
        assert await heard(socket, "hello") == 1
        server.say({"play": [1, 2]})
        assert await heard(socket, "play") == [1, 2]
        await socket.send_str('{"ping": 7}')
        assert await heard(socket, "pong") == 7
        await socket.send_str('{"address": "/performer/section", "args": ["drop", 1, 0.5, true]}')
        await socket.send_str('{"ping": 8}')
        await heard(socket, "pong")
        assert asked == [("/performer/section", ("drop", 1, 0.5, True))]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[]",
        "7",
        '{"address": 7, "args": []}',
        '{"address": "/x"}',
        '{"address": "/x", "args": [NaN]}',
        '{"address": "/x", "args": [[]]}',
        '{"address": "/x", "args": [null]}',
        '{"ping": "1"}',
        "[" * 2000,
        '{"address": "/x", "args": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}',
    ],
)
async def test_what_cannot_be_understood_is_counted_and_the_line_stays(text: str) -> None:
    async with served() as (server, asked), talking(server) as socket:
        await socket.send_str(text)
        await socket.send_str('{"ping": 1}')
        assert await heard(socket, "pong") == 1
        assert not asked
        assert server.counts.ignored == 1


async def test_a_flood_from_one_browser_is_cut_off_and_counted() -> None:
    async with served() as (server, asked), talking(server) as socket:
        for _ in range(2000):
            await socket.send_str('{"address": "/performer/energy", "args": [0.5]}')
        async with talking(server) as other:
            await other.send_str('{"ping": 1}')
            assert await heard(other, "pong") == 1
        while server.counts.ignored + len(asked) < 2000:
            await asyncio.sleep(0.01)
        assert len(asked) < 1000


async def test_the_newest_state_wins() -> None:
    async with served() as (server, _), talking(server) as socket:
        await heard(socket, "hello")
        for number in range(100):
            server.put("bar", {"bar": number})
        assert await heard(socket, "bar") == 99


async def test_a_browser_that_stops_reading_is_dropped_and_nobody_else_notices() -> None:
    async with served(Limits(behind_s=0.3)) as (server, _), talking(server) as good:
        request = f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: http://127.0.0.1:{server.port}\r\n"
        request += (
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        _, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
        transport = writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        writer.write(request.encode())
        while server.clients < 2:
            await asyncio.sleep(0.01)
        rows: list[int] = []

        async def listen() -> None:
            async for frame in good:
                rows.extend(message["play"] for message in json.loads(frame.data) if "play" in message)

        listening = asyncio.create_task(listen())
        number = 0
        while not server.counts.dropped:
            server.say({"play": number, "ballast": "x" * 20_000})
            number += 1
            await asyncio.sleep(0.005)
        assert server.clients == 1
        while len(rows) < number:
            await asyncio.sleep(0.01)
        assert rows == list(range(number))
        listening.cancel()
        writer.transport.abort()


async def test_there_is_an_end_to_how_many() -> None:
    async with served(Limits(clients=2)) as (server, _), talking(server), talking(server):
        with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
            async with talking(server):
                pass
        assert await status(server) == 200


async def test_a_connection_that_asks_for_nothing_is_closed() -> None:
    async with served(Limits(silent_s=0.1)) as (server, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: ")
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(), 5) == b"", "it was answered"
        writer.transport.abort()


async def test_a_taken_port_is_another_port() -> None:
    async with served() as (first, _):
        second = PageServer(lambda *_: None, list, lambda: 0.0)
        assert await second.start(first.port) != first.port
        assert second.address == f"http://127.0.0.1:{second.port}/"
        await second.close()
