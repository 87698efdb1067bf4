"""
When a document without a date was published, as an interval, from the dates it names and what the catalogue knows.

Dates in the text that carry their year, released seasons and coming ones each say "not before" or "not after"; the
interval is where most of that evidence agrees. It is meant to hold the true day nine times in ten.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Protocol, cast

from callboard.model import Milestone, Season
from callboard.understand.layout import Sentence
from callboard.understand.reading import Reading
from callboard.understand.times import Kind
from callboard.when import Precision, When

_BYLINE = re.compile(
    r"^(?:by\b|published|posted|updated|written|\W*[A-Z][a-z]+ [A-Z][a-z]+\W+|last (?:modified|updated))", re.I
)
_FUTURE = re.compile(
    r"\b(?:will|[’']ll|won[’']t|set (?:to|for)|due|premieres|arrives|returns|coming|slated|scheduled|begins|starts|debuts|opens|bows|hits|drops|lands|to (?:premiere|debut|air|return|begin|start))\b",
    re.I,
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|began|came|went|premiered|debuted|released|arrived|wrapped|ended|aired|opened|dropped|returned|launched|announced|ran|bowed|shot)\b",
    re.I,
)
_OUT = re.compile(
    r"\b(?:(?:now|already|currently) (?:streaming|available|out|on)|are (?:now )?available|is (?:now )?(?:streaming|available)|stream(?:s|ing) now|in (?:cinemas|theaters) now)\b",
    re.I,
)
_NOT_OUT = re.compile(
    r"\b(?:premiere dates?|release dates?) (?:\w+ ){0,9}(?:not|yet|been revealed)|\b(?:season|series) (?:\w+ ){0,6}(?:filming|production|renewed)\b",
    re.I,
)


class _Dated(Protocol):
    @property
    def dated(self) -> Sequence[Season]: ...


def date_document(reading: Reading, catalogue: object) -> When | None:
    """The interval that most likely holds the day of publication; None where nothing speaks of it."""
    stated = _stated(reading)
    if stated is not None:
        return stated
    lower, upper = _evidence(reading, catalogue)
    return _agree(lower, upper)


def _stated(reading: Reading) -> When | None:
    """A full date that stands by itself on a line or in a byline near the top."""
    for sentence in reading.layout.sentences[:8]:
        for mention in reading.times:
            if (
                sentence.start <= mention.start < sentence.end
                and mention.absolute
                and mention.when
                and mention.when.precision is Precision.DAY
            ):
                rest = sentence.text.replace(mention.text, "").strip(" .|,–—-")
                if (
                    len(rest) < 40
                    and (not sentence.closed or len(rest) < 12)
                    and (not rest or _BYLINE.match(sentence.text) or len(rest) < 25)
                ):
                    return mention.when
    return None


def _evidence(reading: Reading, catalogue: object) -> tuple[list[tuple[dt.date, float]], list[tuple[dt.date, float]]]:
    """Weighted bounds: days that publication does not lie before, and days that it does not lie after."""
    lower: list[tuple[dt.date, float]] = []
    upper: list[tuple[dt.date, float]] = []
    for mention in reading.times:
        if not mention.absolute or mention.when is None or mention.kind not in (Kind.DATE, Kind.TIME):
            continue
        when = mention.when
        if when.first is None or when.last is None or not 1990 <= when.first.year <= 2100:
            continue
        sentence = reading.layout.sentence_at(mention.start)
        before = sentence.text[max(0, mention.start - sentence.start - 60) : mention.start - sentence.start]
        if _FUTURE.search(before) and not _PAST.search(before):
            upper.append((when.last, 1.0))
            lower.append((when.first - dt.timedelta(500), 0.8))
        else:
            lower.append((when.first, 1.0 if _PAST.search(before) else 0.6))
    for sentence in reading.layout.sentences:
        _catalogue_evidence(reading, sentence, catalogue, lower, upper)
    return lower, upper


def _catalogue_evidence(
    reading: Reading,
    sentence: Sentence,
    catalogue: object,
    lower: list[tuple[dt.date, float]],
    upper: list[tuple[dt.date, float]],
) -> None:
    """What the known dates of the productions in a sentence say: a season that is out, one that is still to come."""
    mentions = reading.within(sentence)
    if not mentions.titles:
        return
    lookup = getattr(catalogue, "titles_named", None)
    if lookup is None:
        return
    out, coming = (
        bool(_OUT.search(sentence.text)),
        bool(_FUTURE.search(sentence.text) or _NOT_OUT.search(sentence.text)),
    )
    for title in mentions.titles:
        name = reading.candidates[title.key].name
        numbers = {n for m in mentions.seasons for n in m.numbers}
        for known in lookup(name):
            for season in cast(_Dated, known).dated:
                release = season.dates.get(Milestone.RELEASE)
                if (
                    release is None
                    or release.first is None
                    or (season.season or 0) not in (numbers or {season.season or 0})
                ):
                    continue
                if out and numbers:
                    lower.append((release.first, 1.5))
                elif (
                    coming
                    and not out
                    and (numbers or len(cast(_Dated, known).dated) == 1)
                    and not _PAST.search(sentence.text)
                ):
                    upper.append((release.first, 1.0))
                    lower.append((release.first - dt.timedelta(700), 0.7))
    # a day without a year that a known release falls on: "arrives on August 18th"
    for mention in mentions.times:
        if mention.absolute or mention.when is None or mention.when.precision is not Precision.DAY:
            continue
        for title in mentions.titles:
            for known in lookup(reading.candidates[title.key].name):
                for season in cast(_Dated, known).dated:
                    release = season.dates.get(Milestone.RELEASE)
                    day = mention.when.first
                    if (
                        release
                        and release.first
                        and day
                        and release.precision is Precision.DAY
                        and (release.first.month, release.first.day) == (day.month, day.day)
                    ):
                        if _FUTURE.search(sentence.text):
                            upper.append((release.first, 3.0))
                            lower.append((release.first - dt.timedelta(330), 3.0))
                        else:
                            lower.append((release.first, 3.0))


def _agree(lower: list[tuple[dt.date, float]], upper: list[tuple[dt.date, float]]) -> When | None:
    """The interval between the bounds that the weight of evidence supports."""
    if not lower and not upper:
        return None
    days = sorted({day for day, _ in lower} | {day + dt.timedelta(1) for day, _ in upper})
    if not upper:
        first = _upper_quantile(lower)
        return When.between(first, first + dt.timedelta(300))
    if not lower:
        last = min(day for day, _ in upper)
        return When.between(last - dt.timedelta(300), last)
    best, best_value = None, -1.0
    for a, b in zip(days, [*days[1:], days[-1] + dt.timedelta(200)]):
        if b <= a:
            continue
        value = sum(w for day, w in lower if day <= a) + sum(w for day, w in upper if day >= a)
        if value > best_value + 1e-9 or (value > best_value - 1e-9 and best is not None and a > best[0]):
            best, best_value = (a, b - dt.timedelta(1)), value
    if best is None:
        return None
    first, last = best
    if (last - first).days > 400:  # nothing narrows it: news is mostly written near what it names last
        last = first + dt.timedelta(400)
    return When.between(first, max(first + dt.timedelta(20), last))


def _upper_quantile(lower: list[tuple[dt.date, float]]) -> dt.date:
    ordered = sorted(lower)
    total, running = sum(w for _, w in ordered), 0.0
    for day, weight in ordered:
        running += weight
        if running >= 0.9 * total:
            return day
    return ordered[-1][0]
