"""What is asked of the ledger: reports, productions and entries, as of a day and as known by an instant."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import EllipsisType
from typing import Any

import sqlalchemy as sa

from callboard.model import Event, Production, Report
from callboard.record.answers import Entry, Kind, Recorded, Superseded
from callboard.record.copies import SAID, find_origins, is_not_repeated, is_superseded
from callboard.record.forgetting import is_forgotten
from callboard.record.later import Later, find_later, is_taken_back
from callboard.record.rows import day_us, from_us, title_key, to_report, to_us
from callboard.record.schema import claims, copies, documents, entries

_EVER = 2**62  # microseconds: later than any day


def find_reports(
    connection: sa.Connection,
    title: str | None,
    season: int | EllipsisType | None,
    *,
    as_of: dt.date | None,
    learned_by: dt.datetime | None,
) -> list[Report]:
    """As `Ledger.reports`."""
    later = find_later(connection, learned_by)
    query = (
        sa.select(claims, documents.c.url, documents.c.outlet, documents.c.published)
        .join(documents, documents.c.digest == claims.c.document)
        .where(*_counting(later, as_of, learned_by))
        .order_by(claims.c.said_us, claims.c.id)
    )
    if title is not None:
        query = query.where(claims.c.title_key.in_(later.keys_of(title)))
    if season is not ...:
        query = query.where(claims.c.season.is_(None) if season is None else claims.c.season == season)
    return _to_reports(connection, query, later, learned_by)


def find_last_words(
    connection: sa.Connection,
    title: str,
    season: int | None,
    *,
    as_of: dt.date | None,
    learned_by: dt.datetime | None,
) -> list[Report]:
    """As `Ledger.last_words`: one seek in the index for each event, however much was said."""
    later = find_later(connection, learned_by)
    seek = _last_of_each(connection.dialect.name, season is None, later.taken_back, later.forgotten, later.linked)
    values = {
        "season": season,
        "before": day_us(as_of + dt.timedelta(1)) if as_of and as_of < dt.date.max else _EVER,
        "learned_by": _EVER if learned_by is None else to_us(learned_by),
    }
    found: list[dict[str, Any]] = []
    for key in later.keys_of(title):
        found += map(dict, connection.execute(seek, values | {"title_key": key}).mappings())
    found.sort(key=lambda row: (row["said_us"], row["learned_us"], row["id"]))
    last = {report.claim.event: report for report in _with_origins(connection, found, later, learned_by)}
    return sorted(last.values(), key=lambda report: list(Event).index(report.claim.event))


@lru_cache
def _last_of_each(dialect: str, whole: bool, taken_back: bool, forgotten: bool, linked: bool) -> sa.TextClause:
    """The last claim of each event with its document; made once, and in one question, since making it takes longer."""
    events = ", ".join(f"('{event}')" for event in Event)
    conditions = ["claims.title_key = :title_key", "claims.season IS NULL" if whole else "claims.season = :season"]
    conditions += ["claims.event = each.name", "claims.said_us < :before", "claims.learned_us <= :learned_by"]
    about = "SELECT 1 FROM entries WHERE entries.kind"
    if taken_back:
        conditions.append(
            f"NOT EXISTS ({about} IN ('retraction', 'correction') AND entries.subject = claims.id "
            "AND entries.learned_us <= :learned_by)"
        )
    if forgotten:
        conditions.append(
            f"NOT EXISTS ({about} = 'forget' AND entries.subject IN (claims.document, "
            "(SELECT url FROM documents WHERE digest = claims.document)))"
        )
    if linked:
        same_as = "IS" if dialect == "sqlite" else "IS NOT DISTINCT FROM"
        same = " AND ".join(f"again.{name} {same_as} claims.{name}" for name in SAID)
        conditions.append(
            "NOT EXISTS (SELECT 1 FROM copies WHERE copies.earlier = claims.document AND copies.updates = 1 "
            "AND copies.said_us < :before AND copies.learned_us <= :learned_by AND NOT EXISTS "
            f"(SELECT 1 FROM claims AS again WHERE again.document = copies.later AND {same}))"
        )
    last = f"SELECT claims.sequence FROM claims WHERE {' AND '.join(conditions)}"
    order = "ORDER BY claims.said_us DESC, claims.learned_us DESC, claims.id DESC LIMIT 1"
    return sa.text(
        f"WITH each(name) AS (VALUES {events}), last(sequence) AS (SELECT ({last} {order}) FROM each) "
        "SELECT claims.*, documents.url, documents.outlet, documents.published FROM last "
        "JOIN claims ON claims.sequence = last.sequence JOIN documents ON documents.digest = claims.document"
    )


def find_productions(
    connection: sa.Connection, *, as_of: dt.date | None, learned_by: dt.datetime | None
) -> list[Recorded]:
    """As `Ledger.productions`."""
    later = find_later(connection, learned_by)
    merged = later.merged
    last_said = sa.func.max(documents.c.published_first)
    query = (
        sa.select(claims.c.title_key, claims.c.title, claims.c.season, sa.func.count(), last_said)
        .join(documents, documents.c.digest == claims.c.document)
        .where(*_counting(later, as_of, learned_by))
        .group_by(claims.c.title_key, claims.c.title, claims.c.season)
    )
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    counts: Counter[tuple[str, int]] = Counter()
    lasts: dict[tuple[str, int], dt.date] = {}
    for key, title, season, count, last in connection.execute(query):
        shown = merged.get(key, title)
        place = (title_key(shown), season or 0)
        # Of several spellings the usual one is shown, "Luke Cage" rather than "Marvel's Luke Cage".
        spellings[place[0]][shown] += count
        counts[place] += count
        if last:
            lasts[place] = max(dt.date.fromisoformat(last), lasts.get(place, dt.date.min))
    usual = {key: min(found, key=lambda title: (-found[title], title)) for key, found in spellings.items()}
    return [
        Recorded(Production(usual[key], season or None), counts[key, season], lasts.get((key, season)))
        for key, season in sorted(counts)
    ]


def find_superseded(connection: sa.Connection, *, as_of: dt.date | None) -> list[Superseded]:
    """As `Ledger.superseded`."""
    later = find_later(connection, None)
    if not later.linked:
        return []
    gone = copies.c.said_us.label("gone_said_us"), copies.c.learned_us.label("gone_learned_us")
    query = (
        sa.select(claims, documents.c.url, documents.c.outlet, documents.c.published, *gone)
        .join(documents, documents.c.digest == claims.c.document)
        .join(copies, copies.c.earlier == claims.c.document)
        .where(copies.c.updates == 1, is_not_repeated())
        .where(*_counting(replace(later, linked=False), as_of, None))
        .order_by(claims.c.said_us, claims.c.id, *gone)
    )
    if as_of is not None and as_of < dt.date.max:
        query = query.where(copies.c.said_us < day_us(as_of + dt.timedelta(1)))
    when = [
        (from_us(row["gone_said_us"]).date(), from_us(row["gone_learned_us"]))
        for row in connection.execute(query).mappings()
    ]
    reports = _to_reports(connection, query, later, None)
    return [Superseded(report, *each) for report, each in zip(reports, when, strict=True)]


def find_entries(connection: sa.Connection) -> list[Entry]:
    """Every entry in the order of recording."""
    return [
        Entry(Kind(row.kind), row.subject, json.loads(row.payload), row.reason, from_us(row.learned_us))
        for row in connection.execute(sa.select(entries).order_by(entries.c.sequence))
    ]


def _counting(later: Later, as_of: dt.date | None, learned_by: dt.datetime | None) -> list[sa.ColumnElement[bool]]:
    """What a claim must meet to count."""
    conditions: list[sa.ColumnElement[bool]] = []
    if as_of is not None and as_of < dt.date.max:
        conditions.append(claims.c.said_us < day_us(as_of + dt.timedelta(1)))
    if learned_by is not None:
        conditions.append(claims.c.learned_us <= to_us(learned_by))
    if later.taken_back:
        conditions.append(~is_taken_back(learned_by))
    if later.forgotten:
        conditions.append(~is_forgotten())
    if later.linked:
        conditions.append(~is_superseded(as_of, learned_by))
    return conditions


def _to_reports(
    connection: sa.Connection, query: sa.Select[Any], later: Later, learned_by: dt.datetime | None
) -> list[Report]:
    return _with_origins(connection, connection.execute(query).mappings(), later, learned_by)


def _with_origins(
    connection: sa.Connection, rows: Iterable[Mapping[Any, Any]], later: Later, learned_by: dt.datetime | None
) -> list[Report]:
    found = [to_report(dict(row), later.merged) for row in rows]
    if not later.linked or not found:
        return found
    origins = find_origins(connection, {report.document for report in found}, learned_by)
    return [replace(report, origin=origins.get(report.document)) for report in found]
