"""
How many copies of the corpus' articles are known for copies, and how many different articles are taken for one.

    python bench/ledger/copies.py [--seed 7]

Each article is cut, wrapped, reworded or put into another one; found is what shares a sentence or a band with the original
and is like enough. Of the articles themselves every pair is compared: all of them are different.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

from callboard.record.sketches import Sketch, likeness, sketch

CORPUS = Path(__file__).parents[1] / "corpus"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=7)
    rng = random.Random(parser.parse_args().seed)
    texts = [
        json.loads(line)["text"] for path in sorted(CORPUS.glob("*.jsonl")) for line in path.open(encoding="utf-8")
    ]
    start = time.process_time()
    sketches = [sketch(text) for text in texts]
    print(f"{len(texts) / (time.process_time() - start):,.0f} sketches/s of processor time")
    wrong = sum(is_found(one, other) for n, one in enumerate(sketches) for other in sketches[:n])
    print(f"{wrong} of {len(texts) * (len(texts) - 1) // 2:,} pairs of different articles taken for one")
    long = [(text, made) for text, made in zip(texts, sketches, strict=True) if len(text.split()) >= 60]
    changes: dict[str, Callable[[str], str]] = {
        "cut to a half": lambda text: cut(text, 0.5),
        "cut to a third": lambda text: cut(text, 0.34),
        "wrapped anew": lambda text: textwrap.fill(text, 50),
        "one word in 20 changed": lambda text: reword(text, 20, rng),
        "one word in 14 changed": lambda text: reword(text, 14, rng),
        "one word in 10 changed": lambda text: reword(text, 10, rng),
        "inside another article": lambda text: f"{text} {rng.choice(long)[0]}",
    }
    for name, change in changes.items():
        found = sum(is_found(sketch(change(text)), made) for text, made in long)
        print(f"{name:<24} {found / len(long):.3f} of {len(long)} found")


def is_found(one: Sketch, other: Sketch) -> bool:
    """Whether two texts would become a pair in a ledger that holds nothing else."""
    common = one.sentences.keys() & other.sentences.keys()
    if not common and set(one.bands).isdisjoint(other.bands):
        return False
    return likeness(one, other.values, len(other.sentences), common) > 0


def cut(text: str, share: float) -> str:
    """The first sentences of a text."""
    sentences = re.split(r"(?<=[.!?])\s+", text)
    return " ".join(sentences[: max(1, int(len(sentences) * share))])


def reword(text: str, every: int, rng: random.Random) -> str:
    """One word of so many replaced, from a random place on."""
    words = text.split()
    for place in range(rng.randrange(every), len(words), every):
        words[place] = "other"
    return " ".join(words)


if __name__ == "__main__":
    main()
