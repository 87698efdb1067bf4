"""Imports: files as they are published become titles and facts, each with its source; again, only what changed."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from shapes import BASICS_ROWS, SHOW, akas, basics, dump, episodes, item, results, season, write, write_json

from callboard.catalogue.identity import facts_of, find_row, production_of
from callboard.catalogue.imports.formats import FORMATS, format_of
from callboard.catalogue.imports.importing import Imported, import_file
from callboard.catalogue.imports.staging import Progress
from callboard.catalogue.store import connect, open_store
from callboard.errors import CatalogueError

NOW = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
Take = Callable[..., Imported]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.db"


@pytest.fixture
def take(store: Path) -> Take:
    def run(path: Path, form: str | None = None, **more: object) -> Imported:
        return import_file(store, path, format_of(path, form), now=NOW, **more)  # type: ignore[arg-type]

    return run


def facts(store: Path, identity: str) -> set[tuple[str, str]]:
    """Everything that is known of a production, by all its rows."""
    with open_store(store) as opened:
        row = find_row(opened, identity)
        assert row is not None, identity
        return {(fact.what, fact.value) for fact in facts_of(opened, production_of(opened, row))}


def content(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the catalogue."""
    with closing(sqlite3.connect(store)) as opened:
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(opened.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}


def test_imdb_gives_titles_names_and_seasons(tmp_path: Path, store: Path, take: Take) -> None:
    """Episodes are counted by season, games passed over, and a null mark is nothing."""
    assert take(basics(tmp_path)) == Imported(rows=7, new=3, changed=0, facts=5)
    take(episodes(tmp_path))
    take(akas(tmp_path))
    assert facts(store, "imdb:tt0900001") == {
        ("name", "Zorbadil Heights"),
        ("year", "2020"),
        ("original", "Zorbadil"),
        ("alias", "Die Höhen von Zorbadil (DE)"),
        ("working", "Project Lantern (US, en)"),
        ("season", "1, 2 episodes"),
        ("season", "2, 1 episodes"),
    }
    assert ("until", "2021") in facts(store, "imdb:tt0900003")


def test_tvmaze_gives_seasons_with_their_days(tmp_path: Path, store: Path, take: Take) -> None:
    """The index, a show with what is embedded, and seasons in a file of their own that names the show."""
    second = SHOW | {"id": 7002, "name": "Brindlow", "externals": {}, "ended": "2021-05-01"}
    second |= {
        "_embedded": {
            "seasons": [season(1, "2021-01-01", "2021-05-01", 8)],
            "akas": [{"name": "Brind", "country": None}],
        }
    }
    take(write_json(tmp_path / "shows.json", [SHOW, second]))
    take(
        write_json(
            tmp_path / "shows-7001-seasons.json",
            [season(1, "2020-03-01", "2020-04-12", 6), season(2, None, None, None)],
        )
    )
    assert facts(store, "tvmaze:7001") == {
        ("name", "Zorbadil Heights"),
        ("year", "2020"),
        ("platform", "Netflix"),
        ("id", "imdb:tt0900001"),
        ("id", "tvdb:555001"),
        ("season", "1, 2020-03-01 to 2020-04-12, 6 episodes"),
        ("season", "2"),
    }
    assert {("alias", "Brind"), ("until", "2021"), ("season", "1, 2021-01-01 to 2021-05-01, 8 episodes")} <= facts(
        store, "tvmaze:7002"
    )


def test_tmdb_gives_details_that_its_exports_do_not_overwrite(tmp_path: Path, store: Path, take: Take) -> None:
    """The export of the next day has the original name only."""
    line = {"adult": False, "id": 31, "original_name": "Zorbadil", "popularity": 3.2}
    export = write(tmp_path / "tv_series_ids_01_02_2026.json.gz", (json.dumps(line) + "\n").encode())
    assert take(export).new == 1
    details = {
        "id": 31, "name": "Zorbadil Heights", "original_name": "Zorbadil", "first_air_date": "2020-03-01", "type": "Scripted",
        "in_production": True, "last_air_date": "2022-04-01", "origin_country": ["GB"], "networks": [{"name": "Netflix"}],
        "number_of_seasons": 2, "external_ids": {"imdb_id": "tt0900001", "tvdb_id": None},
        "alternative_titles": {"results": [{"iso_3166_1": "FR", "title": "Les Hauts", "type": ""}]},
        "seasons": [{"season_number": 0, "air_date": None}, {"season_number": 1, "air_date": "2020-03-01", "episode_count": 6}],
    }  # fmt: skip
    film = {"id": 31, "title": "Ember Coast", "release_date": "", "belongs_to_collection": {"id": 9, "name": "Coasts"}}
    lines = write(tmp_path / "tmdb-details.jsonl", "\n".join(map(json.dumps, (details, film))).encode())
    assert take(lines).changed == 1
    assert take(export) == Imported(rows=1, new=0, changed=0, facts=0)
    assert facts(store, "tmdb:tv/31") == {
        ("name", "Zorbadil Heights"),
        ("original", "Zorbadil"),
        ("alias", "Les Hauts (FR)"),
        ("year", "2020"),
        ("country", "GB"),
        ("platform", "Netflix"),
        ("seasons", "2"),
        ("id", "imdb:tt0900001"),
        ("season", "1, 2020-03-01 to ?, 6 episodes"),
    }
    assert facts(store, "tmdb:movie/31") == {("name", "Ember Coast"), ("part of", "tmdb:collection/9")}


def test_wikidata_dump_and_query_results(tmp_path: Path, store: Path, take: Take) -> None:
    """Items of other kinds are passed over; a season knows its series, and an item its ids elsewhere."""
    series = item(
        "Q900001", "Zorbadil Heights", "Q5398426", P345="tt0900001", P580="+2020-03-01T00:00:00Z", P495="Q145"
    )
    part = item("Q900002", "Zorbadil Heights, season 1", "Q3464665", P179="Q900001")
    place = item("Q900003", "Zorbadil", "Q515")
    take(dump(tmp_path / "latest-all.json.bz2", series, part, place))
    assert {
        ("year", "2020"),
        ("country", "GB"),
        ("id", "imdb:tt0900001"),
        ("alias", "Zorbadil Heights (saga) (en)"),
    } <= facts(store, "wikidata:Q900001")
    assert ("has part", "wikidata:Q900002") in facts(store, "wikidata:Q900001")
    entity = "http://www.wikidata.org/entity/"
    row = {
        "item": f"{entity}Q900009",
        "itemLabel": "Ember Coast",
        "kind": f"{entity}Q11424",
        "date": "2019-05-01T00:00:00Z",
    }
    answer = results(tmp_path / "query.json", row | {"imdb": "tt0900077"}, row | {"date": "2018-12-24T00:00:00Z"})
    assert take(answer) == Imported(rows=1, new=1, changed=0, facts=2)
    assert facts(store, "wikidata:Q900009") == {("name", "Ember Coast"), ("year", "2018"), ("id", "imdb:tt0900077")}
    with open_store(store) as opened:
        assert find_row(opened, "wikidata:Q900003") is None


def test_csv_of_ones_own(tmp_path: Path, store: Path, take: Take) -> None:
    """The source is called after the file; quoted cells may hold commas and line ends."""
    table = 'id,name,kind,year,aliases,imdb,part_of,season\na,"Coasts, All",franchise,,,,,\nb,"Ember\nCoast",film,2018,EC; Ember,tt0900077,a,\n'
    take(write(tmp_path / "mine.csv", table.encode()))
    assert facts(store, "csv-mine:b") == {
        ("name", "Ember\nCoast"),
        ("year", "2018"),
        ("alias", "EC"),
        ("alias", "Ember"),
        ("id", "imdb:tt0900077"),
        ("part of", "csv-mine:a"),
    }


def test_rows_that_share_an_id_are_one_production(tmp_path: Path, store: Path, take: Take) -> None:
    """IMDb's row and TVmaze's are joined by the id that TVmaze gives; both names and years keep their source."""
    take(basics(tmp_path))
    take(write_json(tmp_path / "shows.json", [SHOW | {"premiered": "2019-12-31"}]))
    assert facts(store, "imdb:tt0900001") == facts(store, "tvmaze:7001")
    with open_store(store) as opened:
        row = find_row(opened, "imdb:tt0900001")
        assert row is not None
        said = facts_of(opened, production_of(opened, row))
    assert {(fact.value, fact.source) for fact in said if fact.what == "year"} == {
        ("2020", "imdb (tt0900001)"),
        ("2019", "tvmaze (7001)"),
    }


def test_importing_again_changes_only_what_changed(tmp_path: Path, store: Path, take: Take) -> None:
    """The same file changes nothing; a new one changes a year and a name, and leaves what other files said."""
    for path in (basics(tmp_path), episodes(tmp_path), akas(tmp_path), write_json(tmp_path / "shows.json", [SHOW])):
        take(path)
    before = content(store)
    assert take(basics(tmp_path)) == Imported(rows=7, new=0, changed=0, facts=0)
    assert take(akas(tmp_path)).facts == 0
    assert take(episodes(tmp_path)).facts == 0
    after = content(store)
    assert {name for name in after if after[name] != before[name]} == {"imported"}
    rows = (
        "tt0900001|tvSeries|Zorbadil Heights|Zorbadil|0|2021|\\N|55|Drama",
        *BASICS_ROWS[1:2],
        "tt0900003|tvMiniSeries|Quelmar|Quelmar, kurz|0|2021|2021|\\N|\\N",
        *BASICS_ROWS[3:],
    )
    assert take(basics(tmp_path, *rows)) == Imported(rows=7, new=0, changed=2, facts=2)  # a name away, a name added
    again = content(store)
    assert len(set(again["title"]) - set(after["title"])) == 2
    assert {row[3] for row in set(after["name"]) - set(again["name"])} == {"primary"}
    assert again["season"] == after["season"]
    assert again["xid"] == after["xid"]


def test_what_people_decided_stays(tmp_path: Path, store: Path, take: Take) -> None:
    """An import cannot change or remove an entry, and nobody else can."""
    take(basics(tmp_path))
    with open_store(store, read_only=False) as opened:
        opened.execute(
            "INSERT INTO entry (made, what, one, other, reason) VALUES ('2026', 'merge', 'imdb:tt0900001', 'tvmaze:1', 'x')"
        )
        for change in ("DELETE FROM entry", "UPDATE entry SET what = 'split'"):
            with pytest.raises(sqlite3.DatabaseError, match="only added"):
                opened.execute(change)
    entries = content(store)["entry"]
    take(basics(tmp_path, BASICS_ROWS[0]))
    assert content(store)["entry"] == entries != []


GOOD = "tt0900051|movie|Fine|Fine|0|2001|\\N|90|\\N"


def _truncated(folder: Path) -> Path:
    path = basics(folder, *(f"tt{n:07}|movie|Title {n * 7919}|Title {n}|0|2001|\\N|90|\\N" for n in range(1, 3000)))
    path.write_bytes(path.read_bytes()[:-500])
    return path


def _bad_utf8(folder: Path) -> Path:
    text = ("\t".join(FORMATS[0].columns) + "\n" + GOOD.replace("|", "\t") + "\n").encode()
    return write(folder / "title.basics.tsv.gz", text + text.splitlines()[1].replace(b"Fine", b"F\xffne") + b"\n")


def _wrong_columns(folder: Path) -> Path:
    return write(folder / "title.basics.tsv", b"tconst\tprimaryTitle\ntt1\tX\n")


DAMAGED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "truncated gzip": (_truncated, r"line \d+: the file ends too early"),
    "no gzip": (lambda f: (f / "title.basics.tsv.gz", (f / "title.basics.tsv.gz").write_bytes(b"<html>"))[0], r"line 1: cannot be read"),
    "bad UTF-8": (_bad_utf8, r"line 3: not UTF-8 \(the bytes ff\)"),
    "wrong columns": (_wrong_columns, r"line 1: wrong columns"),
    "empty": (lambda f: write(f / "title.basics.tsv.gz", b""), r"line 1: wrong columns"),
    "a cell too few": (lambda f: basics(f, GOOD, "tt0900052|movie|Short"), r"line 3: 3 columns, expected 9"),
    "no year": (lambda f: basics(f, GOOD, GOOD.replace("51", "52").replace("2001", "soon")), r"line 3: 'soon' where a whole number"),
    "no id": (lambda f: basics(f, "nm01|movie|Fine|Fine|0|2001|\\N|90|\\N"), r"line 2: 'nm01' is no IMDb title id"),
    "duplicate ids": (lambda f: basics(f, GOOD, BASICS_ROWS[0], GOOD), r"line 4: the id tt0900051 stands in line 2 already"),
    "IMDb cycle": (lambda f: episodes(f, "tt1|tt2|1|1", "tt2|tt1|1|1"), r"line \d: a cycle in what is part of what: tt\d -> tt\d -> tt\d"),
    "CSV cycle": (
        lambda f: write(f / "x.csv", b"id,name,kind,year,part_of\na,A,film,,c\nb,B,film,,a\nc,C,film,,b\n"),
        r"x\.csv, line \d: a cycle in what is part of what: (?=.*a)(?=.*b)(?=.*c)",
    ),
    "CSV part of itself": (lambda f: write(f / "x.csv", b"id,name,kind,year,part_of\na,A,film,,a\n"), r"line 2: a cycle .* a -> a"),
    "CSV columns": (lambda f: write(f / "x.csv", b"id,name,kind,year,oscar\na,A,film,,1\n"), r"line 1: wrong columns: missing \[\], unknown \['oscar'\]"),
    "CSV kind": (lambda f: write(f / "x.csv", b"id,name,kind,year\na,A,opera,\n"), r"line 2: kind 'opera'"),
    "JSON cut short": (lambda f: write(f / "shows.json", b'[{"id": 1, "name": "A'), r"item 1: not JSON"),
    "JSON of another kind": (lambda f: write(f / "shows.json", b'[{"error": "429"}]'), r"item 1: no field 'id'"),
    "JSON too deep": (lambda f: write(f / "shows.json", b"[" * 100_000), r"item 1: JSON that is nested too deeply"),
    "JSON of a wrong type": (
        lambda f: write_json(f / "shows.json", [SHOW, SHOW | {"id": 2, "externals": ["imdb"]}]),
        r"item 2: not as tvmaze-shows is published",
    ),
    "a number too large": (
        lambda f: write_json(f / "shows-1-seasons.json", [season(1, None, None, 4, 1), season(10**30, None, None, 4, 2)]),
        r"item \d: a value of '1' cannot be kept",
    ),
    "half a character": (lambda f: write(f / "shows.json", b'[{"id": 3, "name": "\\ud800", "premiered": null}]'), r"item 1: a value of '3' cannot be kept"),
    "seasons of no show": (lambda f: write_json(f / "seasons.json", [season(1, None, None, 4)]), r"item 1: a season does not say which show"),
    "dump line": (lambda f: write(f / "latest-all.json", b'[\n{"id":"Q1", "x": {"id":"Q11424"},,\n]'), r"line 2: not JSON"),
    "no query result": (lambda f: write(f / "query.json", b'{"head": {"vars": ["film"]}, "results": {"bindings": []}}'), r"a query must give item and itemLabel"),
}  # fmt: skip


@pytest.mark.parametrize("case", DAMAGED)
@pytest.mark.parametrize("chunk_rows", [1, 50_000])
def test_a_damaged_file_stops_with_its_line_and_changes_nothing(
    tmp_path: Path, store: Path, take: Take, case: str, chunk_rows: int
) -> None:
    """The message names file, line and cause; the catalogue is the same byte for byte, and nothing lies beside it."""
    take(write_json(tmp_path / "tvmaze-good.json", [SHOW]))
    before = store.read_bytes()
    folder = tmp_path / "given"
    folder.mkdir()
    make, said = DAMAGED[case]
    path = make(folder)
    with pytest.raises(CatalogueError, match=said) as error:
        take(path, "tvmaze-seasons" if path.name == "seasons.json" else None, chunk_rows=chunk_rows)
    assert str(path) in str(error.value)
    assert store.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir() if each.name.startswith("catalogue")} == {"catalogue.db"}


def test_a_damaged_first_file_makes_no_catalogue(tmp_path: Path, store: Path, take: Take) -> None:
    """Else commands would find an empty one."""
    with pytest.raises(CatalogueError):
        take(_bad_utf8(tmp_path))
    assert not store.exists()


def test_a_cycle_with_what_was_imported_earlier(tmp_path: Path, store: Path, take: Take) -> None:
    """Each file is sound by itself; together they would make a title part of itself."""
    take(write_json(tmp_path / "tmdb-1.json", {"id": 5, "title": "A", "belongs_to_collection": {"id": 6}}))
    table = "id,name,kind,year,part_of\n{},{},franchise,,{}\n"
    take(write(tmp_path / "mine.csv", table.format("a", "A", "b").encode()))
    before = content(store)
    path = write(tmp_path / "mine.csv", table.format("b", "B", "a").encode())
    with pytest.raises(
        CatalogueError, match=r"mine\.csv, line 2: a cycle in what is part of what: b would be part of itself"
    ):
        take(path)
    assert content(store) == before
    assert take(write(path, table.format("a", "A", "c").encode())).facts == 2  # turned the other way


class Stopped(Exception):
    """As if somebody had pulled the plug."""


@pytest.mark.parametrize("name", ["title.basics.tsv.gz", "tvmaze.jsonl", "mine.csv"])
def test_an_import_that_was_stopped_goes_on(tmp_path: Path, store: Path, take: Take, name: str) -> None:
    """Rows that were read are not read again, and the outcome is that of an import in one go."""
    numbers = range(1, 101)
    if name.endswith(".gz"):
        path = basics(tmp_path, *(f"tt{n:07}|movie|Title {n}|Title {n}|0|2001|\\N|90|\\N" for n in numbers))
    elif name.endswith(".csv"):
        rows = "".join(f'{n},"Title\n{n}",film,2001\n' for n in numbers)
        path = write(tmp_path / name, f"id,name,kind,year\n{rows}".encode())
    else:
        path = write(tmp_path / name, "\n".join(json.dumps(SHOW | {"id": n}) for n in numbers).encode())

    def stop(progress: Progress) -> None:
        if progress.rows >= 60:
            raise Stopped

    with pytest.raises(Stopped):
        take(path, chunk_rows=20, progress=stop)
    assert not store.exists()
    told: list[Progress] = []
    assert take(path, chunk_rows=20, progress=told.append).rows == 100
    assert {progress.resumed for progress in told} == {60}
    assert told[0].rows == 80
    resumed = content(store)
    store.unlink()
    assert take(path).new == 100
    assert content(store) == resumed
    assert not list(tmp_path.glob("catalogue.db.*"))


def test_a_changed_file_is_read_from_its_start(tmp_path: Path, store: Path, take: Take) -> None:
    """What was staged of the old one would be mixed with the new one."""
    path = basics(tmp_path, *(f"tt{n:07}|movie|Old {n}|Old {n}|0|2001|\\N|90|\\N" for n in range(1, 41)))

    def stop(progress: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        take(path, chunk_rows=20, progress=stop)
    basics(tmp_path, *(f"tt{n:07}|movie|New title {n}|New title {n}|0|2001|\\N|90|\\N" for n in range(1, 41)))
    take(path)
    with open_store(store) as opened:
        assert opened.execute("SELECT count(*) FROM title WHERE name LIKE 'New title %'").fetchone() == (40,)
        assert opened.execute("SELECT count(*) FROM title").fetchone() == (40,)


def test_two_imports_of_one_file_do_not_mix(tmp_path: Path, store: Path, take: Take) -> None:
    """The second is refused while the first runs, and the first ends as if it were alone."""
    path = basics(tmp_path, *(f"tt{n:07}|movie|Title {n}|Title {n}|0|2001|\\N|90|\\N" for n in range(1, 101)))
    refused: list[str] = []

    def meanwhile(progress: Progress) -> None:
        with pytest.raises(CatalogueError) as error:
            take(path)
        refused.append(str(error.value))

    assert take(path, chunk_rows=60, progress=meanwhile).new == 100
    assert len(refused) == 2
    assert all("another import of this file may be running" in each for each in refused)


def test_a_reader_sees_the_old_catalogue_until_an_import_is_done(tmp_path: Path, store: Path, take: Take) -> None:
    """Commands that answer go on meanwhile."""
    take(basics(tmp_path))
    with open_store(store) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM title").fetchone() == (3,)
        take(write_json(tmp_path / "shows.json", [SHOW]))
        assert reader.execute("SELECT count(*) FROM title").fetchone() == (3,)
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM title").fetchone() == (4,)


def test_files_are_known_by_their_names(tmp_path: Path) -> None:
    """As they are called where they are published; another name needs the format."""
    names = {
        "title.basics.tsv.gz": "imdb-basics",
        "title.episode.tsv": "imdb-episode",
        "title.akas.tsv.gz": "imdb-akas",
        "shows.json": "tvmaze-shows",
        "shows-82-seasons.json": "tvmaze-seasons",
        "movie_ids_05_15_2024.json.gz": "tmdb-export",
        "tv_series_ids_05_15_2024.json.gz": "tmdb-export",
        "latest-all.json.bz2": "wikidata-dump",
        "query.json": "wikidata-results",
        "mine.csv": "csv",
    }
    assert {name: format_of(tmp_path / name).name for name in names} == names
    with pytest.raises(CatalogueError, match="give it by --format"):
        format_of(tmp_path / "title.dat")
    with pytest.raises(CatalogueError, match="there are imdb-basics"):
        format_of(tmp_path / "title.dat", "imbd")


def test_a_place_where_no_catalogue_can_lie_is_named(tmp_path: Path) -> None:
    """Nothing is to be moved away there."""
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "catalogue.db", tmp_path / "folder"):
        with pytest.raises(CatalogueError, match=r"its folder|set `catalogue`") as raised:
            connect(path, create=True, read_only=False)
        assert "move it away" not in str(raised.value)


@pytest.mark.parametrize("kind", ["a newer one", "another program's", "no database", "another table"])
def test_a_catalogue_that_is_none_is_left_alone(tmp_path: Path, store: Path, take: Take, kind: str) -> None:
    """The message says what to do."""
    with closing(sqlite3.connect(store)) as other, other:
        other.execute(f"PRAGMA user_version = {99 if kind == 'a newer one' else 0}")
        other.execute("CREATE TABLE other (x)")
    if kind == "no database":
        store.write_bytes(b"plain text, long enough to be no database at all" * 30)
    before = store.read_bytes()
    with pytest.raises(CatalogueError, match=r"upgrade callboard|another file|move it away"):
        take(basics(tmp_path))
    assert store.read_bytes() == before
