"""
Time expressions as TIMEX3, the notation of TimeML 1.2 as TimeBank uses it.

`find_timexes` is what `callboard times` prints. Weeks are written without a leading zero ("1998-W8"), as the corrected
TimeBank writes them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from callboard.understand.times import find_atoms
from callboard.understand.times_calendar import SHORT_UNITS, Direction, Stretch, Unit
from callboard.understand.times_shapes import Clock, Length, Range, Recurring, Shape, Vague
from callboard.understand.times_words import tokenise

_SEASONS = {3: "SP", 6: "SU", 9: "FA", 12: "WI"}


@dataclass(frozen=True, slots=True)
class Timex:
    """One TIMEX3 annotation: code points of the text, end exclusive."""

    start: int
    end: int
    type: str  # DATE, TIME, DURATION or SET
    value: str

    def to_json(self) -> dict[str, object]:
        return {"start": self.start, "end": self.end, "type": self.type, "value": self.value}


def find_timexes(text: str, created: dt.date) -> list[Timex]:
    """
    Every time expression of the text as TIMEX3, in order.

    Args:
        text: Plain text.
        created: The day the text was written. Weekdays whose clause tells no tense are taken as past, as newswire means
            them.
    """
    tokens = tokenise(text)
    found = []
    for atom in find_atoms(tokens, created, weekday_direction=Direction.PAST):
        shape = atom.reading.shape
        named = name_shape(shape)
        if named:
            # "A week after the first": TimeBank marks the length without its preposition.
            last = atom.end - 1 - (isinstance(shape, Length) and shape.side.startswith("event"))
            start, end = tokens.items[atom.start].start, tokens.items[max(last, atom.start)].end
            found.append(Timex(start, end, *named))
    return found


def name_shape(shape: Shape) -> tuple[str, str] | None:
    """Type and value of a shape; None for what TIMEX3 does not mark."""
    match shape:
        case Stretch():
            return ("TIME" if shape.clock else "DATE"), stretch_value(shape)
        case Range():
            return "DATE", stretch_value(shape.first)
        case Clock():
            day = shape.day.first.isoformat() if shape.day else "XXXX-XX-XX"
            return "TIME", day + (shape.value if len(shape.value) > 1 else "")
        case Length(age=True):
            return None
        case Length():
            return "DURATION", length_value(shape)
        case Recurring():
            return "SET", shape.value
        case Vague():
            return "DATE", shape.value
    return None


def stretch_value(stretch: Stretch) -> str:
    """The TIMEX3 value of a stretch of the calendar."""
    first = stretch.first
    year = f"{first.year:04d}"
    match stretch.unit:
        case Unit.WEEK | Unit.FORTNIGHT:
            value = _week(first)
        case Unit.WEEKEND:
            value = _week(first) + "-WE"
        case Unit.MONTH:
            value = f"{year}-{first.month:02d}"
        case Unit.SEASON:
            value = f"{year}-{_SEASONS[first.month]}"
        case Unit.QUARTER:
            value = f"{year}-Q{(first.month + 2) // 3}"
        case Unit.HALF:
            value = f"{year}-H{1 if first.month < 7 else 2}"
        case Unit.YEAR:
            value = year
        case Unit.DECADE:
            value = year[:3]
        case Unit.CENTURY:
            value = year[:2]
        case _:
            value = first.isoformat()
    return value + stretch.clock


def _week(day: dt.date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week}"


def length_value(length: Length) -> str:
    """The TIMEX3 value of a length: "P2D", "PT5H30M", "PXM"."""
    if length.compound:
        return length.compound
    unit = length.unit
    amount = None if length.fuzzy else length.amount
    letter = {Unit.WEEKEND: "WE", Unit.SEASON: "Q"}.get(unit, unit.value[-1])
    head = "PT" if unit in SHORT_UNITS else "P"
    if amount is None:
        return f"{head}X{letter}"
    if unit in (Unit.DECADE, Unit.CENTURY) and amount != 1:
        return f"P{amount * (10 if unit is Unit.DECADE else 100):g}Y"
    whole, half = int(amount), amount - int(amount)
    smaller = {Unit.YEAR: ("M", 12), Unit.HOUR: ("M", 60), Unit.MINUTE: ("S", 60), Unit.DAY: ("T12H", 0)}.get(unit)
    if half and smaller and smaller[1]:
        rest = f"{half * smaller[1]:g}{smaller[0]}"
        return f"{head}{whole}{letter}{rest}" if whole else f"{head}{rest}"
    return f"{head}{amount:g}{letter}"
