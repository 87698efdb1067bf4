"""
Readers of years and what is longer: "mid-2018", "2020-21", "the 1990s", "the 20th century".
"""

from __future__ import annotations

import datetime as dt
import re

from callboard.understand.times_calendar import Stretch, Unit
from callboard.understand.times_scene import Scene, class_codes
from callboard.understand.times_shapes import Range, Reading
from callboard.understand.times_slots import PREPOSITIONS, first_number, part_of, year_of
from callboard.understand.times_words import DECADE, SHORT_YEAR, YEAR_RANGE, word_set

# Nouns that a four-figure number counts: "2000 extras" is no year.
_COUNTED = word_set(
    "people extras dollars pounds euros miles feet fans screens theaters theatres cinemas jobs tickets "
    "followers votes episodes employees workers points meters metres copies seats homes households "
    "locations customers titles shares words pages soldiers troops men women students"
)


def read_year(scene: Scene) -> Reading | None:
    year = year_of(scene)
    if year is None:
        return None
    if len(scene.items) == 1:
        code = scene.tokens.codes[scene.start - 1] if scene.start else ""
        if code == "$" or scene.after() in _COUNTED or scene.after() == "%":
            return None
        if scene.codes == SHORT_YEAR and scene.before() not in PREPOSITIONS:
            return None
    return Reading(Stretch(Unit.YEAR, dt.date(year[0], 1, 1), part_of(scene)), absolute=True)


def read_old_year(scene: Scene) -> Reading | None:
    year = year_of(scene)
    if year is None or scene.after() in _COUNTED:
        return None
    if not 1000 <= year[0] <= 2199 or scene.codes[0] in class_codes("MONTH"):
        return None
    bare = scene.items[0].word in ("in", "since", "from", "until", "of", "by", "circa")
    return Reading(Stretch(Unit.YEAR, dt.date(year[0], 1, 1)), absolute=True, trim_left=1 if bare else 0)


def read_year_range(scene: Scene) -> Reading | None:
    word = next(item.word for item, code in zip(scene.items, scene.codes) if code == YEAR_RANGE)
    first, two = int(word[:4]), int(word[5:])
    last = first // 100 * 100 + two
    if last != first + 1 and not first < last <= first + 20:
        return None
    shape = Range(Stretch(Unit.YEAR, dt.date(first, 1, 1)), Stretch(Unit.YEAR, dt.date(last, 1, 1)))
    return Reading(shape, absolute=True)


def read_decade(scene: Scene) -> Reading | None:
    figures = next((item.word for item, code in zip(scene.items, scene.codes) if code == DECADE), None)
    if figures:
        number = int(re.sub(r"\D", "", figures))
        year = number if number > 99 else 1900 + number if number > 20 else 2000 + number
        if figures[0].isdigit() and number <= 99 and scene.before() in ("her", "his", "their"):
            return None  # "in his 30s" is an age
    else:
        if scene.before() in ("her", "his", "their", "my", "your"):
            return None
        year = 1900 + int(scene.value("DECADEWORD") or 0)
        if len(scene.items) == 1:
            return None
    return Reading(Stretch(Unit.DECADE, dt.date(year, 1, 1), part_of(scene)), absolute=True)


def read_century(scene: Scene) -> Reading | None:
    number = first_number(scene)
    if number is None or not 2 <= number <= 21 or scene.after() in ("fox", "studios", "pictures", "television"):
        return None
    return Reading(Stretch(Unit.CENTURY, dt.date((number - 1) * 100, 1, 1), part_of(scene)), absolute=True)
