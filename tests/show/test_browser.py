"""The pages in a real browser: no errors, nothing runs, links lead on, and nothing overflows on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from board_stories import CAGE, record
from change_stories import MOVING
from served import serve

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
HOSTILE = """
    2017-06-10 | <b>Variety</b> | <script>document.title='run'</script> Night | 1 | filming | | asserted | | | shot <img src=x onerror="document.title='run'">
    2017-06-10 | Variety | Averyveryverylongtitlewithoutanyspaceinitthatmustbreaksomewhereonaphone | 1 | filming | | asserted | | | filming
"""

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; pip install callboard[dev]")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium; apt-get install chromium"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = record(tmp_path_factory.mktemp("browser") / "board.db", CAGE + MOVING + HOSTILE)
    with serve(path, dt.date(2017, 6, 20)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=[(1280, 900, "light"), (360, 780, "dark")], ids=["desk", "phone"])
def window(browser: Any, request: pytest.FixtureRequest) -> Iterator[tuple[Any, list[str]]]:
    """A page of a browser window, and the errors its console shows."""
    width, height, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page, errors
    context.close()


def overflow(page: Any) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_from_the_board_to_a_quote(window: tuple[Any, list[str]], site: str) -> None:
    """The board opens, its link leads to the production, the quotes are there, and nothing is wider than the window."""
    page, errors = window
    page.goto(site)
    assert overflow(page) <= 0
    page.get_by_role("link", name="Luke Cage").first.click()
    page.wait_for_url("**/p/luke-cage-season-2*")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Luke Cage")
    assert page.get_by_text("“began training”").last.is_visible()
    assert not page.get_by_text("Heroes for Hire").is_visible()
    page.get_by_text("on the story (spoilers)").click()
    assert page.get_by_text("Heroes for Hire").is_visible()
    assert overflow(page) <= 0
    assert errors == []


def test_a_day_and_a_title_can_be_asked_for(window: tuple[Any, list[str]], site: str) -> None:
    """The forms work without scripts: another day, then a search."""
    page, errors = window
    page.goto(site)
    if not page.get_by_label("As of").is_visible():
        page.get_by_text("Filter and calendar").click()  # folded where the screen is small
    page.get_by_label("As of").fill("2014-06-01")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**as_of=2014-06-01*")
    assert "as of 1 June 2014" in page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("searchbox").fill("luke cage")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/luke-cage-season-1?as_of=2014-06-01")
    assert errors == []


def test_the_menu_leads_to_what_changed(window: tuple[Any, list[str]], site: str) -> None:
    """From the board to the changes, by a link that says how to see those of old articles, filtered, to a production."""
    page, errors = window
    page.goto(site)
    page.get_by_role("link", name="Changes").click()
    page.wait_for_url("**/changes")
    assert page.get_by_text("Nothing changed in 30 days").is_visible()
    page.get_by_role("link", name="Take each article").click()
    page.get_by_label("What").select_option(label="a moved premiere")
    page.get_by_label("Days").fill("90")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**event=release**")
    assert page.get_by_text("“will now open on June 22”").is_visible()
    assert not page.get_by_text("cameras roll in Oslo").is_visible()
    assert overflow(page) <= 0
    page.get_by_role("link", name="Night Shift, season 1").first.click()
    page.wait_for_url("**/p/night-shift-season-1*")
    assert errors == []


def test_nothing_hostile_runs_or_spills(window: tuple[Any, list[str]], site: str) -> None:
    """Markup in titles and quotes stays text, a title without spaces breaks; no request fails or is refused."""
    page, errors = window
    page.goto(f"{site}/?filming=1")
    assert overflow(page) <= 0
    page.get_by_role("link", name="<script>").first.click()
    assert page.title() != "run"
    assert page.get_by_text("shot <img src=x").last.is_visible()
    assert overflow(page) <= 0
    assert errors == []


def test_the_keyboard_reaches_the_content_first(window: tuple[Any, list[str]], site: str) -> None:
    """The first stop is a link that skips the header, and it is visible when it is reached."""
    page, _ = window
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")


def test_the_filter_is_folded_on_a_phone_alone(browser: Any, site: str) -> None:
    """Without a script: the list begins in the upper half of a phone's screen, and a press opens the filter."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(site)
    fold = page.get_by_text("Filter and calendar")
    assert fold.is_visible()
    assert not page.get_by_label("Platform").is_visible()
    assert page.locator("table.board").bounding_box()["y"] < 422
    fold.click()
    assert page.get_by_label("Platform").is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(site)
    assert page.get_by_label("Platform").is_visible()
    assert not page.get_by_text("Filter and calendar").is_visible()
    page.close()


def test_the_seasons_of_a_title_fit_on_a_phone(browser: Any, site: str) -> None:
    """No column is beyond the edge of its box."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{site}/t/luke-cage")
    assert page.locator("table.plain").is_visible()
    assert page.evaluate("(box => box.scrollWidth - box.clientWidth)(document.querySelector('.wide'))") <= 0
    page.close()


def test_a_ribbon_shows_the_day_of_the_answer(browser: Any, site: str) -> None:
    """The line is drawn once for all ribbons of a board, and each has it in the colour that the sheet gives it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(site)
    clip = page.locator("svg.ribbon").first.bounding_box()
    drawn = page.screenshot(clip=clip)
    page.evaluate("document.querySelector('#today').remove()")
    assert page.screenshot(clip=clip) != drawn
    page.close()
