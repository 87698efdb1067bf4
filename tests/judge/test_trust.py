"""Origins, echoes and credit."""

from __future__ import annotations

import dataclasses

import pytest
from test_judgement import judged, told

from callboard.judge.record import check_reports, rate_origins
from callboard.judge.trust import WRONG, kind_of, origin_of, weigh
from callboard.model import Milestone, Production, Season, Stage
from callboard.when import When


def test_the_named_source_is_the_origin_else_the_outlet() -> None:
    """A page that cites somebody is their echo; one that cites nobody speaks for itself."""
    assert origin_of(told("2017-06-06", "filming", source="On Location Vacations")) == "on location vacations"
    assert origin_of(told("2017-06-06", "filming", outlet="The Hollywood Reporter")) == "hollywood reporter"


def test_the_first_origin_weighs_most_and_an_echo_nothing() -> None:
    """Weights of one statement by OLV twice and by Netflix: 1, 0 and less than 1."""
    olv = told("2017-06-06", "filming_start", "2017-06-06", source="OLV", outlet="Screen Rant")
    echo = told("2017-06-06", "filming_start", "2017-06-06", source="OLV", outlet="Collider")
    netflix = told("2017-06-07", "filming_start", "2017-06-06", source="Netflix")
    weights = {(w.report.outlet, w.origin): w.weight for w in weigh([echo, netflix, olv], {})}
    assert weights["Collider", "olv"] == 1
    assert weights["Screen Rant", "olv"] == 0
    assert 0 < weights["Screen Rant", "netflix"] < 1


def test_kinds_of_origins_are_told_apart() -> None:
    """A company, a person, nobody in particular, and an outlet whose kind the caller knows."""
    kinds = {"Deadline": "trade"}
    assert kind_of(told(None, "order", source="Marvel Television"), kinds) == "company"
    assert kind_of(told(None, "order", source="Mike Colter"), kinds) == "person"
    assert kind_of(told(None, "order", source="unnamed"), kinds) == "unnamed"
    assert kind_of(told(None, "order", outlet="Deadline"), kinds) == "trade"
    assert kind_of(told(None, "order", outlet="a blog"), kinds) == "outlet"


def test_a_doubtful_reading_is_believed_less() -> None:
    """A claim that the reader is half sure of moves less than a sure one; the doubt is not its origin's."""
    sure = told("2017-06-06", "filming", source="Netflix")
    doubtful = dataclasses.replace(sure, claim=dataclasses.replace(sure.claim, score=0.5))
    assert [weigh([each], {})[0].wrong for each in (sure, doubtful)] == [WRONG["company"]] * 2
    filming = [judged(each).stage[Stage.FILMING] for each in (sure, doubtful)]
    assert filming[0] > 0.8 > 0.6 > filming[1] > judged().stage[Stage.FILMING]


def test_a_time_that_was_read_out_is_believed_less_than_its_event() -> None:
    """Of times read out, many are not the claim's: the wrap is believed as before, its day is left wider."""
    known = told("2017-06-06", "filming_end", "2017-05-20", source="Netflix")
    read = dataclasses.replace(known, claim=dataclasses.replace(known.claim, score=0.97))
    sure, unsure = (judged(each).milestones[Milestone.FILMING_END] for each in (known, read))
    assert unsure.done > 0.8
    width = [(each.quantiles[90] - each.quantiles[10]).days for each in (sure, unsure)]
    assert width[1] > 2 * width[0]


def test_a_record_moves_the_credit_of_an_origin() -> None:
    """Of 20 checked claims 5 wrong: a person's 0.04 becomes (20 * 0.04 + 5) / 40; a schedule is not checked."""
    truth = Season(2, {Milestone.FILMING_START: When.parse("2017-06-06")})
    checked = []
    for n in range(20):
        production = Production(f"Title {n}", 2)
        time = "2017-06-07" if n >= 5 else "2017-01-01"
        report = told("2017-06-08", "filming_start", time, source="Mike Colter", production=production)
        ahead = told("2017-05-08", "filming_start", "2017-09-01", source="Mike Colter", production=production)
        checked += check_reports([report, ahead], truth)
    record = rate_origins(checked)["mike colter"]
    assert (record.checked, record.wrong, record.kind) == (20, 5, "person")
    assert record.rate == pytest.approx((20 * 0.04 + 5) / 40)
    report = told("2017-06-08", "filming", source="Mike Colter")
    assert weigh([report], {}, {"mike colter": record.rate})[0].wrong == pytest.approx(record.rate)
