"""
What each kind of claim says of the stage, and how schedules slip.

`SPEAKS` holds, for an event put in a modality, how often an article that mentions a production in each stage makes such
a claim. The frequencies were counted on the train articles of the benchmark (a production's stage there taken from the
histories or from the article's hard dates, 384 productions) and smoothed by half a claim; only their ratios matter.
Preparation was split from `ordered` by hand, since no history dates it. `python bench/judge/strengths.py` counts again.
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
    (Event.DEVELOPMENT, _A): (0.13, 0.05, 0.03, 0.006, 0.006, 0.004),
    (Event.DEVELOPMENT, _P): (0.05, 0.01, 0.01, 0.006, 0.006, 0.004),
    (Event.DEVELOPMENT, _E): (0.05, 0.01, 0.01, 0.006, 0.006, 0.004),
    (Event.ORDER, _A): (0.01, 0.50, 0.40, 0.21, 0.11, 0.05),
    (Event.ORDER, _E): (0.04, 0.008, 0.006, 0.003, 0.003, 0.002),
    (Event.ORDER, _P): (0.39, 0.01, 0.01, 0.006, 0.01, 0.004),
    (Event.ORDER, _D): (0.54, 0.01, 0.008, 0.006, 0.006, 0.004),
    (Event.WRITING, _A): (0.18, 0.32, 0.20, 0.04, 0.045, 0.004),
    (Event.WRITING, _E): (0.08, 0.10, 0.02, 0.006, 0.006, 0.004),
    (Event.CASTING, _A): (0.09, 0.42, 0.50, 0.65, 0.59, 0.12),
    (Event.CASTING, _D): (0.035, 0.16, 0.16, 0.03, 0.07, 0.01),
    (Event.CASTING, _E): (0.03, 0.04, 0.04, 0.03, 0.015, 0.004),
    (Event.CASTING, _P): (0.08, 0.06, 0.06, 0.04, 0.045, 0.004),
    (Event.CREW, _A): (0.09, 0.47, 0.47, 0.44, 0.33, 0.06),
    (Event.CREW, _P): (0.05, 0.04, 0.03, 0.01, 0.01, 0.004),
    (Event.PREPARATION, _A): (0.05, 0.12, 0.40, 0.11, 0.03, 0.004),
    (Event.PREPARATION, _E): (0.03, 0.20, 0.15, 0.02, 0.01, 0.004),
    (Event.PREPARATION, _P): (0.03, 0.12, 0.30, 0.06, 0.01, 0.004),
    (Event.FILMING, _A): (0.006, 0.01, 0.03, 0.88, 0.02, 0.008),
    (Event.FILMING, _E): (0.05, 0.08, 0.10, 0.06, 0.015, 0.004),
    (Event.FILMING, _P): (0.01, 0.04, 0.10, 0.12, 0.015, 0.004),
    (Event.FILMING, _D): (0.03, 0.06, 0.06, 0.03, 0.03, 0.004),
    (Event.FILMING_START, _D): (0.06, 0.20, 0.20, 0.006, 0.006, 0.004),
    (Event.FILMING_PAUSE, _A): (0.02, 0.03, 0.05, 0.17, 0.05, 0.005),
    (Event.FILMING_END, _D): (0.006, 0.012, 0.012, 0.10, 0.01, 0.004),
    (Event.POSTPRODUCTION, _A): (0.006, 0.006, 0.006, 0.03, 0.36, 0.01),
    (Event.POSTPRODUCTION, _E): (0.006, 0.03, 0.03, 0.05, 0.05, 0.004),
    (Event.POSTPRODUCTION, _P): (0.006, 0.01, 0.01, 0.02, 0.03, 0.004),
    (Event.POSTPRODUCTION, _D): (0.02, 0.03, 0.03, 0.04, 0.02, 0.004),
    (Event.PROMOTION, _A): (0.012, 0.05, 0.06, 0.17, 0.24, 0.02),
    (Event.PROMOTION, _E): (0.01, 0.03, 0.03, 0.06, 0.08, 0.004),
    (Event.PROMOTION, _P): (0.01, 0.03, 0.03, 0.05, 0.06, 0.004),
    (Event.PROMOTION, _D): (0.02, 0.03, 0.03, 0.04, 0.05, 0.01),
    (Event.RELEASE, _D): (0.06, 0.11, 0.11, 0.13, 0.05, 0.004),
    (Event.RESCHEDULE, _A): (0.02, 0.18, 0.18, 0.12, 0.19, 0.004),
    (Event.RESCHEDULE, _E): (0.02, 0.06, 0.06, 0.05, 0.06, 0.004),
    (Event.RESCHEDULE, _P): (0.02, 0.06, 0.06, 0.05, 0.06, 0.004),
    (Event.RESCHEDULE, _D): (0.01, 0.05, 0.05, 0.05, 0.05, 0.004),
    (Event.CANCELLATION, _A): (0.11, 0.10, 0.09, 0.03, 0.06, 0.03),
    (Event.ENDING, _A): (0.03, 0.08, 0.08, 0.13, 0.16, 0.05),
    (Event.LOCATION, _A): (0.035, 0.42, 0.50, 0.71, 0.35, 0.065),
    (Event.LOCATION, _E): (0.035, 0.07, 0.07, 0.01, 0.008, 0.004),
    (Event.LOCATION, _P): (0.02, 0.05, 0.05, 0.01, 0.01, 0.004),
    (Event.STORY, _A): (0.08, 0.21, 0.21, 0.31, 0.29, 0.20),
    (Event.STORY, _P): (0.035, 0.03, 0.03, 0.017, 0.01, 0.005),
    (Event.STORY, _E): (0.03, 0.03, 0.03, 0.02, 0.02, 0.005),
    (Event.RECEPTION, _A): (0.006, 0.02, 0.01, 0.006, 0.06, 0.36),
}
# Claims that state the stage itself, rather than go with it, keep their full strength.
HARD = frozenset({Event.FILMING, Event.POSTPRODUCTION, Event.ORDER, Event.FILMING_START, Event.FILMING_END})


@dataclass(frozen=True, slots=True, kw_only=True)
class Strengths:
    """The few numbers of the evidence model; `bench/judge/tune.py` finds them on the train articles."""

    soft: float = 0.6  # power of claims that only go with a stage: one article makes many of them together
    keep_asserted: float = 2.4  # log-odds that a date scheduled for tomorrow holds, by modality
    keep_expected: float = 1.2
    keep_possible: float = 0.2
    keep_fall: float = 0.55  # loss of log-odds for each e-fold of the months ahead
    early: float = 0.15  # share of the misses that come early
    slip_days: float = 35.0  # mean slip of a date that misses by being late, plus
    slip_share: float = 0.35  # this share of the time ahead
    edge_days: float = 8.0  # a reported past date is off by about so much when it is off
    outlier_days: float = 4000.0  # a false date lies anywhere in so many days
    superseded: float = 0.2  # power left to a schedule when a later one was published
    span_past: float = 0.35  # a wide date around the day it was said is that much less likely to have passed
    silence: float = 0.3  # probability that a milestone since the last report went unreported
    silence_days: float = 21.0  # time for the news to come out
    certain: float = 1.0  # multiplies the doubt in every origin


def speak(event: Event, modality: Modality, strengths: Strengths, wrong: float, weight: float) -> Array | None:
    """Log likelihood of each stage, shape (6,), largest 0; None: such a claim says nothing of the stage."""
    frequencies = SPEAKS.get((event, modality))
    if frequencies is None:
        return None
    ratio = np.array(frequencies) / max(frequencies)
    power = weight if event in HARD else weight * strengths.soft
    found: Array = power * np.log((1 - wrong) * ratio + wrong * 0.5)
    return found
