"""JSON Lines apart from pages, without loading what reads pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def is_json_lines(path: Path | None, data: bytes) -> bool:
    """Whether a file holds one JSON object a line, by its name or its first bytes."""
    if path and path.suffix.lower() in (".jsonl", ".ndjson"):
        return True
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and b'"' in start and not (path and path.suffix.lower() in (".html", ".htm", ".txt"))


def split_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty, each with its number, counted from 1."""
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield number, line
