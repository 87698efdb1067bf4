"""
Make the title tables of the starter catalogue again: `python -m callboard.catalogue.build`.

Reads `titles.csv`, `well_known.tsv` and `production_histories.csv` of bench/data, and the training articles of
bench/corpus (for the words that are common in the press), from the checkout this is run in. The output is the same,
byte for byte, each time.
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
from typing import NamedTuple

from callboard.catalogue.starter import read_rows
from callboard.model import title_key

DATA = Path(__file__).parent / "data"


def build(bench: Path) -> None:
    """Write titles, credits, seasons and words into the package's data folder."""
    with (bench / "data" / "titles.csv").open(encoding="utf-8", newline="") as file:
        titles = list(csv.DictReader(file))
    with (bench / "data" / "production_histories.csv").open(encoding="utf-8", newline="") as file:
        histories = list(csv.DictReader(file))
    with (bench / "data" / "well_known.tsv").open(encoding="utf-8", newline="") as file:
        well_known = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = []
    for row in titles:
        seasons = row["seasons"] if row["seasons"].isdigit() and int(row["seasons"]) < 100 else ""
        rows.append(_Row(row["title"].strip(), row["kind"], row["year"][:4], seasons, row["platforms"], "", ""))
    aliases = {title_key(alias) for alias, _ in read_rows("aliases.tsv")}
    rows = _with_well_known(rows, [row for row in well_known if title_key(row["title"]) not in aliases])
    known = {title_key(row.title) for row in rows}
    for name in dict.fromkeys(history["title"] for history in histories):
        if title_key(name) not in known:
            first = next(history for history in histories if history["title"] == name)
            kind = "film" if first["kind"] == "film" else "series"
            rows.append(_Row(name, kind, first["release_date"][:4], "", first["platform"], first["country"], ""))
    _write("titles.tsv.gz", f"key {' '.join(_Row._fields)}", sorted((title_key(row.title), *row) for row in rows))
    credits: dict[str, set[str]] = {}
    for title, names in [(r["title"], r["cast"]) for r in titles] + [(r["title"], r["people"]) for r in well_known]:
        full = {name.strip() for name in names.split(";") if 1 <= name.strip().count(" ") <= 3 and "\t" not in name}
        if full:
            credits.setdefault(title_key(title), set()).update(full)
    _write("credits.tsv.gz", "key people", sorted((key, "; ".join(sorted(full))) for key, full in credits.items()))
    fields = ("title", "season", "order_date", "filming_start", "filming_end", "release_date")
    dated = [
        tuple(history[field] for field in fields)
        for history in histories
        if history["season"].isdigit() or not history["season"]
    ]
    _write("seasons.tsv", "title season order filming_start filming_end release", dated)
    _write("words.tsv.gz", "word", sorted((word,) for word in _common_words(bench)))


class _Row(NamedTuple):
    """A title as `titles.tsv.gz` holds it; all parts as text, empty where they are not known."""

    title: str
    kind: str
    year: str
    seasons: str
    platforms: str
    country: str
    years: str  # in which each season came out, in order, divided by commas


def _with_well_known(rows: list[_Row], well_known: list[dict[str, str]]) -> list[_Row]:
    """The rows with what is generally known of them, and the well-known titles that none of them is."""
    by_name: dict[tuple[str, str], list[int]] = {}
    for i, row in enumerate(rows):
        by_name.setdefault((title_key(row.title), row.kind), []).append(i)
    rows = list(rows)
    for one in well_known:
        years = _years(one["years"])
        series = one["kind"] in ("series", "miniseries")
        kind, first = "series" if series else "film", years[0].rstrip("?")
        whole = ",".join(years) if series and not years[0].endswith("?") else ""
        # Catalogues differ by a year on what a first release is; a title without a year is the one of its name.
        same = [
            i
            for i in by_name.get((title_key(one["title"]), kind), [])
            if not rows[i].year or abs(int(rows[i].year) - int(first)) <= 1
        ]
        seasons = str(len(years)) if whole else ""
        for i in same:
            old = rows[i]
            rows[i] = old._replace(
                seasons=max(old.seasons, seasons, key=lambda n: int(n or 0)),
                country=old.country or one["country"],
                year=old.year or first,
                years=whole,
            )
        if not same:
            rows.append(_Row(one["title"], kind, first, seasons, one["platform"], one["country"], whole))
    return rows


def _years(text: str) -> list[str]:
    """The year of each season: "1999..2001,2003" has four."""
    years: list[str] = []
    for part in text.split(","):
        first, _, last = part.partition("..")
        years += [str(year) for year in range(int(first), int(last) + 1)] if last else [part]
    return years


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
