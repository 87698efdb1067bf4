"""Verdicts by HTTP: with the token alone, honoured by the pages at once, and refused in one shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from board_stories import CAGE, record
from starlette.testclient import TestClient

from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.cli.serving import make_edit
from callboard.record.ledger import Ledger, open_ledger
from callboard.show.edits import with_edits
from callboard.show.views import Around
from callboard.show.web import make_app

TOKEN = "a-token-of-sixteen-or-more"
PAGE = "/p/luke-cage-season-2.json?as_of=2017-06-20"
HOSTS = ("127.0.0.1",)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return record(tmp_path / "board.db", CAGE)


@pytest.fixture
def client(path: Path) -> Iterator[TestClient]:
    with open_ledger(path, read_only=True) as opened:
        app = with_edits(
            make_app(Board(opened, load_catalogue()), hosts=HOSTS, around=Around(takes_verdicts=True)),
            make_edit(str(path)),
            TOKEN,
            hosts=HOSTS,
        )
        yield TestClient(app, base_url="http://127.0.0.1")


def claim(client: TestClient, quote: str = "began training") -> dict[str, str]:
    return next(each for each in client.get(PAGE).json()["claims"] if each["quote"] == quote)


def send(client: TestClient, identity: str, body: object, **headers: str):  # type: ignore[no-untyped-def]
    given = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"} | headers
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"/api/v1/claims/{identity}/verdict", content=content, headers=given)


def test_a_verdict_is_written_and_honoured_at_once(client: TestClient) -> None:
    """A correction, and then that it was none."""
    identity = claim(client)["id"]
    changes = {"event": "filming", "time": None, "season": 2}
    answer = send(client, identity, {"verdict": "corrected", "changes": changes, "reason": "she films"})
    assert (answer.status_code, answer.json()["claim"]) == (201, identity)
    corrected = claim(client)
    assert (corrected["event"], corrected["verdict"][-9:]) == ("filming", "she films")
    assert send(client, corrected["id"], {"verdict": "confirmed", "reason": "no"}).status_code == 201
    assert claim(client)["event"] == "preparation"
    assert send(client, identity, {"verdict": "rejected", "reason": "no"}).status_code == 201
    assert "began training" not in client.get(PAGE).text


def test_the_address_stands_in_the_document(client: TestClient) -> None:
    """With its scheme of security; what the document asks for is taken, and what it does not know is refused."""
    document = client.get("/api/v1/openapi.json").json()
    operation = document["paths"]["/api/v1/claims/{id}/verdict"]["post"]
    assert document["components"]["securitySchemes"][next(iter(operation["security"][0]))]["scheme"] == "bearer"
    asked = operation["requestBody"]["content"]["application/json"]["schema"]
    identity = claim(client)["id"]
    for verdict in asked["properties"]["verdict"]["enum"]:
        body = {"verdict": verdict, "reason": "x"} | ({"changes": {"season": 3}} if verdict == "corrected" else {})
        assert body.keys() <= asked["properties"].keys()
        written = send(client, identity, body)
        assert written.status_code == 201, written.text
        assert set(written.json()) == set(document["components"]["schemas"]["Written"]["required"])
    assert send(client, identity, {"verdict": "confirmed", "reason": "x", "more": 1}).status_code == 400


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ", f"Bearer {TOKEN[:-1]}", "Bearer é"]
)
def test_without_the_token_nothing_is_written(client: TestClient, path: Path, authorization: str) -> None:
    answer = send(
        client,
        claim(client)["id"],
        {"verdict": "rejected", "reason": "x"},
        Authorization=authorization.encode("latin-1"),  # type: ignore[arg-type]
    )
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    with open_ledger(path) as opened:
        assert opened.entries() == []


@pytest.mark.parametrize(
    ("body", "status", "what"),
    [
        (b"{", 400, "not JSON"),
        ([], 400, "send an object"),
        ({"verdict": "wrong", "reason": "x"}, 400, "verdict is none of"),
        ({"verdict": "rejected"}, 400, "reason is a text"),
        ({"verdict": "rejected", "reason": " "}, 400, "needs a reason"),
        ({"verdict": "corrected", "changes": {"quote": "x"}, "reason": "x"}, 400, "no field"),
        ({"verdict": "corrected", "changes": {"season": True}, "reason": "x"}, 400, "each value is"),
        ({"verdict": "corrected", "changes": {"season": 10**20}, "reason": "x"}, 400, "too large"),
        ({"verdict": "corrected", "changes": {"title": "\ud800"}, "reason": "x"}, 400, "surrogate"),
        ({"verdict": "rejected", "reason": "\ud800"}, 400, "surrogate"),
        ({"verdict": "rejected", "reason": "x" * 20_000}, 413, "longer than"),
        (b"\xff", 400, "not JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_shape(
    client: TestClient, path: Path, body: object, status: int, what: str
) -> None:
    """Status and message; nothing is written, and the headers guard this answer, too."""
    answer = send(client, claim(client)["id"], body)
    assert answer.json()["error"]["status"] == answer.status_code == status
    assert what in answer.json()["error"]["message"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    with open_ledger(path) as opened:
        assert opened.entries() == []


def test_other_ways_in_are_shut(client: TestClient) -> None:
    """Another method, a form as a foreign page could send it, another name of the server, an unknown claim."""
    identity = claim(client)["id"]
    good = {"verdict": "rejected", "reason": "x"}
    assert client.get(f"/api/v1/claims/{identity}/verdict").status_code == 405
    assert send(client, identity, good, **{"Content-Type": "text/plain"}).status_code == 415
    assert send(client, identity, good, Host="evil.example").status_code == 400
    answer = send(client, "0" * 32, good)
    assert (answer.status_code, "no such claim" in answer.text) == (400, True)
    assert send(client, "../../x", good).status_code in (400, 404, 405)


def test_where_no_token_is_set_there_is_no_such_address(ledger: Ledger) -> None:
    client = TestClient(make_app(Board(ledger, load_catalogue()), hosts=HOSTS), base_url="http://127.0.0.1")
    answer = send(client, "0" * 32, {"verdict": "rejected", "reason": "x"})
    assert (answer.status_code, answer.json()["error"]["status"]) == (404, 404)
