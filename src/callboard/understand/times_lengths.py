"""
Readers of lengths ("two weeks"), of what is counted from a day ("two weeks ago"), of days by name ("tomorrow"), of clock
times and broadcast slots, and of recurring and vague times.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence

from callboard.understand.times_calendar import Direction, Part, Stretch, Unit, choose, shift, stretch_of
from callboard.understand.times_scene import Scene, class_codes
from callboard.understand.times_shapes import Clock, Length, Range, Reading, Recurring, Vague
from callboard.understand.times_words import CLOCK, FRACTION, HOURS_MINUTES, SLOT, Token, lexicon

# What "a few" and its like are counted as where claims need a day.
GUESSES = {"few": 3.0, "couple": 2.0, "several": 4.0, "handful": 4.0}
_FRACTIONS = {"1/2": 0.5, "½": 0.5, "1/4": 0.25, "¼": 0.25, "3/4": 0.75, "¾": 0.75}
_SHORT_UNITS = (Unit.SECOND, Unit.MINUTE, Unit.HOUR)


def number_of(items: Sequence[Token]) -> float | None:
    """The number that the tokens write, in figures or words; None: none."""
    cards, hundreds, nums = lexicon().classes["CARD"], lexicon().classes["HUNDRED"], class_codes("NUM")
    total, current, seen = 0.0, 0.0, False
    for item in items:
        if item.code in nums or item.code in class_codes("YEAR"):
            if seen and not item.word.startswith("0"):
                break
            current, seen = float(item.word.replace(",", "")), True
        elif item.word in cards:
            current, seen = current + float(cards[item.word]), True
        elif item.word in hundreds:
            current, seen = max(current, 1.0) * float(hundreds[item.word]), True
            if hundreds[item.word] == "1000":
                total, current = total + current, 0.0
        elif item.code == FRACTION and item.word in _FRACTIONS:
            current, seen = current + _FRACTIONS[item.word], True
        elif seen and item.word not in ("-", "and"):
            break
    return total + current if seen else None


def length_of(scene: Scene) -> Length | None:
    """The length that a match names; None where it has no unit."""
    items, codes = scene.items, scene.codes
    at = next((i for i, code in enumerate(codes) if code in class_codes("UNIT") and i == _unit_at(scene)), None)
    plural = at is None
    if at is None:
        at = next((i for i, code in enumerate(codes) if code in class_codes("UNITS")), None)
    if at is None:
        return None
    name = lexicon().classes["UNITS" if plural else "UNIT"][items[at].word]
    head = items[:at]
    words = [item.word for item in head]
    amount, fuzzy = _amount(head, words, plural)
    tail = [item.word for item in items[at + 1 :]]
    if "half" in tail and amount is not None:
        amount += 0.5
    unit = Unit(name)
    if unit is Unit.FORTNIGHT:
        amount, unit = (None if amount is None else amount * 2), Unit.WEEK
    return Length(
        amount, unit, fuzzy=fuzzy, ordinal=any(w in lexicon().classes["ORDWORD"] for w in words), age="old" in tail
    )


def _unit_at(scene: Scene) -> int:
    """Where the unit noun stands: the last unit word, so that "the second week" counts weeks."""
    units = class_codes("UNIT") | class_codes("UNITS")
    found = [i for i, code in enumerate(scene.codes) if code in units]
    return found[-1] if found else -1


def _amount(head: Sequence[Token], words: list[str], plural: bool) -> tuple[float | None, bool]:
    number = number_of([item for item in head if item.word not in lexicon().classes["ORDWORD"]])
    if number is not None and not ({"dozens", "hundreds"} & set(words)):
        spans = [w for w in words if w in ("to", "or")]
        if spans:
            later = number_of(head[words.index(spans[0]) + 1 :])
            if later is not None and later > number:
                return (number + later) / 2, True
        if "half" in words and "and" in words:
            number += 0.5
        return number, False
    if "half" in words:
        return 0.5, False
    for word, guess in GUESSES.items():
        if word in words:
            return guess, word != "couple"
    if {"many", "numerous", "countless", "multiple", "various", "number", "dozens", "hundreds", "some"} & set(words):
        return None, True
    if plural:
        return None, True
    return 1.0, False


def read_length(scene: Scene) -> Reading | None:
    words = scene.words()
    if scene.items[-1].word in ("second", "min", "sec") and len(words) == 1:
        return None
    if "second" in words[-1:] and (len(words) < 2 or words[-2] in ("the", "a", "its", "his", "her", "their")):
        return None
    found = length_of(scene)
    if found is None:
        return None
    # A bare noun is a length only with an article, a number, a hyphen or as a plural.
    units = class_codes("UNIT")
    if len(words) == 1 and scene.codes[0] in units:
        return None
    if len(words) == 2 and words[0] in ("the", "its", "his", "their", "her", "these", "those"):
        return None
    if (
        found.unit in (Unit.QUARTER, Unit.WEEKEND)
        and found.amount == 1
        and (found.ordinal or found.unit is Unit.WEEKEND)
    ):
        return None
    if number_of(scene.items) and scene.codes[-1] in units and words[-2] in ("last", "past", "next", "this"):
        return None  # "300,000 last year", "series nine next year"
    # "The two-week shoot": the article belongs to the noun.
    trim = 1 if words[0] in ("the", "a", "an", "these") and scene.codes[-2:-1] == "-" else 0
    side = (
        "past" if scene.has("LASTW") or "recent" in words else "next" if scene.has("NEXTW") or "ahead" in words else ""
    )
    if found.amount is None and side and found.unit not in _SHORT_UNITS:
        found = Length(3.0, found.unit, fuzzy=True)
    return Reading(
        Length(found.amount, found.unit, found.fuzzy, side, scene.anchor, found.ordinal, "", found.age), trim_left=trim
    )


def read_offset(scene: Scene) -> Reading | None:
    words = scene.words()
    found = length_of(scene)
    tail = words[-1]
    if found is None or (tail == "on" and (scene.after() and scene.after() not in ("from", "and"))):
        return None
    if len(words) == 3 and words[0] == "the" and tail in ("before", "after", "following"):
        if scene.reference is None or scene.after().isalpha():
            return None
        return Reading(stretch_of(scene.reference.first, found.unit).moved(-1 if tail == "before" else 1))
    if len(words) == 2 and words[0] in lexicon().classes["UNIT"]:
        # "day before", "week later": only "a week later" and the like are lengths.
        return None
    if tail in ("now", "today"):
        return _moved(scene, found, 1, Stretch(Unit.DAY, scene.anchor))
    if tail in ("ago", "back"):
        if tail == "back" and scene.after() in ("to", "from", "in", "into", "home", "on", "at"):
            return None
        if scene.topic and found.unit is Unit.YEAR and found.amount == 1:
            return _moved(scene, found, -1, scene.topic)
        return _moved(scene, found, -1, Stretch(Unit.DAY, scene.anchor))
    if tail == "hence":
        return _moved(scene, found, 1, Stretch(Unit.DAY, scene.anchor))
    sign = -1 if tail in ("before", "earlier", "prior") else 1
    if tail in ("after", "before", "prior") and scene.after():
        # "a year after the first": counted from an event, which the caller may know.
        return Reading(Length(found.amount, found.unit, found.fuzzy, "event+" if sign > 0 else "event-"))
    if scene.topic and found.unit is Unit.YEAR and sign < 0:
        return _moved(scene, found, sign, scene.topic)
    base = scene.reference or Stretch(Unit.DAY, scene.anchor)
    return _moved(scene, found, sign, base)


def _moved(scene: Scene, length: Length, sign: int, base: Stretch) -> Reading | None:
    unit, amount = length.unit, length.amount
    ref = "PAST_REF" if sign < 0 else "FUTURE_REF"
    if amount is None:
        return Reading(Vague(ref))
    try:
        day = shift(base.first if base.unit is Unit.DAY else base.last if sign > 0 else base.first, sign * amount, unit)
        if length.fuzzy and unit is not Unit.DAY:
            return Reading(Vague(ref, _about(day, unit, sign)))
        whole = amount == int(amount)
        if unit in _SHORT_UNITS:
            return Reading(Clock("T", Stretch(Unit.DAY, base.first)))
        if unit is Unit.DAY:
            return Reading(Stretch(Unit.DAY, day, Part.ABOUT if length.fuzzy else None))
        if not whole:
            return Reading(stretch_of(day, Unit.MONTH))
        if (
            base.unit is not Unit.DAY
            and base.unit in (Unit.MONTH, Unit.SEASON, Unit.QUARTER)
            and unit in (Unit.MONTH, Unit.YEAR)
        ):
            return Reading(stretch_of(shift(base.first, sign * amount, unit), base.unit))
        return Reading(stretch_of(day, Unit.YEAR if unit is Unit.DECADE else unit))
    except (OverflowError, ValueError):
        return Reading(Vague(ref))


def _about(day: dt.date, unit: Unit, sign: int) -> Stretch | Range:
    if unit is Unit.WEEK:
        month = stretch_of(day, Unit.MONTH)
        return Stretch(Unit.MONTH, month.first, Part.ABOUT)
    if unit is Unit.MONTH:
        middle = stretch_of(day, Unit.MONTH)
        return Range(middle.moved(-1), middle.moved(1))
    middle = stretch_of(day, Unit.YEAR)
    return Range(middle.moved(-1), middle.moved(1))


def offset_from(length: Length, base: Stretch, sign: int) -> Stretch | None:
    """The stretch that lies a length after (before) another: "two weeks after Christmas"."""
    if length.amount is None:
        return None
    try:
        moved = shift(base.first, sign * length.amount, length.unit)
    except OverflowError:
        return None
    return Stretch(base.unit, stretch_of(moved, base.unit).first)


def read_in_time(scene: Scene) -> Reading | None:
    found = length_of(scene)
    return _moved(scene, found, 1, Stretch(Unit.DAY, scene.anchor)) if found else None


def read_in(scene: Scene, length: Length) -> Reading | None:
    """ "In two weeks", said of the future."""
    return _moved(scene, length, 1, Stretch(Unit.DAY, scene.anchor))


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


_AFTER_PAST = frozenset(
    [
        "and",
        "but",
        "or",
        "as",
        "has",
        "have",
        "that",
        "it",
        "he",
        "she",
        "they",
        "we",
        "he's",
        "i",
        "you",
        "was",
        "were",
        "is",
        "are",
        "to",
        "for",
        "by",
        "with",
    ]
)


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


LENGTH_READERS: dict[str, Callable[[Scene], Reading | None]] = {
    "offset": read_offset,
    "in_time": read_in_time,
    "length": read_length,
    "deictic": read_deictic,
    "clock": read_clock,
    "recurring": read_recurring,
    "vague": read_vague,
}
