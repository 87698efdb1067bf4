"""Feeds of what changed: read by a feed reader's library, filtered, and never the same entry twice."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest
from board_stories import record, tell
from change_stories import MOVING
from served import serve

from callboard.record.ledger import open_ledger

DAY = dt.date(2017, 6, 20)
ALL = "as_published=1&days=364"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("feeds") / "board.db", MOVING)


@pytest.fixture(scope="module")
def site(path: Path) -> Iterator[httpx.Client]:
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


def atom(site: httpx.Client, query: str) -> Any:
    """The feed as feedparser reads it, which found nothing to complain of."""
    answer = site.get(f"/changes.atom?{query}")
    assert answer.headers["content-type"].partition(";")[0] == "application/atom+xml"
    feed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    return feed


def items(site: httpx.Client, query: str) -> list[dict[str, Any]]:
    """The items of the JSON Feed, with what version 1.1 asks of a feed and of an item."""
    answer = site.get(f"/changes.json?{query}")
    assert answer.headers["content-type"] == "application/feed+json"
    feed = answer.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert feed["feed_url"] == str(answer.url)
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert item["content_html"]
        assert dt.datetime.fromisoformat(item["date_published"]).tzinfo is not None
        assert all(name.startswith("_") for name in item if isinstance(item[name], dict))
    return feed["items"]


def test_both_feeds_tell_what_the_page_tells(site: httpx.Client) -> None:
    """The same changes in the same order, with before, after, probability and the quote, on the day of the change."""
    feed, listed = atom(site, ALL), items(site, ALL)
    changes = site.get(f"/api/v1/changes?{ALL}").json()["changes"]
    assert len(changes) >= 4
    names = [f"urn:uuid:{each['id']}" for each in changes]
    assert [entry.id for entry in feed.entries] == [item["id"] for item in listed] == names
    entry = next(entry for entry in feed.entries if entry.published == "2017-06-10T00:00:00Z")
    assert entry.title == "Night Shift, season 1: premiere 2 March 2018 → 22 June 2018"
    (content,) = entry.content
    assert content.type == "text/html"
    assert "Premiere: 2 March 2018 → 22 June 2018 (80 %)" in content.value
    assert "<blockquote><p>“will now open on June 22”</p></blockquote>" in content.value
    assert feed.feed.updated == feed.entries[0].updated
    assert [each["why"][0]["quote"] in item["content_text"] for each, item in zip(changes, listed, strict=True)]


def test_links_lead_to_the_pages(site: httpx.Client) -> None:
    """Absolute, on the name under which the server was asked."""
    feed = atom(site, ALL)
    for address in {feed.feed.link, *(entry.link for entry in feed.entries)}:
        assert address.startswith(str(site.base_url))
        assert site.get(address).status_code == 200
    assert [link.href for link in feed.feed.links if link.rel == "self"] == [
        f"{site.base_url}/changes.atom?{ALL}".replace("//changes", "/changes")
    ]
    port = site.base_url.port
    other = site.get(f"/changes.atom?{ALL}", headers={"Host": f"localhost:{port}"}).text
    assert f"http://localhost:{port}/p/" in other
    assert "127.0.0.1" not in other


@pytest.mark.parametrize("query", ["title=night", "event=release", "event=filming", "probability=0.9", "title=nothing"])
def test_feeds_take_the_filters_of_the_page(site: httpx.Client, query: str) -> None:
    """And the page links the feeds of what it shows."""
    expected = [f"urn:uuid:{each['id']}" for each in site.get(f"/api/v1/changes?{ALL}&{query}").json()["changes"]]
    assert [entry.id for entry in atom(site, f"{ALL}&{query}").entries] == expected
    assert [item["id"] for item in items(site, f"{ALL}&{query}")] == expected
    page = site.get(f"/changes?{ALL}&{query}").text
    links = {html.unescape(link) for link in re.findall(r'<link rel="alternate"[^>]*href="([^"]+)"', page)}
    assert f"/changes.atom?{ALL}&{query}" in {link.replace("%2C", ",") for link in links}


def test_no_entry_comes_twice(tmp_path: Path) -> None:
    """Asked for day by day while the ledger grows, a reader that goes by ids sees each change once, and misses none."""
    path = tmp_path / "grown.db"
    lines = sorted(line for line in MOVING.split("\n") if line.strip())
    seen: dict[str, str] = {}
    days = [dt.date(2017, 5, 1) + dt.timedelta(number) for number in range(0, 60, 3)]
    for day in days:
        due = [line for line in lines if line.strip()[:10] <= str(day)]
        lines = lines[len(due) :]
        with open_ledger(path) as ledger:
            tell(ledger, "\n".join(due))
        with serve(path, day) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            for entry in atom(client, "as_published=1").entries:
                assert seen.setdefault(entry.id, entry.title) == entry.title
    assert len(set(seen.values())) == len(seen)
    with serve(path, days[-1]) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        assert {entry.id for entry in atom(client, "as_published=1&days=56").entries} == set(seen)


def test_a_feed_of_nothing_is_a_feed(site: httpx.Client) -> None:
    """Valid, with a title and a time, and 304 for who has it."""
    feed = atom(site, "days=5")
    assert feed.entries == []
    assert feed.feed.updated == "2017-06-20T00:00:00Z"
    assert items(site, "days=5") == []
    for address in ("/changes.atom", "/changes.json"):
        tag = {"If-None-Match": site.get(address).headers["etag"]}
        assert site.get(address, headers=tag).status_code == 304


def test_an_error_of_the_json_feed_is_json(site: httpx.Client) -> None:
    """And of the other one a page."""
    assert site.get("/changes.json?days=x").json()["error"]["status"] == 400
    assert site.get("/changes.atom?days=x").status_code == 400
