"""Undated documents: a stated date decides, and what the catalogue knows bounds the rest."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from callboard.catalogue.starter import load_catalogue
from callboard.model import Document
from callboard.understand.dating import GRID, weigh
from callboard.understand.dating_clues import WEIGHTS, Clues, assumed_weights, find_clues, weigh_days
from callboard.understand.reader import Reader
from callboard.when import When


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(load_catalogue())


def dated(reader: Reader, text: str, headline: str = "") -> When | None:
    return reader.understand(Document(text=text, headline=headline))[0].published


@pytest.mark.parametrize("line", ["Posted on March 5, 2019", "By Ada Quill | March 5, 2019", "March 5, 2019"])
def test_a_stated_date_is_taken(reader: Reader, line: str) -> None:
    """A full date on a line of its own or in a byline is the day of publication."""
    found = dated(reader, f"{line}\n\nNetflix has renewed Ozark for a third season. It comes back in the fall.")
    assert found == When.parse("2019-03-05")


@pytest.mark.parametrize(
    "place",
    ["LOS GATOS, Calif., March 5, 2019 – ", "New York (March 5, 2019) — ", "LONDON, 5 March 2019 /Newswire/ -- "],
)
def test_a_dateline_is_taken(reader: Reader, place: str) -> None:
    """A press release states its day at the head of its first sentence."""
    found = dated(reader, f"{place}Netflix has renewed Ozark for a third season. It comes back in the fall.")
    assert found == When.parse("2019-03-05")


def test_a_date_that_a_sentence_tells_of_is_no_dateline(reader: Reader) -> None:
    found = dated(reader, "Ozark premieres on March 5, 2019 – and not a day sooner. Netflix has renewed it.")
    assert found != When.parse("2019-03-05")


def test_known_seasons_bound_the_date(reader: Reader) -> None:
    """A coming day on which a known release falls, and seasons that are out, leave a few months around the truth."""
    found = dated(
        reader,
        "Production on Luke Cage season 2 has yet to begin. The Defenders arrives on August 18th. "
        "Iron Fist season 1 and Luke Cage season 1 are now available on Netflix.",
        "Luke Cage Season 2 Gears Up To Begin",
    )
    assert found is not None
    assert found.contains(dt.date(2017, 6, 10))
    assert found.width_days <= 365


def test_a_date_told_as_past_bounds_from_below(reader: Reader) -> None:
    """A text that tells a day as past is likelier to be younger than it than one that tells it as to come."""

    def share_after(text: str) -> float:
        clues = find_clues(reader.read(Document(text=text)), reader.catalogue)
        after = np.array(GRID) >= dt.date(2018, 11, 2).toordinal()
        return float(weigh(clues, reader.scorer.dating)[after].sum())

    told = share_after("The second season premiered on May 4, 2016. Filming wrapped on November 12, 2018.")
    awaited = share_after("The second season premiered on May 4, 2016. Filming will wrap on November 12, 2018.")
    assert told > 3 * awaited


def test_weighing_is_a_distribution_over_the_grid() -> None:
    """Without clues the days still share out one, and every weight that is drawn exists."""
    clues = Clues()
    assert weigh(clues, assumed_weights()).sum() == pytest.approx(1.0)
    for index, _ in weigh_days(clues, GRID):
        assert index.shape == (len(GRID),)
        assert 0 <= index.min() <= index.max() < WEIGHTS


def test_weekdays_rule_out_years() -> None:
    """ "Wednesday, Sept. 25" speaks for 2019, where it was one, against 2018."""
    clues = Clues(weekdays=[(9, 25, 2)])
    shares = dict(zip(GRID, weigh(clues, assumed_weights())))

    def share(year: int) -> float:
        return sum(p for day, p in shares.items() if dt.date.fromordinal(day).year == year)

    assert share(2019) > 2 * share(2018)


def test_months_without_year_do_not_date(reader: Reader) -> None:
    """A month alone is found as a month, never as a date with a year."""
    clues = find_clues(reader.read(Document(text="The show returns in March. Filming began in August.")), object())
    assert {(month, told) for month, _, told in clues.months} == {(3, 1), (8, -1)}
    assert clues.past + clues.future + clues.plain == []
