"""
Claims as callboard extracts them, for the articles backtest.

`shipped` runs the shipped reader over articles once, and keeps what it found until the articles or the reader change.
The train articles it has learned from, so what it finds there is better than what it finds elsewhere. `read_held_out`
trains a reader anew for each fold of titles, without that fold, and reads the fold with it; that takes some minutes,
and is kept as well:

    python bench/judge/extract.py        # the held-out claims of the train articles, into bench/results/
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from gold import predicted, training_files

from callboard.catalogue.starter import load_starter
from callboard.model import Json, title_key
from callboard.understand import scorer
from callboard.understand.reader import Reader

BENCH = Path(__file__).resolve().parents[1]
RESULTS = BENCH / "results"
FOLDS = 3
HELD_OUT = RESULTS / "train.held-out.predicted.jsonl"


def read(paths: Iterable[Path], reader: Reader | None = None) -> list[Json]:
    """The claims of every article of gold files, read without their answers: {"id", "published", "claims"}."""
    reader = reader or Reader.load(load_starter())
    return [predicted(reader, article) for path in paths for article in _articles(path)]


def shipped(name: str, paths: Iterable[Path]) -> Path:
    """
    The file of what the shipped reader finds in articles, read anew only where articles or reader have changed.

    Its first line has the state that it was made with, {"reader"}; the others are as of `read`.
    """
    articles = sorted(paths)
    target, state = RESULTS / f"{name}.shipped.predicted.jsonl", _digest([*articles, *_reader_files()])
    if not _holds(target, state):
        _write(target, state, read(articles))
    return target


def held_out() -> Path | None:
    """The held-out claims of the train articles, where they were made with corpus and reader as they are; else None."""
    return HELD_OUT if _holds(HELD_OUT, _training_state()) else None


def read_held_out() -> Path:
    """
    Train and read fold by fold: each claim of a train article from a reader that never saw an article of its fold.

    The file is as that of `shipped`.
    """
    import train_reader

    state, found = _training_state(), []
    named = {path.name: _articles(path) for path in training_files(BENCH / "corpus")}
    for fold in range(FOLDS):
        print(f"fold {fold + 1} of {FOLDS}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            here = Path(folder)
            (here / "corpus").mkdir()
            for clauses in _clauses():
                (here / "corpus" / clauses.name).write_bytes(clauses.read_bytes())
            for name, articles in named.items():
                kept = [json.dumps(article) + "\n" for article in articles if _fold_of(article) != fold]
                (here / "corpus" / name).write_text("".join(kept), "utf-8")
            train_reader.HERE, train_reader.TARGET = here, here / "model.npz"
            sys.argv = ["train_reader.py"]
            train_reader.main()
            reader = _reader_of(here)
        for name, articles in named.items():
            if name.startswith("train-"):
                found += [predicted(reader, article) for article in articles if _fold_of(article) == fold]
    _write(HELD_OUT, state, found)
    return HELD_OUT


def _clauses() -> list[Path]:
    return sorted((BENCH / "corpus").glob("clauses-*.tsv"))


def _articles(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _fold_of(article: Json) -> int:
    """By the title that an article is mostly about; not the folds that training itself uses, which must all have articles."""
    titles = [claim["title"] for claim in article["claims"]] or [article["id"]]
    most = max(sorted(set(titles)), key=titles.count)
    return int(hashlib.sha256(title_key(most).encode()).hexdigest(), 16) % FOLDS


def _reader_of(folder: Path) -> Reader:
    """The reader with the model of a folder in place of the shipped one."""
    shipped = scorer.files
    scorer.files = lambda _package: folder  # type: ignore[assignment, return-value]
    try:
        model = scorer.load_scorer.__wrapped__()
    finally:
        scorer.files = shipped
    return replace(Reader.load(load_starter()), scorer=model)


def _holds(path: Path, state: str) -> bool:
    """Whether a file was made in this state."""
    if not path.exists():
        return False
    with path.open(encoding="utf-8") as lines:
        return json.loads(next(lines, "{}")).get("reader") == state


def _write(path: Path, state: str, records: Iterable[Json]) -> None:
    path.parent.mkdir(exist_ok=True)
    lines = [json.dumps({"reader": state}), *(json.dumps(record, ensure_ascii=False) for record in records)]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _reader_files() -> list[Path]:
    """All that reading is made of: code, rules, model, and the catalogue that it is given."""
    code = Path(scorer.__file__).parent
    files = [*code.rglob("*"), *(code.parent / "catalogue").rglob("*")]
    return sorted(path for path in files if path.is_file() and path.suffix != ".pyc")


def _training_state() -> str:
    """A digest of all that the held-out claims are made from: the corpus, and how reading and training work."""
    corpus = [*training_files(BENCH / "corpus"), *_clauses()]
    reading = [path for path in _reader_files() if path.suffix != ".npz"]  # the shipped model is not read with
    return _digest([*corpus, *reading, *sorted(BENCH.glob("train_*.py"))])


def _digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()[:16]


if __name__ == "__main__":
    print(read_held_out())
