"""
Readers of days by name ("tomorrow"), clock times, broadcast slots, and of recurring and vague times.
"""

from __future__ import annotations

import datetime as dt
import re

from callboard.understand.times_calendar import Direction, Stretch, Unit, choose, stretch_of
from callboard.understand.times_lengths import length_of
from callboard.understand.times_scene import Scene, class_codes
from callboard.understand.times_shapes import Clock, Reading, Recurring, Vague
from callboard.understand.times_words import CLOCK, HOURS_MINUTES, SLOT, word_set

_AFTER_PAST = word_set("and but or as has have that it he she they we he's i you was were is are to for by with")


def read_deictic(scene: Scene) -> Reading | None:
    words = scene.words()
    clock = scene.value("DAYPART") or ""
    today = Stretch(Unit.DAY, scene.anchor)
    if "before" in words:
        return Reading(today.moved(-2))
    if "after" in words:
        return Reading(today.moved(2))
    if "same" in words or words[0] == "that":
        return Reading(Stretch(Unit.DAY, scene.reference.first, None, clock)) if scene.reference else None
    step = scene.value("DEICTIC")
    if step is not None:
        return Reading(Stretch(Unit.DAY, scene.anchor + dt.timedelta(int(step)), None, clock))
    if "tonight" in words:
        return Reading(Stretch(Unit.DAY, scene.anchor, None, "TNI"))
    if words == ["overnight"]:
        return Reading(Stretch(Unit.DAY, scene.anchor, None, "TNI")) if scene.lean() else None
    if "next" in words or "following" in words:
        base = scene.reference if scene.reference and scene.reference.unit is Unit.DAY else today
        return Reading(Stretch(Unit.DAY, base.first + dt.timedelta(1), None, clock))
    if clock and {"last", "past", "previous"} & set(words):
        return Reading(Stretch(Unit.DAY, scene.anchor - dt.timedelta(1), None, clock))
    if clock and words[0] in ("that", "the", "same"):
        base = scene.reference if scene.reference and scene.reference.unit is Unit.DAY else today
        return Reading(Stretch(Unit.DAY, base.first, None, clock))
    return Reading(Stretch(Unit.DAY, scene.anchor, None, clock))


def read_clock(scene: Scene) -> Reading | None:
    day = _day_of_clock(scene)
    value = _clock_value(scene)
    if value is None:
        return None
    if day is None and scene.has("HHMM") and not (scene.has("ZONE") or scene.before() in ("at", "by", "until", "from")):
        return None  # a ratio or a score
    if day is None:
        return Reading(Clock(value, Stretch(Unit.DAY, scene.anchor)))
    return Reading(Stretch(Unit.DAY, day.first, None, value))


def _day_of_clock(scene: Scene) -> Stretch | None:
    today = Stretch(Unit.DAY, scene.anchor)
    step = scene.value("DEICTIC")
    if step is not None:
        return today.moved(int(step))
    if "tonight" in scene.words():
        return today
    weekday = scene.value("WEEKDAY")
    month = scene.value("MONTH")
    if month is not None:
        numbers = [
            int(re.sub(r"\D", "", i.word)) for i in scene.items if i.code in class_codes("DAY") | class_codes("ORD")
        ]
        years = [int(i.word) for i in scene.items if i.code in class_codes("YEAR")]
        try:
            if years:
                return Stretch(Unit.DAY, dt.date(years[0], int(month), numbers[-1]))
            found = scene.yearly(lambda year: Stretch(Unit.DAY, dt.date(year, int(month), numbers[-1])), None)
        except (ValueError, IndexError):
            return None
        return found.shape if found and isinstance(found.shape, Stretch) else None
    if weekday is None:
        return None
    base = stretch_of(scene.anchor, Unit.WEEK).first + dt.timedelta(int(weekday))
    days = [Stretch(Unit.DAY, base + dt.timedelta(7 * n)) for n in (-1, 0, 1)]
    return choose(days, scene.anchor, scene.weekday_lean())[0]


def _clock_value(scene: Scene) -> str | None:
    named = scene.value("POINTCLOCK")
    if named:
        return named
    for item, code in zip(scene.items, scene.codes):
        if code == SLOT:
            hour = int(re.split(r"[:/]", item.word)[0])
            minutes = re.match(r"\d+:(\d\d)", item.word)
            return _hhmm(hour + 12 if hour < 12 else hour, int(minutes[1]) if minutes else 0)
        if code == CLOCK:
            found = re.match(r"(\d+)(?:[:.](\d\d))?\s?([ap])", item.word.lower())
            if not found or int(found[1]) > 12:
                return None
            hour = int(found[1]) % 12 + (12 if found[3] == "p" else 0)
            return _hhmm(hour, int(found[2] or 0))
        if code == HOURS_MINUTES:
            hour, minute = map(int, item.word.split(":")[:2])
            return _hhmm(hour, minute) if hour < 24 else None
    hours = [int(i.word) for i in scene.items if i.code in class_codes("HOUR")]
    return _hhmm(hours[-1] + (12 if hours[-1] < 12 else 0), 0) if hours else None


def _hhmm(hour: int, minute: int) -> str:
    return f"T{hour:02d}:{minute:02d}"


def read_recurring(scene: Scene) -> Reading | None:
    words = scene.words()
    clock = scene.value("DAYPART") or ""
    weekday = scene.value("WEEKDAYS")
    if weekday is None and scene.value("WEEKDAY") is not None and words[0] in ("every", "each"):
        weekday = scene.value("WEEKDAY")
    if weekday is None and scene.value("WEEKDAY") is not None:
        if not words[-1].endswith("s"):
            return None
        weekday = scene.value("WEEKDAY")
    if weekday is not None:
        return Reading(Recurring(f"XXXX-WXX-{int(weekday) + 1}{clock}"))
    frequency = scene.value("FREQ")
    if frequency:
        return Reading(Recurring(frequency))
    if clock and words[0] in ("every", "each"):
        return Reading(Recurring(f"XXXX-XX-XX{clock}"))
    month, season = scene.value("MONTH"), scene.value("SEASON")
    if month:
        return Reading(Recurring(f"XXXX-{int(month):02d}"))
    if season:
        return Reading(Recurring("XXXX-" + {"3": "SP", "6": "SU", "9": "FA", "12": "WI"}[season]))
    found = length_of(scene)
    if found is None:
        return None
    amount = 2 if "other" in words else found.amount if words[0] in ("every", "each") else 1
    short = found.unit.value
    return Reading(Recurring(f"P{'T' if short[0] == 'T' else ''}{amount or 1:g}{short[-1]}"))


def read_vague(scene: Scene) -> Reading | None:
    words = scene.words()
    value = scene.value("REF") or scene.value("REFADJ")
    if value is None and (
        "future" in words or {"someday", "possible", "course", "term"} & set(words) or words[:1] == ["some"]
    ):
        value = "FUTURE_REF"
    if value is None and (
        {"moment", "point", "present"} & set(words) or words in (["this", "time"], ["these", "days"])
    ):
        value = "PRESENT_REF"
    if value is None and "past" in words:
        value = "PAST_REF"
    if words == ["the", "time"]:
        at_time = scene.before() == "at" and not scene.after().isalpha()
        value = "PAST_REF" if at_time and scene.lean() is Direction.PAST else None
    if value is None:
        return None
    if words == ["the", "past"] and scene.after().isalpha() and scene.after() not in _AFTER_PAST:
        return None
    return Reading(Vague(value))
