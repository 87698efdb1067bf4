"""
The learned part of the reader: weight tables and forests, trained by `bench/train_reader.py` and shipped as one file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callboard.errors import ModelError
from callboard.understand import casting_seasons, castings, dating_clues, details, joining, sources, titles
from callboard.understand.features import BITS, row_of, rows_of
from callboard.understand.forest import Floats, Forest

FORMAT = 1
FORESTS = {
    "titles": titles.FEATURES,
    "claims": joining.FEATURES,
    "times": details.TIME_FEATURES,
    "sources": sources.SOURCE_FEATURES,
    "people": castings.PAIR_FEATURES,
    "seasons": casting_seasons.SEASON_FEATURES,
}


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
        buckets = np.array(rows_of(features), dtype=np.int64)
        if len(buckets) == 0:
            return self.intercept.astype(np.float64)
        total = self.weights.take(self.rows.take(buckets), axis=0).sum(axis=0) / np.sqrt(len(buckets))
        return np.asarray(total + self.intercept, dtype=np.float64)

    def weight(self, feature: str, output: int) -> float:
        """The weight of one feature for one output."""
        return float(self.weights[self.rows[row_of(feature)], output])


@dataclass(frozen=True)
class Scorer:
    """Everything learned."""

    forests: Mapping[str, Forest]
    events: Linear
    modality: Linear
    persons: Linear  # outputs: castings.EVENTS
    contexts: Linear  # of title candidates; one output
    timewords: Linear  # of the times that a claim may have; one output
    sourcewords: Linear  # of the sources that a claim may have; one output
    dating: Floats  # weights of the clues to a day of publication, shape (dating_clues.WEIGHTS,)
    calibration: tuple[NDArray[np.float64], NDArray[np.float64]]  # raw claim probability -> calibrated, increasing
    thresholds: Mapping[str, float]  # event -> least calibrated probability of a claim that is made
    data_digest: str  # of the corpus it was trained on

    def calibrated(self, raw: float) -> float:
        """The share of claims with this raw probability that proved right in cross-validation."""
        return float(np.interp(raw, *self.calibration))


@lru_cache(maxsize=1)
def load_scorer() -> Scorer:
    """
    The scorer of the package.

    Raises:
        ModelError: The model file is missing, damaged or of another format.
    """
    try:
        data = files("callboard.understand").joinpath("model.npz").read_bytes()
        with np.load(BytesIO(data), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the reader's model is missing or damaged ({error}); install callboard again, or run make model"
        ) from error
    if int(arrays["format"][0]) != FORMAT:
        raise ModelError(
            f"the reader's model has format {int(arrays['format'][0])}, this callboard needs {FORMAT}; run make model"
        )
    for name, features in FORESTS.items():
        stored_names = str(arrays[f"{name}.features"][0])
        if stored_names != " ".join(features):
            raise ModelError(f"the reader's model was trained on other features of {name}; run make model")
    return Scorer(
        forests={name: Forest.of_arrays(name, arrays) for name in FORESTS},
        events=linear_of_arrays("events", arrays),
        modality=linear_of_arrays("modality", arrays),
        persons=linear_of_arrays("persons", arrays),
        contexts=linear_of_arrays("contexts", arrays),
        timewords=linear_of_arrays("timewords", arrays),
        sourcewords=linear_of_arrays("sourcewords", arrays),
        dating=np.asarray(arrays["dating.weights"], dtype=np.float64)
        if "dating.weights" in arrays
        else dating_clues.assumed_weights(),
        calibration=(arrays["calibration.raw"], arrays["calibration.right"]),
        thresholds=dict(zip((str(e) for e in joining.EVENTS), map(float, arrays["thresholds"]))),
        data_digest=str(arrays["digest"][0]),
    )


def linear_of_arrays(name: str, arrays: Mapping[str, NDArray[Any]]) -> Linear:
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
