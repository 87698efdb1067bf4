"""What a judgement's distributions say of the past and of the future: a milestone that is due, a stage that is on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from callboard import spoken_dates
from callboard.board import Known
from callboard.model import Decision, Event, Judgement, Milestone, MilestoneForecast, Modality, Stage
from callboard.show import words
from callboard.when import When

_CLOSE_DAYS = 31  # a date stated to the month or closer is the one that is shown; a wider one is only evidence

_STAGE_BEGINS = {
    Stage.ORDERED: Milestone.ORDER,
    Stage.PREPARATION: Milestone.PREPARATION,
    Stage.FILMING: Milestone.FILMING_START,
    Stage.POSTPRODUCTION: Milestone.FILMING_END,
    Stage.RELEASED: Milestone.RELEASE,
}


@dataclass(frozen=True, slots=True)
class Range:
    """Where a day lies: eight times of ten from first to last, half of the time before or on the middle."""

    first: dt.date
    middle: dt.date
    last: dt.date


def range_of(forecast: MilestoneForecast, as_of: dt.date) -> Range:
    """
    Days of a milestone that was likely reached, given that it was; else of one that is due, given that it is still to come.

    The quantiles of a judgement are of the day as such. By `done`, its probability to lie before `as_of`, a part of them is
    known not to hold: of what is left, 10, 50 and 90 percent are taken.
    """
    done = min(max(forecast.done, 0.0), 1.0)
    if done >= 0.5:
        first, middle, last = (day_of(forecast.quantiles, done * share) for share in (0.1, 0.5, 0.9))
        return Range(*(min(day, as_of) for day in (first, middle, last)))
    first, middle, last = (day_of(forecast.quantiles, done + (1 - done) * share) for share in (0.1, 0.5, 0.9))
    return Range(*(max(day, as_of) for day in (first, middle, last)))


def day_of(quantiles: Mapping[int, dt.date], probability: float) -> dt.date:
    """The day by which a milestone is reached with a probability, between the quantiles on a straight line."""
    points = sorted(quantiles.items())
    wanted = 100 * probability
    for (low, before), (high, after) in pairwise(points):
        if wanted <= high:
            share = max(wanted - low, 0.0) / (high - low)
            return before + dt.timedelta(round(share * (after - before).days))
    return points[-1][1]


def reached_by(forecast: MilestoneForecast, day: dt.date) -> float:
    """Probability that a milestone is reached by a day, between the quantiles on a straight line, 0 and 1 beyond them."""
    points = sorted(forecast.quantiles.items())
    first, last = points[0][1], points[-1][1]
    # The tails that no quantile describes are as long as the neighbouring tenth.
    points = [(0, first - (points[1][1] - first)), *points, (100, last + (last - points[-2][1]))]
    if day < points[0][1]:
        return 0.0
    for (low, before), (high, after) in pairwise(points):
        if day < after:
            return (low + (high - low) * (day - before).days / max((after - before).days, 1)) / 100
    return 1.0


def stage_shares(judgement: Judgement, day: dt.date) -> list[float]:
    """Probability of each stage on a day of the past or the future, in the order of `Stage`; sums to 1."""
    done = [reached_by(judgement.milestones[milestone], day) for milestone in Milestone]
    done[3] = max(done[3], done[4])  # a weekly series is released from its first episode on, wrapped or not
    reached = [1.0]
    for p in done:
        reached.append(min(reached[-1], p))
    return [now - following for now, following in zip(reached, [*reached[1:], 0.0], strict=True)]


def next_milestone(judgement: Judgement) -> Milestone | None:
    """The first one that is not likely to have been reached; None: none is left, or the production is dropped."""
    if is_dropped(judgement):
        return None
    return next((m for m in Milestone if judgement.milestones[m].done < 0.5), None)


def is_dropped(judgement: Judgement) -> bool:
    """Whether it is likelier than not that no more is made of it, and it is not out."""
    gone = judgement.decision[Decision.CANCELLED] + judgement.decision[Decision.WITHDRAWN]
    return gone > 0.5 and judgement.stage[Stage.RELEASED] < 0.5


def began(judgement: Judgement, stage: Stage) -> Range | None:
    """When a stage began, if it did; None for development, whose beginning nobody dates."""
    milestone = _STAGE_BEGINS.get(stage)
    if milestone is None:
        return None
    forecast = judgement.milestones[milestone]
    certain = MilestoneForecast(max(forecast.done, 0.5), forecast.quantiles)
    return range_of(certain, judgement.as_of)


def is_close(time: When) -> bool:
    """Whether a date is told nearly enough to be shown as stated: a year that a reader guessed is not."""
    return time.width_days <= _CLOSE_DAYS and not time.is_doubtful


def announced(known: Known) -> When | None:
    """The date of the premiere as it was last announced, to the month at least; None: none is, or it is past."""
    for report in known.reports:  # newest first
        claim = report.claim
        if claim.modality is not Modality.ASSERTED:
            continue
        if claim.event is Event.RESCHEDULE and claim.time is None:
            return None  # moved, and nobody says to when
        if claim.event is Event.RELEASE and claim.time and is_close(claim.time):
            return None if claim.time.is_before(known.judgement.as_of) else claim.time
    return None


def stage_word(judgement: Judgement) -> str:
    """The most likely stage."""
    return words.STAGES[judgement.most_likely]


def since_words(start: Range, *, short: bool = False) -> str:
    """Since when: "about May 2017"."""
    return spoken_dates.about(start.first, start.middle, start.last, short=short)


def when_words(judgement: Judgement, milestone: Milestone, *, short: bool = False) -> str:
    """When a milestone was or is due: "12–30 June 2017"."""
    found = range_of(judgement.milestones[milestone], judgement.as_of)
    return spoken_dates.span(found.first, found.last, short=short)
