"""One production, many rows: joined by ids and by what people decide, parted again, and never silently."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from shapes import SHOW, basics, dump, item, write, write_json

from callboard.catalogue.identity import decide, entries_about, find_row, production_of
from callboard.catalogue.imports.formats import format_of
from callboard.catalogue.imports.importing import import_file
from callboard.catalogue.searching import Context, find_candidates, is_settled
from callboard.catalogue.starter import load_starter
from callboard.catalogue.store import open_store
from callboard.errors import CatalogueError

NOW = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
SERIES, REMAKE, SHOWN = "imdb:tt0900001", "imdb:tt0900002", "tvmaze:7001"


def take(store: Path, path: Path) -> None:
    import_file(store, path, format_of(path), now=NOW)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """IMDb's rows, and TVmaze's show without IMDb's id."""
    take(tmp_path / "catalogue.db", basics(tmp_path))
    take(tmp_path / "catalogue.db", write_json(tmp_path / "shows.json", [SHOW | {"externals": {"thetvdb": 555001}}]))
    return tmp_path / "catalogue.db"


@pytest.fixture
def opened(store: Path) -> Iterator[sqlite3.Connection]:
    with open_store(store, read_only=False) as opened:
        yield opened


def same(opened: sqlite3.Connection, identity: str) -> set[str]:
    """The ids of the rows that are the same production."""
    row = find_row(opened, identity)
    assert row is not None
    return {each.id for each in production_of(opened, row)}


def test_nothing_is_joined_by_name_alone(opened: sqlite3.Connection) -> None:
    """A series and its remake, or its row elsewhere, are candidates of one name until an id or a person joins them."""
    assert same(opened, SERIES) == {SERIES}
    found = find_candidates(load_starter(), opened, "Zorbadil Heights", Context())
    assert [each.id for each in found] == [SERIES, SHOWN, REMAKE]
    assert not is_settled(found)


def test_merge_split_and_the_last_word(opened: sqlite3.Connection) -> None:
    """Each is an entry that stays; the last one about a pair counts, in whichever order its ids are given."""
    decide(opened, "merge", SERIES, SHOWN, "same cast", NOW)
    assert same(opened, SHOWN) == same(opened, SERIES) == {SERIES, SHOWN}
    found = find_candidates(load_starter(), opened, "Zorbadil Heights", Context(kind="series"))
    assert (found[0].id, found[0].sources) == (SERIES, ("imdb", "tvmaze"))
    assert is_settled(found)
    decide(opened, "split", SHOWN, SERIES, "another country", NOW)
    assert same(opened, SERIES) == {SERIES}
    decide(opened, "merge", SERIES, SHOWN, "the same after all", NOW)
    assert same(opened, SERIES) == {SERIES, SHOWN}
    row = find_row(opened, SERIES)
    assert row is not None
    assert [(what, reason) for _, what, _, _, reason in entries_about(opened, [row])] == [
        ("merge", "same cast"),
        ("split", "another country"),
        ("merge", "the same after all"),
    ]


def test_a_link_waits_for_what_it_leads_to(tmp_path: Path, store: Path) -> None:
    """The id of a catalogue that is imported later."""
    with open_store(store, read_only=False) as opened:
        decide(opened, "link", SERIES, "wikidata:Q900001", "its page names the id", NOW)
        assert same(opened, SERIES) == {SERIES}
    take(store, dump(tmp_path / "latest-all.json", item("Q900001", "Zorbadil", "Q5398426", P8600="7001")))
    with open_store(store) as opened:
        assert same(opened, SERIES) == {SERIES, "wikidata:Q900001", SHOWN}  # over two steps


def test_an_id_of_a_third_catalogue_joins(tmp_path: Path, store: Path) -> None:
    """Both bear TVDB's number, which nobody imported; a split keeps them apart however they are joined."""
    take(store, write(tmp_path / "mine.csv", b"id,name,kind,year,tvdb\nz,Zorbadil,series,2020,555001\n"))
    with open_store(store, read_only=False) as opened:
        assert same(opened, SHOWN) == {SHOWN, "csv-mine:z"}
        decide(opened, "split", SHOWN, "csv-mine:z", "wrong number on the page", NOW)
        assert same(opened, SHOWN) == {SHOWN}


def test_a_season_with_the_id_of_its_series_is_not_the_series(tmp_path: Path, store: Path) -> None:
    """Sources give seasons the ids of their series; years and names of all seasons would be mixed."""
    season = item("Q900002", "Zorbadil Heights, season 1", "Q3464665", P345="tt0900001")
    take(store, dump(tmp_path / "latest-all.json", season))
    with open_store(store) as opened:
        assert same(opened, SERIES) == {SERIES}
        assert same(opened, "wikidata:Q900002") == {"wikidata:Q900002"}


def test_importing_again_keeps_what_was_decided(tmp_path: Path, store: Path) -> None:
    """An import never overwrites what a person established."""
    with open_store(store, read_only=False) as opened:
        decide(opened, "merge", SERIES, SHOWN, "same cast", NOW)
    take(store, basics(tmp_path, "tt0900001|tvSeries|Zorbadil|Zorbadil|0|1999|\\N|55|Drama"))
    with open_store(store) as opened:
        assert same(opened, SERIES) == {SERIES, SHOWN}


@pytest.mark.parametrize(
    ("what", "one", "other", "reason", "said"),
    [
        ("merge", SERIES, SHOWN, " ", "needs a reason"),
        ("merge", SERIES, "tt0900001", "x", "twice"),
        ("merge", SERIES, "tvmaze:9", "x", "tvmaze:9: the catalogue has no such title"),
        ("split", "tvmaze:9", SERIES, "x", "tvmaze:9: the catalogue has no such title"),
        ("link", "tvmaze:9", SERIES, "x", "tvmaze:9: the catalogue has no such title"),
        ("link", SERIES, "Zorbadil", "x", "is no id"),
    ],
)
def test_an_entry_that_cannot_be(
    opened: sqlite3.Connection, what: str, one: str, other: str, reason: str, said: str
) -> None:
    """Is refused with what is wrong, and nothing is kept of it."""
    with pytest.raises(CatalogueError, match=said):
        decide(opened, what, one, other, reason, NOW)
    assert opened.execute("SELECT count(*) FROM entry").fetchone() == (0,)
