"""
Pages in, claims recorded: joins read, understand and record, for one page or a million.

Each document with all its claims is recorded in one transaction, and a document that is recorded already is passed
over. So an intake that was stopped at any point is completed by running it again.
"""

from __future__ import annotations

import datetime as dt
import logging
import multiprocessing
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from callboard.errors import CallboardError, FetchError, LedgerError, ReadError
from callboard.fetch.blocked import looks_like_feed
from callboard.model import Claim, Document, Problem
from callboard.record.ledger import Ledger, open_ledger
from callboard.record.rows import misquote

if TYPE_CHECKING:
    from callboard.fetch.fetcher import Fetched, Request

ARCHIVES = (".jsonl", ".ndjson", ".warc", ".gz")  # many pages in one file: the limit for a page is not theirs
POOL_FROM = 100  # sources from which starting processes (2 s of computing each; a page takes 0.06 s) pays
_SQLITE = b"SQLite format 3\x00"  # how such a file begins
WINDOW = 4  # sources in flight for each process
log = logging.getLogger("callboard.intake")


class ReadSource(Protocol):
    """`callboard.read.source.read_source`."""

    def __call__(
        self,
        path: Path | None,
        data: bytes,
        *,
        url: str | None = None,
        charset: str | None = None,
        today: dt.date | None = None,
    ) -> Iterator[Document | Problem]: ...


class Understands(Protocol):
    """`callboard.understand.reader.Reader`."""

    def understand(self, document: Document) -> tuple[Document, list[Claim]]: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What reads and what understands. A process builds its own by a function that makes them."""

    read: ReadSource
    reader: Understands


@dataclass(frozen=True, slots=True)
class Source:
    """One file, the bytes of one, or why there are none."""

    path: Path | None = None  # None: `data` holds the bytes
    data: bytes | None = None
    url: str | None = None
    charset: str | None = None  # what an HTTP header said
    today: dt.date | None = None  # day on which it was fetched; None: now
    problem: str | None = None  # why it could not be fetched

    @property
    def name(self) -> str:
        return self.url or (str(self.path) if self.path else "-")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with what was understood of it, not recorded yet."""

    where: str
    document: Document
    claims: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()
    known: bool = False  # recorded before, so not understood again
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document, or of one source that gave none."""

    where: str
    claims: int = 0
    new: int = 0
    known: bool = False
    problems: tuple[Problem, ...] = ()
    ms: int = 0

    def __str__(self) -> str:
        """The canonical line."""
        known = " known=1" if self.known else ""
        count = len(self.problems)
        return f"read url={self.where} claims={self.claims} new={self.new} problems={count} ms={self.ms}{known}"


def load_tools() -> Tools:
    """The package's own reader and understanding, with the starter catalogue."""
    # Loading them takes a second, and whoever passes other tools needs none of them.
    from callboard.catalogue.starter import load_catalogue
    from callboard.read.source import read_source
    from callboard.understand.reader import Reader

    return Tools(read_source, Reader.load(load_catalogue()))


def take_in(
    sources: Iterable[Source],
    ledger: Ledger,
    *,
    make_tools: Callable[[], Tools] = load_tools,
    workers: int = 1,
    max_page_mb: float = 10.0,
    keep_text_days: int = 30,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Iterator[Outcome]:
    """
    What became of each document, one by one as they are recorded, in the order of the sources.

    Args:
        sources: What to read.
        ledger: Where to record; only this process writes to it.
        make_tools: Gives what reads and understands; called once in each process, so it must be importable.
        workers: Processes; 0 means one for each core, or this process alone where the sources are few.
        max_page_mb: A larger page is a problem and is not read; archives may be larger.
        keep_text_days: At the end, texts read longer ago are dropped from the ledger.
        now: The clock, for `learned`.

    Raises:
        LedgerError: The ledger cannot be written; what was yielded before is recorded.
    """
    rest = iter(sources)
    # Not looked at ahead where nothing hangs on it: what is fetched comes slowly, and is recorded as it comes.
    first = [] if workers == 1 else list(islice(rest, POOL_FROM))
    workers = workers or (os.cpu_count() if len(first) == POOL_FROM else 1) or 1
    max_bytes = int(max_page_mb * 1_000_000)
    if workers == 1:
        readings = _in_this_process(chain(first, rest), ledger, make_tools, max_bytes)
    else:
        readings = _in_a_pool(chain(first, rest), ledger, make_tools, max_bytes, workers)
    for reading in readings:
        outcome = _record(reading, ledger, now) if isinstance(reading, Reading) else reading
        log.info("%s", outcome)
        yield outcome
    ledger.link_copies()  # while their texts are there
    ledger.drop_texts(now() - dt.timedelta(keep_text_days))


def find_sources(paths: Iterable[Path]) -> Iterator[Source]:
    """The files, and every file below the folders in the order of their names, less hidden ones and databases."""
    for path in paths:
        if not path.is_dir():
            yield Source(path)
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                file = Path(folder) / name
                if not name.startswith(".") and not _is_database(file):
                    yield Source(file)


def _is_database(path: Path) -> bool:
    """Whether a file is a ledger, or lies beside one as its log: people keep them among their pages."""
    database = path.with_name(re.sub(r"(?<=.)-(?:wal|shm|journal)$", "", path.name))
    try:
        if not database.is_file():  # nobody may ever write into a pipe
            return False
        with database.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False


def fetched_source(request: Request, found: Fetched | FetchError) -> Source:
    """What was fetched, as a source; where nothing was, the source says why."""
    if isinstance(found, FetchError):
        return Source(url=request.url, problem=str(found).removeprefix(f"{request.url}: "))
    if looks_like_feed(found.body):
        return Source(url=request.url, problem=f"a feed, not a page; follow it by callboard feeds add {request.url}")
    return Source(url=found.url, data=found.body, charset=found.charset)


def read_one(
    source: Source, tools: Tools, known: Callable[[Document], bool], max_bytes: int
) -> Iterator[Reading | Outcome]:
    """The documents of one source with their claims; an outcome for each thing that could not be read."""
    data = _bytes_of(source, max_bytes)
    if isinstance(data, Problem):
        yield Outcome(source.name, problems=(data,))
        return
    found = False
    day = {} if source.today is None else {"today": source.today}
    documents = tools.read(source.path, data, url=source.url, charset=source.charset, **day)
    while True:
        start = time.perf_counter()
        try:
            item = next(documents, None)
        except CallboardError as error:
            item = Problem(source.name, str(error))
            documents = iter(())
        if item is None:
            break
        found = True
        if isinstance(item, Problem):
            yield Outcome(source.name, problems=(item,), ms=_ms_since(start))
            continue
        where = item.url or source.name
        if known(item):
            yield Reading(where, item, known=True, ms=_ms_since(start))
            continue
        try:
            document, claims = tools.reader.understand(item)
        except ReadError as error:  # it went beyond the limits of whoever understands
            yield Outcome(where, problems=(Problem(where, str(error)),), ms=_ms_since(start))
            continue
        kept, problems = _quoted(where, document, claims)
        yield Reading(where, document, kept, problems, ms=_ms_since(start))
    if not found:
        yield Outcome(source.name, problems=(Problem(source.name, "nothing to read in it"),))


def _passed_over(ledger: Ledger, document: Document) -> bool:
    """Whether there is nothing to understand: it is recorded, or somebody asked that it be forgotten."""
    return bool(ledger.known([document.digest])) or ledger.forgotten(document)


def _quoted(where: str, document: Document, claims: list[Claim]) -> tuple[tuple[Claim, ...], tuple[Problem, ...]]:
    kept, problems = [], []
    for claim in claims:
        wrong = misquote(document.text, document.headline, claim)
        if wrong is None:
            kept.append(claim)
        else:
            problems.append(Problem(where, f"a claim on {claim.production} without its quote: {wrong}"))
    return tuple(kept), tuple(problems)


def _record(reading: Reading, ledger: Ledger, now: Callable[[], dt.datetime]) -> Outcome:
    outcome = Outcome(reading.where, len(reading.claims), 0, reading.known, reading.problems, reading.ms)
    if reading.known:
        return outcome
    start = time.perf_counter()
    try:
        new = ledger.append(reading.document, reading.claims, learned=now())
    except LedgerError as error:
        if error.__cause__ is not None and not isinstance(error.__cause__, UnicodeError):
            raise  # the ledger, not this document
        return replace(outcome, problems=(*outcome.problems, Problem(reading.where, str(error))))
    return replace(outcome, new=new, ms=reading.ms + _ms_since(start))


def _bytes_of(source: Source, max_bytes: int) -> bytes | Problem:
    if source.problem is not None:
        return Problem(source.name, source.problem)
    data = source.data
    if source.path is not None and data is None:
        try:
            if not source.path.is_file():
                what = "not a file" if source.path.exists() else "no such file"
                return Problem(source.name, f"{what}; give a page, a folder of pages, or - for stdin")
            size = source.path.stat().st_size
            if size > max_bytes and source.path.suffix not in ARCHIVES:
                return _too_large(source, size, max_bytes)
            return source.path.read_bytes()
        except OSError as error:
            return Problem(source.name, f"cannot be read ({error.strerror}); check its permissions")
    data = data or b""
    return data if len(data) <= max_bytes else _too_large(source, len(data), max_bytes)


def _too_large(source: Source, size: int, max_bytes: int) -> Problem:
    limit = max_bytes / 1e6
    return Problem(source.name, f"{size / 1e6:.1f} MB is more than max_page_mb, {limit:g}; raise it if this is a page")


def _in_this_process(
    sources: Iterable[Source], ledger: Ledger, make_tools: Callable[[], Tools], max_bytes: int
) -> Iterator[Reading | Outcome]:
    tools: Tools | None = None
    for source in sources:
        tools = tools or make_tools()
        yield from read_one(source, tools, lambda document: _passed_over(ledger, document), max_bytes)


@lru_cache(maxsize=1)
def _at_hand(make_tools: Callable[[], Tools], address: str) -> tuple[Tools, Ledger]:
    """What a worker process keeps between its tasks."""
    return make_tools(), open_ledger(address, read_only=True)


def _work(source: Source, make_tools: Callable[[], Tools], address: str, max_bytes: int) -> list[Reading | Outcome]:
    tools, ledger = _at_hand(make_tools, address)
    return list(read_one(source, tools, lambda document: _passed_over(ledger, document), max_bytes))


def _in_a_pool(
    sources: Iterable[Source], ledger: Ledger, make_tools: Callable[[], Tools], max_bytes: int, workers: int
) -> Iterator[Reading | Outcome]:
    """As `_in_this_process`, by several processes; a source that kills its process is a problem, the rest goes on."""

    # Spawned, not forked: an open SQLite connection must not be carried into a child.
    spawn = multiprocessing.get_context("spawn")
    arguments = (make_tools, ledger.opens_by, max_bytes)
    rest = iter(sources)
    executor = ProcessPoolExecutor(workers, mp_context=spawn)
    pending: deque[tuple[Source, Future[list[Reading | Outcome]]]] = deque()
    taken: list[Source] = []
    try:
        while True:
            try:
                taken = list(islice(rest, workers * WINDOW - len(pending)))
                while taken:
                    pending.append((taken[0], executor.submit(_work, taken[0], *arguments)))
                    taken.pop(0)
                if not pending:
                    return
                found = pending[0][1].result()
            except BrokenProcessPool:
                # One of those in flight killed its process. Each is tried alone, so that only the culprit is lost.
                suspects = [source for source, _ in pending] + taken
                pending.clear()
                for suspect in suspects:
                    with ProcessPoolExecutor(1, mp_context=spawn) as alone:
                        yield from _alone(suspect, alone.submit(_work, suspect, *arguments))
                executor.shutdown(wait=False, cancel_futures=True)
                executor = ProcessPoolExecutor(workers, mp_context=spawn)
                continue
            pending.popleft()
            yield from found
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _alone(source: Source, future: Future[list[Reading | Outcome]]) -> list[Reading | Outcome]:
    try:
        return future.result()
    except BrokenProcessPool:
        return [Outcome(source.name, problems=(Problem(source.name, "reading it kills the process; set aside"),))]


def _ms_since(start: float) -> int:
    return round((time.perf_counter() - start) * 1000)
