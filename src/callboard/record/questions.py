"""What is asked of the ledger: reports, productions and entries, as of a day and as known by an instant."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from types import EllipsisType

import sqlalchemy as sa

from callboard.model import Production, Report, title_key
from callboard.record.answers import Entry, Kind, Recorded
from callboard.record.forgetting import any_forgotten, is_forgotten
from callboard.record.rows import day_us, from_us, to_report, to_us
from callboard.record.schema import claims, documents, entries


def find_reports(
    connection: sa.Connection,
    title: str | None,
    season: int | EllipsisType | None,
    *,
    as_of: dt.date | None,
    learned_by: dt.datetime | None,
) -> list[Report]:
    """As `Ledger.reports`."""
    later = _entries_by(connection, learned_by)
    merged = _merges(later)
    query = (
        sa.select(claims, documents.c.url, documents.c.outlet, documents.c.published)
        .join(documents, documents.c.digest == claims.c.document)
        .where(*_counting(connection, later, as_of, learned_by))
        .order_by(claims.c.said_us, claims.c.id)
    )
    if title is not None:
        wanted = title_key(merged.get(title_key(title), title))
        keys = {wanted} | {key for key, into in merged.items() if title_key(into) == wanted}
        query = query.where(claims.c.title_key.in_(sorted(keys)))
    if season is not ...:
        query = query.where(claims.c.season.is_not_distinct_from(season))
    return [to_report(dict(row), merged) for row in connection.execute(query).mappings()]


def find_productions(
    connection: sa.Connection, *, as_of: dt.date | None, learned_by: dt.datetime | None
) -> list[Recorded]:
    """As `Ledger.productions`."""
    later = _entries_by(connection, learned_by)
    merged = _merges(later)
    last_said = sa.func.max(documents.c.published_first)
    query = (
        sa.select(claims.c.title_key, claims.c.title, claims.c.season, sa.func.count(), last_said)
        .join(documents, documents.c.digest == claims.c.document)
        .where(*_counting(connection, later, as_of, learned_by))
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


def find_entries(connection: sa.Connection) -> list[Entry]:
    """Every entry in the order of recording."""
    return _entries_by(connection, None)


def _entries_by(connection: sa.Connection, learned_by: dt.datetime | None) -> list[Entry]:
    query = sa.select(entries).order_by(entries.c.sequence)
    if learned_by is not None:
        query = query.where(entries.c.learned_us <= to_us(learned_by))
    return [
        Entry(Kind(row.kind), row.subject, json.loads(row.payload), row.reason, from_us(row.learned_us))
        for row in connection.execute(query)
    ]


def _counting(
    connection: sa.Connection, later: list[Entry], as_of: dt.date | None, learned_by: dt.datetime | None
) -> list[sa.ColumnElement[bool]]:
    """What a claim must meet to count."""
    conditions: list[sa.ColumnElement[bool]] = []
    if as_of is not None and as_of < dt.date.max:
        conditions.append(claims.c.said_us < day_us(as_of + dt.timedelta(1)))
    if learned_by is not None:
        conditions.append(claims.c.learned_us <= to_us(learned_by))
    kinds = {entry.kind for entry in later}
    if kinds & {Kind.RETRACTION, Kind.CORRECTION}:
        conditions.append(claims.c.id.not_in(_subjects(learned_by, Kind.RETRACTION, Kind.CORRECTION)))
    if any_forgotten(connection):
        conditions.append(~is_forgotten())
    return conditions


def _subjects(learned_by: dt.datetime | None, *kinds: Kind) -> sa.Select[tuple[str]]:
    query = sa.select(entries.c.subject).where(entries.c.kind.in_([str(kind) for kind in kinds]))
    return query if learned_by is None else query.where(entries.c.learned_us <= to_us(learned_by))


def _merges(later: list[Entry]) -> Mapping[str, str]:
    """For each merged title's key, the title under which its claims count; a later merge wins, chains are followed."""
    direct: dict[str, str] = {}
    for entry in later:
        if entry.kind is Kind.MERGE:
            direct[title_key(entry.subject)] = entry.payload["into"]
    resolved = {}
    for key in direct:
        seen = {key}
        title = direct[key]
        while (following := title_key(title)) in direct and following not in seen:
            seen.add(following)
            title = direct[following]
        if title_key(title) != key:
            resolved[key] = title
    return resolved
