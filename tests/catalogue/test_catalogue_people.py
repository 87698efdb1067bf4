"""People: IMDb's name.basics and title.principals become credits, and tell titles of one name apart."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from shapes import basics, write_tsv

from callboard.catalogue.catalogue import Catalogue
from callboard.catalogue.identity import facts_of, find_row
from callboard.catalogue.imports.formats import format_of
from callboard.catalogue.imports.importing import Imported, import_file
from callboard.catalogue.searching import Context, find_candidates, is_settled
from callboard.catalogue.store import open_store
from callboard.errors import CatalogueError

NOW = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
NAMES = "nconst primaryName birthYear deathYear primaryProfession knownForTitles"
PRINCIPALS = "tconst ordering nconst category job characters"


def names(folder: Path, *rows: str) -> Path:
    given = (
        "nm0900001|Orla Vantreight|1971|\\N|actress,casting_director|tt0900001",
        "nm0900002|Benno Quist|1940|2001|director|\\N",
    )
    return write_tsv(folder / "name.basics.tsv.gz", NAMES, rows or given)


def principals(folder: Path, *rows: str) -> Path:
    given = (
        'tt0900001|1|nm0900001|actress|\\N|["Captain Zorba","The Voice"]',
        "tt0900002|1|nm0900002|director|\\N|\\N",
        "tt0900002|2|nm0900003|writer|screenplay by|\\N",
        "tt0900011|1|nm0900001|actress|\\N|\\N",
    )
    return write_tsv(folder / "title.principals.tsv.gz", PRINCIPALS, rows or given)


def take(store: Path, path: Path) -> Imported:
    return import_file(store, path, format_of(path), now=NOW)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A catalogue of titles, their people and credits."""
    store = tmp_path / "catalogue.db"
    take(store, basics(tmp_path))
    assert take(store, names(tmp_path)) == Imported(rows=2, new=0, changed=0, facts=0, people=2)
    assert take(store, principals(tmp_path)) == Imported(rows=4, new=0, changed=0, facts=3)
    return store


def people(store: Path, identity: str) -> list[str]:
    with open_store(store) as opened:
        row = find_row(opened, identity)
        assert row is not None
        return [fact.value for fact in facts_of(opened, [row]) if fact.what == "person"]


def test_credits_say_who_as_whom(store: Path) -> None:
    """In the order of the list; a person that was not imported by its id, and nobody for episodes."""
    assert people(store, "imdb:tt0900001") == ["Orla Vantreight as Captain Zorba; The Voice (actress)"]
    assert people(store, "imdb:tt0900002") == ["Benno Quist (director)", "nm0900003 (writer, screenplay by)"]


def test_again_only_what_changed_is_written(store: Path, tmp_path: Path) -> None:
    """A name that changed, and a credit that was given to another."""
    assert take(store, names(tmp_path)).people == 0
    assert take(store, principals(tmp_path)).facts == 0
    assert take(store, names(tmp_path, "nm0900002|Benno Quist-Mayr|1940|2001|director|\\N")).people == 1
    changed = take(store, principals(tmp_path, "tt0900002|1|nm0900001|director|\\N|\\N"))
    assert changed.facts == 3  # two credits gone, one new
    assert people(store, "imdb:tt0900002") == ["Orla Vantreight (director)"]


def test_a_person_tells_two_titles_of_one_name_apart(store: Path) -> None:
    """Without one the question stays open."""
    none = Catalogue(titles={})
    with open_store(store) as opened:
        assert not is_settled(find_candidates(none, opened, "Zorbadil Heights", Context()))
        found = find_candidates(none, opened, "Zorbadil Heights", Context(person="benno quist"))
    assert is_settled(found)
    assert found[0].id == "imdb:tt0900002"
    assert "with benno quist" in found[0].reasons


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("tt0900001|1|xx1|actor|\\N|\\N", "'xx1' is no IMDb name id, which is nm and digits"),
        ("tt0900001|1|nm1|actor|\\N|[Zorba]", "are no JSON array"),
        ('tt0900001|1|nm1|actor|\\N|"Zorba"', "are no JSON array"),
        ("tt0900001|first|nm1|actor|\\N|\\N", "'first' where a whole number"),
    ],
)
def test_a_damaged_credit_is_named_with_its_line(store: Path, tmp_path: Path, row: str, cause: str) -> None:
    """And what was known stays."""
    with pytest.raises(CatalogueError, match=f"line 2: .*{cause}"):
        take(store, principals(tmp_path, row))
    assert people(store, "imdb:tt0900001") == ["Orla Vantreight as Captain Zorba; The Voice (actress)"]


@pytest.mark.parametrize("read_only", [True, False])
def test_a_catalogue_of_an_older_callboard_is_brought_up_to_date(store: Path, read_only: bool) -> None:
    """With everything that it held, whoever opens it first."""
    with closing(sqlite3.connect(store)) as old:
        for kind, name in old.execute(
            "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND tbl_name IN ('person', 'credit', 'press')"
            " ORDER BY type"
        ).fetchall():
            if kind == "table":
                old.execute(f"DROP TABLE {name}")
        old.execute("PRAGMA user_version=1")
        old.commit()
    with open_store(store, read_only=read_only) as opened:
        assert opened.execute("SELECT count(*) FROM title").fetchone() == (3,)
        assert opened.execute("SELECT count(*) FROM credit").fetchone() == (0,)
        assert opened.execute("PRAGMA user_version").fetchone() == (2,)
