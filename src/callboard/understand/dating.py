"""
When a document without a date was published, as an interval.

A date that the document states is taken. Else every ten days of thirty years are weighed by what its clues say
(`callboard.understand.dating_clues`), and the shortest stretch that holds the day often enough is the answer.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np

from callboard.understand.dating_clues import Clues, find_clues, weigh_days
from callboard.understand.forest import Floats
from callboard.understand.reading import Reading
from callboard.when import Precision, When

STEP = 10  # days
GRID = tuple(range(dt.date(2000, 1, 1).toordinal(), dt.date(2030, 1, 1).toordinal(), STEP))
# Shares of the probability that the interval holds: more where that still says something, see `date_document`.
SURE, LIKELY = 0.9, 0.8
NARROW_DAYS = 160
WIDEST_DAYS = 5500  # wider says nothing
REFERENCE_SHARE = 0.5  # of the probability that the days hold against which relative times are read
_BYLINE = re.compile(
    r"^(?:by\b|published|posted|updated|written|\W*[A-Z][a-z]+ [A-Z][a-z]+\W+|last (?:modified|updated))", re.I
)
# What stands before and after the date in a dateline.
_PLACE = re.compile(r"^\W*(?:[A-Z][\w.’'&/-]*,?\s+){1,7}\(?$")
_DASH = re.compile(r"^\)?\s*(?:[–—-]{1,2}|/)")


@dataclass(frozen=True, slots=True)
class Dating:
    """When a document was published, and the narrower stretch against which its relative times are best read."""

    published: When
    reference: When
    confidence: float  # share of such intervals that hold the day, in cross-validation


def date_document(reading: Reading, catalogue: object, weights: Floats) -> Dating | None:
    """
    The interval that holds the day of publication eight times in ten or more; None where nothing speaks of it.

    Args:
        catalogue: What answers `titles_named`.
        weights: Learned, shape ``(dating_clues.WEIGHTS,)``.
    """
    stated = stated_date(reading)
    if stated is not None:
        return Dating(stated, stated, 0.95)
    clues = find_clues(reading, catalogue)
    return infer_date(clues, weights)


def infer_date(clues: Clues, weights: Floats) -> Dating | None:
    """The interval that the clues give; None where they leave everything open."""
    shares = weigh(clues, weights)
    published, confidence = _stretch(shares, SURE), SURE
    if published.width_days > NARROW_DAYS:
        published, confidence = _stretch(shares, LIKELY), LIKELY
    if published.width_days > WIDEST_DAYS:
        return None
    return Dating(published, _stretch(shares, REFERENCE_SHARE), confidence)


def weigh(clues: Clues, weights: Floats) -> Floats:
    """The probability of each stretch of `GRID`, shape ``(len(GRID),)``."""
    total = np.zeros(len(GRID))
    for index, count in weigh_days(clues, GRID):
        total += weights[index] * count
    odds = np.exp(total - total.max())
    return np.asarray(odds / odds.sum())


def stated_date(reading: Reading) -> When | None:
    """A full date near the top that stands by itself on a line, in a byline, or in a dateline ("LOS ANGELES, May 3, 2019 –")."""
    for sentence in reading.layout.sentences[:8]:
        for mention in reading.times:
            if (
                sentence.start <= mention.start < sentence.end
                and mention.absolute
                and mention.when
                and mention.when.precision is Precision.DAY
            ):
                rest = sentence.text.replace(mention.text, "").strip(" .|,–—-")
                before = sentence.text[: mention.start - sentence.start]
                if _PLACE.match(before) and _DASH.match(sentence.text[mention.end - sentence.start :]):
                    return mention.when
                if (
                    len(rest) < 40
                    and (not sentence.closed or len(rest) < 12)
                    and (not rest or _BYLINE.match(sentence.text) or len(rest) < 25)
                ):
                    return mention.when
    return None


def _stretch(shares: Floats, mass: float) -> When:
    """The shortest run of grid steps that holds a share of the probability, of equally short ones the likeliest."""
    total = np.concatenate([[0.0], np.cumsum(shares)])
    best: tuple[int, float, int] | None = None
    for start in range(len(shares)):
        end = int(np.searchsorted(total, total[start] + mass - 1e-9))
        if end > len(shares):
            break
        rank = (end - start, float(total[start] - total[end]), start)
        best = min(best, rank) if best else rank
    length, _, start = best or (len(shares), 0.0, 0)
    first = dt.date.fromordinal(GRID[start])
    return When.between(first, first + dt.timedelta(length * STEP - 1))
