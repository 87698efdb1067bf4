"""Ranges and shares are read from a judgement's quantiles as probability says they must be."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.model import Decision, Judgement, Milestone, MilestoneForecast, Production, Stage
from callboard.show.outlook import day_of, is_dropped, next_milestone, range_of, reached_by, stage_shares

AS_OF = dt.date(2017, 6, 20)


def forecast(first: int, step: int, done: float) -> MilestoneForecast:
    """Quantiles a number of days apart, the first of them some days after the day of the judgement."""
    return MilestoneForecast(
        done, {p: AS_OF + dt.timedelta(first + place * step) for place, p in enumerate((5, 10, 25, 50, 75, 90, 95))}
    )


def judged(*starts: int, released: float = 0.0, cancelled: float = 0.0, step: int = 10) -> Judgement:
    """A judgement whose milestones begin some days after its day."""
    rest = 1 - released
    return Judgement(
        production=Production("Any", 1),
        as_of=AS_OF,
        stage={stage: released if stage is Stage.RELEASED else rest / 5 for stage in Stage},
        decision={
            decision: cancelled
            if decision is Decision.CANCELLED
            else 1 - cancelled
            if decision is Decision.ORDERED
            else 0.0
            for decision in Decision
        },
        milestones={
            m: forecast(start, step, 0.9 if start < -40 else 0.0) for m, start in zip(Milestone, starts, strict=True)
        },
    )


def test_what_is_behind_us_lies_before_the_day_and_what_is_due_after_it() -> None:
    """A milestone reached with 80 % is given in the past, one reached with 20 % in the future."""
    past = range_of(forecast(-100, 20, 0.8), AS_OF)
    assert past.first < past.middle < past.last <= AS_OF
    due = range_of(forecast(-30, 20, 0.2), AS_OF)
    assert AS_OF <= due.first < due.middle < due.last


def test_a_range_of_what_is_surely_ahead_is_that_of_its_quantiles() -> None:
    """With nothing behind us nothing is cut off: 10, 50 and 90 percent are the judge's own."""
    sure = forecast(10, 10, 0.0)
    found = range_of(sure, AS_OF)
    assert (found.first, found.middle, found.last) == (sure.quantiles[10], sure.quantiles[50], sure.quantiles[90])


def test_between_quantiles_lies_a_straight_line() -> None:
    """Half way between 50 and 75 percent, half way between their days; and back."""
    found = forecast(0, 10, 0.0)
    assert day_of(found.quantiles, 0.625) == AS_OF + dt.timedelta(35)
    assert reached_by(found, AS_OF + dt.timedelta(35)) == pytest.approx(0.625)
    assert reached_by(found, AS_OF - dt.timedelta(11)) == 0.0
    assert reached_by(found, AS_OF + dt.timedelta(71)) == 1.0


@given(st.lists(st.integers(-2000, 2000), min_size=5, max_size=5), st.integers(0, 200), st.integers(-3000, 4000))
def test_shares_are_a_probability_on_every_day(starts: list[int], step: int, days: int) -> None:
    """None is negative, and they sum to 1, however the milestones lie."""
    shares = stage_shares(judged(*starts, step=step), AS_OF + dt.timedelta(days))
    assert min(shares) >= 0
    assert sum(shares) == pytest.approx(1)


def test_the_next_milestone_is_the_first_that_was_not_reached() -> None:
    """After preparation comes the start of filming; nothing comes after a cancellation or the premiere."""
    assert next_milestone(judged(-300, -200, 30, 100, 300)) is Milestone.FILMING_START
    assert next_milestone(judged(-900, -800, -700, -600, -500, released=0.9)) is None
    dropped = judged(-300, -200, 30, 100, 300, cancelled=0.9)
    assert is_dropped(dropped)
    assert next_milestone(dropped) is None
