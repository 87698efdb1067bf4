"""
Readers: what the tokens that a rule matched mean. Each takes a `Scene` and gives a `Reading`, or None to refuse.

`READERS` is the table that `rules/times.toml` names them by. Dates of the calendar stand here; lengths, clock times and
the rest in `times_lengths`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable

from callboard.understand.times_calendar import (
    Direction,
    Part,
    Stretch,
    Unit,
    add_months,
    choose,
    holiday,
    shift,
    stretch_of,
)
from callboard.understand.times_lengths import LENGTH_READERS, number_of
from callboard.understand.times_rules import holiday_rules
from callboard.understand.times_scene import Scene, class_codes
from callboard.understand.times_shapes import Range, Reading
from callboard.understand.times_words import (
    DAY_NUMBER_24,
    DAY_NUMBER_31,
    DECADE,
    HOUR_NUMBER,
    OLD_YEAR,
    ORDINAL,
    SHORT_YEAR,
    YEAR,
    YEAR_RANGE,
    lexicon,
)

Reader = Callable[[Scene], Reading | None]
JUST_ENDED_DAYS = 60  # results are reported within two months of the quarter
SEASON_GAP_DAYS = 75  # "next summer" said in May is not the one that begins in three weeks
_EDGES = {"START": Part.START, "MID": Part.MID, "END": Part.END}
# Nouns that a number before a month belongs to: "season 2 May" is no date.
_COUNTED_NOUNS = frozenset(
    [
        "season",
        "seasons",
        "series",
        "episode",
        "episodes",
        "part",
        "volume",
        "vol",
        "chapter",
        "book",
        "phase",
        "no",
        "number",
    ]
)
_PREPOSITIONS = frozenset(
    [
        "in",
        "by",
        "for",
        "until",
        "till",
        "til",
        "since",
        "from",
        "through",
        "thru",
        "before",
        "after",
        "during",
        "this",
        "last",
        "next",
        "over",
        "of",
        "and",
        "to",
        "early",
        "late",
        "mid",
        "around",
        "about",
        "the",
        "or",
        "between",
        "every",
        "each",
        "on",
        "throughout",
    ]
)


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


def read_day_of_month(scene: Scene) -> Reading | None:
    month = int(scene.value("MONTH") or 0)
    if "may" in scene.words() and scene.before() in _COUNTED_NOUNS:
        return None
    day = _first_number(scene)
    if day is None or not 1 <= day <= 31:
        return None
    return _dated(scene, lambda year: Stretch(Unit.DAY, dt.date(year, month, day)))


def read_days_of_month(scene: Scene) -> Reading | None:
    month = int(scene.value("MONTH") or 0)
    days = [int(re.sub(r"\D", "", item.word)) for item, code in zip(scene.items, scene.codes) if code in _DAY_CODES]
    if len(days) < 2 or not 1 <= days[0] < days[1] <= 31:
        return None
    first = _dated(scene, lambda year: Stretch(Unit.DAY, dt.date(year, month, days[0])))
    if first is None or not isinstance(first.shape, Stretch):
        return None
    year = first.shape.first.year
    if days[1] > calendar.monthrange(year, month)[1]:
        return None
    last = Stretch(Unit.DAY, dt.date(year, month, days[1]))
    return Reading(Range(first.shape, last), absolute=first.absolute)


_DAY_CODES = HOUR_NUMBER + DAY_NUMBER_24 + DAY_NUMBER_31 + ORDINAL


def _first_number(scene: Scene) -> int | None:
    ordinals = lexicon().classes["ORDWORD"]
    for item, code in zip(scene.items, scene.codes):
        if code in _DAY_CODES:
            return int(re.sub(r"\D", "", item.word))
        if item.word in ordinals and item.word not in ("last", "final", "closing", "latter"):
            return int(ordinals[item.word])
    return None


def _dated(scene: Scene, make: Callable[[int], Stretch], *, gap_days: int = 0) -> Reading | None:
    """A stretch that comes once a year: in the year said, else in the one that fits."""
    year = year_of(scene)
    try:
        if year:
            return Reading(make(year[0]), absolute=year[1])
        return scene.yearly(make, det_of(scene), gap_days=gap_days)
    except (ValueError, OverflowError):
        return None


def read_month(scene: Scene) -> Reading | None:
    word = next(item for item, code in zip(scene.items, scene.codes) if code in class_codes("MONTH"))
    if scene.codes[0] in class_codes("MONTH") and len(scene.items) == 1 and not _month_alone(scene, word.word):
        return None
    if len(scene.items) == 2 and scene.items[0].word == "a":
        return None
    month, part = int(scene.value("MONTH") or 0), part_of(scene)
    return _dated(scene, lambda year: Stretch(Unit.MONTH, dt.date(year, month, 1), part), gap_days=60)


def _month_alone(scene: Scene, word: str) -> bool:
    """Whether a bare month name is one: "May" and "March" only behind a preposition, short forms never alone."""
    if word in ("may", "march"):
        return scene.before() in _PREPOSITIONS
    if len(word) <= 3 or word == "sept":
        return scene.before() in _PREPOSITIONS
    # "April" and "June" are also first names: "April Ludgate", "June Osborne".
    follow = scene.tokens.text[scene.tokens.items[scene.end].start] if scene.end < len(scene.tokens.items) else ""
    first_name = word in ("april", "june", "august") and bool(follow) and follow.isupper()
    return not first_name or scene.before() in _PREPOSITIONS


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
        base = _dated(scene, lambda year: Stretch(Unit.MONTH, dt.date(year, int(month), 1)))
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
        return Reading(_nth_day(whole, int(weekday), nth))
    if "weekend" in scene.words():
        found = _nth_day(whole, 5, nth)
        return Reading(Stretch(Unit.WEEKEND, found.first))
    first = whole.last - dt.timedelta(6) if nth == 99 else whole.first + dt.timedelta(7 * (nth - 1))
    return Reading(Stretch(Unit.WEEK, first), absolute=base.absolute) if first <= whole.last else None


def _nth_day(whole: Stretch, weekday: int, nth: int) -> Stretch:
    if nth == 99:
        return Stretch(Unit.DAY, whole.last - dt.timedelta((whole.last.weekday() - weekday) % 7))
    return Stretch(Unit.DAY, whole.first + dt.timedelta((weekday - whole.first.weekday()) % 7 + 7 * (nth - 1)))


def read_week_of(scene: Scene) -> Reading | None:
    inner = read_holiday(scene) if scene.value("MONTH") is None else read_day_of_month(scene)
    if inner is None or not isinstance(inner.shape, Stretch):
        return None
    return Reading(stretch_of(inner.shape.first, Unit.WEEK), absolute=inner.absolute)


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
    return _dated(scene, lambda year: Stretch(Unit.SEASON, dt.date(year, month, 1), part), gap_days=SEASON_GAP_DAYS)


_SEASON_NOUNS = frozenset(
    [
        "launch",
        "release",
        "premiere",
        "debut",
        "start",
        "bow",
        "return",
        "finale",
        "shoot",
        "opening",
        "slot",
        "berth",
        "date",
        "rollout",
        "run",
        "schedule",
        "lineup",
        "season",
        "line",
        "or",
        "and",
        "of",
    ]
)


def _season_alone(scene: Scene) -> bool:
    """Whether a bare "fall" or "spring" is the season."""
    before = ("in", "by", "until", "since", "for", "through")
    return scene.before() in before or scene.after() in _SEASON_NOUNS


def read_quarter(scene: Scene) -> Reading | None:
    number = _first_number(scene)
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
    return _dated(scene, make)


def read_period(scene: Scene) -> Reading | None:
    """ "The year-ago quarter", "the latest period": as the quarter that the text is about."""
    words = scene.words()
    back = 1 if {"ago", "earlier"} & set(words) else 0
    year = next((int(item.word) for item, code in zip(scene.items, scene.codes) if code == YEAR), None)
    number = _first_number(scene)
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

    return _dated(scene, make)


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
        return Reading(_with_part(stretch_of(scene.reference.first, unit).moved(1), part))
    if {"previous", "preceding"} & set(words) and scene.reference:
        return Reading(_with_part(stretch_of(scene.reference.first, unit).moved(-1), part))
    if unit is Unit.WEEKEND:
        return _weekend(scene, det)
    step = {"last": -1, "past this": 0, "next": 1, "coming this": 1}.get(det or "", 0)
    return Reading(_with_part(_step(scene, unit, step, words), part, clock))


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


def _step(scene: Scene, unit: Unit, step: int, words: list[str]) -> Stretch:
    if unit is Unit.YEAR and "past" in words and "this" not in words:
        return Stretch(Unit.YEAR, dt.date(scene.anchor.year - 1, 1, 1))
    return scene.day_unit(unit, step)


def _with_part(stretch: Stretch, part: Part | None, clock: str = "") -> Stretch:
    return Stretch(stretch.unit, stretch.first, part, clock or stretch.clock)


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
    return Reading(_with_part(scene.day_unit(Unit.YEAR), Part.END))


def read_new_year(scene: Scene) -> Reading | None:
    if scene.after() in ("'s", "’s", "’", "'"):
        return None
    step = 0 if scene.anchor.month <= 2 or scene.lean() is Direction.PAST else 1
    return Reading(_with_part(scene.day_unit(Unit.YEAR, step), Part.EARLY))


# Nouns that a four-figure number counts: "2000 extras" is no year.
_COUNTED = frozenset(
    [
        "people",
        "extras",
        "dollars",
        "pounds",
        "euros",
        "miles",
        "feet",
        "fans",
        "screens",
        "theaters",
        "theatres",
        "cinemas",
        "jobs",
        "tickets",
        "followers",
        "votes",
        "episodes",
        "employees",
        "workers",
        "points",
        "meters",
        "metres",
        "copies",
        "seats",
        "homes",
        "households",
        "locations",
        "customers",
        "titles",
        "shares",
        "words",
        "pages",
        "soldiers",
        "troops",
        "men",
        "women",
        "students",
    ]
)


def read_year(scene: Scene) -> Reading | None:
    year = year_of(scene)
    if year is None:
        return None
    if len(scene.items) == 1:
        code = scene.tokens.codes[scene.start - 1] if scene.start else ""
        if code == "$" or scene.after() in _COUNTED or scene.after() == "%":
            return None
        if scene.codes == SHORT_YEAR and scene.before() not in _PREPOSITIONS:
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


def read_numeric(scene: Scene) -> Reading | None:
    word = scene.items[-1].word
    parts = [int(piece) for piece in re.split(r"[/.\-]", word) if piece.isdecimal()]
    if word == "9/11":
        return Reading(Stretch(Unit.DAY, dt.date(2001, 9, 11)), absolute=True)
    try:
        if len(parts) == 3:
            return _full_numeric(scene, parts)
        if len(parts) != 2 or not (scene.has("FULLDAY") or scene.before() in ("on", "until", "by", "since", "from")):
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
    day = _first_number(scene)
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


_AFTER_DAY = frozenset(
    [
        "and",
        "at",
        "in",
        "of",
        "with",
        "when",
        "for",
        "on",
        "as",
        "but",
        "to",
        "by",
        "from",
        "through",
        "after",
        "before",
        "while",
        "it",
        "he",
        "she",
        "they",
    ]
)


def read_weekday_day(scene: Scene) -> Reading | None:
    wanted, day = scene.value("WEEKDAY"), _first_number(scene)
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
    number = _first_number(scene)
    if number is None or not 2 <= number <= 21 or scene.after() in ("fox", "studios", "pictures", "television"):
        return None
    return Reading(Stretch(Unit.CENTURY, dt.date((number - 1) * 100, 1, 1), part_of(scene)), absolute=True)


READERS: dict[str, Reader] = {
    "day_of_month": read_day_of_month,
    "days_of_month": read_days_of_month,
    "month": read_month,
    "nth_week": read_nth_week,
    "week_of": read_week_of,
    "season": read_season,
    "quarter": read_quarter,
    "period": read_period,
    "half": read_half,
    "holiday": read_holiday,
    "weekday": read_weekday,
    "unit": read_unit,
    "year_end": read_year_end,
    "new_year": read_new_year,
    "year": read_year,
    "old_year": read_old_year,
    "year_range": read_year_range,
    "numeric": read_numeric,
    "bare_day": read_bare_day,
    "weekday_day": read_weekday_day,
    "decade": read_decade,
    "century": read_century,
    **LENGTH_READERS,
}
