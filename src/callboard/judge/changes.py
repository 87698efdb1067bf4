"""
Changes worth telling: a judgement that moved far enough, on enough voices, and stays moved.

The judgements of one production, in order of their days, are compared with what was told last. A new value is told when
it is likely (`enter`), and either two origins carry it or it has stayed likely (`leave`) for `settle_days`. What only
articles long past say is taken over without a word, and so is the first judgement of a production. A release day that
passes ages into "released", told as such, or into "overdue" when the reports speak against it.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from callboard.judge.trust import first_origins, report_key
from callboard.model import Decision, Event, Judgement, Milestone, Modality, Production, Report, Stage


class Axis(StrEnum):
    """What changed."""

    STAGE = "stage"
    DECISION = "decision"
    RELEASE = "release"  # its expected day
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to tell about one production."""

    day: dt.date
    production: Production
    axis: Axis
    before: str
    after: str
    probability: float
    origins: tuple[str, ...]  # the voices of the fresh reports that carry it; empty where time alone made it so
    why: tuple[Report, ...] = ()  # those reports, newest first; `callboard.judge.replay` has what else brought it

    def __str__(self) -> str:
        return f"{self.production}: {self.axis} {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When a move is a change. With the defaults the articles backtest has 0.07 false ones a year."""

    enter: float = 0.75
    leave: float = 0.55
    settle_days: int = 5
    origins: int = 2
    fresh_days: int = 45  # a report older than this when it is read is history, not news
    move_days: int = 21  # a release day moved by less is no change, nor
    move_share: float = 0.2  # by less than this share of the time ahead
    overdue_days: int = 14


DEFAULT = Policy()


# The events that carry a change to a stage: who merely writes of the production in those weeks does not.
_SPEAKS_OF: Mapping[str, frozenset[Event]] = {
    Stage.DEVELOPMENT: frozenset({Event.DEVELOPMENT, Event.WRITING, Event.CANCELLATION}),
    Stage.ORDERED: frozenset({Event.ORDER, Event.WRITING, Event.CASTING, Event.CREW}),
    Stage.PREPARATION: frozenset({Event.PREPARATION, Event.FILMING_START, Event.LOCATION}),
    Stage.FILMING: frozenset({Event.FILMING, Event.FILMING_START, Event.FILMING_PAUSE, Event.LOCATION}),
    Stage.POSTPRODUCTION: frozenset({Event.POSTPRODUCTION, Event.FILMING_END, Event.RELEASE, Event.PROMOTION}),
    Stage.RELEASED: frozenset({Event.RELEASE, Event.RECEPTION}),
}
# Whether there had been an order is often unclear, and that nothing will be made is one piece of news either way.
_DROPPED = {str(Decision.CANCELLED), str(Decision.WITHDRAWN)}
_ALL: Mapping[str, dt.date] = {}  # nothing was taken back
_DECIDES = frozenset({Event.ORDER, Event.CANCELLATION, Event.ENDING})


@dataclass(slots=True)
class _Told:
    """What was told last of one axis, and what may be told next."""

    value: str
    waiting: str | None = None
    since: dt.date = dt.date.min


def find_changes(
    judgements: Sequence[Judgement],
    reports: Iterable[Report] = (),
    policy: Policy = DEFAULT,
    until: Mapping[str, dt.date] = _ALL,
) -> list[Change]:
    """
    The changes in the judgements of one production, which must be in order of their days.

    Args:
        judgements: One for each day on which something was read or time passed.
        reports: All reports about the production; those `learned` (or else said) between two judgements are the
            news of the second.
        policy: When a move is a change.
        until: Id of a report that was taken back by a later version of its article -> day from which it counts no more.
    """
    if not judgements:
        return []
    known = sorted(reports, key=lambda report: (known_on(report), report.id))
    first = judgements[0]
    stage, decision = _Told(str(first.most_likely)), _Told(held_decision(first)[0])
    release, was_overdue = first.milestones[Milestone.RELEASE].quantiles[50], False
    changes: list[Change] = []
    for before, now in itertools.pairwise(judgements):
        news = [r for r in known if before.as_of < known_on(r) <= now.as_of]
        fresh = [r for r in news if is_fresh(r, now.as_of, policy)]
        standing = [r for r in known if known_on(r) <= now.as_of < until.get(r.id, dt.date.max)]
        recent = [r for r in standing if is_fresh(r, now.as_of, policy)]
        stale = bool(news) and not fresh
        for axis, told, value, p in (
            (Axis.STAGE, stage, str(now.most_likely), now.stage[now.most_likely]),
            (Axis.DECISION, decision, *held_decision(now)),
        ):
            change = _step(axis, told, value, p, now, recent, stale, policy)
            if change:
                changes.append(change)
        if stage.value == str(Stage.RELEASED):
            continue
        median = now.milestones[Milestone.RELEASE].quantiles[50]
        ahead = (median - now.as_of).days
        moved = abs((median - release).days)
        dated = [r for r in fresh if r.claim.event in (Event.RELEASE, Event.RESCHEDULE) and r.claim.time]
        if stale and moved:
            release = median
        elif dated and ahead > 0 and moved >= max(policy.move_days, policy.move_share * ahead):
            sure = now.milestones[Milestone.RELEASE]
            if (sure.quantiles[90] - sure.quantiles[10]).days < 200:
                voices, why = _origins(dated), tuple(reversed(dated))
                days = (str(release), str(median))
                changes.append(Change(now.as_of, now.production, Axis.RELEASE, *days, 0.8, voices, why))
                release = median
        overdue = (
            (now.as_of - release).days >= policy.overdue_days
            and now.stage[Stage.RELEASED] < 1 - policy.enter
            and any(map(_dates_release, standing))
        )
        if overdue and not was_overdue:
            p = 1 - now.stage[Stage.RELEASED]
            changes.append(Change(now.as_of, now.production, Axis.OVERDUE, str(release), str(median), p, ()))
        was_overdue = overdue
    return changes


def held_decision(judgement: Judgement) -> tuple[str, float]:
    """What is held to be decided, and how likely that is; cancelled and withdrawn count together, under the likelier."""
    likely = {str(decision): p for decision, p in judgement.decision.items()}
    dropped = max(_DROPPED, key=lambda decision: (likely.get(decision, 0.0), decision))
    gone = sum(likely.pop(decision, 0.0) for decision in _DROPPED)
    value = max(likely, key=lambda decision: likely[decision])
    return (dropped, gone) if gone > likely[value] else (value, likely[value])


def hold_mass(changes: Sequence[Change], followed: int, share: float = 0.2, least: int = 10) -> list[Change]:
    """
    The changes without those of days on which too many productions changed at once.

    A new model or a broken feed moves everything together; news does not. A day is held back when at least `least`
    productions and more than `share` of those followed changed on it.
    """
    by_day: dict[dt.date, set[Production]] = {}
    for change in changes:
        by_day.setdefault(change.day, set()).add(change.production)
    held = {day for day, moved in by_day.items() if len(moved) >= least and len(moved) > share * followed}
    return [change for change in changes if change.day not in held]


def _step(
    axis: Axis,
    told: _Told,
    value: str,
    probability: float,
    now: Judgement,
    recent: Sequence[Report],
    stale: bool,
    policy: Policy,
) -> Change | None:
    if value == told.value or {value, told.value} == _DROPPED:
        told.waiting = None
        return None
    if stale:
        # an archive was read: it tells what was, not what is new
        if probability >= policy.enter:
            told.value, told.waiting = value, None
        return None
    if told.waiting != value:
        if probability < policy.enter:
            return None
        told.waiting, told.since = value, now.as_of
    elif probability < policy.leave:
        told.waiting = None
        return None
    speaking = _SPEAKS_OF[value] if axis is Axis.STAGE else _DECIDES
    carrying = [r for r in recent if r.claim.event in speaking and r.claim.modality is Modality.ASSERTED]
    origins = _origins(carrying)
    settled = (now.as_of - told.since).days >= policy.settle_days
    if len(origins) < policy.origins and not settled:
        return None
    why = tuple(reversed(carrying))
    change = Change(now.as_of, now.production, axis, told.value, value, probability, origins, why)
    told.value, told.waiting = value, None
    return change


def known_on(report: Report) -> dt.date:
    """The day on which a report was read, else the last on which it may have been said; the first of all for neither."""
    if report.learned is not None:
        return report.learned.date()
    return report.said.bounds()[1] if report.said else dt.date.min


def is_fresh(report: Report, day: dt.date, policy: Policy) -> bool:
    """Whether a report was news, not history, on a day."""
    return report.said is None or (day - report.said.bounds()[1]).days <= policy.fresh_days


def _origins(reports: Iterable[Report]) -> tuple[str, ...]:
    return tuple(sorted(set(first_origins(sorted(reports, key=report_key))) - {""}))


def _dates_release(report: Report) -> bool:
    claim = report.claim
    return claim.event is Event.RELEASE and claim.time is not None and claim.modality is Modality.ASSERTED
