"""
The ledger in a PostgreSQL database that several machines share.

Writers wait for one another by an advisory lock, so that rows become visible in the order of their sequence and a version
number never goes back. Readers see one snapshot for each answer. Rows come by binary COPY into a temporary table, and from
there by INSERT ... ON CONFLICT DO NOTHING.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Self

import sqlalchemy as sa

from callboard.errors import LedgerError
from callboard.record.opening import schema_name, upgrade
from callboard.record.rows import Cells
from callboard.record.schema import SCHEMAS

BUSY_TIMEOUT_S = 10.0
_WRITERS = 0x43424C31  # "CBL1": the advisory lock of those who write
_COLUMN_TYPES = {sa.Text: "text", sa.Integer: "int4", sa.BigInteger: "int8", sa.Float: "float8"}
_TABLES = {"documents", "claims", "entries"}


class PostgresStore:
    """One PostgreSQL database; see `callboard.record.stored.Store`."""

    def __init__(self, engine: sa.Engine, url: sa.URL) -> None:
        self.engine = engine
        self.address = _shown(url)
        self.opens_by = url.set(drivername="postgresql").render_as_string(hide_password=False)

    @classmethod
    def open(cls, address: str, *, create: bool, read_only: bool) -> Self:
        """The database at an address; raises as `callboard.record.ledger.open_ledger`."""
        url = _url(address)
        store = cls(_engine(url, read_only=read_only), url)
        try:
            store._bring_up_to_date(create=create, read_only=read_only)
        except BaseException:
            store.engine.dispose()
            raise
        return store

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        import psycopg  # it is there, `_url` has looked

        try:
            yield
        except sa.exc.IntegrityError:
            raise  # a broken invariant of our own
        except (sa.exc.DBAPIError, psycopg.Error) as error:
            said = error.orig if isinstance(error, sa.exc.DBAPIError) else error
            if isinstance(said, psycopg.DataError) and "0x00" in str(said):
                what = "a NUL character, which PostgreSQL cannot hold; take it out of the text"
                raise LedgerError(f"{self.address}: {what}") from None  # this document's fault, not the ledger's
            raise _explanation(said, self.address) from error

    def writing(self) -> AbstractContextManager[sa.Connection]:
        return self._writing()

    def settle(self) -> None:
        with self.explained(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in ("documents", "claims", "copies"):
                connection.exec_driver_sql(f"ANALYZE {table}")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with self.explained(), self.engine.connect() as connection:
            # Not REPEATABLE READ: what the writer before us has committed must be seen once the lock is ours.
            connection = connection.execution_options(isolation_level="READ COMMITTED")
            with connection.begin():
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITERS)))
                yield connection

    def _bring_up_to_date(self, *, create: bool, read_only: bool) -> None:
        with self.explained(), self.engine.connect() as connection:
            schema = self._checked_schema(connection)
        if schema == SCHEMAS[-1]:
            return
        if schema is None and not create:
            raise LedgerError(f"{self.address}: no ledger there; make one with callboard add PAGE")
        if read_only:
            raise LedgerError(f"{self.address}: schema {schema} is out of date; open it once for writing")
        with self.writing() as connection:
            if self._checked_schema(connection) != SCHEMAS[-1]:  # else another process was faster
                upgrade(connection)

    def _checked_schema(self, connection: sa.Connection) -> str | None:
        schema = schema_name(connection)
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        tables = {str(name) for (name,) in connection.exec_driver_sql(query)}
        if tables if schema is None else not tables >= _TABLES:
            raise LedgerError(f"{self.address}: a database of another program; make an empty one with createdb")
        if schema is not None and schema not in SCHEMAS:
            raise LedgerError(
                f"{self.address}: schema {schema}, this callboard knows up to {SCHEMAS[-1]}; upgrade callboard"
            )
        return schema


def copy_rows(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: list[Cells]) -> int:
    """Number of rows that were new; those whose content hash is there are passed over."""
    names = ", ".join(f'"{name}"' for name in columns)
    incoming = f"incoming_{table.name}"
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {incoming} ON COMMIT DELETE ROWS AS "
        f"SELECT {names} FROM {table.name} WITH NO DATA"
    )
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {incoming} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types([_COLUMN_TYPES[type(table.c[name].type)] for name in columns])
        for row in rows:
            copy.write_row(row)
    inserted = connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {incoming} ON CONFLICT DO NOTHING"
    )
    connection.exec_driver_sql(f"DELETE FROM {incoming}")
    return inserted.rowcount


def _url(address: str) -> sa.URL:
    try:
        import psycopg  # noqa: F401 - said here, before SQLAlchemy says it in its own words
    except ImportError as error:
        raise LedgerError("a ledger in PostgreSQL needs psycopg: pip install callboard[postgres]") from error
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise LedgerError("ledger: not an address; write postgresql://USER@HOST/DATABASE") from error
    return url.set(drivername="postgresql+psycopg")


def _shown(url: sa.URL) -> str:
    hidden = {key: value for key, value in url.query.items() if key != "password"}
    shown = url.set(drivername="postgresql", query=hidden)
    return shown.render_as_string(hide_password=True)


def _engine(url: sa.URL, *, read_only: bool) -> sa.Engine:
    options = f"-c lock_timeout={int(BUSY_TIMEOUT_S * 1000)} -c timezone=UTC"
    if read_only:
        options += " -c default_transaction_read_only=on"
    return sa.create_engine(
        url,
        isolation_level="REPEATABLE READ",
        pool_pre_ping=True,
        connect_args={"options": options, "application_name": "callboard", "connect_timeout": int(BUSY_TIMEOUT_S)},
    )


_EXPLANATIONS = {
    "53100": "the disk is full; nothing of this step was written: free some space and run it again",
    "25006": "may not be written; it was opened for reading, or the server is a standby",
    "42501": "permission denied; grant the user the rights to create and to write tables there",
    "55P03": f"another process has been writing for more than {BUSY_TIMEOUT_S:g} s; try again when it is done",
    "3D000": "the server has no such database; make it with createdb",
    "28": "the server does not let this user in; give the password in the address, in PGPASSWORD or in ~/.pgpass",
    "57P": "the server is shutting down or starting; try again when it is up",
    "08": "the server cannot be reached; check host and port, and that it is running",
}


def _explanation(error: BaseException | None, address: str) -> LedgerError:
    state = getattr(error, "sqlstate", None) or _state_in(str(error))
    said = " ".join(str(error).split())
    for code, text in _EXPLANATIONS.items():
        if state.startswith(code):
            return LedgerError(f"{address}: {text} ({said})")
    return LedgerError(f"{address}: the database refused ({said}); callboard doctor tells more")


def _state_in(message: str) -> str:
    # libpq gives no code where the connection itself fails.
    for words, state in (
        ("does not exist", "3D000"),
        ("authentication failed", "28P01"),
        ("no password supplied", "28P01"),
        ("no pg_hba.conf entry", "28000"),
        ("starting up", "57P03"),
    ):
        if words in message:
            return state
    return "08006"
