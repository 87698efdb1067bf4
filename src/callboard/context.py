"""What the judge must know of a production beside its reports: its kind, who shows it, and its earlier seasons."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from callboard.catalogue.catalogue import Title
from callboard.judge.reports import of_production
from callboard.model import Event, Milestone, Modality, Production, Report, Season
from callboard.when import When

_EVENT_MILESTONES = {
    Event.ORDER: Milestone.ORDER,
    Event.FILMING_START: Milestone.FILMING_START,
    Event.FILMING_END: Milestone.FILMING_END,
    Event.RELEASE: Milestone.RELEASE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the judge must know of a production beside its reports."""

    kind: str | None  # "season" or "film"; None: not known
    platform: str | None  # who shows it first; None: not known
    earlier: tuple[Season, ...]
    country: str | None = None  # that it is made by, ISO 3166; None: not known
    families: tuple[str, ...] = ()  # of titles, that it belongs to


def find_context(production: Production, told: Sequence[Report], as_of: dt.date, work: Title | None) -> Context:
    """Kind, platform and earlier seasons, from the reports first and from the catalogue where they are silent."""
    kind = None
    if production.season is not None or (work is not None and work.kind == "series"):
        kind = "season"
    elif work is not None:
        kind = "film"
    named = [
        report.claim.platform
        for report in of_production(told, production) or told
        if report.claim.platform and report.claim.modality is not Modality.DENIED
    ]
    # a film's platforms in the catalogue are where it streams now, not where it opened
    shown_by = work.platforms if work is not None and kind == "season" else ()
    if kind == "season":
        # "the Marvel drama" names who makes it: a name counts first where it is that of a service, or the title's own
        from callboard.judge.spells import group_of  # numpy takes 0.15 s to load

        named = [name for name in named if name in shown_by or group_of(name)] or ([] if len(shown_by) == 1 else named)
    platform = Counter(reversed(named)).most_common(1)[0][0] if named else None
    if platform is None and len(shown_by) == 1:
        platform = shown_by[0]
    numbers = range(1, production.season or 1)
    earlier = (_earlier_season(number, told, as_of, work) for number in numbers)
    return Context(
        kind=kind,
        platform=platform,
        earlier=tuple(season for season in earlier if season.dates),
        country=work.country if work else None,
    )


def _earlier_season(number: int, told: Sequence[Report], as_of: dt.date, work: Title | None) -> Season:
    dates: dict[Milestone, When] = {}
    for report in told:  # oldest first, so that the last word counts
        claim = report.claim
        milestone = _EVENT_MILESTONES.get(claim.event)
        if milestone is None or claim.time is None or claim.production.season != number:
            continue
        if claim.modality is Modality.ASSERTED and claim.time.is_before(as_of):
            dates[milestone] = claim.time
    for season in work.dated if work else ():
        if season.season == number:
            # The catalogue knows how things ended; on the day of the judgement nobody did.
            dates |= {milestone: time for milestone, time in season.dates.items() if time.is_before(as_of)}
    return Season(number, dates)
