"""
The pictures of the manual: each kind of page as a browser shows it, written to a folder.

    PYTHONPATH=tests:tests/alerts python bench/board/pictures.py [--out docs/pictures] [--all] [--ledger FILE]

They are of the articles of `callboard demo`, as of the day that it shows, and the one of alerts is of a made-up story that
takes the whole way to a webhook on this machine. `--all` draws every page at three widths, light and dark, to look at;
else only those are drawn that the manual has. `--ledger` takes a ledger that `callboard demo --ledger FILE` made.
Chromium is needed (`make browser`). A picture is as wide as the window, and cut at a height, so that it stays under 80 kB.
"""

from __future__ import annotations

import argparse
import base64
import datetime as dt
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alert_stories import BEFORE, FILMING, RENEWED, at
from board_stories import tell_at
from playwright.sync_api import sync_playwright
from webhook import serve_webhook

from callboard.alerts.follows import Kind
from callboard.alerts.running import decide, deliver, next_digest
from callboard.alerts.sending import read_services
from callboard.alerts.store import AlertStore
from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.record.ledger import open_ledger

CHROMIUM = "/usr/bin/chromium"
DAY = "2017-06-20"
WIDTHS = {"desk": (1200, 860), "tablet": (768, 900), "phone": (390, 780)}
MOST_BYTES = 80_000


@dataclass(frozen=True, slots=True)
class Picture:
    """One kind of page, and how the manual shows it."""

    name: str
    address: str
    width: str
    scheme: str
    cut: int = 0  # height in pixels; 0: the window's
    top: str = ""  # begins at this element; "": at the top of the page


PICTURES = (
    Picture("board", "/", "desk", "light"),
    Picture("board-phone", "/", "phone", "dark"),
    Picture("production", "/p/luke-cage-season-2", "desk", "light"),
    Picture("production-words", "/p/luke-cage-season-2", "tablet", "dark", top="#h-evidence"),
    Picture("production-phone", "/p/luke-cage-season-2", "phone", "light"),
    Picture("title", "/t/luke-cage", "tablet", "light", cut=620),
    Picture("person", "/person/Simone%20Missick", "tablet", "dark", cut=700),
    Picture("outlet", "/outlet/Variety", "tablet", "light", cut=700),
    Picture("place", "/place/Harlem", "phone", "dark"),
    Picture("changes", "/changes?as_published=1&days=60", "desk", "dark", cut=760),
    Picture("follow", "/follow?kind=title&name=Luke+Cage&season=2", "tablet", "light", cut=480),
    Picture("alerts", "/alerts", "tablet", "light", cut=760),
    Picture("catalogue", "/catalogue?name=Luke+Cage", "tablet", "light", cut=620),
)


@contextmanager
def served(ledger: Path, day: str) -> Iterator[str]:
    """The address of `callboard serve --follow` on a ledger."""
    command = [sys.executable, "-m", "callboard.cli.main", "serve", "--follow", "--port", "0", "--as-of", day]
    # neither another catalogue nor another list of follows than those of the pictures
    env = {name: value for name, value in os.environ.items() if not name.startswith("CALLBOARD_")}
    with subprocess.Popen([*command, "--ledger", str(ledger)], stderr=subprocess.PIPE, text=True, env=env) as server:
        assert server.stderr is not None
        match = re.search(r"http://127\.0\.0\.1:\d+", server.stderr.readline())
        assert match is not None
        try:
            yield match[0]
        finally:
            server.terminate()


def tell_alerts(folder: Path) -> Path:
    """A ledger in which something was followed, then happened, and was told."""
    path = folder / "alerts.db"
    with serve_webhook() as hook, AlertStore.open(path.with_suffix(".alerts.db")) as store, open_ledger(path) as ledger:
        services = read_services(hook.address)
        tell_at(ledger, BEFORE, at("2017-06-01T09:00").astimezone(dt.UTC))
        for kind, name in ((Kind.TITLE, "Harbour Watch"), (Kind.PLATFORM, "Netflix")):
            store.follow(kind, name, now=at("2017-06-10T12:00"))
        tell_at(ledger, RENEWED + FILMING, at("2017-06-12T18:00").astimezone(dt.UTC))
        now = at("2017-06-12T20:00")
        decide(Board(ledger, load_catalogue()), store, services, now=now, digest_due=next_digest(now, 8))
        deliver(store, services, now=now)
    return path


def draw(browser: Any, picture: Picture, site: str, file: Path) -> None:
    """Write a picture as WebP, which is a third of what PNG takes."""
    width, height = WIDTHS[picture.width]
    page = browser.new_page(viewport={"width": width, "height": picture.cut or height}, color_scheme=picture.scheme)
    page.goto(f"{site}{picture.address}", timeout=120_000)
    if picture.top:
        page.evaluate(f"document.querySelector('{picture.top}').scrollIntoView({{behavior: 'instant'}})")
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 82})
    page.close()
    body = base64.b64decode(shot["data"])
    file.write_bytes(body)
    print(f"{file.name:40} {len(body):7,} bytes{'  TOO LARGE' if len(body) > MOST_BYTES else ''}")


def every(pictures: tuple[Picture, ...]) -> Iterator[Picture]:
    """Each page whole, at each width, light and dark."""
    addresses = dict.fromkeys((picture.name.partition("-")[0], picture.address) for picture in pictures)
    for name, address in addresses:
        for width in WIDTHS:
            for scheme in ("light", "dark"):
                yield Picture(f"{name}-{width}-{scheme}", address, width, scheme, cut=1600)


def main() -> None:
    """Draw what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--ledger", type=Path, default=None)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        ledger = given.ledger or Path(made) / "demo.db"
        if given.ledger is None:
            command = [sys.executable, "-m", "callboard.cli.main", "demo", "--ledger", str(ledger)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        with served(ledger, DAY) as demo, served(tell_alerts(Path(made)), DAY) as told:
            for picture in every(PICTURES) if given.all else PICTURES:
                site = told if picture.address.startswith("/alerts") else demo
                draw(browser, picture, site, given.out / f"{picture.name}.webp")
        browser.close()


if __name__ == "__main__":
    main()
