"""The pages of the user's catalogue: a name with its candidates, a production with its facts, what is not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from board_stories import CAGE, record
from served import serve

from callboard.catalogue.identity import decide
from callboard.catalogue.imports.formats import format_of
from callboard.catalogue.imports.importing import import_file
from callboard.catalogue.store import open_store

DAY = dt.date(2017, 6, 15)
NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
CSV = """id,name,kind,year,platforms
1,Zorbadil Heights,series,2020,Netflix
2,Zorbadil Heights,film,1987,
3,Zorbadil <b>Depths</b>,film,2001,
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    monkeypatch.setenv("CALLBOARD_CATALOGUE", str(tmp_path / "catalogue.db"))
    path = record(tmp_path / "board.db", CAGE)
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "mine.csv").write_text(CSV, "utf-8")
    import_file(tmp_path / "catalogue.db", tmp_path / "mine.csv", format_of(tmp_path / "mine.csv"), now=NOW)
    return tmp_path / "catalogue.db"


def test_a_name_of_several_is_a_question_until_something_tells_them_apart(store: Path, site: httpx.Client) -> None:
    """Each candidate leads to its page, with its reasons."""
    page = site.get("/catalogue", params={"name": "zorbadil heights"}).text
    assert "Several fit as well" in page
    assert 'href="/catalogue/csv-mine:1"' in page
    assert 'href="/catalogue/csv-mine:2"' in page
    page = site.get("/catalogue", params={"name": "zorbadil heights", "kind": "film"}).text
    assert "Several fit as well" not in page
    assert page.index("/catalogue/csv-mine:2") < page.index("/catalogue/csv-mine:1")
    assert "a series, not film" in page


def test_a_production_is_shown_fact_by_fact(store: Path, site: httpx.Client) -> None:
    """With the entries of people; names are shown as text, whatever is in them."""
    with open_store(store, read_only=False) as opened:
        decide(opened, "link", "csv-mine:3", "imdb:tt0900003", "its page <i>says</i> so", NOW)
    page = site.get("/catalogue/csv-mine:3").text
    assert "Zorbadil &lt;b&gt;Depths&lt;/b&gt;" in page
    assert "link csv-mine:3 imdb:tt0900003: its page &lt;i&gt;says&lt;/i&gt; so" in page
    assert "csv-mine (3)" in page
    assert "Netflix" in site.get("/catalogue/csv-mine:1").text


def test_what_is_not_there_says_so(store: Path, site: httpx.Client) -> None:
    """A title that no source has, an id that is none, a name that nothing has."""
    assert site.get("/catalogue/csv-mine:99").status_code == 404
    assert site.get("/catalogue/nothing").status_code == 400
    assert "No title is called so" in site.get("/catalogue", params={"name": "Qqqq Xxxx Yyyy"}).text
    assert site.get("/catalogue", params={"season": "x"}).status_code == 400


def test_a_catalogue_that_cannot_be_read_is_not_the_fault_of_who_asks(tmp_path: Path, site: httpx.Client) -> None:
    """Both pages say so with the status for what is out of order here."""
    (tmp_path / "catalogue.db").write_bytes(b"no catalogue" * 1000)
    for address in ("/catalogue/imdb:tt0900003", "/catalogue?name=Dark"):
        answer = site.get(address)
        assert answer.status_code == 503
        assert "move it away" in answer.text


def test_without_a_catalogue_titles_that_come_along_are_found(site: httpx.Client) -> None:
    """And what to do is said."""
    page = site.get("/catalogue", params={"name": "Luke Cage"}).text
    assert "Luke Cage" in page
    assert "callboard catalogue import" in page
    assert site.get("/catalogue/imdb:tt0900003").status_code == 404
