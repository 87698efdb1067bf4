"""
What the text makes of people and places, which title and season a statement about them belongs to, and from which
probability on it is claimed.
"""

from __future__ import annotations

import numpy as np
import score
from fitting import crossfit, linear_crossfit, matrix
from pages import EVENTS, NAMED, Page, is_press, label_of, names, weights
from sklearn.isotonic import IsotonicRegression

from callboard.understand import casting_seasons, people
from callboard.understand import claims as C
from callboard.understand.second_look import look_at_pairs


def train_persons(pages: list[Page], folds: np.ndarray, arrays: dict) -> None:
    """What the text makes of each person and place that a sentence names, whatever the title."""
    rows, labels, groups = [], [], []
    for page, fold in zip(pages, folds):
        page.mentions = people.find_mentions(page.frames)
        for mention in page.mentions:
            frame = page.frames[mention.frame]
            rows.append(people.mention_features(mention, frame))
            labels.append([mention_label(page, frame, mention, event) for event in NAMED])
            groups.append(fold)
    out = linear_crossfit(matrix(rows), np.array(labels), np.array(groups), None, None, "persons", arrays, 20.0).odds
    position = 0
    for page in pages:
        page.odds = out[position : position + len(page.mentions)].reshape(-1, len(NAMED))
        position += len(page.mentions)


def mention_label(page: Page, frame, mention: people.Mention, event: str) -> int:
    """1 where a gold claim of the event names the mention and its quote is here, -1 where it is elsewhere, else 0."""
    if (event == "location") != (mention.entity.kind == "place"):
        return -1
    gold = [
        gold
        for (_, e), found in page.gold.items()
        if e == event
        for gold in found
        if names(gold[0], mention.entity.name)
    ]
    return label_of(gold, frame.sentence)


def train_people(pages: list[Page], folds: np.ndarray, arrays: dict) -> None:
    """Which title, and which season of it, a statement about a person or a place belongs to."""
    pairs: tuple[list, list, list] = ([], [], [])
    seasons: tuple[list, list, list] = ([], [], [])
    for page, fold in zip(pages, folds):
        page.casting = C.castings_of(page.reading, page.judged, page.mentions, page.odds, page.lexicon)
        page.season_rows, table = casting_seasons.describe_seasons(
            page.reading,
            page.frames,
            page.mentions,
            page.casting.pairs,
            page.lexicon,
            C.stages_of(page.frames, page.rows, page.raw),
        )
        pairs[0].append(page.casting.table)
        seasons[0].append(table)
        gold = [
            [gold for gold in page.gold.get((pair.key, NAMED[pair.event]), []) if names(gold[0], page.name_of(pair))]
            for pair in page.casting.pairs
        ]
        for pair, found in zip(page.casting.pairs, gold):
            pairs[1].append(label_of(found, page.frames[pair.frame].sentence))
            pairs[2].append(fold)
        for p, season in page.season_rows:
            seasons[1].append(any(claim["season"] == season for claim, _, _ in gold[p]) if gold[p] else -1)
            seasons[2].append(fold)
    x, y, g = np.vstack(pairs[0]), np.array(pairs[1]), np.array(pairs[2])
    sizes = [len(page.casting.pairs) for page in pages]
    weight, ends = weights(pages, sizes), np.cumsum(sizes)[:-1]
    rated = np.split(crossfit(x, y == 1, y >= 0, g, "pairs", arrays, weight, trees=280, leaves=32), ends)
    x = np.vstack(
        [
            look_at_pairs(page.frames, page.mentions, page.casting.pairs, page.casting.table, p)
            for page, p in zip(pages, rated)
        ]
    )
    p = crossfit(x, y == 1, y >= 0, g, "people", arrays, weight, trees=160, leaves=24)
    x, y, g = np.vstack(seasons[0]), np.array(seasons[1]), np.array(seasons[2])
    q = crossfit(x, y == 1, y >= 0, g, "seasons", arrays, trees=300, leaves=28)
    season_ends = np.cumsum([len(page.season_rows) for page in pages])[:-1]
    for page, raw, likely in zip(pages, np.split(p, ends), np.split(q, season_ends)):
        page.pair_raw, page.season_of = raw, casting_seasons.choose_seasons(page.season_rows, likely)
    press = [page for page in pages if is_press(page)]
    choose_thresholds(press, arrays)
    calibrate_people(press, arrays)


def choose_thresholds(pages: list[Page], arrays: dict) -> None:
    """For each event of people and places the threshold that is best in cross-validation, beside those of the others."""
    for event in NAMED:
        tried = []
        for threshold in np.arange(0.15, 0.6, 0.05):
            arrays["thresholds"][EVENTS.index(event)] = threshold
            # F1 of this event, shrunk to a common threshold, as in `calibrate`
            tried.append((f1_named(pages, event, arrays) - 0.05 * abs(threshold - 0.3), float(threshold)))
        arrays["thresholds"][EVENTS.index(event)] = max(tried)[1]


def f1_named(pages: list[Page], event: str, arrays: dict) -> float:
    """F1 of the claims of one event about people or places."""
    thresholds = dict(zip(EVENTS, map(float, arrays["thresholds"])))
    hits = found = wanted = 0
    for page in pages:
        gold = [claim for claim in page.article["claims"] if claim["event"] == event]
        chosen = page.chosen_pairs(thresholds)
        predicted = [page.named_prediction(i, pair) for i, pair in chosen if NAMED[pair.event] == event]
        met = {i for i, _ in score.pair(gold, predicted)}
        hits += len([i for i in met if not gold[i].get("optional")])
        found += len(predicted) - len([i for i in met if gold[i].get("optional")])
        wanted += len([claim for claim in gold if not claim.get("optional")])
    return 2 * hits / max(found + wanted, 1)


def calibrate_people(pages: list[Page], arrays: dict) -> None:
    """Calibration of the probability of a claim about a person or a place, as `calibrate` has it for the others."""
    raw, right = [], []
    for page in pages:
        chosen = page.chosen_pairs(dict.fromkeys(NAMED, 0.1))
        predicted = [page.named_prediction(i, pair) for i, pair in chosen]
        met = {j for _, j in score.pair(page.article["claims"], predicted)}
        raw += [float(page.pair_raw[i]) for i, _ in chosen]
        right += [j in met for j in range(len(chosen))]
    iso = IsotonicRegression(out_of_bounds="clip", y_min=0.001, y_max=0.999).fit(raw, right)
    arrays |= {"named.raw": iso.X_thresholds_.astype(float), "named.right": iso.y_thresholds_.astype(float)}
