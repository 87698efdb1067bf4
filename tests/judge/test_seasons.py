"""Which reports speak of a season, and what those about its neighbours say of it."""

from __future__ import annotations

import datetime as dt

import pytest
from test_judgement import told

from callboard.judge.judgement import judge
from callboard.judge.seasons import reports_for
from callboard.model import Decision, Event, Judgement, Modality, Production, Report, Stage


def about(season: int | None, said: str, event: str, time: str | None = None, modality: str = "asserted") -> Report:
    return told(said, event, time, modality, production=Production("Luke Cage", season))


def judged(season: int, as_of: str, *reports: Report) -> Judgement:
    production = Production("Luke Cage", season)
    return judge(
        production,
        reports_for(production, reports),
        as_of=dt.date.fromisoformat(as_of),
        kind="season",
        platform="Netflix",
    )


def test_own_reports_come_as_they_are() -> None:
    """What is said of the season itself is kept unchanged, other titles are not."""
    own = about(2, "2017-06-06", "filming")
    other = told("2017-06-06", "filming", production=Production("Jessica Jones", 2))
    assert reports_for(Production("Luke Cage", 2), [own, other]) == [own]


def test_a_later_season_being_made_means_that_this_one_is_out() -> None:
    """
    2019-03-01  season 4  filming
    """
    assert judged(2, "2019-03-01", about(4, "2019-03-01", "filming")).most_likely is Stage.RELEASED


def test_a_renewal_says_that_the_season_before_was_ordered() -> None:
    """
    2017-07-21  season 3  order
    """
    found = judged(2, "2017-07-21", about(3, "2017-07-21", "order", "2017-07-21"))
    assert found.decision[Decision.OPEN] < 0.1


def test_a_series_cancelled_drops_the_season_that_was_to_come() -> None:
    """
    2018-06-25  season 2  release 2018-06-22
    2018-09-01  season 3  order expected
    2018-10-19  series    cancellation
    """
    reports = (
        about(2, "2018-06-25", "release", "2018-06-22"),
        about(3, "2018-09-01", "order", None, "expected"),
        about(None, "2018-10-19", "cancellation", "2018-10-19"),
    )
    third = judged(3, "2018-10-20", *reports)
    assert third.decision[Decision.CANCELLED] + third.decision[Decision.WITHDRAWN] > 0.5
    second = judged(2, "2018-10-20", *reports)
    assert second.most_likely is Stage.RELEASED
    assert second.decision[Decision.CANCELLED] < 0.1


def test_no_third_season_says_nothing_against_the_second() -> None:
    """
    2018-06-25  season 2  release 2018-06-22
    2018-10-19  season 3  cancellation
    """
    reports = (about(2, "2018-06-25", "release", "2018-06-22"), about(3, "2018-10-19", "cancellation"))
    assert judged(2, "2018-10-20", *reports).most_likely is Stage.RELEASED


def test_the_season_before_still_filming_holds_this_one_back() -> None:
    """
    2017-06-06  season 2  filming
    """
    translated = reports_for(Production("Luke Cage", 3), [about(2, "2017-06-06", "filming")])
    assert [(r.claim.event, r.claim.modality) for r in translated] == [(Event.FILMING_START, Modality.DENIED)]


@pytest.mark.parametrize("event", ["story", "casting", "location", "reception"])
def test_cast_and_plot_of_the_series_say_nothing_of_a_season(event: str) -> None:
    """Such claims without a season are left out."""
    assert reports_for(Production("Luke Cage", 2), [about(None, "2017-06-06", event)]) == []
