"""
Calendar days in the forms that pages date themselves with: `2017-06-06T10:00:00-07:00`, "June 6, 2017", "6 June 2017".

Only complete dates; what an article *says* about time is read by `callboard.understand.times`.
"""

from __future__ import annotations

import datetime as dt
import re

FIRST_YEAR = 1990  # no web page is older
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_ISO = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?:T\d|(?!\d))")
_US = re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_UK = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{_MONTH},?[\s-]+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
)
_SLASHED = re.compile(r"(?<![\d/.-])(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-](?P<year>(?:19|20)?\d\d)(?![\d/])")


def find_day(text: str, *, day_first: bool = False) -> dt.date | None:
    """
    The first complete date of a short text.

    Args:
        text: A time stamp, an attribute, a line.
        day_first: How 6/7/2017 is meant where it could be both.

    Returns:
        The day as written, which is the local day of the stamp's own zone; None where there is none or it does not exist.
    """
    text = text[:400]
    for pattern in (_ISO, _US, _UK, _COMPACT):
        match = pattern.search(text)
        if match:
            return _day(match["year"], match["month"], match["day"])
    match = _SLASHED.search(text)
    if match is None:
        return None
    a, b = match["a"], match["b"]
    year = match["year"] if len(match["year"]) == 4 else f"20{match['year']}"
    return _day(year, b, a) if int(a) > 12 or (day_first and int(b) <= 12) else _day(year, a, b)


def _day(year: str, month: str, day: str) -> dt.date | None:
    number = int(month) if month.isdecimal() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return dt.date(int(year), number, int(day))
    except ValueError:
        return None


def is_plausible(day: dt.date | None, today: dt.date) -> bool:
    """Whether a page may have appeared on that day; tomorrow is allowed, since outlets date ahead across zones."""
    return day is not None and day.year >= FIRST_YEAR and day <= today + dt.timedelta(1)


def is_utc(stamp: str) -> bool:
    """Whether a time stamp is given in UTC, so that its day may differ from that of the newsroom."""
    return bool(re.search(r"T\d\d:?\d\d.*(Z|[+-]00:?00)$", stamp.strip()))
