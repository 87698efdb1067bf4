"""`callboard judge`: JSON Lines in, JSON Lines out."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from callboard.cli.judge import command

LINE = {
    "id": "a",
    "as_of": "2017-06-10",
    "title": "Luke Cage",
    "season": 2,
    "kind": "season",
    "platform": "Netflix",
    "claims": [
        {
            "event": "filming_start",
            "time": "2017-06-06",
            "modality": "asserted",
            "source": "OLV",
            "outlet": "Screen Rant",
            "said": "2017-06-06",
        }
    ],
    "earlier": [{"season": 1, "order": "2013-11-07", "filming_start": "2015-09", "release": "2016-09-30"}],
}
PERCENTS = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")


def run(*lines: object) -> tuple[list[dict[str, object]], str, int]:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    result = CliRunner().invoke(command, input=text)
    return [json.loads(line) for line in result.stdout.splitlines()], result.stderr, result.exit_code


def test_the_contract_holds() -> None:
    """A full line gives id, stage, decision and milestones, with probabilities that sum to 1 and ordered days."""
    answers, errors, status = run(LINE)
    assert (errors, status) == ("", 0)
    answer = answers[0]
    assert list(answer) == ["id", "stage", "decision", "milestones"]
    assert answer["id"] == "a"
    assert max(answer["stage"], key=answer["stage"].get) == "filming"
    for axis in ("stage", "decision"):
        assert sum(answer[axis].values()) == pytest.approx(1, abs=0.001)
    assert list(answer["milestones"]) == ["order", "preparation", "filming_start", "filming_end", "release"]
    for forecast in answer["milestones"].values():
        assert list(forecast) == ["done", *PERCENTS]
        days = [forecast[p] for p in PERCENTS]
        assert days == sorted(days)


def test_only_id_day_and_title_are_needed() -> None:
    """All else may be absent or null."""
    bare = {"id": 7, "as_of": "2017-06-10", "title": "Luke Cage"}
    empty = bare | dict.fromkeys(("season", "kind", "platform", "claims", "earlier"))
    answers, _, status = run(bare, empty)
    assert status == 0
    assert answers[0] == answers[1]
    assert answers[0]["id"] == 7


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[]", "expected a JSON object"),
        ({"id": "a", "title": "X"}, "as_of is missing"),
        (LINE | {"as_of": "soon"}, "is not a day"),
        (LINE | {"season": 0}, "positive integer"),
        (LINE | {"kind": "opera"}, "none of season, miniseries, film"),
        (LINE | {"platform": 5}, "platform"),
        (LINE | {"claims": {}}, "claims is not a list"),
        (LINE | {"claims": [{"event": "party"}]}, "claim 1"),
        (LINE | {"claims": [{"event": "release", "time": "2018/2017"}]}, "runs backward"),
        (LINE | {"earlier": [{"season": 1, "release": "then"}]}, "earlier 1"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(line: object, message: str) -> None:
    """The message on stderr has the line's number, the next line is judged, and the status is 1."""
    answers, errors, status = run(line, LINE)
    assert status == 1
    assert errors.startswith("line 1: ")
    assert message in errors
    assert [answer["id"] for answer in answers] == ["a"]


def test_no_input_is_no_output() -> None:
    """Empty lines are skipped."""
    assert run("", "") == ([], "", 0)
