"""
The ledger as JSON Lines: one line for each document with its claims, then one for each entry.

Documents stand in the order of their digests and claims in the order of their quotes, so the lines depend on what was
recorded and not on the order in which it came. The lines of documents are what `callboard record` reads, too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from callboard.errors import CallboardError, LedgerError
from callboard.model import Claim, Document, Json, Problem
from callboard.record.answers import Entry, Imported, Kind
from callboard.record.copies import Pair
from callboard.record.forgetting import any_forgotten, is_forgotten
from callboard.record.questions import find_entries
from callboard.record.rows import Item, check_item, claim_id, from_us, to_claim, to_document
from callboard.record.schema import claims, copies, documents

_CHUNK = 200


@dataclass(slots=True)
class Tally:
    """What an import has added so far."""

    documents: int = 0
    claims: int = 0
    entries: int = 0
    pairs: int = 0
    problems: list[Problem] = field(default_factory=list)

    def result(self) -> Imported:
        return Imported(self.documents, self.claims, self.entries, tuple(self.problems))


def export_lines(connection: sa.Connection) -> Iterator[str]:
    """Everything in the ledger but what was forgotten, as it was when the first line was asked for."""
    last = ""
    while True:
        query = sa.select(documents).where(documents.c.digest > last, ~is_forgotten()).order_by(documents.c.digest)
        rows = connection.execute(query.limit(_CHUNK)).mappings().all()
        if not rows:
            break
        last = rows[-1]["digest"]
        by_document: dict[str, list[Json]] = defaultdict(list)
        learned = {row["digest"]: row["learned_us"] for row in rows}
        order = (claims.c.document, claims.c.part, claims.c.start, claims.c.end, claims.c.id)
        for row in connection.execute(
            sa.select(claims).where(claims.c.document.in_(list(learned))).order_by(*order)
        ).mappings():
            line = to_claim(dict(row)).to_json() | {"id": row["id"]}
            if row["learned_us"] != learned[row["document"]]:
                line["learned"] = from_us(row["learned_us"]).isoformat()
            by_document[row["document"]].append(line)
        for row in rows:
            head = to_document(dict(row)).to_json() | {"text": row["text"]}
            when = from_us(row["learned_us"]).isoformat()
            yield _dump(head | {"learned": when, "claims": by_document[row["digest"]]})
    for pair in connection.execute(_pairs()):
        yield _dump({"copy": pair.later, "of": pair.earlier, "share": pair.share})
    about_forgotten = _claims_of_forgotten(connection)
    for entry in find_entries(connection):
        if entry.subject in about_forgotten:
            continue  # a retraction of what is not told need not be told
        yield _dump(
            {
                "entry": str(entry.kind),
                "subject": entry.subject,
                "payload": dict(entry.payload),
                "reason": entry.reason,
                "learned": entry.learned.isoformat(),
            }
        )


def _pairs() -> sa.Select[Any]:
    told = sa.select(documents.c.digest).where(~is_forgotten())
    query = sa.select(copies).where(copies.c.earlier.in_(told), copies.c.later.in_(told))
    return query.order_by(copies.c.earlier, copies.c.later)


def _claims_of_forgotten(connection: sa.Connection) -> set[str]:
    query = sa.select(claims.c.id).join(documents, documents.c.digest == claims.c.document)
    return set(connection.scalars(query.where(is_forgotten()))) if any_forgotten(connection) else set()


def read_batches(lines: Iterable[str], size: int, problems: list[Problem]) -> Iterator[list[Item] | list[Pair] | Entry]:
    """
    The documents, and the pairs of copies, in batches, and the entries one by one, as they come.

    Args:
        lines: What `export_lines` wrote; empty lines are passed over.
        size: Most documents or pairs in one batch.
        problems: What could not be read is added here.
    """
    batch: list[Item] = []
    pairs: list[Pair] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            read = _read(line)
        except (CallboardError, ValueError) as error:
            problems.append(Problem(f"line {number}", str(error)))
            continue
        if isinstance(read, Item):
            batch.append(read)
        elif isinstance(read, Pair):
            pairs.append(read)
        # Pairs and entries are about documents, so these come before them.
        if batch and (len(batch) >= size or not isinstance(read, Item)):
            yield batch
            batch = []
        if pairs and (len(pairs) >= size or not isinstance(read, Pair)):
            yield pairs
            pairs = []
        if isinstance(read, Entry):
            yield read
    if batch:
        yield batch
    if pairs:
        yield pairs


def _read(line: str) -> Item | Pair | Entry:
    try:
        data = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        where = f" from character {error.pos + 1} on" if isinstance(error, json.JSONDecodeError) else ""
        raise LedgerError(
            f"no JSON{where}; an export has one JSON object on each line, see callboard export"
        ) from error
    if not isinstance(data, dict):
        raise LedgerError("not a JSON object; an export has one on each line")
    if "copy" in data:
        if not isinstance(data["copy"], str) or not isinstance(data.get("of"), str):
            raise LedgerError("a copy needs two digests, copy and of")
        return Pair(data["copy"], data["of"], min(max(float(data.get("share") or 0.0), 0.0), 1.0))
    learned = _instant(data.get("learned"))
    if learned is None:
        raise LedgerError("no learned; this is not a line of an export (callboard record takes other documents)")
    if "entry" in data:
        payload, subject = data.get("payload") or {}, data.get("subject")
        if not isinstance(subject, str) or not isinstance(payload, dict):
            raise LedgerError("an entry needs a subject and a payload")
        kind = Kind(data["entry"])
        if kind is Kind.MERGE and not isinstance(payload.get("into"), str):
            raise LedgerError("a merge needs the title to merge into, payload into")
        return Entry(kind, subject, payload, str(data.get("reason") or ""), learned)
    document = Document.from_json(data)
    digest = document.id or document.digest
    read = []
    for claim_data in data.get("claims") or []:
        claim = Claim.from_json(claim_data)
        if claim_data.get("id") not in (None, claim_id(digest, claim)):
            raise LedgerError(f"claim {claim_data['id']} says something else than its id; the export was changed")
        read.append((claim, _instant(claim_data.get("learned")) or learned))
    text = None if data.get("text") is None else document.text
    item = Item(digest, document, text, learned, tuple(read))
    check_item(item)
    return item


def _instant(value: object) -> dt.datetime | None:
    if value is None:
        return None
    instant = dt.datetime.fromisoformat(str(value))
    if instant.tzinfo is None:
        raise LedgerError(f"learned {value!r} has no zone; write it with +00:00")
    return instant.astimezone(dt.UTC)


def _dump(data: Json) -> str:
    return json.dumps(data, ensure_ascii=False)
