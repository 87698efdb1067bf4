"""
Fills a ledger with made claims, and asks it.

    python bench/ledger/run.py [--claims 1000000] [--seed 7] [--ledger ADDRESS] [--json FILE]

Claims appended a second, in batches of 1,000 (100 documents of ten claims, each batch a transaction of its own), at the
start, in the middle and at the end of the filling; then how long the ledger takes to say what was said last of each event
of a production as of a day, and all that was said of it. Half of the productions asked for are the hottest ones, a tenth of
the claims is about the hottest thousand. Wall and processor time are given, since the machine may be shared. Without
--ledger the ledger is an SQLite file in a temporary folder; one that is named must be empty, and is left behind.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from callboard.model import Claim, Document, Event, Production, Span
from callboard.record.ledger import Ledger, open_ledger
from callboard.when import When

BATCH, CLAIMS_EACH = 1_000, 10
TITLES, HOT = 50_000, 1_000
EVENTS = tuple(Event)
START = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
DAYS = 3_650
WORDS = ["filming", "season", "network", "series", "studio", "return", "premiere", "actor", "begins", "spring", "director", "renewed", "cast", "order", "date", "production", "announced", "week", "early", "late", "sets", "wraps", "new"]  # fmt: skip
Batch = list[tuple[Document, list[Claim]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--asks", type=int, default=4_000, help="questions of each kind")
    parser.add_argument("--ledger", default=None, help="path or postgresql://...; else a temporary file")
    parser.add_argument("--json", type=Path, default=None, help="also write the figures here")
    args = parser.parse_args()
    figures: dict[str, object] = {"claims": args.claims, "seed": args.seed, "python": platform.python_version()}
    with tempfile.TemporaryDirectory() as folder, open_ledger(args.ledger or Path(folder) / "ledger.db") as ledger:
        if ledger.version():
            sys.exit(f"{args.ledger}: not empty; name an empty ledger, so that the figures are of these claims")
        figures |= fill(ledger, args.claims // BATCH, args.seed)
        figures |= ask(ledger, args.asks, args.seed)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n")


def fill(ledger: Ledger, batches: int, seed: int) -> dict[str, object]:
    """Claims a second by wall clock and by this process's own time, of each fifth of the batches and of all."""
    spent: list[tuple[float, float]] = []
    for number, batch in enumerate(make_batches(batches, seed)):
        learned = START + dt.timedelta(seconds=number)
        wall, own = time.perf_counter(), time.process_time()
        new = ledger.append_many(batch, learned=learned)
        spent.append((time.perf_counter() - wall, time.process_time() - own))
        if new != BATCH:
            sys.exit(f"batch {number}: {new} claims were new, not {BATCH}")
    fifth = max(len(spent) // 5, 1)
    parts = {"all": spent, "first fifth": spent[:fifth], "last fifth": spent[-fifth:]}
    figures: dict[str, object] = {}
    for name, part in parts.items():
        wall, own = (BATCH * len(part) / sum(column) for column in zip(*part, strict=True))
        print(f"appended, {name:<12} {wall:9,.0f} claims/s wall {own:9,.0f} claims/s of this process's time")
        figures[f"append {name}"] = {"wall": round(wall), "own": round(own)}
    return figures


def ask(ledger: Ledger, asks: int, seed: int) -> dict[str, object]:
    """Milliseconds for each kind of question, by percentile."""
    rng = random.Random(seed + 1)
    kinds: dict[str, Callable[[str, int | None, dt.date], int]] = {
        "last words, as of": lambda title, season, day: len(ledger.last_words(title, season, as_of=day)),
        "last words, learned by": lambda title, season, day: len(
            ledger.last_words(title, season, as_of=day, learned_by=START + dt.timedelta(days=1))
        ),
        "all reports, as of": lambda title, season, day: len(ledger.reports(title, season, as_of=day)),
    }
    figures: dict[str, object] = {}
    for name, question in kinds.items():
        took, found = [], 0
        for number in range(asks):
            title = rng.randrange(HOT if number % 2 else TITLES)
            day = START.date() + dt.timedelta(rng.randrange(DAYS))
            start = time.perf_counter(), time.process_time()
            found += question(f"Title {title}", rng.choice((None, 1, 2, 3)), day)
            took.append((time.perf_counter() - start[0], time.process_time() - start[1]))
        walls, owns = (sorted(1e3 * each for each in column) for column in zip(*took, strict=True))
        at = {f"p{p}": (walls[len(walls) * p // 100], owns[len(owns) * p // 100]) for p in (50, 99)}
        shown = "  ".join(f"{key} {wall:6.2f} ms wall {own:6.2f} own" for key, (wall, own) in at.items())
        print(f"{name:<24} {shown}  {found / asks:6.1f} found")
        figures[name] = {key: {"wall": round(wall, 3), "own": round(own, 3)} for key, (wall, own) in at.items()}
    return figures


def make_batches(batches: int, seed: int) -> Iterator[Batch]:
    """Documents of ten claims each, every batch from its own random numbers, so that any number of them begins alike."""
    for number in range(batches):
        rng = random.Random(f"{seed} {number}")
        yield [make_document(rng, number * 100 + each) for each in range(BATCH // CLAIMS_EACH)]


def make_document(rng: random.Random, number: int) -> tuple[Document, list[Claim]]:
    """An article of ten sentences with one claim in each."""
    said = START.date() + dt.timedelta(rng.randrange(DAYS))
    sentences, claims, start = [], [], 0
    for _ in range(CLAIMS_EACH):
        sentence = " ".join(rng.choices(WORDS, k=18)) + "."
        title = f"Title {rng.randrange(HOT) if rng.random() < 0.1 else rng.randrange(TITLES)}"
        claims.append(
            Claim(
                production=Production(title, rng.choice((None, 1, 2, 3))),
                event=rng.choice(EVENTS),
                quote=Span(start, start + len(sentence), sentence),
                time=When.parse(f"{said.year + rng.randrange(2)}-{rng.randrange(1, 13):02}")
                if rng.random() < 0.3
                else None,
                source=rng.choice((None, None, "Example Network", "Some Director")),
                score=rng.random(),
            )
        )
        sentences.append(sentence)
        start += len(sentence) + 1
    document = Document(
        text=" ".join(sentences),
        headline=f"Story {number}",
        url=f"https://site{number % 211}.example/story/{number}",
        outlet=f"Outlet {number % 211}",
        published=When.parse(said.isoformat()),
        published_confidence=0.95,
        language="en",
    )
    return document, claims


if __name__ == "__main__":
    main()
