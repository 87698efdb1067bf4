"""
`callboard.open` answers as the commands do, in types, and the tutorial's code runs as it stands.

`python tests/test_api.py --write` puts the present output into the tutorial.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from board_stories import CAGE, record
from test_readme import KEPT, is_there

import callboard
from callboard.cli.main import run
from callboard.errors import CallboardError, LedgerError, UnknownTitle
from callboard.model import Decision, Event, Milestone, Stage
from callboard.show import frames

ROOT = Path(__file__).resolve().parents[1]
TUTORIAL = ROOT / "docs" / "tutorial.md"
PART = re.compile(r"^```python\n(?P<code>.*?)^```\n\n```text\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL)
DAY = dt.date(2017, 6, 20)
HOSTILE = """
    2017-06-19 | <b>Out</b> | <script>x</script> Night | 1 | filming | | asserted | </td></table> | | shot \u202e<img src=x>
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(tmp_path_factory.mktemp("api") / "board.db", CAGE + HOSTILE)


@pytest.fixture(scope="module")
def opened(path: Path) -> Iterator[Any]:
    with callboard.open(path) as ledger:
        yield ledger


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What a command says as JSON."""
    capsys.readouterr()
    assert run([*words, "--as-of", str(DAY), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def _set(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBOARD_LEDGER", str(path))


@pytest.mark.usefixtures("_set")
def test_answers_are_those_of_the_commands(opened: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The same judgement of the same claims: stage, decision, dates, claims, changes, and the order of the board."""
    status, said = opened.status("Luke Cage", 2, as_of=DAY), told(capsys, "status", "Luke Cage", "--season", "2")
    assert (status.text, status.because, status.as_of) == (said["answer"], said["because"], DAY)
    stages = {row.value: round(row.probability, 4) for row in status.rows if row.axis == "stage"}
    assert stages == {Stage(name): p for name, p in said["stage"].items()}
    assert status.decision is Decision(max(said["decision"], key=said["decision"].get))
    why = opened.why("Luke Cage", 2, as_of=DAY)
    assert [row.claim for row in why.rows] == [claim["id"] for claim in said["claims"]]
    board = opened.board(as_of=DAY)
    assert [(row.id, row.stage) for row in board.rows] == [
        (row["id"], max(row["stage"], key=row["stage"].get)) for row in told(capsys, "board")["productions"]
    ]
    arguments = ["--since", "2016-01-01", "--as-published"]
    changes = opened.changes(since="2016-01-01", as_of=DAY, as_published=True)
    assert changes.rows
    assert [(str(row.day), row.title, row.before, row.after, list(row.quotes)) for row in changes.rows] == [
        (each["day"], each["title"], each["before"], each["after"], [why["quote"] for why in each["why"]])
        for each in told(capsys, "changes", *arguments)["changes"]
    ]


def test_dates_are_days_and_what_is_dropped_has_none(opened: Any) -> None:
    """The range holds its middle; Paper Harbour will not be made, so its premiere is not due."""
    rows = {row.milestone: row for row in opened.when("Luke Cage", 2, as_of="2017-06-20").rows}
    release = rows[Milestone.RELEASE]
    assert DAY < release.first <= release.middle <= release.last
    dropped = {row.milestone: row for row in opened.when("Paper Harbour", as_of="2016-12-20").rows}
    assert dropped[Milestone.RELEASE].first is None


def test_claims_are_the_ledgers_and_plots_are_asked_for(opened: Any) -> None:
    """In every spelling of a title, of one season or all; a plot only with `spoilers`; later ones not at all."""
    cage = opened.claims("luke cage", 2, as_of=DAY).rows
    assert len(cage) == 5
    assert all(row.event is not Event.STORY and row.season == 2 for row in cage)
    assert len(opened.claims("luke cage", 2, as_of=DAY, spoilers=True)) == 6
    assert len(opened.claims("luke cage", as_of=DAY)) == 7
    assert {row.title for row in opened.claims("Jessica Jones", as_of=DAY).rows} == {
        "Marvel's Jessica Jones",
        "Jessica Jones",
    }
    assert len(opened.claims(as_of="2013-12-01")) == 1


def test_filters_of_the_board(opened: Any) -> None:
    """By stage, platform and a part of the title, and all that there is."""
    assert {row.title for row in opened.board(as_of=DAY, stage="preparation").rows} == {"Luke Cage"}
    assert {row.title for row in opened.board(as_of=DAY, title="defend").rows} == {"The Defenders"}
    assert all(row.platform == "Netflix" for row in opened.board(as_of=DAY, platform="netflix").rows)
    assert len(opened.board(as_of=DAY, everything=True)) > len(opened.board(as_of=DAY))


def test_answers_are_frozen_and_make_frames(opened: Any) -> None:
    """A frame has a column for each field and a row for each row; enumerations are text."""
    status = opened.status("Luke Cage", 2, as_of=DAY)
    with pytest.raises(dataclasses.FrozenInstanceError):
        status.stage = Stage.RELEASED
    for answer in (
        status,
        opened.board(as_of=DAY),
        opened.why("Luke Cage", 2, as_of=DAY),
        opened.when("Luke Cage", 2, as_of=DAY),
        opened.claims(as_of=DAY),
        opened.changes(since="2016-01-01", as_of=DAY, as_published=True),
    ):
        frame = answer.to_frame("pandas")
        assert list(frame.columns) == [each.name for each in dataclasses.fields(answer.rows[0])]
        assert len(frame) == len(answer) > 0
        assert set(answer.columns) <= set(frame.columns)
        json.dumps(answer.to_rows(), default=dt.date.isoformat)
    assert opened.board(as_of=DAY).to_rows()[0]["stage"] == "filming"


def test_without_a_library_rows_are_plain(opened: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dictionaries come back; who named a library that is not there is told what to do."""
    monkeypatch.setattr(frames, "find_spec", lambda name: None)
    answer = opened.when("Luke Cage", 2, as_of=DAY)
    assert answer.to_frame() == answer.to_rows()
    with pytest.raises(CallboardError, match="pip install polars"):
        answer.to_frame("polars")
    with pytest.raises(CallboardError, match="choose one of pandas, polars"):
        answer.to_frame("arrow")


def test_polars_gets_the_same_rows(opened: Any) -> None:
    """Columns that begin with nothing, lists and dates included."""
    pytest.importorskip("polars", reason="polars is not installed")
    answer = opened.changes(since="2016-01-01", as_of=DAY, as_published=True)
    assert answer.to_frame("polars").to_dicts() == answer.to_rows()
    assert opened.claims(as_of=DAY).to_frame("polars").height == len(opened.claims(as_of=DAY))


def test_a_notebook_gets_a_table_in_which_nothing_runs(opened: Any) -> None:
    """Markup that was read is text; the only tags are those of one table."""
    for answer in (
        opened.board(as_of=DAY),
        opened.claims(as_of=DAY),
        opened.why("<script>x</script> Night", as_of=DAY),
    ):
        tags: list[str] = []
        parser = HTMLParser()
        parser.handle_starttag = lambda tag, attrs, tags=tags: tags.append(tag)  # type: ignore[method-assign]
        html = answer._repr_html_()
        parser.feed(html)
        assert set(tags) == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
        assert "\u202e" not in html
        assert tags.count("tr") == len(answer) + 1


def test_a_long_table_says_that_it_is_cut() -> None:
    """Fifty rows are shown, and how many are not."""

    @dataclasses.dataclass
    class Row:
        n: int

    html = frames.make_table([Row(n) for n in range(61)], "c", {"n": "N"})
    assert html.count("<tr>") == 51
    assert "and 11 more" in html


def test_what_cannot_be_answered_is_said(opened: Any, tmp_path: Path) -> None:
    """No ledger, no such title, no day, no stage, days in the wrong order."""
    with pytest.raises(LedgerError, match=r"none\.db"):
        callboard.open(tmp_path / "none.db")
    for ask in (opened.status, opened.claims):
        with pytest.raises(UnknownTitle) as caught:
            ask("Luke Caage", as_of=DAY)
        assert "Luke Cage" in caught.value.near
    with pytest.raises(CallboardError, match="is not a day"):
        opened.board(as_of="June")
    with pytest.raises(CallboardError, match="is no stage"):
        opened.board(stage="shooting", as_of=DAY)
    with pytest.raises(CallboardError, match="neither"):
        opened.status("Luke Cage", kind="play", as_of=DAY)
    with pytest.raises(CallboardError, match="is after as_of"):
        opened.changes(since="2017-07-01", as_of=DAY)


@pytest.mark.usefixtures("_set")
def test_the_ledger_of_the_settings_is_taken() -> None:
    """As for the commands."""
    with callboard.open() as ledger:
        assert ledger.status("Luke Cage", as_of=DAY).production.season == 2


def test_importing_costs_nothing() -> None:
    """What answers is loaded by `open`: the package alone, and the help of the command line, need none of it."""
    code = "import sys, callboard, callboard.cli.main; print(*sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"callboard.api", "callboard.board", "numpy", "sqlalchemy", "jinja2", "rich", "pandas", "starlette"}
    assert not heavy & set(found)


def run_tutorial(folder: Path) -> list[str]:
    """What each part of the tutorial prints, run one after the other in one process of its own."""
    text = TUTORIAL.read_text("utf-8")
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
        subprocess.run(["bash", "-c", command], cwd=folder, env=environment, check=True, capture_output=True)
    names: dict[str, Any] = {}
    outputs = []
    with contextlib.chdir(folder):
        for part in PART.finditer(text):
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                exec(compile(part["code"], str(TUTORIAL), "exec"), names)
            outputs.append(printed.getvalue())
    return outputs


def test_the_tutorial_runs_and_shows_what_it_prints(tmp_path: Path) -> None:
    """All of its code is run, and its lines are there in shape; else write them anew and look at the difference."""
    text = TUTORIAL.read_text("utf-8")
    parts = list(PART.finditer(text))
    assert len(parts) == text.count("```python")
    lines, missing = 0, []
    for part, output in zip(parts, run_tutorial(tmp_path), strict=True):
        expected = part["output"].splitlines()
        assert expected, part["code"]
        assert output.strip(), part["code"]
        lines += len(expected)
        missing += [line for line in expected if not is_there(line, output.splitlines())]
    assert len(missing) <= (1 - KEPT) * lines, missing


def write() -> None:
    """Put the present output of each part into the tutorial."""
    text = TUTORIAL.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        outputs = iter(run_tutorial(Path(folder)))

    def filled(part: re.Match[str]) -> str:
        printed = re.sub(r"[ \t]+$", "", next(outputs), flags=re.MULTILINE).rstrip("\n")
        return f"```python\n{part['code']}```\n\n```text\n{printed}\n```"

    TUTORIAL.write_text(PART.sub(filled, text), "utf-8")


if __name__ == "__main__" and "--write" in sys.argv:
    write()
