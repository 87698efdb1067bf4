"""`callboard read`: pages to documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from callboard.model import Document, Problem


@click.command("read")
@click.argument("files", nargs=-1, required=True, metavar="FILES...")
@click.option("--url", default=None, help="Address that the page came from; for one file.")
def command(files: tuple[str, ...], url: str | None) -> None:
    """
    Pages to documents.

    FILES are pages, plain texts or JSON Lines of documents, or - for stdin. Each document is written as one line of JSON;
    what cannot be read is named on stderr, and the exit status is then 1.

    \b
    Example:
        callboard read page.html | callboard understand
    """
    from callboard.read.source import read_source
    from callboard.settings import load_settings

    if url is not None and len(files) != 1:
        raise click.UsageError("--url belongs to one page; give one file with it")
    max_bytes = int(load_settings().number("max_page_mb") * 1_000_000)
    failed = False
    for name in files:
        data = _bytes_of(name, max_bytes)
        path = None if name == "-" else Path(name)
        items: Iterator[Document | Problem]
        items = iter([data]) if isinstance(data, Problem) else read_source(path, data, url=url, max_bytes=max_bytes)
        for item in items:
            if isinstance(item, Problem):
                failed = True
                click.echo(f"callboard: {item}", err=True)
            else:
                click.echo(json.dumps(item.to_json(), ensure_ascii=False))
    if failed:
        sys.exit(1)


def _bytes_of(name: str, max_bytes: int) -> bytes | Problem:
    if name == "-":
        return sys.stdin.buffer.read()
    path = Path(name)
    if path.is_dir():
        return Problem(name, "a folder; give its files")
    try:
        size = path.stat().st_size
        if size > max_bytes and path.suffix.lower() not in (".jsonl", ".ndjson"):
            # Not even read: it may be as large as the disk.
            return Problem(
                name,
                f"{size / 1e6:.1f} MB is more than max_page_mb, {max_bytes / 1e6:g}; raise it if this is one article",
            )
        return path.read_bytes()
    except OSError as error:
        return Problem(name, f"cannot be read ({error.strerror}); check its name and permissions")
