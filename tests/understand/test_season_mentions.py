"""The ways in which the press says which season, and which seasons a claim is tried with."""

from __future__ import annotations

import pytest

from callboard.catalogue.starter import load_catalogue
from callboard.model import Document
from callboard.understand.frames import find_frames
from callboard.understand.joining import season_options, season_tables
from callboard.understand.layout import lay_out
from callboard.understand.reader import Reader
from callboard.understand.seasons import find_numbered, find_seasons


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(load_catalogue())


def told(text: str) -> list[tuple[int, ...]]:
    """The numbers of the season mentions of a line."""
    return [mention.numbers for mention in find_seasons(lay_out(Document(text=f"Headline\n\n{text}")))]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("They were at the first table read of series six when it stopped.", [(6,)]),
        ("There will be a sixth and last.", [(6,)]),
        ("Both shows got thirds apiece.", [(3,)]),
        ("Ozark's fourth comes tomorrow, they say, and Ozark's fourth, too.", [(4,)]),
        ("The opening minutes of its second last January", [(2,)]),
        ("Part 4 is on Netflix, year five is not.", [(4,), (5,)]),
        ("The drama was given a second innings.", [(2,)]),
    ],
)
def test_seasons_are_read(text: str, numbers: list[tuple[int, ...]]) -> None:
    """Ordinals by themselves, behind a name, for several titles at once; a noun of another thing does not hide one."""
    assert told(text) == numbers


@pytest.mark.parametrize(
    "text", ["In the second week of May it rained.", "FX's third quarter was poor.", "It was a first."]
)
def test_other_ordinals_are_none(text: str) -> None:
    """Weeks, quarters and firsts are no seasons."""
    assert told(text) == []


@pytest.mark.parametrize(
    ("after", "number"),
    [
        ("” 4 is out on Dec. 31.", 4), (" (3), and more", 3), (" 2, Sept. 17", 2), (" 5\n", 5),
        (" 2 episodes", None), (" 4.5 stars", None), (" 12:30", None), (" 1 is out", None), (" and 2 others", None), (" 3D", None),
    ],
)  # fmt: skip
def test_a_bare_number_behind_a_title(after: str, number: int | None) -> None:
    """It is a season where nothing that it could count follows."""
    layout = lay_out(Document(text=f"Headline\n\n“Ozark{after}"))
    start = layout.full.index("Ozark")
    found = find_numbered(layout, [(start, start + 5, "ozark")])
    assert [mention.numbers for mention in found] == ([(number,)] if number else [])


@pytest.mark.parametrize(
    ("text", "name", "season"),
    [
        ("The CW gave a sixth apiece to Supergirl and Legends of Tomorrow.", "Legends of Tomorrow", 6),
        ("The CW gave a sixth apiece to Supergirl and Legends of Tomorrow.", "Supergirl", 6),
        ("Netflix has picked up “The Quiet Harbour of Brann” again.", "The Quiet Harbour of Brann", 2),
    ],
)
def test_seasons_that_are_tried(reader: Reader, text: str, name: str, season: int) -> None:
    """What stands beside another title of a sentence may be of both; what is back has a second season, whatever it is called."""
    reading = reader.read(Document(text=f"Television\n\n{text}"))
    frames = find_frames(reading)
    tables = season_tables(reading, frames)
    found = next(f for f in frames if f.how == "named" and reading.candidates[f.key].name.endswith(name))
    assert season in season_options(found, tables[found.key], known=0)
