"""
What a match says of its parts: early or late, this or next, which year, which number.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from callboard.understand.times_calendar import Part, Stretch
from callboard.understand.times_lengths import number_of
from callboard.understand.times_scene import Scene, class_codes
from callboard.understand.times_shapes import Reading
from callboard.understand.times_words import (
    DAY_NUMBER_24,
    DAY_NUMBER_31,
    HOUR_NUMBER,
    OLD_YEAR,
    ORDINAL,
    SHORT_YEAR,
    YEAR,
    lexicon,
    word_set,
)

_EDGES = {"START": Part.START, "MID": Part.MID, "END": Part.END}
PREPOSITIONS = word_set(
    "in by for until till til since from through thru before after during this last next over of and to "
    "early late mid around about the or between every each on throughout"
)
DAY_CODES = HOUR_NUMBER + DAY_NUMBER_24 + DAY_NUMBER_31 + ORDINAL


def part_of(scene: Scene) -> Part | None:
    """Early, mid, late, or the very start or end; None: the whole, also for "later this year"."""
    edges, parts = class_codes("EDGE"), class_codes("PART")
    chunks = {"half", "part", "portion", "days", "weeks", "months", "stretch"}
    words = scene.words()
    if chunks & set(words) and "of" in words:
        head = words[: words.index("of")]
        if {"first", "early", "opening", "initial"} & set(head):
            return Part.EARLY
        if {"last", "final", "late", "closing"} & set(head):
            return Part.LATE
    for item, code in zip(scene.items, scene.codes):
        if code in edges and item.word not in ("mid",) and "of" in words:
            return _EDGES[lexicon().classes["EDGE"][item.word]]
        if code in parts:
            return Part(lexicon().classes["PART"][item.word])
    return None


def det_of(scene: Scene) -> str | None:
    """The determiner before anything but "year": "this", "last", "next", "that", "past this", "coming this", None."""
    found = []
    items, codes = scene.items, scene.codes
    for index, code in enumerate(codes):
        rest = [item.word for item in items[index + 1 : index + 3]]
        if "year" in rest[:1]:
            continue
        for kind, name in (("this", "THISW"), ("last", "LASTW"), ("next", "NEXTW"), ("that", "THATW")):
            if code in class_codes(name) and items[index].word != "same":
                found.append(kind)
    if not found:
        return "that" if "same" in scene.words() else None
    if found[0] == "last" and {"previous", "preceding"} & set(scene.words()):
        return "previous"
    if found[0] == "this" and len(found) > 1:
        return "past this" if found[1] == "last" else "coming this" if found[1] == "next" else "this"
    return "next" if "next" in found else found[0]


def det_of_unit(scene: Scene) -> str | None:
    """The determiner of a match whose noun is itself a unit (also "year")."""
    found = {
        kind
        for item, code in zip(scene.items, scene.codes)
        for kind, name in (("this", "THISW"), ("last", "LASTW"), ("next", "NEXTW"), ("that", "THATW"))
        if code in class_codes(name)
    }
    if {"this", "last"} <= found:
        return "last"
    if {"this", "next"} <= found:
        return "next"
    return next((kind for kind in ("next", "last", "that", "this") if kind in found), None)


def year_of(scene: Scene) -> tuple[int, bool] | None:
    """The year that the match says, and whether it says it in figures; None: it says none."""
    items, codes = scene.items, scene.codes
    for index, code in enumerate(codes):
        word = items[index].word
        if code in (YEAR, OLD_YEAR):
            return int(word), True
        if code == SHORT_YEAR:
            return full_year(int(word[1:]), scene.anchor.year), True
        if word == "nineteen":
            return 1900 + int(number_of(list(items[index + 1 :])) or 0), True
        if word == "year" and index:
            before = items[index - 1].word
            for name, step in (("LASTW", -1), ("NEXTW", 1), ("THISW", 0)):
                if codes[index - 1] in class_codes(name):
                    if before == "following" and scene.reference:
                        return scene.reference.first.year + 1, False
                    return scene.anchor.year + step, False
            if before in ("that", "same") and scene.reference:
                return scene.reference.first.year, False
            if before == "the" and index > 1 and items[index - 2].word == "of":
                return scene.anchor.year, False
    return None


def full_year(two: int, anchor_year: int) -> int:
    """The full year of two figures: at most ten years ahead of the reference, else in the past century."""
    year = anchor_year // 100 * 100 + two
    return year - 100 if year > anchor_year + 10 else year + 100 if year < anchor_year - 89 else year


def first_number(scene: Scene) -> int | None:
    ordinals = lexicon().classes["ORDWORD"]
    for item, code in zip(scene.items, scene.codes):
        if code in DAY_CODES:
            return int(re.sub(r"\D", "", item.word))
        if item.word in ordinals and item.word not in ("last", "final", "closing", "latter"):
            return int(ordinals[item.word])
    return None


def dated(scene: Scene, make: Callable[[int], Stretch], *, gap_days: int = 0) -> Reading | None:
    """A stretch that comes once a year: in the year said, else in the one that fits."""
    year = year_of(scene)
    try:
        if year:
            return Reading(make(year[0]), absolute=year[1])
        return scene.yearly(make, det_of(scene), gap_days=gap_days)
    except (ValueError, OverflowError):
        return None


def with_part(stretch: Stretch, part: Part | None, clock: str = "") -> Stretch:
    return Stretch(stretch.unit, stretch.first, part, clock or stretch.clock)
