"""
Copies among the recorded documents: found once the documents are recorded, while their texts are held.

A pair of documents is two pages with one text. At one address it is an article and its later version: what the later one
does not say any more counts no longer. At different addresses it is a copy: the earliest of them is the origin of all.
Whether two are a pair depends on their texts alone, so the order of reading does not show. `sketches` and `sketch_keys`
are there for finding, and may be dropped and made again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import sqlalchemy as sa

from callboard.record.forgetting import address_forms, is_forgotten
from callboard.record.rows import chunks, day_us, from_us, said_us, to_us
from callboard.record.schema import claims, copies, documents, sketch_keys, sketches
from callboard.record.sketches import Sketch, likeness, sketch
from callboard.when import When

MOST_HOLDERS = 50  # documents that share a sentence before it is taken for a turn of phrase or a box of many sites
BATCH = 200  # documents looked at in one transaction
SAID = ("title_key", "season", "event", "time", "modality", "source", "person", "role", "place", "platform")
_HEAD = (documents.c.digest, documents.c.url, documents.c.outlet, documents.c.published, documents.c.learned_us)
_LOOK_BACK = 10_000  # rows: several writers may finish in another order than they began


class Pair(NamedTuple):
    """Two documents with one text, by their digests, in any order."""

    one: str
    other: str
    share: float  # how much of the shorter one the other has, 0 to 1


def link_batch(connection: sa.Connection) -> tuple[int, int]:
    """How many documents were looked at, and how many pairs they gave; 0 and 0 when all is done."""
    top = connection.execute(sa.select(sa.func.coalesce(sa.func.max(sketches.c.document), 0))).scalar_one()
    query = (
        sa.select(documents.c.sequence, documents.c.digest, documents.c.url, documents.c.text)
        .where(documents.c.sequence > top - _LOOK_BACK, documents.c.text.is_not(None), ~is_forgotten())
        .where(~sa.exists().where(sketches.c.document == documents.c.sequence))
        .order_by(documents.c.sequence)
        .limit(BATCH)
    )
    rows = connection.execute(query).all()
    found = 0
    for sequence, digest, url, text in rows:
        made = sketch(text)
        holders = _holders(connection, made)
        alike = _alike(connection, url, made, holders)
        row = {"document": sequence, "minhash": made.values, "sentences": len(made.sentences)}
        connection.execute(sa.insert(sketches), row)
        keys = [key for key in {*made.sentences, *made.bands} if len(holders.get(key, ())) < MOST_HOLDERS]
        if keys:
            connection.execute(sa.insert(sketch_keys), [{"key": key, "document": sequence} for key in sorted(keys)])
        found += insert_pairs(connection, [Pair(digest, other, share) for other, share in alike])
    return len(rows), found


def insert_pairs(connection: sa.Connection, found: Iterable[Pair]) -> int:
    """How many pairs were new; those of unknown documents are passed over."""
    found = list(found)
    held = {}
    for chunk in chunks(sorted({digest for one, other, _ in found for digest in (one, other)})):
        for row in connection.execute(sa.select(*_HEAD).where(documents.c.digest.in_(chunk))).mappings():
            held[row["digest"]] = dict(row)
    rows = []
    for one, other, share in found:
        if one not in held or other not in held:
            continue
        # What is said later is the later version; where a site keeps the day, what is read later.
        earlier, later = sorted((held[one], held[other]), key=_said_order)
        known = sa.select(copies.c.share).where(
            copies.c.earlier == earlier["digest"], copies.c.later == later["digest"]
        )
        if connection.execute(known).first() is None:
            rows.append(
                {
                    "earlier": earlier["digest"],
                    "later": later["digest"],
                    "share": round(share, 3),
                    "updates": int(_same_address(earlier["url"], later["url"])),
                    "said_us": _said_order(later)[0],
                    "learned_us": later["learned_us"],
                }
            )
    if rows:
        connection.execute(sa.insert(copies), rows)
    return len(rows)


def is_superseded(as_of: dt.date | None, learned_by: dt.datetime | None) -> sa.ColumnElement[bool]:
    """Whether a later version of its article does not say what a row of `claims` says."""
    query = sa.exists().where(copies.c.earlier == claims.c.document, copies.c.updates == 1, is_not_repeated())
    if as_of is not None and as_of < dt.date.max:
        query = query.where(copies.c.said_us < day_us(as_of + dt.timedelta(1)))
    if learned_by is not None:
        query = query.where(copies.c.learned_us <= to_us(learned_by))
    return query


def is_not_repeated() -> sa.ColumnElement[bool]:
    """Whether the later document of a row of `copies` does not say what a row of `claims` says."""
    again = claims.alias("again")
    same = [again.c[name].is_not_distinct_from(claims.c[name]) for name in SAID]
    return ~sa.exists().where(again.c.document == copies.c.later, *same).correlate(copies, claims)


def find_origins(connection: sa.Connection, digests: Collection[str], learned_by: dt.datetime | None) -> dict[str, str]:
    """
    Digest of each document that shares its text -> whose text it is: outlet, else host, else digest, of the earliest.

    Earliest is who said it first; among those of one day, whom callboard read first. A document that is its own origin and
    has an outlet is left out.
    """
    linked: dict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    asked = sorted(digests)
    while asked:
        seen.update(asked)
        for one, other in _pairs_of(connection, asked):
            linked[one].add(other)
            linked[other].add(one)
        asked = sorted(set(linked) - seen)
    if not linked:
        return {}
    places = _places(connection, sorted(linked), learned_by)
    found = {}
    for digest in digests:
        at = digest
        while at in places:
            first = min((each for each in (at, *linked[at]) if each in places), key=lambda each: places[each].order)
            if first == at:
                break
            at = first
        if at in places and places[at].name != (places[digest].outlet if digest in places else None):
            found[digest] = places[at].name
    return found


def _said_order(row: Mapping[Any, Any]) -> tuple[int, int, str]:
    """What sorts documents by when they were said, then by when they were read."""
    published = When.parse(row["published"]) if row["published"] else None
    return said_us(published, from_us(row["learned_us"])), row["learned_us"], row["digest"]


class _Place(NamedTuple):
    order: tuple[int, int, str]
    outlet: str | None
    name: str


def _places(connection: sa.Connection, digests: Sequence[str], learned_by: dt.datetime | None) -> dict[str, _Place]:
    found = {}
    for chunk in chunks(digests):
        query = sa.select(*_HEAD).where(documents.c.digest.in_(chunk), ~is_forgotten())
        if learned_by is not None:
            query = query.where(documents.c.learned_us <= to_us(learned_by))
        for row in connection.execute(query).mappings():
            name = row["outlet"] or _host(row["url"]) or row["digest"]
            found[row["digest"]] = _Place(_said_order(row), row["outlet"], name)
    return found


def _pairs_of(connection: sa.Connection, digests: Sequence[str]) -> Iterable[tuple[str, str]]:
    for chunk in chunks(digests):
        for mine in (copies.c.earlier, copies.c.later):
            query = sa.select(copies.c.earlier, copies.c.later).where(mine.in_(chunk))
            yield from (tuple(row) for row in connection.execute(query))


def _holders(connection: sa.Connection, made: Sketch) -> dict[int, list[int]]:
    """Each sentence and band of a text that other documents have -> their sequences."""
    holders: dict[int, list[int]] = defaultdict(list)
    keys = [*made.sentences, *made.bands]
    for start in range(0, len(keys), 500):
        wanted = keys[start : start + 500]
        query = sa.select(sketch_keys.c.key, sketch_keys.c.document).where(sketch_keys.c.key.in_(wanted))
        for key, document in connection.execute(query):
            holders[key].append(document)
    return holders


def _alike(
    connection: sa.Connection, url: str | None, made: Sketch, holders: Mapping[int, list[int]]
) -> list[tuple[str, float]]:
    """
    The digests of the documents that are one with a text, and how much of it they have.

    Other pages of the same site are left out: they are one voice anyway, and share its boxes.
    """
    common: dict[int, list[int]] = defaultdict(list)
    candidates: set[int] = set()
    for key, held in holders.items():
        candidates.update(held)
        # The fifty-first copy of a wire story is still known by its MinHash values.
        for document in held if key in made.sentences and len(held) < MOST_HOLDERS else ():
            common[document].append(key)
    found = []
    ordered = sorted(candidates)
    for start in range(0, len(ordered), 500):
        query = (
            sa.select(
                documents.c.digest, documents.c.url, sketches.c.document, sketches.c.minhash, sketches.c.sentences
            )
            .join(documents, documents.c.sequence == sketches.c.document)
            .where(sketches.c.document.in_(ordered[start : start + 500]), ~is_forgotten())
        )
        for digest, other, document, minhash, sentences in connection.execute(query):
            if _host(url) is not None and _host(url) == _host(other) and not _same_address(url, other):
                continue
            if share := likeness(made, bytes(minhash), sentences, common[document]):
                found.append((digest, share))
    return found


def _host(url: str | None) -> str | None:
    return urlsplit(url).hostname if url else None


def _same_address(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and not set(address_forms(one)).isdisjoint(address_forms(other))
