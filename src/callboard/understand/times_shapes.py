"""
What a time expression means besides a stretch of the calendar: ranges, lengths, recurring and vague times.

`Shape` is the one inner structure; `when_of` prints it as EDTF, `times_timex` as TIMEX3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from callboard.errors import WhenError
from callboard.understand.times_calendar import SHORT_UNITS, UNIT_DAYS, Stretch, Unit, stretch_of
from callboard.when import When


@dataclass(frozen=True, slots=True)
class Range:
    """From one stretch to another, both included; an open end is None."""

    first: Stretch
    last: Stretch


@dataclass(frozen=True, slots=True)
class Length:
    """How long something takes, without saying when."""

    amount: float | None  # None: "some", "many"
    unit: Unit
    fuzzy: bool = False  # "a few": the amount is a guess
    side: str = ""  # "past", "next": lies directly before or after the reference day; "event+", "event-": from an event
    anchor: dt.date | None = None  # that reference day
    ordinal: bool = False  # "the first two years"
    compound: str = ""  # TIMEX3 value where one amount cannot say it ("P2Y6M")
    age: bool = False  # "8-month-old"

    @property
    def days(self) -> float | None:
        """About how many days; None for an unknown amount."""
        return None if self.amount is None else self.amount * UNIT_DAYS[self.unit]

    def counted(self, day: dt.date, sign: int) -> When | None:
        """
        When it was, or will be, that long before (-1) or after (1) a day: about, where weeks or weekends are counted or the amount is a guess.

        None for lengths that place nothing: of hours or less, of an unknown amount, ages, and what is counted from an event.
        """
        if not self.days or self.days < 1 or self.unit in SHORT_UNITS or self.age or self.side or self.ordinal:
            return None
        try:
            there = day + dt.timedelta(sign * round(self.days))
            if self.unit is Unit.DAY and not self.fuzzy:
                return When.day(there)
            if self.unit in (Unit.DAY, Unit.WEEKEND, Unit.WEEK):
                return When.parse(f"{there}~")
            found = stretch_of(there, Unit.MONTH if self.days < 350 else Unit.YEAR).when()
            return When.parse(f"{found}~") if self.fuzzy else found
        except (OverflowError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that happens again and again: "every Wednesday"."""

    value: str  # TIMEX3 value


@dataclass(frozen=True, slots=True)
class Vague:
    """ "Now", "recently", "soon"; `value` as in TIMEX3."""

    value: str
    around: Range | Stretch | None = None  # where claims may place it ("a few years ago")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day whose day is not said; `value` as in TIMEX3 ("T20:00")."""

    value: str
    day: Stretch | None = None


Shape: TypeAlias = Stretch | Range | Length | Recurring | Vague | Clock


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of the tokens a rule matched."""

    shape: Shape
    other: Stretch | None = None  # the next best reading of a date without a year or week
    absolute: bool = False  # says its own year
    in_year: Callable[[int], Stretch] | None = None  # the same date in another year; None: has its own year
    weekly: bool = False  # a weekday: may move by whole weeks
    trim_left: int = 0  # tokens that the rule needed but the mention leaves out
    trim_right: int = 0
    topical: bool = False  # "the third quarter": may stand for the period that the text is about


def when_of(shape: Shape) -> When | None:
    """The shape as EDTF; None for those that place nothing on the calendar."""
    match shape:
        case Stretch():
            return shape.when()
        case Range():
            return _range(shape)
        case Vague():
            return when_of(shape.around) if shape.around else None
        case Length(side="past" | "next", anchor=dt.date() as anchor) if shape.days:
            move = dt.timedelta(max(round(shape.days), 1))
            first, last = (anchor - move, anchor) if shape.side == "past" else (anchor, anchor + move)
            return _between(first, last)
    return None


def _range(shape: Range) -> When | None:
    first, last = shape.first, shape.last
    if first.unit is last.unit and first.unit in (Unit.DAY, Unit.MONTH, Unit.YEAR) and not (first.part or last.part):
        try:
            return When.parse(f"{first.when()}/{last.when()}")
        except WhenError:
            return None
    a, b = first.when(), last.when()
    if a is None or b is None:
        return None
    return _between(a.first, b.last)


def _between(first: dt.date | None, last: dt.date | None) -> When | None:
    try:
        return When.between(first, last)
    except WhenError:
        return None
