"""
A file into the user's catalogue: staged first, then taken over in one transaction that writes only what differs.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from callboard.catalogue.imports.formats import Format, source_of
from callboard.catalogue.imports.staging import CHUNK_ROWS, Progress, remove, stage, staging_path
from callboard.catalogue.store import FACTS, FactTable, open_store
from callboard.errors import CatalogueError

_FIELDS = ("kind", "form", "name", "year", "until", "country", "platforms", "seasons")
_OF_PERSON = ("name", "born", "died", "jobs", "key")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    rows: int  # of the file
    new: int  # titles
    changed: int  # titles that were there and differ now
    facts: int  # names, ids, seasons, parts and credits that were added or taken away
    people: int = 0  # that are new, or were there and differ now


def import_file(
    store: Path,
    path: Path,
    form: Format,
    *,
    now: dt.datetime,
    chunk_rows: int = CHUNK_ROWS,
    progress: Callable[[Progress], None] | None = None,
) -> Imported:
    """
    Import a file; what the same source said before is replaced where it differs, and nothing else is touched.

    Args:
        store: The catalogue; made where there is none, once the file has proved sound.
        path: The file, which may be packed by gzip or bzip2.
        form: Its format.
        now: The instant to be noted as the import's.
        chunk_rows: Rows for each transaction of the staging.
        progress: Told after each chunk.

    Raises:
        CatalogueError: The file is damaged, with its line and the cause; the catalogue is as it was.
    """
    if not path.is_file():
        raise CatalogueError(f"{path}: there is no such file; give the path of a file that was fetched before")
    place = staging_path(store, path, form)
    try:
        rows = stage(place, path, form, chunk_rows=chunk_rows, progress=progress)
    except sqlite3.Error as error:
        raise CatalogueError(f"{place}: {error}; remove it and import again") from error
    source = source_of(form, path)
    with open_store(store, create=True, read_only=False) as catalogue:
        catalogue.execute("ATTACH ? AS stage", (str(place),))
        catalogue.execute("BEGIN IMMEDIATE")
        with _rolled_back_on_error(catalogue):
            imported = _take_over(catalogue, form, source, rows, path)
            catalogue.execute(
                "INSERT INTO imported (done, file, format, source, dataset, rows, new, changed, facts)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(now.isoformat(timespec="seconds"), path.name, form.name, source, form.dataset),
                    *(rows, imported.new, imported.changed, imported.facts),
                ),
            )
        catalogue.execute("DETACH stage")
        catalogue.execute("PRAGMA busy_timeout=0")  # what a reader still needs is cleared away by a later import
        catalogue.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    remove(place)
    return imported


@contextlib.contextmanager
def _rolled_back_on_error(catalogue: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        catalogue.execute("ROLLBACK")
        raise
    catalogue.execute("COMMIT")


def _take_over(catalogue: sqlite3.Connection, form: Format, source: str, rows: int, path: Path) -> Imported:
    if form.name != "imdb-episode":  # its parts are counted and not kept
        _refuse_old_cycles(catalogue, source, path)
    last = catalogue.execute("SELECT coalesce(max(id), 0) FROM title").fetchone()[0]
    before = catalogue.total_changes
    columns, taken = ", ".join(_FIELDS), ", ".join(f"excluded.{name}" for name in _FIELDS)
    update = f"UPDATE SET ({columns}) = ({taken}) WHERE ({columns}) IS NOT ({taken})"
    catalogue.execute(
        f"INSERT INTO main.title (source, ref, {columns}) SELECT ?, ref, {columns} FROM stage.title WHERE true"
        f" ON CONFLICT (source, ref) DO {'NOTHING' if form.weak else update}",
        (source,),
    )
    new = catalogue.execute("SELECT count(*) FROM main.title WHERE id > ?", (last,)).fetchone()[0]
    changed = catalogue.total_changes - before - new
    people = _take_people(catalogue, source)
    facts = 0
    for name, table in FACTS.items():
        _want(catalogue, form, source, name, table)
        facts += _take_facts(catalogue, form, source, name, table)
        catalogue.execute("DROP TABLE temp.want")
    return Imported(rows, int(new), int(changed), facts, people)


def _take_people(catalogue: sqlite3.Connection, source: str) -> int:
    """How many people of the file are new or differ from what the source said before."""
    before = catalogue.total_changes
    columns, taken = ", ".join(_OF_PERSON), ", ".join(f"excluded.{name}" for name in _OF_PERSON)
    catalogue.execute(
        f"INSERT INTO main.person (source, ref, {columns}) SELECT ?, ref, {columns} FROM stage.person WHERE true"
        f" ON CONFLICT (source, ref) DO UPDATE SET ({columns}) = ({taken}) WHERE ({columns}) IS NOT ({taken})",
        (source,),
    )
    return catalogue.total_changes - before


def _want(catalogue: sqlite3.Connection, form: Format, source: str, name: str, table: FactTable) -> None:
    """The facts of one table as the file gives them, with our number for the title, in the temporary table `want`."""
    columns = ", ".join(f"s.{column} AS {column}" for column in table.columns)
    query = f"SELECT t.id AS title, {columns} FROM stage.{name} s JOIN main.title t ON t.source = ? AND t.ref = s.ref"
    if form.name == "imdb-episode":  # its rows are episodes, which are counted by season
        query = {
            "season": "SELECT t.id AS title, s.season AS number, '' AS first, '' AS last, count(*) AS episodes"
            " FROM stage.part s JOIN main.title t ON t.source = ? AND t.ref = s.whole"
            " WHERE s.season >= 0 GROUP BY t.id, s.season",
            "part": query + " WHERE false",
        }.get(name, query)
    catalogue.execute(f"CREATE TEMP TABLE want AS {query} ORDER BY t.id", (source,))


def _take_facts(catalogue: sqlite3.Connection, form: Format, source: str, name: str, table: FactTable) -> int:
    """Make the table as `want` says, for the titles and the scopes that stand there; how many rows differ."""
    before = catalogue.total_changes
    again = catalogue.execute(
        "SELECT EXISTS (SELECT 1 FROM imported WHERE source = ? AND dataset = ?)", (source, form.dataset)
    ).fetchone()[0]
    if again:
        catalogue.execute("CREATE INDEX temp.want_title ON want (title)")
        same = " AND ".join(f"w.{column} = f.{column}" for column in table.columns)
        scope = f" AND w.{table.scope} = f.{table.scope}" if table.scope else ""
        catalogue.execute(
            f"DELETE FROM main.{name} AS f WHERE f.dataset = ? AND f.title IN (SELECT title FROM want)"
            f" AND EXISTS (SELECT 1 FROM want w WHERE w.title = f.title{scope})"
            f" AND NOT EXISTS (SELECT 1 FROM want w WHERE w.title = f.title AND {same})",
            (form.dataset,),
        )
    many = name == "name" and _length(catalogue, "temp.want") > 100_000 + _length(catalogue, "main.name")
    if many:  # sorting all keys at once is far quicker than finding the place of each
        catalogue.execute("DROP INDEX main.name_key")
    columns = ", ".join(table.columns)
    catalogue.execute(
        f"INSERT OR IGNORE INTO main.{name} (title, dataset, {columns}) SELECT title, ?, {columns} FROM want",
        (form.dataset,),
    )
    differing = catalogue.total_changes - before
    if many:
        catalogue.execute("CREATE INDEX main.name_key ON name (key)")
    return differing


def _length(catalogue: sqlite3.Connection, table: str) -> int:
    return int(catalogue.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _refuse_old_cycles(catalogue: sqlite3.Connection, source: str, path: Path) -> None:
    """
    Raises:
        CatalogueError: What the file says is part of something closes a ring with what an earlier file of the source said.
    """
    ring = catalogue.execute(
        "WITH RECURSIVE link (ref, whole) AS ("
        " SELECT t.ref, p.whole FROM main.part p JOIN main.title t ON t.id = p.title WHERE t.source = :source"
        "   AND t.ref NOT IN (SELECT ref FROM stage.part)"
        " UNION SELECT ref, whole FROM stage.part WHERE EXISTS (SELECT 1 FROM main.part)"
        "), up (ref, whole) AS ("
        " SELECT ref, whole FROM stage.part WHERE whole IN (SELECT ref FROM link)"
        " UNION SELECT up.ref, link.whole FROM up JOIN link ON link.ref = up.whole"
        ") SELECT ref, (SELECT min(line) FROM stage.part WHERE part.ref = up.ref) FROM up WHERE ref = whole LIMIT 1",
        {"source": source},
    ).fetchone()
    if ring:
        raise CatalogueError(
            f"{path}, line {ring[1]}: a cycle in what is part of what: {ring[0]} would be part of itself, by what was "
            "imported earlier; mend this file, or import the earlier one again"
        )
