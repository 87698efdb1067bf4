"""
Makes a ledger and writes to it step by step on a disk that fails, as a process of its own: `faults.py LEDGER FIRST LAST HOW`.

From step FIRST to step LAST of what SQLite does, HOW it fails. A line on stdout for each piece of work that was
acknowledged, one with the error where there was one, and the number of steps at the end.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from faulty_disk import FaultyDisk
from record_stories import NOON, tell

from callboard.errors import LedgerError
from callboard.model import Event
from callboard.record.answers import Kind
from callboard.record.ledger import Ledger, open_ledger

PAGES = 5
URL = "https://example.com/page-{}"


def append(ledger: Ledger, page: int) -> None:
    """A page of some kilobytes with two claims."""
    text = f"Page {page} films. It wraps. " + "On and on it goes. " * 400 * page
    claims = [("films", f"T{page}", 1, Event.FILMING), ("wraps", f"T{page}", 1, Event.FILMING_END)]
    ledger.append(*tell(text, *claims, said="2017-06-06", url=URL.format(page)), learned=NOON)


def drop(ledger: Ledger) -> None:
    ledger.drop_texts(NOON + dt.timedelta(1))


def forget(ledger: Ledger) -> None:
    ledger.forget(URL.format(0), reason="asked", learned=NOON)


def merge(ledger: Ledger) -> None:
    ledger.note(Kind.MERGE, "T1", {"into": "T2"}, reason="one", learned=NOON)


WORK = [*(lambda ledger, page=page: append(ledger, page) for page in range(PAGES)), merge, forget, drop]


def main(address: str, first: int, last: int, how: str) -> None:
    disk = FaultyDisk(lambda step: how if first <= step <= last else None)
    done = 0
    try:
        with open_ledger(address) as ledger:
            print("opened", flush=True)
            for work in WORK:
                work(ledger)
                done += 1
                print(f"done {done}", flush=True)
    except LedgerError as error:
        print(f"error {error}", flush=True)
    print(f"steps {disk.steps}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
