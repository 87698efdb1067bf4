"""`callboard judge` on input that no press would write: a sensible judgement each time, or a clear error."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from click.testing import CliRunner

from callboard.cli.judge import command

AS_OF = "2017-06-10"
PERCENTS = ("p05", "p10", "p25", "p50", "p75", "p90", "p95")


def claim(event: str, when: str | None = None, modality: str = "asserted", **more: str) -> dict[str, Any]:
    return {"event": event, "time": when, "modality": modality, "outlet": "Deadline", "said": "2017-06-01"} | more


def judged(*claims: dict[str, Any]) -> dict[str, Any]:
    """The answer of the command to one line; what holds for every answer is checked here."""
    line = {"id": "x", "as_of": AS_OF, "title": "Luke Cage", "season": 2, "kind": "season", "platform": "Netflix"}
    result = CliRunner().invoke(command, input=json.dumps(line | {"claims": list(claims)}) + "\n")
    assert (result.exit_code, result.stderr) == (0, "")
    answer: dict[str, Any] = json.loads(result.stdout)
    for axis in ("stage", "decision"):
        assert sum(answer[axis].values()) == pytest.approx(1, abs=0.001)
    for forecast in answer["milestones"].values():
        days = [forecast[p] for p in PERCENTS]
        assert days == sorted(days)
        assert 0 <= forecast["done"] <= 1
    return answer


def test_no_claims_leave_every_stage_open() -> None:
    """Nothing is said, so no stage is sure, and nothing is dropped."""
    answer = judged()
    assert max(answer["stage"].values()) < 0.9
    assert answer["decision"]["cancelled"] < 0.1


def test_only_denials_leave_it_in_development() -> None:
    """Not ordered, not filming, no date: neither released nor in the making."""
    answer = judged(*(claim(event, None, "denied") for event in ("order", "filming", "filming_start", "release")))
    assert answer["stage"]["development"] > 0.5
    assert answer["stage"]["released"] < 0.05


def test_dates_in_reverse_order_still_come_out_in_order() -> None:
    """Out before the wrap, wrapped before the start, begun before the order: the medians come out in their order."""
    answer = judged(
        claim("release", "2016-01-05"),
        claim("filming_end", "2016-06-01"),
        claim("filming_start", "2017-01-01"),
        claim("order", "2017-05-01"),
    )
    medians = [answer["milestones"][name]["p50"] for name in ("order", "filming_start", "release")]
    assert medians == sorted(medians)


@pytest.mark.parametrize("when", ["9999", "9999-12-31", "../9999-12-31", "0001-01-01"])
def test_the_ends_of_the_calendar_are_days_like_others(when: str) -> None:
    """A release in the year 9999 or 1 neither crashes nor ends the world: the stage of the other claim holds."""
    answer = judged(claim("filming", source="Netflix"), claim("release", when))
    assert answer["stage"]["filming"] > 0.4 or answer["stage"]["released"] > 0.4


def test_a_day_beyond_the_calendar_is_a_clear_error() -> None:
    """31 February is no day: the line and the claim are named."""
    line = {"id": "x", "as_of": AS_OF, "title": "T", "claims": [claim("release", "2018-02-31")]}
    result = CliRunner().invoke(command, input=json.dumps(line) + "\n")
    assert result.exit_code == 1
    assert result.stderr.startswith("line 1: claim 1: ")


def test_ten_thousand_claims_are_judged_in_seconds() -> None:
    """Ten thousand reports that it films, each from a voice of its own: filming, within 20 seconds."""
    claims = [
        claim("filming", said=f"2017-{1 + n % 5:02d}-{1 + n % 28:02d}", source=f"Voice {n}") for n in range(10_000)
    ]
    start = time.monotonic()
    answer = judged(claim("order", "2016-12-01"), *claims)
    assert time.monotonic() - start < 20
    assert answer["stage"]["filming"] > 0.8
