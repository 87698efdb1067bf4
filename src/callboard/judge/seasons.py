"""
Which reports speak of a production, and what those about its neighbours say of it.

A claim about the series as a whole or about another season is translated: "renewed for season 3" says that season 2
was ordered before, "season 2 premieres in March" that season 1 is out, "cancelled after two seasons" that nothing more
will be made. Translated claims are less certain (`_INDIRECT`), so that what is said of the production itself prevails.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from callboard.model import Event, Modality, Production, Report
from callboard.when import When

_INDIRECT = 0.85  # certainty of a translated claim
# Of a series as a whole these say something of the season that is under way; casts, plots and places do not.
_SERIES_EVENTS = frozenset(
    {
        Event.FILMING,
        Event.FILMING_START,
        Event.FILMING_END,
        Event.FILMING_PAUSE,
        Event.PREPARATION,
        Event.WRITING,
        Event.POSTPRODUCTION,
        Event.PROMOTION,
        Event.RESCHEDULE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated(Report):
    """What a report about a neighbour says of a production."""

    certainty: float = _INDIRECT  # chance that it says so, where the report itself is right


def reports_for(production: Production, reports: Iterable[Report]) -> list[Report]:
    """
    The reports that say something of a production, those about its neighbours translated to claims about it.

    Titles are compared as they stand. The result is in the order of the reports.
    """
    own = [report for report in reports if report.claim.production.title == production.title]
    if production.season is None:
        return own if all(r.claim.production.season is None for r in own) else _of_series(own)
    latest = max((r.claim.production.season or 0 for r in own), default=0)
    found = []
    for report in own:
        season = report.claim.production.season
        if season == production.season:
            found.append(report)
        elif season is None:
            found.extend(_from_series(report, production, latest, own))
        elif season > production.season:
            found.extend(_from_later(report, production, season))
        else:
            found.extend(_from_earlier(report, production, season))
    return found


def _of_series(own: list[Report]) -> list[Report]:
    """For a series as a whole: what is said of it, and of its first season, with which it begins."""
    return [report for report in own if report.claim.production.season in (None, 1)]


def _translated(
    report: Report,
    production: Production,
    event: Event,
    time: When | None,
    modality: Modality,
    certainty: float = _INDIRECT,
) -> Report:
    claim = dataclasses.replace(report.claim, production=production, event=event, time=time, modality=modality)
    kept = {field.name: getattr(report, field.name) for field in dataclasses.fields(Report)}
    return Translated(**(kept | {"claim": claim, "certainty": certainty}))


def _until(report: Report) -> When | None:
    """Any day up to the one the claim speaks of, when that has passed."""
    time, said = report.claim.time, report.said
    if time is None or time.last is None or (said is not None and not time.is_before(said.bounds()[1])):
        return None
    return When.between(None, time.last)


def _from_later(report: Report, production: Production, season: int) -> list[Report]:
    """A later season that is made or ordered shows that this one was ordered; one that films or is out, that it is out."""
    claim = report.claim
    if claim.modality is Modality.DENIED or claim.event in (Event.CANCELLATION, Event.ENDING):
        return []  # "there will be no third season" drops the third; the second is out or on its way all the same
    firm = claim.modality is Modality.ASSERTED
    past = claim.time is None or (report.said is not None and claim.time.is_before(report.said.bounds()[1]))
    if claim.event is Event.RELEASE and firm:
        return [_translated(report, production, Event.RELEASE, _until(report), Modality.ASSERTED)]
    if not firm:
        return []
    if season > (production.season or 1) + 1 and claim.event is not Event.ORDER:
        # the one after the next is spoken of: this one is out, orders excepted, of which some are for two seasons at once
        return [_translated(report, production, Event.RELEASE, None, Modality.ASSERTED)]
    ordered = _translated(report, production, Event.ORDER, None, Modality.ASSERTED)
    if claim.event in (Event.FILMING, Event.FILMING_START, Event.FILMING_END, Event.POSTPRODUCTION) and past:
        return [
            ordered,
            _translated(report, production, Event.FILMING_END, None, Modality.ASSERTED),
            _out(report, production, 0.85),
        ]
    # one in five is renewed before it is out, one in twelve has its successor cast or written before
    if claim.event is Event.ORDER:
        return [ordered, _out(report, production, 0.85)]
    if claim.event in (Event.WRITING, Event.CASTING, Event.PREPARATION, Event.FILMING_START, Event.LOCATION):
        return [ordered, _out(report, production, 0.91)]
    return []


def _out(report: Report, production: Production, certainty: float) -> Report:
    """That a season is out, as far as its being followed by another says so: as a review of it would."""
    return _translated(report, production, Event.RECEPTION, None, Modality.ASSERTED, certainty)


def _from_earlier(report: Report, production: Production, season: int) -> list[Report]:
    """The season before, still being made or dropped: this one is not released, or will not be made."""
    claim = report.claim
    if claim.modality is Modality.DENIED:
        return []
    if claim.event is Event.ENDING and claim.modality is Modality.ASSERTED:
        return [_translated(report, production, Event.CANCELLATION, None, Modality.ASSERTED)]
    ahead = claim.time is not None and report.said is not None and claim.time.is_after(report.said.bounds()[1])
    under_way = (claim.event is Event.FILMING and claim.time is None) or (claim.event is Event.FILMING_START and ahead)
    if season == (production.season or 1) - 1 and under_way:
        return [_translated(report, production, Event.FILMING_START, None, Modality.DENIED)]
    return []


def _from_series(report: Report, production: Production, latest: int, own: list[Report]) -> list[Report]:
    """The series as a whole: its end is the end of its last season, its shoot is that of the season under way."""
    claim, season = report.claim, production.season or 1
    is_last = season >= latest
    if claim.event is Event.CANCELLATION:
        if is_last and not _is_out(production, report, own):
            return [_translated(report, production, Event.CANCELLATION, claim.time, claim.modality)]
        return [_translated(report, production, Event.ENDING, claim.time, claim.modality)] if is_last else []
    if claim.event is Event.ENDING:
        return [_translated(report, production, Event.ENDING, claim.time, claim.modality)] if is_last else []
    if claim.event is Event.ORDER:
        # "renewed": of the next season, of which we know only that it is not this one when this one is out
        if season == 1 or (is_last and not _is_out(production, report, own)):
            return [_translated(report, production, Event.ORDER, claim.time, claim.modality)]
        return []
    if claim.event is Event.DEVELOPMENT and season == 1:
        return [_translated(report, production, Event.DEVELOPMENT, claim.time, claim.modality)]
    if claim.event is Event.RELEASE and season == 1:
        return [_translated(report, production, Event.RELEASE, claim.time, claim.modality)]
    if claim.event in _SERIES_EVENTS and is_last:
        return [_translated(report, production, claim.event, claim.time, claim.modality)]
    return []


def _is_out(production: Production, report: Report, own: list[Report]) -> bool:
    """Whether some report said by then that this season or a later one was released or reviewed."""
    for other in own:
        claim, season = other.claim, other.claim.production.season
        if season is None or season < (production.season or 1) or claim.modality is not Modality.ASSERTED:
            continue
        if other.said is not None and report.said is not None and other.said.bounds()[0] > report.said.bounds()[1]:
            continue
        if claim.event is Event.RECEPTION:
            return True
        reference = report.said or other.said
        if claim.event is Event.RELEASE and (
            claim.time is None or (reference is not None and claim.time.is_before(reference.bounds()[1]))
        ):
            return True
    return False
