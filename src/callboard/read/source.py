"""
Bytes to documents: tells pages, plain texts and JSON Lines of documents apart, and reads each.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from callboard.errors import CallboardError, ReadError
from callboard.model import Document, Problem
from callboard.read.boilerplate import strip_boilerplate
from callboard.read.days import is_plausible
from callboard.read.head import clean_url
from callboard.read.lines import is_json_lines, split_lines
from callboard.read.page import check_text, read_page, without_headline
from callboard.read.text import clean_line, clean_text, decode_bytes
from callboard.when import When

MAX_BYTES = 10_000_000  # of one page; the setting `max_page_mb`
_LOOKS_LIKE_HTML = re.compile(
    r"<(!doctype html|html|head|body|article|main|section|div|p|h1|meta|script|title)[\s>/]", re.IGNORECASE
)
_HEADLINE_LONGEST = 160
_BYLINE_CONFIDENCE = 0.9  # a byline's date is the newsroom's own, but may be that of an update


def read_source(
    path: Path | None,
    data: bytes,
    *,
    url: str | None = None,
    max_bytes: int = MAX_BYTES,
    charset: str | None = None,
    today: dt.date | None = None,
) -> Iterator[Document | Problem]:
    """
    The documents of a file, and a problem for each thing in it that is none.

    Args:
        path: Its name, for problems and as a hint of its kind; None: standard input.
        data: What it holds.
        url: Where it came from.
        max_bytes: A larger page, or a larger line of JSON Lines, is a problem.
        charset: What the HTTP header said.
        today: The day of reading; None: by the clock.
    """
    where = url or (str(path) if path else "standard input")
    today = today or dt.date.today()
    try:
        if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
            raise ReadError("empty; give a page, a plain text or JSON Lines")
        if data[:7] == b"WARC/1.":
            raise ReadError("a WARC archive, not a page; save it as a file ending in .warc and add that")
        if is_json_lines(path, data):
            for number, line in split_lines(data):
                yield read_line(where, number, line, max_bytes=max_bytes, today=today)
            return
        if len(data) > max_bytes:
            size, limit = len(data) / 1e6, max_bytes / 1e6
            raise ReadError(f"{size:.1f} MB is more than max_page_mb, {limit:g}; raise it if this is one article")
        text = decode_bytes(data, charset)
        yield read_page(text, url, today) if _is_page(path, text) else read_plain(text, url, today)
    except CallboardError as error:
        yield Problem(where, str(error))


def read_plain(text: str, url: str | None, today: dt.date) -> Document:
    """
    The document of a plain text: a first line that looks like one is its headline, a byline gives the day.

    Raises:
        ReadError: It is no article in English.
    """
    cleaned = strip_boilerplate(clean_text(text))
    headline, body = _split_headline(cleaned.text)
    language = check_text(body)
    published = When.day(cleaned.published) if cleaned.published and is_plausible(cleaned.published, today) else None
    return Document(
        text=body,
        headline=headline,
        url=clean_url(url, None),
        published=published,
        published_confidence=_BYLINE_CONFIDENCE if published else 0.0,
        language=language,
    )


def _split_headline(text: str) -> tuple[str, str]:
    """Headline and body: a short first line without a full stop, with an empty line or a longer one after it."""
    first, _, rest = text.partition("\n")
    first = first.strip()
    follows = rest.lstrip("\n").partition("\n")[0]
    if (
        rest
        and 8 <= len(first) <= _HEADLINE_LONGEST
        and not first.endswith((".", ":", ",", ";"))
        and len(follows) > len(first)
    ):
        return first, rest.lstrip("\n")
    return "", text


def _is_page(path: Path | None, text: str) -> bool:
    suffix = path.suffix.lower() if path else ""
    if suffix in (".html", ".htm", ".xhtml"):
        return True
    found = _LOOKS_LIKE_HTML.search(text[:3_000])
    return found is not None and (suffix != ".txt" or text.lstrip()[:1] == "<")


def read_line(
    where: str, number: int, line: bytes, *, max_bytes: int = MAX_BYTES, today: dt.date | None = None
) -> Document | Problem:
    """The document of one line of JSON Lines, or what is wrong with it; the arguments are those of `read_source`."""
    try:
        return _read_line(line, max_bytes, today or dt.date.today())
    except (CallboardError, ValueError, RecursionError) as error:
        return Problem(f"{where}, line {number}", _plain_reason(error))


def _read_line(line: bytes, max_bytes: int, today: dt.date) -> Document:
    if len(line) > max_bytes:
        raise ReadError(f"{len(line) / 1e6:.1f} MB is more than max_page_mb, {max_bytes / 1e6:g}")
    data = json.loads(line.decode("utf-8"))
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise ReadError('not a document; write one JSON object a line with at least "text"')
    given = Document.from_json(data)
    headline = clean_line(given.headline)
    cleaned = strip_boilerplate(clean_text(given.text), outlet=given.outlet)
    text = without_headline(cleaned.text, headline)
    language = check_text(text)
    published, confidence = given.published, given.published_confidence
    if published is None and cleaned.published and is_plausible(cleaned.published, today):
        published, confidence = When.day(cleaned.published), _BYLINE_CONFIDENCE
    return replace(
        given,
        text=text,
        headline=headline,
        url=clean_url(given.url, None),
        outlet=clean_line(given.outlet) or None if given.outlet else None,
        published=published,
        published_confidence=confidence,
        language=language,
    )


def _plain_reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error.msg}); write one object a line"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8; JSON Lines are UTF-8"
    return str(error) or type(error).__name__
