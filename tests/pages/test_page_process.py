"""The page's process as it is started: records in, JSON out; requests in, OSC out; its port, its status, its end."""

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from performer.records import Alarm, Hello, Silence, unpack
from performer.run.page.process import settings_of
from performer.wire.osc import Message
from tests.pages.page_stage import SHOWN, PageStage, page_stage


class Tab:
    """A browser's side of the line."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self._left: list[dict[str, object]] = []
        self._rows: list[list[object]] = []

    async def heard(self, wanted: str) -> object:
        """The next message that says ``wanted``."""
        while True:
            while self._left:
                message = self._left.pop(0)
                if wanted in message:
                    return message[wanted]
            self._left = json.loads(await self.socket.receive_str(timeout=10))

    async def row(self, kind: str) -> list[object]:
        """The next row of that kind."""
        while True:
            while self._rows:
                row = self._rows.pop(0)
                if row[0] == kind:
                    return row
            rows = await self.heard("play")
            assert isinstance(rows, list)
            self._rows = rows

    async def ask(self, address: str, *args: object) -> None:
        await self.socket.send_str(json.dumps({"address": address, "args": args}))


class Browser:
    """Opens tabs on a page."""

    def __init__(self, stage: PageStage) -> None:
        self.stage = stage

    async def __aenter__(self) -> Tab:
        self.session = aiohttp.ClientSession()
        origin = {"Origin": self.stage.address.rstrip("/")}
        return Tab(await self.session.ws_connect(self.stage.address + "ws", headers=origin))

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()


async def test_records_reach_a_browser_ahead_of_their_time(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with Browser(stage) as tab:
            assert await tab.heard("hello")
            stage.supply(2)
            stage.begin()
            anchor = await tab.heard("anchor")
            assert isinstance(anchor, list)
            assert anchor[1:] == [0.0, 1.0]
            assert (await tab.row("at"))[4] in ("/bar", "/chord", "/section", "/cue")
            on = await tab.row("on")
            assert on[3] in ("drums", "bass", "keys", "lead", "counter", "pad")
            assert float(str(on[2])) > float(str(on[1]))


async def test_a_player_says_hello_and_reports(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        stage._end.settimeout(10)
        assert unpack(stage._end.recv(65536)) == Hello("page", False)
        report = unpack(stage._end.recv(65536))
        assert report[:5] == ("page", "page", "normal", True, "")
        assert stage.memory.heartbeat("page")[1] == stage.process.pid


async def test_what_a_browser_asks_for_is_osc_at_the_control_port(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with Browser(stage) as tab:
            await tab.ask("/performer/stop")
            await tab.ask("/performer/subscribe", 9)
            await tab.ask("/performer/takeback")
            await tab.ask("/performer/section/../../stop")
            await tab.ask("/performer/section", "\ud800")
            await tab.ask("/performer/section", "drop", "bar")
            await tab.ask("/performer/energy", 0.75)
            seen: list[bytes] = []
            while len(seen) < 2:
                data = await asyncio.to_thread(stage.control.recv, 65536)
                if b"subscribe" not in data:
                    seen.append(data)
            assert seen[0] == b"/performer/section\0\0,ss\0drop\0\0\0\0bar\0"
            assert seen[1] == b"/performer/energy\0\0\0,f\0\0\x3f\x40\0\0"


async def test_feedback_is_state_and_a_new_browser_gets_all_of_it(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        await asyncio.to_thread(stage.show)
        async with Browser(stage) as tab:
            known: dict[str, object] = {}
            while not {"section", "sections", "pending", "part/pad/mute"} <= known.keys():
                said = await tab.heard("state")
                assert isinstance(said, dict)
                known |= said
            assert known["section"] == ["verse"]
            assert known["sections"] == list(SHOWN.sections)
            stage.control.sendto(b"no osc", stage.subscriber or ("", 0))
            stage.say(Message("/performer/pending", ("drop", "bar", 3)))
            said = await tab.heard("state")
            while said != {"pending": ["drop", "bar", 3]}:
                said = await tab.heard("state")


async def test_mute_and_panic_reach_a_browser_at_once(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with Browser(stage) as tab:
            stage.supply(3)
            stage.begin()
            pad = await tab.row("on")
            while pad[3] != "pad":
                pad = await tab.row("on")
            await asyncio.sleep(0.5)
            stage.send(Silence(1, "pad", True))
            assert float(str((await tab.row("off"))[1])) < float(str(pad[2]))
            stage.send(Alarm(2, False))
            assert await tab.row("release") == ["release"]


async def test_a_taken_port_is_said_and_another_one_is_used(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with page_stage(tmp_path, port) as stage:
            told = json.loads((tmp_path / "page.json").read_text())
            assert told["page"] == stage.address != f"http://127.0.0.1:{port}/"
            assert told["errors"] == [f"port {port} is taken: the page is at {stage.address}"]


async def test_it_leaves_when_its_owner_is_gone(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        stage.gone()
        assert await asyncio.to_thread(stage.process.wait, 10) == 0


def test_started_by_hand_it_says_so_without_a_traceback() -> None:
    run = subprocess.run([sys.executable, "-m", "performer.run.page.process"], env={}, capture_output=True, timeout=30, check=False)
    assert run.returncode == 64
    assert run.stderr.decode().startswith("performer page: PERFORMER_STAGE does not name open descriptors")
    assert b"Traceback" not in run.stderr


@pytest.mark.parametrize("text", ["[]", "7", '{"control": 7}', '{"roles": []}', "{"])
def test_settings_that_describe_no_page_are_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own words will do for the last one
        settings_of({"PERFORMER_PAGE": text})


def test_settings_have_defaults() -> None:
    settings = settings_of({})
    assert (settings.port, settings.control, settings.output) == (8765, ("127.0.0.1", 9000), "page")
