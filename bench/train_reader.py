"""
Train the reader from the corpus in the repository: `make model`.

Every later step is trained on what the earlier ones say of articles they were not trained on (cross-fitting, folds by
the title an article is mostly about), so that it learns how far to trust them. The artefact
`src/callboard/understand/model.npz` carries the digest of its data. The cross-validated scores go to
bench/results/train.json, and what was found in each article to bench/results/held-out.predicted.jsonl; bench/run.py
scores articles that nothing was learned from, with the shipped model.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import sys
import time
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import average_precision_score

sys.path.insert(0, str(Path(__file__).parent))
import held_out
import score
from fitting import FOLDS, crossfit, grow, linear_crossfit, matrix
from gold import document_of, training_files
from knowledge import Knowledge
from pages import EVENTS, NAMED, Page, is_press, key_of, named_at, part_of, weights
from train_dating import train_dating
from train_details import train_details
from train_encoder import train_encoder
from train_people import train_people, train_persons

from callboard.catalogue.starter import load_starter
from callboard.model import Event, title_key
from callboard.understand import claims as C
from callboard.understand import joining, modality, scorer
from callboard.understand.anchors import Anchors, word_weights
from callboard.understand.details import MODALITIES
from callboard.understand.frames import frame_of_clause
from callboard.understand.layout import lay_out
from callboard.understand.lexicon import make_lexicon
from callboard.understand.linear import Linear
from callboard.understand.reading import TITLE_FLOOR
from callboard.understand.second_look import look_at_rows
from callboard.understand.title_company import look_at_titles
from callboard.understand.title_features import context_features, describe
from callboard.understand.titles import find_candidates
from callboard.understand.word_classes import class_features
from callboard.understand.wording import load_wording

HERE = Path(__file__).parent
TARGET = HERE.parent / "src/callboard/understand/model.npz"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-write", action="store_true", help="print cross-validated scores, keep the shipped model")
    args = parser.parse_args()
    clock, state = Clock(), held_out.training_state()
    catalogue, wording = load_starter(), load_wording()
    knowledge = Knowledge(catalogue, make_lexicon(catalogue))
    paths = training_files(HERE / "corpus")
    articles = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    folds = np.array([fold_of(article) for article in articles])
    arrays: dict[str, np.ndarray] = {"format": np.array([scorer.FORMAT]), "digest": np.array([digest(paths)])}

    found = train_titles(articles, folds, knowledge, arrays)
    clock.say("titles")
    pages = [Page(article, *titles, knowledge, wording) for article, titles in zip(articles, found)]
    clock.say(f"frames: {sum(len(page.frames) for page in pages)}")
    clauses = read_clauses(wording)
    encoder = train_encoder(pages, folds, clauses)
    arrays["encoder"] = np.array([hashlib.sha256(encoder).hexdigest()])
    clock.say("encoder")
    dated = train_dating(pages, folds, arrays)
    for i, (page, dating) in enumerate(zip(pages, dated)):
        if not page.article["published_given"] and dating:
            pages[i] = Page(page.article, *found[i], knowledge, wording, dating)
            pages[i].encoded = page.encoded  # its frames have other times in three articles of a hundred at most
    clock.say("dating")
    train_events(pages, folds, clauses, arrays)
    clock.say("events")
    train_modality(pages, folds, clauses, Linear.of_arrays("events", arrays), arrays)
    train_persons(pages, folds, arrays)
    clock.say("modality and persons")
    train_joining(pages, folds, arrays)
    clock.say("joining")
    train_people(pages, folds, arrays)
    clock.say("people")
    claims = train_details(pages, folds, arrays)
    clock.say("times and sources")
    report(pages, arrays)
    held_out.write(held_out.HELD_OUT, state, claims)
    if not args.no_write:
        TARGET.with_name("encoder.onnx").write_bytes(encoder)
        np.savez_compressed(TARGET, **arrays)
        print(f"model {TARGET.stat().st_size / 1e6:.1f} MB, encoder {len(encoder) / 1e6:.1f} MB")
    return 0


class Clock:
    def __init__(self) -> None:
        self.start = time.monotonic()

    def say(self, what: str) -> None:
        print(f"{time.monotonic() - self.start:7.0f} s  {what}", flush=True)


def digest(paths: list[Path]) -> str:
    total = hashlib.sha256()
    for path in [*paths, *sorted((HERE / "corpus").glob("clauses-*.tsv"))]:
        total.update(path.read_bytes())
    return total.hexdigest()


def fold_of(article: dict) -> int:
    titles = [claim["title"] for claim in article["claims"]] or [article["id"]]
    most = max(sorted(set(titles)), key=titles.count)
    return zlib.crc32(title_key(most).encode()) % FOLDS


def train_titles(articles: list[dict], folds: np.ndarray, knowledge: Knowledge, arrays: dict) -> list[tuple]:
    """Layout and title candidates of each article, the candidates with their out-of-fold probabilities."""
    found, labels, groups, contexts = [], [], [], []
    for article, fold in zip(articles, folds):
        layout = lay_out(document_of(article))
        candidates = find_candidates(layout, knowledge.of(article)[1])
        gold = {key_of(claim["title"], candidates) for claim in article["claims"]}
        found.append((layout, candidates))
        labels += [key in gold for key in candidates]
        groups += [fold] * len(candidates)
        contexts += [context_features(layout, candidate) for candidate in candidates.values()]
    y, g = np.array(labels), np.array(groups)
    context = linear_crossfit(matrix(contexts), y[:, None].astype(int), g, None, None, "contexts", arrays, 10.0).odds[
        :, 0
    ]
    ends, all_rows = np.cumsum([len(candidates) for _, candidates in found])[:-1], np.ones(len(y), bool)
    lexicons = [knowledge.of(article)[1] for article in articles]
    tables = [
        describe(layout, candidates, lexicon, int(article["published"][:4]), here)
        for article, lexicon, (layout, candidates), here in zip(articles, lexicons, found, np.split(context, ends))
    ]
    first = crossfit(np.vstack(tables), y, all_rows, g, "titles", arrays, trees=260, leaves=24)
    looks = [
        look_at_titles(layout, candidates, lexicon, table, here)
        for lexicon, (layout, candidates), table, here in zip(lexicons, found, tables, np.split(first, ends))
    ]
    p = crossfit(np.vstack(looks), y, all_rows, g, "works", arrays, trees=260, leaves=24)
    print("           titles, cross-validated average precision: "
          + ", ".join(f"{average_precision_score(y, x):.3f} {name}" for x, name in ((p, "beside the others"), (first, "alone"), (context, "context alone"))))  # fmt: skip
    for (_, candidates), here in zip(found, np.split(p, ends)):
        for candidate, probability in zip(candidates.values(), here):
            candidate.probability = float(probability)
    return found


class Clause(NamedTuple):
    """A hand-written clause."""

    words: tuple[str, ...]
    features: list[str]
    classes: list[str]  # its features in classes of words
    events: dict[str, str]  # event -> modality


def read_clauses(wording) -> list[Clause]:
    """The hand-written clauses."""
    found = []
    for path in sorted((HERE / "corpus").glob("clauses-*.tsv")):
        for line in path.read_text("utf-8").splitlines()[1:]:
            labels, _, text = line.partition("\t")
            words, target = frame_of_clause(text)
            if not words:
                continue
            events = dict(part.strip().split(":") for part in labels.split(",") if ":" in part)
            names: list[str] = []
            for number, rule in wording.hits(" ".join(words)):
                names += [f"rule:{rule.event}:{rule.modality}", f"rule:{rule.event}", f"rule:{number}"]
            how = "named" if target >= 0 else "carried"
            features = C.frame_features(words, target, how, headline=False, others="<other>" in words)
            # rules were written beside these clauses: half of the hits are hidden, or the scorer would trust rules too much
            hidden = zlib.crc32(text.encode()) % 2
            features += [] if hidden else sorted(set(names))
            found.append(Clause(words, features, class_features(words, target, how), events))
    return found


def train_events(pages: list[Page], folds: np.ndarray, clauses: list[Clause], arrays: dict) -> None:
    labels, groups = [], []
    for page, fold in zip(pages, folds):
        for frame in page.frames:
            carried = [page.supports(frame, event) for event in EVENTS]
            labels.append([-1 if found is None else int(bool(found)) for found in carried])
            groups.append(fold)
    y, g = np.array(labels), np.array(groups)
    extra = np.array([[int(event in clause.events) for event in EVENTS] for clause in clauses])
    words = matrix([features for page in pages for features in page.features])
    by_words = linear_crossfit(words, y, g, matrix([c.features for c in clauses]), extra, "events", arrays, 20.0)
    classes = matrix([class_features(f.words, f.target, f.how) for page in pages for f in page.frames])
    by_classes = linear_crossfit(classes, y, g, matrix([c.classes for c in clauses]), extra, "classes", arrays, 5.0)
    position = 0
    for page, fold in zip(pages, folds):
        here = slice(position, position + len(page.frames))
        page.words, page.classes = by_words.odds[here], by_classes.odds[here]
        page.logits = joining.blend(page.words, page.encoded)
        page.anchors = Anchors(page.frames, by_words.linears[fold])
        position += len(page.frames)


def train_modality(pages: list[Page], folds: np.ndarray, clauses: list[Clause], events: Linear, arrays: dict) -> None:
    """`events` are the linear models of events, to find where in a hand-written clause an event is told."""
    rows, labels, groups, places = [], [], [], []
    for page, fold in zip(pages, folds):
        for i, (frame, features) in enumerate(zip(page.frames, page.features)):
            for e, event in enumerate(joining.EVENTS):
                for claim, place in told_at(page, i, e):
                    rows.append([*features, *modality.modality_features(features, event, frame.words, place)])
                    labels.append([int(claim["modality"] == m) for m in MODALITIES])
                    groups.append(fold)
                    places.append((frame, e, place, page.encoded[i]))
    extra_rows, extra = [], []
    for clause in clauses:
        at_words = word_weights(clause.words, events).argmax(axis=0)
        for event, put in clause.events.items():
            if event in EVENTS and put in MODALITIES:
                slot = "<place>" if event == "location" else "<person>"
                is_named = event in NAMED and slot in clause.words
                place = clause.words.index(slot) if is_named else int(at_words[EVENTS.index(event)])
                told = modality.modality_features(clause.features, Event(event), clause.words, place)
                extra_rows.append([*clause.features, *told])
                extra.append([int(put == m) for m in MODALITIES])
    y, g = np.array(labels), np.array(groups)
    fitted = linear_crossfit(matrix(rows), y, g, matrix(extra_rows), np.array(extra), "modality", arrays, 8.0)
    by_words = modality.shares(fitted.odds)
    table = np.vstack([modality.describe(*place, some) for place, some in zip(places, by_words)])
    every = np.ones(y.size, bool)
    grown = grow(table, y.ravel() == 1, every, np.repeat(g, y.shape[1]), "modalities", arrays, trees=200, leaves=24)
    for page, fold in zip(pages, folds):
        page.modality, page.modalities = fitted.linears[fold], grown.forests[fold]
    true, denied = y.argmax(1), MODALITIES.index("denied")
    for name, rated in (("by words", by_words), ("weighed", np.array(modality.weigh(grown.probability)))):
        put = rated.argmax(1)
        print(f"           modality, cross-validated, gold instances, {name}: {np.mean(put == true):.3f} right, {np.mean(put[true == denied] == denied):.3f} of the denied")  # fmt: skip


def told_at(page: Page, number: int, e: int) -> list[tuple[dict, int]]:
    """The gold claims of an event that a frame carries, and the words at which it tells them, as reading takes them."""
    frame, event = page.frames[number], EVENTS[e]
    gold = page.supports(frame, event) or []
    if event in NAMED:  # each person and place has a place of its own
        found = [(claim, at) for claim in gold for at in named_at(frame, claim)]
        if found:
            return found
    return [(claim, page.anchors.of(number, e)) for claim in gold[:1]]


def train_joining(pages: list[Page], folds: np.ndarray, arrays: dict) -> None:
    tables, labels, groups = [], [], []
    for page, fold in zip(pages, folds):
        page.rows, table = joining.make_rows(page.reading, page.judged, page.lexicon)
        tables.append(table)
        for row in page.rows:
            frame = page.frames[row.frame]
            gold = [
                (c, s, e) for c, s, e in page.gold.get((frame.key, EVENTS[row.event]), []) if c["season"] == row.season
            ]
            here = any(s < frame.sentence.end and frame.sentence.start < e for _, s, e in gold)
            labels.append(1 if here else -1 if gold else 0)
        groups += [fold] * len(page.rows)
    x, y, g = np.vstack(tables), np.array(labels), np.array(groups)
    print(f"           rows {x.shape}, right {np.sum(y == 1)}")
    sizes = [len(page.rows) for page in pages]
    weight, ends = weights(pages, sizes), np.cumsum(sizes)[:-1]
    first = np.split(crossfit(x, y == 1, y >= 0, g, "rows", arrays, weight, trees=350, leaves=44), ends)
    x = np.vstack([look_at_rows(page.frames, page.rows, t, p) for page, t, p in zip(pages, tables, first)])
    p = crossfit(x, y == 1, y >= 0, g, "claims", arrays, weight, trees=200, leaves=28)
    for page, raw in zip(pages, np.split(p, ends)):
        page.raw = raw
    calibrate([page for page in pages if is_press(page)], arrays)
    for page in pages:
        page.scores = list(np.interp(page.raw, arrays["calibration.raw"], arrays["calibration.right"]))


def calibrate(pages: list[Page], arrays: dict) -> None:
    """
    Calibration of claim probabilities and, for each event, the threshold that is best in cross-validation.

    `train` and `natural` articles count the same as wholes: the first are few, the second are of one manner of writing.
    """
    parts = collections.Counter(map(part_of, pages))
    shares = [len(pages) / parts[part_of(page)] for page in pages]
    zero = dict.fromkeys(EVENTS, 0.04)
    told = [
        (p, good, weight)
        for page, weight in zip(pages, shares)
        for _, p, good in settled(page, C.choose_rows(page.frames, page.rows, page.raw, zero))
    ]
    raw, right, counts = map(np.array, zip(*told))
    iso = IsotonicRegression(out_of_bounds="clip", y_min=0.001, y_max=0.999).fit(raw, right, sample_weight=counts)
    arrays |= {"calibration.raw": iso.X_thresholds_.astype(float), "calibration.right": iso.y_thresholds_.astype(float)}
    by_event, missed = collections.defaultdict(list), collections.Counter()
    low = dict.fromkeys(EVENTS, 0.05)
    for page, weight in zip(pages, shares):
        scores = list(iso.predict(page.raw)) if len(page.raw) else []
        for row, p, good in settled(page, C.choose_rows(page.frames, page.rows, scores, low)):
            by_event[EVENTS[row.event]].append((p, good, weight))
        for claim in page.article["claims"]:
            missed[claim["event"]] += weight * (not claim.get("optional"))
    arrays["thresholds"] = np.array([best_threshold(by_event[event], missed[event]) for event in EVENTS])


def best_threshold(rated: list[tuple[float, bool, float]], wanted: float) -> float:
    """The probability with the best F1 of one event, shrunk to a common one; `rated` are probability, right, weight."""
    best, hits, found = (0.0, 0.4), 0.0, 0.0
    for p, good, weight in sorted(rated, reverse=True):
        hits, found = hits + weight * good, found + weight
        best = max(best, (2 * hits / (found + wanted) - 0.1 * abs(p - 0.38), p))
    return min(0.55, max(0.22, best[1]))


def settled(page: Page, chosen):
    """Chosen rows with their score and whether they meet a gold claim, as bench/score.py pairs them."""
    predicted = [page.prediction(row) for row, _ in chosen]
    met = {j for _, j in score.pair(page.article["claims"], predicted)}
    for j, (row, p) in enumerate(chosen):
        yield row, p, j in met


def evaluate(pages: list[Page], arrays: dict) -> dict[str, float]:
    thresholds = dict(zip(EVENTS, map(float, arrays["thresholds"])))
    count: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0])
    for page in pages:
        predicted = [
            page.prediction(row) for row, _ in C.choose_rows(page.frames, page.rows, page.scores, thresholds)
        ] + [page.named_prediction(i, pair) for i, pair in page.chosen_pairs(thresholds)]
        gold = page.article["claims"]
        pairs = score.pair(gold, predicted)
        met_gold, met = {i for i, _ in pairs}, {j for _, j in pairs}
        for i, claim in enumerate(gold):
            if not claim.get("optional"):
                count[claim["event"]][0 if i in met_gold else 2] += 1
        for j, claim in enumerate(predicted):
            count[claim["event"]][1] += j not in met
    scores = {
        name: score.f1(*(sum(count[e][k] for e in events) for k in range(3)))[2]
        for name, events in (("milestones", score.MILESTONES), ("people", score.PEOPLE))
    }
    return scores | {event: round(score.f1(*c)[2], 3) for event, c in sorted(count.items())}


def report(pages: list[Page], arrays: dict) -> None:
    groups: dict[str, list[Page]] = collections.defaultdict(list)
    for page in pages:
        groups[part_of(page)].append(page)
    result = {name: evaluate(some, arrays) for name, some in groups.items()}
    print(json.dumps(result, indent=1))
    print("thresholds", dict(zip(EVENTS, arrays["thresholds"].round(2))), f"title floor {TITLE_FLOOR}")
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "train.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
