"""Following by a press on a page: off unless the server allows for it, by a form of its own, and told on the board."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from board_stories import CAGE, record
from starlette.testclient import TestClient

from callboard.alerts.finding import check_view
from callboard.alerts.followed import FollowedRows
from callboard.alerts.follows import Kind
from callboard.alerts.page import Writing, with_alerts
from callboard.alerts.store import AlertStore
from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.errors import CallboardError
from callboard.record.ledger import open_ledger
from callboard.show.views import Around
from callboard.show.web import make_app

DAY = dt.date(2017, 6, 20)
NOW = dt.datetime(2017, 6, 1, tzinfo=dt.UTC)
TOKEN = "a token of the tests"
ADDRESS = "/follow?kind=title&name=Luke+Cage&season=2"


def client_of(folder: Path, *, writes: bool = True) -> TestClient:
    path = folder / "board.alerts.db"
    board = Board(open_ledger(record(folder / "board.db", CAGE)), load_catalogue())
    around = Around(follows=writes, followed=FollowedRows(board, path))
    pages = make_app(board, as_of=DAY, around=around)
    writing = Writing(TOKEN, lambda: ["json-123456: took the <b>test</b> message"]) if writes else None
    app = with_alerts(pages, path, hosts=("127.0.0.1",), writing=writing)
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


def test_a_press_follows_and_another_stops(tmp_path: Path) -> None:
    """From the link of a production's page; the board then shows it, by title, platform or view."""
    client = client_of(tmp_path)
    link = re.search(r'href="(/follow[^"]+)"', client.get("/p/luke-cage-season-2").text)
    assert link
    address = link[1].replace("&amp;", "&")
    page = client.get(address)
    assert page.headers["cache-control"] == "private, no-store"
    assert "You do not follow it." in page.text
    assert client.get("/api/v1/board?followed=1").json()["productions"] == []
    answer = client.post(address, data={"token": TOKEN, "do": "follow", "how": "daily"})
    assert answer.status_code == 303
    assert "told once a day" in client.get(answer.headers["location"]).text
    assert [p["id"] for p in client.get("/api/v1/board?followed=1").json()["productions"]] == ["luke-cage-season-2"]
    assert "1 production<" in client.get("/?followed=1").text
    assert "luke" in client.get("/calendar.ics?followed=1").text.casefold()
    client.post(address, data={"token": TOKEN, "do": "stop", "number": "1"})
    assert client.get("/api/v1/board?followed=1").json()["productions"] == []


def test_the_form_says_of_what_and_how_sure(tmp_path: Path) -> None:
    """The page then says both and shows them chosen; what is no kind or no probability is refused, and changes nothing."""
    client = client_of(tmp_path)
    sent = {"token": TOKEN, "do": "follow", "how": "now", "only": "release", "least": "0.8"}
    client.post(ADDRESS, data=sent)
    page = client.get(ADDRESS).text
    assert "of a moved premiere alone, from 80 % on" in page
    assert '<option value="release" selected>' in page
    assert 'value="0.8"' in page
    for wrong in ({"only": "attached,nonsense"}, {"least": "2"}):
        assert client.post(ADDRESS, data=sent | wrong).status_code == 400
    assert "from 80 % on" in client.get(ADDRESS).text
    with AlertStore.open(tmp_path / "board.alerts.db") as store:
        store.follow(Kind.TITLE, "Luke Cage", season=2, only=("attached", "cancelled"), now=NOW)
    page = client.get(ADDRESS).text
    assert "of a new project, cancelled alone" in page
    assert '<option value="attached,cancelled" selected>several' in page


@pytest.mark.parametrize("token", ["", "another"])
def test_a_form_of_another_site_writes_nothing(tmp_path: Path, token: str) -> None:
    """Nor does looking at the page, a name under which the server is not known, or a form that is too long."""
    client = client_of(tmp_path)
    assert client.post(ADDRESS, data={"token": token, "do": "follow"}).status_code == 403
    assert client.post("/alerts", data={"token": token}).status_code == 403
    assert client.post(ADDRESS, data={"token": TOKEN}, headers={"Host": "evil.example"}).status_code == 400
    assert client.post(ADDRESS, data={"token": TOKEN, "x": "y" * 5000}).status_code == 413
    client.get(ADDRESS)
    assert not (tmp_path / "board.alerts.db").exists()


def test_without_being_allowed_there_is_no_such_page(tmp_path: Path) -> None:
    """No link, no form, no address."""
    client = client_of(tmp_path, writes=False)
    assert "/follow" not in client.get("/p/luke-cage-season-2").text
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, data={"token": TOKEN}).status_code in (404, 405)
    assert "<form" not in client.get("/alerts").text.partition("<main")[2]


def test_what_cannot_be_followed_is_said(tmp_path: Path) -> None:
    """Status 400 with the reason."""
    client = client_of(tmp_path)
    for query in ("", "kind=title", "kind=planet&name=Mars", "kind=person&name=X&season=2"):
        assert client.get(f"/follow?{query}").status_code == 400
    with pytest.raises(CallboardError, match="says nothing new"):
        check_view("?followed=1")


def test_a_test_message_goes_out_by_a_press(tmp_path: Path) -> None:
    """And the page says what became of it."""
    answer = client_of(tmp_path).post("/alerts", data={"token": TOKEN})
    assert "json-123456: took the &lt;b&gt;test&lt;/b&gt; message" in answer.text


def test_every_kind_of_follow_is_on_the_board(tmp_path: Path) -> None:
    """A whole title, a platform, a person who takes part, a view."""
    client = client_of(tmp_path)
    for kind, name, query, expected in (
        (Kind.TITLE, "luke cage", "", "luke-cage-season-2"),
        (Kind.PLATFORM, "netflix", "", "jessica-jones-season-2"),
        (Kind.VIEW, "shoots", "filming=1", "jessica-jones-season-2"),
    ):
        with AlertStore.open(tmp_path / "board.alerts.db") as store:
            for follow in store.follows():
                store.unfollow(follow.number)
            store.follow(kind, name, query=query, now=NOW)
        found = client.get("/api/v1/board?followed=1&all=1").json()["productions"]
        assert expected in [production["id"] for production in found]
    with AlertStore.open(tmp_path / "board.alerts.db") as store:
        store.unfollow(store.follows()[-1].number)
        store.follow(Kind.PERSON, "Nobody", now=NOW)
    assert client.get("/api/v1/board?followed=1").json()["productions"] == []


def test_a_server_where_nobody_follows_says_so(tmp_path: Path) -> None:
    """A link to what is followed here means nothing elsewhere."""
    board = Board(open_ledger(record(tmp_path / "board.db", CAGE)), load_catalogue())
    client = TestClient(make_app(board, as_of=DAY), base_url="http://127.0.0.1")
    assert client.get("/?followed=1").status_code == 400
    assert "followed" not in client.get("/").text
