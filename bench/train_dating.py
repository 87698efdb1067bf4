"""
The weights by which an undated document is placed in time: a conditional logit over stretches of ten days.

Articles that carry their date are training data as well, with the sentences that state it hidden.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from joblib import Parallel, delayed
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from callboard.understand import dating, dating_clues
from callboard.understand.reading import read_mentions

# Found by the held-out log likelihood; half or double of either costs less than 0.02 per article.
SIZE_PENALTY, STEP_PENALTY = 0.2, 0.6
DATED_WEIGHT = 0.8  # of an article that carries its date against one that does not


def clues_of(page) -> tuple[dating_clues.Clues, int]:
    """The clues of an article as if its date were withheld, and the true step of the grid."""
    true = dt.date.fromisoformat(page.article["published"])
    layout = page.reading.layout
    document = replace(page.reading.document, published=None)
    reading = read_mentions(document, page.reading.candidates, layout, page.lexicon)
    hidden = set()
    for mention in reading.times:
        sentence = layout.sentence_at(mention.start)
        near_edge = sentence.index < 6 or sentence.index >= len(layout.sentences) - 3
        if not (page.article["published_given"] and mention.absolute and mention.when and mention.when.first):
            continue
        is_day = mention.when.width_days <= 1 and abs((mention.when.first - true).days) <= 1
        if near_edge and is_day and len(sentence.text) < 120:
            hidden.add(sentence.index)
    clues = dating_clues.find_clues(reading, page.catalogue, hidden=frozenset(hidden))
    return clues, (true.toordinal() - dating.GRID[0]) // dating.STEP


def fit(clues: list[dating_clues.Clues], steps: list[int], weight: np.ndarray) -> np.ndarray:
    n, size = len(dating.GRID), len(clues)
    drawn = [dating_clues.weigh_days(some, dating.GRID) for some in clues]
    index = np.concatenate([np.stack([i for i, _ in items], axis=1).ravel() for items in drawn])
    count = np.concatenate([np.tile([c for _, c in items], n) for items in drawn])
    ends = np.concatenate([[0], np.cumsum(np.repeat([len(items) for items in drawn], n))])
    x = csr_matrix((count, index, ends), shape=(n * size, dating_clues.WEIGHTS))
    assumed = dating_clues.assumed_weights()
    true = np.zeros((size, n))
    true[np.arange(size), steps] = 1.0
    left = np.array(dating_clues.NEIGHBOURS)

    def loss(change: np.ndarray) -> tuple[float, np.ndarray]:
        scores = (x @ (assumed + change)).reshape(size, n)
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        total = odds.sum(axis=1, keepdims=True)
        steps_between = change[left + 1] - change[left]
        value = -(weight * (scores[np.arange(size), steps] - np.log(total[:, 0]))).sum()
        value += SIZE_PENALTY * (change**2).sum() + STEP_PENALTY * (steps_between**2).sum()
        gradient = x.T @ ((odds / total - true) * weight[:, None]).ravel() + 2 * SIZE_PENALTY * change
        np.add.at(gradient, left + 1, 2 * STEP_PENALTY * steps_between)
        np.add.at(gradient, left, -2 * STEP_PENALTY * steps_between)
        return value, gradient

    start = np.zeros(dating_clues.WEIGHTS)
    return assumed + minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 120}).x


def train_dating(pages, folds: np.ndarray, arrays: dict) -> list[dating.Dating | None]:
    """What the dating scorer says of each article, out of fold; the weights of all articles go into the artefact."""
    found = [clues_of(page) for page in pages]
    clues, steps = [clue for clue, _ in found], [step for _, step in found]
    given = np.array([page.article["published_given"] for page in pages])
    weight = np.where(given, DATED_WEIGHT, 1.0)
    results: list[dating.Dating | None] = [None] * len(pages)
    held = [*sorted(set(folds)), None]  # None: nothing is held out
    uses = [np.nonzero(folds != fold)[0] if fold is not None else np.arange(len(pages)) for fold in held]
    # Two at a time, each on one core.
    fitted = Parallel(n_jobs=2, prefer="threads")(
        delayed(fit)([clues[i] for i in use], [steps[i] for i in use], weight[use]) for use in uses
    )
    for fold, weights in zip(held[:-1], fitted):
        for i in np.nonzero(folds == fold)[0]:
            stated = None if given[i] else dating.stated_date(pages[i].reading)
            results[i] = dating.Dating(stated, stated, 0.95) if stated else dating.infer_date(clues[i], weights)
    arrays["dating.weights"] = fitted[-1].astype(np.float32)
    for name, some in (("undated articles", ~given), ("all, dates hidden", given | True)):
        inside, widths = [], []
        for i in np.nonzero(some)[0]:
            result = results[i]
            true = dt.date.fromisoformat(pages[i].article["published"])
            inside.append(result is not None and result.published.contains(true))
            if result is not None:
                widths.append(result.published.width_days)
        print(f"           dating, cross-validated, {name}: inside {np.mean(inside):.3f}, median width {np.median(widths):.0f} days, without {len(inside) - len(widths)} of {len(inside)}")  # fmt: skip
    return results
