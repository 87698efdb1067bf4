"""
One archive to one file of documents with their claims: the work that is done by many processes at once.

The file is named by the content of the archive and by the version of what read it, written under another name and
renamed when it is complete. So a run that was stopped at any point is completed by running it again, and the same
archive gives the same bytes on any machine, by any number of processes, in any order.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO

from callboard import __version__
from callboard.archive.filter import Filter, make_filter
from callboard.archive.pages import page_source
from callboard.catalogue.starter import load_catalogue
from callboard.errors import CallboardError, ReadError
from callboard.intake import Outcome, Reading, Source, load_tools, read_one
from callboard.model import Document, Json, Problem
from callboard.read.child import Child, Handlers, Limits
from callboard.read.warc import Damage, read_archive
from callboard.settings import load_settings

TELL_S = 1.0  # between two ticks
NAMED_PROBLEMS = 100  # of a shard that are kept in its file; all are counted
_BLOCK = 1 << 20
_LAST_LINE = 1 << 20  # bytes at most: its named problems with long addresses
_EXTRACTS = ("archive", "catalogue", "read", "understand")  # the packages on which the claims depend


@dataclass(frozen=True, slots=True)
class Job:
    """One archive, with what is to be done with it."""

    path: Path
    out: Path  # folder for its file
    limits: Limits  # of each page
    max_bytes: int  # of a page


@dataclass(frozen=True, slots=True)
class Counts:
    """What was met in an archive so far."""

    pages: int = 0
    passed: int = 0  # the filter
    documents: int = 0  # with claims
    claims: int = 0
    problems: int = 0  # pages that passed the filter and are no articles are counted, too
    damaged: int = 0  # archives that could not be read to their end


@dataclass(frozen=True, slots=True)
class Tick:
    """How far a job is."""

    counts: Counts
    bytes: int  # of the archive, read


@dataclass(frozen=True, slots=True)
class Done:
    """What a job gave."""

    path: Path
    file: Path
    counts: Counts
    named: tuple[Problem, ...] = ()  # the first NAMED_PROBLEMS of its problems, as they stand in the file's last line
    known: bool = False  # it was complete already
    cpu_s: float = 0.0  # of this process and of its child


def work(job: Job) -> Iterator[Tick | Done]:
    """Ticks, then what the job gave; raises whatever stops the archive as a whole, such as a full disk."""
    started = time.process_time()
    file = job.out / f"{_content_hash(job.path)}-{extractor(job.max_bytes)}.jsonl"
    if file.exists():
        yield Done(job.path, file, read_counts(file), read_named(file), known=True)
        return
    tools = _tools(job.limits, job.max_bytes)
    used = tools.child_cpu_s()
    counts = Counts()
    part = job.out / f".{file.stem}.{os.getpid()}.part"
    try:
        with part.open("w", encoding="utf-8", newline="\n") as lines, job.path.open("rb") as archive:
            told = time.monotonic()
            for line, counts in _lines(job, archive, tools):
                if line:
                    lines.write(line + "\n")
                if time.monotonic() - told >= TELL_S:
                    told = time.monotonic()
                    yield Tick(counts, archive.tell())
            lines.flush()
            os.fsync(lines.fileno())
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(job.out, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    cpu_s = time.process_time() - started + max(tools.child_cpu_s() - used, 0.0)
    yield Done(job.path, file, counts, read_named(file), cpu_s=round(cpu_s, 3))


def read_counts(file: Path) -> Counts:
    """
    The counts in the last line of a shard's file.

    Raises:
        ReadError: It has none, so it is not complete.
    """
    try:
        summary = json.loads(_last_line(file))["shard"]
        return Counts(**{field.name: int(summary[field.name]) for field in fields(Counts)})
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{file}: not a file of callboard archive, or not complete; remove it") from error


def read_named(file: Path) -> tuple[Problem, ...]:
    """The problems that the last line of a complete shard's file names: where, in the archive, and what."""
    return tuple(Problem(each["where"], each["what"]) for each in json.loads(_last_line(file))["shard"]["named"])


def _last_line(file: Path) -> bytes:
    with file.open("rb") as lines:
        lines.seek(max(file.stat().st_size - _LAST_LINE, 0))
        return lines.read().rstrip(b"\n").rpartition(b"\n")[2]


@lru_cache(maxsize=8)
def extractor(max_bytes: int) -> str:
    """The version of what reads: a hash of the code, the rules, the models and the catalogues that claims depend on."""
    package = Path(__file__).parent.parent
    digest = hashlib.blake2b(f"{__version__} {max_bytes}".encode(), digest_size=4)
    for name in _EXTRACTS:
        for path in sorted((package / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    imported = Path(load_settings().text("catalogue"))
    if imported.is_file():
        digest.update(f"{imported.stat().st_size} {imported.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class _Tools:
    filter: Filter
    child: Child

    def child_cpu_s(self) -> float:
        return float(self.child.ask("cpu_s"))


@lru_cache(maxsize=1)
def _tools(limits: Limits, max_bytes: int) -> _Tools:
    """What a process keeps between its jobs: its filter, and a child that reads and understands."""
    child = Child(partial(_handlers, max_bytes), limits)
    child.start()
    return _Tools(make_filter(load_catalogue()), child)


def _handlers(max_bytes: int) -> Handlers:
    tools = load_tools()
    filter_ = make_filter(load_catalogue())

    def is_other(document: Document) -> bool:
        """What spoke of a production stands in menus and boxes, not in the text."""
        return not filter_.passes(f"{document.headline}\n{document.text}".encode())

    def page(source: Source) -> list[Reading | Outcome]:
        return list(read_one(source, tools, is_other, max_bytes))

    return {"page": page, "cpu_s": time.process_time}


def _lines(job: Job, archive: BinaryIO, tools: _Tools) -> Iterator[tuple[str, Counts]]:
    """Each line of the job's file, or "" where a page gave none, with the counts so far; the last line is the summary."""
    pages = passed = documents = claims = problems = damaged = 0
    named: list[Json] = []
    for page in read_archive(job.path, max_bytes=job.max_bytes, stream=archive):
        found: list[Problem] = []
        line = ""
        if isinstance(page, Problem):
            damaged = int(damaged or isinstance(page, Damage))
            found.append(Problem(page.where.replace(str(job.path), job.path.name), page.what))
        else:
            pages += 1
            if tools.filter.passes_page(page.body):
                passed += 1
                for item in _read(page_source(page), tools.child):
                    found += item.problems
                    if isinstance(item, Reading) and item.claims:
                        documents += 1
                        claims += len(item.claims)
                        line = _line(item)
        problems += len(found)
        named += [{"where": each.where, "what": each.what} for each in found[: NAMED_PROBLEMS - len(named)]]
        yield line, Counts(pages, passed, documents, claims, problems, damaged)
    counts = Counts(pages, passed, documents, claims, problems, damaged)
    yield json.dumps({"shard": asdict(counts) | {"named": named}}, ensure_ascii=False), counts


def _read(source: Source, child: Child) -> list[Reading | Outcome]:
    try:
        answer: list[Reading | Outcome] = child.ask("page", source)
    except ReadError as error:
        return [Outcome(source.name, problems=(Problem(source.name, str(error)),))]
    except CallboardError:
        raise
    except Exception as error:
        # A fault of ours that one page of a million meets must not cost the archive; it is named with its kind.
        what = f"callboard fails on it ({type(error).__name__}: {error}); please report it"
        return [Outcome(source.name, problems=(Problem(source.name, what),))]
    return answer


def _line(reading: Reading) -> str:
    document = reading.document.to_json() | {"id": reading.document.digest}
    return json.dumps(document | {"claims": [claim.to_json() for claim in reading.claims]}, ensure_ascii=False)


def _content_hash(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
