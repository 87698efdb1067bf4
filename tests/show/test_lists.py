"""Lists that Sonarr and Radarr import, held to the shapes that they read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from board_stories import CAGE, record
from served import serve

from callboard.cli.main import run

DAY = dt.date(2017, 6, 20)
# What Sonarr's Custom List and Radarr's StevenLu list take from each object, with the types they take.
SONARR = {"title": str, "tvdbId": int, "tmdbId": int, "imdbId": (str, type(None))}
RADARR = {"title": str, "imdb_id": (str, type(None)), "poster_url": type(None)}
# said | outlet | title | season | event | time | modality | source | platform | quote
MORE = """
    2017-06-01 | Variety | Black Panther | | filming | | asserted | | theaters | is before the cameras
    2017-06-10 | Variety | Grey Ferry | 1 | release | 2017-07-01 | asserted | Netflix | Netflix | arrives on July 1
"""
IDS = """id,kind,name,year,imdb,tmdb,tvdb
1,series,Grey Ferry,2017,tt7770001,77701,77702
2,series,The Defenders,2017,tt7770002,,77703
3,series,The Defenders,1961,tt7770003,,77704
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A server whose catalogue knows some ids, of one name for two works."""
    monkeypatch.setenv("CALLBOARD_CATALOGUE", str(tmp_path / "catalogue.db"))
    (tmp_path / "ids.csv").write_text(IDS, encoding="utf-8")
    assert run(["catalogue", "import", str(tmp_path / "ids.csv"), "--format", "csv"]) == 0
    path = record(tmp_path / "board.db", CAGE + MORE)
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


def test_sonarr_reads_the_series(site: httpx.Client) -> None:
    """Each title once, with the ids of the one series of its name, and none where two have it."""
    told = site.get("/lists/sonarr.json?all=1").json()
    assert all(set(each) == set(SONARR) for each in told)
    assert all(isinstance(each[name], kind) for each in told for name, kind in SONARR.items())
    titles = [each["title"] for each in told]
    assert len(set(titles)) == len(titles)
    assert "Luke Cage" in titles
    assert "Black Panther" not in titles
    ids = {each["title"]: each for each in told}
    assert ids["Grey Ferry"] == {"title": "Grey Ferry", "tvdbId": 77702, "tmdbId": 77701, "imdbId": "tt7770001"}
    assert (ids["The Defenders"]["tvdbId"], ids["The Defenders"]["imdbId"]) == (0, None)


def test_radarr_reads_the_films(site: httpx.Client) -> None:
    """In the shape of the lists that it takes from StevenLu."""
    told = site.get("/lists/radarr.json?all=1").json()
    assert [each["title"] for each in told] == ["Black Panther"]
    assert all(set(each) == set(RADARR) for each in told)
    assert all(isinstance(each[name], kind) for each in told for name, kind in RADARR.items())


def test_what_is_due_soon(site: httpx.Client) -> None:
    """Within so many days, by the board's filters and by what was decided."""
    soon = [each["title"] for each in site.get("/lists/sonarr.json?all=1&due=30").json()]
    assert "Grey Ferry" in soon
    assert "Luke Cage" not in soon
    prepared = [each["title"] for each in site.get("/lists/sonarr.json?stage=preparation&probability=0.5").json()]
    assert prepared == ["Luke Cage"]
    assert site.get("/lists/radarr.json?all=1&decision=cancelled&probability=0.9").json() == []


@pytest.mark.parametrize("query", ["due=2000", "due=soon", "decision=party", "probability=2"])
def test_what_cannot_be_read_is_said(site: httpx.Client, query: str) -> None:
    """As everywhere, with the name of the parameter."""
    answer = site.get(f"/lists/sonarr.json?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(query.partition("=")[0])
