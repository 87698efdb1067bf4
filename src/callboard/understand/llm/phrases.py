"""The time that a phrase tells, by our own engine: the model names the words, and at most the year that they leave open."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from callboard.errors import WhenError
from callboard.model import Event
from callboard.understand.times import Relation, TimeMention, find_times
from callboard.when import When

YEARS = range(1800, 2200)  # what a year of an answer may be; the oldest film is of the 1880s
# How far the inferred day of writing may be out, where a model says otherwise: of the ten undated articles of
# bench/corpus/dev.jsonl five lie outside their interval, by at most 193 days.
DOUBT_DAYS = 366
STEP_DAYS = 28  # between the days of writing that are tried: no month goes untried
_STARTS = frozenset({Event.FILMING_START, Event.PREPARATION, Event.RELEASE})
_AROUND = 160  # characters before and after a phrase that its tense is taken from


def resolve_phrase(
    full: str, times: Sequence[TimeMention], inferred: When | None, phrase: str, at: tuple[int, int], event: Event,
    year: int | None = None,
) -> When | None:  # fmt: skip
    """
    The time that a phrase of the text tells, of the occurrence nearest to the quote; None where it tells none.

    Of a range with two ends, a start takes the first and the end of a shoot the last. A date without a year has two
    readings, and `year` chooses between them. Where the day of writing is not stated but inferred, or not known at all,
    `year` also chooses among the days of writing: the result is all that the phrase means on those from which it falls into
    that year, marked as uncertain because the year is the model's word.

    Args:
        full: The text.
        times: What `find_times` found in it.
        inferred: The interval that was inferred for the day of writing, `full` tells it nowhere; None: it is stated.
        phrase: Words of the text.
        at: Where the quote stands, start and end.
        event: What happened then.
        year: The year that is meant; None: not said.
    """
    if not phrase.strip():
        return None
    places = [match.span() for match in re.finditer(re.escape(phrase), full)]
    near = sorted(places, key=lambda place: (max(place[0] - at[1], at[0] - place[1], 0), place))
    for start, end in near:
        inside = [m for m in times if m.start < end and start < m.end and (m.when is not None or inferred is not None)]
        if not inside:
            continue
        longest = max(inside, key=lambda m: (min(m.end, end) - max(m.start, start), -m.start))
        if year is not None and not longest.absolute and year != _year_of(longest.when):
            if longest.other is not None and year == _year_of(longest.other):
                return longest.other
            if inferred is not None:
                return _in_year(full, longest, inferred, event, year) or _when(longest, event)
        found = _when(longest, event)
        if found is not None:
            return found
    return None


def _in_year(full: str, mention: TimeMention, inferred: When, event: Event, year: int) -> When | None:
    """All that a mention means on the days of writing that put it into a year; None where there are none."""
    start, end = max(0, mention.start - _AROUND), mention.end + _AROUND
    text = full[start:end]
    whens: list[When] = []
    for day in _days_of_writing(inferred, year):
        for other in _times_on(text, day):
            if (other.start + start, other.end + start) == (mention.start, mention.end):
                readings = [_when(other, event), other.other]
                whens += [when for when in readings if when is not None and _year_of(when) == year][:1]
    firsts, lasts = [w.first for w in whens if w.first], [w.last for w in whens if w.last]
    if not firsts or not lasts:
        return None
    try:
        if len({str(when) for when in whens}) == 1 and "/" not in str(whens[0]):
            return whens[0].plain.doubted()
        return When.parse(f"{min(firsts).isoformat()}?/{max(lasts).isoformat()}?")
    except WhenError:
        return None


@lru_cache(maxsize=1024)
def _times_on(text: str, day: dt.date) -> list[TimeMention]:
    """The times of a text written on a day; several claims often share them."""
    return find_times(text, When.day(day))


def _days_of_writing(inferred: When, year: int) -> Iterator[dt.date]:
    """Days within an interval and the doubt around it, and near enough to a year that a text would name it by its distance."""
    first = max(inferred.first or dt.date(year, 1, 1), dt.date(year - 3, 1, 1)).toordinal() - DOUBT_DAYS
    last = min(inferred.last or dt.date(year, 12, 31), dt.date(year + 3, 12, 31)).toordinal() + DOUBT_DAYS
    yield from (dt.date.fromordinal(day) for day in range(first, last + 1, STEP_DAYS))


def _year_of(when: When | None) -> int | None:
    """The year of a time that lies within one, a winter in the year it begins; None for all else."""
    if when is None or when.first is None or when.last is None or when.width_days > 366:
        return None
    return when.first.year


def _when(mention: TimeMention, event: Event) -> When | None:
    if mention.ends is not None:
        if event in _STARTS:
            return mention.ends[0]
        if event is Event.FILMING_END:
            return mention.ends[1]
        return mention.when
    # "Since April" of a start is April; "until May" of an end is May. Of what lasts, the relation says how long.
    if mention.relation is Relation.BEFORE or (mention.relation is Relation.BY and event is not Event.FILMING_END):
        return mention.bounded
    return mention.when
