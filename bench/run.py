"""
Scores of reading: `make bench`, and the floors that `make test` holds.

    python bench/run.py [--floors] [--file GOLD.jsonl] [--misses]

Without --floors: the shipped model on dev.jsonl (which it never saw), beside the cross-validated scores on the training
articles that bench/train_reader.py left in bench/results/train.json. The shipped model has seen the training articles,
so scoring it on them would say nothing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import score

HERE = Path(__file__).parent
SURE = 0.9
FLOORS = HERE / "floors.json"


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--floors", action="store_true", help="fail when a score of dev is below bench/floors.json")
    parser.add_argument("--file", type=Path, default=HERE / "corpus" / "dev.jsonl", help="gold articles to score on")
    parser.add_argument("--misses", action="store_true", help="list every missed and every wrong claim")
    args = parser.parse_args()
    path, seconds, articles = predict(args.file)
    command = [sys.executable, str(HERE / "score.py"), str(args.file), str(path)]
    if not args.floors:
        subprocess.run([*command, *(["--misses"] if args.misses else [])], check=True)
        print_kinds(args.file, path)
        print(f"speed       {articles / seconds:.1f} articles a second and core (CPU time, plain text)")
        trained = HERE / "results" / "train.json"
        if trained.exists():
            for name, scores in json.loads(trained.read_text()).items():
                print(
                    f"cross-validated on {name}: milestones {scores['milestones']:.3f}, people {scores['people']:.3f}"
                )
        return 0
    got = json.loads(subprocess.run([*command, "--json"], check=True, capture_output=True, text=True).stdout)
    flat = {"milestones": got["milestones"]["f"], "people": got["people"]["f"], "quote": got["quote"], "time": got["time"],
            "modality": got["modality"], "source": got["source"]}  # fmt: skip
    failed = 0
    for name, floor in json.loads(FLOORS.read_text()).items():
        fine = flat[name] >= floor
        failed += not fine
        print(f"{name:<11} {flat[name]:.3f}  floor {floor:.3f}  {'ok' if fine else 'BELOW: see bench/README.md'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
