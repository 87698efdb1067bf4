"""`callboard calendar` writes what is due of the board, of a title, or of a season."""

from __future__ import annotations

from pathlib import Path

import ics
import pytest
from board_stories import CAGE, record

from callboard.cli.main import run

DAY = ["--as-of", "2017-06-20"]


@pytest.fixture(autouse=True)
def _asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_LEDGER", str(record(tmp_path / "board.db", CAGE)))


def names(text: str) -> set[str]:
    return {event.name.removeprefix("(expected) ").partition(":")[0] for event in ics.Calendar(text).events}


def test_the_board_a_title_or_a_season(capsys: pytest.CaptureFixture[str]) -> None:
    """Each has what was asked for and no more."""
    assert run(["calendar", *DAY]) == 0
    assert names(capsys.readouterr().out) == {
        "Luke Cage, season 2",
        "Jessica Jones, season 2",
        "The Defenders, season 1",
    }
    assert run(["calendar", "jessica jones", *DAY]) == 0
    assert names(capsys.readouterr().out) == {"Jessica Jones, season 2"}
    assert run(["calendar", "Luke Cage", "--season", "1", *DAY]) == 0
    assert names(capsys.readouterr().out) == set()


def test_a_file_has_the_bytes_of_stdout(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Lines end in CRLF in both, and nothing else is written; the same question has the same bytes."""
    out = tmp_path / "board.ics"
    assert run(["calendar", "--premieres-only", "--out", str(out), *DAY]) == 0
    assert capfdbinary.readouterr().out == b""
    assert run(["calendar", "--premieres-only", *DAY]) == 0
    assert capfdbinary.readouterr().out == out.read_bytes()
    assert out.read_bytes().count(b"\n") == out.read_bytes().count(b"\r\n") > 10


def test_what_cannot_be_done_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A season of nothing, an unknown title, a folder that is not there."""
    assert run(["calendar", "--season", "2", *DAY]) == 2
    assert "needs a TITLE" in capsys.readouterr().err
    assert run(["calendar", "Luke Caage", *DAY]) == 1
    assert "did you mean" in capsys.readouterr().err
    assert run(["calendar", "--out", str(tmp_path / "none" / "x.ics"), *DAY]) == 1
    assert "cannot be written" in capsys.readouterr().err
