"""
What those who pay have decided: open, ordered, final, cancelled, withdrawn or ended, each with a probability.

The claims about decisions are read in the order of the days they speak of. A cancellation moves probability from going
on to dropped, an order made later moves it back, "the last season" moves it from going on to final; each moves as much
as its origin can be believed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callboard.judge.dated import Dated
from callboard.model import Decision, Event, Modality

# How much of its origin's credit a claim has, by how it is put; set by hand, the benchmark has too few to fit them.
_CREDIT = {Modality.ASSERTED: 1.0, Modality.EXPECTED: 0.55, Modality.POSSIBLE: 0.2, Modality.DENIED: 0.0}
DECIDING = frozenset({Event.ORDER, Event.CANCELLATION, Event.ENDING})


@dataclass(frozen=True, slots=True)
class Stopped:
    """That the production was dropped, and when."""

    day: dt.date
    probability: float


def decide(
    dated: Sequence[Dated], as_of: dt.date, ordered: float, released_by: Callable[[dt.date], float]
) -> tuple[dict[Decision, float], Stopped | None]:
    """
    The decision axis on the day, summing to 1, and the drop where there may have been one.

    Args:
        dated: All claims that were said by the day.
        as_of: The day of the judgement.
        ordered: Probability that the order was made by the day, as the timeline has it.
        released_by: Probability that it was released by a day, had it gone on.
    """
    today = as_of.toordinal()
    on, final, dropped = 1.0, 0.0, 0.0
    order_told = 0.0
    dropped_day = today
    for item, day in _in_order(dated, today):
        claim, weight = item.weighed.report.claim, item.weighed.weight
        credit = _CREDIT[claim.modality] * _belief(item) * min(weight, 1.0)
        denied = claim.modality is Modality.DENIED
        if claim.event is Event.CANCELLATION:
            if denied:
                back = 0.7 * _belief(item) * dropped
                on, dropped = on + back, dropped - back
            else:
                moved_on, moved_final = credit * on, credit * final
                on, final, dropped = on - moved_on, final - moved_final, dropped + moved_on + moved_final
                dropped_day = day if credit > 0.5 else dropped_day
        elif claim.event is Event.ENDING:
            moved = 0.8 * _belief(item) * final if denied else -credit * on
            on, final = on + moved, final - moved
        elif not denied:
            order_told = max(order_told, credit)
            if item.first is not None or item.said > dropped_day + 7:
                on, dropped = on + credit * dropped, dropped * (1 - credit)
    # what was out before it was dropped has run its course; "dropped" then says that there will be no more
    stop = dt.date.fromordinal(max(dropped_day, 1))
    out, out_then = released_by(as_of), released_by(stop) if dropped else 0.0
    ended = dropped * out_then + final * out
    final *= 1 - out
    dropped *= 1 - out_then
    going = max(on, 0.0)
    made = max(ordered, order_told)
    withdrawn = dropped * 0.7 * order_told
    decision = {
        Decision.OPEN: going * (1 - made),
        Decision.ORDERED: going * made,
        Decision.FINAL: final,
        Decision.CANCELLED: dropped - withdrawn,
        Decision.WITHDRAWN: withdrawn,
        Decision.ENDED: ended,
    }
    total = sum(decision.values())
    stopped = Stopped(stop, dropped) if dropped > 0 else None
    return {state: p / total for state, p in decision.items()}, stopped


def _belief(item: Dated) -> float:
    """Probability that the origin says so and is right."""
    return (1 - item.weighed.wrong) * (1 - item.weighed.misread)


def _in_order(dated: Sequence[Dated], today: int) -> list[tuple[Dated, int]]:
    """Claims about decisions by the day they speak of; an order without a day came before whatever followed it."""
    found = []
    for item in dated:
        if item.event not in DECIDING or item.weighed.weight <= 0:
            continue
        day = min(item.last, item.said, today) if item.last is not None else item.said
        rank = 0 if item.event is Event.ORDER and item.first is None else 1 if item.event is Event.ORDER else 2
        found.append((day, rank, item))
    found.sort(key=lambda entry: (entry[0], entry[1]))
    # a cancellation reversed on the day it is told: both undated, and the order has the last word
    return [(item, day) for day, _, item in found]
