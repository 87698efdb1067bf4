"""The past is judged only where something may have changed, and tells the same as judging every day of it would."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

import pytest
from test_judgement import LUKE_CAGE, told

from callboard.judge.changes import DEFAULT, find_changes, known_on
from callboard.judge.judgement import judge
from callboard.judge.replay import _STEP_DAYS, Memory, replay
from callboard.model import Judgement, Report

START, END = dt.date(2016, 1, 10), dt.date(2018, 12, 31)
# What may be said, with the days until it is due; None: nothing is.
EVENTS = (
    ("order", None),
    ("preparation", None),
    ("filming_start", 0),
    ("filming", None),
    ("filming_end", 0),
    ("postproduction", None),
    ("release", 90),
    ("reschedule", 150),
)


def judge_on(reports: Sequence[Report], day: dt.date) -> Judgement:
    return judge(LUKE_CAGE, reports, as_of=day, kind="season", platform="Netflix")


def made(seed: int) -> list[Report]:
    """A life told in a dozen reports, with silences of up to half a year between them."""
    rng = random.Random(seed)
    day, reports = START, []
    for place in sorted(rng.randrange(len(EVENTS)) for _ in range(12)):
        event, due = EVENTS[place]
        time = None if due is None else str(day + dt.timedelta(due))
        reports.append(told(str(day), event, time, source=rng.choice(("Netflix", "Mike Colter", "Variety"))))
        day += dt.timedelta(rng.choice((1, 3, 10, 40, 90, 180)))
    return [report for report in reports if known_on(report) <= END]


def every_day(reports: Sequence[Report]) -> set[str]:
    """What judging tells on every day on which a report is known or has settled, and once a fortnight."""
    days = {START + dt.timedelta(n) for n in range(0, (END - START).days, _STEP_DAYS)} | {END}
    for report in reports:
        days |= {known_on(report) + dt.timedelta(n) for n in (0, DEFAULT.settle_days)}
    judgements = [judge_on([r for r in reports if known_on(r) <= day], day) for day in sorted(days) if day <= END]
    return {f"{change.axis} {change.before} {change.after}" for change in find_changes(judgements, reports)}


@pytest.mark.parametrize("seed", range(6))
def test_it_tells_what_judging_every_day_tells(seed: int) -> None:
    """The same stages and decisions; of what time alone brings the day may differ by a fortnight, so the day is left out."""
    reports = made(seed)
    found = replay(LUKE_CAGE, reports, judge_on, since=START, as_of=END)
    kinds = ("stage", "decision")
    expected = {each for each in every_day(reports) if each.startswith(kinds)}
    assert {f"{c.axis} {c.before} {c.after}" for c in found if str(c.axis) in kinds} == expected


def test_a_quiet_year_costs_little() -> None:
    """Two reports of one day and three silent years: fewer judgements than fortnights."""
    asked: list[dt.date] = []

    def counted(reports: Sequence[Report], day: dt.date) -> Judgement:
        asked.append(day)
        return judge_on(reports, day)

    reports = [told("2016-01-10", "order", "2016-01-10", source="Netflix"), told("2016-01-10", "writing")]
    replay(LUKE_CAGE, reports, counted, since=START, as_of=END)
    assert 0 < len(set(asked)) < (END - START).days / _STEP_DAYS / 2


def test_what_was_judged_is_kept_while_it_holds() -> None:
    """The same reports on the same day are judged once; another claim under the same id is judged anew."""
    memory, asked = Memory(most=2), []

    def counted(reports: Sequence[Report], day: dt.date) -> Judgement:
        asked.append(day)
        return judge_on(reports, day)

    order = told("2016-01-10", "order", "2016-01-10", source="Netflix")
    first = memory.of("x", counted, [order], END)
    assert memory.of("x", counted, [order], END) is first
    assert len(asked) == 1
    memory.of("x", counted, [told("2016-01-10", "filming", source="Netflix")], END)
    memory.of("y", counted, [order], END)
    assert (len(asked), len(memory)) == (3, 2)
