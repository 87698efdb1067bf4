"""Scores of forecasts and of probabilities: CRPS, quantiles, Brier, log score, calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def quantile_of(edges: Array, mass: Array, share: float) -> float:
    """The day by which a share of the mass lies, the mass spread evenly within each cell."""
    cumulated = np.concatenate([[0.0], np.cumsum(mass)])
    return float(np.floor(np.interp(share, cumulated / cumulated[-1], edges)))


def crps_of(edges: Array, mass: Array, truth: float) -> float:
    """
    Continuous ranked probability score in days: the integral of (F(x) - [x >= truth])^2, smaller is better.

    Source: Gneiting and Raftery (2007), JASA 102, sec. 4.2; exact for a piecewise linear F.
    """
    cumulated = np.concatenate([[0.0], np.cumsum(mass)])
    cumulated = cumulated / cumulated[-1]
    points = np.unique(np.concatenate([edges, [truth]]))
    heights = np.interp(points, edges, cumulated)
    left, right = heights[:-1].copy(), heights[1:].copy()
    after = points[:-1] >= truth
    left[after] -= 1
    right[after] -= 1
    inside = float(np.sum(np.diff(points) * (left**2 + left * right + right**2) / 3))
    return inside + max(edges[0] - truth, 0.0) + max(truth - edges[-1], 0.0)


def brier(probabilities: Mapping[str, float], truth: str) -> float:
    """Sum over the classes of the squared distance to the truth, 0 to 2."""
    return sum((p - (name == truth)) ** 2 for name, p in probabilities.items())


def log_score(probabilities: Mapping[str, float], truth: str) -> float:
    """Minus the natural log of the probability that the truth was given, never below one in a thousand."""
    return -float(np.log(max(probabilities.get(truth, 0.0), 1e-3)))


def calibration(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> list[tuple[float, float, int]]:
    """Mean probability, share that came true and number, for each bin that holds any."""
    found = []
    for k in range(bins):
        inside = [(p, t) for p, t in pairs if k / bins <= p < (k + 1) / bins or (k == bins - 1 and p == 1.0)]
        if inside:
            found.append((float(np.mean([p for p, _ in inside])), float(np.mean([t for _, t in inside])), len(inside)))
    return found
