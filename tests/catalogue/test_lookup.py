"""What a reader looks up in the starter catalogue: titles however they are spelt, outlets by address or short name."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from importlib.resources import files

import pytest

from callboard.catalogue.catalogue import Catalogue
from callboard.catalogue.starter import load_starter
from callboard.errors import CatalogueError
from callboard.model import Milestone, title_key

KINDS = {"company", "trade", "general", "fan", "location", "social"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_starter()


def table(name: str) -> list[list[str]]:
    """The rows of one of the tables kept by hand, as they stand in the file."""
    text = files("callboard.catalogue").joinpath("data", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


@pytest.mark.parametrize(
    "spelling",
    ["Luke Cage", "luke cage", "LUKE CAGE", "Marvel's Luke Cage", "Marvel’s Luke Cage", "Luke-Cage"],
)
def test_a_title_is_found_however_it_is_spelt(catalogue: Catalogue, spelling: str) -> None:
    """Case, apostrophes, hyphens and the house's name in front do not matter."""
    assert {title.name for title in catalogue.titles_named(spelling)} == {"Marvel's Luke Cage"}


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("The Defenders", "Marvel's The Defenders"),
        ("Defenders", "Marvel's The Defenders"),
        ("Greys Anatomy", "Grey's Anatomy"),
        ("Law and Order: Special Victims Unit", "Law & Order: Special Victims Unit"),
        ("Shogun", "Shōgun"),
    ],
)
def test_articles_accents_and_ampersands_do_not_matter(catalogue: Catalogue, spelling: str, name: str) -> None:
    """Each of these spellings is common in the press."""
    assert name in {title.name for title in catalogue.titles_named(spelling)}


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("HOTD", "House of the Dragon"),
        ("GoT", "Game of Thrones"),
        ("SVU", "Law & Order: Special Victims Unit"),
        ("FATWS", "The Falcon and the Winter Soldier"),
        ("Infinity War", "Avengers: Infinity War"),
        ("OITNB", "Orange Is the New Black"),
    ],
)
def test_a_short_name_leads_to_its_title(catalogue: Catalogue, alias: str, name: str) -> None:
    """Fans and headlines write the short name."""
    assert [title.name for title in catalogue.titles_named(alias)] == [name]


def test_every_alias_leads_somewhere_and_hides_no_title(catalogue: Catalogue) -> None:
    """An alias that is a title of its own, or that leads to nothing, would never be answered."""
    rows = table("aliases.tsv")
    assert len(rows) >= 170
    assert [alias for alias, name in rows if not catalogue.titles_named(name)] == []
    assert [alias for alias, name in rows if title_key(alias) in catalogue.titles] == []
    assert [key for key, n in Counter(title_key(alias) for alias, _ in rows).items() if n > 1] == []


def test_no_alias_is_an_ordinary_word(catalogue: Catalogue) -> None:
    """Else half of the sentences of any article would mention a series; "GoT" is told apart by its inner capital."""
    ordinary = {alias for alias, _ in table("aliases.tsv") if alias.lower() in catalogue.words}
    assert ordinary <= {"GoT"}


def test_titles_of_the_same_name_are_all_returned(catalogue: Catalogue) -> None:
    """Which one is meant is for the caller to say."""
    assert {(title.name, title.kind) for title in catalogue.titles_named("Dark")} >= {
        ("Dark", "series"),
        ("The Dark", "film"),
    }


def test_an_unknown_title_is_empty_and_near_titles_are_offered(catalogue: Catalogue) -> None:
    """A typing mistake is not answered with another title, but the right one is offered first."""
    assert catalogue.titles_named("Luke Cgae") == ()
    assert catalogue.near_titles("Stranger Thngs")[0].name == "Stranger Things"
    assert catalogue.near_titles("Luke Cgae")[0].name == "Marvel's Luke Cage"
    assert len(catalogue.near_titles("The Man", limit=3)) == 3
    assert catalogue.near_titles("qzxvkjwqzx") == []


def test_dates_belong_to_their_own_season(catalogue: Catalogue) -> None:
    """Seasons of one series, and a film without a season, are not mixed up."""

    def releases(name: str) -> dict[int | None, str]:
        dated = [season for title in catalogue.titles_named(name) for season in title.dated]
        return {season.season: str(season.dates[Milestone.RELEASE]) for season in dated}

    series = releases("Luke Cage")
    assert (series[1], series[2]) == ("2016-09-30", "2018-06-22")
    assert 9 not in series
    assert releases("Marvel's Luke Cage") == series
    film = releases("Black Panther")
    assert film[None].startswith("2018-02")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://variety.com/2017/tv/news/some-story-1202/", "Variety"),
        ("http://www.variety.com", "Variety"),
        ("https://WWW.Variety.COM:443/x", "Variety"),
        ("https://www.onlocationvacations.com/2017/06/signs", "On Location Vacations"),
        ("https://media.netflix.com/en/press-releases/x", "Netflix"),
        ("https://about.netflix.com/en", "Netflix"),
        ("https://press.wbd.com/us/media-release/x", "Warner Bros. Discovery"),
        ("https://www.bbc.co.uk/mediacentre/2020/x", "BBC"),
        ("https://abcnews.go.com/x", "ABC News"),
    ],
)
def test_an_address_leads_to_its_outlet(catalogue: Catalogue, url: str, name: str) -> None:
    """Case, port, "www" and further subdomains do not matter."""
    outlet = catalogue.outlet_of(url)
    assert outlet is not None
    assert outlet.name == name


@pytest.mark.parametrize(
    "url",
    [
        "https://variety.com.evil.example/2017/x",
        "https://notvariety.com/x",
        "https://evil.example/variety.com",
        "https://variety.com@evil.example/",
        "https://[variety.com/",
        "variety.com",
        "",
        "https://example.com/",
    ],
)
def test_a_look_alike_address_is_no_outlet(catalogue: Catalogue, url: str) -> None:
    """Trust is given by outlet, so a host that only contains a name must not have it; a broken address is no error."""
    assert catalogue.outlet_of(url) is None


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("OLV", "On Location Vacations"),
        ("THR", "The Hollywood Reporter"),
        ("EW", "Entertainment Weekly"),
        ("WaPo", "The Washington Post"),
        ("LA Times", "Los Angeles Times"),
        ("Deadline Hollywood", "Deadline"),
        ("What’s on Netflix", "What's on Netflix"),
        ("SlashFilm", "/Film"),
    ],
)
def test_a_cited_abbreviation_is_the_same_outlet(catalogue: Catalogue, short: str, name: str) -> None:
    """Else pages that cite one outlet under two names would count as two witnesses."""
    assert catalogue.outlet_names[short] is catalogue.outlet_names[name]
    assert catalogue.outlet_kinds()[short] == catalogue.outlet_names[name].kind


def test_every_outlet_row_is_usable() -> None:
    """Names, domains and abbreviations lead to one outlet each; a domain is a bare lower-case host."""
    rows = table("outlets.tsv")
    assert len(rows) >= 400
    assert {len(row) for row in rows} == {5}
    assert [row for row in rows if row[4] and not re.fullmatch("[A-Z]{2}", row[4])] == []
    assert sum(not row[4] for row in rows) < 12  # some belong to no country
    assert {row[2] for row in rows} == KINDS
    host = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
    assert [row[1] for row in rows if not host.fullmatch(row[1]) or row[1].startswith("www.")] == []
    names = [name for row in rows for name in (row[0], *(row[3].split("; ") if row[3] else ()))]
    assert [name for name in names if name != name.strip() or not name] == []
    for column in ([row[1] for row in rows], names):
        assert [value for value, n in Counter(column).items() if n > 1] == []


def test_every_platform_spelling_has_one_name(catalogue: Catalogue) -> None:
    """A spelling that led to two platforms would be read as the one that stands later in the file."""
    rows = table("platforms.tsv")
    spellings = [spelling for row in rows for spelling in row]
    assert [spelling for spelling, n in Counter(spellings).items() if n > 1] == []
    assert max(len(row) for row in rows) <= 6  # wider rows would be cut at the header's width
    assert catalogue.platforms["Amazon Studios"] == "Prime Video"
    assert catalogue.platforms["cinemas"] == "theaters"


def test_the_big_tables_are_read_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that looks up an outlet must not pay for 26,000 titles; a damaged table is named when it is needed."""

    def damaged(data: bytes) -> bytes:
        raise EOFError("cut short")

    load_starter.cache_clear()
    monkeypatch.setattr(gzip, "decompress", damaged)
    try:
        fresh = load_starter()
        assert fresh.outlet_names["OLV"].kind == "location"
        with pytest.raises(CatalogueError, match=r"titles\.tsv\.gz.*install callboard again"):
            fresh.titles_named("Luke Cage")
    finally:
        monkeypatch.undo()
        load_starter.cache_clear()
