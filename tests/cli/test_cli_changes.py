"""`callboard changes` tells what moved, with what was held before, what is held now and the sentences behind it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import board_stories
import pytest
from board_stories import CAGE, tell

from callboard.cli.main import run
from callboard.record.ledger import open_ledger

START = """
    2017-06-21 | OLV | Luke Cage | 2 | filming_start | 2017-06-21 | asserted | | | cameras rolled in Harlem today
    2017-06-22 | Deadline | Luke Cage | 2 | filming | | asserted | Netflix | | is now in production
"""
WINDOW = ["--since", "2017-06-10", "--as-of", "2017-07-10"]


def read_on(monkeypatch: pytest.MonkeyPatch, path: Path, day: str, story: str) -> None:
    """Record a story as read at noon of a day."""
    monkeypatch.setattr(board_stories, "LEARNED", dt.datetime.fromisoformat(day + "T12:00:00+00:00"))
    with open_ledger(path) as opened:
        tell(opened, story)


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Season 2 is ordered and prepared, then two voices say that it films; all read in 2026."""
    path = tmp_path / "board.db"
    with open_ledger(path) as opened:
        tell(opened, CAGE + START)
    monkeypatch.setenv("CALLBOARD_LEDGER", str(path))
    return path


def test_a_change_has_before_after_and_why(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Told once, on the day of the second voice, with both sentences and who said them."""
    assert run(["changes", "Luke Cage", "--season", "2", *WINDOW, "--as-published", "--json"]) == 0
    changes = [each for each in json.loads(capsys.readouterr().out)["changes"] if each["axis"] == "stage"]
    assert len(changes) == 1
    change = changes[0]
    assert (change["before"], change["after"], change["day"]) == ("preparation", "filming", "2017-06-22")
    assert change["probability"] > 0.75
    assert {report["quote"] for report in change["why"]} >= {"cameras rolled in Harlem today", "is now in production"}
    assert run(["changes", "Luke Cage", "--season", "2", *WINDOW, "--as-published"]) == 0
    out = capsys.readouterr().out
    assert "preparation → filming (" in out
    assert "“cameras rolled in Harlem today”" in out
    assert "Netflix, in Deadline, 22 June 2017" in out


def test_a_silent_month_says_how_to_look_further_back(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Old articles show nothing without --since, even as published; with it nothing is left to say."""
    hint = "only the last 30 days are told; --since DAY"
    assert run(["changes", "Luke Cage", "--season", "2", "--as-published", "--as-of", "2019-01-01"]) == 0
    assert hint in capsys.readouterr().err
    assert run(["changes", "Luke Cage", "--season", "2", "--as-published", *WINDOW]) == 0
    assert hint not in capsys.readouterr().err


def test_old_articles_read_today_change_nothing(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All was read on 1 January 2026: neither then nor since did anything change."""
    assert run(["changes", "--since", "2013-01-01", "--as-of", "2026-03-01"]) == 0
    out = capsys.readouterr()
    assert "No change from 1 January 2013 to 1 March 2026." in out.out
    assert "--as-published" in out.err


def test_more_of_the_archive_read_later_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The order is read as news in June; reports of January that come in a week later tell of the past."""
    path = tmp_path / "late.db"
    order = "2017-06-01 | Variety | Late Tide | 1 | order | 2017-05-30 | asserted | HBO | HBO | was picked up"
    old = """
        2017-01-21 | OLV | Late Tide | 1 | filming_start | 2017-01-21 | asserted | | | cameras rolled today
        2017-02-02 | Deadline | Late Tide | 1 | filming | | asserted | HBO | | is now in production
    """
    read_on(monkeypatch, path, "2017-06-01", order)
    read_on(monkeypatch, path, "2017-06-08", old)
    ask = ["changes", "--since", "2017-05-01", "--as-of", "2017-06-20", "--ledger", str(path), "--json"]
    assert run(ask) == 0
    assert [each for each in json.loads(capsys.readouterr().out)["changes"] if each["axis"] == "stage"] == []


def test_a_date_that_passes_ages_into_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A premiere announced for 22 June is told as released after it, with the announcement as the reason."""
    path = tmp_path / "dated.db"
    for day, quote in (("2018-05-20", "premieres on 22 June"), ("2018-06-01", "arrives on 22 June")):
        read_on(
            monkeypatch, path, day, f"{day} | Variety | Tide | 1 | release | 2018-06-22 | asserted | | HBO | {quote}"
        )
    ask = ["changes", "Tide", "--since", "2018-06-02", "--as-of", "2018-08-01", "--ledger", str(path), "--json"]
    assert run(ask) == 0
    found = [each for each in json.loads(capsys.readouterr().out)["changes"] if each["axis"] == "stage"]
    assert [each["after"] for each in found] == ["released"]
    assert "2018-06-22" < found[0]["day"] < "2018-07-10"
    assert "premieres on 22 June" in [report["quote"] for report in found[0]["why"]]


def test_the_window_decides_what_is_shown(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Before the shoot began nothing of it is told; the wrong order of days is wrong usage."""
    assert (
        run(["changes", "Luke Cage", "--since", "2017-06-10", "--as-of", "2017-06-20", "--as-published", "--json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)["changes"]
    assert "filming" not in [each["after"] for each in told]
    assert run(["changes", "--since", "2017-06-10", "--as-of", "2017-06-01"]) == 2
    assert run(["changes", "--season", "2"]) == 2
