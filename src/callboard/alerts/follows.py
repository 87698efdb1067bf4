"""Who wants to know what: titles, people, platforms and saved views that are followed, and whether a piece of news is for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from callboard.model import Production, Report

ATTACHED = "attached"  # what a person's new project is called among the kinds of change


class Kind(StrEnum):
    """What may be followed."""

    TITLE = "title"
    PERSON = "person"
    PLATFORM = "platform"
    VIEW = "view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """One wish to be told."""

    number: int  # what the user calls it
    kind: Kind
    name: str
    season: int | None = None  # of a title; None: all its seasons, and the title as a whole
    query: str = ""  # of a view: the part of the board's address behind "?"
    only: tuple[str, ...] = ()  # kinds of change, or what is held now, as the page of changes has them; (): all
    least: float = 0.0  # smaller probabilities are not told
    daily: bool = False  # once a day, not at once
    added: dt.datetime

    def __str__(self) -> str:
        season = f", season {self.season}" if self.season is not None else ""
        return f"{self.kind} {self.name}{season}"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that might be told: a change of a production, or a person's new project."""

    id: str  # the same however often it is found
    day: dt.date
    production: Production
    axis: str  # "stage", "decision", "release", "overdue", "attached"
    kinds: frozenset[str]  # what a follow may ask for by: the axis, and what is held now, as the judge calls it
    before_words: str
    after_words: str
    probability: float
    headline: str
    why: tuple[Report, ...]
    person: str = ""  # whom a new project is about; "": a change

    @property
    def learned(self) -> dt.datetime | None:
        """When the newest of its reasons was read; None: time alone brought it."""
        return max((report.learned for report in self.why if report.learned), default=None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whose news it is."""

    key: str  # what all spellings of the title have in common
    platform: str | None
    people: frozenset[str]  # keys of those who are said to take part
    views: frozenset[str]  # queries of the followed views that show the production now


def person_key(name: str) -> str:
    """A person's name as it is compared: without case, full stops and further spaces."""
    return " ".join(name.casefold().replace(".", " ").split())


def wanted_by(news: News, facts: Facts, follows: Iterable[Follow], key_of: Callable[[str], str]) -> list[Follow]:
    """Those of the follows that a piece of news is for, new or not."""
    return [follow for follow in follows if _is_about(news, facts, follow, key_of) and _passes(news, follow)]


def is_new_to(news: News, follow: Follow) -> bool:
    """Whether something happened after it was followed; what had been there before is no news to its follower."""
    day = follow.added.astimezone().date()
    if news.day == day:
        return news.learned is not None and news.learned > follow.added
    return news.day > day


def _is_about(news: News, facts: Facts, follow: Follow, key_of: Callable[[str], str]) -> bool:
    if news.person:
        return follow.kind is Kind.PERSON and person_key(follow.name) == person_key(news.person)
    if follow.kind is Kind.TITLE:
        return key_of(follow.name) == facts.key and follow.season in (None, news.production.season)
    if follow.kind is Kind.PERSON:
        return person_key(follow.name) in facts.people
    if follow.kind is Kind.PLATFORM:
        return follow.name.casefold() == (facts.platform or "").casefold()
    return follow.query in facts.views


def _passes(news: News, follow: Follow) -> bool:
    return news.probability >= follow.least and (not follow.only or not news.kinds.isdisjoint(follow.only))
