"""
The data of each answer: one frozen class for each page, rendered as text, as HTML and as JSON alike.

`answers` and `rows` fill them from what `Board` knows. Texts in a view are clean (see `words.clean`); its JSON has the claims
as they are in the ledger.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from callboard.board import Change
from callboard.model import Json, Judgement, Milestone, Production, Report, Stage
from callboard.show.outlook import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneView:
    """One dated step of a production, with where its day lies."""

    name: Milestone
    label: str  # "filming starts"
    done: float  # probability that it is behind us
    range: Range  # of the past if it was likely reached, else of the future
    is_past: bool
    when: str  # the range in words
    is_moot: bool  # the production is dropped and this was not reached: no date is due


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """One report with its words, who says so, and what it moved."""

    anchor: str  # where it stands on its page
    quote: str
    speaker: str  # who is named as saying so, else the outlet
    outlet: str | None  # who published it, where that is not the speaker; None: it is, or nobody knows
    voice: str  # "official", "trade press", "unnamed source", ...
    url: str | None  # http or https only; None: no address that is safe to follow
    said: str  # "20 June 2017"; "undated"
    said_day: dt.date | None
    what: str  # "start of filming, expected, June 2017"
    subject: str  # person, role, place or platform; "" for none
    season: str  # "season 2", "the series as a whole"; "" for a film
    effect: str  # "+12 points for preparation; premiere 40 days later"; "" where it moved nothing
    shift: float  # of the probability of the most likely stage, -1 to 1
    is_against: bool
    is_spoiler: bool
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One page's share of the reports on a production."""

    reports: tuple[EvidenceView, ...]
    first: int  # place of its first report among all, from 1
    page: int
    pages: int
    page_of: Mapping[str, int]  # anchor of each report -> the page that has it

    @classmethod
    def of(cls, evidence: Sequence[EvidenceView], page: int, size: int) -> Part:
        """The share of a page, from 1; of one that there is not, that of the next to it."""
        pages = max(-(-len(evidence) // size), 1)
        page = min(max(page, 1), pages)
        start = (page - 1) * size
        return cls(
            reports=tuple(evidence[start : start + size]),
            first=start + 1,
            page=page,
            pages=pages,
            page_of={each.anchor: place // size + 1 for place, each in enumerate(evidence)},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another production, or a name, as a link."""

    text: str
    slug: str
    folder: str = "p"  # "p": a production; "person", "outlet", "place": what the name is of
    query: Mapping[str, str] = field(default_factory=dict)  # what singles a work out of several of the name


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """Where one production stands: the answer of `status`, `why` and `when`, and of its page."""

    production: Production
    slug: str
    as_of: dt.date
    kind: str | None
    platform: str | None
    answer: str  # the one line
    because: str  # one plain sentence on the reasons
    silence: str  # "no evidence since ..."; "" where there is recent news
    judgement: Judgement
    stages: tuple[tuple[Stage, str, float], ...]  # with label and probability, in order
    decisions: tuple[tuple[str, float], ...]  # likeliest first, the impossible left out
    milestones: tuple[MilestoneView, ...]
    evidence: tuple[EvidenceView, ...]  # newest first
    strongest: tuple[EvidenceView, ...]  # those that moved most, strongest first
    origins: int
    last_said: dt.date | None
    is_whole: bool  # whether it says what each report moved; else that is being worked out
    others: tuple[Link, ...]  # other seasons of the title
    namesakes: tuple[Link, ...]  # works of the same name that are not meant, or may not be

    def to_json(self, *, spoilers: bool = False) -> Json:
        """The fields of `callboard judge`, and the claims behind them with what each moved."""
        shown = [each for each in self.evidence if spoilers or not each.is_spoiler]
        return {
            "id": self.slug,
            **self.judgement.to_json(),
            "kind": self.kind,
            "platform": self.platform,
            "answer": self.answer,
            "because": self.because,
            "last_said": self.last_said.isoformat() if self.last_said else None,
            "origins": self.origins,
            "others": [{"id": link.slug, "name": link.text} for link in self.others],
            "namesakes": [link.text for link in self.namesakes],
            "claims": [
                each.report.to_json() | {"voice": each.voice, "stage_shift": round(each.shift, 4)} for each in shown
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One production on the board."""

    production: Production
    slug: str
    group: str  # heading under which it stands
    stage: Stage
    stage_label: str
    stage_p: float
    since: str
    next_label: str  # "" where nothing is due
    next_when: str
    announced: str  # the premiere's date as it was said; "" where none is, or it is past
    last_said: dt.date | None
    origins: int
    kind: str | None  # "season" or "film"; None: not known
    platform: str | None
    judgement: Judgement
    country: str | None = None  # that it is made by, ISO 3166; None: not known
    families: tuple[str, ...] = ()  # of titles, that it belongs to
    places: tuple[str, ...] = ()  # of its shoots, as reports name them

    def to_json(self) -> Json:
        return {
            "id": self.slug,
            **self.judgement.to_json(),
            "group": self.group,
            "kind": self.kind,
            "platform": self.platform,
            "country": self.country,
            "families": list(self.families),
            "places": list(self.places),
            "since": self.since,
            "next": self.next_label or None,
            "next_when": self.next_when or None,
            "announced": self.announced or None,
            "last_said": self.last_said.isoformat() if self.last_said else None,
            "origins": self.origins,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to show on the board; the default is everything that is being made or was just made."""

    stage: Stage | None = None
    platform: str | None = None
    title: str | None = None
    country: str | None = None  # that it is made by, as a code or a name
    family: str | None = None  # of titles
    place: str | None = None  # of the shoot; a region or a country has all that lies in it
    filming_now: bool = False
    changed: bool = False  # only what changed in the seven days up to the day of the answer
    followed: bool = False  # only what whoever sits at this machine follows
    everything: bool = False  # also what was out or dropped for long, and what nobody has spoken of for two years


class Followed(Protocol):
    """Chooses what of the board is followed."""

    def stamp(self) -> str:
        """What changes whenever the choice may."""
        ...

    def choose(self, rows: tuple[BoardRow, ...], as_of: dt.date) -> tuple[BoardRow, ...]:
        """Those of the rows that are followed, in their order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is served around the pages, and what they show of it."""

    also: tuple[tuple[str, str], ...] = ()  # what the menu has besides, name and address
    takes_verdicts: bool = False  # whether the API's document has the address of `edits`
    follows: bool = False  # whether pages link to `/follow`
    followed: Followed | None = None  # chooses what is followed; None: nobody follows anything here
    edition: str = ""  # what answers hang on beside the ledger; a copy that somebody has is good for one


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """All productions at a glance."""

    as_of: dt.date
    filters: Filters
    rows: tuple[BoardRow, ...]
    total: int  # rows on all pages
    page: int
    pages: int
    platforms: tuple[str, ...]  # of all productions, for the filter; so are the next two
    families: tuple[str, ...]
    countries: tuple[str, ...]  # ISO 3166
    judged: tuple[int, int] | None = None  # productions judged so far, and all there are; None: all are

    def to_json(self) -> Json:
        return {
            "as_of": self.as_of.isoformat(),
            "total": self.total,
            "page": self.page,
            "pages": self.pages,
            "productions": [row.to_json() for row in self.rows],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonView:
    """One report that brought a change."""

    quote: str
    who: str  # who says so and where: "Netflix, in Variety"
    said: str  # "20 June 2017"; "undated"
    url: str | None  # http or https only; None: no address that is safe to follow
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One thing that changed."""

    id: str  # a UUID that hangs on what changed, not on when it was asked for
    day: dt.date
    production: Production
    slug: str
    name: str  # of the production
    axis: str  # "stage", "decision", "release", "overdue"
    before: str  # in words: "ordered", "2 March 2018"
    after: str
    probability: float  # of what is held now
    headline: str
    reasons: tuple[ReasonView, ...]  # strongest first
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilters:
    """Which changes to show; the default is those of the last thirty days."""

    days: int = 30
    title: str | None = None  # a part of the title
    events: tuple[str, ...] = ()  # an axis, or what is held now: "release", "cancelled", "filming"
    least: float = 0.0  # probability of what is held now
    as_published: bool = False  # as if each article had been read on the day it appeared


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesView:
    """What changed in some days, newest first."""

    as_of: dt.date
    since: dt.date
    filters: ChangeFilters
    changes: tuple[ChangeView, ...]
