"""
How a ledger's file is opened: what it is, which schema it has, and what to say when it cannot be used.

A current ledger is recognised by plain SQL; Alembic (0.4 s to load) is imported only where a migration is needed.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from callboard.errors import LedgerError
from callboard.record.schema import APPLICATION_ID, SCHEMAS

BUSY_TIMEOUT_S = 10.0
_HEADER = b"SQLite format 3\x00"
_WRITE = "callboard_write"
_PRAGMAS = (
    "foreign_keys=ON",
    "synchronous=FULL",  # an acknowledged claim survives a power cut; free from batches of 1,000 on
    "journal_size_limit=67108864",
    "wal_autocheckpoint=8000",  # pages, 32 MB: the ids are hashes, so a batch touches pages all over the file
    "cache_size=-65536",  # KiB; with the 2 MB that are usual, the indices of a million claims do not fit
    "secure_delete=ON",  # a text that was dropped is overwritten in the file
)


class SqliteStore:
    """One SQLite file; see `callboard.record.stored.Store`."""

    def __init__(self, engine: sa.Engine, path: Path) -> None:
        self.engine = engine
        self.path = path
        self.address = self.opens_by = str(path)

    @classmethod
    def open(cls, path: Path, *, create: bool, read_only: bool) -> Self:
        """The file at a path; raises as `callboard.record.ledger.open_ledger`."""
        return cls(open_engine(path, create=create, read_only=read_only), path)

    def explained(self) -> AbstractContextManager[None]:
        return explained(self.path)

    def writing(self) -> AbstractContextManager[sa.Connection]:
        return writing(self.engine, self.path)

    def settle(self) -> None:
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            raw.close()


def open_engine(path: Path, *, create: bool, read_only: bool) -> sa.Engine:
    """
    An engine on a ledger of the newest schema.

    Raises:
        LedgerError: As `callboard.record.ledger.open_ledger`.
    """
    _look_at(path, create=create)
    with explained(path):
        engine = _engine(path, read_only=read_only)
    try:
        with explained(path):
            schema = _schema_of(engine, path)
            if schema != SCHEMAS[-1]:
                if read_only:
                    raise LedgerError(f"{path}: schema {schema or 'none'} is out of date; open it once for writing")
                _migrate(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns what the database says went wrong into a `LedgerError` that says what to do."""
    try:
        yield
    except sa.exc.IntegrityError:
        raise  # a broken invariant of our own
    except sa.exc.DBAPIError as error:
        raise _explanation(error.orig, path) from error
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        raise _explanation(error, path) from error


@contextlib.contextmanager
def writing(engine: sa.Engine, path: Path) -> Iterator[sa.Connection]:
    """A connection in a transaction that is alone in writing; committed at the end, undone by an error."""
    with explained(path), engine.connect() as connection:
        connection = connection.execution_options(**{_WRITE: True})
        with connection.begin():
            yield connection


def schema_name(connection: sa.Connection) -> str | None:
    """The schema that the database says it has; None where it holds no ledger."""
    if connection.dialect.name == "sqlite":
        has = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").first()
    else:
        # Not to_regclass, whose cache may be older than what the writer before us has committed.
        mine = "schemaname = current_schema() AND tablename = 'alembic_version'"
        has = connection.exec_driver_sql(f"SELECT 1 FROM pg_tables WHERE {mine}").first()
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first() if has else None
    return str(row[0]) if row else None


def upgrade(connection: sa.Connection) -> None:
    """Brings a database to the newest schema, within the transaction of the connection."""
    from alembic import command  # only here: takes longer to load than a whole `status`
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, SCHEMAS[-1])


def _look_at(path: Path, *, create: bool) -> None:
    if path.is_dir():
        raise LedgerError(f"{path}: a folder, not a ledger; name a file, for example {path / 'callboard.db'}")
    if not path.exists():
        if not create:
            raise LedgerError(f"{path}: no ledger there; make one with callboard add PAGE, or name another by --ledger")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(
                f"{path.parent}: cannot be made ({error.strerror}); name another place by --ledger"
            ) from error
        return
    try:
        with path.open("rb") as file:
            head = file.read(len(_HEADER))
    except OSError as error:
        raise LedgerError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    if head not in (b"", _HEADER):
        raise LedgerError(f"{path}: not a ledger, it begins with {head!r}; name another file by --ledger")


def _engine(path: Path, *, read_only: bool) -> sa.Engine:
    # Not mode=ro, which leaves the files of WAL behind; where the file may not be written, SQLite reads it all the same.
    uri = path.absolute().as_uri() + ("?mode=rw" if read_only else "")
    effective = os.access in os.supports_effective_ids
    if read_only and not os.access(path.parent, os.W_OK, effective_ids=effective):
        wal = path.with_name(path.name + "-wal")
        if not wal.exists() or wal.stat().st_size == 0:
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"  # WAL needs a file beside the ledger; where none can be made, nobody writes either

    def connect() -> sqlite3.Connection:
        # No implicit transactions (isolation_level): the listener below begins them, IMMEDIATE where it writes.
        connection = sqlite3.connect(
            uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=QueuePool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        write = connection.get_execution_options().get(_WRITE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _schema_of(engine: sa.Engine, path: Path) -> str | None:
    with engine.connect() as connection:
        return _checked_schema(connection, path)


def _checked_schema(connection: sa.Connection, path: Path) -> str | None:
    schema = schema_name(connection)
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    if schema is None or application != APPLICATION_ID:
        if connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first() or application:
            raise LedgerError(f"{path}: a database of another program; name another file by --ledger")
        return None
    if schema not in SCHEMAS:
        raise LedgerError(f"{path}: schema {schema}, this callboard knows up to {SCHEMAS[-1]}; upgrade callboard")
    return schema


def _migrate(engine: sa.Engine, path: Path) -> None:
    _use_wal(engine)
    with writing(engine, path) as connection:
        if _checked_schema(connection, path) == SCHEMAS[-1]:
            return  # another process was faster
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        upgrade(connection)


def _use_wal(engine: sa.Engine) -> None:
    # Changing the journal's mode does not wait for other processes as statements do, so we wait.
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    raw = engine.raw_connection()
    try:
        while True:
            try:
                raw.cursor().execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
    finally:
        raw.close()


_EXPLANATIONS = {
    "SQLITE_FULL": "the disk is full; nothing of this step was written: free some space and run it again",
    "SQLITE_READONLY": "may not be written; check the permissions of the file and its folder, or name another --ledger",
    "SQLITE_PERM": "may not be opened; check the permissions of the file and its folder, or name another --ledger",
    "SQLITE_CANTOPEN": "cannot be opened or made; check that its folder can be written, or name another by --ledger",
    "SQLITE_BUSY": f"another process has been writing for more than {BUSY_TIMEOUT_S:g} s; try again when it is done",
    "SQLITE_CORRUPT": "damaged; keep the file, and restore a copy or import an export into a new ledger",
    "SQLITE_NOTADB": "not a ledger or damaged; name another file by --ledger",
    "SQLITE_IOERR": "the disk failed to read or write; nothing of this step was written: check the disk, run it again",
}


def _explanation(error: BaseException | None, path: Path) -> LedgerError:
    name = getattr(error, "sqlite_errorname", "")
    for code, text in _EXPLANATIONS.items():
        if name.startswith(code):
            return LedgerError(f"{path}: {text} ({error})")
    return LedgerError(f"{path}: the database refused ({error}); callboard doctor tells more")
