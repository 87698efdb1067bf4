"""
The user's catalogue as JSON Lines, and such lines into an empty catalogue, which then gives the same answers.

The first line says what follows; then each title with its facts, in the order in which they came, the people, the entries
of people and of the press, and what was imported. The lines of the new catalogue are the same to the byte.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from callboard.catalogue.imports.formats import FORMATS
from callboard.catalogue.store import FACTS, VERSION, open_store
from callboard.errors import CatalogueError

KIND = "callboard catalogue"
_TITLE = ("source", "ref", "kind", "form", "name", "year", "until", "country", "platforms", "seasons")
_LISTS = {
    "person": ("source", "ref", "name", "born", "died", "jobs", "key"),
    "entry": ("made", "what", "one", "other", "reason"),
    "press": ("made", "ref", "what", "value", "report", "reason"),
    "imported": ("done", "file", "format", "source", "dataset", "rows", "new", "changed", "facts"),
}
_FACTS = {name: ("dataset", *table.columns) for name, table in FACTS.items()}


def export_lines(catalogue: sqlite3.Connection) -> Iterator[str]:
    """Each line of the export, without its end."""
    yield _line({"kind": KIND, "version": VERSION})
    numbered = ", ".join(("id", *_TITLE))
    for number, *values in catalogue.execute(f"SELECT {numbered} FROM title ORDER BY id"):
        row: dict[str, Any] = {"title": values}
        for name, columns in _FACTS.items():
            listed = ", ".join(columns)
            query = f"SELECT {listed} FROM {name} WHERE title = ? ORDER BY {listed}"
            if facts := catalogue.execute(query, (number,)).fetchall():
                row[name] = facts
        yield _line(row)
    for name, columns in _LISTS.items():
        for values in catalogue.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY id"):
            yield _line({name: values})


def licences(catalogue: sqlite3.Connection) -> list[str]:
    """What may be done with an export: one line for each source, with its licence."""
    known = {form.source: form.licence for form in FORMATS if form.source}
    sources = catalogue.execute("SELECT source FROM title UNION SELECT source FROM person ORDER BY source")
    return [f"{source}: {known.get(source, 'yours')}" for (source,) in sources]


def is_export(path: Path) -> bool:
    """Whether a file is such an export, by its first line."""
    try:
        with path.open("rb") as file:
            return _header(file.readline(1000)) is not None
    except OSError:
        return False


def import_export(store: Path, path: Path) -> int:
    """
    An export into a catalogue that is empty or not there yet; the number of its titles.

    Raises:
        CatalogueError: The catalogue holds something, or the file is damaged: then the catalogue is as it was.
    """
    if store.is_file():
        with open_store(store) as known:
            if any(known.execute(f"SELECT EXISTS (SELECT 1 FROM {name})").fetchone()[0] for name in ("title", *_LISTS)):
                raise CatalogueError(
                    f"{store}: holds titles already; an export goes into an empty one, so give --catalogue"
                )
    # Read once before anything is written, so that a damaged file leaves no empty catalogue behind.
    for _ in _rows(path):
        pass
    with open_store(store, create=True, read_only=False) as catalogue:
        catalogue.execute("BEGIN IMMEDIATE")
        try:
            titles = _take(catalogue, _rows(path), path)
        except BaseException:
            catalogue.execute("ROLLBACK")
            raise
        catalogue.execute("COMMIT")
    return titles


def _take(catalogue: sqlite3.Connection, rows: Iterable[tuple[int, dict[str, Any]]], path: Path) -> int:
    titles = 0
    for number, row in rows:
        try:
            if "title" in row:
                titles += 1
                cursor = catalogue.execute(_insert("title", _TITLE), row["title"])
                for name, columns in _FACTS.items():
                    facts = [(cursor.lastrowid, *fact) for fact in row.get(name, ())]
                    catalogue.executemany(_insert(name, ("title", *columns)), facts)
            for name, columns in _LISTS.items():
                if name in row:
                    catalogue.execute(_insert(name, columns), row[name])
        except (
            sqlite3.IntegrityError,
            sqlite3.ProgrammingError,
            sqlite3.InterfaceError,
            OverflowError,
            TypeError,
        ) as error:
            raise CatalogueError(f"{path}, line {number}: {error}; export the catalogue again") from error
    return titles


def _insert(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """
    The rows of an export with their lines.

    Raises:
        CatalogueError: It is none, was made by a newer callboard, or a line is damaged.
    """
    known = {"title", *_FACTS, *_LISTS}
    with path.open("rb") as file:
        version = _header(file.readline(1000))
        if version is None:
            raise CatalogueError(f"{path}, line 1: no export of a catalogue; make one with callboard catalogue export")
        if version > VERSION:
            raise CatalogueError(f"{path}: of schema {version}, this callboard knows {VERSION}; upgrade callboard")
        for number, line in enumerate(file, 2):
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise CatalogueError(
                    f"{path}, line {number}: not JSON ({error}); export the catalogue again"
                ) from error
            if not isinstance(row, dict) or not row or not known.issuperset(row):
                raise CatalogueError(f"{path}, line {number}: no row of an export; export the catalogue again")
            yield number, row


def _header(line: bytes) -> int | None:
    """The version that the first line names; None where it is no export."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("kind") != KIND or not isinstance(found.get("version"), int):
        return None
    return int(found["version"])


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
