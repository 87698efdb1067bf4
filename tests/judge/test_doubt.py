"""Claims that had to be read out of a text, and may have been misread."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from test_judgement import LUKE_CAGE, judged, told

from callboard.judge.doubt import Doubt, year_is_in
from callboard.judge.seasons import reports_for
from callboard.judge.trust import weigh
from callboard.model import Milestone, Production, Report, Span, Stage
from callboard.when import When

TYPICAL = np.array([0.1, 0.2, 0.1, 0.2, 0.2, 0.2])


def read(score: float, *args: str, quote: str = "", **named: str) -> Report:
    """A claim that a reader found, with its score."""
    report = told(*args, **named)  # type: ignore[arg-type]
    claim = dataclasses.replace(report.claim, score=score, quote=Span(0, len(quote), quote))
    return dataclasses.replace(report, claim=claim)


def filming(*reports: Report) -> float:
    return judged(*reports).stage[Stage.FILMING]


def test_what_is_left_of_a_doubtful_claim_is_a_mixture() -> None:
    """Half sure, it is as likely where it fits as 0.5 of its likelihood there and 0.5 of that of any claim of the kind."""
    ratio = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    found = Doubt(origin=0.0, event=0.5, time=0.0, typical=TYPICAL).of_stage(ratio)
    assert found[3] == pytest.approx(0.5 + 0.5 * TYPICAL[3])
    assert found[0] == pytest.approx(0.5 * TYPICAL[3])
    assert Doubt(0.0, 1.0, 0.0, TYPICAL).of_stage(ratio) == pytest.approx(np.full(6, TYPICAL[3]))
    done, not_done = Doubt(0.0, 0.0, 0.25, TYPICAL).of_bound(4, done=True)
    assert (done, not_done) == pytest.approx((0.75 + 0.25 * TYPICAL[5], 0.25 * TYPICAL[5]))


def test_the_surer_a_reading_the_more_it_moves() -> None:
    """From a score of 0.1 to one of 1, "is filming" moves the stage further and further."""
    moved = [filming(read(score, "2017-06-06", "filming")) for score in (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)]
    assert moved == sorted(moved)
    assert moved[0] - filming() < 0.15
    assert moved[-1] > 0.8


def test_weak_claims_that_contradict_do_not_beat_a_strong_one() -> None:
    """Three readings of score 0.3 say that it is out, has wrapped, has no order; one of 0.95 says that it films."""
    weak = [
        read(0.3, "2017-06-05", "release", outlet="A"),
        read(0.3, "2017-06-05", "filming_end", outlet="B"),
        read(0.3, "2017-06-05", "order", modality="denied", outlet="C"),
    ]
    judgement = judged(read(0.95, "2017-06-06", "filming", source="Netflix"), *weak)
    assert judgement.most_likely is Stage.FILMING
    assert judgement.stage[Stage.FILMING] > 0.5


def test_a_doubtful_later_date_does_not_put_a_sure_one_aside() -> None:
    """Of two dates the later told counts, but where its reading has a score of 0.3 the earlier told does."""
    sure = read(1.0, "2017-04-01", "release", "2018-03-08", source="Netflix")
    medians = []
    for score in (0.3, 1.0):
        later = read(score, "2017-06-01", "release", "2018-06-22", source="Netflix")
        medians.append(judged(sure, later).milestones[Milestone.RELEASE].quantiles[50])
    assert medians[0] < dt.date(2018, 4, 15) < medians[1]


def test_a_time_whose_year_is_in_the_quote_is_believed_more() -> None:
    """The range of a release is narrower where the quote spells out its year than where the reader inferred it."""
    assert year_is_in("out on 22 June 2018", When.parse("2018-06-22"))
    assert not year_is_in("out on 22 June", When.parse("2018-06-22"))
    assert not year_is_in("first seen in 2016", When.parse("2018-06-22"))
    widths = []
    for quote in ("out on 22 June 2018", "out on 22 June"):
        report = read(0.9, "2017-06-01", "release", "2018-06-22", quote=quote)
        quantiles = judged(report).milestones[Milestone.RELEASE].quantiles
        widths.append((quantiles[90] - quantiles[10]).days)
    assert widths[0] < widths[1]


def test_a_statement_is_as_surely_read_as_the_best_of_its_echoes() -> None:
    """One origin's statement read with 0.4 and again with 0.9 counts once, with 0.9; not before the second was said."""
    first = read(0.4, "2017-05-01", "filming_end", "2017-04-28", source="Netflix", outlet="A")
    again = read(0.9, "2017-06-01", "filming_end", "2017-04-28", source="Netflix", outlet="B")
    weighed = weigh([first, again], {})
    assert [item.weight for item in weighed] == [1, 0]
    assert weighed[0].misread == pytest.approx(0.1)
    early = "2017-05-10"
    assert judged(first, again, as_of=early) == judged(first, as_of=early)


def test_what_follows_for_a_neighbour_is_unsure_but_not_misread() -> None:
    """That season 3 films says that season 2 is out; a sure claim stays one that nobody had to read out."""
    third = told("2017-06-06", "filming", production=Production("Luke Cage", 3))
    for item in weigh(reports_for(LUKE_CAGE, [third]), {}):
        assert 0 < item.misread < 0.2
        assert not item.was_read
