"""`callboard archive`: archives of the web to documents with their claims, by many processes."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from callboard.cli.options import settings_with

_SAY_S = 30.0  # between two lines of progress where nobody looks on


@click.command("archive")
@click.argument("files", nargs=-1, required=True, metavar="FILES...", type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Folder for what is found.")
@click.option("--root", metavar="DIR", type=click.Path(path_type=Path), help="Where the lines of paths files begin.")
@click.option("--workers", type=click.IntRange(min=0), default=None, help="Processes; 0: one for each core.")
@click.option("--cluster", metavar="ADDRESS", default=None, help="A Dask scheduler (tls://HOST:PORT), or local.")
@click.option("--retry", is_flag=True, help="Try archives again that were set aside.")
@click.option("--quiet", "-q", is_flag=True, help="Only the summary and the problems.")
def command(
    files: tuple[Path, ...],
    out: Path,
    root: Path | None,
    workers: int | None,
    cluster: str | None,
    retry: bool,
    quiet: bool,
) -> None:
    """
    Read whole archives: the claims of each go to one file, for callboard load.

    FILES are WARC (.warc, .warc.gz) and WACZ files, folders with such files, and paths files as Common Crawl publishes
    them for each month of CC-NEWS. Pages that do not speak of productions, or not in English, are passed over before they
    are parsed. A run that was stopped is completed by running it again. An archive that fails three times is set aside
    with its reason, in DIR/quarantine. The first problems of each archive are named on stderr, and a hundred in the last
    line of its file. Pages that could not be read are no failure, since every crawl has some; the exit status is 1 where
    an archive is missing, was set aside, or could not be read to its end.

    \b
    Example:
        callboard archive CC-NEWS-*.warc.gz --out claims/
        callboard load claims/
    """
    from callboard.archive.run import Progress, find_archives, read_archives
    from callboard.errors import ReadError
    from callboard.limited import limits_from

    settings = settings_with(workers=workers)
    found = find_archives(files, root)
    for problem in found.problems:
        click.echo(f"callboard: {problem}", err=True)
    if not found.archives:
        raise ReadError("no archives to read; give .warc, .warc.gz or .wacz files, or a folder with some")
    progress = Progress(archives=len(found.archives))
    shown = _Shown(quiet)
    for step in read_archives(
        found.archives,
        out,
        limits=limits_from(settings),
        max_page_mb=settings.number("max_page_mb"),
        workers=int(settings.number("workers")) or os.cpu_count() or 1,
        memory_mb=int(settings.number("archive_memory_mb")),
        cluster=cluster,
        retry=retry,
    ):
        if isinstance(step, Progress):
            progress = step
            shown.show(str(progress))
        else:
            shown.clear()
            click.echo(f"callboard: {step}", err=True)
    shown.clear()
    problems, damaged = progress.counts.problems, progress.counts.damaged
    unfinished = f"{_count(damaged, 'archive')} not read to the end; " if damaged else ""
    listed = f", listed in the last lines of {out}/*.jsonl" if problems else ""
    click.echo(
        f"{progress}; {_count(problems, 'problem')}{listed}; {unfinished}"
        f"{progress.known} archives complete before; {progress.cpu_s:,.0f} s of computing -> {out}",
        err=True,
    )
    if found.problems or progress.quarantined or damaged:
        sys.exit(1)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


class _Shown:
    """A line of progress that renews itself on a terminal, and comes now and then elsewhere."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._last = time.monotonic()
        self._width = 0

    def show(self, line: str) -> None:
        if self._quiet:
            return
        if self._live:
            click.echo("\r" + line.ljust(self._width), nl=False, err=True)
            self._width = len(line)
        elif time.monotonic() - self._last >= _SAY_S:
            self._last = time.monotonic()
            click.echo(line, err=True)

    def clear(self) -> None:
        if self._width:
            click.echo("\r" + " " * self._width + "\r", nl=False, err=True)
            self._width = 0
