"""`callboard why` shows the sentences: who said them, when, what they moved; plots only on demand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from board_stories import CAGE, record

from callboard.cli.main import run

ASK = ["Luke Cage", "--season", "2", "--as-of", "2017-06-20"]
CONTESTED = """
    2018-03-01 | Variety | Paper Moon Bay | 1 | filming_start | 2018-03-01 | asserted | HBO | HBO | cameras rolled today
    2018-03-20 | fans.example | Paper Moon Bay | 1 | filming_end | 2018-03-19 | possible | unnamed | | may have wrapped
    2018-03-21 | Deadline | Paper Moon Bay | 1 | filming | | asserted | HBO | | is still shooting
"""


@pytest.fixture(autouse=True)
def _asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_LEDGER", str(record(tmp_path / "board.db", CAGE + CONTESTED)))


def test_each_report_is_told_with_its_words_and_its_speaker_newest_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Quote, speaker, outlet, day, how it is put and its address."""
    assert run(["why", *ASK]) == 0
    out = capsys.readouterr().out
    assert "“began training”" in out
    assert "Simone Missick (named person), in Culturess, 6 June 2017" in out
    assert "start of filming, expected, 6 June – 5 July 2017" in out
    assert "https://news.example/2017-06-06/" in out
    assert out.index("“signs are up in Harlem”") < out.index("“began training”") < out.index("“has been renewed”")


def test_plots_are_hidden_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """In text and in JSON."""
    run(["why", *ASK])
    assert "Heroes for Hire" not in (out := capsys.readouterr().out)
    assert "--spoilers" in out
    run(["why", *ASK, "--spoilers"])
    assert "Heroes for Hire" in capsys.readouterr().out
    run(["why", *ASK, "--json"])
    assert "Heroes for Hire" not in capsys.readouterr().out
    run(["why", *ASK, "--json", "--spoilers"])
    claims = json.loads(capsys.readouterr().out)["claims"]
    assert [claim["quote"] for claim in claims if claim["event"] == "story"] == [
        "could pick up the Heroes for Hire plot"
    ]


def test_who_disagrees_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    """A rumour that it wrapped speaks against filming, and is told with what it moved."""
    run(["why", "Paper Moon Bay", "--season", "1", "--as-of", "2018-03-25", "--json"])
    claims = {claim["quote"]: claim for claim in json.loads(capsys.readouterr().out)["claims"]}
    assert claims["may have wrapped"]["stage_shift"] < 0 < claims["is still shooting"]["stage_shift"]
    assert claims["may have wrapped"]["voice"] == "unnamed source"
    run(["why", "Paper Moon Bay", "--season", "1", "--as-of", "2018-03-25"])
    assert "speaks against: " in capsys.readouterr().out


def test_a_quote_can_neither_colour_nor_reorder_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Escape sequences, markup and marks that reorder text come out harmless, and JSON keeps them, escaped."""
    hostile = "wrapped \x1b[31mred\x1b[0m [bold]not[/bold] \u202egnissim\u202c \x9b2J done"
    path = record(
        tmp_path / "hostile.db",
        f"2018-03-01 | Vari\u202eety | Grey Ferry | 1 | filming_end | 2018-03-01 | asserted | | | {hostile}",
    )
    assert run(["why", "Grey Ferry", "--season", "1", "--as-of", "2018-03-25", "--ledger", str(path)]) == 0
    out = capsys.readouterr().out
    assert not {"\x1b", "\x9b", "\u202e", "\u202c"} & set(out)
    assert "[bold]not[/bold]" in out
    assert run(["why", "Grey Ferry", "--season", "1", "--as-of", "2018-03-25", "--json", "--ledger", str(path)]) == 0
    raw = capsys.readouterr().out
    assert not {"\x1b", "\x9b", "\u202e", "\u202c"} & set(raw)
    assert json.loads(raw)["claims"][0]["quote"] == hostile
