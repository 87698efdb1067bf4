"""The files that `callboard archive` wrote into a ledger: one transaction for each file, and loading twice adds nothing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from callboard.errors import CallboardError, LedgerError, ReadError
from callboard.model import Claim, Document, Problem
from callboard.record.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one file gave."""

    file: Path
    documents: int
    new: int  # claims that were not recorded before


def load_folder(
    folder: Path, ledger: Ledger, *, keep_text_days: int, now: Callable[[], dt.datetime]
) -> Iterator[Loaded | Problem]:
    """
    What each file of a folder gave, in the order of their names; a file that cannot be taken is a problem.

    Args:
        folder: The `--out` of `callboard archive`.
        ledger: Where to record.
        keep_text_days: At the end, texts read longer ago are dropped from the ledger.
        now: The clock, for `learned`.

    Raises:
        ReadError: There is no such folder, or nothing in it.
        LedgerError: The ledger cannot be written; files that were yielded before are recorded.
    """
    files = sorted(folder.glob("*.jsonl")) if folder.is_dir() else []
    if not files:
        raise ReadError(f"{folder}: no files of callboard archive; give the folder that was its --out")
    for file in files:
        try:
            documents = _read(file)
        except ReadError as error:
            yield Problem(str(file), str(error))
            continue
        kept = [item for item in documents if not ledger.forgotten(item[0])]
        try:
            new = ledger.append_many(kept, learned=now())
        except LedgerError as error:
            if error.__cause__ is not None and not isinstance(error.__cause__, UnicodeError):
                raise  # the ledger, not this file
            yield Problem(str(file), f"{error}; nothing of this file was recorded")
            continue
        yield Loaded(file, len(kept), new)
    ledger.link_copies()  # while their texts are there
    ledger.drop_texts(now() - dt.timedelta(keep_text_days))


def _read(file: Path) -> list[tuple[Document, list[Claim]]]:
    """
    The documents of a file with their claims.

    Raises:
        ReadError: It was changed, or is not complete.
    """
    items: list[tuple[Document, list[Claim]]] = []
    complete = False
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                data = json.loads(line)
                complete = "shard" in data
                if complete:
                    continue
                document = Document.from_json(data)
                if document.id != document.digest:
                    raise ReadError("its text is not the one that was read")
                items.append((document, [Claim.from_json(each) for each in data["claims"]]))
            except (CallboardError, ValueError, KeyError, TypeError) as error:
                raise ReadError(
                    f"line {number} is damaged ({error}); remove the file and run callboard archive"
                ) from error
    if not complete:
        raise ReadError("not complete; remove it and run callboard archive again")
    return items
