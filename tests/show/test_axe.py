"""Every page as axe-core sees it, light and dark: nothing serious stands between a page and whoever uses a screen reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from board_stories import CAGE, LEARNED, record
from change_stories import MOVING
from served import serve

from callboard.alerts.follows import Kind
from callboard.alerts.store import AlertStore, Draft
from callboard.catalogue.imports.formats import format_of
from callboard.catalogue.imports.importing import import_file
from callboard.model import Claim, Document, Event, Production, Span
from callboard.record.ledger import open_ledger
from callboard.when import When

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; pip install callboard[dev]")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium; apt-get install chromium"
)
PAGES = [
    "/?all=1",
    "/?filming=1&platform=Netflix",
    "/?title=nothing-of-this-name",
    "/p/luke-cage-season-2",
    "/p/paper-harbour",
    "/t/luke-cage",
    "/person/Ada%20Quill",
    "/outlet/Variety",
    "/place/Harlem",
    "/changes?as_published=1&days=364",
    "/changes",
    "/catalogue?name=Luke+Cage",
    "/catalogue/csv-mine:1",
    "/catalogue?name=Zorbadil",
    "/alerts",
    "/alerts?quiet=1",
    "/follow?kind=title&name=Luke+Cage&season=2",
    "/follow?kind=person&name=Ada+Quill",
    "/?followed=1",
    "/search?q=cage",
    "/search?q=zzzz",
    "/p/home",
    "/p/nobody-speaks-of-it",
    "/?stage=asleep",
]
REFUSED = PAGES[-2:]  # pages of errors


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = record(tmp_path_factory.mktemp("axe") / "board.db", CAGE + MOVING)
    with open_ledger(path) as ledger:
        for event, person, place, text in (
            (Event.CASTING, "Ada Quill", None, "Ada Quill plays the nurse"),
            (Event.LOCATION, None, "Harlem", "signs hang in Harlem"),
        ):
            claim = Claim(
                production=Production("Luke Cage", 2),
                event=event,
                quote=Span(0, len(text), text),
                person=person,
                place=place,
            )
            document = Document(text=text, outlet="Variety", published=When.parse("2017-06-10"))
            ledger.append(document, [claim], learned=LEARNED)
    with AlertStore.open(path.with_suffix(".alerts.db")) as store:
        store.follow(Kind.TITLE, "Luke Cage", season=2, only=("release", "filming"), least=0.5, daily=True, now=LEARNED)
        told = Draft(
            news="a", day=LEARNED.date(), title="Luke Cage: filming", body="“is filming”\n  Variety", because=""
        )
        store.decide([told, replace(told, news="b", quiet="old")], ["json-123456"], now=LEARNED, digest_due=LEARNED)
    with serve(path, dt.date(2017, 6, 20), follow=True) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
    ]
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield opened
        opened.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 1000), ("light", 390)])
def test_no_page_has_a_serious_finding(
    browser: Any, site: str, scheme: str, width: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Serious or critical, by axe-core's own rules for WCAG A and AA and for good practice."""
    monkeypatch.setenv("CALLBOARD_CATALOGUE", str(tmp_path / "catalogue.db"))
    mine = tmp_path / "mine.csv"
    mine.write_text("id,name,kind,year,platforms\n1,Zorbadil Heights,series,2020,Netflix\n", "utf-8")
    import_file(tmp_path / "catalogue.db", mine, format_of(mine), now=LEARNED)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, found = context.new_page(), []
    for address in PAGES:
        answer = page.goto(f"{site}{address}")
        assert answer.status < 400 or address in REFUSED, address
        for finding in axe.Axe().run(page).response["violations"]:
            if finding["impact"] in ("serious", "critical"):
                found += [(address, finding["id"], node["html"][:160]) for node in finding["nodes"][:3]]
    context.close()
    assert found == []
