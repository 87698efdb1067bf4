"""
The vocabulary that every part of callboard shares.

All classes are frozen; changing one means `dataclasses.replace`. Their JSON forms (`to_json`, `from_json`) are what the
commands read and write, one object a line. Validity is checked once, in `from_json`, at the border.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from callboard.errors import CallboardError
from callboard.when import When

W = TypeVar("W", bound=StrEnum)
Json: TypeAlias = dict[str, Any]  # a decoded JSON object, at the border only
BUILTIN = "builtin"  # callboard's own reader, where readers are named


class Event(StrEnum):
    """What a claim says of its production; bench/ANNOTATION.md defines each."""

    DEVELOPMENT = "development"
    ORDER = "order"
    WRITING = "writing"
    CASTING = "casting"
    CREW = "crew"
    PREPARATION = "preparation"
    FILMING_START = "filming_start"
    FILMING = "filming"
    FILMING_PAUSE = "filming_pause"
    FILMING_END = "filming_end"
    POSTPRODUCTION = "postproduction"
    PROMOTION = "promotion"
    RELEASE = "release"
    RESCHEDULE = "reschedule"
    CANCELLATION = "cancellation"
    ENDING = "ending"
    LOCATION = "location"
    STORY = "story"
    RECEPTION = "reception"


PEOPLE_EVENTS = frozenset({Event.CASTING, Event.CREW})
OTHER_EVENTS = frozenset({Event.LOCATION, Event.STORY, Event.RECEPTION})
MILESTONE_EVENTS = frozenset(Event) - PEOPLE_EVENTS - OTHER_EVENTS


class Modality(StrEnum):
    """How a text puts a claim."""

    ASSERTED = "asserted"
    EXPECTED = "expected"
    POSSIBLE = "possible"
    DENIED = "denied"


class Stage(StrEnum):
    """Where the making of a production stands, in order."""

    DEVELOPMENT = "development"
    ORDERED = "ordered"
    PREPARATION = "preparation"
    FILMING = "filming"
    POSTPRODUCTION = "postproduction"
    RELEASED = "released"


class Decision(StrEnum):
    """What those who pay for a production have decided about it."""

    OPEN = "open"
    ORDERED = "ordered"
    FINAL = "final"  # ordered, and the last one
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"  # ordered, then taken back
    ENDED = "ended"


class Milestone(StrEnum):
    """The dated steps of a production's life, in order."""

    ORDER = "order"
    PREPARATION = "preparation"
    FILMING_START = "filming_start"
    FILMING_END = "filming_end"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the data that stopped one item and not the rest."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of a document's own characters: `text == document.part(part)[start:end]`, code points, end exclusive."""

    start: int
    end: int
    text: str
    part: str = "text"  # or "headline"


@dataclass(frozen=True, slots=True)
class Production:
    """One thing that is made and released: a film, one season of a series, a mini-series, a special."""

    title: str
    season: int | None = None  # None: a film, or a series as a whole

    def __str__(self) -> str:
        return self.title if self.season is None else f"{self.title}, season {self.season}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article as text, with what is known of where and when it appeared."""

    text: str
    headline: str = ""
    url: str | None = None  # canonical address; None: not from the web
    outlet: str | None = None  # name as the catalogue writes it, else the site's own; None: not known
    published: When | None = None  # None: neither stated nor inferred yet
    published_confidence: float = 0.0  # probability that `published` holds the true day
    language: str | None = None  # ISO 639-1; None: too short to tell
    id: str = ""  # what the caller calls it; "" for none

    @property
    def digest(self) -> str:
        """Content hash of address, headline and text, 32 hexadecimal digits: the same page read twice has the same."""
        return content_hash(self.url or "", self.headline, self.text)

    def part(self, name: str) -> str:
        """The text that a span of that part refers to."""
        return self.headline if name == "headline" else self.text

    def to_json(self) -> Json:
        return {
            "id": self.id or self.digest,
            "url": self.url,
            "outlet": self.outlet,
            "headline": self.headline,
            "text": self.text,
            "published": str(self.published) if self.published else None,
            "published_confidence": round(self.published_confidence, 3),
            "language": self.language,
        }

    @staticmethod
    def from_json(data: Json) -> Document:
        """
        The document of a JSON object; only `text` is needed.

        Raises:
            CallboardError: A field has the wrong type, or `published` is not EDTF.
        """
        published = _text(data, "published")
        confidence = data.get("published_confidence")
        return Document(
            text=_text(data, "text") or "",
            headline=_text(data, "headline") or "",
            url=_text(data, "url"),
            outlet=_text(data, "outlet"),
            published=When.parse(published) if published else None,
            published_confidence=float(confidence) if isinstance(confidence, int | float) else float(bool(published)),
            language=_text(data, "language"),
            id=str(data.get("id") or ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement about one production, with the words that carry it."""

    production: Production
    event: Event
    quote: Span
    time: When | None = None  # when it happens, not when it was said; None: not given
    modality: Modality = Modality.ASSERTED
    source: str | None = None  # who is named as saying so; None: the outlet's own voice
    person: str | None = None  # for casting and crew
    role: str | None = None  # the character or the job
    place: str | None = None  # for location
    platform: str | None = None  # for release, order, cancellation: network, streamer or "theaters"
    score: float = 1.0  # probability that a careful reader would find the same claim
    reader: str | None = None  # "llm:NAME", "builtin+llm:NAME" for both; None: the built-in reader

    def to_json(self) -> Json:
        """The fields of bench/ANNOTATION.md, with the quote's offsets, the score and any reader but the built-in one."""
        return {
            "title": self.production.title,
            "season": self.production.season,
            "event": str(self.event),
            "time": str(self.time) if self.time else None,
            "modality": str(self.modality),
            "source": self.source,
            "person": self.person,
            "role": self.role,
            "place": self.place,
            "platform": self.platform,
            "quote": self.quote.text,
            "span": [self.quote.part, self.quote.start, self.quote.end],
            "score": round(self.score, 4),
            **({"reader": self.reader} if self.reader else {}),
        }

    @staticmethod
    def from_json(data: Json) -> Claim:
        """
        The claim of a JSON object; `event` is needed, all else may be absent.

        Raises:
            CallboardError: A field has the wrong type or a value that its vocabulary does not hold.
        """
        season = data.get("season")
        if season is not None and (type(season) is not int or season < 1):
            raise CallboardError(f"season is neither null nor a positive integer: {season!r}")
        time, quote = _text(data, "time"), _text(data, "quote") or ""
        score, reader = data.get("score"), _text(data, "reader")
        try:
            part, start, end = data.get("span") or ("text", 0, len(quote))
            return Claim(
                production=Production(_text(data, "title") or "", season),
                event=_one_of(Event, "event", data.get("event")),
                time=When.parse(time) if time else None,
                modality=_one_of(Modality, "modality", data.get("modality") or "asserted"),
                source=_text(data, "source"),
                person=_text(data, "person"),
                role=_text(data, "role"),
                place=_text(data, "place"),
                platform=_text(data, "platform"),
                quote=Span(int(start), int(end), quote, str(part)),
                score=1.0 if score is None else float(score),
                reader=None if reader in ("", BUILTIN) else reader,
            )
        except (ValueError, TypeError) as error:
            raise CallboardError(f"not a claim: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A claim as an outlet published it: what the ledger holds and the judge weighs."""

    claim: Claim
    outlet: str | None = None
    url: str | None = None
    said: When | None = None  # when the outlet published it; None: not known
    learned: dt.datetime | None = None  # when callboard read it, UTC; None: outside a ledger
    origin: str | None = None  # whose text the page repeats, where it is a copy; None: its own outlet's
    document: str = ""  # digest of the document; "" outside a ledger
    id: str = ""  # content hash; "" outside a ledger
    verdict: str = ""  # what somebody said of the reading, with the reason; "": nothing

    def to_json(self) -> Json:
        return self.claim.to_json() | {
            "outlet": self.outlet,
            "url": self.url,
            "said": str(self.said) if self.said else None,
            "learned": self.learned.isoformat() if self.learned else None,
            "document": self.document,
            "id": self.id,
            **({"verdict": self.verdict} if self.verdict else {}),
            **({"origin": self.origin} if self.origin else {}),  # few have one
        }

    @staticmethod
    def from_json(data: Json) -> Report:
        """
        The report of a JSON object; `event` is needed, all else may be absent.

        Raises:
            CallboardError: As `Claim.from_json`; or `said` is not EDTF, `learned` not ISO 8601 with a zone.
        """
        said, learned = _text(data, "said"), _text(data, "learned")
        instant = dt.datetime.fromisoformat(learned).astimezone(dt.UTC) if learned else None
        return Report(
            claim=Claim.from_json(data),
            outlet=_text(data, "outlet"),
            url=_text(data, "url"),
            said=When.parse(said) if said else None,
            learned=instant,
            origin=_text(data, "origin"),
            document=_text(data, "document") or "",
            id=_text(data, "id") or "",
            verdict=_text(data, "verdict") or "",
        )


@dataclass(frozen=True, slots=True)
class Season:
    """The known dates of one production, for the catalogue and for the judge's `earlier`."""

    season: int | None
    dates: Mapping[Milestone, When] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MilestoneForecast:
    """When a milestone was or will be reached, given that it ever is."""

    done: float  # probability that it was reached by the day of the judgement
    quantiles: Mapping[int, dt.date]  # 5, 10, 25, 50, 75, 90, 95 (percent) -> day


@dataclass(frozen=True, slots=True)
class Effect:
    """What one report moved: the judgement with it against the judgement without it."""

    report: Report
    stage_shift: float  # change of the probability of the most likely stage, -1 to 1
    release_shift_days: int  # change of the median release day, positive is later


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Where a production stands as of a day, and when its milestones were or are due."""

    production: Production
    as_of: dt.date
    stage: Mapping[Stage, float]  # sums to 1
    decision: Mapping[Decision, float]  # sums to 1
    milestones: Mapping[Milestone, MilestoneForecast]
    paused: float = 0.0  # probability that the shoot stands still, a state within filming
    effects: tuple[Effect, ...] = ()  # the reports that matter, strongest first; empty where not asked for

    @property
    def most_likely(self) -> Stage:
        return max(self.stage, key=lambda stage: self.stage[stage])

    @property
    def decided(self) -> Decision:
        return max(self.decision, key=lambda decision: self.decision[decision])

    def to_json(self) -> Json:
        """The form that `callboard judge` writes."""
        return {
            "title": self.production.title,
            "season": self.production.season,
            "as_of": self.as_of.isoformat(),
            "stage": {str(stage): round(p, 4) for stage, p in self.stage.items()},
            "decision": {str(decision): round(p, 4) for decision, p in self.decision.items()},
            "paused": round(self.paused, 4),
            "milestones": {
                str(milestone): {"done": round(forecast.done, 4)}
                | {f"p{percent:02d}": day.isoformat() for percent, day in forecast.quantiles.items()}
                for milestone, forecast in self.milestones.items()
            },
        }


def content_hash(*parts: str) -> str:
    """BLAKE2b-128 of the parts, in hexadecimal; parts cannot run into one another."""
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()


def _one_of(words: type[W], name: str, value: object) -> W:
    try:
        return words(str(value))
    except ValueError as error:
        raise ValueError(f"{name} {value!r:.60} is none of {', '.join(words)}") from error


def _text(data: Json, name: str) -> str | None:
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        raise CallboardError(f"{name} is neither null nor a text: {value!r:.60}")
    if value and "\0" in value:
        raise CallboardError(f"{name} has a NUL character, which not every ledger can hold; take it out")
    return value


_HOUSE = re.compile(r"^(?:marvel'?s|star wars:|dc'?s|disney'?s) ")
_ARTICLE = re.compile(r"^(?:the|a|an) ")
_NOT_NAME = re.compile(r"[^a-z0-9]+")


def title_key(title: str) -> str:
    """
    What two spellings of one title have in common: letters and digits without case, accents, leading article or house name.

    "Marvel’s The Defenders" and "the defenders" have the key "defenders". Titles without a Latin letter or a digit keep
    their own characters.
    """
    folded = unicodedata.normalize("NFKD", title.replace("’", "'")).encode("ascii", "ignore").decode().lower()
    folded = _HOUSE.sub("", folded.replace("&", " and ").strip())
    return _NOT_NAME.sub("", _ARTICLE.sub("", folded)) or title.casefold().strip()
