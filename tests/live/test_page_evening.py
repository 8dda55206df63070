"""An evening on the page: a browser starts the show, hears it, steers it; what becomes of the page is not heard elsewhere."""

import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.counterparts import until
from tests.live.hall import ons, performing

pytestmark = [pytest.mark.counterpart, pytest.mark.timeout(300)]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
RMS = "performerStats().rms"
PLAYS_DROP = "document.getElementById('section').textContent === 'drop'"


@contextmanager
def browser(address: str) -> Iterator[Page]:
    """Chromium on a page."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            page = opened.new_page()
            page.goto(address)
            yield page
        finally:
            opened.close()


def true(page: Page, condition: str) -> Any:
    """Ask the page (its policy forbids Playwright's own way to wait)."""
    return lambda: page.evaluate(condition)


def deaf_tab(port: int) -> socket.socket:
    """A tab that connects and never reads again."""
    tab = socket.socket()
    tab.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    tab.connect(("127.0.0.1", port))
    lines = ["GET /ws HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Origin: http://127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""]
    tab.sendall("\r\n".join(lines).encode())
    assert tab.recv(12) == b"HTTP/1.1 101"
    return tab


def test_a_browser_starts_hears_and_steers_the_show_and_its_troubles_stay_its_own(tmp_path: Path) -> None:
    with performing(tmp_path, "night-drive", "--seed", "8", "--armed") as hall:
        hall.wait(lambda: hall.status().get("page"), "there is no page")
        with browser(hall.status()["page"]) as page:
            assert not ons(hall.heard()), "it did not wait to be started"
            until(true(page, "!document.getElementById('start').disabled"), "start cannot be pressed")
            page.click("#start")
            hall.wait_for_notes(1)
            until(true(page, f"{RMS} > 0.01"), "the page stays silent")

            page.click("#sections button:has-text('drop')")
            coming = "document.querySelector('#sections .pending') !== null"
            until(true(page, f"{coming} || {PLAYS_DROP}"), "the page does not say what is coming")  # or its boundary was that near
            time.sleep(0.3)  # a second tap within the guard would be the same one
            page.click("#sections button:has-text('drop')")
            hall.wait_for_section("drop")
            until(true(page, PLAYS_DROP), "the page shows another section")

            with deaf_tab(hall.page):
                hall.wait_for_notes(60)
            hall.strike("page")
            hall.wait_for_notes(30)
            until(true(page, f"{RMS} > 0.01"), "the page did not come back")
        hall.wait_for_notes(30)  # the browser is gone in the middle of it all
        hall.leave()
        hall.judge()
