"""Pages on which nothing is claimed, as against short news."""

from __future__ import annotations

import pytest

from callboard.model import Claim, Event, Production, Span
from callboard.understand.claims import is_silent


def claim(event: Event, score: float) -> Claim:
    return Claim(production=Production("Harrow", 1), event=event, quote=Span(0, 1, "x"), score=score)


@pytest.mark.parametrize(
    ("scores", "sentences", "silent"),
    [
        ([0.45, 0.45, 0.45], 20, True),  # none is likelier right than wrong
        ([0.6], 20, True),  # one doubtful claim in a long text
        ([0.6], 2, False),  # the one thing that a short item says
        ([0.6, 0.4], 20, False),
        ([0.9], 20, False),
        ([], 5, True),
    ],
)
def test_a_page_claims_something_where_enough_of_it_is_to_be_expected_right(
    scores: list[float], sentences: int, silent: bool
) -> None:
    assert is_silent([claim(Event.RELEASE, score) for score in scores], sentences) is silent


def test_plots_places_and_reviews_do_not_make_a_page_speak() -> None:
    assert is_silent([claim(event, 0.9) for event in (Event.STORY, Event.LOCATION, Event.RECEPTION)], 20)
