"""
Fitting forests and linear models so that later steps see only what they said of rows they were not trained on.

Each is fitted once for each fold, without it, and once on all rows, which goes into the artefact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from callboard.understand import scorer
from callboard.understand.features import BITS, row_of
from callboard.understand.forest import Forest
from callboard.understand.linear import Linear

FOLDS = 4  # five take a fifth longer
CLAUSE_WEIGHT = 0.5  # of a hand-written clause against a sentence of an article; 0.3 to 1 score alike


def forest_of(model: lightgbm.Booster) -> Forest:
    """The trees of a fitted model as flat arrays."""
    roots: list[int] = []
    parts: dict[str, list[float]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}

    def add(node: Mapping[str, Any]) -> int:
        """Append a node and all below it; the number of the node."""
        number = len(parts["feature"])
        leaf = "leaf_value" in node
        parts["feature"].append(-1 if leaf else node["split_feature"])
        parts["threshold"].append(0.0 if leaf else node["threshold"])
        parts["value"].append(node["leaf_value"] if leaf else 0.0)
        parts["left"].append(0)
        parts["right"].append(0)
        if not leaf:
            parts["left"][number] = add(node["left_child"])
            parts["right"][number] = add(node["right_child"])
        return number

    for tree in model.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"]))
    return Forest(
        roots=np.array(roots, np.int32), feature=np.array(parts["feature"], np.int32),
        threshold=np.array(parts["threshold"]), left=np.array(parts["left"], np.int32),
        right=np.array(parts["right"], np.int32), value=np.array(parts["value"]),
        baseline=0.0,  # the first tree has it
    )  # fmt: skip


def boost(x: np.ndarray, y: np.ndarray, *, trees: int, leaves: int, weight: np.ndarray | None = None) -> Forest:
    # Beside scikit-learn's, on 300,000 candidate claims of 112 features: 3.6 times as fast, average precision 0.515 against
    # 0.512, both on one core; trees grown by several threads would not be the same every time.
    settings = {
        "objective": "binary", "learning_rate": 0.07, "num_leaves": leaves, "min_data_in_leaf": 12, "lambda_l2": 3.0,
        "extra_trees": True, "feature_fraction": 0.6, "num_threads": 1, "deterministic": True, "force_col_wise": True, "seed": 0, "verbose": -1,
    }  # fmt: skip
    return forest_of(lightgbm.train(settings, lightgbm.Dataset(x, y.astype(float), weight=weight), trees))


class Grown(NamedTuple):
    """What forests say of rows that they were not grown on."""

    probability: np.ndarray  # shape (n,)
    forests: list[Forest]  # each grown without the fold of its number


def grow(
    x: np.ndarray, y: np.ndarray, use: np.ndarray, groups: np.ndarray, name: str, arrays: dict,
    weight: np.ndarray | None = None, **settings: int,
) -> Grown:  # fmt: skip
    """Out-of-fold probabilities of all rows; the forest of all usable rows goes into the artefact."""
    weight = np.ones(len(y)) if weight is None else weight
    out = np.zeros(len(y))

    def fit(fold: int) -> Forest:
        rows = use & (groups != fold)
        return boost(x[rows], y[rows], weight=weight[rows], **settings)

    # Two at a time, each on one core.
    *fitted, whole = Parallel(n_jobs=2, prefer="threads")(delayed(fit)(fold) for fold in range(FOLDS + 1))
    for fold, forest in enumerate(fitted):
        held = groups == fold
        out[held] = forest.probability(x[held])
    arrays.update(whole.arrays(name))
    arrays[f"{name}.features"] = np.array([" ".join(scorer.FORESTS[name])])
    return Grown(out, fitted)


def crossfit(*args, **settings) -> np.ndarray:
    """What `grow` with the same arguments says of the rows."""
    return grow(*args, **settings).probability


def matrix(rows: list[list[str]]) -> csr_matrix:
    buckets = [np.unique(np.fromiter((row_of(f) for f in row), dtype=np.int64, count=len(row))) for row in rows]
    lengths = np.array([len(b) for b in buckets])
    data = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths).astype(np.float32)
    return csr_matrix(
        (data, np.concatenate(buckets), np.concatenate([[0], np.cumsum(lengths)])), shape=(len(rows), 1 << BITS)
    )


def logistic(x: csr_matrix, y: np.ndarray, weight: np.ndarray, c: float) -> tuple[np.ndarray, float]:
    model = LogisticRegression(C=c, solver="liblinear", max_iter=40, tol=0.01).fit(x, y, sample_weight=weight)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


class Crossfitted(NamedTuple):
    """What linear models say of rows that they were not trained on."""

    odds: np.ndarray  # log odds, shape (n, n_outputs)
    linears: list[Linear]  # the models, each trained without the fold of its number


def linear_crossfit(
    x: csr_matrix,
    labels: np.ndarray,
    groups: np.ndarray,
    extra: csr_matrix | None,
    extra_labels: np.ndarray | None,
    name: str,
    arrays: dict,
    c: float,
) -> Crossfitted:
    """
    Log odds of rows that the weights did not see; labels are 1, 0, or -1 for "not known". Hand-written clauses are
    added to the training part of each fold. The weights of all rows go into the artefact.
    """
    outputs = labels.shape[1]

    def fit(held: int, output: int) -> tuple[np.ndarray, float]:
        use = (groups != held) & (labels[:, output] >= 0)
        y, rows, weight = labels[use, output], x[use], np.ones(use.sum())
        if extra is not None and extra_labels is not None:
            known = extra_labels[:, output] >= 0
            rows, y = vstack([rows, extra[known]]), np.concatenate([y, extra_labels[known, output]])
            weight = np.concatenate([weight, np.full(known.sum(), CLAUSE_WEIGHT)])
        return logistic(rows, y == 1, weight, c)

    jobs = [(held, output) for held in range(FOLDS + 1) for output in range(outputs)]  # fold FOLDS holds nothing out
    fitted = dict(zip(jobs, Parallel(n_jobs=2, prefer="threads")(delayed(fit)(*job) for job in jobs)))
    out = np.zeros(labels.shape)
    for (held, output), (coefficients, intercept) in fitted.items():
        if held < FOLDS:
            rows = groups == held
            out[rows, output] = x[rows] @ coefficients + intercept
    stored = [linear_arrays(name, [fitted[(held, output)] for output in range(outputs)]) for held in range(FOLDS + 1)]
    arrays |= stored[FOLDS]
    return Crossfitted(out, [Linear.of_arrays(name, some) for some in stored[:FOLDS]])


def linear_arrays(name: str, fitted: list[tuple[np.ndarray, float]]) -> dict[str, np.ndarray]:
    """Coefficients and intercept of each output as they are stored, without the weights that say next to nothing."""
    weights = np.stack([coefficients for coefficients, _ in fitted], axis=1)
    kept = np.nonzero(np.abs(weights).max(axis=1) > 0.02)[0]
    return {
        f"{name}.kept": kept.astype(np.int32),
        f"{name}.weights": weights[kept].astype(np.float16),
        f"{name}.intercept": np.array([intercept for _, intercept in fitted], dtype=np.float32),
    }
