"""
Learn `spells.json` from production histories: `python -m callboard.judge.train bench/data/*.csv`.

Dates given to the month are intervals; productions that were not out when the data were taken are censored; those
whose earlier dates are unknown enter where they are first seen. Needs scipy, a development dependency.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import itertools
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from callboard.judge.grid import Array
from callboard.judge.spells import SHIFT_DAYS, clock, features_of, group_of, own_residuals, shocks_known
from callboard.model import Json, Milestone, Season
from callboard.when import When

_COLUMNS = {
    Milestone.ORDER: "order_date",
    Milestone.FILMING_START: "filming_start",
    Milestone.FILMING_END: "filming_end",
    Milestone.RELEASE: "release_date",
}
DATA_END = dt.date(2025, 12, 31)  # the histories know nothing later
PRIOR_WIDTH = 0.3  # standard deviation of a weight, natural log of days; 0.2, 0.3 and 0.5 score alike in five folds

# Dates of the stoppages are history (WHO and union announcements); the speeds are set by hand.
SHOCKS: list[Json] = [
    {
        "first": "2020-03-12",
        "last": "2020-09-01",
        "rates": {"order_start": 0.3, "start_end": 0.2, "end_release": 0.6, "theatrical": 0.15},
    },
    {"first": "2020-09-02", "last": "2021-05-15", "rates": {"order_start": 0.8, "start_end": 0.8, "theatrical": 0.35}},
    {"first": "2023-05-02", "last": "2023-11-09", "rates": {"order_start": 0.3, "start_end": 0.3, "end_release": 0.8}},
]


# How much of a shock the lengths are freed of before they are learned. Freed of all of it, spells that no shock had hit
# yet were forecast too short, since the next shock is never announced; of 0, 0.2, 0.3, 0.6 and 1 the first two are best, and alike, in five folds.
SHOCK_SHARE = 0.2
SPREAD = 1.15  # the folds' 80 % ranges held 75 % of the days with the scales as fitted, 80 % so widened
MANY = 6  # a platform with so many histories has a weight of its own


def _softened(share: float) -> list[Json]:
    """The shocks with that share of their strength."""
    return [
        shock | {"rates": {spell: round(1 - share * (1 - rate), 4) for spell, rate in shock["rates"].items()}}
        for shock in SHOCKS
    ]


@dataclass(frozen=True, slots=True)
class History:
    """One row of the histories."""

    title: str
    season: int | None
    kind: str
    platform: str
    dates: Mapping[Milestone, When]
    announced: When | None
    outcome: str
    shocked: bool


def read_histories(paths: Iterable[Path]) -> list[History]:
    """All rows, in the order of the files."""
    rows = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                number = row["season"].split()[0] if row["season"] else ""
                rows.append(
                    History(
                        row["title"],
                        int(number) if number and row["kind"] != "film" else None,
                        row["kind"],
                        row["platform"],
                        {m: When.parse(row[column]) for m, column in _COLUMNS.items() if row[column]},
                        When.parse(row["date_announced"]) if row["date_announced"] else None,
                        row["outcome"],
                        row["strike_or_covid"] == "1",
                    )
                )
    return rows


def earlier_of(history: History, histories: Iterable[History]) -> tuple[Season, ...]:
    """The earlier seasons of the same title that the histories hold."""
    return tuple(
        Season(other.season, dict(other.dates))
        for other in histories
        if other.title == history.title and other.season and history.season and other.season < history.season
    )


@dataclass(frozen=True, slots=True)
class Length:
    """An observed spell: it ended between `low` and `high` days; `high` None: it still went on at `low`."""

    low: float
    high: float | None
    features: tuple[str, ...]
    group: str


def _length(
    first: When | None, last: When | None, ended: bool, spell: str, table: Json
) -> tuple[float, float | None] | None:
    if first is None or first.width_days > 200 or (last is not None and last.width_days > 200):
        return None
    shocks = shocks_known(DATA_END.toordinal(), table)
    if last is None and not ended:
        ends = np.array([first.middle.toordinal(), DATA_END.toordinal()], dtype=np.float64)
        counted = clock(spell, ends, shocks)
        return float(counted[1] - counted[0]), None
    if last is None:
        return None
    ends = np.array([first.middle.toordinal(), last.middle.toordinal()], dtype=np.float64)
    counted = clock(spell, ends, shocks)
    days = max(float(counted[1] - counted[0]), 0.0)
    # two dates that are each sure within a width make a length that is sure within about half their sum
    doubt = (first.width_days + last.width_days) / 4
    return max(days - doubt, -SHIFT_DAYS + 1), days + doubt


def fit(lengths: Sequence[Length], wanted: Sequence[str], prior_width: float = PRIOR_WIDTH) -> Json:
    """
    Weights and scales of a log-logistic spell that make the lengths most likely, all drawn to those of the average.

    A spell of a production with features f has `mu = base + sum of weights[f]` and
    `log scale = log(scale) + sum of scales[f]`.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    design = np.array([[1.0] + [float(name in length.features) for name in wanted] for length in lengths])
    low = np.log(np.array([max(length.low + SHIFT_DAYS, 1.0) for length in lengths]))
    high = np.array([np.inf if v.high is None else np.log(v.high + SHIFT_DAYS) for v in lengths])

    count = len(wanted) + 1

    def loss(parameters: Array) -> float:
        mu = design @ parameters[:count]
        scale = np.exp(parameters[count] + design[:, 1:] @ parameters[count + 1 :])
        upper = np.where(np.isinf(high), 1.0, expit((np.where(np.isinf(high), 0.0, high) - mu) / scale))
        mass = np.maximum(upper - expit((low - mu) / scale), 1e-12)
        prior = np.sum((parameters[1:count] / prior_width) ** 2) / 2 + np.sum((parameters[count + 1 :] / 0.25) ** 2) / 2
        return float(-np.sum(np.log(mass)) + prior + ((parameters[count] + 1.2) / 0.5) ** 2 / 2)

    start = np.zeros(2 * count)
    start[0], start[count] = float(np.median(low)), -1.2
    best = minimize(loss, start, method="L-BFGS-B").x
    weights = {"base": round(float(best[0]), 4)}
    weights |= {name: round(float(v), 4) for name, v in zip(wanted, best[1:count], strict=True) if abs(v) > 0.005}
    scales = {name: round(float(v), 4) for name, v in zip(wanted, best[count + 1 :], strict=True) if abs(v) > 0.005}
    return {"weights": weights, "scales": scales, "scale": round(float(np.exp(best[count])), 4), "n": len(lengths)}


_SAME_AS_GROUP = frozenset({"on:netflix", "on:theatrical"})
_WANTED = ("film", "miniseries", "returning", "netflix", "stream", "cable", "broadcast", "brit", "theatrical")


def learn(histories: Sequence[History], prior_width: float = PRIOR_WIDTH, shock_share: float = SHOCK_SHARE) -> Json:
    """The table of spells that the histories teach."""
    table: Json = {"version": 1, "shocks": _softened(shock_share), "shock_ahead_days": 75, "spells": {}}
    weekly: dict[str, list[float]] = {}
    samples: dict[str, list[Length]] = {name: [] for name in ("order_start", "start_end", "end_release")}
    samples |= {"start_release": [], "release_end": [], "release_gap": []}
    for row in histories:
        features, group = features_of(row.kind, row.platform, row.season), group_of(row.platform) or "other"
        dates = row.dates
        end, release = dates.get(Milestone.FILMING_END), dates.get(Milestone.RELEASE)
        first = bool(end and release and release.bounds()[1] <= end.bounds()[0])
        if row.kind != "film" and end and release:
            weekly.setdefault(group, []).append(float(first))
        ended = row.outcome != "unreleased"  # a cancelled one leaves the spell without ending it
        order, start = dates.get(Milestone.ORDER), dates.get(Milestone.FILMING_START)
        clock_of = "theatrical" if group == "theatrical" else "end_release"
        measured = [
            ("order_start", _length(order, start, True, "order_start", table)),
            ("start_end", None if first else _length(start, end, True, "start_end", table)),
            ("end_release", None if first else _length(end, release, ended, clock_of, table)),
            ("start_release", _length(start, release, True, "start_end", table) if group == "broadcast" else None),
            ("release_end", _length(release, end, True, "start_end", table) if first else None),
        ]
        for other in histories:
            if other.title == row.title and other.season and row.season == other.season + 1 and release:
                measured.append(
                    ("release_gap", _length(other.dates.get(Milestone.RELEASE), release, True, "order_start", table))
                )
        for name, length in measured:
            if length:
                samples[name].append(Length(*length, features, group))
    counts = Counter(feature for row in histories for feature in features_of(row.kind, row.platform, row.season))
    platforms = sorted(f for f, n in counts.items() if f.startswith("on:") and n >= MANY and f not in _SAME_AS_GROUP)
    for name, lengths in samples.items():
        wanted = (*_WANTED, *platforms) if len(lengths) > 40 else ("broadcast",) if name == "release_gap" else ()
        table["spells"][name] = fit(lengths, wanted, prior_width)
    # no history dates the first day of preparation; the press speaks of it one to four months ahead of the shoot
    table["spells"]["preparation_start"] = {"weights": {"base": round(float(np.log(75 + SHIFT_DAYS)), 4)}, "scale": 0.3}
    table["weekly"] = {
        group: round((sum(v) + 0.15) / (len(v) + 3), 4) for group, v in weekly.items() if group != "broadcast"
    }
    seen = weekly.get("broadcast", [])
    table["weekly"] |= {"other": 0.04, "broadcast": round((sum(seen) + 2.1) / (len(seen) + 3), 4)}
    for name in ("order_start", "start_end", "end_release"):
        table["spells"][name]["likeness"] = _likeness(_title_pairs(histories, name, table))
        table["spells"][name]["scale"] = round(table["spells"][name]["scale"] * SPREAD, 4)
    table["shocks"] = SHOCKS  # once a shock is there, the whole of it is known
    return table


def _title_pairs(histories: Sequence[History], name: str, table: Json) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    by_title: dict[str, list[float]] = {}
    for row in histories:
        if row.season:
            features = features_of(row.kind, row.platform, row.season)
            own = own_residuals(table, name, [Season(row.season, dict(row.dates))], features)
            by_title.setdefault(row.title, []).extend(own)
    for residuals in by_title.values():
        found.extend(itertools.combinations(residuals, 2))
    return found


def _likeness(pairs: Sequence[tuple[float, float]]) -> float:
    """Correlation of two seasons of one title, drawn to 0.2 with the weight of ten pairs (intraclass correlation)."""
    if not pairs:
        return 0.2
    values = np.array(pairs)
    spread = float(np.mean(values**2)) or 1.0
    return round(float(np.clip((np.sum(values[:, 0] * values[:, 1]) / spread + 2.0) / (len(pairs) + 10), 0.0, 0.8)), 4)


def main(arguments: Sequence[str] | None = None, write: Callable[[str], object] = sys.stdout.write) -> int:
    """Write the table; returns the exit status."""
    parser = argparse.ArgumentParser(description="Learn judge/spells.json from production histories.")
    parser.add_argument("histories", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("spells.json"))
    options = parser.parse_args(arguments)
    table = learn(read_histories(options.histories))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in options.histories)).hexdigest()
    table["data"] = [path.name for path in options.histories]
    table["sha256"] = digest
    spells: Json = table["spells"]
    options.out.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    write(f"{options.out.name}: {sum(s.get('n', 0) for s in spells.values())} spells\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
