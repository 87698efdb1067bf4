"""Names in a text: which capitals are a person or a place, and how weak titles give way to them."""

from __future__ import annotations

import pytest

from callboard.catalogue.starter import load_catalogue
from callboard.model import Document
from callboard.understand.entities import Entity, find_entities, without_names
from callboard.understand.layout import lay_out
from callboard.understand.lexicon import Lexicon, make_lexicon


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The lexicon of the catalogue in the package."""
    return make_lexicon(load_catalogue())


def entities(text: str, lexicon: Lexicon, headline: str = "") -> list[Entity]:
    return find_entities(lay_out(Document(text=text, headline=headline)), lexicon, [])


def names(text: str, kind: str, lexicon: Lexicon) -> list[str]:
    return [entity.name for entity in entities(text, lexicon) if entity.kind == kind]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("The role went to Sarah Whitcombe-Jones on Monday.", ["Sarah Whitcombe-Jones"]),
        ("They hired J.K. Warrender and William B. Tolland.", ["J.K. Warrender", "William B. Tolland"]),
        ("The Laura Pemberley-led thriller is back.", ["Laura Pemberley"]),
        ("We met Park Jung-min at the door.", ["Park Jung-min"]),
        ("It was written by showrunner Daniel Okoro’s team.", ["Daniel Okoro"]),
        ("Austin Butler arrived late.", ["Austin Butler"]),
    ],
)
def test_full_names_are_people(text: str, people: list[str], lexicon: Lexicon) -> None:
    """Initials, hyphens, "-led", a possessive or a given name that is also a city do not hide a name."""
    assert names(text, "person", lexicon) == people


def test_surname_stands_for_the_full_name(lexicon: Lexicon) -> None:
    """A surname alone means the person named in full elsewhere in the document, even later."""
    assert names("Whitcombe will return. Sarah Whitcombe has signed.", "person", lexicon) == ["Sarah Whitcombe"] * 2


def test_given_names_share_a_surname(lexicon: Lexicon) -> None:
    """ "Anna and Laura Pemberley" are two people of one surname."""
    assert names("They asked Anna and Laura Pemberley.", "person", lexicon) == ["Anna Pemberley", "Laura Pemberley"]


@pytest.mark.parametrize("text", ["On Monday Night they met.", "The Executive Producer said no.", "Season Two began."])
def test_capitals_alone_are_no_person(text: str, lexicon: Lexicon) -> None:
    """Days, jobs and seasons in capitals are not people."""
    assert names(text, "person", lexicon) == []


def test_entity_stands_where_the_text_has_it(lexicon: Lexicon) -> None:
    """The offsets of a person cut the name out of the text, without the possessive."""
    text = "A day with Laura Pemberley’s crew."
    (person,) = [e for e in entities(text, lexicon) if e.kind == "person"]
    full = lay_out(Document(text=text)).full
    assert full[person.start : person.end] == "Laura Pemberley"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Cameras rolled in Toronto.", ["Toronto"]),
        ("Cameras rolled in Little Wexcombe and Upper Marling.", ["Little Wexcombe", "Upper Marling"]),
        ("Cameras rolled in Wexcombe, Ontario.", ["Wexcombe, Ontario"]),
    ],
)
def test_places_are_known_or_follow_a_preposition(text: str, places: list[str], lexicon: Lexicon) -> None:
    """Known places, places after "in", lists of them, and a place with the wider one after it."""
    assert names(text, "place", lexicon) == places


@pytest.mark.parametrize(("probability", "kept"), [(0.05, False), (0.9, True)])
def test_weak_title_gives_way_to_a_name(probability: float, kept: bool, lexicon: Lexicon) -> None:
    """An unlikely title that is the name of a person is no title; a likely one stays."""
    layout = lay_out(Document(text="The part went to Laura Pemberley."))
    start = layout.full.index("Laura")
    place = (start, start + len("Laura Pemberley"), "laurapemberley")
    assert (place in without_names(layout, lexicon, [place], {"laurapemberley": probability})) is kept
