"""
Readers of lengths ("two weeks") and of what is counted from a day ("two weeks ago").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from callboard.understand.times_calendar import SHORT_UNITS, Part, Stretch, Unit, shift, stretch_of
from callboard.understand.times_scene import Scene, class_codes
from callboard.understand.times_shapes import Clock, Length, Range, Reading, Vague
from callboard.understand.times_words import FRACTION, Token, lexicon

# What "a few" and its like are counted as where claims need a day.
GUESSES = {"few": 3.0, "couple": 2.0, "several": 4.0, "handful": 4.0}
_FRACTIONS = {"1/2": 0.5, "½": 0.5, "1/4": 0.25, "¼": 0.25, "3/4": 0.75, "¾": 0.75}


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
    if found.amount is None and side and found.unit not in SHORT_UNITS:
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
        if unit in SHORT_UNITS:
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
