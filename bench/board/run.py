"""
Pages over a large ledger: how soon the first one is there, how many a second, how long the slowest take, how heavy they are.

    python bench/board/run.py [--claims 1000000] [--workers 2] [--wait 600] [--requests 3000] [--clients 4] [--seed 7]
        [--keep FOLDER]

A ledger of made-up claims (200 on each production, three years long, half of the productions silent for two years) is filled,
and `callboard serve` is started on it as processes of its own. The first pages are asked for at once. Then the server
is given time to prepare its pages (`--wait`, seconds), which all of the following find: how far it came is printed.
Productions are drawn by chance from all there are, so that hardly one is asked for twice; pages a second are those that
some clients get one after the other, and the slow ones are those of a hundred requests a second that come by chance.
Times are of the wall clock. The processor time of the server stands beside them, since clients and other work on the machine
share its cores; what prepares pages is counted apart.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import multiprocessing
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from callboard.model import Claim, Document, Event, Modality, Production, Span
from callboard.record.ledger import open_ledger
from callboard.show.addresses import slug_of
from callboard.when import When

AS_OF = dt.date(2026, 6, 1)
LEARNED = dt.datetime(2026, 5, 31, tzinfo=dt.UTC)
PER_PRODUCTION = 200
OUTLETS = ("Variety", "Deadline", "The Hollywood Reporter", "TVLine", "Collider")
# The events of a production's life with the share of its time at which each is told.
LIFE = (
    (Event.ORDER, 0.0),
    (Event.WRITING, 0.1),
    (Event.CASTING, 0.3),
    (Event.PREPARATION, 0.4),
    (Event.FILMING_START, 0.5),
    (Event.FILMING, 0.55),
    (Event.LOCATION, 0.6),
    (Event.FILMING_END, 0.75),
    (Event.POSTPRODUCTION, 0.8),
    (Event.RELEASE, 0.95),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer."""

    path: str
    ms: float
    size: int  # bytes before any compression


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--wait", type=float, default=600.0, help="seconds given to prepare pages")
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, default=None, help="folder for the ledger, used again where it is there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = args.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"board-{args.claims}.db"
        productions = make_productions(args.claims // PER_PRODUCTION)
        if not path.exists():
            start = time.perf_counter()
            fill(path, productions, random.Random(args.seed))
            print(
                f"filled {args.claims:,} claims on {len(productions):,} productions in {time.perf_counter() - start:.0f} s"
            )
        measure(path, productions, args)


def make_productions(count: int) -> list[Production]:
    """Seasons 1 to 3 of made-up titles."""
    return [Production(f"Made Series {number // 3:05d}", number % 3 + 1) for number in range(count)]


def fill(path: Path, productions: Sequence[Production], rng: random.Random) -> None:
    """Writes the ledger, a thousand productions in a transaction."""
    with open_ledger(path) as ledger:
        for first in range(0, len(productions), 1000):
            batch = (each for production in productions[first : first + 1000] for each in life_of(production, rng))
            ledger.append_many(batch, learned=LEARNED)


def life_of(production: Production, rng: random.Random) -> Iterator[tuple[Document, list[Claim]]]:
    """Articles of three years with ten claims each, in order."""
    start = AS_OF - dt.timedelta(rng.choice((1900, 900)) + rng.randrange(200))
    for number in range(PER_PRODUCTION // 10):
        share = number * 10 / PER_PRODUCTION
        told = [event for event, since in LIFE if since <= share]
        day = start + dt.timedelta(round(1095 * share) + rng.randrange(10))
        sentences = [f"{production} has news {number}-{k} of {rng.randrange(10**9)}." for k in range(10)]
        text = " ".join(sentences)
        claims, place = [], 0
        for sentence in sentences:
            claims.append(
                Claim(
                    production=production,
                    event=rng.choice(told[-3:]),
                    quote=Span(place, place + len(sentence), sentence),
                    modality=rng.choice((Modality.ASSERTED, Modality.ASSERTED, Modality.EXPECTED)),
                    platform="Netflix",
                )
            )
            place += len(sentence) + 1
        document = Document(
            text=text,
            outlet=rng.choice(OUTLETS),
            url=f"https://news.example/{slug_of(production)}/{number}",
            published=When.parse(day.isoformat()),
            published_confidence=1.0,
        )
        yield document, claims


def measure(path: Path, productions: Sequence[Production], args: argparse.Namespace) -> None:
    """Prints what serving the ledger takes."""
    command = [sys.executable, "-m", "callboard.cli.main", "serve", "--port", "0", "--as-of", AS_OF.isoformat()]
    command += ["--workers", str(args.workers), "--ledger", str(path)]
    started = time.perf_counter()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            match = re.search(r"http://([\d.]+):(\d+)/", server.stderr.readline())
            assert match, "the server did not start"
            where = match[1], int(match[2])
            drawn = random.Random(args.seed + 1)
            say("first page (the board)", where, "/", started)
            say("first production", where, f"/p/{slug_of(drawn.choice(productions))}", time.perf_counter())
            wait(path.with_suffix(".pages.db"), len(productions), args.wait)
            paths = [f"/p/{slug_of(drawn.choice(productions))}" for _ in range(args.requests)]
            report("productions", *ask(where, paths, args.clients, server.pid))
            report("the same again", *ask(where, paths, args.clients, server.pid))
            report("the board", *ask(where, ["/"] * args.requests, args.clients, server.pid))
            paths = [drawn.choice(["/", f"/p/{slug_of(drawn.choice(productions))}"]) for _ in range(2000)]
            report("both, 100 requests a second", *ask(where, paths, 16, server.pid, a_second=100.0))
        finally:
            server.terminate()


def wait(file: Path, productions: int, most_s: float) -> None:
    """Until every production's page is there whole, or the time is over; says how far it came."""
    start = time.perf_counter()
    counts = (0, 0)
    while counts[1] < productions and time.perf_counter() - start <= most_s:
        time.sleep(1)
        if file.exists():
            with sqlite3.connect(file) as db:
                counts = db.execute("SELECT count(*), coalesce(sum(is_whole), 0) FROM pages").fetchone()
    made, whole = counts
    print(f"prepared after {time.perf_counter() - start:.0f} s: {made:,} pages, {whole:,} of them whole", flush=True)


def say(what: str, where: tuple[str, int], path: str, since: float) -> None:
    """One page: how long it took since a moment, and how heavy it is."""
    (answer,) = _ask_some(where, [(0.0, path)], None)
    print(f"{what}: {time.perf_counter() - since:.2f} s, {answer.size / 1000:.0f} kB", flush=True)


def ask(
    where: tuple[str, int], paths: Sequence[str], clients: int, pid: int, *, a_second: float | None = None
) -> tuple[list[Asked], float, float]:
    """
    All answers, the seconds they took together, and the processor time of those that served.

    Without `a_second` each client asks for the next page when it has the last one; with it each request has its moment,
    drawn by chance (Poisson), from which its time is counted, whether or not a client was free.
    """
    drawn, at, plan = random.Random(1), 0.0, []
    for path in paths:
        at += drawn.expovariate(a_second) if a_second else 0.0
        plan.append((at, path))
    before, start = cpu_of(pid), time.time() + 0.5 if a_second else None
    began = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(clients if a_second is None else 2) as pool:
        if a_second is None:
            shares = [pool.apply_async(_ask_some, (where, plan[k::clients], None)) for k in range(clients)]
        else:
            shares = [pool.apply_async(_ask_many, (where, plan[k::2], start, clients // 2)) for k in range(2)]
        found = [each for share in shares for each in share.get()]
        seconds = time.perf_counter() - began
    return found, seconds, cpu_of(pid) - before


def _ask_many(where: tuple[str, int], plan: Sequence[tuple[float, str]], start: float, threads: int) -> list[Asked]:
    with ThreadPoolExecutor(threads) as pool:
        return [
            each
            for share in pool.map(lambda k: _ask_some(where, plan[k::threads], start), range(threads))
            for each in share
        ]


def _ask_some(where: tuple[str, int], plan: Sequence[tuple[float, str]], start: float | None) -> list[Asked]:
    connection = http.client.HTTPConnection(*where, timeout=600)
    found = []
    for at, path in plan:
        if start is not None:
            time.sleep(max(start + at - time.time(), 0.0))
        began = time.time() if start is None else start + at
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status)
        found.append(Asked(path, 1000 * (time.time() - began), len(body)))
    connection.close()
    return found


def report(what: str, found: Sequence[Asked], seconds: float, cpu_s: float) -> None:
    """A line of JSON: pages a second, milliseconds of the middle and of one in a hundred, kilobytes of the heaviest."""
    times = sorted(each.ms for each in found)
    line = {
        "what": what,
        "pages": len(found),
        "pages_s": round(len(found) / seconds, 1),
        "p50_ms": round(statistics.median(times), 1),
        "p99_ms": round(times[int(0.99 * (len(times) - 1))], 1),
        "heaviest_kb": round(max(each.size for each in found) / 1000, 1),
        "server_cpu_ms_a_page": round(1000 * cpu_s / len(found), 2),
    }
    print(json.dumps(line), flush=True)


def cpu_of(pid: int) -> float:
    """Seconds of processor that a process and those it started have used, less what works in the background (is nice)."""
    total = 0.0
    for each in (pid, *_children(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / 100 if int(fields[16]) <= 0 else 0.0
    return total


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


if __name__ == "__main__":
    main()
