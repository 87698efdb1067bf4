"""The histories that the spells are learned from: enough of them, none twice, and each date with where it comes from."""

from __future__ import annotations

import csv
from pathlib import Path

from callboard.judge.train import read_histories
from callboard.model import Milestone

DATA = Path(__file__).parents[2] / "bench" / "data"
DATES = ("order_date", "filming_start", "filming_end", "date_announced", "release_date")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of histories."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def from_memory(note: str) -> set[str]:
    """The columns that a row's notes mark as general knowledge."""
    parts = [part.partition(":") for part in note.split(";")]
    return {
        name.strip() for head, _, names in parts if head.strip() == "general knowledge" for name in names.split(",")
    }


def test_a_date_without_a_page_is_marked_as_general_knowledge() -> None:
    """Of the further histories each date that no page states is named in the notes, and nothing else is."""
    for row in rows("more_histories.csv"):
        dated = {name for name in DATES if row[name]}
        marked = from_memory(row["notes"])
        assert marked <= dated, row["title"]
        assert row["source_urls"] or marked == dated, row["title"]


def test_the_further_histories_have_titles_of_their_own() -> None:
    """So that no title stands on both sides of a fold under two names; the same columns, and no production twice."""
    shared, further = rows("production_histories.csv"), rows("more_histories.csv")
    assert list(shared[0]) == list(further[0])
    assert not {row["title"].casefold() for row in shared} & {row["title"].casefold() for row in further}
    named = [(row["title"].casefold(), row["season"]) for row in [*shared, *further]]
    assert len(named) == len(set(named))


def test_there_are_four_hundred_that_can_be_read() -> None:
    """Every row is a history, whose shoot does not end before it began."""
    histories = read_histories([DATA / "production_histories.csv", DATA / "more_histories.csv"])
    assert len(histories) >= 400
    for history in histories:
        start, end = history.dates.get(Milestone.FILMING_START), history.dates.get(Milestone.FILMING_END)
        assert history.dates, history.title
        assert not (start and end) or start.bounds()[0] <= end.bounds()[1], history.title
