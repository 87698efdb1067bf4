"""
Several logistic regressions over hashed features of text, evaluated with numpy alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callboard.understand.features import BITS, row_of, rows_of
from callboard.understand.forest import Floats


@dataclass(frozen=True)
class Linear:
    """
    Several logistic regressions over the same hashed features.

    A text's log odds are the mean of its features' weights times the root of their number, plus the intercept: features
    are scaled to unit length, so that long sentences do not shout.
    """

    rows: NDArray[np.int32]  # where in `weights` the weights of a hash bucket stand; -1: all zero; shape (2 ** BITS,)
    weights: NDArray[np.float32]  # shape (n_kept + 1, n_outputs); the last row is zero
    intercept: NDArray[np.float32]  # shape (n_outputs,)

    def log_odds(self, features: Sequence[str]) -> Floats:
        """Log odds of each output, shape ``(n_outputs,)``."""
        return np.asarray(self.log_odds_of([features])[0])

    def log_odds_of(self, texts: Sequence[Sequence[str]]) -> Floats:
        """The same of the features of several texts, shape ``(n_texts, n_outputs)``: one pass costs little more than one text."""
        buckets = [rows_of(features) for features in texts]
        found = np.tile(self.intercept.astype(np.float64), (len(texts), 1))
        counts = np.array([len(some) for some in buckets], dtype=np.intp)
        told = np.flatnonzero(counts)
        if len(told):
            flat = np.fromiter(chain.from_iterable(buckets), dtype=np.intp, count=int(counts.sum()))
            starts = np.concatenate([[0], np.cumsum(counts[told])[:-1]])
            total = np.add.reduceat(self.weights.take(self.rows.take(flat), axis=0), starts, axis=0)
            found[told] += total / np.sqrt(counts[told])[:, None]
        return found

    def weights_of(self, features: Sequence[str]) -> Floats:
        """The weights of each feature, shape ``(n_features, n_outputs)``."""
        buckets = np.fromiter(map(row_of, features), dtype=np.int64, count=len(features))
        return np.asarray(self.weights[self.rows[buckets]], dtype=np.float64)

    @staticmethod
    def of_arrays(name: str, arrays: Mapping[str, NDArray[Any]]) -> Linear:
        """The weight table stored under a name."""
        kept = arrays[f"{name}.kept"]
        rows = np.full(1 << BITS, len(kept), dtype=np.int32)
        rows[kept] = np.arange(len(kept), dtype=np.int32)
        weights = arrays[f"{name}.weights"].astype(np.float32)
        return Linear(
            rows,
            np.vstack([weights, np.zeros((1, weights.shape[1]), np.float32)]),
            arrays[f"{name}.intercept"].astype(np.float32),
        )
