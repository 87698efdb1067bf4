"""
How long each spell of a production's life lasts: order to start, start to wrap, wrap to release.

Every spell is log-logistic, `log(days + SHIFT) ~ Logistic(mu, scale)`. `mu` is a sum of weights, one for each thing
known of the production (its kind, its group of platforms, whether it is a first season); the weights were drawn
towards zero when they were learned, so a small group speaks softly. The title's own earlier seasons move `mu` by their
mean residual, shrunk by how alike seasons of one title are. `python -m callboard.judge.train` writes `spells.json`;
docs/judge.md has the formulas.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from callboard.errors import ModelError
from callboard.judge.grid import REACH_DAYS, Array
from callboard.model import Json, Milestone, Season
from callboard.when import When

SHIFT_DAYS = 14.0  # makes a spell of no days possible: some series are ordered on the first day of the shoot
_SEEN_DAYS = 2 * REACH_DAYS + 2

# First-run services by the way they buy and release; a platform in no group has the weights of the average one.
GROUPS: Mapping[str, frozenset[str]] = {
    "netflix": frozenset({"netflix"}),
    "stream": frozenset(
        [
            "prime video",
            "amazon",
            "amazon prime video",
            "disney+",
            "disney plus",
            "apple tv+",
            "apple tv",
            "hulu",
            "hbo max",
            "max",
            "peacock",
            "paramount+",
            "cbs all access",
            "fx/hulu",
            "fx on hulu",
            "youtube premium",
            "starz play",
            "disney+ hotstar",
        ]
    ),
    "cable": frozenset(
        [
            "hbo",
            "fx",
            "fxx",
            "showtime",
            "amc",
            "starz",
            "paramount network",
            "syfy",
            "usa",
            "usa network",
            "tnt",
            "tbs",
            "cinemax",
            "history",
            "mtv",
            "comedy central",
            "adult swim",
            "freeform",
            "bravo",
            "bet",
            "a&e",
            "national geographic",
            "epix",
            "mgm+",
            "lifetime",
        ]
    ),
    "broadcast": frozenset(["the cw", "cw", "abc", "cbs", "fox", "nbc", "ctv", "global"]),
    "brit": frozenset(
        [
            "bbc",
            "bbc one",
            "bbc two",
            "bbc three",
            "itv",
            "itv1",
            "itvx",
            "channel 4",
            "sky",
            "sky atlantic",
            "channel 5",
        ]
    ),
    "theatrical": frozenset(["theatrical", "theaters", "theatres", "cinemas", "cinema"]),
}


@dataclass(frozen=True, slots=True)
class Spell:
    """A log-logistic length of time in days."""

    mu: float
    scale: float

    def cdf(self) -> Array:
        """Probability that it has ended within d days, for d = 0, 1, 2, ... as far as the grid reaches."""
        return _cdf_table(round(self.mu, 3), round(self.scale, 3))

    @property
    def median_days(self) -> float:
        """Half of the spells are over by then."""
        return float(max(np.exp(self.mu) - SHIFT_DAYS, 1.0))


@lru_cache(maxsize=512)
def _cdf_table(mu: float, scale: float) -> Array:
    log_days = np.log(np.arange(_SEEN_DAYS) + SHIFT_DAYS)
    table = 1.0 / (1.0 + np.exp(-(log_days - mu) / scale))
    table = (table - table[0]) / (1.0 - table[0])
    table.setflags(write=False)
    return table  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Shock:
    """A time when the clock of some spells ran slowly: a pandemic, a strike."""

    first: int
    last: int
    rates: Mapping[str, float]  # spell -> share of normal speed


@dataclass(frozen=True, slots=True)
class Spells:
    """The lengths of time that apply to one production."""

    order_preparation: Spell
    preparation_start: Spell
    start_end: Spell
    end_release: Spell
    start_release: Spell  # where the release comes first
    release_end: Spell
    release_gap: Spell | None  # from the previous season's release; None: there is none
    weekly: float  # probability that the release comes before the wrap


@lru_cache(maxsize=1)
def load_table() -> Json:
    """
    The learned table in the package.

    Raises:
        ModelError: It is missing or not what this version reads.
    """
    try:
        table: Json = json.loads(resources.files("callboard.judge").joinpath("spells.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError("judge/spells.json is missing or damaged; run python -m callboard.judge.train") from error
    if table.get("version") != 1:
        raise ModelError(f"judge/spells.json has version {table.get('version')!r}, this callboard reads 1")
    return table


def group_of(platform: str | None) -> str | None:
    """The group that a platform belongs to, None when it is in none."""
    name = (platform or "").strip().casefold()
    return next((group for group, names in GROUPS.items() if name in names), None)


def features_of(kind: str | None, platform: str | None, season: int | None) -> tuple[str, ...]:
    """Names of the weights that apply to a production."""
    found = [kind or ("season" if season else "film")]
    if season is not None and season > 1:
        found.append("returning")
    group = group_of(platform) or ("theatrical" if found[0] == "film" and platform is None else None)
    if group:
        found.append(group)
        found.append(f"{found[0]}:{group}")
    if platform:
        found.append(f"on:{platform.strip().casefold()}")
    return tuple(found)


def shocks_known(as_of: int, table: Json) -> list[Shock]:
    """Shocks that had begun by the day; one still going on is taken to last as long as was then thought."""
    known = []
    for shock in table["shocks"]:
        first, last = (dt.date.fromisoformat(shock[end]).toordinal() for end in ("first", "last"))
        if first <= as_of:
            known.append(Shock(first, min(last, max(as_of, first) + int(table["shock_ahead_days"])), shock["rates"]))
    return known


def clock(spell: str, days: Array, shocks: Sequence[Shock], pauses: Sequence[tuple[int, int]] = ()) -> Array:
    """Time as the spell counts it, at each day: slower in a shock, still in a pause of this shoot."""
    counted = days.astype(np.float64)
    for shock in shocks:
        rate = shock.rates.get(spell, 1.0)
        if rate < 1.0:
            counted = counted - (1.0 - rate) * (np.clip(days, shock.first, shock.last) - shock.first)
    for first, last in pauses:
        counted = counted - 0.9 * (np.clip(days, first, last) - first)
    return counted


def _mean(table: Json, spell: str, features: Sequence[str]) -> float:
    weights: Mapping[str, float] = table["spells"][spell]["weights"]
    return weights["base"] + sum(weights.get(feature, 0.0) for feature in features)


def _length_days(table: Json, spell: str, first: When | None, last: When | None) -> float | None:
    if first is None or last is None or None in (first.first, first.last, last.first, last.last):
        return None
    if first.width_days > 62 or last.width_days > 62:
        return None
    ends = np.array([first.middle.toordinal(), last.middle.toordinal()], dtype=np.float64)
    counted = clock(spell, ends, shocks_known(dt.date.max.toordinal(), table))
    return float(max(counted[1] - counted[0], 0.0))


_ENDS = {
    "order_start": (Milestone.ORDER, Milestone.FILMING_START),
    "start_end": (Milestone.FILMING_START, Milestone.FILMING_END),
    "end_release": (Milestone.FILMING_END, Milestone.RELEASE),
}


def own_residuals(table: Json, spell: str, earlier: Sequence[Season], features: Sequence[str]) -> list[float]:
    """How much longer, in logs, each earlier season took than such seasons do."""
    start, end = _ENDS[spell]
    found = []
    for season in earlier:
        days = _length_days(table, spell, season.dates.get(start), season.dates.get(end))
        if days is not None:
            back = [f for f in features if f != "returning"] + (["returning"] if (season.season or 1) > 1 else [])
            found.append(float(np.log(days + SHIFT_DAYS)) - _mean(table, spell, back))
    return found


def spell_of(table: Json, spell: str, features: Sequence[str], earlier: Sequence[Season] = ()) -> Spell:
    """
    The length of one spell of one production.

    With residuals r of n earlier seasons, likeness k and learned scale s:
    `mu = mean + shrink * mean(r)`, `shrink = n k / (n k + 1 - k)`, `scale = s * sqrt(1 - k * shrink)`:
    the posterior of a normal title effect that holds the share k of the variance (Gelman et al., BDA3, sec. 5.4).
    """
    learned = table["spells"][spell]
    mu, scale, likeness = _mean(table, spell, features), float(learned["scale"]), float(learned.get("likeness", 0.0))
    scale *= float(np.exp(sum(learned.get("scales", {}).get(feature, 0.0) for feature in features)))
    residuals = own_residuals(table, spell, earlier, features) if spell in _ENDS and likeness else []
    if residuals:
        shrink = len(residuals) * likeness / (len(residuals) * likeness + 1 - likeness)
        mu += shrink * float(np.clip(np.mean(residuals), -1.5, 1.5))
        scale *= float(np.sqrt(1 - likeness * shrink))
    return Spell(mu, scale)


def spells_for(
    kind: str | None,
    platform: str | None,
    season: int | None,
    earlier: Sequence[Season] = (),
    table: Json | None = None,
) -> Spells:
    """The spells of a production of that kind on that platform, given its title's earlier seasons."""
    table = table or load_table()
    features = features_of(kind, platform, season)
    order_start = spell_of(table, "order_start", features, earlier)
    preparation = spell_of(table, "preparation_start", features)
    # The histories know no first day of preparation: it takes the learned time before the shoot, at most 40 % of the
    # way from the order, and what is left of the spell has the median that makes the two fill it.
    days = min(preparation.median_days, 0.4 * order_start.median_days)
    before = Spell(float(np.log(order_start.median_days - days + SHIFT_DAYS)), order_start.scale * 1.1)
    previous = max((s.season or 0 for s in earlier), default=0)
    gap = spell_of(table, "release_gap", features) if previous and season and previous == season - 1 else None
    group = group_of(platform) or "other"
    return Spells(
        before,
        Spell(float(np.log(days + SHIFT_DAYS)), preparation.scale),
        spell_of(table, "start_end", features, earlier),
        spell_of(table, "end_release", features, earlier),
        spell_of(table, "start_release", features),
        spell_of(table, "release_end", features),
        gap,
        float(table["weekly"].get(group, table["weekly"]["other"])) if "film" not in features else 0.005,
    )
