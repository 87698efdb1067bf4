"""What the catalogue knows of a title's run, as of the year of an article."""

from __future__ import annotations

from callboard.catalogue.catalogue import Title
from callboard.catalogue.starter import load_starter
from callboard.model import Milestone, Season
from callboard.understand.lexicon import make_lexicon
from callboard.understand.runs import FARTHEST, UNKNOWN, run_of
from callboard.when import When


def released(*years: str) -> tuple[Season, ...]:
    return tuple(Season(n, {Milestone.RELEASE: When.parse(year)}) for n, year in enumerate(years, 1))


def test_seasons_count_as_of_the_year_of_the_article() -> None:
    """A catalogue of today must not make "the new season" of an old article the latest one."""
    run = run_of([Title("Harrow", "series", 2012, 4, dated=released("2012", "2014-03-02", "2015", "2019"))])
    assert [run.out_by(year) for year in (2011, 2012, 2014, 2016, None)] == [0, 1, 2, 3, 4]
    assert run.season_ahead(3, 2014) == 1
    assert run.season_ahead(4, 1990) == FARTHEST
    assert run.season_ahead(5, 2014) == run.season_ahead(None, 2014) == UNKNOWN
    assert run.away(2017) == 2


def test_without_years_the_count_is_all_there_is() -> None:
    run = run_of([Title("Harrow", "series", 2012, 4)])
    assert run.out_by(2013) == 4
    assert run.season_ahead(2, 2013) == UNKNOWN


def test_films_and_series_of_one_name_are_told_apart() -> None:
    run = run_of([Title("Harrow", "film", 1994), Title("Harrow", "series", 2012, dated=released("2012"))])
    assert run.film_ahead(1995) == -1
    assert run.season_ahead(1, 2011) == 1
    assert run_of([]).away(2000) == UNKNOWN
    film = run_of([Title("Harrow", "film", 1994)])
    assert [film.released(season, 1995) for season in (None, 1, 2)] == [1994, 1994, None]


def test_the_starter_knows_runs_and_casts_of_well_known_titles() -> None:
    lexicon = make_lexicon(load_starter())
    run = lexicon.run("strangerthings")
    assert [run.seasons[n] for n in (1, 2, 3)] == [2016, 2017, 2019]
    assert run.out_by(2018) == 2
    assert "Winona Ryder" in lexicon.credited("strangerthings")
    assert not lexicon.credited("nosuchtitle")
