"""The corpus read again and again, by several processes at once and in any order, by the reader that is shipped."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from promises import Proof

from callboard.record.ledger import open_ledger

AGAIN = Path(__file__).parent / "again.py"
CORPUS = Path(__file__).parents[2] / "bench" / "corpus"


def read_at_once(path: Path, articles: Path, seeds: range) -> int:
    """How many claims were new to the processes together, each of which reads all articles in its own order."""
    processes = [
        subprocess.Popen([sys.executable, str(AGAIN), str(path), str(articles), str(seed)], stdout=subprocess.PIPE)
        for seed in seeds
    ]
    said = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return sum(map(int, said))


def state_of(path: Path) -> tuple[int, str]:
    with open_ledger(path) as ledger:
        assert ledger.check().problems == ()
        return ledger.version(), hashlib.sha256("\n".join(ledger.export_lines()).encode()).hexdigest()


@pytest.mark.promise(3)
def test_the_corpus_again_and_again_gives_the_same_ledger(tmp_path: Path, proof: Proof) -> None:
    """By processes at once, each in another order: as one process alone gives it, and no row more."""
    lines = [line for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    lines = lines[:: len(lines) // proof.amount(quick=25, whole=len(lines))]
    articles = tmp_path / "articles.jsonl"
    keep = ("id", "url", "outlet", "headline", "text", "published")
    rows = ({name: value for name, value in json.loads(line).items() if name in keep} for line in lines)
    articles.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    alone, path = tmp_path / "alone.db", tmp_path / "together.db"
    new = read_at_once(alone, articles, range(1))
    expected = state_of(alone)
    assert new > 10
    rounds, processes = proof.amount(quick=2, whole=3), proof.amount(quick=2, whole=4)
    for number in range(rounds):
        added = read_at_once(path, articles, range(processes * number + 1, processes * (number + 1) + 1))
        assert added == (0 if number else new)
        assert state_of(path) == expected, f"round {number + 1}"
    proof.count("articles", len(lines))
    proof.count("readings of each", processes * rounds)
    proof.count("new rows after the first round", 0)
