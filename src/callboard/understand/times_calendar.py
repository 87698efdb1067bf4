"""
Stretches of the calendar: what a time expression means once it is resolved, and the arithmetic on it.

A `Stretch` is a day, week, weekend, month, season, quarter, half, year, decade or century; perhaps only its early, middle
or late part, perhaps with a time of day. It prints itself as EDTF for claims; `times_timex` prints it as TIMEX3.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from callboard.when import When

DAY = dt.timedelta(1)


class Unit(StrEnum):
    """The length of a stretch or of a duration; the values are the letters that TIMEX3 uses for durations."""

    MINUTE = "TM"
    HOUR = "TH"
    SECOND = "TS"
    DAY = "D"
    WEEKEND = "WE"
    WEEK = "W"
    FORTNIGHT = "FN"
    MONTH = "M"
    SEASON = "SEASON"
    QUARTER = "Q"
    HALF = "H"
    YEAR = "Y"
    DECADE = "E"
    CENTURY = "C"


class Part(StrEnum):
    """Which part of a stretch is meant, or how exactly it is meant."""

    EARLY = "START"
    MID = "MID"
    LATE = "END"
    END = "AT_END"  # the very end: "by year's end"
    START = "AT_START"  # the very start: "since the start of the year"
    ABOUT = "APPROX"


SHORT_UNITS = (Unit.SECOND, Unit.MINUTE, Unit.HOUR)  # parts of a day
# Approximate days of a unit, for durations as lengths and for "a few weeks ago".
UNIT_DAYS = {
    Unit.SECOND: 0.0,
    Unit.MINUTE: 0.001,
    Unit.HOUR: 1 / 24,
    Unit.DAY: 1.0,
    Unit.WEEKEND: 2.0,
    Unit.WEEK: 7.0,
    Unit.FORTNIGHT: 14.0,
    Unit.MONTH: 30.44,
    Unit.SEASON: 91.3,
    Unit.QUARTER: 91.3,
    Unit.HALF: 182.6,
    Unit.YEAR: 365.25,
    Unit.DECADE: 3652.5,
    Unit.CENTURY: 36525.0,
}
_MONTHS = {Unit.MONTH: 1, Unit.SEASON: 3, Unit.QUARTER: 3, Unit.HALF: 6, Unit.YEAR: 12, Unit.DECADE: 120}
_MONTHS[Unit.CENTURY] = 1200
_EDTF_SEASON = {3: 21, 6: 22, 9: 23, 12: 24}


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of the calendar; `first` is the first day of the whole unit, whatever part of it is meant."""

    unit: Unit
    first: dt.date
    part: Part | None = None
    clock: str = ""  # time of day in TIMEX3 form: "T20:00", "TNI"; "" for none

    @property
    def last(self) -> dt.date:
        """Last day of the whole unit."""
        if self.unit in _MONTHS:
            return add_months(self.first, _MONTHS[self.unit]) - DAY
        return self.first + dt.timedelta({Unit.WEEK: 6, Unit.WEEKEND: 1, Unit.FORTNIGHT: 13}.get(self.unit, 0))

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    def distance(self, day: dt.date) -> int:
        """Days between the stretch and the day; 0 inside."""
        return max((self.first - day).days, (day - self.last).days, 0)

    def moved(self, count: int) -> Stretch:
        """The same kind of stretch, `count` units later (earlier when negative)."""
        return Stretch(self.unit, shift(self.first, count, self.unit), self.part, self.clock)

    def when(self) -> When | None:
        """The stretch as EDTF; None where EDTF of the forms callboard uses cannot say it (year 0, far future)."""
        text = self._edtf()
        try:
            return When.parse(text) if text else None
        except (ValueError, OverflowError):
            return None

    def _edtf(self) -> str:
        year, month = self.first.year, self.first.month
        about = "~" if self.part is Part.ABOUT else ""
        match self.unit:
            case Unit.YEAR:
                return _year_part(year, self.part)
            case Unit.SEASON:
                return f"{year:04d}-{_EDTF_SEASON[month]}{about}"
            case Unit.MONTH:
                return f"{year:04d}-{month:02d}{about}"
            case Unit.QUARTER | Unit.HALF | Unit.DECADE | Unit.CENTURY:
                if self.unit is Unit.DECADE or self.unit is Unit.CENTURY:
                    return _decade_part(self.first, self.last, self.part)
                return f"{year:04d}-{month:02d}/{self.last.year:04d}-{self.last.month:02d}"
            case Unit.WEEK | Unit.WEEKEND | Unit.FORTNIGHT:
                return f"{self.first.isoformat()}/{self.last.isoformat()}"
        return f"{self.first.isoformat()}{about}"


def _year_part(year: int, part: Part | None) -> str:
    # Thirds of the year and `YYYY-12~` are what ANNOTATION.md asks for.
    match part:
        case Part.EARLY:
            return f"{year:04d}-01/{year:04d}-04"
        case Part.MID:
            return f"{year:04d}-05/{year:04d}-08"
        case Part.LATE:
            return f"{year:04d}-09/{year:04d}-12"
        case Part.END:
            return f"{year:04d}-12~"
        case Part.START:
            return f"{year:04d}-01~"
        case Part.ABOUT:
            return f"{year:04d}~"
    return f"{year:04d}"


def _decade_part(first: dt.date, last: dt.date, part: Part | None) -> str:
    years = last.year - first.year + 1
    third = years // 3
    low, high = first.year, last.year
    if part in (Part.EARLY, Part.START):
        high = low + third
    elif part is Part.MID:
        low, high = low + third, high - third
    elif part in (Part.LATE, Part.END):
        low = high - third
    return f"{low:04d}/{high:04d}"


def add_months(day: dt.date, months: int) -> dt.date:
    """
    The same day of the month, some months later; the last day where that month is shorter.

    Raises:
        OverflowError: The result leaves the years 1 to 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9998:
        raise OverflowError(f"{day} moved by {months} months leaves the calendar")
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shift(day: dt.date, count: float, unit: Unit) -> dt.date:
    """The day `count` units later; whole months and years keep the day of the month."""
    if unit in _MONTHS and float(count * _MONTHS[unit]).is_integer():
        return add_months(day, int(count * _MONTHS[unit]))
    return day + dt.timedelta(round(count * UNIT_DAYS[unit]))


def stretch_of(day: dt.date, unit: Unit) -> Stretch:
    """The stretch of that unit that holds the day; winter begins in December of the year it is named after."""
    match unit:
        case Unit.WEEK:
            first = day - dt.timedelta(day.weekday())
        case Unit.WEEKEND:
            first = day - dt.timedelta(day.weekday()) + dt.timedelta(5)
        case Unit.MONTH:
            first = day.replace(day=1)
        case Unit.SEASON:
            first = add_months(day.replace(day=1), -(day.month % 3))
        case Unit.QUARTER:
            first = dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case Unit.HALF:
            first = dt.date(day.year, 1 if day.month < 7 else 7, 1)
        case Unit.YEAR:
            first = dt.date(day.year, 1, 1)
        case Unit.DECADE:
            first = dt.date(max(day.year // 10 * 10, 1), 1, 1)
        case Unit.CENTURY:
            first = dt.date(max(day.year // 100 * 100, 1), 1, 1)
        case _:
            first = day
    return Stretch(unit, first)


def easter(year: int) -> dt.date:
    """Easter Sunday of the western churches (anonymous Gregorian algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def holiday(rule: str, year: int) -> dt.date:
    """
    The day of a holiday in that year.

    Args:
        rule: `"12-25"` for a fixed day, `"11 thu 4"` for the fourth Thursday of November (`-1` for the last),
            `"easter -2"` for days from Easter Sunday.
        year: The year.
    """
    head, *rest = rule.split()
    if head == "easter":
        return easter(year) + dt.timedelta(int(rest[0]) if rest else 0)
    if not rest:
        month, day = map(int, head.split("-"))
        return dt.date(year, month, day)
    weekday, nth = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(rest[0]), int(rest[1])
    move = int(rest[2]) if len(rest) > 2 else 0
    month = int(head)
    if nth > 0:
        start = dt.date(year, month, 1)
        found = start + dt.timedelta((weekday - start.weekday()) % 7 + 7 * (nth - 1))
    else:
        end = dt.date(year, month, calendar.monthrange(year, month)[1])
        found = end - dt.timedelta((end.weekday() - weekday) % 7)
    return found + dt.timedelta(move)


class Direction(StrEnum):
    """Which way from the reference day an expression without a year or week points."""

    PAST = "past"
    FUTURE = "future"


def choose(
    candidates: Iterable[Stretch], day: dt.date, direction: Direction | None, *, strict: bool = False
) -> tuple[Stretch, Stretch | None]:
    """
    The stretch that is meant, and the next best reading.

    Args:
        candidates: The same stretch in neighbouring years, months or weeks; at least one.
        day: The reference day.
        direction: Past takes the latest that has begun, future the earliest that has not ended, None the nearest.
        strict: The day itself must not lie inside ("last", "next").
    """
    ranked = sorted(candidates, key=lambda item: item.first)
    past = [c for c in ranked if (c.last < day if strict else c.first <= day)]
    future = [c for c in ranked if (c.first > day if strict else c.last >= day)]
    before, after = past[-1] if past else None, future[0] if future else None
    if direction is Direction.PAST:
        best, other = before or after, after
    elif direction is Direction.FUTURE:
        best, other = after or before, before
    else:
        pair = [c for c in (before, after) if c]
        pair.sort(key=lambda c: c.distance(day))
        best, other = pair[0], pair[-1]
    assert best is not None
    if other == best:
        # The stretch holds the day itself: the other reading is the next one on the far side.
        outside = [c for c in ranked if c != best]
        other = min(outside, key=lambda c: c.distance(day)) if outside else None
    return best, other
