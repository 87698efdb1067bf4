"""The judgement as a whole: hand-worked cases, and what must hold for any claims."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.judge.judgement import judge
from callboard.model import (
    Claim,
    Decision,
    Event,
    Judgement,
    Milestone,
    Modality,
    Production,
    Report,
    Season,
    Span,
    Stage,
)
from callboard.when import When

LUKE_CAGE = Production("Luke Cage", 2)
FIRST_SEASON = Season(
    1,
    {
        Milestone.ORDER: When.parse("2013-11-07"),
        Milestone.FILMING_START: When.parse("2015-09"),
        Milestone.FILMING_END: When.parse("2016-03"),
        Milestone.RELEASE: When.parse("2016-09-30"),
    },
)


def told(
    said: str | None,
    event: str,
    time: str | None = None,
    modality: str = "asserted",
    *,
    source: str | None = None,
    outlet: str = "Screen Rant",
    production: Production = LUKE_CAGE,
) -> Report:
    claim = Claim(
        production=production,
        event=Event(event),
        quote=Span(0, 0, ""),
        time=When.parse(time) if time else None,
        modality=Modality(modality),
        source=source,
    )
    return Report(claim=claim, outlet=outlet, said=When.parse(said) if said else None)


def judged(*reports: Report, as_of: str = "2017-06-10", production: Production = LUKE_CAGE) -> Judgement:
    return judge(production, reports, as_of=dt.date.fromisoformat(as_of), kind="season", platform="Netflix")


# The rows of the table in DESIGN.md that speak of the season itself.
SEED = (
    told("2017-06-09", "preparation", "2017-06-03/2017-06-08", source="Simone Missick"),
    told("2017-06-09", "preparation", source="On Location Vacations"),
    told("2017-06-09", "filming_start", "2017-06-09/2017-07-07", "expected"),
    told("2017-06-09", "casting", None, "expected"),
    told("2017-06-09", "story", None, "possible"),
    told("2017-06-09", "release", None, "denied"),
)


def test_the_seed_article_leaves_luke_cage_in_preparation_with_filming_near() -> None:
    """Preparation is most likely, the shoot starts within weeks, and the premiere falls in 2018."""
    found = judge(
        LUKE_CAGE,
        SEED,
        as_of=dt.date(2017, 6, 10),
        kind="season",
        platform="Netflix",
        earlier=(FIRST_SEASON,),
    )
    assert found.most_likely is Stage.PREPARATION
    assert found.stage[Stage.FILMING] < 0.5
    start = found.milestones[Milestone.FILMING_START].quantiles
    assert dt.date(2017, 6, 10) <= start[50] <= dt.date(2017, 8, 1)
    assert found.milestones[Milestone.RELEASE].quantiles[50].year == 2018
    assert found.decided is Decision.ORDERED


def test_a_reported_start_means_filming() -> None:
    """
    2017-06-06  On Location Vacations  asserted  filming_start 2017-06-06
    """
    found = judged(told("2017-06-06", "filming_start", "2017-06-06", source="On Location Vacations"))
    assert found.most_likely is Stage.FILMING
    assert found.stage[Stage.FILMING] > 0.9
    assert found.milestones[Milestone.FILMING_START].quantiles[50] == dt.date(2017, 6, 6)


def test_the_company_outweighs_the_rumour() -> None:
    """
    2017-09-14  fansite.example  possible  filming
    2017-09-15  Netflix          asserted  filming_end
    """
    found = judged(
        told("2017-09-14", "filming", None, "possible", outlet="fansite.example"),
        told("2017-09-15", "filming_end", "2017-09-15", source="Netflix"),
        as_of="2017-09-16",
    )
    assert found.most_likely is Stage.POSTPRODUCTION


def test_a_later_schedule_supersedes_an_earlier_one() -> None:
    """
    2017-06-01  asserted  release 2018-02-02
    2017-10-01  asserted  reschedule, release 2018-06-22
    """
    found = judged(
        told("2017-06-01", "release", "2018-02-02"),
        told("2017-10-01", "reschedule", "2018-06-22"),
        told("2017-10-01", "release", "2018-06-22"),
        as_of="2017-10-02",
    )
    assert found.milestones[Milestone.RELEASE].quantiles[50] == dt.date(2018, 6, 22)


def test_a_claim_said_later_is_not_used() -> None:
    """What was said on 12 June cannot move the judgement of 10 June."""
    base = told("2017-06-06", "order", "2017-06-01")
    assert judged(base) == judged(base, told("2017-06-12", "filming_start", "2017-06-12"))


def test_what_was_dropped_stays_where_it_was() -> None:
    """
    2016-01-10  asserted  order 2016-01-10
    2016-06-01  asserted  cancellation 2016-06-01
    """
    found = judged(
        told("2016-01-10", "order", "2016-01-10"),
        told("2016-06-01", "cancellation", "2016-06-01", source="Netflix"),
        as_of="2020-01-01",
    )
    dropped = found.decision[Decision.CANCELLED] + found.decision[Decision.WITHDRAWN]
    assert dropped > 0.8
    assert found.stage[Stage.RELEASED] < 0.2
    assert found.milestones[Milestone.RELEASE].done < 0.2


def test_a_cancellation_reversed_is_an_order_again() -> None:
    """
    2018-05-11  asserted  cancellation 2018-05-11
    2018-05-26  asserted  order 2018-05-26
    """
    found = judged(
        told("2018-05-11", "cancellation", "2018-05-11"),
        told("2018-05-26", "order", "2018-05-26", source="Amazon"),
        as_of="2018-06-01",
    )
    assert found.decided is Decision.ORDERED


def test_the_last_season_is_final_and_ends_with_its_release() -> None:
    """
    2019-02-18  asserted  order, ending
    2019-06-20  asserted  release 2019-06-14
    """
    last = (told("2019-02-18", "order"), told("2019-02-18", "ending"))
    assert judged(*last, as_of="2019-02-18").decided is Decision.FINAL
    assert judged(*last, told("2019-06-20", "release", "2019-06-14"), as_of="2019-07-01").decided is Decision.ENDED


def test_a_weekly_series_may_be_out_while_it_films() -> None:
    """A premiere in October and a shoot still going on in December go together on broadcast."""
    found = judge(
        Production("The Flash", 4),
        [
            told("2017-10-11", "release", "2017-10-10", production=Production("The Flash", 4)),
            told("2017-12-01", "filming", production=Production("The Flash", 4)),
        ],
        as_of=dt.date(2017, 12, 2),
        kind="season",
        platform="The CW",
    )
    assert found.most_likely is Stage.RELEASED
    assert found.milestones[Milestone.FILMING_END].done < 0.3


def test_a_pause_is_a_state_within_filming() -> None:
    """
    2020-02-10  asserted  filming_start 2020-02-10
    2020-03-16  asserted  filming_pause 2020-03-13
    """
    found = judged(
        told("2020-02-10", "filming_start", "2020-02-10"),
        told("2020-03-16", "filming_pause", "2020-03-13"),
        as_of="2020-03-20",
    )
    assert found.most_likely is Stage.FILMING
    assert found.paused > 0.5
    assert judged(told("2020-02-10", "filming_start", "2020-02-10"), as_of="2020-03-20").paused < 0.1


def test_nothing_new_for_long_is_not_a_cancellation() -> None:
    """Three silent years after an order raise the odds that it is out, and none that it was dropped."""
    found = judged(told("2016-01-10", "order", "2016-01-10"), as_of="2019-01-10")
    assert found.decision[Decision.CANCELLED] + found.decision[Decision.WITHDRAWN] < 0.01


def test_echoes_count_once() -> None:
    """Forty pages that repeat one location watcher move nothing beyond the first."""
    base = told("2017-06-06", "filming_start", "2017-06-06", source="On Location Vacations")
    echoes = [
        told("2017-06-06", "filming_start", "2017-06-06", source="On Location Vacations", outlet=f"Blog {n}")
        for n in range(40)
    ]
    alone, loud = judged(base), judged(base, *echoes)
    assert loud.stage[Stage.FILMING] == pytest.approx(alone.stage[Stage.FILMING], abs=1e-9)


_days = st.dates(dt.date(2010, 1, 1), dt.date(2024, 12, 31))
_times = st.one_of(
    st.none(),
    _days.map(str),
    _days.map(lambda day: f"{day:%Y-%m}"),
    _days.map(lambda day: f"{day.year}"),
    _days.map(lambda day: f"../{day}"),
    _days.map(lambda day: f"{day}/.."),
    st.just("9999"),
)
_reports = st.builds(
    told,
    st.one_of(st.none(), _days.map(str)),
    st.sampled_from([str(event) for event in Event]),
    _times,
    st.sampled_from([str(modality) for modality in Modality]),
    source=st.sampled_from([None, "Netflix", "unnamed", "Simone Missick"]),
    outlet=st.sampled_from(["Deadline", "a blog", ""]),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(_reports, max_size=12),
    _days,
    st.sampled_from([None, "season", "film", "miniseries"]),
    st.sampled_from([None, "Netflix", "The CW", "theatrical"]),
    st.randoms(use_true_random=False),
)
def test_any_claims_in_any_order_give_one_sound_judgement(
    reports: list[Report], as_of: dt.date, kind: str | None, platform: str | None, rng: random.Random
) -> None:
    """Both axes sum to 1, quantiles do not run backward, and shuffling the claims changes nothing."""
    found = judge(LUKE_CAGE, reports, as_of=as_of, kind=kind, platform=platform)
    assert sum(found.stage.values()) == pytest.approx(1, abs=1e-6)
    assert sum(found.decision.values()) == pytest.approx(1, abs=1e-6)
    assert all(-1e-9 <= p <= 1 + 1e-9 for p in (*found.stage.values(), *found.decision.values(), found.paused))
    for forecast in found.milestones.values():
        days = list(forecast.quantiles.values())
        assert days == sorted(days)
        assert 0 <= forecast.done <= 1
    shuffled = list(reports)
    rng.shuffle(shuffled)
    assert judge(LUKE_CAGE, shuffled, as_of=as_of, kind=kind, platform=platform) == found


@pytest.mark.parametrize(
    "reports",
    [
        (),
        (told("2017-06-01", "release", None, "denied"), told("2017-06-01", "order", None, "denied")),
        (
            told("2017-06-01", "release", "2014-01-01"),
            told("2017-06-01", "filming_end", "2015-01-01"),
            told("2017-06-01", "filming_start", "2016-01-01"),
        ),
        (told("2017-06-01", "release", "9999-12-31"),),
    ],
    ids=["no claims", "only denials", "dates in reverse", "the year 9999"],
)
def test_degenerate_claims_give_a_sound_judgement(reports: tuple[Report, ...]) -> None:
    """Nothing breaks, and the probabilities still sum to 1."""
    found = judged(*reports)
    assert sum(found.stage.values()) == pytest.approx(1)


def test_only_denials_mean_that_nothing_has_happened_yet() -> None:
    """An order and a release denied leave the production in development."""
    found = judged(told("2017-06-01", "release", None, "denied"), told("2017-06-01", "order", None, "denied"))
    assert found.most_likely is Stage.DEVELOPMENT


def test_ten_thousand_claims_are_judged() -> None:
    """A flood of claims costs time in proportion and does not overflow."""
    flood = [
        told(f"2017-0{1 + n % 6}-{1 + n % 28:02d}", "filming", None, "asserted", source=f"source {n}")
        for n in range(10_000)
    ]
    found = judged(*flood, as_of="2017-07-01")
    assert found.most_likely is Stage.FILMING
    assert sum(found.stage.values()) == pytest.approx(1)


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_the_ends_of_the_calendar_are_days_like_others(day: dt.date) -> None:
    """The first and the last day that a date can be are judged without an error."""
    assert sum(judge(LUKE_CAGE, (), as_of=day).stage.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("event", "words", "least", "most"),
    [
        ("casting", "Ana Lind has joined the cast as a pilot", 0.0, 0.1),
        ("casting", "Ana Lind boards the drama", 0.0, 0.1),
        ("crew", "has signed on as the show's composer", 0.0, 0.1),
        ("casting", "the drama stars Ana Lind", 0.5, 1.0),
        ("reception", "the critics who joined the screening were kind", 0.5, 1.0),
    ],
)
def test_whoever_joins_makes_what_is_not_out_yet(event: str, words: str, least: float, most: float) -> None:
    """Though no day is given; a known cast alone is told of what is out, and years of silence do not release anything."""
    report = told("2017-06-09", event)
    report = replace(report, claim=replace(report.claim, quote=Span(0, len(words), words)))
    assert least <= judged(report).stage[Stage.RELEASED] <= most
    if most < 0.5:
        assert judged(report, as_of="2024-06-10").stage[Stage.RELEASED] < 0.3
