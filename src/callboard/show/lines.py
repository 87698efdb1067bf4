"""
The rows of answers in Python: flat data classes, whose fields are the columns of a frame, and how views become them.

Texts are on one line and hold no hidden characters; only `ClaimLine` has them as they were read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from callboard.board import Change
from callboard.model import Decision, Event, Milestone, Modality, Report, Stage
from callboard.show import words
from callboard.show.addresses import safe_url
from callboard.show.changes import headline
from callboard.show.outlook import range_of
from callboard.show.views import BoardRow, EvidenceView, MilestoneView


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    """One production on the board."""

    COLUMNS: ClassVar[Mapping[str, str]] = {
        "title": "Title",
        "season": "Season",
        "stage": "Stage",
        "probability": "Sure",
        "premiere_first": "Premiere from",
        "premiere_last": "to",
        "last_said": "Last news",
        "origins": "Origins",
    }

    id: str  # the production's part of an address of `callboard serve`
    title: str
    season: int | None  # None: a film, or a series as a whole
    group: str  # heading under which it stands: "Filming now"
    stage: Stage  # the likeliest
    probability: float  # of that stage, 0 to 1
    decision: Decision  # the likeliest
    platform: str | None
    premiere_first: dt.date  # eight times of ten the premiere lies from here
    premiere_middle: dt.date
    premiere_last: dt.date  # to here
    last_said: dt.date | None
    origins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLine:
    """How likely one stage, or one decision, is."""

    COLUMNS: ClassVar[Mapping[str, str]] = {"axis": "Axis", "value": "Value", "probability": "Probability"}

    axis: str  # "stage" or "decision"; the probabilities of each sum to 1
    value: Stage | Decision
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneLine:
    """When one milestone was, or is due."""

    COLUMNS: ClassVar[Mapping[str, str]] = {
        "milestone": "Milestone",
        "reached": "Reached",
        "first": "From",
        "middle": "Middle",
        "last": "To",
    }

    milestone: Milestone
    reached: float  # probability that it is behind us
    first: dt.date | None  # eight times of ten it lies from here; None: the production is dropped, nothing is due
    middle: dt.date | None
    last: dt.date | None  # to here


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One report with what it moved."""

    COLUMNS: ClassVar[Mapping[str, str]] = {"quote": "Quote", "speaker": "Who", "said": "Said", "effect": "Moves"}

    quote: str
    speaker: str  # who is named as saying so, else the outlet
    outlet: str | None  # who published it; None: the speaker, or nobody knows
    said: str  # "20 June 2017"; "undated"
    said_day: dt.date | None
    event: Event
    modality: Modality
    time: str | None  # EDTF, as it was said
    stage_shift: float  # by how much it moved the probability of the likeliest stage, -1 to 1
    effect: str  # the same in words, with the days by which it moved the premiere
    url: str | None  # None: no address that is safe to follow
    claim: str  # the ledger's id of it


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """One claim as the ledger has it, nothing cleaned."""

    COLUMNS: ClassVar[Mapping[str, str]] = {
        "title": "Title",
        "season": "Season",
        "event": "Event",
        "time": "Time",
        "modality": "Modality",
        "source": "Source",
        "outlet": "Outlet",
        "said": "Said",
        "quote": "Quote",
    }

    id: str
    title: str
    season: int | None
    event: Event
    time: str | None  # EDTF
    modality: Modality
    source: str | None  # None: the outlet's own voice
    person: str | None
    role: str | None
    place: str | None
    platform: str | None
    quote: str
    outlet: str | None
    url: str | None
    said: str | None  # EDTF
    learned: dt.datetime | None  # when callboard read it
    score: float  # probability that a careful reader would find the same claim
    reader: str | None  # "llm:NAME", "builtin+llm:NAME" for both; None: the built-in reader


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One thing that changed, with the sentences that made it so."""

    COLUMNS: ClassVar[Mapping[str, str]] = {
        "day": "Day",
        "title": "Title",
        "season": "Season",
        "headline": "Change",
        "quotes": "Quotes",
    }

    day: dt.date
    title: str
    season: int | None
    axis: str  # "stage", "decision", "release", "overdue"
    before: str  # a stage, a decision, or a day as YYYY-MM-DD
    after: str
    probability: float  # of what is held now
    headline: str  # the change in one line
    origins: tuple[str, ...]  # the voices that carry it; empty where time alone made it so
    quotes: tuple[str, ...]
    urls: tuple[str | None, ...]  # of the pages the quotes are from, in the same order


def board_line(row: BoardRow) -> BoardLine:
    premiere = range_of(row.judgement.milestones[Milestone.RELEASE], row.judgement.as_of)
    return BoardLine(
        id=row.slug,
        title=words.clean(row.production.title),
        season=row.production.season,
        group=row.group,
        stage=row.stage,
        probability=row.judgement.stage[row.stage],
        decision=row.judgement.decided,
        platform=row.platform,
        premiere_first=premiere.first,
        premiere_middle=premiere.middle,
        premiere_last=premiere.last,
        last_said=row.last_said,
        origins=row.origins,
    )


def milestone_line(view: MilestoneView) -> MilestoneLine:
    due = None if view.is_moot else view.range
    return MilestoneLine(
        milestone=view.name,
        reached=view.done,
        first=due.first if due else None,
        middle=due.middle if due else None,
        last=due.last if due else None,
    )


def evidence(view: EvidenceView) -> Evidence:
    claim = view.report.claim
    return Evidence(
        quote=view.quote,
        speaker=view.speaker,
        outlet=view.outlet,
        said=view.said,
        said_day=view.said_day,
        event=claim.event,
        modality=claim.modality,
        time=str(claim.time) if claim.time else None,
        stage_shift=view.shift,
        effect=view.effect,
        url=view.url,
        claim=view.report.id,
    )


def claim_line(report: Report) -> ClaimLine:
    claim = report.claim
    return ClaimLine(
        id=report.id,
        title=claim.production.title,
        season=claim.production.season,
        event=claim.event,
        time=str(claim.time) if claim.time else None,
        modality=claim.modality,
        source=claim.source,
        person=claim.person,
        role=claim.role,
        place=claim.place,
        platform=claim.platform,
        quote=claim.quote.text,
        outlet=report.outlet,
        url=report.url,
        said=str(report.said) if report.said else None,
        learned=report.learned,
        score=claim.score,
        reader=claim.reader,
    )


def change_line(change: Change) -> ChangeLine:
    return ChangeLine(
        day=change.day,
        title=words.clean(change.production.title),
        season=change.production.season,
        axis=str(change.axis),
        before=change.before,
        after=change.after,
        probability=change.probability,
        headline=headline(change),
        origins=tuple(map(words.clean, change.origins)),
        quotes=tuple(words.clean(report.claim.quote.text) for report in change.why),
        urls=tuple(safe_url(report.url) for report in change.why),
    )
