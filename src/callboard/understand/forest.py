"""
Boosted regression trees, evaluated with numpy alone.

Trees are grown in training by LightGBM (`bench/fitting.py`) and stored as flat arrays, so that reading needs no
learning library: importing one would cost more than reading a hundred articles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def log_odds(probability: Floats, edge: float) -> Floats:
    """Log odds of probabilities, none of them closer to 0 or 1 than an edge, so that they are finite."""
    clipped = np.clip(probability, edge, 1 - edge)
    return np.asarray(np.log(clipped / (1 - clipped)))


@dataclass(frozen=True)
class Forest:
    """
    A binary classifier: a sum of trees passed through the logistic function.

    All trees lie one after the other in flat arrays. A node sends a row to `left` when its feature is at most the
    threshold, else to `right`; a leaf has `feature` -1 and its `value` is added.
    """

    roots: Ints  # first node of each tree, shape (n_trees,)
    feature: Ints  # shape (n_nodes,), as all below
    threshold: Floats
    left: Ints
    right: Ints
    value: Floats
    baseline: float

    @cached_property
    def _steps(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """
        The feature that each node asks for, and where it leads: left of node ``n`` at ``2 * n``, right behind it.

        A leaf leads to itself, so that all rows take as many steps as the deepest tree and nothing has to be asked.
        """
        leaf = self.feature < 0
        own = np.arange(len(self.feature), dtype=np.intp)
        children = np.stack([np.where(leaf, own, self.left), np.where(leaf, own, self.right)], axis=1).ravel()
        return np.maximum(self.feature, 0).astype(np.intp), children

    def probability(self, rows: Floats) -> Floats:
        """Probability of the positive class for rows of shape ``(n, n_features)``; shape ``(n,)``."""
        if len(rows) == 0:
            return np.zeros(0)
        feature, children = self._steps
        flat = rows.ravel()
        first = np.arange(len(rows)) * rows.shape[1]
        # one line a tree, so that the nodes asked for lie close together
        node = np.repeat(self.roots.astype(np.intp)[:, None], len(rows), axis=1)
        while True:
            goes_right = flat.take(first + feature.take(node)) > self.threshold.take(node)
            following = children.take(2 * node + goes_right)
            if np.array_equal(following, node):
                break
            node = following
        values = np.ascontiguousarray(self.value.take(node).T)  # numpy's sums depend on the order in memory
        total = self.baseline + values.sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-total)))

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The arrays to store, their names beginning with a prefix."""
        parts = {"roots": self.roots, "feature": self.feature, "left": self.left, "right": self.right}
        return {f"{prefix}.{name}": part for name, part in parts.items()} | {
            f"{prefix}.threshold": self.threshold.astype(np.float32),
            f"{prefix}.value": self.value.astype(np.float32),
            f"{prefix}.baseline": np.array([self.baseline]),
        }

    @staticmethod
    def of_arrays(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Forest:
        """The forest stored under a prefix."""
        part = {
            name: arrays[f"{prefix}.{name}"] for name in ("roots", "feature", "threshold", "left", "right", "value")
        }
        return Forest(
            roots=part["roots"].astype(np.int32),
            feature=part["feature"].astype(np.int32),
            threshold=part["threshold"].astype(np.float64),
            left=part["left"].astype(np.int32),
            right=part["right"].astype(np.int32),
            value=part["value"].astype(np.float64),
            baseline=float(arrays[f"{prefix}.baseline"][0]),
        )
