"""When two readers agree, and what a year may choose."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callboard.model import Claim, Event, Modality, Production, Span
from callboard.understand.llm.both import join_readings
from callboard.understand.llm.phrases import resolve_phrase
from callboard.understand.times import find_times
from callboard.when import When


def claim(score: float = 0.6, time: str | None = "2018", at: int = 0, **fields: Any) -> Claim:
    """A filming start of Ozark's third season, but for what is said otherwise."""
    given: dict[str, Any] = {
        "production": Production("Ozark", 3), "event": Event.FILMING_START, "quote": Span(at, at + 5, "start"),
        "time": When.parse(time) if time else None, "score": score,
    }  # fmt: skip
    return Claim(**(given | fields))


def test_an_agreement_by_hand() -> None:
    """Scores of 0.6 and 0.5 make 1 - 0.4 * 0.5 = 0.8; the narrower time stays."""
    (joint,) = join_readings([claim(0.6, "2018")], [claim(0.5, "2018-06")], "llm:m")
    assert joint.reader == "builtin+llm:m"
    assert joint.score == pytest.approx(0.8)
    assert str(joint.time) == "2018-06"


@pytest.mark.parametrize(
    "other",
    [
        claim(time=None),
        claim(production=Production("The Ozark", 3)),
        claim(time="2018-12/2019-02"),
    ],
)
def test_they_agree(other: Claim) -> None:
    """On another spelling, on a time that only one of them gives, on times that may be the same day."""
    assert [each.reader for each in join_readings([claim()], [other], "llm")] == ["builtin+llm"]


@pytest.mark.parametrize(
    "other",
    [
        claim(time="2019"),
        claim(modality=Modality.DENIED),
        claim(event=Event.FILMING),
        claim(production=Production("Ozark", 4)),
        claim(production=Production("Ozark")),
    ],
)
def test_they_differ(other: Claim) -> None:
    """Then both stay as they were, each with its reader."""
    said = join_readings([claim()], [other], "llm")
    assert set(said) == {claim(), replace(other, reader="llm")}


def test_people_and_places_are_the_same_by_whole_words() -> None:
    """ "Atlanta, Georgia" is Atlanta; Atlan is not."""
    one = claim(event=Event.LOCATION, place="Atlanta")
    assert len(join_readings([one], [claim(event=Event.LOCATION, place="Atlanta, Georgia")], "llm")) == 1
    assert len(join_readings([one], [claim(event=Event.LOCATION, place="Atlan")], "llm")) == 2


def test_each_claim_agrees_with_one_other() -> None:
    """So one of two alike stays, with its own reader."""
    said = join_readings([claim(), claim(at=9)], [claim()], "llm")
    assert {each.reader for each in said} == {None, "builtin+llm"}


@pytest.mark.parametrize(
    ("text", "phrase", "year", "expected"),
    [
        ("Production had kicked off last fall.", "last fall", None, "2023-23"),
        ("Production had kicked off last fall.", "last fall", 2021, "2021-23?"),
        ("Cameras rolled in March.", "March", 2022, "2022-03?"),
        ("It opens early next year.", "early next year", 2023, "2023-01-01?/2023-04-30?"),
        ("It opens in June 2023.", "June 2023", 2022, "2023-06"),  # says its own year
        ("Production had kicked off last fall.", "last fall", 1999, "2023-23"),  # too far from when it was written
    ],
)
def test_a_year_chooses_among_the_days_of_writing(text: str, phrase: str, year: int | None, expected: str) -> None:
    """All that the phrase means on those days that put it into the year; no year reaches what the text says itself."""
    inferred = When.parse("2022-03-01/2025-10-05")
    times = find_times(text, When.day(inferred.middle))
    found = resolve_phrase(text, times, inferred, phrase, (0, 5), Event.FILMING_START, year)
    assert str(found) == expected
