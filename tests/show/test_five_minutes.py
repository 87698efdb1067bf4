"""The first five minutes of somebody who never saw callboard, in a browser, on `callboard serve --follow` as it is installed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser
import httpx
import ics
import pytest
from board_stories import CAGE, record
from change_stories import MOVING
from webhook import Webhook, serve_webhook

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; pip install callboard[dev]")
pytest.importorskip("apprise", reason="apprise is not installed; pip install callboard[notify]")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium; apt-get install chromium"
)
# A second work of a name that the catalogue has several works of.
NAMESAKES = """
    2017-06-02 | Variety | Home | 1 | order | 2017-06-02 | asserted | | | has been ordered
    2017-06-14 | Deadline | Luke Cage | 2 | filming | | possible | | | may not shoot before July
"""


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with serve_webhook() as served:
        yield served


@pytest.fixture
def address(tmp_path: Path, hook: Webhook) -> Iterator[str]:
    """Of a server of its own, on which pages may write what is followed."""
    path = record(tmp_path / "board.db", CAGE + MOVING + NAMESAKES)
    command = [sys.executable, "-m", "callboard.cli.main", "serve", "--follow", "--port", "0", "--as-of", "2017-06-20"]
    env = {**os.environ, "CALLBOARD_NOTIFY": hook.address}
    with subprocess.Popen([*command, "--ledger", str(path)], stderr=subprocess.PIPE, text=True, env=env) as server:
        assert server.stderr is not None
        match = re.search(r"http://127\.0\.0\.1:\d+", server.stderr.readline())
        assert match
        yield match[0]
        server.send_signal(signal.SIGINT)
        assert "Traceback" not in server.stderr.read()


def test_from_a_title_to_a_message(address: str, hook: Webhook) -> None:
    """A title, which of its name, the answer, the words behind it, a follow, calendar and feed, and a test that arrives."""
    with sync_api.sync_playwright() as playwright:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        page, errors, asked = browser.new_page(), [], []
        page.on("console", lambda told: errors.append(told.text) if told.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        walk(page, address, hook)
        browser.close()
    assert errors == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}


def walk(page: Any, address: str, hook: Webhook) -> None:
    """The way through the pages."""
    # something is on screen at once
    page.goto(address)
    assert page.locator("table.board tbody tr").count() > 5
    # type a title: works of one name are offered with year and kind, and none is chosen
    page.get_by_role("searchbox").fill("home")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=home")
    assert "works have this name" in page.get_by_role("heading", level=2).first.inner_text()
    offered = page.locator("main ul.links").first.get_by_role("link").all_inner_texts()
    assert len(offered) > 1
    assert all(re.search(r"\((film|series)?,? ?\d{4}", each) for each in offered)
    page.get_by_role("searchbox").fill("luke cage")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/luke-cage-season-*")
    page.get_by_role("link", name="all seasons").click()
    page.get_by_role("link", name="Season 2").click()
    page.wait_for_url("**/p/luke-cage-season-2")
    # one line that answers, with how sure, as of when, and what comes next
    line = page.locator("p.line").inner_text()
    assert re.match(r"Season 2: \w+.* \(\d+ %\).*; premiere likely .*; as of 20 June 2017", line), line
    # the words, newest first: quoted, who, when, how official, with the source; contradictions side by side
    reports = page.locator("ol.evidence").first.locator("li.report")
    assert "may not shoot before July" in reports.first.inner_text()
    said = reports.locator(".said").all_inner_texts()
    assert said[0] == "14 June 2017"
    assert all(page.locator("li.report .who a").evaluate_all("all => all.map(a => a.href.startsWith('https://news'))"))
    assert {"named person", "official"} & set(page.locator("li.report .voice").all_inner_texts())
    assert page.get_by_role("heading", name="Against it").is_visible()
    # plots stay folded away
    assert not page.get_by_text("Heroes for Hire").is_visible()
    subscribe(page, address)
    # follow: once a day, of one kind of change, from some probability on
    page.get_by_role("link", name="follow", exact=True).click()
    page.get_by_label("Tell me").select_option(label="once a day")
    page.get_by_label("Of").select_option(label="a moved premiere")
    page.get_by_label("At least sure").fill("0.8")
    page.get_by_role("button", name="Follow").click()
    assert "told once a day, of a moved premiere alone, from 80 % on" in page.locator("p.line").inner_text()
    page.get_by_role("link", name="What you follow").click()
    assert page.locator("table.board th.title").count() == 1
    # the test goes the whole way, and the log has it
    page.get_by_role("link", name="Alerts", exact=True).click()
    page.get_by_role("button", name="Send a test message").click()
    assert "took the test message" in page.get_by_role("status").inner_text()
    assert hook.titles == ["callboard: a test"]
    assert "sent" in page.locator("li.change").first.inner_text()
    page.get_by_role("link", name="title Luke Cage, season 2").click()
    page.get_by_role("button", name="Follow no longer").click()
    assert "You do not follow it." in page.locator("p.line").inner_text()


def subscribe(page: Any, address: str) -> None:
    """The links for a calendar program and a feed reader lead to what such programs read; premieres alone, too."""
    links = dict(page.locator(".facts a").evaluate_all("all => all.map(a => [a.textContent, a.href])"))
    both = [ics.Calendar(httpx.get(links[name], trust_env=False).text) for name in ("calendar", "premiere alone")]
    assert len(both[1].events) == 1 < len(both[0].events)
    page.get_by_role("link", name="all seasons").click()
    titles = dict(page.locator(".facts a").evaluate_all("all => all.map(a => [a.textContent, a.href])"))
    for name in ("subscribe", "to premieres alone"):
        assert titles[name].startswith("webcal://")
        answer = httpx.get(titles[name].replace("webcal", "http"), trust_env=False)
        assert ics.Calendar(answer.text).events
    feed = feedparser.parse(httpx.get(links["feed"] + "&as_published=1&days=364", trust_env=False, timeout=60).content)
    assert not feed.bozo
    assert feed.entries
    page.go_back()
