"""What changed, as a page and as JSON: the changes of the command, each with its words, under a name that stays."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from board_stories import record, tell
from change_stories import MOVING
from served import serve

from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.cli.main import run
from callboard.record.ledger import open_ledger
from callboard.show.changed import ChangesCache, anchor_of

DAY = dt.date(2017, 6, 20)
SLIP = """
    2017-06-19 | Variety | Night Shift | 1 | reschedule | 2018-09-28 | asserted | Netflix | Netflix | slips to September 28
    2017-06-19 | Variety | Night Shift | 1 | release | 2018-09-28 | asserted | Netflix | Netflix | opens on September 28
"""
ALL = "as_published=1&days=364"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("changes") / "board.db", MOVING)


@pytest.fixture(scope="module")
def site(path: Path) -> Iterator[httpx.Client]:
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


def told(site: httpx.Client, query: str) -> list[tuple[str, str, str]]:
    """Title, axis and what is held now of each change that is answered."""
    answer = site.get(f"/api/v1/changes?{query}")
    assert answer.status_code == 200
    return [(each["title"], each["axis"], each["after"]) for each in answer.json()["changes"]]


def test_the_page_tells_what_changed_and_on_whose_word(site: httpx.Client) -> None:
    """Before, after, probability, the quotes with their sources; linked from the menu of every page."""
    html = site.get(f"/changes?{ALL}").text
    moved = html[html.index('id="d-2017-06-10"') : html.index('id="d-2017-05-20"')]
    assert re.search(r"2 March 2018</del>.*22 June 2018</ins>.*\d\d %", moved, re.DOTALL)
    assert "“will now open on June 22”" in moved
    assert 'href="/p/night-shift-season-1"' in moved
    assert re.search(r'href="https://news\.example/2017-06-10/\d+" rel="nofollow noopener noreferrer"', moved)
    assert 'href="/changes"' in site.get("/").text
    assert 'href="/changes"' in site.get("/p/night-shift-season-1").text
    assert f'href="/api/v1/changes?{ALL.replace("&", "&amp;")}"' in html


def test_page_twin_and_command_tell_the_same(
    site: httpx.Client, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the same order, with the same reasons."""
    since = DAY - dt.timedelta(363)
    arguments = ["--since", str(since), "--as-of", str(DAY), "--as-published", "--json", "--ledger", str(path)]
    assert run(["changes", *arguments]) == 0
    expected = json.loads(capsys.readouterr().out)
    twin = site.get(f"/api/v1/changes?{ALL}").json()
    assert twin["since"] == str(since)
    own = ("id", "production", "headline")
    assert [{k: v for k, v in each.items() if k not in own} for each in twin["changes"]] == expected["changes"]
    assert len(twin["changes"]) >= 4
    html = site.get(f"/changes?{ALL}").text
    assert re.findall(r'id="change-([^"]+)"', html) == [each["id"] for each in twin["changes"]]


def test_filters(site: httpx.Client) -> None:
    """By days or a first day, title, what changed or what it is now, and how sure that is."""
    everything = told(site, ALL)
    night = [each for each in everything if each[0] == "Night Shift"]
    assert 0 < len(night) < len(everything)
    assert told(site, f"{ALL}&title=night") == night
    assert told(site, f"{ALL}&event=release") == [each for each in everything if each[1] == "release"]
    assert told(site, f"{ALL}&event=filming,withdrawn,cancelled") == [
        each for each in everything if each[2] in ("filming", "withdrawn", "cancelled")
    ]
    assert {each[1] for each in told(site, f"{ALL}&probability=0.9")} <= {"stage", "decision"}
    assert told(site, "as_published=1&days=11") == told(site, "as_published=1&since=2017-06-10")
    assert ("Night Shift", "release", "2018-06-22") in told(site, "as_published=1&days=11")
    assert ("Night Shift", "release", "2018-06-22") not in told(site, "as_published=1&days=10")


def test_old_articles_read_today_change_nothing(site: httpx.Client) -> None:
    """Unless it is asked for, and the page says how."""
    assert told(site, "days=364") == []
    assert 'href="/changes?days=90&amp;as_published=1"' in site.get("/changes?days=90").text


def test_pages_of_changes_join_to_the_whole(site: httpx.Client) -> None:
    """By the cursor that each gives."""
    whole = [each["id"] for each in site.get(f"/api/v1/changes?{ALL}").json()["changes"]]
    found, cursor = [], ""
    while True:
        part = site.get(f"/api/v1/changes?{ALL}&limit=2{cursor}").json()
        found += [each["id"] for each in part["changes"]]
        if part["next"] is None:
            break
        cursor = f"&cursor={part['next']}"
    assert found == whole
    assert len(set(whole)) == len(whole)


@pytest.mark.parametrize(
    "query",
    [
        "days=0",
        "days=365",
        "since=2017-07-01",
        "since=2010-01-01",
        "since=June",
        "event=party",
        "probability=nan",
        "probability=2",
        "cursor=nothing",
        "as_of=never",
    ],
)
def test_what_cannot_be_read_is_said(site: httpx.Client, query: str) -> None:
    """With what it may be."""
    answer = site.get(f"/api/v1/changes?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(query.partition("=")[0])


def test_a_tag_holds_until_the_ledger_grows(tmp_path: Path) -> None:
    """And then what is new is told, beside what was told."""
    path = record(tmp_path / "copy.db", MOVING)
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        first = client.get(f"/api/v1/changes?{ALL}")
        tag = {"If-None-Match": first.headers["etag"]}
        assert client.get(f"/api/v1/changes?{ALL}", headers=tag).status_code == 304
        with open_ledger(path) as ledger:
            tell(ledger, SLIP)
        grown = client.get(f"/api/v1/changes?{ALL}", headers=tag).json()["changes"]
    assert (grown[0]["axis"], grown[0]["day"]) == ("release", "2017-06-19")
    assert [each["id"] for each in grown[1:]] == [each["id"] for each in first.json()["changes"]]


def test_a_change_keeps_its_name_and_its_day(path: Path) -> None:
    """Asked for on each of sixty days it is one change; where time alone brings it, its day may yet settle."""
    with open_ledger(path, read_only=True) as ledger:
        cache = ChangesCache(Board(ledger, load_catalogue()))
        days: dict[str, set[dt.date]] = {}
        before: set[str] = set()
        for number in range(60):
            found = cache.of(DAY + dt.timedelta(number), as_published=True)
            names = [each.id for each in found]
            assert len(set(names)) == len(names)
            assert before <= set(names)
            before = set(names)
            for each in found:
                days.setdefault(each.id, set()).add(each.day)
    carried = {each.id for each in found if each.change.origins}
    assert len(carried) >= 4
    assert all(len(days[name]) == 1 for name in carried)
    assert all(max(each) - min(each) <= dt.timedelta(14) for each in days.values())


def test_another_day_costs_only_what_it_changes(path: Path) -> None:
    """The judgements of a replay are kept: the next day asks for one more of each production, not for all again."""
    with open_ledger(path, read_only=True) as ledger:
        cache = ChangesCache(Board(ledger, load_catalogue()))
        cache.of(DAY, as_published=True)
        kept = len(cache._board._memory)
        cache.of(DAY + dt.timedelta(1), as_published=True)
        assert kept > 20
        assert len(cache._board._memory) - kept <= 4


@pytest.mark.parametrize("day", [dt.date(2017, 6, 20), dt.date(1999, 5, 5), dt.date(1, 1, 2), dt.date(9999, 12, 31)])
def test_the_replay_begins_a_year_before_at_least(day: dt.date) -> None:
    """On one of the days that are 364 apart, so that it judges the same days on most days that ask."""
    anchor = anchor_of(day)
    assert anchor == dt.date.min or 364 <= (day - anchor).days < 728
    assert anchor == dt.date.min or (anchor - dt.date(2000, 1, 1)).days % 364 == 0
