"""
Scores of reading: `make bench`, and the floors that `make test` holds.

    python bench/run.py [--floors | --file GOLD.jsonl [--misses]]

Without --floors: the shipped model on dev.jsonl and unseen-*.jsonl (which it never saw), beside the cross-validated scores
on the training articles that bench/train_reader.py left in bench/results/train.json. The shipped model has seen the
training articles, so scoring it on them would say nothing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import score

HERE = Path(__file__).parent
SURE = 0.9


def predict(gold: Path) -> tuple[Path, float, int]:
    """The claims of every article of a gold file, without its answers; with the seconds it took and the number of articles."""
    from gold import predicted

    from callboard.catalogue.starter import load_starter
    from callboard.model import Document
    from callboard.understand.reader import Reader

    articles = [json.loads(line) for line in gold.read_text("utf-8").splitlines()]
    reader = Reader.load(load_starter())
    lines = []
    reader.understand(Document(text="Warm-up. Netflix has renewed Ozark for a third season."))
    start = time.process_time()
    for article in articles:
        lines.append(json.dumps(predicted(reader, article), ensure_ascii=False))
    seconds = time.process_time() - start
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    path = results / f"{gold.stem}.predicted.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path, seconds, len(articles)


def print_kinds(gold: Path, predicted: Path) -> None:
    """Milestones of each kind of article, and how many of the surest claims are right."""
    claims = {row["id"]: row["claims"] for row in map(json.loads, predicted.read_text("utf-8").splitlines())}
    kinds: dict[str, list[int]] = {}
    sure = [0, 0]
    for article in map(json.loads, gold.read_text("utf-8").splitlines()):
        found, given = claims[article["id"]], article["claims"]
        pairs = score.pair(given, found)
        met, met_gold = {j for _, j in pairs}, {i for i, _ in pairs}
        count = kinds.setdefault(article["kind"], [0, 0, 0])
        for i, claim in enumerate(given):
            if claim["event"] in score.MILESTONES and not claim.get("optional"):
                count[0 if i in met_gold else 2] += 1
        for j, claim in enumerate(found):
            count[1] += claim["event"] in score.MILESTONES and j not in met
            if claim["score"] >= SURE:
                sure[j in met] += 1
    for kind, count in sorted(kinds.items()):
        print(f"kind        {kind:<14} milestones F1 {score.f1(*count)[2]:.3f}  ({count[0] + count[2]} claims)")
    print(f"sure        {sure[1]} of {sum(sure)} claims with a score of {SURE} or more are right")


def print_scores(gold: Path, *, misses: bool) -> None:
    """All scores of a gold file."""
    path, seconds, articles = predict(gold)
    print(f"--- {gold.name}, {articles} articles")
    options = ["--misses"] if misses else []
    subprocess.run([sys.executable, str(HERE / "score.py"), str(gold), str(path), *options], check=True)
    print_kinds(gold, path)
    print(f"speed       {articles / seconds:.1f} articles a second and core (CPU time, plain text)", flush=True)


def print_trained() -> None:
    """The cross-validated scores on the training articles, where a training has left them."""
    trained = HERE / "results" / "train.json"
    if trained.exists():
        for name, scores in json.loads(trained.read_text()).items():
            print(f"cross-validated on {name}: milestones {scores['milestones']:.3f}, people {scores['people']:.3f}")


def below_floors(gold: Path, floors: Mapping[str, float]) -> int:
    """How many scores of a gold file are below their floors; each is printed."""
    path, _, _ = predict(gold)
    command = [sys.executable, str(HERE / "score.py"), str(gold), str(path), "--json"]
    got = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    flat = {"milestones": got["milestones"]["f"], "people": got["people"]["f"], "quote": got["quote"], "time": got["time"],
            "modality": got["modality"], "source": got["source"]}  # fmt: skip
    for name, floor in floors.items():
        verdict = "ok" if flat[name] >= floor else "BELOW: see bench/README.md"
        print(f"{gold.stem:<9} {name:<11} {flat[name]:.3f}  floor {floor:.3f}  {verdict}", flush=True)
    return sum(flat[name] < floor for name, floor in floors.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--floors", action="store_true", help="fail when a score is below bench/floors.json")
    what.add_argument("--file", type=Path, help="gold articles to score on; else those that nothing was learned from")
    parser.add_argument("--misses", action="store_true", help="list every missed and every wrong claim of --file")
    args = parser.parse_args()
    if args.misses and not args.file:
        parser.error("--misses goes with --file: what is there to report on is not to be studied")
    corpus = HERE / "corpus"
    if args.floors:
        floors = json.loads((HERE / "floors.json").read_text())
        return int(sum(below_floors(corpus / f"{name}.jsonl", some) for name, some in floors.items()) > 0)
    for gold in [args.file] if args.file else [corpus / "dev.jsonl", *sorted(corpus.glob("unseen-*.jsonl"))]:
        print_scores(gold, misses=args.misses)
    print_trained()
    return 0


if __name__ == "__main__":
    sys.exit(main())
