"""
The ledger: documents and their claims, append only.

`Ledger` is what every kind of ledger answers; `open_ledger` opens one by its address. How days work:

- `as_of` asks what had been *said* by the end of a day. A document counts from the day on which it was certainly
  out: the last on which it may have been published (`published.last`), or the one on which callboard read it if that is
  sooner. An undated one counts from the day on which callboard read it.
- `learned_by` asks what callboard had *read* by an instant; without it, everything read until now counts. With both,
  the answer never changes again, whatever is learned later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import EllipsisType, TracebackType
from typing import Protocol, Self

from callboard.errors import LedgerError
from callboard.model import Claim, Document, Report
from callboard.record.answers import Entry, Forgotten, Health, Imported, Kind, Recorded, Superseded


class Ledger(Protocol):
    """An open ledger. One process may write while others read; writers wait for one another."""

    address: str  # as it may be shown
    opens_by: str  # what `open_ledger` takes to open it again, in another process for example

    def append(self, document: Document, claims: Sequence[Claim], *, learned: dt.datetime) -> int:
        """
        Number of new claims; a page that was recorded before adds only what is new about it.

        The document and all its claims are written in one transaction.

        Raises:
            LedgerError: A claim is not a part of the document, or the ledger cannot be written.
        """
        ...

    def append_many(self, items: Iterable[tuple[Document, Sequence[Claim]]], *, learned: dt.datetime) -> int:
        """Number of new claims of many documents, all written in one transaction; raises as `append`."""
        ...

    def note(
        self, kind: Kind, subject: str, payload: Mapping[str, str] | None = None, *, reason: str, learned: dt.datetime
    ) -> Entry:
        """
        The entry written: a retraction or a merge.

        Raises:
            LedgerError: The ledger has no such subject, or cannot be written.
        """
        ...

    def correct(self, claim_id: str, claim: Claim, *, reason: str, learned: dt.datetime) -> str:
        """The id of the claim that replaces another one of the same document from now on; raises as `note`."""
        ...

    def forget(self, address: str, *, reason: str, learned: dt.datetime, ahead: bool = False) -> Forgotten:
        """
        What vanished from every answer, those on the past included; the texts are dropped.

        Args:
            address: Of a page, in any of `forgetting.address_forms`, or the digest of one document.
            reason: Who asked for it and why.
            learned: When.
            ahead: Also where nothing of it is recorded: what comes from there later is not recorded.

        Raises:
            LedgerError: Nothing of it is recorded and `ahead` is not set, or the ledger cannot be written.
        """
        ...

    def forgotten(self, document: Document) -> bool:
        """Whether a document, by its address or its content, may not be recorded."""
        ...

    def reports(
        self,
        title: str | None = None,
        season: int | EllipsisType | None = ...,
        *,
        as_of: dt.date | None = None,
        learned_by: dt.datetime | None = None,
    ) -> list[Report]:
        """
        The claims of a title as they were published, oldest first.

        Args:
            title: In any spelling with the same `model.title_key`; None stands for every title.
            season: None stands for claims about the title as a whole, `...` for all seasons.
            as_of: Only what had been said by the end of that day.
            learned_by: Only what callboard had read by that instant.
        """
        ...

    def last_words(
        self,
        title: str,
        season: int | None = None,
        *,
        as_of: dt.date | None = None,
        learned_by: dt.datetime | None = None,
    ) -> list[Report]:
        """
        What was said last of each event of a production, in the order of `Event`; arguments as `reports`.

        Takes as long for a production of which much was said as for any other.
        """
        ...

    def productions(self, as_of: dt.date | None = None, *, learned_by: dt.datetime | None = None) -> list[Recorded]:
        """Every production with the number of its claims and when it was last spoken of, by title and season."""
        ...

    def superseded(self, as_of: dt.date | None = None) -> list[Superseded]:
        """
        What `reports` leaves out as of a day because a later version of its article does not say it, oldest first.

        Once for each such version; the claim counted on the days before the first of them.
        """
        ...

    def documents(self) -> Iterator[Document]:
        """Every document in the order of recording; `id` is its digest, `text` is empty where it was dropped."""
        ...

    def document(self, digest: str) -> Document | None:
        """One document, as `documents` gives it; None where there is none."""
        ...

    def known(self, digests: Iterable[str]) -> set[str]:
        """Those of the digests whose documents are recorded."""
        ...

    def entries(self) -> list[Entry]:
        """Every correction, retraction, merge and forget, in the order of recording."""
        ...

    def link_copies(self) -> int:
        """
        Number of new pairs of documents with one text, of all that was recorded since the last time and has its text.

        Copies count as one voice from then on (`Report.origin`), and a later version at the same address supersedes what
        it does not say any more.
        """
        ...

    def drop_texts(self, learned_before: dt.datetime) -> int:
        """Number of documents whose text was dropped because it was read before an instant."""
        ...

    def export_lines(self) -> Iterator[str]:
        """Everything as JSON Lines without line ends, in an order that depends on the content alone."""
        ...

    def import_lines(self, lines: Iterable[str]) -> Imported:
        """What `export_lines` wrote, recorded; a line that cannot be read is a problem and the rest goes on."""
        ...

    def check(self) -> Health:
        """Counts, and every problem found in the file, its schema and its content hashes."""
        ...

    def version(self) -> int:
        """A number that grows with everything that is recorded; for caches."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_ledger(address: str | Path, *, create: bool = True, read_only: bool = False) -> Ledger:
    """
    The ledger at an address, brought up to this version's schema.

    Args:
        address: Path of a SQLite file, `sqlite:///PATH`, or `postgresql://USER@HOST/DATABASE`.
        create: Make it where there is none; without, that is an error.
        read_only: Refuse every change, migrations included.

    Raises:
        LedgerError: There is none, it is another program's file, of a newer version, or cannot be opened.
    """
    # SQLAlchemy takes 0.2 s to load, `--help` must not wait for it
    from callboard.record.opening import SqliteStore
    from callboard.record.stored import StoredLedger

    text = str(address)
    create = create and not read_only
    if text.startswith("sqlite:///"):
        text = text.removeprefix("sqlite:///")
    elif text.startswith(("postgresql://", "postgres://")):
        from callboard.record.postgres import PostgresStore

        return StoredLedger(PostgresStore.open(text, create=create, read_only=read_only))
    elif "://" in text:
        scheme = text.split("://")[0]
        raise LedgerError(f"{scheme}://...: no kind of ledger; give a path, or postgresql://USER@HOST/DATABASE")
    return StoredLedger(SqliteStore.open(Path(text).expanduser(), create=create, read_only=read_only))
