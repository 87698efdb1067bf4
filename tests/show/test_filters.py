"""The board by who makes it, to which family it belongs, and where it is shot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from board_stories import CAGE, LEARNED, record
from served import serve

from callboard.cli.main import run
from callboard.model import Claim, Document, Event, Modality, Production, Span
from callboard.record.ledger import open_ledger
from callboard.when import When

DAY = dt.date(2017, 6, 20)
CAGE_2, FERRY = "luke-cage-season-2", "grey-ferry-season-1"
SHOOTS = (  # title, season, place, modality
    ("Luke Cage", 2, "Yonkers", Modality.ASSERTED),
    ("Luke Cage", 2, "Toronto", Modality.DENIED),
    ("Grey Ferry", 1, "Glasgow", Modality.ASSERTED),
)
WORKS = "id,kind,name,year,country\n1,series,Grey Ferry,2017,GB\n"


def tell_shoots(path: Path) -> None:
    with open_ledger(path) as ledger:
        for title, season, place, modality in SHOOTS:
            text = f"{title} is filming in {place}."
            claim = Claim(
                production=Production(title, season),
                event=Event.LOCATION,
                modality=modality,
                place=place,
                quote=Span(0, len(text), text),
            )
            shoot = Claim(production=Production(title, season), event=Event.FILMING, quote=Span(0, len(text), text))
            document = Document(text=text, outlet="Variety", published=When.parse("2017-06-15"))
            ledger.append(document, [claim, shoot], learned=LEARNED)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("filters")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CALLBOARD_CATALOGUE", str(folder / "catalogue.db"))
        (folder / "works.csv").write_text(WORKS, encoding="utf-8")
        assert run(["catalogue", "import", str(folder / "works.csv"), "--format", "csv"]) == 0
        path = record(folder / "board.db", CAGE)
        tell_shoots(path)
        with serve(path, DAY) as address, httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
            yield client


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("place=Yonkers", {CAGE_2}),
        ("place=new york state", {CAGE_2}),
        ("place=US", {CAGE_2}),
        ("place=Scotland", {FERRY}),
        ("place=Canada", set()),  # the only report of it was a denial
        ("place=Nowhereville", set()),
        ("country=GB", {FERRY}),
        ("country=United Kingdom", {FERRY}),
        ("country=Atlantis", set()),
        ("country=GB&place=Yonkers", set()),
    ],
)
def test_country_and_place_narrow_the_board(site: httpx.Client, query: str, shown: set[str]) -> None:
    """A region or a country has all that is shot in it; what is not known to be there is left out."""
    for address in ("/board.json", "/api/v1/board"):
        assert {row["id"] for row in site.get(f"{address}?{query}").json()["productions"]} == shown


def test_a_family_shows_its_titles(site: httpx.Client) -> None:
    family = "Marvel Television on Netflix"
    rows = site.get("/board.json", params={"family": family.lower()}).json()["productions"]
    assert CAGE_2 in {row["id"] for row in rows}
    assert all(family in row["families"] for row in rows)
    assert FERRY not in {row["id"] for row in rows}


def test_the_page_offers_what_its_rows_have_and_keeps_the_choice(site: httpx.Client) -> None:
    page = site.get("/?country=GB").text
    assert '<option value="GB" selected>United Kingdom</option>' in page
    assert "Marvel Television on Netflix</option>" in page
    assert "/calendar.ics?country=GB" in page
    calendar = site.get("/calendar.ics?place=Yonkers").text
    assert "Luke Cage" in calendar
    assert "Grey Ferry" not in calendar


def test_the_terminal_takes_the_same_filters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = record(tmp_path / "board.db", CAGE)
    tell_shoots(path)
    assert run(["board", "--place", "New York State", "--as-of", str(DAY), "--ledger", str(path)]) == 0
    told = capsys.readouterr().out
    assert "Luke Cage" in told
    assert "Grey Ferry" not in told
