"""
What each kind of claim says of the stage, and how schedules slip.

`SPEAKS` holds, for an event put in a modality, how often an article that mentions a production in each stage makes such
a claim. The frequencies were counted on the train articles of the benchmark (a production's stage there taken from the
histories or from the article's hard dates, 384 productions) and smoothed by half a claim; only their ratios matter.
Preparation was split from `ordered` by hand, since no history dates it. `python bench/judge/count.py` counts again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from callboard.judge.grid import Array
from callboard.model import Event, Modality

_A, _E, _P, _D = Modality.ASSERTED, Modality.EXPECTED, Modality.POSSIBLE, Modality.DENIED

# in the order of `Stage`: development, ordered, preparation, filming, postproduction, released
SPEAKS: Mapping[tuple[Event, Modality], tuple[float, float, float, float, float, float]] = {
    (Event.DEVELOPMENT, _A): (0.12, 0.03, 0.02, 0.015, 0.010, 0.003),
    (Event.DEVELOPMENT, _P): (0.05, 0.01, 0.01, 0.006, 0.006, 0.004),
    (Event.DEVELOPMENT, _E): (0.05, 0.01, 0.01, 0.006, 0.006, 0.004),
    (Event.ORDER, _A): (0.008, 0.62, 0.45, 0.20, 0.075, 0.037),
    (Event.ORDER, _E): (0.04, 0.008, 0.006, 0.003, 0.003, 0.002),
    (Event.ORDER, _P): (0.39, 0.01, 0.01, 0.006, 0.01, 0.004),
    (Event.ORDER, _D): (0.54, 0.01, 0.008, 0.006, 0.006, 0.004),
    (Event.WRITING, _A): (0.18, 0.24, 0.15, 0.04, 0.03, 0.006),
    (Event.WRITING, _E): (0.08, 0.10, 0.02, 0.006, 0.006, 0.004),
    (Event.CASTING, _A): (0.10, 0.30, 0.38, 0.56, 0.52, 0.12),
    (Event.CASTING, _D): (0.03, 0.16, 0.16, 0.03, 0.045, 0.006),
    (Event.CASTING, _E): (0.03, 0.04, 0.04, 0.03, 0.015, 0.004),
    (Event.CASTING, _P): (0.08, 0.06, 0.06, 0.04, 0.045, 0.004),
    (Event.CREW, _A): (0.10, 0.40, 0.40, 0.41, 0.28, 0.06),
    (Event.CREW, _P): (0.05, 0.04, 0.03, 0.01, 0.01, 0.004),
    (Event.PREPARATION, _A): (0.05, 0.12, 0.40, 0.11, 0.03, 0.004),
    (Event.PREPARATION, _E): (0.03, 0.20, 0.15, 0.02, 0.01, 0.004),
    (Event.PREPARATION, _P): (0.03, 0.12, 0.30, 0.06, 0.01, 0.004),
    (Event.FILMING, _A): (0.006, 0.01, 0.02, 0.74, 0.012, 0.010),
    (Event.FILMING, _E): (0.05, 0.08, 0.10, 0.06, 0.015, 0.004),
    (Event.FILMING, _P): (0.01, 0.04, 0.10, 0.12, 0.015, 0.004),
    (Event.FILMING, _D): (0.03, 0.06, 0.06, 0.03, 0.03, 0.004),
    (Event.FILMING_START, _D): (0.06, 0.20, 0.20, 0.006, 0.006, 0.004),
    (Event.FILMING_PAUSE, _A): (0.01, 0.02, 0.03, 0.20, 0.02, 0.004),
    (Event.FILMING_END, _D): (0.006, 0.012, 0.012, 0.10, 0.01, 0.004),
    (Event.POSTPRODUCTION, _A): (0.006, 0.012, 0.010, 0.015, 0.26, 0.007),
    (Event.POSTPRODUCTION, _E): (0.006, 0.03, 0.03, 0.05, 0.05, 0.004),
    (Event.POSTPRODUCTION, _P): (0.006, 0.01, 0.01, 0.02, 0.03, 0.004),
    (Event.POSTPRODUCTION, _D): (0.02, 0.03, 0.03, 0.04, 0.02, 0.004),
    (Event.PROMOTION, _A): (0.012, 0.03, 0.04, 0.155, 0.16, 0.012),
    (Event.PROMOTION, _E): (0.01, 0.03, 0.03, 0.06, 0.08, 0.004),
    (Event.PROMOTION, _P): (0.01, 0.03, 0.03, 0.05, 0.06, 0.004),
    (Event.PROMOTION, _D): (0.02, 0.03, 0.03, 0.04, 0.05, 0.01),
    (Event.RELEASE, _D): (0.02, 0.085, 0.085, 0.11, 0.025, 0.002),
    (Event.RESCHEDULE, _A): (0.03, 0.16, 0.14, 0.11, 0.25, 0.003),
    (Event.RESCHEDULE, _E): (0.02, 0.06, 0.06, 0.05, 0.06, 0.004),
    (Event.RESCHEDULE, _P): (0.02, 0.06, 0.06, 0.05, 0.06, 0.004),
    (Event.RESCHEDULE, _D): (0.01, 0.05, 0.05, 0.05, 0.05, 0.004),
    (Event.CANCELLATION, _A): (0.11, 0.10, 0.09, 0.03, 0.06, 0.008),
    (Event.ENDING, _A): (0.01, 0.16, 0.16, 0.126, 0.14, 0.05),
    (Event.LOCATION, _A): (0.04, 0.32, 0.42, 0.67, 0.28, 0.08),
    (Event.LOCATION, _E): (0.035, 0.07, 0.07, 0.01, 0.008, 0.004),
    (Event.LOCATION, _P): (0.02, 0.05, 0.05, 0.01, 0.01, 0.004),
    (Event.STORY, _A): (0.12, 0.18, 0.19, 0.30, 0.25, 0.23),
    (Event.STORY, _P): (0.035, 0.03, 0.03, 0.017, 0.01, 0.005),
    (Event.STORY, _E): (0.03, 0.03, 0.03, 0.02, 0.02, 0.005),
    (Event.RECEPTION, _A): (0.006, 0.012, 0.006, 0.005, 0.09, 0.36),
}
# A series has its day of release made public when it is nearly done; a film's is fixed years ahead and says little more
# than the date itself. The same counts, for a day or month of release still to come, and for a season or year.
SPEAKS_AHEAD: Mapping[str, tuple[float, float, float, float, float, float]] = {
    "exact": (0.01, 0.05, 0.05, 0.10, 0.60, 0.03),
    "vague": (0.03, 0.20, 0.18, 0.19, 0.11, 0.01),
}
# All that an article says of a production may be its cast, its places, its plot or its reviews, none of it dated news:
# of 29 such mentions in the train articles 27 were of something already out.
QUIET = (0.02, 0.015, 0.02, 0.045, 0.02, 0.31)
# A casting or a hire that is dated is news.
SPEAKS_NEWS = (0.10, 0.35, 0.40, 0.30, 0.10, 0.01)
# Claims that state the stage itself, rather than go with it, keep their full strength.
HARD = frozenset({Event.FILMING, Event.POSTPRODUCTION, Event.FILMING_PAUSE, Event.FILMING_START, Event.FILMING_END})


@dataclass(frozen=True, slots=True, kw_only=True)
class Strengths:
    """The few numbers of the evidence model; `bench/judge/tune.py` finds them on the train articles."""

    soft: float = 1.14  # power of claims that only go with a stage: one article makes many of them together
    soft_cap: float = 4.32  # nats between the likeliest and the unlikeliest stage that one day's soft claims may add
    order_days: float = 400.0  # an order told long after it was made is history: its power as a sign fades so
    quiet: float = 0.8  # power of an article that tells nothing of the making
    quiet_read: float = 0.7  # share of that power which is left where its claims had to be read out: some were missed
    ahead: float = 0.8  # power of a dated release as a sign of the stage, for series
    keep_asserted: float = 1.9  # log-odds that a date scheduled for tomorrow holds, by modality
    keep_expected: float = 1.2
    keep_possible: float = 0.2
    keep_fall: float = 0.75  # loss of log-odds for each e-fold of the months ahead
    early: float = 0.15  # share of the misses that come early
    slip_days: float = 35.0  # mean slip of a date that misses by being late, plus
    slip_share: float = 0.47  # this share of the time ahead
    edge_miss: float = 0.21  # share of reported past dates that are off
    edge_days: float = 10.0  # a reported past date is off by about so much when it is off
    outlier_days: float = 4000.0  # a false date lies anywhere in so many days
    superseded: float = 0.2  # power left to a schedule when a later one was published
    span_past: float = 0.5  # a wide date around the day it was said is that much less likely to have passed
    span_side: float = 0.35  # a narrow one is that much less likely to lie on the other side than its middle
    silence: float = 0.05  # probability that a milestone since the last report went unreported, at least
    silence_first: float = 0.3  # the same where the press took it up on a single day
    silence_days: float = 14.0  # time for the news to come out
    certain: float = 0.6  # multiplies the doubt in every origin
    spelled_time: float = 0.1  # chance that a time that was read out is not the event's, its year in the quote
    misread_time: float = 0.4  # the same, its year not in the quote
    guessed_time: float = 0.6  # the same of a time whose year an undated text leaves open ("2017-10?")
    missed_time: float = 0.1  # chance that a claim read out without a time had one
    misput: float = 0.4  # chance that what was read as expected, possible or denied is put otherwise
    mention_development: float = 0.0  # log odds against `released` that the press mentions a production so
    mention_ordered: float = 0.0
    mention_filming: float = 0.4
    mention_postproduction: float = 0.4
    past_days: float = 740.0  # before any claim: how far back the order lies, in the mean
    ahead_days: float = 500.0  # and how far ahead


def speak(event: Event, modality: Modality, is_news: bool = False) -> Array | None:
    """Likelihood of such a claim in each stage, shape (6,), largest 1; None: it says nothing of the stage."""
    frequencies = SPEAKS_NEWS if is_news else SPEAKS.get((event, modality))
    return None if frequencies is None else np.array(frequencies) / max(frequencies)


def speak_ahead(width_days: int) -> Array:
    """Likelihood, in each stage, of a date for a release still to come, shape (6,), largest 1."""
    frequencies = SPEAKS_AHEAD["exact" if width_days <= 45 else "vague"]
    return np.array(frequencies) / max(frequencies)


def quiet(strengths: Strengths) -> Array:
    """Log likelihood of each stage, given that nothing but cast, place, plot and reviews is told, shape (6,)."""
    found: Array = strengths.quiet * np.log(np.array(QUIET) / max(QUIET))
    return found


def mention(strengths: Strengths) -> Array:
    """Log likelihood of each stage, given only that the press speaks of the production, shape (6,)."""
    s = strengths
    return np.array(
        [s.mention_development, s.mention_ordered, s.mention_ordered, s.mention_filming, s.mention_postproduction, 0.0]
    )
