"""
Train the reader from the corpus in the repository: `make model`.

Every later step is trained on what the earlier ones say of articles they were not trained on (cross-fitting, folds by
the title an article is mostly about), so that it learns how far to trust them. The artefact
`src/callboard/understand/model.npz` carries the digest of its data. The cross-validated scores go to
bench/results/train.json; bench/run.py scores dev with the shipped model.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, vstack
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

sys.path.insert(0, str(Path(__file__).parent))
import score
from gold import document_of, training_files
from train_dating import train_dating

from callboard.catalogue.starter import load_starter
from callboard.model import Event, Modality, title_key
from callboard.understand import casting_seasons, castings, details, joining, people, scorer, sources
from callboard.understand import claims as C
from callboard.understand.anchors import Anchors
from callboard.understand.features import BITS, row_of
from callboard.understand.forest import Forest
from callboard.understand.frames import find_frames, frame_of_clause
from callboard.understand.layout import lay_out
from callboard.understand.lexicon import make_lexicon
from callboard.understand.linear import Linear
from callboard.understand.reading import TITLE_FLOOR, read_mentions
from callboard.understand.title_features import context_features, describe
from callboard.understand.titles import find_candidates, lift_lists
from callboard.understand.word_classes import class_features
from callboard.understand.wording import load_wording
from callboard.when import When

HERE = Path(__file__).parent
TARGET = HERE.parent / "src/callboard/understand/model.npz"
FOLDS = 5
CLAUSE_WEIGHT = 0.5  # of a hand-written clause against a sentence of an article; 0.3 to 1 score alike
# The extra articles seek out idiom and long lists, and are harder than the news at large: they count for less in the
# decision which candidates hold (row average precision 0.425 at 0.3, 0.420 at 1, 0.397 at 0), and not in calibration.
EXTRA_WEIGHT = 0.3
PEOPLE_EXTRA_WEIGHT = 0.3
EVENTS = [str(event) for event in joining.EVENTS]
NAMED = [str(event) for event in castings.EVENTS]  # events that are claimed of a person or a place
MODALITIES = [str(modality) for modality in Modality]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-write", action="store_true", help="print cross-validated scores, keep the shipped model")
    args = parser.parse_args()
    clock = Clock()
    catalogue, wording = load_starter(), load_wording()
    lexicon = make_lexicon(catalogue)
    paths = training_files(HERE / "corpus")
    articles = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    folds = np.array([fold_of(article) for article in articles])
    arrays: dict[str, np.ndarray] = {"format": np.array([scorer.FORMAT]), "digest": np.array([digest(paths)])}

    found = train_titles(articles, folds, lexicon, arrays)
    clock.say("titles")
    pages = [Page(article, *titles, lexicon, wording) for article, titles in zip(articles, found)]
    clock.say(f"frames: {sum(len(page.frames) for page in pages)}")
    dated = train_dating(pages, folds, lexicon, catalogue, arrays)
    for i, (page, dating) in enumerate(zip(pages, dated)):  # relative times are read against what was inferred
        if not page.article["published_given"] and dating:
            pages[i] = Page(page.article, *found[i], lexicon, wording, dating.reference)
    clock.say("dating")
    clauses = read_clauses(wording)
    train_events(pages, folds, clauses, arrays)
    clock.say("events")
    train_modality(pages, folds, clauses, arrays)
    train_persons(pages, folds, arrays)
    clock.say("modality and persons")
    train_joining(pages, folds, lexicon, arrays)
    clock.say("joining")
    train_people(pages, folds, lexicon, arrays)
    clock.say("people")
    train_details(pages, folds, arrays)
    clock.say("times and sources")
    report(pages, arrays)
    if not args.no_write:
        np.savez_compressed(TARGET, **arrays)
        print(f"{TARGET.name}: {TARGET.stat().st_size / 1e6:.1f} MB")
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


def same_title(a: str, b: str) -> bool:
    return bool(score.same_title(a, b))


def key_of(title: str, candidates: dict) -> str:
    """The candidate that a gold title means: the same key, else one that the scorer would take for it."""
    key = title_key(title)
    if key in candidates:
        return key
    return next((k for k, c in candidates.items() if len(c.name) > 5 and same_title(c.name, title)), key)


def forest_of(model: HistGradientBoostingClassifier) -> Forest:
    """The trees of a fitted scikit-learn model as flat arrays."""
    roots, parts, offset = [], collections.defaultdict(list), 0
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        roots.append(offset)
        leaf = nodes["is_leaf"].astype(bool)
        parts["feature"].append(np.where(leaf, -1, nodes["feature_idx"]))
        parts["threshold"].append(nodes["num_threshold"])
        parts["left"].append(nodes["left"] + offset)
        parts["right"].append(nodes["right"] + offset)
        parts["value"].append(np.where(leaf, nodes["value"], 0.0))
        offset += len(nodes)
    flat = {name: np.concatenate(values) for name, values in parts.items()}
    return Forest(
        roots=np.array(roots, dtype=np.int32), feature=flat["feature"].astype(np.int32), threshold=flat["threshold"],
        left=flat["left"].astype(np.int32), right=flat["right"].astype(np.int32), value=flat["value"],
        baseline=float(np.ravel(model._baseline_prediction)[0]),
    )  # fmt: skip


def boost(x: np.ndarray, y: np.ndarray, *, trees: int, leaves: int, weight: np.ndarray | None = None) -> Forest:
    model = HistGradientBoostingClassifier(
        max_iter=trees, learning_rate=0.07, max_leaf_nodes=leaves, min_samples_leaf=12, l2_regularization=3.0,
        early_stopping=False, random_state=0,
    )  # fmt: skip
    return forest_of(model.fit(x, y, sample_weight=weight))


def crossfit(
    x: np.ndarray, y: np.ndarray, use: np.ndarray, groups: np.ndarray, name: str, arrays: dict,
    weight: np.ndarray | None = None, **settings: int,
) -> np.ndarray:  # fmt: skip
    """Out-of-fold probabilities of all rows; the forest of all usable rows goes into the artefact."""
    weight = np.ones(len(y)) if weight is None else weight
    out = np.zeros(len(y))

    def fit(fold: int) -> Forest:
        rows = use & (groups != fold)
        return boost(x[rows], y[rows], weight=weight[rows], **settings)

    # Two at a time, each on one core: a forest grown by several threads would not be the same every time.
    *fitted, whole = Parallel(n_jobs=2, prefer="threads")(delayed(fit)(fold) for fold in range(FOLDS + 1))
    for fold, forest in enumerate(fitted):
        held = groups == fold
        out[held] = forest.probability(x[held])
    arrays.update(whole.arrays(name))
    arrays[f"{name}.features"] = np.array([" ".join(scorer.FORESTS[name])])
    return out


def train_titles(articles: list[dict], folds: np.ndarray, lexicon, arrays: dict) -> list[tuple]:
    """Layout and title candidates of each article, the candidates with their out-of-fold probabilities."""
    found, labels, groups, contexts = [], [], [], []
    for article, fold in zip(articles, folds):
        layout = lay_out(document_of(article))
        candidates = find_candidates(layout, lexicon)
        gold = {key_of(claim["title"], candidates) for claim in article["claims"]}
        found.append((layout, candidates))
        labels += [key in gold for key in candidates]
        groups += [fold] * len(candidates)
        contexts += [context_features(layout, candidate) for candidate in candidates.values()]
    y, g = np.array(labels), np.array(groups)
    context = linear_crossfit(matrix(contexts), y[:, None].astype(int), g, None, None, "contexts", arrays, 10.0).odds[
        :, 0
    ]
    rows, position = [], 0
    for article, (layout, candidates) in zip(articles, found):
        here = context[position : position + len(candidates)]
        rows.append(describe(layout, candidates, lexicon, int(article["published"][:4]), here)[1])
        position += len(candidates)
    p = crossfit(np.vstack(rows), y, np.ones(len(y), bool), g, "titles", arrays, trees=180, leaves=14)
    print(
        f"           titles, cross-validated average precision {average_precision_score(y, p):.3f} (context alone {average_precision_score(y, context):.3f})"
    )
    candidates_in_order = [candidate for _, candidates in found for candidate in candidates.values()]
    for candidate, probability in zip(candidates_in_order, p):
        candidate.probability = float(probability)
    for layout, candidates in found:
        lift_lists(layout, candidates)
    return found


class Page:
    """An article with everything that training asks of it."""

    def __init__(self, article: dict, layout, candidates: dict, lexicon, wording, inferred: When | None = None) -> None:
        self.article = article
        document = document_of(article)
        if inferred is not None:
            document = replace(document, published=inferred)
        self.reading = read_mentions(document, candidates, layout, lexicon)
        self.frames = find_frames(self.reading)
        self.rules, names = C.rule_hits(self.frames, wording)
        self.features = [C.all_features(frame, rule_names) for frame, rule_names in zip(self.frames, names)]
        self.logits = np.zeros((len(self.frames), len(EVENTS)))
        self.gold: dict[tuple[str, str], list[tuple[dict, int, int]]] = {}
        for claim in article["claims"]:
            at = layout.full.find(claim["quote"])
            slot = (key_of(claim["title"], candidates), claim["event"])
            self.gold.setdefault(slot, []).append((claim, at, at + len(claim["quote"])))

    @property
    def judged(self) -> C.Judged:
        return joining.Judged(self.frames, self.features, self.logits, self.classes, self.anchors, self.rules)

    def name_of(self, pair: castings.Pair) -> str:
        """The person or place of a pair."""
        return self.mentions[pair.mention].entity.name

    def chosen_pairs(self, thresholds: dict[str, float]) -> list[tuple[int, castings.Pair]]:
        chosen = castings.choose_pairs(self.mentions, self.casting.pairs, self.pair_raw, thresholds)
        return [(i, self.casting.pairs[i]) for i, _ in chosen]

    def named_prediction(self, i: int, pair: castings.Pair) -> dict:
        """A chosen pair as a claim."""
        name = self.name_of(pair)
        return {
            "title": self.reading.candidates[pair.key].name, "season": self.season_of[i], "event": NAMED[pair.event],
            "modality": "asserted", "person": name, "place": name,
        }  # fmt: skip

    def supports(self, frame, event: str) -> list[dict] | None:
        """Gold claims of the frame's title and event that its sentence carries; None where another sentence carries them."""
        gold = self.gold.get((frame.key, event))
        if gold is None:
            return []
        here = [claim for claim, start, end in gold if start < frame.sentence.end and frame.sentence.start < end]
        return here or None


class Clause(NamedTuple):
    """A hand-written clause."""

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
            found.append(Clause(features, class_features(words, target, how), events))
    return found


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


class Crossfitted(NamedTuple):
    """What linear models say of rows that they were not trained on."""

    odds: np.ndarray  # log odds, shape (n, n_outputs)
    linears: list[Linear]  # the models, each trained without the fold of its number


def linear_arrays(name: str, fitted: list[tuple[np.ndarray, float]]) -> dict[str, np.ndarray]:
    """Coefficients and intercept of each output as they are stored, without the weights that say next to nothing."""
    weights = np.stack([coefficients for coefficients, _ in fitted], axis=1)
    kept = np.nonzero(np.abs(weights).max(axis=1) > 0.02)[0]
    return {
        f"{name}.kept": kept.astype(np.int32),
        f"{name}.weights": weights[kept].astype(np.float16),
        f"{name}.intercept": np.array([intercept for _, intercept in fitted], dtype=np.float32),
    }


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
        page.logits, page.classes = by_words.odds[here], by_classes.odds[here]
        page.anchors = Anchors(page.frames, by_words.linears[fold])
        position += len(page.frames)


def train_modality(pages: list[Page], folds: np.ndarray, clauses, arrays: dict) -> None:
    rows, labels, groups = [], [], []
    for page, fold in zip(pages, folds):
        for frame, features in zip(page.frames, page.features):
            for event in joining.EVENTS:
                for claim in (page.supports(frame, event) or [])[:1]:
                    rows.append([*features, *C.modality_features(features, event)])
                    labels.append([int(claim["modality"] == m) for m in MODALITIES])
                    groups.append(fold)
    extra_rows, extra = [], []
    for features, _, events in clauses:
        for event, modality in events.items():
            if event in EVENTS and modality in MODALITIES:
                extra_rows.append([*features, *C.modality_features(features, Event(event))])
                extra.append([int(modality == m) for m in MODALITIES])
    out = linear_crossfit(
        matrix(rows), np.array(labels), np.array(groups), matrix(extra_rows), np.array(extra), "modality", arrays, 8.0
    ).odds
    print(
        f"           modality, cross-validated, gold instances: {np.mean(out.argmax(1) == np.array(labels).argmax(1)):.3f}"
    )


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


def names(claim: dict, name: str) -> bool:
    if claim["event"] == "location":
        return score.same_place(claim["place"], name)
    return score.same_person(claim["person"], name)


def label_of(gold: list[tuple[dict, int, int]], sentence) -> int:
    if not gold:
        return 0
    return 1 if any(start < sentence.end and sentence.start < end for _, start, end in gold) else -1


def train_details(pages: list[Page], folds: np.ndarray, arrays: dict) -> None:
    """What rates the times and the sources of a claim: from claims found as they will be found, and from all gold claims."""
    modality = Linear.of_arrays("modality", arrays)
    asked, gold, persons, owners, groups, found = [], [], [], [], [], []
    for page, fold in zip(pages, folds):
        speakers = sources.find_speakers(page.reading)
        for frame, event, anchor, season, claim, was_found in instances(page, arrays):
            asked.append(C.asked_of(page.reading, page.judged, frame, event, anchor, season, modality, speakers))
            gold.append(claim)
            persons.append(claim["person"] if EVENTS[event] in NAMED[:2] else None)
            owners.append(page)
            groups.append(fold)
            found.append(was_found)

    def right_time(option, claim: dict) -> bool:
        if option.when is None:
            return claim["time"] is None
        return bool(claim["time"]) and score.time_agrees(claim["time"], str(option.when))

    options = [details.time_options(page.reading, a) for page, a in zip(owners, asked)]
    words = [details.time_words(a, some, page.reading) for page, a, some in zip(owners, asked, options)]
    right = [[right_time(option, claim) for option in some] for some, claim in zip(options, gold)]
    rated = rate(
        "times", "timewords", words, right, np.array(groups), arrays,
        lambda i, odds: details.describe_times(owners[i].reading, asked[i], options[i], odds), trees=160, leaves=20,
    )  # fmt: skip
    some = [i for i, claim in enumerate(gold) if found[i]]
    chosen = {i: details.choose_time(options[i], rated[i]) for i in some}
    timed = [bool(chosen[i]) and score.time_agrees(gold[i]["time"], str(chosen[i])) for i in some if gold[i]["time"]]
    timeless = [chosen[i] is None for i in some if gold[i]["time"] is None]
    print(f"           times of found claims, cross-validated: {np.mean(timed):.3f} of {len(timed)}; none where there is none {np.mean(timeless):.3f}")  # fmt: skip

    options = [sources.source_options(page.reading, a) for page, a in zip(owners, asked)]
    words = [sources.source_words(a, some) for a, some in zip(asked, options)]
    right = [[same_source(option.name, claim["source"]) for option in some] for some, claim in zip(options, gold)]
    rated = rate(
        "sources", "sourcewords", words, right, np.array(groups), arrays,
        lambda i, odds: sources.describe_sources(owners[i].reading, asked[i], options[i], odds, persons[i]), trees=100, leaves=12,
    )  # fmt: skip
    named = {i: sources.choose_source(options[i], rated[i]) for i in some}
    either = [same_source(named[i], gold[i]["source"]) for i in some if named[i] or gold[i]["source"]]
    print(f"           sources of found claims, cross-validated: {np.mean(either):.3f} of {len(either)}")


def instances(page: Page, arrays: dict):
    """Frame, event, anchor, season and gold claim: of claims as they are found, then of all sentences that carry gold ones."""
    thresholds = dict(zip(EVENTS, map(float, arrays["thresholds"])))
    found, predicted = [], []
    for row, _ in C.choose_rows(page.frames, page.rows, page.scores, thresholds):
        anchor = page.anchors.of(row.frame, row.event)
        found.append((row.frame, row.event, anchor, row.season))
        predicted.append(prediction(page, row.frame, row.event, row.season))
    for i, pair in page.chosen_pairs(thresholds):
        anchor, event = (
            C.anchor_at(page.frames[pair.frame], page.mentions[pair.mention]),
            EVENTS.index(NAMED[pair.event]),
        )
        found.append((pair.frame, event, anchor, page.season_of[i]))
        predicted.append(page.named_prediction(i, pair))
    done = set()
    for i, j in score.pair(page.article["claims"], predicted):
        claim = page.article["claims"][i]
        done.add((found[j][0], id(claim)))
        yield *found[j], claim, True
    for number, frame in enumerate(page.frames):
        for e, event in enumerate(joining.EVENTS):
            for claim in (page.supports(frame, event) or [])[:3]:
                if (number, id(claim)) in done:
                    continue
                anchor = page.anchors.of(number, e)
                if str(event) in NAMED:
                    at = [m.at for m in people.find_mentions([frame]) if names(claim, m.entity.name)]
                    if not at and str(event) != "location":
                        continue
                    anchor = at[0] if at else anchor
                yield number, e, anchor, claim["season"], claim, False


def prediction(page: Page, frame: int, event: int, season: int | None) -> dict:
    title = page.reading.candidates[page.frames[frame].key].name
    return {"title": title, "season": season, "event": EVENTS[event], "modality": "asserted"}


def rate(
    name: str, linear: str, words: list, right: list, groups: np.ndarray, arrays: dict, describe, **settings: int
) -> list[np.ndarray]:
    """Out-of-fold probabilities of the options of each claim: words first, then the forest that sees what they say."""
    sizes = [len(some) for some in right]
    owner = np.repeat(np.arange(len(right)), sizes)
    y = np.array([value for some in right for value in some])
    rows = matrix([row for some in words for row in some])
    odds = linear_crossfit(rows, y[:, None].astype(int), groups[owner], None, None, linear, arrays, 3.0).odds[:, 0]
    ends = np.cumsum(sizes)[:-1]
    x = np.vstack([describe(i, list(some)) for i, some in enumerate(np.split(odds, ends))])
    p = crossfit(x, y, np.ones(len(y), bool), groups[owner], name, arrays, **settings)
    return np.split(p, ends)


def same_source(a: str | None, b: str | None) -> bool:
    if not a or not b:
        return not a and not b
    x, y = score.normal(a), score.normal(b)
    return bool(x and y) and (x in y or y in x)


def train_joining(pages: list[Page], folds: np.ndarray, lexicon, arrays: dict) -> None:
    tables, labels, groups = [], [], []
    for page, fold in zip(pages, folds):
        page.rows, table = joining.make_rows(page.reading, page.judged, lexicon)
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
    weight = np.repeat([1.0 if is_press(page) else EXTRA_WEIGHT for page in pages], [len(page.rows) for page in pages])
    p = crossfit(x, y == 1, y >= 0, g, "claims", arrays, weight, trees=260, leaves=28)
    position = 0
    for page in pages:
        page.raw = p[position : position + len(page.rows)]
        position += len(page.rows)
    calibrate([page for page in pages if part_of(page) == "train"], arrays)
    for page in pages:
        page.scores = list(np.interp(page.raw, arrays["calibration.raw"], arrays["calibration.right"]))


def part_of(page: Page) -> str:
    """The part of the corpus that an article is of; `extra` is made to be hard, the others are like the news at large."""
    return {"t": "train", "n": "natural"}.get(page.article["id"][0], "extra")


def is_press(page: Page) -> bool:
    """Whether an article is like the news at large."""
    return part_of(page) != "extra"


def calibrate(pages: list[Page], arrays: dict) -> None:
    """Calibration of claim probabilities and, for each event, the threshold that is best in cross-validation."""
    zero = dict.fromkeys(EVENTS, 0.04)
    raw, right = [], []
    for page in pages:
        for _row, p, good in settled(page, C.choose_rows(page.frames, page.rows, page.raw, zero)):
            raw.append(p)
            right.append(good)
    iso = IsotonicRegression(out_of_bounds="clip", y_min=0.001, y_max=0.999).fit(raw, right)
    arrays |= {"calibration.raw": iso.X_thresholds_.astype(float), "calibration.right": iso.y_thresholds_.astype(float)}
    for page in pages:
        page.scores = list(iso.predict(page.raw)) if len(page.raw) else []
    thresholds = dict.fromkeys(EVENTS, 0.4)
    by_event = collections.defaultdict(list)
    missed = collections.Counter()
    for page in pages:
        found = list(settled(page, C.choose_rows(page.frames, page.rows, page.scores, dict.fromkeys(EVENTS, 0.05))))
        for row, p, good in found:
            by_event[EVENTS[row.event]].append((p, good))
        for claim in page.article["claims"]:
            missed[claim["event"]] += not claim.get("optional")
    for event in EVENTS:
        pairs = sorted(by_event[event], reverse=True)
        best, hits = (0.0, 0.4), 0
        for i, (p, good) in enumerate(pairs, 1):
            hits += good
            # F1 of this event, shrunk to a common threshold where there are few claims
            value = 2 * hits / (i + missed[event]) - 0.02 * abs(p - 0.38)
            best = max(best, (value, p))
        thresholds[event] = min(0.55, max(0.22, best[1]))
    arrays["thresholds"] = np.array([thresholds[event] for event in EVENTS])


def settled(page: Page, chosen):
    """Chosen rows with their score and whether they meet a gold claim, as bench/score.py pairs them."""
    predicted = [
        {
            "title": page.reading.candidates[page.frames[row.frame].key].name,
            "season": row.season,
            "event": EVENTS[row.event],
            "modality": "asserted",
        }
        for row, _ in chosen
    ]
    met = {j for _, j in score.pair(page.article["claims"], predicted)}
    for j, (row, p) in enumerate(chosen):
        yield row, p, j in met


def train_people(pages: list[Page], folds: np.ndarray, lexicon, arrays: dict) -> None:
    """Which title, and which season of it, a statement about a person or a place belongs to."""
    pairs: tuple[list, list, list] = ([], [], [])
    seasons: tuple[list, list, list] = ([], [], [])
    for page, fold in zip(pages, folds):
        page.casting = C.castings_of(page.reading, page.judged, page.mentions, page.odds, lexicon)
        page.season_rows, table = casting_seasons.describe_seasons(
            page.reading,
            page.frames,
            page.mentions,
            page.casting.pairs,
            lexicon,
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
    weight = np.repeat(
        [1.0 if is_press(page) else PEOPLE_EXTRA_WEIGHT for page in pages], [len(page.casting.pairs) for page in pages]
    )
    p = crossfit(x, y == 1, y >= 0, g, "people", arrays, weight, trees=200, leaves=20)
    x, y, g = np.vstack(seasons[0]), np.array(seasons[1]), np.array(seasons[2])
    weight = np.concatenate([np.full(len(page.season_rows), 1 / (1 + len(page.season_rows))) for page in pages])
    q = crossfit(x, y == 1, y >= 0, g, "seasons", arrays, weight / weight[y >= 0].mean(), trees=80, leaves=6)
    first = second = 0
    for page in pages:
        page.pair_raw = p[first : first + len(page.casting.pairs)]
        page.season_of = casting_seasons.choose_seasons(page.season_rows, q[second : second + len(page.season_rows)])
        first, second = first + len(page.casting.pairs), second + len(page.season_rows)
    press = [page for page in pages if is_press(page)]
    for event in NAMED:
        tried = []
        for threshold in np.arange(0.15, 0.6, 0.05):
            arrays["thresholds"][EVENTS.index(event)] = threshold
            # F1 of this event, shrunk to a common threshold, as in `calibrate`
            value = evaluate(press, arrays).get(event, 0.0) - 0.05 * abs(threshold - 0.3)
            tried.append((value, float(threshold)))
        arrays["thresholds"][EVENTS.index(event)] = max(tried)[1]
    calibrate_people(press, arrays)


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


def evaluate(pages: list[Page], arrays: dict) -> dict[str, float]:
    thresholds = dict(zip(EVENTS, map(float, arrays["thresholds"])))
    count: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0, 0])
    for page in pages:
        predicted = [
            {
                "title": page.reading.candidates[page.frames[row.frame].key].name,
                "season": row.season,
                "event": EVENTS[row.event],
                "modality": "asserted",
            }
            for row, _ in C.choose_rows(page.frames, page.rows, page.scores, thresholds)
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
