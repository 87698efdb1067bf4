"""
Measures the matcher: `python bench/catalogue/matcher.py [--titles 1000000] [--megabytes 20] [--seed 7]`.

Names as in made.py (a third of common words, a sixth of people, some of places and companies); the text is that of the
benchmark's training articles, over and over. Building, the file's size, loading in a fresh process, and scanning: with
mentions made (`find`) and without (`count`, the look at a page's bytes). CPU seconds stand beside the clock's.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from made import _inventor

from callboard.catalogue.matcher import Matcher, build_matcher
from callboard.catalogue.starter import load_starter

CORPUS = Path(__file__).parents[1] / "corpus"
_LOAD = """
import sys, time
from pathlib import Path
from callboard.catalogue.matcher import Matcher
clock, cpu = time.perf_counter(), time.process_time()
Matcher(Path(sys.argv[1])).find("nothing")
print(f"{time.perf_counter() - clock:.3f} s, {time.process_time() - cpu:.3f} s of CPU")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=int, default=1_000_000)
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    invent = _inventor(random.Random(args.seed))
    names: dict[str, None] = {}
    while len(names) < args.titles:
        names[invent()] = None
    articles = [
        json.loads(line)["text"]
        for path in sorted(CORPUS.glob("train-*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    size = sum(len(text.encode()) for text in articles)
    texts = articles * max(1, round(args.megabytes * 1e6 / size))
    megabytes = size * (len(texts) / len(articles)) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "titles.matcher"
        clock, cpu = time.perf_counter(), time.process_time()
        known = build_matcher(names, path, load_starter().words)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"build  {known:,} names: {time.perf_counter() - clock:.1f} s, {time.process_time() - cpu:.1f} s of CPU, "
            f"{path.stat().st_size / 1e6:.0f} MB, peak {peak:.0f} MiB",
            flush=True,
        )
        loaded = subprocess.run([sys.executable, "-c", _LOAD, str(path)], capture_output=True, text=True, check=True)
        print(f"load   {loaded.stdout.strip()}", flush=True)
        matcher = Matcher(path)
        for what, scan in (
            ("find ", lambda text: len(matcher.find(text))),
            ("count", lambda text: matcher.count(text.encode())),
        ):
            clock, cpu = time.perf_counter(), time.process_time()
            found = sum(scan(text) for text in texts)
            took, busy = time.perf_counter() - clock, time.process_time() - cpu
            print(
                f"{what}  {megabytes:.0f} MB: {megabytes / took:.1f} MB/s, {megabytes / busy:.1f} MB per second of CPU, "
                f"{found / megabytes / 1000:.1f} names a kB",
                flush=True,
            )


if __name__ == "__main__":
    main()
