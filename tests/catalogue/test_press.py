"""Which names that no catalogue has are taken for titles, by the evidence for them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.catalogue import press
from callboard.catalogue.catalogue import Catalogue
from callboard.catalogue.starter import load_starter
from callboard.model import Claim, Event, Production, Report, Span


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_starter()


def told(title: str, scores: Sequence[float], outlets: str = "ABCDEFGH") -> list[Report]:
    """Reports on a title, one for each score, each from the next outlet."""
    return [
        Report(
            claim=Claim(production=Production(title), event=Event.FILMING, quote=Span(0, 1, "x"), score=score), outlet=o
        )
        for score, o in zip(scores, outlets, strict=False)
    ]


def probability(catalogue: Catalogue, reports: list[Report]) -> float:
    return press.probability(catalogue, reports, lambda report: report.outlet or "")


def test_voices_add_up_and_one_voice_is_heard_once(catalogue: Catalogue) -> None:
    """Worked by hand: 1 - 0.6 * 0.5 = 0.7; the better claim of an outlet that says it twice."""
    assert probability(catalogue, told("Brindlow Rising", (0.4, 0.5))) == pytest.approx(0.7)
    assert probability(catalogue, told("Brindlow Rising", (0.4, 0.5), "AA")) == pytest.approx(0.5)
    assert probability(catalogue, []) == 0.0


@pytest.mark.parametrize("name", ["The first", "A crew", "Marvel’s Netflix", "The Marvel", "A Sony", "the thirteen"])
def test_what_is_no_name_of_a_title_gains_nothing_from_repetition(catalogue: Catalogue, name: str) -> None:
    """The same misreading comes back in every article, so nine of them are no more than one."""
    assert probability(catalogue, told(name, (0.9,) * 8)) == 0.0


@pytest.mark.parametrize(
    "name", ["The Dark Tower", "1923", "東京の空", "thirtySomething", "Netflix vs. the World", "You"]
)
def test_names_of_titles_gain_from_repetition(catalogue: Catalogue, name: str) -> None:
    """Numbers, odd capitals and a platform's name inside do not matter."""
    assert probability(catalogue, told(name, (0.3, 0.3, 0.3))) > press.ENOUGH


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("Luke Cage", True),
        ("MARVEL’S LUKE CAGE", True),
        ("The Defenders", True),
        ("Grey’s Anatomy", True),
        ("Greys Anatomy", True),
        ("Eleven", False),  # there is "The Eleven"
        ("The Upside Down", False),  # there is "Upside Down"
        ("The first", False),  # there is "The First"
        ("A crew", False),
        ("Brindlow Rising", False),
    ],
)
def test_a_title_is_catalogued_as_it_is_written(catalogue: Catalogue, name: str, is_known: bool) -> None:
    """Look-up by name is generous, and must not vouch for a name that is written otherwise."""
    assert press.is_catalogued(catalogue, name) is is_known


@given(scores=st.lists(st.floats(0, 1), min_size=1, max_size=7), more=st.floats(0, 1))
def test_more_evidence_never_makes_a_title_less_likely(scores: list[float], more: float) -> None:
    """And it stays a probability."""
    catalogue = Catalogue(titles={})
    one = probability(catalogue, told("Brindlow Rising", scores))
    other = probability(catalogue, told("Brindlow Rising", [*scores, more]))
    assert 0.0 <= one <= other <= 1.0
