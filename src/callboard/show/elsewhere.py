"""
How a production's state reads in the words of others: status values of TMDB, TVmaze, Trakt and Production List, and
schema.org terms.

All of it loses something: none of them has a probability, a source, or a state for each season.
"""

from __future__ import annotations

from typing import Any

from callboard.model import Decision, Json, Judgement, Milestone, Stage
from callboard.show import words
from callboard.show.outlook import is_dropped
from callboard.show.views import AnswerView

_FILM = {  # stage -> TMDB, Trakt; TVmaze has no films
    Stage.DEVELOPMENT: ("Planned", "planned"),
    Stage.ORDERED: ("Planned", "planned"),
    Stage.PREPARATION: ("Planned", "in production"),
    Stage.FILMING: ("In Production", "in production"),
    Stage.POSTPRODUCTION: ("Post Production", "post production"),
    Stage.RELEASED: ("Released", "released"),
}
_PRODUCTION_LIST = {  # its five stages know no order, no cancellation and no release that is dated
    Stage.DEVELOPMENT: "in-development",
    Stage.ORDERED: "in-development",
    Stage.PREPARATION: "in-pre-production",
    Stage.FILMING: "in-production",
    Stage.POSTPRODUCTION: "in-post-production",
    Stage.RELEASED: "completed",
}
_FIRST_SEASON = {  # stage -> TMDB, TVmaze, Trakt
    Stage.DEVELOPMENT: ("Planned", "In Development", "planned"),
    Stage.ORDERED: ("Planned", "In Development", "planned"),
    Stage.PREPARATION: ("In Production", "In Development", "in production"),
    Stage.FILMING: ("In Production", "In Development", "in production"),
    Stage.POSTPRODUCTION: ("In Production", "In Development", "in production"),
    Stage.RELEASED: ("Returning Series", "Running", "continuing"),
}


def statuses(judgement: Judgement, kind: str | None) -> Json:
    """
    The status of a production in four vocabularies, marked as lossy.

    Args:
        judgement: Where it stands.
        kind: "film" or "season"; None: not known, then every value is None.

    Returns:
        {"lossy": True, "tmdb": ..., "tvmaze": ..., "trakt": ..., "production_list": ...}, each a value of that vocabulary
        or None where it has none.
    """
    tmdb: str | None = None
    tvmaze: str | None = None
    trakt: str | None = None
    stage = judgement.most_likely
    if kind == "film":
        tmdb, trakt = ("Canceled", "canceled") if is_dropped(judgement) else _FILM[stage]
    elif kind == "season":
        tmdb, tvmaze, trakt = _season_statuses(judgement, stage)
    listed = None if kind is None or is_dropped(judgement) else _PRODUCTION_LIST[stage]
    return {"lossy": True, "tmdb": tmdb, "tvmaze": tvmaze, "trakt": trakt, "production_list": listed}


def _season_statuses(judgement: Judgement, stage: Stage) -> tuple[str, str, str]:
    if is_dropped(judgement) or judgement.decided in (Decision.CANCELLED, Decision.WITHDRAWN):
        return "Canceled", "Ended", "canceled"
    if judgement.decided is Decision.ENDED:
        return "Ended", "Ended", "ended"
    if (judgement.production.season or 1) == 1:
        return _FIRST_SEASON[stage]
    if stage is Stage.DEVELOPMENT:
        return "Returning Series", "To Be Determined", "returning series"
    return "Returning Series", "Running", "continuing" if stage is Stage.RELEASED else "returning series"


def linked_data(view: AnswerView) -> Json:
    """
    A production as JSON-LD with the terms of schema.org: TVSeason in its TVSeries, TVSeries, Movie, else CreativeWork.

    Its `creativeWorkStatus` is a DefinedTerm of callboard's stages. A release is given as `datePublished` only where it is
    likely past, and only as exactly as it is known; what is due is no fact and is left out.
    """
    production = view.production
    title = words.clean(production.title)
    kinds = {"film": "Movie", "season": "TVSeries"}
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "TVSeason" if production.season is not None else kinds.get(view.kind or "", "CreativeWork"),
        "name": words.clean(str(production)),
        "identifier": view.slug,
        "creativeWorkStatus": {
            "@type": "DefinedTerm",
            "inDefinedTermSet": "callboard stages",
            "termCode": str(view.judgement.most_likely),
            "name": words.STAGES[view.judgement.most_likely],
        },
        "description": words.clean(view.answer),
    }
    if production.season is not None:
        data |= {"seasonNumber": production.season, "partOfSeries": {"@type": "TVSeries", "name": title}}
    release = view.judgement.milestones[Milestone.RELEASE]
    found = next(each.range for each in view.milestones if each.name is Milestone.RELEASE)
    if release.done >= 0.5 and (found.last - found.first).days <= 3:
        data["datePublished"] = found.middle.isoformat()
    data["subjectOf"] = [
        {"@type": "Quotation", "text": each.quote, "url": each.url} for each in view.strongest[:5] if each.url
    ]
    return data
