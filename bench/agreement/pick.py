"""
Print the articles that a second reader annotates, without their claims.

    python bench/agreement/pick.py

Six articles with at least two claims are drawn from each `extra` file of the corpus with a fixed seed. The draw ran
once; `second-reader.jsonl` holds its ids, and later edits of the corpus may change what the same seed would draw.
"""

import json
import random
from pathlib import Path

SEED, PER_FILE, LEAST_CLAIMS = 20240511, 6, 2
CORPUS = Path(__file__).parents[1] / "corpus"


def pick():
    """The drawn articles, file by file."""
    rng = random.Random(SEED)
    drawn = []
    for path in sorted(CORPUS.glob("extra-*.jsonl")):
        articles = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        eligible = sorted((a for a in articles if len(a["claims"]) >= LEAST_CLAIMS), key=lambda a: a["id"])
        drawn += rng.sample(eligible, PER_FILE)
    return drawn


if __name__ == "__main__":
    for article in pick():
        given = "given" if article["published_given"] else "withheld"
        print(
            f"=== {article['id']} | {article['kind']} | {article['published']} | {given} | {article['outlet']} | {article['source_url']}"
        )
        print(article["headline"], "---", article["text"], "---", sep="\n")
