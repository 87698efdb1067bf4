"""
What is to be forgotten, as somebody asked: the text goes, and no answer speaks of the page again.

A forget is an entry like any other, about an address or about one document's digest. It is the one entry that also
changes answers on the past: whoever asks what was known last year is not told either. The rows of the claims stay in
the database, since nothing is ever removed there; no answer and no export holds them. What comes from a forgotten
address later, changed or not, is not recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

import sqlalchemy as sa

from callboard.errors import LedgerError
from callboard.record.answers import Entry, Forgotten, Kind
from callboard.record.rows import chunks
from callboard.record.schema import claims, documents, entries


def address_forms(address: str) -> tuple[str, ...]:
    """An address and its like: http and https, with and without a slash at the end; a fragment is left out."""
    parts = urlsplit(address.strip())
    if not parts.scheme or not parts.netloc:
        return (address.strip(),)
    path = parts.path.rstrip("/")
    rest = f"?{parts.query}" if parts.query else ""
    schemes = ("https", "http") if parts.scheme.lower() in ("http", "https") else (parts.scheme,)
    host = parts.netloc.lower()
    first = f"{parts.scheme.lower()}://{host}{parts.path}{rest}"
    others = (f"{scheme}://{host}{path}{slash}{rest}" for scheme in schemes for slash in ("", "/"))
    return tuple(dict.fromkeys((address.strip().split("#")[0], first, *others)))


def is_forgotten() -> sa.ColumnElement[bool]:
    """Whether a row of `documents` is of a page that was forgotten, for a query that has that table."""
    about = entries.c.subject.in_([documents.c.digest, documents.c.url])
    return sa.exists().where(entries.c.kind == str(Kind.FORGET), about)


_ANY = sa.select(entries.c.sequence).where(entries.c.kind == str(Kind.FORGET)).limit(1)


def any_forgotten(connection: sa.Connection) -> bool:
    """Whether anything ever was; most ledgers need no further question."""
    return connection.execute(_ANY).first() is not None


def forgotten_among(connection: sa.Connection, pages: Iterable[tuple[str, str | None]]) -> set[str]:
    """The digests of those pages, each given as digest and address, that may not be recorded (again)."""
    if not any_forgotten(connection):
        return set()
    subjects = {digest: (digest, *(address_forms(url) if url else ())) for digest, url in pages}
    named: set[str] = set()
    for chunk in chunks(sorted({name for names in subjects.values() for name in names})):
        query = sa.select(entries.c.subject).where(entries.c.subject.in_(chunk), entries.c.kind == str(Kind.FORGET))
        named.update(connection.scalars(query))
    return {digest for digest, names in subjects.items() if named.intersection(names)}


def forget_entries(
    connection: sa.Connection, address: str, *, reason: str, learned: dt.datetime, ahead: bool
) -> tuple[list[Entry], Forgotten]:
    """
    The entries that forget an address or a digest, with what they make vanish; nothing is written yet.

    Raises:
        LedgerError: Nothing of it is recorded and `ahead` is not set, or it is no address.
    """
    forms = address_forms(address)
    mine = sa.or_(documents.c.url.in_(forms), documents.c.digest == address.strip())
    held = connection.execute(sa.select(documents.c.digest, documents.c.url).where(mine, ~is_forgotten())).all()
    if not held and not ahead:
        if forgotten_among(connection, [(address.strip(), address)]):
            return [], Forgotten((), 0, 0)
        raise LedgerError(
            f"{address}: no page of this address is recorded; give it as callboard why or callboard export shows it, "
            "or say --ahead to refuse it from now on"
        )
    if not held and "://" not in address:
        raise LedgerError(f"{address}: neither a web address nor the digest of a recorded document")
    by_address = "://" in address
    subjects = sorted({row.url if by_address else row.digest for row in held}) or [forms[0]]
    made = [Entry(Kind.FORGET, subject, {}, reason, learned) for subject in subjects]
    count = sum(_claims_of(connection, chunk) for chunk in chunks([row.digest for row in held]))
    return made, Forgotten(tuple(subjects), len(held), count)


def _claims_of(connection: sa.Connection, digests: Sequence[str]) -> int:
    query = sa.select(sa.func.count()).select_from(claims).where(claims.c.document.in_(digests))
    return connection.execute(query).scalar_one()
