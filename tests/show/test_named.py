"""What is known under a name: the seasons of a title, the work of a person, an outlet's record, what shoots in a place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from board_stories import CAGE, LEARNED, record, tell
from served import serve

from callboard.model import Claim, Document, Event, Modality, Production, Span
from callboard.record.ledger import open_ledger
from callboard.when import When

DAY = dt.date(2017, 6, 20)
# said | outlet | title | season | event | time | modality | source | platform | quote
SEASONS = """
    2014-03-01 | Variety | Tidewater | 1 | release | 2014-03-01 | asserted | | Netflix | began on March 1
    2015-06-01 | Variety | Tidewater | 2 | release | 2015-06-01 | asserted | | Netflix | came back on June 1
    2016-09-02 | Variety | Tidewater | 3 | release | 2016-09-01 | asserted | | Netflix | is out since September 1
    2017-05-02 | Variety | Tidewater | 4 | filming | | asserted | Netflix | Netflix | is before the cameras
    2017-06-12 | Variety | Night Shift | 1 | filming | | asserted | | | shoots by night
"""
# title, season, event, person, role, place, said, sentence
NAMED = [
    ("Night Shift", 1, Event.CASTING, "Ada Quill", "the nurse", None, "2017-06-01", "Ada Quill plays the nurse"),
    ("Old Harbour", 1, Event.CASTING, "Ada Quill", "the captain", None, "2012-02-01", "Ada Quill was the captain"),
    ("Old Harbour", 1, Event.RELEASE, None, None, None, "2012-09-01", "Old Harbour is out"),
    ("Night Shift", 1, Event.LOCATION, None, None, "Oslo / Bjørvika?", "2017-06-02", "signs hang in Bjørvika"),
    ("Old Harbour", 1, Event.LOCATION, None, None, "Glasgow", "2012-03-01", "Old Harbour is shot in Glasgow"),
    ("Old Harbour", 1, Event.LOCATION, None, None, "Hamilton", "2012-03-02", "Old Harbour is shot in Hamilton"),
    ("Night Shift", 1, Event.LOCATION, None, None, "Yonkers", "2017-06-04", "Night Shift is shot in Yonkers"),
    ("Night Shift", 1, Event.STORY, "Ada Quill", None, "Oslo / Bjørvika?", "2017-06-03", "Ada Quill dies in Bjørvika"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    path: Path = record(tmp_path_factory.mktemp("named") / "board.db", CAGE)
    with open_ledger(path) as ledger:
        tell(ledger, SEASONS)
        for title, season, event, person, role, place, said, text in NAMED:
            claim = Claim(
                production=Production(title, season),
                event=event,
                quote=Span(0, len(text), text),
                time=When.parse(said) if event is Event.RELEASE else None,
                modality=Modality.ASSERTED,
                person=person,
                role=role,
                place=place,
            )
            document = Document(
                text=text,
                outlet="Variety",
                url=f"https://news.example/{said}",
                published=When.parse(said),
                published_confidence=1.0,
            )
            ledger.append(document, [claim], learned=LEARNED)
    with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


def test_a_title_has_its_seasons_with_the_gaps_between_them(site: httpx.Client) -> None:
    """
    Three premieres 457 and 458 days apart: a season every 15 months; what is due is marked as likely.

    2014-03-01 to 2015-06-01 are 457 days, to 2016-09-01 another 458.
    """
    told = site.get("/api/v1/titles/tidewater").json()
    assert [each["season"] for each in told["seasons"]] == [4, 3, 2, 1]
    gaps = {each["season"]: each["gap_days"] for each in told["seasons"]}
    assert gaps[1] is None
    assert gaps[2] == pytest.approx(457, abs=5)
    assert gaps[3] == pytest.approx(458, abs=5)
    assert told["median_gap_days"] == pytest.approx(457, abs=5)
    html = site.get("/t/tidewater").text
    assert "A season every 15 months" in html
    assert re.search(r'href="/p/tidewater-season-4">Season 4</a></th>\s*<td>filming', html)
    assert "due " in html


def test_new_work_of_a_person_stands_first(site: httpx.Client) -> None:
    """What is out long ago comes after it, whenever it was said; a plot is no credit."""
    told = site.get("/api/v1/people/Ada%20Quill").json()
    assert [(each["title"], each["is_new"]) for each in told["productions"]] == [
        ("Night Shift", True),
        ("Old Harbour", False),
    ]
    assert told["productions"][0]["quote"] == "Ada Quill plays the nurse"
    assert "dies" not in site.get("/person/ada%20quill").text


def test_an_outlet_has_its_record(site: httpx.Client) -> None:
    """Checked claims, how many were right, and what it reported on; an abbreviation means the same outlet."""
    told = site.get("/api/v1/outlets/Variety").json()
    assert told["record"]["voice"] == "trade press"
    assert 0 < told["record"]["wrong_rate"] < 0.5
    assert {"Tidewater", "Night Shift"} <= {each["title"] for each in told["productions"]}
    assert re.search(r"right as read\.\s+Taken to err", site.get("/outlet/Variety").text)
    assert site.get("/api/v1/outlets/OLV").status_code == 404  # it was named as a source and published nothing


def test_a_place_has_what_shoots_there(site: httpx.Client) -> None:
    """Whatever signs its name has; the page and its twin lead to one another."""
    address = "/place/Oslo%20%2F%20Bj%C3%B8rvika%3F"
    html = site.get(address).text
    assert '<a href="/p/night-shift-season-1"' in html
    twin = re.search(r'type="application/json" href="([^"]+)"', html)
    assert twin
    told = site.get(twin[1]).json()
    assert (told["kind"], told["name"]) == ("place", "Oslo / Bjørvika?")
    assert [each["title"] for each in told["productions"]] == ["Night Shift"]


@pytest.mark.parametrize(
    ("name", "called", "where", "titles"),
    [
        ("Yonkers", "Yonkers", "Yonkers, New York, United States", ["Night Shift"]),
        ("new york", "New York, United States", "New York, United States", ["Night Shift"]),
        ("US", "United States", "United States", ["Night Shift"]),
        ("Hamilton", "Hamilton", "Hamilton, Scotland, United Kingdom", ["Old Harbour"]),
        ("Scotland", "Scotland, United Kingdom", "Scotland, United Kingdom", ["Old Harbour"]),
        ("GB", "United Kingdom", "United Kingdom", ["Old Harbour"]),
    ],
)
def test_a_region_and_a_country_have_all_that_shoots_in_them(
    site: httpx.Client, name: str, called: str, where: str, titles: list[str]
) -> None:
    """By where the places lie: Hamilton, beside Glasgow, is the one in Scotland and not the larger one in Ontario."""
    told = site.get(f"/api/v1/places/{name}").json()
    assert (told["name"], told["where"]) == (called, where)
    assert [each["title"] for each in told["productions"]] == titles
    assert where in site.get(f"/place/{name}").text


def test_a_country_where_nothing_shoots_has_no_page(site: httpx.Client) -> None:
    """Nor has a region."""
    for name in ("Canada", "Ontario"):
        assert site.get(f"/place/{name}").status_code == 404


def test_pages_of_productions_lead_to_names(site: httpx.Client) -> None:
    """And the board to all seasons of a title."""
    html = site.get("/p/night-shift-season-1").text
    for path in ("/person/Ada%20Quill", "/place/Oslo%20%2F%20Bj%C3%B8rvika%3F", "/outlet/Variety", "/t/night-shift"):
        assert f'href="{path}"' in html
        assert site.get(path).status_code == 200
    assert 'href="/t/tidewater"' in site.get("/").text


def test_a_name_that_nobody_named_is_not_found(site: httpx.Client) -> None:
    """With those that begin alike."""
    answer = site.get("/api/v1/people/Ada Quell")
    assert answer.status_code == 404
    assert [each["name"] for each in answer.json()["error"]["near"]] == ["Ada Quill"]
    near = site.get("/person/Ada Q")
    assert near.status_code == 404
    assert 'href="/person/Ada%20Quill"' in near.text
    assert site.get("/api/v1/titles/nothing-at-all").status_code == 404


def test_a_past_day_knows_no_later_names(site: httpx.Client) -> None:
    """As of 2013 nobody had cast the nurse."""
    told = site.get("/api/v1/people/Ada%20Quill?as_of=2013-01-01").json()
    assert [each["title"] for each in told["productions"]] == ["Old Harbour"]


def test_only_what_changed_this_week(tmp_path: Path) -> None:
    """Read as it was said, the shoot of 1 February is a change of the week up to the 10th, and not of the next month."""
    path = tmp_path / "board.db"
    lines = [
        ("2016-11-01", "order", "2016-11-01", "renewed for a second season"),
        ("2017-02-01", "filming", "", "is before the cameras"),
    ]
    with open_ledger(path) as ledger:
        for said, event, time, quote in lines:
            text = f"Luke Cage {quote}."
            claim = Claim(
                production=Production("Luke Cage", 2),
                event=Event(event),
                quote=Span(10, 10 + len(quote), quote),
                time=When.parse(time) if time else None,
                source="Netflix",
                platform="Netflix",
            )
            document = Document(
                text=text,
                outlet="Variety",
                published=When.parse(said),
                published_confidence=1.0,
            )
            ledger.append(document, [claim], learned=dt.datetime.fromisoformat(f"{said}T12:00:00+00:00"))
    with (
        serve(path, dt.date(2017, 2, 10)) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        rows = client.get("/api/v1/board?changed=1").json()["productions"]
        assert [row["title"] for row in rows] == ["Luke Cage"]
        later = client.get("/api/v1/board?changed=1&as_of=2017-03-10").json()["productions"]
        assert later == []
        assert "Luke Cage" in client.get("/?changed=1").text
        assert 'name="changed" value="1" checked' in client.get("/?changed=1").text
