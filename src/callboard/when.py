"""
Dates as they were said: EDTF (ISO 8601-2) with its precision and its doubt.

The library `edtf` parses; this module adds what callboard asks of a date: its first and last day, overlap, containment,
precision and arithmetic. A `When` is a calendar notion without clock or zone. It never mixes silently with a `date`
(one day) or a `datetime` (an instant).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from callboard.errors import WhenError

# Days that a qualifier (`~`, `?`, `%`) may add on either side: half a month for a day or a month, two months for a
# year. bench/score.py reads approximate dates with the same slack.
SLACK_DAYS = 15
SLACK_DAYS_YEAR = 60

# First and last month of the EDTF seasons, northern hemisphere, as the entertainment press means them; winter runs
# into the next year.
_SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}


class Precision(StrEnum):
    """How exact a `When` is; `INTERVAL` for two ends that were both said."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class When:
    """A day, month, season, year or interval, perhaps approximate. Make one with `When.parse` or `When.day`."""

    edtf: str
    first: dt.date | None  # None: open towards the past
    last: dt.date | None  # None: open towards the future; inclusive
    precision: Precision
    approximate: bool

    @staticmethod
    def parse(edtf: str) -> When:
        """
        The date that an EDTF string means.

        Raises:
            WhenError: The string is not EDTF of the forms callboard uses, or no such day exists.
        """
        return _parse(edtf)

    @staticmethod
    def day(day: dt.date) -> When:
        """One exact day."""
        return _parse(day.isoformat())

    @staticmethod
    def between(first: dt.date | None, last: dt.date | None) -> When:
        """
        All days from first to last, both included; None is an open end.

        Raises:
            WhenError: Both ends are open, or they run backward.
        """
        if first == last and first is not None:
            return When.day(first)
        left, right = (".." if end is None else end.isoformat() for end in (first, last))
        return _parse(f"{left}/{right}")

    def bounds(self) -> tuple[dt.date, dt.date]:
        """First and last day with the slack of an approximate date; open ends reach the years 1 and 9999."""
        slack = dt.timedelta(0)
        if self.approximate:
            slack = dt.timedelta(SLACK_DAYS_YEAR if self.precision is Precision.YEAR else SLACK_DAYS)
        first, last = self.first or dt.date.min, self.last or dt.date.max
        return (
            first - slack if first - dt.date.min > slack else dt.date.min,
            last + slack if dt.date.max - last > slack else dt.date.max,
        )

    @property
    def width_days(self) -> int:
        """Number of days it may mean, slack included; at least 1."""
        first, last = self.bounds()
        return (last - first).days + 1

    @property
    def middle(self) -> dt.date:
        """The middle day; of an open interval the end that is known."""
        if self.first is None or self.last is None:
            return self.first or self.last or dt.date.min
        return self.first + (self.last - self.first) // 2

    def contains(self, day: dt.date) -> bool:
        """Whether the day may be meant."""
        first, last = self.bounds()
        return first <= day <= last

    def overlaps(self, other: When) -> bool:
        """Whether some day may be meant by both."""
        (a, b), (c, d) = self.bounds(), other.bounds()
        return a <= d and c <= b

    def is_before(self, day: dt.date) -> bool:
        """Whether all of it lies before the day."""
        return self.bounds()[1] < day

    def is_after(self, day: dt.date) -> bool:
        """Whether all of it lies after the day."""
        return self.bounds()[0] > day

    def shifted(self, days: int) -> When:
        """
        The same width, some days later (or earlier, when negative); months and years become intervals of days.

        Raises:
            WhenError: The result leaves the years 1 to 9999.
        """
        try:
            move = dt.timedelta(days)
            return When.between(self.first and self.first + move, self.last and self.last + move)
        except OverflowError as error:
            raise WhenError(f"{self.edtf!r} moved by {days} days leaves the years 1 to 9999") from error

    def doubted(self) -> When:
        """The same as something that is not certain: "2017-10?", of an interval at both ends."""
        return _parse("/".join(_doubted(point) for point in self.edtf.split("/")))

    @property
    def plain(self) -> When:
        """The same without its marks of doubt or approximation."""
        return _parse("/".join(point.rstrip("~?%") for point in self.edtf.split("/")))

    @property
    def is_doubtful(self) -> bool:
        """Whether it is said not to be certain (`?` or `%` of EDTF), at either end."""
        return any(mark in self.edtf for mark in "?%")

    def __str__(self) -> str:
        return self.edtf


def _doubted(point: str) -> str:
    if point in ("", "..") or point[-1] in "?%":
        return point
    return f"{point[:-1]}%" if point[-1] == "~" else f"{point}?"


@lru_cache(maxsize=65536)
def _parse(edtf: str) -> When:
    if edtf.count("/") > 1 or not edtf.strip():
        raise _not_edtf(edtf)
    if "/" not in edtf:
        return When(edtf, *_parse_point(edtf, edtf))
    left, right = edtf.split("/")
    first: dt.date | None = None
    last: dt.date | None = None
    approximate = False
    if left not in ("", ".."):
        first, _, _, approximate = _parse_point(left, edtf)
    if right not in ("", ".."):
        _, last, _, doubtful = _parse_point(right, edtf)
        approximate |= doubtful
    if first is None and last is None:
        raise WhenError(f"{edtf!r} is open at both ends; give at least one")
    if first and last and last < first:
        raise WhenError(f"{edtf!r} runs backward; put the earlier date first")
    return When(edtf, first, last, Precision.INTERVAL, approximate)


_PLAIN = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2]|2[1-4])(?:-(?P<day>[0-9]{2}))?)?")


def _parse_plain(point: str) -> tuple[dt.date, dt.date, Precision] | None:
    """
    A year, season, month or day, None for all else.

    The library takes 0.1 s to load and then 4 ms for each, and a ledger has thousands of different days.
    """
    match = _PLAIN.fullmatch(point)
    if not match or match["year"] == "0000":
        return None
    year, month = int(match["year"]), int(match["month"] or 0)
    try:
        if match["day"]:
            only = dt.date(year, month, int(match["day"]))
            return only, only, Precision.DAY
        if month in _SEASON_MONTHS:
            return *_season_days(year, month), Precision.SEASON
    except ValueError:
        return None  # 31 February, winter 9999: the library says what is wrong with it
    if month:
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        return dt.date(year, month, 1), last, Precision.MONTH
    return dt.date(year, 1, 1), dt.date(year, 12, 31), Precision.YEAR


def _season_days(year: int, season: int) -> tuple[dt.date, dt.date]:
    start, end = _SEASON_MONTHS[season]
    end_year = year + (end < start)
    return dt.date(year, start, 1), dt.date(end_year, end, calendar.monthrange(end_year, end)[1])


def _parse_point(point: str, whole: str) -> tuple[dt.date, dt.date, Precision, bool]:
    approximate = point[-1:] in "~?%"
    bare = point.rstrip("~?%")  # the library refuses a doubtful season ("2018-21~"), which ISO 8601-2 allows
    plain = _parse_plain(bare)
    if plain is not None:
        return *plain, approximate
    from edtf import parse_edtf  # costs 0.1 s, and most commands never parse a date
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed: Any = parse_edtf(bare)
        year = int(parsed.year)
        season = getattr(parsed, "season", None)
        month: str | None = getattr(parsed, "month", None)
        day: str | None = parsed.day
        if season is not None:
            return *_season_days(year, int(season)), Precision.SEASON, approximate
        if month and day:
            only = dt.date(year, int(month), int(day))
            return only, only, Precision.DAY, approximate
        if month:
            days = calendar.monthrange(year, int(month))[1]
            return dt.date(year, int(month), 1), dt.date(year, int(month), days), Precision.MONTH, approximate
        return dt.date(year, 1, 1), dt.date(year, 12, 31), Precision.YEAR, approximate
    except (EDTFParseException, ValueError, TypeError, AttributeError, KeyError) as error:
        raise _not_edtf(whole) from error


def _not_edtf(edtf: str) -> WhenError:
    return WhenError(
        f"{edtf[:60]!r} is not a date callboard knows; write EDTF such as 2017-08-18, 2017-08, 2018-21 or 2017-06-01/.."
    )
