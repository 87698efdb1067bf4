"""What `callboard doctor` asks of a ledger: is the file whole, is the schema ours, do the hashes still fit?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from callboard.errors import CallboardError
from callboard.model import Problem, content_hash, title_key
from callboard.record.answers import Health, Kind
from callboard.record.opening import schema_name
from callboard.record.questions import find_entries
from callboard.record.rows import chunks, claim_id, from_us, misquote, said_us, to_claim
from callboard.record.schema import claims, documents, entries
from callboard.when import When

_TRIGGERS = {
    f"{table}_no_{action}"
    for table in ("documents", "claims", "entries", "copies")
    for action in ("change", "remove", "known")
}


def check(connection: sa.Connection, address: str) -> Health:
    """The ledger's counts with every problem found; a damaged file is a problem, not an error."""
    problems: list[Problem] = []
    schema, database = "unknown", ""
    held = {"documents": 0, "claims": 0, "entries": 0, "texts": 0}
    try:
        database = _database(connection)
        schema = schema_name(connection) or "none"
        problems += _file_problems(connection)
        for table in (documents, claims, entries):
            held[table.name] = _count(connection, table.c.sequence)
        held["texts"] = _count(connection, documents.c.text)
        problems += _document_problems(connection)
        problems += _claim_problems(connection)
        problems += _entry_problems(connection)
    except sa.exc.DatabaseError as error:
        problems.append(Problem("file", f"cannot be read any further ({error.orig}); restore a copy"))
    return Health(address=address, schema=schema, problems=tuple(problems), database=database, **held)


def _database(connection: sa.Connection) -> str:
    if connection.dialect.name == "sqlite":
        return f"SQLite {connection.exec_driver_sql('SELECT sqlite_version()').scalar_one()}"
    # "16.4 (Debian 16.4-1)" where somebody packaged it
    return f"PostgreSQL {str(connection.exec_driver_sql('SHOW server_version').scalar_one()).partition(' ')[0]}"


def _count(connection: sa.Connection, column: sa.Column[Any]) -> int:
    return connection.execute(sa.select(sa.func.count(column))).scalar_one()


def _file_problems(connection: sa.Connection) -> Iterator[Problem]:
    if connection.dialect.name == "sqlite":
        yield from _sqlite_problems(connection)
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        wanted = _TRIGGERS
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        wanted = {name for name in _TRIGGERS if not name.endswith("_known")}  # there is no INSERT OR REPLACE
    names = {name for (name,) in connection.exec_driver_sql(query)}
    for name in sorted(wanted - names):
        yield Problem("schema", f"trigger {name} is missing: the ledger no longer refuses change")


def _sqlite_problems(connection: sa.Connection) -> Iterator[Problem]:
    for (found,) in connection.exec_driver_sql("PRAGMA integrity_check(20)"):
        if found != "ok":
            yield Problem("file", str(found))
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Problem(f"{table} row {row}", f"its {parent} row is missing")


def _document_problems(connection: sa.Connection) -> Iterator[Problem]:
    query = sa.select(documents).where(documents.c.text.is_not(None)).execution_options(yield_per=200)
    for row in connection.execute(query):
        if content_hash(row.url or "", row.headline, row.text) != row.digest:
            yield Problem(f"document {row.digest}", "its content does not have this digest any more")


def _claim_problems(connection: sa.Connection) -> Iterator[Problem]:
    query = (
        sa.select(claims, documents.c.text, documents.c.headline, documents.c.published)
        .join(documents, documents.c.digest == claims.c.document)
        .execution_options(yield_per=200)
    )
    for row in connection.execute(query).mappings():
        where = f"claim {row['id']}"
        try:
            claim = to_claim(dict(row))
            published = When.parse(row["published"]) if row["published"] else None
        except (CallboardError, ValueError) as error:
            yield Problem(where, str(error))
            continue
        if claim_id(row["document"], claim) != row["id"]:
            yield Problem(where, "its content does not have this id any more")
        if wrong := misquote(row["text"], row["headline"], claim):
            yield Problem(where, wrong)
        said = said_us(published, from_us(row["learned_us"]))
        if row["said_us"] != said or row["title_key"] != title_key(row["title"]):
            yield Problem(where, "its look-up columns do not fit its content")


def _entry_problems(connection: sa.Connection) -> Iterator[Problem]:
    # Not merges, which are about titles; and an imported ledger does not hold what another had forgotten.
    about = [entry for entry in find_entries(connection) if entry.kind not in (Kind.MERGE, Kind.FORGET)]
    held: set[str] = set()
    for chunk in chunks([entry.subject for entry in about]):
        held.update(connection.scalars(sa.select(claims.c.id).where(claims.c.id.in_(chunk))))
    for entry in about:
        if entry.subject not in held:
            yield Problem(f"{entry.kind} of {entry.subject}", "the ledger does not hold what it is about")
