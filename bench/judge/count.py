"""
Count what articles say of productions in each stage: `python bench/judge/count.py`, the figures behind `SPEAKS`.

For each event and modality: in how many of the train articles' productions that were in development, ordered (or in
preparation), filming, in post-production and released, by the histories, such a claim was made. The table in
`callboard/judge/strengths.py` adds the like counts of productions that no history knows and whose stage the article's
own hard dates settle.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from pathlib import Path

from articles import find_cases, read_articles

from callboard.judge.train import read_histories

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("development", "ordered", "filming", "postproduction", "released")


def main() -> int:
    """Print one line for each event and modality."""
    histories = read_histories(sorted((ROOT / "data").glob("*histories.csv")))
    articles = read_articles(sorted((ROOT / "corpus").glob("train-*.jsonl")))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case in find_cases(articles, histories):
        counts["(productions)"][case.truth] += 1
        claims = [r.claim for r in case.article.reports if r.claim.production == case.production]
        for name in {f"{claim.event} {claim.modality}" for claim in claims}:
            counts[name][case.truth] += 1
    print(f"{'':28}" + "".join(f"{stage:>16}" for stage in STAGES))
    for name, row in sorted(counts.items()):
        print(f"{name:28}" + "".join(f"{row[stage]:16}" for stage in STAGES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
