"""What is worth telling, and what is not."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from test_judgement import LUKE_CAGE, told

from callboard.judge.changes import Axis, Change, find_changes, hold_mass
from callboard.judge.judgement import judge
from callboard.model import Production, Report


def changes(reports: Sequence[Report], first: str, last: str) -> list[Change]:
    """The changes that daily judgements of these reports bring, each report learned on the day it was said."""
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    judgements = []
    for n in range(0, (end - start).days + 1, 2):
        day = start + dt.timedelta(n)
        known = [r for r in reports if (r.learned.date() if r.learned else r.said.middle if r.said else day) <= day]
        judgements.append(judge(LUKE_CAGE, known, as_of=day, kind="season", platform="Netflix"))
    return find_changes(judgements, reports)


ORDER = told("2017-01-05", "order", "2017-01-05", source="Netflix")


def test_a_shoot_that_two_voices_report_is_told_once() -> None:
    """
    2017-06-06  On Location Vacations  filming_start
    2017-06-08  Netflix                filming
    2017-06-12  Mike Colter            filming
    """
    told_of = changes(
        [
            ORDER,
            told("2017-06-06", "filming_start", "2017-06-06", source="On Location Vacations"),
            told("2017-06-08", "filming", source="Netflix"),
            told("2017-06-12", "filming", source="Mike Colter"),
        ],
        "2017-05-20",
        "2017-07-10",
    )
    assert [change.after for change in told_of if change.axis is Axis.STAGE] == ["filming"]


def test_an_archive_read_today_is_no_news() -> None:
    """An article of June, read in November, is taken over without a word."""
    old = told("2017-06-06", "filming_start", "2017-06-06", source="Netflix")
    imported = dataclasses.replace(old, learned=dt.datetime(2017, 8, 20, tzinfo=dt.UTC))
    told_of = changes([ORDER, imported], "2017-08-01", "2017-09-10")
    assert [change for change in told_of if change.axis is Axis.STAGE] == []


def test_the_same_news_again_is_no_change() -> None:
    """Thirty days of the same report bring one change at most."""
    reports = [ORDER] + [
        told(f"2017-06-{day:02d}", "filming", source="Netflix", outlet=f"Blog {day}") for day in range(6, 30, 3)
    ]
    told_of = changes(reports, "2017-06-01", "2017-07-10")
    assert len([change for change in told_of if change.axis is Axis.STAGE]) <= 1


def test_a_moved_date_is_told_with_both_days() -> None:
    """
    2018-01-05  release 2018-03-02
    2018-02-05  release 2018-06-22, reschedule
    """
    told_of = changes(
        [
            ORDER,
            told("2018-01-05", "release", "2018-03-02", source="Netflix"),
            told("2018-02-05", "reschedule", "2018-06-22", source="Netflix"),
            told("2018-02-05", "release", "2018-06-22", source="Netflix"),
        ],
        "2018-01-10",
        "2018-02-20",
    )
    moved = [change for change in told_of if change.axis is Axis.RELEASE]
    assert [(change.before, change.after) for change in moved] == [("2018-03-02", "2018-06-22")]


def test_a_date_that_passes_ages_into_released() -> None:
    """The announced day comes and goes with no report against it: released."""
    told_of = changes(
        [ORDER, told("2018-05-20", "release", "2018-06-22", source="Netflix")], "2018-06-10", "2018-08-30"
    )
    assert "released" in [change.after for change in told_of if change.axis is Axis.STAGE]


def test_an_order_that_is_taken_back_is_told() -> None:
    """Cancelled or withdrawn is not told apart for sure; together they are likely, and told once."""
    cancelled = [told("2017-06-01", "cancellation", source="Netflix"), told("2017-06-03", "cancellation")]
    told_of = changes([ORDER, *cancelled], "2017-05-20", "2017-07-10")
    (change,) = [change for change in told_of if change.axis is Axis.DECISION]
    assert (change.before, change.after) == ("ordered", "withdrawn")
    assert change.probability > 0.75


def test_a_day_on_which_everything_changes_is_held_back() -> None:
    """Fifty of a hundred productions at once are a broken feed; three are news."""

    def change(number: int, day: dt.date) -> Change:
        return Change(day, Production(f"Title {number}"), Axis.STAGE, "ordered", "filming", 0.9, ("a", "b"))

    flood = [change(n, dt.date(2017, 6, 6)) for n in range(50)]
    news = [change(n, dt.date(2017, 6, 7)) for n in range(3)]
    assert hold_mass([*flood, *news], followed=100) == news
