"""
What a reader finds in articles, kept until the articles or the reader change.

A reader finds more in articles that it has learned from than elsewhere. `make model` therefore leaves what its models found
in each article while that one was held out, and backtests take it from here. It is still a little too kind: which titles
are likely is asked with the true year of undated articles, and forests have learned from linear models of other folds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from gold import training_files

from callboard.model import Json
from callboard.understand import scorer

BENCH = Path(__file__).parent
HELD_OUT = BENCH / "results" / "held-out.predicted.jsonl"


def held_out() -> Path | None:
    """The held-out claims of all articles to learn from, where they were made with corpus and reader as they are; else None."""
    return HELD_OUT if holds(HELD_OUT, training_state()) else None


def holds(path: Path, state: str) -> bool:
    """Whether a file was made in this state."""
    if not path.exists():
        return False
    with path.open(encoding="utf-8") as lines:
        return json.loads(next(lines, "{}")).get("reader") == state


def write(path: Path, state: str, records: Iterable[Json]) -> None:
    """Predicted claims, {"id", "published", "claims"}, behind a line with the state that they were made in."""
    path.parent.mkdir(exist_ok=True)
    lines = [json.dumps({"reader": state}), *(json.dumps(record, ensure_ascii=False) for record in records)]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def reader_files() -> list[Path]:
    """All that reading is made of: code, rules, model, and the catalogue that it is given."""
    code = Path(scorer.__file__).parent
    files = [*code.rglob("*"), *(code.parent / "catalogue").rglob("*")]
    return sorted(path for path in files if path.is_file() and path.suffix != ".pyc")


def training_state() -> str:
    """A digest of all that the held-out claims are made from: the corpus, and how reading and training work."""
    corpus = [*training_files(BENCH / "corpus"), *sorted((BENCH / "corpus").glob("clauses-*.tsv"))]
    # the shipped model is not read with
    reading = [path for path in reader_files() if path.suffix not in (".npz", ".onnx")]
    training = [
        *BENCH.glob("train_*.py"),
        *(BENCH / f"{name}.py" for name in ("fitting", "gold", "knowledge", "pages", "score")),
    ]
    return digest([*corpus, *reading, *sorted(training)])


def digest(paths: Iterable[Path]) -> str:
    """A short digest of the names and bytes of files."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()[:16]
