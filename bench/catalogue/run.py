"""
Imports IMDb-shaped files of any size, and reads the benchmark's articles with what was imported.

    python bench/catalogue/run.py [--rows 10000000] [--seed 7] [--read] [--keep FOLDER]

Rows a second and the most memory in use; how long a look-up takes; the same files a second time, which must change
nothing. With --read, bench/corpus/dev.jsonl is read five times: with the starter catalogue, with imported titles behind it
that no article speaks of, with all imported titles, with the articles' own titles taken out of the starter, and with them
brought back by the import. A title is right where a claim of the article has a predicted one of the same title (and the
same season), so what the reader misses altogether counts as wrong.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from made import OwnTitle, make_files

from callboard.catalogue.catalogue import Catalogue, Title
from callboard.catalogue.imports.formats import format_of
from callboard.catalogue.imports.importing import import_file
from callboard.catalogue.starter import load_starter
from callboard.catalogue.user import with_user
from callboard.model import Document, title_key
from callboard.when import When

GOLD = Path(__file__).parents[1] / "corpus" / "dev.jsonl"
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000, help="of the three files together")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--read", action="store_true", help="read the articles of dev, too")
    parser.add_argument("--keep", type=Path, default=None, help="folder for the files and the catalogue; else removed")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = args.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        store = folder / "catalogue.db"
        if store.exists():
            sys.exit(f"{store} is there already; give an empty folder, so that the first import is the first")
        articles = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()] if args.read else []
        paths = make_files(folder, args.rows, args.seed, _own_titles(articles))
        measure_import(store, paths)
        measure_lookup(store, args.seed)
        if args.read:
            measure_reading(store, articles)


def measure_import(store: Path, paths: Sequence[Path]) -> None:
    """Prints rows a second, the first and the second time, and the most memory that the process held."""
    for what in ("first", "again"):
        rows, seconds, differing = 0, 0.0, 0
        for path in paths:
            start = time.perf_counter()
            imported = import_file(store, path, format_of(path), now=NOW)
            took = time.perf_counter() - start
            print(f"{what:6} {path.name:22} {imported.rows:>10,} rows {took:7.1f} s  {imported}", flush=True)
            rows, seconds = rows + imported.rows, seconds + took
            differing += imported.new + imported.changed + imported.facts
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = store.stat().st_size / 1e6
        print(
            f"{what:6} all                    {rows:>10,} rows {seconds:7.1f} s  {rows / seconds:,.0f} rows/s, peak {peak:.0f} MiB, "
            f"file {size:.0f} MB, {differing:,} differing",
            flush=True,
        )


def measure_lookup(store: Path, seed: int) -> None:
    """Prints how long a name takes to be found, or to be found missing."""
    start = time.perf_counter()
    catalogue = with_user(load_starter(), store)
    _ = "zzzz" in catalogue.titles
    print(f"open   {1000 * (time.perf_counter() - start):.1f} ms to the first look-up")
    assert catalogue.added is not None
    keys = random.Random(seed).sample(catalogue.added.keys_like("zel") or ["zel"], k=1) + [
        f"zel{n}" for n in range(2000)
    ]
    start = time.perf_counter()
    for key in keys:
        _ = key in catalogue.titles
    print(f"miss   {1e6 * (time.perf_counter() - start) / len(keys):.0f} µs a name")
    found = catalogue.added.keys_like("the")[:500] + catalogue.added.keys_like("zel")[:500]
    start = time.perf_counter()
    for key in found:
        catalogue.added.named(key)
    print(f"hit    {1e6 * (time.perf_counter() - start) / max(1, len(found)):.0f} µs a name with its titles")


def measure_reading(store: Path, articles: list[dict[str, object]]) -> None:
    """Prints how many claims of the articles find their title and season, by what the catalogue knows."""
    starter = load_starter()
    own = {title_key(own.name) for own in _own_titles(articles)}
    without = replace(
        starter,
        titles=_Without(starter.titles, own),
        aliases={alias: key for alias, key in starter.aliases.items() if key not in own},
    )
    joined = with_user(starter, store)
    strangers = replace(joined, titles=_Without(joined.titles, own - set(starter.titles)))
    first: list[list[str]] = []
    for what, catalogue in (
        ("starter", starter),
        ("starter and others", strangers),
        ("starter and import", joined),
        ("own titles removed", without),
        ("removed, and import", with_user(without, store)),
    ):
        start = time.process_time()
        read = [_read(catalogue, article) for article in articles]
        seconds = time.process_time() - start
        pairs = [(gold, found) for article, found in zip(articles, read, strict=True) for gold in _gold(article)]
        right = sum(gold in found for gold, found in pairs) / len(pairs)
        titles = sum(gold[0] in {title for title, _ in found} for gold, found in pairs) / len(pairs)
        spoken = [each for found in read for each in found]
        golden = {id(found): set(_gold(article)) for article, found in zip(articles, read, strict=True)}
        wrong = sum(each not in golden[id(found)] for found in read for each in found) / max(1, len(spoken))
        told = [sorted(map(str, found)) for found in read]
        first = first or told
        equal = sum(one == other for one, other in zip(told, first, strict=True))
        print(
            f"{what:20} title {titles:.3f}, title and season {right:.3f}, wrong productions {wrong:.3f}, "
            f"as with the starter in {equal} of {len(articles)}, {len(articles) / seconds:.0f} articles/s",
            flush=True,
        )


def _read(catalogue: Catalogue, article: dict[str, object]) -> set[tuple[str, int | None]]:
    from callboard.understand.reader import Reader

    known = _READERS.setdefault(id(catalogue), Reader.load(catalogue))
    document = Document(
        text=str(article["text"]),
        headline=str(article["headline"]),
        outlet=str(article["outlet"]) if article["outlet"] else None,
        url=str(article["source_url"]) if article["source_url"] else None,
        published=When.parse(str(article["published"])) if article["published_given"] else None,
    )
    _, claims = known.understand(document)
    return {(title_key(claim.production.title), claim.production.season) for claim in claims}


_READERS: dict[int, object] = {}


def _gold(article: dict[str, object]) -> list[tuple[str, int | None]]:
    claims = article["claims"]
    assert isinstance(claims, list)
    return list(dict.fromkeys((title_key(claim["title"]), claim["season"]) for claim in claims))


def _own_titles(articles: list[dict[str, object]]) -> list[OwnTitle]:
    """The titles that articles speak of, with IMDb's word for their kind."""
    found: dict[str, str] = {}
    for article in articles:
        claims = article["claims"]
        assert isinstance(claims, list)
        for claim in claims:
            made = claim
            found[made["title"]] = "tvSeries" if made["season"] is not None else found.get(made["title"], "movie")
    return [OwnTitle(name, kind) for name, kind in found.items()]


class _Without(Mapping[str, Sequence[Title]]):
    """The starter's titles but some."""

    def __init__(self, titles: Mapping[str, Sequence[Title]], removed: set[str]) -> None:
        self._titles, self._removed = titles, removed

    def __getitem__(self, key: str) -> Sequence[Title]:
        if key in self._removed:
            raise KeyError(key)
        return self._titles[key]

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._titles if key not in self._removed)

    def __len__(self) -> int:
        return sum(1 for _ in self)


if __name__ == "__main__":
    main()
