"""The intake: each source is read, its known documents passed over, its faults named, and the rest goes on."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sqlite3
from pathlib import Path

import pytest
from record_stories import MarkReader, make_marked_tools, read_marked, write_marked_pages

from callboard.intake import Outcome, Source, Tools, find_sources, take_in
from callboard.model import Claim, Document, Event, Production, Span
from callboard.record.ledger import Ledger


def take(ledger: Ledger, *paths: Path, **options: object) -> list[Outcome]:
    return list(take_in(find_sources(paths), ledger, make_tools=make_marked_tools, **options))  # type: ignore[arg-type]


def test_a_folder_is_taken_in_once(ledger: Ledger, tmp_path: Path) -> None:
    """In the order of the names; hidden files are passed over; the second time all is known."""
    write_marked_pages(tmp_path / "pages" / "below", 5, 3)
    (tmp_path / "pages" / ".hidden").write_text("[X] y;")
    first = take(ledger, tmp_path / "pages")
    assert [Path(outcome.where).name for outcome in first] == [f"page-{page:04}.txt" for page in range(5)]
    assert {(outcome.claims, outcome.new, outcome.known) for outcome in first} == {(3, 3, False)}
    second = take(ledger, tmp_path / "pages")
    assert {(outcome.new, outcome.known, outcome.problems) for outcome in second} == {(0, True, ())}


def test_a_ledger_among_the_pages_is_no_page(ledger: Ledger, tmp_path: Path) -> None:
    """Nor is the log beside it, which the database has open."""
    write_marked_pages(tmp_path / "pages", 2, 1)
    with contextlib.closing(sqlite3.connect(tmp_path / "pages" / "kept.db")) as other:
        other.executescript("PRAGMA journal_mode = WAL; CREATE TABLE page (words TEXT);")
        assert (tmp_path / "pages" / "kept.db-wal").exists()
        (tmp_path / "pages" / "-wal").write_text("[X] y;")  # the log of no database
        os.mkfifo(tmp_path / "pages" / "pipe")
        outcomes = take(ledger, tmp_path / "pages")
    assert [Path(outcome.where).name for outcome in outcomes] == ["-wal", "page-0000.txt", "page-0001.txt", "pipe"]
    assert "not a file" in outcomes[-1].problems[0].what


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(ledger: Ledger, tmp_path: Path) -> None:
    contents = {"a-empty": b"", "b-binary": b"\x00\x01", "c-large": b"x" * 2_000_001, "d-good": b"[Title] says it;"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    outcomes = take(ledger, *(tmp_path / name for name in contents), tmp_path / "e-none", max_page_mb=2.0)
    whats = [" ".join(problem.what for problem in outcome.problems) for outcome in outcomes]
    assert whats[0].startswith("nothing to read")
    assert whats[1] == "binary"
    assert whats[2].startswith("2.0 MB is more than max_page_mb, 2")
    assert whats[3] == ""
    assert whats[4].startswith("no such file")
    assert len(ledger.reports()) == 1


def test_an_archive_may_be_larger_than_a_page(ledger: Ledger, tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"[Title] page {n}; " + "x" * 1000}) for n in range(50)]
    (tmp_path / "many.jsonl").write_text("\n".join(lines))
    assert len(take(ledger, tmp_path / "many.jsonl", max_page_mb=0.01)) == 50


def test_bytes_from_a_pipe_carry_their_address(ledger: Ledger) -> None:
    source = Source(data=b"[Title] says it;", url="https://example.com/a")
    (outcome,) = take_in([source], ledger, make_tools=make_marked_tools)
    assert str(outcome).startswith("read url=https://example.com/a claims=1 new=1 problems=0 ms=")
    assert ledger.reports()[0].url == "https://example.com/a"


def test_a_claim_without_its_quote_is_a_problem_and_the_others_are_kept(ledger: Ledger) -> None:
    class Inventive(MarkReader):
        def understand(self, document: Document) -> tuple[Document, list[Claim]]:
            same, claims = super().understand(document)
            invented = Claim(production=Production("Other"), event=Event.ORDER, quote=Span(0, 8, "invented"))
            return same, [*claims, invented]

    sources = [Source(data=b"[Title] says it;")]
    (outcome,) = take_in(sources, ledger, make_tools=lambda: Tools(read_marked, Inventive()))
    assert (outcome.claims, outcome.new, len(outcome.problems)) == (1, 1, 1)


def test_texts_are_dropped_after_their_days(ledger: Ledger, tmp_path: Path) -> None:
    """An intake forty days later leaves only its own text."""
    write_marked_pages(tmp_path / "pages", 2, 1)
    first, second = sorted((tmp_path / "pages").iterdir())
    read = dt.datetime(2017, 6, 10, tzinfo=dt.UTC)
    take(ledger, first, now=lambda: read)
    take(ledger, second, now=lambda: read + dt.timedelta(40), keep_text_days=30)
    assert [bool(document.text) for document in ledger.documents()] == [False, True]
    take(ledger, second, now=lambda: read + dt.timedelta(41), keep_text_days=0)
    assert [bool(document.text) for document in ledger.documents()] == [False, False]


@pytest.mark.parametrize("poisoned", [False, True])
def test_a_pool_records_the_same_and_survives_a_page_that_kills(ledger: Ledger, tmp_path: Path, poisoned: bool) -> None:
    """Two processes give what one gives, in the same order; a page on which a process dies is set aside alone."""
    write_marked_pages(tmp_path / "pages", 30, 4)
    if poisoned:
        (tmp_path / "pages" / "page-0012.txt").write_text("KILL")
    outcomes = take(ledger, tmp_path / "pages", workers=2)
    assert [Path(outcome.where).name for outcome in outcomes] == [f"page-{page:04}.txt" for page in range(30)]
    failed = [Path(outcome.where).name for outcome in outcomes if outcome.problems]
    assert failed == (["page-0012.txt"] if poisoned else [])
    assert len(ledger.reports()) == (29 if poisoned else 30) * 4
