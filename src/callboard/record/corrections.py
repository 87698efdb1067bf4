"""
What people say of claims that were read: right, wrong, or to be read otherwise, each with a reason.

A verdict is an entry of the ledger. The last one on a claim counts, and it counts for the same claim read again: from the
same address, on the same production, with the same event, time and modality, in the same words. So neither a new version
of a page nor a new reader brings back what was rejected. `corrected` gives a ledger that answers accordingly.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import EllipsisType, TracebackType
from typing import Any, cast

from callboard.errors import CallboardError, LedgerError
from callboard.model import Claim, Event, Production, Report, content_hash, title_key
from callboard.record.answers import Entry, Kind, Recorded, Superseded
from callboard.record.ledger import Ledger
from callboard.record.rows import MAX_SEASON

FIELDS = ("title", "season", "event", "time", "modality", "source", "person", "role", "place", "platform")
_LEAST_DIGITS = 6  # of an id that is cut short


class Verdict(StrEnum):
    """What somebody says of a claim."""

    CONFIRMED = "confirmed"  # the text says so
    REJECTED = "rejected"  # it does not; the claim counts no more
    CORRECTED = "corrected"  # it says something else


@dataclass(frozen=True, slots=True)
class Decided:
    """A verdict on a claim, with what tells the same claim when it is read again."""

    claim: str  # id
    verdict: Verdict
    changes: Mapping[str, str | int | None]  # of a correction: field -> what it is to be
    same: tuple[str | int | None, ...]  # as `_same_of`
    quote: str
    title: str  # of the claim as it was read
    reason: str
    learned: dt.datetime

    def __str__(self) -> str:
        changed = ", ".join(f"{name} {'none' if value is None else value}" for name, value in self.changes.items())
        return f"{self.verdict}{f' to {changed}' if changed else ''}: {self.reason}"


def decide(
    ledger: Ledger,
    report: Report,
    verdict: Verdict,
    changes: Mapping[str, str | int | None] | None = None,
    *,
    reason: str,
    learned: dt.datetime,
) -> Entry:
    """
    The entry written: a verdict on a report as it was read, see `find_claim`.

    Raises:
        LedgerError: There is no reason, nothing changes, or the ledger cannot be written.
        CallboardError: A field does not take the value.
    """
    if not reason.strip():
        raise LedgerError("a verdict needs a reason: how you know")
    changes = dict(changes or {})
    for text in (reason, *changes.values()):
        if isinstance(text, str) and (not text.isprintable() or any("\ud800" <= c <= "\udfff" for c in text)):
            raise LedgerError(f"{text[:40]!a}: half a surrogate pair, or a character that cannot be seen")
    if (verdict is Verdict.CORRECTED) != bool(changes):
        raise LedgerError("a correction, and nothing else, needs what is to be changed")
    if changes and _overridden(report.claim, changes) == report.claim:
        raise LedgerError(f"claim {report.id[:12]} says that already")
    payload = {
        "verdict": str(verdict),
        "changes": json.dumps(changes, ensure_ascii=False, sort_keys=True),
        "same": json.dumps(_same_of(report), ensure_ascii=False),
        "quote": report.claim.quote.text,
        "title": report.claim.production.title,
    }
    return ledger.note(Kind.VERDICT, report.id, payload, reason=reason.strip(), learned=learned)


def verdicts(ledger: Ledger, learned_by: dt.datetime | None = None) -> list[Decided]:
    """Every verdict that was known by an instant, in the order of recording."""
    return [
        Decided(
            claim=entry.subject,
            verdict=Verdict(entry.payload["verdict"]),
            changes=json.loads(entry.payload["changes"]),
            same=tuple(json.loads(entry.payload["same"])),
            quote=entry.payload["quote"],
            title=entry.payload["title"],
            reason=entry.reason,
            learned=entry.learned,
        )
        for entry in ledger.entries()
        if entry.kind is Kind.VERDICT and (learned_by is None or entry.learned <= learned_by)
    ]


class Verdicts:
    """Verdicts in the order of recording, ready to be looked up."""

    def __init__(self, decided: Sequence[Decided]) -> None:
        self._decided = decided
        self._by_id: dict[str, int] = {}
        self._by_same: dict[tuple[str | int | None, ...], list[int]] = defaultdict(list)
        # key of a title to which claims were given, or given another season of -> the titles that they had
        self.moved: dict[str, dict[str, str]] = defaultdict(dict)
        for number, each in enumerate(decided):
            self._by_id[each.claim] = number
            self._by_same[each.same].append(number)
            if not {"title", "season"}.isdisjoint(each.changes):
                self.moved[title_key(str(each.changes.get("title", each.title)))][title_key(each.title)] = each.title

    def __bool__(self) -> bool:
        return bool(self._decided)

    def last(self, report: Report) -> Decided | None:
        """The last verdict on a report as it was read; None: nobody judged it."""
        numbers = [self._by_id[report.id]] if report.id in self._by_id else []
        alike = self._by_same.get(_same_of(report), ()) if report.url else ()
        if alike:
            words = _words_of(report.claim.quote.text)
            numbers += [n for n in alike if _overlap(_words_of(self._decided[n].quote), words)]
        return self._decided[max(numbers)] if numbers else None

    def targets(self) -> list[str]:
        """The titles to which claims were given, each once."""
        moved = (each for each in self._decided if not {"title", "season"}.isdisjoint(each.changes))
        named = [str(each.changes.get("title", each.title)) for each in moved]
        return list({title_key(title): title for title in named}.values())


def apply(reports: Iterable[Report], judged: Verdicts) -> list[Report]:
    """
    The reports as people say they are to be read, in their order.

    Whatever was looked at by somebody was not misread: it has the score 1. Such a report has an id of its own, as every
    claim that says something else, so that nothing that was made from the old one is taken for it.
    """
    read = []
    for report in reports:
        verdict = judged.last(report)
        if verdict is None:
            read.append(report)
        elif verdict.verdict is not Verdict.REJECTED:
            claim = replace(_overridden(report.claim, verdict.changes), score=1.0)
            said = json.dumps([verdict.verdict, dict(verdict.changes)], sort_keys=True)
            read.append(replace(report, claim=claim, id=content_hash(report.id, said), verdict=str(verdict)))
    return read


def corrected(ledger: Ledger) -> Ledger:
    """The ledger, with answers in which the verdicts count; what is written goes to the ledger itself."""
    return ledger if isinstance(ledger, _Corrected) else cast("Ledger", _Corrected(ledger))


def find_claim(ledger: Ledger, identity: str) -> Report:
    """
    The report, as it was read, that an id or the beginning of one means; the id of a corrected one means what it corrects.

    Raises:
        LedgerError: There is none, or several begin so.
    """
    raw = ledger.ledger if isinstance(ledger, _Corrected) else ledger
    if len(identity) < _LEAST_DIGITS:
        raise LedgerError(
            f"claim {identity!r}: give at least {_LEAST_DIGITS} digits of its id; callboard claims shows them"
        )
    told = {report.id: report for name in _titles_with(raw, identity) for report in raw.reports(name)}
    found = [report for id_, report in told.items() if id_.startswith(identity)]
    if not found:
        decided = verdicts(raw)
        judged = Verdicts(decided)
        keys = {title_key(each.title): each.title for each in decided}
        read = {report.id: report for name in keys.values() for report in raw.reports(name)}
        found = [each for each in read.values() if any(r.id.startswith(identity) for r in apply([each], judged))]
    if len(found) != 1:
        what = (
            "several claims begin so; give more digits" if found else "no such claim; callboard claims TITLE shows them"
        )
        raise LedgerError(f"claim {identity!r}: {what}")
    return found[0]


def _titles_with(ledger: Ledger, identity: str) -> Sequence[str | None]:
    """One title of each production of which a claim's id begins so; [None], which stands for all, where none can be asked."""
    import sqlalchemy as sa  # only to find a claim by its id

    from callboard.record.schema import claims

    engine = getattr(ledger, "engine", None)
    if not isinstance(engine, sa.Engine):
        return [None]
    # The places first: they come from the index by documents alone, a fifth of what the rows are.
    places = sa.select(claims.c.sequence).where(claims.c.id >= identity, claims.c.id < identity + "g")
    query = sa.select(sa.func.min(claims.c.title)).where(claims.c.sequence.in_(places))
    with engine.connect() as connection:
        return list(connection.scalars(query.group_by(claims.c.title_key)))


class _Corrected:
    """See `corrected`."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._known: tuple[int, Verdicts] = (-1, Verdicts(()))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ledger, name)

    def __enter__(self) -> _Corrected:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ledger.close()

    def reports(
        self,
        title: str | None = None,
        season: int | EllipsisType | None = ...,
        *,
        as_of: dt.date | None = None,
        learned_by: dt.datetime | None = None,
    ) -> list[Report]:
        found = self.ledger.reports(title, season, as_of=as_of, learned_by=learned_by)
        judged = self._judged(learned_by)
        if not judged:
            return found
        if not judged.moved or (title is None and season is ...):
            return apply(found, judged)
        keys = {title_key(title or "")} | {title_key(report.claim.production.title) for report in found}
        read = {report.id: report for report in found}
        for target, names in judged.moved.items():
            for name in names.values() if title is None or target in keys else ():
                for report in self.ledger.reports(name, as_of=as_of, learned_by=learned_by):
                    read.setdefault(report.id, report)
        wanted = [
            report
            for report in apply(read.values(), judged)
            if (title is None or title_key(report.claim.production.title) in keys)
            and season in (..., report.claim.production.season)
        ]
        return sorted(wanted, key=_age)

    def last_words(
        self,
        title: str,
        season: int | None = None,
        *,
        as_of: dt.date | None = None,
        learned_by: dt.datetime | None = None,
    ) -> list[Report]:
        if not self._judged(learned_by):
            return self.ledger.last_words(title, season, as_of=as_of, learned_by=learned_by)
        told = self.reports(title, season, as_of=as_of, learned_by=learned_by)
        last = {report.claim.event: report for report in told}
        return [last[event] for event in Event if event in last]

    def productions(self, as_of: dt.date | None = None, *, learned_by: dt.datetime | None = None) -> list[Recorded]:
        recorded = self.ledger.productions(as_of, learned_by=learned_by)
        known = {(title_key(each.production.title), each.production.season) for each in recorded}
        for title in self._judged(learned_by).targets():
            told: dict[Production, list[Report]] = defaultdict(list)
            for report in self.reports(title, as_of=as_of, learned_by=learned_by):
                told[report.claim.production].append(report)
            for production, reports in told.items():
                key = (title_key(production.title), production.season)
                if key not in known:
                    known.add(key)
                    days = [report.said.first for report in reports if report.said and report.said.first]
                    recorded.append(Recorded(production, len(reports), max(days, default=None)))
        return sorted(recorded, key=lambda each: (title_key(each.production.title), each.production.season or 0))

    def superseded(self, as_of: dt.date | None = None) -> list[Superseded]:
        judged = self._judged(None)
        found = self.ledger.superseded(as_of)
        return [each._replace(report=report) for each in found for report in apply([each.report], judged)]

    def _judged(self, learned_by: dt.datetime | None) -> Verdicts:
        """The verdicts known by an instant; those known now are kept until the ledger grows."""
        if learned_by is not None:
            return Verdicts(verdicts(self.ledger, learned_by))
        if self._known[1]:
            version = self.ledger.version()
            if version == self._known[0]:
                return self._known[1]
        else:
            version = -1  # asking for entries costs less than for the version where there are none
        judged = Verdicts(verdicts(self.ledger))
        self._known = (version, judged)
        return judged


def _overridden(claim: Claim, changes: Mapping[str, str | int | None]) -> Claim:
    for name in changes:
        if name not in FIELDS:
            raise CallboardError(f"{name!r} is no field that may be corrected; there are {', '.join(FIELDS)}")
    data = claim.to_json() | dict(changes)
    read = Claim.from_json(data)
    if not title_key(read.production.title):
        raise CallboardError("title is empty")
    if read.production.season is not None and read.production.season > MAX_SEASON:
        raise CallboardError(f"season {read.production.season} is too large")
    return replace(read, quote=claim.quote, production=Production(read.production.title, read.production.season))


def _same_of(report: Report) -> tuple[str | int | None, ...]:
    """What two readings of one claim have in common, but for their quotes."""
    claim = report.claim
    return (
        _address(report.url),
        title_key(claim.production.title),
        claim.production.season,
        str(claim.event),
        str(claim.time) if claim.time else None,
        str(claim.modality),
        claim.person,
    )


def _address(url: str | None) -> str:
    bare = (url or "").partition("#")[0]
    return bare.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def _words_of(quote: str) -> str:
    return " ".join(quote.casefold().split())


def _overlap(one: str, other: str) -> bool:
    """Whether two quotes are the same words, or one holds the other: readers cut a sentence differently."""
    return bool(one) and bool(other) and (one in other or other in one)


def _age(report: Report) -> tuple[dt.date, str]:
    first = report.said.first if report.said else report.learned.date() if report.learned else None
    return first or dt.date.min, report.id
