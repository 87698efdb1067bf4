"""
Titles that were born in the press: made from what is said of them, growing with it, joined to a catalogue when one has them.

Each step is an entry of the table `press`, with the report that brought it, and entries are only added. The title itself
is a row of the source "press", written from its entries, so that search and show know it like any other. It is never
offered to the reader of articles, which would then believe itself.

A press title is joined by a merge entry where the candidates of its name are settled by what the press says of it (kind,
year, platform, people); where they are not, the question stays open, and where a person said anything about the pair, that stands.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from callboard.catalogue import press
from callboard.catalogue.catalogue import Catalogue
from callboard.catalogue.identity import (
    Fact,
    Row,
    decide,
    decided_about,
    entries_about,
    facts_of,
    find_row,
    production_of,
)
from callboard.catalogue.searching import Context, find_candidates, is_settled
from callboard.model import Event, Modality, Report, title_key

SOURCE = "press"
_NAMED_ENOUGH = 90  # points of a candidate whose name or other name this is, before what fits is added


@dataclass(frozen=True, slots=True)
class Learned:
    """What a look at the ledger, or an import, changed."""

    born: int = 0
    facts: int = 0
    joined: tuple[tuple[str, str], ...] = ()  # (press:KEY, id of the catalogue)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was learned of a title."""

    made: str  # instant, UTC
    what: str  # born, name, kind, season, platform, year, person, joined
    value: str
    report: str  # id of the first report that says so; "" for joined
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of a production."""

    row: Row  # that was asked for
    rows: tuple[Row, ...]  # of all sources
    facts: tuple[Fact, ...]
    entries: tuple[tuple[str, ...], ...]  # instant, what, one id, the other, reason
    press: tuple[Entry, ...]  # where it was born there


def learn(
    store: sqlite3.Connection,
    known: Catalogue,
    spoken: Mapping[str, Sequence[Report]],
    voice_of: Callable[[Report], str],
    now: dt.datetime,
) -> Learned:
    """
    Make and enlarge the press titles by what the ledger says, and join those that a catalogue has.

    Args:
        store: The user's catalogue, open for writing.
        known: What comes along and what was imported: titles in it are not born.
        spoken: Key of each title that is spoken of -> its reports, oldest first.
        voice_of: The first voice of a report.
        now: The instant that new entries bear.
    """
    store.execute("BEGIN IMMEDIATE")
    try:
        born = facts = 0
        for key, reports in spoken.items():
            is_there = find_row(store, f"{SOURCE}:{key}") is not None
            names = {report.claim.production.title for report in reports}
            if not is_there and any(press.is_catalogued(known, name) for name in names):
                continue
            p = press.probability(known, reports, voice_of)
            if not is_there and p < press.ENOUGH:
                continue
            if not is_there:
                name, reason = reports[0].claim.production.title, f"probability {p:.2f} of being a title"
                _add(store, key, Entry(_instant(now), "born", name, reports[0].id, reason))
                born += 1
            new = sum(
                _add(store, key, Entry(_instant(now), what, value, report.id, _said(report, voice_of)))
                for what, value, report in _facts(reports)
            )
            facts += new
            if new:
                _write(store, key)
        joined = _join(store, known, now)
    except BaseException:
        store.execute("ROLLBACK")
        raise
    store.execute("COMMIT")
    return Learned(born, facts, joined)


def join(store: sqlite3.Connection, known: Catalogue, now: dt.datetime) -> Learned:
    """Join the press titles that a catalogue has by now, as `learn` does."""
    store.execute("BEGIN IMMEDIATE")
    try:
        joined = _join(store, known, now)
    except BaseException:
        store.execute("ROLLBACK")
        raise
    store.execute("COMMIT")
    return Learned(joined=joined)


def entries_of(store: sqlite3.Connection, key: str) -> list[Entry]:
    """What was learned of a title from the press, in order; empty where it was not born there."""
    query = "SELECT made, what, value, report, reason FROM press WHERE ref = ? ORDER BY id"
    return [Entry(*map(str, each)) for each in store.execute(query, (key,))]


def find_known(store: sqlite3.Connection, identity: str) -> Known | None:
    """Everything that the user's catalogue has on a production; None where it has none of that id."""
    row = find_row(store, identity)
    if row is None:
        return None
    rows = production_of(store, row)
    born = [entry for each in rows if each.source == SOURCE for entry in entries_of(store, each.ref)]
    return Known(row, tuple(rows), tuple(facts_of(store, rows)), tuple(entries_about(store, rows)), tuple(born))


def _facts(reports: Iterable[Report]) -> Iterator[tuple[str, str, Report]]:
    """What reports say of a title, each with the first report that says so; what is denied or only possible left out."""
    for report in reports:
        claim = report.claim
        yield "name", claim.production.title, report
        if claim.modality in (Modality.DENIED, Modality.POSSIBLE):
            continue
        if claim.production.season is not None:
            yield "season", str(claim.production.season), report
        if claim.platform:
            yield "platform", claim.platform, report
        if claim.event in (Event.CASTING, Event.CREW) and claim.person:
            yield "person", f"{claim.person} as {claim.role}" if claim.role else claim.person, report
        if claim.event is Event.RELEASE and claim.time is not None and claim.production.season in (None, 1):
            first, last = claim.time.bounds()
            if first.year == last.year:
                yield "year", str(first.year), report


def _add(store: sqlite3.Connection, key: str, entry: Entry) -> int:
    """1 where the entry is new, 0 where the title had it already."""
    cursor = store.execute(
        "INSERT OR IGNORE INTO press (made, ref, what, value, report, reason) VALUES (?, ?, ?, ?, ?, ?)",
        (entry.made, key, entry.what, entry.value, entry.report, entry.reason),
    )
    return cursor.rowcount


def _write(store: sqlite3.Connection, key: str) -> None:
    """The title's row and names, as its entries say; the last word on the year counts."""
    found: dict[str, list[str]] = {}
    for entry in entries_of(store, key):
        found.setdefault(entry.what, []).append(entry.value)
    seasons = [int(number) for number in found.get("season", ())]
    kind = "series" if seasons else "film" if "theaters" in found.get("platform", ()) else "unknown"
    year = int(found["year"][-1]) if "year" in found else None
    values = (kind, found["born"][0], year, "; ".join(found.get("platform", ())) or None, max(seasons, default=None))
    store.execute(
        "INSERT INTO title (source, ref, kind, form, name, year, platforms, seasons) VALUES (?, ?, ?, '', ?, ?, ?, ?)"
        " ON CONFLICT (source, ref) DO UPDATE SET (kind, name, year, platforms, seasons)"
        " = (excluded.kind, excluded.name, excluded.year, excluded.platforms, excluded.seasons)",
        (SOURCE, key, *values),
    )
    row = find_row(store, f"{SOURCE}:{key}")
    assert row is not None
    for name in found.get("name", ()):
        what = "primary" if name == values[1] else "alias"
        store.execute(
            "INSERT OR IGNORE INTO name (title, dataset, name, what, region, language, key) VALUES (?, ?, ?, ?, '', '', ?)",
            (row.number, SOURCE, name, what, title_key(name)),
        )
    for number in seasons:
        store.execute(
            "INSERT OR IGNORE INTO season (title, dataset, number, first, last, episodes) VALUES (?, ?, ?, '', '', -1)",
            (row.number, SOURCE, number),
        )


def _join(store: sqlite3.Connection, known: Catalogue, now: dt.datetime) -> tuple[tuple[str, str], ...]:
    joined = []
    for (key,) in store.execute("SELECT ref FROM press WHERE what = 'born' ORDER BY id").fetchall():
        row = find_row(store, f"{SOURCE}:{key}")
        if row is None or any(what == "merge" for what in decided_about(store, row.id).values()):
            continue
        if found := _meant(store, known, row):
            other, reason = found
            decide(store, "merge", row.id, other, f"by callboard: {reason}", now)
            _add(store, key, Entry(_instant(now), "joined", other, "", reason))
            joined.append((row.id, other))
    return tuple(joined)


def _meant(store: sqlite3.Connection, known: Catalogue, row: Row) -> tuple[str, str] | None:
    """The id of the imported production that a press title is, and why; None where there is none, or it is open."""
    kind = None if row.kind == "unknown" else row.kind
    entries = entries_of(store, row.ref)
    context = Context(
        year=row.year,
        kind=kind,
        platform=row.platforms[0] if len(row.platforms) == 1 else None,
        season=row.seasons,
        people=tuple(entry.value.partition(" as ")[0] for entry in entries if entry.what == "person"),
    )
    found = [
        each
        for each in find_candidates(Catalogue(titles={}, platform_facts=known.platform_facts), store, row.name, context)
        if each.sources != (SOURCE,)
    ]
    apart = {other for other, what in decided_about(store, row.id).items() if what == "split"}
    found = [each for each in found if each.id not in apart]
    if not is_settled(found) or found[0].points < _NAMED_ENOUGH:
        return None
    if row.year is not None and found[0].year is not None and abs(found[0].year - row.year) > 1:
        return None  # a namesake of another year
    return found[0].id, "; ".join(found[0].reasons)


def _said(report: Report, voice_of: Callable[[Report], str]) -> str:
    return f"{voice_of(report) or 'somebody'}, {report.said or 'undated'}"


def _instant(now: dt.datetime) -> str:
    return now.isoformat(timespec="seconds")


def origin_line(
    known: Catalogue, store: sqlite3.Connection | None, told: Sequence[tuple[Report, str]], day: dt.date
) -> str:
    """
    One line on where a title comes from that no catalogue has as it is written; "" where one has it.

    Args:
        known: What comes along and what was imported.
        store: The user's catalogue; None where there is none.
        told: The reports on the title, each with its first voice.
        day: What was learned later is not told.
    """
    if not told or any(press.is_catalogued(known, report.claim.production.title) for report, _ in told):
        return ""
    voices = dict(told)
    p = press.probability(known, voices, lambda report: voices[report])
    dated = [(report.said.bounds()[0], voice) for report, voice in told if report.said is not None]
    first = f", first named by {min(dated)[1]} on {min(dated)[0].isoformat()}" if dated else ""
    entries = entries_of(store, title_key(told[0][0].claim.production.title)) if store else []
    joined = [entry.value for entry in entries if entry.what == "joined" and entry.made[:10] <= day.isoformat()]
    if joined:
        return f"Known from the press{first}; {joined[-1]} in the catalogue"
    return f"No catalogue has this title{first}; {p:.0%} sure that it is one"
