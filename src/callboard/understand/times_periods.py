"""
Readers of months, seasons, quarters, and of units counted from the reference day: "late July", "next week".
"""

from __future__ import annotations

import datetime as dt

from callboard.understand.times_calendar import Direction, Part, Stretch, Unit, choose, shift, stretch_of
from callboard.understand.times_scene import Scene, class_codes
from callboard.understand.times_shapes import Range, Reading
from callboard.understand.times_slots import (
    PREPOSITIONS,
    dated,
    det_of,
    det_of_unit,
    first_number,
    part_of,
    with_part,
    year_of,
)
from callboard.understand.times_words import YEAR, lexicon, word_set

SEASON_GAP_DAYS = 75  # "next summer" said in May is not the one that begins in three weeks
JUST_ENDED_DAYS = 60  # results are reported within two months of the quarter
_SEASON_NOUNS = word_set(
    "launch release premiere debut start bow return finale shoot opening slot berth date rollout run "
    "schedule lineup season line or and of"
)


def read_month(scene: Scene) -> Reading | None:
    word = next(item for item, code in zip(scene.items, scene.codes) if code in class_codes("MONTH"))
    if scene.codes[0] in class_codes("MONTH") and len(scene.items) == 1 and not _month_alone(scene, word.word):
        return None
    if len(scene.items) == 2 and scene.items[0].word == "a":
        return None
    month, part = int(scene.value("MONTH") or 0), part_of(scene)
    return dated(scene, lambda year: Stretch(Unit.MONTH, dt.date(year, month, 1), part), gap_days=60)


def _month_alone(scene: Scene, word: str) -> bool:
    """Whether a bare month name is one: "May" and "March" only behind a preposition, short forms never alone."""
    if word in ("may", "march"):
        return scene.before() in PREPOSITIONS
    if len(word) <= 3 or word == "sept":
        return scene.before() in PREPOSITIONS
    # "April" and "June" are also first names: "April Ludgate", "June Osborne".
    follow = scene.tokens.text[scene.tokens.items[scene.end].start] if scene.end < len(scene.tokens.items) else ""
    first_name = word in ("april", "june", "august") and bool(follow) and follow.isupper()
    return not first_name or scene.before() in PREPOSITIONS


def read_season(scene: Scene) -> Reading | None:
    words = scene.words()
    at = next(i for i, word in enumerate(words) if word in lexicon().classes["SEASON"])
    name = words[at]
    text, token = scene.tokens.text, scene.items[at]
    follow = scene.tokens.items[scene.end] if scene.end < len(scene.tokens.items) else None
    if (
        len(words) == at + 1
        and follow
        and text[token.start].isupper()
        and text[follow.start].isupper()
        and scene.after()
    ):
        return None  # "Winter Soldier", "Summer House"
    if len(words) == 1 and name in ("fall", "spring") and not _season_alone(scene):
        return None
    if len(words) == 2 and words[0] == "a" and scene.after() not in _SEASON_NOUNS:
        return None
    if name in ("fall", "spring") and words[0] in ("his", "her", "their", "our"):
        return None
    if name == "fall" and len(words) <= 2 and words[0] in ("the", "fall") and scene.after() in ("of", "from"):
        return None
    month, part = int(lexicon().classes["SEASON"][name]), part_of(scene)
    return dated(scene, lambda year: Stretch(Unit.SEASON, dt.date(year, month, 1), part), gap_days=SEASON_GAP_DAYS)


def _season_alone(scene: Scene) -> bool:
    """Whether a bare "fall" or "spring" is the season."""
    before = ("in", "by", "until", "since", "for", "through")
    return scene.before() in before or scene.after() in _SEASON_NOUNS


def read_quarter(scene: Scene) -> Reading | None:
    number = first_number(scene)
    if number is None or not 1 <= number <= 4:
        return None
    if scene.items[0].word == "q" and scene.items[1].start != scene.items[0].end:
        return None
    part = part_of(scene)

    def make(year: int) -> Stretch:
        return Stretch(Unit.QUARTER, dt.date(year, number * 3 - 2, 1), part)

    if year_of(scene) is None and scene.direction is None and det_of(scene) is None:
        # A quarter that has just ended is what results are reported of, whatever the tense.
        just = next(q for q in (make(scene.anchor.year), make(scene.anchor.year - 1)) if q.first <= scene.anchor)
        if just.last < scene.anchor and (scene.anchor - just.last).days <= JUST_ENDED_DAYS:
            return Reading(just, other=just.moved(4), in_year=make)
    return dated(scene, make)


def read_period(scene: Scene) -> Reading | None:
    """ "The year-ago quarter", "the latest period": as the quarter that the text is about."""
    words = scene.words()
    back = 1 if {"ago", "earlier"} & set(words) else 0
    year = next((int(item.word) for item, code in zip(scene.items, scene.codes) if code == YEAR), None)
    number = first_number(scene)
    if scene.topic is None and "latest" in words:
        return Reading(scene.day_unit(Unit.QUARTER, -1))
    if scene.topic is None:
        if not back:
            return None
        return Reading(Stretch(Unit.YEAR, dt.date(scene.anchor.year - 1, 1, 1)))
    topic = (
        scene.topic
        if number is None or number > 4
        else Stretch(Unit.QUARTER, scene.topic.first.replace(month=number * 3 - 2))
    )
    if year is not None:
        return Reading(Stretch(Unit.QUARTER, topic.first.replace(year=year)), absolute=True)
    return Reading(topic.moved(-4 * back) if back else topic)


def read_half(scene: Scene) -> Reading | None:
    words = set(scene.words())
    second = bool(words & {"second", "last", "latter", "back", "final", "closing"})
    if "it" in words and scene.reference is None:
        return None
    year = year_of(scene)
    value = year[0] if year else scene.reference.first.year if "it" in words and scene.reference else scene.anchor.year
    return Reading(Stretch(Unit.HALF, dt.date(value, 7 if second else 1, 1)), absolute=bool(year and year[1]))


def read_unit(scene: Scene) -> Reading | None:
    words = scene.words()
    unit = next((Unit(v) for w in reversed(words) if (v := lexicon().classes["UNIT"].get(w))), None)
    if unit is None:
        return None
    part, det = part_of(scene), det_of_unit(scene)
    if part in (Part.EARLY, Part.MID, Part.LATE) and unit in (Unit.DECADE, Unit.CENTURY) and det is None:
        return None
    clock = scene.value("DAYPART") or ""
    if "same" in words or det == "that":
        if scene.reference is None:
            return None
        return Reading(stretch_of(scene.reference.first, unit))
    if "following" in words and scene.reference:
        return Reading(with_part(stretch_of(scene.reference.first, unit).moved(1), part))
    if {"previous", "preceding"} & set(words) and scene.reference:
        return Reading(with_part(stretch_of(scene.reference.first, unit).moved(-1), part))
    if unit is Unit.WEEKEND:
        return _weekend(scene, det)
    step = {"last": -1, "past this": 0, "next": 1, "coming this": 1}.get(det or "", 0)
    return Reading(with_part(_step(scene, unit, step, words), part, clock))


def _step(scene: Scene, unit: Unit, step: int, words: list[str]) -> Stretch:
    if unit is Unit.YEAR and "past" in words and "this" not in words:
        return Stretch(Unit.YEAR, dt.date(scene.anchor.year - 1, 1, 1))
    return scene.day_unit(unit, step)


def _weekend(scene: Scene, det: str | None) -> Reading:
    this = scene.day_unit(Unit.WEEKEND)
    if det == "last":
        return Reading(
            this.moved(0) if this.last < scene.anchor else Stretch(Unit.WEEKEND, shift(this.first, -7, Unit.DAY))
        )
    if det == "next":
        return Reading(Stretch(Unit.WEEKEND, shift(this.first, 7, Unit.DAY)), other=this)
    weeks = [Stretch(Unit.WEEKEND, shift(this.first, 7 * n, Unit.DAY)) for n in (-1, 0, 1)]
    lean = scene.lean() or (Direction.PAST if scene.anchor.weekday() == 0 and det is None else Direction.FUTURE)
    best, other = choose(weeks, scene.anchor, lean)
    return Reading(best, other=other)


def read_year_end(scene: Scene) -> Reading | None:
    words = scene.words()
    if "turn" in words:
        lean = scene.lean() or (Direction.PAST if scene.anchor.month <= 6 else Direction.FUTURE)
        year = scene.anchor.year - (1 if lean is Direction.PAST else 0)
        december = Stretch(Unit.MONTH, dt.date(year, 12, 1))
        return Reading(Range(december, december.moved(1)))
    return Reading(with_part(scene.day_unit(Unit.YEAR), Part.END))


def read_new_year(scene: Scene) -> Reading | None:
    if scene.after() in ("'s", "’s", "’", "'"):
        return None
    step = 0 if scene.anchor.month <= 2 or scene.lean() is Direction.PAST else 1
    return Reading(with_part(scene.day_unit(Unit.YEAR, step), Part.EARLY))
