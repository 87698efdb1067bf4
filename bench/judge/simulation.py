"""
Backtest on simulated worlds, whose truth is known: coverage, and the rare cases that no archive holds enough of.

Each world draws a production's days from the learned spells and lets outlets report them: late, some never, some
wrongly, with schedules that slip. One world in eight drops its production, one in eight pauses the shoot twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from callboard.judge.judgement import judge
from callboard.judge.spells import SHIFT_DAYS, Spell, spells_for
from callboard.model import Claim, Decision, Event, Json, Milestone, Modality, Production, Report, Span, Stage
from callboard.when import When

_PLATFORMS = (
    ("season", "Netflix"),
    ("season", "HBO"),
    ("season", "The CW"),
    ("film", "theatrical"),
    ("season", "Hulu"),
)
_OUTLETS = ("Deadline", "Variety", "TVLine", "a fan site", "a local paper")


@dataclass(frozen=True, slots=True)
class World:
    """One production's true days, and what was reported of it by the day on which it is judged."""

    kind: str
    platform: str
    as_of: dt.date
    days: dict[Milestone, int]
    dropped: int | None
    reports: tuple[Report, ...]


def _draw(spell: Spell, rng: np.random.Generator) -> int:
    u = rng.uniform(0.02, 0.98)
    return int(max(np.exp(spell.mu + spell.scale * np.log(u / (1 - u))) - SHIFT_DAYS, 0))


def make_world(rng: np.random.Generator) -> World:
    """A world and what its press says."""
    kind, platform = _PLATFORMS[int(rng.integers(len(_PLATFORMS)))]
    spells = spells_for(kind, platform, 2 if kind == "season" else None)
    order = dt.date(2012, 1, 1).toordinal() + int(rng.integers(2500))
    preparation = order + _draw(spells.order_preparation, rng)
    start = preparation + _draw(spells.preparation_start, rng)
    if rng.uniform() < spells.weekly:
        release = start + _draw(spells.start_release, rng)
        end = release + _draw(spells.release_end, rng)
    else:
        end = start + _draw(spells.start_end, rng)
        release = end + _draw(spells.end_release, rng)
    days = dict(zip(Milestone, (order, preparation, start, end, release), strict=True))
    as_of = int(rng.integers(order, release + 120))
    dropped = int(rng.integers(order + 20, release)) if rng.uniform() < 0.125 else None
    if dropped is not None and dropped > as_of:
        dropped = None
    reports = _press(days, start, end, release, as_of, dropped, kind, rng)
    return World(kind, platform, dt.date.fromordinal(as_of), days, dropped, tuple(reports))


def _press(
    days: dict[Milestone, int],
    start: int,
    end: int,
    release: int,
    as_of: int,
    dropped: int | None,
    kind: str,
    rng: np.random.Generator,
) -> list[Report]:
    season = 2 if kind == "season" else None
    reports: list[Report] = []

    def say(event: Event, said: int, time: int | None, modality: Modality = Modality.ASSERTED) -> None:
        if said > as_of or (dropped is not None and said > dropped and event is not Event.CANCELLATION):
            return
        if time is not None and rng.uniform() < 0.04:
            time += int(rng.integers(-200, 200))
        when = None if time is None else When.day(dt.date.fromordinal(time))
        if when is not None and rng.uniform() < 0.4:
            when = When.parse(f"{dt.date.fromordinal(time or 1):%Y-%m}")
        claim = Claim(
            production=Production("X", season), event=event, quote=Span(0, 0, ""), time=when, modality=modality
        )
        outlet = _OUTLETS[int(rng.integers(len(_OUTLETS)))]
        reports.append(Report(claim=claim, outlet=outlet, said=When.day(dt.date.fromordinal(said))))

    for milestone, event in (
        (Milestone.ORDER, Event.ORDER),
        (Milestone.FILMING_START, Event.FILMING_START),
        (Milestone.FILMING_END, Event.FILMING_END),
        (Milestone.RELEASE, Event.RELEASE),
    ):
        if rng.uniform() < 0.93:
            say(event, days[milestone] + int(rng.exponential(6)), days[milestone])
    for said in range(start + 20, end, 60):
        if rng.uniform() < 0.5:
            say(Event.FILMING, said, None)
    if rng.uniform() < 0.125:
        for _ in range(2):
            day = int(rng.integers(start, max(end, start + 1)))
            say(Event.FILMING_PAUSE, day, day)
    lead = int(rng.integers(20, 200))
    slip = int(rng.exponential(50)) if rng.uniform() < 0.2 else 0
    say(Event.RELEASE, release - lead, release - slip if release - slip > release - lead else release)
    if dropped is not None:
        say(Event.CANCELLATION, dropped + int(rng.exponential(3)), dropped)
    return reports


def run(count: int = 300, seed: int = 20170610) -> Json:
    """Judge that many worlds and compare with their truth."""
    rng = np.random.default_rng(seed)
    stage_right: list[bool] = []
    brier: list[float] = []
    within: dict[str, dict[int, list[bool]]] = {"ahead": {50: [], 80: [], 90: []}}
    dropped_found: list[bool] = []
    dropped_false: list[bool] = []
    for _ in range(count):
        world = make_world(rng)
        production = Production("X", 2 if world.kind == "season" else None)
        found = judge(production, world.reports, as_of=world.as_of, kind=world.kind, platform=world.platform)
        gone = found.decision[Decision.CANCELLED] + found.decision[Decision.WITHDRAWN] > 0.5
        told = any(r.claim.event is Event.CANCELLATION for r in world.reports)
        if world.dropped is not None:
            if told:
                dropped_found.append(gone)
            continue
        dropped_false.append(gone)
        today = world.as_of.toordinal()
        truth = _stage(world.days, today)
        stage_right.append(found.most_likely is truth)
        brier.append(sum((p - (s is truth)) ** 2 for s, p in found.stage.items()))
        if world.days[Milestone.RELEASE] > today:
            quantiles = found.milestones[Milestone.RELEASE].quantiles
            day = dt.date.fromordinal(world.days[Milestone.RELEASE])
            for percent, low, high in ((50, 25, 75), (80, 10, 90), (90, 5, 95)):
                within["ahead"][percent].append(quantiles[low] <= day <= quantiles[high])
    return {
        "worlds": count,
        "stage_right": round(float(np.mean(stage_right)), 3),
        "brier": round(float(np.mean(brier)), 3),
        "release_coverage": {p: round(float(np.mean(v)), 3) for p, v in within["ahead"].items()},
        "dropped_found": round(float(np.mean(dropped_found)), 3) if dropped_found else None,
        "dropped_false": round(float(np.mean(dropped_false)), 3),
    }


def _stage(days: dict[Milestone, int], today: int) -> Stage:
    if days[Milestone.RELEASE] <= today:
        return Stage.RELEASED
    reached: Sequence[Stage] = (Stage.ORDERED, Stage.PREPARATION, Stage.FILMING, Stage.POSTPRODUCTION)
    stage = Stage.DEVELOPMENT
    for milestone, after in zip(Milestone, reached, strict=False):
        if days[milestone] <= today:
            stage = after
    return stage
