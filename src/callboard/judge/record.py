"""
How often origins turned out right: their record, from claims whose truth has since become known.

The rate at which an origin errs is a beta posterior mean, `(STRENGTH * prior + wrong) / (STRENGTH + checked)`, with the
prior by its kind (Gelman et al., Bayesian Data Analysis, sec. 2.4): a new voice is believed as its kind is, one with a
long record as it deserves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callboard.judge.dated import MILESTONE_OF
from callboard.judge.trust import WRONG, kind_of, origin_of
from callboard.model import Modality, Report, Season

STRENGTH = 20.0  # checked claims that weigh as much as the prior; nothing in the benchmark is large enough to fit it
SLACK_DAYS = 10  # a report that is off by so little was right: histories are to the month as often as to the day


@dataclass(frozen=True, slots=True)
class Record:
    """What became of an origin's claims."""

    origin: str
    kind: str
    checked: int
    wrong: int
    rate: float  # probability that its next claim errs


def check_reports(reports: Iterable[Report], truth: Season) -> list[tuple[Report, bool]]:
    """
    The asserted, dated claims about milestones whose days are known, each with whether it was right.

    Schedules are left out: that a date slips is not the error of whoever reported it.
    """
    checked = []
    for report in reports:
        claim = report.claim
        milestone = MILESTONE_OF.get(claim.event)
        day = truth.dates.get(milestone) if milestone else None
        if day is None or claim.time is None or report.said is None or claim.modality is not Modality.ASSERTED:
            continue
        if claim.time.is_after(report.said.bounds()[1]):
            continue
        first, last = day.bounds()
        a, b = claim.time.bounds()
        checked.append(
            (report, a.toordinal() - SLACK_DAYS <= last.toordinal() and first.toordinal() <= b.toordinal() + SLACK_DAYS)
        )
    return checked


def rate_origins(
    checked: Iterable[tuple[Report, bool]], outlet_kinds: Mapping[str, str] | None = None
) -> dict[str, Record]:
    """The record of every origin, by its key (`callboard.judge.trust.origin_of`); echoes of one claim count once."""
    kinds: dict[str, str] = {}
    seen: dict[str, dict[tuple[str, ...], bool]] = {}
    for report, right in checked:
        origin, claim = origin_of(report), report.claim
        kinds.setdefault(origin, kind_of(report, outlet_kinds or {}))
        statement = (claim.production.title, str(claim.production.season), str(claim.event), str(claim.time))
        seen.setdefault(origin, {})[statement] = right
    records = {}
    for origin, statements in sorted(seen.items()):
        if not origin or origin == "unnamed":
            continue
        wrong, count = sum(not right for right in statements.values()), len(statements)
        rate = (STRENGTH * WRONG[kinds[origin]] + wrong) / (STRENGTH + count)
        records[origin] = Record(origin, kinds[origin], count, wrong, rate)
    return records
