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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from callboard.judge.dated import MILESTONE_OF, Dated, current_schedules, is_quiet, pauses_of
from callboard.judge.grid import Array, Grid
from callboard.judge.strengths import HARD, Strengths, mention, quiet, speak, speak_ahead
from callboard.model import Event, Milestone, Modality

ORDERED = tuple(Milestone)
_WIDE_DAYS = 45  # a date wider than a month and a half that holds the day it was said may be past or to come
_MOST_NATS = 90.0  # a milestone's evidence is scaled down to this range: ten thousand claims are no more than that


_OF_SHOOT = frozenset({Event.FILMING, Event.FILMING_PAUSE, Event.FILMING_END, Event.FILMING_START})


@dataclass(slots=True)
class Evidence:
    """Log likelihood of each milestone's day; `moved[k]` is what wrap-first and release-first lives read alike."""

    grid: Grid
    steps: Array  # (5, size + 1): differences of a step function over cells
    days: Array  # (5, size)
    wrap_steps: Array  # (2, size + 1): what the wrap and the release add when the wrap comes first
    merged_steps: Array  # (2, size + 1): what they add when the release comes first
    pauses: list[tuple[int, int]] = field(default_factory=list)

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

    def log_factors(self, wrap_first: bool) -> Array:
        """Log likelihood of every milestone on every cell, shape (5, cells), each row's largest 0."""
        steps = self.steps.copy()
        steps[3:] += self.wrap_steps if wrap_first else self.merged_steps
        return np.cumsum(steps[:, :-1], axis=1) + self.days


def gather(dated: Sequence[Dated], grid: Grid, strengths: Strengths, is_film: bool = False) -> Evidence:
    """The likelihood of all claims together."""
    size = grid.size
    evidence = Evidence(
        grid,
        np.zeros((5, size + 1)),
        np.zeros((5, size)),
        np.zeros((2, size + 1)),
        np.zeros((2, size + 1)),
        pauses_of(dated),
    )
    current = current_schedules(dated)
    only_quiet = all(is_quiet(item) for item in dated)
    soft: dict[int, Array] = {}  # day -> what that day's claims that only go with a stage say together
    for item in dated:
        if item.weighed.weight > 0 and (not only_quiet or item.event is Event.RECEPTION):
            _add(item, evidence, strengths, current, soft)
            if item.event is Event.RELEASE and item.is_ahead and not is_film and item.modality is not Modality.DENIED:
                assert item.first is not None
                assert item.last is not None
                wrong, width = _wrong(item, strengths, strengths.misread_time), item.last - item.first + 1
                evidence.stage(item.said, speak_ahead(width, strengths, wrong, item.weighed.weight))
    for day, together in sorted(soft.items()):
        reach = float(np.ptp(together))
        evidence.stage(day, together * min(1.0, strengths.soft_cap / reach) if reach > 0 else together)
    if dated:
        last = max(item.said for item in dated)
        evidence.stage(last, mention(strengths))
        if only_quiet:
            evidence.stage(last, quiet(strengths))
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
    current: Mapping[Milestone, int],
    soft: dict[int, Array],
) -> None:
    event, modality, weight = item.event, item.modality, item.weighed.weight
    wrong = _wrong(item, strengths)
    milestone = MILESTONE_OF.get(event)
    dated_event = milestone
    if event is Event.RESCHEDULE and item.first is not None and modality is not Modality.DENIED:
        dated_event = Milestone.RELEASE  # alone, a moved date is the release's; beside one, its echo is superseded
    if dated_event is not None and item.first is not None and modality is not Modality.DENIED:
        doubt = _wrong(item, strengths, strengths.misread_time)
        _add_time(item, evidence, strengths, ORDERED.index(dated_event), doubt, current.get(dated_event, item.said))
    elif milestone is not None and event is not Event.PREPARATION:
        _add_bound(item, evidence, ORDERED.index(milestone), _wrong(item, strengths, strengths.missed_time))
    is_news = event in (Event.CASTING, Event.CREW) and item.is_news and modality is Modality.ASSERTED
    log_likelihood = speak(event, modality, strengths, wrong, weight, is_news)
    if log_likelihood is not None:
        if event in HARD:
            evidence.stage(_stage_day(item), log_likelihood, of_shoot=event in _OF_SHOOT)
            return
        if event is Event.ORDER and item.last is not None:
            log_likelihood = log_likelihood * np.exp(-max(item.said - item.last, 0) / strengths.order_days)
        soft[_stage_day(item)] = soft.get(_stage_day(item), np.zeros(6)) + log_likelihood


def _wrong(item: Dated, strengths: Strengths, of_time: float = 0.0) -> float:
    """
    Probability that a claim says nothing true: its origin errs, or it was misread.

    `of_time` is the chance that a claim that is the production's has its time wrong, where it had to be read out.
    """
    misread = item.weighed.misread
    right = (1 - item.weighed.wrong * strengths.certain) * (1 - min(strengths.misread * misread, 1.0))
    return min(1 - right * (1 - of_time if misread > 0 else 1.0), strengths.most_wrong)


def _stage_day(item: Dated) -> int:
    """The day whose stage a claim tells: that of its time when it is past and exact, else the day it was said."""
    if item.first is None or item.last is None or item.last >= item.said or item.last - item.first > 62:
        return item.said
    if item.event in (Event.ORDER, Event.STORY, Event.RECEPTION, Event.RELEASE, Event.RESCHEDULE):
        return item.said
    return (item.first + item.last) // 2


def _add_bound(item: Dated, evidence: Evidence, milestone: int, wrong: float) -> None:
    weight = item.weighed.weight
    yes, no = weight * np.log(1 - wrong), weight * np.log(wrong)
    if item.modality is Modality.ASSERTED:
        evidence.before_and_after(milestone, item.said, yes, no)
    elif item.modality is Modality.DENIED:
        evidence.before_and_after(milestone, item.said, no, yes)
        if milestone == 4:
            # "no date yet": most dates are public two months ahead
            evidence.before_and_after(milestone, item.said + 45, weight * np.log(0.35), 0.0)
    else:
        # likely or possible, so not done: "possible" leaves more room for an event that the text does not know of
        doubt = max(wrong, 0.1 if item.modality is Modality.EXPECTED else 0.25)
        evidence.before_and_after(milestone, item.said, weight * np.log(doubt), weight * np.log(1 - doubt))


def _add_time(
    item: Dated, evidence: Evidence, strengths: Strengths, milestone: int, wrong: float, current: int
) -> None:
    assert item.first is not None
    assert item.last is not None
    grid, weight = evidence.grid, item.weighed.weight
    if item.last - item.first > 1200:
        # "by February", "not before 2019": an end alone bounds the day
        yes, no = weight * np.log(1 - max(wrong, 0.03)), weight * np.log(max(wrong, 0.03))
        time = item.weighed.report.claim.time
        if time is not None and time.first is None:
            evidence.before_and_after(milestone, item.last, yes, no)
        elif time is not None and time.last is None:
            evidence.before_and_after(milestone, item.first - 1, no, yes)
        return
    if milestone == 1 and not item.is_ahead:
        # "she is in training" dates a day of the preparation, not its first
        if item.modality is Modality.ASSERTED:
            evidence.before_and_after(1, item.last, 0.0, weight * np.log(max(wrong, 0.05)))
        return
    if item.is_ahead:
        if item.said < current - 15:
            weight *= strengths.superseded
        density = schedule_density(grid, item.first, item.last, item.said, item.modality, strengths)
        doubt = max(wrong, 0.02)
    else:
        density = _past_density(grid, item, strengths)
        doubt = max(wrong, {Modality.ASSERTED: 0.0, Modality.EXPECTED: 0.15}.get(item.modality, 0.35))
    # an order or a casting is dated by its announcement, which trails the fact; the others are dated by the fact
    mixed = (1 - doubt) * density + doubt / strengths.outlier_days
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
