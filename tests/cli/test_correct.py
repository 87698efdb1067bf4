"""`callboard claims`, `correct`, `confirm`, `reject`, `merge` and `split`: each an entry, honoured by every answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from board_stories import CAGE, record
from starlette.testclient import TestClient

from callboard.board import Board
from callboard.catalogue.starter import load_catalogue
from callboard.cli.main import run
from callboard.model import Event
from callboard.record.ledger import open_ledger
from callboard.show.web import make_app

AS_OF = ["--as-of", "2017-06-20"]
SEASON = ["Luke Cage", "--season", "2"]


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = record(tmp_path / "board.db", CAGE)
    monkeypatch.setenv("CALLBOARD_LEDGER", str(path))
    return path


def claims(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, str]]:
    """Quote -> claim, as `callboard claims` has them."""
    capsys.readouterr()
    assert run(["claims", *arguments, "--json"]) == 0
    return {claim["quote"]: claim for claim in json.loads(capsys.readouterr().out)}


def why(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, str]]:
    """Quote -> claim, as `callboard why` has them."""
    capsys.readouterr()
    assert run(["why", *arguments, *AS_OF, "--json"]) == 0
    return {claim["quote"]: claim for claim in json.loads(capsys.readouterr().out)["claims"]}


def test_a_correction_is_honoured_by_every_answer(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On the command line, in JSON, on the page; each with the reason."""
    read = claims(capsys, *SEASON)["began training"]
    assert (
        run(["correct", read["id"][:12], "--event", "filming", "--source", "none", "--reason", "she <b>films</b>"]) == 0
    )
    assert "corrected: Luke Cage, season 2, preparation: “began training”" in capsys.readouterr().err
    shown = why(capsys, *SEASON)["began training"]
    assert (shown["event"], shown["source"]) == ("filming", None)
    assert shown["verdict"] == "corrected to event filming, source none: she <b>films</b>"
    assert run(["why", *SEASON, *AS_OF]) == 0
    assert "corrected to event filming, source none: she <b>films</b>" in capsys.readouterr().out
    with open_ledger(ledger, read_only=True) as opened:
        client = TestClient(make_app(Board(opened, load_catalogue())), base_url="http://127.0.0.1")
        page = client.get("/p/luke-cage-season-2?as_of=2017-06-20").text
    assert "corrected to event filming, source none: she &lt;b&gt;films&lt;/b&gt;" in page
    assert run(["confirm", shown["id"][:12], "--reason", "no, she trains"]) == 0  # by the id that the answers show
    assert why(capsys, *SEASON)["began training"]["event"] == "preparation"


def test_a_rejected_claim_is_gone_and_comes_back(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It still stands among the claims, with the reason."""
    identity = claims(capsys, *SEASON)["has been renewed"]["id"]
    assert run(["reject", identity, "--reason", "of season one"]) == 0
    assert "has been renewed" not in why(capsys, *SEASON)
    assert set(claims(capsys, "--judged")) == {"has been renewed"}
    assert claims(capsys, *SEASON)["has been renewed"]["verdict"] == "rejected: of season one"
    assert run(["claims", *SEASON]) == 0
    assert "    rejected: of season one" in capsys.readouterr().out
    assert run(["confirm", identity, "--reason", "of season two after all"]) == 0
    assert why(capsys, *SEASON)["has been renewed"]["verdict"] == "confirmed: of season two after all"


def test_titles_are_merged_and_split_again(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["merge", "Paper Harbour", "Quiet Reviews", "--reason", "renamed"]) == 0
    assert "will not be made" in claims(capsys, "Quiet Reviews")
    assert run(["split", "Paper Harbour", "--reason", "two films"]) == 0
    assert "will not be made" not in claims(capsys, "Quiet Reviews")
    assert "will not be made" in claims(capsys, "Paper Harbour")


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["correct", "{id}", "--reason", "seen"], "say what is to be changed"),
        (["correct", "{id}", "--season", "two", "--reason", "seen"], "neither a number nor none"),
        (["correct", "{id}", "--event", "filmed", "--reason", "seen"], "not a claim"),
        (["reject", "{id}"], "Missing option '--reason'"),
        (["reject", "0123456789", "--reason", "seen"], "no such claim; callboard claims TITLE shows them"),
        (["merge", "No Such Title", "Luke Cage", "--reason", "seen"], "no such thing"),
        (["merge", "Luke Cage", "luke cage", "--reason", "seen"], "are one title already; name another one"),
        (["claims"], "give a TITLE, or --judged"),
    ],
)
def test_what_cannot_be_said_is_refused(
    ledger: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], what: str
) -> None:
    """With what to do instead; nothing is written."""
    identity = claims(capsys, *SEASON)["began training"]["id"]
    assert run([part.format(id=identity) for part in arguments]) in (1, 2)
    assert what in capsys.readouterr().err
    assert claims(capsys, "--judged") == {}


def test_a_title_of_which_nothing_is_recorded_is_said(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the finger is no empty answer: where the titles stand is told."""
    assert run(["claims", "Luke Caeg"]) == 0
    assert "0 claims on 'Luke Caeg'; callboard board --all" in capsys.readouterr().err


def test_a_wrong_word_is_answered_with_the_right_ones(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody knows all events by heart, and the help names one."""
    read = claims(capsys, *SEASON)["began training"]
    assert run(["correct", read["id"][:12], "--event", "banana", "--reason", "a slip"]) == 1
    said = capsys.readouterr().err
    assert "event 'banana' is none of " in said
    assert all(str(event) in said for event in Event)
    assert run(["correct", read["id"][:12], "--modality", "maybe", "--reason", "a slip"]) == 1
    assert "modality 'maybe' is none of asserted, expected, possible, denied" in capsys.readouterr().err
    assert claims(capsys, *SEASON)["began training"]["event"] == "preparation"
