"""
Archives to files of documents with their claims: what is there to do, who fails, how long it takes.

The folder for the files holds one for each archive, `quarantine/` with the reasons of those that were set aside, and
nothing that is needed to go on: what is complete is seen by its name.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from pathlib import Path

from callboard.archive.shard import Counts, Done, Job, Tick, work
from callboard.archive.shards import Failed, map_shards
from callboard.errors import ReadError
from callboard.model import Problem, content_hash
from callboard.read.child import Limits
from callboard.read.warc import is_archive

# Where the paths files of Common Crawl's news archive (crawl-data/CC-NEWS/YYYY/MM/warc.paths.gz) are relative to.
PUBLISHED_AT = "https://data.commoncrawl.org/"
MAX_PATHS_BYTES = 10_000_000  # of a paths file unpacked; a month has some hundred lines
_NAMED = 5  # missing archives of one paths file, or problems of one archive, that are named


@dataclass(frozen=True, slots=True)
class Found:
    """The archives that files, folders and paths files stand for, and what stood in the way."""

    archives: tuple[Path, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    archives: int  # in all
    done: int = 0  # with those that were complete before
    known: int = 0  # complete before
    quarantined: int = 0
    counts: Counts = field(default_factory=Counts)  # of all archives, with those complete before
    new_pages: int = 0  # read in this run
    seconds: float = 0.0  # since the start of the run
    left_s: float | None = None  # by the bytes that are left; None: not to be told yet
    cpu_s: float = 0.0  # of all processes of the finished archives

    def __str__(self) -> str:
        rate = self.new_pages / self.seconds if self.seconds else 0.0
        parts = [
            f"{self.done} of {self.archives} archives",
            f"{self.counts.pages:,} pages ({rate:,.0f}/s)",
            f"{self.counts.documents:,} kept",
            f"{self.counts.claims:,} claims",
        ]
        if self.quarantined:
            parts.append(f"{self.quarantined} set aside")
        if self.left_s is not None and self.done < self.archives:
            parts.append(f"{_span(self.left_s)} left")
        return ", ".join(parts)


def find_archives(paths: Iterable[Path], root: Path | None = None) -> Found:
    """
    Every archive that the paths name, each once, in their order.

    Args:
        paths: Archives, folders with archives below them, and paths files (`*.paths`, `*.paths.gz`), whose lines are
            paths of archives, as Common Crawl publishes one for each month of CC-NEWS.
        root: Where the lines of paths files begin; None: the paths file's folder, or one above it.
    """
    found: dict[Path, None] = {}
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            below = sorted(each for each in path.rglob("*") if is_archive(each) and each.is_file())
            found.update(dict.fromkeys(below))
            if not below:
                problems.append(Problem(str(path), "no archive in it; give .warc, .warc.gz or .wacz files"))
        elif not path.is_file():
            problems.append(Problem(str(path), "no such file"))
        elif path.name.endswith((".paths", ".paths.gz")):
            listed, missing = _listed(path, root)
            found.update(dict.fromkeys(listed))
            problems += missing
        elif is_archive(path):
            found[path] = None
        else:
            problems.append(Problem(str(path), "no archive by its name; give .warc, .warc.gz, .wacz or a paths file"))
    return Found(tuple(found), tuple(problems))


def read_archives(
    archives: Iterable[Path],
    out: Path,
    *,
    limits: Limits,
    max_page_mb: float,
    workers: int,
    memory_mb: int,
    cluster: str | None = None,
    retry: bool = False,
) -> Iterator[Progress | Problem]:
    """
    Progress, as it comes, and problems: tries that failed, the first ones in each archive; each archive's documents go to a file in `out`.

    Args:
        archives: As `find_archives` gives them.
        out: Folder for the files; made where it does not exist.
        limits: Of each page.
        max_page_mb: A larger page is passed over.
        workers: Processes, each with a child that reads; as of `map_shards`.
        memory_mb: As of `map_shards`.
        cluster: As of `map_shards`.
        retry: Try those again that were set aside before.

    Raises:
        ReadError: The folder cannot be written, or another run is writing to it.
    """
    with _locked(out):
        jobs = [Job(path.resolve(), out.resolve(), limits, int(max_page_mb * 1_000_000)) for path in archives]
        kept = [job for job in jobs if retry or not _quarantine(job).exists()]
        for job in jobs:
            if job not in kept:
                yield Problem(str(job.path), "was set aside after three tries; --retry tries again")
        tally = _Tally(len(jobs), {job.path: job.path.stat().st_size for job in kept}, len(jobs) - len(kept))
        for step in map_shards(work, kept, workers=workers, cluster=cluster, memory_mb=memory_mb):
            if isinstance(step, Failed):
                yield Problem(str(step.shard.path), f"{step.error}{_next_step(step)}")
                tally.stop(step.shard.path)
                if not step.final:
                    continue
                _set_aside(step)
                tally.set_aside(step.shard.path)
            elif isinstance(step.given, Done):
                _quarantine(step.shard).unlink(missing_ok=True)
                tally.finish(step.given)
                yield from _told(step.given)
            else:
                tally.move(step.shard.path, step.given)
            yield tally.progress()


class _Tally:
    """Sums over archives, those under way among them."""

    def __init__(self, archives: int, sizes: dict[Path, int], quarantined: int) -> None:
        self._start = time.monotonic()
        self._archives = archives
        self._left = sizes
        self._read = 0  # bytes of archives that were finished in this run
        self._under_way: dict[Path, Tick] = {}
        self._counts = Counts()
        self._done = self._known = self._new_pages = 0
        self._quarantined = quarantined
        self._cpu_s = 0.0

    def move(self, path: Path, tick: Tick) -> None:
        self._under_way[path] = tick

    def finish(self, done: Done) -> None:
        self._under_way.pop(done.path, None)
        size = self._left.pop(done.path, 0)
        self._counts = _sum(self._counts, done.counts)
        self._done += 1
        self._known += done.known
        self._cpu_s += done.cpu_s
        if not done.known:
            self._read += size
            self._new_pages += done.counts.pages

    def stop(self, path: Path) -> None:
        self._under_way.pop(path, None)

    def set_aside(self, path: Path) -> None:
        self._left.pop(path, None)
        self._quarantined += 1

    def progress(self) -> Progress:
        seconds = time.monotonic() - self._start
        moving = sum(tick.bytes for tick in self._under_way.values())
        read = self._read + moving
        left = sum(self._left.values()) - moving
        counts = self._counts
        for tick in self._under_way.values():
            counts = _sum(counts, tick.counts)
        return Progress(
            archives=self._archives,
            done=self._done,
            known=self._known,
            quarantined=self._quarantined,
            counts=counts,
            new_pages=self._new_pages + sum(tick.counts.pages for tick in self._under_way.values()),
            seconds=seconds,
            left_s=left * seconds / read if read and seconds > 2 else None,
            cpu_s=self._cpu_s,
        )


def _sum(one: Counts, other: Counts) -> Counts:
    return Counts(*(a + b for a, b in zip(astuple(one), astuple(other))))


def _listed(path: Path, root: Path | None) -> tuple[list[Path], list[Problem]]:
    """The archives that the lines of a paths file name, and problems for those that are not there."""
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as file:
            data = file.read(MAX_PATHS_BYTES + 1)
        lines = data.decode("utf-8").split()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        return [], [Problem(str(path), f"not a paths file ({error}); it has the path of one archive on each line")]
    if len(data) > MAX_PATHS_BYTES:
        return [], [Problem(str(path), f"more than {MAX_PATHS_BYTES / 1e6:.0f} MB; a paths file is small")]
    folders = [root] if root is not None else [path.parent, *path.resolve().parents]
    found, problems, missing = [], [], 0
    for line in lines:
        # Nothing above the folder: a line is a path below it.
        relative = Path(*(part for part in Path(line).parts if part not in ("..", "/")))
        places = [folder / each for folder in folders for each in (relative, Path(relative.name))]
        archive = next((place for place in places if place.is_file() and is_archive(place)), None)
        if archive is not None:
            found.append(archive)
            continue
        missing += 1
        if missing <= _NAMED:
            problems.append(Problem(str(path), f"{line} is not here; {PUBLISHED_AT}{line} may have it"))
    if missing > _NAMED:
        problems.append(Problem(str(path), f"{missing - _NAMED} more of its archives are not here"))
    return found, problems


def _quarantine(job: Job) -> Path:
    """Where it is noted that an archive was set aside; a changed archive has another note."""
    state = job.path.stat()
    key = content_hash(str(job.path), str(state.st_size), str(state.st_mtime_ns))[:8]
    return job.out / "quarantine" / f"{job.path.name}-{key}.json"


def _set_aside(step: Failed[Job]) -> None:
    note = _quarantine(step.shard)
    note.parent.mkdir(exist_ok=True)
    data = {"archive": str(step.shard.path), "error": step.error, "tries": step.tries}
    note.write_text(json.dumps(data, ensure_ascii=False) + "\n", encoding="utf-8")


def _told(done: Done) -> Iterator[Problem]:
    """The first problems of an archive with its name, and where the others stand."""
    for problem in done.named[:_NAMED]:
        where = problem.where
        named = where if where.startswith(done.path.name) else f"{done.path.name}, {where}"
        yield Problem(named, problem.what)
    if done.counts.problems > _NAMED:
        more = done.counts.problems - _NAMED
        yield Problem(done.path.name, f"{more:,} more; the last line of {done.file} lists the first {len(done.named)}")


def _next_step(step: Failed[Job]) -> str:
    return "; set aside" if step.final else f"; tried {step.tries} of 3 times"


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """The folder for this run alone, without what a killed run, or a killed worker of this one, left half done."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (out / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ReadError(
                    f"{out}: another callboard archive writes there; wait for it or give another"
                ) from error
            _sweep(out)
            try:
                yield
            finally:
                _sweep(out)
    except OSError as error:
        raise ReadError(
            f"{out}: cannot be written ({error.strerror or error}); give another folder by --out"
        ) from error


def _sweep(out: Path) -> None:
    for part in out.glob(".*.part"):
        part.unlink(missing_ok=True)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5_400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
