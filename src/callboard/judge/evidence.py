"""
What claims say of the milestones, as log likelihoods over the days of a grid.

Each claim takes one of four forms:

- a *stage*, on a day: the production is being filmed, was not yet ordered, is promoted. Where L[k] is the log
  likelihood of stage k on day t, stage k reaches from milestone k to milestone k + 1, so the likelihood of all
  milestones is the product over k of `exp((L[k] - L[k - 1]) * [milestone k <= t])`: a factor for each milestone alone.
- a *past day* of a milestone: an interval with soft edges, or anywhere when the origin errs.
- a *bound*: it had happened by then, or had not.
- a *schedule*: it holds, comes late by a time that grows with the distance, or early.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from callboard.judge.dated import MILESTONE_OF, Dated, current_schedules, is_quiet
from callboard.judge.doubt import Doubt, doubt_of
from callboard.judge.grid import Array, Grid
from callboard.judge.strengths import HARD, Strengths, mention, quiet, speak, speak_ahead
from callboard.model import PEOPLE_EVENTS, Event, Milestone, Modality

ORDERED = tuple(Milestone)
_WIDE_DAYS = 45  # a date wider than a month and a half that holds the day it was said may be past or to come
_MOST_NATS = 90.0  # a milestone's evidence is scaled down to this range: ten thousand claims are no more than that


_PUBLIC_DAYS, _UNANNOUNCED = 45, 0.35  # "no date yet": most dates are public two months ahead
_OF_SHOOT = frozenset({Event.FILMING, Event.FILMING_PAUSE, Event.FILMING_END, Event.FILMING_START})


@dataclass(slots=True)
class Evidence:
    """Log likelihood of each milestone's day, apart for lives in which the wrap and the release come first."""

    grid: Grid
    steps: Array  # (5, size + 1): differences of a step function over cells
    days: Array  # (5, size)
    wrap_steps: Array  # (2, size + 1): what the wrap and the release add when the wrap comes first
    merged_steps: Array  # (2, size + 1): what they add when the release comes first

    @classmethod
    def none(cls, grid: Grid) -> Evidence:
        """Nothing said."""
        size = grid.size
        steps = np.zeros((5, size + 1)), np.zeros((5, size)), np.zeros((2, size + 1)), np.zeros((2, size + 1))
        return cls(grid, *steps)

    def before_and_after(self, milestone: int, day: int, before: float, after: float) -> None:
        """Add `before` where the milestone lies up to the day, inclusive, and `after` where it lies later."""
        cell = self.grid.cell_after(day)
        self.steps[milestone, 0] += before
        self.steps[milestone, cell] += after - before

    def stage(self, day: int, log_likelihood: Array, of_shoot: bool = False) -> None:
        """
        Add the log likelihood of each stage on a day.

        Args:
            day: The day that the claim tells of.
            log_likelihood: Of each stage, shape (6,).
            of_shoot: Whether the claim tells of the shoot itself, which goes on after the release of a weekly series.
        """
        cell = self.grid.cell_after(day)
        development, ordered, preparation, filming, post, released = (float(v) for v in log_likelihood)
        for milestone, gain in ((0, ordered - development), (1, preparation - ordered), (2, filming - preparation)):
            self.steps[milestone, 0] += gain
            self.steps[milestone, cell] -= gain
        for row, gain in ((0, post - filming), (1, released - post)):
            self.wrap_steps[row, 0] += gain
            self.wrap_steps[row, cell] -= gain
        row, gain = (0, post - filming) if of_shoot else (1, released - filming)
        self.merged_steps[row, 0] += gain
        self.merged_steps[row, cell] -= gain

    def without(self, other: Evidence) -> Evidence:
        """What is left of it when some of what was said is taken away."""
        return Evidence(
            self.grid,
            self.steps - other.steps,
            self.days - other.days,
            self.wrap_steps - other.wrap_steps,
            self.merged_steps - other.merged_steps,
        )

    def log_factors(self, wrap_first: bool) -> Array:
        """Log likelihood of every milestone on every cell, shape (5, cells), each row's largest 0."""
        steps = self.steps.copy()
        steps[3:] += self.wrap_steps if wrap_first else self.merged_steps
        return np.cumsum(steps[:, :-1], axis=1) + self.days


def gather(
    dated: Sequence[Dated],
    grid: Grid,
    strengths: Strengths,
    expected: Callable[[int], Array],
    before: Array,
    is_film: bool = False,
    of: Sequence[Dated] | None = None,
) -> Evidence:
    """
    The likelihood of all claims together, or of some of them as they speak among the others.

    Args:
        dated: The claims.
        grid: The days.
        strengths: The numbers of the model.
        expected: A day -> the probability of each stage on it before any claim, shape (6,).
        before: Distribution of each milestone over the cells before any claim, shape (5, cells).
        is_film: Whether it is a film.
        of: Those that speak; None: all of them, and what goes for the production as a whole.
    """
    evidence = Evidence.none(grid)
    schedules = current_schedules(dated)
    only_quiet = all(is_quiet(item) for item in dated)
    speaking = dated if of is None else of
    heard = [item for item in speaking if item.weighed.weight > 0 and (not only_quiet or item.event is Event.RECEPTION)]
    soft: dict[int, Array] = {}  # day -> what that day's claims that only go with a stage say together
    for item in heard:
        _add(item, evidence, strengths, schedules, soft, expected, before, is_film)
    for day, together in sorted(soft.items()):
        reach = float(np.ptp(together))
        evidence.stage(day, together * min(1.0, strengths.soft_cap / reach) if reach > 0 else together)
    if dated and of is None:
        last = max(item.said for item in dated)
        evidence.stage(last, mention(strengths))
        if only_quiet:
            missed = strengths.quiet_read if any(item.weighed.was_read for item in dated) else 1.0
            evidence.stage(last, missed * quiet(strengths))
    for milestone in range(5):
        low = float(evidence.days[milestone].min())
        if low < -_MOST_NATS:
            evidence.days[milestone] *= _MOST_NATS / -low
    for steps in (*evidence.steps, *evidence.wrap_steps, *evidence.merged_steps):
        reach = float(np.ptp(np.cumsum(steps)))
        if reach > _MOST_NATS:
            steps *= _MOST_NATS / reach
    return evidence


def _add(
    item: Dated,
    evidence: Evidence,
    strengths: Strengths,
    schedules: Mapping[Milestone, Sequence[tuple[int, float]]],
    soft: dict[int, Array],
    expected: Callable[[int], Array],
    before: Array,
    is_film: bool,
) -> None:
    event, modality, weight, day = item.event, item.modality, item.weighed.weight, _stage_day(item)
    doubt = doubt_of(item, expected(day), strengths)
    milestone = MILESTONE_OF.get(event)
    dated_event = milestone
    if event is Event.RESCHEDULE and item.first is not None and modality is not Modality.DENIED:
        dated_event = Milestone.RELEASE  # alone, a moved date is the release's; beside one, its echo is superseded
    is_news = event in PEOPLE_EVENTS and item.is_news and modality is Modality.ASSERTED
    ratio = speak(event, modality, is_news)
    if dated_event is not None and item.first is not None and modality is not Modality.DENIED:
        _add_time(item, evidence, strengths, ORDERED.index(dated_event), doubt, schedules.get(dated_event, ()), before)
    elif milestone is not None and event is not Event.PREPARATION:
        if item.weighed.was_read:
            _add_doubted_bound(item, evidence, ORDERED.index(milestone), doubt, ratio)
            return
        _add_bound(item, evidence, ORDERED.index(milestone), doubt)
    if ratio is not None and event in HARD:
        evidence.stage(day, weight * np.log(doubt.of_stage(ratio)), of_shoot=event in _OF_SHOOT)
    elif ratio is not None:
        power = strengths.soft * weight
        if event is Event.ORDER and item.last is not None:
            power *= float(np.exp(-max(item.said - item.last, 0) / strengths.order_days))
        soft[day] = soft.get(day, np.zeros(6)) + power * np.log(doubt.of_stage(ratio))
    if event is Event.RELEASE and item.is_ahead and not is_film and modality is not Modality.DENIED:
        assert item.first is not None
        assert item.last is not None
        ratio = speak_ahead(item.last - item.first + 1)
        evidence.stage(item.said, weight * strengths.ahead * np.log(doubt.with_time().of_stage(ratio)))


def _stage_day(item: Dated) -> int:
    """The day whose stage a claim tells: that of its time when it is past and exact, else the day it was said."""
    if item.first is None or item.last is None or item.last >= item.said or item.last - item.first > 62:
        return item.said
    if item.event in (Event.ORDER, Event.STORY, Event.RECEPTION, Event.RELEASE, Event.RESCHEDULE):
        return item.said
    return (item.first + item.last) // 2


def _bound_of(item: Dated, milestone: int, doubt: Doubt) -> tuple[float, float]:
    """Likelihoods of an undated claim of a milestone where it was reached when that was said, and where not."""
    if item.modality in (Modality.EXPECTED, Modality.POSSIBLE):
        # likely or possible, so not done: "possible" leaves more room for an event that the text does not know of
        doubt = replace(doubt, origin=max(doubt.origin, 0.2 if item.modality is Modality.EXPECTED else 0.5))
    return doubt.of_bound(milestone, item.modality is Modality.ASSERTED)


def _add_bound(item: Dated, evidence: Evidence, milestone: int, doubt: Doubt) -> None:
    done, not_done = _bound_of(item, milestone, doubt)
    weight = item.weighed.weight
    evidence.before_and_after(milestone, item.said, weight * np.log(done), weight * np.log(not_done))
    if item.modality is Modality.DENIED and milestone == 4:
        evidence.before_and_after(milestone, item.said + _PUBLIC_DAYS, weight * np.log(_UNANNOUNCED), 0.0)


def _add_doubted_bound(item: Dated, evidence: Evidence, milestone: int, doubt: Doubt, ratio: Array | None) -> None:
    """Add the bound and what goes with it as one: both stand or fall with the reading."""
    done, not_done = _bound_of(item, milestone, replace(doubt, event=0.0))
    ratio = np.where(np.arange(6) > milestone, done, not_done) * (1.0 if ratio is None else ratio)
    weight, mixed = item.weighed.weight, replace(doubt, origin=0.0).of_stage(ratio)
    evidence.stage(item.said, weight * np.log(mixed), of_shoot=item.event in _OF_SHOOT)
    if item.modality is Modality.DENIED and milestone == 4:
        left = (1 - doubt.event) * _UNANNOUNCED + doubt.event
        evidence.before_and_after(milestone, item.said + _PUBLIC_DAYS, weight * np.log(left), 0.0)


def _add_time(
    item: Dated,
    evidence: Evidence,
    strengths: Strengths,
    milestone: int,
    doubt: Doubt,
    schedules: Sequence[tuple[int, float]],
    before: Array,
) -> None:
    assert item.first is not None
    assert item.last is not None
    grid, weight = evidence.grid, item.weighed.weight
    if item.last - item.first > 1200:
        # "by February", "not before 2019": an end alone bounds the day
        done, not_done = replace(doubt, origin=max(doubt.origin, 0.06)).of_bound(milestone, done=True)
        time = item.weighed.report.claim.time
        if time is not None and time.first is None:
            evidence.before_and_after(milestone, item.last, weight * np.log(done), weight * np.log(not_done))
        elif time is not None and time.last is None:
            evidence.before_and_after(milestone, item.first - 1, weight * np.log(not_done), weight * np.log(done))
        return
    if milestone == 1 and not item.is_ahead:
        # "she is in training" dates a day of the preparation, not its first
        if item.modality is Modality.ASSERTED:
            evidence.before_and_after(1, item.last, 0.0, weight * np.log(max(doubt.any, 0.05)))
        return
    if item.is_ahead:
        later = max((credit for said, credit in schedules if said > item.said + 15), default=0.0)
        weight *= 1 - (1 - strengths.superseded) * later
        density = schedule_density(grid, item.first, item.last, item.said, item.modality, strengths)
        least = 0.02
    else:
        density = _past_density(grid, item, strengths)
        least = {Modality.ASSERTED: 0.0, Modality.EXPECTED: 0.15}.get(item.modality, 0.35)
    # an order or a casting is dated by its announcement, which trails the fact; the others are dated by the fact
    doubt = replace(doubt, origin=max(doubt.origin, least))
    mixed = doubt.of_day(density, before[milestone], strengths)
    evidence.days[milestone] += weight * (np.log(mixed) - np.log(mixed.max()))


def _past_density(grid: Grid, item: Dated, strengths: Strengths) -> Array:
    assert item.first is not None
    assert item.last is not None
    width = item.last - item.first + 1
    middle = grid.middles
    outside = np.maximum(np.maximum(item.first - middle, middle - item.last), 0.0)
    miss, edge = strengths.edge_miss, strengths.edge_days
    density: Array = np.where(outside > 0, miss / (2 * edge) * np.exp(-outside / edge), (1 - miss) / width)
    if item.last > item.said and width > _WIDE_DAYS and item.event is not Event.ORDER:
        # "later this year" is the bare year; whoever writes of a shoot that has begun says so, or names the month
        past = strengths.span_past * (1.0 if item.event is Event.RELEASE else 0.5)
        density = np.where(middle <= item.said, density * past, density)
    elif item.last > item.said:
        passed = (item.first + item.last) / 2 <= item.said
        density = np.where((middle <= item.said) == passed, density, density * strengths.span_side)
    if item.last <= item.said and item.modality is Modality.ASSERTED:
        density = np.where(middle > item.said, density * 0.05, density)
    return density


def schedule_density(grid: Grid, first: int, last: int, said: int, modality: Modality, strengths: Strengths) -> Array:
    """
    Density of the day on which something scheduled for `first` to `last` happens, as told on the day `said`.

    With the months ahead m: it holds with log-odds `keep - keep_fall * ln(1 + m)`; else it comes late by an
    exponential time of mean `slip_days + slip_share * days ahead`, or, more rarely, early by half of that.
    """
    ahead = max(first - said, 0)
    odds = {
        Modality.ASSERTED: strengths.keep_asserted,
        Modality.EXPECTED: strengths.keep_expected,
        Modality.POSSIBLE: strengths.keep_possible,
    }[modality] - strengths.keep_fall * float(np.log1p(ahead / 30))
    keep = 1 / (1 + float(np.exp(-odds)))
    late_mean = strengths.slip_days + strengths.slip_share * ahead
    early_mean = max(late_mean / 2, 5.0)
    middle = grid.middles
    late, early = middle - last, first - middle
    inside = (late <= 0) & (early <= 0)
    density: Array = keep * inside / (last - first + 1)
    density = density + (1 - keep) * (1 - strengths.early) * np.where(
        late > 0, np.exp(-late / late_mean) / late_mean, 0
    )
    before = np.where((early > 0) & (middle > said), np.exp(-np.maximum(early, 0) / early_mean) / early_mean, 0)
    return density + (1 - keep) * strengths.early * before
