"""The ledger in a database: what every kind of it has in common."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import EllipsisType, TracebackType
from typing import Protocol, Self

import sqlalchemy as sa

from callboard.errors import LedgerError
from callboard.model import Claim, Document, Report
from callboard.record import checks, copies, forgetting, inserts, questions, transfer
from callboard.record.answers import Entry, Forgotten, Health, Imported, Kind, Recorded, Superseded
from callboard.record.copies import Pair
from callboard.record.rows import Item, claim_id, make_item, to_document
from callboard.record.schema import claims, documents, entries

_IMPORT_BATCH = 200  # documents in one transaction; 4,000 claims or so


class Store(Protocol):
    """A database that holds a ledger of the newest schema."""

    engine: sa.Engine
    address: str  # as it may be shown
    opens_by: str  # as `open_ledger` takes it

    def explained(self) -> AbstractContextManager[None]:
        """Turns what the database says went wrong into a `LedgerError` that says what to do."""
        ...

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """A connection in a transaction that is alone in writing; committed at the end, undone by an error."""
        ...

    def settle(self) -> None:
        """Called after a bulk load."""
        ...


class StoredLedger:
    """An open ledger; see `callboard.record.ledger.Ledger`. Threads may share it, forked processes may not."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.engine = store.engine
        self.address = store.address
        self.opens_by = store.opens_by

    def append(self, document: Document, claims: Sequence[Claim], *, learned: dt.datetime) -> int:
        return self.append_many([(document, claims)], learned=learned)

    def append_many(self, items: Iterable[tuple[Document, Sequence[Claim]]], *, learned: dt.datetime) -> int:
        return self._insert([make_item(document, claims, learned) for document, claims in items]).claims

    def note(
        self, kind: Kind, subject: str, payload: Mapping[str, str] | None = None, *, reason: str, learned: dt.datetime
    ) -> Entry:
        if kind is Kind.CORRECTION:
            raise LedgerError("a correction needs the claim that replaces; use correct()")
        if kind is Kind.FORGET:
            raise LedgerError("what is to be forgotten is said by its address; use forget()")
        entry = Entry(kind, subject, dict(payload or {}), reason, learned)
        if kind is Kind.MERGE and not entry.payload.get("into"):
            raise LedgerError(f"merge of {subject!r}: no title to merge it into; give payload into")
        with self._store.writing() as connection:
            inserts.require_subject(connection, entry)
            inserts.insert_entry_once(connection, entry)
        return entry

    def correct(self, claim_id_: str, claim: Claim, *, reason: str, learned: dt.datetime) -> str:
        with self._store.writing() as connection:
            item = inserts.item_of_claim(connection, claim_id_, claim, learned)
            new = claim_id(item.digest, claim)
            if new == claim_id_:
                raise LedgerError(f"claim {claim_id_}: the correction says the same")
            inserts.insert_items(connection, [item])
            inserts.insert_entry_once(connection, Entry(Kind.CORRECTION, claim_id_, {"by": new}, reason, learned))
        return new

    def forget(self, address: str, *, reason: str, learned: dt.datetime, ahead: bool = False) -> Forgotten:
        with self._store.writing() as connection:
            made, gone = forgetting.forget_entries(connection, address, reason=reason, learned=learned, ahead=ahead)
            for entry in made:
                inserts.insert_entry_once(connection, entry)
        return gone

    def forgotten(self, document: Document) -> bool:
        with self._reading() as connection:
            return bool(forgetting.forgotten_among(connection, [(document.digest, document.url)]))

    def reports(
        self,
        title: str | None = None,
        season: int | EllipsisType | None = ...,
        *,
        as_of: dt.date | None = None,
        learned_by: dt.datetime | None = None,
    ) -> list[Report]:
        with self._reading() as connection:
            return questions.find_reports(connection, title, season, as_of=as_of, learned_by=learned_by)

    def last_words(
        self,
        title: str,
        season: int | None = None,
        *,
        as_of: dt.date | None = None,
        learned_by: dt.datetime | None = None,
    ) -> list[Report]:
        with self._reading() as connection:
            return questions.find_last_words(connection, title, season, as_of=as_of, learned_by=learned_by)

    def productions(self, as_of: dt.date | None = None, *, learned_by: dt.datetime | None = None) -> list[Recorded]:
        with self._reading() as connection:
            return questions.find_productions(connection, as_of=as_of, learned_by=learned_by)

    def superseded(self, as_of: dt.date | None = None) -> list[Superseded]:
        with self._reading() as connection:
            return questions.find_superseded(connection, as_of=as_of)

    def documents(self) -> Iterator[Document]:
        last = 0
        while True:
            query = sa.select(documents).where(documents.c.sequence > last, ~forgetting.is_forgotten())
            query = query.order_by(documents.c.sequence).limit(500)
            with self._reading() as connection:
                rows = connection.execute(query).mappings().all()
            if not rows:
                return
            yield from (to_document(dict(row)) for row in rows)
            last = rows[-1]["sequence"]

    def document(self, digest: str) -> Document | None:
        with self._reading() as connection:
            query = sa.select(documents).where(documents.c.digest == digest, ~forgetting.is_forgotten())
            row = connection.execute(query).mappings().first()
        return to_document(dict(row)) if row else None

    def known(self, digests: Iterable[str]) -> set[str]:
        with self._reading() as connection:
            return set(inserts.known_documents(connection, list(digests)))

    def entries(self) -> list[Entry]:
        with self._reading() as connection:
            return questions.find_entries(connection)

    def link_copies(self) -> int:
        pairs = 0
        while True:
            with self._store.writing() as connection:
                looked, found = copies.link_batch(connection)
            pairs += found
            if looked < copies.BATCH:
                return pairs

    def drop_texts(self, learned_before: dt.datetime) -> int:
        if not self._has_texts(learned_before):
            return 0
        with self._store.writing() as connection:
            return inserts.drop_texts(connection, learned_before)

    def export_lines(self) -> Iterator[str]:
        with self._reading() as connection:
            yield from transfer.export_lines(connection)

    def import_lines(self, lines: Iterable[str]) -> Imported:
        total = transfer.Tally()
        for batch in transfer.read_batches(lines, _IMPORT_BATCH, total.problems):
            if isinstance(batch, Entry):
                with self._store.writing() as connection:
                    total.entries += inserts.insert_entry_once(connection, batch)
            elif isinstance(batch[0], Pair):
                with self._store.writing() as connection:
                    total.pairs += copies.insert_pairs(connection, batch)
            else:
                added = self._insert(batch)
                total.documents += added.documents
                total.claims += added.claims
        self._store.settle()
        return total.result()

    def check(self) -> Health:
        with self.engine.connect() as connection:
            return checks.check(connection, self.address)

    def version(self) -> int:
        tops = [sa.func.coalesce(sa.func.max(table.c.sequence), 0) for table in (documents, claims, entries)]
        with self._reading() as connection:
            return sum(connection.execute(sa.select(top)).scalar_one() for top in tops)

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _insert(self, items: list[Item]) -> inserts.Added:
        with self._store.writing() as connection:
            return inserts.insert_items(connection, items)

    def _has_texts(self, learned_before: dt.datetime) -> bool:
        with self._reading() as connection:
            return inserts.has_texts(connection, learned_before)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._store.explained(), self.engine.connect() as connection:
            yield connection
