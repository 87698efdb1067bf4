"""Between the shared vocabulary and the rows of the ledger: identities, times, and what may not be recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from json.encoder import encode_basestring_ascii as quoted
from typing import TypeAlias

from callboard.errors import LedgerError
from callboard.model import Claim, Document, Event, Modality, Production, Report, Span
from callboard.model import title_key as make_title_key
from callboard.when import When

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = dict[str, Cell]
Cells: TypeAlias = tuple[Cell, ...]  # a row without its names, for those that come by the thousand

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
MAX_SEASON = 2**31 - 1
title_key = lru_cache(maxsize=65_536)(make_title_key)  # the same titles come again and again


@dataclass(frozen=True, slots=True)
class Item:
    """A document with its claims, ready to be recorded."""

    digest: str
    document: Document
    text: str | None  # None: dropped before it came here
    learned: dt.datetime
    claims: tuple[tuple[Claim, dt.datetime], ...]  # each with when it was learned


def make_item(document: Document, claims: Iterable[Claim], learned: dt.datetime) -> Item:
    """The document as it is recorded, its claims learned with it."""
    return Item(document.digest, document, document.text, learned, tuple((claim, learned) for claim in claims))


def claim_id(digest: str, claim: Claim) -> str:
    """
    Content hash of what a claim says and where: everything about it but its score and its reader.

    That is `content_hash(digest, json.dumps(claim.to_json() without the two, sort_keys=True))`, written out because it is
    made for every claim that comes: 4 us instead of 25. A field that claims get later must not change the old ids.
    """
    # Who read a claim is no part of what it says. Were it hashed, the same sentence read the same way by two readers would
    # be two claims, and the judge would hear its outlet twice. What they read differently differs in a field that is hashed.
    quote = claim.quote
    said = (
        f'{{"event": "{claim.event!s}", "modality": "{claim.modality!s}", "person": {_json(claim.person)}, '
        f'"place": {_json(claim.place)}, "platform": {_json(claim.platform)}, "quote": {quoted(quote.text)}, '
        f'"role": {_json(claim.role)}, "season": {"null" if claim.production.season is None else claim.production.season}, '
        f'"source": {_json(claim.source)}, "span": [{quoted(quote.part)}, {quote.start}, {quote.end}], '
        f'"time": {_json(str(claim.time) if claim.time else None)}, "title": {quoted(claim.production.title)}}}'
    )
    return blake2b(f"[{quoted(digest)}, {quoted(said)}]".encode(), digest_size=16).hexdigest()


def _json(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def misquote(text: str | None, headline: str, claim: Claim) -> str | None:
    """What is wrong with a claim's quote; None where it is the document's own words, or the text was dropped."""
    span = claim.quote
    if span.part not in ("text", "headline"):
        return f"{span.part!r} is no part of a document; a quote is from the text or the headline"
    part = headline if span.part == "headline" else text
    if part is None:
        return None
    if not 0 <= span.start < span.end or part[span.start : span.end] != span.text:
        return f"the {span.part} does not say {span.text[:60]!r} at {span.start}:{span.end}"
    return None


def check_item(item: Item) -> None:
    """
    Nothing, where the item may be recorded.

    Raises:
        LedgerError: A claim names no production or misquotes, a number is out of range, a text is not Unicode.
    """
    document = item.document
    where = document.url or document.id or item.digest
    if item.text is not None and document.digest != item.digest:
        raise LedgerError(f"{where}: its content has digest {document.digest}, not {item.digest}; it was changed")
    _check_texts(where, (document.url, document.outlet, document.headline, item.text, document.language))
    for claim, _ in item.claims:
        texts = _texts_of(claim)
        if not "".join(filter(None, texts)).isascii():  # all at once: most are, and there are eight in each claim
            _check_texts(where, texts)
    if not 0.0 <= document.published_confidence <= 1.0:
        raise LedgerError(f"{where}: published_confidence {document.published_confidence} is not between 0 and 1")
    for claim, _ in item.claims:
        what = misquote(item.text, document.headline, claim)
        if not title_key(claim.production.title):
            what = "no title"
        elif not 0.0 <= claim.score <= 1.0:
            what = f"score {claim.score} is not between 0 and 1"
        elif claim.production.season is not None and claim.production.season > MAX_SEASON:
            what = f"season {claim.production.season} is too large"
        if what:
            raise LedgerError(f"{where}: claim {claim.event} of {claim.production}: {what}")


def _texts_of(claim: Claim) -> tuple[str | None, ...]:
    names = (claim.production.title, claim.source, claim.person, claim.role, claim.place, claim.platform, claim.reader)
    return (*names, claim.quote.text)


def _check_texts(where: str, texts: Iterable[str | None]) -> None:
    for text in [text for text in texts if text and not text.isascii()]:
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise LedgerError(f"{where!a}: half a surrogate pair in {text[:40]!a}; decode the page anew") from error


def document_cells(item: Item) -> Cells:
    """The row of a document, in the order of `schema.DOCUMENT_COLUMNS`."""
    document, published = item.document, item.document.published
    return (
        item.digest,
        document.url,
        document.outlet,
        document.headline,
        item.text,
        str(published) if published else None,
        published.first.isoformat() if published and published.first else None,
        published.last.isoformat() if published and published.last else None,
        round(document.published_confidence, 3),  # as it is exported
        document.language,
        to_us(item.learned),
    )


def claim_cells(digest: str, identity: str, claim: Claim, learned: dt.datetime, published: When | None) -> Cells:
    """The row of a claim, in the order of `schema.CLAIM_COLUMNS`."""
    production, quote = claim.production, claim.quote
    return (
        identity,
        digest,
        production.title,
        title_key(production.title),
        production.season,
        str(claim.event),
        str(claim.time) if claim.time else None,
        str(claim.modality),
        claim.source,
        claim.person,
        claim.role,
        claim.place,
        claim.platform,
        quote.text,
        quote.part,
        quote.start,
        quote.end,
        round(claim.score, 4),  # as it is exported
        said_us(published, learned),
        to_us(learned),
        claim.reader,
    )


def said_us(published: When | None, learned: dt.datetime) -> int:
    """
    From when on a claim counts: the first moment at which its page was certainly out.

    A day that was stated is that day. Of a date that is wider, most often inferred from what the page says, any of its
    days may be meant, so that the page counts from the last of them, or from when it was read if that is sooner: it was
    out then. Neither the first day nor the middle will do, since news of December would decide an answer as of June;
    what comes late is silent, which is not the same as wrong. Changes are told by the same day (`changes.known_on`).
    """
    read = to_us(learned)
    if published is None:
        return read
    first = day_us(published.first or dt.date.min)
    return max(first, min(day_us(published.last), read) if published.last else read)


def to_document(row: Mapping[str, Cell]) -> Document:
    """The document of a row; `id` is its digest, because a text that was dropped cannot be hashed again."""
    published = row["published"]
    return Document(
        text=str(row["text"] or ""),
        headline=str(row["headline"]),
        url=_text(row["url"]),
        outlet=_text(row["outlet"]),
        published=When.parse(str(published)) if published else None,
        published_confidence=float(row["published_confidence"] or 0.0),
        language=_text(row["language"]),
        id=str(row["digest"]),
    )


def to_claim(row: Mapping[str, Cell]) -> Claim:
    time, season = row["time"], row["season"]
    return Claim(
        production=Production(str(row["title"]), None if season is None else int(season)),
        event=Event(str(row["event"])),
        time=When.parse(str(time)) if time else None,
        modality=Modality(str(row["modality"])),
        source=_text(row["source"]),
        person=_text(row["person"]),
        role=_text(row["role"]),
        place=_text(row["place"]),
        platform=_text(row["platform"]),
        quote=Span(int(row["start"] or 0), int(row["end"] or 0), str(row["quote"]), str(row["part"])),
        score=float(row["score"] or 0.0),
        reader=_text(row["reader"]),
    )


def to_report(row: Mapping[str, Cell], titles: Mapping[str, str]) -> Report:
    """The report of a claim's row with its document's url, outlet and published; `titles` renames merged titles."""
    claim, published = to_claim(row), row["published"]
    title = titles.get(str(row["title_key"]))
    if title is not None:
        claim = replace(claim, production=Production(title, claim.production.season))
    return Report(
        claim=claim,
        outlet=_text(row["outlet"]),
        url=_text(row["url"]),
        said=When.parse(str(published)) if published else None,
        learned=from_us(int(row["learned_us"] or 0)),
        document=str(row["document"]),
        id=str(row["id"]),
    )


@lru_cache(maxsize=256)
def to_us(instant: dt.datetime) -> int:
    """Microseconds since 1970 of an instant with a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no zone; an instant is needed")
    return (instant - _EPOCH) // _MICROSECOND


def from_us(us: int) -> dt.datetime:
    """The instant of microseconds since 1970, UTC."""
    return _EPOCH + us * _MICROSECOND


@lru_cache(maxsize=4096)
def day_us(day: dt.date) -> int:
    """Microseconds since 1970 of the start of a day, UTC."""
    return (day.toordinal() - _EPOCH.toordinal()) * (dt.timedelta(1) // _MICROSECOND)


def chunks(items: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    """Runs of at most `size`: the database allows only so many parameters in one question."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _text(cell: Cell) -> str | None:
    return None if cell is None else str(cell)
