"""
How far a claim is to be believed, part by part.

A claim may fail in three ways: its origin errs; the text does not say so of this production (the reader's score); or it
does, but the time is not the event's. With the chance s that it was read right it counts with the likelihood L of what
it says; else it says nothing, and leaves what was expected before: `s * L / E[L] + 1 - s`, the mean E over what the
spells alone expect. So a claim of score s is right with probability s wherever nothing else is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from callboard.judge.dated import Dated
from callboard.judge.grid import Array
from callboard.judge.strengths import Strengths
from callboard.model import Modality
from callboard.when import When

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Chances that a claim fails."""

    origin: float  # its origin errs
    event: float  # the text does not say so of this production
    time: float  # the time is not that of the event
    typical: Array  # probability of each stage on its day before any claim, shape (6,): what a misread claim leaves

    def with_time(self) -> Doubt:
        """The doubts in what hangs on the time: a wrong time leaves no more of it than a wrong event."""
        return replace(self, event=1 - (1 - self.event) * (1 - self.time), time=0.0)

    @property
    def any(self) -> float:
        """Chance that what the claim says with its time is not so."""
        return 1 - (1 - self.origin) * (1 - self.event) * (1 - self.time)

    def of_stage(self, ratio: Array) -> Array:
        """Likelihood of a claim whose likelihood, were it right, is in proportion to `ratio`, shape (6,)."""
        right = (1 - self.event) * ratio + self.event * float(ratio @ self.typical)
        found: Array = (1 - self.origin) * right + self.origin * 0.5
        return found

    def of_bound(self, milestone: int, done: bool) -> tuple[float, float]:
        """Likelihoods of "it had happened", or with `done` False "it had not", where it had and where it had not."""
        reached = np.arange(6) > milestone
        likelihood = self.with_time().of_stage(np.where(reached == done, 1.0, 0.0))
        return float(likelihood[-1]), float(likelihood[0])

    def of_day(self, density: Array, expected: Array, strengths: Strengths) -> Array:
        """
        Likelihood of each cell.

        Args:
            density: Of the time that was told, given that the milestone lies in the cell, shape (cells,).
            expected: Probability of each cell before any claim, shape (cells,).
        """
        event = self.with_time().event
        right = (1 - event) * density + event * float(density @ expected)
        doubt = max(self.origin, 1e-9)
        found: Array = (1 - doubt) * right + doubt / strengths.outlier_days
        return found


def doubt_of(item: Dated, typical: Array, strengths: Strengths) -> Doubt:
    """The doubts in a claim."""
    claim, event = item.weighed.report.claim, item.weighed.misread
    if item.weighed.was_read and claim.modality is not Modality.ASSERTED:
        event = 1 - (1 - event) * (1 - strengths.misput)
    if not item.weighed.was_read:
        time = 0.0
    elif claim.time is None:
        time = strengths.missed_time
    elif year_is_in(claim.quote.text, claim.time):
        time = strengths.spelled_time
    else:
        time = strengths.guessed_time if claim.time.is_doubtful else strengths.misread_time
    return Doubt(item.weighed.wrong * strengths.certain, event, time, typical)


def year_is_in(quote: str, time: When) -> bool:
    """Whether a quote has the year of a time in figures."""
    years = {day.year for day in (time.first, time.last) if day is not None}
    return any(int(year) in years for year in _YEAR.findall(quote))
