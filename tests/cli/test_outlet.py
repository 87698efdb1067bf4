"""`callboard outlet`: how often a voice was right, of what has since become known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from board_stories import record

from callboard.cli.main import run

# Variety and Deadline agree on the start; the blog was three months off, and its word on the wrap nobody can check yet.
STORY = """
    2018-03-02 | Variety | Paper Moon Bay | 1 | filming_start | 2018-03-01 | asserted | | | began on 1 March
    2018-03-03 | Deadline | Paper Moon Bay | 1 | filming_start | 2018-03-01 | asserted | | | cameras rolled on 1 March
    2018-03-20 | moon.example | Paper Moon Bay | 1 | filming_start | 2017-12-01 | asserted | | | has filmed since December
    2018-06-20 | moon.example | Paper Moon Bay | 1 | filming_end | 2018-06-19 | asserted | | | wrapped yesterday
"""
DAY = ["--as-of", "2018-07-01"]


@pytest.fixture(autouse=True)
def _asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_LEDGER", str(record(tmp_path / "board.db", STORY)))


def test_a_claim_is_checked_against_what_two_others_agree_on(capsys: pytest.CaptureFixture[str]) -> None:
    """The blog had one of one wrong: (20 * 0.05 + 1) / (20 + 1) with the prior of an outlet of no known kind."""
    assert run(["outlet", "moon.example", *DAY, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["reports"], found["checked"], found["wrong"]) == (2, 1, 1)
    assert found["wrong_rate"] == round((20 * 0.05 + 1) / 21, 4)


def test_where_only_one_other_speaks_nothing_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    """Against Variety stand Deadline and the blog, who disagree: as its kind is taken, so is it."""
    assert run(["outlet", "Variety", *DAY]) == 0
    out = capsys.readouterr().out
    assert "Variety (trade press)" in out
    assert "None of 1 report could be checked yet." in out
    assert "3.0 %" in out


def test_who_was_never_heard_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """With the name, and status 1."""
    assert run(["outlet", "The Unheard", *DAY]) == 1
    assert "'The Unheard'" in capsys.readouterr().err
