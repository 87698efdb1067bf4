"""
What was told of a production, day by day: its past judged again as callboard came to know it, and the changes in that.

A day knows the reports read by then, whatever was read later. Each change carries the reports that brought it.

Between two days on which something is read or falls due a judgement only drifts. So those days are judged, and of the days
between them no more than it takes to find by halving on which one the drift crossed a threshold of the policy.
"""

from __future__ import annotations

import bisect
import datetime as dt
import hashlib
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from callboard.judge.changes import DEFAULT, Axis, Change, Policy, find_changes, held_decision, is_fresh, known_on
from callboard.judge.decisions import DECIDING
from callboard.judge.explain import with_effects
from callboard.judge.seasons import reports_for
from callboard.model import Effect, Event, Judgement, Production, Report

# Judges a production from what was known on a day.
JudgeOn = Callable[[Sequence[Report], dt.date], Judgement]

_STEP_DAYS = 14  # between days on which nothing was read and nothing fell due
_REACH_DAYS = 1095  # a replay begins at most so long before the first day asked about
_EXACT_DAYS = 31  # the day after so exact a date is judged
_MOST_REASONS = 3
_KEPT_JUDGEMENTS = 40_000  # of some 3 kB; two years of a thousand productions in which little happens
_DATING = frozenset({Event.RESCHEDULE, Event.RELEASE})


class Memory:
    """
    The judgements of replays, by what they were made from: another day, or another report, costs what it changes.

    Safe to use from several threads; two that ask for the same at once may both make it.
    """

    def __init__(self, most: int = _KEPT_JUDGEMENTS) -> None:
        self._judgements: OrderedDict[bytes, Judgement] = OrderedDict()
        self._most = most
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._judgements)

    def of(self, what: str, judge_on: JudgeOn, told: Sequence[Report], day: dt.date) -> Judgement:
        """
        The judgement that was made from these, else the one that `judge_on` makes now.

        Args:
            what: All that it is made from beside the reports: the production, and what the catalogue knows of it.
            judge_on: Makes it.
            told: The reports.
            day: Its day.
        """
        digest = hashlib.blake2b(f"{what} {day}".encode("utf-8", "replace"), digest_size=16)
        for report in told:  # a merge or a correction changes a claim and may leave its id
            digest.update(f"\n{report.id} {hash(report)}".encode("utf-8", "replace"))
        key = digest.digest()
        with self._lock:
            known = self._judgements.get(key)
            if known is not None:
                self._judgements.move_to_end(key)
                return known
        made = judge_on(told, day)
        with self._lock:
            self._judgements[key] = made
            if len(self._judgements) > self._most:
                self._judgements.popitem(last=False)
        return made


def replay(
    production: Production,
    told: Sequence[Report],
    judge_on: JudgeOn,
    *,
    since: dt.date,
    as_of: dt.date,
    policy: Policy = DEFAULT,
    until: Mapping[str, dt.date] | None = None,
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
        until: Id of a report that was taken back by a later version of its article -> day from which it counts no more.
    """
    until = until or {}
    own = [known_on(report) for report in told if report.claim.production == production]
    if not own or min(own) > as_of:
        return []
    start = max(min(own), since - dt.timedelta(_REACH_DAYS))
    past = _Past(production, told, judge_on, start, as_of, policy, until)
    changes = []
    for change in past.changes():
        if change.day >= since:
            reasoned = replace(
                change, why=_reasons(change, past.known(change.day), past.judgement(change.day), judge_on)
            )
            if not _is_archive(reasoned, policy):
                changes.append(reasoned)
    return changes


# Reads one axis of a judgement: what is held, and how likely that is.
_Read = Callable[[Judgement], tuple[str, float]]


def _stage(judgement: Judgement) -> tuple[str, float]:
    return str(judgement.most_likely), judgement.stage[judgement.most_likely]


class _Past:
    """The judgements of some days, each made when it is asked for."""

    def __init__(
        self,
        production: Production,
        told: Sequence[Report],
        judge_on: JudgeOn,
        start: dt.date,
        as_of: dt.date,
        policy: Policy,
        until: Mapping[str, dt.date],
    ) -> None:
        self._told = told
        self._until = until
        self._speaking = reports_for(production, told)
        self._judge_on = judge_on
        self._policy = policy
        certain, settling = _days(self._speaking, policy)
        certain |= {start, as_of, *until.values()}
        settling |= {_later(day, policy.settle_days) for day in until.values()}
        # what is said of other seasons alone, and time itself, may be judged between
        settling |= certain.union(*_days(told, policy))
        settling |= {start + dt.timedelta(n) for n in range(0, (as_of - start).days, _STEP_DAYS)}
        self._days = sorted(day for day in settling if start <= day <= as_of)
        self._certain = [day for day in self._days if day in certain]
        self._made: dict[dt.date, Judgement] = {}

    def known(self, day: dt.date) -> list[Report]:
        """What was known on a day, less what had been taken back by then."""
        return [r for r in self._told if known_on(r) <= day < self._until.get(r.id, dt.date.max)]

    def judgement(self, day: dt.date) -> Judgement:
        """The judgement of a day, from what was known then."""
        if day not in self._made:
            self._made[day] = self._judge_on(self.known(day), day)
        return self._made[day]

    def changes(self) -> list[Change]:
        """What changed, as if every one of the days had been judged."""
        for axis in (_stage, held_decision):
            self._find_turns(axis)
        while True:
            judgements = [self._made[day] for day in sorted(self._made)]
            found = find_changes(judgements, self._speaking, self._policy, self._until)
            sooner = {day for change in found if change.axis is Axis.OVERDUE and (day := self._overdue_from(change))}
            if not sooner:
                return found
            for day in sooner:
                self.judgement(day)

    def _find_turns(self, axis: _Read) -> None:
        """Judge the days on which another value becomes likely, and those on which that has settled."""
        certain = [self._days.index(day) for day in self._certain]
        places = sorted({*certain, *(place for pair in itertools.pairwise(certain) for place in self._passed(*pair))})
        for before, after in itertools.pairwise(places):
            value, probability = axis(self.judgement(self._days[after]))
            if self._is_likely(axis, value, before) or probability < self._policy.leave:
                continue
            likely = probability >= self._policy.enter
            turn = self._first(axis, value, before, after) if likely else self._passing(axis, value, before, after)
            if turn is not None:
                settled = bisect.bisect_left(self._days, self._days[turn] + dt.timedelta(self._policy.settle_days))
                self.judgement(self._days[min(settled, len(self._days) - 1)])

    def _passed(self, low: int, high: int) -> Iterator[int]:
        """Days between two on which a stage is likely that is passed through in silence, as the first of them foresees."""
        foreseen = list(self.judgement(self._days[low]).milestones.values()) if high - low > 2 else []
        for began, ended in itertools.pairwise(foreseen):
            first, last = began.quantiles[75].toordinal(), ended.quantiles[25].toordinal()
            if first <= last:
                place = bisect.bisect_left(self._days, dt.date.fromordinal((first + last) // 2))
                if low < place < high:
                    yield place

    def _is_likely(self, axis: _Read, value: str, index: int) -> bool:
        found, probability = axis(self.judgement(self._days[index]))
        return found == value and probability >= self._policy.enter

    def _first(self, axis: _Read, value: str, low: int, high: int) -> int:
        """The first day after `low` on which a value is likely, which it is on `high`; most often news made it so."""
        if high - low == 1 or not self._is_likely(axis, value, high - 1):
            return high
        high -= 1
        while high - low > 1:
            middle = (low + high) // 2
            if self._is_likely(axis, value, middle):
                high = middle
            else:
                low = middle
        return high

    def _passing(self, axis: _Read, value: str, low: int, high: int) -> int | None:
        """The first day between two on which a value is likely for a while, though it is no more on the second."""
        start = low
        while high - low > 1:
            middle = (low + high) // 2
            if self._is_likely(axis, value, middle):
                return self._first(axis, value, start, middle)
            ends = [axis(self.judgement(self._days[end])) for end in (low, high)]
            left, right = (p if found == value else 0.0 for found, p in ends)
            low, high = (low, middle) if left > right else (middle, high)
        return None

    def _overdue_from(self, change: Change) -> dt.date | None:
        """The first day on which a premiere may have been overdue, if it is not judged yet."""
        due = dt.date.fromisoformat(change.before) + dt.timedelta(self._policy.overdue_days)
        day = self._days[bisect.bisect_left(self._days, due)]
        return day if day < change.day and day not in self._made else None


def _days(reports: Sequence[Report], policy: Policy) -> tuple[set[dt.date], set[dt.date]]:
    """
    The days that must be judged for some reports, and those that may be.

    A day must be when something was read, when what was read had been said, and when something fell due; it may be when
    that has settled.
    """
    certain: set[dt.date] = set()
    settling: set[dt.date] = set()
    for report in reports:
        known, said, time = known_on(report), report.said, report.claim.time
        certain.add(known)
        settling.add(_later(known, policy.settle_days))
        if said is not None:
            (certain if said.bounds()[1] > known else settling).add(said.bounds()[1])
        first, last = (time.first, time.last) if time else (None, None)
        if first and last and (last - first).days <= _EXACT_DAYS:
            certain.add(_later(last, 1))
            settling |= {_later(last, 1 + policy.settle_days), _later(last, policy.overdue_days)}
    return certain, settling


def _later(day: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(min(day.toordinal() + days, dt.date.max.toordinal()))


def _reasons(change: Change, told: Sequence[Report], judgement: Judgement, judge_on: JudgeOn) -> tuple[Report, ...]:
    """The reports that brought a change, strongest first; plots left out, translated ones as they were made."""
    made = {report.id: report for report in told if report.id}
    seasons = (None, change.production.season)
    known = [
        report for report in told if report.claim.event is not Event.STORY and report.claim.production.season in seasons
    ]
    if change.axis is Axis.STAGE:
        carrying = {report.id for report in change.why}
        # what else moved it is asked only where those that carry it leave room
        tried = [r for r in known if r.id in carrying] if len(carrying) >= _MOST_REASONS else known
        moved = _effects(judgement, tried, told, judge_on)
        shift = {effect.report.id: effect.stage_shift for effect in moved}
        found = sorted(change.why, key=lambda report: -shift.get(report.id, 0.0))
        found += [effect.report for effect in moved if effect.stage_shift > 0]
    elif change.axis is Axis.DECISION:
        deciding = [report for report in known if report.claim.event in DECIDING]
        found = [*change.why, *sorted(deciding, key=known_on, reverse=True)]
    else:
        moved = _effects(judgement, [r for r in known if r.claim.event in _DATING], told, judge_on)
        dating = sorted(moved, key=lambda effect: -abs(effect.release_shift_days))
        found = [*change.why, *(effect.report for effect in dating)]
    reasons = {report.id or str(report): made.get(report.id, report) for report in found}
    return tuple(reasons.values())[:_MOST_REASONS]


def _effects(
    judgement: Judgement, tried: Sequence[Report], told: Sequence[Report], judge_on: JudgeOn
) -> tuple[Effect, ...]:
    """What each of some reports moved of a judgement, strongest first."""
    day = judgement.as_of

    def without(kept: list[Report]) -> Judgement:
        left_out = set(map(id, tried)) - set(map(id, kept))
        return judge_on([report for report in told if id(report) not in left_out], day)

    return with_effects(judgement, tried, without).effects


def _is_archive(change: Change, policy: Policy) -> bool:
    """Whether all that was just read of what brought a change was old when it was read."""
    within = policy.settle_days + 1
    read = [report for report in change.why if (change.day - known_on(report)).days <= within]
    return bool(read) and not any(is_fresh(report, known_on(report), policy) for report in read)
