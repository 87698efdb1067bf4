"""`callboard board` lists what is being made, filtered, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from board_stories import CAGE, record

from callboard.cli.main import run

DAY = ["--as-of", "2017-06-20"]


@pytest.fixture(autouse=True)
def _asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_LEDGER", str(record(tmp_path / "board.db", CAGE)))


def names(out: str) -> list[tuple[str, int | None]]:
    return [(row["title"], row["season"]) for row in json.loads(out)["productions"]]


def test_what_films_comes_first_then_what_is_prepared(capsys: pytest.CaptureFixture[str]) -> None:
    """Jessica Jones films, Luke Cage is prepared, The Defenders are in post-production with a date."""
    assert run(["board", *DAY]) == 0
    out = capsys.readouterr().out
    places = [
        out.index(name) for name in ("Filming now", "Jessica Jones", "Preparing", "Luke Cage, season 2", "Defenders")
    ]
    assert places == sorted(places)
    assert "2017-06-09" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--filming-now"], [2]),
        (["--stage", "preparation"], [2]),
        (["--title", "defend"], [1]),
        (["--platform", "netflix", "--stage", "filming"], [2]),
        (["--platform", "HBO"], []),
    ],
)
def test_filters_leave_what_was_asked_for(
    capsys: pytest.CaptureFixture[str], filters: list[str], expected: list[int]
) -> None:
    """Each filter by itself and together."""
    assert run(["board", *DAY, "--json", *filters]) == 0
    assert [season for _, season in names(capsys.readouterr().out)] == expected


def test_a_date_is_told_as_announced_until_it_is_moved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The Defenders are dated; after word that they are moved, to no day, they are not."""
    run(["board", *DAY])
    out = capsys.readouterr().out
    assert out.index("Dated") < out.index("The Defenders")
    assert "18 August 2017" in out
    moved = "2017-06-12 | Variety | The Defenders | 1 | reschedule | | asserted | Netflix | | has been pushed back"
    path = record(tmp_path / "moved.db", CAGE + moved)
    run(["board", *DAY, "--ledger", str(path)])
    out = capsys.readouterr().out
    assert "Dated" not in out
    assert "The Defenders" in out
    assert "18 August 2017" not in out


def test_all_shows_what_is_long_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Season 1, out for nine months, and the film dropped half a year ago."""
    run(["board", *DAY, "--json"])
    usual = names(capsys.readouterr().out)
    assert ("Luke Cage", 1) not in usual
    assert ("Paper Harbour", None) not in usual
    run(["board", *DAY, "--json", "--all"])
    everything = names(capsys.readouterr().out)
    assert {("Luke Cage", 1), ("Paper Harbour", None), *usual} <= set(everything)


def test_an_early_day_has_an_empty_board(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing had been said: that is told, with exit 0."""
    assert run(["board", "--as-of", "2001-01-01"]) == 0
    out = capsys.readouterr()
    assert "Nothing to show as of 1 January 2001" in out.out
    assert "--all" in out.err


@pytest.mark.parametrize("width", [50, 80, 100, 160])
def test_no_line_is_wider_than_the_window(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Columns go when there is no room, words are not torn into letters."""
    monkeypatch.setenv("COLUMNS", str(width))
    assert run(["board", *DAY]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= width
    assert "filming" in out
