"""What is written to the ledger, within a transaction that the caller holds."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from callboard.errors import LedgerError
from callboard.model import Claim
from callboard.record.answers import Entry, Kind
from callboard.record.forgetting import forgotten_among, is_forgotten
from callboard.record.rows import (
    Cells,
    Item,
    Row,
    check_item,
    chunks,
    claim_cells,
    claim_id,
    document_cells,
    title_key,
    to_document,
    to_us,
)
from callboard.record.schema import CLAIM_COLUMNS, DOCUMENT_COLUMNS, claims, documents, entries
from callboard.when import When


class Added(NamedTuple):
    """How much was new."""

    documents: int
    claims: int


def insert_items(connection: sa.Connection, items: Sequence[Item]) -> Added:
    """
    How many documents and claims were new; what is known already, and what is to be forgotten, is passed over.

    Raises:
        LedgerError: An item may not be recorded; see `check_item`.
    """
    for item in items:
        check_item(item)
    forgotten = forgotten_among(connection, [(item.digest, item.document.url) for item in items])
    items = [item for item in items if item.digest not in forgotten]
    published = known_documents(connection, [item.digest for item in items])
    known = _known_claims(connection, list(published))
    document_rows: list[Cells] = []
    claim_rows: list[Cells] = []
    for item in items:
        if item.digest not in published:
            published[item.digest] = item.document.published
            document_rows.append(document_cells(item))
        for claim, learned in item.claims:
            identity = claim_id(item.digest, claim)
            if identity not in known:
                known.add(identity)
                # The recorded date counts, so that all claims of a document were said at the same time.
                claim_rows.append(claim_cells(item.digest, identity, claim, learned, published[item.digest]))
    insert_rows(connection, documents, DOCUMENT_COLUMNS, document_rows)
    insert_rows(connection, claims, CLAIM_COLUMNS, claim_rows)
    return Added(len(document_rows), len(claim_rows))


def insert_rows(connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: list[Cells]) -> None:
    """Rows in the order of the columns, many at once, past SQLAlchemy's own care for each (14 us a row)."""
    if rows and connection.dialect.name == "postgresql":
        from callboard.record.postgres import copy_rows

        copy_rows(connection, table, columns, rows)
    elif rows:
        names = ", ".join(f'"{name}"' for name in columns)
        places = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({places})", rows)


def known_documents(connection: sa.Connection, digests: Sequence[str]) -> dict[str, When | None]:
    """Those of the digests that are recorded, each with its recorded date of publication."""
    found: dict[str, When | None] = {}
    for chunk in chunks(digests):
        query = sa.select(documents.c.digest, documents.c.published).where(documents.c.digest.in_(chunk))
        for digest, published in connection.execute(query):
            found[digest] = When.parse(published) if published else None
    return found


def item_of_claim(connection: sa.Connection, identity: str, claim: Claim, learned: dt.datetime) -> Item:
    """
    A claim as part of the document that holds another claim.

    Raises:
        LedgerError: There is no such claim.
    """
    join = sa.select(documents).join(claims, claims.c.document == documents.c.digest).where(claims.c.id == identity)
    row = connection.execute(join.where(~is_forgotten())).mappings().first()
    if row is None:
        raise LedgerError(f"no claim {identity} in this ledger; callboard export shows the ids")
    return Item(row["digest"], to_document(dict(row)), row["text"], learned, ((claim, learned),))


def require_subject(connection: sa.Connection, entry: Entry) -> None:
    """
    Nothing, where the ledger holds what the entry is about.

    Raises:
        LedgerError: It does not.
    """
    column = claims.c.title_key if entry.kind is Kind.MERGE else claims.c.id
    wanted = title_key(entry.subject) if entry.kind is Kind.MERGE else entry.subject
    if connection.execute(sa.select(column).where(column == wanted).limit(1)).first() is None:
        raise LedgerError(f"{entry.kind} of {entry.subject!r}: this ledger has no such thing; look at callboard export")


def insert_entry_once(connection: sa.Connection, entry: Entry) -> int:
    """1 where the entry was new, 0 where the very same is recorded; a forget also drops its documents' texts."""
    row = entry_row(entry)
    if connection.execute(sa.select(entries.c.sequence).where(*(entries.c[name] == row[name] for name in row))).first():
        return 0
    connection.execute(sa.insert(entries), row)
    if entry.kind is Kind.FORGET:
        mine = sa.or_(documents.c.digest == entry.subject, documents.c.url == entry.subject)
        connection.execute(sa.update(documents).where(mine, documents.c.text.is_not(None)).values(text=None))
    return 1


def entry_row(entry: Entry) -> Row:
    return {
        "kind": str(entry.kind),
        "subject": entry.subject,
        "payload": json.dumps(dict(entry.payload), ensure_ascii=False, sort_keys=True),
        "reason": entry.reason,
        "learned_us": to_us(entry.learned),
    }


def has_texts(connection: sa.Connection, learned_before: dt.datetime) -> bool:
    """Whether some text was read before the instant and is still held."""
    return connection.execute(sa.select(sa.literal(1)).where(*_old(learned_before)).limit(1)).first() is not None


def drop_texts(connection: sa.Connection, learned_before: dt.datetime) -> int:
    """Number of documents whose text, read before the instant, was dropped."""
    return connection.execute(sa.update(documents).where(*_old(learned_before)).values(text=None)).rowcount


def _old(learned_before: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return documents.c.text.is_not(None), documents.c.learned_us < to_us(learned_before)


def _known_claims(connection: sa.Connection, digests: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for chunk in chunks(digests):
        found.update(connection.scalars(sa.select(claims.c.id).where(claims.c.document.in_(chunk))))
    return found
