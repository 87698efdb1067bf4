"""
Who first said it, and how far to believe them.

A report's *origin* is whoever its claim names as the source; where it names nobody it is the outlet, or the outlet from
which its words were taken over: that of the page whose copy it is, or the first whose sentence it shares for the most
part. Reports that give the same event, date and modality from one origin are echoes: they count once, however many pages
carry them. Further origins add less and less, since those who write about the same thing have often read one another.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from callboard.judge.seasons import Translated
from callboard.model import MILESTONE_EVENTS, Event, Report

# Chance that what such an origin asserts is wrong, before anything is known of its own record. Set by hand;
# `Strengths.certain`, which multiplies them all, is fitted on the train articles (docs/judge.md).
WRONG: Mapping[str, float] = {
    "company": 0.02,
    "person": 0.04,
    "trade": 0.03,
    "general press": 0.05,
    "location watcher": 0.06,
    "fan site": 0.08,
    "social": 0.15,
    "unnamed": 0.15,
    "outlet": 0.05,  # a kind nobody told us
}
_NEXT_ORIGIN = 0.6  # weight of the second origin of the same statement; the third has its square, and so on
_COMPANIES = frozenset(
    [
        "netflix",
        "hbo",
        "disney",
        "marvel",
        "amazon",
        "apple",
        "hulu",
        "showtime",
        "amc",
        "fx",
        "starz",
        "bbc",
        "itv",
        "cbs",
        "abc",
        "nbc",
        "fox",
        "cw",
        "peacock",
        "paramount",
        "warner",
        "universal",
        "sony",
        "lionsgate",
        "mgm",
        "lucasfilm",
        "pixar",
        "dc",
        "studio",
        "studios",
        "pictures",
        "network",
        "channel",
        "entertainment",
        "television",
        "max",
        "prime",
        "syfy",
    ]
)
_RUN = 6  # words in a row that two people seldom write alike
_WORDS = re.compile(r"[\w+&']+")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A report with the say it has: `weight` 1 for a first origin, less for a further one, 0 for an echo."""

    report: Report
    origin: str
    wrong: float  # probability that the origin errs
    weight: float
    misread: float = 0.0  # probability that the text does not say so of this production; its time may be wrong besides
    was_read: bool = False  # whether the claim had to be read out of a text, by its score below 1


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """A name as origins are compared: no case, no punctuation, no leading article."""
    words = _WORDS.findall(name.casefold())
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def origin_of(report: Report) -> str:
    """The key of the first voice of a report; "" when neither a source nor an outlet is known."""
    return name_key(report.claim.source or report.origin or report.outlet or "")


def kind_of(report: Report, outlet_kinds: Mapping[str, str]) -> str:
    """The kind of a report's origin, one of the keys of `WRONG`."""
    source = report.claim.source
    if source is not None:
        if source.casefold() == "unnamed":
            return "unnamed"
        known = outlet_kinds.get(source)
        if known:
            return known if known in WRONG else "outlet"
        return "company" if _COMPANIES & set(name_key(source).split()) else "person"
    known = outlet_kinds.get(report.origin or report.outlet or "", "outlet")
    return known if known in WRONG else "outlet"


def report_key(report: Report) -> tuple[str, ...]:
    """What a report says, as a key to sort by: the same in whatever order reports come."""
    claim = report.claim
    return (
        str(report.said or ""),
        str(claim.event),
        str(claim.time or ""),
        str(claim.modality),
        claim.source or "",
        report.outlet or "",
        claim.person or "",
        claim.role or "",
        claim.place or "",
        claim.platform or "",
        str(claim.production.season or ""),
        claim.quote.text,
        report.id,
    )


def first_origins(reports: Sequence[Report]) -> list[str]:
    """
    The key of each report's first voice, shared words led back to whoever wrote them first.

    The reports must be in the order of `report_key`. Where a report names no source, and half of the runs of six words
    in its quote stood in an earlier one, its origin is that of the earlier one.
    """
    written: dict[str, str] = {}
    found = []
    for report in reports:
        origin = origin_of(report)
        runs = _runs(report.claim.quote.text)
        if report.claim.source is None and runs:
            before = Counter(written[run] for run in runs if run in written)
            shared, count = max(before.items(), key=lambda item: (item[1], item[0]), default=("", 0))
            if 2 * count >= len(runs):
                origin = shared
        for run in runs:
            written.setdefault(run, origin)
        found.append(origin)
    return found


@lru_cache(maxsize=4096)  # a judgement with effects asks for the same quotes again and again
def _runs(quote: str) -> tuple[str, ...]:
    """Every run of six words in a quote."""
    words = _WORDS.findall(quote.casefold())
    return tuple(" ".join(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1))


def echoes(reports: Sequence[Report]) -> dict[str, Report]:
    """Id of each report that repeats what its origin had said -> the report that it repeats."""
    ordered = sorted(reports, key=report_key)
    first: dict[tuple[str, ...], Report] = {}
    found = {}
    for report, origin in zip(ordered, first_origins(ordered), strict=True):
        if origin:
            original = first.setdefault((origin, *_statement(report)), report)
            if original is not report:
                found[report.id] = original
    return found


def weigh(
    reports: Sequence[Report], outlet_kinds: Mapping[str, str], rates: Mapping[str, float] | None = None
) -> list[Weighed]:
    """
    Every report with its weight, in the order of `report_key`.

    `rates` gives the chance of error of origins that have a record; the others have that of their kind.

    Of the echoes of one origin the earliest keeps the weight, and is as surely read as the best of them. A report that gives no origin at all is its own.
    """
    told: dict[tuple[str, str, str, str], list[str]] = {}
    first: dict[tuple[str, ...], int] = {}
    weighed: list[Weighed] = []
    ordered = sorted(reports, key=report_key)
    for number, (report, origin) in enumerate(zip(ordered, first_origins(ordered), strict=True)):
        claim = report.claim
        statement = _statement(report)
        heard = told.setdefault(statement, [])
        origin_key = origin or f"#{claim.quote.text}#{report.document or number}"
        score = min(max(claim.score, 0.0), 1.0)
        misread = 1 - score * (report.certainty if isinstance(report, Translated) else 1.0)
        place = first.setdefault((*statement, origin_key), len(weighed))
        if origin_key in heard:
            weight = 0.0
            if misread < weighed[place].misread:
                weighed[place] = dataclasses.replace(weighed[place], misread=misread)
        else:
            weight = float(_NEXT_ORIGIN ** len(heard))
            heard.append(origin_key)
        kind = kind_of(report, outlet_kinds)
        wrong = (rates or {}).get(origin, WRONG[kind])
        weighed.append(Weighed(report, origin, wrong, weight, misread, was_read=score < 1))
    return weighed


def _statement(report: Report) -> tuple[str, str, str, str]:
    claim = report.claim
    # Of castings, places and plots only that they were told speaks of a stage: one a month and origin is enough.
    said = str(report.said or "")
    if claim.event in MILESTONE_EVENTS and claim.time is not None:
        return str(claim.event), str(claim.time), str(claim.modality), ""
    if claim.event in MILESTONE_EVENTS and claim.event not in (Event.FILMING, Event.PROMOTION):
        return str(claim.event), "", str(claim.modality), said[:7]
    return str(claim.event), "", str(claim.modality), said[:7] if claim.event is not Event.FILMING else said[:10]
