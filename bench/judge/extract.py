"""
Claims as callboard extracts them, for the articles backtest.

`shipped` runs the shipped reader over articles once, and keeps what it found until the articles or the reader change.
The train articles it has learned from, so what it finds there is better than what it finds elsewhere; what readers found
there that had not is left by `make model`, see `bench/held_out.py`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from gold import predicted
from held_out import BENCH, digest, holds, reader_files, write

from callboard.catalogue.starter import load_starter
from callboard.model import Json
from callboard.understand.reader import Reader


def read(paths: Iterable[Path], reader: Reader | None = None) -> list[Json]:
    """The claims of every article of gold files, read without their answers: {"id", "published", "claims"}."""
    reader = reader or Reader.load(load_starter())
    return [predicted(reader, json.loads(line)) for path in paths for line in path.read_text("utf-8").splitlines()]


def shipped(name: str, paths: Iterable[Path]) -> Path:
    """
    The file of what the shipped reader finds in articles, read anew only where articles or reader have changed.

    Its first line has the state that it was made with, {"reader"}; the others are as of `read`.
    """
    articles = sorted(paths)
    target, state = BENCH / "results" / f"{name}.shipped.predicted.jsonl", digest([*articles, *reader_files()])
    if not holds(target, state):
        write(target, state, read(articles))
    return target
