"""Reads documents into a ledger in an order of its own, by the reader that is shipped: `again.py LEDGER FILE SEED`."""

import datetime as dt
import random
import sys
from pathlib import Path

from callboard.intake import Source, take_in
from callboard.record.ledger import open_ledger

NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)

if __name__ == "__main__":
    lines = Path(sys.argv[2]).read_bytes().splitlines()
    random.Random(sys.argv[3]).shuffle(lines)
    sources = (Source(Path("x.jsonl"), line, today=NOON.date()) for line in lines)
    with open_ledger(sys.argv[1]) as ledger:
        new = sum(outcome.new for outcome in take_in(sources, ledger, keep_text_days=9_999, now=lambda: NOON))
    print(new)
