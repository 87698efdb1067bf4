"""The pace of a feed: learned from what it did, within bounds."""

from __future__ import annotations

import pytest

from callboard.fetch.pace import LONGEST_H, SHORTEST_H, Pace, backoff_h, interval_h, learn


def test_a_new_feed_is_asked_every_two_hours() -> None:
    """By hand: (0 + 1) articles in (0 + 2) hours."""
    assert interval_h(Pace()) == 2.0


def test_by_hand() -> None:
    """Nine articles in eight hours, and the prior: 10 in 10 hours, so an hour; a fortnight later the nine weigh half."""
    pace = learn(Pace(), news=9, hours=8)
    assert interval_h(pace) == 1.0
    later = learn(pace, news=0, hours=14 * 24)
    assert (later.news, later.hours) == (pytest.approx(4.5), pytest.approx(4 + 14 * 24))


@pytest.mark.parametrize(
    ("per_day", "least", "most"),
    [(500, SHORTEST_H, SHORTEST_H), (24, 0.9, 1.2), (4, 5, 7), (0.1, LONGEST_H, LONGEST_H)],
)
def test_it_settles_at_the_feeds_own_pace(per_day: float, least: float, most: float) -> None:
    """A feed with so many articles a day is asked about as often, between a quarter hour and a day."""
    pace, clock, seen = Pace(), 0.0, 0
    while clock < 30 * 24:
        step = interval_h(pace)
        clock += step
        total = int(clock * per_day / 24)
        pace, seen = learn(pace, news=total - seen, hours=step), total
    assert least <= interval_h(pace) <= most


def test_failures_double_the_wait_up_to_a_day() -> None:
    assert [backoff_h(Pace(), failures) for failures in range(6)] == [2, 4, 8, 16, 24, 24]
    assert backoff_h(Pace(), 10_000) == LONGEST_H
