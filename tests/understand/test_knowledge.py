"""What is known beforehand of an article that a reader learns from."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import pytest

from callboard.catalogue.catalogue import Catalogue, Title
from callboard.model import Milestone, Season
from callboard.understand.lexicon import make_lexicon
from callboard.when import When

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from knowledge import SHARE, Knowledge

RUN = tuple(Season(season=n, dates={Milestone.RELEASE: When.parse(year)}) for n, year in ((1, "2015"), (2, "2018")))
HARROW = Title("Harrow", "series", 2015, 2, dated=RUN)
VIGIL = Title("Vigil", "series", 2021, 1)
CATALOGUE = Catalogue(
    titles={"harrow": (HARROW,), "vigil": (VIGIL,)}, aliases={"drharrow": "harrow"}, credits={"harrow": ("Ana Ruiz",)}
)


def article(draw: int) -> dict[str, object]:
    """An article of 2018 on Harrow, with an id that is drawn for this much knowledge."""
    number = next(n for n in range(1000) if zlib.crc32(f"x{n}".encode()) % SHARE == draw)
    return {"id": f"x{number}", "published": "2018-05-01", "claims": [{"title": "Dr Harrow"}]}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge(CATALOGUE, make_lexicon(CATALOGUE))


def test_most_articles_are_read_with_all_that_is_known(knowledge: Knowledge) -> None:
    catalogue, lexicon = knowledge.of(article(2))
    assert catalogue is CATALOGUE
    assert lexicon is knowledge.lexicon


def test_of_some_articles_no_title_is_known_under_any_name(knowledge: Knowledge) -> None:
    """Neither the title, nor its alias, nor who belongs to it; what the article does not claim anything of stays known."""
    catalogue, lexicon = knowledge.of(article(0))
    assert not catalogue.titles_named("Harrow")
    assert not catalogue.titles_named("Dr Harrow")
    assert "harrow" not in lexicon.titles
    assert "drharrow" not in lexicon.aliases
    assert not lexicon.credited("harrow")
    assert catalogue.titles_named("Vigil") == (VIGIL,)
    assert list(lexicon.titles) == ["vigil"]


def test_some_articles_know_what_was_out_before_their_year(knowledge: Knowledge) -> None:
    """The season of the article's own year is not out yet."""
    catalogue, lexicon = knowledge.of(article(1))
    (known,) = catalogue.titles_named("Dr Harrow")
    assert [season.season for season in known.dated] == [1]
    assert known.seasons == 1
    assert lexicon.run("harrow").seasons == {1: 2015}
    assert knowledge.lexicon.run("harrow").seasons == {1: 2015, 2: 2018}
