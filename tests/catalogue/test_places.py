"""Where places lie, by their names alone: town, region and country, and which one where several have the name."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.catalogue.places import Place, find_places, locate, locate_all, parse_area
from callboard.catalogue.starter import load_starter, read_rows


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("Yonkers", "Yonkers, New York, United States"),
        ("YONKERS, N.Y.", "Yonkers, New York, United States"),
        ("upstate New York", "New York, United States"),
        ("Georgia", "Georgia, United States"),
        ("Tbilisi, Georgia", "Tbilisi, Georgia"),
        ("Athens, Ga.", "Athens, Georgia, United States"),
        ("London", "London, England, United Kingdom"),
        ("London, Ontario", "London, Ontario, Canada"),
        ("the north of England", "England, United Kingdom"),
        ("U.K.", "United Kingdom"),
        ("Bombay", "Mumbai, Maharashtra, India"),
        ("Reydarfjordur", "Reyðarfjörður, East, Iceland"),
        ("Leavesden", "Watford, England, United Kingdom"),
        ("Pinewood Atlanta Studios", "Fayetteville, Georgia, United States"),
        ("Doune Castle", "Doune, Scotland, United Kingdom"),
        ("a studio in Bristol", "Bristol, England, United Kingdom"),
        ("Co. Galway", "Galway, Connacht, Ireland"),
        ("L.A.", "Los Angeles, California, United States"),
        ("Vermont", "Vermont, United States"),
    ],
)
def test_a_place_is_in_its_region_and_country(name: str, where: str) -> None:
    """As the press writes it, with what it puts before and behind."""
    assert str(locate(name)) == where


@pytest.mark.parametrize("name", ["Zorbadil Heights", "Netflix", "", "the", " ,; ", "a ranch"])
def test_what_is_no_place_has_none(name: str) -> None:
    """Nothing is guessed."""
    assert locate(name) is None


def test_an_ambiguous_name_is_settled_by_what_is_around_it() -> None:
    """By another place of the production, and by the outlet's country; else the larger town."""
    assert str(locate("Hamilton")) == "Hamilton, Ontario, Canada"
    glasgow = locate("Glasgow")
    assert glasgow is not None
    assert str(locate("Hamilton", near=[glasgow])) == "Hamilton, Scotland, United Kingdom"
    assert str(locate("Cambridge")) == "Cambridge, England, United Kingdom"
    assert str(locate("Cambridge", country="US")) == "Cambridge, Massachusetts, United States"
    # a far larger town is not given up for one in the outlet's country
    assert str(locate("London", country="CA")) == "London, England, United Kingdom"


def test_the_places_of_a_production_settle_one_another() -> None:
    """Athens beside Atlanta is the one in Georgia; what is no place is left out."""
    found = locate_all(["Athens", "Atlanta", "Zorbadil Heights"])
    assert {name: place.region for name, place in found.items()} == {"Athens": "Georgia", "Atlanta": "Georgia"}
    assert locate_all(["Athens"])["Athens"].country == "GR"


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("GB", Place("", "", "GB", 0)),
        ("gb", Place("", "", "GB", 0)),
        ("UK", Place("", "", "GB", 0)),
        ("U.S.A.", Place("", "", "US", 0)),
        ("United Kingdom", Place("", "", "GB", 0)),
        ("Scotland", Place("", "Scotland", "GB", 0)),
        ("New York State", Place("", "New York", "US", 0)),
        ("Zorbadil", None),
    ],
)
def test_an_area_has_the_places_in_it(text: str, area: Place | None) -> None:
    """A country by its code, a name or an abbreviation, a region by its name."""
    found = parse_area(text)
    assert (found and (found.region, found.country)) == (area and (area.region, area.country))


def test_a_place_lies_in_its_own_area_alone() -> None:
    """Glasgow is in Scotland and in the United Kingdom, not in England; Glasgow, Kentucky is in neither."""
    scotland, england, britain = (Place("", region, "GB", 0) for region in ("Scotland", "England", ""))
    glasgow, other = find_places("Glasgow")[0], find_places("Glasgow, Kentucky")[0]
    assert scotland.has(glasgow)
    assert britain.has(glasgow)
    assert not england.has(glasgow)
    assert not glasgow.has(scotland)
    assert not any(area.has(other) for area in (scotland, england, britain))


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    """However odd; each place found has a country, and the likeliest one is among them."""
    found = find_places(text)
    assert all(len(place.country) == 2 for place in found)
    best = locate(text)
    assert best is None or best in found


def test_the_tables_agree() -> None:
    """Areas kept by hand lie in a region and a country of the tables; so does every outlet."""
    countries = {row[0] for row in read_rows("countries.tsv")}
    regions = {(row[0], row[2]) for row in read_rows("regions.tsv")}
    names = [row[0] for row in read_rows("areas.tsv")]
    for name, town, region, country in read_rows("areas.tsv"):
        assert country in countries, name
        assert not region or (country, region) in regions, name
        assert not town or any(p.country == country and region in ("", p.region) for p in find_places(town)), name
    assert len(names) == len(set(names))
    assert {outlet.country for outlet in load_starter().outlets if outlet.country} <= countries


def test_commands_that_need_no_place_do_not_read_the_tables() -> None:
    """`callboard --help` and `status` must not pay for 170,000 towns."""
    code = (
        "import sys; import callboard.cli.main, callboard.catalogue.starter, callboard.board; "
        "sys.exit('callboard.catalogue.places' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
