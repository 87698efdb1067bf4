"""
How fast archives are read, and what the filter misses: `python bench/archive/run.py`.

Makes its own archive (bench/archive/made.py). Rates are pages for each second of computing, since machines are shared;
those by the clock are told beside. What is compared in the same run: reading the archive without any work, which is the
limit, and trafilatura alone on the same pages.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from made import Page, make_pages, write_archives

from callboard.archive.filter import make_filter, may_be_english, text_runs
from callboard.archive.pages import page_source
from callboard.archive.run import Progress, read_archives
from callboard.catalogue.starter import load_starter
from callboard.intake import Reading, load_tools, read_one
from callboard.read.child import Limits
from callboard.read.warc import Archived, read_archive

RESULTS = Path(__file__).parent / "results.json"
MAX_BYTES = 10_000_000
TRAFILATURA_PAGES = 60
GOLD_PAGES = 700  # articles of the corpus that make claims, by those who annotated them


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--pages", type=int, default=4_000)
    parser.add_argument("--archives", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--write", action="store_true", help="keep the results in results.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = measure(Path(folder), options.pages, options.archives, options.seed, options.workers)
    for name, value in results.items():
        print(f"{name:40} {value}")
    if options.write:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def measure(folder: Path, count: int, archives: int, seed: int, workers: list[int]) -> dict[str, object]:
    """Every figure by its name."""
    pages = make_pages(count, seed)
    paths = write_archives(pages, folder / "archives", archives)
    about = [page for page in pages if page.about]
    results: dict[str, object] = {
        "machine": f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "pages": count,
        "about productions": len(about),
        "mean page, kB": round(sum(len(page.body) for page in pages) / count / 1000),
    }
    split: dict[str, float] = {}  # seconds of each stage
    found, seconds = timed(lambda: [page for path in paths for page in read_archive(path, max_bytes=MAX_BYTES)])
    split["reading the archive"] = seconds
    archived = {page.url: page for page in found if isinstance(page, Archived)}
    assert [archived[page.url].body for page in pages] == [page.body for page in pages]
    results["reading without work, pages/s"] = rate(count, seconds)

    filter_ = make_filter(load_starter())
    texts, seconds = timed(lambda: [text_runs(page.body) for page in pages])
    results["cutting out text, pages/s"] = rate(count, seconds)
    passed, seconds = timed(lambda: {page.url for page in pages if filter_.passes_page(page.body)})
    results["filter with that, pages/s"] = rate(count, seconds)
    split["filter"] = seconds
    _, seconds = timed(lambda: sum(map(may_be_english, texts)))
    results["language of all, pages/s"] = rate(count, seconds)
    results["other news that passes the raw filter"] = share(count - len(about), len(passed - {p.url for p in about}))

    gold = make_pages(GOLD_PAGES, seed, share=1.0)
    looked = [filter_.passes_page(page.body) for page in gold]
    results[f"filter's recall on {GOLD_PAGES} articles with claims"] = round(sum(looked) / GOLD_PAGES, 4)

    tools = load_tools()

    def understood(some: Iterable[Page]) -> set[str]:
        return {
            page.url
            for page in some
            for item in read_one(page_source(archived[page.url]), tools, lambda _: False, MAX_BYTES)
            if isinstance(item, Reading) and item.claims
        }

    _, seconds = timed(lambda: [list(tools.read(None, page.body, url=page.url)) for page in about])
    results["page to text, pages/s"] = rate(len(about), seconds)
    each_s = seconds / len(about)
    with_claims, seconds = timed(lambda: understood(about), times=1)
    results["page to claims, pages/s"] = rate(len(about), seconds)
    split["html to text"] = each_s * len(passed)
    split["understanding"] = (seconds / len(about) - each_s) * len(passed)
    results["pages with claims, unfiltered"] = len(with_claims)
    results["trafilatura alone, pages/s"] = rate(TRAFILATURA_PAGES, trafilatura_s(pages[:TRAFILATURA_PAGES]))

    walls: dict[int, float] = {}
    for number in workers:
        out = folder / f"out-{number}"
        with Memory() as memory:
            progress, walls[number] = whole(paths, out, number)
        assert progress.counts.pages == count, progress
        results[f"{number} workers: pages/s and core"] = rate(count, progress.cpu_s)
        if number == 1:
            split["loading, processes, writing"] = progress.cpu_s - sum(split.values())
            for stage, spent_s in split.items():
                results[f"of that, ms a page: {stage}"] = round(1000 * spent_s / count, 3)
            results["pages/s and core without understanding"] = rate(count, progress.cpu_s - split["understanding"])
        results[f"{number} workers: pages/s by the clock"] = rate(count, walls[number])
        results[f"{number} workers: most memory each, MB"] = round(memory.most_mb / number)
        kept = {json.loads(line).get("url") for file in out.glob("*.jsonl") for line in file.open(encoding="utf-8")}
        results["recall on pages with claims"] = round(len(with_claims & kept) / max(len(with_claims), 1), 4)
        results["missed"] = sorted(with_claims - kept)[:10]
        results["pages that are parsed"] = progress.counts.passed
        results["other news that is kept"] = share(count - len(about), len(kept - {None} - {p.url for p in about}))
        shutil.rmtree(out)
    if 1 in walls and 2 in walls:
        results["2 workers against 1, by the clock"] = round(walls[1] / walls[2], 2)
    return results


def whole(paths: list[Path], out: Path, workers: int) -> tuple[Progress, float]:
    """The last progress of callboard archive, and seconds by the clock with those to load."""
    start = time.monotonic()
    last = Progress(archives=len(paths))
    for step in read_archives(paths, out, limits=Limits(), max_page_mb=10, workers=workers, memory_mb=300):
        assert isinstance(step, Progress), step
        last = step
    return last, time.monotonic() - start


def trafilatura_s(pages: list[Page]) -> float:
    from trafilatura import extract

    return timed(lambda: [extract(page.body.decode(), fast=True, include_comments=False) for page in pages], times=1)[1]


class Memory:
    """The most memory that all processes below this one had at once, looked at four times a second."""

    def __init__(self) -> None:
        self.most_mb = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(0.25):
            parents: dict[int, int] = {}
            sizes: dict[int, int] = {}
            for status in Path("/proc").glob("[0-9]*/status"):
                try:
                    fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                except OSError:
                    continue
                pid = int(status.parent.name)
                parents[pid] = int(fields["PPid"])
                sizes[pid] = int(fields.get("VmRSS", "0 kB").split()[0])
            below = {os.getpid()}
            for _ in range(3):
                below |= {pid for pid, parent in parents.items() if parent in below}
            below.discard(os.getpid())
            self.most_mb = max(self.most_mb, sum(sizes[pid] for pid in below) / 1000)


def timed(what: Callable[[], object], times: int = 3) -> tuple[object, float]:
    """What it gives, and the seconds of computing of the fastest of some times: other programs slow the others down."""
    least = float("inf")
    for _ in range(times):
        start = time.process_time()
        given = what()
        least = min(least, time.process_time() - start)
    return given, least


def rate(count: int, seconds: float) -> float:
    return round(count / max(seconds, 1e-9), 1)


def share(of: int, part: int) -> str:
    return f"{part / max(of, 1):.1%}"


if __name__ == "__main__":
    main()
