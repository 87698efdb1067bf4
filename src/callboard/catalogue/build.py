"""
Make the title tables of the starter catalogue again: `python -m callboard.catalogue.build`.

Reads `titles.csv` and `production_histories.csv` of bench/data, and the training articles of bench/corpus (for the
words that are common in the press), from the checkout this is run in. The output is the same, byte for byte, each time.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from callboard.model import title_key

DATA = Path(__file__).parent / "data"


def build(bench: Path) -> None:
    """Write titles, people, seasons and words into the package's data folder."""
    with (bench / "data" / "titles.csv").open(encoding="utf-8", newline="") as file:
        titles = list(csv.DictReader(file))
    with (bench / "data" / "production_histories.csv").open(encoding="utf-8", newline="") as file:
        histories = list(csv.DictReader(file))
    rows = []
    for row in titles:
        seasons = row["seasons"] if row["seasons"].isdigit() and int(row["seasons"]) < 100 else ""
        rows.append((row["title"].strip(), row["kind"], row["year"][:4], seasons, row["platforms"], ""))
    known = {title_key(row[0]) for row in rows}
    for name in dict.fromkeys(history["title"] for history in histories):
        if title_key(name) not in known:
            first = next(history for history in histories if history["title"] == name)
            kind = "film" if first["kind"] == "film" else "series"
            rows.append((name, kind, first["release_date"][:4], "", first["platform"], first["country"]))
    _write(
        "titles.tsv.gz",
        "key title kind year seasons platforms country",
        sorted((title_key(row[0]), *row) for row in rows),
    )
    people = {name.strip() for row in titles for name in row["cast"].split(";")}
    _write(
        "people.tsv.gz", "name", sorted((name,) for name in people if 1 <= name.count(" ") <= 3 and "\t" not in name)
    )
    fields = ("title", "season", "order_date", "filming_start", "filming_end", "release_date")
    dated = [
        tuple(history[field] for field in fields)
        for history in histories
        if history["season"].isdigit() or not history["season"]
    ]
    _write("seasons.tsv", "title season order filming_start filming_end release", dated)
    _write("words.tsv.gz", "word", sorted((word,) for word in _common_words(bench)))


def _common_words(bench: Path) -> Iterable[str]:
    """Words that stand in lower case in at least two training articles."""
    count: Counter[str] = Counter()
    for path in sorted((bench / "corpus").glob("train-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            count.update(set(re.findall(r"\b[a-z]{2,}\b", json.loads(line)["text"])))
    return (word for word, articles in count.items() if articles >= 2)


def _write(name: str, header: str, rows: Iterable[tuple[str, ...]]) -> None:
    lines = ["\t".join(header.split()), *("\t".join(row) for row in rows)]
    data = ("\n".join(lines) + "\n").encode()
    (DATA / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "bench")
    if not (folder / "data" / "titles.csv").exists():
        sys.exit(f"{folder}: no data/titles.csv in it; run this at the root of a checkout, or name its bench folder")
    build(folder)
