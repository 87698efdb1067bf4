"""What each report moved, and the plain sentence."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from test_judgement import LUKE_CAGE, told

from callboard.judge.explain import explain
from callboard.judge.judgement import judge
from callboard.model import Judgement, Report


def judged(*reports: Report, as_of: str = "2017-06-10") -> Judgement:
    day = dt.date.fromisoformat(as_of)
    return judge(LUKE_CAGE, reports, as_of=day, kind="season", platform="Netflix", effects=True)


def test_the_reports_that_matter_come_first_and_the_sentence_names_them() -> None:
    """
    2017-06-01  On Location Vacations  asserted  filming_start 2017-06-06
    2017-06-06  Netflix                asserted  filming
    """
    found = judged(
        told("2017-06-01", "filming_start", "2017-06-06", source="On Location Vacations"),
        told("2017-06-06", "filming", source="Netflix"),
        told("2017-06-06", "story"),
    )
    assert {effect.report.claim.source for effect in found.effects[:2]} == {"Netflix", "On Location Vacations"}
    assert all(effect.stage_shift > 0 for effect in found.effects[:2])
    sentence = explain(found)
    assert sentence.startswith("Filming (9")
    assert "Netflix said so on 6 June 2017" in sentence
    assert "On Location Vacations had announced it on 1 June 2017" in sentence
    assert "nothing speaks against it" in sentence
    assert "2018" in sentence


def test_the_dissenting_report_stands_beside() -> None:
    """
    2017-06-06  Netflix  asserted  filming
    2017-06-07  a blog   denied    filming_start
    """
    found = judged(
        told("2017-06-06", "filming", source="Netflix"),
        told("2017-06-06", "filming_start", "2017-06-05", source="Mike Colter"),
        told("2017-06-07", "filming_start", None, "denied", outlet="a blog"),
    )
    assert any(effect.stage_shift < 0 and effect.report.outlet == "a blog" for effect in found.effects)
    assert "a blog said on 7 June 2017" in explain(found)
    assert "speaks against it" in explain(found)


def test_ranges_of_days_are_told_as_one_says_them() -> None:
    """A season by its name; a page whose day is known more or less stands between two days."""
    found = judged(
        told("2017-06-01", "filming_start", "2018-21", "expected", source="Netflix"),
        told("2017-03-01/2017-06-05", "order", "2017-02", source="Mike Colter"),
    )
    sentence = explain(found)
    assert "Netflix expected the start of filming for spring 2018 on 1 June 2017" in sentence
    assert "between 1 March 2017 and 5 June 2017" in sentence


def test_a_date_without_an_end_is_told_without_for() -> None:
    """ "for from 1 March 2018" is no English."""
    found = judged(told("2017-06-01", "filming_start", "2018-03-01/..", "expected", source="Netflix"))
    assert "Netflix expected the start of filming from 1 March 2018 on 1 June 2017" in explain(found)


def test_without_reports_the_sentence_says_what_it_rests_on() -> None:
    """No claim, no witness: the answer says that it is judged from other productions."""
    assert "judged from how long productions like it take" in explain(judged())


def test_effects_are_left_out_unless_asked_for() -> None:
    """They cost a judgement each."""
    report = told("2017-06-06", "filming", source="Netflix")
    assert judge(LUKE_CAGE, [report], as_of=dt.date(2017, 6, 10)).effects == ()


def test_of_many_statements_those_that_matter_are_found_without_trying_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty statements of a season's life, each with its own origin or day; what hardly moves anything may be missing."""
    rng = random.Random(3)
    life = [
        ("2016-07-01", "order", "2016-07-01"),
        ("2017-01-20", "preparation", None),
        ("2017-03-10", "filming_start", "2017-06"),
        ("2017-05-02", "filming_start", "2017-06-12"),
        ("2017-06-09", "release", "2018"),
        ("2017-06-09", "casting", None),
        ("2017-05-20", "writing", None),
    ]
    reports = []
    for number in range(40):
        said, event, time = rng.choice(life)
        how = rng.choice(("asserted", "asserted", "expected", "denied"))
        reports.append(told(said, event, None if how == "denied" else time, how, source=f"Voice {number % 23}"))
    screened = {(e.report, e.stage_shift, e.release_shift_days) for e in judged(*reports, as_of="2017-06-14").effects}
    monkeypatch.setattr("callboard.judge.explain._FEW", 1000)
    tried = {(e.report, e.stage_shift, e.release_shift_days) for e in judged(*reports, as_of="2017-06-14").effects}
    assert len(tried) >= 8
    assert screened <= tried
    assert all(abs(shift) < 0.01 and abs(days) <= 7 for _, shift, days in tried - screened)


@pytest.mark.parametrize("many", [2, 3, 5])
def test_of_what_is_all_but_certain_somebody_is_still_named(many: int) -> None:
    """Where many say so, leaving out one hardly moves the probability."""
    voices = ("Netflix", "Mike Colter", "Variety", "Deadline", "On Location Vacations")[:many]
    begun = [told("2017-06-12", "filming_start", "2017-06-12", source=voice) for voice in voices]
    found = judged(*begun, told("2017-06-13", "filming", source="Netflix"), as_of="2017-06-20")
    assert found.stage[found.most_likely] > 0.995
    assert max(effect.stage_shift for effect in found.effects) < 0.004
    assert any(f"{voice} said so on" in explain(found) for voice in voices), explain(found)
