"""`callboard times`: TIMEX3 for comparison with other programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from callboard.cli.times import command


def spans(text: str, dct: str = "1998-03-18") -> list[tuple[str, str, str]]:
    """Text, type and value of each expression that the command finds; 1998-03-18 is a Wednesday."""
    line = json.dumps({"id": "a", "dct": dct, "text": text})
    result = CliRunner().invoke(command, [], input=line + "\n")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.output)
    assert answer["id"] == "a"
    return [(text[span["start"] : span["end"]], span["type"], span["value"]) for span in answer["spans"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It ran for two days.", [("two days", "DURATION", "P2D")]),
        ("It ran for several months.", [("several months", "DURATION", "PXM")]),
        ("It ran for a year.", [("a year", "DURATION", "P1Y")]),
        ("It took 5 1/2 hours.", [("5 1/2 hours", "DURATION", "PT5H30M")]),
        ("It took half an hour.", [("half an hour", "DURATION", "PT30M")]),
        ("It took the past two decades.", [("the past two decades", "DURATION", "P20Y")]),
        ("They signed last week.", [("last week", "DATE", "1998-W11")]),
        ("They signed in the third quarter of 1997.", [("the third quarter of 1997", "DATE", "1997-Q3")]),
        ("They signed last fall.", [("last fall", "DATE", "1997-FA")]),
        ("They signed in the 1960s.", [("the 1960s", "DATE", "196")]),
        ("They signed on Monday.", [("Monday", "DATE", "1998-03-16")]),
        ("They met every Wednesday.", [("every Wednesday", "SET", "XXXX-WXX-3")]),
        ("They met daily.", [("daily", "SET", "P1D")]),
        ("They met at 8 p.m. Tuesday.", [("8 p.m. Tuesday", "TIME", "1998-03-17T20:00")]),
        ("They met at midnight Friday.", [("midnight Friday", "TIME", "1998-03-13T24:00")]),
        ("They met this morning.", [("this morning", "TIME", "1998-03-18TMO")]),
        ("They met last night.", [("last night", "TIME", "1998-03-17TNI")]),
        ("They are now in talks.", [("now", "DATE", "PRESENT_REF")]),
        ("They met recently.", [("recently", "DATE", "PAST_REF")]),
        ("They will meet in the near future.", [("the near future", "DATE", "FUTURE_REF")]),
        ("They met over the weekend.", [("the weekend", "DATE", "1998-W11-WE")]),
    ],
)
def test_values_are_those_of_timeml(text: str, expected: list[tuple[str, str, str]]) -> None:
    """Span, type and value as TimeBank would have them."""
    assert spans(text) == expected


def test_days_may_be_written_compact_or_with_a_clock() -> None:
    """The `dct` of TimeML files comes in three forms."""
    for dct in ("1998-03-18", "19980318", "1998-03-18T10:00:00"):
        assert spans("It airs tomorrow.", dct) == [("tomorrow", "DATE", "1998-03-19")]


def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    """One mistake in the data costs one line, not the run."""
    path = tmp_path / "texts.jsonl"
    good = json.dumps({"id": 7, "dct": "2017-06-10", "text": "It airs tomorrow."})
    path.write_text(f'not json\n{good}\n{{"id": 8, "text": "x", "dct": "someday"}}\n{{"id": 9}}\n', encoding="utf-8")
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [7]
    assert "line 1: not JSON" in result.stderr
    assert 'line 3: "dct" is no day' in result.stderr
    assert 'line 4: no "text"' in result.stderr
