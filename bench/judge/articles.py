"""
Backtest on articles: the stage as of each article of the benchmark, judged from its claims, against the histories.

Claims may be gold or extracted (`--claims FILE`, what `callboard understand` writes). Each production that the
histories know is judged as of the article's day twice: from that article alone, and from everything that the articles
so far said of the title. `ordered` and `preparation` count as one stage, since no history dates the preparation; days
on which a history's dates do not settle the stage are left out.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from facts import FOLDS, Gaps, find_gaps, fold_of, known_seasons, median_release
from scores import brier, calibration, crps_of, log_score, quantile_of

from callboard.errors import CallboardError
from callboard.judge.dated import lay_out
from callboard.judge.judgement import judge, make_timeline
from callboard.judge.seasons import reports_for
from callboard.judge.spells import group_of
from callboard.judge.strengths import Strengths
from callboard.judge.train import History, earlier_of
from callboard.judge.trust import weigh
from callboard.model import Claim, Event, Json, Milestone, Modality, Production, Report, Stage
from callboard.when import When

# as a reader would take them to be the same title; the histories and the articles spell a few differently
_DROP = re.compile(r"marvel's |the |\(\d{4}\)|[^\w]")


@dataclass(frozen=True, slots=True)
class Article:
    """What one article claims, and when it appeared."""

    name: str
    day: dt.date
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One production as of one article."""

    article: Article
    history: History
    production: Production
    truth: str


def title_key(title: str) -> str:
    """A title as titles are compared."""
    return _DROP.sub("", title.casefold())


def read_articles(gold: Iterable[Path], extracted: Path | None = None) -> list[Article]:
    """The articles in order of publication, with gold claims or, where given, the extracted ones of the same ids."""
    found: dict[str, Json] | None = None
    if extracted is not None:
        found = {}
        for line in extracted.read_text("utf-8").splitlines():
            record = json.loads(line or "{}")
            if "id" in record:
                found[str(record["id"])] = record
    articles = []
    for path in gold:
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            if not record.get("published"):
                continue
            if found is not None and record["id"] not in found:
                continue
            claims = record["claims"] if found is None else found[record["id"]]["claims"]
            published = When.parse(record["published"])
            reports = []
            for claim in claims:
                try:
                    reports.append(
                        Report(
                            claim=Claim.from_json({k: v for k, v in claim.items() if k != "span"}),
                            outlet=record.get("outlet"),
                            said=published,
                            document=record["id"],
                        )
                    )
                except CallboardError:
                    continue  # an extracted claim that is not one costs the extractor elsewhere
            articles.append(Article(record["id"], published.bounds()[1], tuple(reports)))
    return sorted(articles, key=lambda a: (a.day, a.name))


def true_stage(history: History, day: dt.date) -> str | None:
    """The stage on a day, None where the dates do not settle it; `ordered` stands for preparation too."""
    dates = history.dates
    order, start, end, release = (
        dates.get(m) for m in (Milestone.ORDER, Milestone.FILMING_START, Milestone.FILMING_END, Milestone.RELEASE)
    )
    if release is not None and day >= release.bounds()[0]:
        return "released"
    over = history.outcome == "cancelled"
    for time, after in ((end, "postproduction"), (start, "filming"), (order, "ordered")):
        if time is None:
            if after == "ordered":
                return None  # no order is known: in development or ordered
            if after == "filming" and history.outcome != "cancelled":
                return None  # neither start nor wrap is known: ordered or filming
            if (
                after == "postproduction"
                and release is None
                and not over
                and start is not None
                and day > start.bounds()[1]
            ):
                return "filming" if (day - start.bounds()[1]).days < 60 else None
            if after == "postproduction" and start is not None and day > start.bounds()[1] and not over:
                return "filming" if (day - start.bounds()[1]).days < 60 else None
            continue
        first, last = time.bounds()
        if day > last or (day == last and first == last):
            return after
        if day >= first:
            return None
    return "development"


def merged(stage: dict[Stage, float]) -> dict[str, float]:
    """Five stages: preparation counts as ordered."""
    found = {str(s): p for s, p in stage.items() if s is not Stage.PREPARATION}
    found["ordered"] += stage[Stage.PREPARATION]
    return found


def find_cases(articles: Sequence[Article], histories: Sequence[History]) -> list[Case]:
    """Every production of every article that the histories know, on a day on which they settle its stage."""
    known = {(title_key(h.title), h.season): h for h in histories}
    cases = []
    for article in articles:
        productions = sorted({r.claim.production for r in article.reports}, key=str)
        for production in productions:
            history = known.get((title_key(production.title), production.season))
            truth = true_stage(history, article.day) if history else None
            if history and truth:
                cases.append(Case(article, history, production, truth))
    return cases


def under_title(reports: Iterable[Report], title: str) -> list[Report]:
    """Those of the reports that are about a title, in whatever spelling, under this one; as the board joins them."""
    key = title_key(title)
    return [
        dataclasses.replace(
            r, claim=dataclasses.replace(r.claim, production=Production(title, r.claim.production.season))
        )
        for r in reports
        if title_key(r.claim.production.title) == key
    ]


def with_claims(cases: Sequence[Case], articles: Mapping[str, Article]) -> list[Case]:
    """The same cases with the claims of other articles of the same names, those about the case's title under its name."""
    found = []
    for case in cases:
        article = articles.get(case.article.name)
        if article is None:
            continue
        about = tuple(under_title(article.reports, case.production.title))
        found.append(dataclasses.replace(case, article=dataclasses.replace(article, reports=about)))
    return found


def latest_claim_wins(reports: Sequence[Report], day: dt.date) -> str:
    """The baseline: the last claim that names a stage is the stage."""
    stage = "ordered"
    rank = {Event.RELEASE: 5, Event.POSTPRODUCTION: 4, Event.FILMING_END: 4, Event.FILMING: 3, Event.FILMING_START: 3}
    named = [
        (r.said.bounds()[1] if r.said else day, rank.get(r.claim.event, 1 if r.claim.event is Event.ORDER else 0), r)
        for r in reports
        if r.claim.modality is Modality.ASSERTED and (r.claim.time is None or r.claim.time.bounds()[0] <= day)
    ]
    names = {5: "released", 4: "postproduction", 3: "filming", 1: "ordered"}
    for _, place, _ in sorted((n for n in named if n[1]), key=lambda n: n[:2]):
        stage = names[place]
    return stage


@dataclass(frozen=True, slots=True)
class Scored:
    """One case with the answers."""

    case: Case
    alone: dict[str, float]
    so_far: dict[str, float]
    latest: str
    release: Json


def score(
    cases: Sequence[Case], articles: Sequence[Article], histories: Sequence[History], strengths: Strengths
) -> list[Scored]:
    """Judge every case."""
    by_title: dict[str, list[Report]] = {}
    for article in articles:
        for report in article.reports:
            by_title.setdefault(title_key(report.claim.production.title), []).append(report)
    scored = []
    gaps = [find_gaps(h for h in histories if fold_of(h.title) != fold) for fold in range(FOLDS)]
    for case in cases:
        day, history, production = case.article.day, case.history, case.production
        told = under_title(by_title.get(title_key(production.title), ()), production.title)
        from_it = [r for r in told if r.document == case.article.name]
        own = [r for r in from_it if r.claim.production == production]
        alone = judge(
            production,
            reports_for(production, from_it),
            as_of=day,
            kind=history.kind,
            platform=history.platform,
            strengths=strengths,
        )
        earlier = known_seasons(earlier_of(history, histories), day)
        far = [r for r in told if r.said is not None and r.said.bounds()[1] <= day]
        about = reports_for(production, far)
        so_far = judge(
            production,
            about,
            as_of=day,
            kind=history.kind,
            platform=history.platform,
            earlier=earlier,
            strengths=strengths,
        )
        scored.append(
            Scored(
                case,
                merged(dict(alone.stage)),
                merged(dict(so_far.stage)),
                latest_claim_wins(own, day),
                _release(case, own, strengths, gaps[fold_of(history.title)]),
            )
        )
    return scored


def _release(case: Case, reports: Sequence[Report], strengths: Strengths, gaps: Gaps) -> Json:
    """Error of the release forecast where it was still to come, beside that of the group's median gap on other titles."""
    release, day, history = case.history.dates.get(Milestone.RELEASE), case.article.day, case.history
    if release is None or release.bounds()[0] <= day:
        return {}
    dated = lay_out(weigh(reports, {}), day)
    posterior = make_timeline(case.production, dated, day, history.kind, history.platform, (), strengths).posterior()
    edges, mass = posterior.grid.edges.astype(float), posterior.days[Milestone.RELEASE]
    truth = float(release.middle.toordinal())
    median = median_release(history, day, gaps)
    named = any(r.claim.event is Event.RELEASE and r.claim.time is not None for r in reports)
    return {
        "error": abs(quantile_of(edges, mass, 0.5) - truth),
        "group_median": None if median is None else abs(median - truth),
        "crps": crps_of(edges, mass, truth),
        "within": {
            p: quantile_of(edges, mass, 0.5 - p / 200) <= truth <= quantile_of(edges, mass, 0.5 + p / 200)
            for p in (50, 80, 90)
        },
        "named": named,
        "group": group_of(history.platform),
    }


def summary(scored: Sequence[Scored]) -> Json:
    """Accuracy, Brier and log score of the stage, and errors of the release."""
    result: Json = {"n": len(scored)}
    if not scored:
        return result
    for name in ("alone", "so_far"):
        answers = [(getattr(s, name), s.case.truth) for s in scored]
        result[name] = {
            "right": round(float(np.mean([max(p, key=p.__getitem__) == t for p, t in answers])), 3),
            "brier": round(float(np.mean([brier(p, t) for p, t in answers])), 3),
            "log": round(float(np.mean([log_score(p, t) for p, t in answers])), 3),
        }
    unreleased = [s for s in scored if s.case.truth != "released"]
    if unreleased:
        result["alone_unreleased"] = {
            "n": len(unreleased),
            "right": round(
                float(np.mean([max(s.alone, key=s.alone.__getitem__) == s.case.truth for s in unreleased])), 3
            ),
            "brier": round(float(np.mean([brier(s.alone, s.case.truth) for s in unreleased])), 3),
        }
    heard = [s for s in scored if any(r.claim.production == s.case.production for r in s.case.article.reports)]
    if 0 < len(heard) < len(scored):
        result["heard"] = {
            "n": len(heard),
            "right": round(float(np.mean([max(s.so_far, key=s.so_far.__getitem__) == s.case.truth for s in heard])), 3),
            "brier": round(float(np.mean([brier(s.so_far, s.case.truth) for s in heard])), 3),
        }
    result["latest_claim"] = {
        "right": round(float(np.mean([s.latest == s.case.truth for s in scored])), 3),
        "brier": round(float(np.mean([brier({s.latest: 1.0}, s.case.truth) for s in scored])), 3),
    }
    releases = [s.release for s in scored if s.release]
    for name, group in (
        ("dated", [r for r in releases if r["named"]]),
        ("undated", [r for r in releases if not r["named"]]),
    ):
        if group:
            result[f"release_{name}"] = {
                "n": len(group),
                "mae_days": round(float(np.mean([r["error"] for r in group])), 1),
                "median_error_days": round(float(np.median([r["error"] for r in group])), 1),
                "crps": round(float(np.mean([r["crps"] for r in group])), 1),
                "coverage": {p: round(float(np.mean([r["within"][p] for r in group])), 3) for p in (50, 80, 90)},
            }
            both = [(r["error"], r["group_median"]) for r in group if r["group_median"] is not None]
            if both:
                ours, theirs = np.mean(both, axis=0)
                result[f"release_{name}"] |= {
                    "against_group_median": {
                        "n": len(both),
                        "mae_days": round(float(ours), 1),
                        "group_median": round(float(theirs), 1),
                        "mae_ratio": round(float(ours / theirs), 3),
                    }
                }
    return result


def pairs(scored: Sequence[Scored], name: str = "alone") -> list[tuple[float, bool]]:
    """Every probability given to a stage, and whether it was the stage: what a calibration plot shows."""
    return [(p, stage == s.case.truth) for s in scored for stage, p in getattr(s, name).items()]


__all__ = ["calibration", "find_cases", "pairs", "read_articles", "score", "summary"]
