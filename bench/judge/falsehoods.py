"""False changes: how often a follower would have been told something that was not so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from articles import Article, title_key, true_stage
from facts import known_seasons

from callboard.judge.changes import Axis, find_changes
from callboard.judge.judgement import judge
from callboard.judge.seasons import reports_for
from callboard.judge.train import History, earlier_of
from callboard.model import Decision, Json, Production, Report

STEP_DAYS = 10
AFTER_DAYS = 120  # a production is followed for so long after its last article


def false_changes(articles: Sequence[Article], histories: Sequence[History]) -> Json:
    """
    Changes told of productions that at least two articles speak of, judged every ten days, against the histories.

    A stage told is false when the history has another stage on that day and for three weeks on either side; a decision
    told as dropped is false when the production came out.
    """
    by_title: dict[str, list[Report]] = {}
    documents: dict[tuple[str, int | None], set[str]] = {}
    for article in articles:
        for report in article.reports:
            key = title_key(report.claim.production.title)
            by_title.setdefault(key, []).append(report)
            documents.setdefault((key, report.claim.production.season), set()).add(article.name)
    told = false = 0
    days = 0
    wrong: list[str] = []
    for history in histories:
        key = title_key(history.title)
        if len(documents.get((key, history.season), ())) < 2:
            continue
        reports = by_title[key]
        title = reports[0].claim.production.title
        production = Production(title, history.season)
        about = reports_for(production, [r for r in reports if r.claim.production.title == title])
        said = sorted(r.said.middle for r in about if r.said)
        if not said:
            continue
        dates = [
            said[0] + dt.timedelta(n) for n in range(0, min((said[-1] - said[0]).days, 1500) + AFTER_DAYS, STEP_DAYS)
        ]
        judgements = []
        for day in dates:
            known = [r for r in about if r.said and r.said.bounds()[1] <= day]
            seasons = known_seasons(earlier_of(history, histories), day)
            judgements.append(
                judge(production, known, as_of=day, kind=history.kind, platform=history.platform, earlier=seasons)
            )
        days += (dates[-1] - dates[0]).days
        for change in find_changes(judgements, about):
            told += 1
            if change.axis is Axis.STAGE:
                after = "ordered" if change.after == "preparation" else change.after
                around = {true_stage(history, change.day + dt.timedelta(n)) for n in (-21, 0, 21)}
                bad = None not in around and after not in around
            elif change.axis is Axis.DECISION:
                dropped = change.after in (str(Decision.CANCELLED), str(Decision.WITHDRAWN))
                bad = dropped and history.outcome == "released"
            else:
                continue
            if bad:
                false += 1
                wrong.append(f"{change.day} {change}")
    years = max(days / 365.25, 1e-9)
    return {
        "years": round(years, 1),
        "told": told,
        "false": false,
        "false_a_year": round(false / years, 3),
        "which": wrong,
    }
