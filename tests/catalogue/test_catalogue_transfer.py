"""Export and import of a whole catalogue: the same answers, and damage is named and changes nothing."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from shapes import SHOW, akas, basics, episodes, item, season, write_json
from test_catalogue_people import names, principals, take

from callboard.catalogue.catalogue import Catalogue
from callboard.catalogue.identity import decide, entries_about, facts_of, find_row, production_of
from callboard.catalogue.searching import Context, find_candidates
from callboard.catalogue.store import open_store
from callboard.catalogue.transfer import export_lines, import_export, is_export, licences
from callboard.errors import CatalogueError

NOW = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Titles of three sources, with all kinds of facts and an entry of each kind."""
    store = tmp_path / "catalogue.db"
    show = SHOW | {"_embedded": {"seasons": [season(1, "2020-03-01", "2020-05-01", 8)]}}
    (tmp_path / "mine.csv").write_text(
        "id,name,kind,year,part_of,season\n1,Zorbadil Heights,series,2020,,\n2,“Heights” — 二,season,2021,1,2\n",
        "utf-8",
    )
    for path in (
        basics(tmp_path),
        episodes(tmp_path),
        akas(tmp_path),
        names(tmp_path),
        principals(tmp_path),
        write_json(tmp_path / "shows.json", [show]),
        tmp_path / "mine.csv",
    ):
        take(store, path)
    with open_store(store, read_only=False) as opened:
        decide(opened, "link", "imdb:tt0900003", "wikidata:Q1", "its page names the id", NOW)
        decide(opened, "merge", "csv-mine:1", "tvmaze:7001", "same cast", NOW)
        decide(opened, "split", "imdb:tt0900001", "tvmaze:7001", "a remake", NOW)
    return store


def exported(store: Path, path: Path) -> Path:
    with open_store(store) as opened:
        path.write_text("\n".join(export_lines(opened)) + "\n", encoding="utf-8")
    return path


def answers(store: Path) -> object:
    """What the catalogue says when asked for everything that the tests know."""
    none = Catalogue(titles={})
    with open_store(store) as opened:
        ids = [
            f"{source}:{ref}" for source, ref in opened.execute("SELECT source, ref FROM title ORDER BY source, ref")
        ]
        told = []
        for identity in ids:
            row = find_row(opened, identity)
            assert row is not None
            rows = production_of(opened, row)
            told.append((facts_of(opened, rows), entries_about(opened, rows)))
        contexts = (Context(), Context(kind="film"), Context(person="Benno Quist"))
        return told, [find_candidates(none, opened, "zorbadil heights", context) for context in contexts]


def test_the_new_catalogue_answers_the_same(store: Path, tmp_path: Path) -> None:
    """And its export is the same to the byte; the next import of a source writes only what changed."""
    first = exported(store, tmp_path / "one.jsonl")
    other = tmp_path / "other.db"
    assert is_export(first)
    assert import_export(other, first) == 6
    assert answers(other) == answers(store)
    assert exported(other, tmp_path / "two.jsonl").read_bytes() == first.read_bytes()
    again = take(other, basics(tmp_path))
    assert (again.new, again.changed, again.facts) == (0, 0, 0)


def test_what_may_be_done_with_it_is_told(store: Path) -> None:
    """For each source that has rows in it."""
    with open_store(store) as opened:
        told = licences(opened)
    assert [line.partition(":")[0] for line in told] == ["csv-mine", "imdb", "tvmaze"]
    assert "not to be redistributed" in told[1]


def test_a_catalogue_that_holds_something_is_left_alone(store: Path, tmp_path: Path) -> None:
    """Since what two catalogues say of a title cannot be told apart afterwards."""
    first = exported(store, tmp_path / "one.jsonl")
    before = answers(store)
    with pytest.raises(CatalogueError, match="holds titles already"):
        import_export(store, first)
    assert answers(store) == before


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ('{"title": ["imdb"]}', "line 3: "),
        ('{"title": ', "line 3: not JSON"),
        ('{"sentence": 1}', "line 3: no row of an export"),
        ("[1]", "line 3: no row of an export"),
        (
            json.dumps({"title": ["imdb", "tt0900001", "film", "", "Twice", None, None, None, None, None]}),
            "line 3: UNIQUE",
        ),
        (json.dumps({"title": ["x", "y", "film", "", ["Z"], None, None, None, None, None]}), "line 3: "),
        (json.dumps({"title": ["x", "y", "film", "", "Z", 2**70, None, None, None, None]}), "line 3: "),
        (json.dumps({"entry": ["2026", "marry", "a:1", "b:2", "love"]}), "line 3: CHECK"),
    ],
)
def test_damage_is_named_with_its_line(store: Path, tmp_path: Path, line: str, cause: str) -> None:
    """And nothing of the file is in the catalogue afterwards."""
    lines = exported(store, tmp_path / "one.jsonl").read_text("utf-8").splitlines()
    (tmp_path / "bad.jsonl").write_text("\n".join([*lines[:2], line]) + "\n", "utf-8")
    other = tmp_path / "other.db"
    with pytest.raises(CatalogueError, match=cause):
        import_export(other, tmp_path / "bad.jsonl")
    if other.exists():
        with open_store(other) as opened:
            assert opened.execute("SELECT count(*) FROM title").fetchone() == (0,)


def test_another_file_is_no_export(tmp_path: Path) -> None:
    """Nor is one of a newer callboard read by guessing."""
    path = write_json(tmp_path / "shows.json", [item("Q1", "Zorba", "Q5398426")])
    assert not is_export(path)
    with pytest.raises(CatalogueError, match="no export of a catalogue"):
        import_export(tmp_path / "other.db", path)
    newer = tmp_path / "newer.jsonl"
    newer.write_text('{"kind": "callboard catalogue", "version": 99}\n')
    with pytest.raises(CatalogueError, match="upgrade callboard"):
        import_export(tmp_path / "other.db", newer)
    assert not (tmp_path / "other.db").exists()
