"""The page in Chromium: it sounds, draws, shows the countdown, asks for what is pressed, and holds its own policy."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, async_playwright

from performer.wire.osc import Message
from tests.pages.page_stage import SHOWN, PageStage, page_stage

pytestmark = pytest.mark.counterpart

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


@asynccontextmanager
async def tab(address: str, width: int = 1280, height: int = 800) -> AsyncIterator[tuple[Page, list[str]]]:
    """A tab on the page and what its console complains of."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await browser.new_page(viewport={"width": width, "height": height})
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(address)
        try:
            yield page, complaints
        finally:
            await browser.close()


async def until(page: Page, condition: str) -> None:
    """Wait for something in the page (Playwright's own way needs ``eval``, which the page's policy forbids)."""
    for _ in range(400):
        if await page.evaluate(condition):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{condition} did not come true")


async def stats(page: Page) -> dict[str, Any]:
    """The page's own figures."""
    figures: dict[str, Any] = await page.evaluate("performerStats()")
    return figures


async def started(stage: PageStage, page: Page) -> None:
    """The show is armed; the button sends GO; from then on two bars are always ahead."""
    await asyncio.to_thread(stage.show, replace(SHOWN, phase="armed", section="intro", bars=0))
    await until(page, "document.getElementById('cover-hint').textContent === 'The show waits for you'")
    await page.click("#start")
    await asyncio.to_thread(stage.heard, "/performer/go")
    stage.supply(20)
    stage.begin()
    await asyncio.to_thread(stage.show)


async def heard(stage: PageStage, address: str) -> Message:
    return await asyncio.to_thread(stage.heard, address)


async def test_start_sends_go_and_the_show_is_heard_and_seen(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address) as (page, complaints):
            assert (await stats(page))["state"] == "none"
            await started(stage, page)
            await until(page, "performerStats().rms > 0.01")
            await until(page, "performerStats().scheduled > 60")
            await until(page, "performerStats().drawn > 40 && performerStats().pale > 10")
            await until(page, "performerStats().look === 'drop gold'")
            figures = await stats(page)
            assert figures["state"] == "running"
            assert figures["peak"] < 1
            lit = "document.getElementById('lights').getContext('2d').getImageData(0, 0, 400, 60).data"
            lit = f"[...{lit}].some((x, i) => i % 4 < 3 && x > 60)"
            await until(page, lit)
            await until(page, "document.getElementById('chord').textContent === 'Fm'")
            assert await page.text_content("#title") == "<b>Test & song</b>"
            assert complaints == []


async def test_each_role_has_a_voice_of_its_own(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address) as (page, complaints):
            levels = await page.evaluate(EACH_ROLE)
            assert sorted(levels) == ["arp", "bass", "chords", "drums", "lead", "texture"]
            assert all(0.01 < rms < 0.4 for rms, _, _ in levels.values()), levels
            assert all(peak < 1 for _, peak, _ in levels.values()), levels
            assert all(after < rms / 4 for rms, _, after in levels.values()), levels
            assert complaints == []


EACH_ROLE = """(async () => {
  const { Sound } = await import("/audio.js");
  const { renderKit } = await import("/drums.js");
  const kit = await renderKit();
  const found = {};
  for (const role of ["drums", "bass", "chords", "arp", "lead", "texture"]) {
    const context = new OfflineAudioContext(2, 48000 * 4, 48000);
    const sound = new Sound(context, kit);
    sound.addPart("x", role);
    for (let n = 0; n < 6; n++) {
      const key = role === "drums" ? [36, 42, 38, 46, 39, 45][n] : (role === "bass" ? 36 : 60) + n;
      sound.on("x", key, 100, n + 1, 0.1 + n * 0.3);
      sound.off(n + 1, 0.35 + n * 0.3);
    }
    const left = (await context.startRendering()).getChannelData(0);
    const rms = (from, to) => Math.sqrt(left.slice(from * 48000, to * 48000).reduce((sum, x) => sum + x * x, 0) / ((to - from) * 48000));
    found[role] = [rms(0.1, 2), left.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0), rms(3.8, 4)];
  }
  return found;
})()"""


async def test_a_section_is_asked_for_and_its_countdown_is_shown(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address) as (page, complaints):
            await started(stage, page)
            await page.click("#sections button:has-text('a/b #1')")
            assert await heard(stage, "/performer/section") == Message("/performer/section", ("a/b #1",))
            stage.say(Message("/performer/pending", ("a/b #1", "phrase", 3)))
            await page.wait_for_selector("#sections button.pending:has-text('3 bars')")
            assert await page.text_content("#coming") == "a/b #1 in 3 bars"
            stage.say(Message("/performer/pending", ("a/b #1", "phrase", 0)))
            await page.wait_for_selector("#sections button.pending:has-text('beat')")
            stage.say(Message("/performer/pending", ("", "", 0)), Message("/performer/section", ("a/b #1",)))
            await page.wait_for_selector("#sections button.plays:has-text('a/b #1')")
            assert complaints == []


async def test_next_hold_panic_mutes_and_the_fader_ask_for_what_they_say(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address) as (page, complaints):
            await started(stage, page)
            await page.click("#next")
            assert await heard(stage, "/performer/next") == Message("/performer/next", ())
            await page.click("#hold")
            assert await heard(stage, "/performer/hold") == Message("/performer/hold", (1,))
            stage.say(Message("/performer/hold", (1,)))
            await page.wait_for_selector("#hold[aria-pressed=true]")
            await page.click("#hold")
            assert await heard(stage, "/performer/hold") == Message("/performer/hold", (0,))
            await page.click("#parts button:has-text('bass')")
            assert await heard(stage, "/performer/part/bass/mute") == Message("/performer/part/bass/mute", (1,))
            await page.focus("#energy")
            await page.keyboard.press("End")
            assert await heard(stage, "/performer/energy") == Message("/performer/energy", (1,))
            assert "again" in await page.evaluate(PRESSED.replace("ID", "panic")), "the press is seen at once"
            assert await heard(stage, "/performer/panic") == Message("/performer/panic", ())
            await until(page, "document.getElementById('panic').textContent.includes('silence')")
            assert complaints == []


PRESSED = """(() => {
  const button = document.getElementById("ID");
  button.click();
  return button.textContent;
})()"""
"""What a button says in the moment in which it is pressed."""


FINGER = """(async () => {
  const fader = document.getElementById("energy");
  for (let n = 0; n < 20; n++) {
    fader.value = "900";
    fader.oninput();
    await new Promise((done) => setTimeout(done, 30));
  }
  return fader.value;
})()"""


async def test_the_fader_obeys_feedback_but_not_under_a_finger(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address) as (page, _):
            await started(stage, page)
            stage.say(Message("/performer/energy", (0.25,)))
            await until(page, "document.getElementById('energy').value === '250'")
            moving = asyncio.create_task(page.evaluate(FINGER))
            await asyncio.sleep(0.3)
            stage.say(Message("/performer/energy", (0.5,)))
            assert await moving == "900"


async def test_a_phone_shows_everything_within_its_width(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address, 390, 844) as (page, complaints):
            await started(stage, page)
            await page.wait_for_selector("#sections button")
            assert await page.evaluate("document.scrollingElement.scrollWidth") <= 390
            assert await page.evaluate("document.scrollingElement.scrollHeight") <= 844
            seen = "[...document.querySelectorAll('button:not(#start)')].filter((b) => b.offsetParent !== null)"
            small = f"{seen}.filter((b) => b.offsetHeight < 44 || b.offsetWidth < 44).length"
            assert await page.evaluate(small) == 0
            await page.click("#shape")
            assert await page.evaluate(small) == 0
            assert await page.evaluate("document.getElementById('tray').scrollWidth <= document.getElementById('tray').clientWidth")
            assert complaints == []


async def test_a_server_that_dies_is_not_a_hanging_note_and_it_is_found_again(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address) as (page, _):
            await started(stage, page)
            await until(page, "performerStats().rms > 0.01")
            stage.process.kill()
            await page.wait_for_selector("#say:has-text('Connection lost')")
            assert "again" not in await page.evaluate(PRESSED.replace("ID", "panic")), "nobody heard it"
            await until(page, "performerStats().voices === 0 && performerStats().rms < 0.001")
            stage.restart()
            await page.wait_for_selector("#say", state="hidden", timeout=15_000)
            stage.supply(20)
            await until(page, "performerStats().rms > 0.01")


async def test_the_policy_holds_in_a_browser(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address) as (page, complaints):
            script = "const s = document.createElement('script'); s.textContent = 'window.broken = 1'; document.body.append(s);"
            await page.evaluate(f"(() => {{ {script} }})()")
            assert await page.evaluate("window.broken") is None
            assert any("Content Security Policy" in text for text in complaints)


EVIL = """<script>
const line = new WebSocket("ADDRESS");
line.onopen = () => { window.got = "open"; line.send('{"address": "/performer/panic", "args": []}'); };
line.onclose = () => { window.got ??= "closed"; };
</script>"""


async def test_a_page_of_another_origin_cannot_reach_the_show(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        text = EVIL.replace("ADDRESS", stage.address.replace("http", "ws") + "ws")

        async def lure(_: web.Request) -> web.Response:
            return web.Response(text=text, content_type="text/html")

        app = web.Application()
        app.router.add_get("/", lure)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            async with tab(f"http://127.0.0.1:{runner.addresses[0][1]}/") as (page, _):
                await until(page, "window.got")
                assert await page.evaluate("window.got") == "closed"
        finally:
            await runner.cleanup()


async def test_the_tray_shapes_a_part_moves_a_macro_and_keeps(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address) as (page, complaints):
            await started(stage, page)
            assert await page.is_hidden("#tray")
            await page.click("#shape")
            await page.click("[aria-label^='bass: A new take']")
            assert (await heard(stage, "/performer/part/bass/reroll")).args == (1,)
            await page.click("[aria-label^='keys: Keep this idea']")
            assert (await heard(stage, "/performer/part/keys/lock")).args == (1,)
            await page.fill("#tray [aria-label='tension']", "750")
            assert (await heard(stage, "/performer/tension")).args == (0.75,)
            assert "75" in await page.inner_text(".macros label:has-text('tension')")
            await page.fill("#tray [aria-label='bass: level']", "250")
            assert (await heard(stage, "/performer/part/bass/level")).args == (0.25,)
            await page.dblclick("#tray [aria-label='bass: level']")
            await until(page, "document.querySelector(\"[aria-label='bass: level']\").value === '800'")
            await page.click(".keep button:has-text('8')")
            assert (await heard(stage, "/performer/keep")).args == (8,)
            parts = tuple(replace(part, lock=part.name == "keys", take=1 + (part.name == "bass")) for part in SHOWN.parts)
            await asyncio.to_thread(stage.show, replace(SHOWN, parts=parts, kept=("kept1", "song.kept.yaml")))
            await until(page, "document.querySelector('.keep small').textContent === 'bars. Kept: kept1, in song.kept.yaml'")
            await until(page, "document.querySelectorAll('.part button[aria-pressed=true]').length === 1")
            await until(page, "[...document.querySelectorAll('.part small')].some((take) => take.textContent === 'take 2')")
            assert complaints == []


async def test_a_section_that_stays_says_where_next_leads_and_counts_nothing_down(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address) as (page, complaints):
            await started(stage, page)
            stays = replace(SHOWN, next=SHOWN.section, onward="drop", pending=None)
            await asyncio.to_thread(stage.show, replace(stays, hold=True))
            await until(page, "document.getElementById('coming').textContent === 'held; next: drop'")
            await until(page, "document.querySelector('#next small').textContent === 'drop'")
            await asyncio.to_thread(stage.show, stays)
            await until(page, "document.getElementById('coming').textContent === 'repeats; next: drop'")
            await asyncio.to_thread(stage.show, replace(stays, onward=SHOWN.section))
            await until(page, "/ in [0-9]+ (bar|beat)/.test(document.getElementById('coming').textContent)")
            assert complaints == []


@pytest.mark.parametrize("size", [(390, 844), (820, 1180), (1180, 820), (1440, 900)])
async def test_every_section_can_be_reached_without_scrolling_on_phone_tablet_and_desk(tmp_path: Path, size: tuple[int, int]) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address, *size) as (page, _):
            await started(stage, page)
            names = tuple(f"part {number}" for number in range(12))
            await asyncio.to_thread(stage.show, replace(SHOWN, sections=names, section=names[0]))
            await until(page, "document.querySelectorAll('#sections button').length === 12")
            assert await page.evaluate("(box => box.scrollHeight <= box.clientHeight)(document.getElementById('sections'))")
            assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


async def test_a_show_that_has_ended_is_over_and_nothing_is_said_of_a_connection(tmp_path: Path) -> None:
    with page_stage(tmp_path) as stage:
        async with tab(stage.address) as (page, _):
            await started(stage, page)
            await asyncio.to_thread(stage.show, replace(SHOWN, phase="ended"))
            await until(page, "document.getElementById('section').textContent === 'End'")
            stage.process.kill()
            await page.wait_for_selector("#say:has-text('The show is over')")
            stage.restart()
