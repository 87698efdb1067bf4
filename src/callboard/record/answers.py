"""What a ledger answers, apart from the shared vocabulary: small frozen results with names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from callboard.model import Problem, Production, Report


class Recorded(NamedTuple):
    """A production with how much the ledger holds on it."""

    production: Production
    claims: int
    last_said: dt.date | None  # first day of the latest dated document; None: all of them are undated


class Superseded(NamedTuple):
    """What an article said until a later version of it said it no more."""

    report: Report
    said: dt.date  # day on which the later version was certainly out
    learned: dt.datetime  # when callboard read that


class Kind(StrEnum):
    """What a later entry does to what was recorded before it."""

    RETRACTION = "retraction"  # subject: id of a claim that no longer counts
    CORRECTION = "correction"  # subject: id of a claim that another one replaces
    VERDICT = "verdict"  # subject: id of a claim; `callboard.record.corrections` has what the payload says of it
    MERGE = "merge"  # subject: a title whose claims count for another title
    FORGET = "forget"  # subject: address, or digest of a document, of which no answer speaks any more


@dataclass(frozen=True, slots=True)
class Entry:
    """A later word on what was recorded: nothing is overwritten, an entry is added."""

    kind: Kind
    subject: str
    payload: Mapping[str, str]  # merge: {"into": title}; correction: {"by": claim id}; else empty
    reason: str
    learned: dt.datetime


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a forget made vanish from every answer."""

    subjects: tuple[str, ...]  # addresses, or one digest; empty: all was forgotten before
    documents: int
    claims: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import added, and what it could not read."""

    documents: int
    claims: int
    entries: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """How a ledger is doing."""

    address: str
    schema: str
    documents: int
    claims: int
    entries: int
    texts: int  # documents whose text is still held
    database: str = ""  # "SQLite 3.45.1"; "": it does not answer
    problems: tuple[Problem, ...] = ()
