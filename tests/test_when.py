"""Dates as they were said: what an EDTF string means, and what follows from it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.errors import WhenError
from callboard.when import SLACK_DAYS, SLACK_DAYS_YEAR, Precision, When

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
MARKS = st.sampled_from(["", "~", "?", "%"])


@st.composite
def points(draw: st.DrawFn) -> str:
    """A day, month, season or year, perhaps with a mark of doubt."""
    day, kind = draw(DAYS), draw(st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "season"]))
    bare = f"{day.year}-{draw(st.sampled_from([21, 22, 23, 24]))}" if kind == "season" else day.strftime(kind)
    return bare + draw(MARKS)


@st.composite
def whens(draw: st.DrawFn) -> When:
    """Any date of the forms callboard uses."""
    form = draw(st.sampled_from(["point", "from", "to", "between"]))
    if form == "point":
        return When.parse(draw(points()))
    if form == "from":
        return When.parse(draw(points()) + "/..")
    if form == "to":
        return When.parse("../" + draw(points()))
    first, last = sorted([draw(DAYS), draw(DAYS)])
    return When.between(first, last)


@given(whens())
def test_a_date_survives_being_written(when: When) -> None:
    """`parse` of `str` is the same date."""
    assert When.parse(str(when)) == when


@given(whens())
def test_bounds_hold_what_was_said(when: When) -> None:
    """First to last in order; the middle, both ends and nothing beyond them are contained."""
    first, last = when.bounds()
    assert first <= last
    assert when.width_days == (last - first).days + 1
    assert when.contains(when.middle)
    assert when.contains(first)
    assert when.contains(last)
    if first > dt.date.min:
        assert not when.contains(first - dt.timedelta(1))
        assert when.is_after(first - dt.timedelta(1))
    if last < dt.date.max:
        assert when.is_before(last + dt.timedelta(1))


@given(whens(), whens())
def test_overlap_is_mutual_and_means_a_common_day(one: When, other: When) -> None:
    """Overlap holds exactly where the later first day lies in both."""
    (a, b), (c, d) = one.bounds(), other.bounds()
    later = max(a, c)
    assert one.overlaps(other) == other.overlaps(one) == (one.contains(later) and other.contains(later))
    assert one.overlaps(one)
    assert one.overlaps(other) == (not (b < c or d < a))


@given(whens(), DAYS)
def test_a_day_is_before_within_or_after(when: When, day: dt.date) -> None:
    """Exactly one of the three."""
    assert [when.is_before(day), when.contains(day), when.is_after(day)].count(True) == 1


@given(whens(), st.integers(-3000, 3000))
def test_a_shift_keeps_the_width(when: When, days: int) -> None:
    """Both ends move alike, an open end stays open, and shifting back gives the same days."""
    moved = when.shifted(days)
    for before, after in ((when.first, moved.first), (when.last, moved.last)):
        assert after == (before and before + dt.timedelta(days))
    back = moved.shifted(-days)
    assert (back.first, back.last) == (when.first, when.last)


@given(points())
def test_doubt_widens(edtf: str) -> None:
    """An approximate date holds all that the plain one holds, and the slack on either side."""
    plain, doubtful = When.parse(edtf.rstrip("~?%")), When.parse(edtf.rstrip("~?%") + "~")
    slack = dt.timedelta(SLACK_DAYS_YEAR if plain.precision is Precision.YEAR else SLACK_DAYS)
    assert (plain.bounds()[0] - slack, plain.bounds()[1] + slack) == doubtful.bounds()
    assert doubtful.approximate
    assert not plain.approximate


@pytest.mark.parametrize(
    ("edtf", "first", "last", "precision"),
    [
        ("2017-08-18", "2017-08-18", "2017-08-18", Precision.DAY),
        ("2016-02", "2016-02-01", "2016-02-29", Precision.MONTH),
        ("2017", "2017-01-01", "2017-12-31", Precision.YEAR),
        ("2017-21", "2017-03-01", "2017-05-31", Precision.SEASON),
        ("2017-23", "2017-09-01", "2017-11-30", Precision.SEASON),
        ("2017-24", "2017-12-01", "2018-02-28", Precision.SEASON),
        ("2017-06-10/2017-07", "2017-06-10", "2017-07-31", Precision.INTERVAL),
        ("2017-22~", "2017-05-17", "2017-09-15", Precision.SEASON),
        ("2017-06-10/..", "2017-06-10", "9999-12-31", Precision.INTERVAL),
        ("../2017-06-10", "0001-01-01", "2017-06-10", Precision.INTERVAL),
    ],
)
def test_what_a_date_means(edtf: str, first: str, last: str, precision: Precision) -> None:
    """Seasons as the northern press means them, winter into the next year; intervals include both ends."""
    when = When.parse(edtf)
    assert tuple(map(str, when.bounds())) == (first, last)
    assert when.precision is precision


@pytest.mark.parametrize(
    "edtf",
    [
        "",
        " ",
        "soon",
        "2017-13",
        "2017-02-30",
        "18/08/2017",
        "../..",
        "2018/2017",
        "2017-06-10T12:00",
        "2017/2018/2019",
    ],
)
def test_what_is_no_date_is_refused(edtf: str) -> None:
    """With what was found and what to write."""
    with pytest.raises(WhenError, match=r"write EDTF|earlier date first|at least one"):
        When.parse(edtf)


@pytest.mark.parametrize(
    ("edtf", "doubted"),
    [("2017-10", "2017-10?"), ("2017-10~", "2017-10%"), ("2017-10?", "2017-10?"), ("2017-04/2017-06", "2017-04?/2017-06?"), ("../2018", "../2018?")],
)  # fmt: skip
def test_a_date_may_be_doubted(edtf: str, doubted: str) -> None:
    """It is marked at every end that it has, once, and may then mean more days."""
    when = When.parse(edtf)
    assert when.doubted().edtf == doubted
    assert when.doubted().is_doubtful
    assert when.doubted().overlaps(when)
    assert when.doubted().width_days >= when.width_days


def test_a_shift_out_of_the_calendar_is_refused() -> None:
    with pytest.raises(WhenError, match="leaves the years"):
        When.parse("9999-12").shifted(40)


@given(DAYS, DAYS)
def test_one_day_between_itself_is_that_day(one: dt.date, other: dt.date) -> None:
    """And two ends that run backward are refused."""
    assert When.between(one, one) == When.day(one)
    if one != other:
        with pytest.raises(WhenError, match="runs backward"):
            When.between(max(one, other), min(one, other))
