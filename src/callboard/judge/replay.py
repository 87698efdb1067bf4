"""
What was told of a production, day by day: its past judged again as callboard came to know it, and the changes in that.

A day knows the reports read by then, whatever was read later. Each change carries the reports that brought it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from callboard.judge.changes import DEFAULT, Axis, Change, Policy, find_changes, is_fresh, known_on
from callboard.judge.seasons import reports_for
from callboard.model import Event, Judgement, Production, Report

# Judges a production from what was known on a day; the flag asks for what each report moved.
JudgeOn = Callable[[Sequence[Report], dt.date, bool], Judgement]

_STEP_DAYS = 14  # between days on which nothing was read and nothing fell due
_REACH_DAYS = 1095  # a replay begins at most so long before the first day asked about
_EXACT_DAYS = 31  # the day after so exact a date is judged
_MOST_REASONS = 3
_DECIDING = frozenset({Event.CANCELLATION, Event.ENDING, Event.ORDER})
_DATING = frozenset({Event.RESCHEDULE, Event.RELEASE})


def replay(
    production: Production,
    told: Sequence[Report],
    judge_on: JudgeOn,
    *,
    since: dt.date,
    as_of: dt.date,
    policy: Policy = DEFAULT,
) -> list[Change]:
    """
    The changes told from `since` to `as_of`, oldest first, each with its reasons.

    Args:
        production: What is followed.
        told: Reports about its title, all seasons, under one name. One without `learned` counts as read when it was said.
        judge_on: Judges the production from some of them, as of a day.
        since: First day whose changes are given.
        as_of: Last day.
        policy: When a move is a change.
    """
    own = [known_on(report) for report in told if report.claim.production == production]
    if not own or min(own) > as_of:
        return []
    start = max(min(own), since - dt.timedelta(_REACH_DAYS))
    days = _days(told, start, as_of, policy)
    judgements = [judge_on(_known(told, day), day, False) for day in days]
    changes = []
    for change in find_changes(judgements, reports_for(production, told), policy):
        if change.day >= since:
            reasoned = replace(change, why=_reasons(change, judge_on(_known(told, change.day), change.day, True), told))
            if not _is_archive(reasoned, policy):
                changes.append(reasoned)
    return changes


def _known(told: Sequence[Report], day: dt.date) -> list[Report]:
    return [report for report in told if known_on(report) <= day]


def _days(told: Sequence[Report], start: dt.date, as_of: dt.date, policy: Policy) -> list[dt.date]:
    """The days to judge: when something was read, when it has settled, when something fell due, and one each fortnight."""
    days = {start, as_of}
    for report in told:
        known, said, time = known_on(report), report.said, report.claim.time
        days |= {known, known + dt.timedelta(policy.settle_days)}
        if said is not None:
            days.add(said.bounds()[1])
        first, last = (time.first, time.last) if time else (None, None)
        if first and last and (last - first).days <= _EXACT_DAYS and last < as_of:
            days |= {last + dt.timedelta(1), last + dt.timedelta(1 + policy.settle_days)}
            days.add(last + dt.timedelta(policy.overdue_days))
    days |= {start + dt.timedelta(n) for n in range(0, (as_of - start).days, _STEP_DAYS)}
    return sorted(day for day in days if start <= day <= as_of)


def _reasons(change: Change, judgement: Judgement, told: Sequence[Report]) -> tuple[Report, ...]:
    """The reports that brought a change, strongest first; plots left out, translated ones as they were made."""
    made = {report.id: report for report in told if report.id}
    moved = [effect for effect in judgement.effects if effect.report.claim.event is not Event.STORY]
    if change.axis is Axis.STAGE:
        shift = {effect.report.id: effect.stage_shift for effect in moved}
        carrying = sorted(change.why, key=lambda report: -shift.get(report.id, 0.0))
        found = [*carrying, *(effect.report for effect in moved if effect.stage_shift > 0)]
    elif change.axis is Axis.DECISION:
        deciding = [r for r in _known(told, change.day) if r.claim.event in _DECIDING]
        found = [*change.why, *sorted(deciding, key=known_on, reverse=True)]
    else:
        dating = [effect for effect in moved if effect.report.claim.event in _DATING]
        dating.sort(key=lambda effect: -abs(effect.release_shift_days))
        found = [*change.why, *(effect.report for effect in dating)]
    reasons = {report.id or str(report): made.get(report.id, report) for report in found}
    return tuple(reasons.values())[:_MOST_REASONS]


def _is_archive(change: Change, policy: Policy) -> bool:
    """Whether all that was just read of what brought a change was old when it was read."""
    within = policy.settle_days + 1
    read = [report for report in change.why if (change.day - known_on(report)).days <= within]
    return bool(read) and not any(is_fresh(report, known_on(report), policy) for report in read)
