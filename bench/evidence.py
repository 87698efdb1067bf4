"""
What each piece of evidence is worth: `make bench-evidence`.

    python bench/evidence.py [--rules] [--file GOLD.jsonl ...]

For the wordings of each event (with --rules, for each rule): in how many sentences about a title they stand (coverage),
in how many of these the article claims the event there (right) or not (wrong), and how often a rule of another modality
of the same event stands in the same sentence (conflicts). Counted on the training articles.

For each group of features of the claims: how far the average precision of the candidate claims of dev.jsonl falls when
the group's values are shuffled between candidates (mean of three shuffles, a fixed seed).
"""

from __future__ import annotations

import argparse
import collections
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import score
from gold import document_of, training_files
from sklearn.metrics import average_precision_score

from callboard.catalogue.starter import load_starter
from callboard.model import Json
from callboard.understand.anchors import ANCHOR_FEATURES
from callboard.understand.claims import judge_frames
from callboard.understand.frames import Frame, find_frames
from callboard.understand.joining import EVENTS, FEATURES, make_rows
from callboard.understand.reader import Reader
from callboard.understand.surroundings import EVENT_FEATURES, SEASON_FEATURES

CORPUS = Path(__file__).parent / "corpus"
SHUFFLES = 3
GROUPS = {
    "words and encoder at once": ("logit", "event_rank", "best_other", "title_event_best", "same_frame_best", "event_titles"),
    "words": ("logit_words",),
    "classes of words": ("class_logit", "class_best"),
    "encoder": ("logit_encoder", *(name for name in FEATURES if name.startswith("encoder_"))),
    "rules": ("rule", "rule_denied"),
    "anchor": ANCHOR_FEATURES,
    "title": tuple(name for name in FEATURES if name.startswith(("title_p", "title_r", "title_h", "title_c", "title_q", "title_k"))),
    "what the catalogue knows": ("title_known", "known_seasons", "over_known", "season_ahead", "film_ahead", "known_film", "known_series", "credited", "credits_known"),
    "film or series": ("film_words", "series_words", "near_film", "near_series", "known_film", "known_series"),
    "how the title is meant": (*(name for name in FEATURES if name.startswith("how_")), "distance", "others"),
    "seasons named": tuple(name for name in FEATURES if "season" in name and name not in SEASON_FEATURES and name not in ANCHOR_FEATURES and not name.startswith("encoder_")),
    "seasons around": SEASON_FEATURES,
    "events around": EVENT_FEATURES,
    "place in the article": ("position", "headline", "closed", "boilerplate", "list_line", "words", "sentence_lead", "sentence_frames"),
}  # fmt: skip


def read_gold(paths: list[Path]) -> Iterator[Json]:
    for path in paths:
        yield from map(json.loads, path.read_text("utf-8").splitlines())


def claimed(article: Json, full: str, frame: Frame, name: str, event: str) -> list[Json]:
    """The gold claims of an event of a title whose quote stands in the frame's sentence."""
    found = []
    for claim in article["claims"]:
        at = full.find(claim["quote"])
        here = at < frame.sentence.end and frame.sentence.start < at + len(claim["quote"])
        if claim["event"] == event and here and score.same_title(claim["title"], name):
            found.append(claim)
    return found


def print_rules(reader: Reader, paths: list[Path], each: bool) -> None:
    """The table of wordings."""
    total: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for article in read_gold(paths):
        reading = reader.read(document_of(article))
        for frame in find_frames(reading):
            hits = reader.wording.hits(frame.text)
            modalities = collections.defaultdict(set)
            for _, rule in hits:
                modalities[rule.event].add(rule.modality)
            name = reading.candidates[frame.key].name
            rows = {f"{rule.event} #{number}" if each else str(rule.event): rule for number, rule in hits}
            for row, rule in rows.items():
                good = bool(claimed(article, reading.layout.full, frame, name, str(rule.event)))
                total[row]["coverage"] += 1
                total[row]["right" if good else "wrong"] += 1
                total[row]["conflicts"] += len(modalities[rule.event]) > 1
    print(f"{'wordings':<24} coverage    right    wrong  conflicts")
    for row, count in sorted(total.items(), key=lambda item: (item[0].split(" #")[0], -item[1]["coverage"])):
        print(f"  {row:<22} {count['coverage']:>8} {count['right']:>8} {count['wrong']:>8} {count['conflicts']:>10}")


def print_groups(reader: Reader, paths: list[Path]) -> None:
    """The table of feature groups."""
    tables, labels = [], []
    for article in read_gold(paths):
        reading = reader.read(document_of(article))
        judged = judge_frames(find_frames(reading), reader.scorer, reader.wording)
        rows, table = make_rows(reading, judged, reader.lexicon)
        for row, values in zip(rows, table):
            event, frame = str(EVENTS[row.event]), judged.frames[row.frame]
            if event not in score.MILESTONES:
                continue
            found = claimed(article, reading.layout.full, frame, reading.candidates[frame.key].name, event)
            tables.append(values)
            labels.append(any(claim["season"] == row.season for claim in found))
    x, y = np.array(tables), np.array(labels)
    forest = reader.scorer.forests["rows"]
    whole = average_precision_score(y, forest.probability(x))
    print(f"\ngroup of features        shuffled, of {whole:.3f}  ({len(y)} candidates, {int(y.sum())} right)")
    random = np.random.default_rng(0)
    for name, features in GROUPS.items():
        columns = [FEATURES.index(feature) for feature in features]
        lost = []
        for _ in range(SHUFFLES):
            shuffled = x.copy()
            shuffled[:, columns] = x[random.permutation(len(x))][:, columns]
            lost.append(average_precision_score(y, forest.probability(shuffled)))
        print(f"  {name:<24} {np.mean(lost) - whole:+.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", action="store_true", help="a line for each rule, by its number in the files")
    parser.add_argument("--file", type=Path, nargs="*", help="articles on which wordings are counted")
    args = parser.parse_args()
    reader = Reader.load(load_starter())
    print_rules(reader, args.file or training_files(CORPUS)[:5], args.rules)
    print_groups(reader, [CORPUS / "dev.jsonl"])


if __name__ == "__main__":
    main()
