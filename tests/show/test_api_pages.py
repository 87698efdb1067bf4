"""`/api/v1` answers as the pages do, page by page, and is what its OpenAPI document says."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from board_stories import CAGE, record
from served import serve

from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.model import Production
from callboard.record.ledger import open_ledger
from callboard.show.elsewhere import statuses

DAY = dt.date(2017, 6, 20)
HOSTILE = """
    2017-06-10 | Variety | =HYPERLINK("x") | 1 | filming | | asserted | | @SUM(1) | films
    2017-06-11 | Variety | 東京の空 | 1 | filming | | asserted | | | 撮影が始まった
    2017-06-11 | Variety | </script> \u202ever | 1 | filming | | asserted | | | films </script>
"""
PRODUCTION = "/api/v1/productions/luke-cage-season-2"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("api") / "board.db", CAGE + HOSTILE)


@pytest.fixture(scope="module")
def site(path: Path) -> Iterator[httpx.Client]:
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
        yield client


def walk(site: httpx.Client, address: str, items: str, limit: int, **params: str) -> list[Any]:
    """All items of a list, from its first page to its last."""
    found: list[Any] = []
    cursor = None
    while True:
        asked = {"limit": str(limit)} | params | ({"cursor": cursor} if cursor else {})
        data = site.get(address, params=asked).json()
        assert len(data[items]) <= limit
        found += data[items]
        if (cursor := data["next"]) is None:
            assert len(found) == data["total"]
            return found


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_the_pages_together_are_the_board(site: httpx.Client, limit: int) -> None:
    """Every production once, in the board's order, whatever the size of a page."""
    whole = [row["id"] for row in site.get("/board.json?all=1").json()["productions"]]
    assert [row["id"] for row in walk(site, "/api/v1/board", "productions", limit, all="1")] == whole


def test_claims_are_paged_and_keep_the_plot_to_themselves(site: httpx.Client) -> None:
    """The same claims as on the production's page; the plot only on request."""
    claims = walk(site, f"{PRODUCTION}/claims", "claims", 2)
    assert claims == site.get("/p/luke-cage-season-2.json").json()["claims"]
    assert "story" not in {claim["event"] for claim in claims}
    assert "story" in {claim["event"] for claim in walk(site, f"{PRODUCTION}/claims", "claims", 3, spoilers="1")}


def test_filters_and_days(site: httpx.Client) -> None:
    """Stage, platform and a part of the title narrow the list; a past day is answered as it was."""

    def ids(query: str) -> list[str]:
        return [row["id"] for row in site.get(f"/api/v1/board?{query}").json()["productions"]]

    assert ids("stage=preparation") == ["luke-cage-season-2"]
    assert set(ids("query=luke")) == {"luke-cage-season-1", "luke-cage-season-2"}
    assert ids("platform=HBO") == []
    assert ids("as_of=2014-01-01") == ["luke-cage-season-1"]


def test_works_of_one_name_can_be_asked_for_one_by_one(site: httpx.Client) -> None:
    """Each choice of a 300 has what singles it out."""
    near = site.get("/api/v1/productions/home").json()["error"]["near"]
    assert len(near) == 3
    for choice in near:
        which = {name: value for name, value in choice.items() if name in ("kind", "year")}
        assert site.get(f"/api/v1/productions/{choice['id']}", params=which).status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/board?limit=0", 400),
        ("/api/v1/board?limit=201", 400),
        ("/api/v1/board?cursor=nothing", 400),
        ("/api/v1/board?as_of=soon", 400),
        ("/api/v1/board?stage=asleep", 400),
        ("/api/v1/productions/luke-caage", 404),
        ("/api/v1/productions/home", 300),
        (f"{PRODUCTION}/nothing", 404),
        ("/api/v1/nothing", 404),
    ],
)
def test_errors_have_one_shape(site: httpx.Client, address: str, status: int) -> None:
    """JSON, whatever was wrong."""
    answer = site.get(address)
    assert answer.status_code == answer.json()["error"]["status"] == status
    assert set(answer.json()["error"]) == {"status", "message", "near"}
    assert answer.headers["content-type"] == "application/json"


def test_the_document_describes_what_is_answered(site: httpx.Client) -> None:
    """Each of its addresses answers, in its media type, with the fields it requires, with a tag that holds."""
    document = site.get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert len(document["paths"]) >= 11
    for path, operations in document["paths"].items():
        if path.endswith(("people/{name}", "places/{name}")):
            continue  # nobody and no place is named here; tests/show/test_named.py asks for them
        address = path.replace("{id}", "luke-cage-season-2").replace("{name}", "Variety")
        answer = site.get(address)
        ((kind, content),) = operations["get"]["responses"]["200"]["content"].items()
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == kind
        tag = {"If-None-Match": answer.headers["etag"]}
        assert site.get(address, headers=tag).status_code == 304
        assert site.get(address).headers["content-type"].startswith(kind)
        if "$ref" in content["schema"]:
            name = content["schema"]["$ref"].rpartition("/")[2]
            assert set(document["components"]["schemas"][name]["required"]) <= set(answer.json())


def test_no_cell_of_the_table_is_a_formula(site: httpx.Client) -> None:
    """A title and a platform that a spreadsheet would run are quoted; other rows are as on the board."""
    rows = list(csv.DictReader(io.StringIO(site.get("/api/v1/board.csv").text)))
    assert '\'=HYPERLINK("x")' in {row["title"] for row in rows}
    assert "'@SUM(1)" in {row["platform"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert [row["stage"] for row in rows if row["id"] == "luke-cage-season-2"] == ["preparation"]
    assert len(rows) == site.get("/api/v1/board").json()["total"]


def test_a_season_is_linked_to_its_series(site: httpx.Client) -> None:
    """schema.org's terms, a stage of callboard's own set, and no date that nobody knows."""
    data = site.get(f"{PRODUCTION}/linked-data").json()
    assert (data["@type"], data["seasonNumber"]) == ("TVSeason", 2)
    assert data["partOfSeries"] == {"@type": "TVSeries", "name": "Luke Cage"}
    assert data["creativeWorkStatus"]["termCode"] == "preparation"
    assert "datePublished" not in data
    first = site.get("/api/v1/productions/luke-cage-season-1/linked-data").json()
    assert first["datePublished"] == "2016-09-30"
    assert f"{PRODUCTION}/linked-data" in site.get("/p/luke-cage-season-2").text


def test_hostile_words_stay_data(site: httpx.Client) -> None:
    """Hidden marks come out escaped in JSON and not at all in the table."""
    for address in ("/api/v1/board", "/api/v1/board.csv"):
        assert not set("\u202e\u202c\u2028") & set(site.get(address).text)
    for row in site.get("/api/v1/board").json()["productions"]:
        assert site.get(f"/api/v1/productions/{row['id']}").json()["id"] == row["id"]


def test_the_status_in_the_words_of_others(path: Path) -> None:
    """Worked by hand from what each vocabulary has; never without the mark that something is lost."""
    with open_ledger(path, read_only=True) as ledger:
        board = Board(ledger, load_catalogue())
        prepared = board.judge(Production("Luke Cage", 2), DAY)
        out = board.judge(Production("Luke Cage", 1), DAY)
        gone = board.judge(Production("Paper Harbour"), DAY)
    assert statuses(prepared, "season") == {
        "lossy": True,
        "tmdb": "Returning Series",
        "tvmaze": "Running",
        "trakt": "returning series",
        "production_list": "in-pre-production",
    }
    assert statuses(out, "season")["trakt"] == "continuing"
    assert statuses(gone, "film") == {
        "lossy": True,
        "tmdb": "Canceled",
        "tvmaze": None,
        "trakt": "canceled",
        "production_list": None,
    }
    assert statuses(gone, None) == {"lossy": True, "tmdb": None, "tvmaze": None, "trakt": None, "production_list": None}
