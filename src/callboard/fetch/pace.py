"""How often a feed is asked, learned from how often it has something new."""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST_H = 0.25
LONGEST_H = 24.0
_HALF_LIFE_H = 14 * 24.0  # what a feed did a fortnight ago counts half: outlets change their ways slowly
# What is believed of a feed that nobody watched yet: one article in two hours, as sure as two hours of watching.
_PRIOR_NEWS = 1.0
_PRIOR_H = 2.0


@dataclass(frozen=True, slots=True)
class Pace:
    """What a feed has been seen to do; older things weigh less."""

    news: float = 0.0  # articles, weighted
    hours: float = 0.0  # of watching, weighted


def learn(pace: Pace, *, news: int, hours: float) -> Pace:
    """
    The pace after one more look at a feed.

    Args:
        pace: Before it.
        news: Articles that were not there at the last look.
        hours: Since then.

    Source: the posterior of a Poisson rate under a gamma prior (Gelman et al., Bayesian Data Analysis, 3rd ed., sec.
    2.6), with exponential forgetting.
    """
    keep = 0.5 ** (hours / _HALF_LIFE_H)
    return Pace(pace.news * keep + news, pace.hours * keep + hours)


def interval_h(pace: Pace) -> float:
    """Hours until the next look: as long as one new article is expected to take, within a quarter hour and a day."""
    rate = (pace.news + _PRIOR_NEWS) / (pace.hours + _PRIOR_H)
    return min(max(1.0 / rate, SHORTEST_H), LONGEST_H)


def backoff_h(pace: Pace, failures: int) -> float:
    """Hours until the next try at a feed that failed so many times in a row: doubled each time, a day at most."""
    return min(interval_h(pace) * 2.0 ** min(failures, 16), LONGEST_H)
