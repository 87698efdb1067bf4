"""
Backtest on facts: forecast the release of unseen titles, knowing only what was known on the day.

Histories are split by title; the spells are learned on the other folds. As of the order, the start, the wrap, the days
halfway between them and the day on which the date was announced, the claims known then are judged, and the release is
compared with what came. The baselines see the same folds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scores import crps_of, quantile_of

from callboard.judge.dated import lay_out
from callboard.judge.grid import Array
from callboard.judge.judgement import make_timeline
from callboard.judge.spells import group_of
from callboard.judge.strengths import Strengths
from callboard.judge.train import History, earlier_of, learn
from callboard.judge.trust import weigh
from callboard.model import Claim, Event, Json, Milestone, Production, Report, Season, Span
from callboard.when import When

FOLDS = 5
POINTS = ("order", "filming_start", "filming_end", "before_start", "before_end", "before_release", "announced")
_EVENTS = {
    Milestone.ORDER: Event.ORDER,
    Milestone.FILMING_START: Event.FILMING_START,
    Milestone.FILMING_END: Event.FILMING_END,
}


@dataclass(frozen=True, slots=True)
class Question:
    """One forecast to make: as of when, knowing what, and the day that came."""

    history: History
    point: str
    as_of: dt.date
    reports: tuple[Report, ...]
    earlier: tuple[Season, ...]
    truth: dt.date
    since: dt.date  # the last milestone known


def fold_of(title: str) -> int:
    """The fold that a title belongs to, the same on every machine."""
    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % FOLDS


def known_seasons(seasons: Sequence[Season], as_of: dt.date) -> tuple[Season, ...]:
    """The seasons with the dates that had passed."""
    kept = (Season(s.season, {m: w for m, w in s.dates.items() if w.is_before(as_of)}) for s in seasons)
    return tuple(season for season in kept if season.dates)


def _report(history: History, event: Event, time: When, said: dt.date) -> Report:
    production = Production(history.title, history.season)
    claim = Claim(production=production, event=event, quote=Span(0, 0, ""), time=time)
    return Report(claim=claim, outlet="the press", said=When.day(said))


def questions(history: History, histories: Sequence[History]) -> Iterator[Question]:
    """All forecasts of one production's release that its dates allow."""
    release = history.dates.get(Milestone.RELEASE)
    if release is None or release.width_days > 1:
        return
    truth = release.middle
    known: list[Report] = []
    seasons = earlier_of(history, histories)
    passed: list[tuple[str, dt.date, tuple[Report, ...]]] = []
    for milestone, event in _EVENTS.items():
        time = history.dates.get(milestone)
        if time is None or time.width_days > 62:
            continue
        day = time.middle
        if day >= truth:
            continue
        if passed:
            last = passed[-1][1]
            passed.append((f"before_{str(milestone).split('_')[-1]}", last + (day - last) / 2, tuple(known)))
        known.append(_report(history, event, time, day))
        passed.append((str(milestone), day, tuple(known)))
    if passed:
        last = passed[-1][1]
        passed.append(("before_release", last + (truth - last) / 2, tuple(known)))
    if history.announced is not None and history.announced.width_days <= 31 and history.announced.middle < truth:
        day = history.announced.middle
        past = [r for r in known if r.said is not None and r.said.middle <= day]
        passed.append(("announced", day, (*past, _report(history, Event.RELEASE, release, day))))
    for point, day, reports in passed:
        if reports:
            since = (
                max(r.said.middle for r in reports if r.said is not None and r.claim.event is not Event.RELEASE)
                if any(r.claim.event is not Event.RELEASE for r in reports)
                else day
            )
            yield Question(history, point, day, reports, known_seasons(seasons, day), truth, since)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one forecast fared, for us and for each baseline that could answer."""

    point: str
    shocked: bool
    title: str
    error_days: Mapping[str, float]
    crps: Mapping[str, float]
    within: Mapping[int, bool]  # 50, 80, 90 (percent) -> whether the range held the day


def ask(question: Question, table: Json, strengths: Strengths, baselines: Baselines) -> Outcome:
    """Judge one question, and let the baselines answer it."""
    history = question.history
    dated = lay_out(weigh(question.reports, {}), question.as_of)
    production = Production(history.title, history.season)
    posterior = make_timeline(
        production, dated, question.as_of, history.kind, history.platform, question.earlier, strengths, table
    ).posterior()
    edges, mass = posterior.grid.edges.astype(float), posterior.days[Milestone.RELEASE]
    truth = float(question.truth.toordinal())
    median = quantile_of(edges, mass, 0.5)
    errors = {"callboard": abs(median - truth)}
    crps = {"callboard": crps_of(edges, mass, truth)}
    within = {
        percent: quantile_of(edges, mass, 0.5 - percent / 200) <= truth <= quantile_of(edges, mass, 0.5 + percent / 200)
        for percent in (50, 80, 90)
    }
    for name, answer in baselines.answer(question).items():
        errors[name] = abs(answer - truth)
    km = baselines.kaplan_meier(question)
    if km is not None:
        crps["kaplan_meier"] = crps_of(*km, truth)
        errors["kaplan_meier"] = abs(quantile_of(*km, 0.5) - truth)
    return Outcome(question.point, history.shocked, history.title, errors, crps, within)


def _features(history: History) -> list[str]:
    first = "first" if history.season == 1 else "later" if history.season else "film"
    return [history.kind, first, group_of(history.platform) or "other"]


def _fit_regression(train: Sequence[History], milestone: Milestone) -> tuple[float, dict[str, float]]:
    """A log-normal accelerated failure time regression of the gap to the release, lifelines' own."""
    import pandas as pd
    from lifelines import LogNormalAFTFitter

    rows = []
    for history in train:
        start, release = history.dates.get(milestone), history.dates.get(Milestone.RELEASE)
        if start is None or start.width_days > 62 or (release is None and history.outcome != "unreleased"):
            continue
        end = release.middle if release else dt.date(2025, 12, 31)
        rows.append(
            dict.fromkeys(_features(history), 1.0)
            | {"gap": max((end - start.middle).days, 1), "came": release is not None}
        )
    frame = pd.DataFrame(rows).fillna(0.0)
    fitter = LogNormalAFTFitter(penalizer=0.05).fit(frame, "gap", "came")
    weights = {str(name): float(v) for name, v in fitter.params_["mu_"].items()}
    return weights.pop("Intercept"), weights


Gaps = dict[tuple[str, str], list[float]]


def find_gaps(train: Iterable[History]) -> Gaps:
    """The days from each milestone to the release, by (milestone, platform group), and over all groups by (milestone, "")."""
    found: Gaps = {}
    for history in train:
        release = history.dates.get(Milestone.RELEASE)
        for milestone in _EVENTS:
            start = history.dates.get(milestone)
            if release is None or start is None or start.width_days > 62:
                continue
            gap = float((release.middle - start.middle).days)
            for group in (group_of(history.platform) or "other", ""):
                found.setdefault((str(milestone), group), []).append(gap)
    return found


def gaps_for(gaps: Gaps, milestone: str, platform: str | None) -> list[float]:
    """Those of the platform's group, where there are three or more; else those of all."""
    own = gaps.get((milestone, group_of(platform) or "other"), [])
    return own if len(own) >= 3 else gaps[milestone, ""]


def median_release(history: History, day: dt.date, gaps: Gaps) -> float | None:
    """What the group's median gap from the last milestone reached by a day says of the release; None: none was reached."""
    reached = {m: w.middle for m in _EVENTS if (w := history.dates.get(m)) and w.width_days <= 62 and w.middle <= day}
    if not reached:
        return None
    last = max(reached, key=lambda m: reached[m])
    return max(
        reached[last].toordinal() + float(np.median(gaps_for(gaps, str(last), history.platform))), day.toordinal()
    )


class Baselines:
    """What anyone would do with the same histories: gaps from the last milestone to the release."""

    def __init__(self, train: Sequence[History]) -> None:
        self.gaps = find_gaps(train)
        self.regressions = {str(milestone): _fit_regression(train, milestone) for milestone in _EVENTS}

    def _of(self, question: Question) -> tuple[str, list[float]]:
        milestone = _last_known(question)
        return milestone, gaps_for(self.gaps, milestone, question.history.platform)

    def answer(self, question: Question) -> dict[str, float]:
        """Point forecasts as ordinals, never before the day of the question."""
        today = question.as_of.toordinal()
        since = question.since.toordinal()
        milestone, gaps = self._of(question)
        found = {"group_median": max(since + float(np.median(gaps)), today)}
        own = [
            float((s.dates[Milestone.RELEASE].middle - s.dates[Milestone(milestone)].middle).days)
            for s in question.earlier
            if Milestone.RELEASE in s.dates and Milestone(milestone) in s.dates
        ]
        found["previous_gap"] = max(since + own[-1], today) if own else found["group_median"]
        base, weights = self.regressions[milestone]
        median = float(np.exp(base + sum(weights.get(f, 0.0) for f in _features(question.history))))
        found["aft"] = max(since + median, float(today))
        scheduled = [r.claim.time for r in question.reports if r.claim.event is Event.RELEASE and r.claim.time]
        found["latest_claim"] = float(scheduled[-1].middle.toordinal()) if scheduled else found["group_median"]
        return found

    def kaplan_meier(self, question: Question) -> tuple[Array, Array] | None:
        """The group's gaps that are longer than the time already waited, each with equal mass (none is censored)."""
        today, since = question.as_of.toordinal(), question.since.toordinal()
        _, gaps = self._of(question)
        left = sorted({since + g for g in gaps if since + g >= today}) or [max(since + max(gaps), today + 30.0)]
        days = [since + g for g in gaps if since + g >= today] or left
        edges, mass = [], []
        for day in sorted(days):
            edges.append(day)
            mass.append(1.0 / len(days))
        return _as_cells(np.array(edges), np.array(mass))


def _as_cells(days: Array, mass: Array) -> tuple[Array, Array]:
    """Point masses as cells of one day."""
    unique, inverse = np.unique(days, return_inverse=True)
    total = np.bincount(inverse, weights=mass)
    edges: list[float] = []
    cells: list[float] = []
    for day, weight in zip(unique, total, strict=True):
        if edges and edges[-1] < day:
            cells.append(0.0)
            edges.append(day)
        elif not edges:
            edges.append(day)
        cells.append(float(weight))
        edges.append(day + 1)
    return np.array(edges), np.array(cells)


def _last_known(question: Question) -> str:
    events = [str(r.claim.event) for r in question.reports if r.claim.event is not Event.RELEASE]
    return events[-1] if events else "order"


def run(histories: Sequence[History], strengths: Strengths, tables: dict[int, Json] | None = None) -> list[Outcome]:
    """All outcomes of all folds."""
    outcomes = []
    for fold in range(FOLDS):
        train = [h for h in histories if fold_of(h.title) != fold]
        table = (tables or {}).get(fold) or learn(train)
        if tables is not None:
            tables[fold] = table
        baselines = Baselines(train)
        for history in histories:
            if fold_of(history.title) == fold:
                outcomes += [ask(q, table, strengths, baselines) for q in questions(history, histories)]
    return outcomes


def summary(outcomes: Sequence[Outcome]) -> Json:
    """Scores by point, and over the three milestones together."""
    groups: dict[str, list[Outcome]] = {point: [o for o in outcomes if o.point == point] for point in POINTS}
    groups["order, start, wrap"] = [o for o in outcomes if o.point in ("order", "filming_start", "filming_end")]
    groups["halfway"] = [o for o in outcomes if o.point.startswith("before")]
    result: Json = {}
    for name, group in groups.items():
        if not group:
            continue
        mae = {
            k: round(float(np.mean([o.error_days[k] for o in group if k in o.error_days])), 1)
            for k in group[0].error_days
        }
        median = {k: round(float(np.median([o.error_days[k] for o in group])), 1) for k in group[0].error_days}
        crps = {k: round(float(np.mean([o.crps[k] for o in group])), 1) for k in group[0].crps}
        result[name] = {
            "n": len(group),
            "mae_days": mae,
            "median_error_days": median,
            "mae_ratio": round(mae["callboard"] / mae["group_median"], 3),
            "crps": crps,
            "crps_ratio": round(crps["callboard"] / crps["kaplan_meier"], 3),
            "coverage": {p: round(float(np.mean([o.within[p] for o in group])), 3) for p in (50, 80, 90)},
        }
    return result
