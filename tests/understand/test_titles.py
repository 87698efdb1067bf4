"""What may be a title in a document, and what a second look sees of it."""

from __future__ import annotations

import time

import numpy as np
import pytest

from callboard.catalogue.starter import load_starter
from callboard.model import Document, title_key
from callboard.understand import title_features
from callboard.understand.layout import lay_out
from callboard.understand.lexicon import Lexicon, make_lexicon
from callboard.understand.title_company import FEATURES, look_at_titles
from callboard.understand.titles import find_candidates


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The lexicon of the shipped catalogue."""
    return make_lexicon(load_starter())


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ('The network has renewed "Zorbadil Heights" again.', "Zorbadil Heights"),
        ("Then there is *Zorbadil Heights*, with a new lead.", "Zorbadil Heights"),
        ("Gone: Zorbadil Heights, Quist, Harrow Road, Tin Parade.", "Harrow Road"),
        ("RENEWED: ZORBADIL HEIGHTS (ABC), QUIST AND SONS (NBC)", "Zorbadil Heights"),
        ("Safe\nzorbad-ish (season 4)\nQuist (season 2)", "zorbad-ish"),
        ("Safe\n- Ma chambre à Zorbad: a second run\n- Quist: over", "Ma chambre à Zorbad"),
        ("Next\n3. Zorbadil: Part Two (Nov. 3). In the can.", "Zorbadil: Part Two"),
        ("It goes out beside 12 Zorbad Lane on Mondays.", "12 Zorbad Lane"),
        ("She is Ms. Zorbadil in the pilot.", "Ms. Zorbadil"),
        ("He has joined an untitled Benno Quist biopic.", "untitled Benno Quist biopic"),
        ("The Zorbadil spin-off begins in May.", "The Zorbadil spin-off"),
        ("One name stands out: Anna Quist is Zorbadil Heights, they say.", "Zorbadil Heights"),
    ],
)
def test_a_title_is_a_candidate_however_it_is_written(text: str, title: str, lexicon: Lexicon) -> None:
    """Quoted, in italics, in rows all in capitals, at the head of a line, with a number, an abbreviation, or no title yet."""
    assert title_key(title) in find_candidates(lay_out(Document(headline="News in brief", text=text)), lexicon)


def test_two_titles_that_a_page_ran_together_are_two_candidates(lexicon: Lexicon) -> None:
    """A word with a capital inside is none where its halves are no titles."""
    text = "Premiere dates for Jessica JonesDaredevil, WandaVision and BoJack Horseman are not known."
    layout = lay_out(Document(text=text))
    found = find_candidates(layout, lexicon)
    assert layout.full[slice(*found["jessicajones"].places[0])] == "Jessica Jones"
    assert layout.full[slice(*found["daredevil"].places[0])] == "Daredevil"
    quoted = lay_out(Document(text="What of “Jessica JonesDaredevil”?"))
    assert {"Jessica Jones", "Daredevil"} <= {each.name for each in find_candidates(quoted, lexicon).values()}
    assert found["wandavision"].name == "WandaVision"
    assert not {"wanda", "vision"} & found.keys()


def test_a_title_in_quotes_at_the_head_of_a_line_is_one_candidate(lexicon: Lexicon) -> None:
    """With one place, whether it is found by its quotation marks, by its capitals or as the first item of a line."""
    for text in (
        "“Zorbadil” (Prime Video) is back.",
        "**Zorbadil** (FX)",
        "- _Zorbadil_ – renewed",
        "“Zorbadil”",
        "It is “Zorbadil.”",
    ):
        found = find_candidates(lay_out(Document(headline="News in brief", text=text)), lexicon)["zorbadil"]
        assert (found.name, len(found.places), found.quoted) == ("Zorbadil", 1, 1)


def look(text: str, ratings: dict[str, float], lexicon: Lexicon) -> dict[str, dict[str, float]]:
    """What the second look sees of each candidate, given first ratings; those that are not named have 0.01."""
    layout = lay_out(Document(headline="News in brief", text=text))
    candidates = find_candidates(layout, lexicon)
    first = np.array([ratings.get(candidate.name, 0.01) for candidate in candidates.values()])
    table = look_at_titles(
        layout, candidates, lexicon, np.zeros((len(candidates), len(title_features.FEATURES))), first
    )
    assert table.shape == (len(candidates), len(FEATURES))
    return {candidate.name: dict(zip(FEATURES, row)) for candidate, row in zip(candidates.values(), table)}


def odds(p: float) -> float:
    return float(np.log(p / (1 - p)))


def test_a_longer_title_and_the_one_inside_it_see_each_other(lexicon: Lexicon) -> None:
    """How the other was rated, how often it stands alone, and that a colon parts them."""
    seen = look("Zorbadil: Harrow wrapped. Zorbadil is over.", {"Zorbadil: Harrow": 0.6, "Zorbadil": 0.8}, lexicon)
    inner, outer = seen["Zorbadil"], seen["Zorbadil: Harrow"]
    assert inner["company_over_odds"] == pytest.approx(odds(0.6))
    assert inner["company_over_share"] == 0.5
    assert outer["company_under_odds"] == pytest.approx(odds(0.8))
    assert outer["company_under_alone"] == 1
    assert outer["company_under_right"] == 4


def test_the_items_of_a_list_see_their_neighbours(lexicon: Lexicon) -> None:
    text = 'Back are "Zorbadil", "Quist" and "Harrow Road".'
    seen = look(text, {"Zorbadil": 0.9, "Quist": 0.2, "Harrow Road": 0.7}, lexicon)
    assert seen["Quist"]["company_list_before"] == pytest.approx(odds(0.9))
    assert seen["Quist"]["company_list_after"] == pytest.approx(odds(0.7))
    assert seen["Zorbadil"]["company_quoted_best"] == pytest.approx(odds(0.7))
    assert seen["Zorbadil"]["company_list_before"] == -12.0


def test_nothing_to_look_at(lexicon: Lexicon) -> None:
    layout = lay_out(Document(text="nothing here"))
    assert look_at_titles(layout, {}, lexicon, np.zeros((0, 1)), np.zeros(0)).shape == (0, len(FEATURES))


@pytest.mark.parametrize(
    "text",
    [
        "A: " * 20_000,
        "*" * 50_000 + "a",
        "Dark Star " * 10_000,
        "untitled " * 20_000,
        "Alpha" + " " * 60_000 + "Beta (x",
    ],
)
def test_a_page_that_is_one_run_of_capitals_does_not_take_for_ever(text: str, lexicon: Lexicon) -> None:
    """60,000 characters without a sentence: seconds at the worst, where a run without an end took the better part of a minute."""
    began = time.process_time()
    find_candidates(lay_out(Document(text=text)), lexicon)
    assert time.process_time() - began < 20
