"""
How often origins turned out right: their record, from claims whose truth has since become known.

The rate at which an origin errs is a beta posterior mean, `(STRENGTH * prior + wrong) / (STRENGTH + checked)`, where each
wrong claim counts by the chance that the origin erred and not whoever read it out, with the prior by its kind (Gelman et al., Bayesian Data Analysis, sec. 2.4): a new voice is believed as its kind is, one with a
long record as it deserves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from callboard.judge.dated import MILESTONE_OF
from callboard.judge.trust import WRONG, kind_of, origin_of
from callboard.model import Modality, Report, Season
from callboard.when import When

STRENGTH = 20.0  # checked claims that weigh as much as the prior; nothing in the benchmark is large enough to fit it
_TIME_RIGHT = 0.53  # share of found claims whose time is right, held-out train articles (`bench/score.py`)
SLACK_DAYS = 10  # a report that is off by so little was right: histories are to the month as often as to the day


@dataclass(frozen=True, slots=True)
class Record:
    """What became of an origin's claims."""

    origin: str
    kind: str
    checked: int
    wrong: int  # of those checked, as they were read: some of it is the reader's error
    rate: float  # probability that its next claim errs
    reports: int = 0  # all that was heard of it, checked or not, where that was asked for


def fresh_record(origin: str, kind: str) -> Record:
    """The record of an origin of which nothing was checked yet: that of its kind."""
    return Record(origin, kind, 0, 0, WRONG[kind])


def check_among(reports: Sequence[Report], known: Season | None, as_of: dt.date) -> list[tuple[Report, bool]]:
    """
    The checkable reports about one production, each with whether it was right.

    Args:
        reports: All about the production, origins under one name each.
        known: Its dates from elsewhere, those of days to come left alone; None: none are known.
        as_of: Nothing is known of later days.

    A milestone that `known` does not date is dated by the reports: a day on which two origins agree, neither of them
    the one that is checked.
    """
    dates = {m: day for m, day in (known.dates if known else {}).items() if day.is_before(as_of)}
    checked = check_reports(reports, Season(None, dates))
    past = [report for report in reports if is_checkable(report) and MILESTONE_OF[report.claim.event] not in dates]
    for report in past:
        others = [
            r for r in past if r.claim.event is report.claim.event and origin_of(r) not in (origin_of(report), "")
        ]
        agreed = [a for a in others for b in others if origin_of(a) < origin_of(b) and _agree(_time(a), _time(b))]
        if agreed:
            checked.append((report, any(_agree(_time(report), _time(other)) for other in agreed)))
    return checked


def check_reports(reports: Iterable[Report], truth: Season) -> list[tuple[Report, bool]]:
    """
    The asserted, dated claims about milestones whose days are known, each with whether it was right.

    Schedules are left out: that a date slips is not the error of whoever reported it.
    """
    checked = []
    for report in filter(is_checkable, reports):
        day = truth.dates.get(MILESTONE_OF[report.claim.event])
        if day is not None:
            checked.append((report, _agree(_time(report), day)))
    return checked


def is_checkable(report: Report) -> bool:
    """Whether a report states that a milestone was reached, and when."""
    claim, said = report.claim, report.said
    if claim.event not in MILESTONE_OF or claim.time is None or said is None:
        return False
    if claim.time.is_doubtful:
        return False  # the year may be the reader's guess
    return claim.modality is Modality.ASSERTED and not claim.time.is_after(said.bounds()[1])


def _time(report: Report) -> When:
    assert report.claim.time is not None
    return report.claim.time


def _agree(a: When, b: When) -> bool:
    (first, last), (start, end) = a.bounds(), b.bounds()
    return first.toordinal() - SLACK_DAYS <= end.toordinal() and start.toordinal() <= last.toordinal() + SLACK_DAYS


def rate_origins(
    checked: Iterable[tuple[Report, bool]], outlet_kinds: Mapping[str, str] | None = None
) -> dict[str, Record]:
    """The record of every origin, by its key (`callboard.judge.trust.origin_of`); echoes of one claim count once."""
    kinds: dict[str, str] = {}
    seen: dict[str, dict[tuple[str, ...], float]] = {}
    for report, right in checked:
        origin, claim = origin_of(report), report.claim
        kinds.setdefault(origin, kind_of(report, outlet_kinds or {}))
        statement = (claim.production.title, str(claim.production.season), str(claim.event), str(claim.time))
        seen.setdefault(origin, {})[statement] = 0.0 if right else _blame(report, WRONG[kinds[origin]])
    records = {}
    for origin, statements in sorted(seen.items()):
        if not origin or origin == "unnamed":
            continue
        wrong, count = sum(blame > 0 for blame in statements.values()), len(statements)
        rate = (STRENGTH * WRONG[kinds[origin]] + sum(statements.values())) / (STRENGTH + count)
        records[origin] = Record(origin, kinds[origin], count, wrong, rate)
    return records


def _blame(report: Report, prior: float) -> float:
    """
    Probability that a claim found wrong was the origin's error, not the reader's, 0 to 1.

    Either may have erred: the origin with its prior, the reader with what its score and its times leave open.
    """
    score = report.claim.score
    misread = 1 - max(score, 0.0) * _TIME_RIGHT if score < 1 else 0.0  # a score of 1 is of claims that nobody read out
    return prior / (prior + misread)
