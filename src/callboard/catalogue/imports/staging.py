"""
A file on its way into the catalogue: its rows in a staging file, chunk by chunk, until it has proved sound.

Each chunk is one transaction together with the place where the next one begins, so an import that was stopped goes on
from there. A damaged file ends here, and the catalogue has not been touched.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from callboard.catalogue.imports.batch import Batch, Damage
from callboard.catalogue.imports.formats import Format, plain_name
from callboard.catalogue.imports.rows import Rows
from callboard.errors import CatalogueError

CHUNK_ROWS = 50_000
_SCHEMA = """
CREATE TABLE progress (rows INTEGER, line INTEGER, offset INTEGER);
INSERT INTO progress VALUES (0, 0, 0);
CREATE TABLE seen (id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID;
CREATE TABLE title (ref, kind, form, name, year, until, country, platforms, seasons);
CREATE TABLE name (ref, name, what, region, language, key);
CREATE TABLE xid (ref, scheme, value);
CREATE TABLE season (ref, number, first, last, episodes);
CREATE TABLE part (ref, whole, season, line);
CREATE TABLE person (ref, name, born, died, jobs, key);
CREATE TABLE credit (ref, person, place, category, job, role);
PRAGMA user_version = 2;
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of a file is."""

    rows: int
    fraction: float  # of the file's bytes, 0 to 1
    resumed: int = 0  # rows that an earlier, stopped import had read


def staging_path(store: Path, path: Path, form: Format) -> Path:
    """Where a file is staged; another after the file was changed."""
    facts = path.stat()
    text = f"{path.resolve()}|{facts.st_size}|{facts.st_mtime_ns}|{form.name}"
    return store.with_name(f"{store.name}.import-{hashlib.sha256(text.encode()).hexdigest()[:16]}")


def stage(
    place: Path,
    path: Path,
    form: Format,
    *,
    chunk_rows: int = CHUNK_ROWS,
    progress: Callable[[Progress], None] | None = None,
) -> int:
    """
    Read a file into its staging file, from where the last try stopped; the number of its rows.

    Raises:
        CatalogueError: The file is damaged (then the staging file is gone), or another import of it is running.
    """
    with contextlib.closing(_open(place)) as staged:
        count, line, offset = staged.execute("SELECT rows, line, offset FROM progress").fetchone()
        rows = Rows(path, form, line=line, offset=offset)
        resumed = count
        try:
            for batch, length in _batches(rows, path, form, chunk_rows):
                count += length
                staged.execute("BEGIN")
                _write(staged, batch, rows)
                staged.execute("UPDATE progress SET rows = ?, line = ?, offset = ?", (count, rows.line, rows.offset))
                staged.execute("COMMIT")
                if progress:
                    progress(Progress(count, rows.fraction, resumed))
            _refuse_cycles(staged, rows)
        except CatalogueError:
            staged.close()
            remove(place)
            raise
    return int(count)


def remove(place: Path) -> None:
    """Take a staging file away, with what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm", "-journal"):
        place.with_name(place.name + end).unlink(missing_ok=True)


def _open(place: Path) -> sqlite3.Connection:
    place.parent.mkdir(parents=True, exist_ok=True)
    staged = sqlite3.connect(place, timeout=1, isolation_level=None)
    try:
        staged.execute("PRAGMA locking_mode=EXCLUSIVE")
        staged.execute("PRAGMA journal_mode=WAL")
        staged.execute("PRAGMA synchronous=NORMAL")
        staged.execute("PRAGMA cache_size=-65536")
        version = staged.execute("PRAGMA user_version").fetchone()[0]
        if version == 1:  # stopped under an older callboard, whose tables were others
            staged.close()
            remove(place)
            return _open(place)
        if version == 0:
            staged.executescript(f"BEGIN EXCLUSIVE; {_SCHEMA} COMMIT;")
    except sqlite3.OperationalError as error:
        staged.close()
        raise CatalogueError(f"{place}: {error}; another import of this file may be running") from error
    return staged


def _batches(rows: Rows, path: Path, form: Format, chunk_rows: int) -> Iterator[tuple[Batch, int]]:
    found = iter(rows)
    name, take = plain_name(path), form.take
    while True:
        batch, length = Batch(name), 0
        for row in itertools.islice(found, chunk_rows):
            batch.line = rows.line
            try:
                take(batch, row)
            except Damage as error:
                raise rows.error(str(error)) from error
            except (AttributeError, TypeError, KeyError, ValueError) as error:
                # JSON of another shape than the format's: a list where an object belongs, a text where a number does
                raise rows.error(f"not as {form.name} is published ({type(error).__name__}: {error})") from error
            length += 1
        if length:
            yield batch, length
        if length < chunk_rows:
            return


def _write(staged: sqlite3.Connection, batch: Batch, rows: Rows) -> None:
    try:
        staged.executemany("INSERT INTO seen VALUES (?, ?)", batch.seen)
    except UnicodeEncodeError as error:
        staged.execute("ROLLBACK")
        raise rows.error(f"an id that cannot be kept ({error})") from error
    except sqlite3.IntegrityError:
        staged.execute("ROLLBACK")
        _name_double(staged, batch, rows)
        raise
    for table, values in (
        ("title", batch.title),
        ("name", batch.name),
        ("xid", batch.xid),
        ("season", batch.season),
        ("part", batch.part),
        ("person", batch.person),
        ("credit", batch.credit),
    ):
        if values:
            marks = ", ".join("?" * len(values[0]))
            try:
                staged.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
            except (OverflowError, UnicodeEncodeError, sqlite3.InterfaceError, sqlite3.ProgrammingError) as error:
                # JSON can hold what no table can: numbers of any size, halves of characters, lists
                staged.execute("ROLLBACK")
                ref = next(value[0] for value in values if not _fits(value))
                rows.line = dict(batch.seen).get(ref, rows.line)
                raise rows.error(f"a value of {ref!r} cannot be kept ({error})") from error


def _fits(row: Iterable[object]) -> bool:
    """Whether SQLite can keep each value: text that is UTF-8, a whole number of 64 bits, or nothing."""
    return all(
        value is None
        or (isinstance(value, int) and -(2**63) <= value < 2**63)
        or (isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value))
        for value in row
    )


def _name_double(staged: sqlite3.Connection, batch: Batch, rows: Rows) -> None:
    lines: dict[str, int] = {}
    for identity, line in batch.seen:
        earlier = staged.execute("SELECT line FROM seen WHERE id = ?", (identity,)).fetchone()
        if earlier or identity in lines:
            rows.line = line
            raise rows.error(f"the id {identity} stands in line {earlier[0] if earlier else lines[identity]} already")
        lines[identity] = line


def _refuse_cycles(staged: sqlite3.Connection, rows: Rows) -> None:
    """Follow the parts of wholes that are parts themselves; few are, so they fit into memory."""
    query = "SELECT ref, whole, line FROM part WHERE EXISTS (SELECT 1 FROM seen WHERE seen.id = part.whole)"
    wholes: dict[str, list[tuple[str, int]]] = {}
    for ref, whole, line in staged.execute(query):
        wholes.setdefault(ref, []).append((whole, line))
    done: set[str] = set()
    for start in wholes:
        path: dict[str, None] = {}  # from the start to where we are, in order
        todo = [(start, 0)]
        while todo:
            ref, line = todo.pop()
            if line < 0:
                del path[ref]
                done.add(ref)
            elif ref in path:
                ring = [*list(path)[list(path).index(ref) :], ref]
                rows.line = line
                raise rows.error(f"a cycle in what is part of what: {' -> '.join(ring)}")
            elif ref not in done and ref in wholes:
                path[ref] = None
                todo.append((ref, -1))  # back here when its wholes are done
                todo += wholes[ref]
