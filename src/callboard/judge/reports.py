"""Reports of one title put in order, under one name."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from callboard.model import Production, Report


def one_name(reports: Iterable[Report]) -> list[Report]:
    """The reports of one title, oldest first, all under its usual spelling."""
    found = sorted(reports, key=_said_first)
    count = Counter(report.claim.production.title for report in found)
    if len(count) < 2:
        return found
    usual = min(count, key=lambda title: (-count[title], title))
    return [
        report
        if report.claim.production.title == usual
        else replace(report, claim=replace(report.claim, production=Production(usual, report.claim.production.season)))
        for report in found
    ]


def of_production(told: Sequence[Report], production: Production) -> list[Report]:
    """The reports about the production itself, newest first."""
    return [report for report in reversed(told) if report.claim.production == production]


def last_said(reports: Iterable[Report]) -> dt.date | None:
    """First day of the newest dated report; None where all are undated."""
    days = (report.said.first for report in reports if report.said and report.said.first)
    return max(days, default=None)


def _said_first(report: Report) -> tuple[dt.date, str]:
    said = report.said.first if report.said and report.said.first else None
    return said or (report.learned.date() if report.learned else dt.date.max), report.id
