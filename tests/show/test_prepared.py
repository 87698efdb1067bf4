"""The pages of a large ledger are prepared beside the server: they say the same, and never make anybody wait."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from board_stories import CAGE, record, tell
from starlette.testclient import TestClient

from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.errors import LedgerError
from callboard.kept import Kept, edition_of
from callboard.record.ledger import Ledger, open_ledger
from callboard.show.preparing import Preparer
from callboard.show.views import Around
from callboard.show.web import make_app, make_filler

DAY = dt.date(2017, 6, 20)
# Fifty voices on one production: what each moved takes long to say.
MANY = CAGE + "".join(
    f"    2017-06-{1 + k % 15:02} | Outlet {k} | Long Story | 1 | {'filming' if k % 3 else 'casting'} | | asserted | | | word {k}\n"
    for k in range(50)
)
MANY += "    2017-06-16 | Deadline | Long Story | 1 | release | 2018-03-02 | asserted | Netflix | Netflix | arrives on March 2\n"
PAGE = "/p/long-story-season-1"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(record(tmp_path / "board.db", MANY))


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "board.pages.db", "one")


def client_of(ledger: Ledger, kept: Kept | None, edition: str = "") -> TestClient:
    board = Board(ledger, load_catalogue(), kept)
    app = make_app(board, as_of=DAY, hosts=("*",), around=Around(edition=edition))
    return TestClient(app, base_url="http://here")


def preparer(ledger: Ledger, kept: Kept) -> Preparer:
    def board() -> Board:
        return Board(ledger, load_catalogue(), kept)

    return Preparer(board, kept, lambda: DAY, make_filler(board(), lambda: DAY, Around()))


def work(steps: Callable[[], bool]) -> int:
    """How many steps there were to do."""
    count = 0
    while steps():
        count += 1
    return count


def test_what_was_prepared_says_the_same(ledger: Ledger, kept: Kept) -> None:
    """Board, productions, lists and tables of a prepared ledger are those of one that is judged when it is asked."""
    work(preparer(ledger, kept).step)
    plain, prepared = client_of(ledger, None), client_of(ledger, kept)
    for address in ("/", "/?all=1", "/?filming=1", PAGE, "/p/luke-cage-season-2", "/p/luke-cage-season-2.json"):
        assert prepared.get(address).text == plain.get(address).text
    for address in (
        "/api/v1/board",
        "/api/v1/board.csv",
        "/lists/sonarr.json",
        f"/api/v1/productions{PAGE[2:]}/claims",
    ):
        assert prepared.get(address).text == plain.get(address).text


def test_nobody_waits_for_what_takes_long(ledger: Ledger, kept: Kept) -> None:
    """At first the board says how far it is, programs are told to come again, and a page lacks what each report moved."""
    client = client_of(ledger, kept)
    assert "0 of all productions are judged so far" in client.get("/").text
    assert client.get("/api/v1/board").status_code == 503
    first = client.get(PAGE)
    assert "What each report moved is being worked out" in first.text
    assert "word 44" in first.text
    assert client.get("/p/luke-cage-season-2").text == client_of(ledger, None).get("/p/luke-cage-season-2").text

    work(preparer(ledger, kept).step)
    whole = client.get(PAGE, headers={"If-None-Match": first.headers["etag"]})
    assert whole.status_code == 200
    assert "being worked out" not in whole.text
    assert "speaks against: " in whole.text
    assert whole.text == client_of(ledger, None).get(PAGE).text
    assert client.get(PAGE, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    assert client.get("/api/v1/board").json()["productions"]


def test_what_is_asked_for_comes_first(ledger: Ledger, kept: Kept) -> None:
    """A page that somebody looked at is made whole before those that nobody did."""
    made = preparer(ledger, kept)
    assert made.step()  # the board
    client = client_of(ledger, kept)
    assert "being worked out" in client.get(PAGE).text
    assert made.step()
    assert "being worked out" not in client.get(PAGE).text


def test_the_next_start_finds_what_was_prepared(ledger: Ledger, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is judged again; another edition begins anew."""
    work(preparer(ledger, kept).step)
    again = Kept(kept.path, "one")
    monkeypatch.setattr(Board, "followed", lambda *_, **__: pytest.fail("judged again"))
    work(preparer(ledger, again).step)
    assert again.rows(DAY, quiet=False) is not None
    assert Kept(kept.path, "two").rows(DAY, quiet=False) is None


def test_the_edition_that_came_last_has_the_file(ledger: Ledger, kept: Kept) -> None:
    """An older server finds nothing that a newer one prepared, and writes nothing for it, until it has the file again."""
    work(preparer(ledger, kept).step)
    newer = Kept(kept.path, "two")
    work(preparer(ledger, newer).step)
    assert kept.rows(DAY, quiet=False) is None
    assert kept.records_stamp(DAY) == ""
    with pytest.raises(LedgerError, match="another version or catalogue"):
        kept.keep_page("tag", "old", is_whole=True)
    assert newer.page("tag") is None
    assert client_of(ledger, kept).get(PAGE).status_code == 200  # what cannot be kept is answered all the same
    kept.claim()
    assert newer.rows(DAY, quiet=False) is None
    kept.keep_page("tag", "old", is_whole=True)
    assert kept.page("tag") == ("old", True)


def test_what_cannot_be_kept_ends_the_round(ledger: Ledger, kept: Kept) -> None:
    """A full disk is told, and not taken for a page that there is not."""

    def fill(address: str, late: bool) -> None:
        raise LedgerError("the disk is full")

    made = Preparer(lambda: Board(ledger, load_catalogue(), kept), kept, lambda: DAY, fill)
    assert made.step()  # the board
    with pytest.raises(LedgerError, match="the disk is full"):
        made.step()


def test_a_copy_is_good_for_one_edition(ledger: Ledger) -> None:
    """Another version, or an import of titles, gives a page that a browser has another tag."""
    tags = {client_of(ledger, None, edition).get(PAGE).headers["etag"] for edition in ("one", "two")}
    assert len(tags) == 2


def test_a_new_report_is_taken_in(ledger: Ledger, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is on its page at once, and on the board after the next round, in which the others are not judged again."""
    made = preparer(ledger, kept)
    work(made.step)
    tell(ledger, "2017-06-19 | Variety | New Thing | 1 | filming | | asserted | | | cameras roll")
    client = client_of(ledger, kept)
    assert "cameras roll" in client.get("/p/new-thing-season-1").text
    assert "New Thing" not in client.get("/").text
    judged = []
    know = Board._know
    monkeypatch.setattr(Board, "_know", lambda self, p, *a, **k: (judged.append(str(p)), know(self, p, *a, **k))[1])
    made._begun_s = -1e9  # a minute has gone by
    assert made.step()
    assert judged == ["New Thing, season 1"]
    assert "New Thing" in client.get("/").text


def test_a_record_that_hardly_moved_is_left_as_it_was(ledger: Ledger, kept: Kept) -> None:
    """So that one more report does not have everything judged again."""
    from callboard.judge.record import Record

    assert kept.keep_records(DAY, {"variety": Record("variety", "trade", 10, 1, 0.05)})
    assert not kept.keep_records(DAY, {"variety": Record("variety", "trade", 11, 1, 0.0499)})
    assert kept.records(DAY)["variety"].checked == 10
    assert kept.keep_records(DAY, {"variety": Record("variety", "trade", 12, 2, 0.06)})
    assert kept.records(DAY)["variety"].rate == 0.06


def test_an_edition_hangs_on_code_and_parts() -> None:
    """The same twice, another one with another catalogue."""
    assert edition_of("a") == edition_of("a") != edition_of("b")


def test_many_reports_are_told_on_several_pages(ledger: Ledger) -> None:
    """Thirty on each, linked both ways; what weighs most leads to the page that has it."""
    client = client_of(ledger, None)
    first, second = client.get(PAGE).text, client.get(f"{PAGE}?reports=2&as_of=2017-06-20").text
    assert first.count('class="report') == 30
    assert second.count('class="report') == 21
    assert f'href="{PAGE}?reports=2#h-evidence"' in first
    assert f'rel="prev" href="{PAGE}?as_of=2017-06-20#h-evidence"' in second
    assert client.get(f"{PAGE}?reports=99").text.count('class="report') == 21
    assert client.get(f"{PAGE}?reports=x").status_code == 400
    for target in re.findall(rf'href="{PAGE}\?reports=2#(claim-\w+)"', first):
        assert f'id="{target}"' in second
    for target in re.findall(r'href="#(claim-\w+)"', first):
        assert f'id="{target}"' in first
