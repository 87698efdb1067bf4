"""
Readers of days and weeks: "August 18", "next Friday", "Labor Day", "the 18th", "the first week of May".
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

from callboard.understand.times_calendar import Direction, Part, Stretch, Unit, add_months, choose, holiday, stretch_of
from callboard.understand.times_rules import holiday_rules
from callboard.understand.times_scene import Scene
from callboard.understand.times_shapes import Range, Reading
from callboard.understand.times_slots import DAY_CODES, dated, det_of, first_number, full_year, part_of, year_of
from callboard.understand.times_words import ORDINAL, lexicon, word_set

# Nouns that a number before a month belongs to: "season 2 May" is no date.
COUNTED_NOUNS = word_set("season seasons series episode episodes part volume vol chapter book phase no number")
_AFTER_DAY = word_set("and at in of with when for on as but to by from through after before while it he she they")


def read_day_of_month(scene: Scene) -> Reading | None:
    month = int(scene.value("MONTH") or 0)
    if "may" in scene.words() and scene.before() in COUNTED_NOUNS:
        return None
    day = first_number(scene)
    if day is None or not 1 <= day <= 31:
        return None
    return dated(scene, lambda year: Stretch(Unit.DAY, dt.date(year, month, day)))


def read_days_of_month(scene: Scene) -> Reading | None:
    month = int(scene.value("MONTH") or 0)
    days = [int(re.sub(r"\D", "", item.word)) for item, code in zip(scene.items, scene.codes) if code in DAY_CODES]
    if len(days) < 2 or not 1 <= days[0] < days[1] <= 31:
        return None
    first = dated(scene, lambda year: Stretch(Unit.DAY, dt.date(year, month, days[0])))
    if first is None or not isinstance(first.shape, Stretch):
        return None
    year = first.shape.first.year
    if days[1] > calendar.monthrange(year, month)[1]:
        return None
    last = Stretch(Unit.DAY, dt.date(year, month, days[1]))
    return Reading(Range(first.shape, last), absolute=first.absolute)


def read_holiday(scene: Scene) -> Reading | None:
    rules = holiday_rules()
    words = [item.word for item in scene.items if item.word not in ("'s", "’s", "'", "’", "-", "–")]
    for size in range(min(len(words), 4), 0, -1):
        for start in range(len(words) - size + 1):
            rule = rules.get(" ".join(words[start : start + size]))
            if rule:
                return _holiday(scene, rule, words)
    return None


def _holiday(scene: Scene, rule: str, words: list[str]) -> Reading | None:
    unit, part = Unit.DAY, None
    if "week" in words[-2:]:
        unit = Unit.WEEK
    elif "weekend" in words[-2:]:
        unit = Unit.WEEKEND
    elif {"season", "period", "time", "break", "holidays"} & set(words):
        part = Part.ABOUT

    def make(year: int) -> Stretch:
        day = holiday(rule, year)
        if unit is Unit.WEEKEND and day.weekday() == 0:
            return Stretch(Unit.WEEKEND, day - dt.timedelta(2))
        return Stretch(unit, stretch_of(day, unit).first, part)

    return dated(scene, make)


def read_week_of(scene: Scene) -> Reading | None:
    inner = read_holiday(scene) if scene.value("MONTH") is None else read_day_of_month(scene)
    if inner is None or not isinstance(inner.shape, Stretch):
        return None
    return Reading(stretch_of(inner.shape.first, Unit.WEEK), absolute=inner.absolute)


def read_nth_week(scene: Scene) -> Reading | None:
    ordinals = lexicon().classes["ORDWORD"]
    head = next(
        (item for item, code in zip(scene.items, scene.codes) if item.word in ordinals or code == ORDINAL), None
    )
    if head is None:
        return None
    nth = int(ordinals.get(head.word) or re.sub(r"\D", "", head.word))
    month = scene.value("MONTH")
    if month:
        base = dated(scene, lambda year: Stretch(Unit.MONTH, dt.date(year, int(month), 1)))
    elif "month" in scene.words():
        step = {"next": 1, "last": -1}.get(det_of(scene) or "", 0)
        base = Reading(scene.day_unit(Unit.MONTH, step))
    else:
        year = year_of(scene)
        base = Reading(Stretch(Unit.YEAR, dt.date(year[0] if year else scene.anchor.year, 1, 1)))
    if base is None or not isinstance(base.shape, Stretch):
        return None
    whole = base.shape
    weekday = scene.value("WEEKDAY")
    if weekday is not None:
        return Reading(nth_day(whole, int(weekday), nth))
    if "weekend" in scene.words():
        found = nth_day(whole, 5, nth)
        return Reading(Stretch(Unit.WEEKEND, found.first))
    first = whole.last - dt.timedelta(6) if nth == 99 else whole.first + dt.timedelta(7 * (nth - 1))
    return Reading(Stretch(Unit.WEEK, first), absolute=base.absolute) if first <= whole.last else None


def nth_day(whole: Stretch, weekday: int, nth: int) -> Stretch:
    if nth == 99:
        return Stretch(Unit.DAY, whole.last - dt.timedelta((whole.last.weekday() - weekday) % 7))
    return Stretch(Unit.DAY, whole.first + dt.timedelta((weekday - whole.first.weekday()) % 7 + 7 * (nth - 1)))


def read_weekday(scene: Scene) -> Reading | None:
    wanted = next((int(v) for item in scene.items if (v := lexicon().classes["WEEKDAY"].get(item.word))), None)
    if wanted is None:
        return None
    first = next(item for item in scene.items if item.word in lexicon().classes["WEEKDAY"])
    short = first.end - first.start <= 3 and scene.tokens.text[first.end - 1] != "."
    if short and len(scene.items) == 1 and scene.before() not in ("on", "this", "next", "last", "until"):
        return None
    clock = scene.value("DAYPART") or ""
    words = scene.words()
    if "week" in words:
        step = {"last": -1, "next": 1}.get(det_of(scene) or "", 0)
        day = scene.day_unit(Unit.WEEK, step).first + dt.timedelta(wanted)
        return Reading(Stretch(Unit.DAY, day, part_of(scene), clock))
    base = scene.day_unit(Unit.WEEK).first + dt.timedelta(wanted)
    weeks = [Stretch(Unit.DAY, base + dt.timedelta(7 * n), None, clock) for n in (-2, -1, 0, 1, 2)]
    det = det_of(scene)
    if det in ("last", "past this"):
        best, other = choose(weeks, scene.anchor, Direction.PAST, strict=True)
    elif det in ("next", "coming this"):
        best, other = choose(weeks, scene.anchor, Direction.FUTURE, strict=True)
        other = best.moved(7)
    elif det == "this":
        best, other = choose(weeks, scene.anchor, scene.lean() or Direction.FUTURE)
    elif det == "that" and scene.reference and scene.reference.unit is Unit.DAY:
        best, other = choose(weeks, scene.reference.first, None)
    else:
        best, other = choose(weeks, scene.anchor, scene.weekday_lean())
    return Reading(best, other=other, weekly=True)


def read_numeric(scene: Scene) -> Reading | None:
    word = scene.items[-1].word
    parts = [int(piece) for piece in re.split(r"[/.\-]", word) if piece.isdecimal()]
    if word == "9/11":
        return Reading(Stretch(Unit.DAY, dt.date(2001, 9, 11)), absolute=True)
    try:
        if len(parts) == 3:
            return _full_numeric(scene, parts)
        if len(parts) != 2 or not (scene.has("WEEKDAY") or scene.before() in ("on", "until", "by", "since", "from")):
            return None
        month, day = _month_day(parts[0], parts[1], scene.day_first)
        return scene.yearly(lambda year: Stretch(Unit.DAY, dt.date(year, month, day)), None)
    except ValueError:
        return None


def _full_numeric(scene: Scene, parts: list[int]) -> Reading:
    if parts[0] > 31:
        return Reading(Stretch(Unit.DAY, dt.date(*parts)), absolute=True)
    year = parts[2] if parts[2] > 99 else full_year(parts[2], scene.anchor.year)
    month, day = _month_day(parts[0], parts[1], scene.day_first)
    return Reading(Stretch(Unit.DAY, dt.date(year, month, day)), absolute=True)


def _month_day(a: int, b: int, day_first: bool | None) -> tuple[int, int]:
    """Month and day of two numbers; where both orders are possible, month first unless the outlet writes otherwise."""
    if a > 12 or (day_first and b <= 12):
        return b, a
    return a, b


def read_bare_day(scene: Scene) -> Reading | None:
    day = first_number(scene)
    if day is None or not 1 <= day <= 31:
        return None
    month = "month" in scene.words()
    if not month and not (
        scene.has("ORD") and scene.before() in ("on", "until", "by", "since", "from", "through", "to")
    ):
        return None
    if not month and scene.after().isalpha() and scene.after() not in _AFTER_DAY:
        return None  # "on the 18th floor"
    step = {"next": 1, "last": -1}.get(det_of(scene) or "", 0)
    base = stretch_of(scene.reference.first if scene.reference and not month else scene.anchor, Unit.MONTH)
    near = scene.reference is not None and scene.reference.unit in (Unit.DAY, Unit.MONTH)
    months = [base.moved(step)] if month else [base] if near else [base.moved(n) for n in (-1, 0, 1)]
    days = [
        Stretch(Unit.DAY, m.first.replace(day=day))
        for m in months
        if day <= calendar.monthrange(m.first.year, m.first.month)[1]
    ]
    if not days:
        return None
    best, other = choose(days, scene.anchor, scene.lean())
    return Reading(best, other=other)


def read_weekday_day(scene: Scene) -> Reading | None:
    wanted, day = scene.value("WEEKDAY"), first_number(scene)
    if wanted is None or day is None or not 1 <= day <= 31:
        return None
    found = []
    for offset in range(-6, 7):
        first = add_months(scene.anchor.replace(day=1), offset)
        if day <= calendar.monthrange(first.year, first.month)[1] and first.replace(day=day).weekday() == int(wanted):
            found.append(Stretch(Unit.DAY, first.replace(day=day)))
    if not found:
        return None
    best, other = choose(found, scene.anchor, scene.lean())
    return Reading(best, other=other)
