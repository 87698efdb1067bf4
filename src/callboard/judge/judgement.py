"""Claims in, judgement out: the one function that answers where a production stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from callboard.judge.dated import Dated, bounds_of, lay_out, pauses_of, when_days
from callboard.judge.decisions import decide
from callboard.judge.evidence import Evidence, gather
from callboard.judge.grid import Array, Grid, make_grid
from callboard.judge.spells import Spells, group_of, load_table, shocks_known, spells_for
from callboard.judge.strengths import Strengths, mention
from callboard.judge.timeline import Link, make_link, order_prior, run_chain
from callboard.judge.trust import weigh
from callboard.model import (
    Event,
    Json,
    Judgement,
    Milestone,
    MilestoneForecast,
    Modality,
    Production,
    Report,
    Season,
    Stage,
)

_LAST_DAY = dt.date.max.toordinal()
PERCENTS = (5, 10, 25, 50, 75, 90, 95)
DEFAULT = Strengths()
_SELDOM_WEEKLY = 0.01  # a life this unlikely before any claim is left out


@dataclass(frozen=True, slots=True)
class Life:
    """One order in which the milestones may come, with its probability and their distributions over cells."""

    share: float
    marginals: Array  # (5, cells), in the order of `Milestone`
    wrap_first: bool


@dataclass(frozen=True, slots=True)
class Posterior:
    """Distributions over a grid: what a judgement is read from, and what the backtests score."""

    grid: Grid
    lives: tuple[Life, ...]

    @property
    def days(self) -> Mapping[Milestone, Array]:
        """For each milestone the probability of each cell."""
        return {
            m: sum((life.share * life.marginals[k] for life in self.lives), np.zeros(self.grid.size))
            for k, m in enumerate(Milestone)
        }

    def done_by(self, day: dt.date) -> dict[Milestone, float]:
        """Probability that each milestone was reached by a day."""
        reached = [_done(life.marginals, self.grid, day.toordinal()) for life in self.lives]
        return {
            m: sum(life.share * done[k] for life, done in zip(self.lives, reached, strict=True))
            for k, m in enumerate(Milestone)
        }

    def stage_on(self, day: dt.date) -> dict[Stage, float]:
        """Probability of each stage on a day; a series is released from its first episode on, wrapped or not."""
        found = dict.fromkeys(Stage, 0.0)
        for life in self.lives:
            done = _done(life.marginals, self.grid, day.toordinal())
            if not life.wrap_first:
                done[3] = done[4]
            for stage, p in _stages(done).items():
                found[stage] += life.share * p
        return found


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the days of the milestones hang on: how long the spells between them last, and what was said of each."""

    grid: Grid
    prior: Array  # probability of each cell for the order
    links: Mapping[str, Link]
    weekly: float  # probability, before any claim, that the release comes before the wrap
    evidence: Evidence
    hear: Callable[[Sequence[Dated]], Evidence]  # what some of the claims say

    def posterior(self, left_out: Sequence[Dated] = ()) -> Posterior:
        """
        The distributions of all milestones.

        Without some claims it is only near what a judgement without them finds: that one hears others louder, which had
        repeated them or given way to them.
        """
        evidence = self.evidence.without(self.hear(left_out)) if left_out else self.evidence
        first = [self.links[name] for name in ("op", "ps", "se", "er")]
        chain = run_chain(self.prior, first, evidence.log_factors(wrap_first=True))
        if self.weekly <= _SELDOM_WEEKLY:
            return Posterior(self.grid, (Life(1.0, chain.marginals, True),))
        swap = [0, 1, 2, 4, 3]
        other = run_chain(
            self.prior,
            [self.links[name] for name in ("op", "ps", "sr", "re")],
            evidence.log_factors(wrap_first=False)[swap],
        )
        odds = np.log(self.weekly / (1 - self.weekly)) + other.log_evidence - chain.log_evidence
        share = float(1 / (1 + np.exp(-np.clip(odds, -60, 60))))
        return Posterior(self.grid, (Life(1 - share, chain.marginals, True), Life(share, other.marginals[swap], False)))


def judge(
    production: Production,
    reports: Sequence[Report],
    *,
    as_of: dt.date,
    kind: str | None = None,
    platform: str | None = None,
    earlier: Sequence[Season] = (),
    outlet_kinds: Mapping[str, str] | None = None,
    rates: Mapping[str, float] | None = None,
    effects: bool = False,
    strengths: Strengths = DEFAULT,
) -> Judgement:
    """
    Where a production stands on a day, and when its milestones were or are due.

    Args:
        production: What is judged.
        reports: Claims about it (see `reports_for`), in any order; those said after the day are not used, and one
            without `said` counts as said on the day.
        as_of: The day of the judgement.
        kind: "season", "miniseries" or "film"; None: not known.
        platform: Who shows it first; None: not known.
        earlier: Known dates of the title's earlier seasons.
        outlet_kinds: Name of an outlet -> its kind, one of the keys of `callboard.judge.trust.WRONG`.
        rates: Key of an origin -> chance that it errs, for those with a record (`callboard.judge.record`).
        effects: Whether to say what each report moved; costs one more judgement for each that matters.
    """
    kinds = outlet_kinds or {}
    earlier = tuple(sorted(earlier, key=lambda season: (season.season or 0, str(sorted(season.dates.items())))))
    known = [report for report in reports if report.said is None or report.said.bounds()[0] <= as_of]
    dated = lay_out(weigh(known, kinds, rates), as_of)
    timeline = make_timeline(production, dated, as_of, kind, platform, earlier, strengths)
    posterior = timeline.posterior()
    stage, done = posterior.stage_on(as_of), posterior.done_by(as_of)
    decision, stopped = decide(
        dated, as_of, done[Milestone.ORDER], lambda day: posterior.done_by(day)[Milestone.RELEASE]
    )
    if stopped is not None and stopped.probability > 0.01:
        # what was dropped stays where it was on that day
        p, day = stopped.probability, min(stopped.day, as_of)
        stage_then, done_then = posterior.stage_on(day), posterior.done_by(day)
        stage = {s: p * stage_then[s] + (1 - p) * stage[s] for s in Stage}
        done = {m: p * done_then[m] + (1 - p) * done[m] for m in Milestone}
    judgement = Judgement(
        production=production,
        as_of=as_of,
        stage=stage,
        decision=decision,
        milestones={
            m: MilestoneForecast(done[m], quantiles(posterior.grid, days)) for m, days in posterior.days.items()
        },
        paused=_paused(dated, as_of, stage[Stage.FILMING]),
    )
    if not effects:
        return judgement
    from callboard.judge.explain import with_effects

    def again(kept: Sequence[Report]) -> Judgement:
        return judge(
            production,
            kept,
            as_of=as_of,
            kind=kind,
            platform=platform,
            earlier=earlier,
            outlet_kinds=kinds,
            rates=rates,
            strengths=strengths,
        )

    def nearly(left_out: Collection[int]) -> tuple[dict[Stage, float], dt.date]:
        other = timeline.posterior([item for item in dated if id(item.weighed.report) in left_out])
        return other.stage_on(as_of), quantiles(other.grid, other.days[Milestone.RELEASE])[50]

    # where somebody speaks of a cancellation, a report may move the stage by way of the decision
    return with_effects(judgement, reports, again, nearly if stopped is None else None)


def make_timeline(
    production: Production,
    dated: Sequence[Dated],
    as_of: dt.date,
    kind: str | None,
    platform: str | None,
    earlier: Sequence[Season],
    strengths: Strengths = DEFAULT,
    table: Json | None = None,
) -> Timeline:
    """The timeline of claims that are laid out; `table` in place of the learned spells."""
    today = as_of.toordinal()
    table = table or load_table()
    spells = spells_for(kind, platform, production.season, earlier, table)
    grid = make_grid(today, bounds_of(dated))
    shocks = shocks_known(today, table)
    post_clock = "theatrical" if group_of(platform) == "theatrical" else "end_release"
    pauses = pauses_of(dated)
    links = {
        "op": make_link(spells.order_preparation, "order_start", grid, shocks),
        "ps": make_link(spells.preparation_start, "order_start", grid, shocks),
        "se": make_link(spells.start_end, "start_end", grid, shocks, pauses),
        "er": make_link(spells.end_release, post_clock, grid, shocks),
    }
    prior = order_prior(grid, today, strengths.past_days, strengths.ahead_days)
    is_film = (kind or ("season" if production.season else "film")) == "film"
    before = _before_claims(prior, [links[k] for k in ("op", "ps", "se", "er")])
    if spells.weekly > _SELDOM_WEEKLY:
        links["sr"] = make_link(spells.start_release, "start_end", grid, shocks, pauses)
        links["re"] = make_link(spells.release_end, "start_end", grid, shocks)

    @cache
    def expected(day: int) -> Array:
        return _expected(before, grid, day, strengths)

    def hear(of: Sequence[Dated] | None) -> Evidence:
        return gather(dated, grid, strengths, expected, before, is_film, of)

    evidence = hear(None)
    _add_silence(evidence, dated, today, strengths)
    _add_earlier(evidence, earlier, production, spells, today)
    return Timeline(grid, prior, links, spells.weekly, evidence, hear)


def _before_claims(prior: Array, links: Sequence[Link]) -> Array:
    """Distribution of each milestone over cells before any claim, the wrap first, shape (5, cells)."""
    found = [prior]
    for link in links:
        found.append(link.forward(found[-1]))
    return np.array(found)


def _expected(before: Array, grid: Grid, day: int, strengths: Strengths) -> Array:
    """Probability of each stage on a day, given only that the press speaks of the production, shape (6,)."""
    stages = np.array(list(_stages(_done(before, grid, day)).values())) * np.exp(mention(strengths))
    return stages / stages.sum()  # type: ignore[no-any-return]


def _done(marginals: Array, grid: Grid, today: int) -> list[float]:
    past = grid.cell_after(today)
    return [float(min(max(row[:past].sum(), 0.0), 1.0)) for row in marginals]


def _stages(done: Sequence[float]) -> dict[Stage, float]:
    reached = [1.0, *done, 0.0]
    for k in range(1, 6):
        reached[k] = min(reached[k], reached[k - 1])
    return {stage: reached[k] - reached[k + 1] for k, stage in enumerate(Stage)}


def _add_silence(evidence: Evidence, dated: Sequence[Dated], today: int, strengths: Strengths) -> None:
    """
    Since the last report nothing was heard: a milestone in that time would likely have been reported.

    The more is written of a production, the less likely it is that a milestone goes unreported: of one that the press
    took up on n days, `silence_first / n`, at least `silence`.
    """
    days = {item.said for item in dated if item.weighed.weight > 0}
    last = max(days, default=today)
    if last >= today:
        return
    unheard = max(strengths.silence, strengths.silence_first / len(days))
    lag = np.maximum(today - evidence.grid.middles, 0.0)
    heard = unheard + (1 - unheard) * np.exp(-lag / strengths.silence_days)
    since = (evidence.grid.middles > last) & (evidence.grid.middles <= today)
    log_heard = np.where(since, np.log(heard), 0.0)
    for milestone in (2, 3, 4):
        evidence.days[milestone] += log_heard


def _add_earlier(
    evidence: Evidence, earlier: Sequence[Season], production: Production, spells: Spells, today: int
) -> None:
    """A season follows the one before: its shoot after that one's, its release a learned time after that one's."""
    if production.season is None:
        return
    middles = evidence.grid.middles
    before = [season for season in earlier if season.season is not None and season.season < production.season]
    for season in before:
        for milestone, k in ((Milestone.FILMING_START, 2), (Milestone.FILMING_END, 3), (Milestone.RELEASE, 4)):
            time = season.dates.get(milestone)
            if time is not None:
                first, _ = when_days(time, today)
                evidence.days[k] += np.where(middles < first, -4.0, 0.0)
    if before and spells.release_gap is not None:
        time = before[-1].dates.get(Milestone.RELEASE)
        if time is not None and before[-1].season == production.season - 1:
            first, last = when_days(time, today)
            table = spells.release_gap.cdf()
            edges = np.clip(evidence.grid.edges - (first + last) // 2, 0, len(table) - 1).astype(np.int64)
            density = np.diff(table[edges]) / evidence.grid.widths + 1e-6
            evidence.days[4] += GAP_POWER * np.log(density / density.max())


GAP_POWER = 0.25  # the gap tells much of what the spells tell already; best of 0, 0.25, 0.5, 1 in five folds by title


def quantiles(grid: Grid, probabilities: Array) -> dict[int, dt.date]:
    """Days by which a milestone is reached with 5 to 95 percent, from its distribution over cells."""
    cumulated = np.concatenate([[0.0], np.cumsum(probabilities)])
    cumulated /= cumulated[-1]
    found = np.interp([p / 100 for p in PERCENTS], cumulated, grid.edges.astype(np.float64))
    return {
        p: dt.date.fromordinal(int(min(max(day, 1), _LAST_DAY)))
        for p, day in zip(PERCENTS, np.floor(found), strict=True)
    }


def _paused(dated: Sequence[Dated], as_of: dt.date, filming: float) -> float:
    """Probability that the shoot stands still: the last word on it was a pause, fading over some months."""
    today, word, day = as_of.toordinal(), 0.0, -1
    for item in dated:
        if item.modality in (Modality.POSSIBLE, Modality.EXPECTED):
            continue
        if item.event is Event.FILMING_PAUSE and item.modality is Modality.ASSERTED:
            first = item.first if item.first is not None else item.said
            over = item.last is not None and item.first is not None and item.first < item.last < min(item.said, today)
            if first <= today and item.said >= day:
                word, day = 0.1 if over else 0.9, item.said
        elif item.event in (Event.FILMING, Event.FILMING_START) and item.said > day:
            word = 0.05 if item.modality is Modality.ASSERTED else word
            day = item.said if item.modality is Modality.ASSERTED else day
    age = max(today - day, 0) if day > 0 else 0
    return float(filming * word * np.exp(-age / 150))
