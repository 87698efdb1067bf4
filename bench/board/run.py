"""
Pages over a large ledger: how soon the first one is there, how many a second, how long the slowest take, how heavy they are.

    python bench/board/run.py [--claims 1000000] [--requests 2000] [--clients 8] [--seed 7] [--keep FOLDER]

A ledger of made-up claims (200 on each production, three years long, half of the productions silent for two years) is filled,
and `callboard serve` is started on it as a process of its own. Pages are asked for over loopback by as many clients at
once: the board, and productions drawn by chance, most of them for the first time. Times are of the wall clock; the
processor time of the server stands beside them, since other work on the machine slows the one and hardly the other.
One process serves; two of them, behind whatever shares a port, would serve twice as many.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

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
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=8)
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
    started = time.perf_counter()
    with subprocess.Popen([*command, "--ledger", str(path)], stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            match = re.search(r"http://[\d.]+:\d+/", server.stderr.readline())
            assert match, "the server did not start"
            with httpx.Client(base_url=match[0], trust_env=False, timeout=3600) as client:
                say("first page (a production)", client, f"/p/{slug_of(productions[0])}", started, server.pid)
                say("first board", client, "/", time.perf_counter(), server.pid)
                say("board again", client, "/", time.perf_counter(), server.pid)
            rng = random.Random(args.seed + 1)
            paths = [f"/p/{slug_of(rng.choice(productions))}" for _ in range(args.requests)]
            report("productions", ask(match[0], paths, args.clients), server.pid)
            report("the same again", ask(match[0], paths, args.clients), server.pid)
            report("the board", ask(match[0], ["/"] * args.requests, args.clients), server.pid)
        finally:
            server.terminate()


def say(what: str, client: httpx.Client, path: str, since: float, pid: int) -> None:
    """One page: how long it took since a moment, and how heavy it is."""
    answer = client.get(path)
    answer.raise_for_status()
    seconds = time.perf_counter() - since
    print(f"{what}: {seconds:.2f} s, {len(answer.content) / 1000:.0f} kB, server {cpu_of(pid):.1f} s of processor")


def ask(base: str, paths: Sequence[str], clients: int) -> tuple[list[Asked], float]:
    """All answers, asked for by several clients at once, and the seconds they took together."""
    found: list[Asked] = []

    def one(share: Sequence[str]) -> None:
        with httpx.Client(base_url=base, trust_env=False, timeout=3600) as client:
            for path in share:
                start = time.perf_counter()
                answer = client.get(path)
                answer.raise_for_status()
                found.append(Asked(path, 1000 * (time.perf_counter() - start), len(answer.content)))

    threads = [threading.Thread(target=one, args=(paths[k::clients],)) for k in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found, time.perf_counter() - start


def report(what: str, asked: tuple[list[Asked], float], pid: int) -> None:
    """A line of JSON: pages a second, milliseconds of the middle and of one in a hundred, kilobytes of the heaviest."""
    found, seconds = asked
    times = sorted(each.ms for each in found)
    line = {
        "what": what,
        "pages": len(found),
        "pages_s": round(len(found) / seconds, 1),
        "p50_ms": round(statistics.median(times), 1),
        "p99_ms": round(times[int(0.99 * (len(times) - 1))], 1),
        "heaviest_kb": round(max(each.size for each in found) / 1000, 1),
        "server_cpu_s": round(cpu_of(pid), 1),
    }
    print(json.dumps(line), flush=True)


def cpu_of(pid: int) -> float:
    """Seconds of processor that a process has used; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    main()
