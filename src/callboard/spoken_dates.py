"""
Days, dates and ranges as one says them in English, on pages, in messages and in the sentences of a judgement.
"""

from __future__ import annotations

import calendar
import datetime as dt

from callboard.when import Precision, When

_SEASONS = {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}  # by first month


def day(value: dt.date) -> str:
    """ "20 June 2017" """
    return f"{value.day} {calendar.month_name[value.month]} {value.year}"


def short_day(value: dt.date) -> str:
    """ "20 Jun 2017" """
    return f"{value.day} {calendar.month_abbr[value.month]} {value.year}"


def span(first: dt.date, last: dt.date, *, short: bool = False) -> str:
    """
    A range of days as one says it: to the day up to six weeks, to the month up to two years, else to the year.

    "12–30 June 2017", "March–September 2018", "2018–2021".
    """
    names = calendar.month_abbr if short else calendar.month_name
    days = (last - first).days
    if days <= 1:
        return f"{last.day} {names[last.month]} {last.year}"
    if days > 730:
        return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    if days > 45:
        left, right = names[first.month], f"{names[last.month]} {last.year}"
        return f"{left}–{right}" if first.year == last.year else f"{left} {first.year} – {right}"
    right = f"{last.day} {names[last.month]} {last.year}"
    if first.year != last.year:
        return f"{first.day} {names[first.month]} {first.year} – {right}"
    if first.month != last.month:
        return f"{first.day} {names[first.month]} – {right}"
    return f"{first.day}–{right}"


def about(first: dt.date, middle: dt.date, last: dt.date, *, short: bool = False) -> str:
    """A day that is known more or less: "20 June 2017", "June 2017", "about June 2017", "about 2017"."""
    names = calendar.month_abbr if short else calendar.month_name
    days = (last - first).days
    month = f"{names[middle.month]} {middle.year}"
    if days <= 3:
        return f"{middle.day} {month}"
    if days <= 31:
        return month
    return f"about {month}" if days <= 400 else f"about {middle.year}"


def when(time: When) -> str:
    """An EDTF date as one says it: "June 2017", "about summer 2018", "perhaps June 2017", "by 1 June 2017"."""
    first, last = time.first, time.last
    doubt = "perhaps " if time.is_doubtful else "about " if time.approximate else ""
    if first is None or last is None:
        end = first or last
        return f"{doubt}{'from' if first else 'by'} {day(end)}" if end else time.edtf
    if time.precision is Precision.DAY:
        return doubt + day(first)
    if time.precision is Precision.MONTH:
        return f"{doubt}{calendar.month_name[first.month]} {first.year}"
    if time.precision is Precision.SEASON:
        return f"{doubt}{_SEASONS[first.month]} {first.year}"
    if time.precision is Precision.YEAR:
        return f"{doubt}{first.year}"
    return doubt + span(first, last)
